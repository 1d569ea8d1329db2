import { type Db, one, run } from './database.ts';
import type { Definitions } from './definitions.ts';
import { transactionalId } from './ids.ts';
import type { Seed } from './seed/schema.ts';
import type { Setup } from './seed/setup.ts';
import type { Switches } from './switches.ts';

export type Profile = '25D' | '26D';

/** Everything a handler may look at. One per running sandbox. */
export interface World {
  readonly definitions: Definitions;
  readonly seed: Seed;
  readonly setup: Setup;
  readonly db: Db;
  readonly switches: Switches;
  readonly profile: Profile;
  now(): Date;
}

/** Who calls, and when: the same instant for all that one request does. */
export interface Call {
  readonly world: World;
  readonly user: Seed['users'][number];
  readonly nowMs: number;
  /** Now as Oracle writes timestamps: 2026-09-14T08:11:02.417+00:00. */
  readonly timestamp: string;
  /** YYYY-MM-DD, in UTC. */
  readonly today: string;
  readonly frameworkVersion: number;
}

export function startCall(world: World, user: Seed['users'][number], frameworkVersion: number): Call {
  const now = world.now();
  const iso = now.toISOString();
  return { world, user, nowMs: now.getTime(), timestamp: iso.replace('Z', '+00:00'), today: iso.slice(0, 10), frameworkVersion };
}

/** The user's data access: a business unit it may not see is as good as unknown. */
export const maySee = (call: Call, businessUnit: string): boolean => call.user.businessUnits?.includes(businessUnit) ?? true;

/** The next transactional id; given back when the request fails, as it is taken in its transaction. */
export function nextId(world: World): string {
  const n = nextNumber(world, 'id', 0);
  return transactionalId(n, world.switches.idDigits === '15' ? 15 : 18);
}

/** Counts up by name; starts at `first`. */
export function nextNumber(world: World, name: string, first: number): number {
  const key = `sequence:${name}`;
  const row = one<{ value: string }>(world.db, 'SELECT value FROM meta WHERE name = ?', key);
  const n = row ? Number(row.value) : first;
  run(
    world.db,
    'INSERT INTO meta (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    key,
    String(n + 1),
  );
  return n;
}

/** The who columns of a new row. */
export const createdBy = (call: Call) => ({
  created_by: call.user.name,
  created_at: call.timestamp,
  updated_by: call.user.name,
  updated_at: call.timestamp,
  created_ms: call.nowMs,
  version: 1,
});

/** The who columns of tables, as rows carry them. */
export interface Who {
  created_by: string;
  created_at: string;
  updated_by: string;
  updated_at: string;
  created_ms: number;
  version: number;
}

/** Marks a row as changed now: last-update columns and the version its ETag is made of. */
export function touch(call: Call, table: string, id: string): void {
  run(
    call.world.db,
    `UPDATE ${table} SET updated_by = ?, updated_at = ?, version = version + 1 WHERE id = ?`,
    call.user.name,
    call.timestamp,
    id,
  );
}
