import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../sidecar/sandbox/json.ts';
import {
  codes,
  creditMemo,
  installmentOf,
  invoice,
  line,
  monthsFromNow,
  type Pod,
  pod,
  receipt,
  rowsOf,
  today,
  value,
} from './support.ts';

const EU = { BusinessUnit: 'Northwind EU BU', InvoiceCurrencyCode: 'EUR', BillToCustomerNumber: '40027' };
const text = (row: JsonObject, ...names: string[]) => names.map((name) => value(row, name));
const days = (count: number) => new Date(Date.parse(today()) + count * 86_400_000).toISOString().slice(0, 10);
const patch = (client: Pod, row: JsonObject, body: object, resource = 'receivablesInvoices') =>
  client.rest('PATCH', `${resource}/${value(row, 'CustomerTransactionId')}`, body);

/** What the books hold of one transaction: account class, account, amount. */
async function distributions(client: Pod, number: string): Promise<string[]> {
  const ledger = await client.ledger();
  expect([ledger.balanced, ledger.problems]).toEqual([true, []]);
  const found = [...ledger.invoices, ...ledger.creditMemos].find((row) => row.number === number);
  return (found?.distributions ?? []).map((row) => [row.accountClass, row.accountCombination, row.amount].join(' '));
}

describe('an invoice', () => {
  it('takes its defaults from type, source, terms and calendar', async () => {
    const client = await pod();
    const created = await client.create(
      'receivablesInvoices',
      invoice('WEB-1', { TransactionType: null, PaymentTerms: null, InvoiceCurrencyCode: null }),
    );
    expect(created).toMatchObject({
      TransactionType: 'Web Invoice',
      PaymentTerms: 'IMMEDIATE',
      InvoiceCurrencyCode: 'USD',
      TransactionDate: today(),
      AccountingDate: today(),
      DueDate: today(),
      InvoiceStatus: 'Complete',
      BillToCustomerName: 'Web Shop Customers',
      BillToSite: '40017-1',
      CreatedBy: 'WEB.INTEGRATION',
      ConversionRate: null,
    });
    expect(text(created, 'EnteredAmount', 'InvoiceBalanceAmount')).toEqual(['26.81', '26.81']);
  });

  it('adds up what is sold, its taxes, negative lines and freight to the cent', async () => {
    const client = await pod();
    const lines = [
      line(1, 2, 12.5, [
        ['US SALES TAX', 'NY STATE 4', 1],
        ['US SALES TAX', 'NYC 4.5', 1.13],
      ]),
      { ...line(2, 1, -5), MemoLine: 'Web Discount' },
      { ...line(3, 1, 6.9), MemoLine: 'Web Shipping', AllocatedFreightAmount: 0.1 },
    ];
    const created = await client.create(
      'receivablesInvoices',
      invoice('WEB-1', { receivablesInvoiceLines: lines, FreightAmount: 3 }),
    );
    expect(value(created, 'EnteredAmount')).toBe('32.13');
    expect(await distributions(client, 'WEB-1')).toEqual([
      'Receivable 01-000-12100-0000-000 32.13',
      'Revenue 01-100-41000-0000-000 25',
      'Tax 01-000-22100-0000-000 1',
      'Tax 01-000-22100-0000-000 1.13',
      'Revenue 01-100-45000-0000-000 -5',
      'Revenue 01-100-42000-0000-000 6.9',
      'Freight 01-100-42000-0000-000 0.1',
      'Freight 01-100-42000-0000-000 3',
    ]);
  });

  it('computes tax from the classification where no tax line is sent', async () => {
    const client = await pod();
    const lines = [1, 2, 3].map((number) => ({ ...line(number, 1, 0.99), TaxClassificationCode: 'NYC 8.5' }));
    const created = await client.create('receivablesInvoices', invoice('WEB-1', { receivablesInvoiceLines: lines }));
    // 4 % and 4.5 % of 0.99 are 0.0396 and 0.04455: 0.04 each, per line.
    expect(value(created, 'EnteredAmount')).toBe('3.21');
    const whole = await pod({ switches: { taxRounding: 'invoice' } });
    // Over the invoice 0.1188 and 0.13365: 0.12 and 0.13.
    expect(
      value(await whole.create('receivablesInvoices', invoice('WEB-1', { receivablesInvoiceLines: lines })), 'EnteredAmount'),
    ).toBe('3.22');
  });

  it('taxes a line that names no classification by the unit’s default, and a compound rate with the taxes before it', async () => {
    const seed = {
      businessUnits: [{ name: 'B', defaultTaxClassification: 'Q' }],
      transactionSources: [{ name: 'S' }],
      transactionTypes: [{ name: 'T', class: 'INV' }],
      taxRegimes: [
        {
          code: 'R',
          rates: [
            { code: 'GST', percent: 5 },
            { code: 'QST', percent: 9.975, compound: true },
          ],
        },
      ],
      taxClassifications: [
        {
          code: 'Q',
          rates: [
            { regime: 'R', code: 'GST' },
            { regime: 'R', code: 'QST' },
          ],
        },
        { code: 'NONE' },
      ],
      customers: [{ name: 'C', accounts: [{ number: '1', sites: [{ number: '1-1' }] }] }],
    };
    const client = await pod({ seed });
    const of = (number: string, TaxClassificationCode?: string) =>
      client.create('receivablesInvoices', {
        BusinessUnit: 'B',
        TransactionSource: 'S',
        TransactionType: 'T',
        TransactionNumber: number,
        BillToCustomerNumber: '1',
        receivablesInvoiceLines: [
          {
            LineNumber: 1,
            Description: 'x',
            Quantity: 1,
            UnitSellingPrice: 100,
            ...(TaxClassificationCode && { TaxClassificationCode }),
          },
        ],
      });
    // 5.00, and 9.975 % of 105.00.
    expect(value(await of('1'), 'EnteredAmount')).toBe('115.47');
    expect(value(await of('2', 'NONE'), 'EnteredAmount')).toBe('100');
  });

  it('takes no manual tax where the unit allows none', async () => {
    const client = await pod({
      seed: {
        businessUnits: [{ name: 'B', manualTax: false }],
        transactionSources: [{ name: 'S' }],
        transactionTypes: [{ name: 'T', class: 'INV' }],
        taxRegimes: [{ code: 'R', rates: [{ code: 'X', percent: 10 }] }],
        customers: [{ name: 'C', accounts: [{ number: '1', sites: [{ number: '1-1' }] }] }],
      },
    });
    const lines = [
      {
        Description: 'x',
        Quantity: 1,
        UnitSellingPrice: 10,
        receivablesInvoiceLineTaxLines: [{ TaxRegimeCode: 'R', TaxRateCode: 'X', TaxAmount: 1 }],
      },
    ];
    const body = {
      BusinessUnit: 'B',
      TransactionSource: 'S',
      TransactionType: 'T',
      TransactionNumber: 'A',
      BillToCustomerNumber: '1',
      receivablesInvoiceLines: lines,
    };
    expect(codes(await client.rest('POST', 'receivablesInvoices', body))).toEqual(['SBX_MANUAL_TAX_NOT_ALLOWED']);
  });

  it('splits by its terms without losing a cent', async () => {
    const client = await pod();
    const created = await client.create(
      'receivablesInvoices',
      invoice('WEB-1', { PaymentTerms: '30/60/90', receivablesInvoiceLines: [line(1, 1, 100.01)] }),
    );
    const rows = await client.items(
      `receivablesInvoices/${value(created, 'CustomerTransactionId')}/child/receivablesInvoiceInstallments`,
    );
    expect(
      rows.map((row) => [
        ...text(row, 'InstallmentSequenceNumber', 'OriginalAmount', 'InstallmentBalanceDue'),
        row.InstallmentDueDate,
      ]),
    ).toEqual([
      ['1', '33.34', '33.34', days(30)],
      ['2', '33.33', '33.33', days(60)],
      ['3', '33.34', '33.34', days(90)],
    ]);
  });

  it('has the decimals of its currency: none in yen, three in Kuwaiti dinar', async () => {
    const client = await pod();
    const yen = (price: number) =>
      invoice(`Y${price}`, { InvoiceCurrencyCode: 'JPY', receivablesInvoiceLines: [line(1, 3, price)] });
    expect(value(await client.create('receivablesInvoices', yen(333)), 'EnteredAmount')).toBe('999');
    expect(value(await client.create('receivablesInvoices', yen(333.5)), 'EnteredAmount')).toBe('1001');
    const tax = invoice('Y-T', {
      InvoiceCurrencyCode: 'JPY',
      receivablesInvoiceLines: [line(1, 1, 100, [['US SALES TAX', 'NY STATE 4', 4.5]])],
    });
    expect(codes(await client.rest('POST', 'receivablesInvoices', tax))).toEqual(['SBX_AMOUNT_PRECISION']);
    const dinar = await client.create(
      'receivablesInvoices',
      invoice('K', { InvoiceCurrencyCode: 'KWD', receivablesInvoiceLines: [line(1, 1, 1.001)] }),
    );
    expect(value(dinar, 'EnteredAmount')).toBe('1.001');
    expect(await distributions(client, 'K')).toContain('Revenue 01-100-41000-0000-000 1.001');
  });

  it('in a foreign currency is converted at the day’s rate; the rate shows in a GET only (switch rateInPostAnswer)', async () => {
    const client = await pod();
    const created = await client.create('receivablesInvoices', invoice('WEB-1', { InvoiceCurrencyCode: 'EUR' }));
    expect([created.ConversionRateType, created.ConversionRate]).toEqual(['Corporate', null]);
    const read = await client.get(`receivablesInvoices/${value(created, 'CustomerTransactionId')}`);
    expect([value(read, 'ConversionRate'), read.ConversionDate]).toEqual(['1.08', today()]);
    const user = await client.create(
      'receivablesInvoices',
      invoice('WEB-2', { InvoiceCurrencyCode: 'EUR', ConversionRateType: 'User', ConversionRate: 1.1 }),
    );
    expect(value(user, 'ConversionRate')).toBe('1.1');
    const shown = await pod({ switches: { rateInPostAnswer: 'on' } });
    expect(
      value(await shown.create('receivablesInvoices', invoice('WEB-1', { InvoiceCurrencyCode: 'EUR' })), 'ConversionRate'),
    ).toBe('1.08');
    await distributions(client, 'WEB-1');
  });

  it('can be left without a rate (switch defaultRateType), and is refused where there is none', async () => {
    const client = await pod({ switches: { defaultRateType: 'none' } });
    const euro = (more: object) =>
      client.rest('POST', 'receivablesInvoices', invoice('WEB-1', { InvoiceCurrencyCode: 'EUR', ...more }));
    expect(codes(await euro({}))).toEqual(['SBX_CONVERSION_TYPE_REQUIRED']);
    expect(codes(await euro({ ConversionRateType: 'Fantasy' }))).toEqual(['SBX_INVALID_CONVERSION_TYPE']);
    expect(codes(await euro({ ConversionRateType: 'Corporate', ConversionRate: 1 }))).toEqual([
      'SBX_CONVERSION_RATE_NOT_ALLOWED',
    ]);
    expect((await euro({ ConversionRateType: 'Corporate' })).status).toBe(201);
  });

  it('goes to the accounts of its unit and ledger', async () => {
    const client = await pod();
    await client.create(
      'receivablesInvoices',
      invoice('WEB-1', { ...EU, receivablesInvoiceLines: [line(1, 1, 100, [['EU VAT', 'DE VAT 19', 19]])] }),
    );
    expect(await distributions(client, 'WEB-1')).toEqual([
      'Receivable 02-000-12100-0000-000 119',
      'Revenue 02-100-41000-0000-000 100',
      'Tax 02-000-22200-0000-000 19',
    ]);
    const { balances } = await client.ledger();
    expect(new Set(balances.map((row) => row.ledger))).toEqual(new Set(['Northwind EU Ledger']));
  });

  it('keeps the accounts that are sent, by amount or by percentage', async () => {
    const client = await pod();
    const other = '01-110-41100-1000-000';
    const receivablesInvoiceDistributions = [
      { AccountClass: 'Revenue', InvoiceLineNumber: 1, AccountCombination: '01-100-41000-0000-000', Percent: 33.33 },
      { AccountClass: 'Revenue', InvoiceLineNumber: 1, AccountCombination: other, Percent: 66.67 },
      { AccountClass: 'Receivables', AccountCombination: '01-000-12100-0000-000', Amount: 100 },
    ];
    await client.create(
      'receivablesInvoices',
      invoice('WEB-1', { receivablesInvoiceLines: [line(1, 1, 100)], receivablesInvoiceDistributions }),
    );
    expect(await distributions(client, 'WEB-1')).toEqual([
      'Revenue 01-100-41000-0000-000 33.33',
      `Revenue ${other} 66.67`,
      'Receivables 01-000-12100-0000-000 100',
    ]);
  });

  it('numbers itself where the source does (switch automaticNumbering)', async () => {
    const manual = { TransactionSource: 'MANUAL', TransactionType: 'Manual Invoice', PaymentTerms: '30 Net' };
    const client = await pod();
    const first = await client.create('receivablesInvoices', invoice('IGNORED', manual));
    const second = await client.create('receivablesInvoices', invoice('IGNORED', manual));
    expect([first.TransactionNumber, second.TransactionNumber]).toEqual(['500001', '500002']);
    const strict = await pod({ switches: { automaticNumbering: 'refuse' } });
    expect(codes(await strict.rest('POST', 'receivablesInvoices', invoice('X', manual)))).toEqual(['SBX_NUMBER_NOT_ALLOWED']);
  });

  it('has the sign its type asks for, and freight only where the type allows it', async () => {
    const client = await pod();
    const manual = { TransactionSource: 'MANUAL', TransactionType: 'Manual Invoice', TransactionNumber: null };
    const negative = { ...manual, receivablesInvoiceLines: [line(1, 1, -5)] };
    expect(codes(await client.rest('POST', 'receivablesInvoices', invoice('x', negative)))).toEqual(['SBX_CREATION_SIGN']);
    expect(codes(await client.rest('POST', 'receivablesInvoices', invoice('x', { ...manual, FreightAmount: 5 })))).toContain(
      'SBX_FREIGHT_NOT_ALLOWED',
    );
    const loose = await pod({ switches: { lineSign: 'allow' } });
    expect((await loose.rest('POST', 'receivablesInvoices', invoice('x', negative))).status).toBe(201);
  });

  it('moves to the next open period where the pod does that (switch closedDefaultDate)', async () => {
    const late = invoice('WEB-1', { TransactionDate: monthsFromNow(-4) });
    const strict = await pod();
    expect(codes(await strict.rest('POST', 'receivablesInvoices', late))).toEqual(['SBX_CLOSED_PERIOD']);
    const client = await pod({ switches: { closedDefaultDate: 'next-open' } });
    const created = await client.create('receivablesInvoices', late);
    expect([created.TransactionDate, created.AccountingDate]).toEqual([monthsFromNow(-4), `${monthsFromNow(-2).slice(0, 8)}01`]);
  });

  it('is taken without children of its own making: descriptive flexfields, notes and attachments', async () => {
    const client = await pod();
    const taggedLine = line(1, 1, 9.5, [], { receivablesInvoiceLineDFF: [{ __FLEX_Context: 'WEB LINE' }] });
    const created = await client.create(
      'receivablesInvoices',
      invoice('WEB-1', {
        receivablesInvoiceLines: [taggedLine, line(2, 1, 5)],
        receivablesInvoiceDFF: [{ __FLEX_Context: 'WEB' }],
        notes: [{ NoteTypeCode: 'GENERAL', NoteTxt: 'Gift wrapped' }],
        attachments: [{ DatatypeCode: 'FILE', FileName: 'a.txt', Title: 'a', CategoryName: 'MISC', FileContents: 'YQ==' }],
      }),
    );
    const id = value(created, 'CustomerTransactionId');
    const [flexfield] = rowsOf(created, 'receivablesInvoiceDFF');
    expect([value(flexfield, 'CustomerTrxId'), flexfield?.__FLEX_Context]).toEqual([id, 'WEB']);
    expect(await client.items(`receivablesInvoices/${id}/child/notes`)).toMatchObject([{ NoteTxt: 'Gift wrapped' }]);
    expect(await client.items(`receivablesInvoices/${id}/child/attachments`)).toMatchObject([{ FileName: 'a.txt' }]);
    await client.create('receivablesInvoices', invoice('WEB-2'));
    expect((await client.ledger()).invoices).toMatchObject([
      { flexfield: { __FLEX_Context: 'WEB' }, lines: [{ flexfield: { __FLEX_Context: 'WEB LINE' } }, { flexfield: null }] },
      { flexfield: null, lines: [{ flexfield: null }] },
    ]);
  });
});

