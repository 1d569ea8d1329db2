import { refundToCredit } from '../derive/refund-to-credit.ts';
import { decided, type TargetPart, type TargetState } from '../derive/target-state.ts';
import { err, type Failure, needsAttention, ok, type Result, rejected } from '../domain/failures.ts';
import { formatMinor, type MinorUnits, minor, ZERO } from '../domain/money.ts';
import type { LineFacts, StorePayment, StoreRefund } from '../domain/order.ts';
import { gross, grossOf, heldBy, soldBy, spread } from '../domain/parts.ts';
import type {
  Decision,
  PartAmount,
  PartKey,
  PostedApplication,
  PostedDocument,
  PostedState,
  RefundTerms,
} from '../domain/posted.ts';
import { type DocumentKind, type DocumentPurpose, documentNumber } from '../domain/references.ts';
import { type Setup, settlementFor } from '../domain/setup.ts';
import { entryOf, type Ledger, replay } from './ledger.ts';

/** A document to be made: amounts and what they stand for. Accounts, tax codes, dates and customer are added by derive/dress. */
export interface Draft {
  kind: DocumentKind;
  what: DocumentPurpose;
  number: string;
  amount: MinorUnits;
  /** The instant in the store that this document records. */
  at: string;
  /** Empty for receipts. */
  lines: DraftLine[];
  payment: StorePayment | null;
  refund: RefundTerms | null;
  /** The posted document whose accounts and rate this one reverses; null for a sale. */
  reverses: string | null;
  reason: string;
}

export interface DraftLine extends PartAmount {
  kind: TargetPart['kind'];
  name: string;
  quantity: number;
  facts: LineFacts | null;
  /** The posted line of the same part, whose account and tax codes are taken over; null for a new sale. */
  like: { document: string; part: PartKey } | null;
}

export type Step =
  | { type: 'document'; draft: Draft }
  | {
      type: 'unapply-receipt';
      receipt: string;
      invoice: string;
      amount: MinorUnits;
      applicationId: string | null;
      because: string;
    }
  | {
      type: 'unapply-credit-memo';
      creditMemo: string;
      invoice: string;
      amount: MinorUnits;
      applicationId: string | null;
      because: string;
    }
  | { type: 'apply-credit-memo'; creditMemo: string; invoice: string; amount: MinorUnits; because: string }
  | { type: 'apply-receipt'; receipt: string; invoice: string; amount: MinorUnits; because: string }
  | {
      type: 'settle';
      refundId: number;
      receipt: string;
      settlement: 'clearing' | 'payables';
      activity: string | null;
      amount: MinorUnits;
    }
  | {
      type: 'unsettle';
      refundId: number;
      receipt: string;
      activity: string | null;
      amount: MinorUnits;
      applicationId: string | null;
    };

export interface Plan {
  /** In the order they are carried out. Empty: Oracle holds what the store says, by our own record. */
  steps: Step[];
  /** What stops the plan after its steps; null when nothing does. */
  blocked: Failure | null;
}

/**
 * Compares what Receivables should hold with what was posted and gives the steps that make up the difference.
 *
 * In      target  from derive; posted  our own record, documents in posting order; decisions of persons
 *         hold    numbers of credit memos that Oracle refused to apply: planned as if not there, so that receipts go back on
 * Out     steps; after each document the applications it asks for. Carrying out a prefix and planning again gives the rest.
 * Fails   rejected refund.above_invoices, order.currency_changed, order.edited_below_refunds (needs attention)
 * Source  design sections 1 and 3
 */
export function plan(
  target: TargetState,
  posted: PostedState,
  setup: Setup,
  decisions: readonly Decision[] = [],
  hold: ReadonlySet<string> = new Set(),
): Result<Plan> {
  const planner = new Planner(target, posted, setup, decisions, hold);
  return planner.run();
}

class Planner {
  private readonly steps: Step[] = [];
  private readonly documents: PostedDocument[];
  private readonly ledger: Ledger;
  private readonly actual: Map<string, PostedApplication[]>;
  private blocked: Failure | null;
  private readonly target: TargetState;
  private readonly posted: PostedState;
  private readonly setup: Setup;
  private readonly decisions: readonly Decision[];

  constructor(target: TargetState, posted: PostedState, setup: Setup, decisions: readonly Decision[], hold: ReadonlySet<string>) {
    this.target = target;
    this.posted = posted;
    this.setup = setup;
    this.decisions = decisions;
    this.documents = [...posted.documents].sort((a, b) => a.seq - b.seq);
    this.ledger = replay(this.documents, hold);
    this.actual = new Map();
    for (const application of posted.applications) {
      const key = `${application.from}>${application.to}`;
      this.actual.set(key, [...(this.actual.get(key) ?? []), application]);
    }
    this.blocked = target.open;
  }

