import { afterEach, describe, expect, it } from 'vitest';
import type { ReceivablesAction } from '../../../sidecar/apply/ports.ts';
import { minor } from '../../../sidecar/domain/money.ts';
import type { OracleOptions } from '../../../sidecar/oracle/options.ts';
import { creditMemo, invoice } from './documents.ts';
import { endFake, type Fake, json, keepingTrail, oracleAt, type SeenRequest, type Step, startFake } from './fake-oracle.ts';

const TODAY = '2026-09-14';
const NOON = Date.parse(`${TODAY}T12:00:00Z`);
const collection = (...items: object[]): Step => json(200, { items, count: items.length, hasMore: false, limit: 25, offset: 0 });
const envelope = (inner: string): Step => ({
  status: 200,
  headers: { 'content-type': 'text/xml' },
  body: `<env:Envelope xmlns:env="http://schemas.xmlsoap.org/soap/envelope/"><env:Body><r:response xmlns:r="urn:r"><r:result>${inner}</r:result></r:response></env:Body></env:Envelope>`,
});
const NO_WSDL: Step = { status: 404, headers: { 'content-type': 'text/html' }, body: '<html>404</html>' };

let fake: Fake | undefined;
let end = () => {};
afterEach(async () => {
  end();
  await endFake(fake);
  fake = undefined;
});

async function world(answer: (request: SeenRequest) => Step, more: Partial<OracleOptions> = {}) {
  fake = await startFake((request) => (request.path.endsWith('?WSDL') ? NO_WSDL : answer(request)));
  const oracle = oracleAt(fake.url, { clock: () => NOON, ...more });
  end = () => oracle.close();
  const seen = () => (fake?.requests ?? []).filter((request) => !request.path.endsWith('?WSDL'));
  return { receivables: oracle.receivables, trail: keepingTrail(), seen };
}
const path = (request: SeenRequest | undefined) =>
  decodeURIComponent(request?.path ?? '').replace('/fscmRestApi/resources/11.13.18.05', '');

