import { z } from 'zod';
import type { OracleDocument } from '../domain/documents.ts';
import { err, needsAttention, ok, type Result, retryable } from '../domain/failures.ts';
import { minor } from '../domain/money.ts';
import type { DocumentKind } from '../domain/references.ts';
import { amountIn } from './amounts.ts';
import { isObject, type Lossless } from './lossless-json.ts';
import { DOCUMENT_RESOURCES } from './resources.ts';
import { WORDS } from './words.ts';

/** Attributes of an answer as lossless-json.ts reads them: digits are text. Oracle leaves attributes out or sends null. */
const text = z
  .string()
  .nullish()
  .transform((value) => value ?? null);
const id = z.string().regex(/^\d+$/);

const Transaction = {
  CustomerTransactionId: id,
  TransactionNumber: text,
  CrossReference: text,
  BillToCustomerNumber: text,
  EnteredAmount: text,
  ConversionRate: text,
};
const Invoice = z.object({ ...Transaction, InvoiceBalanceAmount: text, InvoiceCurrencyCode: text });
const CreditMemo = z.object({ ...Transaction, TransactionBalanceDue: text, CreditMemoCurrency: text });
const Receipt = z.object({
  StandardReceiptId: id,
  ReceiptNumber: text,
  CustomerAccountNumber: text,
  Amount: text,
  UnappliedAmount: text,
  Currency: text,
  ConversionRate: text,
});

/**
 * A document as Oracle answers it. Credit memos come with negative amounts and become positive here.
 *
 * Out     null when the answer is not such a document (no id)
 */
export function readDocument(kind: DocumentKind, json: Lossless, decimals: number): OracleDocument | null {
  const amount = (value: string | null) => amountIn(value, decimals);
  const negated = (value: string | null) => {
    const signed = amount(value);
    return signed === null ? null : minor(-signed);
  };
  if (kind === 'receipt') {
    const parsed = Receipt.safeParse(json);
    if (!parsed.success) return null;
    const row = parsed.data;
    return {
      kind,
      id: row.StandardReceiptId,
      number: row.ReceiptNumber ?? '',
      enteredAmount: amount(row.Amount),
      open: amount(row.UnappliedAmount),
      currency: row.Currency,
      crossReference: null,
      customerAccountNumber: row.CustomerAccountNumber,
      conversionRate: row.ConversionRate,
    };
  }
  const parsed = (kind === 'invoice' ? Invoice : CreditMemo).safeParse(json);
  if (!parsed.success) return null;
  const row = parsed.data;
  const own =
    'InvoiceCurrencyCode' in row
      ? { enteredAmount: amount(row.EnteredAmount), open: amount(row.InvoiceBalanceAmount), currency: row.InvoiceCurrencyCode }
      : { enteredAmount: negated(row.EnteredAmount), open: negated(row.TransactionBalanceDue), currency: row.CreditMemoCurrency };
  return {
    kind,
    id: row.CustomerTransactionId,
    number: row.TransactionNumber ?? '',
    ...own,
    crossReference: row.CrossReference,
    customerAccountNumber: row.BillToCustomerNumber,
    conversionRate: row.ConversionRate,
  };
}

/** True for a document that Oracle holds but has not completed: it has no balance and nothing can be applied to it. */
export function isIncomplete(kind: DocumentKind, json: Lossless): boolean {
  const { statusAttribute } = DOCUMENT_RESOURCES[kind];
  return statusAttribute !== null && isObject(json) && json[statusAttribute] === 'Incomplete';
}

/**
 * A document that stands in Oracle.
 *
 * Fails   needs-attention oracle.document_incomplete; retryable oracle.answer_unreadable when it has no id
 */
export function standingDocument(kind: DocumentKind, json: Lossless, number: string, decimals: number): Result<OracleDocument> {
  const document = readDocument(kind, json, decimals);
  if (!document) return err(retryable('oracle.answer_unreadable', `Oracle shows ${WORDS[kind]} ${number} without its id.`));
  return isIncomplete(kind, json) ? err(leftIncomplete(kind, document.number || number)) : ok(document);
}

export const leftIncomplete = (kind: DocumentKind, number: string) =>
  needsAttention(
    'oracle.document_incomplete',
    `Oracle holds ${WORDS[kind]} ${number}, but as incomplete: it has no balance, and nothing can be applied to it.`,
    'Complete it in Receivables (Manage Transactions), then resume.',
    { outcomeUnknown: true },
  );
