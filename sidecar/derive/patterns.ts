const compiled = new Map<string, RegExp>();

/** A pattern of SKUs or fee names: `*` stands for any run of characters, case does not count. */
export function patternOf(text: string): RegExp {
  let found = compiled.get(text);
  if (!found) {
    found = new RegExp(`^${text.split('*').map(escapeRegExp).join('.*')}$`, 'isu');
    if (compiled.size > 10_000) compiled.clear(); // rules are edited, the process lives on
    compiled.set(text, found);
  }
  return found;
}

/**
 * Whether everything that `narrow` matches is matched by `wide` too. The stars of `narrow` are taken as characters that only a star of
 * `wide` can meet: what matches with them matches with anything in their place.
 */
export const patternCovers = (wide: string, narrow: string): boolean => patternOf(wide).test(narrow);

const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
