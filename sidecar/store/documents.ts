import type { PreparedRequest } from '../apply/ports.ts';
import type { BillTo } from '../domain/documents.ts';
import { type MinorUnits, minor } from '../domain/money.ts';
import type { PostedDocument, PostedFee, PostedLine, PostedState, RefundTerms } from '../domain/posted.ts';
import type { DocumentKind, DocumentPurpose, RecordKind } from '../domain/references.ts';
import type { RuleTrace } from '../domain/rules.ts';
import type { Setup } from '../domain/setup.ts';
import type { ActionState, DocumentState } from '../domain/states.ts';
import { type Db, statements } from './database.ts';

export interface DocumentRecord extends Omit<PostedDocument, 'oracleId' | 'kind'> {
  kind: RecordKind;
  orderId: number;
  state: DocumentState;
  outcomeUnknown: boolean;
  looks: number;
  attempts: number;
  oracleId: string | null;
  enteredAmount: MinorUnits | null;
  open: MinorUnits | null;
  documentDate: string;
  /** First-of-its-kind lane that the document goes through; null for receipts and mirrors. */
  lane: string | null;
  /** Where coupons stood when it was posted; null in databases of before. */
  discounts: Setup['discounts'] | null;
  trace: RuleTrace[];
  request: PreparedRequest;
  postedAtMs: number | null;
}

export type NewDocument = Omit<
  DocumentRecord,
  | 'seq'
  | 'state'
  | 'outcomeUnknown'
  | 'looks'
  | 'attempts'
  | 'oracleId'
  | 'enteredAmount'
  | 'open'
  | 'sentAtMs'
  | 'postedAtMs'
  | 'conversionRate'
  | 'wrong'
>;

export type ActionKind =
  | 'apply-receipt'
  | 'unapply-receipt'
  | 'apply-credit-memo'
  | 'unapply-credit-memo'
  | 'settle'
  | 'unsettle'
  | 'reverse-receipt';

export interface ActionRecord {
  id: number;
  orderId: number;
  kind: ActionKind;
  from: string;
  to: string | null;
  refundId: number | null;
  activity: string | null;
  amount: MinorUnits;
  state: ActionState;
  outcomeUnknown: boolean;
  looks: number;
  attempts: number;
  applicationId: string | null;
  before: Before;
  /** The action that this one undoes. */
  reverses: number | null;
  /** As it was sent; null where Oracle held it already, and in databases of before. */
  accountingDate: string | null;
  sentAtMs: number;
  doneAtMs: number | null;
}

/** What Oracle showed before an action was sent: to tell afterwards whether it happened. */
export interface Before {
  /** Open amounts by document number. */
  open: Record<string, number>;
  /** Ids of the applications that the receipt or credit memo had. */
  applicationIds: string[];
}

/** Our own record of what Oracle holds. Reads are plain; writes go inside Committer.write. */
export class Documents {
  private readonly sql;

  constructor(db: Db) {
    this.sql = statements(db);
  }

  /** The intent: number, frozen request and all that later plans need, on disk before the request leaves. */
  intend(document: NewDocument, nowMs: number): void {
    this.sql(`
      INSERT INTO document (number, order_id, seq, kind, what, state, attempts, amount_minor, currency, decimals, bill_to,
        document_date, accounting_date, refund, lines, trace, rule_set_version, tax_mode, business_unit, lane, discounts, request,
        sent_at_ms)
      VALUES (:number, :orderId, (SELECT coalesce(max(seq), 0) + 1 FROM document WHERE order_id = :orderId), :kind, :what, 'sending', 1,
        :amount, :currency, :decimals, :billTo, :documentDate, :accountingDate, :refund, :lines, :trace, :ruleSetVersion, :taxMode, :businessUnit, :lane,
        :discounts, :request, :now)
      ON CONFLICT (number) DO UPDATE SET state = 'sending', outcome_unknown = 0, looks = 0, attempts = attempts + 1, amount_minor = :amount,
        bill_to = :billTo, document_date = :documentDate, accounting_date = :accountingDate, refund = :refund, lines = :lines, trace = :trace,
        rule_set_version = :ruleSetVersion, tax_mode = :taxMode, business_unit = :businessUnit, lane = :lane, discounts = :discounts,
        request = :request, sent_at_ms = :now
      WHERE document.state = 'refused' AND document.order_id = :orderId`).run({
      number: document.number,
      orderId: document.orderId,
      kind: document.kind,
      what: JSON.stringify(document.what),
      amount: document.amount,
      currency: document.currency,
      decimals: document.decimals,
      billTo: JSON.stringify(document.billTo),
      documentDate: document.documentDate,
      accountingDate: document.accountingDate,
      refund: document.refund ? JSON.stringify(document.refund) : null,
      lines: JSON.stringify(document.lines),
      trace: JSON.stringify(document.trace),
      ruleSetVersion: document.ruleSetVersion,
      taxMode: document.taxMode,
      businessUnit: document.businessUnit,
      lane: document.lane,
      discounts: document.discounts,
      request: JSON.stringify(document.request),
      now: nowMs,
    });
  }

