import { describe, expect, it } from 'vitest';
import { anyScript, play } from '../proof/play.ts';
import { SHOPS } from '../proof/shop.ts';
import { type Profile, World } from '../proof/world.ts';
import { storeAvailable } from '../store/store.ts';

/** A small share of `npm run prove`: the same seed each time, so that a failure can be played again there. */
const available = storeAvailable();
const skipped = available.ok ? '' : ` [skipped: ${available.reason}]`;
const PARTS: [Profile, shop: number, orders: number][] = [
  ['25D', 1, 6],
  ['26D', 4, 5],
  ['25D', 5, 5],
  ['26D', 6, 5],
];

describe.skipIf(!available.ok)(`random orders in a real shop${skipped}`, () => {
  it.each(PARTS)(
    'balance, or wait with a reason that the shop bears out, on Oracle %s in shop %i',
    async (profile, shop, orders) => {
      const settings = SHOPS[shop];
      if (!settings) throw new RangeError(`no shop ${shop}`);
      const world = await World.open({ shop: settings, profile });
      try {
        const nowS = Math.floor(Date.now() / 1000);
        const scripts = Array.from({ length: orders }, (_, index) => anyScript('test', 25 * shop + index, world, nowS));
        const players = await play({ world, scripts, rounds: 3, faults: 0.1, faultSeed: 'test', say: () => undefined });
        const wrong = players.filter((player) => player.verdict.verdict === 'wrong');
        expect(wrong.map(({ verdict, log }) => ({ verdict, log }))).toEqual([]);
        expect(players.filter((player) => player.verdict.verdict === 'balances').length).toBeGreaterThan(orders / 4);
      } finally {
        await world.close();
      }
    },
    200_000,
  );
});
