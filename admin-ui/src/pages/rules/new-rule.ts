import { __, sprintf } from '@wordpress/i18n';
import type { Rule, RuleKind } from '../../data/contract.ts';

/** An empty rule at the end of its kind. */
export function newRule(kind: RuleKind, rules: readonly Rule[]): Rule {
  return { id: ruleId(), kind, name: '', enabled: true, position: nextPosition(kind, rules), when: {}, outcome: {} };
}

export function duplicateOf(rule: Rule, rules: readonly Rule[]): Rule {
  /* translators: %s: name of a rule */
  const name = sprintf(__('%s (copy)', 'ar-bridge'), rule.name).slice(0, 120);
  return { ...structuredClone(rule), id: ruleId(), name, position: nextPosition(rule.kind, rules) };
}

const nextPosition = (kind: RuleKind, rules: readonly Rule[]): number =>
  Math.max(-1, ...rules.filter((rule) => rule.kind === kind).map(({ position }) => position)) + 1;

/** 20 random hex digits. Not crypto.randomUUID: browsers keep it from pages served over plain HTTP. */
function ruleId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(10));
  return `rule-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
