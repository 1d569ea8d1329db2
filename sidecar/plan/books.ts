import type { TargetPart } from '../derive/target-state.ts';
import { ok, type Result } from '../domain/failures.ts';
import { type MinorUnits, minor } from '../domain/money.ts';
import type { StorePayment } from '../domain/order.ts';
import { grossOf } from '../domain/parts.ts';
import {
  type PartAmount,
  type PartKey,
  type PostedApplication,
  type PostedDocument,
  type PostedSettlement,
  type PostedState,
  type RefundTerms,
  taxModeOf,
} from '../domain/posted.ts';
import { type DocumentKind, type DocumentPurpose, documentNumber } from '../domain/references.ts';
import type { SetAside } from '../domain/set-aside.ts';
import type { Setup } from '../domain/setup.ts';
import { entryOf, type Ledger, replay, settledRefunds } from './ledger.ts';
import type { Draft, DraftLine, Step } from './steps.ts';

/** The order's documents as they stand and as they will stand while a plan is made, with the steps that lead there. */
export class Books {
  readonly steps: Step[] = [];
  readonly documents: PostedDocument[];
  private lies: Ledger;
  readonly posted: PostedState;
  readonly taxMode: Setup['taxMode'];
  private readonly actual = new Map<string, PostedApplication[]>();
  private readonly orderId: number;
  private readonly currency: string;
  private readonly decimals: number;
  private readonly prefix: string;
  /** Refunds whose money is settled. */
  private readonly settled: Set<number>;
  /** Documents planned as if not there. */
  private readonly left: Set<string>;
  private readonly aside: readonly SetAside[];

  /** hold: credit memos planned as if not there, so that receipts go back on; aside: overpayment that has a purpose. */
  constructor(
    posted: PostedState,
    target: { orderId: number; currency: string; decimals: number },
    setup: Setup,
    hold: ReadonlySet<string>,
    aside: readonly SetAside[],
  ) {
    this.posted = posted;
    this.orderId = target.orderId;
    this.currency = target.currency;
    this.decimals = target.decimals;
    this.prefix = setup.prefix;
    this.documents = [...posted.documents].sort((a, b) => a.seq - b.seq);
    this.taxMode = taxModeOf(this.documents) ?? setup.taxMode;
    this.settled = settledRefunds(posted);
    this.left = new Set(hold);
    this.aside = aside;
    this.lies = replay({ ...posted, documents: this.documents }, this.left, aside);
    for (const application of posted.applications) {
      const key = keyOf(application.from, application.to);
      this.actual.set(key, [...(this.actual.get(key) ?? []), application]);
    }
  }

  /** Where the order's money should lie by now. */
  get ledger(): Ledger {
    return this.lies;
  }

  find(
    purpose: DocumentPurpose['purpose'],
    matches: (what: DocumentPurpose) => boolean = () => true,
  ): PostedDocument | undefined {
    return this.documents.find(({ what }) => what.purpose === purpose && matches(what));
  }

  /** By how much Oracle's documents fall short of the store's amounts, where it computes the tax: reason `tax`; 0 where they do not. */
  computedLess(): MinorUnits {
    const more = this.documents
      .filter((document) => document.kind !== 'receipt' && document.taxMode === 'oracle')
      .reduce((all, { kind, amount, lines }) => all + (kind === 'invoice' ? 1 : -1) * (amount - grossOf(lines)), 0);
    return minor(Math.max(0, -more));
  }

  /** The number that the order's sale carries: what refunds and edits reverse. */
  saleNumber(): string | null {
    return this.find('order')?.number ?? null;
  }

  next(purpose: 'payment' | 'edit-up' | 'edit-down' | 'mirror'): number {
    return 1 + Math.max(0, ...this.documents.map(({ what }) => (what.purpose === purpose ? what.n : 0)));
  }

  /** Plans a document and the applications that it asks for. Fails: reference.too_long. */
  add(
    kind: DocumentKind,
    what: DocumentPurpose,
    lines: DraftLine[],
    more: {
      reason: string;
      reverses: string | null;
      at?: string;
      payment?: StorePayment;
      refund?: RefundTerms;
      expected?: MinorUnits;
    },
  ): Result<void> {
    const number = documentNumber(this.prefix, this.orderId, what);
    if (!number.ok) return number;
    const amount = more.payment ? more.payment.amount : grossOf(lines);
    const draft: Draft & { kind: DocumentKind } = {
      kind,
      what,
      number: number.value,
      amount,
      expected: more.expected ?? amount,
      at: more.at ?? '',
      lines,
      payment: more.payment ?? null,
      refund: more.refund ?? null,
      reverses: more.reverses,
      reason: more.reason,
    };
    this.steps.push({ type: 'document', draft });
    const document = this.asPosted(draft);
    this.documents.push(document);
    this.ledger.post(entryOf(document, this.documents, this.settled));
    this.catchUp(`because of ${number.value}`);
    return ok(undefined);
  }

