import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sum } from '../../../sidecar/domain/money.ts';
import { identityOf } from '../../../sidecar/plan/identity.ts';
import { compareOrder } from '../../../sidecar/reconcile/compare-order.ts';
import { type Entry, MEASURES, ORACLE_FIGURES, placeKey } from '../../../sidecar/reconcile/figures.ts';
import type { OrderBooks } from '../../../sidecar/reconcile/order-books.ts';
import type { Comparison } from '../../../sidecar/reconcile/sheet.ts';
import { anySetup, anyStory, booksOf, type Life, live } from './lives.ts';

const RUNS = Number(process.env.AR_BRIDGE_TEST_RUNS ?? 300);

const total = (entries: readonly Entry[], of: Partial<Entry>): number =>
  sum(
    entries
      .filter((entry) => Object.entries(of).every(([name, value]) => entry[name as keyof Entry] === value))
      .map(({ amount }) => amount),
  );

/** For every row and measure: Oracle less store is what the differences say. */
function expectTied({ entries, differences }: Comparison): void {
  const places = new Map([...entries, ...differences].map((each) => [placeKey(each), each]));
  for (const [key, place] of places) {
    for (const measure of MEASURES) {
      const here = entries.filter((entry) => placeKey(entry) === key && entry.measure === measure);
      const between = total(here, { side: 'oracle' }) - total(here, { side: 'store' });
      const said = sum(
        differences.filter((each) => placeKey(each) === key && each.measure === measure).map(({ amount }) => amount),
      );
      expect(said, `${measure} of ${key} ${JSON.stringify(place)}`).toBe(between);
    }
  }
  expect(differences.every(({ amount }) => amount !== 0)).toBe(true);
}

function identity(life: Life) {
  const { books } = life;
  const { target } = books.look(life.order);
  const returned = books.decisions
    .filter(({ choice }) => choice === 'returns-overpayment')
    .map(({ question }) => Number(question.slice(7)));
  return identityOf(target, books.state, books.balances(), new Set(returned));
}

describe('comparing an order with its documents', () => {
  it('counts every cent once: rows, order and identity say the same, whatever happened to the order', () => {
    let posted = 0;
    fc.assert(
      fc.property(anyStory, anySetup, (story, setup) => {
        const life = live(1042, story, setup);
        const comparison = compareOrder(booksOf(life), { setup });
        expectTied(comparison);
        const { entries } = comparison;
        const of = (side: Entry['side'], measure: Entry['measure']) => total(entries, { side, measure });
        const { documents, reversals } = life.books.state;
        const held = (kind: string) => sum(documents.filter((each) => each.kind === kind).map((each) => each.amount));
        const back = sum(documents.filter((each) => reversals.includes(each.number)).map((each) => each.amount));
        expect(of('oracle', 'sales') - of('oracle', 'refunds')).toBe(held('invoice') - held('credit-memo'));
        expect(of('oracle', 'paid')).toBe(held('receipt') - back);
        const { invoices, receipts, creditMemos } = life.books.balances();
        expect(of('oracle', 'open')).toBe(invoices - receipts - creditMemos);
        if (life.stopped) return;
        posted += 1;
        const { sales, money } = identity(life);
        expect(of('store', 'sales') - of('store', 'refunds')).toBe(sales.store);
        expect(of('store', 'paid')).toBe(money.store);
      }),
      { numRuns: RUNS },
    );
    expect(posted).toBeGreaterThan(RUNS / 4);
  });

  it('finds nothing but other days in an order whose documents are all posted', () => {
    fc.assert(
      fc.property(anyStory, anySetup, (story, setup) => {
        const life = live(1042, story, setup);
        if (life.stopped) return;
        const { differences } = compareOrder(booksOf(life), { setup });
        expect(differences.filter(({ reason }) => reason !== 'period')).toEqual([]);
        for (const measure of MEASURES) {
          expect(sum(differences.filter((each) => each.measure === measure).map(({ amount }) => amount))).toBe(0);
        }
      }),
      { numRuns: RUNS },
    );
  });

  it('has Oracle’s columns add up: documents, and where the money of receipts is', () => {
    fc.assert(
      fc.property(anyStory, anySetup, (story, setup) => {
        const { entries } = compareOrder(booksOf(live(1042, story, setup)), { setup });
        const shown = Object.fromEntries(
          ORACLE_FIGURES.map((figure) => [
            figure,
            sum(entries.filter((entry) => entry.figure === figure).map((entry) => entry.shown)),
          ]),
        ) as unknown as Record<(typeof ORACLE_FIGURES)[number], number>;
        const of = (measure: Entry['measure']) => total(entries, { side: 'oracle', measure });
        expect(shown.invoices - shown.creditMemos).toBe(of('sales') - of('refunds'));
        expect(shown.receipts - shown.reversed).toBe(of('paid'));
        expect(shown.receipts).toBe(shown.applied + shown.unapplied + shown.settled + shown.reversed);
        expect(shown.openInvoices - shown.unapplied - shown.openCreditMemos).toBe(of('open'));
      }),
      { numRuns: RUNS },
    );
  });

  it('names what is not posted yet by the order’s own reason, and never as unknown', () => {
    fc.assert(
      fc.property(anyStory, anySetup, fc.nat(3), (story, setup, kept) => {
        const life = live(1042, story, setup);
        if (life.stopped) return;
        const books = booksOf(life, { state: 'attention', code: 'account.unmapped', message: 'No GL account for SKU MUG.' });
        const gone = new Set(books.documents.slice(kept).map(({ number }) => number));
        const cut: OrderBooks = {
          ...books,
          documents: books.documents.slice(0, kept).map((document) => ({ ...document, open: document.held })),
          actions: books.actions.filter(({ from, to }) => !gone.has(from) && !gone.has(to ?? '')),
        };
        const open = cut.documents.map((document) => {
          const moved = cut.actions.filter(({ from, to }) => from === document.number || to === document.number);
          const reversed = moved.some(({ kind }) => kind === 'reverse-receipt');
          return { ...document, open: reversed ? 0 : document.held - sum(moved.map(({ amount }) => amount)) };
        });
        const comparison = compareOrder({ ...cut, documents: open }, { setup });
        expectTied(comparison);
        expect(comparison.differences.filter(({ reason }) => reason !== 'unmapped' && reason !== 'period')).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});
