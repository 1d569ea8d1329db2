import { insert, one } from '../database.ts';
import { referenceId } from '../ids.ts';
import type { Chart, Ledger } from '../seed/setup.ts';
import { inForce } from '../seed/setup.ts';
import type { World } from '../world.ts';

/**
 * Whether an account combination may be used on a day. Each segment's value must be enabled in its value set; the combination
 * must be listed and enabled, or the chart must allow new ones.
 *
 * Out   null when good, else a sentence that names the segment or the combination
 */
export function accountProblem(world: World, ledger: Ledger, account: string, day: string): string | null {
  const chart = world.setup.chartOf(ledger);
  if (!chart) return null;
  const values = account.split(chart.separator);
  if (values.length !== chart.segments.length) {
    return `The account combination ${account} has ${values.length} segments, ${chart.name} has ${chart.segments.length}.`;
  }
  for (const [index, segment] of chart.segments.entries()) {
    const value = values[index] ?? '';
    if (!isValueEnabled(world, segment.valueSet, value, day)) {
      return `The value ${value} for segment ${segment.name} of account combination ${account} isn't valid.`;
    }
  }
  const listed = chart.combinations.find((row) => row.account === account);
  const override = overrideOf(world, chart.name, 'combination', account);
  if (override === false || (override === undefined && listed && !inForce(listed, day))) {
    return `The account combination ${account} is disabled.`;
  }
  if (!listed && override === undefined && !chart.dynamicInsertion) return `The account combination ${account} doesn't exist.`;
  if (!listed) remember(world, chart, account);
  return null;
}

/** True when the value set takes the value on the day. */
export function isValueEnabled(world: World, valueSet: string, value: string, day: string): boolean {
  const set = world.seed.valueSets.find((row) => row.code === valueSet);
  const override = overrideOf(world, '', valueSet, value);
  if (override !== undefined) return override;
  if (!set) return false;
  if (set.values === 'any') return value !== '';
  const row = set.values.find((known) => known.value === value);
  return row !== undefined && inForce(row, day);
}

/** What was switched on or off while running; undefined: as the seed has it. */
export function overrideOf(world: World, chart: string, kind: string, name: string): boolean | undefined {
  const row = one<{ enabled: number }>(
    world.db,
    'SELECT enabled FROM account_override WHERE chart = ? AND kind = ? AND name = ?',
    chart,
    kind,
    name,
  );
  return row && row.enabled === 1;
}

export const combinationId = (chart: Chart, account: string): string => referenceId(`combination:${chart.name}`, account);

/** Dynamic insertion: a combination used once is listed from then on. */
function remember(world: World, chart: Chart, account: string): void {
  if (one(world.db, 'SELECT 1 FROM combination WHERE chart = ? AND account = ?', chart.name, account)) return;
  insert(world.db, 'combination', { chart: chart.name, account, id: combinationId(chart, account) });
}
