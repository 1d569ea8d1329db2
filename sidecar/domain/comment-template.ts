/**
 * The text of a receipt's comments as finance writes it: `{order}`, `{gateway}`, `{transaction}`, `{fee}` and `{meta:key}` of the order
 * stand for what is known of the payment; what is not known is left out.
 */
export const COMMENT_PLACEHOLDERS = ['order', 'gateway', 'transaction', 'fee'] as const;
export type CommentPlaceholder = (typeof COMMENT_PLACEHOLDERS)[number];

/** maxLength of standardReceipts.Comments (oracle-rest/standardReceipts.json). */
export const COMMENT_LENGTH = 2000;

const PLACEHOLDER = /\{([^{}]*)\}/g;

/** What stands in braces and is no placeholder; a lone brace is text. */
export function unknownPlaceholders(template: string): string[] {
  return [...template.matchAll(PLACEHOLDER)]
    .map(([whole, name = '']) => (isKnown(name) ? '' : whole))
    .filter((whole) => whole !== '');
}

const isKnown = (name: string): boolean => (COMMENT_PLACEHOLDERS as readonly string[]).includes(name) || /^meta:.*\S/.test(name);

/** The template with what is known filled in; a filled-in text is not looked at again. Oracle's length is cut to when it is sent. */
export function fillComment(
  template: string,
  known: Record<CommentPlaceholder, string>,
  metaOf: (key: string) => string,
): string {
  return template
    .replace(PLACEHOLDER, (whole, name: string) => {
      if (name.startsWith('meta:')) return metaOf(name.slice('meta:'.length).trim());
      return isKnown(name) ? known[name as CommentPlaceholder] : whole;
    })
    .replace(/\s+/g, ' ')
    .trim();
}
