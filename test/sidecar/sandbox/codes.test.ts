import { describe, expect, it } from 'vitest';
import type { SandboxOptions } from '../../../sidecar/sandbox/start.ts';
import { codes, creditMemo, invoice, line, monthsFromNow, pod, receipt, today } from './support.ts';

/** Contract section 10, row by row where REST can meet it; invented codes (SBX_) for what Oracle's page does not show. */
interface Case {
  code: string;
  why: string;
  resource?: 'receivablesInvoices' | 'receivablesCreditMemos' | 'standardReceipts';
  body: Record<string, unknown>;
  path?: string;
  options?: SandboxOptions;
}

const oneLine = (more: Record<string, unknown>) => ({ receivablesInvoiceLines: [{ ...line(1, 1, 10), ...more }] });

const INVOICES: Case[] = [
  { code: 'AR_BU_NOT_FOUND', why: 'the business unit is unknown', body: { BusinessUnit: 'Nowhere' }, path: '/BusinessUnit' },
  {
    code: 'AR_BATCH_SOURCE_NOT_FOUND',
    why: 'the source is unknown',
    body: { TransactionSource: 'NOWHERE' },
    path: '/TransactionSource',
  },
  { code: 'AR_BATCH_SOURCE_NOT_FOUND', why: 'the source is disabled', body: { TransactionSource: 'OLD STORE' } },
  {
    code: 'AR_BATCH_SOURCE_NOT_FOUND',
    why: "the source is in another business unit's set",
    body: { TransactionSource: 'EU WEB STORE' },
  },
  {
    code: 'AR_BILL_TO_CUST_NOT_FOUND',
    why: 'the account is unknown',
    body: { BillToCustomerNumber: '999' },
    path: '/BillToCustomerNumber',
  },
  {
    code: 'AR_BILL_TO_CUST_NOT_FOUND',
    why: 'name and number do not belong together',
    body: { BillToCustomerName: 'Blue Heron Cafe LLC' },
  },
  { code: 'AR_BILL_TO_CUST_NOT_FOUND', why: 'the account is inactive', body: { BillToCustomerNumber: '40055' } },
  { code: 'AR_BILL_TO_SITE_NOT_FOUND', why: 'the site is unknown', body: { BillToSite: '40017-9' }, path: '/BillToSite' },
  {
    code: 'AR_BILL_TO_SITE_NOT_FOUND',
    why: 'the site is in a set the unit does not see',
    body: { BillToCustomerNumber: '40053', BillToSite: '40053-1' },
  },
  {
    code: 'AR_BILL_TO_SITE_DUPLICATE',
    why: 'two sites carry the number',
    body: { BillToCustomerNumber: '40054', BillToSite: '40054-1' },
  },
  { code: 'AR_SHIP_TO_CUST_NOT_FOUND', why: 'the ship-to customer is unknown', body: { ShipToCustomerNumber: '999' } },
  { code: 'AR_SHIP_TO_CUST_NUM_REQ', why: 'a ship-to site comes without its customer', body: { ShipToSite: '40017-1' } },
  {
    code: 'AR_SHIP_TO_SITE_NOT_FOUND',
    why: 'the ship-to site is unknown',
    body: { ShipToCustomerNumber: '40017', ShipToSite: '9' },
  },
  {
    code: 'AR_FUNC_CURRENCY_REQ',
    why: 'the pod takes the ledger currency only',
    body: { InvoiceCurrencyCode: 'EUR' },
    options: { switches: { foreignCurrency: 'ledger-only' } },
  },
  { code: 'AR_ITEM_NOT_FOUND', why: 'the item is unknown', body: oneLine({ ItemNumber: 'NOPE' }) },
  { code: 'AR_INVALID_INVENTORY_ITEM_CODE', why: 'the item is disabled', body: oneLine({ ItemNumber: 'MUG-OLD' }) },
  {
    code: 'AR_LINE_ATTR_OPT_REQ',
    why: 'a line says not what is sold',
    body: oneLine({ Description: null, MemoLine: null }),
    path: '/receivablesInvoiceLines/0',
  },
  { code: 'AR_WH_NOT_FOUND', why: 'the warehouse is unknown', body: oneLine({ ItemNumber: 'MUG-BLUE', Warehouse: 'X9' }) },
  { code: 'AR_NO_ITEM_NO_WH', why: 'a warehouse comes without an item', body: oneLine({ Warehouse: 'M1' }) },
  {
    code: 'AR_ITEM_INVENTORYORG_WS',
    why: 'the item is not in that warehouse',
    body: oneLine({ ItemNumber: 'MUG-BLUE', Warehouse: 'M2' }),
  },
  { code: 'AR-856520', why: 'no bill-to is named', body: { BillToCustomerNumber: null } },
  { code: 'AR-856522', why: 'the customer has no primary bill-to site', body: { BillToCustomerNumber: '40054' } },
  {
    code: 'AR-856687',
    why: 'a line has no price',
    body: oneLine({ UnitSellingPrice: null }),
    path: '/receivablesInvoiceLines/0/UnitSellingPrice',
  },
  { code: 'AR_INVALID_UOM_CODE', why: 'the unit of measure is unknown', body: oneLine({ UnitOfMeasure: 'Barrel' }) },
  {
    code: 'AR_INVAL_CUST_TRX_TYPE_ID',
    why: 'the type is of another class',
    body: { TransactionType: 'Web Credit Memo' },
    path: '/TransactionType',
  },
  {
    code: 'AR_INVAL_CUST_TRX_TYPE_ID',
    why: 'the type is not attached to the source',
    body: { TransactionType: 'Manual Invoice' },
  },
  {
    code: 'AR_INVALID_GL_ACCOUNT',
    why: 'AutoAccounting finds no account: a description only, and a type without one',
    body: {
      TransactionSource: 'MANUAL',
      TransactionType: 'Manual Invoice',
      TransactionNumber: null,
      receivablesInvoiceLines: [{ Description: 'Advice', Quantity: 1, UnitSellingPrice: 5 }],
    },
  },
  {
    code: 'AR_INVALID_GL_ACCOUNT',
    why: 'a segment value is disabled',
    body: {
      receivablesInvoiceDistributions: [
        { AccountClass: 'Revenue', InvoiceLineNumber: 1, AccountCombination: '01-190-41000-0000-000' },
      ],
    },
    path: '/receivablesInvoiceDistributions/0/AccountCombination',
  },
  {
    code: 'AR_INVALID_GL_ACCOUNT',
    why: 'the combination is disabled',
    body: {
      receivablesInvoiceDistributions: [
        { AccountClass: 'Revenue', InvoiceLineNumber: 1, AccountCombination: '01-130-41400-3000-000' },
      ],
    },
  },
  {
    code: 'SBX_CLOSED_PERIOD',
    why: 'the accounting date falls in a closed period',
    body: { AccountingDate: monthsFromNow(-5) },
    path: '/AccountingDate',
  },
  { code: 'SBX_INVALID_PAYMENT_TERMS', why: 'the terms are unknown', body: { PaymentTerms: '99 Net' } },
  { code: 'SBX_INVALID_PAYMENT_TERMS', why: "the terms are in another unit's set", body: { PaymentTerms: '14 Net EU' } },
  { code: 'SBX_INVALID_MEMO_LINE', why: 'the memo line is unknown', body: oneLine({ MemoLine: 'Nothing' }) },
  {
    code: 'SBX_INVALID_TAX_CLASSIFICATION',
    why: 'the tax classification is disabled',
    body: oneLine({ TaxClassificationCode: 'OLD RATE' }),
  },
  {
    code: 'SBX_INVALID_TAX_RATE',
    why: 'the tax rate has ended',
    body: oneLine({
      receivablesInvoiceLineTaxLines: [{ TaxRegimeCode: 'US SALES TAX', TaxRateCode: 'CA STATE 7.5 OLD', TaxAmount: 1 }],
    }),
  },
  { code: 'SBX_INVALID_CURRENCY', why: 'the currency is disabled', body: { InvoiceCurrencyCode: 'SEK' } },
  {
    code: 'SBX_CONVERSION_NOT_ALLOWED',
    why: 'a rate comes with the ledger currency',
    body: { ConversionRateType: 'User', ConversionRate: 1 },
  },
  {
    code: 'SBX_CONVERSION_RATE_REQUIRED',
    why: 'type User comes without a rate',
    body: { InvoiceCurrencyCode: 'EUR', ConversionRateType: 'User' },
  },
  { code: 'SBX_INVALID_STATUS', why: 'a new invoice is to be incomplete', body: { InvoiceStatus: 'Incomplete' } },
  {
    code: 'SBX_TOO_LONG',
    why: 'the number has 21 characters',
    body: { TransactionNumber: 'X'.repeat(21) },
    path: '/TransactionNumber',
  },
  { code: 'SBX_WRONG_TYPE', why: 'an amount is no number', body: oneLine({ Quantity: 'two' }) },
  { code: 'SBX_WRONG_TYPE', why: 'a date is no day', body: { TransactionDate: '2026-02-30' } },
  { code: 'SBX_READ_ONLY', why: 'a computed attribute is sent', body: { EnteredAmount: 5 } },
  {
    code: 'SBX_DISTRIBUTIONS_UNBALANCED',
    why: 'distributions do not add up',
    body: {
      receivablesInvoiceDistributions: [
        { AccountClass: 'Revenue', InvoiceLineNumber: 1, AccountCombination: '01-100-41000-0000-000', Amount: 24 },
      ],
    },
  },
  {
    code: '27014',
    why: 'a source without automatic numbering gets no number',
    body: { TransactionNumber: null },
    path: '/TransactionNumber',
  },
  {
    code: 'Invalid attribute "Colour" in the payload.',
    why: 'an attribute does not exist',
    body: { Colour: 'blue' },
    path: '/Colour',
  },
];

