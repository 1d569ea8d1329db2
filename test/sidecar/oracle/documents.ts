import type { NewCustomer } from '../../../sidecar/apply/ports.ts';
import type { ArInvoice, CreditMemo, DocumentLine, StandardReceipt } from '../../../sidecar/domain/documents.ts';
import { minor } from '../../../sidecar/domain/money.ts';
import { order } from '../support/orders.ts';

/** Documents for tests; what a test is about is given, the rest is plain. */
export const line = (more: Partial<DocumentLine> = {}): DocumentLine => ({
  lineNumber: 1,
  description: 'Enamel mug, blue',
  quantity: 2,
  unitPrice: minor(1250),
  net: minor(2500),
  taxes: [],
  ...more,
});

const transaction = {
  crossReference: 'WEB-100482',
  businessUnit: 'Northwind US BU',
  source: 'WEB STORE',
  date: '2026-09-14',
  accountingDate: '2026-09-14',
  currency: 'USD',
  decimals: 2,
  billTo: { accountNumber: '40017', site: '40017-1' },
  comments: 'Web order 100482',
  lines: [line()],
  total: minor(2500),
};

export const invoice = (more: Partial<ArInvoice> = {}): ArInvoice => ({
  ...transaction,
  kind: 'invoice',
  number: 'WEB-100482',
  type: 'Web Invoice',
  paymentTerms: 'IMMEDIATE',
  ...more,
});

export const creditMemo = (more: Partial<CreditMemo> = {}): CreditMemo => ({
  ...transaction,
  kind: 'credit-memo',
  number: 'WEB-R9001',
  type: 'Web Credit Memo',
  ...more,
});

export const receipt = (more: Partial<StandardReceipt> = {}): StandardReceipt => ({
  kind: 'receipt',
  number: 'WEB-100482-P1',
  businessUnit: 'Northwind US BU',
  receiptMethod: 'Web Card Payments',
  date: '2026-09-14',
  accountingDate: '2026-09-14',
  currency: 'USD',
  decimals: 2,
  billTo: { accountNumber: '40017' },
  amount: minor(2500),
  comments: 'gateway=stripe',
  ...more,
});

/** A store customer as a person. */
export const ada: NewCustomer = {
  kind: 'person',
  sourceSystem: 'WEBSTORE',
  sourceReference: 'WEB-wp_user:5512',
  name: 'Ada Byron',
  store: { id: 5512, email: 'ada@example.org', firstName: 'Ada', lastName: 'Byron', company: '', role: 'customer' },
  billing: order().billing,
  siteSetCode: 'COMMON',
  profileClass: 'DEFAULT',
};
