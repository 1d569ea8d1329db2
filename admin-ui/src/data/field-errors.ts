import { __, sprintf } from '@wordpress/i18n';
import type { z } from 'zod';

/**
 * What a schema has against a form's value, as messages below the fields.
 *
 * Out     path -> message, `invoice.source`, `segments.0.name`; the first complaint of each field. The contract's own sentences
 *         stay; zod's general ones are said in the page's language
 */
export function fieldErrors(schema: z.ZodType, value: unknown): Record<string, string> {
  const errors: Record<string, string> = {};
  const read = schema.safeParse(value, { reportInput: true });
  for (const issue of read.error?.issues ?? []) errors[issue.path.join('.')] ??= words(issue);
  return errors;
}

function words(issue: z.core.$ZodIssue): string {
  if (issue.input === '') return __('Fill this in.', 'ar-bridge');
  switch (issue.code) {
    case 'too_small':
      if (issue.inclusive === false) return __('A whole number from 1.', 'ar-bridge');
      return issue.origin === 'number' || issue.origin === 'int'
        ? /* translators: %s: a number */
          sprintf(__('At least %s.', 'ar-bridge'), String(issue.minimum))
        : __('Fill this in.', 'ar-bridge');
    case 'too_big':
      return issue.origin === 'string'
        ? /* translators: %s: a number */
          sprintf(__('At most %s characters.', 'ar-bridge'), String(issue.maximum))
        : /* translators: %s: a number */
          sprintf(__('At most %s.', 'ar-bridge'), String(issue.maximum));
    case 'invalid_format':
      if (issue.format === 'url') return __('An address that starts with https:// (or http://).', 'ar-bridge');
      return issue.message.startsWith('Invalid') ? __('Not in the form that is expected here.', 'ar-bridge') : issue.message;
    case 'invalid_key':
      return issue.issues[0]?.message ?? issue.message;
    case 'invalid_type':
      return __('Fill this in.', 'ar-bridge');
    default:
      return issue.message;
  }
}
