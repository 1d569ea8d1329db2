import { __, _n, sprintf } from '@wordpress/i18n';
import type { DocumentView, OrderState, RuleKind, Settlement } from './data/contract.ts';
import { count } from './format.ts';

/** After orders were sent on: how many. */
export const ordersOnTheirWay = ({ accepted }: { accepted: number }): string =>
  sprintf(
    /* translators: %s: number of orders */
    _n('%s order is on its way again.', '%s orders are on their way again.', accepted, 'ar-bridge'),
    count(accepted),
  );

/** What people read for the API's own words. Functions, because translations are loaded after this file. */
export const stateLabel = (state: OrderState): string =>
  ({
    new: __('New', 'ar-bridge'),
    posting: __('Posting', 'ar-bridge'),
    posted: __('Posted', 'ar-bridge'),
    waiting: __('Waiting', 'ar-bridge'),
    attention: __('Needs attention', 'ar-bridge'),
    rejected: __('Rejected', 'ar-bridge'),
    excluded: __('Excluded', 'ar-bridge'),
  })[state];

/** One sentence per state: who acts next. */
export const stateMeaning = (state: OrderState): string =>
  ({
    new: __('Known, not read from the store yet.', 'ar-bridge'),
    posting: __('Work is under way.', 'ar-bridge'),
    posted: __('Every document is in Oracle.', 'ar-bridge'),
    waiting: __('AR Bridge tries again by itself.', 'ar-bridge'),
    attention: __('A person acts next: change the set-up or decide, then resume.', 'ar-bridge'),
    rejected: __('A document cannot go out as it stands: correct the order, or skip it.', 'ar-bridge'),
    excluded: __('Left out by a rule or by a person.', 'ar-bridge'),
  })[state];

/** The same call for every state; what it means to the person differs. */
export function replayLabel(state: OrderState): string {
  if (state === 'attention') return __('Resume', 'ar-bridge');
  if (state === 'waiting') return __('Try now', 'ar-bridge');
  return __('Replay', 'ar-bridge');
}

/** The same for all orders of one cause. */
export function replayAllLabel(state: OrderState): string {
  if (state === 'attention') return __('Resume all', 'ar-bridge');
  if (state === 'waiting') return __('Try all now', 'ar-bridge');
  return __('Replay all', 'ar-bridge');
}

export const documentLabel = (kind: DocumentView['kind']): string =>
  ({
    invoice: __('Invoice', 'ar-bridge'),
    receipt: __('Receipt', 'ar-bridge'),
    'credit-memo': __('Credit memo', 'ar-bridge'),
    'gateway-fee': __('Gateway fee', 'ar-bridge'),
  })[kind];

/** What `open` means for each kind of document. */
export const openLabel = (kind: DocumentView['kind']): string =>
  ({
    invoice: __('Open balance', 'ar-bridge'),
    receipt: __('Unapplied', 'ar-bridge'),
    'credit-memo': __('Open', 'ar-bridge'),
    // Never shown: a fee has no balance.
    'gateway-fee': __('Open', 'ar-bridge'),
  })[kind];

/** Why the document exists, in the words of domain/references.ts; a purpose this page does not know is shown as it is. */
export const purposeLabel = (purpose: string): string =>
  ({
    order: __('The sale', 'ar-bridge'),
    payment: __('Money received', 'ar-bridge'),
    refund: __('Refund', 'ar-bridge'),
    'refund-undone': __('Refund taken back', 'ar-bridge'),
    'edit-up': __('Order changed after posting: more', 'ar-bridge'),
    'edit-down': __('Order changed after posting: less', 'ar-bridge'),
    mirror: __('Takes back a wrong first document', 'ar-bridge'),
    'gateway-fee': __('Kept by the gateway', 'ar-bridge'),
  })[purpose] ?? purpose;

export const stepLabel = (state: string): string =>
  ({
    planned: __('Planned', 'ar-bridge'),
    sending: __('Sending', 'ar-bridge'),
    posted: __('Posted', 'ar-bridge'),
    done: __('Done', 'ar-bridge'),
    undone: __('Undone', 'ar-bridge'),
    failed: __('Failed', 'ar-bridge'),
  })[state] ?? state;

export const ruleKindLabel = (kind: RuleKind | string): string =>
  ({
    revenue: __('Revenue', 'ar-bridge'),
    shipping: __('Shipping', 'ar-bridge'),
    fee: __('Fee', 'ar-bridge'),
    discount: __('Discount', 'ar-bridge'),
    tender: __('Gift card or store credit', 'ar-bridge'),
    rounding: __('Rounding', 'ar-bridge'),
    tax: __('Tax', 'ar-bridge'),
    'no-tax': __('No tax', 'ar-bridge'),
    'receipt-method': __('Receipt method', 'ar-bridge'),
    'transaction-type': __('Transaction type', 'ar-bridge'),
    'business-unit': __('Business unit', 'ar-bridge'),
    'customer-policy': __('Customer account', 'ar-bridge'),
    'descriptive-flexfield': __('Descriptive flexfield', 'ar-bridge'),
    'line-flexfield': __('Flexfield of lines', 'ar-bridge'),
  })[kind] ?? kind;

