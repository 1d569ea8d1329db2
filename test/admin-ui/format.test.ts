// @vitest-environment jsdom
import { beforeAll, describe, expect, it } from 'vitest';

// The page reads the site's locale and time zone once, when it is loaded.
let format: typeof import('../../admin-ui/src/format.ts');
beforeAll(async () => {
  window.arBridge = { locale: 'en_US', timeZone: 'America/New_York' };
  format = await import('../../admin-ui/src/format.ts');
});

describe('amounts', () => {
  it.each([
    ['1234567.89', 'USD', '1,234,567.89 USD'],
    ['0.00', 'USD', '0.00 USD'],
    ['-30.00', 'EUR', '-30.00 EUR'],
    ['1500', 'JPY', '1,500 JPY'],
    ['1.999', 'KWD', '1.999 KWD'],
  ])('writes %s %s as %s', (decimal, currency, shown) => {
    expect(format.amount(decimal, currency)).toBe(shown);
  });

  it('shows digits that a floating-point number would lose', () => {
    expect(format.amount('9007199254740993.07')).toBe('9,007,199,254,740,993.07');
  });

  it('shows what is not an amount as it came', () => {
    expect(format.amount('n/a')).toBe('n/a');
  });

  it('knows zero in every number of decimals', () => {
    expect(['0', '0.00', '-0.000'].every(format.isZero)).toBe(true);
    expect(format.isZero('0.01')).toBe(false);
  });
});

describe('times', () => {
  it('shows an instant in the time zone of the site', () => {
    expect(format.instant('2026-11-23T03:30:00Z')).toContain('Nov 22, 2026');
  });

  it('shows a day as that day in every time zone', () => {
    expect(format.day('2026-11-23')).toBe('Nov 23, 2026');
    expect(format.day('soon')).toBe('soon');
  });

  it('says how long ago or how far ahead', () => {
    const now = Date.parse('2026-11-23T12:00:00Z');
    expect(format.relative('2026-11-23T11:58:00Z', now)).toBe('2 minutes ago');
    expect(format.relative('2026-11-23T12:05:30Z', now)).toBe('in 5 minutes');
    expect(format.relative('2026-11-23T12:00:00Z', now)).toBe('now');
    expect(format.relative('2026-11-21T12:00:00Z', now)).toBe('2 days ago');
  });

  it('shows short durations in milliseconds and long ones in seconds', () => {
    expect(format.duration(412)).toBe('412 ms');
    expect(format.duration(1840)).toBe('1.8 s');
  });
});

describe('bodies of requests', () => {
  it('indents JSON without changing a digit of an id', () => {
    expect(format.pretty('{"CustomerTransactionId":300000281734912345,"items":[],"text":"a, {b}: \\"c\\""}')).toBe(
      '{\n  "CustomerTransactionId": 300000281734912345,\n  "items": [],\n  "text": "a, {b}: \\"c\\""\n}',
    );
  });

  it('lays out JSON that was laid out already in the same way', () => {
    const body = '{\n    "a" : [ 1,\n 2 ] }';
    expect(format.pretty(body)).toBe('{\n  "a": [\n    1,\n    2\n  ]\n}');
  });

  it('indents an envelope of SOAP', () => {
    expect(format.pretty('<a><b>1</b><c/></a>')).toBe('<a>\n  <b>1</b>\n  <c/>\n</a>');
  });

  it('leaves other text alone', () => {
    expect(format.pretty('AR-855056: closed')).toBe('AR-855056: closed');
  });
});