const RECEIPTS: Case[] = [
  { code: '27014', why: 'the amount is missing', body: { Amount: null }, path: '/Amount' },
  {
    code: 'FND_CMN_REQ_ATTRIB_API_SERV',
    why: 'the receipt method is missing',
    body: { ReceiptMethod: null },
    path: '/ReceiptMethod',
  },
  { code: 'FND_CMN_REQ_ATTRIB_API_SERV', why: 'the currency is missing', body: { Currency: null }, path: '/Currency' },
  { code: 'AR_RAPI_BU_INVALID', why: 'the business unit is unknown', body: { BusinessUnit: 'Nowhere' } },
  { code: 'AR_INVAL_RECEIPT_MTH_ID', why: 'the receipt method is unknown', body: { ReceiptMethod: 'Shells' } },
  {
    code: 'AR_INVAL_RECEIPT_MTH_ID',
    why: 'the method has no bank account in the currency',
    body: { ReceiptMethod: 'Web Cash on Delivery', Currency: 'JPY', Amount: 100 },
  },
  { code: 'AR_RAPI_CURR_CODE_INVALID', why: 'the currency is disabled', body: { Currency: 'SEK' } },
  { code: 'AR_BOE_OBSOLETE', why: 'the method is a bill of exchange', body: { ReceiptMethod: 'Customer Bills' } },
  { code: 'SBX_CLOSED_PERIOD', why: 'the accounting date falls in a closed period', body: { AccountingDate: monthsFromNow(-5) } },
  { code: 'SBX_RECEIPT_AMOUNT', why: 'the amount is zero', body: { Amount: 0 } },
  { code: 'SBX_AMOUNT_PRECISION', why: 'the amount has a tenth of a cent', body: { Amount: 1.234 } },
  { code: 'SBX_INVALID_RECEIPT_CUSTOMER', why: 'the customer is unknown', body: { CustomerAccountNumber: '999' } },
  { code: 'SBX_TOO_LONG', why: 'the number has 31 characters', body: { ReceiptNumber: 'X'.repeat(31) } },
];

