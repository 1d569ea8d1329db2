import { z } from 'zod';
import type { Trail } from '../apply/ports.ts';
import type { KeptReading, ReadOrder, ShopCustomer } from '../capture/ports.ts';
import { err, ok, type Result, retryable } from '../domain/failures.ts';
import { currencyDecimals, roundToIso } from '../domain/money.ts';
import type { StoreOrder } from '../domain/order.ts';
import { hasDigitsBeyond, writtenDecimals } from './amounts.ts';
import type { StoreClient } from './client.ts';
import { contentHash } from './content-hash.ts';
import type { CustomerReader } from './customers.ts';
import type { Query } from './oauth1.ts';
import { readAll } from './paging.ts';
import { parseOrderPart, unreadable } from './parse-answer.ts';
import type { ProductReader } from './products.ts';
import { ORDER_FIELDS, OrderSchema, REFUND_FIELDS, RefundSchema, type RestOrder, type RestRefund } from './schemas.ts';
import { toStoreOrder } from './to-store-order.ts';

export interface OrderReader {
  client: StoreClient;
  products: ProductReader;
  customers: CustomerReader;
}

/**
 * Reads one order whole: order and refunds together, then products and customer together (both mostly remembered), so two
 * calls in sequence at most; three where the shop keeps more decimals than the currency has, or has changed its decimals since.
 *
 * Out     `found: false` only when WooCommerce itself says that the id is no order
 * Fails   retryable store.*; needs-attention store.*; rejected order.unreadable (names order, field, found, expected)
 */
export async function readOrder(
  reader: OrderReader,
  id: number,
  trail: Trail,
  kept: KeptReading | null = null,
): Promise<Result<ReadOrder>> {
  const first = await readWithRefunds(reader.client, id, trail, {});
  if (!first.ok) return first;
  if (first.value === null) return ok({ found: false });
  const { order } = first.value;

  const decimals = currencyDecimals(order.currency);
  if (!decimals.ok) {
    const found = `"${order.currency.slice(0, 40)}"`;
    return err(unreadable(id, 'currency', found, 'an ISO 4217 code', decimals.failure.code));
  }
  const shown = await readAsKept(reader.client, first.value, kept, decimals.value, trail);
  if (!shown.ok) return shown;
  const exact = await readExactly(reader.client, shown.value.lines, decimals.value, trail);
  if (!exact.ok) return exact;
  const [products, customer] = await Promise.all([
    reader.products.facts(
      order.line_items.map((line) => line.product_id),
      trail,
    ),
    accountOf(reader.customers, order.customer_id, trail),
  ]);
  if (!products.ok) return products;
  if (!customer.ok) return customer;
  const whole = toStoreOrder({
    ...shown.value.totals,
    exact: exact.value,
    decimals: decimals.value,
    shopDecimals: shown.value.shopDecimals,
    bookedRefunds: kept?.bookedRefunds ?? new Map(),
    products: products.value,
    customer: customer.value,
  });
  return whole.ok ? ok({ found: true, order: whole.value, hash: orderHash(whole.value) }) : whole;
}

interface OrderAnswer {
  order: RestOrder;
  refunds: RestRefund[];
}