describe('finding a document', () => {
  const ask = { number: 'WEB-100482', businessUnit: 'Northwind US BU', source: 'WEB STORE', decimals: 2 } as const;
  const row = {
    CustomerTransactionId: 300100184726519,
    TransactionNumber: 'WEB-100482',
    BusinessUnit: 'Northwind US BU',
    TransactionSource: 'WEB STORE',
    CrossReference: 'WEB-100482',
    EnteredAmount: 28.71,
    InvoiceBalanceAmount: 3.1,
    InvoiceCurrencyCode: 'USD',
    BillToCustomerNumber: '40017',
    ConversionRate: null,
  };

  it('looks an invoice up by number, source and business unit', async () => {
    const { receivables, trail, seen } = await world(() => collection(row));
    expect(await receivables.find({ kind: 'invoice', ...ask }, trail)).toEqual({
      ok: true,
      value: {
        kind: 'invoice',
        id: '300100184726519',
        number: 'WEB-100482',
        enteredAmount: 2871,
        open: 310,
        currency: 'USD',
        crossReference: 'WEB-100482',
        customerAccountNumber: '40017',
        conversionRate: null,
      },
    });
    expect(path(seen()[0])).toContain(
      '/receivablesInvoices?finder=invoiceSearch;TransactionSource=WEB STORE,TransactionNumber=WEB-100482,BusinessUnit=Northwind US BU&',
    );
  });

  it('finds nothing where there is nothing', async () => {
    const { receivables, trail, seen } = await world(() => collection());
    expect(await receivables.find({ kind: 'invoice', ...ask }, trail)).toEqual({ ok: true, value: null });
    expect(seen()).toHaveLength(1);
  });

  it('asks by number alone when a name cannot be asked for, and sorts the rows itself', async () => {
    const businessUnit = "Northwind's BU, Inc";
    const { receivables, trail, seen } = await world(() =>
      collection({ ...row, CustomerTransactionId: 1 }, { ...row, BusinessUnit: businessUnit }),
    );
    const found = await receivables.find({ kind: 'invoice', ...ask, businessUnit }, trail);
    expect(found).toMatchObject({ ok: true, value: { id: '300100184726519' } });
    expect(path(seen()[0])).toContain("?q=TransactionNumber='WEB-100482'&");
  });

  it('asks again exactly when the finder answers other numbers', async () => {
    const { receivables, trail } = await world(({ path: asked }) =>
      asked.includes('finder') ? collection({ ...row, TransactionNumber: 'WEB-1004821' }) : collection(row),
    );
    expect(await receivables.find({ kind: 'invoice', ...ask }, trail)).toMatchObject({ value: { number: 'WEB-100482' } });
  });

  it('looks a credit memo up by q and turns its signs', async () => {
    const { receivables, trail, seen } = await world(() =>
      collection({ ...row, EnteredAmount: -13.41, TransactionBalanceDue: -13.41, CreditMemoCurrency: 'USD' }),
    );
    const found = await receivables.find({ kind: 'credit-memo', ...ask }, trail);
    expect(found).toMatchObject({ value: { kind: 'credit-memo', enteredAmount: 1341, open: 1341 } });
    expect(path(seen()[0])).toContain(
      "/receivablesCreditMemos?q=TransactionNumber='WEB-100482' and BusinessUnit='Northwind US BU' and TransactionSource='WEB STORE'&",
    );
  });

  const receiptRow = (id: number, account: string) => ({
    StandardReceiptId: id,
    ReceiptNumber: 'WEB-100482-P1',
    BusinessUnit: 'Northwind US BU',
    CustomerAccountNumber: account,
    Amount: '28.71',
    UnappliedAmount: '28.71',
    Currency: 'USD',
  });
  const receiptQuery = {
    kind: 'receipt',
    number: 'WEB-100482-P1',
    businessUnit: 'Northwind US BU',
    accountNumber: '40017',
    decimals: 2,
  } as const;

  it('takes the receipt of the right account when the number exists twice', async () => {
    const { receivables, trail } = await world(() => collection(receiptRow(1, '99'), receiptRow(2, '40017')));
    expect(await receivables.find(receiptQuery, trail)).toMatchObject({ value: { id: '2', open: 2871 } });
  });

  it('asks a person when the account has two receipts of the number', async () => {
    const { receivables, trail } = await world(() => collection(receiptRow(1, '40017'), receiptRow(2, '40017')));
    expect(await receivables.find(receiptQuery, trail)).toMatchObject({
      failure: { kind: 'needs-attention', code: 'oracle.several_documents' },
    });
  });

  it('does not take an incomplete document for one that stands', async () => {
    const { receivables, trail } = await world(() => collection({ ...row, InvoiceStatus: 'Incomplete' }));
    expect(await receivables.find({ kind: 'invoice', ...ask }, trail)).toMatchObject({
      failure: { kind: 'needs-attention', code: 'oracle.document_incomplete', outcomeUnknown: true },
    });
  });

  it('reads balances and rate of a document by its id', async () => {
    const { receivables, trail, seen } = await world(() => json(200, { ...row, ConversionRate: 0.8751 }));
    expect(await receivables.read('invoice', '300100184726519', 2, trail)).toMatchObject({
      value: { open: 310, conversionRate: '0.8751' },
    });
    expect(path(seen()[0])).toContain('/receivablesInvoices/300100184726519?fields=');
  });
});

describe('a credit memo that Oracle creates incomplete', () => {
  const memo = (status: string) =>
    json(
      201,
      `{"CustomerTransactionId":300100184741200,"TransactionNumber":"WEB-R9001","CreditMemoStatus":"${status}","EnteredAmount":-25,"TransactionBalanceDue":-25}`,
    );

  it('is completed at once', async () => {
    const { receivables, trail, seen } = await world((request) => memo(request.method === 'POST' ? 'Incomplete' : 'Complete'));
    expect(await receivables.create(receivables.prepare(creditMemo()), trail)).toMatchObject({ ok: true, value: { open: 2500 } });
    expect(seen().map((request) => [request.method, path(request)])).toEqual([
      ['POST', '/receivablesCreditMemos'],
      ['PATCH', '/receivablesCreditMemos/300100184741200'],
    ]);
    expect(seen()[1]?.body).toBe('{"CreditMemoStatus":"Complete"}');
  });

  it('waits for a person when that is refused, and is looked up before it is sent again', async () => {
    const { receivables, trail } = await world((request) => (request.method === 'POST' ? memo('Incomplete') : json(400, 'no')));
    expect(await receivables.create(receivables.prepare(creditMemo()), trail)).toMatchObject({
      failure: { kind: 'needs-attention', code: 'oracle.document_incomplete', outcomeUnknown: true },
    });
  });
});

