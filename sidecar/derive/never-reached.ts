import { CATEGORY_SUBJECT, type ConditionName, compareSpecificity, conditionsOf, specificityOf } from '../domain/rule-order.ts';
import type { Rule } from '../domain/rules.ts';
import { patternCovers, patternOf } from './patterns.ts';

/** Conditions by which rules are looked up here: what covers a rule names the same value, or none of these. */
const EXACT = ['sku', 'taxRateId', 'customerId', 'categoryId', 'gateway', 'shippingMethod', 'feeName'] as const;

/**
 * Rules that can never win because another one always comes first: whenever the rule holds, the other holds too, from the same day on.
 *
 * Out     rule id -> the rule that hides it. Sound, not complete: what is told is certain, some hidden rules are not found (one that
 *         several others cover together, say)
 */
export function neverReached(rules: readonly Rule[]): Map<string, Rule> {
  const enabled = rules.filter((rule) => rule.enabled);
  const place = new Map(enabled.map((rule, at) => [rule, at]));
  const byKey = new Map<string, Rule[]>();
  for (const rule of enabled) {
    const exact = EXACT.find((name) => rule.when[name] !== undefined && !isPattern(name, rule.when[name]));
    const key = keyOf(rule, exact);
    byKey.set(key, [...(byKey.get(key) ?? []), rule]);
  }
  const hidden = new Map<string, Rule>();
  for (const rule of enabled) {
    const named = EXACT.filter((name) => rule.when[name] !== undefined);
    const candidates = [undefined, ...named].flatMap((name) => byKey.get(keyOf(rule, name)) ?? []);
    const cover = candidates.find((other) => other !== rule && comesFirst(other, rule) && covers(other, rule));
    if (cover) hidden.set(rule.id, cover);
  }
  return hidden;

  function comesFirst(other: Rule, rule: Rule): boolean {
    const [a, b] = [specificityOf(other.when), specificityOf(rule.when)];
    // Of two rules about categories the nearer one wins first of all: only the same category is never further.
    if (a[1] === CATEGORY_SUBJECT && b[1] === CATEGORY_SUBJECT && other.when.categoryId !== rule.when.categoryId) return false;
    const inOrder = compareSpecificity(a, b) || other.position - rule.position;
    return (inOrder || (place.get(other) ?? 0) - (place.get(rule) ?? 0)) < 0;
  }
}

const isPattern = (name: ConditionName, value: unknown): boolean => name === 'feeName' && String(value).includes('*');
const keyOf = ({ kind, when }: Rule, name: ConditionName | undefined): string =>
  name === undefined ? kind : `${kind} ${name} ${fold(name, when[name])}`;
/** Fee names are patterns: case does not count. */
const fold = (name: ConditionName, value: unknown): string => (name === 'feeName' ? String(value).toLowerCase() : String(value));

/** Whenever `rule` holds, `other` holds. */
function covers(other: Rule, rule: Rule): boolean {
  if ((other.effectiveFrom ?? '') > (rule.effectiveFrom ?? '')) return false;
  return conditionsOf(other.when).every(([name, wanted]) => implied(name, wanted, rule.when));
}

function implied(name: ConditionName, wanted: string | number, when: Rule['when']): boolean {
  if (when[name] === wanted) return true;
  if (name === 'skuPattern') {
    if (when.sku !== undefined && patternOf(String(wanted)).test(when.sku)) return true;
    return when.skuPattern !== undefined && patternCovers(String(wanted), when.skuPattern);
  }
  return name === 'feeName' && when.feeName !== undefined && patternCovers(String(wanted), when.feeName);
}
