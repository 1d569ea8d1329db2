import { describe, expect, it } from 'vitest';
import type { BrakedCall } from '../../../sidecar/domain/brake.ts';
import { createStoreClient } from '../../../sidecar/woocommerce/client.ts';
import { type Reply, serve } from './support/http-server.ts';
import { verifyLikeWooCommerce } from './support/php-oauth.ts';
import { failureOf, KEY, optionsFor, recordingTrail } from './support/shop-for-tests.ts';
import { selfSignedCertificate } from './support/tls.ts';

const call = () => ({ operation: 'read order', trail: recordingTrail() });

/** Answers the replies in turn, the last one from then on. */
const inTurn = (...replies: Reply[]) => {
  let at = 0;
  return () => replies[Math.min(at++, replies.length - 1)] as Reply;
};

describe('a call to the shop', () => {
  it('carries an OAuth signature that the shop accepts, and no secret', async () => {
    await using server = await serve(() => ({ json: { id: 1 } }));
    const client = createStoreClient(optionsFor(server.url));
    await client.get('wc/v3/orders/1', { _fields: ['id', 'status'], search: 'a b' }, call());
    const [asked] = server.asked;
    expect(asked?.target).toBe('/wp-json/wc/v3/orders/1?_fields=id%2Cstatus&search=a%20b');
    const shop = { home: server.url, secrets: { [KEY.consumerKey]: KEY.consumerSecret }, nowSeconds: Date.now() / 1000 };
    expect(verifyLikeWooCommerce('GET', asked?.target ?? '', asked?.headers.authorization ?? '', shop)).toBe('accepted');
    expect(JSON.stringify(asked)).not.toContain(KEY.consumerSecret);
    client.close();
  });

  it('signs with the home URL when the shop is reached at another address', async () => {
    await using server = await serve(() => ({ json: [] }));
    const home = 'http://shop.example/store';
    const client = createStoreClient(optionsFor(home, { restUrl: `${server.url}/store/index.php/wp-json/` }));
    await client.get('wc/v3/orders', { page: 2 }, call());
    const [asked] = server.asked;
    const shop = { home, secrets: { [KEY.consumerKey]: KEY.consumerSecret }, nowSeconds: Date.now() / 1000 };
    expect(verifyLikeWooCommerce('GET', asked?.target ?? '', asked?.headers.authorization ?? '', shop)).toBe('accepted');
    client.close();
  });

  it('follows no redirect, so that the key goes nowhere else', async () => {
    await using elsewhere = await serve(() => ({ json: {} }));
    await using server = await serve(() => ({ status: 301, headers: { location: `${elsewhere.url}/wp-json/` }, json: {} }));
    const client = createStoreClient(optionsFor(server.url));
    expect(failureOf(await client.get('wc/v3/orders/1', {}, call())).code).toBe('store.redirected');
    expect(elsewhere.asked).toEqual([]);
    client.close();
  });

  it('refuses plain http to any other machine before anything is sent', async () => {
    const trail = recordingTrail();
    const client = createStoreClient(optionsFor('http://shop.example'));
    const failure = failureOf(await client.get('wc/v3/orders/1', {}, { operation: 'read order', trail }));
    expect(failure).toMatchObject({ kind: 'needs-attention', code: 'store.insecure' });
    expect(trail.attempts).toMatchObject([{ status: null, outcome: 'store.insecure' }]);
  });

  it('writes one record per attempt, with path and answer, without host and credentials', async () => {
    await using server = await serve(inTurn({ status: 503, json: { code: 'busy' } }, { json: { id: 7 } }));
    const trail = recordingTrail();
    const client = createStoreClient(optionsFor(server.url));
    await client.get('wc/v3/orders/7', { _fields: 'id' }, { operation: 'read order', trail });
    expect(trail.attempts).toMatchObject([
      {
        system: 'store',
        operation: 'read order',
        method: 'GET',
        path: '/wp-json/wc/v3/orders/7?_fields=id',
        status: 503,
        outcome: 'store.busy',
      },
      { status: 200, outcome: 'ok', response: '{"id":7}', request: null },
    ]);
    const everything = JSON.stringify(trail.attempts);
    for (const secret of [KEY.consumerKey, KEY.consumerSecret, '127.0.0.1', 'oauth_']) expect(everything).not.toContain(secret);
    client.close();
  });

  it('keeps a signature in the address out of the record', async () => {
    await using server = await serve(() => ({ json: [] }));
    const trail = recordingTrail();
    const client = createStoreClient(optionsFor(server.url));
    await client.attempt('wc/v3/orders', { per_page: 1 }, { operation: 'test', trail }, 'oauth-query');
    expect(server.asked[0]?.target).toContain('oauth_signature=');
    expect(server.asked[0]?.headers.authorization).toBeUndefined();
    expect(trail.attempts[0]?.path).toBe('/wp-json/wc/v3/orders?per_page=1');
    client.close();
  });
});

