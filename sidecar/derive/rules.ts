import {
  CATEGORY_SUBJECT,
  type ConditionName,
  compareSpecificity,
  conditionsOf,
  type Specificity,
  specificityOf,
} from '../domain/rule-order.ts';
import type { Rule, RuleConditions, RuleFacts, RuleKind, RuleOutcome, RuleSet, RuleTrace } from '../domain/rules.ts';
import { patternOf } from './patterns.ts';

export interface Choice {
  /** Null when no rule of the kind matched. */
  rule: Rule | null;
  outcome: RuleOutcome | null;
  trace: RuleTrace;
}

/** A rule as the book keeps it, taken apart once. */
interface Entry {
  rule: Rule;
  /** Its place among the rules of its kind, from 0. */
  rank: number;
  specificity: Specificity;
  conditions: { name: ConditionName; wanted: string | number; holds: (facts: RuleFacts) => boolean }[];
}

/** The rules of one kind by the exact value they are about, so that a line meets the few that may concern it. Each list by rank. */
interface Shelf {
  byValue: Map<string, Entry[]>;
  rest: Entry[];
}

/** Rules of one set, sorted once by precedence, so that 1,000 rules cost little per line. */
export class RuleBook {
  readonly version: number;
  private readonly shelves = new Map<RuleKind, Shelf>();

  constructor(set: RuleSet) {
    this.version = set.version;
    const entries = set.rules
      .filter((rule) => rule.enabled)
      .map((rule) => ({ rule, rank: 0, specificity: specificityOf(rule.when), conditions: checksOf(rule.when) }))
      .sort((a, b) => compareSpecificity(a.specificity, b.specificity) || a.rule.position - b.rule.position);
    for (const [rank, entry] of entries.entries()) this.put({ ...entry, rank });
  }

  /**
   * The rule for one part of an order, and why.
   *
   * In      kind  what is asked; facts  of the part; day  the document's date (rules may take effect later)
   * Out     the most specific rule that matches; of two categories the one nearer to the product; trace with those that nearly won:
   *         they match and are less specific, or are about this SKU, category, rate or gateway and miss one other condition
   */
  choose(kind: RuleKind, facts: RuleFacts, day: string): Choice {
    let best: { entry: Entry; distance: number } | null = null;
    const nearly: RuleTrace['nearly'] = [];
    for (const entry of this.candidates(kind, facts)) {
      if (best && nearly.length >= NEARLY && !mayBeNearer(entry, best.entry)) break;
      const missed = misses(entry, facts, day);
      if (missed.length === 1 && nearly.length < NEARLY) nearly.push(near(entry, missed[0] ?? ''));
      if (missed.length > 0) continue;
      const distance = distanceOf(entry, facts);
      if (!best) {
        best = { entry, distance };
      } else if (mayBeNearer(entry, best.entry) && distance < best.distance) {
        nearly.unshift(near(best.entry, 'its category is further from the product'));
        best = { entry, distance };
      } else if (nearly.length < NEARLY) {
        nearly.push(near(entry, 'matches too, but is less specific or comes later'));
      }
    }
    const rule = best?.entry.rule ?? null;
    return {
      rule,
      outcome: rule?.outcome ?? null,
      trace: {
        kind,
        ruleSetVersion: this.version,
        ruleId: rule?.id ?? null,
        ruleName: rule?.name ?? 'default of the set-up',
        matched: rule ? matchedFacts(rule.when, facts) : {},
        nearly: nearly.slice(0, NEARLY),
        result: '',
      },
    };
  }

  private put(entry: Entry): void {
    const { kind, when } = entry.rule;
    const shelf = this.shelves.get(kind) ?? { byValue: new Map<string, Entry[]>(), rest: [] };
    this.shelves.set(kind, shelf);
    const subject = SHELVED_BY.find((name) => when[name] !== undefined);
    if (subject === undefined) {
      shelf.rest.push(entry);
      return;
    }
    const key = keyOf(subject, when[subject]);
    const row = shelf.byValue.get(key);
    if (row) row.push(entry);
    else shelf.byValue.set(key, [entry]);
  }

  /** By rank, those whose SKU, rate, customer, category, gateway or shipping method is not another one. */
  private candidates(kind: RuleKind, facts: RuleFacts): readonly Entry[] {
    const shelf = this.shelves.get(kind);
    if (!shelf) return [];
    const found = keysOf(facts).flatMap((key) => shelf.byValue.get(key) ?? []);
    if (found.length === 0) return shelf.rest;
    return merged(
      found.sort((a, b) => a.rank - b.rank),
      shelf.rest,
    );
  }
}

const books = new WeakMap<readonly Rule[], RuleBook>();

/** The book of a set of rules, made once for as long as the set is held. */
export function bookOf(set: RuleSet): RuleBook {
  let book = books.get(set.rules);
  if (book?.version !== set.version) {
    book = new RuleBook(set);
    books.set(set.rules, book);
  }
  return book;
}

