import type { RuleConditions, RuleFacts, RuleKind, RuleOutcome, RuleSet, RuleTrace } from '../domain/rules.ts';

type Rule = RuleSet['rules'][number];

export interface Choice {
  /** Null when no rule of the kind matched. */
  rule: Rule | null;
  outcome: RuleOutcome | null;
  trace: RuleTrace;
}

/** Rules of one set, sorted once by precedence and kept by kind, so that 1,000 rules cost little per line. */
export class RuleBook {
  readonly version: number;
  private readonly byKind = new Map<RuleKind, Rule[]>();

  constructor(set: RuleSet) {
    this.version = set.version;
    const sorted = [...set.rules]
      .filter((rule) => rule.enabled)
      .sort((a, b) => compare(precedence(b), precedence(a)) || a.position - b.position);
    for (const rule of sorted) this.byKind.set(rule.kind, [...(this.byKind.get(rule.kind) ?? []), rule]);
  }

  /**
   * The rule for one part of an order, and why.
   *
   * In      kind  what is asked; facts  of the part; day  the order's date (rules may take effect later)
   * Out     the most specific rule that matches; of two categories the one nearer to the product; trace with those that nearly won
   */
  choose(kind: RuleKind, facts: RuleFacts, day: string): Choice {
    let best: { rule: Rule; distance: number } | null = null;
    const nearly: RuleTrace['nearly'] = [];
    for (const rule of this.byKind.get(kind) ?? []) {
      const missed = misses(rule, facts, day);
      if (missed.length === 1 && nearly.length < NEARLY)
        nearly.push({ ruleId: rule.id, ruleName: rule.name, why: missed[0] ?? '' });
      if (missed.length > 0) continue;
      const distance = rule.when.categoryId === undefined ? 0 : categoryDistance(facts, rule.when.categoryId);
      if (!best) {
        best = { rule, distance };
      } else if (compare(precedence(rule), precedence(best.rule)) === 0 && distance < best.distance) {
        nearly.unshift({ ruleId: best.rule.id, ruleName: best.rule.name, why: 'its category is further from the product' });
        best = { rule, distance };
      } else if (nearly.length < NEARLY) {
        nearly.push({ ruleId: rule.id, ruleName: rule.name, why: 'matches too, but is less specific or comes later' });
      }
    }
    return {
      rule: best?.rule ?? null,
      outcome: best?.rule.outcome ?? null,
      trace: {
        kind,
        ruleSetVersion: this.version,
        ruleId: best?.rule.id ?? null,
        ruleName: best?.rule.name ?? 'default of the set-up',
        matched: best ? matchedFacts(best.rule.when, facts) : {},
        nearly: nearly.slice(0, NEARLY),
        result: '',
      },
    };
  }
}

/** How many near misses a trace keeps: enough to see why, small enough to store with each line. */
const NEARLY = 3;

/** Higher wins, compared place by place: customer, what the rule is about, how many other conditions. */
function precedence(rule: Rule): readonly [number, number, number] {
  const { when } = rule;
  const customer = when.customerId !== undefined ? 2 : when.role !== undefined ? 1 : 0;
  const about =
    when.sku !== undefined
      ? 4
      : when.skuPattern !== undefined
        ? 3
        : when.categoryId !== undefined
          ? 2
          : when.productType !== undefined
            ? 1
            : 0;
  return [customer, about, Object.values(when).filter((value) => value !== undefined).length];
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [index, value] of a.entries()) {
    const other = b[index] ?? 0;
    if (value !== other) return value - other;
  }
  return 0;
}

const CHECKS: { [K in keyof RuleConditions]-?: (wanted: NonNullable<RuleConditions[K]>, facts: RuleFacts) => boolean } = {
  sku: (wanted, facts) => facts.sku === wanted,
  skuPattern: (wanted, facts) => facts.sku !== null && pattern(wanted).test(facts.sku),
  categoryId: (wanted, facts) => Number.isFinite(categoryDistance(facts, wanted)),
  productType: (wanted, facts) => facts.productType === wanted,
  taxClass: (wanted, facts) => facts.taxClass === wanted,
  shippingMethod: (wanted, facts) => facts.shippingMethod === wanted,
  feeName: (wanted, facts) => facts.feeName !== null && pattern(wanted).test(facts.feeName),
  country: (wanted, facts) => facts.country === wanted,
  currency: (wanted, facts) => facts.currency === wanted,
  gateway: (wanted, facts) => facts.gateway === wanted,
  customerId: (wanted, facts) => facts.customerId === wanted,
  role: (wanted, facts) => facts.role === wanted,
  taxRateId: (wanted, facts) => facts.taxRateId === wanted,
};

/** The conditions that do not hold, in words; at most two are looked for. */
function misses(rule: Rule, facts: RuleFacts, day: string): string[] {
  const missed: string[] = [];
  for (const [name, wanted] of Object.entries(rule.when)) {
    if (wanted === undefined) continue;
    const check = CHECKS[name as keyof RuleConditions] as (wanted: unknown, facts: RuleFacts) => boolean;
    if (!check(wanted, facts)) missed.push(`${name} is not ${String(wanted)}`);
    if (missed.length > 1) return missed;
  }
  if (rule.effectiveFrom && day < rule.effectiveFrom) missed.push(`it holds from ${rule.effectiveFrom}`);
  return missed;
}

function categoryDistance(facts: RuleFacts, categoryId: number): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (const path of facts.categories) {
    const at = path.findIndex((category) => category.id === categoryId);
    if (at >= 0 && at < nearest) nearest = at;
  }
  return nearest;
}

const patterns = new Map<string, RegExp>();
function pattern(text: string): RegExp {
  let compiled = patterns.get(text);
  if (!compiled) {
    compiled = new RegExp(`^${text.split('*').map(escapeRegExp).join('.*')}$`, 'iu');
    if (patterns.size > 10_000) patterns.clear(); // rules are edited, the process lives on
    patterns.set(text, compiled);
  }
  return compiled;
}
const escapeRegExp = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');

function matchedFacts(when: RuleConditions, facts: RuleFacts): Record<string, string> {
  const matched: Record<string, string> = {};
  for (const [name, wanted] of Object.entries(when)) {
    if (wanted === undefined) continue;
    if (name === 'categoryId') {
      const category = facts.categories.flat().find((candidate) => candidate.id === wanted);
      matched.category = category ? `${category.name} (${category.id})` : String(wanted);
    } else {
      matched[name] = name === 'skuPattern' ? `${facts.sku} like ${wanted}` : String(wanted);
    }
  }
  return matched;
}

/** Rules that can never win: another one with the same conditions comes before them. Shown before saving. */
export function neverReached(rules: readonly Rule[]): { ruleId: string; message: string }[] {
  const first = new Map<string, Rule>();
  const found: { ruleId: string; message: string }[] = [];
  for (const rule of [...rules].sort((a, b) => a.position - b.position)) {
    if (!rule.enabled) continue;
    const conditions = Object.entries(rule.when)
      .filter(([, value]) => value !== undefined)
      .sort(([a], [b]) => a.localeCompare(b));
    const key = JSON.stringify([rule.kind, conditions]);
    const other = first.get(key);
    if (other && (other.effectiveFrom ?? '') <= (rule.effectiveFrom ?? '')) {
      found.push({ ruleId: rule.id, message: `Never reached: "${other.name}" has the same conditions and comes first.` });
    } else if (!other) {
      first.set(key, rule);
    }
  }
  return found;
}
