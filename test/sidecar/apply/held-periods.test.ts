import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HeldByPeriod } from '../../../sidecar/apply/held-periods.ts';
import { ok } from '../../../sidecar/domain/failures.ts';
import { Bench } from '../support/bench.ts';
import { order, payment, refund, setup } from '../support/orders.ts';

let bench: Bench;
let held: HeldByPeriod;
beforeEach(() => {
  bench = new Bench();
  held = new HeldByPeriod({ store: bench.store, nowMs: () => bench.nowMs });
});
afterEach(() => bench.close());

/** A pull that showed these months of 2026. */
async function pulled(status: Record<number, string>): Promise<void> {
  const put = Object.entries(status).map(([month, each]) => ({
    key: `${month}-26`,
    label: `${month}-26`,
    enabled: ['O', 'F'].includes(each),
    endDate: null,
    extra: {
      start: `2026-${month.padStart(2, '0')}-01`,
      end: new Date(Date.UTC(2026, Number(month), 0)).toISOString().slice(0, 10),
      status: each,
    },
  }));
  await bench.store.write(() => {
    bench.store.references.write('periods', { put, remove: [], changes: [] }, bench.nowMs);
    bench.store.references.pulled('periods', put.length, bench.nowMs);
  });
}
/** Runs an order as the engine does, with its end on record. */
async function run(orderId = 1042): Promise<string> {
  const end = await bench.run(orderId);
  const reason = end.state === 'stopped' ? { code: end.failure.code, message: end.failure.message, action: '' } : null;
  const state = reason ? 'attention' : 'posted';
  await bench.store.write(() => bench.store.orders.setState(orderId, state, reason, null, bench.nowMs));
  return reason?.code ?? end.state;
}
/** What the queue takes up now, as done. */
async function queued(): Promise<number[]> {
  return bench.store.write(() => {
    const jobs = bench.store.jobs.claim(bench.nowMs + 1, 100);
    for (const job of jobs) bench.store.jobs.finish(job, { end: 'done' }, bench.nowMs);
    return jobs.map((job) => job.objectId);
  });
}

const paid = (over: Parameters<typeof order>[0] = {}) =>
  order({ paidAt: '2026-11-20T15:01:00Z', payments: [payment(10000)], ...over });

describe('orders that wait for a period', () => {
  it('go on by themselves when the next pull shows it open, and not before', async () => {
    bench.setup = setup({ closedPeriod: 'hold' });
    await pulled({ 11: 'C', 12: 'O' });
    await held.look();
    bench.nowMs += 3_600_000;
    await bench.place(paid());
    expect(await run()).toBe('period.closed');
    await queued();
    bench.nowMs += 3_600_000;
    expect([await held.look(), await queued()]).toEqual([0, []]);
    await pulled({ 11: 'O', 12: 'O' });
    expect([await held.look(), await queued()]).toEqual([1, [1042]]);
    expect(await run()).toBe('posted');
    expect(bench.store.documents.get('WEB-1042')?.accountingDate).toBe('2026-11-20');
    bench.nowMs += 3_600_000;
    expect([await held.look(), await queued()]).toEqual([0, []]);
  });

  it('are those whom no open period is left for, and those whom Oracle itself refused', async () => {
    await pulled({ 11: 'C' });
    await held.look();
    await bench.place(paid());
    await bench.place(paid({ id: 1043, number: '1043', payments: [payment(10000, { id: '2' })] }));
    expect(await run()).toBe('period.none_open');
    await bench.store.write(() =>
      bench.store.orders.setState(
        1043,
        'attention',
        { code: 'oracle.period_closed', message: 'Closed.', action: '' },
        null,
        bench.nowMs,
      ),
    );
    await bench.place(paid({ id: 1044, number: '1044' }));
    await bench.store.write(() =>
      bench.store.orders.setState(
        1044,
        'attention',
        { code: 'tax.unmapped', message: 'No rule.', action: '' },
        null,
        bench.nowMs,
      ),
    );
    await queued();
    bench.nowMs += 3_600_000;
    await pulled({ 11: 'C', 12: 'F' });
    expect([await held.look(), (await queued()).sort()]).toEqual([2, [1042, 1043]]);
    expect(await run()).toBe('posted');
    expect(bench.store.documents.get('WEB-1042')?.accountingDate).toBe('2026-12-01');
  });

  it('go on although the pull came while they were under way, and although the process died before they were marked', async () => {
    bench.setup = setup({ closedPeriod: 'hold' });
    await pulled({ 11: 'C' });
    await held.look();
    await bench.place(paid());
    await pulled({ 11: 'O' });
    expect(await held.look()).toBe(0);
    bench.nowMs += 60_000;
    await bench.store.write(() =>
      bench.store.orders.setState(
        1042,
        'attention',
        { code: 'period.closed', message: 'By the old list.', action: '' },
        null,
        bench.nowMs,
      ),
    );
    await queued();
    bench.nowMs += 3_600_000;
    expect([await held.look(), await queued()]).toEqual([1, [1042]]);

    await pulled({ 11: 'C' });
    await held.look();
    expect(await run()).toBe('period.closed');
    await queued();
    await pulled({ 11: 'O' });
    await bench.restart();
    held = new HeldByPeriod({ store: bench.store, nowMs: () => bench.nowMs });
    bench.nowMs += 3_600_000;
    expect([await held.look(), await queued()]).toEqual([1, [1042]]);
  });

  it('are not held by periods that were pulled too long ago: those are pulled again first', async () => {
    bench.setup = setup({ closedPeriod: 'hold' });
    await pulled({ 11: 'C' });
    bench.maxAgeMs = 3_600_000;
    bench.nowMs += 2 * 3_600_000;
    bench.onRefresh = async () => {
      await pulled({ 11: 'O' });
      return ok(undefined);
    };
    await bench.place(paid());
    expect(await run()).toBe('posted');
    expect(bench.refreshed[0]).toEqual(['periods']);
  });
});

