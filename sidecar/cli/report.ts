import { MEASURES, type Measure } from '../reconcile/figures.ts';
import { moneyOf, totalLine } from '../reconcile/lines.ts';
import { REASON_WORDS } from '../reconcile/reasons.ts';
import type { RunResult } from '../reconcile/run.ts';
import type { RunAsked } from '../reconcile/service.ts';

const WORDS: Record<Measure, string> = { sales: 'Sales', refunds: 'Refunds', paid: 'Paid', open: 'Open' };
const LISTED = 20;

/** A comparison for a terminal: totals, rows that differ, the first differences in words, and what to make of it. */
export function reportOf(
  asked: RunAsked,
  { result, readSinceMs, certificateId }: { result: RunResult; readSinceMs: number | null; certificateId: number | null },
): string {
  const oracle = readSinceMs === null ? "by AR Bridge's own record" : `read back since ${new Date(readSinceMs).toISOString()}`;
  const store = asked.store === 'fresh' ? 'its list asked again' : 'as last read';
  return [
    `${asked.from} to ${asked.to}: ${result.orders} orders. Oracle ${oracle}; store ${store}.`,
    ...result.totals.flatMap((total) => {
      const { businessUnit, currency, orders, measures } = totalLine(total);
      const rows = MEASURES.map((measure) => {
        const { store: ours, oracle: theirs, difference } = measures[measure];
        return [WORDS[measure], ours, theirs, difference];
      });
      return [
        '',
        `${businessUnit}, ${currency}: ${orders} orders`,
        ...columns([['', 'Store', 'Oracle', 'Difference'], ...rows], 1),
      ];
    }),
    ...differingRows(result),
    ...inWords(result),
    ...(certificateId === null ? [] : ['', `Close certificate ${certificateId} is kept.`]),
    '',
    verdictOf(result),
    '',
  ].join('\n');
}

function differingRows({ rows }: RunResult): string[] {
  const lines = rows.flatMap((row) =>
    row.reasons.map(({ measure, reason, differences, net }) => [
      row.day,
      row.gateway || '-',
      WORDS[measure],
      REASON_WORDS[reason],
      String(differences),
      moneyOf(row)(net),
      row.currency,
    ]),
  );
  if (lines.length === 0) return [];
  const header = ['Day', 'Gateway', 'What', 'Why', 'Count', 'Oracle less store', ''];
  const more = lines.length > LISTED ? [`... and ${lines.length - LISTED} more rows: --csv FILE has them all.`] : [];
  return ['', ...columns([header, ...lines.slice(0, LISTED)], 4, 2), ...more];
}

function inWords({ sample, differences }: RunResult): string[] {
  if (sample.length === 0) return [];
  const lines = sample
    .slice(0, LISTED)
    .map(
      (each) =>
        `  ${each.orderNumber ? `Order ${each.orderNumber}` : each.document}: ${moneyOf(each)(each.amount)} ${each.currency}. ${[each.message, each.action].filter(Boolean).join(' ')}`,
    );
  const more = differences - lines.length;
  return ['', ...lines, ...(more > 0 ? [`  ... and ${more} more: --csv FILE --table differences has them all.`] : [])];
}

function verdictOf({ differences, unknown, reasons }: RunResult): string {
  if (differences === 0) return 'Balanced.';
  const why = reasons.map(({ reason, differences: count }) => `${REASON_WORDS[reason].toLowerCase()} ${count}`).join(', ');
  return `${differences} ${differences === 1 ? 'difference' : 'differences'} (${why}); ${unknown === 0 ? 'each has a reason' : `${unknown} without an explanation`}.`;
}

/** Columns of equal width; `numbers` columns from `from` on stand to the right. */
function columns(rows: readonly (readonly string[])[], from: number, numbers = 9): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const cell = (text: string, column: number) =>
    column >= from && column < from + numbers ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0);
  return rows.map((row) => `  ${row.map(cell).join('  ')}`.trimEnd());
}
