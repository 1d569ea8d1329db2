import { createHmac, randomBytes } from 'node:crypto';
import OAuth from 'oauth-1.0a';

export interface ConsumerKey {
  consumerKey: string;
  consumerSecret: string;
}

/** A query in the order it is sent. Lists go as comma lists: WooCommerce signs PHP's parsed arrays, so `status[]=` never matches. */
export type Query = Record<string, string | number | readonly (string | number)[]>;

/** The oauth_ parameters of one request; for the Authorization header, or for the query where the header does not arrive. */
export type OAuthParameters = Record<string, string>;

/**
 * Signs a request as OAuth 1.0a one-legged, HMAC-SHA256. The secret itself is not in it.
 *
 * In      url    the address as the shop knows itself (its home URL), without query; nowMs  milliseconds since the epoch
 * Source  WooCommerce 10.5.2 class-wc-rest-authentication.php check_oauth_signature
 */
export function oauthParameters(key: ConsumerKey, method: string, url: string, query: Query, nowMs: number): OAuthParameters {
  const oauth = oauthOf(key);
  // The library draws nonces from Math.random and the time from its own clock.
  oauth.getNonce = () => randomBytes(16).toString('hex');
  oauth.getTimeStamp = () => Math.floor(nowMs / 1000);
  const all = oauth.authorize({ method, url, data: flatten(query) });
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, String(value)]));
}

/** `OAuth oauth_consumer_key="...", ...` */
export function oauthHeader(parameters: OAuthParameters): string {
  const pairs = Object.entries(parameters).map(([name, value]) => `${encode(name)}="${encode(value)}"`);
  return `OAuth ${pairs.join(', ')}`;
}

const oauthOf = ({ consumerKey, consumerSecret }: ConsumerKey): OAuth =>
  new OAuth({
    consumer: { key: consumerKey, secret: consumerSecret },
    signature_method: 'HMAC-SHA256',
    hash_function: (base, signingKey) => createHmac('sha256', signingKey).update(base).digest('base64'),
  });

/** `page=2&status=any`; RFC 3986, a space is `%20`, as the signature has it. */
export function queryString(query: Query): string {
  return Object.entries(flatten(query))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
}

function flatten(query: Query): Record<string, string> {
  return Object.fromEntries(
    Object.entries(query).map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : String(value)]),
  );
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!*'()]/g, (mark) => `%${mark.charCodeAt(0).toString(16).toUpperCase()}`);
