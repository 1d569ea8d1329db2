import { createHmac, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signatureHeaders } from '../../../sidecar/http/signature.ts';
import { folderWith } from '../support/kept-orders.ts';
import { order, SETUP } from '../support/orders.ts';
import { PAIR, paired, request, testSidecar } from '../support/sidecar.ts';

const batch = (ids: number[], site = PAIR.siteUrl) => ({
  site,
  objects: ids.map((id) => ({ kind: 'order', id, seq: 1, changedAt: '2026-11-23T10:00:00Z' })),
  payments: [],
});

describe('pairing', () => {
  it('refuses a wrong code, and locks after five', async () => {
    const { url } = await testSidecar();
    for (let n = 0; n < 5; n += 1) {
      const answer = await request(url, 'POST', '/v1/pair', JSON.stringify({ ...PAIR, code: 'WRONG-CODE' }));
      expect([answer.status, answer.body.error.code]).toEqual([403, 'pairing.wrong_code']);
    }
    expect((await request(url, 'POST', '/v1/pair', JSON.stringify(PAIR))).status).toBe(429);
  });

  it('gives a secret that signs, keeps the previous one good for a while, and forgets both when unpaired', async () => {
    const sidecar = await paired(await testSidecar());
    const first = sidecar.secret;
    await paired(sidecar);
    expect(sidecar.secret).not.toBe(first);
    expect((await sidecar.send('GET', '/v1/admin/connections?actor=kim', undefined, { secret: first })).status).toBe(200);
    expect((await sidecar.send('GET', '/v1/admin/connections?actor=kim')).body.pairing).toMatchObject({
      paired: true,
      siteUrl: PAIR.siteUrl,
    });
    expect((await sidecar.send('POST', '/v1/unpair', {})).status).toBe(200);
    expect((await sidecar.send('GET', '/v1/admin/connections?actor=kim')).body.error.code).toBe('signature.unpaired');
  });
});

describe('signed requests', () => {
  it.each([
    ['without a signature', {}, 'signature.missing'],
    ['with a wrong signature', { 'x-ar-bridge-signature': `v1=${'0'.repeat(64)}` }, 'signature.mismatch'],
  ])('are refused %s', async (_how, headers, code) => {
    const sidecar = await paired(await testSidecar());
    const path = '/v1/admin/overview?actor=kim';
    const stamped = { 'x-ar-bridge-id': randomUUID(), 'x-ar-bridge-timestamp': String(Math.floor(Date.now() / 1000)) };
    const answer = await request(sidecar.url, 'GET', path, '', code === 'signature.missing' ? {} : { ...stamped, ...headers });
    expect([answer.status, answer.body.error.code]).toEqual([401, code]);
  });

  it('are refused when signed more than five minutes ago, and both clocks are named', async () => {
    const sidecar = await paired(await testSidecar());
    const answer = await sidecar.send('POST', '/v1/events', batch([1]), { nowMs: Date.now() - 301_000 });
    expect(answer).toMatchObject({ status: 401, body: { error: { code: 'signature.expired' } } });
    expect(answer.body.error.message).toMatch(/Signed at .*Z, but it is .*Z here/);
  });

  it('are refused when the path or the body was changed on the way', async () => {
    const sidecar = await paired(await testSidecar());
    const body = JSON.stringify(batch([1]));
    const headers = signatureHeaders(sidecar.secret, { method: 'POST', path: '/v1/events', body }, Date.now());
    expect((await request(sidecar.url, 'POST', '/v1/events?x=1', body, headers)).status).toBe(401);
    expect((await request(sidecar.url, 'POST', '/v1/events', body.replace('1', '2'), headers)).status).toBe(401);
    expect((await request(sidecar.url, 'POST', '/v1/events', body, headers)).status).toBe(200);
  });
});

