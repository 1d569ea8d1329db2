import { all, one } from '../database.ts';
import type { PeriodStatus } from '../seed/schema.ts';
import type { Ledger } from '../seed/setup.ts';
import type { World } from '../world.ts';

/** Application ids of General Ledger and Receivables (contract section 6). */
export const GL = 101;
export const AR = 222;

export interface Period {
  /** Sep-26 */
  name: string;
  start: string;
  end: string;
  year: number;
  number: number;
  application: number;
  status: PeriodStatus;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/**
 * The periods of a ledger, oldest first. Months given relative to today move with the calendar, so that a seed does not expire;
 * later entries of the seed win over earlier ones, and what was opened or closed while running wins over both.
 */
export function periodsOf(world: World, ledger: Ledger): Period[] {
  const today = world.now().toISOString().slice(0, 10);
  const found = new Map<string, Period>();
  for (const entry of world.seed.periods) {
    if (entry.ledger !== undefined && entry.ledger !== ledger.name) continue;
    const applications = entry.application === 'both' ? [AR, GL] : [entry.application === 'AR' ? AR : GL];
    for (const span of spansOf(entry, today)) {
      for (const application of applications)
        found.set(`${span.name}/${application}`, { ...span, application, status: entry.status });
    }
  }
  const overrides = all<{ period: string; application: number; status: PeriodStatus }>(
    world.db,
    'SELECT period, application, status FROM period_override WHERE ledger = ?',
    ledger.name,
  );
  for (const { period, application, status } of overrides) {
    const known = found.get(`${period}/${application}`);
    if (known) known.status = status;
  }
  return [...found.values()].sort((a, b) => (a.start === b.start ? a.application - b.application : a.start < b.start ? -1 : 1));
}

/** The AR period of a day, or undefined where the calendar has none. */
export const periodAt = (world: World, ledger: Ledger, day: string, application = AR): Period | undefined =>
  periodsOf(world, ledger).find((period) => period.application === application && period.start <= day && day <= period.end);

/** Receivables takes transactions in open and future periods. */
export const isOpen = (period: Period | undefined): boolean => period?.status === 'O' || period?.status === 'F';

/** First day of the earliest open AR period that ends not before the day; null when there is none. */
export function nextOpenDay(world: World, ledger: Ledger, day: string): string | null {
  const open = periodsOf(world, ledger).find((period) => period.application === AR && isOpen(period) && period.end >= day);
  return open ? (open.start > day ? open.start : day) : null;
}

/** True when somebody opened or closed it while the sandbox ran. */
export const isOverridden = (world: World, ledger: string, period: string): boolean =>
  one(world.db, 'SELECT 1 FROM period_override WHERE ledger = ? AND period = ?', ledger, period) !== undefined;

interface Span {
  name: string;
  start: string;
  end: string;
  year: number;
  number: number;
}

function spansOf(entry: World['seed']['periods'][number], today: string): Span[] {
  if ('months' in entry) return months(monthNumber(today) + entry.months.from, monthNumber(today) + entry.months.to);
  if ('calendar' in entry) return months(monthNumber(entry.calendar.from), monthNumber(entry.calendar.to));
  return [named(entry)];
}

/** Months since the year 0 of a day or of a month such as 2018-01. */
const monthNumber = (day: string): number => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7)) - 1;

function months(from: number, to: number): Span[] {
  const spans: Span[] = [];
  for (let at = from; at <= to; at += 1) {
    const year = Math.floor(at / 12);
    const month = at % 12;
    const text = String(month + 1).padStart(2, '0');
    const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
    spans.push({
      name: `${MONTHS[month]}-${String(year).slice(2)}`,
      start: `${year}-${text}-01`,
      end: `${year}-${text}-${last}`,
      year,
      number: month + 1,
    });
  }
  return spans;
}

const named = (entry: { name: string; start: string; end: string }): Span => ({
  name: entry.name,
  start: entry.start,
  end: entry.end,
  year: Number(entry.start.slice(0, 4)),
  number: Number(entry.start.slice(5, 7)),
});
