import { afterEach, describe, expect, it } from 'vitest';
import type { OracleOptions } from '../../../sidecar/oracle/options.ts';
import { SETUP as setup } from '../support/orders.ts';
import { endFake, type Fake, json, keepingTrail, oracleAt, type SeenRequest, type Step, startFake } from './fake-oracle.ts';

const NOON = Date.parse('2026-09-14T12:00:00Z');
const collection = (...items: object[]): Step => json(200, { items, count: items.length, hasMore: false });
const html = (status: number): Step => ({ status, headers: { 'content-type': 'text/html' }, body: '<html>x</html>' });

/** The operations of one service, each with an element of its own. */
function wsdl(...names: string[]): Step {
  const elements = names.map(
    (name) => `<element name="${name}"><complexType><sequence><element name="x" type="t:X"/></sequence></complexType></element>`,
  );
  const operations = names.map((name) => `<operation name="${name}"/>`);
  return {
    status: 200,
    headers: { 'content-type': 'text/xml' },
    body: `<definitions><types><schema targetNamespace="urn:t">${elements.join('')}</schema></types><portType>${operations.join('')}</portType></definitions>`,
  };
}
const SERVICES: Record<string, Step> = {
  StandardReceiptService: wsdl(
    'createApplyReceipt',
    'createUnapplyReceipt',
    'createReverseReceipt',
    'createActivityApplication',
    'createActivityUnapplication',
  ),
  CreditMemoService: wsdl(
    'createApplyOnAccountCreditMemo',
    'createUnapplyOnAccountCreditMemo',
    'createOnAccountCreditMemoRefund',
  ),
  CustomerAccountService: wsdl('createCustomerAccount', 'mergeCustomerAccount', 'getCustomerAccount'),
  ReceivablesCustomerProfileService: wsdl('getActiveCustomerProfile', 'createCustomerProfile'),
};
const RESOURCES: Record<string, Step> = {
  '11.13.18.05': json(200, {
    items: [{ version: '11.13.18.05', 'adf:extension': { allowedFrameworkVersions: ['1', '2', '3', '4'] } }],
  }),
  receivablesBusinessUnitsLOV: collection({ BusinessUnitId: 1, BusinessUnitName: 'Northwind US BU', PrimaryLedgerId: '2' }),
  ledgersLOV: collection({ LedgerId: 2, CurrencyCode: 'USD' }),
  transactionSourcesLOV: collection({ Name: 'WEB STORE', SetName: 'COMMON' }),
  paymentTermsLOV: collection({ Name: 'IMMEDIATE', SetName: 'COMMON' }),
  receiptMethods: collection({ Name: 'Web Card Payments' }),
  accountingPeriodStatusLOV: collection({
    PeriodNameId: 'Sep-26',
    ClosingStatus: 'O',
    StartDate: '2026-09-01',
    EndDate: '2026-09-30',
  }),
  describe: json(200, {
    Resources: {
      standardReceipts: {
        item: { actions: ['applyReceipt', 'unapplyReceipt', 'reverseReceipt', 'refundReceipt'].map((name) => ({ name })) },
      },
    },
  }),
};

function pod(changed: Record<string, Step> = {}) {
  return (request: SeenRequest): Step => {
    const last = request.path.split('?')[0]?.split('/').at(-1) ?? '';
    if (last in changed) return changed[last] ?? 'hang-up';
    if (request.path.endsWith('?WSDL')) return SERVICES[last] ?? html(404);
    if (last === 'transactionTypesLOV') {
      return collection({ Name: request.path.includes('creditMemo') ? 'Web Credit Memo' : 'Web Invoice', SetName: 'COMMON' });
    }
    return RESOURCES[last] ?? collection();
  };
}

let fake: Fake | undefined;
let end = () => {};
afterEach(async () => {
  end();
  await endFake(fake);
});
async function findings(changed: Record<string, Step> = {}, more: Partial<OracleOptions> = {}) {
  fake = await startFake(pod(changed));
  const oracle = oracleAt(fake.url, { setup: () => setup, clock: () => NOON, ...more });
  end = () => oracle.close();
  return oracle.ping.ping(keepingTrail());
}
const bad = async (changed: Record<string, Step>, more: Partial<OracleOptions> = {}) =>
  (await findings(changed, more)).filter((finding) => !finding.ok);

