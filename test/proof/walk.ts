import { isoDecimals } from '../fixtures/iso-4217.ts';
import { type History, hearOf, newHistory, remember } from './judge.ts';
import { OracleBooks, type OracleSide, type SandboxLedger, total } from './oracle-side.ts';
import type { Act, OrderWish } from './wish.ts';
import type { World } from './world.ts';

/** One order's way through the shop, with what Oracle has to hold after each step. */
export interface Walk {
  /** A sentence about what is seen. */
  name: string;
  order: Partial<OrderWish>;
  /** `[I, U, C]` in minor units once the order is placed; null where nothing may be posted. */
  placed: Balances | null;
  steps: WalkStep[];
}

export type Balances = readonly [I: number, U: number, C: number];

export interface WalkStep {
  /** Made one after the other before anybody hears of them. */
  acts: Act[];
  /** What people in Oracle or at the admin page do; the order is read again afterwards. */
  people?: (world: World, orderId: number, side: OracleSide) => Promise<unknown>;
  /** What a person answers to what is asked then. */
  decide?: { question: RegExp; choice: string };
  balances: Balances;
  /** Why it is not "posted", where it is not. */
  code?: string;
  /** WooCommerce's refusal of the last act, where it refuses. */
  refused?: RegExp;
  also?: (side: OracleSide, before: OracleSide) => void;
}

export interface Seen {
  side: OracleSide;
  state: string;
  code: string;
  refused: string | null;
}

export interface Walked {
  id: number;
  history: History;
  /** The placed order, then each step. */
  seen: Seen[];
}

export const PLAIN_ORDER: OrderWish = {
  way: 'hand',
  place: 'portland',
  currency: 'USD',
  customer: 0,
  firstName: 'Kim',
  lastName: 'Guest',
  company: '',
  email: 'kim@guest.example',
  // 100.00 without tax, of two accounts.
  lines: [
    { sku: 'KETTLE', quantity: 4, total: '80.00' },
    { sku: 'BEANS', quantity: 2, total: '20.00' },
  ],
  coupons: [],
  fees: [],
  shipping: [],
  exempt: false,
  gateway: 'bacs',
  giftCard: 0,
  meta: {},
  note: '',
  placedAt: 0,
  paidAt: 0,
  status: 'processing',
};

/**
 * Walks orders side by side: a step of all of them is one request to the shop, and one look into Oracle's books.
 *
 * Out   by name of the walk; `midway` takes what could not be explained after one of the sidecar's writes
 */
export async function walkAll(world: World, walks: readonly Walk[], midway: string[]): Promise<Map<string, Walked>> {
  const nowS = Math.floor(Date.now() / 1000);
  const wishes = walks.map(
    ({ order }): OrderWish => ({ ...PLAIN_ORDER, placedAt: nowS - 7_200, paidAt: nowS - 7_000, ...order }),
  );
  const placed = await world.place(wishes);
  const walked = walks.map((walk, index): Walked => {
    const facts = placed[index];
    if (!facts || 'refused' in facts) throw new Error(`"${walk.name}" could not be placed: ${facts?.refused}`);
    return { id: facts.id, history: newHistory(facts), seen: [] };
  });
  world.tap.onWrite = async ({ what }) => {
    const books = await booksOf(world, walked);
    for (const { id } of walked) {
      const why = unexplained(books.side(id));
      if (why) midway.push(`order ${id} after ${what}: ${why}`);
    }
    return undefined;
  };
  await world.settle();
  await look(world, walked, () => null);
  const longest = Math.max(...walks.map((walk) => walk.steps.length));
  for (let turn = 0; turn < longest; turn += 1) {
    const moving = walks.flatMap((walk, index) => {
      const [one, step] = [walked[index], walk.steps[turn]];
      return one && step ? [{ one, step }] : [];
    });
    const acts = moving.flatMap(({ one, step }) => step.acts.map((act) => ({ one, act: { ...act, order: one.id } })));
    const refused = new Map<Walked, string | null>();
    const done = await world.act(acts.map(({ act }) => act));
    for (const [at, { one }] of acts.entries()) {
      const acted = done[at];
      if (!acted) continue;
      remember(one.history, acted);
      refused.set(one, acted.refused);
    }
    await world.settle();
    for (const { one } of moving) hearOf(one.history);
    for (const { one, step } of moving) {
      if (!step.people) continue;
      await step.people(world, one.id, one.seen.at(-1)?.side ?? NO_SIDE);
      await world.replay(one.id);
    }
    await decideAll(world, moving);
    await world.rest();
    await look(
      world,
      moving.map(({ one }) => one),
      (one) => refused.get(one) ?? null,
    );
  }
  world.tap.onWrite = null;
  midway.push(...world.tap.complaints.splice(0).map(String));
  return new Map(walks.map((walk, index) => [walk.name, walked[index] as Walked]));
}

const NO_SIDE: OracleSide = {
  invoices: [],
  memos: [],
  receipts: [],
  applied: [],
  moves: [],
  settled: [],
  fees: [],
  I: 0,
  U: 0,
  C: 0,
};

async function decideAll(world: World, moving: readonly { one: Walked; step: WalkStep }[]): Promise<void> {
  await world.rest();
  const states = await world.orders('attention');
  for (const { one, step } of moving) {
    const question = states.find((order) => order.orderId === one.id)?.reason?.question;
    if (!step.decide || !question || !step.decide.question.test(question.id)) continue;
    await world.decide(one.id, question.id, step.decide.choice);
    one.history.decisions.push({ question: question.id, choice: step.decide.choice });
  }
}

async function look(world: World, walked: readonly Walked[], refused: (one: Walked) => string | null): Promise<void> {
  const states = new Map((await world.ordersAtRest()).map((order) => [order.orderId, order]));
  const books = await booksOf(world, walked);
  for (const one of walked) {
    const state = states.get(one.id);
    one.seen.push({
      side: books.side(one.id),
      state: state?.state ?? 'unheard',
      code: state?.reason?.code ?? '',
      refused: refused(one),
    });
  }
}

export async function booksOf(world: World, walked: readonly Pick<Walked, 'id' | 'history'>[]): Promise<OracleBooks> {
  const decimals = new Map(walked.map(({ id, history }) => [id, isoDecimals(history.last.currency)]));
  return new OracleBooks(await world.oracle<SandboxLedger>('GET', 'ledger'), decimals);
}

/**
 * The third equation of the design's section 5 in the middle of a run, by Oracle's own documents: what was sold and not taken back, less
 * the money that came and was not settled, is what is open.
 *
 * Out   what is wrong; null when nothing is
 */
export function unexplained(side: OracleSide): string | null {
  const live = side.receipts.filter((receipt) => !receipt.reversed);
  const owed = total(side.invoices) - total(side.memos) - (total(live) - total(side.settled));
  if (side.I - side.U - side.C !== owed) return `I ${side.I} - U ${side.U} - C ${side.C} is not ${owed}`;
  const below = [...side.invoices, ...side.memos, ...live].find((document) => document.open < 0);
  return below ? `${below.number} is open with ${below.open}` : null;
}
