import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ArDocument } from '../../../sidecar/domain/documents.ts';
import { minor } from '../../../sidecar/domain/money.ts';
import { prepareDocument } from '../../../sidecar/oracle/payloads.ts';
import { problemsOf } from './definitions.ts';
import { creditMemo, invoice, line, receipt } from './documents.ts';

const bodyOf = (document: ArDocument) => JSON.parse(prepareDocument(document).body);
const problems = (document: ArDocument) => {
  const { path, body } = prepareDocument(document);
  return problemsOf({ method: 'POST', path, body });
};

const taxed = line({
  memoLine: 'Web Product',
  taxClassification: 'US SALES TAX',
  salesOrder: '100482',
  accountCombination: '01-430-4110-0000-000',
  taxes: [{ regime: 'US SALES TAX', rateCode: 'CA STATE 7.25', amount: minor(181) }],
});
const shipping = line({ lineNumber: 2, description: 'Flat rate', quantity: 1, unitPrice: minor(690), net: minor(690) });
const twoLines = { lines: [taxed, shipping], total: minor(3371) };

describe('an invoice', () => {
  it('goes out with lines, manual tax lines and a revenue distribution per line that has an account', () => {
    expect(bodyOf(invoice(twoLines))).toEqual({
      BusinessUnit: 'Northwind US BU',
      TransactionSource: 'WEB STORE',
      TransactionType: 'Web Invoice',
      TransactionNumber: 'WEB-100482',
      TransactionDate: '2026-09-14',
      AccountingDate: '2026-09-14',
      InvoiceCurrencyCode: 'USD',
      BillToCustomerNumber: '40017',
      BillToSite: '40017-1',
      PaymentTerms: 'IMMEDIATE',
      CrossReference: 'WEB-100482',
      Comments: 'Web order 100482',
      InvoiceStatus: 'Complete',
      receivablesInvoiceLines: [
        {
          LineNumber: 1,
          Description: 'Enamel mug, blue',
          MemoLine: 'Web Product',
          Quantity: 2,
          UnitSellingPrice: 12.5,
          TaxClassificationCode: 'US SALES TAX',
          SalesOrder: '100482',
          receivablesInvoiceLineTaxLines: [{ TaxRegimeCode: 'US SALES TAX', TaxRateCode: 'CA STATE 7.25', TaxAmount: 1.81 }],
        },
        { LineNumber: 2, Description: 'Flat rate', Quantity: 1, UnitSellingPrice: 6.9 },
      ],
      receivablesInvoiceDistributions: [
        { InvoiceLineNumber: 1, AccountClass: 'Revenue', AccountCombination: '01-430-4110-0000-000', Amount: 25 },
      ],
    });
  });

  it('writes the digits of an amount, never a float', () => {
    const price = minor(9_007_199_254_740_991);
    const { body } = prepareDocument(invoice({ lines: [line({ quantity: 1, unitPrice: price, net: price })], total: price }));
    expect(body).toContain('"UnitSellingPrice":90071992547409.91');
  });

  it.each([
    [0, '"UnitSellingPrice":1250'],
    [3, '"UnitSellingPrice":1.250'],
  ])('with %i decimals of the currency writes %s', (decimals, text) => {
    expect(prepareDocument(invoice({ decimals })).body).toContain(text);
  });

  it('names the conversion in a foreign currency, the rate with type User only', () => {
    const date = '2026-09-14';
    expect(bodyOf(invoice({ conversion: { type: 'Corporate', date, rate: '0.8751' } }))).toMatchObject({
      ConversionRateType: 'Corporate',
      ConversionDate: date,
    });
    expect(prepareDocument(invoice({ conversion: { type: 'Corporate', date, rate: '0.8751' } })).body).not.toContain(
      'ConversionRate"',
    );
    expect(prepareDocument(invoice({ conversion: { type: 'User', date, rate: '0.8751' } })).body).toContain(
      '"ConversionRate":0.8751',
    );
  });

  it('is the same bytes every time', () => {
    expect(prepareDocument(invoice(twoLines)).body).toBe(prepareDocument(invoice(twoLines)).body);
  });

  it('is not made when its parts do not add up', () => {
    expect(() => prepareDocument(invoice({ total: minor(2501) }))).toThrow('the total is 2501');
    expect(() => prepareDocument(invoice({ lines: [line({ net: minor(2501) })], total: minor(2501) }))).toThrow(
      '2 x 1250 is not 2501',
    );
  });
});

