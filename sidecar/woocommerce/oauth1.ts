import { createHmac, randomBytes } from 'node:crypto';
import OAuth from 'oauth-1.0a';

export interface ConsumerKey {
  consumerKey: string;
  consumerSecret: string;
}

/** A query in the order it is sent. Lists go as comma lists: WooCommerce signs PHP's parsed arrays, so `status[]=` never matches. */
export type Query = Record<string, string | number | readonly (string | number)[]>;

/**
 * Signs a request as OAuth 1.0a one-legged, HMAC-SHA256, for the Authorization header.
 *
 * In      url    the address as the shop knows itself (its home URL), without query; clock  milliseconds
 * Out     the header's value
 * Source  WooCommerce 10.5.2 class-wc-rest-authentication.php check_oauth_signature
 */
export function oauthHeader(key: ConsumerKey, method: string, url: string, query: Query, nowMs: number): string {
  const oauth = new OAuth({
    consumer: { key: key.consumerKey, secret: key.consumerSecret },
    signature_method: 'HMAC-SHA256',
    hash_function: (base, signingKey) => createHmac('sha256', signingKey).update(base).digest('base64'),
  });
  // The library draws nonces from Math.random and the time from its own clock.
  oauth.getNonce = () => randomBytes(16).toString('hex');
  oauth.getTimeStamp = () => Math.floor(nowMs / 1000);
  return oauth.toHeader(oauth.authorize({ method, url, data: flatten(query) })).Authorization;
}

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
