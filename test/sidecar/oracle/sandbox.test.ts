import { afterEach, describe, expect, it } from 'vitest';
import type { CustomerProgress, NewCustomer, ReceivablesAction, ReferenceListName } from '../../../sidecar/apply/ports.ts';
import type { ArInvoice, OracleDocument } from '../../../sidecar/domain/documents.ts';
import { expectOk } from '../../../sidecar/domain/failures.ts';
import { minor } from '../../../sidecar/domain/money.ts';
import type { DocumentKind } from '../../../sidecar/domain/references.ts';
import type { Oracle } from '../../../sidecar/oracle/create-oracle.ts';
import type { OracleOptions } from '../../../sidecar/oracle/options.ts';
import { ada, creditMemo, invoice, line, receipt } from './documents.ts';
import type { keepingTrail } from './fake-oracle.ts';
import { closePod, control, PROFILES, type Profile, world } from './pod.ts';
import { TODAY } from './seed.ts';

afterEach(closePod);

const account = {
  businessUnit: 'Northwind US BU',
  accountNumber: '40017',
  decimals: 2,
  currency: 'USD',
  date: TODAY,
  accountingDate: TODAY,
  today: TODAY,
};
const sold = line({
  memoLine: 'Web Product',
  taxClassification: 'US SALES TAX',
  accountCombination: '01-4110',
  taxes: [{ regime: 'US SALES TAX', rateCode: 'CA STATE 7.25', amount: minor(181) }],
});
const bill = (more: Partial<ArInvoice> = {}) => invoice({ lines: [sold], total: minor(2681), ...more });
const payment = receipt({ amount: minor(2681), remittanceBankAccount: '10271' });
const credit = creditMemo({
  reason: 'Return',
  lines: [
    {
      ...sold,
      quantity: 1,
      net: minor(1250),
      taxes: [{ ...sold.taxes[0], regime: 'US SALES TAX', rateCode: 'CA STATE 7.25', amount: minor(91) }],
    },
  ],
  total: minor(1341),
});

/** Posts a document and looks it up, as the work on an order would after doubt. */
async function post(
  oracle: Oracle,
  document: Parameters<Oracle['receivables']['prepare']>[0],
  trail: ReturnType<typeof keepingTrail>,
): Promise<OracleDocument> {
  const { receivables } = oracle;
  const made = expectOk(await receivables.create(receivables.prepare(document), trail));
  const found = expectOk(
    await receivables.find(
      {
        kind: document.kind,
        number: document.number,
        businessUnit: document.businessUnit,
        decimals: document.decimals,
        ...(document.kind === 'receipt' && { accountNumber: document.billTo.accountNumber }),
        ...('source' in document && { source: document.source }),
      },
      trail,
    ),
  );
  expect(found).toMatchObject({ id: made.id, number: document.number });
  return made;
}

/** Open amounts of invoice, receipt and credit memo, as Oracle says. */
async function balances(oracle: Oracle, ids: { I: string; U: string; C?: string }, trail: ReturnType<typeof keepingTrail>) {
  const { receivables } = oracle;
  const open = async (kind: DocumentKind, id: string | undefined) =>
    id === undefined ? 0 : expectOk(await receivables.read(kind, id, 2, trail)).open;
  return { I: await open('invoice', ids.I), U: await open('receipt', ids.U), C: await open('credit-memo', ids.C) };
}

