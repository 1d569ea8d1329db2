import { accountFor } from '../derive/account.ts';
import type { RuleBook } from '../derive/rules.ts';
import { targetState } from '../derive/target-state.ts';
import { type Day, dayIn } from '../domain/dates.ts';
import { err, type Failure, needsAttention, ok, type Result } from '../domain/failures.ts';
import { type MinorUnits, minor } from '../domain/money.ts';
import type { StoreOrder } from '../domain/order.ts';
import { creditedInFull } from '../domain/parts.ts';
import { type Decision, NOTHING_POSTED, type PartKey, type PostedState, taxModeOf } from '../domain/posted.ts';
import { crossReference } from '../domain/references.ts';
import type { RuleFacts, RuleKind, RuleOutcome, RuleTrace } from '../domain/rules.ts';
import { hasUnit, type Setup, setupOf, unitsOf } from '../domain/setup.ts';
import { flexfieldOf, instantOf, lineFacts, metaOf, orderFacts, RULE_KIND, transactionNames, whatOf } from '../plan/asked.ts';
import { ratesOf, taxName } from '../plan/dress-taxes.ts';
import { plan } from '../plan/plan.ts';
import type { Draft, DraftLine } from '../plan/steps.ts';
import { type CustomerPolicy, sharedAccount } from './customer-party.ts';
import type { Named } from './reference-checks.ts';

/**
 * Something of an order that the rules are asked about: a line's account, a line's tax at one rate, a payment's receipt method, the names
 * and flexfields of a document, and of the order as a whole its business unit and whom it is billed to.
 */
export interface Question {
  kind: RuleKind;
  /** In words: `SKU MUG-BLUE`, `tax rate 7`, `payments by "stripe"`. */
  what: string;
  facts: RuleFacts;
  /** What dates it: a rule may hold from a later day on. */
  at: string;
  /** What goes where the answer says: net of refunds; of a tax its own amount; of a document, a unit or a customer the whole sale. */
  amount: MinorUnits;
  order: StoreOrder;
  /** Where `{meta:key}` of a flexfield's value is looked up. */
  meta: StoreOrder['meta'];
  /** It is about a credit memo. */
  memo: boolean;
}

export interface Answer {
  /**
   * The account, tax code, receipt method, unit or customer account, or names; `own` for a customer with an account of their own, empty
   * where no flexfield is filled. Null when nothing answers and the order would wait.
   */
  result: string | null;
  /** What differs between two answers where `result` only names a template. */
  filled?: string;
  /** Of an account, by name. */
  segments: Record<string, string> | null;
  ruleId: string | null;
  /** What it names in Oracle. */
  named: Named;
}

/** A set of rules as it is asked about one order. */
export interface Asking {
  book: RuleBook;
  general: Setup;
  /** As it holds for the order's business unit. */
  unit: Setup;
}

/**
 * What the rules would be asked to post an order, from its stored snapshot alone.
 *
 * In      order  with its payments; posted  what stands in Oracle by our own record: its parts are not asked about again, nor are unit
 *         and customer. Nothing posted asks about the whole order. now  dates what an edit brings
 * Out     null when there is nothing to post: excluded, waiting for its status, or not derivable
 */
export function questionsOf(
  order: StoreOrder,
  setup: Setup,
  now: string,
  posted: PostedState = NOTHING_POSTED,
  decisions: readonly Decision[] = [],
): Question[] | null {
  const derived = targetState(order, setup, {
    posted: posted.documents.length > 0,
    sold: posted.documents.some(({ what }) => what.purpose === 'order'),
    creditedInFull: creditedInFull(posted.documents),
    postedPayments: new Set(posted.documents.flatMap(({ what }) => (what.purpose === 'payment' ? [what.paymentId] : []))),
    taxMode: taxModeOf(posted.documents),
    undoneRefunds: [],
    decisions,
  });
  if (!derived.ok || derived.value.outcome !== 'target') return null;
  const planned = plan(derived.value.target, posted, setup, { decisions });
  if (!planned.ok) return null;
  const mode = taxModeOf(posted.documents) ?? setup.taxMode;
  const drafts = planned.value.steps.flatMap((step) => (step.type === 'document' ? [step.draft] : []));
  if (drafts.length === 0) return [];
  const first = posted.documents.length === 0 ? ofOrder(order, drafts) : [];
  return [...first, ...drafts.flatMap((draft) => ofDocument(order, draft, now)), ...ofLines(order, drafts, now, mode)];
}