describe('applications', () => {
  const row = {
    ApplicationId: 300100184750001,
    ApplicationAmount: 28.71,
    ApplicationStatus: 'Applied',
    ActivityName: null,
    ReferenceTransactionNumber: 'WEB-100482',
    IsLatestApplication: 'Y',
  };
  const query = {
    from: { kind: 'receipt', id: '300100184730011', number: 'WEB-100482-P1' },
    accountNumber: '40017',
    decimals: 2,
  } as const;

  it('come from the activities of the account, whose id is looked up once', async () => {
    const { receivables, trail, seen } = await world(({ path: asked }) =>
      asked.includes('/child/') ? collection(row) : collection({ AccountId: 300100184001200, AccountNumber: '40017' }),
    );
    const expected = {
      id: '300100184750001',
      from: 'WEB-100482-P1',
      to: 'WEB-100482',
      activity: null,
      amount: 2871,
      isLatest: true,
      status: 'Applied',
    };
    expect(await receivables.applications(query, trail)).toEqual({ ok: true, value: [expected] });
    await receivables.applications(query, trail);
    expect(seen().map((request) => path(request).split('?')[0])).toEqual([
      '/receivablesCustomerAccountActivities',
      '/receivablesCustomerAccountActivities/300100184001200/child/standardReceiptApplications',
      '/receivablesCustomerAccountActivities/300100184001200/child/standardReceiptApplications',
    ]);
  });

  it.each([
    ['Y', true],
    ['Yes', true],
    ['N', false],
    ['No', false],
    [null, false],
  ])('IsLatestApplication %s is %s', async (said, isLatest) => {
    const { receivables, trail } = await world(({ path: asked }) =>
      asked.includes('/child/')
        ? collection({ ...row, IsLatestApplication: said })
        : collection({ AccountId: 1, AccountNumber: '40017' }),
    );
    expect(await receivables.applications(query, trail)).toMatchObject({ value: [{ isLatest }] });
  });

  it('of a credit memo are positive, whichever sign Oracle gives them', async () => {
    const { receivables, trail, seen } = await world(({ path: asked }) =>
      asked.includes('/child/')
        ? collection({ ...row, ApplicationAmount: -13.41 })
        : collection({ AccountId: 1, AccountNumber: '40017' }),
    );
    const found = await receivables.applications({ ...query, from: { kind: 'credit-memo', id: '7', number: 'WEB-R9' } }, trail);
    expect(found).toMatchObject({ value: [{ amount: 1341, from: 'WEB-R9' }] });
    expect(path(seen()[1])).toContain('/child/creditMemoApplications?q=CreditMemoId=7&');
  });

  it('are all read, page by page, by the rows that came', async () => {
    const rows = Array.from({ length: 5 }, (_, index) => ({ ...row, ApplicationId: index + 1 }));
    const { receivables, trail, seen } = await world(({ path: asked }) => {
      if (!asked.includes('/child/')) return collection({ AccountId: 1, AccountNumber: '40017' });
      const offset = Number(new URL(asked, 'http://x').searchParams.get('offset'));
      return json(200, { items: rows.slice(offset, offset + 2), count: 2, hasMore: offset < 4, limit: 2, offset });
    });
    const found = await receivables.applications(query, trail);
    expect(found.ok && found.value.map((each) => each.id)).toEqual(['1', '2', '3', '4', '5']);
    expect(seen()).toHaveLength(4);
  });

  it('of an account that does not show yet are asked for later', async () => {
    const { receivables, trail } = await world(() => collection());
    expect(await receivables.applications(query, trail)).toMatchObject({
      failure: { kind: 'retryable', code: 'oracle.not_found' },
    });
  });
});