  run(): Result<Plan> {
    const currency = this.documents.find((document) => document.currency !== this.target.currency)?.currency;
    if (currency) {
      return err(
        rejected(
          'order.currency_changed',
          `The order was posted in ${currency} and is now in ${this.target.currency}; posted documents keep their currency.`,
        ),
      );
    }
    this.reserveReturnedOverpayment();
    this.catchUp('to match what was posted');
    const sale = this.sale();
    if (!sale.ok) return sale;
    for (const event of this.events()) {
      const done = 'payment' in event ? this.receipt(event.payment) : this.refund(event.refund);
      if (!done.ok) return this.stop(done.failure);
    }
    for (const refundId of this.target.undoneRefunds) {
      const done = this.undo(refundId);
      if (!done.ok) return this.stop(done.failure);
    }
    this.settleAll();
    return ok({ steps: this.steps, blocked: this.blocked });
  }

  /** What can go out goes out; the rest waits for a person. */
  private stop(failure: Failure): Result<Plan> {
    this.settleAll();
    return ok({ steps: this.steps, blocked: failure });
  }

  /** The sale itself, or the difference an edit or a cancellation made. */
  private sale(): Result<void> {
    const { target } = this;
    const first = this.documents.find((document) => document.what.purpose === 'order');
    if (!first) {
      if (target.value === 0 && target.compare === 'by-total') return ok(undefined);
      const lines = target.parts.map((part): DraftLine => ({ ...part, like: null }));
      return this.document('invoice', { purpose: 'order' }, lines, { at: null, reason: 'order', reverses: null });
    }
    const sold = soldBy(this.documents);
    const difference = minor(target.value - sold.total());
    if (target.compare === 'by-total') {
      if (difference === 0) return ok(undefined);
      const held = heldBy(this.documents);
      const room = held.total();
      if (difference < 0 && -difference > room) {
        // Refunds already took part of the sale back: only what is left can be credited.
        return room > 0 ? this.edit('edit-down', this.likePosted(spread(room, held.parts())), 'cancelled') : ok(undefined);
      }
      const parts = spread(minor(Math.abs(difference)), difference < 0 ? held.parts() : soldBy([first]).parts());
      return this.edit(difference < 0 ? 'edit-down' : 'edit-up', this.likePosted(parts), 'cancelled');
    }
    return this.compareByPart(sold.parts());
  }

  private compareByPart(sold: PartAmount[]): Result<void> {
    const wanted = new Map(this.target.parts.map((part) => [part.part, part]));
    const have = new Map(sold.map((part) => [part.part, part]));
    const more: DraftLine[] = [];
    const less: DraftLine[] = [];
    for (const key of new Set([...wanted.keys(), ...have.keys()])) {
      const want = wanted.get(key);
      const delta = subtract(key, want, have.get(key));
      if (!delta) continue;
      const size = gross(delta);
      const line = this.line(key, delta, want);
      // A part whose net and tax move against each other goes with the sign of its sum; a pure shift counts as more.
      if (size >= 0) more.push(line);
      else
        less.push({ ...line, net: minor(-line.net), taxes: line.taxes.map((tax) => ({ ...tax, amount: minor(-tax.amount) })) });
    }
    if (more.length === 0 && less.length === 0) return ok(undefined);
    const down = grossOf(less);
    const held = heldBy(this.documents).total();
    if (down > held + grossOf(more)) {
      this.blocked = needsAttention(
        'order.edited_below_refunds',
        `The order was edited down by ${formatMinor(down, this.target.decimals)}, but after its refunds only ` +
          `${formatMinor(held, this.target.decimals)} ${this.target.currency} is left on its invoices.`,
        'Check the order’s lines against its refunds in the store, then replay it.',
      );
      return ok(undefined);
    }
    if (more.length > 0) {
      const up = this.edit('edit-up', more, 'edited');
      if (!up.ok) return up;
    }
    return less.length > 0 ? this.edit('edit-down', less, 'edited') : ok(undefined);
  }

  private edit(purpose: 'edit-up' | 'edit-down', lines: DraftLine[], reason: string): Result<void> {
    const n = 1 + Math.max(0, ...this.documents.map((document) => (document.what.purpose === purpose ? document.what.n : 0)));
    const kind = purpose === 'edit-up' ? 'invoice' : 'credit-memo';
    const reverses =
      purpose === 'edit-down' ? (this.documents.find((document) => document.what.purpose === 'order')?.number ?? null) : null;
    return this.document(kind, { purpose, n }, lines, { at: null, reason, reverses });
  }

