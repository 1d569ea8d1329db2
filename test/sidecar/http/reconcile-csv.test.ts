import { describe, expect, it } from 'vitest';
import { ok } from '../../../sidecar/domain/failures.ts';
import { type ReconcileServices, reconcileHandlers } from '../../../sidecar/http/reconcile-api.ts';
import type { Period } from '../../../sidecar/reconcile/period.ts';

const LINE = `${'x'.repeat(298)}\r\n`;
/** 100,000 lines of 300 characters, in pieces as they come. */
const MANY = Array.from({ length: 100 }, () => LINE.repeat(1_000));

function handlers(parts: (Period | null)[]) {
  const asked = { from: '2026-10-01', to: '2026-10-30', oracle: 'record', store: 'fresh', certificate: false };
  const end = { result: { rows: [], totals: [] }, readSinceMs: null, documents: 0, missing: 0, drifted: 0, certificateId: null };
  const run = { id: 7, asked: JSON.stringify(asked), result: JSON.stringify(end) };
  return reconcileHandlers({
    store: { reconcile: { run: () => run } },
    reconciliation: {
      async csv(_run: unknown, _table: string, write: (text: string) => void, part: Period | null) {
        parts.push(part);
        for (const piece of MANY) write(piece);
        return ok(undefined);
      },
    },
  } as unknown as ReconcileServices);
}

const asking = (query: object) => ({ params: { id: '7' }, query, body: undefined, actor: 'kim' });

describe('the orders of a reconciliation as CSV', () => {
  it('are too many for one answer at 100,000, which points to the command line', async () => {
    const csv = handlers([])['GET /reconcile/runs/:id/csv'];
    await expect(csv(asking({ what: 'orders' }))).rejects.toMatchObject({ body: { error: { code: 'reconcile.too_much' } } });
  });

  it('come whole where they are asked for a day at a time, as the command line does', async () => {
    const parts: (Period | null)[] = [];
    const csv = handlers(parts)['GET /reconcile/runs/:id/csv'];
    expect(await csv(asking({ what: 'orders', day: '2026-10-04' }))).toHaveLength(100_000 * 300);
    expect(parts).toEqual([{ from: '2026-10-04', to: '2026-10-04' }]);
  });
});
