import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { storeAvailable } from '../store/store.ts';
import { type Batch, type Case, OUTPUT, playCase, type Told } from './batch.ts';
import { SHOPS } from './shop.ts';
import { summaryOf, verdictsOf } from './summary.ts';
import type { Profile } from './world.ts';

/**
 * Places random orders in real shops, lets anything happen to them, and judges each one from Oracle's side.
 *
 *   npm run prove -- --orders 1000 --seed 1 --profile both
 *   npm run prove -- --case test-output/cases/1-26D-0-17.json     plays one order again
 *
 * Each batch is a process with a shop, a sidecar and a sandbox of its own; what it found is kept as it ends, whatever becomes of the
 * others (test-output/prove-<seed>.json). Exit code 0 when every order balances, is left out or waits with a reason that the shop's own
 * facts bear out; 1 when one does not, or a batch broke off; 2 when no real store can be had.
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
    batch: { type: 'string', default: '50' },
    /** Batches side by side. */
    jobs: { type: 'string', default: '2' },
    case: { type: 'string' },
  },
});

/** A batch of 50 takes some two minutes; one that takes this long hangs. */
const BATCH_PATIENCE_MS = 20 * 60_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

interface Played {
  batch: Batch;
  /** Null where it broke off. */
  told: Told[] | null;
}

async function proveAll(): Promise<number> {
  const began = Date.now();
  const waiting = batches().map((batch, at, all) => ({ batch, name: nameOf(batch, at, all.length) }));
  const played: Played[] = [];
  const running = new Set<ChildProcess>();
  const results = join(OUTPUT, 'prove');
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  let stopped = false;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      stopped = true;
      for (const child of running) child.kill('SIGTERM');
    });
  }
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next && !stopped; next = waiting.shift()) {
      const told = await inProcess(next.batch, next.name, results, running);
      played.push({ batch: next.batch, told });
      keep(played);
      const all = played.flatMap((one) => one.told ?? []);
      const seconds = Math.round((Date.now() - began) / 1000);
      say(`[${next.name}] ${told ? verdictsOf(told) : 'BROKE OFF'}; so far, after ${seconds} s: ${verdictsOf(all)}`);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Number(values.jobs)) }, work));
  const all = played.flatMap((one) => one.told ?? []);
  const broken = played.filter((one) => one.told === null).map((one) => one.batch);
  say('');
  for (const line of summaryOf(all, Math.round((Date.now() - began) / 1000))) say(line);
  for (const { from, count, shop, profile } of broken)
    say(`broke off: orders ${from} to ${from + count - 1}, shop ${shop}, ${profile}`);
  if (waiting.length > 0 || stopped) say(`stopped: ${waiting.length} batches were not played`);
  const wrong = all.some((one) => one.verdict.verdict === 'wrong');
  return wrong || broken.length > 0 || waiting.length > 0 || stopped ? 1 : 0;
}

/** Batch by batch the other release, every second one the next shop. */
function batches(): Batch[] {
  const profiles: Profile[] = values.profile === 'both' ? ['26D', '25D'] : [values.profile === '25D' ? '25D' : '26D'];
  const shops = values.shop === undefined ? SHOPS.map((_, index) => index) : [Number(values.shop)];
  const wanted = Number(values.orders);
  const size = Number(values.batch);
  return Array.from({ length: Math.ceil(wanted / size) }, (_, turn) => ({
    seed: values.seed,
    shop: shops[Math.floor(turn / profiles.length) % shops.length] ?? 0,
    profile: profiles[turn % profiles.length] ?? '26D',
    from: turn * size,
    count: Math.min(size, wanted - turn * size),
    faults: Number(values.faults),
  }));
}

const nameOf = ({ profile, shop }: Batch, at: number, all: number): string => `${at + 1}/${all} ${profile} shop ${shop}`;

/** Plays a batch in a process of its own; null when that breaks off, after its last words. */
async function inProcess(batch: Batch, name: string, folder: string, running: Set<ChildProcess>): Promise<Told[] | null> {
  say(`[${name}] ${batch.count} orders, ${SHOPS[batch.shop]?.name}`);
  const result = join(folder, `${batch.from}.json`);
  const child = spawn(process.execPath, [join(import.meta.dirname, 'batch-process.ts'), JSON.stringify(batch), result], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  running.add(child);
  for (const stream of [child.stdout, child.stderr])
    createInterface(stream).on('line', (line) => say(`[${name}] ${line.trim()}`));
  const late = setTimeout(() => child.kill('SIGTERM'), BATCH_PATIENCE_MS);
  const code = await new Promise<number | null>((resolve) => {
    child.on('error', () => resolve(null));
    child.on('close', resolve);
  });
  clearTimeout(late);
  running.delete(child);
  return code === 0 && existsSync(result) ? (JSON.parse(readFileSync(result, 'utf8')) as Told[]) : null;
}

const keep = (played: readonly Played[]): void =>
  writeFileSync(join(OUTPUT, `prove-${values.seed}.json`), `${JSON.stringify(played, null, 1)}\n`);

async function playAgain(file: string): Promise<number> {
  const player = await playCase(JSON.parse(readFileSync(file, 'utf8')) as Case, say);
  for (const line of player.log) say(`  ${line}`);
  const { verdict } = player;
  say(verdict.verdict === 'wrong' ? verdict.why : JSON.stringify(verdict));
  return verdict.verdict === 'wrong' ? 1 : 0;
}

const available = storeAvailable();
if (!available.ok) {
  say(`No real store can be had here: ${available.reason}`);
  process.exitCode = 2;
} else {
  process.exitCode = values.case ? await playAgain(values.case) : await proveAll();
}