  /** Payments and refunds that are not posted yet, as they happened; a refund of the same second counts as after. */
  private events(): ({ at: string; payment: StorePayment } | { at: string; refund: StoreRefund })[] {
    const seen = new Set(
      this.documents.map((document) =>
        document.what.purpose === 'payment'
          ? `p${document.what.paymentId}`
          : document.what.purpose === 'refund'
            ? `r${document.what.refundId}`
            : '',
      ),
    );
    const payments = this.target.payments
      .filter((payment) => !seen.has(`p${payment.id}`) && !payment.takenBackAt)
      .map((payment) => ({ at: payment.paidAt, payment }));
    const refunds = this.target.refunds
      .filter((refund) => refund.amount > 0 && !seen.has(`r${refund.id}`) && !this.returnsOverpayment(refund.id))
      .map((refund) => ({ at: refund.createdAt, refund }));
    return [...payments, ...refunds].sort(
      (a, b) => a.at.localeCompare(b.at) || ('payment' in a ? 0 : 1) - ('payment' in b ? 0 : 1),
    );
  }

  private receipt(payment: StorePayment): Result<void> {
    const n = 1 + Math.max(0, ...this.documents.map((document) => (document.what.purpose === 'payment' ? document.what.n : 0)));
    return this.document('receipt', { purpose: 'payment', n, paymentId: payment.id }, [], {
      at: payment.paidAt,
      reason: 'payment',
      reverses: null,
      payment,
    });
  }

  private refund(refund: StoreRefund): Result<void> {
    const held = heldBy(this.documents);
    if (this.target.credited && held.total() === 0) return this.refundOfCreditedOrder(refund);
    const overpaid = this.ledger.overpayment();
    if (overpaid > 0 && !decided(this.decisions, `refund-${refund.id}`)) return err(this.askAboutOverpayment(refund, overpaid));
    const credit = refundToCredit(refund, held.parts(), this.taxMode(), this.target.decimals);
    if (!credit.ok) return credit;
    const choice = settlementFor(this.setup, this.gatewayOf(refund));
    const afterPayment = this.target.payments.some((payment) => payment.paidAt <= refund.createdAt);
    const terms: RefundTerms = {
      refundId: refund.id,
      released: afterPayment ? this.ledger.releasable(refund.amount) : ZERO,
      settlement: choice.settlement,
      activity: choice.activity ?? null,
      refundedPayment: refund.refundedPayment,
      allocated: credit.value.allocated,
    };
    return this.document('credit-memo', { purpose: 'refund', refundId: refund.id }, this.likePosted(credit.value.parts), {
      at: refund.createdAt,
      reason: refund.reason || 'refund',
      reverses: this.documents.find((document) => document.what.purpose === 'order')?.number ?? null,
      refund: terms,
    });
  }

  /** The sale was credited as a whole before: the refund moves money only. */
  private refundOfCreditedOrder(refund: StoreRefund): Result<void> {
    this.ledger.reserveOverpayment(refund.id, minor(Math.min(refund.amount, this.ledger.overpayment())));
    return ok(undefined);
  }

  private returnsOverpayment(refundId: number): boolean {
    return decided(this.decisions, `refund-${refundId}`) === 'returns-overpayment';
  }

  private reserveReturnedOverpayment(): void {
    for (const refund of this.target.refunds) {
      if (this.returnsOverpayment(refund.id)) {
        this.ledger.reserveOverpayment(refund.id, minor(Math.min(refund.amount, this.ledger.overpayment())));
      }
    }
  }

  private askAboutOverpayment(refund: StoreRefund, overpaid: MinorUnits): Failure {
    const money = (amount: MinorUnits) => `${formatMinor(amount, this.target.decimals)} ${this.target.currency}`;
    return needsAttention(
      'refund.while_overpaid',
      `Refund ${refund.id} over ${money(refund.amount)} was made while ${money(overpaid)} of overpayment is on account.`,
      'Say whether the refund returns the overpayment or credits the sale.',
      {
        question: {
          id: `refund-${refund.id}`,
          choices: [
            { id: 'returns-overpayment', label: 'It returns the overpayment' },
            { id: 'credits-sale', label: 'It credits the sale' },
          ],
        },
      },
    );
  }

