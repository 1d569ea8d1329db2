import type { ShopCustomer } from '../capture/ports.ts';
import { ok, type Result } from '../domain/failures.ts';
import { type MinorUnits, minor, parseMinorUnits, roundInTurn } from '../domain/money.ts';
import type { LineFacts, LineTax, OrderLine, RefundLine, StoreCustomer, StoreOrder, StoreRefund } from '../domain/order.ts';
import { readExact, readRounded } from './amounts.ts';
import { toAddress } from './customers.ts';
import type { ProductFacts } from './products.ts';
import type { RestOrder, RestProductLine, RestRefund } from './schemas.ts';

/** All that was read for one order, ready to become ours. */
export interface OrderParts {
  /** As the shop shows it by itself: its total is the order's. */
  order: RestOrder;
  refunds: RestRefund[];
  /** The same read with the currency's decimals where the shop keeps more; else the same objects. */
  exact: { order: RestOrder; refunds: RestRefund[] };
  /** ISO 4217 decimals of the order's currency. */
  decimals: number;
  /** Decimals of the shop's prices that the order's totals were read with. */
  shopDecimals: number;
  /** Refunds that credit memos were made of, with their amounts: those stay. */
  bookedRefunds: ReadonlyMap<number, MinorUnits>;
  products: ReadonlyMap<number, ProductFacts | null>;
  /** Null for a guest and for an account that is gone. */
  customer: ShopCustomer | null;
}

/**
 * Turns WooCommerce's order into ours. Pure.
 *
 * Out     amounts in minor units; refund lines positive; `payments` empty
 * Fails   rejected order.unreadable, which names the field
 * Source  woocommerce-contract sections 1.1 to 1.3
 */
export function toStoreOrder(parts: OrderParts): Result<StoreOrder> {
  const { order, decimals } = parts;
  const total = readRounded(order.total, decimals, { orderId: order.id, field: 'total' });
  if (!total.ok) return total;
  const lines = orderLines(parts);
  if (!lines.ok) return lines;
  const refunds = storeRefunds(parts);
  if (!refunds.ok) return refunds;
  const coupons = orderCoupons(parts);
  if (!coupons.ok) return coupons;
  const shipping = toAddress(order.shipping);
  return ok({
    id: order.id,
    number: order.number || String(order.id),
    status: order.status,
    presence: order.status === 'trash' ? 'trashed' : 'live',
    currency: order.currency,
    decimals,
    shopDecimals: parts.shopDecimals,
    createdVia: order.created_via,
    createdAt: order.date_created_gmt,
    modifiedAt: order.date_modified_gmt ?? order.date_created_gmt,
    paidAt: order.date_paid_gmt ?? null,
    customerId: order.customer_id,
    customer: orderCustomer(order, parts.customer),
    billing: toAddress(order.billing),
    shipping: Object.values(shipping).some((part) => part !== '') ? shipping : null,
    paymentMethod: order.payment_method,
    paymentMethodTitle: order.payment_method_title,
    transactionId: order.transaction_id,
    total: total.value.amount,
    totalBeyondIso: total.value.beyond,
    lines: lines.value,
    taxRates: order.tax_lines.map((tax) => ({
      rateId: tax.rate_id,
      code: tax.rate_code,
      label: tax.label,
      percent: tax.rate_percent ?? null,
      compound: tax.compound,
    })),
    refunds: refunds.value,
    payments: [],
    coupons: coupons.value,
    meta: readableMeta(order.meta_data),
    ...toldByPlugin(order),
  });
}

/** Absent is not empty: what nobody told us of may be there. */
function toldByPlugin({ ar_bridge: told }: RestOrder): Pick<StoreOrder, 'otherItems' | 'tags'> {
  if (!told) return {};
  const otherItems = told.items.map(({ id, type, amounts }) => ({ itemId: id, type, amounts }));
  return { otherItems, ...(told.tags && { tags: told.tags }) };
}