/** Invoice, receipt, application; refund with unapply, credit memo, re-apply; settlement and its undoing. */
async function story(
  profile: Profile,
  switches: Record<string, string | number | boolean> = {},
  more: Partial<OracleOptions> = {},
  expected: string[] = [],
) {
  const { oracle, trail } = await world(profile, switches, more);
  const { receivables } = oracle;
  const act = async (action: ReceivablesAction) => expectOk(await receivables.perform(action, trail));
  const latest = async (from: { kind: 'receipt' | 'credit-memo'; id: string; number: string }) =>
    expectOk(await receivables.applications({ from, accountNumber: '40017', decimals: 2 }, trail)).filter((row) => row.isLatest);

  const billed = await post(oracle, bill(), trail);
  const paid = await post(oracle, payment, trail);
  const refs = {
    invoice: { id: billed.id, number: billed.number },
    receipt: { id: paid.id, number: paid.number },
  };
  const ids = { I: billed.id, U: paid.id };
  expect(await balances(oracle, ids, trail)).toEqual({ I: 2681, U: 2681, C: 0 });

  await act({ ...account, ...refs, kind: 'apply-receipt', amount: minor(2681) });
  expect(await balances(oracle, ids, trail)).toEqual({ I: 0, U: 0, C: 0 });
  const [applied] = await latest({ kind: 'receipt', ...refs.receipt });
  expect(applied).toMatchObject({ from: 'WEB-100482-P1', to: 'WEB-100482', amount: 2681 });

  const credited = await post(oracle, credit, trail);
  const memo = { id: credited.id, number: credited.number };
  await act({ ...account, ...refs, kind: 'unapply-receipt', amount: minor(2681), applicationId: applied?.id ?? '' });
  expect(await latest({ kind: 'receipt', ...refs.receipt })).toEqual([]);
  await act({ ...account, ...refs, creditMemo: memo, kind: 'apply-credit-memo', amount: minor(1341) });
  await act({ ...account, ...refs, kind: 'apply-receipt', amount: minor(1340) });
  const all = { ...ids, C: memo.id };
  expect(await balances(oracle, all, trail)).toEqual({ I: 0, U: 1341, C: 0 });
  const [creditApplied] = await latest({ kind: 'credit-memo', ...memo });
  expect(creditApplied).toMatchObject({ from: 'WEB-R9001', to: 'WEB-100482', amount: 1341 });

  await act({ ...account, receipt: refs.receipt, kind: 'settle-to-activity', amount: minor(1341), activity: 'Gateway clearing' });
  expect(await balances(oracle, all, trail)).toEqual({ I: 0, U: 0, C: 0 });
  const settled = (await latest({ kind: 'receipt', ...refs.receipt })).find((row) => row.to === null);
  expect(settled).toMatchObject({ activity: 'Gateway clearing', amount: 1341 });
  await act({
    ...account,
    receipt: refs.receipt,
    kind: 'unsettle-from-activity',
    amount: minor(1341),
    activity: 'Gateway clearing',
    applicationId: settled?.id ?? '',
  });
  await act({
    ...account,
    ...refs,
    creditMemo: memo,
    kind: 'unapply-credit-memo',
    amount: minor(1341),
    applicationId: creditApplied?.id ?? '',
  });
  expect(await balances(oracle, all, trail)).toEqual({ I: 1341, U: 1341, C: 1341 });
  expect([...new Set(trail.attempts.map((attempt) => attempt.outcome).filter((outcome) => outcome !== 'ok'))]).toEqual(expected);
  return { oracle, trail, refs, memo, act, all };
}

