import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../sidecar/sandbox/json.ts';
import { codes, creditMemo, invoice, line, type Pod, pod, receipt, rowsOf, value } from './support.ts';

const ROOT = '/fscmRestApi/resources/11.13.18.05';
/** A GET without the framework version that `rest` adds. */
const bare = (client: Pod, path: string, headers: Record<string, string> = {}) =>
  client.send('GET', `${ROOT}/${path}`, undefined, headers);

describe('framework versions (contract section 1.2)', () => {
  it('names its versions and the framework versions it takes', async () => {
    const client = await pod();
    const [version] = await client.items('/fscmRestApi/resources');
    expect(version).toMatchObject({ version: '11.13.18.05', isLatest: true, 'adf:extension': { defaultFrameworkVersion: '1' } });
    const root = await client.get('/fscmRestApi/resources/latest');
    expect((root['adf:extension'] as JsonObject).allowedFrameworkVersions).toEqual(['1', '2', '3', '4', '5', '6', '7', '8', '9']);
  });

  it('answers the version in force', async () => {
    const client = await pod();
    expect((await bare(client, 'receivablesInvoices')).headers.get('rest-framework-version')).toBe('1');
    expect((await client.rest('GET', 'receivablesInvoices')).headers.get('rest-framework-version')).toBe('4');
  });

  it('takes expressions in q from version 2 on', async () => {
    const client = await pod();
    const path = `receivablesInvoices?q=${encodeURIComponent("TransactionNumber = 'A' or TransactionNumber = 'B'")}`;
    expect((await bare(client, path)).status).toBe(400);
    expect((await bare(client, path, { 'REST-Framework-Version': '2' })).status).toBe(200);
    expect((await bare(client, 'receivablesInvoices?q=TransactionNumber=A;InvoiceStatus=Complete')).status).toBe(200);
  });

  it('expands children as arrays before version 3 and as collections from it on', async () => {
    const client = await pod();
    await client.create('receivablesInvoices', invoice('WEB-1'));
    const lines = async (version: string) => {
      const answer = await bare(client, 'receivablesInvoices?expand=receivablesInvoiceLines', {
        'REST-Framework-Version': version,
      });
      return ((answer.json as JsonObject).items as JsonObject[])[0]?.receivablesInvoiceLines;
    };
    expect(await lines('2')).toHaveLength(1);
    expect(await lines('3')).toMatchObject({ items: [expect.anything()], hasMore: false });
  });

  it('refuses in plain text before version 4, in the structured form from it on', async () => {
    const client = await pod();
    const body = JSON.stringify(invoice('WEB-1', { BusinessUnit: 'Nowhere' }));
    const post = (version: string) =>
      client.send('POST', `${ROOT}/receivablesInvoices`, body, {
        'content-type': 'application/json',
        'REST-Framework-Version': version,
      });
    const old = await post('3');
    expect([old.status, old.headers.get('content-type')]).toEqual([400, 'text/plain; charset=utf-8']);
    expect(old.text).toContain('business unit');
    const structured = await post('4');
    expect(structured.headers.get('content-type')).toBe('application/vnd.oracle.adf.error+json');
    expect(structured.json).toMatchObject({
      title: 'Bad Request',
      status: '400',
      'o:errorDetails': [{ 'o:errorCode': 'AR_BU_NOT_FOUND', 'o:errorPath': '/BusinessUnit' }],
    });
  });

  it.each([
    ['0', {}],
    ['10', {}],
    ['four', {}],
    ['4', { accept: 'application/vnd.oracle.adf.error+json' }],
    ['4', { accept: 'text/csv' }],
  ])('answers 406 without a body to version %s with %o', async (version, headers) => {
    const client = await pod();
    const answer = await bare(client, 'receivablesInvoices', { 'REST-Framework-Version': version, ...headers });
    expect([answer.status, answer.text]).toEqual([406, '']);
  });

  it('may know fewer versions, and may take the error media type', async () => {
    const client = await pod({ switches: { highestFrameworkVersion: '4', errorMediaTypeWith4: 'accept' } });
    expect((await bare(client, 'receivablesInvoices', { 'REST-Framework-Version': '5' })).status).toBe(406);
    const accept = 'application/json, application/vnd.oracle.adf.error+json';
    expect((await bare(client, 'receivablesInvoices', { 'REST-Framework-Version': '4', accept })).status).toBe(200);
  });
});

