import type { Issues } from '../errors.ts';
import type { Ledger } from '../seed/setup.ts';
import type { Call } from '../world.ts';
import { isOpen, nextOpenDay, periodAt } from './periods.ts';

/**
 * The accounting date of a document: the one sent, which must fall in an open or future AR period, else the document's own date.
 *
 * Out   a day; SBX_CLOSED_PERIOD is in `issues` when its period is closed
 */
export function accountingDate(
  call: Call,
  ledger: Ledger,
  sent: string | undefined,
  documentDate: string,
  issues: Issues,
  path = '/AccountingDate',
): string {
  const day = sent ?? documentDate;
  const period = periodAt(call.world, ledger, day);
  if (isOpen(period)) return day;
  if (sent === undefined && call.world.switches.closedDefaultDate === 'next-open') {
    const open = nextOpenDay(call.world, ledger, day);
    if (open !== null) return open;
  }
  const where = period
    ? `the ${period.name} period of ledger ${ledger.name}, which isn't open`
    : `no period of ledger ${ledger.name}`;
  issues.add('SBX_CLOSED_PERIOD', `The accounting date ${day} falls in ${where}.`, path);
  return day;
}

/** A day later: YYYY-MM-DD plus whole days. */
export const plusDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