describe.each(PROFILES)('against the sandbox, release %s', (profile) => {
  it('bills, receives, applies, credits, settles and takes back, to the cent', async () => {
    await story(profile);
    expect(await control('GET', 'ledger?summary=true')).toMatchObject({ balanced: true });
  });

  it('takes back a sale that a gift card paid whole, over nothing', async () => {
    const { oracle, trail } = await world(profile);
    const { taxes: _none, ...plain } = sold;
    const lines = [
      { ...plain, taxes: [], quantity: 1, unitPrice: minor(2500), net: minor(2500) },
      { ...plain, taxes: [], quantity: 1, unitPrice: minor(-2500), net: minor(-2500), lineNumber: 2, description: 'Gift card' },
    ];
    expect(await post(oracle, bill({ lines, total: minor(0) }), trail)).toMatchObject({ enteredAmount: 0, open: 0 });
    expect(await post(oracle, creditMemo({ lines, total: minor(0) }), trail)).toMatchObject({ enteredAmount: 0, open: 0 });
  });

  it('reverses a receipt', async () => {
    const { oracle, act, refs, trail } = await story(profile);
    await act({
      ...account,
      receipt: refs.receipt,
      kind: 'reverse-receipt',
      amount: minor(2681),
      category: 'REV',
      reason: 'PAYMENT REVERSAL',
      comments: 'card disputed',
    });
    expect(expectOk(await oracle.receivables.read('receipt', refs.receipt.id, 2, trail)).open).toBe(0);
  });

  it('pays money out the way the release offers', async () => {
    const { oracle, act, refs, memo, all, trail } = await story(profile);
    if (profile === '26D') {
      await act({ ...account, receipt: refs.receipt, kind: 'refund-receipt', amount: minor(1341), paymentMethod: 'CHECK' });
      expect(await balances(oracle, all, trail)).toEqual({ I: 1341, U: 0, C: 1341 });
    } else {
      await act({ ...account, creditMemo: memo, kind: 'refund-credit-memo', amount: minor(1341), paymentMethod: 'CHECK' });
      expect(await balances(oracle, all, trail)).toEqual({ I: 1341, U: 1341, C: 0 });
    }
  });

  it('dates an application into another open period', async () => {
    const { oracle, trail } = await world(profile);
    const billed = await post(oracle, bill(), trail);
    const paid = await post(oracle, payment, trail);
    const refs = { invoice: { id: billed.id, number: billed.number }, receipt: { id: paid.id, number: paid.number } };
    const done = await oracle.receivables.perform(
      { ...account, ...refs, kind: 'apply-receipt', amount: minor(2681), accountingDate: '2026-10-01' },
      trail,
    );
    expect(done).toMatchObject({ ok: true });
    const { requests } = await control<{ requests: { operation: string | null }[] }>(
      'GET',
      'requests?operation=createApplyReceipt',
    );
    expect(requests).toHaveLength(1);
  });

  it('finds the document whose answer was lost, and learns of the duplicate when it does not look first', async () => {
    const { oracle, trail } = await world(profile);
    const { receivables } = oracle;
    await control('POST', 'faults', { fault: 'hangup-after-commit', route: 'receivablesInvoices', method: 'POST' });
    const prepared = receivables.prepare(bill());
    expect(await receivables.create(prepared, trail)).toMatchObject({ failure: { kind: 'retryable', outcomeUnknown: true } });
    expect(await receivables.create(prepared, trail)).toMatchObject({
      failure: { code: 'oracle.duplicate_number', outcomeUnknown: true },
    });
    const query = {
      kind: 'invoice',
      number: 'WEB-100482',
      businessUnit: 'Northwind US BU',
      source: 'WEB STORE',
      decimals: 2,
    } as const;
    expect(await receivables.find(query, trail)).toMatchObject({
      value: { enteredAmount: 2681, open: 2681, crossReference: 'WEB-100482' },
    });
  });

  it('finds nothing when the request was lost', async () => {
    const { oracle, trail } = await world(profile);
    const { receivables } = oracle;
    await control('POST', 'faults', { fault: 'hangup-before-commit', route: 'standardReceipts', method: 'POST' });
    expect(await receivables.create(receivables.prepare(payment), trail)).toMatchObject({ failure: { outcomeUnknown: true } });
    const query = {
      kind: 'receipt',
      number: payment.number,
      businessUnit: 'Northwind US BU',
      accountNumber: '40017',
      decimals: 2,
    } as const;
    expect(await receivables.find(query, trail)).toEqual({ ok: true, value: null });
  });

  it('renews an expired token once for all who wait', async () => {
    const { oracle, trail } = await world(profile);
    const { receivables } = oracle;
    const query = {
      kind: 'invoice',
      number: 'WEB-1',
      businessUnit: 'Northwind US BU',
      source: 'WEB STORE',
      decimals: 2,
    } as const;
    expectOk(await receivables.find(query, trail));
    await control('POST', 'token', { expireAll: true });
    const found = await Promise.all(Array.from({ length: 10 }, () => receivables.find(query, trail)));
    expect(found.every((each) => each.ok)).toBe(true);
    expect(trail.attempts.filter((attempt) => attempt.operation === 'get token')).toHaveLength(2);
  });

  it('finds the set-up whole', async () => {
    const { oracle, trail } = await world(profile);
    expect((await oracle.ping.ping(trail)).filter((finding) => !finding.ok)).toEqual([]);
  });

  it('says that the release is set wrong', async () => {
    const { oracle, trail } = await world(profile, {}, { release: profile === '26D' ? '25D' : '26D' });
    const findings = await oracle.ping.ping(trail);
    expect(findings.map((finding) => finding.code)).toContain(
      profile === '26D' ? 'oracle.actions_offered' : 'oracle.action_unavailable',
    );
  });

  const EUR = { currency: 'EUR', conversion: { type: 'Corporate', date: TODAY } };
  it.each([
    ['oracle.business_unit_unknown', bill({ businessUnit: 'Nowhere BU' })],
    ['oracle.source_unknown', bill({ source: 'WEB EU' })],
    ['oracle.type_not_in_source', bill({ type: 'Web Credit Memo' })],
    ['oracle.type_not_in_source', { ...credit, type: 'Web Invoice' }],
    ['oracle.customer_unknown', bill({ billTo: { accountNumber: '1' } })],
    ['oracle.site_unknown', bill({ billTo: { accountNumber: '40017', site: 'x' } })],
    ['oracle.period_closed', bill({ accountingDate: '2026-07-15' })],
    ['oracle.payment_terms_unknown', bill({ paymentTerms: 'NEVER' })],
    ['oracle.memo_line_unknown', bill({ lines: [{ ...sold, memoLine: 'No such' }] })],
    ['oracle.account_combination_invalid', bill({ lines: [{ ...sold, accountCombination: '01-4999' }] })],
    ['oracle.tax_code_unknown', bill({ lines: [{ ...sold, taxClassification: 'NO TAX' }] })],
    [
      'oracle.tax_rate_unknown',
      bill({ lines: [{ ...sold, taxes: [{ regime: 'US SALES TAX', rateCode: 'X', amount: minor(181) }] }] }),
    ],
    ['oracle.currency_refused', bill({ currency: 'XAU', conversion: EUR.conversion })],
    ['oracle.conversion_invalid', bill({ ...EUR, conversion: { type: 'Spot', date: TODAY } })],
    ['oracle.reason_unknown', { ...credit, reason: 'Whim' }],
    ['oracle.receipt_method_invalid', { ...payment, receiptMethod: 'Cheque' }],
    ['oracle.bank_account_unknown', { ...payment, remittanceBankAccount: '0' }],
    ['oracle.customer_unknown', { ...payment, billTo: { accountNumber: '1' } }],
  ])('tells a refusal by its cause: %s', async (code, document) => {
    const { oracle, trail } = await world(profile);
    const { receivables } = oracle;
    const result = await receivables.create(receivables.prepare(document), trail);
    expect(result).toMatchObject({ ok: false, failure: { kind: 'needs-attention', code } });
  });

  it('posts in a foreign currency and reads the rate', async () => {
    const { oracle, trail } = await world(profile);
    const made = await post(oracle, bill(EUR), trail);
    const shown = expectOk(await oracle.receivables.read('invoice', made.id, 2, trail));
    expect(shown).toMatchObject({ currency: 'EUR', enteredAmount: 2681, conversionRate: '1.0875' });
  });

  it('posts in a currency without decimals', async () => {
    const { oracle, trail } = await world(profile, {}, {});
    const yen = { currency: 'JPY', decimals: 0, conversion: { type: 'User', date: TODAY, rate: '0.0067' } };
    expect(await post(oracle, bill(yen), trail)).toMatchObject({ enteredAmount: 2681 });
  });
});

