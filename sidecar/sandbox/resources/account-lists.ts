import { all } from '../database.ts';
import type { Definitions } from '../definitions.ts';
import { referenceId } from '../ids.ts';
import { combinationId, isValueEnabled, overrideOf } from '../ledger/accounts.ts';
import type { Behaviour, Item, Row } from '../rest/behaviour.ts';
import { type Chart, inForce } from '../seed/setup.ts';
import type { Call, World } from '../world.ts';

/** Value sets, their values, and account combinations. */

const segmentAttribute = (name: string): string => `_${name.toUpperCase().replaceAll(/\W+/g, '_')}`;

/**
 * accountCombinationsLOV documents no segments: they are attributes of the pod's own chart. With the switch on they are there,
 * as `/describe` would show them.
 */
export function applyCombinationSegments(world: World, definitions: Definitions): void {
  const list = definitions.get('accountCombinationsLOV');
  if (!list) return;
  const names = new Set([
    '_CONCATENATED',
    ...world.setup.charts.flatMap((chart) => chart.segments.map((segment) => segmentAttribute(segment.name))),
  ]);
  for (const name of names) {
    for (const map of [list.attributes, list.queryable]) {
      if (map === 'all') continue;
      if (world.switches.combinationSegments === 'on') map.set(name, 'string');
      else map.delete(name);
    }
  }
}

/** Listed combinations and those that dynamic insertion made. */
export function* combinationRows(call: Call): Iterable<Row> {
  for (const chart of call.world.setup.charts) {
    const made = all<{ account: string }>(
      call.world.db,
      'SELECT account FROM combination WHERE chart = ? ORDER BY account',
      chart.name,
    );
    for (const row of chart.combinations)
      yield combinationRow(call, chart, row.account, inForce(row, call.today), row.startDate, row.endDate);
    for (const row of made) yield combinationRow(call, chart, row.account, true, undefined, undefined);
  }
}

function combinationRow(call: Call, chart: Chart, account: string, enabled: boolean, start?: string, end?: string): Row {
  const values = account.split(chart.separator);
  const now = overrideOf(call.world, chart.name, 'combination', account) ?? enabled;
  return {
    _CODE_COMBINATION_ID: combinationId(chart, account),
    _CHART_OF_ACCOUNTS_ID: chart.id,
    EnabledFlag: now ? 'Y' : 'N',
    StartDateActive: start ?? null,
    EndDateActive: end ?? null,
    _CONCATENATED: account,
    ...Object.fromEntries(chart.segments.map((segment, index) => [segmentAttribute(segment.name), values[index] ?? null])),
  };
}

interface SegmentValue extends Row {
  ValueSetCode: string;
}

/** All values of all listed value sets. */
export function* accountableSegments(call: Call): Iterable<SegmentValue> {
  for (const set of call.world.seed.valueSets) {
    if (set.values === 'any') continue;
    for (const row of set.values) {
      yield {
        Id: referenceId('value', `${set.code}/${row.value}`),
        Value: row.value,
        ValueSetCode: set.code,
        Description: row.description ?? row.value,
        EnabledFlag: isValueEnabled(call.world, set.code, row.value, call.today) ? 'Y' : 'N',
        StartDateActive: row.startDate ?? null,
        EndDateActive: row.endDate ?? null,
        SummaryFlag: 'N',
        AccountType: row.accountType ?? null,
      };
    }
  }
}

/** valueSets/{key}/child/values */
export const valueBehaviour: Behaviour = {
  *rows(call, parents) {
    const code = parents[0]?.row.ValueSetCode;
    for (const row of accountableSegments(call)) {
      if (row.ValueSetCode !== code) continue;
      yield {
        id: String(row.Id),
        version: JSON.stringify(row),
        row: {
          ...row,
          ValueId: row.Id ?? null,
          TranslatedValue: row.Value ?? null,
          DetailPostingAllowed: 'Y',
          DetailBudgetingAllowed: 'Y',
        },
      } satisfies Item;
    }
  },
};
