import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StoreOrder } from '../../../sidecar/domain/order.ts';
import { OrderSchema, RefundSchema } from '../../../sidecar/woocommerce/schemas.ts';
import { toStoreOrder } from '../../../sidecar/woocommerce/to-store-order.ts';

/** Generated orders in WooCommerce's shape; the expected sums are made from the same digits, beside the reader. */
const amountOf = (minorUnits: number, decimals: number): string => {
  const digits = String(Math.abs(minorUnits)).padStart(decimals + 1, '0');
  const at = digits.length - decimals;
  return `${minorUnits < 0 ? '-' : ''}${digits.slice(0, at)}${decimals ? `.${digits.slice(at)}` : ''}`;
};

interface Line {
  net: number;
  taxes: number[];
  quantity: number;
}
const line: fc.Arbitrary<Line> = fc.record({
  net: fc.integer({ min: -5_000_000, max: 5_000_000 }),
  taxes: fc.array(fc.integer({ min: -500_000, max: 500_000 }), { maxLength: 3 }),
  quantity: fc.oneof(fc.integer({ min: 0, max: 50 }), fc.constantFrom(0.5, 1.25)),
});
const sale = fc.record({
  products: fc.array(line, { maxLength: 6 }),
  shipping: fc.array(line, { maxLength: 2 }),
  fees: fc.array(line, { maxLength: 2 }),
  refunds: fc.array(fc.record({ amount: fc.nat(1_000_000), lines: fc.array(line, { maxLength: 3 }) }), { maxLength: 3 }),
  decimals: fc.constantFrom(0, 2, 3),
  total: fc.nat(100_000_000),
});
type Sale = typeof sale extends fc.Arbitrary<infer T> ? T : never;

const CURRENCIES: Record<number, string> = { 0: 'JPY', 2: 'USD', 3: 'KWD' };
const WHEN = '2026-11-23T03:31:13';

function rest(line: Line, id: number, decimals: number, sign: 1 | -1, more: object) {
  const amount = (units: number) => amountOf(sign * units, decimals);
  return {
    id,
    quantity: sign * line.quantity,
    total: amount(line.net),
    total_tax: amount(line.taxes.reduce((sum, tax) => sum + tax, 0)),
    taxes: line.taxes.map((tax, at) => ({ id: at + 1, total: amount(tax), subtotal: amount(tax) })),
    meta_data: [],
    ...more,
  };
}

function readSale({ products, shipping, fees, refunds, decimals, total }: Sale): StoreOrder {
  const order = {
    id: 1042,
    status: 'processing',
    currency: CURRENCIES[decimals],
    date_created_gmt: WHEN,
    customer_id: 0,
    total: amountOf(total, decimals),
    line_items: products.map((row, at) => rest(row, 100 + at, decimals, 1, { name: 'Mug', product_id: 0 })),
    shipping_lines: shipping.map((row, at) => rest(row, 200 + at, decimals, 1, { method_title: 'Flat', method_id: 'flat_rate' })),
    fee_lines: fees.map((row, at) => rest(row, 300 + at, decimals, 1, { name: 'Gift' })),
  };
  const rows = refunds.map(({ amount, lines }, at) => ({
    id: 500 + at,
    date_created_gmt: WHEN,
    amount: amountOf(amount, decimals),
    line_items: lines.map((row, item) => {
      const meta_data = [{ key: '_refunded_item_id', value: String(100 + item) }];
      return rest(row, 600 + item, decimals, -1, { name: 'Mug', meta_data });
    }),
  }));
  const parsed = { order: OrderSchema.parse(order), refunds: RefundSchema.array().parse(rows) };
  const read = toStoreOrder({
    ...parsed,
    exact: parsed,
    decimals,
    shopDecimals: 2,
    bookedRefunds: new Map(),
    products: new Map(),
    customer: null,
  });
  if (!read.ok) throw new Error(read.failure.message);
  return read.value;
}

const added = (parts: number[]): number => parts.reduce((sum, part) => sum + part, 0);
const worth = (lines: { net: number; taxes: { amount: number }[] }[]): number =>
  added(lines.flatMap(({ net, taxes }) => [net, ...taxes.map(({ amount }) => amount)]));
const worthOf = (lines: Line[]): number => added(lines.flatMap(({ net, taxes }) => [net, ...taxes]));

