import { expect, it } from 'vitest';
import { booksOf, walkAll } from '../../proof/walk.ts';
import type { Profile, World } from '../../proof/world.ts';

const DAY_S = 86_400;

/** A refund of last month, whose period is closed by now. Changes periods and set-up: the last tests of their store. */
export function periods(world: () => World, profile: Profile): void {
  it('of a closed period is dated on the first day of the next open one', async () => {
    const shop = world();
    const { at, period } = lastMonth();
    const name = 'in a closed period';
    const closed = async () => {
      await shop.oracle('POST', 'periods', { period, status: 'C' });
      await shop.admin().post('/reference/pull');
    };
    const walked = await walkAll(
      shop,
      [
        {
          name,
          order: { placedAt: at - DAY_S, paidAt: at - DAY_S + 60 },
          placed: [0, 0, 0],
          steps: [
            { acts: [], people: closed, balances: [0, 0, 0] },
            { acts: [{ do: 'refund', shape: 'amount', share: 0.3, at }], balances: [0, 3_000, 0] },
          ],
        },
      ],
      [],
    );
    const one = walked.get(name);
    const side = one?.seen.at(-1)?.side;
    expect([side?.I, side?.U, side?.C]).toEqual([0, 3_000, 0]);
    expect(side?.memos[0]?.accountingDate).toBe(firstOfThisMonth());
    if (one) expect((await booksOf(shop, [one])).ledger.balanced).toBe(true);
  }, 90_000);

  it('of a closed period waits where the set-up says so, and is posted once the period is open again', async () => {
    const shop = world();
    const { at, period } = lastMonth();
    await setUp(shop, { closedPeriodFor: { creditMemo: 'hold' } });
    await shop.oracle('POST', 'periods', { period, status: 'O' });
    await shop.admin().post('/reference/pull');
    const name = 'held';
    const set = (status: 'O' | 'C') => async () => {
      await shop.oracle('POST', 'periods', { period, status });
      await shop.admin().post('/reference/pull');
    };
    const walked = await walkAll(
      shop,
      [
        {
          name,
          order: { placedAt: at - DAY_S, paidAt: at - DAY_S + 60 },
          placed: [0, 0, 0],
          steps: [
            { acts: [], people: set('C'), balances: [0, 0, 0] },
            { acts: [{ do: 'refund', shape: 'amount', share: 0.3, at }], balances: [0, 0, 0] },
            { acts: [], people: set('O'), balances: [0, 3_000, 0] },
          ],
        },
      ],
      [],
    );
    const seen = walked.get(name)?.seen.map(({ side, code }) => [side.I, side.U, side.C, code]);
    expect(seen?.slice(2)).toEqual([
      [0, 0, 0, 'period.closed'],
      [0, 3_000, 0, ''],
    ]);
  }, 90_000);

  it(`lets nobody choose Payables for a gateway that returns the money itself (${profile})`, async () => {
    const settlements = [{ gateway: 'proof_card', settlement: 'payables', paymentMethod: 'CHECK', refundsItself: true }];
    await expect(setUp(world(), { settlements })).rejects.toThrow(/refunds|twice|itself/i);
  });
}

async function setUp(world: World, over: object): Promise<void> {
  const { setupVersion } = (await world.admin().get('/connections')) as { setupVersion: number };
  await world.admin().put('/connections/setup', { baseVersion: setupVersion, setup: { ...world.shop.setup, ...over } });
}

/** The 20th of last month, noon UTC, and its period's name: "Oct-26". */
function lastMonth(): { at: number; period: string } {
  const today = new Date();
  const day = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - 1, 20, 12));
  const month = day.toLocaleString('en-US', { month: 'short', timeZone: 'UTC' });
  return { at: day.getTime() / 1000, period: `${month}-${String(day.getUTCFullYear()).slice(2)}` };
}

const firstOfThisMonth = (): string => `${new Date().toISOString().slice(0, 7)}-01`;