describe('changing an invoice', () => {
  it('to incomplete takes it out of the books, and back again', async () => {
    const client = await pod();
    const created = await client.create('receivablesInvoices', invoice('WEB-1'));
    expect((await patch(client, created, { InvoiceStatus: 'Incomplete' })).json).toMatchObject({
      InvoiceStatus: 'Incomplete',
      InvoiceBalanceAmount: null,
    });
    expect((await client.ledger()).balances).toEqual([]);
    expect(value((await patch(client, created, { InvoiceStatus: 'Complete' })).json as JsonObject, 'InvoiceBalanceAmount')).toBe(
      '26.81',
    );
    await distributions(client, 'WEB-1');
  });

  it('starts incomplete where the pod does so (switch createdStatus)', async () => {
    const client = await pod({ switches: { createdStatus: 'Incomplete' } });
    expect(await client.create('receivablesInvoices', invoice('WEB-1'))).toMatchObject({
      InvoiceStatus: 'Incomplete',
      InvoiceBalanceAmount: null,
    });
    expect(await client.create('receivablesInvoices', invoice('WEB-2', { InvoiceStatus: 'Complete' }))).toMatchObject({
      InvoiceStatus: 'Complete',
    });
  });

  it('stops once something is applied (switch incompleteWithActivity)', async () => {
    const client = await pod();
    const created = await client.create('receivablesInvoices', invoice('WEB-1'));
    const paid = await client.create('standardReceipts', receipt('WEB-1-P1', 26.81));
    const installment = await installmentOf(client, value(created, 'CustomerTransactionId'));
    await client.rest('POST', `standardReceipts/${value(paid, 'StandardReceiptId')}/action/applyReceipt`, {
      appliedPaymentScheduleId: installment,
    });
    expect(codes(await patch(client, created, { InvoiceStatus: 'Incomplete' }))).toEqual(['SBX_HAS_ACTIVITY']);
    expect(codes(await patch(client, created, { PaymentTerms: '30 Net' }))).toEqual(['SBX_HAS_ACTIVITY']);
    expect(codes(await client.rest('DELETE', `receivablesInvoices/${value(created, 'CustomerTransactionId')}`))).toEqual([
      'SBX_DELETE_NOT_ALLOWED',
    ]);
  });

  it('reschedules by new terms', async () => {
    const client = await pod();
    const created = await client.create('receivablesInvoices', invoice('WEB-1'));
    expect((await patch(client, created, { PaymentTerms: '30 Net' })).json).toMatchObject({
      PaymentTerms: '30 Net',
      DueDate: days(30),
    });
    expect(codes(await patch(client, created, { PaymentTerms: '99 Net' }))).toEqual(['SBX_INVALID_PAYMENT_TERMS']);
  });

  it('takes print details together with InvoicePrinted only, and nothing else', async () => {
    const client = await pod();
    const created = await client.create('receivablesInvoices', invoice('WEB-1'));
    expect(codes(await patch(client, created, { Email: 'a@b.example' }))).toEqual(['SBX_NOT_PRINTED']);
    expect((await patch(client, created, { InvoicePrinted: 'Y', Email: 'a@b.example' })).json).toMatchObject({
      Email: 'a@b.example',
    });
    expect(codes(await patch(client, created, { CrossReference: 'x', Comments: 'x', TransactionNumber: 'x' }))).toEqual([
      'SBX_READ_ONLY',
      'SBX_READ_ONLY',
      'SBX_READ_ONLY',
    ]);
  });

  it('moves an installment’s due date and amount, never the total', async () => {
    const client = await pod();
    const created = await client.create(
      'receivablesInvoices',
      invoice('WEB-1', { PaymentTerms: '30/60/90', receivablesInvoiceLines: [line(1, 1, 100)] }),
    );
    const path = `receivablesInvoices/${value(created, 'CustomerTransactionId')}/child/receivablesInvoiceInstallments`;
    const first = (await client.items(path))[0] as JsonObject;
    const change = (body: object) => client.rest('PATCH', `${path}/${value(first, 'InstallmentId')}`, body);
    expect((await change({ InstallmentDueDate: days(5), OriginalAmount: 40 })).status).toBe(200);
    expect((await client.items(path)).map((row) => value(row, 'OriginalAmount'))).toEqual(['40', '33.33', '26.67']);
    expect(codes(await change({ OriginalAmount: 70 }))).toEqual(['SBX_INSTALLMENT_TOTAL']);
    await distributions(client, 'WEB-1');
  });

  it('deletes an incomplete one with all that belongs to it', async () => {
    const client = await pod({ switches: { createdStatus: 'Incomplete' } });
    const created = await client.create('receivablesInvoices', invoice('WEB-1'));
    expect((await client.rest('DELETE', `receivablesInvoices/${value(created, 'CustomerTransactionId')}`)).status).toBe(204);
    expect((await client.ledger()).invoices).toEqual([]);
    await client.create('receivablesInvoices', invoice('WEB-1'));
  });

  it('cannot be approved in a pod without approvals, nor at all before 26D', async () => {
    for (const [profile, status] of [
      ['26D', 400],
      ['25D', 404],
    ] as const) {
      const client = await pod({ profile });
      const id = value(await client.create('receivablesInvoices', invoice('WEB-1')), 'CustomerTransactionId');
      expect((await client.rest('POST', `receivablesInvoices/${id}/action/approve`, {})).status).toBe(status);
    }
  });
});