export const ruleKindMeaning = (kind: RuleKind): string =>
  ({
    revenue: __('The GL account of a product line.', 'ar-bridge'),
    shipping: __('The GL account of a shipping line.', 'ar-bridge'),
    fee: __('The GL account of a fee line.', 'ar-bridge'),
    discount: __('The GL account of a discount line.', 'ar-bridge'),
    tender: __('The liability account of a gift card or store credit.', 'ar-bridge'),
    rounding: __('The GL account of the rounding line.', 'ar-bridge'),
    tax: __('How a tax rate of the store is called in Oracle.', 'ar-bridge'),
    'no-tax': __('The tax classification of a line on which the store charges no tax.', 'ar-bridge'),
    'receipt-method': __('Receipt method and bank account of a payment.', 'ar-bridge'),
    'transaction-type': __('Source, types and terms of an order’s documents.', 'ar-bridge'),
    'business-unit': __('The business unit an order belongs to.', 'ar-bridge'),
    'customer-policy': __('Whether a customer has an account of their own or uses a shared one.', 'ar-bridge'),
    'descriptive-flexfield': __('Attributes of a document that order meta fill in.', 'ar-bridge'),
    'line-flexfield': __('Attributes of each line that line or order meta fill in.', 'ar-bridge'),
  })[kind];

export const settlementLabel = (settlement: Settlement): string =>
  ({
    unapplied: __('Leave it unapplied', 'ar-bridge'),
    clearing: __('Write it to the clearing account', 'ar-bridge'),
    payables: __('Oracle Payables pays the customer', 'ar-bridge'),
  })[settlement];

/**
 * What a decision does, in one sentence.
 *
 * In      question and choice by their ids (derive/target-state.ts, plan/plan-money.ts, apply/customer-lookup.ts, reconcile/drift-check.ts)
 * Out     empty for one that this page does not know: its label has to do
 */
export function choiceMeaning(question: string, choice: string): string {
  const meanings: Record<string, string> = {
    'order-cancelled credit': __(
      'A credit memo takes the sale back. The money stays unapplied on the customer’s account until it is refunded or settled.',
      'ar-bridge',
    ),
    'order-cancelled wait': __('Nothing is posted now. A refund made in the store is posted when it comes.', 'ar-bridge'),
    'order-deleted credit': __(
      'Credit memos take the sale back. Money that was paid stays unapplied on the customer’s account.',
      'ar-bridge',
    ),
    'order-deleted keep': __('Nothing is posted. Invoice and receipt stay as they are.', 'ar-bridge'),
    'money-no-sale post-and-credit': __(
      'Invoice and receipt are posted, then a credit memo takes the sale back: the books show both.',
      'ar-bridge',
    ),
    'money-no-sale keep-as-receipt': __('Only the receipt is posted; its money stays unapplied.', 'ar-bridge'),
    'payment-taken-back reverse': __(
      'The receipt is reversed in Oracle, and the invoice is open again. A later payment gets a receipt of its own.',
      'ar-bridge',
    ),
    'payment-taken-back leave': __('Nothing changes in Oracle: the invoice stays paid.', 'ar-bridge'),
    'payment-unreadable total': __(
      'A receipt is made over the order’s total less what was refunded and paid before, on the paid date.',
      'ar-bridge',
    ),
    'payment-unreadable leave-out': __('No receipt is made for it; the invoice stays open by as much.', 'ar-bridge'),
    'refund returns-overpayment': __(
      'No credit memo is made: the refund takes the money that lies on account, and the sale keeps its amount.',
      'ar-bridge',
    ),
    'refund credits-sale': __('A credit memo lowers the sale; the overpayment stays on account.', 'ar-bridge'),
    'refund-payout stays-on-account': __(
      'Oracle is asked for nothing more: the money stays unapplied on the receipt and pays no later invoice. A refund that somebody issues by hand after this shows up as changed by hand.',
      'ar-bridge',
    ),
    'refund-undone re-bill': __('A further invoice bills the refunded amount again; it is open until it is paid.', 'ar-bridge'),
  };
  const topic = question.replace(/((-assumed)?-\d+)+$/, '');
  if (choice.startsWith('link-')) {
    return __('The documents go to this account, those of the customer’s later orders too.', 'ar-bridge');
  }
  if (choice.startsWith('accept-')) {
    return __('What Oracle holds now counts as right. Nothing is changed there.', 'ar-bridge');
  }
  if (choice === 'create') return __('None of the accounts above is used: a new one is made in Oracle.', 'ar-bridge');
  return meanings[`${topic} ${choice}`] ?? '';
}

