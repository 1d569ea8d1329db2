import { isoDecimals } from '../fixtures/iso-4217.ts';
import { Dice } from './dice.ts';
import { type History, hearOf, judge, newHistory, remember, type Verdict, type When } from './judge.ts';
import { anyAct, anyChangeOfMind, anyGift, anyTags, anyWish } from './life.ts';
import { OracleBooks, type OracleSide, type SandboxLedger } from './oracle-side.ts';
import { answerQuestions, helpStuck, settleOverpayments } from './people.ts';
import { verdictsOf } from './summary.ts';
import type { Act, OrderWish } from './wish.ts';
import type { World } from './world.ts';

/** A random order and its life, enough to play it again. */
export interface Script {
  /** Names it within its seed. */
  index: number;
  wish: OrderWish;
  /** Acts by round. */
  acts: Act[][];
  /** Where a person has to decide, the choice is the one at this index (it wraps round). */
  answer: number;
}

export interface Player {
  script: Script;
  /** 0 where the shop refused the order. */
  id: number;
  refused: string;
  history: History;
  verdict: Verdict;
  /** Codes it waited with when the sidecar was at rest. */
  waited: Set<string>;
  /** What happened, told round by round: acts, refusals, decisions, the books. */
  log: string[];
}

export interface PlayOptions {
  world: World;
  scripts: readonly Script[];
  /** Of each script's acts; ROUNDS when absent. */
  rounds?: number;
  /** Faults of Oracle per order and round: 429, 500, 503, hang-ups before and after the commit. */
  faults: number;
  faultSeed: string;
  say: (line: string) => void;
}

export const ROUNDS = 5;
const BATCH = 20;

export function anyScript(seed: string, index: number, world: Pick<World, 'shop' | 'ids'>, nowS: number): Script {
  const dice = new Dice(`${seed}/${index}`);
  const wish = anyWish(dice, world.shop, world.ids, nowS);
  const acts = Array.from({ length: ROUNDS }, () =>
    Array.from({ length: Number(dice.weighted({ 0: 3, 1: 5, 2: 2, 3: 1 })) }, () => anyAct(dice, world.ids)),
  );
  // Two refunds in one second.
  if (dice.chance(0.05)) acts[dice.whole(0, ROUNDS - 1)]?.push(...twins(dice, nowS));
  // Nobody hears of some acts until more have happened.
  for (const [round, later] of acts.slice(1).entries()) if (dice.chance(0.2)) later.unshift(...(acts[round]?.splice(0) ?? []));
  const script = { index, wish, acts, answer: dice.whole(0, 5) };
  return withTagsAndGifts(new Dice(`${seed}/${index}/tags and gifts`), script);
}

/** Tags, channels and orders that cost nothing: drawn apart, so that all else of a seed stays as it was before there were any. */
function withTagsAndGifts(dice: Dice, script: Script): Script {
  const wish = anyGift(dice, anyTags(dice, script.wish));
  const acts = [...script.acts];
  for (const act of anyChangeOfMind(dice, wish)) {
    const round = dice.whole(0, acts.length - 1);
    acts[round] = [...(acts[round] ?? []), act];
  }
  return { ...script, wish, acts };
}

function twins(dice: Dice, nowS: number): Act[] {
  const at = nowS - dice.whole(60, 600);
  return (['amount', dice.pick(['below', 'amount'] as const)] as const).map((shape) => ({
    do: 'refund',
    shape,
    which: 0,
    share: dice.pick([0.1, 0.3]),
    reason: 'both in one second',
    byGateway: false,
    pending: false,
    at,
  }));
}

/**
 * Plays orders through the shop, round by round, and judges each one whenever the sidecar is at rest.
 *
 * Out   one player per script; a verdict `wrong` is kept from the round it was first seen in
 */
export async function play(options: PlayOptions): Promise<Player[]> {
  const { world, scripts, say, rounds = ROUNDS } = options;
  const players = await placeAll(options);
  say(`${players.filter((player) => player.id > 0).length} of ${scripts.length} orders placed`);
  await hear(options, players, 0);
  await ask(world, players, 0.6);
  for (let round = 0; round < rounds; round += 1) {
    await actAll(world, players, round);
    // Finance books sales elsewhere from now on: what is posted keeps its accounts.
    if (round === 1) await world.changeAccounts();
    const last = round === rounds - 1;
    await hear(options, players, round + 1);
    if (!last) await ask(world, players, 0.6);
    say(`round ${round + 1}: ${verdictsOf(players)}`);
  }
  await finish(options, players);
  return players;
}

