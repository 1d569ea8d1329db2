import { describe, expect, it } from 'vitest';
import { accountingDate, type Period } from '../../../sidecar/derive/accounting-date.ts';
import { dayIn } from '../../../sidecar/domain/dates.ts';
import { startOfDayMs } from '../../../sidecar/domain/days.ts';

/** Months of one year by their status: `{ 10: 'C', 11: 'O' }`. */
const months = (year: number, status: Record<number, string>): Period[] =>
  Object.entries(status).map(([month, each]) => ({
    name: `${month}-${year}`,
    start: `${year}-${month.padStart(2, '0')}-01`,
    end: new Date(Date.UTC(year, Number(month), 0)).toISOString().slice(0, 10),
    status: each,
  }));

const outcome = (...of: Parameters<typeof accountingDate>): string => {
  const date = accountingDate(...of);
  return date.ok ? date.value : date.failure.code;
};

describe('the accounting date', () => {
  it.each([
    ['its own day in an open period', '2026-11-20', { 11: 'O', 12: 'F' }, ['2026-11-20', '2026-11-20', '2026-11-20']],
    ['its own day in a future-enterable period', '2026-12-31', { 11: 'O', 12: 'F' }, ['2026-12-31', '2026-12-31', '2026-12-31']],
    ['the first and the last day of a period', '2026-11-01', { 10: 'C', 11: 'O' }, ['2026-11-01', '2026-11-01', '2026-11-01']],
    ['after a closed period', '2026-10-31', { 10: 'C', 11: 'O' }, ['2026-11-01', '2026-11-01', 'period.closed']],
    [
      'past several closed ones',
      '2026-08-15',
      { 8: 'P', 9: 'C', 10: 'W', 11: 'O' },
      ['2026-11-01', '2026-11-01', 'period.closed'],
    ],
    [
      'past one that was never opened',
      '2026-10-15',
      { 10: 'C', 11: 'N', 12: 'O' },
      ['2026-12-01', '2026-12-01', 'period.closed'],
    ],
    ['never back', '2026-12-15', { 10: 'O', 11: 'O', 12: 'C' }, ['period.none_open', 'period.none_open', 'period.closed']],
    ['a day that no period has', '2027-01-02', { 11: 'O', 12: 'O' }, ['period.none_open', 'period.none_open', 'period.closed']],
    ['Oracle’s to decide where none was pulled', '2026-12-15', {}, ['2026-12-15', '2026-12-15', '2026-12-15']],
  ])('is %s', (_, day, status, expected) => {
    const periods = months(2026, status).reverse();
    expect((['next-open', 'next-period', 'hold'] as const).map((policy) => outcome(day, periods, policy))).toEqual(expected);
  });

  it.each([
    // An adjusting period lies within December: the first open day is in it, the next period is not.
    [
      '2026-12-15',
      [
        ['Dec-26', '2026-12-01', '2026-12-31', 'C'],
        ['Adj-26', '2026-12-31', '2026-12-31', 'O'],
        ['Jan-27', '2027-01-01', '2027-01-31', 'O'],
      ],
      '2026-12-31',
      '2027-01-01',
    ],
    // Four weeks, four weeks, five weeks: the next period begins in the same calendar month.
    [
      '2026-01-20',
      [
        ['P01', '2026-01-01', '2026-01-28', 'C'],
        ['P02', '2026-01-29', '2026-02-25', 'O'],
      ],
      '2026-01-29',
      '2026-01-29',
    ],
  ] as const)('of %s goes by Oracle’s periods, not by months', (day, rows, nextOpen, nextPeriod) => {
    const periods = rows.map(([name, start, end, status]) => ({ name, start, end, status }));
    expect([outcome(day, periods, 'next-open'), outcome(day, periods, 'next-period')]).toEqual([nextOpen, nextPeriod]);
  });

  it('that is held names the day and both ways out', () => {
    expect(accountingDate('2026-10-31', months(2026, { 10: 'C' }), 'hold')).toMatchObject({
      failure: {
        kind: 'needs-attention',
        message: expect.stringContaining('2026-10-31'),
        action: expect.stringMatching(/^Open the period.+goes on by itself.+Or choose/),
      },
    });
  });
});

describe('the day in the business unit’s time zone', () => {
  it.each([
    // Behind UTC: the evening is still the same day, past midnight UTC.
    ['America/New_York', '2026-12-01T04:59:59Z', '2026-11-30'],
    ['America/New_York', '2026-12-01T05:00:00Z', '2026-12-01'],
    // Ahead of UTC: the new month begins before UTC's.
    ['Pacific/Auckland', '2026-11-30T10:59:59Z', '2026-11-30'],
    ['Pacific/Auckland', '2026-11-30T11:00:00Z', '2026-12-01'],
    ['Pacific/Kiritimati', '2026-11-30T10:00:00Z', '2026-12-01'],
    ['Pacific/Pago_Pago', '2026-12-01T10:59:59Z', '2026-11-30'],
    ['Asia/Kolkata', '2026-11-30T18:29:59Z', '2026-11-30'],
    ['Asia/Kolkata', '2026-11-30T18:30:00Z', '2026-12-01'],
    // The night the clocks go forward: midnight is at +1, the next one at +2.
    ['Europe/Berlin', '2026-03-28T22:59:59Z', '2026-03-28'],
    ['Europe/Berlin', '2026-03-28T23:00:00Z', '2026-03-29'],
    ['Europe/Berlin', '2026-03-29T21:59:59Z', '2026-03-29'],
    ['Europe/Berlin', '2026-03-29T22:00:00Z', '2026-03-30'],
    // The night they go back: 01:30 comes twice, on one day.
    ['America/New_York', '2026-11-01T05:30:00Z', '2026-11-01'],
    ['America/New_York', '2026-11-01T06:30:00Z', '2026-11-01'],
    ['America/New_York', '2026-11-01T03:59:59Z', '2026-10-31'],
    ['America/New_York', '2026-11-02T04:59:59Z', '2026-11-01'],
    ['America/New_York', '2026-11-02T05:00:00Z', '2026-11-02'],
    // A zone that changes its clocks at midnight itself has no 00:30 that night.
    ['America/Santiago', '2026-09-06T03:59:59Z', '2026-09-05'],
    ['America/Santiago', '2026-09-06T04:00:00Z', '2026-09-06'],
  ])('%s at %s is %s', (zone, instant, day) => {
    expect(dayIn(zone, instant)).toBe(day);
  });

  it.each([
    ['Europe/Berlin', '2026-03-29', 23],
    ['Europe/Berlin', '2026-10-25', 25],
    ['America/New_York', '2026-11-01', 25],
    ['America/Santiago', '2026-09-06', 23],
    ['Asia/Kolkata', '2026-03-29', 24],
  ])('in %s, %s has %i hours', (zone, day, hours) => {
    const next = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
    expect((startOfDayMs(zone, next) - startOfDayMs(zone, day)) / 3_600_000).toBe(hours);
  });
});
