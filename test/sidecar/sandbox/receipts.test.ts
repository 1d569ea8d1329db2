import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../sidecar/sandbox/json.ts';
import type { SandboxOptions } from '../../../sidecar/sandbox/start.ts';
import { type Answer, codes, installmentOf, invoice, line, type Pod, pod, receipt, SOAP, soap, value } from './support.ts';

const ACCOUNT = 'receivablesCustomerAccountActivities';
const SITE = 'receivablesCustomerAccountSiteActivities';

interface Scene {
  client: Pod;
  invoiceId: string;
  installmentId: string;
  receiptId: string;
}

/** An invoice over 107.25 USD and a receipt over as much. */
async function scene(options: SandboxOptions = {}, amount = 107.25): Promise<Scene> {
  const client = await pod(options);
  const lines = [line(1, 1, 100, [['US SALES TAX', 'CA STATE 7.25', 7.25]])];
  const invoiceId =
    value(
      await client.create('receivablesInvoices', invoice('WEB-1', { receivablesInvoiceLines: lines })),
      'CustomerTransactionId',
    ) ?? '';
  const receiptId = value(await client.create('standardReceipts', receipt('WEB-1-P1', amount)), 'StandardReceiptId') ?? '';
  return { client, invoiceId, receiptId, installmentId: await installmentOf(client, invoiceId) };
}

const act = ({ client, receiptId }: Scene, action: string, body: object): Promise<Answer> =>
  client.rest('POST', `standardReceipts/${receiptId}/action/${action}`, body);
const apply = (at: Scene, amountApplied?: number, more: object = {}) =>
  act(at, 'applyReceipt', {
    appliedPaymentScheduleId: at.installmentId,
    ...(amountApplied !== undefined && { amountApplied }),
    ...more,
  });
const receiptOf = ({ client, receiptId }: Scene) => client.get(`standardReceipts/${receiptId}`);
const balance = async ({ client, invoiceId }: Scene) =>
  value(await client.get(`receivablesInvoices/${invoiceId}`), 'InvoiceBalanceAmount');

/** Rows below the shared account, as clients read them. */
async function activities(client: Pod, resource: string, child: string): Promise<JsonObject[]> {
  const [top] = await client.items(resource, { q: "AccountNumber='40017'" });
  const key = value(top, resource === ACCOUNT ? 'AccountId' : 'BillToSiteUseId');
  return client.items(`${resource}/${key}/child/${child}`);
}

async function balanced(client: Pod): Promise<void> {
  const { balanced, problems } = await client.ledger();
  expect([balanced, problems]).toEqual([true, []]);
}

describe('a receipt', () => {
  it.each([
    ['Web Card Payments', 'Remitted'],
    ['Web Bank Transfer', 'Cleared'],
    ['Web Cash on Delivery', 'Confirmed'],
  ])('of method %s is %s at once, and unapplied', async (ReceiptMethod, state) => {
    const client = await pod();
    const created = await client.create('standardReceipts', receipt('WEB-1-P1', 50, { ReceiptMethod }));
    expect(created).toMatchObject({ State: state, Status: 'Unapplied' });
    expect([value(created, 'Amount'), value(created, 'UnappliedAmount'), value(created, 'AccountedAmount')]).toEqual([
      '50',
      '50',
      '50',
    ]);
    await balanced(client);
  });

  it('says its progress in Status and its use in State where the pod does (switch receiptStateAndStatus)', async () => {
    const client = await pod({ switches: { receiptStateAndStatus: 'progress-in-status' } });
    expect(await client.create('standardReceipts', receipt('WEB-1-P1', 50))).toMatchObject({
      State: 'UNAPPLIED',
      Status: 'REMITTED',
    });
  });

  it('is unidentified without a customer, and cannot be applied', async () => {
    const at = await scene();
    const id =
      value(await at.client.create('standardReceipts', receipt('X', 5, { CustomerAccountNumber: null })), 'StandardReceiptId') ??
      '';
    expect(await at.client.get(`standardReceipts/${id}`)).toMatchObject({ Status: 'Unidentified' });
    expect(codes(await apply({ ...at, receiptId: id }, 5))).toEqual(['SBX_UNIDENTIFIED_RECEIPT']);
    const named = await at.client.rest('PATCH', `standardReceipts/${id}`, { CustomerAccountNumber: '40017' });
    expect([named.status, (await apply({ ...at, receiptId: id }, 5)).status]).toEqual([200, 200]);
    await balanced(at.client);
  });

  it('in another currency is converted, and the rate shows in a GET only', async () => {
    const client = await pod();
    const created = await client.create('standardReceipts', receipt('WEB-1-P1', 100, { Currency: 'EUR' }));
    expect([value(created, 'ConversionRate'), value(created, 'AccountedAmount')]).toEqual([null, '108']);
    expect(value(await client.get(`standardReceipts/${value(created, 'StandardReceiptId')}`), 'ConversionRate')).toBe('1.08');
    await balanced(client);
  });

  it('answers bare, and with quoted amounts, where the pod does (switches receiptPostAnswer, receiptAmountsAsText)', async () => {
    const client = await pod({ switches: { receiptPostAnswer: 'bare', receiptAmountsAsText: 'on' } });
    const created = await client.create('standardReceipts', receipt('WEB-1-P1', 50));
    expect(created).toMatchObject({ Amount: '50', State: null, Status: null, UnappliedAmount: null });
  });
});

