import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SWITCHES } from '../../../sidecar/sandbox/switches.ts';
import { codes, creditMemo, invoice, type Pod, pod, receipt, SOAP, soap, today, value } from './support.ts';

const post = (client: Pod, number: string) => client.rest('POST', 'receivablesInvoices', invoice(number));
const invoices = async (client: Pod) => (await client.ledger()).invoices.map((row) => row.number);

describe('faults', () => {
  it.each([
    ['401', 401],
    ['403', 403],
    ['429', 429],
    ['500', 500],
    ['502', 502],
    ['503', 503],
  ])('answers %s instead of working, once', async (fault, status) => {
    const client = await pod();
    await client.control('POST', 'faults', { fault, route: 'receivablesInvoices', method: 'POST' });
    expect((await post(client, 'WEB-1')).status).toBe(status);
    expect(await invoices(client)).toEqual([]);
    expect((await post(client, 'WEB-1')).status).toBe(201);
  });

  it('hangs up before the commit: nothing happened', async () => {
    const client = await pod();
    await client.control('POST', 'faults', { fault: 'hangup-before-commit', method: 'POST' });
    await expect(post(client, 'WEB-1')).rejects.toThrow();
    expect(await invoices(client)).toEqual([]);
  });

  it('hangs up after the commit: everything happened', async () => {
    const client = await pod();
    await client.control('POST', 'faults', { fault: 'hangup-after-commit', method: 'POST' });
    await expect(post(client, 'WEB-1')).rejects.toThrow();
    expect(await invoices(client)).toEqual(['WEB-1']);
    expect(codes(await post(client, 'WEB-1'))).toEqual(['AR-855040']);
  });

  it.each([
    ['429', { retryAfter: 7 }, /^7$/],
    ['503', { retryAfter: 7, retryAfterForm: 'date' }, /^\w{3}, \d{2} \w{3} \d{4} \d{2}:\d{2}:\d{2} GMT$/],
    ['429', {}, null],
  ])('sends Retry-After with %s %o', async (fault, more, expected) => {
    const client = await pod();
    await client.control('POST', 'faults', { fault, ...more });
    const header = (await post(client, 'WEB-1')).headers.get('retry-after');
    if (expected === null) expect(header).toBeNull();
    else expect(header).toMatch(expected);
  });

  it('lets so many pass first, hits so many, and only what it names', async () => {
    const client = await pod();
    await client.control('POST', 'faults', { fault: '503', route: 'receivablesInvoices', method: 'POST', after: 1, count: 2 });
    expect((await client.rest('GET', 'receivablesInvoices')).status).toBe(200);
    const statuses = [];
    for (const number of ['A', 'B', 'C', 'D']) statuses.push((await post(client, number)).status);
    expect(statuses).toEqual([201, 503, 503, 201]);
    expect(await client.control('GET', 'faults')).toMatchObject([{ fault: '503', hit: 2 }]);
    expect(await client.control('DELETE', 'faults')).toEqual([]);
  });

  it('hits SOAP operations by name, and all until taken away with a count of 0', async () => {
    const client = await pod();
    await client.control('POST', 'faults', { fault: '500', route: 'createApplyReceipt', count: 0 });
    const call = (operation: string) =>
      soap(
        client,
        SOAP.receipts,
        operation,
        operation.replace('create', '').replace(/^./, (first) => first.toLowerCase()),
        { ReceiptNumber: 'X' },
      );
    expect([(await call('createApplyReceipt')).text, (await call('createApplyReceipt')).text]).toEqual([
      expect.stringContaining('Error 500--'),
      expect.stringContaining('Error 500--'),
    ]);
    expect((await call('createReverseReceipt')).text).toContain('AR-855742');
  });

  it('answers late, in half, empty, broken or as a page after the work is done', async () => {
    const client = await pod();
    const one = (fault: object) => client.control('POST', 'faults', { method: 'POST', ...fault });
    await one({ fault: 'slow', ms: 200 });
    const started = performance.now();
    expect((await post(client, 'A')).status).toBe(201);
    expect(performance.now() - started).toBeGreaterThan(190);
    await one({ fault: 'half' });
    await expect(post(client, 'B')).rejects.toThrow();
    await one({ fault: 'empty' });
    expect(await post(client, 'C')).toMatchObject({ status: 201, text: '' });
    await one({ fault: 'not-json' });
    expect(await post(client, 'D')).toMatchObject({ status: 201, json: null });
    await one({ fault: 'html', status: 200 });
    expect((await post(client, 'E')).headers.get('content-type')).toContain('text/html');
    await one({ fault: 'error', status: 400, code: 'AR_ANY', detail: 'Whatever.' });
    expect(codes(await post(client, 'F'))).toEqual(['AR_ANY']);
    expect(await invoices(client)).toEqual(['A', 'B', 'C', 'D']);
  });

  it('refuses what is no fault, saying what would be', async () => {
    const client = await pod();
    const answer = await client.control<{ error: string }>('POST', 'faults', { fault: 'teapot' });
    expect(answer.error).toContain('hangup-after-commit');
  });
});