describe('where codes stand (switch errorCodes)', () => {
  it.each([
    ['names', 'AR_INVAL_CUST_TRX_TYPE_ID'],
    ['numbers', undefined],
    ['both', 'AR_INVAL_CUST_TRX_TYPE_ID'],
  ])('%s: o:errorCode is %s and the detail ends with the number', async (mode, code) => {
    const client = await pod({ switches: { errorCodes: mode } });
    const answer = await client.rest('POST', 'receivablesInvoices', invoice('WEB-1', { TransactionType: 'Nothing' }));
    const [detail] = (answer.json as JsonObject)['o:errorDetails'] as JsonObject[];
    expect(detail?.['o:errorCode']).toBe(code);
    expect(detail?.detail).toMatch(/\(AR-856386\)$/);
  });

  it.each([
    ['names', undefined],
    ['both', 'AR-855040'],
  ])('%s: what has a number only stands in o:errorCode as %s', async (mode, code) => {
    const client = await pod({ switches: { errorCodes: mode } });
    await client.create('receivablesInvoices', invoice('WEB-1'));
    const answer = await client.rest('POST', 'receivablesInvoices', invoice('WEB-1'));
    const [detail] = (answer.json as JsonObject)['o:errorDetails'] as JsonObject[];
    expect(detail?.['o:errorCode']).toBe(code);
    expect(detail?.detail).toMatch(/\(AR-855040\)$/);
  });
});

describe('media types and methods', () => {
  it('takes plain JSON and the resource item type, nothing else', async () => {
    const client = await pod();
    const post = (number: string, type: string) =>
      client.rest('POST', 'receivablesInvoices', invoice(number), { 'content-type': type });
    expect((await post('WEB-1', 'application/json')).status).toBe(201);
    expect((await post('WEB-2', 'application/vnd.oracle.adf.resourceitem+json')).status).toBe(201);
    expect((await post('WEB-3', 'application/xml')).status).toBe(415);
    expect((await post('WEB-3', 'application/vnd.oracle.adf.action+json')).status).toBe(415);
  });

  it('takes an action only under its own media type', async () => {
    const client = await pod();
    const id = value(await client.create('standardReceipts', receipt('WEB-1-P1', 10)), 'StandardReceiptId');
    const path = `standardReceipts/${id}/action/refundReceipt`;
    expect((await client.rest('POST', path, { paymentMethodCode: 'CHECK' }, { 'content-type': 'application/json' })).status).toBe(
      415,
    );
    expect((await client.rest('POST', path, { paymentMethodCode: 'CHECK' })).status).toBe(200);
    const wanted = await client.rest('POST', path, {}, { accept: 'application/vnd.oracle.adf.actionresult+json' });
    expect(wanted.status).toBe(400);
  });

  it('answers 405 with the methods there are', async () => {
    const client = await pod();
    const memo = value(await client.create('receivablesCreditMemos', creditMemo('WEB-R1', 10)), 'CustomerTransactionId');
    const cases = [
      ['DELETE', `receivablesCreditMemos/${memo}`, 'GET, PATCH'],
      ['POST', 'receivablesAdjustments', 'GET'],
      ['PUT', 'receivablesInvoices', 'GET, POST'],
      ['POST', 'receivablesBusinessUnitsLOV', 'GET'],
    ] as const;
    for (const [method, path, allowed] of cases) {
      const answer = await client.rest(method, path, method === 'DELETE' ? undefined : {});
      expect([path, answer.status, answer.headers.get('allow')]).toEqual([path, 405, allowed]);
    }
  });

  it('refuses what is no JSON object', async () => {
    const client = await pod();
    for (const body of ['{"BusinessUnit":', '[]', '"text"', '']) {
      const answer = await client.send('POST', `${ROOT}/receivablesInvoices`, body, { 'content-type': 'application/json' });
      expect([body, answer.status]).toEqual([body, 400]);
    }
  });

  it('knows the resources of each context root only there, and answers 404 to everything else', async () => {
    const client = await pod();
    for (const path of [
      `${ROOT}/hubOrganizations`,
      '/crmRestApi/resources/11.13.18.05/receivablesInvoices',
      `${ROOT}/receivablesPayments`,
      `${ROOT}/receivablesInvoices/300100000000000001`,
      `${ROOT}/receivablesInvoices/%ZZ`,
      '/fscmRestApi/resources/11.13.18.04/receivablesInvoices',
      '/fscmRestApi/elsewhere',
    ]) {
      expect([path, (await client.rest('GET', path)).status]).toEqual([path, 404]);
    }
  });
});

