import { request as httpRequest } from 'node:http';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { signatureHeaders } from '../../../sidecar/http/signature.ts';
import { PAIR, paired, request, type TestSidecar, testSidecar } from '../support/sidecar.ts';

const batch = (id: number) => ({
  site: PAIR.siteUrl,
  objects: [{ kind: 'order', id, seq: 1, changedAt: '2026-11-23T10:00:00Z' }],
  payments: [],
});
const codeOf = (answer: { status: number; body: { error?: { code: string } } }) => [answer.status, answer.body.error?.code];

/** Sends a body in pieces, without saying how long it will be. */
function stream(sidecar: TestSidecar, headers: Record<string, string>, pieces: Buffer[]): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sending = httpRequest(`${sidecar.url}/v1/events`, { method: 'POST', headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    sending.on('error', reject);
    for (const piece of pieces) sending.write(piece);
    sending.end();
  });
}

describe('the route of events', () => {
  it('takes a body that comes in pieces, and its query is signed too', async () => {
    const sidecar = await paired(await testSidecar());
    const body = JSON.stringify(batch(1));
    const headers = signatureHeaders(sidecar.secret, { method: 'POST', path: '/v1/events', body }, Date.now());
    expect(await stream(sidecar, headers, [Buffer.from(body.slice(0, 40)), Buffer.from(body.slice(40))])).toBe(200);
    expect((await sidecar.send('POST', '/v1/events?from=cron', batch(2))).status).toBe(200);
  });

  it('refuses a body that grows beyond 1 MB without having said so, and a packed one', async () => {
    const sidecar = await paired(await testSidecar());
    expect(await stream(sidecar, {}, Array(20).fill(Buffer.alloc(64 * 1024, 120)))).toBe(413);
    const packed = gzipSync(JSON.stringify(batch(1)));
    expect(await stream(sidecar, { 'content-encoding': 'gzip' }, [packed])).toBe(415);
    expect((await sidecar.send('POST', '/v1/events', batch(1))).status).toBe(200);
  });

  it('refuses the previous secret ten minutes after a rotation, and every one after the pairing has ended', async () => {
    const clock = { ms: Date.now() };
    const sidecar = await paired(await testSidecar({}, { nowMs: () => clock.ms }));
    const events = (id: number, secret: string) => sidecar.send('POST', '/v1/events', batch(id), { secret, nowMs: clock.ms });
    const first = sidecar.secret;
    await paired(sidecar);
    expect((await events(1, first)).status).toBe(200);
    clock.ms += 10 * 60_000;
    expect(codeOf(await events(2, first))).toEqual([401, 'signature.mismatch']);
    expect((await events(3, sidecar.secret)).status).toBe(200);
    await sidecar.send('POST', '/v1/unpair', {}, { nowMs: clock.ms });
    expect(codeOf(await events(4, sidecar.secret))).toEqual([401, 'signature.unpaired']);
  });

  it('takes the whole batch when one order is in a currency that nobody but its shop knows', async () => {
    const sidecar = await paired(await testSidecar());
    const payment = (id: number, orderId: number, currency: string) => ({
      id,
      orderId,
      kind: 'received',
      amount: '10.00',
      currency,
      gateway: 'crypto',
      transactionId: '',
      at: '2026-11-23T10:00:00Z',
    });
    const payments = [payment(1, 71, 'USD'), payment(2, 72, 'mBTC'), payment(3, 73, 'USDT')];
    const answer = await sidecar.send('POST', '/v1/events', { ...batch(74), payments });
    expect([answer.status, answer.body.stored.payments]).toEqual([200, [1, 2, 3]]);
    const { orders } = (await sidecar.send('GET', '/v1/admin/orders?actor=kim')).body;
    expect(orders.map(({ orderId }: { orderId: number }) => orderId).sort()).toEqual([71, 72, 73, 74]);
  });

  it('takes the whole batch when the amount or the time of one payment cannot be read', async () => {
    const sidecar = await paired(await testSidecar());
    const good = {
      id: 1,
      orderId: 71,
      kind: 'received',
      amount: '10.00',
      currency: 'USD',
      gateway: 'card',
      transactionId: '',
      at: '2026-11-23T10:00:00Z',
    };
    const payments = [good, { ...good, id: 2, amount: 'ten' }, { ...good, id: 3, at: 'today' }, { ...good, id: 4, amount: null }];
    const answer = await sidecar.send('POST', '/v1/events', { ...batch(74), payments });
    expect([answer.status, answer.body.stored.payments]).toEqual([200, [1, 2, 3, 4]]);
  });

  it('answers only to POST', async () => {
    const sidecar = await paired(await testSidecar());
    expect(codeOf(await request(sidecar.url, 'GET', '/v1/events', ''))).toEqual([404, 'route.unknown']);
  });
});
