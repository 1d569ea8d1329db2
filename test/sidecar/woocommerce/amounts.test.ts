import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMinor } from '../../../sidecar/domain/money.ts';
import { readExact, readRounded } from '../../../sidecar/woocommerce/amounts.ts';
import { failureOf } from './support/shop-for-tests.ts';

const AT = { orderId: 1042, field: 'total' };

function rounded(decimal: string, decimals: number) {
  const read = readRounded(decimal, decimals, AT);
  if (!read.ok) throw new Error(read.failure.message);
  return read.value;
}

describe('a total in a currency with fewer decimals than the shop', () => {
  it.each([
    ['1000.00', 0, 1000, '0'], // JPY, shop of two decimals
    ['1000.40', 0, 1000, '0.4'],
    ['1000.50', 0, 1001, '-0.5'],
    ['0.49', 0, 0, '0.49'],
    ['-1000.50', 0, -1001, '0.5'],
    ['10.05', 3, 10050, '0'], // KWD, shop of two decimals
    ['10.0005', 3, 10001, '-0.0005'],
    ['10.005', 2, 1001, '-0.005'], // USD, shop of three decimals
    ['10.004', 2, 1000, '0.004'],
    ['-0.00', 2, 0, '0'], // a refund of nothing, as `refunds[]` shows it
    ['19.99', 2, 1999, '0'],
    ['7', 2, 700, '0'],
  ])('%s with %i decimals is %i and leaves %s', (decimal, decimals, amount, beyond) => {
    expect(rounded(decimal, decimals)).toEqual({ amount, beyond });
  });

  it('loses nothing: what was rounded and what was left make the shop’s number, digit for digit', () => {
    const scale = 20;
    const exact = (decimal: string): bigint => {
      const [whole = '', fraction = ''] = decimal.split('.');
      return BigInt(whole + fraction.padEnd(scale, '0'));
    };
    fc.assert(
      fc.property(
        fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }),
        fc.stringMatching(/^\d{0,20}$/),
        fc.integer({ min: 0, max: 4 }),
        (whole, fraction, decimals) => {
          const decimal = fraction ? `${whole}.${fraction}` : String(whole);
          const { amount, beyond } = rounded(decimal, decimals);
          return exact(formatMinor(amount, decimals)) + exact(beyond) === exact(decimal);
        },
      ),
      { numRuns: 2_000 },
    );
  });
});

describe('a line amount', () => {
  it.each([
    ['19.99', 2, 1999],
    ['19.9900', 2, 1999],
    ['-2.5', 2, -250],
    ['333', 0, 333],
  ])('%s with %i decimals is %i', (decimal, decimals, amount) => {
    expect(readExact(decimal, decimals, AT)).toEqual({ ok: true, value: amount });
  });

  it.each([
    ['19.995', 2, 'money.too_precise'],
    ['1e3', 2, 'money.not_a_decimal'],
    ['1,000.00', 2, 'money.not_a_decimal'],
    ['', 2, 'money.not_a_decimal'],
    ['999999999999999.99', 2, 'money.too_large'],
  ])('%s with %i decimals is refused, and says where it stood', (decimal, decimals, code) => {
    const failure = failureOf(readExact(decimal, decimals, AT));
    expect(failure).toMatchObject({ code: 'order.unreadable', detail: { code, subject: 'total' } });
    expect(failure.message).toBe(
      `Order 1042 cannot be read: total is "${decimal}", expected a decimal string of at most ${decimals} decimals.`,
    );
  });
});
