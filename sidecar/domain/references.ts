import { err, ok, type Result, rejected } from './failures.ts';

/** Oracle's limits: TransactionNumber 20 characters, ReceiptNumber 30 (oracle-rest/*.json, maxLength). */
export const TRANSACTION_NUMBER_MAX = 20;
export const RECEIPT_NUMBER_MAX = 30;

/** 1 to 5 of A-Z and 0-9, then a dash: leaves 10 digits of order id and two of n in 20 characters. */
export const PREFIX = /^[A-Z0-9]{1,5}-$/;

/** What an order, its payments and refunds become: the documents of the identity (design section 5). */
export type DocumentKind = 'invoice' | 'receipt' | 'credit-memo';
/** Everything we post by number: a gateway's fee stands beside the order's documents. */
export type RecordKind = DocumentKind | 'gateway-fee';

/**
 * Why a document exists. `n` counts per order, from 1.
 * order: the sale; payment: money received; refund: a refund of the store; refund-undone: a posted refund that the store
 * deleted; edit-up and edit-down: the order changed after posting; mirror: a wrong first document taken back; gateway-fee: what a
 * gateway kept of a payment (`source` tells the gateways of one order apart), or a later change of it.
 */
export type DocumentPurpose =
  | { purpose: 'order' }
  | { purpose: 'payment'; n: number; paymentId: string }
  | { purpose: 'refund'; refundId: number }
  | { purpose: 'refund-undone'; refundId: number }
  | { purpose: 'edit-up'; n: number }
  | { purpose: 'edit-down'; n: number }
  | { purpose: 'mirror'; n: number }
  | { purpose: 'gateway-fee'; n: number; source: string; gateway: string };

/** The number a document carries in Oracle: made of the shop's ids before anything is sent, so that it can be found again. */
export function documentNumber(prefix: string, orderId: number, what: DocumentPurpose): Result<string> {
  const number = spell(prefix, orderId, what);
  const limit = what.purpose === 'payment' || what.purpose === 'gateway-fee' ? RECEIPT_NUMBER_MAX : TRANSACTION_NUMBER_MAX;
  if (number.length > limit) {
    return err(
      rejected(
        'reference.too_long',
        `The number ${number} has ${number.length} characters, Oracle takes ${limit}.`,
        'Choose a shorter prefix of document numbers in the set-up.',
      ),
    );
  }
  return ok(number);
}

function spell(prefix: string, orderId: number, what: DocumentPurpose): string {
  switch (what.purpose) {
    case 'order':
      return `${prefix}${orderId}`;
    case 'payment':
      return `${prefix}${orderId}-P${what.n}`;
    case 'refund':
      return `${prefix}R${what.refundId}`;
    case 'refund-undone':
      return `${prefix}V${what.refundId}`;
    case 'edit-down':
      return `${prefix}${orderId}-C${what.n}`;
    case 'edit-up':
      return `${prefix}${orderId}-S${what.n}`;
    case 'mirror':
      return `${prefix}${orderId}-M${what.n}`;
    case 'gateway-fee':
      return `${prefix}${orderId}-F${what.n}`;
  }
}

/** The prefix that a number of ours starts with: it holds the number's first dash. */
export const prefixOf = (number: string): string => number.slice(0, number.indexOf('-') + 1);

/** The reference all invoices and credit memos of one order share in Oracle. */
export const crossReference = (prefix: string, orderId: number): string => `${prefix}${orderId}`;
