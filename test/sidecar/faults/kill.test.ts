import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { chance, runs } from './support/chance.ts';
import { faultWorld } from './support/fault-world.ts';

describe('a sidecar that is killed', () => {
  it('at random moments ends with each document once, started again as often as it takes', { timeout: 600_000 }, async () => {
    const random = chance('kills at random moments');
    const kills = runs(8);
    const world = await faultWorld({ orders: Math.max(30, kills * 4), kinds: 'all' });
    await world.sandbox.control('POST', 'latency', { min: 5, max: 60 });
    await world.tell();
    let inTheMiddle = 0;
    for (let n = 0; n < kills; n += 1) {
      await sleep(random.between(20, 500));
      await world.sidecar.kill();
      const { inFlight } = await world.sandbox.control<{ inFlight: number }>('GET', 'limits');
      if (inFlight > 0) inTheMiddle += 1;
      await world.restart();
    }
    await world.allPosted(60_000);
    await world.expectAllWell();
    expect(inTheMiddle, 'no kill met a call under way: the test has shown nothing').toBeGreaterThan(0);
  });
});