  /** Brings the applications to where the ledger wants them: undo first, then credit memos, then receipts. */
  catchUp(because: string): void {
    const wanted = new Map(this.ledger.applications().map((row) => [keyOf(row.from, row.to), row]));
    for (const [key, rows] of this.actual) {
      const have = rows.reduce((total, row) => total + row.amount, 0);
      if (have === (wanted.get(key)?.amount ?? 0)) continue;
      // An unapply undoes a whole application, and a second application of the same pair is refused: undo all, apply the rest.
      for (const row of rows) this.unapply(row, because);
      this.actual.delete(key);
    }
    const apply = [...wanted].filter(([key]) => !this.actual.has(key)).map(([, row]) => row);
    for (const { from, to, amount } of apply.filter((row) => this.isMemo(row.from))) {
      this.steps.push({ type: 'apply-credit-memo', creditMemo: from, invoice: to, amount, because });
    }
    for (const { from, to, amount } of apply.filter((row) => !this.isMemo(row.from))) {
      this.steps.push({ type: 'apply-receipt', receipt: from, invoice: to, amount, because });
    }
    for (const row of apply) this.actual.set(keyOf(row.from, row.to), [{ ...row, applicationId: null }]);
  }

  /** Oracle's reversal undoes a receipt's applications itself. */
  reverse(receipt: PostedDocument, because: string): void {
    this.steps.push({ type: 'reverse-receipt', receipt: receipt.number, amount: receipt.amount, because });
    for (const key of [...this.actual.keys()]) if (key.startsWith(`${receipt.number}>`)) this.actual.delete(key);
    this.left.add(receipt.number);
    this.lies = replay({ ...this.posted, documents: this.documents }, this.left, this.aside);
    this.catchUp(because);
  }

  /** Takes a refund's money back from where it was settled, so that it can pay again. */
  unsettle({ refundId, from, activity, amount, applicationId }: PostedSettlement, because: string): void {
    this.steps.push({ type: 'unsettle', refundId, from, activity, amount, applicationId, because });
    this.settled.delete(refundId);
  }

  /** Lines for parts that were posted before: names, accounts and tax codes come from the posted line. */
  likePosted(parts: readonly PartAmount[]): DraftLine[] {
    return parts.map((part) => this.line(part.part, part, undefined));
  }

  /** The lines of one document again, whatever is known by now. */
  likeDocument({ number, lines }: PostedDocument): DraftLine[] {
    return this.likePosted(lines).map((line) => ({ ...line, like: { document: number, part: line.part } }));
  }

  line(key: PartKey, amounts: PartAmount, want: TargetPart | undefined): DraftLine {
    const having = this.documents.filter((document) => document.lines.some((line) => line.part === key));
    // A document that went wrong is taken back: what replaces it asks the rules as they are by then.
    const from = having.find(({ wrong, what }) => !wrong && what.purpose !== 'mirror');
    const posted = (from ?? having[0])?.lines.find((line) => line.part === key);
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

  private unapply(row: PostedApplication, because: string): void {
    const common = { invoice: row.to, amount: row.amount, applicationId: row.applicationId, because };
    this.steps.push(
      this.isMemo(row.from)
        ? { type: 'unapply-credit-memo', creditMemo: row.from, ...common }
        : { type: 'unapply-receipt', receipt: row.from, ...common },
    );
  }

  private isMemo(number: string): boolean {
    return this.documents.some((document) => document.kind === 'credit-memo' && document.number === number);
  }

  /** The draft as it will stand once posted, for planning what follows it. */
  private asPosted(draft: Draft & { kind: DocumentKind }): PostedDocument {
    return {
      sentAtMs: null,
      seq: 1 + Math.max(0, ...this.documents.map((document) => document.seq)),
      kind: draft.kind,
      what: draft.what,
      number: draft.number,
      oracleId: '',
      amount: draft.expected,
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
      billTo: this.documents[0]?.billTo ?? { accountNumber: '' },
      currency: this.currency,
      decimals: this.decimals,
      conversionRate: null,
      accountingDate: '',
      refund: draft.refund,
      businessUnit: '',
      wrong: false,
      ruleSetVersion: 0,
      taxMode: this.taxMode,
    };
  }
}

/** The same amounts with the other sign. */
export const negated = (line: DraftLine): DraftLine => ({
  ...line,
  net: minor(-line.net),
  taxes: line.taxes.map((tax) => ({ ...tax, amount: minor(-tax.amount) })),
});

/** What is missing of a wanted part; null when nothing is. */
export function missing(part: PartKey, want: PartAmount | undefined, have: PartAmount | undefined): PartAmount | null {
  const net = minor((want?.net ?? 0) - (have?.net ?? 0));
  const rates = new Set([...(want?.taxes ?? []), ...(have?.taxes ?? [])].map((tax) => tax.rateId));
  const of = (side: PartAmount | undefined, rateId: number): MinorUnits | 0 =>
    side?.taxes.find((tax) => tax.rateId === rateId)?.amount ?? 0;
  const taxes = [...rates]
    .map((rateId) => ({ rateId, amount: minor(of(want, rateId) - of(have, rateId)) }))
    .filter((tax) => tax.amount !== 0);
  return net === 0 && taxes.length === 0 ? null : { part, net, taxes };
}

const KIND_OF: Record<string, TargetPart['kind']> = {
  item: 'product',
  discount: 'discount',
  tender: 'tender',
  tax: 'tax',
  rounding: 'rounding',
};
const kindOf = (key: PartKey): TargetPart['kind'] => KIND_OF[key.split(':')[0] ?? ''] ?? 'product';
const keyOf = (from: string, to: string): string => `${from}>${to}`;
