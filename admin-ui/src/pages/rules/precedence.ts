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
 * Out     the same rules; the positions of the tied ones change hands, or are counted from 0 where two had the same
 */
export function moveRuleTo(rules: readonly Rule[], id: string, place: number): Rule[] {
  const moved = rules.find((rule) => rule.id === id);
  if (!moved) return [...rules];
  const tied = tiedWith(rules, moved);
  const from = tied.indexOf(moved);
  const to = Math.min(Math.max(place, 0), tied.length - 1);
  if (to === from) return [...rules];
  tied.splice(to, 0, ...tied.splice(from, 1));
  const held = tied.map(({ position }) => position).sort((a, b) => a - b);
  const apart = held.every((position, index) => index === 0 || position > (held[index - 1] ?? 0));
  const places = new Map(tied.map((rule, index) => [rule.id, apart ? (held[index] ?? index) : index]));
  return rules.map((rule) => ({ ...rule, position: places.get(rule.id) ?? rule.position }));
}

/** Where a rule stands. */
export interface Place {
  /** The rules that only their position tells apart from it, itself included. */
  tied: Rule[];
  /** Its index among them. */
  at: number;
  /** Rank of the first of them among the rules of its kind, from 1. */
  first: number;
}

/** Where each rule stands, by its id. */
export function placesIn(rules: readonly Rule[]): Map<string, Place> {
  const places = new Map<string, Place>();
  let last: Place | null = null;
  let rank = 0;
  for (const rule of inPrecedence(rules)) {
    const [neighbour] = last?.tied ?? [];
    rank = neighbour?.kind === rule.kind ? rank + 1 : 1;
    const tied: Rule[] = last && neighbour && areTied(neighbour, rule) ? last.tied : [];
    tied.push(rule);
    last = { tied, at: tied.length - 1, first: rank - tied.length + 1 };
    places.set(rule.id, last);
  }
  return places;
}
