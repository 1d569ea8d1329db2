import { describe, expect, it } from 'vitest';
import { AimdBrake } from '../../../sidecar/apply/brake.ts';
import { EndpointUnavailable } from '../../../sidecar/domain/brake.ts';

const clock = { ms: 0 };
const make = (max = 64) => {
  clock.ms = 0;
  return new AimdBrake({ name: 'Oracle', max, monotonicMs: () => clock.ms, random: () => 1 });
};
const answer = (verdict: 'ok' | 'throttled' | 'unreachable') => async () => ({ value: verdict, verdict });

/** A round of calls as many as the brake lets through, all in flight together. */
async function round(brake: AimdBrake, verdict: 'ok' | 'throttled'): Promise<void> {
  await Promise.all(Array.from({ length: brake.currentLimit() }, () => brake.run(answer(verdict))));
  clock.ms += 100;
}

describe('the brake', () => {
  it('starts at four, doubles per round trip, and never passes its setting', async () => {
    const brake = make(32);
    const limits = [brake.currentLimit()];
    for (let n = 0; n < 5; n += 1) {
      await round(brake, 'ok');
      limits.push(brake.currentLimit());
    }
    expect(limits).toEqual([4, 8, 16, 32, 32, 32]);
  });

  it('gives a little back for one round of rejections, not for each of them', async () => {
    const brake = make();
    for (let n = 0; n < 4; n += 1) await round(brake, 'ok');
    const before = brake.currentLimit();
    await round(brake, 'throttled');
    expect(brake.currentLimit()).toBe(Math.floor(before * 0.93));
  });

  it('never lets more calls through than its limit', async () => {
    const brake = make();
    let inFlight = 0;
    let most = 0;
    await Promise.all(
      Array.from({ length: 40 }, () =>
        brake.run(async () => {
          inFlight += 1;
          most = Math.max(most, inFlight);
          const limit = brake.currentLimit();
          expect(inFlight).toBeLessThanOrEqual(limit);
          await new Promise((resolve) => setImmediate(resolve));
          inFlight -= 1;
          return { value: 1, verdict: 'ok' as const };
        }),
      ),
    );
    expect(most).toBeGreaterThan(4);
  });

  it('counts the endpoint as away after three lost connections, fails at once, and lets one probe through', async () => {
    const brake = make();
    for (let n = 0; n < 3; n += 1) await brake.run(answer('unreachable'));
    expect(brake.away()).toBe(true);
    await expect(brake.run(answer('ok'))).rejects.toThrow(EndpointUnavailable);
    clock.ms += brake.awayForMs() + 1;
    const probe = brake.run(answer('ok'));
    await expect(brake.run(answer('ok'))).rejects.toThrow(EndpointUnavailable);
    await probe;
    expect(brake.away()).toBe(false);
    expect(await brake.run(answer('ok'))).toBe('ok');
  });

  it('probes at growing intervals, thirty seconds apart at most', async () => {
    const brake = make();
    const waits: number[] = [];
    for (let n = 0; n < 12; n += 1) {
      await brake.run(answer('unreachable'));
      waits.push(brake.awayForMs());
      clock.ms += brake.awayForMs() + 1;
    }
    expect(waits.slice(2, 5)).toEqual([1_500, 2_500, 4_500]);
    expect(Math.max(...waits)).toBeLessThanOrEqual(30_500);
  });

  it('frees its place when a call throws', async () => {
    const brake = make();
    for (let n = 0; n < 10; n += 1) {
      await expect(brake.run(() => Promise.reject(new Error('bug')))).rejects.toThrow('bug');
    }
    expect(await brake.run(answer('ok'))).toBe('ok');
  });
});
