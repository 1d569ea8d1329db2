/**
 * Text that may enter a request: control characters become spaces, half surrogate pairs become U+FFFD (XML and Oracle's database
 * take neither), and it is cut to the attribute's length. The count is in UTF-16 units, never below Oracle's count of characters.
 */
export function clean(text: string, maxLength: number): string {
  const tidy = text
    .toWellFormed()
    .replace(/[\p{Cc}\u2028\u2029\uFFFE\uFFFF]+/gu, ' ')
    .trim();
  if (tidy.length <= maxLength) return tidy;
  const splitsPair = /[\uD800-\uDBFF]/.test(tidy[maxLength - 1] ?? '');
  return tidy.slice(0, splitsPair ? maxLength - 1 : maxLength).trimEnd();
}

/** The first `maxLength` characters of the other side's words, for messages. */
export const excerpt = (text: string, maxLength = 300): string => clean(text.replace(/\s+/g, ' '), maxLength);
