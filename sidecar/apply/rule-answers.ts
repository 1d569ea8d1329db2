import { accountFor } from '../derive/account.ts';
import type { RuleBook } from '../derive/rules.ts';
import { targetState } from '../derive/target-state.ts';
import { type Day, dayIn } from '../domain/dates.ts';
import { type MinorUnits, minor } from '../domain/money.ts';
import type { StoreOrder } from '../domain/order.ts';
import { type Decision, NOTHING_POSTED, type PartKey, type PostedState } from '../domain/posted.ts';
import type { RuleFacts, RuleKind, RuleTrace } from '../domain/rules.ts';
import { type Setup, setupOf } from '../domain/setup.ts';
import { lineFacts, orderFacts, RULE_KIND, whatOf } from '../plan/dress.ts';
import { plan } from '../plan/plan.ts';
import type { DraftLine } from '../plan/steps.ts';

/** Something of an order that the rules are asked about: a line's account, a line's tax at one rate, a payment's receipt method. */
export interface Question {
  kind: RuleKind;
  /** In words: `SKU MUG-BLUE`, `tax rate 7`, `payments by "stripe"`. */
  what: string;
  facts: RuleFacts;
  /** Net of refunds; of a tax its own amount. */
  amount: MinorUnits;
}

export interface Asked {
  day: Day;
  questions: Question[];
}

export interface Answer {
  /** The account, tax code or receipt method; null when nothing answers and the order would wait. */
  result: string | null;
  /** Of an account, by name. */
  segments: Record<string, string> | null;
  ruleId: string | null;
}

/**
 * What the rules would be asked to post an order, from its stored snapshot alone.
 *
 * In      order  with its payments; posted  what stands in Oracle by our own record: its parts are not asked about again. Nothing posted
 *         asks about the whole order
 * Out     null when there is nothing to post: excluded, waiting for its status, or not derivable
 */
export function questionsOf(
  order: StoreOrder,
  setup: Setup,
  posted: PostedState = NOTHING_POSTED,
  decisions: readonly Decision[] = [],
): Asked | null {
  const derived = targetState(order, setup, {
    posted: posted.documents.length > 0,
    sold: posted.documents.some(({ what }) => what.purpose === 'order'),
    postedPayments: new Set(posted.documents.flatMap(({ what }) => (what.purpose === 'payment' ? [what.paymentId] : []))),
    taxMode: posted.documents[0]?.taxMode ?? null,
    undoneRefunds: [],
    decisions,
  });
  if (!derived.ok || derived.value.outcome !== 'target') return null;
  const planned = plan(derived.value.target, posted, setup, { decisions });
  if (!planned.ok) return null;
  const lines = new Map<PartKey, DraftLine & { taxesLeft: Map<number, number>; left: number }>();
  const questions: Question[] = [];
  for (const step of planned.value.steps) {
    if (step.type !== 'document') continue;
    const { draft } = step;
    if (draft.payment) {
      const gateway = draft.payment.gateway;
      const what = `payments by "${gateway || 'no gateway'}"`;
      questions.push({ kind: 'receipt-method', what, facts: { ...orderFacts(order), gateway }, amount: draft.amount });
    }
    const sign = draft.kind === 'credit-memo' ? -1 : 1;
    for (const line of draft.lines) {
      if (!line.like && !lines.has(line.part)) lines.set(line.part, { ...line, left: 0, taxesLeft: new Map() });
      const known = lines.get(line.part);
      if (!known) continue; // a posted part keeps its account
      known.left += sign * line.net;
      for (const tax of line.taxes) known.taxesLeft.set(tax.rateId, (known.taxesLeft.get(tax.rateId) ?? 0) + sign * tax.amount);
    }
  }
  for (const line of lines.values()) {
    const facts = lineFacts(line, order);
    questions.push({ kind: RULE_KIND[line.kind], what: whatOf(line), facts, amount: minor(line.left) });
    for (const [rateId, amount] of line.taxesLeft) {
      const rate = order.taxRates.find((each) => each.rateId === rateId);
      const what = `tax rate ${rate?.code || rateId}`;
      questions.push({ kind: 'tax', what, facts: { ...facts, taxRateId: rateId }, amount: minor(amount) });
    }
  }
  return { day: dayIn(setup.timeZone, order.createdAt), questions };
}

/** The set-up of the business unit that the rules choose for an order nothing of which is posted. */
export function unitFor(order: StoreOrder, general: Setup, book: RuleBook): Setup {
  if (general.businessUnits.length === 0) return general;
  const choice = book.choose('business-unit', orderFacts(order), dayIn(general.timeZone, order.createdAt));
  return setupOf(general, choice.outcome?.businessUnit ?? general.businessUnit);
}

/** What the rules choose for an order as a whole, before its documents are made: business unit and customer account. Only where a rule does. */
export function orderTraces(order: StoreOrder, general: Setup, book: RuleBook): RuleTrace[] {
  const day = dayIn(general.timeZone, order.createdAt);
  return (['business-unit', 'customer-policy'] as const).flatMap((kind) => {
    const { rule, outcome, trace } = book.choose(kind, orderFacts(order), day);
    if (!rule || !outcome) return [];
    const result = kind === 'business-unit' ? outcome.businessUnit : (outcome.accountNumber ?? 'an account of their own');
    return [{ ...trace, result: result ?? '' }];
  });
}

/** What a set of rules answers. A tax is asked for its code, but for its account where tax goes to an account. */
export function answerTo(question: Question, day: Day, book: RuleBook, setup: Setup): Answer {
  const { kind, facts, what } = question;
  if (kind === 'receipt-method' || (kind === 'tax' && setup.taxMode !== 'account')) {
    const { rule, outcome } = book.choose(kind, facts, day);
    const { receiptMethod, taxRegime, taxRateCode, taxClassification } = outcome ?? {};
    const ofLines = taxRegime && taxRateCode ? `${taxRegime} / ${taxRateCode}` : null;
    const code = setup.taxMode === 'oracle' ? (taxClassification ?? null) : ofLines;
    return { result: kind === 'tax' ? code : (receiptMethod ?? null), segments: null, ruleId: rule?.id ?? null };
  }
  const account = accountFor(kind, facts, day, book, setup, what);
  if (!account.ok) return { result: null, segments: null, ruleId: book.choose(kind, facts, day).rule?.id ?? null };
  const { combination, segments, trace } = account.value;
  return { result: combination, segments, ruleId: trace.ruleId };
}
