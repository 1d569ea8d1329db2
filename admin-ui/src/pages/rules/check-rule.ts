import { __ } from '@wordpress/i18n';
import { type Rule, type RuleKind, RuleSchema } from '../../data/contract.ts';
import { fieldErrors } from '../../data/field-errors.ts';

/**
 * What keeps a rule from being saved.
 *
 * Out     field -> message: `name`, `effectiveFrom`, `when.country`, `outcome.receiptMethod`; `outcome` when it gives nothing
 */
export function checkRule(rule: Rule): Record<string, string> {
  const errors = fieldErrors(RuleSchema, rule);
  if (!givesSomething(rule)) errors.outcome = needed(rule.kind);
  return errors;
}

function givesSomething({ kind, outcome }: Rule): boolean {
  if (kind === 'receipt-method') return Boolean(outcome.receiptMethod);
  const namesAccount = Object.keys(outcome.segments ?? {}).length > 0;
  if (kind === 'tax') return namesAccount || Boolean(outcome.taxRateCode || outcome.taxClassification);
  return namesAccount || Boolean(outcome.memoLine);
}

function needed(kind: RuleKind): string {
  if (kind === 'receipt-method') return __('Choose the receipt method.', 'ar-bridge');
  if (kind === 'tax') return __('Choose the tax rate code, the tax classification, or an account.', 'ar-bridge');
  return __('Choose at least one segment, or a memo line.', 'ar-bridge');
}