/** What nobody could confirm about Oracle, the other way round: the story has to come out the same. */
describe.each<[string, string | number]>([
  ['postStatus', '200'],
  ['errorCodes', 'numbers'],
  ['highestFrameworkVersion', '4'],
  ['unauthorizedBody', 'empty'],
  ['queryOperators', 'seen'],
  ['finderMatch', 'prefix'],
  ['idDigits', '15'],
  ['maxPageSize', 1],
  ['yesNoText', 'Yes'],
  ['createdStatus', 'Incomplete'],
  ['rateInPostAnswer', 'on'],
  ['receiptStateAndStatus', 'progress-in-status'],
  ['receiptAmountsAsText', 'on'],
  ['receiptPostAnswer', 'bare'],
  ['secondApplication', 'accept'],
  ['actionResult', 'id'],
  ['actionResult', 'null'],
  ['reversalRows', 'hidden'],
  ['applicationStatusText', 'code'],
  ['creditReasonMatch', 'meaning'],
  ['soapMtom', 'on'],
  ['soapNamesApplication', 'on'],
  ['soapActivityOperation', 'processActivityApplication'],
  ['soapMemoOperations', 'plain'],
])('with the switch %s at %s', (name, value) => {
  it.each(PROFILES)('the story is the same, release %s', async (profile) => {
    await story(profile, { [name]: value });
  });
});

