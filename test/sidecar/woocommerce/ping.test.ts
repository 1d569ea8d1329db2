import { describe, expect, it } from 'vitest';
import type { Finding } from '../../../sidecar/apply/ports.ts';
import type { StoreClientOptions } from '../../../sidecar/woocommerce/client.ts';
import { createShop } from '../../../sidecar/woocommerce/shop.ts';
import { type Asked, type Reply, serve } from './support/http-server.ts';
import { verifyLikeWooCommerce } from './support/php-oauth.ts';
import { fixture, KEY, optionsFor, recordingTrail, type StoredAnswer } from './support/shop-for-tests.ts';

const real = (name: string): Reply => fixture<StoredAnswer>(`answers/${name}.json`);
const STATUS = { environment: { version: '10.5.2' }, settings: { currency: 'EUR', HPOS_enabled: true } };

/** By a question of the whole call; undefined leaves it to the well shop. */
type Special = (asked: Asked) => Reply | undefined;

interface ShopLike {
  home?: (url: string) => string;
  index?: Reply;
  answer?: Special;
  headers?: Record<string, string>;
  options?: Partial<StoreClientOptions>;
}

/** Pings a shop that is well but for what is given, and hands back what was found and what the shop was asked. */
async function pinged({ home = (url) => url, index, answer = () => undefined, headers = {}, options = {} }: ShopLike) {
  let url = '';
  await using server = await serve((asked) => {
    const special = answer(asked);
    if (special) return special;
    const path = asked.url.pathname.replace('/wp-json/', '');
    if (path === '') {
      const site = {
        name: 'Corner shop',
        url,
        home: home(url),
        gmt_offset: 9,
        timezone_string: 'Asia/Tokyo',
        namespaces: ['wp/v2', 'wc/v3'],
      };
      return index ?? { headers, json: site };
    }
    return { headers, json: path === 'wc/v3/system_status' ? STATUS : [] };
  });
  url = server.url;
  const shop = createShop(optionsFor(url, options));
  const trail = recordingTrail();
  const findings = await shop.ping(trail);
  shop.close();
  for (const secret of [KEY.consumerKey, KEY.consumerSecret])
    expect(JSON.stringify([findings, trail.attempts])).not.toContain(secret);
  for (const { ok, message, action } of findings) {
    expect(message).not.toMatch(/undefined|\[object|<\w/);
    expect(action === '').toBe(ok);
  }
  return { findings, asked: server.asked };
}

const codes = (findings: Finding[], ok: boolean) => findings.filter((finding) => finding.ok === ok).map(({ code }) => code);

describe('the connection test of a shop that is well', () => {
  it('says what the shop is', async () => {
    const { findings, asked } = await pinged({});
    expect(codes(findings, false)).toEqual([]);
    expect(codes(findings, true)).toEqual(['store.reachable', 'store.authorized', 'store.shop']);
    expect(findings.at(-1)?.message).toBe(
      'WooCommerce 10.5.2, currency EUR, time zone Asia/Tokyo, orders kept in WooCommerce’s own order tables (HPOS).',
    );
    // Without these fields WooCommerce's status report calls two other servers.
    expect(asked.at(-1)?.url.searchParams.get('_fields')).toContain('environment.version');
  });
});

describe('the connection test names the cause', () => {
  const only =
    (name: string): Special =>
    ({ url }) =>
      url.pathname.includes('/wc/v3/') ? real(name) : undefined;

  it.each<[string, ShopLike, string]>([
    [
      'nothing but a web page',
      { answer: () => ({ headers: { 'content-type': 'text/html' }, body: '<html>Welcome</html>' }) },
      'store.not_wordpress',
    ],
    ['another program that speaks JSON', { index: { json: { hello: 'world' } } }, 'store.not_wordpress'],
    [
      'a web server without WordPress',
      { answer: () => ({ status: 404, headers: { 'content-type': 'text/html' }, body: '<html>404</html>' }) },
      'store.not_wordpress',
    ],
    [
      'WordPress on plain permalinks',
      {
        answer: ({ url }) =>
          url.searchParams.get('rest_route') === '/' ? { json: { namespaces: ['wp/v2', 'wc/v3'] } } : real('page-not-found'),
      },
      'store.plain_permalinks',
    ],
    ['a REST API that a plugin closed', { index: real('rest-closed') }, 'store.rest_disabled'],
    [
      'a firewall',
      { answer: () => ({ status: 403, headers: { 'content-type': 'text/html' }, body: '<html>Access denied</html>' }) },
      'store.blocked',
    ],
    ['a site that has moved', { answer: () => real('redirect') }, 'store.redirected'],
    ['a shop in maintenance', { answer: () => real('maintenance') }, 'store.busy'],
    [
      'WordPress without WooCommerce',
      { index: { json: { name: 'Blog', home: '', namespaces: ['wp/v2'] } } },
      'store.no_woocommerce',
    ],
    ['a key that does not exist', { answer: only('unknown-key') }, 'store.unknown_key'],
    ['a wrong secret', { answer: only('wrong-signature') }, 'store.wrong_signature'],
    ['a signature from long ago', { answer: only('old-timestamp') }, 'store.clock_skew'],
    ['a key that may only write', { answer: only('write-only-key') }, 'store.key_cannot_read'],
    ['a user without rights', { answer: only('user-without-rights-list') }, 'store.forbidden'],
    ['another spelling of the address', { home: (url) => url.replace('127.0.0.1', 'localhost') }, 'store.other_home'],
    ['a shop whose clock is off', { headers: { date: new Date(Date.now() + 20 * 60_000).toUTCString() } }, 'store.clock_skew'],
    [
      'Basic over plain http',
      { answer: only('basic-over-http'), options: { auth: { kind: 'basic', ...KEY } } },
      'store.basic_over_http',
    ],
  ])('%s', async (_, shop, code) => {
    const { findings } = await pinged(shop);
    expect(codes(findings, false)).toEqual([code]);
  });

  it('also in a shop that speaks another language, though in fewer words', async () => {
    const french = {
      status: 401,
      json: { code: 'woocommerce_rest_authentication_error', message: 'La clé client n’est pas valide.' },
    };
    const { findings } = await pinged({ answer: ({ url }) => (url.pathname.includes('/wc/v3/') ? french : undefined) });
    const [finding] = findings.filter(({ ok }) => !ok);
    expect(finding).toMatchObject({ code: 'store.unauthorized', message: expect.stringContaining('La clé client') });
  });

  it('which of the lists the user may not read', async () => {
    const { findings } = await pinged({
      answer: ({ url }) => (url.pathname.endsWith('/customers') ? real('user-without-rights-list') : undefined),
    });
    expect(findings.find(({ ok }) => !ok)?.message).toContain('may not read customers');
  });

  it('a host that nobody knows, and a port where nothing listens', async () => {
    const ping = (homeUrl: string) => createShop(optionsFor(homeUrl, { auth: { kind: 'basic', ...KEY } })).ping(recordingTrail());
    const [unknown] = await ping('https://shop.invalid');
    expect(unknown).toMatchObject({ ok: false, code: 'store.unreachable', message: expect.stringContaining('no such host') });
    const [refused] = await ping('http://127.0.0.1:9');
    expect(refused).toMatchObject({ ok: false, code: 'store.unreachable', message: expect.stringContaining('nothing listens') });
    const [insecure] = await ping('http://shop.invalid');
    expect(insecure).toMatchObject({ ok: false, code: 'store.insecure' });
  });
});

describe('when WooCommerce saw no key', () => {
  /** Answers as WooCommerce does to a caller whose header is lost: only a signature in the address shows who calls. */
  const headerLost =
    (home: () => string, secrets: Record<string, string>): Special =>
    ({ url, target }) => {
      if (!url.pathname.includes('/wc/v3/')) return undefined;
      const verdict = verifyLikeWooCommerce('GET', target, '', { home: home(), secrets, nowSeconds: Date.now() / 1000 });
      if (verdict === 'accepted') return { json: [] };
      if (verdict === 'unknown key') return real('unknown-key');
      return verdict === 'no parameters' ? real('no-key-list') : real('wrong-signature');
    };
  /** The shop learns its own address from the first call. */
  const withHome = (secrets: Record<string, string>): Special => {
    return (asked) => headerLost(() => `http://${asked.headers.host}`, secrets)(asked);
  };

  it('although the key is right, the header got lost', async () => {
    const { findings, asked } = await pinged({ answer: withHome({ [KEY.consumerKey]: KEY.consumerSecret }) });
    expect(codes(findings, false)).toEqual(['store.authorization_stripped']);
    expect(asked.some(({ target }) => target.includes('oauth_signature='))).toBe(true);
  });

  it('and does not know it in the address either, the key is wrong', async () => {
    const { findings } = await pinged({ answer: withHome({}) });
    expect(codes(findings, false)).toEqual(['store.unknown_key']);
  });

  it('wherever it stands, something keeps WooCommerce from looking', async () => {
    const { findings } = await pinged({
      answer: ({ url }) => (url.pathname.includes('/wc/v3/') ? real('no-key-list') : undefined),
    });
    expect(codes(findings, false)).toEqual(['store.no_authentication']);
  });
});
