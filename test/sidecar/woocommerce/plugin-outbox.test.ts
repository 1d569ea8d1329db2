import { describe, expect, it } from 'vitest';
import { noBrake } from '../../../sidecar/domain/brake.ts';
import { verifySignature } from '../../../sidecar/http/signature.ts';
import { createPluginClient } from '../../../sidecar/woocommerce/plugin-outbox.ts';
import { type Asked, type Reply, serve } from './support/http-server.ts';
import { failureOf, recordingTrail } from './support/shop-for-tests.ts';

const SECRET = Buffer.alloc(32, 9).toString('base64');
const SITE = 'https://shop.example';

const PAYMENT = {
  id: 3,
  orderId: 1042,
  kind: 'received',
  amount: '19.99',
  currency: 'USD',
  gateway: 'bacs',
  transactionId: 'T-1',
  at: '2026-11-23T10:00:00Z',
};
const BATCH = {
  site: SITE,
  objects: [{ kind: 'order', id: 1042, seq: 1_763_874_000_123_456, changedAt: '2026-11-23T10:00:00Z' }],
  payments: [PAYMENT],
};

/** A plugin that checks signatures as the decision says and then answers. */
async function pluginThat(answer: (asked: Asked) => Reply, restPath = '/wp-json/') {
  const server = await serve((asked) => {
    const request = { method: asked.method, path: asked.target, body: asked.body };
    const verdict = verifySignature(asked.headers, request, [SECRET], Date.now());
    return verdict.ok ? answer(asked) : { status: 401, json: { error: { code: verdict.code, message: verdict.message } } };
  });
  const trail = recordingTrail();
  const client = (over: { secret?: string; clock?: () => number; site?: string } = {}) =>
    createPluginClient({
      restUrl: server.url + restPath,
      site: over.site ?? SITE,
      secret: () => over.secret ?? SECRET,
      brake: noBrake,
      ...(over.clock && { clock: over.clock }),
    });
  return { server, trail, client };
}

