import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { until } from '../../bench/support/world.ts';
import { chance, runs } from './support/chance.ts';
import { faultWorld } from './support/fault-world.ts';

describe('a sidecar that is killed', () => {
  it('at random moments ends with each document once, started again as often as it takes', { timeout: 600_000 }, async () => {
    const random = chance('kills at random moments');
    const kills = runs(8);
    const world = await faultWorld({ orders: Math.max(30, kills * 4), kinds: 'all' });
    await world.sandbox.control('POST', 'latency', { min: 20, max: 90 });
    const inFlight = async () => (await world.sandbox.control<{ inFlight: number }>('GET', 'limits')).inFlight;
    await world.tell();
    let inTheMiddle = 0;
    for (let n = 0; n < kills; n += 1) {
      await sleep(random.between(20, 500));
      // Every other moment is one with a call under way, where there is still work: on a busy machine chance alone may miss them all.
      if (n % 2 === 1)
        await until('a call under way', async () => ((await inFlight()) > 0 ? true : null), 2_000, 5).catch(() => null);
      await world.sidecar.kill();
      if ((await inFlight()) > 0) inTheMiddle += 1;
      await world.restart();
    }
    await world.allPosted(60_000);
    await world.expectAllWell();
    expect(inTheMiddle, 'no kill met a call under way: the test has shown nothing').toBeGreaterThan(0);
  });
});
