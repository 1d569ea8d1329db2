import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatMinor, minor } from '../../../sidecar/domain/money.ts';
import { amountIn, amountOut } from '../../../sidecar/oracle/amounts.ts';
import { readDocument } from '../../../sidecar/oracle/documents.ts';
import { digits, readJson } from '../../../sidecar/oracle/lossless-json.ts';
import { allOf, equals, finder, queryString } from '../../../sidecar/oracle/query.ts';
import { createSmallCache } from '../../../sidecar/oracle/small-cache.ts';
import { clean } from '../../../sidecar/oracle/text.ts';

describe('JSON without loss', () => {
  it('keeps every digit of ids and amounts on the way in and out', () => {
    expect(readJson('{"Id":300100184726519123,"Amount":-0.10,"Big":1E+2,"Flag":true,"None":null,"Text":"7"}')).toEqual({
      Id: '300100184726519123',
      Amount: '-0.10',
      Big: '1E+2',
      Flag: true,
      None: null,
      Text: '7',
    });
    expect(JSON.stringify({ id: digits('300100184726519123') })).toBe('{"id":300100184726519123}');
  });

  it.each(['', '{', 'null x', `${'['.repeat(200_000)}`])('takes %j for no JSON', (text) => {
    expect(readJson(text)).toBeUndefined();
  });

  it('sends no text as digits', () => {
    expect(() => digits('1,5')).toThrow(TypeError);
    expect(() => digits('1"}')).toThrow(TypeError);
  });
});

describe('amounts', () => {
  it.each([
    ['28.71', 2871],
    ['-13.41', -1341],
    ['1E+2', 10000],
    ['1.5e1', 1500],
    ['25E-2', 25],
    ['25', 2500],
    ['25.000', 2500],
    ['', null],
    ['0.005', null],
    ['n/a', null],
  ])('%s of a currency with two decimals is %s', (text, expected) => {
    expect(amountIn(text, 2)).toBe(expected);
  });

  it('come back as they went out', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), fc.constantFrom(0, 2, 3), (value, decimals) => {
        const json = JSON.stringify({ a: amountOut(minor(value), decimals) });
        const read = readJson(json) as { a: string };
        expect(read.a).toBe(formatMinor(minor(value), decimals));
        // parseMinorUnits reads up to 15 digits before the point
        if (Math.abs(value) < 1e15) expect(amountIn(read.a, decimals)).toBe(value === 0 ? 0 : value);
      }),
    );
  });
});

describe('documents as answered', () => {
  it('reads quoted receipt amounts and numbers alike', () => {
    const row = { StandardReceiptId: '300100184730011', ReceiptNumber: 'WEB-1-P1', Amount: '28.71', Currency: 'USD' };
    expect(readDocument('receipt', { ...row, UnappliedAmount: '3' }, 2)).toMatchObject({
      id: '300100184730011',
      enteredAmount: 2871,
      open: 300,
    });
  });

  it('knows no balance that the answer leaves out', () => {
    const row = { StandardReceiptId: '1', ReceiptNumber: 'P', Amount: '1', Currency: 'USD', UnappliedAmount: null };
    expect(readDocument('receipt', row, 2)?.open).toBeNull();
  });

  it('turns the signs of credit memos', () => {
    const row = {
      CustomerTransactionId: '1',
      EnteredAmount: '-13.41',
      TransactionBalanceDue: '-3.41',
      CreditMemoCurrency: 'USD',
    };
    expect(readDocument('credit-memo', row, 2)).toMatchObject({ enteredAmount: 1341, open: 341, currency: 'USD' });
  });

  it('is none without an id', () => {
    expect(readDocument('invoice', { TransactionNumber: 'WEB-1' }, 2)).toBeNull();
  });
});

describe('queries', () => {
  it('quote a value of harmless characters and refuse any other', () => {
    expect(equals('BusinessUnit', 'Northwind (US), BU #1')).toBe("BusinessUnit='Northwind (US), BU #1'");
    for (const value of ["O'Brien", 'a"b', 'a;b', 'a=b', 'a\\b', '', 'a\nb', 'a*', 'a%'])
      expect(equals('Name', value)).toBeNull();
  });

  it('refuse separators of a finder', () => {
    expect(finder('invoiceSearch', { TransactionNumber: 'WEB-1', BusinessUnit: 'US BU' })).toBe(
      'invoiceSearch;TransactionNumber=WEB-1,BusinessUnit=US BU',
    );
    expect(finder('invoiceSearch', { BusinessUnit: 'Northwind, Inc' })).toBeNull();
  });

  it('join and encode', () => {
    expect(allOf("A='1'", null, "B='2'")).toBe("A='1' and B='2'");
    expect(queryString({ q: "A='ü&1'", limit: 5, finder: null })).toBe("?q=A%3D'%C3%BC%261'&limit=5");
  });
});

describe('text', () => {
  it('never ends in half a character and never exceeds its length', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 20 }), (text, max) => {
        const cleaned = clean(text, max);
        expect(cleaned.length).toBeLessThanOrEqual(max);
        expect(cleaned.isWellFormed()).toBe(true);
        expect(cleaned).not.toMatch(/\p{Cc}/u);
      }),
    );
  });
});

describe('the small cache', () => {
  it('forgets the oldest', () => {
    const cache = createSmallCache(2);
    for (const key of ['a', 'b', 'c']) cache.set(key, key);
    expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual([undefined, 'b', 'c']);
  });
});
