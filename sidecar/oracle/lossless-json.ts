/**
 * JSON without loss of digits: Oracle's ids have up to 18 of them and its amounts are decimals, both beyond what a JavaScript
 * number holds exactly. What is read arrives as the digits themselves; what is written leaves as the digits themselves.
 */

/** A parsed value: every number is its source text. */
export type Lossless = string | boolean | null | Lossless[] | { [name: string]: Lossless };

type SourceReviver = (this: unknown, key: string, value: unknown, context: { source?: string }) => unknown;
// The types of TypeScript 6 know neither the reviver's third argument nor rawJSON (both ES2026, in Node since 22).
const parse = JSON.parse as (text: string, reviver: SourceReviver) => Lossless;
const rawJson = (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON;

const keepDigits: SourceReviver = (_key, value, context) => (typeof value === 'number' ? context.source : value);

/** Undefined for text that is no JSON (or is nested too deep to be read). */
export function readJson(text: string): Lossless | undefined {
  try {
    return parse(text, keepDigits);
  } catch {
    return undefined;
  }
}

/** A JSON number made of exactly these digits, for JSON.stringify. Throws on anything that is no decimal: a bug of the caller. */
export function digits(text: string): unknown {
  if (!/^-?\d+(\.\d+)?$/.test(text)) throw new TypeError(`Not a number to send: "${text}"`);
  // Leading zeros are no JSON; ids never have them, rates such as 0.8751 do not either.
  return rawJson(text);
}

export const isObject = (value: Lossless | undefined): value is { [name: string]: Lossless } =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The rows of a collection, whether it came as a plain array (framework 1, 2) or as `{items: [...]}` (3 and later). */
export function rowsOf(value: Lossless | undefined): { [name: string]: Lossless }[] {
  const rows = Array.isArray(value) ? value : isObject(value) && Array.isArray(value.items) ? value.items : [];
  return rows.filter(isObject);
}
