import { describe, expect, it } from 'vitest';
import { err, expectOk, ok, retryable } from '../../../sidecar/domain/failures.ts';
import { freshDays } from '../../../sidecar/reconcile/fresh-day.ts';
import type { ListedOrder, StoreTotals } from '../../../sidecar/reconcile/ports.ts';
import { setup } from '../support/orders.ts';

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
    const day = expectOk(
      await freshDays(
        listing(() => rows),
        setup(),
        trail,
        () => [],
      )(WINDOW),
    );
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
