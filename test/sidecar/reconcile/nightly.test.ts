import { describe, expect, it } from 'vitest';
import { err, ok, rejected } from '../../../sidecar/domain/failures.ts';
import { Nightly, type NightlyOptions } from '../../../sidecar/reconcile/nightly.ts';
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
    lastRunMs: () => null,
    nowMs: () => nowMs,
    ...over,
  });
  return { nightly, asked, nowMs };
}

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
    expect(nightlyAt('2026-11-23T14:00', { lastRunMs: () => nowMs - 35 * HOUR_MS }).nightly.isTime()).toBe(false);
    expect(nightlyAt('2026-11-23T14:00', { lastRunMs: () => nowMs - 37 * HOUR_MS }).nightly.isTime()).toBe(true);
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
    const busy = err<number>(rejected('reconcile.busy', 'Run 3 is under way.'));
    expect(await nightlyAt('2026-11-23T02:00', { reconciliation: { start: async () => busy } }).nightly.run()).toEqual(busy);
  });
});
