import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { judge } from '../proof/judge.ts';
import type { ProofShop } from '../proof/shop.ts';
import { booksOf, unexplained, type Walk, type Walked, walkAll } from '../proof/walk.ts';
import { type Profile, World } from '../proof/world.ts';
import { storeAvailable } from '../store/store.ts';

const available = storeAvailable();
const skipped = available.ok ? '' : ` [skipped: ${available.reason}]`;
const full = process.env.AR_BRIDGE_TEST_FULL === '1';
export const PROFILES: Profile[] = ['26D', '25D'];

/** Each walk on one release, turn about; AR_BRIDGE_TEST_FULL=1 walks all of them on both. */
export const shareOf = (walks: readonly Walk[], profile: Profile): Walk[] =>
  walks.filter((_, index) => full || PROFILES[index % 2] === profile);

/**
 * Walks orders through a real store, one after another release: a test for each walk, one over the whole ledger, one over what was seen
 * in the middle of the runs. `more` adds tests of its own in the same store, after the walks.
 */
export function describeWalks(
  title: string,
  shops: Record<Profile, ProofShop>,
  walksOf: (profile: Profile) => Walk[],
  more: (world: () => World, profile: Profile) => void = () => undefined,
): void {
  describe.skipIf(!available.ok).each(PROFILES)(`${title}, on Oracle %s${skipped}`, (profile) => {
    const walks = walksOf(profile);
    let world: World;
    let walked: Map<string, Walked>;
    const midway: string[] = [];
    beforeAll(async () => {
      world = await World.open({ shop: shops[profile], profile });
      walked = await walkAll(world, walks, midway);
    }, 300_000);
    afterAll(() => world?.close(), 60_000);

    it.each(walks.map((walk) => [walk.name, walk] as const))('%s', (name, walk) => {
      const one = walked.get(name);
      if (!one) throw new Error('not walked');
      const expected = [walk.placed ?? [0, 0, 0], ...walk.steps.map((step) => step.balances)];
      expect(one.seen.map(({ side }) => [side.I, side.U, side.C])).toEqual(expected);
      expect(one.seen.slice(1).map((seen) => seen.code)).toEqual(walk.steps.map((step) => step.code ?? ''));
      for (const [index, step] of walk.steps.entries()) {
        const [before, after] = [one.seen[index], one.seen[index + 1]];
        expect(after?.refused ?? '').toMatch(step.refused ?? /^$/);
        if (before && after) step.also?.(after.side, before.side);
      }
    });

    it('leaves 0.00 unexplained, order by order and in the ledger', async () => {
      const books = await booksOf(world, [...walked.values()]);
      const states = new Map((await world.orders()).map((order) => [order.orderId, order]));
      const verdicts = [...walked].map(([name, { id, history }]) => ({
        name,
        ...judge(history, books.side(id), states.get(id), world.shop),
      }));
      expect(verdicts.filter(({ verdict }) => verdict === 'wrong')).toEqual([]);
      expect(books.ledger).toMatchObject({ balanced: true, problems: [] });
      expect(books.strays).toEqual([]);
    });

    it('explained every cent in the middle of each run as well, after each write', () => {
      expect(midway).toEqual([]);
      expect(
        unexplained({ invoices: [], memos: [], receipts: [], applied: [], moves: [], settled: [], fees: [], I: 1, U: 0, C: 0 }),
      ).not.toBeNull();
    });

    more(() => world, profile);
  });
}
