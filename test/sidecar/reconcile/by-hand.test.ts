import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { sum } from '../../../sidecar/domain/money.ts';
import { compareOrder } from '../../../sidecar/reconcile/compare-order.ts';
import { acceptance, acceptedBy, driftOf, fingerprintOf } from '../../../sidecar/reconcile/drift.ts';
import { MEASURES, ORACLE_FIGURES, placeKey, STORE_FIGURES } from '../../../sidecar/reconcile/figures.ts';
import type { BookedDocument, OrderBooks, Reading } from '../../../sidecar/reconcile/order-books.ts';
import type { Comparison } from '../../../sidecar/reconcile/sheet.ts';
import { Table, totalsOf } from '../../../sidecar/reconcile/table.ts';
import { anySetup, anyStory, booksOf, live } from './lives.ts';

// A nightly run asks for many more stories.
vi.setConfig({ testTimeout: 60_000 });

const RUNS = Number(process.env.AR_BRIDGE_TEST_RUNS ?? 300);
/** After everything that `lives.ts` does. */
const READ_AT_MS = Date.parse('2026-11-23T13:00:00Z');

/** Oracle as our record has it. */
const asPosted = ({ number, kind, oracleId, currency, held, open, accountingDate, businessUnit }: BookedDocument): Reading => ({
  ...{
    number,
    kind,
    oracleId: oracleId ?? '1',
    readAtMs: READ_AT_MS,
    found: true,
    currency,
    entered: held,
    open,
    accountingDate,
  },
  ...{ status: 'Complete', reversedOn: null, crossReference: null, accountNumber: '40017', businessUnit, renamedTo: null },
});

const anyHand = fc.array(
  fc.record({
    document: fc.nat(11),
    what: fc.constantFrom('gone', 'incomplete', 'amount', 'date', 'reversed', 'open', 'currency', 'renamed'),
    amount: fc.integer({ min: 0, max: 90_000 }),
  }),
  { maxLength: 4 },
);
type Hand = typeof anyHand extends fc.Arbitrary<(infer T)[]> ? T : never;

function changed(reading: Reading, { what, amount }: Hand): Reading {
  switch (what) {
    case 'gone':
      return { ...reading, found: false, currency: null, entered: null, open: null, accountingDate: null };
    case 'incomplete':
      return reading.kind === 'receipt' ? reading : { ...reading, status: 'Incomplete', open: null };
    case 'amount':
      return { ...reading, entered: amount, open: Math.min(amount, reading.open ?? 0) };
    case 'date':
      return { ...reading, accountingDate: '2026-12-01' };
    case 'reversed':
      // A second time turns it around: somebody took the reversal back.
      if (reading.kind !== 'receipt') return reading;
      return { ...reading, reversedOn: reading.reversedOn === null ? '2026-12-02' : null, open: 0 };
    case 'open':
      return { ...reading, open: Math.min(amount, reading.entered ?? 0) };
    case 'currency':
      return { ...reading, currency: reading.currency === 'GBP' ? 'CHF' : 'GBP' };
    case 'renamed':
      return { ...reading, renamedTo: `${reading.number}-X` };
  }
}

/** An order whose documents were all read back, after somebody's work in Oracle. */
function worked(books: OrderBooks, hands: readonly Hand[]): OrderBooks {
  const reversed = new Set(books.actions.filter(({ kind }) => kind === 'reverse-receipt').map(({ from }) => from));
  return {
    ...books,
    documents: books.documents.map((document, index) => {
      let reading: Reading = { ...asPosted(document), reversedOn: reversed.has(document.number) ? '2026-11-23' : null };
      for (const hand of hands) {
        if (hand.document % books.documents.length === index && reading.found) reading = changed(reading, hand);
      }
      return { ...document, reading };
    }),
  };
}

function expectTied({ entries, differences }: Comparison): void {
  for (const key of new Set([...entries, ...differences].map(placeKey))) {
    for (const measure of MEASURES) {
      const of = (side: 'store' | 'oracle') =>
        sum(
          entries
            .filter((entry) => entry.side === side && entry.measure === measure && placeKey(entry) === key)
            .map(({ amount }) => amount),
        );
      const said = sum(
        differences.filter((each) => each.measure === measure && placeKey(each) === key).map(({ amount }) => amount),
      );
      expect(said, `${measure} of ${key}`).toBe(of('oracle') - of('store'));
    }
  }
}

