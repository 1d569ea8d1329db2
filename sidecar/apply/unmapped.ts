import { bookOf, type RuleBook } from '../derive/rules.ts';
import { dayIn } from '../domain/dates.ts';
import { NO_FACTS, type Rule, type RuleConditions, type RuleFacts, type RuleKind, type RuleSet } from '../domain/rules.ts';
import { combinationOf } from '../domain/segments.ts';
import { type Setup, setupAfter } from '../domain/setup.ts';
import { FROM_THE_START, type Mark, type OrderToAsk } from '../store/rules-orders.ts';
import type { Store } from '../store/store.ts';
import { categoryPaths } from './known-lists.ts';
import type { ReferenceChecks } from './reference-checks.ts';
import type { StoreListName } from './reference-pull.ts';
import { answerTo, dayOf, type Question, questionsOf, unitFor } from './rule-answers.ts';
import { turns } from './turns.ts';

/** Something of the store that no rule answers for. */
export interface UnmappedItem {
  /** A rule that would answer for it, up to what it gives. */
  rule: { kind: RuleKind; when: RuleConditions };
  /** What a person calls it: a SKU with its product, a category's path, a rate. */
  label: string;
  /** The rule that answers with what there is not: to be changed, since another one would come after it. Null: a rule is missing. */
  change: string | null;
  /** Rules that name it ask for more than it alone: some orders are answered, others are not. */
  partly: boolean;
  /** Orders that wait for it, newest ids last. */
  orders: number;
  sample: number[];
}

export interface Unmapped {
  items: UnmappedItem[];
  /** Orders that wait for a rule, each counted once. */
  waiting: number;
  /** More orders wait than were looked at. */
  more: boolean;
}

/** Reasons for which a changed rule may let an order go on. */
export const RULE_REASONS = [
  'account.unmapped',
  'account.segment_missing',
  'tax.unmapped',
  'receipt_method.unmapped',
  'business_unit.unknown',
  'customer.no_shared_account',
  'reference.closed',
] as const;

const PAGE = 40;
const SAMPLE = 5;
/** Looked at for the list: beyond it the counts say "or more". */
const MOST_ORDERS = 20_000;

interface Failing {
  question: Question;
  /** What answers, or answers too little. */
  ruleId: string | null;
  /** With something that Oracle has closed. */
  answered: boolean;
}

export interface UnmappedOptions {
  store: Pick<Store, 'ruleOrders' | 'documents' | 'events' | 'orders' | 'references'>;
  checks: Pick<ReferenceChecks, 'problemOf'>;
  nowMs: () => number;
}

/** What waits for a rule, and which orders a change of the rules lets go on. From stored data alone, in pieces. */
export class UnmappedWork {
  private readonly options: UnmappedOptions;

  constructor(options: UnmappedOptions) {
    this.options = options;
  }

  /** Most orders first; then what the store has and no order has met yet. */
  async list(set: RuleSet, setup: Setup): Promise<Unmapped> {
    const items = new Map<string, UnmappedItem>();
    const book = bookOf(set);
    let waiting = 0;
    let seen = 0;
    await this.each(
      (after) => this.options.store.ruleOrders.unpostedOrSince(NEVER, after, PAGE),
      (row) => {
        seen += 1;
        const open = this.failing(row, book, setup).filter(({ answered }) => !answered);
        if (open.length > 0) waiting += 1;
        const named = new Map(open.flatMap((each) => itemsOf(each, set)).map((item) => [keyOf(item.rule), item]));
        for (const [key, item] of named) {
          const known = items.get(key) ?? { ...item, partly: this.partly(item.rule, set.rules), orders: 0, sample: [] };
          items.set(key, known);
          known.orders += 1;
          if (known.sample.length < SAMPLE) known.sample.push(row.orderId);
        }
        return seen < MOST_ORDERS;
      },
    );
    for (const item of this.ofStore(set, setup)) if (!items.has(keyOf(item.rule))) items.set(keyOf(item.rule), item);
    const sorted = [...items.values()].sort((a, b) => b.orders - a.orders || a.label.localeCompare(b.label));
    return { items: sorted, waiting, more: seen >= MOST_ORDERS };
  }

  /** Orders that stopped for want of a rule, or at a closed account, and that other rules let get further. */
  async releasedBy(before: RuleSet, after: RuleSet, setup: Setup): Promise<number[]> {
    const [was, is] = [bookOf(before), bookOf(after)];
    const released: number[] = [];
    await this.each(
      (mark) => this.options.store.ruleOrders.withReasons(RULE_REASONS, mark, PAGE),
      (row) => {
        const left = new Set(this.failing(row, is, setup).map(({ question }) => subjectOf(question)));
        if (this.failing(row, was, setup).some(({ question }) => !left.has(subjectOf(question)))) released.push(row.orderId);
        return true;
      },
    );
    return released;
  }

  /** Walks through stored orders until there are no more, or `look` has seen enough. */
  private async each(page: (after: Mark) => OrderToAsk[], look: (row: OrderToAsk) => boolean): Promise<void> {
    const pause = turns();
    for (let after: Mark = FROM_THE_START; ; ) {
      const rows = page(after);
      for (const row of rows) {
        await pause();
        if (!look(row)) return;
      }
      const last = rows.at(-1);
      if (!last || rows.length < PAGE) return;
      after = last.after;
    }
  }

