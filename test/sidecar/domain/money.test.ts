import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  allocate,
  currencyDecimals,
  formatMinor,
  minor,
  parseMinorUnits,
  roundInTurn,
  roundToIso,
  sum,
} from '../../../sidecar/domain/money.ts';
import { ISO_4217 } from '../../fixtures/iso-4217.ts';

const value = <T>(result: { ok: true; value: T } | { ok: false; failure: { code: string } }) =>
  result.ok ? result.value : result.failure.code;

describe('money', () => {
  it.each([
    ['19.99', 2, 1999],
    ['-0.00', 2, 0],
    ['1.999', 3, 1999],
    ['1999', 0, 1999],
    ['5', 2, 500],
    ['1.10', 2, 110],
    ['0.1000', 2, 10],
    ['0.001', 2, 'money.too_precise'],
    ['1e3', 2, 'money.not_a_decimal'],
    ['', 2, 'money.not_a_decimal'],
    ['99999999999999999', 2, 'money.not_a_decimal'],
    ['999999999999999', 2, 'money.too_large'],
  ])('reads %s with %i decimals as %s', (text, decimals, expected) => {
    expect(value(parseMinorUnits(text, decimals))).toBe(expected);
  });

  it.each([
    ['1.005', 2, 101],
    ['1.0049', 2, 100],
    ['-1.005', 2, -101],
    ['999.5', 0, 1000],
  ])('rounds %s half up to %i decimals: %i', (text, decimals, expected) => {
    expect(value(roundToIso(text, decimals))).toBe(expected);
  });

  it.each([
    ['USD', 2],
    ['JPY', 0],
    ['KWD', 3],
    // Printed without decimals, counted with them.
    ['HUF', 2],
    ['COP', 2],
    ['IDR', 2],
    ['IQD', 3],
    ['MRU', 2],
    ['CLF', 4],
    ['UYW', 4],
    // Withdrawn, in orders of then.
    ['SLL', 2],
    ['BYR', 0],
    ['HRK', 2],
    ['BTC', 'money.unknown_currency'],
    ['XAU', 'money.unknown_currency'],
    ['XXQ', 'money.unknown_currency'],
  ])('knows the decimals of %s', (code, expected) => {
    expect(value(currencyDecimals(code))).toBe(expected);
  });

  it('has the minor unit of every currency that ISO 4217 lists', () => {
    expect([...ISO_4217.keys()].map((code) => [code, value(currencyDecimals(code))])).toEqual([...ISO_4217]);
  });

  it('writes what it reads', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.integer({ min: 0, max: 4 }), (units, decimals) => {
        fc.pre(Math.abs(units) < 1e14);
        expect(value(parseMinorUnits(formatMinor(minor(units), decimals), decimals))).toBe(units === 0 ? 0 : units);
      }),
    );
  });

  it('rounds in turn: what is shared out adds up to the rounded sum, each part within one unit of itself', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e9 }), { maxLength: 12 }), (thousandths) => {
        const texts = thousandths.map((part) => formatMinor(minor(part), 3));
        const parts = roundInTurn(
          texts.map((amount) => ({ amount })),
          1,
        );
        if (!parts.ok) throw new Error(parts.failure.message);
        const whole = roundToIso(formatMinor(sum(thousandths), 3), 1);
        expect(sum(parts.value)).toBe(value(whole));
        for (const [at, part] of parts.value.entries()) expect(Math.abs(part - (thousandths[at] ?? 0) / 100)).toBeLessThan(1);
      }),
    );
  });

  it.each([
    [['333.50', '333.50', '333.50'], [], [334, 333, 334]],
    [['-0.5', '-0.5'], [], [0, 0]],
    [['0.4', '0.4', '0.4'], [1], [1, 0, 0]],
    [['2.5', '2.5'], [9], [9, 0]],
  ])('rounds %j in turn, with %j booked: %j', (texts, booked, expected) => {
    const parts = texts.map((amount, at) => ({ amount, booked: booked[at] === undefined ? undefined : minor(booked[at]) }));
    expect(value(roundInTurn(parts, 0))).toEqual(expected);
  });

  it('splits without losing a unit, each part within one unit of its share, the same every time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -1e9, max: 1e9 }),
        fc.array(fc.nat(1e9), { minLength: 1, maxLength: 30 }),
        (amount, weights) => {
          fc.pre(weights.some((weight) => weight > 0));
          const parts = allocate(minor(amount), weights);
          const whole = weights.reduce((total, weight) => total + weight, 0);
          expect(parts.reduce((total, part) => total + part, 0)).toBe(amount === 0 ? 0 : amount);
          for (const [index, part] of parts.entries()) {
            expect(Math.abs(part - (amount * (weights[index] ?? 0)) / whole)).toBeLessThan(1.001);
          }
          expect(allocate(minor(amount), weights)).toEqual(parts);
        },
      ),
    );
  });

  it('gives the left-over cent to the first of equal shares', () => {
    expect(allocate(minor(100), [1, 1, 1])).toEqual([34, 33, 33]);
    expect(allocate(minor(-100), [1, 1, 1])).toEqual([-34, -33, -33]);
  });
});
