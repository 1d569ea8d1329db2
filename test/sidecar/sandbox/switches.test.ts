import { describe, expect, it } from 'vitest';
import { defaultSwitches, SWITCHES, setSwitch } from '../../../sidecar/sandbox/switches.ts';
import { codes, installmentOf, invoice, line, type Pod, pod, receipt, SOAP, soap, today, value } from './support.ts';

/** Switches that no other test here turns: what each changes, both ways. */
const post = (client: Pod, more: object = {}) => client.rest('POST', 'receivablesInvoices', invoice('WEB-1', { ...more }));

/** An invoice over 100 USD and a receipt over 150, and how to apply one to the other. */
async function pair(switches: Record<string, string>) {
  const client = await pod({ switches });
  const made = await client.create('receivablesInvoices', invoice('WEB-1', { receivablesInvoiceLines: [line(1, 1, 100)] }));
  const id = value(made, 'CustomerTransactionId') ?? '';
  const receiptId = value(await client.create('standardReceipts', receipt('WEB-1-P1', 150)), 'StandardReceiptId') ?? '';
  const apply = (amountApplied: number, headers = {}) =>
    client.rest(
      'POST',
      `standardReceipts/${receiptId}/action/applyReceipt`,
      { appliedPaymentScheduleId: installment, amountApplied },
      headers,
    );
  const installment = await installmentOf(client, id);
  return { client, id, receiptId, installment, apply };
}

