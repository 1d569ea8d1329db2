import { ok, type Result } from '../domain/failures.ts';
import { sum } from '../domain/money.ts';
import { comparePeriod, type Period, type PeriodSources } from './period.ts';
import type { Reason } from './reasons.ts';
import type { Comparison, Difference } from './sheet.ts';
import { type Row, Table, totalsOf } from './table.ts';

/** What somebody asked for. */
export interface Asked extends Period {
  /** `record`: Oracle as our own record has it. `live`: read back first. */
  oracle: 'record' | 'live';
  /** `kept`: the store as last read. `fresh`: its own list of orders is asked for beside it. */
  store: 'kept' | 'fresh';
}

export interface RunResult {
  rows: Row[];
  /** Per business unit and currency. */
  totals: Row[];
  /** Counts only: amounts of different currencies are not added up. */
  reasons: { reason: Reason; differences: number }[];
  /** Sales in the period. */
  orders: number;
  differences: number;
  unknown: number;
  /** The first of them, in the order of days. */
  sample: Difference[];
}

/** Kept with a run, for lists; the drill-down computes the rest. */
const SAMPLE = 500;

/** Compares a period and adds it up. `each` is handed every comparison too, for an export or a certificate. */
export async function addUpPeriod(
  period: Period,
  sources: PeriodSources,
  also: {
    each?: (comparison: Comparison, day: string) => void;
    dayDone?: (day: string, done: number, days: number) => void;
  } = {},
): Promise<Result<RunResult>> {
  const table = new Table();
  const sample: Difference[] = [];
  const counts = new Map<Reason, number>();
  const compared = await comparePeriod(period, sources, {
    compared(comparison, day) {
      table.add(comparison);
      for (const difference of comparison.differences) {
        counts.set(difference.reason, (counts.get(difference.reason) ?? 0) + 1);
        if (sample.length < SAMPLE) sample.push(difference);
      }
      also.each?.(comparison, day);
    },
    ...(also.dayDone && { dayDone: also.dayDone }),
  });
  if (!compared.ok) return compared;
  const rows = table.rows();
  return ok({
    rows,
    totals: totalsOf(rows),
    reasons: [...counts].map(([reason, differences]) => ({ reason, differences })).sort((a, b) => b.differences - a.differences),
    orders: sum(rows.map((row) => row.orders)),
    differences: sum(counts.values()),
    unknown: counts.get('unknown') ?? 0,
    sample,
  });
}
