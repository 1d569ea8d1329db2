import { expect, it } from 'vitest';
import { newHistory } from '../../proof/judge.ts';
import { booksOf, PLAIN_ORDER, unexplained } from '../../proof/walk.ts';
import type { World } from '../../proof/world.ts';

/** Release, credit memo, its application, the receipt's again: no write of a partial refund may be lost or doubled. */
const WRITES_AT_LEAST = 4;
const WRITES_AT_MOST = 12;

/** The sidecar dies between any two writes of a refund: Oracle has carried the write out, and nobody heard. */
export function crashes(world: () => World): void {
  it('ends the same when the sidecar dies after any of its writes, its answer unheard', async () => {
    const shop = world();
    const ends: unknown[] = [];
    for (let at = 1; at <= WRITES_AT_MOST; at += 1) {
      const { id, writes, side, midway } = await refundThatBreaks(shop, at);
      ends.push({ at, balances: [side.I, side.U, side.C], memos: side.memos.map((memo) => memo.amount), midway });
      // A sidecar that has just started also reads the store's changed orders: this one may be on a second run, with nothing to post.
      await expect.poll(async () => (await shop.order(id))?.state, { timeout: 20_000 }).toBe('posted');
      if (writes < at) break; // One more than it makes: nothing broke.
    }
    expect(ends.length).toBeGreaterThan(WRITES_AT_LEAST);
    const [first, ...others] = ends;
    expect(first).toEqual({ at: 1, balances: [0, 3_000, 0], memos: [3_000], midway: [] });
    expect(others).toEqual(others.map((_, index) => ({ ...(first as object), at: index + 2 })));
  }, 180_000);

  it('posts a refund that was made while the sidecar was down', async () => {
    const shop = world();
    await shop.stopSidecar();
    const id = await place(shop);
    const [refunded] = await shop.act([{ do: 'refund', shape: 'amount', share: 0.3, order: id }]);
    expect(refunded?.refused).toBeNull();
    await shop.startSidecar();
    await shop.settle();
    const side = await sideOf(shop, id);
    expect([side.I, side.U, side.C]).toEqual([0, 3_000, 0]);
  }, 60_000);
}

async function refundThatBreaks(world: World, at: number) {
  const id = await place(world);
  await world.settle();
  await world.act([{ do: 'refund', shape: 'amount', share: 0.3, order: id }]);
  const midway: string[] = [];
  let writes = 0;
  let broken: () => void = () => undefined;
  const breaks = new Promise<void>((resolve) => {
    broken = resolve;
  });
  world.tap.onWrite = async ({ what }) => {
    writes += 1;
    const why = unexplained(await sideOf(world, id));
    if (why) midway.push(`${what}: ${why}`);
    if (writes !== at) return undefined;
    broken();
    return 'cut';
  };
  await world.tell();
  await Promise.race([breaks, world.rest()]);
  if (writes >= at) {
    await world.stopSidecar();
    await world.startSidecar();
  }
  await world.rest();
  world.tap.onWrite = null;
  return { id, writes, side: await sideOf(world, id), midway };
}

async function place(world: World): Promise<number> {
  const nowS = Math.floor(Date.now() / 1000);
  const [placed] = await world.place([{ ...PLAIN_ORDER, placedAt: nowS - 7_200, paidAt: nowS - 7_000 }]);
  if (!placed || 'refused' in placed) throw new Error(`not placed: ${placed?.refused}`);
  return placed.id;
}

async function sideOf(world: World, id: number) {
  const [facts] = await world.facts([id]);
  if (!facts || facts.gone) throw new Error(`order ${id} is gone`);
  return (await booksOf(world, [{ id, history: newHistory(facts) }])).side(id);
}
