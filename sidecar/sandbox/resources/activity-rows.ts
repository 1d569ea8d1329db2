import { all } from '../database.ts';
import type { Item } from '../rest/behaviour.ts';
import type { Call } from '../world.ts';

/** The activities of an account, or of one of its bill-to sites: the same rows, by another column. */
export type Level = 'account' | 'site';

/** Rows of an owner, narrowed by one column where a query named one, in the order they were made. */
export function* below<T>(
  call: Call,
  query: string,
  owner: { column: string; id: string } | null,
  column: string | undefined,
  values: readonly string[] | undefined,
): Iterable<T> {
  const order = `ORDER BY ${/FROM (\w+)/.exec(query)?.[1] ?? ''}.id`;
  const owned = owner ? [owner.id] : [];
  if (column === undefined || values === undefined) {
    yield* all<T>(call.world.db, `${query} ${owner ? `AND ${owner.column} = ?` : ''} ${order}`, ...owned);
    return;
  }
  // The plus keeps SQLite from the owner's index: the shared account owns nearly everything, the other column names one row.
  const both = `${query} AND ${column} = ? ${owner ? `AND +${owner.column} = ?` : ''} ${order}`;
  for (const value of values) yield* all<T>(call.world.db, both, value, ...owned);
}

export const ownerOf = (level: Level, table: string, parents: readonly Item[]) => ({
  column: `${table}.${level === 'account' ? 'account_id' : 'site_use_id'}`,
  id: parents.at(-1)?.id ?? '',
});