  /** Oracle holds the document on another account than the one it was sent for. */
  billedTo(number: string, billTo: BillTo): void {
    this.sql(`UPDATE document SET bill_to = ? WHERE number = ?`).run(JSON.stringify(billTo), number);
  }

  /** A further send of the same frozen request after a look-up found nothing. */
  resend(number: string, nowMs: number): void {
    this.sql(`UPDATE document SET attempts = attempts + 1, outcome_unknown = 0, looks = 0, sent_at_ms = ? WHERE number = ?`).run(
      nowMs,
      number,
    );
  }

  posted(
    number: string,
    held: { oracleId: string; entered: MinorUnits | null; open: MinorUnits | null; conversionRate: string | null },
    nowMs: number,
  ): void {
    this.sql(`
      UPDATE document SET state = 'posted', outcome_unknown = 0, oracle_id = ?, entered_minor = ?, open_minor = ?, conversion_rate = ?,
        posted_at_ms = ? WHERE number = ?`).run(held.oracleId, held.entered, held.open, held.conversionRate, nowMs, number);
  }

  /** Nothing exists in Oracle: the body may change, the number stays. */
  refused(number: string): void {
    this.sql(`UPDATE document SET state = 'refused', outcome_unknown = 0 WHERE number = ?`).run(number);
  }

  /** Oracle holds another amount than was sent: the plan takes it back. */
  markWrong(number: string): void {
    this.sql(`UPDATE document SET wrong = 1 WHERE number = ?`).run(number);
  }

  /** Refunds whose money waits unapplied follow a later choice of settlement; their orders. */
  settleWaiting(gateway: string, settlement: string, activity: string | null): number[] {
    const rows = this.sql(`
      UPDATE document SET refund = json_set(refund, '$.settlement', ?, '$.activity', ?)
      WHERE kind = 'credit-memo' AND state = 'posted' AND refund IS NOT NULL
        AND json_extract(refund, '$.settlement') = 'unapplied' AND json_extract(refund, '$.gateway') = ?
      RETURNING order_id`)
      .pluck()
      .all(settlement, activity, gateway);
    return [...new Set(rows as number[])];
  }

  /** Refunds whose money waits unapplied, by gateway and currency. A refund of an order that was never paid has none. */
  waitingSettlements(): WaitingSettlement[] {
    return this.sql(`
      SELECT refund ->> '$.gateway' AS gateway, currency, max(decimals) AS decimals, count(*) AS refunds,
        count(DISTINCT order_id) AS orders, sum(refund ->> '$.released') AS amount
      FROM document AS memo
      WHERE kind = 'credit-memo' AND state = 'posted' AND refund IS NOT NULL
        AND refund ->> '$.settlement' = 'unapplied' AND refund ->> '$.released' > 0
        AND NOT EXISTS (
          SELECT 1 FROM document AS undone
          WHERE undone.order_id = memo.order_id AND undone.what ->> '$.purpose' = 'refund-undone'
            AND undone.what ->> '$.refundId' = memo.refund ->> '$.refundId')
      GROUP BY 1, 2 ORDER BY 1, 2`).all() as WaitingSettlement[];
  }

  /** Documents of a first-of-its-kind lane that Oracle holds over another amount, newest first. */
  wrongIn(lane: string): DocumentRecord[] {
    return (
      this.sql(`SELECT * FROM document WHERE lane = ? AND wrong = 1 ORDER BY posted_at_ms DESC LIMIT 5`).all(lane) as Row[]
    ).map(toDocument);
  }

  doubt(number: string): void {
    this.sql(`UPDATE document SET outcome_unknown = 1 WHERE number = ?`).run(number);
  }

  looked(number: string): void {
    this.sql(`UPDATE document SET looks = looks + 1 WHERE number = ?`).run(number);
  }

  setOpen(number: string, open: MinorUnits): void {
    this.sql(`UPDATE document SET open_minor = ? WHERE number = ?`).run(open, number);
  }

  setRate(number: string, rate: string): void {
    this.sql(`UPDATE document SET conversion_rate = ? WHERE number = ?`).run(rate, number);
  }

  get(number: string): DocumentRecord | null {
    const row = this.sql(`SELECT * FROM document WHERE number = ?`).get(number) as Row | undefined;
    return row ? toDocument(row) : null;
  }

  ofOrder(orderId: number): DocumentRecord[] {
    return (this.sql(`SELECT * FROM document WHERE order_id = ? ORDER BY seq`).all(orderId) as Row[]).map(toDocument);
  }

