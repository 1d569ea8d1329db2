import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Verdict } from './judge.ts';
import { anyScript, type Player, play, type Script } from './play.ts';
import { SHOPS } from './shop.ts';
import { type Profile, World } from './world.ts';

/** Orders that live in one shop, before one Oracle. */
export interface Batch {
  seed: string;
  /** Index in SHOPS. */
  shop: number;
  profile: Profile;
  /** Index of the first order within the seed. */
  from: number;
  count: number;
  /** Faults of Oracle per order and round. */
  faults: number;
}

/** One order's end, as plain data. */
export interface Told {
  index: number;
  /** 0 where the shop refused the order; `refused` says why. */
  id: number;
  refused: string;
  verdict: Verdict;
  /** What the shop said last: `completed USD 12.34`. */
  shop: string;
  /** Codes that the order waited with on its way, each once. */
  waited: string[];
  /** Where it can be played again; null for an order that balances. */
  case: string | null;
}

/** What is kept of an order that did not balance: enough to play it again, and what happened. */
export interface Case {
  shop: number;
  profile: Profile;
  why: string;
  script: Script;
  log: string[];
}

/** Where results and cases lie, below the repository. */
export const OUTPUT = join(import.meta.dirname, '..', '..', 'test-output');

/** Plays one batch in a world of its own. */
export async function playBatch(batch: Batch, say: (line: string) => void): Promise<Told[]> {
  const shop = SHOPS[batch.shop];
  if (!shop) throw new RangeError(`There are ${SHOPS.length} shops, from 0.`);
  const world = await World.open({ shop, profile: batch.profile });
  try {
    const nowS = Math.floor(Date.now() / 1000);
    const scripts = Array.from({ length: batch.count }, (_, at) => anyScript(batch.seed, batch.from + at, world, nowS));
    const players = await play({ world, scripts, faults: batch.faults, faultSeed: `${batch.seed}/${batch.from}`, say });
    return players.map((player) => told(player, batch));
  } finally {
    await world.close();
  }
}

/** Plays the order of a kept case alone, without faults. */
export async function playCase(kept: Case, say: (line: string) => void): Promise<Player> {
  const shop = SHOPS[kept.shop];
  if (!shop) throw new RangeError(`There are ${SHOPS.length} shops, from 0.`);
  const world = await World.open({ shop, profile: kept.profile });
  try {
    const [player] = await play({ world, scripts: [kept.script], faults: 0, faultSeed: '', say });
    if (!player) throw new Error('The case has no order.');
    return player;
  } finally {
    await world.close();
  }
}

function told(player: Player, batch: Batch): Told {
  const { script, id, refused, verdict, waited, history } = player;
  const { status, currency, total } = history.last;
  const shop = `${history.facts.gone ? 'gone, was ' : ''}${status} ${currency} ${total}`;
  const keep = id > 0 && (verdict.verdict === 'wrong' || verdict.verdict === 'waits');
  return { index: script.index, id, refused, verdict, shop, waited: [...waited], case: keep ? keepCase(player, batch) : null };
}

function keepCase({ script, log, verdict }: Player, { seed, profile, shop }: Batch): string {
  const folder = join(OUTPUT, 'cases');
  mkdirSync(folder, { recursive: true });
  const name = `${seed}-${profile}-${shop}-${script.index}.json`;
  const why = verdict.verdict === 'wrong' ? verdict.why : verdict.verdict === 'waits' ? `waits with ${verdict.code}` : '';
  writeFileSync(join(folder, name), `${JSON.stringify({ shop, profile, why, script, log } satisfies Case, null, 2)}\n`);
  return `test-output/cases/${name}`;
}
