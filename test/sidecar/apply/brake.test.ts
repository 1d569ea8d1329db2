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

  it('gives a little back for a lone rejection, more for a round of them, half at most', async () => {
    const brake = make();
    for (let n = 0; n < 4; n += 1) await round(brake, 'ok');
    expect(brake.currentLimit()).toBe(64);
    await brake.run(answer('throttled'));
    expect(brake.currentLimit()).toBe(59);
    clock.ms += 100;
    await round(brake, 'throttled');
    expect(brake.currentLimit()).toBe(29);
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

  it('probes an endpoint that refuses every call, in place of asking it without end', async () => {
    const brake = make();
    let sent = 0;
    const refused = async () => {
      sent += 1;
      return { value: null, verdict: 'throttled' as const, retryAfterMs: 60_000 };
    };
    for (let n = 0; n < 500; n += 1) {
      await brake.run(refused).catch(() => undefined);
      clock.ms += 10;
    }
    expect(brake.away()).toBe(true);
    expect(sent).toBeLessThan(80);
    expect(brake.awayForMs()).toBeGreaterThan(50_000);
    clock.ms += brake.awayForMs() + 1;
    await brake.run(answer('ok'));
    expect(brake.away()).toBe(false);
    for (let n = 0; n < 5; n += 1) await round(brake, 'ok');
    expect(brake.currentLimit()).toBeGreaterThan(8);
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

/** An endpoint with a hidden cap on calls in flight, on a clock of its own. A call takes 285 to 315 ms, a refusal 30. */
async function againstCap(
  capAt: (ms: number) => number,
  untilMs: number,
  fromMs = 0,
): Promise<{ share: number; refused: number }> {
  const brake = make(64);
  const timers: { atMs: number; go: () => void }[] = [];
  const sleep = (ms: number) => new Promise<void>((go) => timers.push({ atMs: clock.ms + ms, go }));
  let random = 1; // Lehmer's generator: the same run every time
  let inFlight = 0;
  let done = 0;
  let refused = 0;
  const call = async () => {
    if (inFlight >= capAt(clock.ms)) {
      if (clock.ms >= fromMs) refused += 1;
      await sleep(30);
      return { value: null, verdict: 'throttled' as const };
    }
    inFlight += 1;
    random = (random * 16_807) % 2_147_483_647;
    await sleep(285 + (random % 31));
    inFlight -= 1;
    if (clock.ms >= fromMs) done += 1;
    return { value: null, verdict: 'ok' as const };
  };
  for (let n = 0; n < 80; n += 1) {
    void (async () => {
      while (clock.ms < untilMs) await brake.run(call);
    })();
  }
  let possible = 0;
  while (clock.ms < untilMs) {
    await new Promise((resolve) => setImmediate(resolve));
    const next = timers.sort((a, b) => a.atMs - b.atMs).shift();
    if (!next) break;
    if (clock.ms >= fromMs) possible += ((next.atMs - clock.ms) / 300) * capAt(clock.ms);
    clock.ms = next.atMs;
    next.go();
  }
  return { share: done / possible, refused: refused / done };
}

describe('the brake against a hidden cap', () => {
  it.each([24, 8, 3])('finds a cap of %i calls and seldom runs into it', async (cap) => {
    const { share, refused } = await againstCap(() => cap, 20_000, 5_000);
    expect(share).toBeGreaterThan(0.94);
    // A small cap is met more often: one place more is a larger step.
    expect(refused).toBeLessThan(Math.max(0.02, 0.3 / cap));
  });

  it('follows a cap that falls from 24 to 8 and is lifted again', async () => {
    const { share, refused } = await againstCap((ms) => (ms >= 12_000 && ms < 19_000 ? 8 : 24), 26_000, 5_000);
    expect(share).toBeGreaterThan(0.9);
    expect(refused).toBeLessThan(0.05);
  });
});
