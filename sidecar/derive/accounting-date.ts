import type { Day } from '../domain/dates.ts';
import { err, needsAttention, ok, type Result } from '../domain/failures.ts';
import type { PeriodPolicy } from '../domain/setup.ts';

/** An AR period of the business unit's ledger. Receivables transacts in open (O) and future (F) ones. */
export interface Period {
  name: string;
  start: Day;
  end: Day;
  status: string;
}

/**
 * The accounting date of a document.
 *
 * In      day  the document's own date; periods  as last pulled, any order; empty when never pulled
 * Out     the day itself where its period takes postings; else, by policy, the first day of the earliest such period after it. The
 *         two policies differ where another period begins within the day's own, as one for adjustments does: `next-period` passes it over
 * Fails   needs-attention period.closed (policy `hold`), period.none_open
 */
export function accountingDate(day: Day, periods: readonly Period[], policy: PeriodPolicy): Result<Day> {
  if (periods.length === 0) return ok(day); // never pulled: Oracle decides, and its refusal is explained
  const takes = periods.filter((period) => period.status === 'O' || period.status === 'F');
  if (takes.some((period) => period.start <= day && day <= period.end)) return ok(day);
  if (policy === 'hold') {
    return err(
      needsAttention(
        'period.closed',
        `The AR period of ${day} is not open, and the set-up says to wait.`,
        'Open the period in Oracle Receivables: the order goes on by itself after the next pull of Oracle’s lists. Or choose "next open period" in the set-up and resume the order.',
      ),
    );
  }
  const own = periods.filter((period) => period.start <= day && day <= period.end).map((period) => period.end);
  const after = policy === 'next-period' ? [day, ...own].sort().at(-1) : day;
  const next = takes
    .map((period) => period.start)
    .filter((start) => start > (after ?? day))
    .sort()[0];
  return next
    ? ok(next)
    : err(
        needsAttention(
          'period.none_open',
          `No AR period on or after ${day} is open.`,
          'Open a period in Oracle Receivables (Manage Accounting Periods); the order goes on by itself after the next pull of Oracle’s lists.',
        ),
      );
}