describe('events', () => {
  it('are stored before they are acknowledged, once each', async () => {
    const sidecar = await paired(await testSidecar());
    const body = JSON.stringify(batch([11, 12]));
    const headers = signatureHeaders(sidecar.secret, { method: 'POST', path: '/v1/events', body }, Date.now());
    const first = await request(sidecar.url, 'POST', '/v1/events', body, headers);
    expect(first).toEqual({
      status: 200,
      body: {
        stored: {
          objects: [
            { kind: 'order', id: 11, seq: 1 },
            { kind: 'order', id: 12, seq: 1 },
          ],
          payments: [],
        },
      },
    });
    expect(await request(sidecar.url, 'POST', '/v1/events', body, headers)).toEqual({ status: 200, body: { known: true } });
    const { counts } = (await sidecar.send('GET', '/v1/admin/overview?actor=kim')).body;
    expect(Object.values(counts as Record<string, number>).reduce((all, n) => all + n, 0)).toBe(2);
  });

  it.each([
    ['not JSON', '{', 'request.not_json'],
    ['nothing', '', 'request.empty'],
    ['another shape', '{"site":"x"}', 'request.invalid'],
    ['an id that is no id', JSON.stringify(batch([-1])), 'request.invalid'],
    ['a prototype', '{"__proto__":{"site":"x"},"objects":[]}', 'request.invalid'],
  ])('that are %s answer 400 in words', async (_what, body, code) => {
    const sidecar = await paired(await testSidecar());
    const headers = signatureHeaders(sidecar.secret, { method: 'POST', path: '/v1/events', body }, Date.now());
    const answer = await request(sidecar.url, 'POST', '/v1/events', body, headers);
    expect([answer.status, answer.body.error.code]).toEqual([400, code]);
  });

  it('larger than 1 MB answer 413', async () => {
    const sidecar = await paired(await testSidecar());
    expect((await request(sidecar.url, 'POST', '/v1/events', 'x'.repeat(1_100_000))).status).toBe(413);
  });

  it('of another site than the paired one stop the posting: a copy of the shop must not post', async () => {
    const sidecar = await paired(await testSidecar());
    const answer = await sidecar.send('POST', '/v1/events', batch([1], 'https://staging.example'));
    expect(answer).toMatchObject({ status: 409, body: { error: { code: 'pairing.other_site' } } });
    const overview = (await sidecar.send('GET', '/v1/admin/overview?actor=kim')).body;
    expect(overview).toMatchObject({ mode: 'simulation' });
    expect(overview.modeReason).toContain('staging.example');
  });
});

describe('WooCommerce webhooks', () => {
  const secret = 'webhook-secret';
  const deliver = (url: string, body: string, headers: Record<string, string>) =>
    request(url, 'POST', '/v1/webhooks/woocommerce', body, headers);
  const signed = (body: string, topic: string) => ({
    'content-type': 'application/json',
    'x-wc-webhook-topic': topic,
    'x-wc-webhook-source': PAIR.siteUrl,
    'x-wc-webhook-signature': createHmac('sha256', secret).update(body).digest('base64'),
  });

  it('mark the order dirty, answer the unsigned ping, ignore error objects, refuse a wrong signature', async () => {
    const sidecar = await paired(await testSidecar({ AR_BRIDGE_STORE_WEBHOOK_SECRET: secret }));
    const order = JSON.stringify({ id: 77, status: 'processing', total: '1.00' });
    expect((await deliver(sidecar.url, order, signed(order, 'order.updated'))).status).toBe(200);
    expect((await deliver(sidecar.url, 'webhook_id=3', { 'content-type': 'application/x-www-form-urlencoded' })).status).toBe(
      200,
    );
    const gone = JSON.stringify({
      code: 'woocommerce_rest_shop_order_invalid_id',
      message: 'Invalid ID.',
      data: { status: 404 },
    });
    expect((await deliver(sidecar.url, gone, signed(gone, 'order.created'))).status).toBe(200);
    expect(
      (await deliver(sidecar.url, order, { ...signed(order, 'order.updated'), 'x-wc-webhook-signature': 'bm8=' })).status,
    ).toBe(401);
    const orders = (await sidecar.send('GET', '/v1/admin/orders?actor=kim')).body.orders as { orderId: number }[];
    expect(orders.map((row) => row.orderId)).toEqual([77]);
  });
});