  /** The store deleted a posted refund: a further invoice takes the credit back. */
  private undo(refundId: number): Result<void> {
    const memo = this.documents.find((document) => document.what.purpose === 'refund' && document.what.refundId === refundId);
    const undone = this.documents.some(
      (document) => document.what.purpose === 'refund-undone' && document.what.refundId === refundId,
    );
    if (!memo || undone) return ok(undefined);
    const settled = this.posted.settlements.filter((row) => row.refundId === refundId);
    if (
      settled.length > 0 &&
      memo.refund?.refundedPayment &&
      decided(this.decisions, `refund-undone-${refundId}`) !== 're-bill'
    ) {
      return err(
        needsAttention(
          'refund.undone_but_money_left',
          `Refund ${refundId} was deleted in the store, but the gateway has already returned its money to the buyer.`,
          'Bill the amount again, or restore the refund in the store.',
          { question: { id: `refund-undone-${refundId}`, choices: [{ id: 're-bill', label: 'Bill it again' }] } },
        ),
      );
    }
    for (const row of settled) {
      if (row.settlement === 'payables') {
        return err(
          needsAttention(
            'refund.undone_but_paying',
            `Refund ${refundId} was deleted in the store, but Payables has been asked to pay it.`,
            'Stop the payment in Oracle Payables, then replay the order.',
          ),
        );
      }
      this.steps.push({
        type: 'unsettle',
        refundId,
        receipt: row.receipt,
        activity: row.activity,
        amount: row.amount,
        applicationId: row.applicationId,
      });
    }
    return this.document('invoice', { purpose: 'refund-undone', refundId }, this.likePosted(memo.lines), {
      at: null,
      reason: 'refund deleted',
      reverses: memo.number,
    });
  }

  /** Refund money that is released and not settled yet, in refund order. */
  private settleAll(): void {
    const undone = new Set(
      this.documents.flatMap((document) => (document.what.purpose === 'refund-undone' ? [document.what.refundId] : [])),
    );
    const refunds = this.target.refunds.map((refund) => refund.id).sort((a, b) => a - b);
    for (const refundId of refunds) {
      if (undone.has(refundId)) continue;
      const terms =
        this.documents.find((document) => document.refund?.refundId === refundId)?.refund ?? this.termsOfReturnedMoney(refundId);
      if (!terms || terms.settlement === 'unapplied') continue;
      for (const { receipt, amount } of this.ledger.reservedFor(refundId)) {
        const settled = this.posted.settlements
          .filter((row) => row.refundId === refundId && row.receipt === receipt)
          .reduce((total, row) => total + row.amount, 0);
        if (amount - settled > 0) {
          this.steps.push({
            type: 'settle',
            refundId,
            receipt,
            settlement: terms.settlement,
            activity: terms.activity,
            amount: minor(amount - settled),
          });
        }
      }
    }
  }

  private termsOfReturnedMoney(refundId: number): Pick<RefundTerms, 'settlement' | 'activity'> | null {
    const refund = this.target.refunds.find((candidate) => candidate.id === refundId);
    if (!refund) return null;
    const choice = settlementFor(this.setup, this.gatewayOf(refund));
    return { settlement: choice.settlement, activity: choice.activity ?? null };
  }

  /** WooCommerce does not say which payment a refund returns: the last one before it. */
  private gatewayOf(refund: StoreRefund): string {
    const before = this.target.payments.filter((payment) => payment.paidAt <= refund.createdAt);
    return before.at(-1)?.gateway ?? this.target.payments[0]?.gateway ?? '';
  }

  private document(
    kind: DocumentKind,
    what: DocumentPurpose,
    lines: DraftLine[],
    more: {
      at: string | null;
      reason: string;
      reverses: string | null;
      payment?: StorePayment;
      refund?: RefundTerms;
    },
  ): Result<void> {
    const number = documentNumber(this.setup.prefix, this.target.orderId, what);
    if (!number.ok) return number;
    const draft: Draft = {
      kind,
      what,
      number: number.value,
      amount: more.payment ? more.payment.amount : grossOf(lines),
      at: more.at ?? '',
      lines,
      payment: more.payment ?? null,
      refund: more.refund ?? null,
      reverses: more.reverses,
      reason: more.reason,
    };
    this.steps.push({ type: 'document', draft });
    const simulated = simulate(draft, this.documents, this.target.currency, this.taxMode());
    this.documents.push(simulated);
    this.ledger.post(entryOf(simulated, this.documents));
    this.catchUp(`because of ${number.value}`);
    return ok(undefined);
  }

