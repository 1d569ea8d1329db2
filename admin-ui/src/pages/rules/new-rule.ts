import { __, sprintf } from '@wordpress/i18n';
import type { Rule, RuleConditions, RuleKind } from '../../data/contract.ts';

/** A rule that gives nothing yet, at the end of its kind. */
export function newRule(kind: RuleKind, rules: readonly Rule[], when: RuleConditions = {}): Rule {
  return { id: newId('rule'), kind, name: '', enabled: true, position: nextPosition(kind, rules), when, outcome: {} };
}

/** The rules with this one in its old place, or at the end. */
export const withRule = (rules: readonly Rule[], rule: Rule): Rule[] =>
  rules.some(({ id }) => id === rule.id) ? rules.map((old) => (old.id === rule.id ? rule : old)) : [...rules, rule];

export function duplicateOf(rule: Rule, rules: readonly Rule[]): Rule {
  /* translators: %s: name of a rule */
  const name = sprintf(__('%s (copy)', 'ar-bridge'), rule.name).slice(0, 120);
  return { ...structuredClone(rule), id: newId('rule'), name, position: nextPosition(rule.kind, rules) };
}

const nextPosition = (kind: RuleKind, rules: readonly Rule[]): number =>
  Math.max(-1, ...rules.filter((rule) => rule.kind === kind).map(({ position }) => position)) + 1;

/** `rule-` and 20 random hex digits. Not crypto.randomUUID: browsers keep it from pages served over plain HTTP. */
export function newId(what: 'rule' | 'test'): string {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  return `${what}-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