/** Conditions and outcomes of rules, by their names in domain/rules.ts. */
export const settingName = (name: string): string =>
  ({
    sku: __('SKU', 'ar-bridge'),
    skuPattern: __('SKU pattern', 'ar-bridge'),
    categoryId: __('Category', 'ar-bridge'),
    category: __('Category', 'ar-bridge'), // as a trace calls it
    productType: __('Product type', 'ar-bridge'),
    taxClass: __('Tax class', 'ar-bridge'),
    shippingMethod: __('Shipping method', 'ar-bridge'),
    feeName: __('Fee name', 'ar-bridge'),
    country: __('Billing country', 'ar-bridge'),
    currency: __('Currency', 'ar-bridge'),
    gateway: __('Payment gateway', 'ar-bridge'),
    customerId: __('Customer', 'ar-bridge'),
    role: __('Customer role', 'ar-bridge'),
    taxRateId: __('Tax rate', 'ar-bridge'),
    memoLine: __('Memo line', 'ar-bridge'),
    taxRegime: __('Tax regime', 'ar-bridge'),
    taxRateCode: __('Tax rate code', 'ar-bridge'),
    taxClassification: __('Tax classification', 'ar-bridge'),
    receiptMethod: __('Receipt method', 'ar-bridge'),
    remittanceBankAccount: __('Remittance bank account', 'ar-bridge'),
    comments: __('Comments of the receipt', 'ar-bridge'),
    transactionSource: __('Transaction source', 'ar-bridge'),
    invoiceType: __('Invoice type', 'ar-bridge'),
    creditMemoType: __('Credit memo type', 'ar-bridge'),
    paymentTerms: __('Payment terms', 'ar-bridge'),
    businessUnit: __('Business unit', 'ar-bridge'),
    customerPolicy: __('Account', 'ar-bridge'),
    accountNumber: __('Shared account number', 'ar-bridge'),
    flexContext: __('Flexfield context', 'ar-bridge'),
    flexAttributes: __('Flexfield attributes', 'ar-bridge'),
  })[name] ?? name;

/** WooCommerce's statuses in its own words; another plugin's are shown as they are. */
export const storeStatusLabel = (status: string): string =>
  ({
    pending: __('Pending payment', 'ar-bridge'),
    processing: __('Processing', 'ar-bridge'),
    'on-hold': __('On hold', 'ar-bridge'),
    completed: __('Completed', 'ar-bridge'),
    cancelled: __('Cancelled', 'ar-bridge'),
    refunded: __('Refunded', 'ar-bridge'),
    failed: __('Failed', 'ar-bridge'),
    trash: __('In the trash', 'ar-bridge'),
  })[status] ?? status;

/** Lists of values of both systems, by their names in the API. */
export const listName = (list: string): string =>
  ({
    businessUnits: __('Business units', 'ar-bridge'),
    transactionSources: __('Transaction sources', 'ar-bridge'),
    invoiceTypes: __('Invoice types', 'ar-bridge'),
    creditMemoTypes: __('Credit memo types', 'ar-bridge'),
    paymentTerms: __('Payment terms', 'ar-bridge'),
    receiptMethods: __('Receipt methods', 'ar-bridge'),
    memoLines: __('Memo lines', 'ar-bridge'),
    taxClassifications: __('Tax classifications', 'ar-bridge'),
    taxRates: __('Tax rates', 'ar-bridge'),
    currencies: __('Currencies', 'ar-bridge'),
    accountCombinations: __('Account combinations', 'ar-bridge'),
    segmentValues: __('Segment values', 'ar-bridge'),
    periods: __('Receivables periods', 'ar-bridge'),
    creditReasons: __('Credit memo reasons', 'ar-bridge'),
    reversalCategories: __('Reversal categories', 'ar-bridge'),
    reversalReasons: __('Reversal reasons', 'ar-bridge'),
    sharedAccounts: __('Shared bill-to accounts', 'ar-bridge'),
    storeCategories: __('Store: categories', 'ar-bridge'),
    storeTaxRates: __('Store: tax rates', 'ar-bridge'),
    storeTaxClasses: __('Store: tax classes', 'ar-bridge'),
    storeGateways: __('Store: payment gateways', 'ar-bridge'),
    storeShippingMethods: __('Store: shipping methods', 'ar-bridge'),
  })[list] ?? list;
