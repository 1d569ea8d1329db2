import type { Day } from '../domain/dates.ts';
import type { ListChange, RowChange } from '../store/references.ts';
import type { ReferenceRow } from './ports.ts';

export interface Delta {
  put: ReferenceRow[];
  remove: string[];
  changes: ListChange[];
}

/**
 * What a pull changed in one list.
 *
 * In      before  rows of the last pull by key; after  as pulled now; today  for end dates; first  there was no pull before: all is new
 *         and nothing of it is news
 * Out     rows to write and to remove, and the changes in words. A row that only its end date has closed since is a change too
 */
export function deltaOf(
  before: ReadonlyMap<string, ReferenceRow>,
  after: readonly ReferenceRow[],
  { today, lastDay, first }: { today: Day; lastDay: Day; first: boolean },
): Delta {
  const delta: Delta = { put: [], remove: [], changes: [] };
  const note = (row: ReferenceRow, change: RowChange, detail = '') => {
    if (!first) delta.changes.push({ key: row.key, label: row.label, change, detail });
  };
  const there = new Set<string>();
  for (const row of after) {
    if (there.has(row.key)) continue;
    there.add(row.key);
    const was = before.get(row.key);
    if (!was) {
      delta.put.push(row);
      note(row, 'appeared', usable(row, today) ? '' : 'closed');
      continue;
    }
    const [could, can] = [usable(was, lastDay), usable(row, today)];
    const detail = differences(was, row);
    if (detail !== null) delta.put.push(row);
    if (could !== can) note(row, can ? 'opened' : 'closed', detail ?? (row.endDate ? `ended on ${row.endDate}` : ''));
    else if (detail) note(row, 'changed', detail);
  }
  for (const row of before.values()) {
    if (there.has(row.key)) continue;
    delta.remove.push(row.key);
    note(row, 'vanished');
  }
  return delta;
}

const usable = (row: ReferenceRow, day: Day): boolean => row.enabled && !(row.endDate !== null && row.endDate < day);

/** What differs, in words; empty for what people need not know; null when the rows say the same. */
function differences(was: ReferenceRow, is: ReferenceRow): string | null {
  const words: string[] = [];
  if (was.label !== is.label) words.push(`now called "${is.label}"`);
  if (was.endDate !== is.endDate) words.push(is.endDate ? `ends on ${is.endDate}` : 'no end date any more');
  const told = words.length > 0 || was.enabled !== is.enabled;
  const quiet = JSON.stringify(was.extra) !== JSON.stringify(is.extra);
  return told || quiet ? words.join(', ') : null;
}
