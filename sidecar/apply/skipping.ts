import { type Failure, rejected } from '../domain/failures.ts';
import { sum } from '../domain/money.ts';
import type { ActionRecord, DocumentRecord } from '../store/documents.ts';
import type { OrderRecord } from '../store/orders.ts';
import { CHANGED_BY_HAND } from './actions.ts';

/** Reasons whose remedy is that somebody finishes the order in Oracle. */
const FINISHED_BY_HAND = new Set([CHANGED_BY_HAND, 'order.decimals_changed']);

/**
 * Why an order cannot be left out by hand; null when it can. Documents that stand would stay in Oracle, and nothing that happens to the
 * order in the store would reach them any more. Where somebody finishes the order in Oracle by hand, it can.
 *
 * Out     rejected order.has_documents
 */
export function skipRefusal(
  { orderId, number, reason }: Pick<OrderRecord, 'orderId' | 'number' | 'reason'>,
  documents: readonly DocumentRecord[],
  actions: readonly ActionRecord[],
): Failure | null {
  const standing = standingDocuments(documents, actions);
  if (standing.length === 0 || FINISHED_BY_HAND.has(reason?.code ?? '')) return null;
  const numbers = standing.map((document) => document.number).join(', ');
  return rejected(
    'order.has_documents',
    `Order ${number || orderId} cannot be left out: Oracle holds ${numbers} for it.`,
    'Cancel or refund the order in the store: AR Bridge then posts what takes these documents back. Whatever it waits for now is to be put right instead.',
  );
}

/**
 * Those whose amounts count in Oracle: a sale not credited in full, money not reversed, and what may have been posted. What a gateway kept
 * as its fee stays true of an order that is left out.
 */
function standingDocuments(documents: readonly DocumentRecord[], actions: readonly ActionRecord[]): DocumentRecord[] {
  const there = documents.filter(({ state }) => state !== 'refused');
  const held = ({ enteredAmount, amount }: DocumentRecord): number => enteredAmount ?? amount;
  const reversed = new Set(
    actions.flatMap(({ kind, state, from }) => (kind === 'reverse-receipt' && state === 'done' ? [from] : [])),
  );
  const sales = there.filter(({ kind }) => kind === 'invoice' || kind === 'credit-memo');
  const net = sum(sales.map((document) => (document.kind === 'invoice' ? held(document) : -held(document))));
  const openSales = net !== 0 || sales.some(({ state }) => state === 'sending');
  const standing = there.filter(({ kind, number }) => kind === 'receipt' && !reversed.has(number));
  return openSales ? [...sales, ...standing] : standing;
}
