import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareDecimals,
  convertMinor,
  fits,
  readDecimal,
  roundTo,
  shareOut,
  times,
  toMinor,
  writeMinor,
} from '../../../sidecar/sandbox/decimal.ts';

const read = (text: string) => readDecimal(text) ?? expect.fail(`${text} was not read`);

describe('decimals', () => {
  it.each([
    ['19.99', 1999],
    ['-0.91', -91],
    ['1e3', 100000],
    ['.5', 50],
    ['28.7100', 2871],
  ])('reads %s exactly as minor units', (text, minor) => {
    expect(toMinor(read(text), 2)).toBe(minor);
  });

  it.each(['', 'abc', '1,5', '0x1f', '--1', '.', '1.2.3'])('does not take "%s" for a number', (text) => {
    expect(readDecimal(text)).toBeNull();
  });

  it.each([
    ['2.345', 235],
    ['-2.345', -235],
    ['2.344', 234],
  ])('rounds %s half away from zero', (text, minor) => {
    expect(Number(roundTo(read(text), 2))).toBe(minor);
  });

  it('knows whether an amount has more decimals than its currency', () => {
    expect(fits(read('1.230'), 2)).toBe(true);
    expect(fits(read('1.234'), 2)).toBe(false);
  });

  it('multiplies price by quantity without a binary fraction', () => {
    expect(toMinor(times(read('3'), read('19.99')), 2)).toBe(5997);
    expect(toMinor(times(read('0.1'), read('0.2')), 2)).toBe(2);
  });

  it.each([
    [2871, 2, '28.71'],
    [2500, 2, '25'],
    [-5, 2, '-0.05'],
    [0, 2, '0'],
    [1999, 0, '1999'],
    [1999, 3, '1.999'],
  ])('writes %i with %i decimals as %s', (minor, decimals, text) => {
    expect(writeMinor(minor, decimals)).toBe(text);
  });

  it('reads back what it writes', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000_000, max: 1_000_000_000 }), fc.constantFrom(0, 2, 3), (minor, decimals) => {
        expect(toMinor(read(writeMinor(minor, decimals)), decimals)).toBe(minor);
      }),
    );
  });

  it('converts into a currency with other decimals', () => {
    expect(convertMinor(10_000, 0, read('0.0067'), 2)).toBe(6700);
    expect(convertMinor(1, 2, read('1.08'), 2)).toBe(1);
  });

  it('compares by value, not by how it is written', () => {
    expect(compareDecimals(read('1.50'), read('1.5'))).toBe(0);
    expect(compareDecimals(read('1.5'), read('1.51'))).toBe(-1);
  });

  it('shares an amount out without losing a cent', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -100_000, max: 100_000 }),
        fc.array(fc.integer({ min: 1, max: 1_000 }), { minLength: 1, maxLength: 5 }),
        (amount, weights) => {
          expect(shareOut(amount, weights).reduce((sum, part) => sum + part, 0)).toBe(amount);
        },
      ),
    );
  });
});