const MEMOS: Case[] = [
  { code: '27014', why: 'the date is missing', body: { TransactionDate: null }, path: '/TransactionDate' },
  { code: 'AR_BU_NOT_FOUND', why: 'the business unit is unknown', body: { BusinessUnit: 'Nowhere' } },
  {
    code: 'AR_INVAL_CUST_TRX_TYPE_ID',
    why: 'the credit memo type is not attached to the source',
    body: { TransactionType: 'Wholesale Memo' },
  },
  { code: 'AR_INVAL_CUST_TRX_TYPE_ID', why: 'the type is an invoice type', body: { TransactionType: 'Web Invoice' } },
  { code: 'SBX_INVALID_CREDIT_REASON', why: 'the reason is no lookup', body: { CreditReason: 'Just because' } },
  {
    code: 'SBX_CREATION_SIGN',
    why: 'the price is positive',
    body: {
      receivablesCreditMemoLines: [
        { LineNumber: 1, LineDescription: 'x', MemoLine: 'Web Product', LineQuantityCredit: 1, UnitSellingPrice: 5 },
      ],
    },
  },
  {
    code: 'SBX_CREDIT_SIGN',
    why: 'the quantity is negative',
    body: {
      receivablesCreditMemoLines: [
        { LineNumber: 1, LineDescription: 'x', MemoLine: 'Web Product', LineQuantityCredit: -1, UnitSellingPrice: 5 },
      ],
    },
  },
  { code: 'SBX_READ_ONLY', why: 'the status is sent', body: { CreditMemoStatus: 'Complete' } },
];