/** Null when the order is gone. */
async function readWithRefunds(client: StoreClient, id: number, trail: Trail, dp: Query): Promise<Result<OrderAnswer | null>> {
  const [answer, rows] = await Promise.all([
    client.get(`wc/v3/orders/${id}`, { _fields: ORDER_FIELDS, ...dp }, { operation: 'read order', trail }),
    // Not from the order's own `refunds[]`, which has neither date nor lines.
    readAll(client, `wc/v3/orders/${id}/refunds`, { _fields: REFUND_FIELDS, ...dp }, z.unknown(), {
      operation: 'read refunds',
      trail,
    }),
  ]);
  if (!answer.ok) {
    const { failure } = answer;
    if (failure.code === 'store.not_found' && failure.detail?.code === 'woocommerce_rest_shop_order_invalid_id') return ok(null);
    return failure.code === 'store.answer_too_large' ? err(tooLarge(id, failure.detail?.text)) : answer;
  }
  const order = parseOrderPart(OrderSchema, answer.value, id, '');
  if (!order.ok) return order;
  // A cache before the shop that mixes up answers must not post one order as another.
  if (order.value.id !== id) return err(unreadable(id, 'id', String(order.value.id), String(id)));
  if (!rows.ok) return rows.failure.code === 'store.answer_too_large' ? err(tooLarge(id, rows.failure.detail?.text)) : rows;
  const refunds = parseOrderPart(z.array(RefundSchema), rows.value, id, 'refunds');
  return refunds.ok ? ok({ order: order.value, refunds: refunds.value }) : refunds;
}

const tooLarge = (id: number, found = 'too large') =>
  unreadable(id, 'the whole answer', `too large (${found})`, 'an order of ordinary size');

interface Shown {
  /** What totals and refund amounts are taken from. */
  totals: OrderAnswer;
  lines: OrderAnswer;
  shopDecimals: number;
}

/**
 * WooCommerce writes every amount with the decimals the shop has at the moment, whatever it stores: after a change of the setting the
 * same order would read differently. So an order whose total still is what we kept is read with the decimals of then. A total that
 * changed was computed anew, with the decimals of now.
 */
async function readAsKept(
  client: StoreClient,
  now: OrderAnswer,
  kept: KeptReading | null,
  decimals: number,
  trail: Trail,
): Promise<Result<Shown>> {
  const shopDecimals = writtenDecimals(now.order, now.refunds);
  const asShown = { totals: now, lines: now, shopDecimals };
  if (kept?.shopDecimals === undefined || kept.shopDecimals === shopDecimals) return ok(asShown);
  const then = await readAgain(client, now, kept.shopDecimals, trail);
  if (!then.ok) return then;
  // Refunds may have been made since: the finer of both readings has their amounts whole.
  const finer = shopDecimals > kept.shopDecimals ? now : then.value;
  const total = roundToIso(finer.order.total, decimals);
  if (!total.ok || total.value !== kept.total) return ok(asShown);
  return ok({
    totals: { order: then.value.order, refunds: finer.refunds },
    lines: then.value,
    shopDecimals: kept.shopDecimals,
  });
}

/** The same with the currency's decimals, where the shop keeps and uses more. */
async function readExactly(
  client: StoreClient,
  first: OrderAnswer,
  decimals: number,
  trail: Trail,
): Promise<Result<OrderAnswer>> {
  return hasDigitsBeyond(first.order, first.refunds, decimals) ? readAgain(client, first, decimals, trail) : ok(first);
}

async function readAgain(client: StoreClient, first: OrderAnswer, dp: number, trail: Trail): Promise<Result<OrderAnswer>> {
  const again = await readWithRefunds(client, first.order.id, trail, { dp });
  if (!again.ok) return again;
  if (again.value === null || stamp(again.value) !== stamp(first)) {
    return err(retryable('store.changed_while_reading', `Order ${first.order.id} changed between two reads; it is read again.`));
  }
  return ok(again.value);
}

const stamp = ({ order, refunds }: OrderAnswer): string =>
  [order.date_modified_gmt, order.status, ...refunds.map((refund) => refund.id)].join(' ');

/** Null for a guest, and for an account that was deleted: then the billing address alone says who bought. */
async function accountOf(customers: CustomerReader, id: number, trail: Trail): Promise<Result<ShopCustomer | null>> {
  if (id === 0) return ok(null);
  const account = await customers.recent(id, trail);
  if (!account.ok) return account;
  return ok(account.value === 'gone' ? null : account.value);
}

/** Over all that documents depend on; not when the order was last touched, nor payments, which are our own record. */
function orderHash(order: StoreOrder): string {
  const { modifiedAt, payments, ...rest } = order;
  return contentHash(rest);
}
