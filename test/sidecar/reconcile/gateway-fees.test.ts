import { describe, expect, it, vi } from 'vitest';
import { sum } from '../../../sidecar/domain/money.ts';
import type { Drift, ReconcileRow } from '../../../sidecar/http/reconcile-contract.ts';
import { MEASURES } from '../../../sidecar/reconcile/figures.ts';
import { endOf } from '../../../sidecar/reconcile/service.ts';
import { emptyRow } from '../../../sidecar/reconcile/table.ts';
import type { RunRecord } from '../../../sidecar/store/reconcile-records.ts';
import { FIRST, reconcileWorld } from './world.ts';

vi.setConfig({ testTimeout: 90_000 });

const cents = (decimal: string): number => Math.round(Number(decimal) * 100);
const feesIn = (rows: readonly ReconcileRow[]) => sum(rows.map((row) => cents(row.oracle.gatewayFees)));

/** A shop whose orders all carry a fee, the whole sidecar, and the sandbox. */
const feeWorld = () =>
  reconcileWorld({
    ...{ orders: 12, kinds: 'all' },
    setup: { gatewayFees: { post: 'document', activity: 'Gateway Fees' } },
    meta: [{ key: '_stripe_fee', value: '2.90' }],
  });

describe('reconciliation where gateway fees are documents', () => {
  it('reads runs that were kept before there was such a column as having none', () => {
    const row = emptyRow({ day: '2026-11-20', businessUnit: 'Northwind US BU', gateway: 'stripe', currency: 'USD', decimals: 2 });
    const { gatewayFees: _none, ...oracle } = row.oracle;
    const result = JSON.stringify({ result: { rows: [{ ...row, oracle }], totals: [{ ...row, oracle }] } });
    const end = endOf({ result } as RunRecord);
    expect(end && 'result' in end && [...end.result.rows, ...end.result.totals]).toEqual([row, row]);
  });

  it('shows them in a column of their own, counts them as nobody’s receipts, and finds nothing that differs', async () => {
    const world = await feeWorld();
    await world.tell(world.ids);
    const ledger = await fetch(`${world.sandbox.url}/__sandbox/ledger`).then((answer) => answer.json());
    const fees = ledger.miscellaneousReceipts as { number: string; amount: string }[];
    const paid = world.ids.map((id) => world.shop.order(id)).filter((order) => order.date_paid_gmt !== null);
    expect([paid.length > 5, ledger.balanced, ledger.problems]).toEqual([true, true, []]);
    expect(fees.map(({ number, amount }) => [number, amount]).sort()).toEqual(
      paid.map(({ number }) => [`WEB-${number}-F1`, '-2.9']).sort(),
    );
    const byRecord = await world.run();
    const live = await world.run({ oracle: 'live' });
    for (const run of [byRecord, live]) {
      expect(run.result).toMatchObject({ differences: 0, unknown: 0, missing: 0, drifted: 0 });
      expect(feesIn(await world.rows(run))).toBe(fees.length * 290);
      for (const { measures, oracle, store } of run.result?.totals ?? []) {
        expect(MEASURES.map((measure) => cents(measures[measure].difference))).toEqual([0, 0, 0, 0]);
        expect(cents(oracle.receipts) - cents(oracle.reversed)).toBe(cents(store.paid));
      }
    }
    const posted = [...ledger.invoices, ...ledger.creditMemos, ...ledger.receipts, ...fees];
    expect(live.result?.documents).toBe(posted.filter(({ number }) => number.startsWith('WEB-')).length);
    const detail = (await world.get(`/orders/${FIRST}`)).body;
    expect(detail.documents.at(-1)).toMatchObject({
      ...{ kind: 'gateway-fee', purpose: 'gateway-fee', number: `WEB-${FIRST}-F1`, amount: '-2.90', open: null, state: 'posted' },
    });
  });

  it('finds one that was changed, one that is gone, and one that nobody knows', async () => {
    const world = await feeWorld();
    await world.tell(world.ids);
    const { db } = world.sandbox.world;
    const number = (id: number) => `WEB-${id}-F1`;
    db.prepare('UPDATE misc_receipt SET amount = -310 WHERE number = ?').run(number(FIRST));
    db.prepare('DELETE FROM misc_receipt WHERE number = ?').run(number(FIRST + 1));
    const row = db.prepare('SELECT * FROM misc_receipt WHERE number = ?').get(number(FIRST)) as Record<string, unknown>;
    const stranger = { ...row, id: '300999999999999999', number: 'WEB-77-F1' };
    const names = Object.keys(stranger);
    db.prepare(`INSERT INTO misc_receipt (${names}) VALUES (${names.map((name) => `:${name}`)})`).run(stranger);
    await world.run({ oracle: 'live' });
    // A period says nothing of documents younger than five minutes that do not show: this one is looked at by itself.
    await world.post('/reconcile/drift/put-right', { orderId: FIRST + 1 });
    const { orders } = (await world.get('/reconcile/drift')).body as { orders: Drift[] };
    const found = orders.flatMap(({ findings }) =>
      findings.map(({ document, kind, aspect, ours, theirs }) => [document, kind, aspect, ours, theirs]),
    );
    expect(found.sort()).toEqual(
      [
        [number(FIRST), 'gateway-fee', 'amount', '-2.90 USD', '-3.10 USD'],
        [number(FIRST + 1), 'gateway-fee', 'missing', '-2.90 USD', '–'],
        ['WEB-77-F1', 'gateway-fee', 'unknown', '–', '-3.10 USD'],
      ].sort(),
    );
    expect((await world.state(FIRST)).code).toBe('drift.changed_in_oracle');
  });
});