describe('a credit memo', () => {
  it('goes out with positive quantity and negative price, tax and distribution', () => {
    expect(bodyOf(creditMemo({ ...twoLines, reason: 'Return' }))).toMatchObject({
      CreditMemoCurrency: 'USD',
      CreditReason: 'Return',
      CreditMemoComments: 'Web order 100482',
      CrossReference: 'WEB-100482',
      receivablesCreditMemoLines: [
        {
          LineNumber: 1,
          LineDescription: 'Enamel mug, blue',
          LineQuantityCredit: 2,
          UnitSellingPrice: -12.5,
          SalesOrderNumber: '100482',
          receivablesCreditMemoLineTaxLines: [{ TaxAmount: -1.81 }],
        },
        { LineQuantityCredit: 1, UnitSellingPrice: -6.9 },
      ],
      receivablesCreditMemoDistributions: [{ CreditMemoLineNumber: 1, AccountClass: 'Revenue', Amount: -25 }],
    });
  });

  it("uses the credit memo's own name for the conversion date", () => {
    const conversion = { type: 'User', date: '2026-09-14', rate: '0.8751' };
    expect(bodyOf(creditMemo({ conversion }))).toMatchObject({ ConversionRateDate: '2026-09-14', ConversionRate: 0.8751 });
  });
});

describe('a receipt', () => {
  it('carries no remittance references: AutoMatch would race our own application', () => {
    expect(bodyOf(receipt({ remittanceBankAccount: '10271' }))).toEqual({
      ReceiptNumber: 'WEB-100482-P1',
      BusinessUnit: 'Northwind US BU',
      ReceiptMethod: 'Web Card Payments',
      RemittanceBankAccountNumber: '10271',
      ReceiptDate: '2026-09-14',
      AccountingDate: '2026-09-14',
      Amount: 25,
      Currency: 'USD',
      CustomerAccountNumber: '40017',
      Comments: 'gateway=stripe',
    });
  });
});

describe('texts of orders', () => {
  it('are cut to the attribute without halving a character, and lose control characters', () => {
    const description = `Mug\u0000\r\n${'😀'.repeat(200)}`;
    const body = bodyOf(invoice({ lines: [line({ description })], comments: 'x'.repeat(3000) }));
    expect(body.receivablesInvoiceLines[0].Description).toBe(`Mug ${'😀'.repeat(118)}`);
    expect(body.Comments).toHaveLength(1760);
  });

  it('replace half a character by U+FFFD', () => {
    expect(bodyOf(invoice({ comments: 'a\ud83d b' })).Comments).toBe('a\ufffd b');
  });
});

describe('every document that can be built', () => {
  it.each([
    [
      'an invoice',
      invoice({ ...twoLines, purchaseOrder: 'PO-7781', conversion: { type: 'User', date: '2026-09-14', rate: '1.1' } }),
    ],
    [
      'a credit memo',
      creditMemo({ ...twoLines, reason: 'Return', conversion: { type: 'User', date: '2026-09-14', rate: '1.1' } }),
    ],
    ['a receipt', receipt({ remittanceBankAccount: '1', conversion: { type: 'Corporate', date: '2026-09-14' } })],
  ] as const)("%s holds against Oracle's definitions: attributes, writable, required, types, lengths", (_what, document) => {
    expect(problems(document)).toEqual([]);
  });

  it('holds for any text and amount', () => {
    const text = fc.string({ unit: 'binary', maxLength: 4000 });
    const amounts = fc.integer({ min: -99_999_999, max: 99_999_999 });
    fc.assert(
      fc.property(
        text,
        text,
        amounts,
        fc.integer({ min: 1, max: 99 }),
        amounts,
        (comments, description, price, quantity, tax) => {
          const lines = [
            line({
              description: description || 'x',
              quantity,
              unitPrice: minor(price),
              net: minor(price * quantity),
              taxes: [{ regime: 'R', rateCode: 'C', amount: minor(tax) }],
              accountCombination: '01-1',
            }),
          ];
          const total = minor(price * quantity + tax);
          for (const document of [invoice({ comments, lines, total }), creditMemo({ comments, lines, total })]) {
            expect(problems(document)).toEqual([]);
            expect(prepareDocument(document).body).toBe(prepareDocument(document).body.toWellFormed());
          }
        },
      ),
      { numRuns: 200 },
    );
  });

  it('would be refused for an attribute that is not documented, a value that is too long or of the wrong type', () => {
    const { path, body } = prepareDocument(invoice());
    const wrong = (change: object) =>
      problemsOf({ method: 'POST', path, body: JSON.stringify({ ...JSON.parse(body), ...change }) });
    expect(wrong({ Colour: 'blue' })).toEqual(['/receivablesInvoices/Colour is not documented']);
    expect(wrong({ TransactionNumber: 'x'.repeat(21) })).toHaveLength(1);
    expect(wrong({ EnteredAmount: 1 })).toEqual(['EnteredAmount cannot be written']);
    expect(wrong({ receivablesInvoiceLines: [{ Quantity: '1' }] })).toHaveLength(1);
  });
});
