import type { BillTo, Flexfield } from './documents.ts';
import type { MinorUnits } from './money.ts';
import type { LineFacts, LineTax } from './order.ts';
import type { DocumentKind, DocumentPurpose } from './references.ts';
import type { RuleTrace } from './rules.ts';
import type { Settlement } from './setup.ts';

/**
 * What a part of a document stands for in the store: an order item; the coupons on it, where they are lines of their own; a gift card
 * or store credit by its name; the named rounding line; or, in tax mode `account`, the tax of one rate. The same key over all
 * documents of an order is what makes them comparable.
 */
export type PartKey = `item:${number}` | `discount:${number}` | `tender:${string}` | 'rounding' | `tax:${number}`;

/** One part's amounts in one document. Positive on invoices for what is sold, positive on credit memos for what is taken back. */
export interface PartAmount {
  part: PartKey;
  net: MinorUnits;
  taxes: LineTax[];
}

/** A line as posted, with all that later documents need of it: its account, why, and the facts it was chosen by. */
export interface PostedLine extends PartAmount {
  description: string;
  quantity: number;
  accountCombination: string | null;
  memoLine: string | null;
  taxCodes: { rateId: number; regime: string; rateCode: string; classification: string | null }[];
  /** Tax classification of a line on which the store charges no tax. */
  untaxedAs?: string;
  /** Tax mode `oracle`: its tax does not follow from its net, so that it was sent as it is. */
  taxSent?: boolean;
  facts: LineFacts | null;
  flexfield?: Flexfield;
  trace: RuleTrace[];
}

/** What a refund's intent keeps: the plan must come out the same when it is made again. */
export interface RefundTerms {
  refundId: number;
  /** Receipt money that the refund takes out of applications; 0 for a refund made before any payment, or paid out of the memo. */
  released: MinorUnits;
  /** Part of the credit memo that stays open to be paid out itself: settlement `payables` where receipts cannot be refunded (25D). */
  paidOut: MinorUnits;
  gateway: string;
  settlement: Settlement;
  /** Receivables activity, for `clearing`. */
  activity: string | null;
  /** The gateway returned the money itself: once that happened it cannot be taken back by deleting the refund. */
  refundedPayment: boolean;
  /** How the part without lines was spread, shown to people. */
  allocated: PartAmount[];
}

/** A document that Oracle holds, by our own record. */
export interface PostedDocument {
  /** Order of posting within the order, from 1. */
  seq: number;
  kind: DocumentKind;
  what: DocumentPurpose;
  number: string;
  oracleId: string;
  amount: MinorUnits;
  /** Empty for receipts. */
  lines: PostedLine[];
  billTo: BillTo;
  currency: string;
  /** Of its amounts: what was posted keeps them. */
  decimals: number;
  conversionRate: string | null;
  accountingDate: string;
  /** Present on credit memos of refunds. */
  refund: RefundTerms | null;
  businessUnit: string;
  /** Oracle holds another amount than was sent: to be mirrored. `amount` is what Oracle holds. */
  wrong: boolean;
  ruleSetVersion: number;
  taxMode: 'lines' | 'oracle' | 'account';
  /** When it was sent, Unix milliseconds; null while it is only planned. */
  sentAtMs: number | null;
}

/** A receipt or credit memo applied to an invoice and not undone. Numbers, not Oracle's ids. */
export interface PostedApplication {
  from: string;
  to: string;
  amount: MinorUnits;
  /** Oracle's id where its answer named it. */
  applicationId: string | null;
}

/** A refund's money written to a receivables activity (clearing) or paid out (payables), and not undone. */
export interface PostedSettlement {
  /** Below zero for overpayment that a person settled: -1, -2 ... */
  refundId: number;
  /** Number of the receipt, or of the credit memo that is paid out. */
  from: string;
  settlement: 'clearing' | 'payables';
  activity: string | null;
  amount: MinorUnits;
  applicationId: string | null;
}

/** A gateway's fee as posted: minus what was kept, in the gateway's currency. */
export interface PostedFee {
  n: number;
  source: string;
  number: string;
  amount: MinorUnits;
  currency: string;
  decimals: number;
}

/** A choice a person took for one order, such as how a refund is meant while there is overpayment. */
export interface Decision {
  question: string;
  choice: string;
  by: string;
  at: string;
}

export interface PostedState {
  documents: PostedDocument[];
  applications: PostedApplication[];
  settlements: PostedSettlement[];
  /** Numbers of receipts that were reversed. */
  reversals: string[];
  /** Outside the order's identity. */
  fees: PostedFee[];
}

/**
 * The tax mode of an order's documents: that of the first one which stands. A first document that came back over another amount is taken back
 * in its own mode; what replaces it is posted by the set-up of then. Null while nothing stands.
 */
export function taxModeOf(
  documents: readonly (Pick<PostedDocument, 'what' | 'wrong' | 'taxMode'> & { kind: string })[],
): PostedDocument['taxMode'] | null {
  const wrong = documents.filter((document) => document.wrong && document.kind === 'invoice');
  const mirrors = documents.filter(({ what }) => what.purpose === 'mirror');
  const open = wrong[mirrors.length];
  if (open) return open.taxMode;
  return (
    documents.find(({ kind, wrong, what }) => !wrong && kind !== 'gateway-fee' && what.purpose !== 'mirror')?.taxMode ?? null
  );
}

export const NOTHING_POSTED: PostedState = { documents: [], applications: [], settlements: [], reversals: [], fees: [] };