describe.each(['404', '400'])('a pod of 25D that was set to 26D, answering %s to actions', (missingActionStatus) => {
  it('is served by the SOAP twins all the same', async () => {
    await story('25D', { missingActionStatus }, { release: '26D' }, ['oracle.action_unavailable']);
  });

  it('is told where only 26D has a way', async () => {
    const { oracle, trail } = await world('25D', { missingActionStatus }, { release: '26D' });
    const paid = await post(oracle, payment, trail);
    const { id, number } = paid;
    const refund = {
      ...account,
      receipt: { id, number },
      kind: 'refund-receipt',
      amount: minor(100),
      paymentMethod: 'CHECK',
    } as const;
    expect(await oracle.receivables.perform(refund, trail)).toMatchObject({
      failure: { kind: 'needs-attention', code: 'oracle.action_unavailable', action: expect.stringContaining('25D') },
    });
  });
});

describe('lists in the sandbox', () => {
  const KEYS: Partial<Record<ReferenceListName, string[]>> = {
    businessUnits: ['Northwind US BU'],
    transactionSources: ['WEB STORE'],
    invoiceTypes: ['Web Invoice'],
    creditMemoTypes: ['Web Credit Memo'],
    paymentTerms: ['IMMEDIATE', 'HALF HALF'],
    receiptMethods: ['Web Card Payments'],
    memoLines: ['Web Product'],
    taxClassifications: ['US SALES TAX'],
    taxRates: ['US SALES TAX / CA STATE 7.25'],
    currencies: ['USD', 'EUR', 'JPY'],
    segmentValues: ['COMPANY/01', 'ACCOUNT/1100', 'ACCOUNT/2200', 'ACCOUNT/4110', 'ACCOUNT/4999'],
    periods: ['Jul-26', 'Aug-26', 'Sep-26', 'Oct-26'],
    creditReasons: ['Return'],
    reversalCategories: ['REV'],
    reversalReasons: ['PAYMENT REVERSAL'],
  };
  it.each(Object.entries(KEYS) as [ReferenceListName, string[]][])(
    '%s are those of the pod, page by page',
    async (list, keys) => {
      const { oracle, trail } = await world('26D', { maxPageSize: 2 });
      const rows = expectOk(await oracle.reference.pull(list, 'Northwind US BU', trail));
      expect(rows.map((row) => row.key).toSorted()).toEqual(keys.toSorted());
    },
  );

  it('know what may be used', async () => {
    const { oracle, trail } = await world('26D');
    const usable = async (list: ReferenceListName) =>
      expectOk(await oracle.reference.pull(list, 'Northwind US BU', trail)).filter((row) => row.enabled);
    expect((await usable('periods')).map((row) => row.key).toSorted()).toEqual(['Aug-26', 'Oct-26', 'Sep-26']);
    expect((await usable('segmentValues')).map((row) => row.key)).not.toContain('ACCOUNT/4999');
    const [unit] = await usable('businessUnits');
    expect(unit?.extra).toMatchObject({ currency: 'USD', ledger: 'US Ledger' });
  });

  it('spell account combinations where the pod shows their segments', async () => {
    const { oracle, trail } = await world('26D', { combinationSegments: 'on' });
    await post(oracle, bill(), trail);
    const rows = expectOk(await oracle.reference.pull('accountCombinations', 'Northwind US BU', trail));
    expect(rows.map((row) => row.key)).toContain('01-4110');
  });
});