describe('latency', () => {
  const timed = async (work: () => Promise<unknown>) => {
    const started = performance.now();
    await work();
    return performance.now() - started;
  };

  it('delays what it names by a fixed time, and many calls at once by the same', async () => {
    const client = await pod();
    await client.control('POST', 'latency', { ms: 400, method: 'POST' });
    expect(await timed(() => client.rest('GET', 'receivablesInvoices'))).toBeLessThan(390);
    const took = await timed(() => Promise.all(['A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'].map((number) => post(client, number))));
    expect(took).toBeGreaterThan(395);
    expect(took).toBeLessThan(2400);
    await client.control('POST', 'latency', []);
    expect(await timed(() => post(client, 'I'))).toBeLessThan(390);
  });

  it('works at the end of the wait, or at its beginning with when: after', async () => {
    const client = await pod();
    const during = async (when: string, number: string) => {
      await client.control('POST', 'latency', { ms: 500, when });
      const answer = post(client, number);
      await new Promise((resolve) => setTimeout(resolve, 200));
      const seen = (await invoices(client)).includes(number);
      await answer;
      return seen;
    };
    expect([await during('before', 'A'), await during('after', 'B')]).toEqual([false, true]);
  });

  it('draws from a range or a skewed distribution, and refuses half a rule', async () => {
    const client = await pod();
    expect(
      await client.control('POST', 'latency', [
        { min: 20, max: 60 },
        { p50: 20, p99: 60, route: 'standardReceipts' },
      ]),
    ).toMatchObject([{ min: 20 }, { p50: 20 }]);
    expect(await timed(() => client.rest('GET', 'receivablesInvoices'))).toBeGreaterThan(19);
    expect(await timed(() => client.rest('GET', 'standardReceipts'))).toBeGreaterThan(3);
    expect((await client.control<{ error: string }>('POST', 'latency', { min: 5 })).error).toContain('give ms');
  });
});