describe('actions', () => {
  const base = {
    businessUnit: 'Northwind US BU',
    accountNumber: '40017',
    amount: minor(2871),
    decimals: 2,
    currency: 'USD',
    date: TODAY,
    accountingDate: TODAY,
    today: TODAY,
  };
  const receipt = { id: '300100184730011', number: 'WEB-100482-P1' };
  const bill = { id: '300100184726519', number: 'WEB-100482' };
  const memo = { id: '300100184741200', number: 'WEB-R9001' };
  const apply: ReceivablesAction = { ...base, kind: 'apply-receipt', receipt, invoice: bill };
  const unapply: ReceivablesAction = {
    ...base,
    kind: 'unapply-receipt',
    receipt,
    invoice: bill,
    applicationId: '300100184750001',
  };
  const reverse: ReceivablesAction = {
    ...base,
    kind: 'reverse-receipt',
    receipt,
    category: 'REV',
    reason: 'PAYMENT REVERSAL',
    comments: 'c',
  };
  const refund: ReceivablesAction = { ...base, kind: 'refund-receipt', receipt, paymentMethod: 'CHECK' };
  const installments = collection({ InstallmentId: 300100184726530, InstallmentSequenceNumber: 1, InstallmentBalanceDue: 28.71 });
  const rest = (request: SeenRequest): Step => (request.method === 'GET' ? installments : json(200, { result: 'SUCCESS' }));
  const soap = (): Step => envelope('<r:ReceivableApplicationId>300100184750123</r:ReceivableApplicationId>');

  it.each([
    ['applyReceipt', apply, '{"appliedPaymentScheduleId":300100184726530,"amountApplied":28.71}'],
    ['unapplyReceipt', unapply, '{"appliedPaymentScheduleId":300100184726530,"receivableApplicationId":300100184750001}'],
    ['reverseReceipt', reverse, '{"reversalCategoryCode":"REV","reversalReasonCode":"PAYMENT REVERSAL"}'],
    ['refundReceipt', refund, '{"amount":28.71,"paymentMethodCode":"CHECK"}'],
  ])('26D: %s over REST', async (name, action, body) => {
    const { receivables, trail, seen } = await world(rest);
    expect(await receivables.perform(action, trail)).toEqual({ ok: true, value: { applicationId: null } });
    const sent = seen().at(-1);
    expect(path(sent)).toBe(`/standardReceipts/300100184730011/action/${name}`);
    expect(sent?.headers['content-type']).toBe('application/vnd.oracle.adf.action+json');
    expect(sent?.body).toBe(body);
  });

  it('26D: takes the id of the application when the action answers it', async () => {
    const { receivables, trail } = await world((request) =>
      request.method === 'GET' ? installments : json(200, { result: '300100184750123' }),
    );
    expect(await receivables.perform(apply, trail)).toEqual({ ok: true, value: { applicationId: '300100184750123' } });
  });

  it("looks an invoice's installment up once", async () => {
    const { receivables, trail, seen } = await world(rest);
    await receivables.perform(apply, trail);
    await receivables.perform(unapply, trail);
    expect(seen().map((request) => request.method)).toEqual(['GET', 'POST', 'POST']);
  });

  it('spares that look-up when the answer to the invoice names its installment', async () => {
    const { receivables, trail, seen } = await world((request) =>
      request.path.endsWith('/receivablesInvoices')
        ? json(
            201,
            '{"CustomerTransactionId":300100184726519,"receivablesInvoiceInstallments":[{"InstallmentId":300100184726530}]}',
          )
        : rest(request),
    );
    await receivables.create(receivables.prepare(invoice()), trail);
    await receivables.perform(apply, trail);
    expect(seen().map((request) => request.method)).toEqual(['POST', 'POST']);
  });

  it('does not guess which of several installments to apply to', async () => {
    const { receivables, trail } = await world(() => collection({ InstallmentId: 1 }, { InstallmentId: 2 }));
    expect(await receivables.perform(apply, trail)).toMatchObject({ failure: { code: 'oracle.several_installments' } });
  });

  it.each([
    ['that is not today', { accountingDate: '2026-10-01' }, '2026-10-01'],
    ['that is today in UTC, while the business unit has another day', { today: '2026-10-01' }, TODAY],
  ])('26D: an accounting date %s takes the SOAP twin', async (_what, over, dated) => {
    const { receivables, trail, seen } = await world(soap);
    expect(await receivables.perform({ ...apply, ...over }, trail)).toEqual({
      ok: true,
      value: { applicationId: '300100184750123' },
    });
    expect(seen().map((request) => request.path)).toEqual(['/fscmService/StandardReceiptService']);
    expect(seen()[0]?.body).toContain(`<obj:AccountingDate>${dated}</obj:AccountingDate>`);
  });

  const COMMON = 'http://xmlns.oracle.com/apps/financials/receivables/receipts/shared/standardReceiptService/commonService/';
  const MEMOS = 'http://xmlns.oracle.com/apps/financials/receivables/transactions/creditMemos/creditMemoService/';
  const settle: ReceivablesAction = { ...base, kind: 'settle-to-activity', receipt, activity: 'Gateway & clearing' };
  it.each([
    [
      'apply-receipt',
      apply,
      'createApplyReceipt',
      'applyReceipt',
      COMMON,
      ['ReceiptId>300100184730011<', 'CustomerTrxId>300100184726519<', 'AmountApplied>28.71<'],
    ],
    [
      'unapply-receipt',
      unapply,
      'createUnapplyReceipt',
      'unapplyReceipt',
      COMMON,
      ['ReceivableApplicationId>300100184750001<', 'BusinessUnit>Northwind US BU<'],
    ],
    [
      'reverse-receipt',
      reverse,
      'createReverseReceipt',
      'reverseReceipt',
      COMMON,
      ['ReversalCategory>REV<', 'ReversalReasonCode>PAYMENT REVERSAL<'],
    ],
    [
      'settle-to-activity',
      settle,
      'createActivityApplication',
      'activityApplication',
      COMMON,
      ['ReceivableTrxName>Gateway &amp; clearing<'],
    ],
    [
      'unsettle-from-activity',
      { ...base, kind: 'unsettle-from-activity', receipt, activity: 'A', applicationId: '77' } as ReceivablesAction,
      'createActivityUnapplication',
      'activityUnapplication',
      COMMON,
      ['ReceivableApplicationId>77<'],
    ],
    [
      'apply-credit-memo',
      { ...base, kind: 'apply-credit-memo', creditMemo: memo, invoice: bill } as ReceivablesAction,
      'createApplyOnAccountCreditMemo',
      'applyOnAccountCreditMemo',
      MEMOS,
      ['CreditMemoTrxId>300100184741200<', 'InvoiceCustomerTrxId>300100184726519<', 'AmountApplied>28.71<'],
    ],
    [
      'unapply-credit-memo',
      { ...base, kind: 'unapply-credit-memo', creditMemo: memo, invoice: bill, applicationId: '78' } as ReceivablesAction,
      'createUnapplyOnAccountCreditMemo',
      'unapplyOnAccountCreditMemo',
      MEMOS,
      ['CreditMemoCustomerTrxId>300100184741200<', 'ReceivableApplicationId>78<'],
    ],
    [
      'refund-credit-memo',
      { ...base, kind: 'refund-credit-memo', creditMemo: memo, paymentMethod: 'CHECK' } as ReceivablesAction,
      'createOnAccountCreditMemoRefund',
      'onAccountCreditMemoRefund',
      MEMOS,
      ['CreditMemoBusinessUnit>Northwind US BU<', 'RefundPaymentMethodCode>CHECK<'],
    ],
  ])('25D: %s over SOAP', async (_what, action, operation, wrapper, namespace, parts) => {
    const { receivables, trail, seen } = await world(soap, { release: '25D' });
    expect(await receivables.perform(action, trail)).toMatchObject({ ok: true });
    const [sent] = seen();
    expect(sent?.headers.soapaction).toBe(`"${namespace}${operation}"`);
    expect(sent?.body).toContain(`xmlns:typ="${namespace}types/"`);
    expect(sent?.body).toContain(`<typ:${operation}><typ:${wrapper}>`);
    for (const part of parts) expect(sent?.body).toContain(`<obj:${part}/obj:`);
    expect(trail.attempts.at(-1)).toMatchObject({ method: 'POST', outcome: 'ok' });
  });

  it('25D: cannot refund a receipt, and says so before anything is sent', async () => {
    const { receivables, trail, seen } = await world(soap, { release: '25D' });
    expect(await receivables.perform(refund, trail)).toMatchObject({
      failure: { kind: 'needs-attention', code: 'oracle.action_unavailable' },
    });
    expect(seen()).toEqual([]);
  });

  it.each(['hang-up', 'silence'] as const)('is left in doubt after %s, and sent once', async (step) => {
    const { receivables, trail, seen } = await world((request) => (request.method === 'GET' ? installments : step), {
      timeoutMs: 200,
    });
    expect(await receivables.perform(apply, trail)).toMatchObject({ failure: { kind: 'retryable', outcomeUnknown: true } });
    expect(seen().filter((request) => request.method === 'POST')).toHaveLength(1);
  });

  it('leaves nothing in doubt when the look-up before it fails', async () => {
    const { receivables, trail, seen } = await world(() => 'hang-up');
    expect(await receivables.perform(apply, trail)).toMatchObject({ failure: { kind: 'retryable', outcomeUnknown: false } });
    expect(seen().every((request) => request.method === 'GET')).toBe(true);
  });

  it('names receipt, invoice and application in the audit', async () => {
    const { receivables, trail } = await world(rest);
    await receivables.perform(unapply, trail);
    expect(trail.attempts.at(-1)).toMatchObject({
      operation: 'unapply receipt',
      oracleIds: ['300100184730011', '300100184726519', '300100184750001'],
    });
  });
});
