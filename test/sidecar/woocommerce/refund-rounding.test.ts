import { describe, expect, it } from 'vitest';
import { type MinorUnits, minor, sum } from '../../../sidecar/domain/money.ts';
import type { StoreOrder } from '../../../sidecar/domain/order.ts';
import { identityOf } from '../../../sidecar/plan/identity.ts';
import { OrderSchema, RefundSchema } from '../../../sidecar/woocommerce/schemas.ts';
import { toStoreOrder } from '../../../sidecar/woocommerce/to-store-order.ts';
import { isoDecimals } from '../../fixtures/iso-4217.ts';
import { Books } from '../support/books.ts';
import { payment, setup } from '../support/orders.ts';

interface Given {
  id: number;
  amount: string;
  day?: number;
  /** What the refund's line says with the currency's decimals; no line where there is none. */
  line?: string;
  pending?: boolean;
}

/** An order of one mug in a shop that keeps more decimals than the currency has; `line`: the mug with the currency's decimals. */
function read(currency: string, total: string, line: string, refunds: Given[], booked: [number, MinorUnits][] = []): StoreOrder {
  const item = { id: 1, name: 'Mug', product_id: 0, quantity: 1, total_tax: '0', taxes: [], meta_data: [] };
  const order = { id: 1042, status: 'processing', currency, date_created_gmt: '2026-11-20T15:00:00', customer_id: 0, total };
  const rows = refunds.map((one) => ({
    id: one.id,
    date_created_gmt: `2026-11-${20 + (one.day ?? one.id)}T15:00:00`,
    amount: one.amount,
    meta_data: one.pending ? [{ key: '_stripe_refund_status', value: 'pending' }] : [],
    line_items: one.line
      ? [{ ...item, id: 100 + one.id, total: `-${one.line}`, meta_data: [{ key: '_refunded_item_id', value: '1' }] }]
      : [],
  }));
  const parsed = {
    order: OrderSchema.parse({ ...order, line_items: [{ ...item, total: line }] }),
    refunds: RefundSchema.array().parse(rows),
  };
  const result = toStoreOrder({
    ...parsed,
    exact: parsed,
    decimals: isoDecimals(currency),
    shopDecimals: 3,
    bookedRefunds: new Map(booked),
    products: new Map(),
    customer: null,
  });
  if (!result.ok) throw new Error(result.failure.message);
  return { ...result.value, payments: [payment(result.value.total)] };
}

const amounts = ({ refunds }: StoreOrder) => refunds.map(({ amount }) => amount);
const three = (amount: string, line?: string): Given[] => [1, 2, 3].map((id) => ({ id, amount, ...(line && { line }) }));

/** What the store keeps beside the order: refunds with the amounts of their credit memos. */
const bookedIn = (books: Books): [number, MinorUnits][] =>
  books.state.documents.flatMap(({ what, amount }) => (what.purpose === 'refund' ? [[what.refundId, amount]] : []));
const holds = (books: Books, order: StoreOrder) => identityOf(books.look(order).target, books.state, books.balances());

describe('refunds of a shop that keeps more decimals than the currency has', () => {
  it.each([
    ['JPY', '1000.50', '1001', '333.50', [334, 333, 334]],
    ['JPY', '1000.20', '1000', '333.40', [333, 334, 333]],
    ['USD', '10.005', '10.01', '3.335', [334, 333, 334]],
    ['KWD', '3.0004', '3.000', '1.0001', [1000, 1000, 1000]],
  ])('in %s add up to the rounded total of %s, and leave nothing sold', (currency, total, line, each, expected) => {
    for (const ofLine of [
      undefined,
      String(Math.round(Number(each) * 10 ** isoDecimals(currency)) / 10 ** isoDecimals(currency)),
    ]) {
      const order = read(currency, total, line, three(each, ofLine));
      expect(amounts(order)).toEqual(expected);
      expect(sum(amounts(order))).toBe(order.total);
      const books = new Books(setup({ conversionRateType: 'Corporate' }));
      expect(books.post(order).blocked).toBeNull();
      expect(holds(books, order)).toMatchObject({ holds: true, sales: { store: 0, oracle: 0 } });
    }
  });

  it('are rounded in the order they were made, those on their way last', () => {
    const [one, two, later] = three('333.50').map((refund, at) => ({ ...refund, day: [3, 1, 2][at] ?? 0 }));
    if (!one || !two || !later) throw new Error('three');
    expect(amounts(read('JPY', '1000.50', '1001', [one, two, later]))).toEqual([334, 334, 333]);
    expect(amounts(read('JPY', '1000.50', '1001', [one, { ...two, pending: true }, later]))).toEqual([333, 334, 334]);
  });

  it('are read by themselves where none has digits beyond the currency’s', () => {
    const booked: [number, MinorUnits][] = [[1, minor(999)]];
    expect(amounts(read('USD', '10.00', '10.00', three('3.330'), booked))).toEqual([333, 333, 333]);
  });

  it('keep the amounts they were booked with when the first of three is deleted, and what comes later makes up for it', () => {
    const books = new Books(setup({ conversionRateType: 'Corporate' }));
    const [first, second, third] = three('333.40');
    if (!first || !second || !third) throw new Error('three');
    books.post(read('JPY', '1000.20', '1000', [first, second, third]));
    expect(bookedIn(books)).toEqual([
      [1, 333],
      [2, 334],
      [3, 333],
    ]);

    const without = read('JPY', '1000.20', '1000', [second, third], bookedIn(books));
    expect(amounts(without)).toEqual([334, 333]); // by themselves: 333, 334
    books.post(without);
    expect(books.log.filter((step) => step.startsWith('invoice'))).toEqual(['invoice WEB-1042 1000', 'invoice WEB-V1 333']);
    expect(holds(books, without)).toMatchObject({ holds: true, sales: { store: 333, oracle: 333 } });
    expect(books.look(without).plan.steps).toEqual([]);

    const again = read('JPY', '1000.20', '1000', [second, third, { id: 4, amount: '333.40' }], bookedIn(books));
    expect(amounts(again)).toEqual([334, 333, 333]);
    books.post(again);
    expect(holds(books, again)).toMatchObject({ holds: true, sales: { store: 0, oracle: 0 } });
  });

  it('that were booked a unit short or over are made up for by the last one', () => {
    const booked: [number, MinorUnits][] = [
      [1, minor(334)],
      [2, minor(334)],
    ];
    expect(amounts(read('JPY', '1000.50', '1001', three('333.50'), booked))).toEqual([334, 334, 333]);
    expect(amounts(read('JPY', '1000.20', '1000', three('333.40'), [[2, minor(333)]]))).toEqual([334, 333, 333]);
  });
});