describe('a credit memo', () => {
  it('is on account, negative, and numbers itself where none is sent', async () => {
    const client = await pod();
    const created = await client.create('receivablesCreditMemos', creditMemo('WEB-R1', 10));
    expect(created).toMatchObject({ TransactionNumber: 'WEB-R1', CreditMemoStatus: 'Complete', CreditMemoCurrency: 'USD' });
    expect(text(created, 'EnteredAmount', 'TransactionBalanceDue')).toEqual(['-10', '-10']);
    expect(await distributions(client, 'WEB-R1')).toEqual([
      'Receivable 01-000-12100-0000-000 -10',
      'Revenue 01-100-41000-0000-000 -10',
    ]);
    const numbered = await client.create('receivablesCreditMemos', creditMemo('x', 5, { TransactionNumber: null }));
    expect(numbered.TransactionNumber).toBe('1001');
  });

  it('takes its reason by code or meaning (switch creditReasonMatch)', async () => {
    const client = await pod();
    for (const CreditReason of ['RETURN', 'Damaged product'])
      await client.create('receivablesCreditMemos', creditMemo(CreditReason, 1, { CreditReason }));
    const strict = await pod({ switches: { creditReasonMatch: 'code' } });
    expect(
      codes(await strict.rest('POST', 'receivablesCreditMemos', creditMemo('x', 1, { CreditReason: 'Damaged product' }))),
    ).toEqual(['SBX_INVALID_CREDIT_REASON']);
  });

  it('may change its status and type, and is never deleted', async () => {
    const client = await pod();
    const created = await client.create('receivablesCreditMemos', creditMemo('WEB-R1', 10));
    expect((await patch(client, created, { CreditMemoStatus: 'Incomplete' }, 'receivablesCreditMemos')).json).toMatchObject({
      CreditMemoStatus: 'Incomplete',
      TransactionBalanceDue: null,
    });
    expect(codes(await patch(client, created, { TransactionType: 'Web Invoice' }, 'receivablesCreditMemos'))).toEqual([
      'AR_INVAL_CUST_TRX_TYPE_ID',
    ]);
    expect(
      (
        await patch(
          client,
          created,
          { CreditMemoStatus: 'Complete', TransactionType: 'Wholesale Memo' },
          'receivablesCreditMemos',
        )
      ).status,
    ).toBe(200);
    await distributions(client, 'WEB-R1');
  });
});