describe('repeating a read within the step', () => {
  it.each<[string, Reply]>([
    ['the connection was lost', 'hang-up'],
    ['half an answer came', 'half'],
    ['the shop was busy', { status: 503, json: {} }],
    ['the gateway had no answer', { status: 502, body: '<html>Bad gateway</html>' }],
  ])('is done when %s, and goes well the third time', async (_, bad) => {
    await using server = await serve(inTurn(bad, bad, { json: { id: 7 } }));
    const client = createStoreClient(optionsFor(server.url));
    expect(await client.get('wc/v3/orders/7', {}, call())).toEqual({ ok: true, value: { id: 7 } });
    expect(server.asked).toHaveLength(3);
    client.close();
  });

  it('ends after three attempts', async () => {
    await using server = await serve(() => 'hang-up');
    const client = createStoreClient(optionsFor(server.url));
    expect(failureOf(await client.get('wc/v3/orders/7', {}, call()))).toMatchObject({
      kind: 'retryable',
      code: 'store.unreachable',
      endpoint: true,
    });
    expect(server.asked).toHaveLength(3);
    client.close();
  });

  it.each<[string, Reply]>([
    ['PHP failed', { status: 500, json: { code: 'internal_server_error' } }],
    ['the key was refused', { status: 401, json: { code: 'woocommerce_rest_authentication_error' } }],
    ['the order is gone', { status: 404, json: { code: 'woocommerce_rest_shop_order_invalid_id' } }],
    ['a web page came', { body: '<html>Log in</html>' }],
    ['the shop asked for ten minutes', { status: 503, headers: { 'retry-after': '600' }, json: {} }],
  ])('is not done when %s', async (_, bad) => {
    await using server = await serve(() => bad);
    const client = createStoreClient(optionsFor(server.url));
    failureOf(await client.get('wc/v3/orders/7', {}, call()));
    expect(server.asked).toHaveLength(1);
    client.close();
  });

  it('waits between attempts with full jitter, and at least as long as the shop asked', async () => {
    await using server = await serve(
      inTurn({ status: 429, json: {} }, { status: 429, headers: { 'retry-after': '2' }, json: {} }, { json: {} }),
    );
    const waits: number[] = [];
    const client = createStoreClient(optionsFor(server.url, { random: () => 0.5, wait: async (ms) => void waits.push(ms) }));
    await client.get('wc/v3/orders/7', {}, call());
    expect(waits).toEqual([250, 2_000]);
    client.close();
  });
});

describe('bounds', () => {
  it('gives up a shop that says nothing, and does not wait for it three times', async () => {
    await using server = await serve(() => 'silence');
    const client = createStoreClient(optionsFor(server.url, { timeoutMs: 50 }));
    expect(failureOf(await client.get('wc/v3/orders/7', {}, call()))).toMatchObject({
      code: 'store.unreachable',
      detail: { code: 'ANSWER' },
    });
    expect(server.asked).toHaveLength(1);
    client.close();
  });

  it('stops reading an answer that is too large', async () => {
    await using server = await serve(() => ({ body: `"${'x'.repeat(300_000)}"` }));
    const client = createStoreClient(optionsFor(server.url, { maxAnswerBytes: 100_000 }));
    expect(failureOf(await client.get('wc/v3/orders/7', {}, call()))).toMatchObject({
      kind: 'needs-attention',
      code: 'store.answer_too_large',
    });
    client.close();
  });

  it('survives JSON nested 100,000 levels deep', async () => {
    await using server = await serve(() => ({ body: `${'['.repeat(100_000)}${']'.repeat(100_000)}` }));
    const client = createStoreClient(optionsFor(server.url));
    expect((await client.get('wc/v3/orders/7', {}, call())).ok).toBe(true);
    client.close();
  });

  it('reads JSON behind a byte order mark', async () => {
    await using server = await serve(() => ({ body: '\uFEFF{"id":7}' }));
    const client = createStoreClient(optionsFor(server.url));
    expect(await client.get('wc/v3/orders/7', {}, call())).toEqual({ ok: true, value: { id: 7 } });
    client.close();
  });
});