describe('limits', () => {
  it('refuse what is above the calls in flight, with Retry-After, and count', async () => {
    const client = await pod();
    await client.control('POST', 'latency', { ms: 150 });
    await client.control('POST', 'limits', { inFlight: 2, retryAfterSeconds: 3 });
    const answers = await Promise.all(['A', 'B', 'C', 'D'].map((number) => post(client, number)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([201, 201, 429, 429]);
    expect(answers.find((answer) => answer.status === 429)?.headers.get('retry-after')).toBe('3');
    expect(await client.control('GET', 'limits')).toMatchObject({ allowed: 2, refused: 2, peakInFlight: 2, inFlight: 0 });
    await client.control('DELETE', 'limits');
    expect((await post(client, 'E')).status).toBe(201);
  });

  it('refuse what is above a rate, and follow a schedule', async () => {
    const client = await pod();
    await client.control('POST', 'limits', { perSecond: 5 });
    const burst = await Promise.all(Array.from({ length: 20 }, () => client.rest('GET', 'receivablesInvoices?limit=1')));
    const good = burst.filter((answer) => answer.status === 200).length;
    expect(good).toBeGreaterThan(0);
    expect(good).toBeLessThan(12);
    await client.control('POST', 'limits', { inFlight: 100, schedule: [{ afterMs: 0, inFlight: 0 }] });
    expect((await client.rest('GET', 'receivablesInvoices')).status).toBe(429);
  });
});

describe('the request log', () => {
  it('keeps what was asked and answered, without secrets', async () => {
    const client = await pod();
    const { clientId, clientSecret, password } = client.sandbox.credentials;
    const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
    const token = await client.send('POST', '/oauth2/v1/token', 'grant_type=client_credentials', {
      authorization: `Basic ${basic}`,
    });
    const access = String((token.json as Record<string, unknown>).access_token);
    await client.send('GET', '/fscmRestApi/resources/11.13.18.05/receivablesInvoices?limit=1', undefined, {
      authorization: `Bearer ${access}`,
      cookie: 'a=b',
    });
    await post(client, 'WEB-1');
    const log = await client.control<{ total: number; requests: Record<string, unknown>[] }>('GET', 'requests');
    expect(log.total).toBe(3);
    expect(log.requests[1]).toMatchObject({
      method: 'GET',
      query: 'limit=1',
      status: 200,
      headers: { authorization: 'Bearer ***', cookie: 'a=b ***' },
    });
    expect(log.requests[2]).toMatchObject({ method: 'POST', status: 201, body: expect.stringContaining('WEB-1') });
    for (const secret of [basic, clientSecret, access, client.basic.slice(6), password])
      expect(JSON.stringify(log)).not.toContain(secret);
  });

  it('is narrowed by method, path, operation and id, and says which fault was met', async () => {
    const client = await pod();
    await client.control('POST', 'faults', { fault: '503', method: 'POST' });
    await post(client, 'WEB-1');
    await client.rest('GET', 'standardReceipts');
    await soap(client, SOAP.receipts, 'createReverseReceipt', 'reverseReceipt', {});
    const find = async (query: string) =>
      (await client.control<{ requests: { id: number; fault: string | null }[] }>('GET', `requests?${query}`)).requests;
    expect(await find('method=POST&path=receivablesInvoices')).toMatchObject([{ id: 1, fault: '503' }]);
    expect(await find('operation=createReverseReceipt')).toMatchObject([{ id: 3 }]);
    expect((await find('since=1')).map((entry) => entry.id)).toEqual([2, 3]);
    expect((await find('limit=1')).map((entry) => entry.id)).toEqual([3]);
    await client.control('DELETE', 'requests');
    expect(await find('')).toEqual([]);
  });
});

describe('set-up while running', () => {
  it('closes and opens a period', async () => {
    const client = await pod();
    const periods = await client.items('accountingPeriodStatusLOV', {
      q: `ApplicationId=222 and LedgerId=${await ledgerId(client)}`,
      limit: '100',
    });
    const status = periods.find((row) => String(row.StartDate) <= today() && today() <= String(row.EndDate));
    const period = String(status?.PeriodNameId);
    expect(status?.ClosingStatus).toBe('O');
    await client.control('POST', 'periods', { period, status: 'C', ledger: 'Northwind US Ledger', application: 'AR' });
    expect(codes(await post(client, 'WEB-1'))).toEqual(['SBX_CLOSED_PERIOD']);
    await client.control('POST', 'periods', { period, status: 'O' });
    expect((await post(client, 'WEB-1')).status).toBe(201);
    expect(await client.control('POST', 'periods', { period: 'Sep-99', status: 'O' })).toEqual({
      error: expect.stringContaining('Sep-99'),
    });
  });

  it('disables and enables an account or a segment value', async () => {
    const client = await pod();
    await client.control('POST', 'accounts', { account: '01-100-41000-0000-000', enabled: false });
    expect(codes(await post(client, 'WEB-1'))).toEqual(['AR_INVALID_GL_ACCOUNT']);
    await client.control('POST', 'accounts', { account: '01-100-41000-0000-000', enabled: true });
    const [set] = await client.items('valueSets', { limit: '5' });
    expect(set).toBeDefined();
    await client.control('POST', 'accounts', { valueSet: await accountValueSet(client), value: '41000', enabled: false });
    expect((await post(client, 'WEB-1')).text).toContain('The value 41000 for segment');
    await client.control('POST', 'accounts', { valueSet: await accountValueSet(client), value: '41000', enabled: true });
    expect((await post(client, 'WEB-1')).status).toBe(201);
  });

  it('resets to the seed: documents, switches, faults, latency and limits', async () => {
    const client = await pod({ switches: { idDigits: '15' } });
    await post(client, 'WEB-1');
    await client.control('POST', 'switches', { createdStatus: 'Incomplete', idDigits: '18' });
    await client.control('POST', 'faults', { fault: '500', count: 0 });
    await client.control('POST', 'limits', { inFlight: 0 });
    expect(await client.control('POST', 'reset')).toEqual({ reset: true });
    expect(await invoices(client)).toEqual([]);
    const created = await client.create('receivablesInvoices', invoice('WEB-1'));
    expect([created.InvoiceStatus, value(created, 'CustomerTransactionId')?.length]).toEqual(['Complete', 15]);
  });

  it('sets switches by name and refuses unknown ones; each has a value, a section and a meaning', async () => {
    const client = await pod();
    expect((await client.control<{ error: string }>('POST', 'switches', { colour: 'blue' })).error).toContain('colour');
    expect((await client.control<{ error: string }>('POST', 'switches', { postStatus: '204' })).error).toContain('201 or 200');
    await client.control('POST', 'switches', { postStatus: '200' });
    expect((await post(client, 'WEB-1')).status).toBe(200);
    const shown = await client.control<{ name: string; value: unknown; default: unknown; section: string; means: string }[]>(
      'GET',
      'switches',
    );
    expect(shown.map((row) => row.name)).toEqual(Object.keys(SWITCHES));
    for (const row of shown) {
      expect(row.section, row.name).toMatch(/^\d/);
      expect(row.means.length, row.name).toBeGreaterThan(10);
      if (row.name !== 'postStatus') expect(row.value, row.name).toBe(row.default);
    }
  });

  it('names its endpoints', async () => {
    const client = await pod();
    expect(Object.keys(await client.control('GET', ''))).toContain('POST reset');
  });
});

async function ledgerId(client: Pod): Promise<string | null> {
  return value((await client.items('ledgersLOV', { q: "Name='Northwind US Ledger'" }))[0], 'LedgerId');
}
async function accountValueSet(client: Pod): Promise<string> {
  const sets = await client.items('valueSets');
  return String(sets.map((set) => set.ValueSetCode).find((code) => /account/i.test(String(code))));
}

describe('a ledger file', () => {
  it('keeps documents, numbers and customers over a restart', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
    try {
      const data = join(folder, 'ledger.db');
      const first = await pod({ data });
      const made = await first.create('receivablesInvoices', invoice('WEB-1'));
      await first.create('standardReceipts', receipt('WEB-1-P1', 5));
      await first.create('receivablesCreditMemos', creditMemo('x', 1, { TransactionNumber: null }));
      await first.sandbox.close();
      const second = await pod({ data });
      const ledger = await second.ledger();
      expect([ledger.invoices.map((row) => row.number), ledger.receipts.length, ledger.balanced]).toEqual([['WEB-1'], 1, true]);
      expect(codes(await post(second, 'WEB-1'))).toEqual(['AR-855040']);
      const next = await second.create('receivablesInvoices', invoice('WEB-2'));
      expect(BigInt(value(next, 'CustomerTransactionId') ?? 0)).toBeGreaterThan(
        BigInt(value(made, 'CustomerTransactionId') ?? 0),
      );
      expect(
        (await second.create('receivablesCreditMemos', creditMemo('x', 1, { TransactionNumber: null }))).TransactionNumber,
      ).toBe('1002');
      expect(await second.items('receivablesCustomerAccountActivities', { q: "AccountNumber='40017'" })).toHaveLength(1);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('the page for people', () => {
  it('shows the ledger, and text from documents as text', async () => {
    const client = await pod();
    await client.create('receivablesInvoices', invoice('<b>WEB</b>&1'));
    const response = await fetch(`${client.sandbox.url}/`);
    const page = await response.text();
    expect([response.status, response.headers.get('content-security-policy')]).toEqual([
      200,
      expect.stringContaining("default-src 'none'"),
    ]);
    expect(page).toContain('&lt;b&gt;WEB&lt;/b&gt;&amp;1');
    expect(page).not.toContain('<b>WEB');
    expect(page).toContain('26.81');
  });

  it('is the only page: everything else outside the interfaces is 404', async () => {
    const client = await pod();
    expect((await fetch(`${client.sandbox.url}/admin`)).status).toBe(404);
  });
});
