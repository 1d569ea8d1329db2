import type { Rule } from './rules.ts';

export interface RuleChange {
  ruleId: string;
  kind: Rule['kind'];
  /** As the later set calls it; as the earlier one does for a rule that was removed. */
  name: string;
  change: 'added' | 'removed' | 'changed';
  /** What differs, by path: `when.sku`, `outcome.segments.account`. Empty text for what is not there. */
  fields: { path: string; before: string; after: string }[];
}

/** What differs between two sets of rules, by rule id; in the order of the later set, removed rules last. */
export function diffRules(before: readonly Rule[], after: readonly Rule[]): RuleChange[] {
  const old = new Map(before.map((rule) => [rule.id, rule]));
  const kept = new Set(after.map(({ id }) => id));
  const changes: RuleChange[] = [];
  for (const rule of after) {
    const was = old.get(rule.id);
    const fields = fieldsThatDiffer(was, rule);
    if (fields.length > 0) changes.push({ ...head(rule), change: was ? 'changed' : 'added', fields });
  }
  for (const rule of before) {
    if (!kept.has(rule.id)) changes.push({ ...head(rule), change: 'removed', fields: fieldsThatDiffer(rule, undefined) });
  }
  return changes;
}

const head = ({ id, kind, name }: Rule) => ({ ruleId: id, kind, name });

function fieldsThatDiffer(before: Rule | undefined, after: Rule | undefined): RuleChange['fields'] {
  const [was, is] = [flat(before), flat(after)];
  return [...new Set([...was.keys(), ...is.keys()])]
    .map((path) => ({ path, before: was.get(path) ?? '', after: is.get(path) ?? '' }))
    .filter(({ before: one, after: other }) => one !== other);
}

/** A rule's values by path, in words; the id is what rules are told apart by. */
function flat(rule: Rule | undefined): Map<string, string> {
  const values = new Map<string, string>();
  const walk = (value: unknown, path: string) => {
    if (value === undefined) return;
    if (typeof value !== 'object' || value === null) values.set(path, value === '' ? '""' : String(value));
    else for (const [name, each] of Object.entries(value)) walk(each, path === '' ? name : `${path}.${name}`);
  };
  if (rule) {
    const { id: _id, ...rest } = rule;
    walk(rest, '');
  }
  return values;
}
