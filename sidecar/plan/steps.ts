import type { TargetPart } from '../derive/target-state.ts';
import type { Failure } from '../domain/failures.ts';
import type { MinorUnits } from '../domain/money.ts';
import type { LineFacts, StorePayment } from '../domain/order.ts';
import type { PartAmount, PartKey, RefundTerms } from '../domain/posted.ts';
import type { DocumentPurpose, RecordKind } from '../domain/references.ts';

/** A document to be made: amounts and what they stand for. Accounts, tax codes, dates and customer are added by dress.ts. */
export interface Draft {
  kind: RecordKind;
  what: DocumentPurpose;
  number: string;
  /** What its lines add up to. */
  amount: MinorUnits;
  /** What Oracle should hold then; differs from `amount` for the mirror of a document that came back over another amount. */
  expected: MinorUnits;
  /** The instant in the store that this document records; empty where the store keeps none. */
  at: string;
  /** Empty for receipts and gateway fees. */
  lines: DraftLine[];
  payment: StorePayment | null;
  /** Gateway fees only: whose they are, in their own currency. */
  fee?: DraftFee;
  refund: RefundTerms | null;
  /** The posted document whose accounts and rate this one reverses; null for a sale. */
  reverses: string | null;
  reason: string;
}

export interface DraftFee {
  gateway: string;
  currency: string;
  decimals: number;
}

export interface DraftLine extends PartAmount {
  kind: TargetPart['kind'];
  name: string;
  quantity: number;
  facts: LineFacts | null;
  /** The posted line of the same part, whose account and tax codes are taken over; null for a new sale. */
  like: { document: string; part: PartKey } | null;
}

interface Undo {
  amount: MinorUnits;
  /** Oracle's id where its answer named it. */
  applicationId: string | null;
  because: string;
}

export type Step =
  | { type: 'document'; draft: Draft }
  | ({ type: 'unapply-receipt'; receipt: string; invoice: string } & Undo)
  | ({ type: 'unapply-credit-memo'; creditMemo: string; invoice: string } & Undo)
  | { type: 'apply-credit-memo'; creditMemo: string; invoice: string; amount: MinorUnits; because: string }
  | { type: 'apply-receipt'; receipt: string; invoice: string; amount: MinorUnits; because: string }
  | { type: 'reverse-receipt'; receipt: string; amount: MinorUnits; because: string }
  | SettleStep
  | ({ type: 'unsettle'; refundId: number; from: string; activity: string | null } & Undo);

export interface SettleStep {
  type: 'settle';
  /** Below zero for overpayment that a person settles. */
  refundId: number;
  /** Number of the receipt; of the credit memo where that is paid out itself. */
  from: string;
  settlement: 'clearing' | 'payables';
  activity: string | null;
  amount: MinorUnits;
  because: string;
}

export type ActionStep = Exclude<Step, { type: 'document' }>;

/** Whose money or credit a step moves. */
export function sourceOf(step: ActionStep): string {
  if ('receipt' in step) return step.receipt;
  return 'creditMemo' in step ? step.creditMemo : step.from;
}

export interface Plan {
  /** In the order they are carried out. Empty: Oracle holds what the store says, by our own record. */
  steps: Step[];
  /** What stops the plan after its steps; null when nothing does. */
  blocked: Failure | null;
}
