import { describe, expect, it } from 'vitest';
import { setup } from '../sidecar/support/orders.ts';
import { newHistory, remember, storeSide } from './judge.ts';
import { OracleBooks, overdrawn } from './oracle-side.ts';
import { isUneven, unitsOf } from './units.ts';
import type { LiveFacts } from './wish.ts';

const NOTHING = new OracleBooks(
  {
    ...{ invoices: [], creditMemos: [], receipts: [], miscellaneousReceipts: [] },
    ...{ applications: [], balances: [], balanced: true, problems: [] },
  },
  new Map(),
).side(1042);

const facts = (currency: string, total: string, refunds: string[]): LiveFacts => ({
  ...{
    id: 1042,
    gone: false,
    status: 'processing',
    placedAt: 1,
    paidAt: 2,
    customer: 0,
    role: '',
    channel: '',
    tags: [],
    gateway: 'stripe',
    via: 'checkout',
  },
  ...{ country: 'US', test: false, vat: '', fee: '', items: [], currency, total },
  refunds: refunds.map((amount, at) => ({ id: 7 + at, amount, at: 3 + at, pending: false })),
});

describe('the judge', () => {
  it.each([
    ['JPY', '1000.50', ['333.50', '333.50', '333.50'], 1001],
    ['JPY', '1000.20', ['333.40', '333.40', '333.40'], 1000],
    ['USD', '10.005', ['3.335', '3.335', '3.335'], 1001],
    ['HUF', '1234.50', ['1000.25', '234.25'], 123450],
    ['CLF', '1.2345', ['1.2345'], 12345],
  ])('takes refunds in %s of all of %s for the rounded total', (currency, total, refunds, expected) => {
    const history = newHistory(facts(currency, total, refunds));
    expect(storeSide(history, NOTHING, setup())).toEqual({ value: expected, refunds: expected, paid: expected });
  });

  it('remembers refunds that are gone', () => {
    const history = newHistory(facts('JPY', '1000.50', ['333.50', '333.50']));
    remember(history, { facts: facts('JPY', '1000.50', ['333.50']), money: [], refused: null });
    expect([...history.refunds.keys()]).toEqual([7, 8]);
  });

  it('rounds a sum once, half up and away from zero', () => {
    expect([unitsOf('-1.005', 2), unitsOf(['0.004', '0.004'], 2), unitsOf([], 2), unitsOf('0.0049', 2)]).toEqual([-101, 1, 0, 0]);
    expect([isUneven('3.335', 2), isUneven('3.330', 2), isUneven('3', 0)]).toEqual([true, false, false]);
  });
});

describe('what is applied from and to a document, day by day', () => {
  const receipt = {
    ...{
      number: 'WEB-1042-P1',
      amount: 10_000,
      accountingDate: '2026-11-20',
      businessUnit: '',
      date: '',
      open: 0,
      currency: 'USD',
    },
    ...{ rate: null, account: '', computed: 0, accounts: new Map(), channels: [], reversed: false },
  };
  const move = (day: string, amount: number, to: string | null = 'WEB-1042') => ({ from: receipt.number, to, amount, day });
  const said = (...moves: ReturnType<typeof move>[]) => overdrawn({ ...NOTHING, receipts: [receipt], moves });

  it('is no more than it is over, on no day', () => {
    const [sold, off] = [move('2026-11-20', 10_000), move('2026-12-05', -10_000)];
    expect(said(sold, off, move('2026-12-05', 7_000))).toBeNull();
    expect(said(sold, off, move('2026-11-20', 7_000))).toBe(
      'WEB-1042-P1 is over 10000, and 17000 of it was applied on 2026-11-20',
    );
    expect(said(sold, off, move('2026-12-04', 3_000, null))).toContain('13000 of it was applied on 2026-12-04');
  });

  it('is not before its own day', () => {
    expect(said(move('2026-11-19', 10_000))).toBe('WEB-1042-P1 of 2026-11-20 was moved on 2026-11-19');
  });
});
