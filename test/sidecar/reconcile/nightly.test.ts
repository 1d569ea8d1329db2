import { describe, expect, it } from 'vitest';
import { err, ok, rejected } from '../../../sidecar/domain/failures.ts';
import { Nightly, type NightlyOptions, type NightlyRun } from '../../../sidecar/reconcile/nightly.ts';
import { setup } from '../support/orders.ts';

const HOUR_MS = 3_600_000;

function nightlyAt(local: string, over: Partial<NightlyOptions> = {}) {
  // New York is five hours behind in November.
  const nowMs = Date.parse(`${local}:00Z`) + 5 * HOUR_MS;
  const asked: object[] = [];
  const nightly = new Nightly({
    reconciliation: {
      async start(period, actor) {
        asked.push({ ...period, actor });
        return ok(1);
      },
    },
    setup: () => setup({ timeZone: 'America/New_York' }),
    connected: () => true,
    runs: () => [],
    nowMs: () => nowMs,
    ...over,
  });
  return { nightly, asked, nowMs };
}

const run = (id: number, state: NightlyRun['state'], startedAtMs: number): NightlyRun => ({
  ...{ id, state, startedAtMs },
  endedAtMs: state === 'running' ? null : startedAtMs + 60_000,
});

describe('the nightly look for changes in Oracle', () => {
  it.each([
    ['2026-11-23T00:59', false],
    ['2026-11-23T01:00', true],
    ['2026-11-23T04:59', true],
    ['2026-11-23T05:00', false],
    ['2026-11-23T14:00', false],
  ])('at %s of the business unit: %s', (local, expected) => {
    expect(nightlyAt(local).nightly.isTime()).toBe(expected);
  });

  it('comes by day too when no night had its turn', () => {
    const { nowMs } = nightlyAt('2026-11-23T14:00');
    const doneAgo = (hours: number) => [run(1, 'done', nowMs - hours * HOUR_MS)];
    expect(nightlyAt('2026-11-23T14:00', { runs: () => doneAgo(35) }).nightly.isTime()).toBe(false);
    expect(nightlyAt('2026-11-23T14:00', { runs: () => doneAgo(37) }).nightly.isTime()).toBe(true);
  });

  it('comes once a night, and not while one is under way', () => {
    const { nowMs } = nightlyAt('2026-11-23T02:00');
    const ago = (state: NightlyRun['state'], hours: number) => ({ runs: () => [run(1, state, nowMs - hours * HOUR_MS)] });
    expect(nightlyAt('2026-11-23T02:00', ago('done', 1)).nightly.isTime()).toBe(false);
    expect(nightlyAt('2026-11-23T02:00', ago('done', 24)).nightly.isTime()).toBe(true);
    expect(nightlyAt('2026-11-23T02:00', ago('running', 1)).nightly.isTime()).toBe(false);
  });

  it('comes again the same night after a failure, after longer and longer waits', () => {
    const runs: NightlyRun[] = [];
    const began: string[] = [];
    for (let minute = 0; minute < 24 * 60; minute += 1) {
      const at = new Date(Date.parse('2026-11-23T00:00Z') + minute * 60_000).toISOString().slice(0, 16);
      const { nightly, nowMs } = nightlyAt(at, { runs: () => runs });
      if (!nightly.isTime()) continue;
      began.push(at.slice(11));
      runs.unshift({ ...run(runs.length, 'failed', nowMs), endedAtMs: nowMs });
    }
    expect(began).toEqual(['01:00', '01:05', '01:15', '01:35', '02:15', '03:35']);
  });

  it('says how often it failed and when it comes again, and no longer once it went through', () => {
    const { nowMs } = nightlyAt('2026-11-23T01:20');
    const failed = [5, 20].map((minutes, n) => ({
      ...run(9 - n, 'failed', nowMs - (minutes + 1) * 60_000),
      endedAtMs: nowMs - minutes * 60_000,
    }));
    const runs = [...failed, run(7, 'done', nowMs - 24 * HOUR_MS)];
    expect(nightlyAt('2026-11-23T01:20', { runs: () => runs }).nightly.standing()).toEqual({
      doneMs: nowMs - 24 * HOUR_MS,
      failed: { run: 9, attempts: 2, atMs: nowMs - 5 * 60_000, nextMs: nowMs + 5 * 60_000 },
    });
    const later = nightlyAt('2026-11-23T05:30', { runs: () => runs }).nightly.standing();
    expect(new Date(later.failed?.nextMs ?? 0).toISOString()).toBe('2026-11-23T18:20:00.000Z'); // a day and a half after the last
    const mended = [run(10, 'done', nowMs), ...runs];
    expect(nightlyAt('2026-11-23T02:00', { runs: () => mended }).nightly.standing()).toEqual({ doneMs: nowMs, failed: null });
  });

  it('waits for set-up and connections', () => {
    expect(nightlyAt('2026-11-23T02:00', { setup: () => null }).nightly.isTime()).toBe(false);
    expect(nightlyAt('2026-11-23T02:00', { connected: () => false }).nightly.isTime()).toBe(false);
  });

  it('reads the last 35 days back and asks the store again', async () => {
    const { nightly, asked } = nightlyAt('2026-11-23T02:00');
    expect(await nightly.run()).toEqual(ok(0));
    expect(asked).toEqual([
      { from: '2026-10-19', to: '2026-11-23', oracle: 'live', store: 'fresh', certificate: false, actor: 'schedule' },
    ]);
    const busy = err<number>(rejected('reconcile.busy', 'Run 3 is under way.', ''));
    expect(await nightlyAt('2026-11-23T02:00', { reconciliation: { start: async () => busy } }).nightly.run()).toEqual(busy);
  });
});
