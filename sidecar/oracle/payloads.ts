import type { PreparedRequest } from '../apply/ports.ts';
import type {
  ArDocument,
  ArInvoice,
  Conversion,
  CreditMemo,
  DocumentLine,
  Flexfield,
  MiscellaneousReceipt,
  StandardReceipt,
} from '../domain/documents.ts';
import { type MinorUnits, minor, sum } from '../domain/money.ts';
import { amountOut } from './amounts.ts';
import { prepareGatewayFee } from './gateway-fees.ts';
import { digits } from './lossless-json.ts';
import { DOCUMENT_RESOURCES } from './resources.ts';
import { clean } from './text.ts';

/**
 * Our documents as Oracle's request bodies: the only place with Oracle's capitals and signs.
 * Lengths: oracle-rest/*.json, maxLength. Free text is cut to them; a name that is too long is left for Oracle to refuse, since a
 * cut name is another name.
 */
const MAX = { description: 240, comments: 1760, receiptComments: 2000, purchaseOrder: 50, salesOrder: 50 };

/**
 * The exact bytes of the POST that creates a document. Pure.
 *
 * Throws  when the parts do not add up to the document's total: a bug before this point, stopped before it is sent
 */
export function prepareDocument(document: ArDocument): PreparedRequest {
  if (document.kind === 'gateway-fee') return prepareGatewayFee(document);
  const resource = DOCUMENT_RESOURCES[document.kind];
  return {
    kind: document.kind,
    number: document.number,
    decimals: document.decimals,
    path: resource.path,
    contentType: 'application/json',
    body: JSON.stringify(bodyOf(document)),
  };
}

function bodyOf(document: Exclude<ArDocument, MiscellaneousReceipt>): object {
  switch (document.kind) {
    case 'invoice':
      return invoiceBody(document);
    case 'credit-memo':
      return creditMemoBody(document);
    case 'receipt':
      return receiptBody(document);
  }
}

/** Source: Oracle Financials REST, "Create an Invoice with Lines", "... with Manual Tax Lines", "... with Distributions of Type ..." */
function invoiceBody(invoice: ArInvoice): object {
  assertAddsUp(invoice);
  const amount = (value: MinorUnits) => amountOut(value, invoice.decimals);
  return {
    BusinessUnit: invoice.businessUnit,
    TransactionSource: invoice.source,
    TransactionType: invoice.type,
    TransactionNumber: invoice.number,
    TransactionDate: invoice.date,
    AccountingDate: invoice.accountingDate,
    InvoiceCurrencyCode: invoice.currency,
    ...conversionOf(invoice.conversion, 'ConversionDate'),
    BillToCustomerNumber: invoice.billTo.accountNumber,
    ...given('BillToSite', invoice.billTo.site),
    // A ship-to site without its customer is refused (AR_SHIP_TO_CUST_NUM_REQ).
    ...given('ShipToCustomerNumber', invoice.billTo.shipToSite && invoice.billTo.accountNumber),
    ...given('ShipToSite', invoice.billTo.shipToSite),
    PaymentTerms: invoice.paymentTerms,
    CrossReference: invoice.crossReference,
    ...given('PurchaseOrder', clean(invoice.purchaseOrder ?? '', MAX.purchaseOrder)),
    ...given('Comments', clean(invoice.comments, MAX.comments)),
    // The only status Oracle takes on create; without it a pod may leave the invoice incomplete (contract section 2.2).
    InvoiceStatus: 'Complete',
    receivablesInvoiceLines: invoice.lines.map((line) => ({
      LineNumber: line.lineNumber,
      Description: clean(line.description, MAX.description),
      ...given('MemoLine', line.memoLine),
      Quantity: line.quantity,
      UnitSellingPrice: amount(line.unitPrice),
      ...given('TaxClassificationCode', line.taxClassification),
      ...given('SalesOrder', clean(line.salesOrder ?? '', MAX.salesOrder)),
      ...some(
        'receivablesInvoiceLineTaxLines',
        line.taxes.map((tax) => ({ TaxRegimeCode: tax.regime, TaxRateCode: tax.rateCode, TaxAmount: amount(tax.amount) })),
      ),
      ...some('receivablesInvoiceLineDFF', flexfield(line.flexfield)),
    })),
    ...some('receivablesInvoiceDFF', flexfield(invoice.flexfield)),
    ...some(
      'receivablesInvoiceDistributions',
      invoice.lines.filter(hasAccount).map((line) => ({
        InvoiceLineNumber: line.lineNumber,
        AccountClass: 'Revenue',
        AccountCombination: line.accountCombination,
        Amount: amount(line.net),
      })),
    ),
  };
}

