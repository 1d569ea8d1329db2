import { describe, expect, it } from 'vitest';
import { err, expectOk, ok, retryable } from '../../../sidecar/domain/failures.ts';
import { minor } from '../../../sidecar/domain/money.ts';
import type { StoreOrder } from '../../../sidecar/domain/order.ts';
import { compareOrder } from '../../../sidecar/reconcile/compare-order.ts';
import { freshDays } from '../../../sidecar/reconcile/fresh-day.ts';
import type { ListedOrder, StoreTotals } from '../../../sidecar/reconcile/ports.ts';
import { line, order, setup } from '../support/orders.ts';

const WINDOW = { from: '2026-11-20T05:00:00.000Z', to: '2026-11-21T05:00:00.000Z' };
const trail = { record: () => undefined };

const listed = (id: number, over: Partial<ListedOrder> = {}): ListedOrder => ({
  ...{ id, number: String(id), status: 'processing', currency: 'USD', total: '10.00' },
  ...{ createdAt: '2026-11-20T15:00:00Z', paymentMethod: 'stripe' },
  ...over,
});

/** Two rows a page, of whatever list `rowsAt` gives at each call. */
function listing(rowsAt: (call: number) => ListedOrder[]): StoreTotals & { windows: unknown[] } {
  let call = 0;
  const windows: unknown[] = [];
  return {
    windows,
    async orderTotals(window, page) {
      windows.push(window);
      const rows = rowsAt(call++);
      return ok({ rows: rows.slice((page - 1) * 2, page * 2), last: page * 2 >= rows.length });
    },
  };
}

/** The day as the store lists it, of which nothing was known. */
const dayOf = async (rows: ListedOrder[]) => {
  const totals = listing(() => rows);
  return expectOk(await freshDays(totals, setup(), trail, () => [])(WINDOW));
};

describe('an order that the store lists', () => {
  const compared = async (over: Partial<StoreOrder>, total: string) => {
    const kept = order({ id: 1, currency: 'USD', lines: [line(1, over.total ?? 0)], paymentMethod: 'stripe', ...over });
    const rows = [listed(1, { total, status: kept.status, currency: kept.currency, createdAt: kept.createdAt })];
    const day = await dayOf(rows);
    const fresh = day.get(1);
    if (!fresh) throw new Error('not listed');
    const standing = { state: 'waiting', code: null, message: null, action: null, queued: false } as const;
    const books = { orderId: 1, number: '1', order: kept, standing, decisions: [], documents: [], fees: [], actions: [] };
    return compareOrder(books, { setup: setup(), fresh }).differences.map(({ message }) => message);
  };
  const CHANGED = 'The order changed in the store after AR Bridge last read it.';

  it.each([
    [2, 1999, '19.990000', false],
    [2, 1999, '20.99', true],
    // A shop without decimals wrote it: the total it keeps is read as it was then.
    [0, 2000, '20.400000', false],
    [0, 2000, '20', false],
    [0, 2000, '20.500000', true],
    // A shop of more decimals than the currency has.
    [3, 1447, '14.474', false],
  ])('of %i decimals is read with its own: %i against %s', async (shopDecimals, total, written, changed) => {
    expect((await compared({ shopDecimals, total: minor(total) }, written)).includes(CHANGED)).toBe(changed);
  });
});

describe('the store’s own list of a day', () => {
  it('is read to its last page, from a second before the day since WooCommerce’s bounds are exclusive', async () => {
    const totals = listing(() => [1, 2, 3, 4, 5].map((id) => listed(id)));
    const day = expectOk(await freshDays(totals, setup(), trail, () => [])(WINDOW));
    expect([...day.keys()]).toEqual([1, 2, 3, 4, 5]);
    expect(totals.windows[0]).toEqual({ after: '2026-11-20T04:59:59.000Z', before: WINDOW.to });
  });

  it('is read once more when an order that we know is missing: a row may have moved over the edge of a page', async () => {
    const all = [1, 2, 3, 4, 5].map((id) => listed(id));
    // While page 1 is read, order 1 goes to the trash: order 3 moves from page 2 to page 1.
    const totals = listing((call) => (call === 0 ? all : all.slice(1)));
    const day = expectOk(await freshDays(totals, setup(), trail, () => [2, 3, 4, 5])(WINDOW));
    expect([...day.keys()].sort()).toEqual([1, 2, 3, 4, 5]);
  });

  it('knows sales by their status, and amounts in the currency’s own unit', async () => {
    const rows = [
      listed(1, { status: 'refunded' }),
      listed(2, { status: 'cancelled' }),
      listed(3, { currency: 'JPY', total: '1500' }),
      listed(4, { currency: 'KWD', total: '1.5' }),
      listed(5, { currency: 'JPY', total: '1500.4' }),
    ];
    const day = await dayOf(rows);
    expect([...day.values()].map(({ counts, total, decimals }) => [counts, total, decimals])).toEqual([
      [true, 1_000, 2],
      [false, 1_000, 2],
      [true, 1_500, 0],
      [true, 1_500, 3],
      [true, 1_500, 0],
    ]);
  });

  it('says so when the list never ends, and fails as the store fails', async () => {
    const endless: StoreTotals = { orderTotals: async () => ok({ rows: [listed(1)], last: false }) };
    const never = await freshDays(endless, setup(), trail, () => [])(WINDOW);
    expect(never).toMatchObject({ ok: false, failure: { code: 'store.endless_list' } });
    const away = err<{ rows: ListedOrder[]; last: boolean }>(retryable('store.no_answer', 'No answer.'));
    expect(await freshDays({ orderTotals: async () => away }, setup(), trail, () => [])(WINDOW)).toEqual(away);
  });
});
