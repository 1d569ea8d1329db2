import { beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../sidecar/sandbox/json.ts';
import { startSandbox } from '../../../sidecar/sandbox/start.ts';
import { codes, Pod, pod, rowsOf, value } from './support.ts';

/**
 * The requests of Oracle's use-case pages (farfa, "Manage Receivables Invoices", "... Standard Receipts", "... Credit Memos"), with
 * the references they name in seeds/oracle-examples.json. Where a page could not be read to its end, the rest is filled in.
 */
const SEED = new URL('../../../sidecar/sandbox/seeds/oracle-examples.json', import.meta.url);
const VISION = { BusinessUnit: 'Vision Operations' };
const TOTAL_INTERNET = { ShipToCustomerName: 'Total Internet', ShipToCustomerNumber: '1008' };
const vat = (TaxAmount: number) => [{ TaxAmount, TaxRegimeCode: 'FUS_STCC_REGIME-UES', TaxRateCode: 'VAT20' }];

let client: Pod;
beforeAll(async () => {
  client = new Pod(await startSandbox({ seed: SEED }));
  return () => client.sandbox.close();
});
const resourceItem = { 'content-type': 'application/vnd.oracle.adf.resourceitem+json' };
/** Posts as the pages' cURL commands do: Basic, no framework version, the resource item media type. */
async function create(resource: string, body: object): Promise<JsonObject> {
  const answer = await client.send('POST', `/fscmRestApi/resources/11.13.18.05/${resource}`, JSON.stringify(body), resourceItem);
  expect([answer.status, answer.status === 201 ? '' : answer.text]).toEqual([201, '']);
  return answer.json as JsonObject;
}

const DISTRIBUTED = {
  ...VISION,
  BillingDate: '2019-02-20',
  BillToCustomerNumber: '1006',
  BillToSite: 'Chattanooga (OPS)',
  DueDate: '2019-02-20',
  InvoiceCurrencyCode: 'EUR',
  PaymentTerms: '30/60/90',
  TransactionDate: '2019-02-20',
  TransactionSource: 'AR_Trans Source_08',
  TransactionType: 'Invoice_35',
};
const twoItems = (freight: object = {}) => [
  {
    Description: 'Item-1',
    LineNumber: 1,
    Quantity: 1,
    TaxClassificationCode: 'VAT20',
    UnitSellingPrice: 53235235,
    ...freight,
    receivablesInvoiceLineTaxLines: vat(180),
  },
  { Description: 'Item-2', LineNumber: 2, Quantity: 1, UnitSellingPrice: 34234234, receivablesInvoiceLineTaxLines: vat(120) },
];

describe('invoices', () => {
  it('with lines', async () => {
    const made = await create('receivablesInvoices', {
      ...VISION,
      ...TOTAL_INTERNET,
      BillingDate: '2018-02-20',
      BillToCustomerNumber: '1008',
      Comments: 'New Laptop Promotion',
      DueDate: '2018-02-20',
      InternalNotes: 'Best Priced item',
      InvoiceCurrencyCode: 'USD',
      PaymentTerms: '30 Net',
      TransactionDate: '2018-02-20',
      TransactionSource: 'Manual-NES',
      ShipToSite: '1042',
      TransactionType: 'Invoice',
      receivablesInvoiceLines: [
        { Description: 'Laptop', LineNumber: 1, Quantity: 2, UnitSellingPrice: 1299.99 },
        { Description: 'Battery', LineNumber: 2, Quantity: 2, UnitSellingPrice: 102.15 },
        { Description: 'Charger', LineNumber: 3, Quantity: 4, UnitSellingPrice: 65.45 },
      ],
    });
    expect(made).toMatchObject({
      DueDate: '2018-02-20',
      ConversionDate: null,
      BillToSite: 'Foster City (OPS)',
      ShipToSite: '1042',
      InvoiceStatus: 'Complete',
    });
    expect([value(made, 'EnteredAmount'), made.TransactionNumber]).toEqual(['3066.08', '24001']);
  });

  it('with manual tax lines', async () => {
    const made = await create('receivablesInvoices', {
      ...VISION,
      ...TOTAL_INTERNET,
      BillingDate: '2018-10-10',
      BillToCustomerNumber: '1008',
      DueDate: '2018-10-10',
      InvoiceCurrencyCode: 'USD',
      PaymentTerms: '30 Net',
      TransactionDate: '2018-10-10',
      TransactionSource: 'Manual-NES',
      ShipToSite: '1042',
      TransactionType: 'Invoice',
      StructuredPaymentReference: 'TestRef',
      receivablesInvoiceLines: [
        {
          Description: 'Item',
          LineNumber: 1,
          Quantity: 102,
          UnitSellingPrice: 100,
          TaxClassificationCode: 'VAT20',
          receivablesInvoiceLineTaxLines: vat(680),
        },
        {
          Description: 'Item',
          LineNumber: 2,
          Quantity: 10,
          UnitSellingPrice: 100.2,
          TaxClassificationCode: 'VAT20',
          receivablesInvoiceLineTaxLines: vat(180.4),
        },
      ],
    });
    expect(value(made, 'EnteredAmount')).toBe('12062.4');
    const [line] = rowsOf(made, 'receivablesInvoiceLines');
    expect(value(rowsOf(line, 'receivablesInvoiceLineTaxLines')[0], 'TaxAmount')).toBe('680');
  });

  it('with distributions of type tax, revenue and receivables', async () => {
    const made = await create('receivablesInvoices', {
      ...DISTRIBUTED,
      TransactionNumber: 'SK_Test_Dist_184',
      receivablesInvoiceLines: twoItems({ AllocatedFreightAmount: 100 }),
      receivablesInvoiceDistributions: [
        {
          InvoiceLineNumber: 1,
          AccountClass: 'Revenue',
          AccountCombination: '01-430-5800-1400-000',
          Amount: 53235235,
          Percent: 100,
        },
        {
          InvoiceLineNumber: 2,
          AccountClass: 'Revenue',
          AccountCombination: '01-430-5800-1400-000',
          Amount: 34234234,
          Percent: 100,
        },
        {
          InvoiceLineNumber: 1,
          DetailedTaxLineNumber: 1,
          AccountClass: 'Tax',
          AccountCombination: '01-000-2220-0000-000',
          Amount: 180,
        },
        {
          InvoiceLineNumber: 2,
          DetailedTaxLineNumber: 1,
          AccountClass: 'Tax',
          AccountCombination: '01-000-2220-0000-000',
          Amount: 120,
        },
        { AccountClass: 'Receivables', AccountCombination: '01-000-1210-0000-000', Amount: 87469769, Percent: 100 },
      ],
    });
    const read = await client.get(`receivablesInvoices/${value(made, 'CustomerTransactionId')}`, {
      expand: 'receivablesInvoiceDistributions',
    });
    expect([value(read, 'EnteredAmount'), value(read, 'ConversionRate'), read.ConversionRateType]).toEqual([
      '87469869',
      '0.748816',
      'Corporate',
    ]);
    const rows = rowsOf(read.receivablesInvoiceDistributions as JsonObject, 'items');
    expect(rows.map((row) => [row.AccountClass, value(row, 'Amount')])).toEqual([
      ['Revenue', '53235235'],
      ['Revenue', '34234234'],
      ['Tax', '180'],
      ['Tax', '120'],
      ['Receivables', '87469869'],
      ['Freight', '100'],
    ]);
  });

  it('with distributions where freight stands at the line, or at the header', async () => {
    const revenue = twoItems().map((line) => ({
      InvoiceLineNumber: line.LineNumber,
      AccountClass: 'Revenue',
      AccountCombination: '01-430-5800-1400-000',
      Amount: line.UnitSellingPrice,
    }));
    const freight = { AccountClass: 'Freight', AccountCombination: '01-430-5900-1400-000' };
    await create('receivablesInvoices', {
      ...DISTRIBUTED,
      TransactionNumber: 'SK_Test_Dist_284',
      receivablesInvoiceLines: twoItems({ AllocatedFreightAmount: 100 }),
      receivablesInvoiceDistributions: [...revenue, { ...freight, InvoiceLineNumber: 1, Amount: 100 }],
    });
    const made = await create('receivablesInvoices', {
      ...DISTRIBUTED,
      TransactionNumber: 'SK_Test_Dist_285',
      FreightAmount: 120,
      receivablesInvoiceLines: twoItems(),
      receivablesInvoiceDistributions: [...revenue, { ...freight, Amount: 120 }],
    });
    expect(value(made, 'EnteredAmount')).toBe('87469889');
    expect(
      (await client.items(`receivablesInvoices/${value(made, 'CustomerTransactionId')}/child/receivablesInvoiceInstallments`))
        .length,
    ).toBe(3);
  });

  it('with an advance invoicing rule, lines without numbers, and nulls', async () => {
    const line = (Description: string, duration: number, AccountingRule: string, Quantity: number, UnitSellingPrice: number) => ({
      Description,
      ItemNumber: null,
      Warehouse: null,
      SalesOrder: null,
      AccountingRuleDuration: duration,
      RuleEndDate: null,
      RuleStartDate: '2018-12-19',
      AccountingRule,
      Quantity,
      UnitSellingPrice,
      TaxClassificationCode: 'VAT20',
    });
    const made = await create('receivablesInvoices', {
      ...VISION,
      ...TOTAL_INTERNET,
      AccountingDate: '2018-12-19',
      BillToCustomerNumber: 'CDRM_3195',
      TransactionDate: '2018-12-19',
      TransactionNumber: 'Adv03',
      InvoicingRule: 'Advance Invoice',
      FirstPartyRegistrationNumber: '4567890',
      ThirdPartyRegistrationNumber: null,
      TransactionSource: 'AR_Trans Source_08',
      TransactionType: 'Invoice_35',
      receivablesInvoiceLines: [
        line('Computers', 3, '3 Months Fixed', 13, 4516.15),
        line('Printers', 6, '6 Months Fixed', 1253, 114),
      ],
    });
    // Tax is computed here: 20 % of 58709.95 and of 142842.
    expect(value(made, 'EnteredAmount')).toBe('241862.34');
  });

  it('with an automatic receipt method, and with a user rate and flexfields', async () => {
    const source = { TransactionSource: 'AR_Trans Source_08', TransactionType: 'Invoice_35' };
    await create('receivablesInvoices', {
      ...VISION,
      ...source,
      AccountingDate: '2018-12-19',
      BillToCustomerNumber: '1008',
      TransactionDate: '2018-12-19',
      TransactionNumber: 'Aito02',
      FirstPartyRegistrationNumber: '4567890',
      ThirdPartyRegistrationNumber: null,
      PaymentTerms: 'Immediate',
      ReceiptMethod: 'ACH',
      receivablesInvoiceLines: [{ Description: 'Monitor', Quantity: 10, UnitSellingPrice: 15 }],
    });
    const made = await create('receivablesInvoices', {
      ...VISION,
      ...source,
      BillToCustomerNumber: '1003',
      InvoiceCurrencyCode: 'EUR',
      ConversionDate: '2017-12-15',
      ConversionRate: 0.75,
      ConversionRateType: 'User',
      TransactionNumber: 'Dec 8(4)',
      receivablesInvoiceLines: [
        {
          Description: 'Laptop-Highspeed',
          Quantity: 10,
          UnitSellingPrice: 100,
          receivablesInvoiceLineDFF: [{ __FLEX_Context: 'Invoice Lines', _PCN: 'Test PCN', _Line5: 'Test Line' }],
        },
      ],
    });
    expect([value(made, 'ConversionRate'), made.ConversionDate]).toEqual(['0.75', '2017-12-15']);
    expect(rowsOf(rowsOf(made, 'receivablesInvoiceLines')[0], 'receivablesInvoiceLineDFF')).toMatchObject([
      { _PCN: 'Test PCN', _Name: null },
    ]);
  });
});

describe('receipts', () => {
  const manual = { ...VISION, ReceiptMethod: 'Manual', Currency: 'USD', RemittanceBankAccountNumber: '10271-17621-619' };

  it('without a customer, a date, or a number for an amount', async () => {
    const made = await create('standardReceipts', { ...manual, ReceiptNumber: 'SKR_Receipt_1008', Amount: '451.23' });
    const today = new Date().toISOString().slice(0, 10);
    expect(made).toMatchObject({
      ReceiptDate: today,
      AccountingDate: today,
      MaturityDate: today,
      RemittanceBankDepositDate: today,
      RemittanceBankAllowOverride: 'N',
      CustomerName: null,
      ConversionRate: null,
    });
    expect(value(made, 'Amount')).toBe('451.23');
  });

  it('with remittance references, and one more later', async () => {
    const made = await create('standardReceipts', {
      ...manual,
      ReceiptNumber: 'SKR_Receipt_1011',
      Amount: '8774.45',
      remittanceReferences: [
        { ReceiptMatchBy: 'Purchase Order', ReferenceNumber: 'SK_PO_1012', ReferenceAmount: '8774.45' },
        { ReceiptMatchBy: 'Transaction Number', ReferenceNumber: 'SK_INV_1011', ReferenceAmount: '8774.45' },
      ],
    });
    expect(rowsOf(made, 'remittanceReferences').map((row) => value(row, 'ReferenceAmount'))).toEqual(['8774.45', '8774.45']);
    const path = `standardReceipts/${value(made, 'StandardReceiptId')}/child/remittanceReferences`;
    const later = await create(path, {
      ReceiptMatchBy: 'Purchase Order',
      ReferenceNumber: 'SK_PO_1013',
      ReferenceAmount: '8774.45',
    });
    expect([value(later, 'RemittanceReferenceId')?.length, later.CreatedBy]).toEqual([18, 'WEB.INTEGRATION']);
  });

  it('with an electronic receipt method', async () => {
    const made = await create('standardReceipts', {
      ...manual,
      ReceiptNumber: 'SKR_Receipt_1009',
      ReceiptMethod: 'AR_AutoRec_RRF2',
      Amount: '451.23',
      CustomerAccountNumber: '1004',
      CustomerSite: 'Tulsa (OPS)',
      CreditCardTokenNumber: '9876543567892342',
      CardHolderFirstName: 'Sanjay',
      CardHolderLastName: 'Kumar',
      CreditCardExpirationDate: '2022-05-31',
      CreditCardIssuerCode: 'VISA',
    });
    expect(made.CustomerSite).toBe('Tulsa (OPS)');
  });

  it('are answered as the pages show it where the pod does so', async () => {
    const asPrinted = await pod({ seed: SEED, switches: { receiptPostAnswer: 'bare', receiptAmountsAsText: 'on' } });
    const made = await asPrinted.create('standardReceipts', { ...manual, ReceiptNumber: 'SKR_Receipt_1008', Amount: '451.23' });
    expect(made).toMatchObject({
      Amount: '451.23',
      State: null,
      Status: null,
      UnappliedAmount: null,
      AccountedAmount: null,
      ConversionRateType: null,
    });
  });
});

describe('on-account credit memos', () => {
  const memo = {
    ...VISION,
    ...TOTAL_INTERNET,
    TransactionSource: 'Manual',
    TransactionType: 'Credit Memo',
    BillToCustomerName: 'Total Internet',
    BillToCustomerNumber: '1008',
    ShipToCustomerSite: '1042',
  };
  const subscription = {
    LineDescription: 'Monthly Movie Subscription',
    LineNumber: 1,
    LineQuantityCredit: 2,
    UnitSellingPrice: -29.99,
  };
  const laptop = {
    LineDescription: 'Laptop',
    LineNumber: 1,
    LineQuantityCredit: 2,
    UnitSellingPrice: -1299.99,
    LineCreditReason: 'Damaged product',
    TransactionBusinessCategory: 'Fusion Transaction Business Category Code No.2',
    LineIntendedUse: 'Ara_Excise',
    LineProductType: 'Goods',
    LineProductCategory: '847160520',
    UserDefinedFiscalClassification: 'AP_TAX_PRO_UDFC',
    receivablesCreditMemoLineTaxLines: vat(-180.4),
  };

  it('with lines', async () => {
    const made = await create('receivablesCreditMemos', {
      ...memo,
      TransactionDate: '2021-01-01',
      CreditMemoCurrency: 'USD',
      CreditMemoComments: 'Account credit for Service Interruption - 2 Devices',
      receivablesCreditMemoLines: [
        subscription,
        {
          LineDescription: "Monthly Children's Programming Subscription",
          LineNumber: 2,
          LineQuantityCredit: 2,
          UnitSellingPrice: -19.99,
        },
        { LineDescription: 'Monthly Subscription Service Fee', LineNumber: 3, LineQuantityCredit: 2, UnitSellingPrice: -10 },
      ],
    });
    expect([value(made, 'EnteredAmount'), made.CreditMemoStatus, made.TransactionNumber]).toEqual([
      '-119.96',
      'Complete',
      '10001',
    ]);
  });

  it('with a line attachment', async () => {
    const attachments = [
      {
        DatatypeCode: 'FILE',
        FileName: 'Email.txt',
        Title: 'Email',
        Description: 'From the customer',
        CategoryName: 'MISC',
        FileContents: 'VGhhbmtz',
      },
    ];
    const made = await create('receivablesCreditMemos', {
      ...memo,
      TransactionDate: '2021-01-01',
      CreditMemoCurrency: 'USD',
      receivablesCreditMemoLines: [{ ...subscription, attachments }],
    });
    expect(rowsOf(rowsOf(made, 'receivablesCreditMemoLines')[0], 'attachments')).toMatchObject([
      { FileName: 'Email.txt', CategoryName: 'MISC' },
    ]);
  });

  it('in a foreign currency', async () => {
    const made = await create('receivablesCreditMemos', {
      ...memo,
      TransactionType: 'BR Credit Memo',
      TransactionDate: '2021-01-15',
      GenerateBill: 'Yes',
      CreditMemoCurrency: 'EUR',
      ConversionRateType: 'User',
      ConversionRate: '0.8751',
      CreditReason: 'Not delivered',
      receivablesCreditMemoLines: [{ LineDescription: 'Credit', LineNumber: 1, LineQuantityCredit: 1, UnitSellingPrice: -50 }],
    });
    expect([value(made, 'EnteredAmount'), value(made, 'ConversionRate')]).toEqual(['-50', '0.8751']);
  });

  it('with manual tax lines and freight', async () => {
    const made = await create('receivablesCreditMemos', {
      ...VISION,
      ...TOTAL_INTERNET,
      BillToCustomerNumber: '1005',
      CreditMemoComments: 'New Laptop Promotion',
      CreditMemoCurrency: 'USD',
      TransactionDate: '2020-11-30',
      TransactionSource: 'Manual',
      ShipToCustomerSite: '1042',
      TransactionType: 'ARTest_CMTranType123',
      LegalEntityIdentifier: 'USSYS12030',
      CreditReason: 'Damaged product',
      PrimarySalesperson: '999990000955864',
      FreightCreditAmount: '-20',
      GenerateBill: 'No',
      DefaultTaxationCountry: 'US',
      receivablesCreditMemoLines: [laptop],
    });
    expect(value(made, 'EnteredAmount')).toBe('-2800.38');
  });

  it('with distributions of revenue and receivables', async () => {
    const made = await create('receivablesCreditMemos', {
      ...memo,
      TransactionDate: '2021-02-01',
      GenerateBill: 'Yes',
      receivablesCreditMemoLines: [laptop],
      receivablesCreditMemoDistributions: [
        { CreditMemoLineNumber: 1, AccountClass: 'Revenue', AccountCombination: '01-430-5800-1400-000', Amount: -2599.98 },
        { AccountClass: 'Receivable', AccountCombination: '01-000-1210-0000-000', Amount: -2599.98 },
      ],
    });
    expect(value(made, 'EnteredAmount')).toBe('-2780.38');
  });

  it.each([
    ['on', '-13036.5'],
    ['off', '-13016.5'],
  ])(
    'with distributions of tax and freight that nothing else mentions (switch amountsFromDistributions %s)',
    async (amountsFromDistributions, total) => {
      const seed = JSON.parse(
        JSON.stringify((await import('../../../sidecar/sandbox/seeds/oracle-examples.json', { with: { type: 'json' } })).default),
      );
      // A seed that names the classification and not what it comes to.
      if (amountsFromDistributions === 'on') seed.taxClassifications[0].rates = [];
      const other = await pod({ seed, switches: { amountsFromDistributions } });
      const lines = [
        {
          LineDescription: 'Item-01',
          LineNumber: 1,
          LineQuantityCredit: 2,
          UnitSellingPrice: -5243,
          TaxClassificationCode: 'VAT20',
        },
        { LineDescription: 'Item-02', LineNumber: 2, LineQuantityCredit: 2, UnitSellingPrice: -14.15 },
        { LineDescription: 'Item-03', LineNumber: 3, LineQuantityCredit: 4, UnitSellingPrice: -101.25 },
      ];
      const revenue = lines.map((line) => ({
        CreditMemoLineNumber: line.LineNumber,
        AccountClass: 'Revenue',
        AccountCombination: '01-430-5800-1400-000',
        Amount: Math.round(line.LineQuantityCredit * line.UnitSellingPrice * 100) / 100,
      }));
      const tax = { CreditMemoLineNumber: 1, AccountClass: 'Tax', AccountCombination: '01-000-2220-0000-000', Amount: -2097.2 };
      const freight = { AccountClass: 'Freight', AccountCombination: '01-430-5900-1400-000', Amount: -20 };
      const body = {
        ...memo,
        TransactionDate: '2021-02-01',
        receivablesCreditMemoLines: lines,
        receivablesCreditMemoDistributions: [...revenue, tax, freight],
      };
      const answer = await other.rest('POST', 'receivablesCreditMemos', body);
      if (amountsFromDistributions === 'off') {
        expect(codes(answer)).toEqual(['SBX_INVALID_DISTRIBUTION']);
        body.receivablesCreditMemoDistributions = [...revenue, tax];
      }
      const made =
        amountsFromDistributions === 'on' ? (answer.json as JsonObject) : await other.create('receivablesCreditMemos', body);
      expect(value(made, 'EnteredAmount')).toBe(total);
    },
  );
});

describe('the same requests with something wrong', () => {
  it.each([
    ['receivablesInvoices', { ...DISTRIBUTED, TransactionNumber: 'X', BusinessUnit: 'Vision Elsewhere' }, 'AR_BU_NOT_FOUND'],
    [
      'receivablesInvoices',
      { ...DISTRIBUTED, TransactionNumber: 'X', TransactionSource: 'AR_Trans Source_09' },
      'AR_BATCH_SOURCE_NOT_FOUND',
    ],
    ['receivablesInvoices', { ...DISTRIBUTED, TransactionNumber: 'X', BillToSite: 'Chattanooga' }, 'AR_BILL_TO_SITE_NOT_FOUND'],
    ['receivablesInvoices', { ...DISTRIBUTED, TransactionNumber: 'X', ShipToSite: '1042' }, 'AR_SHIP_TO_CUST_NUM_REQ'],
    [
      'receivablesInvoices',
      { ...DISTRIBUTED, TransactionNumber: 'X', Colour: 'red' },
      'Invalid attribute "Colour" in the payload.',
    ],
    [
      'standardReceipts',
      { ...VISION, ReceiptMethod: 'Manual', Amount: '1', Currency: 'XXX', ReceiptNumber: 'X' },
      'AR_RAPI_CURR_CODE_INVALID',
    ],
    [
      'standardReceipts',
      { ...VISION, ReceiptMethod: 'Cash', Amount: '1', Currency: 'USD', ReceiptNumber: 'X' },
      'AR_INVAL_RECEIPT_MTH_ID',
    ],
  ])('%s are refused: %#', async (resource, body, code) => {
    expect(codes(await client.rest('POST', resource, body))).toContain(code);
  });
});
