import { RULE_KINDS, type Rule, type RuleConditions } from './rules.ts';

/**
 * How specific a rule is, compared place by place, higher first: a customer before a role before none; then SKU, SKU pattern, category,
 * product type, none; then the number of conditions. The admin page lists rules by it, and derive/rules.ts chooses by it.
 */
export type Specificity = readonly [customer: number, subject: number, conditions: number];

/** In this order, from the least specific one. */
const SUBJECTS = ['productType', 'categoryId', 'skuPattern', 'sku'] as const;
/** The subject place of rules about a category: among those the category nearer to the product comes first, whatever else they ask. */
export const CATEGORY_SUBJECT = SUBJECTS.indexOf('categoryId') + 1;

export function specificityOf(when: RuleConditions): Specificity {
  const customer = when.customerId !== undefined ? 2 : when.role !== undefined ? 1 : 0;
  const subject = SUBJECTS.findLastIndex((name) => when[name] !== undefined) + 1;
  return [customer, subject, conditionsOf(when).length];
}

/** Negative when `a` is the more specific one, zero when only their positions tell the two apart. */
export function compareSpecificity(a: Specificity, b: Specificity): number {
  for (const [place, value] of a.entries()) {
    const difference = (b[place] ?? 0) - value;
    if (difference !== 0) return difference;
  }
  return 0;
}

/** The order in which rules are asked: kind by kind, the more specific first, ties by position. */
export const compareRules = (a: Rule, b: Rule): number =>
  RULE_KINDS.indexOf(a.kind) - RULE_KINDS.indexOf(b.kind) ||
  compareSpecificity(specificityOf(a.when), specificityOf(b.when)) ||
  a.position - b.position;

export type ConditionName = keyof RuleConditions;

/** The conditions that a rule really has; an absent one may also stand there as undefined. */
export const conditionsOf = (when: RuleConditions): [ConditionName, string | number][] =>
  (Object.entries(when) as [ConditionName, string | number | undefined][]).filter(
    (condition): condition is [ConditionName, string | number] => condition[1] !== undefined,
  );
