import { __, sprintf } from '@wordpress/i18n';
import type { z } from 'zod';

/**
 * A schema's complaints as messages below form fields.
 *
 * Out     path -> message, `invoice.source`, `segments.0.name`; the first complaint of each field. The contract's own sentences
 *         stay; zod's general ones are said in the page's language
 */
export function fieldErrors(result: { success: boolean; error?: z.ZodError | undefined }): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const issue of result.error?.issues ?? []) errors[issue.path.join('.')] ??= words(issue);
  return errors;
}

function words(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_small':
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
    case 'invalid_type':
      return __('Fill this in.', 'ar-bridge');
    default:
      return issue.message;
  }
}
