import { type Day, dayIn } from './dates.ts';

const DAY_MS = 86_400_000;
const QUARTER_MS = 900_000;

export const nextDay = (day: Day): Day => new Date(Date.parse(`${day}T00:00:00Z`) + DAY_MS).toISOString().slice(0, 10);

/** All days of a period, both ends included. */
export function daysBetween(from: Day, to: Day): Day[] {
  const days: Day[] = [];
  for (let day = from; day <= to; day = nextDay(day)) days.push(day);
  return days;
}

/**
 * When a calendar day begins in a time zone: the first quarter of an hour that falls on it. A day that a zone left out (Samoa had no
 * 2011-12-30) begins where the next one does.
 */
export function startOfDayMs(timeZone: string, day: Day): number {
  const midnight = Date.parse(`${day}T00:00:00Z`);
  // Zones lie between UTC+14 and UTC-12.
  for (let at = midnight - 14 * 4 * QUARTER_MS; at <= midnight + 12 * 4 * QUARTER_MS; at += QUARTER_MS) {
    if (dayIn(timeZone, new Date(at).toISOString()) >= day) return at;
  }
  return midnight;
}

/** Instants [from, to) that hold the day in each of the zones. */
export function instantsOf(day: Day, timeZones: readonly string[]): { from: string; to: string } {
  const next = nextDay(day);
  const from = Math.min(...timeZones.map((zone) => startOfDayMs(zone, day)));
  const to = Math.max(...timeZones.map((zone) => startOfDayMs(zone, next)));
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}
