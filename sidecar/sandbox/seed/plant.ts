import { createHash } from 'node:crypto';
import { emptyDatabase, one, run } from '../database.ts';
import { findDefinition } from '../definitions.ts';
import { seedCustomer } from '../ledger/parties.ts';
import { seedRecords } from '../resources/records.ts';
import { startCall, type World } from '../world.ts';

/** Puts customers and plain records of the seed into an empty ledger. Reference lists are read from the seed itself. */
export function plantSeed(world: World): void {
  const call = startCall(world, { name: 'SEED' }, 4);
  // Whatever is seeded is older than any switch that hides new rows.
  const past = { ...call, nowMs: call.nowMs - 86_400_000 };
  world.db.transaction(() => {
    for (const customer of world.seed.customers) seedCustomer(past, customer);
    for (const [path, rows] of Object.entries(world.seed.records))
      seedRecords(past, findDefinition(world.definitions, path), rows);
    run(world.db, "INSERT INTO meta (name, value) VALUES ('seed', ?)", fingerprint(world));
  })();
}

export function replant(world: World): void {
  world.db.transaction(() => emptyDatabase(world.db))();
  plantSeed(world);
}

/** What a kept ledger was seeded with: `same`, `other` or `empty`. */
export function seededWith(world: World): 'same' | 'other' | 'empty' {
  const row = one<{ value: string }>(world.db, "SELECT value FROM meta WHERE name = 'seed'");
  if (!row) return 'empty';
  return row.value === fingerprint(world) ? 'same' : 'other';
}

const fingerprint = (world: World): string => createHash('sha256').update(JSON.stringify(world.seed)).digest('hex');