describe('release 25D', () => {
  it('has no actions on receipts', async () => {
    for (const [missingActionStatus, status] of [
      ['404', 404],
      ['400', 400],
    ] as const) {
      const at = await scene({ profile: '25D', switches: { missingActionStatus } });
      for (const action of ['applyReceipt', 'unapplyReceipt', 'bulkApplyReceipt', 'refundReceipt', 'reverseReceipt']) {
        expect([action, (await act(at, action, {})).status]).toEqual([action, status]);
      }
    }
  });

  it('applies over SOAP', async () => {
    const at = await scene({ profile: '25D' });
    const answer = await soap(at.client, SOAP.receipts, 'createApplyReceipt', 'applyReceipt', {
      ReceiptId: at.receiptId,
      InstalmentId: at.installmentId,
      AmountApplied: '107.25',
    });
    expect([answer.status, await balance(at)]).toEqual([200, '0']);
  });
});

describe('applying', () => {
  it('moves both balances, closes the installment and shows as the latest application', async () => {
    const at = await scene();
    const answer = await apply(at, 100);
    expect([answer.status, answer.json]).toEqual([200, { result: 'SUCCESS' }]);
    expect([await balance(at), value(await receiptOf(at), 'UnappliedAmount')]).toEqual(['7.25', '7.25']);
    const [row] = await activities(at.client, ACCOUNT, 'standardReceiptApplications');
    expect(row).toMatchObject({
      ReceiptNumber: 'WEB-1-P1',
      ReferenceTransactionNumber: 'WEB-1',
      IsLatestApplication: 'Y',
      ApplicationStatus: 'Applied',
      EnteredCurrency: 'USD',
    });
    expect([value(row, 'ApplicationAmount'), value(row, 'ReferenceInstallmentId'), value(row, 'StandardReceiptId')]).toEqual([
      '100',
      at.installmentId,
      at.receiptId,
    ]);
    await balanced(at.client);
  });

  it('without an amount takes what is open, as far as the receipt reaches', async () => {
    const more = await scene({}, 200);
    await apply(more);
    expect([await balance(more), value(await receiptOf(more), 'UnappliedAmount')]).toEqual(['0', '92.75']);
    const less = await scene({}, 50);
    await apply(less);
    expect([await balance(less), (await receiptOf(less)).Status]).toEqual(['57.25', 'Applied']);
  });

  it.each([
    ['more than the installment is open for', 107.26, 'SBX_OVER_APPLICATION', 200],
    ['more than the receipt has', 60, 'SBX_INSUFFICIENT_AMOUNT', 50],
    ['nothing', 0, 'SBX_APPLICATION_AMOUNT', 50],
    ['less than nothing', -5, 'SBX_APPLICATION_AMOUNT', 50],
    ['a tenth of a cent', 1.001, 'SBX_AMOUNT_PRECISION', 50],
  ])('refuses %s', async (_why, amount, code, size) => {
    const at = await scene({}, size);
    expect(codes(await apply(at, amount))).toEqual([code]);
    expect([await balance(at), value(await receiptOf(at), 'UnappliedAmount')]).toEqual(['107.25', String(size)]);
  });

  it('refuses a second application to the same installment until the first is undone (switch secondApplication)', async () => {
    const at = await scene();
    await apply(at, 50);
    expect(codes(await apply(at, 20))).toEqual(['SBX_ALREADY_APPLIED']);
    await act(at, 'unapplyReceipt', { appliedPaymentScheduleId: at.installmentId });
    expect((await apply(at, 70)).status).toBe(200);
    const loose = await scene({ switches: { secondApplication: 'accept' } });
    await apply(loose, 50);
    expect([(await apply(loose, 20)).status, await balance(loose)]).toEqual([200, '37.25']);
  });

  it('refuses a closed installment, an unknown one, another currency and another business unit', async () => {
    const at = await scene({}, 500);
    await apply(at, 107.25);
    expect(codes(await apply(at, 1))).toEqual(['SBX_NO_BALANCE']);
    expect(codes(await act(at, 'applyReceipt', { appliedPaymentScheduleId: 4711 }))).toEqual(['SBX_INVALID_INSTALLMENT']);
    const euros = value(
      await at.client.create('receivablesInvoices', invoice('WEB-2', { InvoiceCurrencyCode: 'EUR' })),
      'CustomerTransactionId',
    );
    const first = await act(at, 'applyReceipt', { appliedPaymentScheduleId: await installmentOf(at.client, euros) });
    expect(codes(first)).toEqual(['SBX_CURRENCY_MISMATCH']);
  });

  it("refuses another customer's invoice (switch otherCustomer), which otherwise shows as paid by another", async () => {
    const at = await scene({ switches: { otherCustomer: 'accept' } });
    const other = value(
      await at.client.create('receivablesInvoices', invoice('WEB-2', { BillToCustomerNumber: '40051' })),
      'CustomerTransactionId',
    );
    const foreign = await installmentOf(at.client, other);
    await at.client.control('POST', 'switches', { otherCustomer: 'refuse' });
    expect(codes(await act(at, 'applyReceipt', { appliedPaymentScheduleId: foreign }))).toEqual(['SBX_WRONG_CUSTOMER']);
    await at.client.control('POST', 'switches', { otherCustomer: 'accept' });
    expect((await act(at, 'applyReceipt', { appliedPaymentScheduleId: foreign })).status).toBe(200);
    const [account] = await at.client.items(ACCOUNT, { q: "AccountNumber='40051'" });
    const [row] = await at.client.items(`${ACCOUNT}/${value(account, 'AccountId')}/child/transactionsPaidByOtherCustomers`);
    expect(row).toMatchObject({ ReceiptNumber: 'WEB-1-P1', ReferenceTransactionNumber: 'WEB-2' });
  });

  it('takes a list of installments at once, all or none', async () => {
    const at = await scene({}, 200);
    const second = value(await at.client.create('receivablesInvoices', invoice('WEB-2')), 'CustomerTransactionId');
    const other = await installmentOf(at.client, second);
    const bad = await act(at, 'bulkApplyReceipt', { appliedPaymentScheduleIds: `${at.installmentId},4711` });
    expect([codes(bad), await balance(at)]).toEqual([['SBX_INVALID_INSTALLMENT'], '107.25']);
    const good = await act(at, 'bulkApplyReceipt', { appliedPaymentScheduleIds: `${at.installmentId}, ${other}` });
    expect([good.status, value(await receiptOf(at), 'UnappliedAmount')]).toEqual([200, '65.94']);
    await balanced(at.client);
  });

  it.each([
    ['null', { result: null }],
    ['SUCCESS', { result: 'SUCCESS' }],
  ])('answers %s as result (switch actionResult)', async (actionResult, expected) => {
    expect((await apply(await scene({ switches: { actionResult } }), 5)).json).toEqual(expected);
  });

  it('answers the id of the application as result where the pod does', async () => {
    const at = await scene({ switches: { actionResult: 'id' } });
    const result = value((await apply(at, 5)).json as JsonObject, 'result');
    const [row] = await activities(at.client, ACCOUNT, 'standardReceiptApplications');
    expect(result).toBe(value(row, 'ApplicationId'));
  });
});