function cases(resource: string, base: Record<string, unknown>, list: readonly Case[]): void {
  it.each(list.map((entry) => [entry.code, entry.why, entry] as const))('answers %s when %s', async (code, _why, entry) => {
    const client = await pod(entry.options);
    const answer = await client.rest('POST', resource, { ...base, ...entry.body });
    expect(answer.status).toBe(400);
    expect(codes(answer)).toContain(code);
    if (entry.path !== undefined) expect(answer.text).toContain(`"o:errorPath":"${entry.path}"`);
    const ledger = await client.ledger();
    expect([ledger.invoices, ledger.creditMemos, ledger.receipts]).toEqual([[], [], []]);
  });
}

describe('a refused invoice', () => cases('receivablesInvoices', invoice('WEB-1'), INVOICES));
describe('a refused receipt', () => cases('standardReceipts', receipt('WEB-1-P1', 10), RECEIPTS));
describe('a refused credit memo', () => cases('receivablesCreditMemos', creditMemo('WEB-R1', 10), MEMOS));

describe('what exists already', () => {
  it('is refused with AR-855040 for the same number in the same source', async () => {
    const client = await pod();
    await client.create('receivablesInvoices', invoice('WEB-1'));
    const again = await client.rest('POST', 'receivablesInvoices', invoice('WEB-1'));
    expect([again.status, codes(again)]).toEqual([400, ['AR-855040']]);
    const memo = await client.rest('POST', 'receivablesCreditMemos', creditMemo('WEB-1', 5));
    expect(codes(memo)).toEqual(['AR-855040']);
  });

  it('is taken in another source, unless numbers are unique in the business unit', async () => {
    const eu = { BusinessUnit: 'Northwind EU BU', InvoiceCurrencyCode: 'EUR', receivablesInvoiceLines: [line(1, 1, 10)] };
    for (const [scope, status] of [
      ['source', 201],
      ['business-unit', 400],
    ] as const) {
      const client = await pod({ switches: { duplicateScope: scope } });
      await client.create('receivablesInvoices', invoice('WEB-1', eu));
      const other = await client.rest(
        'POST',
        'receivablesInvoices',
        invoice('WEB-1', { ...eu, TransactionSource: 'EU WEB STORE' }),
      );
      expect(other.status).toBe(status);
    }
  });

  it('is AR_RCP_DUP_NUM for a receipt with the same number, date, amount and customer only', async () => {
    const client = await pod();
    await client.create('standardReceipts', receipt('WEB-1-P1', 10));
    expect(codes(await client.rest('POST', 'standardReceipts', receipt('WEB-1-P1', 10)))).toEqual(['AR_RCP_DUP_NUM']);
    await client.create('standardReceipts', receipt('WEB-1-P1', 11));
  });
});

describe('several faults', () => {
  it('are answered together', async () => {
    const client = await pod();
    const body = invoice('WEB-1', { TransactionSource: 'NOWHERE', PaymentTerms: '99 Net', BillToCustomerNumber: '999' });
    expect(codes(await client.rest('POST', 'receivablesInvoices', body))).toEqual([
      'AR_BATCH_SOURCE_NOT_FOUND',
      'AR_BILL_TO_CUST_NOT_FOUND',
    ]);
  });
});

describe('a default remit-to address that cannot be set', () => {
  it('is AR-855322', async () => {
    const client = await pod({
      seed: {
        businessUnits: [{ name: 'Bare', remitTo: false }],
        transactionSources: [{ name: 'S' }],
        transactionTypes: [{ name: 'T', class: 'INV' }],
        customers: [{ name: 'C', accounts: [{ number: '1', sites: [{ number: '1-1' }] }] }],
      },
    });
    const body = {
      BusinessUnit: 'Bare',
      TransactionSource: 'S',
      TransactionType: 'T',
      TransactionNumber: 'A1',
      TransactionDate: today(),
      BillToCustomerNumber: '1',
      receivablesInvoiceLines: [{ Description: 'x', Quantity: 1, UnitSellingPrice: 1 }],
    };
    expect(codes(await client.rest('POST', 'receivablesInvoices', body))).toEqual(['AR-855322']);
  });
});