describe('customers in the sandbox', () => {
  const { billing } = ada;
  const cafe: NewCustomer = { ...ada, kind: 'organization', sourceReference: 'WEB-wp_user:5513', name: 'Blue Heron Cafe LLC' };

  it.each([
    ['a person', ada, 'address'],
    ['a company', cafe, 'address'],
    ['a person, site over SOAP', ada, 'soap'],
    ['a company, site over SOAP', cafe, 'soap'],
  ] as const)('%s gets an account that can be billed', async (_what, customer, partySiteBy) => {
    const { oracle, trail } = await world('26D', {}, { switches: { partySiteBy } });
    const kept: CustomerProgress[] = [];
    const keep = async (now: CustomerProgress) => void kept.push(now);
    const made = expectOk(await oracle.customers.create(customer, {}, keep, trail));
    expect(made.site).not.toBeNull();
    const { accountNumber } = made;
    const billed = await post(oracle, bill({ billTo: { accountNumber } }), trail);
    expect(billed.customerAccountNumber).toBe(accountNumber);
    const match = [{ account: { accountNumber } }];
    expect(await oracle.customers.findBySourceReference('WEBSTORE', customer.sourceReference, trail)).toMatchObject({
      value: match,
    });
    expect(await oracle.customers.findByEmail('ADA@example.org', trail)).toMatchObject({ value: match });
    expect(await oracle.customers.findByName(customer.kind, ` ${customer.name.replace(' ', '  ')}`, trail)).toMatchObject({
      value: match,
    });
    expect(await oracle.customers.findAccount(accountNumber, trail)).toMatchObject({ value: { accountId: made.accountId } });
    // Resumed at any step, it is the same account.
    for (const done of [{}, ...kept]) {
      expect(expectOk(await oracle.customers.create(customer, done, keep, trail)).accountNumber).toBe(accountNumber);
    }
  });

  it.each(['hubPersons', 'CustomerAccountService', 'ReceivablesCustomerProfileService'])(
    'is made once although the answer of %s is lost',
    async (route) => {
      const { oracle, trail } = await world('26D');
      await control('POST', 'faults', { fault: 'hangup-after-commit', route, method: 'POST' });
      const made = expectOk(await oracle.customers.create(ada, {}, async () => {}, trail));
      const found = expectOk(await oracle.customers.findBySourceReference('WEBSTORE', ada.sourceReference, trail));
      expect(found.map((match) => match.account?.accountNumber)).toEqual([made.accountNumber]);
    },
  );

  it('follow a change of name and address', async () => {
    const { oracle, trail } = await world('26D');
    const made = expectOk(await oracle.customers.create(ada, {}, async () => {}, trail));
    const married = { ...ada, billing: { ...billing, lastName: 'Lovelace', city: 'Berkeley' } };
    expectOk(await oracle.customers.update(made, married, trail));
    expect(await oracle.customers.findByName('person', 'ADA LOVELACE', trail)).toMatchObject({
      value: [{ account: { accountNumber: made.accountNumber } }],
    });
  });

  it('wait for a source system that is not registered', async () => {
    const { oracle, trail } = await world('26D');
    expect(await oracle.customers.create({ ...ada, sourceSystem: 'SHOPX' }, {}, async () => {}, trail)).toMatchObject({
      failure: { kind: 'needs-attention', code: 'oracle.source_system_unregistered', message: expect.stringContaining('SHOPX') },
    });
  });
});
