import { z } from 'zod';
import type { Trail } from '../apply/ports.ts';
import type { ReadOrder, ShopCustomer } from '../capture/ports.ts';
import { err, ok, type Result, retryable } from '../domain/failures.ts';
import { currencyDecimals } from '../domain/money.ts';
import type { StoreOrder } from '../domain/order.ts';
import { hasDigitsBeyond } from './amounts.ts';
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
 * calls in sequence at most, three where the shop keeps more decimals than the currency has.
 *
 * Out     `found: false` only when WooCommerce itself says that the id is no order
 * Fails   retryable store.*; needs-attention store.*; rejected order.unreadable (names order, field, found, expected)
 */
export async function readOrder(reader: OrderReader, id: number, trail: Trail): Promise<Result<ReadOrder>> {
  const first = await readWithRefunds(reader.client, id, trail, {});
  if (!first.ok) return first;
  if (first.value === null) return ok({ found: false });
  const { order, refunds } = first.value;

  const decimals = currencyDecimals(order.currency);
  if (!decimals.ok) {
    const found = `"${order.currency.slice(0, 40)}"`;
    return err(unreadable(id, 'currency', found, 'an ISO 4217 code', decimals.failure.code));
  }
  const exact = await readExactly(reader.client, first.value, decimals.value, trail);
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
    order,
    refunds,
    exact: exact.value,
    decimals: decimals.value,
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

/** The same with the currency's decimals, where the shop keeps and uses more. */
async function readExactly(
  client: StoreClient,
  first: OrderAnswer,
  decimals: number,
  trail: Trail,
): Promise<Result<OrderAnswer>> {
  if (!hasDigitsBeyond(first.order, first.refunds, decimals)) return ok(first);
  const again = await readWithRefunds(client, first.order.id, trail, { dp: decimals });
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