describe('an item', () => {
  it('has 18 digits in its id, as a number, and every digit survives the way', async () => {
    const client = await pod();
    const answer = await client.rest('POST', 'receivablesInvoices', invoice('WEB-1'));
    const id = /"CustomerTransactionId":\s*(\d+)/.exec(answer.text)?.[1] ?? '';
    expect(id).toMatch(/^\d{18}$/);
    expect(BigInt(id)).toBeGreaterThan(BigInt(Number.MAX_SAFE_INTEGER));
    expect((await client.get(`receivablesInvoices/${id}`)).TransactionNumber).toBe('WEB-1');
    const short = await pod({ switches: { idDigits: '15' } });
    expect(value(await short.create('receivablesInvoices', invoice('WEB-1')), 'CustomerTransactionId')).toMatch(/^\d{15}$/);
  });

  it('links to itself, its parent and its children; the links lead there', async () => {
    const client = await pod();
    const created = await client.rest('POST', 'receivablesInvoices', invoice('WEB-1'));
    const links = rowsOf(created.json as JsonObject, 'links');
    const self = links.find((link) => link.rel === 'self');
    expect(created.headers.get('location')).toBe(self?.href);
    expect(links.filter((link) => link.rel === 'child').map((link) => link.name)).toContain('receivablesInvoiceLines');
    const child = String(links.find((link) => link.name === 'receivablesInvoiceInstallments')?.href);
    const [installment] = await client.items(child.replace(client.sandbox.url, ''));
    const parent = rowsOf(installment, 'links').find((link) => link.rel === 'parent');
    expect(parent?.href).toBe(self?.href);
    const again = await client.rest('GET', String(self?.href).replace(client.sandbox.url, ''));
    expect(value(again.json as JsonObject, 'TransactionNumber')).toBe('WEB-1');
  });

  it('has no links with onlyData, and a POST answers the children it was sent as arrays', async () => {
    const client = await pod();
    const created = await client.create('receivablesInvoices', invoice('WEB-1'));
    expect(created.receivablesInvoiceLines).toMatchObject([
      { Description: 'Line 1', receivablesInvoiceLineTaxLines: [{ TaxRateCode: 'CA STATE 7.25' }] },
    ]);
    expect(created.receivablesInvoiceInstallments).toBeUndefined();
    const [item] = await client.items('receivablesInvoices', {
      onlyData: 'true',
      expand: 'receivablesInvoiceLines.receivablesInvoiceLineTaxLines',
    });
    expect(JSON.stringify(item)).not.toContain('"rel":"child"');
  });

  it('changes its ETag when it changes; a stale If-Match is 412 with the one in force', async () => {
    const client = await pod();
    const path = `receivablesInvoices/${value(await client.create('receivablesInvoices', invoice('WEB-1')), 'CustomerTransactionId')}`;
    const before = (await client.rest('GET', path)).headers.get('etag') ?? '';
    const [self] = rowsOf(await client.get(path), 'links');
    expect(`"${value(self?.properties as JsonObject, 'changeIndicator')}"`).toBe(before);
    expect((await client.rest('GET', path, undefined, { 'if-none-match': before })).status).toBe(304);
    const patch = (tag: string) => client.rest('PATCH', path, { InvoicePrinted: 'Y' }, { 'if-match': tag });
    expect((await patch(before)).status).toBe(200);
    const stale = await patch(before);
    const after = stale.headers.get('etag') ?? '';
    expect([stale.status, after === before]).toEqual([412, false]);
    expect((await patch(after)).status).toBe(200);
  });

  it('is invisible for a while where the pod is slow to show new rows', async () => {
    let nowMs = Date.now();
    const client = await pod({ switches: { newRowInvisibleMs: 3000 }, now: () => new Date(nowMs) });
    const id = value(await client.create('receivablesInvoices', invoice('WEB-1')), 'CustomerTransactionId');
    const seen = async () => [
      (await client.items('receivablesInvoices', { q: "TransactionNumber='WEB-1'" })).length,
      (await client.rest('GET', `receivablesInvoices/${id}`)).status,
    ];
    expect(await seen()).toEqual([0, 404]);
    expect(codes(await client.rest('POST', 'receivablesInvoices', invoice('WEB-1')))).toEqual(['AR-855040']);
    nowMs += 3000;
    expect(await seen()).toEqual([1, 200]);
  });
});