async function placeAll({ world, scripts }: PlayOptions): Promise<Player[]> {
  const players: Player[] = [];
  for (let from = 0; from < scripts.length; from += BATCH) {
    const batch = scripts.slice(from, from + BATCH);
    const placed = await world.place(batch.map((script) => script.wish));
    for (const [at, script] of batch.entries()) {
      const facts = placed[at];
      const refused = !facts ? 'no answer' : 'refused' in facts ? facts.refused : '';
      players.push({
        script,
        id: facts && 'id' in facts ? facts.id : 0,
        refused,
        history: newHistory(facts && 'id' in facts ? facts : NOBODY),
        verdict: { verdict: 'balances' },
        waited: new Set(),
        log: [],
      });
    }
  }
  return players;
}

const NOBODY = {
  id: 0,
  gone: false as const,
  status: '',
  total: '0',
  currency: 'USD',
  placedAt: 0,
  paidAt: null,
  customer: 0,
  role: '',
  gateway: '',
  via: '',
  country: '',
  test: false,
  vat: '',
  refunds: [],
  fee: '',
  channel: '',
  tags: [],
  items: [],
};

async function actAll(world: World, players: readonly Player[], round: number): Promise<void> {
  const acts = players
    .filter((player) => player.id > 0)
    .flatMap((player) => (player.script.acts[round] ?? []).map((act) => ({ player, act: { ...act, order: player.id } })));
  for (let from = 0; from < acts.length; from += BATCH) {
    const batch = acts.slice(from, from + BATCH);
    const done = await world.act(batch.map(({ act }) => act));
    for (const [at, { player }] of batch.entries()) {
      const acted = done[at];
      if (acted?.refused?.startsWith('fault:')) throw new Error(`${JSON.stringify(batch[at]?.act)}: ${acted.refused}`);
      if (acted) remember(player.history, acted);
      const { order: _, ...act } = batch[at]?.act ?? { order: 0 };
      player.log.push(`${JSON.stringify(act)}${acted?.refused ? ` refused: ${acted.refused}` : ''}`);
    }
  }
}

/** Arms faults, hands the events over, waits for rest and judges. */
async function hear(options: PlayOptions, players: readonly Player[], round: number): Promise<void> {
  const { world } = options;
  const dice = new Dice(`${options.faultSeed}/${round}`);
  const faults = Array.from({ length: Math.round(options.faults * players.length) }, () => anyFault(dice, players.length));
  if (faults.length > 0) await world.oracle('POST', 'faults', faults);
  await world.settle();
  for (const player of players) hearOf(player.history);
  if (faults.length > 0) await world.oracle('DELETE', 'faults');
  await judgeAll(world, players, 'asking');
}

function anyFault(dice: Dice, orders: number) {
  const fault = dice.weighted({ '429': 2, '500': 2, '503': 2, 'hangup-before-commit': 2, 'hangup-after-commit': 3 });
  const route = dice.pick(['receivablesInvoices', 'standardReceipts', 'receivablesCreditMemos', 'Service', '']);
  return {
    fault,
    ...(route && { route }),
    count: 1,
    after: dice.whole(0, 2 * orders),
    ...(fault === '429' && { retryAfter: 0 }),
  };
}

/** Some of what is asked is answered. */
async function ask(world: World, players: readonly Player[], share: number): Promise<void> {
  if ((await answerQuestions(world, players, share)) > 0) await world.rest();
}

/** More turns than any order needs: a refund that is taken back, paid out, stopped, and asked about. */
const TURNS = 10;