const signOf = (draft: Draft): 1 | -1 => (draft.kind === 'credit-memo' ? -1 : 1);

/** Fixed by the order's first document, on the order's day. */
function ofOrder(order: StoreOrder, drafts: readonly Draft[]): Question[] {
  const sold = drafts.filter(({ kind }) => kind !== 'receipt').reduce((sum, draft) => sum + signOf(draft) * draft.amount, 0);
  const about = { facts: orderFacts(order), at: order.createdAt, amount: minor(sold), order, meta: order.meta, memo: false };
  const { currency, billing, customerId } = order;
  const who = `${customerId === 0 ? 'guests' : 'customers'} paying in ${currency} from ${billing.country || 'an unknown country'}`;
  return [
    { kind: 'business-unit', what: 'the business unit', ...about },
    { kind: 'customer-policy', what: who, ...about },
  ];
}

function ofDocument(order: StoreOrder, draft: Draft, now: string): Question[] {
  const about = { at: instantOf(draft, order, now), order, meta: order.meta, memo: draft.kind === 'credit-memo' };
  if (draft.kind === 'receipt') {
    const gateway = draft.payment?.gateway ?? order.paymentMethod;
    const facts = { ...orderFacts(order), gateway };
    const what = `payments by "${gateway || 'no gateway'}"`;
    return [{ kind: 'receipt-method', what, facts, amount: draft.amount, ...about }];
  }
  const of = { facts: orderFacts(order), amount: minor(signOf(draft) * draft.amount), ...about };
  const what = draft.kind === 'invoice' ? 'invoices' : 'credit memos';
  return [
    { kind: 'transaction-type', what, ...of },
    { kind: 'descriptive-flexfield', what, ...of },
  ];
}

function ofLines(order: StoreOrder, drafts: readonly Draft[], now: string, mode: Setup['taxMode']): Question[] {
  const lines = new Map<PartKey, DraftLine & { at: string; taxesLeft: Map<number, number>; left: number }>();
  for (const draft of drafts) {
    for (const line of draft.lines) {
      if (!line.like && !lines.has(line.part)) {
        lines.set(line.part, { ...line, at: instantOf(draft, order, now), left: 0, taxesLeft: new Map() });
      }
      const known = lines.get(line.part);
      if (!known) continue; // a posted part keeps its account
      known.left += signOf(draft) * line.net;
      for (const { rateId, amount } of line.taxes) {
        known.taxesLeft.set(rateId, (known.taxesLeft.get(rateId) ?? 0) + signOf(draft) * amount);
      }
    }
  }
  return [...lines.values()].flatMap((line): Question[] => {
    const about = { facts: lineFacts(line, order), at: line.at, order, meta: metaOf(line, order), memo: false };
    const what = whatOf(line);
    const { rates } = ratesOf(line, null, order, mode);
    return [
      { kind: RULE_KIND[line.kind], what, amount: minor(line.left), ...about },
      { kind: 'line-flexfield', what, amount: minor(line.left), ...about },
      ...(mode === 'oracle' && rates.length === 0
        ? [{ kind: 'no-tax' as const, what: `no tax on ${what}`, amount: minor(line.left), ...about }]
        : []),
      ...[...new Set([...rates, ...line.taxesLeft.keys()])].map((rateId): Question => {
        const of = { ...about, facts: { ...about.facts, taxRateId: rateId } };
        return { kind: 'tax', what: taxName(rateId, order), amount: minor(line.taxesLeft.get(rateId) ?? 0), ...of };
      }),
    ];
  });
}

/** The rule about the business unit of an order nothing of which is posted. */
const unitRule = (order: StoreOrder, general: Setup, book: RuleBook) =>
  book.choose('business-unit', orderFacts(order), dayIn(general.timeZone, order.createdAt));