describe('unapplying', () => {
  it('undoes the whole application; both rows stay, neither is the latest', async () => {
    const at = await scene();
    await apply(at, 100);
    const [before] = await activities(at.client, ACCOUNT, 'standardReceiptApplications');
    const undone = await act(at, 'unapplyReceipt', { receivableApplicationId: value(before, 'ApplicationId') });
    expect([undone.status, await balance(at), value(await receiptOf(at), 'UnappliedAmount')]).toEqual([200, '107.25', '107.25']);
    for (const resource of [ACCOUNT, SITE]) {
      const rows = await activities(at.client, resource, 'standardReceiptApplications');
      expect(rows.map((row) => [value(row, 'ApplicationAmount'), row.IsLatestApplication])).toEqual([
        ['100', 'N'],
        ['-100', 'N'],
      ]);
    }
    const again = await act(at, 'unapplyReceipt', { receivableApplicationId: value(before, 'ApplicationId') });
    expect([again.status, codes(again)]).toEqual([400, ['SBX_APPLICATION_NOT_FOUND']]);
    await balanced(at.client);
  });

  it('hides the reversing row, and says yes in words, where the pod does (switches reversalRows, yesNoText)', async () => {
    const at = await scene({ switches: { reversalRows: 'hidden', yesNoText: 'Yes', applicationStatusText: 'code' } });
    await apply(at, 100);
    await act(at, 'unapplyReceipt', { appliedPaymentScheduleId: at.installmentId });
    await apply(at, 50);
    const rows = await activities(at.client, ACCOUNT, 'standardReceiptApplications');
    expect(rows.map((row) => [value(row, 'ApplicationAmount'), row.IsLatestApplication, row.ApplicationStatus])).toEqual([
      ['100', 'No', 'APP'],
      ['50', 'Yes', 'APP'],
    ]);
  });

  it('does not reach into another receipt', async () => {
    const at = await scene();
    await apply(at, 100);
    const [row] = await activities(at.client, ACCOUNT, 'standardReceiptApplications');
    const other = value(await at.client.create('standardReceipts', receipt('WEB-1-P2', 5)), 'StandardReceiptId') ?? '';
    const answer = await act({ ...at, receiptId: other }, 'unapplyReceipt', {
      receivableApplicationId: value(row, 'ApplicationId'),
    });
    expect([codes(answer), await balance(at)]).toEqual([['SBX_APPLICATION_NOT_FOUND'], '7.25']);
  });
});

