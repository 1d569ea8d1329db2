export interface Period {
  from: string;
  to: string;
}

const DAY_MS = 86_400_000;
const iso = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** The calendar month `months` before the one of `today` (`2026-11-23`); the present one ends today. */
export function monthBefore(today: string, months: number): Period {
  const [year = 0, month = 1] = today.split('-').map(Number);
  const from = Date.UTC(year, month - 1 - months, 1);
  const end = Date.UTC(year, month - months, 1) - DAY_MS;
  return { from: iso(from), to: months === 0 ? today : iso(end) };
}

/** Both are days, in this order. */
export const isPeriod = ({ from, to }: Period): boolean => from !== '' && to !== '' && from <= to;