describe('the plugin’s outbox', () => {
  it('is pulled with a signature, its numbers whole', async () => {
    const { server, trail, client } = await pluginThat(() => ({ json: BATCH }));
    await using _ = server;
    const { site: _site, ...rows } = BATCH;
    expect(await client().pull(200, trail)).toEqual({ ok: true, value: rows });
    expect(server.asked[0]?.target).toBe('/wp-json/wc-ar-bridge/v1/outbox?limit=200');
  });

  it('is acknowledged by kind, id and seq, in a signed body', async () => {
    const { server, trail, client } = await pluginThat(() => ({ json: { deleted: 2 } }));
    await using _ = server;
    expect(await client().acknowledge([{ kind: 'order', id: 1042, seq: 5 }], [3], trail)).toEqual({ ok: true, value: undefined });
    const [asked] = server.asked;
    expect(asked).toMatchObject({ method: 'POST', target: '/wp-json/wc-ar-bridge/v1/outbox/ack' });
    expect(JSON.parse(asked?.body ?? '')).toEqual({ objects: [{ kind: 'order', id: 1042, seq: 5 }], payments: [3] });
  });

  it('sits beside the accounts of customers, which are told in a signed body', async () => {
    const { server, trail, client } = await pluginThat(() => ({ json: { kept: 1, unknown: [] } }));
    await using _ = server;
    const customers = [{ id: 12, accountNumbers: ['40051'] }];
    expect(await client().tellAccounts(customers, trail)).toEqual({ ok: true, value: undefined });
    const [asked] = server.asked;
    expect(asked).toMatchObject({ method: 'POST', target: '/wp-json/wc-ar-bridge/v1/customers/account' });
    expect(JSON.parse(asked?.body ?? '')).toEqual({ customers });
  });

  it('sits beside what Oracle has broken, which is told in a signed body', async () => {
    const { server, trail, client } = await pluginThat(() => ({ json: { kept: 1 } }));
    await using _ = server;
    const notices = [{ id: 7, message: 'Rule "Mugs": closed.', orders: 9, sample: [1042] }];
    expect(await client().tellNotices(notices, trail)).toEqual({ ok: true, value: undefined });
    const [asked] = server.asked;
    expect(asked).toMatchObject({ method: 'POST', target: '/wp-json/wc-ar-bridge/v1/notices' });
    expect(JSON.parse(asked?.body ?? '')).toEqual({ notices });
  });

  it('is found on plain permalinks too, and in a folder', async () => {
    const plain = await pluginThat(() => ({ json: BATCH }), '/index.php?rest_route=/');
    await using _plain = plain.server;
    expect((await plain.client().pull(5, plain.trail)).ok).toBe(true);
    expect(plain.server.asked[0]?.url.searchParams.get('rest_route')).toBe('/wc-ar-bridge/v1/outbox');
    const folder = await pluginThat(() => ({ json: BATCH }), '/shop/wp-json/');
    await using _folder = folder.server;
    expect((await folder.client().pull(5, folder.trail)).ok).toBe(true);
    expect(folder.server.asked[0]?.target).toBe('/shop/wp-json/wc-ar-bridge/v1/outbox?limit=5');
  });

  it('of a copied shop is not taken', async () => {
    const { server, trail, client } = await pluginThat(() => ({ json: { ...BATCH, site: 'https://staging.shop.example' } }));
    await using _ = server;
    const failure = failureOf(await client().pull(200, trail));
    expect(failure).toMatchObject({ kind: 'needs-attention', code: 'plugin.other_site' });
    expect(failure.message).toContain('https://staging.shop.example');
    expect((await client({ site: 'https://Staging.Shop.example/' }).pull(200, trail)).ok).toBe(true);
  });

  it('keeps rows of kinds that we do not know', async () => {
    const objects = [...BATCH.objects, { kind: 'subscription', id: 1, seq: 1, changedAt: '2026-11-23T10:00:00Z' }];
    const { server, trail, client } = await pluginThat(() => ({ json: { ...BATCH, objects } }));
    await using _ = server;
    expect(await client().pull(200, trail)).toMatchObject({ ok: true, value: { objects: BATCH.objects } });
  });

  it('that cannot be read stops the pull, and names the field', async () => {
    const { server, trail, client } = await pluginThat(() => ({ json: { ...BATCH, payments: [{ ...PAYMENT, orderId: 'x' }] } }));
    await using _ = server;
    expect(failureOf(await client().pull(200, trail)).message).toContain('payments[0].orderId');
  });

  it('brings a payment with an amount or a time that is none as it came, and the rows beside it', async () => {
    const payments = [{ ...PAYMENT, amount: 'abc' }, { ...PAYMENT, amount: null, at: 7 }, PAYMENT];
    const { server, trail, client } = await pluginThat(() => ({ json: { ...BATCH, payments } }));
    await using _ = server;
    const pulled = await client().pull(200, trail);
    const seen = pulled.ok && pulled.value.payments.map(({ amount, at }) => [amount, at]);
    expect(seen).toEqual([
      ['abc', PAYMENT.at],
      ['null', '7'],
      [PAYMENT.amount, PAYMENT.at],
    ]);
  });
});

describe('what the plugin refuses', () => {
  it('is a clock that is off, told from a wrong secret', async () => {
    const { server, trail, client } = await pluginThat(() => ({ json: BATCH }));
    await using _ = server;
    const late = client({ clock: () => Date.now() - 3_600_000 });
    expect(failureOf(await late.pull(200, trail))).toMatchObject({ kind: 'needs-attention', code: 'plugin.clock_skew' });
    const other = client({ secret: Buffer.alloc(32, 1).toString('base64') });
    expect(failureOf(await other.pull(200, trail))).toMatchObject({ kind: 'needs-attention', code: 'plugin.unauthorized' });
  });

  it('is told apart from a plugin that is not there, or cannot be reached', async () => {
    const { server, trail, client } = await pluginThat(() => ({
      status: 404,
      json: { code: 'rest_no_route', message: 'No route' },
    }));
    await using _ = server;
    expect(failureOf(await client().pull(200, trail)).code).toBe('plugin.no_route');
    const gone = createPluginClient({ restUrl: 'http://127.0.0.1:9/wp-json/', site: SITE, secret: () => SECRET, brake: noBrake });
    expect(failureOf(await gone.pull(200, trail))).toMatchObject({
      kind: 'retryable',
      code: 'plugin.unreachable',
      endpoint: true,
    });
  });

  it('leaves a record without the secret', async () => {
    const { server, trail, client } = await pluginThat(() => ({ json: { deleted: 0 } }));
    await using _ = server;
    await client().acknowledge([], [], trail);
    expect(trail.attempts).toMatchObject([
      { system: 'plugin', operation: 'acknowledge outbox', method: 'POST', status: 200, outcome: 'ok' },
    ]);
    expect(JSON.stringify(trail.attempts)).not.toContain(SECRET);
  });
});
