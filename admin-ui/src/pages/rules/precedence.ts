import { compareRules, compareSpecificity, type Rule, specificityOf } from '../../data/contract.ts';

/** The order in which rules are asked, kind by kind. How near a category is depends on the product: one rank here. */
export const inPrecedence = (rules: readonly Rule[]): Rule[] => [...rules].sort(compareRules);

/** Two rules that only their position tells apart. */
export const areTied = (a: Rule, b: Rule): boolean =>
  a.kind === b.kind && compareSpecificity(specificityOf(a.when), specificityOf(b.when)) === 0;

/** The rules that only their position tells apart from this one, itself included, in order. */
export const tiedWith = (rules: readonly Rule[], rule: Rule): Rule[] => inPrecedence(rules).filter((each) => areTied(each, rule));

/**
 * Moves a rule among those it is tied with; a more specific rule comes first whatever its position says.
 *
 * In      place  from 0, among the tied rules; beyond the ends it is the first or the last
 * Out     the same rules; positions of the tied ones renumbered from 0
 */
export function moveRuleTo(rules: readonly Rule[], id: string, place: number): Rule[] {
  const moved = rules.find((rule) => rule.id === id);
  if (!moved) return [...rules];
  const tied = tiedWith(rules, moved);
  const from = tied.indexOf(moved);
  const to = Math.min(Math.max(place, 0), tied.length - 1);
  if (to === from) return [...rules];
  tied.splice(to, 0, ...tied.splice(from, 1));
  return rules.map((rule) => {
    const position = tied.indexOf(rule);
    return position === -1 ? rule : { ...rule, position };
  });
}

/** Swaps a rule with its tied neighbour: -1 up, +1 down. */
export function moveRule(rules: readonly Rule[], id: string, by: -1 | 1): Rule[] {
  const moved = rules.find((rule) => rule.id === id);
  return moved ? moveRuleTo(rules, id, tiedWith(rules, moved).indexOf(moved) + by) : [...rules];
}
