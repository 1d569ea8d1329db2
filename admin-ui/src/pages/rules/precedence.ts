import { RULE_KINDS, type Rule, type RuleConditions } from '../../data/contract.ts';

/**
 * The order in which rules of one kind are asked: customer before role before none; then SKU, SKU pattern, category, product type,
 * none; then the number of conditions; ties by position. (How near a category is depends on the product: one rank here.)
 * The sidecar decides by derive/rules.ts; test/admin-ui/precedence.test.ts holds the two together.
 */
export function compareRules(a: Rule, b: Rule): number {
  return (
    RULE_KINDS.indexOf(a.kind) - RULE_KINDS.indexOf(b.kind) ||
    compareRanks(rankOf(b.when), rankOf(a.when)) ||
    a.position - b.position
  );
}

export const inPrecedence = (rules: readonly Rule[]): Rule[] => [...rules].sort(compareRules);

/** Two rules that only their position tells apart. */
export const areTied = (a: Rule, b: Rule): boolean => a.kind === b.kind && compareRanks(rankOf(a.when), rankOf(b.when)) === 0;

/**
 * Swaps a rule with its neighbour, where the two are tied; a more specific rule comes first whatever its position says.
 *
 * In      by  -1 up, +1 down
 * Out     the same rules; positions of the tied ones renumbered from 0
 */
export function moveRule(rules: readonly Rule[], id: string, by: -1 | 1): Rule[] {
  const moved = rules.find((rule) => rule.id === id);
  if (!moved) return [...rules];
  const tied = inPrecedence(rules).filter((rule) => areTied(rule, moved));
  const from = tied.indexOf(moved);
  const to = from + by;
  if (to < 0 || to >= tied.length) return [...rules];
  tied.splice(to, 0, ...tied.splice(from, 1));
  return rules.map((rule) => {
    const position = tied.indexOf(rule);
    return position === -1 ? rule : { ...rule, position };
  });
}

const SUBJECTS = ['productType', 'categoryId', 'skuPattern', 'sku'] as const;

/** Higher is asked earlier; compared part by part. */
function rankOf(when: RuleConditions): number[] {
  const customer = when.customerId !== undefined ? 2 : when.role !== undefined ? 1 : 0;
  const subject = SUBJECTS.findLastIndex((name) => when[name] !== undefined);
  return [customer, subject + 1, Object.values(when).filter((value) => value !== undefined).length];
}

function compareRanks(a: number[], b: number[]): number {
  for (const [index, value] of a.entries()) {
    const difference = value - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