/** The account's own name and e-mail; a guest is who the billing address says. */
function orderCustomer(order: RestOrder, account: ShopCustomer | null): StoreCustomer {
  const { email, first_name, last_name, company } = order.billing;
  return {
    id: order.customer_id,
    email: account?.customer.email || email,
    firstName: account?.customer.firstName || first_name,
    lastName: account?.customer.lastName || last_name,
    company: account?.customer.company || company,
    role: account?.customer.role ?? null,
    ...(account?.customer.meta && { meta: account.customer.meta }),
  };
}

function orderLines({ order: { id: orderId }, exact, decimals, shopDecimals, products }: OrderParts): Result<OrderLine[]> {
  const { line_items, shipping_lines, fee_lines } = exact.order;
  const read = readerOf(orderId, decimals);
  return collected([
    ...line_items.map((line, index) =>
      read<OrderLine>(line, `line_items[${index}]`, (money) => ({
        itemId: line.id,
        kind: 'product',
        name: line.name,
        quantity: line.quantity,
        ...money,
        ...beforeCoupons(line, money, decimals, shopDecimals),
        meta: readableMeta(line.meta_data),
        facts: {
          ...NO_FACTS,
          ...products.get(line.product_id),
          sku: line.sku ? String(line.sku) : null,
          productId: line.product_id,
          variationId: line.variation_id,
          taxClass: line.tax_class,
        },
      })),
    ),
    ...shipping_lines.map((line, index) =>
      read<OrderLine>(line, `shipping_lines[${index}]`, (money) => ({
        itemId: line.id,
        kind: 'shipping',
        name: line.method_title,
        quantity: 1,
        ...money,
        meta: readableMeta(line.meta_data),
        facts: { ...NO_FACTS, shippingMethod: line.method_id || null },
      })),
    ),
    ...fee_lines.map((line, index) =>
      read<OrderLine>(line, `fee_lines[${index}]`, (money) => ({
        itemId: line.id,
        kind: 'fee',
        name: line.name,
        quantity: 1,
        ...money,
        meta: readableMeta(line.meta_data),
        facts: { ...NO_FACTS, taxClass: line.tax_class },
      })),
    ),
  ]);
}

const NO_FACTS: LineFacts = {
  sku: null,
  productId: 0,
  variationId: 0,
  productType: null,
  taxClass: '',
  categories: [],
  shippingMethod: null,
};

function storeRefunds(parts: OrderParts): Result<StoreRefund[]> {
  const { order, refunds, exact, decimals } = parts;
  const orderId = order.id;
  const pending = pendingRefunds(parts);
  const amounts = refundAmounts(parts, pending);
  if (!amounts.ok) return amounts;
  const linesById = new Map(exact.refunds.map((refund) => [refund.id, refund]));
  const read = collected(
    refunds.map((refund): Result<StoreRefund> => {
      const field = `refunds[id ${refund.id}]`;
      const lines = refundLines(linesById.get(refund.id) ?? refund, readerOf(orderId, decimals), field);
      if (!lines.ok) return lines;
      return ok({
        id: refund.id,
        createdAt: refund.date_created_gmt,
        amount: amounts.value.get(refund.id) ?? minor(0),
        reason: refund.reason,
        refundedPayment: refund.refunded_payment,
        pending: pending.has(refund.id),
        ...(!/[1-9]/.test(refund.amount) && saysOntoCard(refund) && { ontoCard: true as const }),
        lines: lines.value,
      });
    }),
  );
  return read.ok ? ok(read.value.sort((a, b) => a.id - b.id)) : read;
}

/**
 * Where the shop keeps more decimals than the currency has, refunds are rounded in turn: those of the whole order are its rounded total,
 * not a unit more or less. Booked ones keep their amounts; those the gateway has not carried out come last.
 */
