import { __, sprintf } from '@wordpress/i18n';
import { host } from './host.ts';

/**
 * An amount for people: "1234.50" in USD is "1,234.50 USD" in English. The digits are those of the string, never a float's;
 * the currency's code stands behind, because a ledger holds several currencies with the same sign.
 */
export function amount(decimal: string, currency?: string): string {
  const fraction = decimal.split('.')[1]?.length ?? 0;
  const format = new Intl.NumberFormat(host.locale, { minimumFractionDigits: fraction, maximumFractionDigits: fraction });
  // Intl reads decimal strings exactly (ECMA-402, NumberFormat v3).
  const digits = /^-?\d+(\.\d+)?$/.test(decimal) ? format.format(decimal as Intl.StringNumericLiteral) : decimal;
  return currency ? `${digits} ${currency}` : digits;
}

export const isZero = (decimal: string): boolean => !/[1-9]/.test(decimal);

export const count = (whole: number): string => new Intl.NumberFormat(host.locale).format(whole);

/** An instant in the site's time zone. */
export function instant(iso: string | null): string {
  return iso === null ? '–' : dateTime().format(new Date(iso));
}

/** The same to the second: the audit trail says exactly when. */
export function exactInstant(iso: string): string {
  return exactDateTime().format(new Date(iso));
}

/** A calendar day, `2026-11-23`; it has no time zone. */
export function day(iso: string): string {
  const date = new Date(`${iso}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return iso;
  return new Intl.DateTimeFormat(host.locale, { dateStyle: 'medium', timeZone: 'UTC' }).format(date);
}

const TO_THE_MINUTE = { year: 'numeric', month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' } as const;
const inSiteTime = (fields: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(host.locale, { ...fields, ...(host.timeZone && { timeZone: host.timeZone }) });
const dateTime = once(() => inSiteTime(TO_THE_MINUTE));
const exactDateTime = once(() => inSiteTime({ ...TO_THE_MINUTE, second: '2-digit' }));

const UNITS: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
  ['second', 1],
];

/** "2 minutes ago", "in 5 minutes". */
export function relative(iso: string, nowMs: number = Date.now()): string {
  const seconds = Math.round((Date.parse(iso) - nowMs) / 1000);
  const [unit, size] = UNITS.find(([, unitSize]) => Math.abs(seconds) >= unitSize) ?? ['second', 1];
  return new Intl.RelativeTimeFormat(host.locale, { numeric: 'auto' }).format(Math.trunc(seconds / size), unit);
}

export function duration(milliseconds: number): string {
  return milliseconds < 1000
    ? /* translators: %s: number of milliseconds */
      sprintf(__('%s ms', 'ar-bridge'), count(Math.round(milliseconds)))
    : /* translators: %s: number of seconds */
      sprintf(
        __('%s s', 'ar-bridge'),
        new Intl.NumberFormat(host.locale, { maximumFractionDigits: 1 }).format(milliseconds / 1000),
      );
}

/** JSON and XML indented for reading; anything else as it is. */
export function pretty(body: string): string {
  const text = body.trim();
  if (text.startsWith('{') || text.startsWith('[')) return prettyJson(text);
  if (text.startsWith('<')) return prettyXml(text);
  return body;
}

/**
 * Indents without parsing into numbers: Oracle's ids have up to 18 digits and JSON.parse would change them.
 * Strings are skipped over; everything else is punctuation or a literal.
 */
function prettyJson(text: string): string {
  let depth = 0;
  const line = () => `\n${'  '.repeat(depth)}`;
  return text.replace(/"(?:\\.|[^"\\])*"|[{[]\s*[}\]]|[{}[\],:]|\s+/g, (token) => {
    if (token.startsWith('"') || /^[{[]\s*[}\]]$/.test(token)) return token;
    if (token === '{' || token === '[') {
      depth += 1;
      return token + line();
    }
    if (token === '}' || token === ']') {
      depth = Math.max(0, depth - 1);
      return line() + token;
    }
    if (token === ',') return token + line();
    return token === ':' ? ': ' : '';
  });
}

function prettyXml(text: string): string {
  let depth = 0;
  return text
    .replace(/>\s*</g, '>\n<')
    .split('\n')
    .map((part) => {
      if (part.startsWith('</')) depth = Math.max(0, depth - 1);
      const line = '  '.repeat(depth) + part;
      if (/^<[^!?/][^>]*[^/]>$/.test(part) || /^<[^!?/]>$/.test(part)) depth += 1;
      return line;
    })
    .join('\n');
}

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