describe('refunding', () => {
  it('hands unapplied money to Payables, which alone can cancel it', async () => {
    const at = await scene({}, 120);
    await apply(at, 107.25);
    expect((await act(at, 'refundReceipt', { amount: 12.75, paymentMethodCode: 'CHECK' })).status).toBe(200);
    expect((await receiptOf(at)).Status).toBe('Applied');
    const rows = await activities(at.client, ACCOUNT, 'standardReceiptApplications');
    const refund = rows.find((row) => row.ActivityName === 'Refund');
    expect([value(refund, 'ApplicationAmount'), refund?.ApplicationStatus]).toEqual(['12.75', 'Activity']);
    const applicationId = value(refund, 'ApplicationId');
    expect(codes(await act(at, 'unapplyReceipt', { receivableApplicationId: applicationId }))).toEqual([
      'SBX_REFUND_IN_PAYABLES',
    ]);
    expect(
      codes(await act(at, 'reverseReceipt', { reversalCategoryCode: 'REV', reversalReasonCode: 'PAYMENT REVERSAL' })),
    ).toEqual(['SBX_RECEIPT_REFUNDED']);
    expect((await at.client.ledger()).refunds).toMatchObject([{ amount: '12.75', applicationId }]);
    await at.client.control('POST', 'refunds', { applicationId });
    expect(value(await receiptOf(at), 'UnappliedAmount')).toBe('12.75');
    await balanced(at.client);
  });

  it('takes a refund that somebody issues by hand, on 25D as well', async () => {
    const at = await scene({ profile: '25D' }, 120);
    await at.client.control('POST', 'refunds', { number: 'WEB-1-P1', amount: '12.75' });
    expect(value(await receiptOf(at), 'UnappliedAmount')).toBe('107.25');
    const rows = await activities(at.client, ACCOUNT, 'standardReceiptApplications');
    expect(rows.some((row) => row.ActivityName === 'Refund')).toBe(true);
    await balanced(at.client);
  });

  it.each([
    ['more than is unapplied', { amount: 120.01, paymentMethodCode: 'CHECK' }, 'SBX_INSUFFICIENT_AMOUNT'],
    ['an unknown payment method', { amount: 5, paymentMethodCode: 'SHELLS' }, 'SBX_INVALID_PAYMENT_METHOD'],
    ['no payment method', { amount: 5 }, 'SBX_INVALID_PAYMENT_METHOD'],
  ])('refuses %s', async (_why, body, code) => {
    const at = await scene({}, 120);
    expect(codes(await act(at, 'refundReceipt', body))).toEqual([code]);
  });

  it('waits until the money is remitted (switch refundNeedsRemittance)', async () => {
    const client = await pod();
    const id =
      value(
        await client.create('standardReceipts', receipt('WEB-1-P1', 50, { ReceiptMethod: 'Web Cash on Delivery' })),
        'StandardReceiptId',
      ) ?? '';
    const refund = () =>
      client.rest('POST', `standardReceipts/${id}/action/refundReceipt`, { paymentMethodCode: 'CHECK', amount: 5 });
    expect(codes(await refund())).toEqual(['SBX_RECEIPT_NOT_REMITTED']);
    await client.control('POST', 'receipts', { number: 'WEB-1-P1', progress: 'remitted' });
    expect((await refund()).status).toBe(200);
  });
});

