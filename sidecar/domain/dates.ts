/** A calendar day, `YYYY-MM-DD`. */
export type Day = string;

/** The calendar day of an instant in a time zone: 2026-11-23T03:30:00Z is 2026-11-22 in America/New_York. */
export function dayIn(timeZone: string, instant: string): Day {
  let format = formats.get(timeZone);
  if (!format) {
    // The Swedish locale writes ISO 8601 days.
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formats.set(timeZone, format);
  }
  return format.format(new Date(instant));
}
const formats = new Map<string, Intl.DateTimeFormat>();

export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