/** The set-up of the business unit that the rules choose for an order nothing of which is posted; the general one where they choose none. */
export function unitFor(order: StoreOrder, general: Setup, book: RuleBook): Setup {
  return setupOf(general, unitRule(order, general, book).outcome?.businessUnit ?? general.businessUnit);
}

/**
 * The same, for posting.
 *
 * Fails   needs-attention business_unit.unknown: in another unit's books than the rule says the order would be wrong
 */
export function chosenUnit(order: StoreOrder, general: Setup, book: RuleBook): Result<Setup> {
  const { rule, outcome } = unitRule(order, general, book);
  const name = outcome?.businessUnit ?? general.businessUnit;
  if (hasUnit(general, name)) return ok(setupOf(general, name));
  return err(
    needsAttention(
      'business_unit.unknown',
      `The rule "${rule?.name}" books order ${order.number} in the business unit "${name}", which the set-up does not have.`,
      'Add the business unit to the set-up (Connections), or name another one in the rule.',
      { detail: { subject: name } },
    ),
  );
}

/** Why nothing more is made of an order whose documents are in a unit that the set-up has lost: elsewhere it would be in other books. */
export function unitGone(order: StoreOrder, { businessUnit, prefix }: Setup, general: Setup): Failure | null {
  if (hasUnit(general, businessUnit)) return null;
  const listed = unitsOf(general).map((name) => `"${name}"`);
  return needsAttention(
    'business_unit.gone',
    `The documents of order ${order.number} (${crossReference(prefix, order.id)}) are in the business unit "${businessUnit}", which the set-up does not have any more; it has ${listed.join(', ')}.`,
    `Put "${businessUnit}" back under Connections > Business set-up, as the general or a further business unit; then resume the order.`,
    { detail: { subject: businessUnit } },
  );
}

/** What a rule says about who is billed, where one answers. */
export function policyFor(order: StoreOrder, unit: Setup, book: RuleBook): CustomerPolicy {
  return policyOf(book.choose('customer-policy', orderFacts(order), dayIn(unit.timeZone, order.createdAt)).outcome);
}

const policyOf = (outcome: RuleOutcome | null): CustomerPolicy => ({
  ...(outcome?.customerPolicy && { customerPolicy: outcome.customerPolicy }),
  ...(outcome?.accountNumber && { accountNumber: outcome.accountNumber }),
});

/** What the rules choose for an order as a whole, before its documents are made: business unit and customer account. Only where a rule does. */
export function orderTraces(order: StoreOrder, general: Setup, book: RuleBook): RuleTrace[] {
  const unit = unitFor(order, general, book);
  return (['business-unit', 'customer-policy'] as const).flatMap((kind) => {
    const day = dayIn((kind === 'business-unit' ? general : unit).timeZone, order.createdAt);
    const { rule, outcome, trace } = book.choose(kind, orderFacts(order), day);
    if (!rule || !outcome) return [];
    const result = kind === 'business-unit' ? outcome.businessUnit : (outcome.accountNumber ?? policyWords(outcome));
    return [{ ...trace, result: result ?? '' }];
  });
}

const policyWords = ({ customerPolicy }: RuleOutcome): string =>
  customerPolicy === 'shared' ? 'the shared account of the set-up' : 'an account of their own';

/** The day whose rules a question meets. */
export const dayOf = ({ kind, at }: Question, { general, unit }: Pick<Asking, 'general' | 'unit'>): Day =>
  dayIn((kind === 'business-unit' ? general : unit).timeZone, at);

const NOTHING: Named = { rows: [], accounts: [], billTo: null };

