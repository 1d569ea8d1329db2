import type { Day } from './dates.ts';
import type { MinorUnits } from './money.ts';
import type { RecordKind } from './references.ts';

/**
 * The documents we post, in the accountant's words. Oracle's attribute names appear in oracle/ only.
 * Amounts are minor units of `currency` with `decimals` decimals; invoices positive, credit memos positive too (oracle/ turns the signs).
 */
interface Transaction {
  /** Deterministic, see references.ts. */
  number: string;
  /** Shared by all invoices and credit memos of one order. */
  crossReference: string;
  businessUnit: string;
  source: string;
  type: string;
  date: Day;
  accountingDate: Day;
  currency: string;
  decimals: number;
  /** Absent for the ledger's own currency. */
  conversion?: Conversion;
  billTo: BillTo;
  comments: string;
  lines: DocumentLine[];
  /** Lines and the taxes sent with them, added up. */
  total: MinorUnits;
  flexfield?: Flexfield;
}

export interface ArInvoice extends Transaction {
  kind: 'invoice';
  paymentTerms: string;
  /** The buyer's purchase order number, where the store knows one. */
  purchaseOrder?: string;
}

export interface CreditMemo extends Transaction {
  kind: 'credit-memo';
  reason?: string;
}

export interface StandardReceipt {
  kind: 'receipt';
  number: string;
  businessUnit: string;
  receiptMethod: string;
  remittanceBankAccount?: string;
  date: Day;
  accountingDate: Day;
  currency: string;
  decimals: number;
  conversion?: Conversion;
  billTo: BillTo;
  amount: MinorUnits;
  comments: string;
}

/** Money that came or went without a customer: what a payment gateway kept. Not a document of the order's own (design section 5). */
export interface MiscellaneousReceipt {
  kind: 'gateway-fee';
  number: string;
  businessUnit: string;
  receiptMethod: string;
  remittanceBankAccount?: string;
  /** Receivables activity of type Miscellaneous Cash: its account takes the other side. */
  activity: string;
  date: Day;
  accountingDate: Day;
  /** The gateway's: not always the order's. */
  currency: string;
  decimals: number;
  conversion?: Conversion;
  /** Below zero for money that was kept. */
  amount: MinorUnits;
  comments: string;
}

export type ArDocument = ArInvoice | CreditMemo | StandardReceipt | MiscellaneousReceipt;

/** A descriptive flexfield of the document: attribute names are the pod's own. */
export interface Flexfield {
  context?: string;
  attributes: Record<string, string>;
}

/** `rate` is a decimal string and goes with type `User` only. */
export interface Conversion {
  type: string;
  date: Day;
  rate?: string;
}

export interface BillTo {
  /** Account number, not party number. */
  accountNumber: string;
  /** Site number; Oracle takes the primary bill-to site when absent. */
  site?: string;
  /** Ship-to site of the same account, for invoices. */
  shipToSite?: string;
}

export interface DocumentLine {
  /** From 1. */
  lineNumber: number;
  description: string;
  /** Whole and positive. */
  quantity: number;
  /** quantity x unitPrice = net, exactly. */
  unitPrice: MinorUnits;
  net: MinorUnits;
  memoLine?: string;
  taxClassification?: string;
  salesOrder?: string;
  taxes: DocumentTax[];
  /** Concatenated segments of the revenue distribution; absent where AutoAccounting decides. */
  accountCombination?: string;
  flexfield?: Flexfield;
}

export interface DocumentTax {
  regime: string;
  rateCode: string;
  amount: MinorUnits;
}

/** What Oracle says it holds. */
export interface OracleDocument {
  kind: RecordKind;
  /** CustomerTransactionId, StandardReceiptId or CashReceiptId: up to 18 digits, hence text. */
  id: string;
  number: string;
  /** Invoice: total with tax. Receipt, gateway fee: amount. Credit memo: total with tax, positive. Null where the answer left it out. */
  enteredAmount: MinorUnits | null;
  /** Invoice: open balance. Receipt: unapplied amount. Credit memo: open amount, positive. Gateway fee: 0. Null where the answer left it out. */
  open: MinorUnits | null;
  currency: string | null;
  crossReference: string | null;
  customerAccountNumber: string | null;
  /** The rate Oracle used; null in the ledger's own currency or where the answer left it out. */
  conversionRate: string | null;
}

/** An application of a receipt or credit memo, as the account's activities list it. */
export interface OracleApplication {
  id: string;
  /** The receipt's or credit memo's number. */
  from: string;
  /** The invoice's number; null for an activity or money on account. */
  to: string | null;
  activity: string | null;
  amount: MinorUnits;
  /** False once it was unapplied or replaced. */
  isLatest: boolean;
  status: string;
}
