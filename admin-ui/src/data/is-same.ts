/**
 * Whether two values of JSON say the same; the order of an object's keys does not count, for an edit that is taken back may
 * leave them in another order.
 */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const left = given(a);
  const right = given(b);
  return left.size === right.size && [...left].every(([key, value]) => right.has(key) && isSame(value, right.get(key)));
}

/** An absent key and an undefined value are the same in JSON. */
const given = (value: object): Map<string, unknown> => new Map(Object.entries(value).filter(([, each]) => each !== undefined));