/** What a set of rules answers. A tax is asked for its code, but for its account where tax goes to an account. */
export function answerTo(question: Question, asking: Asking): Answer {
  const { book, general, unit } = asking;
  const { kind, facts, memo } = question;
  const choice = book.choose(kind, facts, dayOf(question, asking));
  const { outcome } = choice;
  const answer = (result: string | null, named: Partial<Named> = {}): Answer => ({
    result,
    segments: null,
    ruleId: choice.rule?.id ?? null,
    named: { ...NOTHING, ...named },
  });
  switch (kind) {
    case 'business-unit': {
      const name = outcome?.businessUnit ?? general.businessUnit;
      return hasUnit(general, name) ? answer(name, { rows: [['businessUnits', name, 'business unit']] }) : answer(null);
    }
    case 'customer-policy': {
      const shared = sharedAccount(question.order, unit, policyOf(outcome));
      if (!shared) return answer('own');
      if (!shared.ok) return answer(null);
      const { accountNumber, site } = shared.value;
      return answer(site ? `${accountNumber} / ${site}` : accountNumber, { billTo: shared.value });
    }
    case 'transaction-type': {
      const { source, invoiceType, creditMemoType, paymentTerms } = transactionNames(outcome, memo, unit);
      const ofInvoice: Named['rows'] = [
        ['invoiceTypes', invoiceType, 'transaction type'],
        ['paymentTerms', paymentTerms, 'payment terms'],
      ];
      const rows: Named['rows'] = memo ? [['creditMemoTypes', creditMemoType, 'transaction type']] : ofInvoice;
      const names = [source, ...rows.map(([, name]) => name)];
      return answer(names.join(' / '), { rows: [['transactionSources', source, 'transaction source'], ...rows] });
    }
    case 'descriptive-flexfield':
    case 'line-flexfield': {
      const fields = flexfieldOf(choice, question.meta);
      return { ...answer(fields ? flexWords(outcome) : ''), filled: fields ? JSON.stringify(fields) : '' };
    }
    case 'receipt-method': {
      const method = outcome?.receiptMethod;
      return method ? answer(method, { rows: [['receiptMethods', method, 'receipt method']] }) : answer(null);
    }
    case 'no-tax': {
      const name = outcome?.taxClassification;
      return name ? answer(name, { rows: [['taxClassifications', name, 'tax classification']] }) : answer(null);
    }
    case 'tax':
      if (unit.taxMode === 'account') return account(question, asking);
      return taxCode(outcome, unit, answer);
    default:
      return account(question, asking);
  }
}

function taxCode(
  outcome: RuleOutcome | null,
  unit: Setup,
  answer: (result: string | null, named?: Partial<Named>) => Answer,
): Answer {
  const { taxRegime, taxRateCode, taxClassification } = outcome ?? {};
  const classes: Named['rows'] = taxClassification ? [['taxClassifications', taxClassification, 'tax classification']] : [];
  if (unit.taxMode === 'oracle') return taxClassification ? answer(taxClassification, { rows: classes }) : answer(null);
  const code = `${taxRegime} / ${taxRateCode}`;
  return taxRegime && taxRateCode ? answer(code, { rows: [['taxRates', code, 'tax rate'], ...classes] }) : answer(null);
}

function account(question: Question, asking: Asking): Answer {
  const { kind, facts, what } = question;
  const { book, unit } = asking;
  const found = accountFor(kind, facts, dayOf(question, asking), book, unit, what);
  if (!found.ok) {
    const { rule } = book.choose(kind, facts, dayOf(question, asking));
    return { result: null, segments: null, ruleId: rule?.id ?? null, named: NOTHING };
  }
  const { combination, segments, memoLine, trace } = found.value;
  const rows: Named['rows'] = memoLine ? [['memoLines', memoLine, 'memo line']] : [];
  return { result: combination, segments, ruleId: trace.ruleId, named: { ...NOTHING, rows, accounts: [[combination, '']] } };
}

/** `B2B: attribute1 = {meta:_po}`: the template, so that orders with other values are counted together. */
function flexWords(outcome: RuleOutcome | null): string {
  if (!outcome) return '';
  const values = Object.entries(outcome.flexAttributes ?? {}).map(([name, value]) => `${name} = ${value}`);
  return `${outcome.flexContext ? `${outcome.flexContext}: ` : ''}${values.join(', ')}`;
}

/** Would an order go elsewhere? */
export const differs = (a: Answer, b: Answer): boolean => (a.filled ?? a.result) !== (b.filled ?? b.result);