  /** Number of the sale's invoice per order, for lists. */
  invoiceNumbers(orderIds: readonly number[]): Map<number, string> {
    const rows = this.sql(`
      SELECT order_id, number FROM document WHERE kind = 'invoice' AND seq = 1 AND order_id IN (SELECT value FROM json_each(?))`).all(
      JSON.stringify(orderIds),
    ) as { order_id: number; number: string }[];
    return new Map(rows.map((row) => [row.order_id, row.number]));
  }

  intendAction(
    action: Omit<
      ActionRecord,
      'id' | 'state' | 'outcomeUnknown' | 'looks' | 'attempts' | 'applicationId' | 'doneAtMs' | 'sentAtMs'
    >,
    nowMs: number,
  ): number {
    return Number(
      this.sql(`
        INSERT INTO action (order_id, kind, from_number, to_number, refund_id, activity, amount_minor, state, attempts, before, reverses, accounting_date,
          sent_at_ms)
        VALUES (:orderId, :kind, :from, :to, :refundId, :activity, :amount, 'sending', 1, :before, :reverses, :accountingDate, :now)`).run(
        {
          orderId: action.orderId,
          kind: action.kind,
          from: action.from,
          to: action.to,
          refundId: action.refundId,
          activity: action.activity,
          amount: action.amount,
          before: JSON.stringify(action.before),
          reverses: action.reverses,
          accountingDate: action.accountingDate,
          now: nowMs,
        },
      ).lastInsertRowid,
    );
  }

  actionDone(id: number, applicationId: string | null, nowMs: number): void {
    this.sql(`UPDATE action SET state = 'done', outcome_unknown = 0, application_id = ?, done_at_ms = ? WHERE id = ?`).run(
      applicationId,
      nowMs,
      id,
    );
    this.sql(`UPDATE action SET state = 'undone' WHERE id = (SELECT reverses FROM action WHERE id = ?)`).run(id);
  }

  /** Undone by Oracle itself, or by a person there. */
  actionUndone(id: number): void {
    this.sql(`UPDATE action SET state = 'undone' WHERE id = ?`).run(id);
  }

  actionRefused(id: number): void {
    this.sql(`UPDATE action SET state = 'refused', outcome_unknown = 0 WHERE id = ?`).run(id);
  }

  doubtAction(id: number): void {
    this.sql(`UPDATE action SET outcome_unknown = 1 WHERE id = ?`).run(id);
  }

  lookedAtAction(id: number): void {
    this.sql(`UPDATE action SET looks = looks + 1 WHERE id = ?`).run(id);
  }

  resendAction(id: number, nowMs: number): void {
    this.sql(`UPDATE action SET attempts = attempts + 1, outcome_unknown = 0, looks = 0, sent_at_ms = ? WHERE id = ?`).run(
      nowMs,
      id,
    );
  }

  actionsOf(orderId: number): ActionRecord[] {
    return (this.sql(`SELECT * FROM action WHERE order_id = ? ORDER BY id`).all(orderId) as ActionRow[]).map(toAction);
  }

  action(id: number): ActionRecord | null {
    const row = this.sql(`SELECT * FROM action WHERE id = ?`).get(id) as ActionRow | undefined;
    return row ? toAction(row) : null;
  }

  /** What plans compare with: posted documents, applications and settlements that stand. */
  stateOf(orderId: number): PostedState {
    return toPostedState(this.ofOrder(orderId), this.actionsOf(orderId));
  }

  /** Sums of the orders' own documents posted in [fromMs, toMs) per currency and kind; gateway fees are in no such sum. */
  postedBetween(
    fromMs: number,
    toMs: number,
  ): { currency: string; decimals: number; kind: DocumentKind; documents: number; amount: number }[] {
    return this.sql(`
      SELECT currency, max(decimals) AS decimals, kind, count(*) AS documents, sum(amount_minor) AS amount
      FROM document WHERE posted_at_ms >= ? AND posted_at_ms < ? AND kind <> 'gateway-fee' GROUP BY currency, kind`).all(
      fromMs,
      toMs,
    ) as {
      currency: string;
      decimals: number;
      kind: DocumentKind;
      documents: number;
      amount: number;
    }[];
  }
}