/** How many near misses a trace keeps: enough to see why, small enough to store with each line. */
const NEARLY = 3;

const near = ({ rule }: Entry, why: string): RuleTrace['nearly'][number] => ({ ruleId: rule.id, ruleName: rule.name, why });

/** The exact values rules are shelved by, the one that tells most lines apart first. */
const SHELVED_BY = ['sku', 'taxRateId', 'customerId', 'categoryId', 'gateway', 'shippingMethod'] as const;
const keyOf = (name: ConditionName, value: unknown): string => `${name} ${value}`;

function keysOf(facts: RuleFacts): string[] {
  const keys = [keyOf('customerId', facts.customerId), keyOf('gateway', facts.gateway)];
  if (facts.sku !== null) keys.push(keyOf('sku', facts.sku));
  if (facts.taxRateId !== null) keys.push(keyOf('taxRateId', facts.taxRateId));
  if (facts.shippingMethod !== null) keys.push(keyOf('shippingMethod', facts.shippingMethod));
  for (const id of new Set(facts.categories.flat().map((category) => category.id))) keys.push(keyOf('categoryId', id));
  return keys;
}

/** Two lists by rank as one. */
function merged(a: readonly Entry[], b: readonly Entry[]): Entry[] {
  const all: Entry[] = [];
  let at = 0;
  for (const entry of a) {
    for (let other = b[at]; other && other.rank < entry.rank; other = b[at]) {
      all.push(other);
      at += 1;
    }
    all.push(entry);
  }
  return all.concat(b.slice(at));
}

/** Both are about a category, of the same customer: how near it is to the product comes before the number of conditions. */
const mayBeNearer = (entry: Entry, best: Entry): boolean =>
  entry.specificity[1] === CATEGORY_SUBJECT &&
  best.specificity[1] === CATEGORY_SUBJECT &&
  entry.specificity[0] === best.specificity[0];

const distanceOf = ({ rule, specificity }: Entry, facts: RuleFacts): number =>
  specificity[1] === CATEGORY_SUBJECT && rule.when.categoryId !== undefined ? categoryDistance(facts, rule.when.categoryId) : 0;

type Checks = { [K in ConditionName]-?: (wanted: NonNullable<RuleConditions[K]>, facts: RuleFacts) => boolean };
const CHECKS: Checks = {
  sku: (wanted, facts) => facts.sku === wanted,
  skuPattern: (wanted, facts) => facts.sku !== null && patternOf(wanted).test(facts.sku),
  categoryId: (wanted, facts) => Number.isFinite(categoryDistance(facts, wanted)),
  productType: (wanted, facts) => facts.productType === wanted,
  taxClass: (wanted, facts) => facts.taxClass === wanted,
  shippingMethod: (wanted, facts) => facts.shippingMethod === wanted,
  feeName: (wanted, facts) => facts.feeName !== null && patternOf(wanted).test(facts.feeName),
  country: (wanted, facts) => facts.country === wanted,
  currency: (wanted, facts) => facts.currency === wanted,
  gateway: (wanted, facts) => facts.gateway === wanted,
  customerId: (wanted, facts) => facts.customerId === wanted,
  role: (wanted, facts) => facts.role === wanted,
  taxRateId: (wanted, facts) => facts.taxRateId === wanted,
};

function checksOf(when: RuleConditions): Entry['conditions'] {
  return conditionsOf(when).map(([name, wanted]) => {
    const check = CHECKS[name] as (wanted: unknown, facts: RuleFacts) => boolean;
    return { name, wanted, holds: (facts) => check(wanted, facts) };
  });
}

const NONE: readonly string[] = [];

/** The conditions that do not hold, in words; at most two are looked for. */
function misses({ rule, conditions }: Entry, facts: RuleFacts, day: string): readonly string[] {
  let missed: string[] | null = null;
  for (const { name, wanted, holds } of conditions) {
    if (holds(facts)) continue;
    missed ??= [];
    missed.push(`${name} is not ${wanted}`);
    if (missed.length > 1) return missed;
  }
  if (rule.effectiveFrom && day < rule.effectiveFrom) {
    missed ??= [];
    missed.push(`it holds from ${rule.effectiveFrom}`);
  }
  return missed ?? NONE;
}

function categoryDistance(facts: RuleFacts, categoryId: number): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (const path of facts.categories) {
    const at = path.findIndex((category) => category.id === categoryId);
    if (at >= 0 && at < nearest) nearest = at;
  }
  return nearest;
}

function matchedFacts(when: RuleConditions, facts: RuleFacts): Record<string, string> {
  const matched: Record<string, string> = {};
  for (const [name, wanted] of conditionsOf(when)) {
    if (name === 'categoryId') {
      const category = facts.categories.flat().find((candidate) => candidate.id === wanted);
      matched.category = category ? `${category.name} (${category.id})` : String(wanted);
    } else {
      matched[name] = name === 'skuPattern' ? `${facts.sku} like ${wanted}` : String(wanted);
    }
  }
  return matched;
}