describe('generated orders', () => {
  it('keep every amount, in every number of decimals', () => {
    fc.assert(
      fc.property(sale, (wish) => {
        const order = readSale(wish);
        expect(order.total).toBe(wish.total);
        expect(order.totalBeyondIso).toBe('0');
        expect(worth(order.lines)).toBe(worthOf([...wish.products, ...wish.shipping, ...wish.fees]));
        expect(order.lines.map((row) => row.net)).toEqual(
          [...wish.products, ...wish.shipping, ...wish.fees].map((row) => row.net),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('keep the sign of what refunds take back, and all of it', () => {
    fc.assert(
      fc.property(sale, (wish) => {
        const order = readSale(wish);
        expect(order.refunds.map(({ amount }) => amount)).toEqual(wish.refunds.map(({ amount }) => amount));
        order.refunds.forEach(({ lines }, at) => {
          expect(worth(lines)).toBe(worthOf(wish.refunds[at]?.lines ?? []));
          expect(lines.every(({ quantity }) => quantity >= 0)).toBe(true);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('never hold a negative zero', () => {
    fc.assert(
      fc.property(sale, (wish) => {
        const amounts = readSale(wish).refunds.flatMap(({ lines }) =>
          lines.flatMap(({ net, taxes }) => [net, ...taxes.map((tax) => tax.amount)]),
        );
        return amounts.every((amount) => !Object.is(amount, -0));
      }),
      { numRuns: 100 },
    );
  });
});

describe('the taxes of a discounted line before its coupons', () => {
  const told = (over: object, shop: { decimals?: number; shopDecimals?: number } = {}) => {
    const { decimals = 2, shopDecimals = 2 } = shop;
    const sold = {
      ...{ id: 100, name: 'Mug', product_id: 0, quantity: 1, meta_data: [] },
      ...{ subtotal: '100.00', subtotal_tax: '8.75', total: '90.00', total_tax: '7.88' },
      taxes: [
        { id: 1, total: '6.53', subtotal: '7.25' },
        { id: 2, total: '1.35', subtotal: '1.50' },
      ],
      ...over,
    };
    const order = OrderSchema.parse({
      ...{ id: 1042, status: 'processing', currency: 'USD', date_created_gmt: WHEN, customer_id: 0, total: '97.88' },
      line_items: [sold],
    });
    const parsed = { order, refunds: [] };
    const nothing = { products: new Map(), customer: null, bookedRefunds: new Map() };
    const read = toStoreOrder({ ...parsed, ...nothing, exact: parsed, decimals, shopDecimals });
    if (!read.ok) throw new Error(read.failure.message);
    return read.value.lines[0]?.subtotalTaxes?.map(({ rateId, amount }) => [rateId, amount]);
  };
  const rates = (...subtotals: unknown[]) => ({
    taxes: subtotals.map((subtotal, at) => ({ id: at + 1, total: at === 0 ? '6.53' : '1.35', subtotal })),
  });

  it('are read per rate, of lines that coupons made cheaper', () => {
    expect(told({})).toEqual([
      [1, 725],
      [2, 150],
    ]);
    expect(told({ subtotal: '90.00' })).toBeUndefined();
  });

  it.each([
    ['a rate without one', rates('7.25', ''), false],
    ['a rate with null', rates('7.25', null), false],
    ['what is no amount', rates('7.25', ['x']), false],
    ['more decimals than the currency has', rates('7.255', '1.50'), false],
    ['a line that says otherwise', { subtotal_tax: '9.00' }, false],
    ['a line that says nothing', { subtotal_tax: undefined }, false],
    ['a line that is rounded otherwise', { subtotal_tax: '8.76' }, true],
    ['a rate that applies before coupons only', { taxes: [{ id: 1, total: '', subtotal: '8.75' }], total_tax: '0' }, true],
  ])('are told or not, and never stop an order: %s', (_what, over, are) => {
    expect(told(over) !== undefined).toBe(are);
  });

  it('may be apart by what the shop rounds to, once per rate', () => {
    const whole = { ...rates('7.00', '2.00'), subtotal_tax: '8.00' };
    expect(told(whole, { shopDecimals: 0 })).toBeDefined();
    expect(told(whole)).toBeUndefined();
  });
});