export function toPostedState(documents: readonly DocumentRecord[], actions: readonly ActionRecord[]): PostedState {
  const done = actions.filter((action) => action.state === 'done');
  return {
    documents: documents
      .filter(isOfOrder)
      .filter(isPosted)
      .map((document) => ({
        ...document,
        oracleId: document.oracleId ?? '',
        amount: document.enteredAmount ?? document.amount,
      })),
    applications: done
      .filter((action) => action.kind === 'apply-receipt' || action.kind === 'apply-credit-memo')
      .map((action) => ({ from: action.from, to: action.to ?? '', amount: action.amount, applicationId: action.applicationId })),
    settlements: done
      .filter((action) => action.kind === 'settle')
      .map((action) => ({
        refundId: action.refundId ?? 0,
        from: action.from,
        settlement: action.activity === null ? 'payables' : 'clearing',
        activity: action.activity,
        amount: action.amount,
        applicationId: action.applicationId,
      })),
    reversals: done.filter((action) => action.kind === 'reverse-receipt').map((action) => action.from),
    fees: documents.flatMap(postedFee),
  };
}

/** A document of the order's own, not a gateway's fee. */
export type OrderDocument = DocumentRecord & Pick<PostedDocument, 'kind'>;
export const isOfOrder = (document: DocumentRecord): document is OrderDocument => document.kind !== 'gateway-fee';

const isPosted = ({ state }: DocumentRecord): boolean => state === 'posted';

function postedFee({ state, what, number, amount, enteredAmount, currency, decimals }: DocumentRecord): PostedFee[] {
  if (state !== 'posted' || what.purpose !== 'gateway-fee') return [];
  return [{ n: what.n, source: what.source, number, amount: enteredAmount ?? amount, currency, decimals }];
}

export interface WaitingSettlement {
  gateway: string;
  currency: string;
  decimals: number;
  refunds: number;
  orders: number;
  amount: number;
}

interface Row {
  number: string;
  order_id: number;
  seq: number;
  kind: RecordKind;
  what: string;
  state: DocumentState;
  outcome_unknown: number;
  looks: number;
  attempts: number;
  amount_minor: number;
  currency: string;
  decimals: number;
  oracle_id: string | null;
  entered_minor: number | null;
  open_minor: number | null;
  bill_to: string;
  conversion_rate: string | null;
  document_date: string;
  accounting_date: string;
  refund: string | null;
  lines: string;
  trace: string;
  rule_set_version: number;
  business_unit: string;
  wrong: number;
  lane: string | null;
  discounts: Setup['discounts'] | null;
  tax_mode: 'lines' | 'oracle' | 'account';
  request: string;
  sent_at_ms: number | null;
  posted_at_ms: number | null;
}

function toDocument(row: Row): DocumentRecord {
  return {
    number: row.number,
    orderId: row.order_id,
    seq: row.seq,
    kind: row.kind,
    what: JSON.parse(row.what) as DocumentPurpose,
    state: row.state,
    outcomeUnknown: row.outcome_unknown === 1,
    looks: row.looks,
    attempts: row.attempts,
    amount: minor(row.amount_minor),
    currency: row.currency,
    decimals: row.decimals,
    oracleId: row.oracle_id,
    enteredAmount: row.entered_minor === null ? null : minor(row.entered_minor),
    open: row.open_minor === null ? null : minor(row.open_minor),
    billTo: JSON.parse(row.bill_to) as BillTo,
    conversionRate: row.conversion_rate,
    documentDate: row.document_date,
    accountingDate: row.accounting_date,
    refund: row.refund ? (JSON.parse(row.refund) as RefundTerms) : null,
    lines: JSON.parse(row.lines) as PostedLine[],
    trace: JSON.parse(row.trace) as RuleTrace[],
    ruleSetVersion: row.rule_set_version,
    businessUnit: row.business_unit,
    wrong: row.wrong === 1,
    lane: row.lane,
    discounts: row.discounts,
    taxMode: row.tax_mode,
    request: JSON.parse(row.request) as PreparedRequest,
    sentAtMs: row.sent_at_ms,
    postedAtMs: row.posted_at_ms,
  };
}

interface ActionRow {
  id: number;
  order_id: number;
  kind: ActionKind;
  from_number: string;
  to_number: string | null;
  refund_id: number | null;
  activity: string | null;
  amount_minor: number;
  state: ActionState;
  outcome_unknown: number;
  looks: number;
  attempts: number;
  application_id: string | null;
  before: string;
  reverses: number | null;
  accounting_date: string | null;
  sent_at_ms: number;
  done_at_ms: number | null;
}

const toAction = (row: ActionRow): ActionRecord => ({
  id: row.id,
  orderId: row.order_id,
  kind: row.kind,
  from: row.from_number,
  to: row.to_number,
  refundId: row.refund_id,
  activity: row.activity,
  amount: minor(row.amount_minor),
  state: row.state,
  outcomeUnknown: row.outcome_unknown === 1,
  looks: row.looks,
  attempts: row.attempts,
  applicationId: row.application_id,
  before: JSON.parse(row.before) as Before,
  reverses: row.reverses,
  accountingDate: row.accounting_date,
  sentAtMs: row.sent_at_ms,
  doneAtMs: row.done_at_ms,
});