describe('reversing', () => {
  it('undoes every application first and leaves nothing', async () => {
    const at = await scene({}, 200);
    await apply(at, 107.25);
    await soap(at.client, SOAP.receipts, 'createActivityApplication', 'activityApplication', {
      ReceiptNumber: 'WEB-1-P1',
      ReceivableTrxName: 'Web Gateway Clearing',
      AmountApplied: '10',
    });
    const answer = await act(at, 'reverseReceipt', { reversalCategoryCode: 'REV', reversalReasonCode: 'PAYMENT REVERSAL' });
    expect([answer.status, await balance(at)]).toEqual([200, '107.25']);
    const after = await receiptOf(at);
    expect(after).toMatchObject({
      State: 'Reversed',
      Status: 'Reversed',
      ReversalCategory: 'REV',
      ReversalReason: 'PAYMENT REVERSAL',
    });
    expect(value(after, 'UnappliedAmount')).toBe('0');
    expect(
      (await activities(at.client, ACCOUNT, 'standardReceiptApplications')).every((row) => row.IsLatestApplication === 'N'),
    ).toBe(true);
    expect(codes(await apply(at, 1))).toEqual(['SBX_RECEIPT_REVERSED']);
    expect(
      codes(await act(at, 'reverseReceipt', { reversalCategoryCode: 'REV', reversalReasonCode: 'PAYMENT REVERSAL' })),
    ).toEqual(['SBX_RECEIPT_REVERSED']);
    await balanced(at.client);
  });

  it('needs known codes', async () => {
    const at = await scene();
    expect(
      codes(await act(at, 'reverseReceipt', { reversalCategoryCode: 'NO', reversalReasonCode: 'PAYMENT REVERSAL' })),
    ).toEqual(['SBX_INVALID_LOOKUP']);
    expect(codes(await act(at, 'reverseReceipt', { reversalCategoryCode: 'REV' }))).toEqual(['SBX_INVALID_LOOKUP']);
  });
});

