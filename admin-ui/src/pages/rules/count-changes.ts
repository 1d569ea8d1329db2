import type { Rule } from '../../data/contract.ts';
import { isSame } from '../../data/is-same.ts';

/** Rules added, removed or changed. */
export function countChanges(before: readonly Rule[], after: readonly Rule[]): number {
  const old = new Map(before.map((rule) => [rule.id, rule]));
  const changed = after.filter((rule) => !isSame(old.get(rule.id), rule)).length;
  const kept = new Set(after.map(({ id }) => id));
  return changed + before.filter(({ id }) => !kept.has(id)).length;
}
