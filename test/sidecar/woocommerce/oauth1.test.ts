import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { oauthHeader, oauthParameters, type Query, queryString } from '../../../sidecar/woocommerce/oauth1.ts';
import { type ShopSide, verifyLikeWooCommerce } from './support/php-oauth.ts';
import { KEY } from './support/shop-for-tests.ts';

const NOW = 1_795_400_000;
const shopAt = (home: string, over: Partial<ShopSide> = {}): ShopSide => ({
  home,
  secrets: { [KEY.consumerKey]: KEY.consumerSecret },
  nowSeconds: NOW,
  ...over,
});

/** Sends `query` to `target`, signed for `signedUrl`, and hears what the shop says. */
function asked(shop: ShopSide, signedUrl: string, query: Query, nowMs = NOW * 1000) {
  const target = `${new URL(signedUrl).pathname}?${queryString(query)}`;
  const header = oauthHeader(oauthParameters(KEY, 'GET', signedUrl, query, nowMs));
  return verifyLikeWooCommerce('GET', target, header, shop);
}

describe('signing for WooCommerce', () => {
  it('is accepted with lists, spaces, commas and characters outside ASCII', () => {
    const query = {
      include: [3, 1, 2],
      _fields: ['id', 'status'],
      search: "O'Neil & søn (2*) ~",
      page: 2,
      dates_are_gmt: 'true',
    };
    expect(asked(shopAt('http://shop.test'), 'http://shop.test/wp-json/wc/v3/orders', query)).toBe('accepted');
  });

  it('is accepted for every query that can be sent', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.stringMatching(/^[a-z_]{1,12}$/),
          fc.oneof(fc.string({ unit: 'grapheme' }), fc.integer(), fc.array(fc.nat(), { minLength: 1 })),
        ),
        (query) => asked(shopAt('http://shop.test'), 'http://shop.test/wp-json/wc/v3/orders', query) === 'accepted',
      ),
      { numRuns: 300 },
    );
  });

  it('is accepted by a shop in a folder', () => {
    expect(asked(shopAt('http://shop.test/store'), 'http://shop.test/store/wp-json/wc/v3/orders', { page: 1 })).toBe('accepted');
  });

  it('is accepted as parameters of the address, where the header is lost', () => {
    const query = { per_page: 1 };
    const parameters = oauthParameters(KEY, 'GET', 'http://shop.test/wp-json/wc/v3/orders', query, NOW * 1000);
    const target = `/wp-json/wc/v3/orders?${queryString({ ...query, ...parameters })}`;
    expect(verifyLikeWooCommerce('GET', target, '', shopAt('http://shop.test'))).toBe('accepted');
  });

  it('does not match when another spelling of the home URL was signed', () => {
    expect(asked(shopAt('http://127.0.0.1:8080'), 'http://localhost:8080/wp-json/wc/v3/orders', {})).toBe(
      'signature does not match',
    );
  });

  it('does not match with a wrong secret, and is too old after 15 minutes', () => {
    const other = shopAt('http://shop.test', { secrets: { [KEY.consumerKey]: 'cs_other' } });
    expect(asked(other, 'http://shop.test/wp-json/wc/v3/orders', {})).toBe('signature does not match');
    const late = (NOW - 16 * 60) * 1000;
    expect(asked(shopAt('http://shop.test'), 'http://shop.test/wp-json/wc/v3/orders', {}, late)).toBe('invalid timestamp');
  });

  it('would not match with PHP lists, which is why lists are sent with commas', () => {
    const parameters = oauthParameters(KEY, 'GET', 'http://shop.test/wp-json/wc/v3/orders', { 'status[]': 'any' }, NOW * 1000);
    const target = '/wp-json/wc/v3/orders?status[]=any';
    expect(verifyLikeWooCommerce('GET', target, oauthHeader(parameters), shopAt('http://shop.test'))).toBe(
      'signature does not match',
    );
  });

  it('never sends the secret, and never the same nonce twice', () => {
    const sign = () => oauthHeader(oauthParameters(KEY, 'GET', 'http://shop.test/', {}, NOW * 1000));
    const nonces = Array.from({ length: 100 }, () => /oauth_nonce="([0-9a-f]{32})"/.exec(sign())?.[1]);
    expect(new Set(nonces).size).toBe(100);
    expect(sign()).not.toContain(KEY.consumerSecret);
  });
});