describe('changing and deleting a receipt', () => {
  it('lets the amount grow, and shrink to what is applied', async () => {
    const at = await scene();
    await apply(at, 100);
    const path = `standardReceipts/${at.receiptId}`;
    expect(codes(await at.client.rest('PATCH', path, { Amount: 99.99 }))).toEqual(['SBX_RECEIPT_AMOUNT']);
    expect((await at.client.rest('PATCH', path, { Amount: 150 })).status).toBe(200);
    expect(value(await receiptOf(at), 'UnappliedAmount')).toBe('50');
    expect((await at.client.rest('PATCH', path, { Amount: 100 })).status).toBe(200);
    await balanced(at.client);
  });

  it.each([
    ['applied', (at: Scene) => apply(at, 10)],
    [
      'reversed',
      (at: Scene) => act(at, 'reverseReceipt', { reversalCategoryCode: 'REV', reversalReasonCode: 'PAYMENT REVERSAL' }),
    ],
  ])('keeps the customer of a receipt that was %s', async (why, before) => {
    const at = await scene();
    expect((await before(at)).status).toBe(200);
    const answer = await at.client.rest('PATCH', `standardReceipts/${at.receiptId}`, { CustomerAccountNumber: '40051' });
    expect([answer.status, answer.text]).toEqual([400, expect.stringContaining(`because it was ${why}`)]);
  });

  it('keeps the business unit', async () => {
    const at = await scene();
    const answer = await at.client.rest('PATCH', `standardReceipts/${at.receiptId}`, { BusinessUnit: 'Northwind EU BU' });
    expect(codes(answer)).toEqual(['SBX_READ_ONLY']);
  });

  it('deletes a receipt nothing was done with, on its own day only', async () => {
    let now = new Date();
    const at = await scene({ now: () => now });
    await apply(at, 10);
    const remove = (id: string) => at.client.rest('DELETE', `standardReceipts/${id}`);
    expect(codes(await remove(at.receiptId))).toEqual(['SBX_DELETE_NOT_ALLOWED']);
    const [fresh, old] = [
      await at.client.create('standardReceipts', receipt('X', 1)),
      await at.client.create('standardReceipts', receipt('Y', 2)),
    ];
    expect((await remove(value(fresh, 'StandardReceiptId') ?? '')).status).toBe(204);
    now = new Date(now.getTime() + 86_400_000);
    expect(codes(await remove(value(old, 'StandardReceiptId') ?? ''))).toEqual(['SBX_DELETE_NOT_ALLOWED']);
    await balanced(at.client);
  });
});

describe('remittance references', () => {
  it('come with the receipt or later, and apply it when AutoMatch runs', async () => {
    const client = await pod();
    await client.create('receivablesInvoices', invoice('WEB-1'));
    const references = [{ ReceiptMatchBy: 'Transaction Number', ReferenceNumber: 'WEB-1', ReferenceAmount: 20 }];
    const created = await client.create('standardReceipts', receipt('WEB-1-P1', 26.81, { remittanceReferences: references }));
    expect(created.remittanceReferences).toMatchObject([{ ReferenceNumber: 'WEB-1' }]);
    const path = `standardReceipts/${value(created, 'StandardReceiptId')}`;
    expect(
      codes(await client.rest('POST', `${path}/child/remittanceReferences`, { ReceiptMatchBy: 'Colour', ReferenceNumber: 'x' })),
    ).toEqual(['SBX_INVALID_MATCH_BY']);
    expect(value(await client.get(path), 'UnappliedAmount')).toBe('26.81');
    expect(await client.control('POST', 'automatch')).toEqual({ applied: 1 });
    expect(Number(value(await client.get(path), 'UnappliedAmount'))).toBeLessThan(26.81);
    await balanced(client);
  });
});

describe('what customers owe', () => {
  it('is the same by account and by site', async () => {
    const at = await scene();
    await apply(at, 100);
    await at.client.create('receivablesInvoices', invoice('WEB-2', { PaymentTerms: '30 Net' }));
    const [account] = await at.client.items(ACCOUNT, { q: "AccountNumber='40017'" });
    const [site] = await at.client.items(SITE, { q: "AccountNumber='40017'" });
    expect([value(account, 'TotalOpenReceivablesForAccount'), value(account, 'TotalTransactionsDueForAccount')]).toEqual([
      '34.06',
      '7.25',
    ]);
    expect([value(site, 'TotalOpenReceivablesForSite'), value(site, 'TotalTransactionsDueForSite')]).toEqual(['34.06', '7.25']);
    for (const resource of [ACCOUNT, SITE]) {
      const schedules = await activities(at.client, resource, 'transactionPaymentSchedules');
      expect(schedules.map((row) => [row.TransactionNumber, value(row, 'TotalBalanceAmount'), row.InstallmentStatus])).toEqual([
        ['WEB-1', '7.25', 'Open'],
        ['WEB-2', '26.81', 'Open'],
      ]);
      expect(
        (await activities(at.client, resource, 'standardReceipts')).map((row) => [
          row.ReceiptNumber,
          value(row, 'AvailableAmount'),
        ]),
      ).toEqual([['WEB-1-P1', '7.25']]);
    }
  });
});