/** Quantity positive; price, tax and distributions negative. Source: "Create an On-Account Credit Memo with Lines", contract section 4.1 */
function creditMemoBody(memo: CreditMemo): object {
  assertAddsUp(memo);
  const credit = (value: MinorUnits) => amountOut(minor(-value), memo.decimals);
  return {
    BusinessUnit: memo.businessUnit,
    TransactionSource: memo.source,
    TransactionType: memo.type,
    TransactionNumber: memo.number,
    TransactionDate: memo.date,
    AccountingDate: memo.accountingDate,
    CreditMemoCurrency: memo.currency,
    ...conversionOf(memo.conversion, 'ConversionRateDate'),
    BillToCustomerNumber: memo.billTo.accountNumber,
    ...given('BillToSite', memo.billTo.site),
    CrossReference: memo.crossReference,
    ...given('CreditReason', memo.reason),
    ...given('CreditMemoComments', clean(memo.comments, MAX.comments)),
    receivablesCreditMemoLines: memo.lines.map((line) => ({
      LineNumber: line.lineNumber,
      LineDescription: clean(line.description, MAX.description),
      ...given('MemoLine', line.memoLine),
      LineQuantityCredit: line.quantity,
      UnitSellingPrice: credit(line.unitPrice),
      ...given('TaxClassificationCode', line.taxClassification),
      ...given('SalesOrderNumber', clean(line.salesOrder ?? '', MAX.salesOrder)),
      ...some(
        'receivablesCreditMemoLineTaxLines',
        line.taxes.map((tax) => ({ TaxRegimeCode: tax.regime, TaxRateCode: tax.rateCode, TaxAmount: credit(tax.amount) })),
      ),
      ...some('receivablesCreditMemoLineDFF', flexfield(line.flexfield)),
    })),
    ...some('receivablesCreditMemoDFF', flexfield(memo.flexfield)),
    ...some(
      'receivablesCreditMemoDistributions',
      memo.lines.filter(hasAccount).map((line) => ({
        CreditMemoLineNumber: line.lineNumber,
        AccountClass: 'Revenue',
        AccountCombination: line.accountCombination,
        Amount: credit(line.net),
      })),
    ),
  };
}

/** No remittance references: AutoMatch would race our own application. Source: "Create a Standard Receipt", contract section 3.1 */
function receiptBody(receipt: StandardReceipt): object {
  return {
    ReceiptNumber: receipt.number,
    BusinessUnit: receipt.businessUnit,
    ReceiptMethod: receipt.receiptMethod,
    ...given('RemittanceBankAccountNumber', receipt.remittanceBankAccount),
    ReceiptDate: receipt.date,
    AccountingDate: receipt.accountingDate,
    Amount: amountOut(receipt.amount, receipt.decimals),
    Currency: receipt.currency,
    ...conversionOf(receipt.conversion, 'ConversionDate'),
    CustomerAccountNumber: receipt.billTo.accountNumber,
    ...given('CustomerSite', receipt.billTo.site),
    ...given('Comments', clean(receipt.comments, MAX.receiptComments)),
  };
}

function assertAddsUp(document: ArInvoice | CreditMemo): void {
  for (const line of document.lines) {
    if (line.quantity * line.unitPrice === line.net) continue;
    throw new Error(`${document.number} line ${line.lineNumber}: ${line.quantity} x ${line.unitPrice} is not ${line.net}`);
  }
  const parts = sum(document.lines.flatMap((line) => [line.net, ...line.taxes.map((tax) => tax.amount)]));
  if (parts !== document.total)
    throw new Error(`${document.number}: lines and taxes make ${parts}, the total is ${document.total}`);
}

/** A descriptive flexfield child: the context, and attributes whose names are the pod's own (contract section 2.3). */
const flexfield = (fields: Flexfield | undefined): object[] =>
  fields ? [{ ...(fields.context && { __FLEX_Context: fields.context }), ...fields.attributes }] : [];

const hasAccount = (line: DocumentLine) => line.accountCombination !== undefined;

/** Absent, rather than empty: an empty attribute is a value to Oracle. */
const given = (name: string, value: string | undefined) => (value ? { [name]: value } : {});
const some = (name: string, rows: object[]) => (rows.length > 0 ? { [name]: rows } : {});

/** A rate goes with type `User` only; for every other type Oracle finds it. */
function conversionOf(conversion: Conversion | undefined, dateAttribute: string): object {
  if (!conversion) return {};
  return {
    ConversionRateType: conversion.type,
    [dateAttribute]: conversion.date,
    ...(conversion.type === 'User' && conversion.rate !== undefined && { ConversionRate: digits(conversion.rate) }),
  };
}
