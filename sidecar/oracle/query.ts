/**
 * Query strings. Oracle documents no way to escape a quote or separator in `q` and `finder` (contract section 1.3), so a value goes
 * in only when every character is known to be harmless; the caller then filters the rows itself.
 */
const HARMLESS_IN_QUOTES = /^[\p{L}\p{N} ._:/@+#&(),-]+$/u;
/** A finder's values are not quoted: its separators `,` `;` `=` are out. */
const HARMLESS_IN_FINDER = /^[\p{L}\p{N} ._:/@+#&()-]+$/u;

/** `Attribute='value'`, or null when the value cannot be asked for. */
export const equals = (attribute: string, value: string): string | null =>
  HARMLESS_IN_QUOTES.test(value) ? `${attribute}='${value}'` : null;

/** `Attribute=123` for integers. Throws on anything else: ids come from Oracle itself. */
export function equalsId(attribute: string, id: string): string {
  if (!/^\d+$/.test(id)) throw new TypeError(`Not an id: "${id}"`);
  return `${attribute}=${id}`;
}

/** Conditions joined by `and`; those that cannot be asked for are left out. */
export const allOf = (...conditions: (string | null)[]): string => conditions.filter((each) => each !== null).join(' and ');

/** `Name;a=1,b=2`, or null when a value cannot be asked for. */
export function finder(name: string, values: Record<string, string>): string | null {
  const pairs = Object.entries(values);
  if (pairs.some(([, value]) => !HARMLESS_IN_FINDER.test(value))) return null;
  return pairs.length === 0 ? name : `${name};${pairs.map(([variable, value]) => `${variable}=${value}`).join(',')}`;
}

/** `?q=...&fields=...`, percent-encoded; empty parameters are left out. */
export function queryString(parameters: Record<string, string | number | null | undefined>): string {
  const pairs = Object.entries(parameters).filter(([, value]) => value !== null && value !== undefined && value !== '');
  return pairs.length === 0 ? '' : `?${pairs.map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`).join('&')}`;
}