describe('an order that somebody worked on in Oracle', () => {
  it('still adds up: every cent that Oracle shows counts once, and every difference has a reason other than unknown', () => {
    fc.assert(
      fc.property(anyStory, anySetup, anyHand, (story, setup, hands) => {
        const life = live(1042, story, setup);
        if (life.stopped) return;
        const books = worked(booksOf(life), hands);
        const comparison = compareOrder(books, { setup });
        expectTied(comparison);
        expect(comparison.differences.filter(({ reason }) => reason === 'unknown')).toEqual([]);
        // What Oracle shows by kind, in the order's own currency.
        const there = books.documents.filter(
          ({ reading, currency }) => reading?.found && reading.status !== 'Incomplete' && reading.currency === currency,
        );
        const shown = (figure: string) =>
          sum(
            comparison.entries
              .filter((each) => each.figure === figure && each.currency === story.currency)
              .map((each) => each.shown),
          );
        for (const [kind, figure] of [
          ['invoice', 'invoices'],
          ['receipt', 'receipts'],
          ['credit-memo', 'creditMemos'],
        ] as const) {
          expect(shown(figure), figure).toBe(
            sum(there.filter((document) => document.kind === kind).map(({ reading }) => reading?.entered ?? 0)),
          );
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('has drift exactly where Oracle shows something else than our record', () => {
    fc.assert(
      fc.property(anyStory, anySetup, anyHand, (story, setup, hands) => {
        const life = live(1042, story, setup);
        if (life.stopped) return;
        const before = booksOf(life);
        expect(driftOf(worked(before, []))).toEqual([]);
        const after = worked(before, hands);
        const untouched = worked(before, []).documents;
        const touched = after.documents.filter((document, index) => {
          const was = untouched[index]?.reading;
          return JSON.stringify(document.reading) !== JSON.stringify(was);
        });
        const found = new Set(driftOf(after).map(({ document }) => document));
        expect([...found].sort()).toEqual(touched.map(({ number }) => number).sort());
      }),
      { numRuns: RUNS },
    );
  });

  it('is left in peace while work on it is under way, and by a reading from before that work', () => {
    const story = { lines: [{ kind: 'product', net: 5_000, tax: 0 }], events: [pay], placed: Date.parse('2026-11-01T12:00:00Z') };
    const life = live(1042, { ...story, currency: 'USD', gateway: 'stripe', rounding: 0 } as never, anySetupNow());
    const gone: Hand = { document: 0, what: 'gone', amount: 0 };
    const books = worked(booksOf(life), [gone]);
    expect(driftOf(books)).toHaveLength(1);
    const [first, ...others] = books.actions;
    if (!first) throw new Error('nothing was applied');
    expect(driftOf({ ...books, actions: [{ ...first, state: 'sending' }, ...others] })).toEqual([]);
    expect(driftOf({ ...books, actions: [{ ...first, doneAtMs: READ_AT_MS + 1 }, ...others] })).toEqual([]);
  });

  it('is accepted by what differs, not by when it was seen', () => {
    const finding = { document: 'WEB-1', kind: 'invoice', oracleId: '1', aspect: 'open', ours: '0.00', theirs: '5.00' } as const;
    const one = { ...finding, message: 'a' };
    const two = { ...finding, document: 'WEB-2', message: 'b' };
    const print = fingerprintOf([one, two]);
    expect(fingerprintOf([two, { ...one, message: 'in other words' }])).toBe(print);
    expect(fingerprintOf([two, { ...one, theirs: '6.00' }])).not.toBe(print);
    const decided = (choice: string) => ({ question: 'drift', choice, by: 'kim', at: '2026-11-23T12:00:00Z' });
    expect(acceptedBy([decided(acceptance(print))], print)).toEqual({ by: 'kim', at: '2026-11-23T12:00:00Z' });
    expect(acceptedBy([decided(acceptance(print)), decided('put-right')], print)).toBeNull();
    expect(acceptedBy([], print)).toBeNull();
  });
});

describe('the table', () => {
  it('has as much in its rows as the orders have, and as much in its totals as its rows', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(anyStory, anyHand), { minLength: 1, maxLength: 5 }), anySetup, (stories, setup) => {
        const table = new Table();
        const comparisons = stories.map(([story, hands], index) =>
          compareOrder(worked(booksOf(live(2_000 + index, story, setup)), hands), { setup }),
        );
        // Day by day, as a period comes.
        for (const comparison of comparisons) {
          for (const day of new Set([...comparison.entries, ...comparison.differences].map((each) => each.day))) {
            const of = <T extends { day: string }>(rows: readonly T[]) => rows.filter((each) => each.day === day);
            table.add({ entries: of(comparison.entries), differences: of(comparison.differences) });
          }
        }
        const rows = table.rows();
        const entries = comparisons.flatMap((comparison) => comparison.entries);
        for (const total of totalsOf(rows)) {
          const mine = entries.filter((entry) => entry.currency === total.currency);
          for (const measure of MEASURES) {
            for (const side of ['store', 'oracle'] as const) {
              const of = mine.filter((entry) => entry.measure === measure && entry.side === side);
              expect(total.measures[measure][side]).toBe(sum(of.map(({ amount }) => amount)));
            }
            const { store, oracle, difference } = total.measures[measure];
            expect(difference).toBe(oracle - store);
            const explained = total.reasons.filter((reason) => reason.measure === measure).map(({ net }) => net);
            expect(sum(explained)).toBe(difference);
          }
          const sides = [
            ['store', STORE_FIGURES],
            ['oracle', ORACLE_FIGURES],
          ] as const;
          for (const [side, figures] of sides) {
            for (const figure of figures) {
              const of = mine.filter((entry) => entry.side === side && entry.figure === figure);
              expect((total[side] as Record<string, number>)[figure]).toBe(sum(of.map(({ shown }) => shown)));
            }
          }
        }
      }),
      { numRuns: Math.ceil(RUNS / 3) },
    );
  });
});

const pay = { type: 'pay', share: 1, hours: 1, size: 1 };
const anySetupNow = () => fc.sample(anySetup, { numRuns: 1, seed: 7 })[0] as never;
