import { __ } from '@wordpress/i18n';
import { lacks, type Rule, RuleSchema } from '../../data/contract.ts';
import { fieldErrors } from '../../data/field-errors.ts';

/**
 * What keeps a rule from being saved.
 *
 * Out     field -> message: `name`, `effectiveFrom`, `when.country`, `outcome.receiptMethod`; `outcome` when it gives nothing
 */
export function checkRule(rule: Rule): Record<string, string> {
  const errors = fieldErrors(RuleSchema, rule);
  const lack = lacks(rule);
  if (lack) errors.outcome = needed(lack);
  return errors;
}

const needed = (lack: NonNullable<ReturnType<typeof lacks>>): string =>
  ({
    account: __('Choose at least one segment, or a memo line.', 'ar-bridge'),
    tax: __('Choose the tax rate code, the tax classification, or an account.', 'ar-bridge'),
    'no-tax': __('Choose the tax classification.', 'ar-bridge'),
    'receipt-method': __('Choose the receipt method.', 'ar-bridge'),
    'transaction-type': __('Choose a source, a type, or payment terms.', 'ar-bridge'),
    'business-unit': __('Choose the business unit.', 'ar-bridge'),
    'customer-policy': __('Choose an account of their own, or name the shared account.', 'ar-bridge'),
    flexfield: __('Fill at least one attribute.', 'ar-bridge'),
  })[lack];