  /** What of an order no rule answers for, and what is answered with something that Oracle has closed. */
  private failing(row: OrderToAsk, book: RuleBook, general: Setup): Failing[] {
    const { checks, nowMs } = this.options;
    const { documents, events, orders } = this.options.store;
    const order = { ...row.order, payments: events.payments(row.order) };
    const first = documents.ofOrder(row.orderId).find((document) => document.state !== 'refused');
    const unit = first ? setupAfter(general, first) : unitFor(order, general, book);
    const asking = { book, general, unit };
    const now = new Date(nowMs()).toISOString();
    const asked = questionsOf(order, unit, now, documents.stateOf(row.orderId), orders.decisions(row.orderId)) ?? [];
    return asked.flatMap((question) => {
      const { result, named, ruleId } = answerTo(question, asking);
      if (result !== null && checks.problemOf(named, dayOf(question, asking)) === null) return [];
      return [{ question, ruleId, answered: result !== null }];
    });
  }

  /** Categories, rates, gateways and methods of the store that no rule takes. */
  private ofStore(set: RuleSet, setup: Setup): UnmappedItem[] {
    const { references } = this.options.store;
    const book = bookOf(set);
    const path = categoryPaths(references);
    const day = dayIn(setup.timeZone, new Date(this.options.nowMs()).toISOString());
    const byDefault = setup.defaultSegments !== undefined && combinationOf({}, setup).combination !== null;
    const rows = (list: StoreListName) => references.rows(list, '', 5_000).filter((row) => row.enabled);
    const candidates: { rule: UnmappedItem['rule']; label: string; facts: Partial<RuleFacts> }[] = [
      ...(byDefault
        ? []
        : [
            ...rows('storeCategories').map(({ key }) => {
              const categories = [path(Number(key))];
              const rule = { kind: 'revenue' as const, when: { categoryId: Number(key) } };
              return { rule, label: pathWords(categories[0] ?? []), facts: { categories } };
            }),
            ...rows('storeShippingMethods').map(({ key, label }) => ({
              rule: { kind: 'shipping' as const, when: { shippingMethod: key } },
              label,
              facts: { shippingMethod: key },
            })),
          ]),
      ...rows('storeTaxRates').map(({ key, label, extra }) => ({
        rule: { kind: 'tax' as const, when: { taxRateId: Number(key) } },
        label: [extra.country, extra.state, label, extra.rate && `${Number(extra.rate)} %`].filter(Boolean).join(' '),
        facts: { taxRateId: Number(key), country: extra.country ?? '' },
      })),
      ...rows('storeGateways').map(({ key, label }) => ({
        rule: { kind: 'receipt-method' as const, when: { gateway: key } },
        label,
        facts: { gateway: key },
      })),
    ];
    return candidates
      .filter(
        ({ rule, facts }) => book.choose(rule.kind, { ...NO_FACTS, currency: setup.ledgerCurrency, ...facts }, day).rule === null,
      )
      .map(({ rule, label }) => ({ rule, label, change: null, partly: this.partly(rule, set.rules), orders: 0, sample: [] }));
  }

  private partly({ kind, when }: UnmappedItem['rule'], rules: readonly Rule[]): boolean {
    const wanted = Object.entries(when);
    return rules.some(
      (rule) =>
        rule.enabled && rule.kind === kind && wanted.every(([name, value]) => rule.when[name as keyof RuleConditions] === value),
    );
  }
}

/** After every order: only those that are not posted are read. */
const NEVER = '9999';

const keyOf = ({ kind, when }: UnmappedItem['rule']): string => JSON.stringify([kind, when]);
const pathWords = (path: RuleFacts['categories'][number]): string =>
  path
    .map((category) => category.name)
    .reverse()
    .join(' › ');

/** A line's account and its flexfield are two questions about one SKU. */
const subjectOf = ({ kind, what }: Question): string => `${kind} ${what}`;

/** What could be mapped so that the question has an answer: a product by its SKU or by its categories. */
function itemsOf({ question, ruleId }: Failing, set: RuleSet): Pick<UnmappedItem, 'rule' | 'label' | 'change'>[] {
  const { kind, facts, what } = question;
  const item = (when: RuleConditions, label = what) => ({ rule: { kind, when }, label, change: null });
  switch (kind) {
    case 'business-unit': {
      const rule = set.rules.find(({ id }) => id === ruleId);
      if (!rule) return [];
      const label = `business unit "${rule.outcome.businessUnit}"`;
      return [{ rule: { kind, when: rule.when }, label, change: rule.id }];
    }
    case 'revenue':
    case 'discount': {
      const items = facts.sku === null ? [] : [item({ sku: facts.sku })];
      for (const path of facts.categories) if (path[0]) items.push(item({ categoryId: path[0].id }, pathWords(path)));
      return items.length > 0 ? items : [item(facts.productType ? { productType: facts.productType } : {})];
    }
    case 'shipping':
      return [item(facts.shippingMethod === null ? {} : { shippingMethod: facts.shippingMethod })];
    case 'fee':
      return [item(facts.feeName === null ? {} : { feeName: facts.feeName })];
    case 'tax':
      return [item(facts.taxRateId === null ? {} : { taxRateId: facts.taxRateId })];
    case 'no-tax':
      return [item({}, 'Lines without tax')];
    case 'receipt-method':
      return [item(facts.gateway === '' ? {} : { gateway: facts.gateway })];
    case 'customer-policy': {
      const { currency, country } = facts;
      return [item({ ...(country.length === 2 && { country }), currency })];
    }
    default:
      return [item({})];
  }
}