describe('the admin API', () => {
  it('saves the set-up with a version, refuses a stale one, and names each faulty field', async () => {
    const sidecar = await paired(await testSidecar());
    const put = (body: unknown) => sidecar.send('PUT', '/v1/admin/connections/setup?actor=kim', body);
    expect((await put({ baseVersion: 0, setup: SETUP })).body).toMatchObject({ setupVersion: 1, setup: { prefix: 'WEB-' } });
    expect((await put({ baseVersion: 0, setup: SETUP })).body.error.code).toBe('settings.changed_meanwhile');
    const wrong = await put({ baseVersion: 1, setup: { ...SETUP, prefix: 'toolong-', timeZone: 'Mars' } });
    expect(wrong.status).toBe(400);
    expect(Object.keys(wrong.body.error.fields)).toEqual(['setup.prefix', 'setup.timeZone']);
  });

  it('takes up what waited for a business unit as soon as a set-up is saved, and nothing else', async () => {
    const codes = ['business_unit.gone', 'business_unit.unknown', 'account.unmapped'];
    const kept = codes.map((code, at) => ({ order: order({ id: at + 1 }), code }));
    const sidecar = await paired(await testSidecar({}, { folder: await folderWith(kept) }));
    const reasons = async () => {
      const { orders } = (await sidecar.send('GET', '/v1/admin/orders?actor=kim')).body;
      const rows = orders as { orderId: number; reason: { code: string } | null }[];
      return rows.sort((a, b) => a.orderId - b.orderId).map(({ reason }) => reason?.code ?? null);
    };
    expect(await reasons()).toEqual(codes);
    await sidecar.send('PUT', '/v1/admin/connections/setup?actor=kim', { baseVersion: 0, setup: SETUP });
    await expect.poll(async () => (await reasons()).filter((code) => codes.includes(code ?? ''))).toEqual(['account.unmapped']);
  });

  it('refuses Payables for a gateway that returns the money itself', async () => {
    const sidecar = await paired(await testSidecar());
    const setup = { ...SETUP, settlements: [{ gateway: 'stripe', settlement: 'payables', refundsItself: true }] };
    const answer = await sidecar.send('PUT', '/v1/admin/connections/setup?actor=kim', { baseVersion: 0, setup });
    expect(answer.body.error).toMatchObject({ code: 'setup.pays_twice' });
  });

  it('takes secrets and never gives them back', async () => {
    const sidecar = await paired(await testSidecar());
    const saved = await sidecar.send('PUT', '/v1/admin/connections/oracle?actor=kim', {
      url: 'https://pod.example.com',
      clientId: 'bridge',
      clientSecret: 'a-very-secret-value-7f3a',
    });
    expect(saved.body.oracle.clientSecret).toEqual({ set: true, source: 'stored', hint: '…7f3a' });
    expect(JSON.stringify(saved.body)).not.toContain('a-very-secret-value');
    expect(JSON.stringify(saved.body)).not.toContain(PAIR.consumerSecret);
    const again = await sidecar.send('PUT', '/v1/admin/connections/oracle?actor=kim', { clientSecret: '', scope: 'x' });
    expect(again.body.oracle).toMatchObject({ clientSecret: { set: true }, scope: 'x', clientId: 'bridge' });
  });

  it('answers a wrong answer to a question that was not asked', async () => {
    const sidecar = await paired(await testSidecar());
    await sidecar.send('POST', '/v1/events', batch([5]));
    const answer = await sidecar.send('POST', '/v1/admin/orders/5/decide?actor=kim', {
      question: 'order-cancelled',
      choice: 'credit',
    });
    expect(answer).toMatchObject({ status: 409, body: { error: { code: 'decision.not_asked' } } });
    expect((await sidecar.send('POST', '/v1/admin/orders/999/skip?actor=kim', { reason: 'test' })).status).toBe(404);
  });

  it('takes a skipped order up again when it is replayed', async () => {
    const sidecar = await paired(await testSidecar());
    await sidecar.send('POST', '/v1/events', batch([5]));
    expect((await sidecar.send('POST', '/v1/admin/orders/5/skip?actor=kim', { reason: 'a test order' })).body).toEqual({
      accepted: 1,
    });
    expect((await sidecar.send('POST', '/v1/admin/orders/5/replay?actor=kim', {})).body).toEqual({ accepted: 1 });
  });

  it('replays at most a hundred chosen orders at once, skipped ones too', async () => {
    const sidecar = await paired(await testSidecar());
    await sidecar.send('POST', '/v1/events', batch([5, 6]));
    await sidecar.send('POST', '/v1/admin/orders/6/skip?actor=kim', { reason: 'a test order' });
    const many = (orderIds: number[]) => sidecar.send('POST', '/v1/admin/orders/replay?actor=kim', { orderIds });
    expect((await many([5, 6])).body).toEqual({ accepted: 2 });
    expect((await many(Array.from({ length: 101 }, (_, n) => n + 1))).status).toBe(400);
    expect((await many([])).status).toBe(400);
  });

  it('says in words what is not set up', async () => {
    const sidecar = await paired(await testSidecar());
    const { findings } = (await sidecar.send('POST', '/v1/admin/connections/oracle/test?actor=kim', {})).body;
    expect(findings).toMatchObject([{ ok: false, code: 'oracle.not_configured' }]);
  });

  it('writes a CSV that no spreadsheet takes for a formula', async () => {
    const sidecar = await paired(await testSidecar());
    const csv = await sidecar.send('GET', '/v1/admin/audit/csv?actor=kim');
    expect(csv.body.split('\r\n')[0]).toBe(
      'seq,at,orderId,document,system,operation,method,path,status,durationMs,outcome,oracleIds,actor',
    );
  });

  it('has no stack, no version header and no route that is not in the contract', async () => {
    const sidecar = await paired(await testSidecar());
    const response = await fetch(`${sidecar.url}/v1/nothing`);
    expect(response.headers.get('x-powered-by')).toBeNull();
    expect(await response.text()).toBe('{"error":{"code":"route.unknown","message":"There is no GET /v1/nothing."}}');
  });
});
