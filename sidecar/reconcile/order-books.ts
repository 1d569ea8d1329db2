import type { Day } from '../domain/dates.ts';
import type { StoreOrder } from '../domain/order.ts';
import type { Decision } from '../domain/posted.ts';
import type { DocumentKind, DocumentPurpose, RecordKind } from '../domain/references.ts';
import type { DocumentState } from '../domain/states.ts';
import type { OrderStanding } from './reasons.ts';

/** All that is kept of one order: what the store said last, and what was posted. Read in one go by store/reconcile-reads.ts. */
export interface OrderBooks {
  orderId: number;
  number: string;
  /** With its payments; null for an order that was never read. */
  order: StoreOrder | null;
  standing: OrderStanding;
  decisions: Decision[];
  /** All that may exist in Oracle, in order of posting: refused ones are left out. */
  documents: BookedDocument[];
  /** What gateways kept of its payments: outside the identity, never a receipt of the order. */
  fees: BookedFee[];
  /** Applications, settlements and reversals that stand by our record, and those whose outcome is not known yet. */
  actions: BookedAction[];
}

export interface BookedDocument {
  number: string;
  kind: DocumentKind;
  what: DocumentPurpose;
  state: Exclude<DocumentState, 'refused'>;
  oracleId: string | null;
  /** What was sent, and what Oracle answered to hold; minor units. */
  sent: number;
  held: number;
  /** Open amount by our record: I, U or C. */
  open: number;
  currency: string;
  decimals: number;
  documentDate: Day;
  accountingDate: Day;
  businessUnit: string;
  taxMode: 'lines' | 'oracle' | 'account';
  /** Oracle holds another amount than was sent, and it is to be mirrored. */
  wrong: boolean;
  /** What Oracle showed when it was last read back; null where this run reads nothing back. */
  reading: Reading | null;
}

export type BookedFee = Omit<BookedDocument, 'kind'> & { kind: 'gateway-fee' };

export interface BookedAction {
  id: number;
  kind:
    | 'apply-receipt'
    | 'apply-credit-memo'
    | 'settle'
    | 'reverse-receipt'
    | 'unapply-receipt'
    | 'unapply-credit-memo'
    | 'unsettle';
  from: string;
  to: string | null;
  activity: string | null;
  amount: number;
  state: 'sending' | 'done';
  applicationId: string | null;
  /** Null in databases of before. */
  accountingDate: Day | null;
  doneAtMs: number | null;
}

/** A document as Oracle shows it. Amounts positive (of gateway fees with their sign), minor units of `currency`; null where Oracle leaves them out. */
export interface Reading {
  number: string;
  kind: RecordKind;
  oracleId: string;
  readAtMs: number;
  /** False: Oracle answers that there is no such document any more. */
  found: boolean;
  currency: string | null;
  entered: number | null;
  open: number | null;
  accountingDate: Day | null;
  /** `Complete`, `Incomplete` ... of transactions; State or Status of receipts. */
  status: string | null;
  /** Receipts: when it was reversed. */
  reversedOn: Day | null;
  crossReference: string | null;
  accountNumber: string | null;
  businessUnit: string | null;
  /** Its number in Oracle, where somebody changed that. */
  renamedTo: string | null;
}

/** A reading from before our last action on the document says nothing of what came after: it is as if it had not been read. */
export function withoutStale<T extends BookedDocument | BookedFee>(document: T, actions: readonly BookedAction[]): T {
  const { reading, number } = document;
  if (!reading) return document;
  const stale = actions.some(
    ({ from, to, doneAtMs }) => (from === number || to === number) && (doneAtMs ?? 0) >= reading.readAtMs,
  );
  return stale ? { ...document, reading: null } : document;
}

/** What of an invoice, receipt or credit memo must be open by our record of applications, settlements and reversals. */
export function expectedOpen(document: BookedDocument, actions: readonly BookedAction[]): number {
  const done = actions.filter((action) => action.state === 'done');
  const reversed = reversedReceipts(done);
  if (reversed.has(document.number)) return 0;
  let open = document.held;
  for (const action of done) {
    const applies = action.kind === 'apply-receipt' || action.kind === 'apply-credit-memo';
    if (!applies && action.kind !== 'settle') continue;
    // Oracle's reversal of a receipt undoes its applications itself.
    if (reversed.has(action.from)) continue;
    if (action.from === document.number || (applies && action.to === document.number)) open -= action.amount;
  }
  return open;
}

export const reversedReceipts = (done: readonly BookedAction[]): Set<string> =>
  new Set(done.filter((action) => action.kind === 'reverse-receipt').map((action) => action.from));