describe('Test set-up', () => {
  it('finds nothing wrong with a pod that has it all, and says what it looked at', async () => {
    const found = await findings();
    expect(found.filter((finding) => !finding.ok)).toEqual([]);
    expect(found.map((finding) => finding.code)).toEqual([
      'oracle.connected',
      'oracle.privileges',
      'oracle.business_unit',
      'oracle.period_open',
      'oracle.actions_offered',
      'oracle.services',
    ]);
  });

  it('writes nothing', async () => {
    await findings();
    expect(fake?.requests.every((request) => request.method === 'GET')).toBe(true);
  });

  it.each([
    ['a host that is no pod', { '11.13.18.05': html(404) }, 'oracle.wrong_host', 'no Oracle Fusion pod'],
    ['refused credentials', { '11.13.18.05': html(401) }, 'oracle.unauthorized', '401'],
    ['a user without rights', { '11.13.18.05': html(403) }, 'oracle.missing_privilege', '403'],
    [
      'a login page',
      { '11.13.18.05': { status: 200, headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' } },
      'oracle.web_page_instead',
      'web page',
    ],
    [
      'a redirect',
      { '11.13.18.05': { status: 302, headers: { location: 'https://login.example.org/' } } },
      'oracle.redirected',
      'login.example.org',
    ],
  ] as [string, Record<string, Step>, string, string][])('stops at %s', async (_what, changed, code, words) => {
    const found = await findings(changed);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatchObject({ ok: false, code, message: expect.stringContaining(words) });
    expect(found[0]?.action.length).toBeGreaterThan(20);
  });

  it('tells a host that is not there from a wrong one', async () => {
    const oracle = oracleAt('http://127.0.0.1:9');
    end = () => oracle.close();
    expect(await oracle.ping.ping(keepingTrail())).toMatchObject([{ ok: false, code: 'oracle.unreachable' }]);
  });

  it('says which framework versions the pod offers', async () => {
    const old = json(200, { items: [{ 'adf:extension': { allowedFrameworkVersions: ['1', '2'] } }] });
    expect(await bad({ '11.13.18.05': old })).toMatchObject([
      { code: 'oracle.framework_version_refused', message: expect.stringContaining('1, 2') },
    ]);
  });

  it.each([
    ['receivablesInvoices', 'AR_CREATE_RECEIVABLES_INVOICE_PRIV'],
    ['receivablesCreditMemos', 'AR_MANAGE_RECEIVABLES_TRANSACTIONS_PRIV'],
    ['standardReceipts', 'receipts'],
    ['hubPersons', 'trading community'],
  ])('names the privilege missing for %s', async (resource, privilege) => {
    expect(await bad({ [resource]: html(403) })).toMatchObject([
      { code: 'oracle.missing_privilege', action: expect.stringContaining(privilege) },
    ]);
  });

  it('names the business units that there are when ours is unknown', async () => {
    const others = collection({ BusinessUnitId: 1, BusinessUnitName: 'Vision BU' });
    const [finding] = await bad({ receivablesBusinessUnitsLOV: others });
    expect(finding).toMatchObject({ code: 'oracle.business_unit_unknown' });
    expect(finding?.message).toContain('Vision BU');
  });

  it.each([
    ['transactionSourcesLOV', 'oracle.source_unknown', '"WEB STORE"'],
    ['transactionTypesLOV', 'oracle.type_not_in_source', 'transaction type'],
    ['paymentTermsLOV', 'oracle.payment_terms_unknown', '"IMMEDIATE"'],
    ['receiptMethods', 'oracle.receipt_methods_missing', 'no receipt method'],
    ['accountingPeriodStatusLOV', 'oracle.period_closed', '2026-09-14'],
  ])('says when %s lacks what the set-up names', async (resource, code, words) => {
    const found = await bad({ [resource]: collection() });
    expect(found.map((finding) => finding.code)).toContain(code);
    expect(found.map((finding) => finding.message).join()).toContain(words);
  });

  it('says that the current period is closed', async () => {
    const closed = collection({ PeriodNameId: 'Sep-26', ClosingStatus: 'C', StartDate: '2026-09-01', EndDate: '2026-09-30' });
    expect(await bad({ accountingPeriodStatusLOV: closed })).toMatchObject([
      { code: 'oracle.period_closed', message: expect.stringContaining('Sep-26') },
    ]);
  });

  it('says that the ledger is kept in another currency', async () => {
    expect(await bad({ ledgersLOV: collection({ LedgerId: 2, CurrencyCode: 'GBP' }) })).toMatchObject([
      { code: 'oracle.ledger_currency', message: expect.stringContaining('GBP') },
    ]);
  });

  it('says which receipt actions a pod set to 26D lacks, and that 25D may be raised', async () => {
    const none = json(200, { Resources: {} });
    expect(await bad({ describe: none })).toMatchObject([
      { code: 'oracle.action_unavailable', message: expect.stringContaining('applyReceipt') },
    ]);
    end();
    await fake?.close();
    expect(await bad({ describe: none }, { release: '25D' })).toEqual([]);
    end();
    await fake?.close();
    const found = await findings({}, { release: '25D' });
    expect(found.find((finding) => finding.code === 'oracle.actions_offered')?.message).toContain('raised to 26D');
  });

  it('says which web service cannot be read, and which operation it does not name', async () => {
    const found = await bad({
      CreditMemoService: html(403),
      StandardReceiptService: wsdl('createApplyReceipt', 'createUnapplyReceipt'),
    });
    expect(found.map((finding) => finding.code)).toEqual(['oracle.service_unreachable', 'oracle.soap_operation_unknown']);
    expect(found[0]?.message).toContain('/fscmService/CreditMemoService');
    expect(found[1]?.message).toContain('createActivityApplication');
  });

  it('asks for the set-up when there is none', async () => {
    expect(await bad({}, { setup: () => null })).toMatchObject([{ code: 'oracle.setup_missing' }]);
  });
});