describe('switches', () => {
  it.each([
    [
      'rateWithoutUser',
      'refuse',
      { InvoiceCurrencyCode: 'EUR', ConversionRateType: 'Corporate', ConversionRate: 2 },
      'SBX_CONVERSION_RATE_NOT_ALLOWED',
    ],
    ['rateWithoutUser', 'ignore', { InvoiceCurrencyCode: 'EUR', ConversionRateType: 'Corporate', ConversionRate: 2 }, null],
    ['rateInLedgerCurrency', 'refuse', { ConversionRateType: 'User', ConversionRate: 2 }, 'SBX_CONVERSION_NOT_ALLOWED'],
    ['rateInLedgerCurrency', 'ignore', { ConversionRateType: 'User', ConversionRate: 2 }, null],
    [
      'headerFreight',
      'by-type',
      { TransactionSource: 'MANUAL', TransactionType: 'Manual Invoice', FreightAmount: 5 },
      'SBX_FREIGHT_NOT_ALLOWED',
    ],
    ['foreignCurrency', 'ledger-only', { InvoiceCurrencyCode: 'EUR' }, 'AR_FUNC_CURRENCY_REQ'],
    ['foreignCurrency', 'allow', { InvoiceCurrencyCode: 'EUR' }, null],
  ])('%s=%s', async (name, setting, body, code) => {
    const answer = await post(await pod({ switches: { [name]: setting } }), body);
    expect(code === null ? answer.status : codes(answer)).toEqual(code === null ? 201 : expect.arrayContaining([code]));
  });

  it.each([
    ['refuse-own', 24, ['SBX_DISTRIBUTIONS_UNBALANCED']],
    ['accept', 24, null],
    ['refuse', 25, null],
  ])('unbalancedDistributions=%s, %d of 25', async (unbalancedDistributions, Amount, refused) => {
    const client = await pod({ switches: { unbalancedDistributions } });
    const revenue = { AccountClass: 'Revenue', InvoiceLineNumber: 1, AccountCombination: '01-100-41000-0000-000', Amount };
    const answer = await post(client, { receivablesInvoiceDistributions: [revenue] });
    expect(refused === null ? answer.status : codes(answer)).toEqual(refused ?? 201);
    // The books balance all the same: the difference is on the rounding account.
    const ledger = await client.ledger();
    expect(ledger.problems).toEqual([]);
    expect(ledger.balances.find((row) => row.account === '01-000-49000-0000-000')?.entered).toBe(
      Amount === 24 && refused === null ? '-1' : undefined,
    );
  });

  it('unbalancedDistributions=refuse does not put a receivable right', async () => {
    const wrong = {
      receivablesInvoiceDistributions: [{ AccountClass: 'Receivable', AccountCombination: '01-000-12100-0000-000', Amount: 20 }],
    };
    expect((await post(await pod(), wrong)).status).toBe(201);
    expect(codes(await post(await pod({ switches: { unbalancedDistributions: 'refuse' } }), wrong))).toEqual([
      'SBX_DISTRIBUTIONS_UNBALANCED',
    ]);
  });

  it('zeroReceipts=accept', async () => {
    const client = await pod({ switches: { zeroReceipts: 'accept' } });
    expect((await client.rest('POST', 'standardReceipts', receipt('R', 0))).status).toBe(201);
  });

  it('overApplication=accept lets an invoice fall below zero', async () => {
    const { client, apply, id } = await pair({ overApplication: 'accept' });
    expect((await apply(130)).status).toBe(200);
    expect(value(await client.get(`receivablesInvoices/${id}`), 'InvoiceBalanceAmount')).toBe('-30');
    expect((await client.ledger()).balanced).toBe(true);
  });

  it('strictActionMediaType=off takes plain JSON for an action', async () => {
    const json = { 'content-type': 'application/json' };
    expect((await (await pair({})).apply(5, json)).status).toBe(415);
    expect((await (await pair({ strictActionMediaType: 'off' })).apply(5, json)).status).toBe(200);
  });

  it('bulkSeparator says what stands between installments', async () => {
    const { client, receiptId, installment } = await pair({ bulkSeparator: ';' });
    const second = await installmentOf(
      client,
      value(await client.create('receivablesInvoices', invoice('WEB-2')), 'CustomerTransactionId'),
    );
    const bulk = (appliedPaymentScheduleIds: string) =>
      client.rest('POST', `standardReceipts/${receiptId}/action/bulkApplyReceipt`, { appliedPaymentScheduleIds });
    expect(codes(await bulk(`${installment},${second}`))).toEqual(['SBX_INVALID_INSTALLMENT']);
    expect((await bulk(`${installment};${second}`)).status).toBe(200);
  });

  it('earlyApplicationDate=refuse keeps applications after their documents', async () => {
    const early = new Date(Date.parse(today()) - 86_400_000).toISOString().slice(0, 10);
    const apply = async (earlyApplicationDate: string) => {
      const { client } = await pair({ earlyApplicationDate });
      return soap(client, SOAP.receipts, 'createApplyReceipt', 'applyReceipt', {
        ReceiptNumber: 'WEB-1-P1',
        TransactionNumber: 'WEB-1',
        AmountApplied: 5,
        AccountingDate: early,
      });
    };
    expect((await apply('accept')).status).toBe(200);
    expect((await apply('refuse')).text).toContain('SBX_EARLY_APPLICATION');
  });

  it('incompleteWithActivity=allow changes the status and leaves the books', async () => {
    const { client, apply, id } = await pair({ incompleteWithActivity: 'allow' });
    await apply(40);
    for (const InvoiceStatus of ['Incomplete', 'Complete']) {
      const changed = await client.rest('PATCH', `receivablesInvoices/${id}`, { InvoiceStatus });
      expect([changed.status, changed.text]).toEqual([200, expect.stringContaining(`"InvoiceStatus":"${InvoiceStatus}"`)]);
      expect((await client.ledger()).problems).toEqual([]);
    }
    expect(value(await client.get(`receivablesInvoices/${id}`), 'InvoiceBalanceAmount')).toBe('60');
  });

  it('defaultFrameworkVersion is in force where none is sent', async () => {
    const client = await pod({ switches: { defaultFrameworkVersion: '3' } });
    const answer = await client.send('GET', '/fscmRestApi/resources/11.13.18.05/receivablesInvoices');
    expect(answer.headers.get('rest-framework-version')).toBe('3');
  });

  it('take on and off as words or booleans, amounts as whole numbers, and nothing else', () => {
    const switches = defaultSwitches();
    setSwitch(switches, 'soapMtom', true);
    setSwitch(switches, 'newRowInvisibleMs', '250');
    expect([switches.soapMtom, switches.newRowInvisibleMs]).toEqual(['on', 250]);
    for (const [name, wrong] of [
      ['soapMtom', 'maybe'],
      ['newRowInvisibleMs', '-1'],
      ['newRowInvisibleMs', 'soon'],
      ['toString', 'on'],
    ]) {
      expect(() => setSwitch(switches, String(name), wrong)).toThrow(RangeError);
    }
    expect(Object.keys(defaultSwitches())).toEqual(Object.keys(SWITCHES));
  });
});