describe('payload rules', () => {
  it('takes quoted numbers, and JSON numbers for text unless the pod refuses them', async () => {
    const client = await pod();
    await client.create('standardReceipts', { ...receipt('WEB-1-P1', 0), Amount: '12.50' });
    const numeric = { ...receipt('x', 5), ReceiptNumber: 4711, CustomerAccountNumber: 40017 };
    const created = await client.create('standardReceipts', numeric);
    expect(created.ReceiptNumber).toBe('4711');
    const strict = await pod({ switches: { numberForText: 'refuse' } });
    expect(codes(await strict.rest('POST', 'standardReceipts', numeric))).toEqual(['SBX_WRONG_TYPE', 'SBX_WRONG_TYPE']);
  });

  it('points at the child that is wrong', async () => {
    const client = await pod();
    const body = invoice('WEB-1', { receivablesInvoiceLines: [line(1, 1, 1), { ...line(2, 1, 1), Colour: 'red' }] });
    expect((await client.rest('POST', 'receivablesInvoices', body)).text).toContain(
      '"o:errorPath":"/receivablesInvoiceLines/1/Colour"',
    );
  });
});

describe('a batch', () => {
  const batch = (client: Pod, parts: unknown[]) =>
    client.rest('POST', `${ROOT}/`, { parts }, { 'content-type': 'application/vnd.oracle.adf.batch+json' });
  const part = (id: string, path: string, operation: string, payload?: unknown) => ({
    id,
    path,
    operation,
    ...(payload !== undefined && { payload }),
  });

  it('does all its parts', async () => {
    const client = await pod();
    const answer = await batch(client, [
      part('a', '/receivablesInvoices', 'create', invoice('WEB-1')),
      part('b', '/standardReceipts', 'create', receipt('WEB-1-P1', 5)),
      part('c', '/receivablesInvoices?fields=TransactionNumber&onlyData=true', 'get'),
    ]);
    expect(answer.status).toBe(200);
    expect((answer.json as JsonObject).parts).toMatchObject([
      { id: 'a', payload: { TransactionNumber: 'WEB-1' } },
      { id: 'b', payload: { ReceiptNumber: 'WEB-1-P1' } },
      { id: 'c', payload: { items: [{ TransactionNumber: 'WEB-1' }] } },
    ]);
  });

  it('does nothing when one part fails, and names the part', async () => {
    const client = await pod();
    const answer = await batch(client, [
      part('a', '/receivablesInvoices', 'create', invoice('WEB-1')),
      part('b', '/receivablesInvoices', 'create', invoice('WEB-2', { TransactionSource: 'NOWHERE' })),
    ]);
    expect([answer.status, codes(answer)]).toEqual([400, ['AR_BATCH_SOURCE_NOT_FOUND']]);
    expect(answer.text).toContain('"o:errorPath":"/parts/1/payload/TransactionSource"');
    expect((await client.ledger()).invoices).toEqual([]);
    const other = await pod({ switches: { failedBatchStatus: '500' } });
    expect((await batch(other, [part('a', '/receivablesInvoices', 'create', {})])).status).toBe(500);
  });

  it('takes no action and no other media type', async () => {
    const client = await pod();
    const id = value(await client.create('standardReceipts', receipt('WEB-1-P1', 10)), 'StandardReceiptId');
    const refused = await batch(client, [
      part('a', `/standardReceipts/${id}/action/refundReceipt`, 'create', { paymentMethodCode: 'CHECK' }),
    ]);
    expect([refused.status, refused.text]).toEqual([400, expect.stringContaining("isn't enabled in a batch")]);
    expect((await client.rest('POST', `${ROOT}/`, { parts: [] })).status).toBe(415);
  });
});

describe('privileges and data access', () => {
  it('keep a user without them out', async () => {
    const client = await pod();
    const as = (user: string, password: string) => ({
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`,
    });
    const reader = as('READ.ONLY', 'Welcome-4713');
    expect((await client.rest('POST', 'receivablesInvoices', invoice('WEB-1'), reader)).status).toBe(403);
    const clerk = as('EU.CLERK', 'Welcome-4712');
    const refused = await client.rest('POST', 'receivablesInvoices', invoice('WEB-1'), clerk);
    expect([refused.status, codes(refused)]).toEqual([400, ['AR_BU_NOT_FOUND']]);
    const id = value(await client.create('receivablesInvoices', invoice('WEB-1')), 'CustomerTransactionId');
    expect((await client.rest('GET', `receivablesInvoices/${id}`, undefined, clerk)).status).toBe(404);
    expect((await client.rest('GET', 'receivablesInvoices', undefined, clerk)).json).toMatchObject({ items: [] });
  });
});