function refundAmounts(
  { order, refunds, decimals, bookedRefunds }: OrderParts,
  pending: ReadonlySet<number>,
): Result<Map<number, MinorUnits>> {
  const each = collected(
    refunds.map(({ id, amount }) => {
      const read = readRounded(amount, decimals, { orderId: order.id, field: `refunds[id ${id}].amount` });
      return read.ok ? ok({ id, ...read.value }) : read;
    }),
  );
  if (!each.ok) return each;
  if (each.value.every(({ beyond }) => beyond === '0')) return ok(new Map(each.value.map(({ id, amount }) => [id, amount])));
  const turn = ({ id }: RestRefund): number => (bookedRefunds.has(id) ? 0 : pending.has(id) ? 2 : 1);
  const inTurn = refunds.toSorted(
    (a, b) => turn(a) - turn(b) || a.date_created_gmt.localeCompare(b.date_created_gmt) || a.id - b.id,
  );
  const rounded = roundInTurn(
    inTurn.map(({ id, amount }) => ({ amount, booked: bookedRefunds.get(id) })),
    decimals,
  );
  return rounded.ok ? ok(new Map(inTurn.map(({ id }, at) => [id, rounded.value[at] ?? minor(0)]))) : rounded;
}

/** Refunds that the gateway has not carried out yet, by id. */
function pendingRefunds({ order, refunds }: OrderParts): Set<number> {
  const waiting = waitingRefund(order, refunds);
  return new Set(refunds.filter((refund) => refund.id === waiting || saysPending(refund)).map(({ id }) => id));
}

/**
 * WooCommerce writes what a refund takes back as negative amounts; ours are positive. A line that does not name its item
 * (written by a plugin) is left to the part of the refund without lines, and so is one that takes back nothing.
 */
function refundLines(refund: RestRefund, read: LineReader, field: string): Result<RefundLine[]> {
  const all = { line_items: refund.line_items, shipping_lines: refund.shipping_lines, fee_lines: refund.fee_lines };
  const lines = collected(
    Object.entries(all).flatMap(([kind, rows]) =>
      rows.map((line, index) =>
        read(line, `${field}.${kind}[${index}]`, ({ net, taxes }) => ({
          itemId: refundedItem(line.meta_data),
          name: line.name || line.method_title,
          quantity: kind === 'line_items' ? Math.abs(line.quantity ?? 0) : 1,
          net: minor(-net),
          taxes: taxes.map((tax) => ({ rateId: tax.rateId, amount: minor(-tax.amount) })),
        })),
      ),
    ),
  );
  if (!lines.ok) return lines;
  return ok(lines.value.filter((line) => line.itemId > 0 && (line.net !== 0 || line.taxes.some((tax) => tax.amount !== 0))));
}

function refundedItem(meta: { key: string; value?: unknown }[]): number {
  const item = Number(meta.find(({ key }) => key === '_refunded_item_id')?.value ?? 0);
  return Number.isSafeInteger(item) ? item : 0;
}

function orderCoupons({ order, decimals }: OrderParts): Result<StoreOrder['coupons']> {
  return collected(
    order.coupon_lines.map(({ code, discount }, index) => {
      const read = readRounded(discount, decimals, { orderId: order.id, field: `coupon_lines[${index}].discount` });
      return read.ok ? ok({ code, discount: read.value.amount }) : read;
    }),
  );
}

/** Where gateways keep whether the refund they took on last has been carried out (WooPayments; Stripe writes the same words). */
const REFUND_STATUS = new Set(['_wcpay_refund_status', '_stripe_refund_status']);

const saysPending = ({ meta_data }: { meta_data: { key: string; value?: unknown }[] }): boolean =>
  meta_data.some(({ key, value }) => REFUND_STATUS.has(key) && value === 'pending');

/** WooCommerce Gift Cards 2.3 (WC_GC_Refunds) makes such a refund over nothing and notes what it credited to which card. */
const saysOntoCard = ({ meta_data }: RestRefund): boolean =>
  meta_data.some(({ key, value }) => key === '_wc_gc_refund_activities' && Array.isArray(value) && value.length > 0);

/** Both plugins write the status on the order: it speaks of the newest refund that the gateway makes itself. Null when none waits. */
function waitingRefund(order: OrderParts['order'], refunds: OrderParts['refunds']): number | null {
  if (!saysPending(order)) return null;
  const byGateway = refunds.filter((refund) => refund.refunded_payment).map((refund) => refund.id);
  return byGateway.length > 0 ? Math.max(...byGateway) : null;
}

interface Money {
  net: MinorUnits;
  subtotal: MinorUnits;
  taxes: LineTax[];
}
interface MoneyLine {
  total: string;
  subtotal?: string | undefined;
  total_tax?: string | undefined;
  taxes: { id: number; total?: string | null | undefined }[];
}
type LineReader = <T>(line: MoneyLine, field: string, build: (money: Money) => T) => Result<T>;

