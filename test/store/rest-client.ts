import { createHmac } from 'node:crypto';
import OAuth from 'oauth-1.0a';

export interface RestKey {
  consumerKey: string;
  consumerSecret: string;
}

export interface RestAnswer<T = unknown> {
  status: number;
  headers: Headers;
  body: T;
}

/** The store refused a call; `status` and `body` are its own words. */
export class StoreRefusal extends Error {
  readonly status: number;
  readonly body: unknown;

  constructor(call: string, status: number, body: unknown) {
    const { code, message } = (body ?? {}) as { code?: string; message?: string };
    super(`${call} answered ${status} ${code ?? ''}: ${message ?? String(body).slice(0, 500)}`);
    this.status = status;
    this.body = body;
  }
}

export type RestMethod = 'GET' | 'POST' | 'PUT' | 'DELETE';
export type RestCall = <T = unknown>(method: RestMethod, path: string, body?: unknown) => Promise<RestAnswer<T>>;

/**
 * WooCommerce REST v3 as a client with a key sees it: OAuth 1.0a, since Basic is ignored without TLS.
 *
 * In     home   the site's home URL, which WooCommerce signs with whatever host was called
 *        path   below `/wp-json/wc/v3`, or from `/wp-json/` on; lists as comma lists, never `name[]=`
 * Fails  throws StoreRefusal for anything but 2xx
 */
export function restClient(home: string, key: RestKey): RestCall {
  const oauth = new OAuth({
    consumer: { key: key.consumerKey, secret: key.consumerSecret },
    signature_method: 'HMAC-SHA256',
    hash_function: (text, secret) => createHmac('sha256', secret).update(text).digest('base64'),
  });
  return async <T>(method: RestMethod, path: string, body?: unknown): Promise<RestAnswer<T>> => {
    const url = home + (path.startsWith('/wp-json/') ? path : `/wp-json/wc/v3${path}`);
    const signed = oauth.toHeader(oauth.authorize({ url, method }));
    const reply = await fetch(url, {
      method,
      headers: { ...signed, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return readAnswer<T>(`${method} ${path}`, reply);
  };
}

/** Parses a REST reply; throws StoreRefusal when it is no success. */
export async function readAnswer<T>(call: string, reply: Response): Promise<RestAnswer<T>> {
  const text = await reply.text();
  let body: unknown = text;
  try {
    body = JSON.parse(text);
  } catch {
    // An HTML page where JSON was due: its text goes into the refusal below.
    if (reply.ok) throw new StoreRefusal(call, reply.status, text);
  }
  if (!reply.ok) throw new StoreRefusal(call, reply.status, body);
  return { status: reply.status, headers: reply.headers, body: body as T };
}