  /** Brings the applications to where the ledger wants them: undo first, then credit memos, then receipts. */
  private catchUp(because: string): void {
    const wanted = new Map(this.ledger.applications().map((row) => [`${row.from}>${row.to}`, row]));
    const apply: { from: string; to: string; amount: MinorUnits }[] = [];
    for (const [key, rows] of this.actual) {
      const have = rows.reduce((total, row) => total + row.amount, 0);
      const want = wanted.get(key)?.amount ?? 0;
      if (have === want) continue;
      // An unapply undoes a whole application, and a second application of the same pair is refused: undo all, apply the rest.
      for (const row of rows) this.unapply(row, because);
      this.actual.delete(key);
    }
    for (const [key, row] of wanted) if (!this.actual.has(key)) apply.push(row);
    const memos = new Set(
      this.documents.filter((document) => document.kind === 'credit-memo').map((document) => document.number),
    );
    for (const row of apply.filter((row) => memos.has(row.from))) {
      this.steps.push({ type: 'apply-credit-memo', creditMemo: row.from, invoice: row.to, amount: row.amount, because });
    }
    for (const row of apply.filter((row) => !memos.has(row.from))) {
      this.steps.push({ type: 'apply-receipt', receipt: row.from, invoice: row.to, amount: row.amount, because });
    }
    for (const row of apply) this.actual.set(`${row.from}>${row.to}`, [{ ...row, applicationId: null }]);
  }

  private unapply(row: PostedApplication, because: string): void {
    const memo = this.documents.some((document) => document.kind === 'credit-memo' && document.number === row.from);
    const common = { invoice: row.to, amount: row.amount, applicationId: row.applicationId, because };
    this.steps.push(
      memo
        ? { type: 'unapply-credit-memo', creditMemo: row.from, ...common }
        : { type: 'unapply-receipt', receipt: row.from, ...common },
    );
  }

  private taxMode(): Setup['taxMode'] {
    return this.documents[0]?.taxMode ?? this.setup.taxMode;
  }

  /** Lines for parts that were posted before: their names, accounts and tax codes come from the posted line. */
  private likePosted(parts: readonly PartAmount[]): DraftLine[] {
    return parts.map((part) => this.line(part.part, part, undefined));
  }

  private line(key: PartKey, amounts: PartAmount, want: TargetPart | undefined): DraftLine {
    const from = this.documents.find((document) => document.lines.some((line) => line.part === key));
    const posted = from?.lines.find((line) => line.part === key);
    return {
      part: key,
      net: amounts.net,
      taxes: amounts.taxes,
      kind: want?.kind ?? kindOf(key),
      name: want?.name ?? posted?.description ?? key,
      quantity: 1,
      facts: want?.facts ?? posted?.facts ?? null,
      like: from ? { document: from.number, part: key } : null,
    };
  }
}

const kindOf = (key: PartKey): TargetPart['kind'] =>
  key === 'rounding' ? 'rounding' : key.startsWith('tax:') ? 'tax' : 'product';

function subtract(part: PartKey, want: PartAmount | undefined, have: PartAmount | undefined): PartAmount | null {
  const net = minor((want?.net ?? 0) - (have?.net ?? 0));
  const rates = new Set([...(want?.taxes ?? []), ...(have?.taxes ?? [])].map((tax) => tax.rateId));
  const of = (side: PartAmount | undefined, rateId: number) => side?.taxes.find((tax) => tax.rateId === rateId)?.amount ?? 0;
  const taxes = [...rates]
    .map((rateId) => ({ rateId, amount: minor(of(want, rateId) - of(have, rateId)) }))
    .filter((tax) => tax.amount !== 0);
  return net === 0 && taxes.length === 0 ? null : { part, net, taxes };
}

/** The draft as it will stand once posted, for planning what follows it. */
function simulate(
  draft: Draft,
  documents: readonly PostedDocument[],
  currency: string,
  taxMode: Setup['taxMode'],
): PostedDocument {
  return {
    seq: 1 + Math.max(0, ...documents.map((document) => document.seq)),
    kind: draft.kind,
    what: draft.what,
    number: draft.number,
    oracleId: '',
    amount: draft.amount,
    lines: draft.lines.map((line) => ({
      part: line.part,
      net: line.net,
      taxes: line.taxes,
      description: line.name,
      quantity: line.quantity,
      accountCombination: null,
      memoLine: null,
      taxCodes: [],
      facts: line.facts,
      trace: [],
    })),
    billTo: documents[0]?.billTo ?? { accountNumber: '' },
    currency,
    conversionRate: null,
    accountingDate: '',
    refund: draft.refund,
    ruleSetVersion: 0,
    taxMode,
  };
}