describe('an order that straddles two days', () => {
  it.each([
    // Placed before midnight of the business unit, paid after it: 30 November and 1 December there, whatever day it is in UTC.
    ['America/New_York', '2026-12-01T04:50:00Z', '2026-12-01T05:10:00Z'],
    ['Pacific/Auckland', '2026-11-30T10:50:00Z', '2026-11-30T11:10:00Z'],
    ['UTC', '2026-11-30T23:50:00Z', '2026-12-01T00:10:00Z'],
  ])('in %s has its invoice on the one and its receipt on the other', async (timeZone, createdAt, paidAt) => {
    bench.nowMs = Date.parse('2026-12-03T12:00:00Z');
    bench.setup = setup({ timeZone });
    await pulled({ 11: 'O', 12: 'O' });
    await bench.place(paid({ createdAt, paidAt, payments: [payment(10000, { paidAt })] }));
    expect(await run()).toBe('posted');
    expect(dates()).toEqual({ 'WEB-1042': ['2026-11-30', '2026-11-30'], 'WEB-1042-P1': ['2026-12-01', '2026-12-01'] });
  });

  it('has each document follow the policy of its kind where the first day’s period is closed', async () => {
    const [createdAt, paidAt] = ['2026-12-01T04:50:00Z', '2026-12-01T05:10:00Z'];
    bench.nowMs = Date.parse('2026-12-03T12:00:00Z');
    bench.setup = setup({ timeZone: 'America/New_York', closedPeriodFor: { creditMemo: 'hold' } });
    await pulled({ 11: 'C', 12: 'O' });
    const back = refund(7, 1000, { createdAt: '2026-12-01T04:55:00Z' });
    await bench.place(paid({ createdAt, paidAt, payments: [payment(9000, { paidAt })], refunds: [back] }));
    expect(await run()).toBe('period.closed');
    // The refund came before the payment, so what follows waits behind its credit memo.
    expect(dates()).toEqual({ 'WEB-1042': ['2026-11-30', '2026-12-01'] });
    await queued();
    await pulled({ 11: 'O', 12: 'O' });
    expect([await held.look(), await queued()]).toEqual([1, [1042]]);
    expect(await run()).toBe('posted');
    expect(dates()).toEqual({
      'WEB-1042': ['2026-11-30', '2026-12-01'],
      'WEB-R7': ['2026-11-30', '2026-11-30'],
      'WEB-1042-P1': ['2026-12-01', '2026-12-01'],
    });
  });
});

/** Own day and accounting date of what was posted. */
const dates = () =>
  Object.fromEntries(
    bench.store.documents
      .ofOrder(1042)
      .filter(({ state }) => state === 'posted')
      .map((document) => [document.number, [document.documentDate, document.accountingDate]]),
  );