/** Faults are over, every question is answered, people, Payables and the bank do their part; then all is judged as it stands. */
async function finish({ world, say }: PlayOptions, players: readonly Player[]): Promise<void> {
  let settled = 0;
  for (let turn = 0; turn < TURNS; turn += 1) {
    const moved = (await answerQuestions(world, players, 1)) + (await helpStuck(world, players));
    await world.settle();
    for (const player of players) hearOf(player.history);
    for (const order of await world.orders())
      if (order.state !== 'posted' && order.state !== 'excluded') await world.replay(order.orderId);
    await world.rest();
    if (moved > 0) continue;
    if (settled > 0) break;
    settled = await settleOverpayments(world, players);
    await world.rest();
    if (settled === 0) break;
  }
  await judgeAll(world, players, 'final');
  const before = await posts(world);
  for (const order of await world.orders()) if (order.state === 'posted') await world.replay(order.orderId);
  await world.rest();
  const again = (await posts(world)) - before;
  if (again > 0) throw new Error(`Replaying every posted order wrote to Oracle ${again} times.`);
  await judgeAll(world, players, 'final');
  say(`end: ${verdictsOf(players)}`);
}

/** Writes that Oracle saw: the POSTs of documents, actions and services. */
async function posts(world: World): Promise<number> {
  const { invoices, creditMemos, receipts, applications, refunds } = await world.oracle<Record<string, number>>(
    'GET',
    'ledger?summary=true',
  );
  return [invoices, creditMemos, receipts, applications, refunds].reduce<number>((sum, count) => sum + (count ?? 0), 0);
}

/** `asking`: an order may wait for a person's answer. */
async function judgeAll(world: World, players: readonly Player[], when: When): Promise<void> {
  const states = new Map((await world.ordersAtRest()).map((order) => [order.orderId, order]));
  const live = players.filter((player) => player.id > 0);
  const books = new OracleBooks(
    await world.oracle<SandboxLedger>('GET', 'ledger'),
    new Map(live.map((player) => [player.id, isoDecimals(player.history.last.currency)])),
  );
  for (const player of live) {
    const state = states.get(player.id);
    player.log.push(
      `${shopInShort(player.history)} | ${oracleInShort(books.side(player.id))} | ${state?.state} ${state?.reason?.code ?? ''}`,
    );
    if (player.verdict.verdict === 'wrong') continue;
    if (state?.reason && state.state !== 'posted' && state.state !== 'excluded') player.waited.add(state.reason.code);
    const asks = state?.reason?.question && when === 'asking';
    player.verdict = asks
      ? { verdict: 'waits', code: state?.reason?.code ?? '' }
      : judge(player.history, books.side(player.id), state, world.shop, when);
  }
  if (when === 'final' && world.shop.setup.customers.companiesBy === 'vat-number') oneAccountEach(live, books);
  if (!books.ledger.balanced)
    throw new Error(`Oracle's books are out of balance: ${books.ledger.problems.slice(0, 5).join('; ')}`);
  if (books.strays.length > 0) throw new Error(`Oracle holds documents of no order: ${books.strays.slice(0, 10).join(', ')}`);
}

/** A company is one customer, whoever of it orders, with or without an account in the shop. */
function oneAccountEach(players: readonly Player[], books: OracleBooks): void {
  const accounts = new Map<string, Set<string>>();
  for (const { id, script } of players) {
    const vat = script.wish.meta._billing_vat_number;
    if (!vat) continue;
    const { invoices, receipts } = books.side(id);
    const known = accounts.get(vat) ?? new Set();
    for (const { account } of [...invoices, ...receipts]) known.add(account);
    accounts.set(vat, known);
  }
  for (const [vat, known] of accounts)
    if (known.size > 1) throw new Error(`The company ${vat} has the accounts ${[...known].join(', ')}.`);
}

function shopInShort({ last, facts, payments }: History): string {
  const paid = payments.map((payment) => `${payment.takenBack ? '-' : '+'}${payment.amount}`);
  const refunds = last.refunds.map((refund) => `${refund.id}:${refund.amount}${refund.pending ? ' pending' : ''}`);
  return `${facts.gone ? 'gone' : last.status} ${last.currency} ${last.total}, paid [${paid}], refunds [${refunds}]`;
}

function oracleInShort(side: OracleSide): string {
  const documents = [...side.invoices, ...side.memos, ...side.receipts].map(
    ({ number, amount, open }) => `${number} ${amount} (${open})`,
  );
  const settled = side.settled.map(({ from, target, amount }) => `${from} ${target} ${amount}`);
  return `${documents.join(', ')}${settled.length > 0 ? `; settled ${settled.join(', ')}` : ''}`;
}