describe('the brake and the clock', () => {
  it('hears of each attempt how the endpoint took it, and what it asked for', async () => {
    await using server = await serve(inTurn('hang-up', { status: 429, headers: { 'retry-after': '1' }, json: {} }, { json: {} }));
    const verdicts: Omit<BrakedCall<unknown>, 'value'>[] = [];
    const brake = {
      async run<T>(braked: () => Promise<BrakedCall<T>>): Promise<T> {
        const { value, ...verdict } = await braked();
        verdicts.push(verdict);
        return value;
      },
    };
    const client = createStoreClient(optionsFor(server.url, { brake }));
    await client.get('wc/v3/orders/7', {}, call());
    expect(verdicts).toEqual([{ verdict: 'unreachable' }, { verdict: 'throttled', retryAfterMs: 1_000 }, { verdict: 'ok' }]);
    client.close();
  });

  it('does not hold a connection that the shop closed while idle against the shop', async () => {
    await using server = await serve((asked) => ({ json: { path: asked.target } }));
    const verdicts: string[] = [];
    const brake = {
      async run<T>(braked: () => Promise<BrakedCall<T>>): Promise<T> {
        const { value, verdict } = await braked();
        verdicts.push(verdict);
        return value;
      },
    };
    const client = createStoreClient(optionsFor(server.url, { brake }));
    let goodReads = 0;
    for (let round = 0; round < 5; round++) {
      if ((await client.get('wc/v3/orders/7', {}, call())).ok) goodReads += 1;
      server.closeIdle();
    }
    expect(goodReads).toBe(5);
    expect(new Set(verdicts)).toEqual(new Set(['ok']));
    client.close();
  });

  it('learns how far the shop’s clock is from ours', async () => {
    const ahead = new Date(Date.now() + 3_600_000).toUTCString();
    await using server = await serve(() => ({ headers: { date: ahead }, json: {} }));
    const client = createStoreClient(optionsFor(server.url));
    await client.get('wc/v3/orders/7', {}, call());
    expect(Math.abs(client.clockOffsetMs() - 3_600_000)).toBeLessThan(2_000);
    client.close();
  });
});

const certificate = selfSignedCertificate();
describe.skipIf(!certificate.ok)(certificate.ok ? 'over TLS' : `over TLS [skipped: ${certificate.reason}]`, () => {
  const { key, cert } = certificate.ok ? certificate : { key: '', cert: '' };

  it('sends the key as Basic to a shop whose certificate is trusted', async () => {
    await using server = await serve(() => ({ json: { id: 1 } }), { key, cert });
    const client = createStoreClient(optionsFor(server.url, { auth: { kind: 'basic', ...KEY }, ca: cert }));
    expect(await client.get('wc/v3/orders/1', {}, call())).toEqual({ ok: true, value: { id: 1 } });
    const basic = server.asked[0]?.headers.authorization?.replace('Basic ', '') ?? '';
    expect(Buffer.from(basic, 'base64').toString()).toBe(`${KEY.consumerKey}:${KEY.consumerSecret}`);
    client.close();
  });

  it('sends nothing to a shop whose certificate is not trusted', async () => {
    await using server = await serve(() => ({ json: { id: 1 } }), { key, cert });
    const client = createStoreClient(optionsFor(server.url, { auth: { kind: 'basic', ...KEY } }));
    expect(failureOf(await client.get('wc/v3/orders/1', {}, call()))).toMatchObject({
      kind: 'needs-attention',
      code: 'store.tls',
    });
    expect(server.asked).toEqual([]);
    client.close();
  });
});