function readerOf(orderId: number, decimals: number): LineReader {
  return (line, field, build) => {
    const net = readExact(line.total, decimals, { orderId, field: `${field}.total` });
    if (!net.ok) return net;
    // Only a set-up with discounts on lines of their own asks for it: a shop that writes none has no coupons.
    const subtotal =
      line.subtotal === undefined ? net : readExact(line.subtotal, decimals, { orderId, field: `${field}.subtotal` });
    if (!subtotal.ok) return subtotal;
    const taxes = lineTaxes(line, decimals, { orderId, field });
    return taxes.ok ? ok(build({ net: net.value, subtotal: subtotal.value, taxes: taxes.value })) : taxes;
  };
}

/**
 * Tax per rate. A rate without an amount did not apply. Tax without any rate (imported orders, some plugins) is kept under rate id 0:
 * a rule may name it, and until one does a person sees it instead of the document coming out too low.
 */
function lineTaxes(line: MoneyLine, decimals: number, at: { orderId: number; field: string }): Result<LineTax[]> {
  const taxes = collected(
    line.taxes
      .map(({ id, total }, index) => ({ id, total: total ?? '', field: `${at.field}.taxes[${index}].total` }))
      .filter(({ total }) => total !== '')
      .map(({ id, total, field }) => {
        const amount = readExact(total, decimals, { orderId: at.orderId, field });
        return amount.ok ? ok({ rateId: id, amount: amount.value }) : amount;
      }),
  );
  if (!taxes.ok || taxes.value.length > 0 || !line.total_tax) return taxes;
  const whole = readExact(line.total_tax, decimals, { orderId: at.orderId, field: `${at.field}.total_tax` });
  if (!whole.ok) return whole;
  return ok(whole.value === 0 ? [] : [{ rateId: 0, amount: whole.value }]);
}

/**
 * A discounted line's taxes before coupons, per rate. Told where each rate of its tax has one and they add up to the line's own figure but
 * for rounding, one unit of the shop's per rate.
 */
function beforeCoupons(
  line: Pick<RestProductLine, 'taxes' | 'subtotal_tax'>,
  { net, subtotal, taxes }: Money,
  decimals: number,
  shopDecimals: number,
): Pick<OrderLine, 'subtotalTaxes'> {
  if (subtotal === net) return {};
  const before: LineTax[] = [];
  for (const { id, subtotal: told } of line.taxes) {
    if (!told) continue;
    const amount = parseMinorUnits(told, decimals);
    if (!amount.ok) return {};
    before.push({ rateId: id, amount: amount.value });
  }
  if (taxes.some(({ rateId }) => !before.some((tax) => tax.rateId === rateId))) return {};
  const whole = parseMinorUnits(line.subtotal_tax || '0', decimals);
  const apart = whole.ok ? Math.abs(before.reduce((all, tax) => all + tax.amount, -whole.value)) : Number.POSITIVE_INFINITY;
  return apart <= before.length * 10 ** Math.max(0, decimals - shopDecimals) ? { subtotalTaxes: before } : {};
}

function collected<T>(results: Result<T>[]): Result<T[]> {
  const values: T[] = [];
  for (const result of results) {
    if (!result.ok) return result;
    values.push(result.value);
  }
  return ok(values);
}

/** Our own notes on an order are no news about it. */
const OWN_META = '_ar_bridge';
const DEEPEST_META = 20;

/** Other plugins' meta, without ours; a value nested deeper than 20 levels is nobody's purchase order number and is left out. */
function readableMeta(rows: { key: string; value?: unknown }[]): StoreOrder['meta'] {
  return rows
    .filter(({ key, value }) => !key.startsWith(OWN_META) && depthWithin(value, DEEPEST_META))
    .map(({ key, value }) => ({ key, value: value ?? null }));
}

function depthWithin(value: unknown, levels: number): boolean {
  if (typeof value !== 'object' || value === null) return true;
  return levels > 0 && Object.values(value).every((part) => depthWithin(part, levels - 1));
}
