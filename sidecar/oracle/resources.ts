import type { DocumentKind } from '../domain/references.ts';

/** Pinned: `latest` is an alias that moves (contract section 1.1). */
const VERSION = '11.13.18.05';
export const FINANCIALS = `/fscmRestApi/resources/${VERSION}`;
export const PARTIES = `/crmRestApi/resources/${VERSION}`;

/** What differs between the three documents on the wire. */
export interface DocumentResource {
  path: string;
  idAttribute: string;
  numberAttribute: string;
  /** Where it says `Complete` or `Incomplete`; receipts have no such state. */
  statusAttribute: string | null;
  /** Asked for by `fields`, and read in documents.ts. */
  fields: readonly string[];
}

const TRANSACTION_FIELDS = [
  'CustomerTransactionId',
  'TransactionNumber',
  'BusinessUnit',
  'TransactionSource',
  'CrossReference',
] as const;

export const DOCUMENT_RESOURCES: Record<DocumentKind, DocumentResource> = {
  invoice: {
    path: `${FINANCIALS}/receivablesInvoices`,
    idAttribute: 'CustomerTransactionId',
    numberAttribute: 'TransactionNumber',
    statusAttribute: 'InvoiceStatus',
    fields: [
      ...TRANSACTION_FIELDS,
      'InvoiceStatus',
      'EnteredAmount',
      'InvoiceBalanceAmount',
      'InvoiceCurrencyCode',
      'BillToCustomerNumber',
      'ConversionRate',
    ],
  },
  'credit-memo': {
    path: `${FINANCIALS}/receivablesCreditMemos`,
    idAttribute: 'CustomerTransactionId',
    numberAttribute: 'TransactionNumber',
    statusAttribute: 'CreditMemoStatus',
    fields: [
      ...TRANSACTION_FIELDS,
      'CreditMemoStatus',
      'EnteredAmount',
      'TransactionBalanceDue',
      'CreditMemoCurrency',
      'BillToCustomerNumber',
      'ConversionRate',
    ],
  },
  receipt: {
    path: `${FINANCIALS}/standardReceipts`,
    idAttribute: 'StandardReceiptId',
    numberAttribute: 'ReceiptNumber',
    statusAttribute: null,
    fields: [
      'StandardReceiptId',
      'ReceiptNumber',
      'BusinessUnit',
      'Amount',
      'UnappliedAmount',
      'Currency',
      'CustomerAccountNumber',
      'ConversionRate',
    ],
  },
};
