import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { storeAvailable } from '../store/store.ts';
import { anyScript, counts, type Player, play, type Script } from './play.ts';
import { SHOPS } from './shop.ts';
import { type Profile, World } from './world.ts';

/**
 * Places random orders in real shops, lets anything happen to them, and judges each one from Oracle's side.
 *
 *   npm run prove -- --orders 1000 --seed 1 --profile both
 *   npm run prove -- --case test-output/cases/1-26D-0-17.json     plays one order again
 *
 * Exit code 0 when every order balances or waits with a reason that the shop's own facts bear out; 1 when one does not; 2 when no real
 * store can be had.
 */
const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '100' },
    seed: { type: 'string', default: '1' },
    profile: { type: 'string', default: 'both' },
    /** Index of one shop of SHOPS; all of them in turn when absent. */
    shop: { type: 'string' },
    /** Faults of Oracle per order and round. */
    faults: { type: 'string', default: '0.05' },
    /** Orders that live in one shop at a time. */
    batch: { type: 'string', default: '125' },
    case: { type: 'string' },
  },
});

/** What is kept of an order that failed. */
interface Case {
  shop: number;
  profile: Profile;
  why: string;
  script: Script;
  /** What happened to it then. */
  log: string[];
}

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const cases = join(import.meta.dirname, '..', '..', 'test-output', 'cases');

const available = storeAvailable();
if (!available.ok) {
  say(`No real store can be had here: ${available.reason}`);
  process.exitCode = 2;
} else {
  process.exitCode = values.case ? await playAgain(values.case) : await proveAll();
}

async function proveAll(): Promise<number> {
  const profiles: Profile[] = values.profile === 'both' ? ['26D', '25D'] : [values.profile === '25D' ? '25D' : '26D'];
  const shops = values.shop === undefined ? SHOPS.map((_, index) => index) : [Number(values.shop)];
  const wanted = Number(values.orders);
  const began = Date.now();
  const all: Player[] = [];
  let kept = 0;
  for (let from = 0, turn = 0; from < wanted; from += Number(values.batch), turn += 1) {
    const profile = profiles[turn % profiles.length] ?? '26D';
    const shop = shops[Math.floor(turn / profiles.length) % shops.length] ?? 0;
    const count = Math.min(Number(values.batch), wanted - from);
    const players = await proveBatch({ shop, profile, from, count });
    all.push(...players);
    kept += keepCases(players, shop, profile);
  }
  const placed = all.filter((player) => player.id > 0);
  say('');
  say(
    `${placed.length} orders in ${Math.round((Date.now() - began) / 1000)} s: ${counts(all)}; ${all.length - placed.length} wishes refused by WooCommerce`,
  );
  for (const [code, count] of waits(placed)) say(`  ${count} wait: ${code}`);
  return kept === 0 ? 0 : 1;
}

async function proveBatch(batch: { shop: number; profile: Profile; from: number; count: number }): Promise<Player[]> {
  const shop = SHOPS[batch.shop];
  if (!shop) throw new RangeError(`There are ${SHOPS.length} shops, from 0.`);
  say(`${batch.count} orders, Oracle ${batch.profile}, ${shop.name}`);
  const world = await World.open({ shop, profile: batch.profile });
  try {
    const nowS = Math.floor(Date.now() / 1000);
    const scripts = Array.from({ length: batch.count }, (_, at) => anyScript(values.seed, batch.from + at, world, nowS));
    return await play({ world, scripts, faults: Number(values.faults), faultSeed: `${values.seed}/${batch.from}`, say });
  } finally {
    await world.close();
  }
}

function keepCases(players: readonly Player[], shop: number, profile: Profile): number {
  const wrong = players.filter((player) => player.verdict.verdict === 'wrong');
  mkdirSync(cases, { recursive: true });
  for (const player of wrong) {
    const why = player.verdict.verdict === 'wrong' ? player.verdict.why : '';
    const file = join(cases, `${values.seed}-${profile}-${shop}-${player.script.index}.json`);
    writeFileSync(
      file,
      `${JSON.stringify({ shop, profile, why, script: player.script, log: player.log } satisfies Case, null, 2)}\n`,
    );
    say(
      `  order ${player.id} (${player.history.last.status}, ${player.history.last.currency} ${player.history.last.total}): ${why}`,
    );
    say(`    npm run prove -- --case ${file.slice(file.indexOf('test-output'))}`);
  }
  return wrong.length;
}

function waits(players: readonly Player[]): [string, number][] {
  const found = new Map<string, number>();
  for (const { verdict } of players) if (verdict.verdict === 'waits') found.set(verdict.code, (found.get(verdict.code) ?? 0) + 1);
  return [...found].sort(([, left], [, right]) => right - left);
}

async function playAgain(file: string): Promise<number> {
  const kept = JSON.parse(readFileSync(file, 'utf8')) as Case;
  const shop = SHOPS[kept.shop];
  if (!shop) throw new RangeError(`There are ${SHOPS.length} shops, from 0.`);
  const world = await World.open({ shop, profile: kept.profile });
  try {
    const [player] = await play({ world, scripts: [kept.script], faults: 0, faultSeed: '', say });
    for (const line of player?.log ?? []) say(`  ${line}`);
    if (player?.verdict.verdict === 'wrong') say(player.verdict.why);
    return player?.verdict.verdict === 'wrong' ? 1 : 0;
  } finally {
    await world.close();
  }
}
