import { type Failure, type FailureDetail, needsAttention, rejected, retryable } from '../domain/failures.ts';
import type { HttpAnswer, HttpFault } from './http.ts';

/** Where a call went: WooCommerce's REST API or our plugin's own routes; the words differ. */
export type Side = 'store' | 'plugin';

/** What came back, as far as it could be read. `json` is undefined when the body is not JSON. */
export interface HeardAnswer {
  answer: HttpAnswer;
  json: unknown;
  url: URL;
  /** Basic over plain http is ignored by WooCommerce, without a word. */
  auth: 'basic' | 'oauth1' | 'oauth-query' | 'oauth-query-http' | 'signature' | 'none';
}

/** How the brake shall take an answer or its absence. */
export function verdictOf(heard: { ok: true; answer: HttpAnswer } | { ok: false; fault: HttpFault }) {
  if (!heard.ok) return heard.fault.kind === 'too-large' || heard.fault.kind === 'insecure' ? 'ok' : 'unreachable';
  const { status } = heard.answer;
  if (status === 429 || status === 503) return 'throttled';
  return GATEWAY.has(status) ? 'unreachable' : 'ok';
}

/** Answers of a gateway before the shop: 502 and 504; 520 to 524 are Cloudflare's. */
const GATEWAY = new Set([502, 504, 520, 521, 522, 523, 524]);

/** The failure when no whole answer came. Nothing is ever left in doubt: all calls to the shop may be repeated. */
export function classifyFault(fault: HttpFault, url: URL, side: Side): Failure {
  const host = url.host;
  const detail = { code: fault.code, text: fault.message };
  switch (fault.kind) {
    case 'insecure':
      return needsAttention(
        `${side}.insecure`,
        `The address ${url.origin} is not used: ${fault.message}.`,
        'Give the shop a certificate and enter its address with https://.',
        { detail },
      );
    case 'tls':
      return needsAttention(
        `${side}.tls`,
        `The certificate of ${host} was not accepted: ${fault.message} (${fault.code}).`,
        'Renew or complete the certificate of the shop (with its intermediate certificates), and check that the address names the host it was issued for.',
        { detail },
      );
    case 'too-large':
      return needsAttention(
        `${side}.answer_too_large`,
        `${host} sent more than is read in one answer: ${fault.message}.`,
        'Look at this order or list in the shop: a plugin may put large data on it.',
        { detail },
      );
    case 'unknown-host':
    case 'refused':
    case 'timeout':
    case 'lost':
      return retryable(`${side}.unreachable`, `${host} gave no answer: ${WORDS[fault.kind]} (${fault.message}).`, {
        endpoint: true,
        detail,
      });
  }
}

const WORDS = {
  'unknown-host': 'no such host is known',
  refused: 'nothing listens there',
  timeout: 'it took too long',
  lost: 'the connection ended early',
} as const;

/**
 * The failure that an answer means, or null for a 2xx with JSON. Pure; style.md section 5 says who acts next.
 *
 * Source  WooCommerce 10.5.2 class-wc-rest-authentication.php, Version3/class-wc-rest-crud-controller.php; WordPress 6.9.1
 *         rest-api/class-wp-rest-server.php (rest_no_route, rest_disabled); decisions/0001 for the plugin's own codes
 */
export function classifyAnswer(heard: HeardAnswer, side: Side, nowMs: number): Failure | null {
  const { answer, json, url } = heard;
  const { status } = answer;
  const detail = detailOf(heard);
  if (status >= 200 && status < 300) return json === undefined ? notJson(url, side, detail) : null;
  if (status >= 300 && status < 400) return redirected(answer, url, side, detail);
  if (status === 429 || status === 503) {
    const retryAfterMs = retryAfter(answer.headers['retry-after'], nowMs);
    return retryable(`${side}.busy`, `${url.host} asks to come back later (HTTP ${status}).`, {
      endpoint: true,
      detail,
      ...(retryAfterMs !== null && { retryAfterMs }),
    });
  }
  if (GATEWAY.has(status)) {
    return retryable(`${side}.gateway`, `The gateway before ${url.host} got no answer (HTTP ${status}).`, {
      endpoint: true,
      detail,
    });
  }
  // A fatal error in PHP: often one order's data and one plugin, so it uses up attempts and ends with a person.
  if (status >= 500) return retryable(`${side}.server_error`, `${url.host} failed (HTTP ${status}): ${detail.text}`, { detail });
  if (status === 401) return unauthorized(heard, side, detail);
  if (status === 403) return forbidden(heard, side, detail);
  if (status === 404) return notFound(heard, side, detail);
  return needsAttention(
    `${side}.unmet_answer`,
    `${url.host} answered HTTP ${status} to ${url.pathname}: ${detail.text}`,
    'This answer is not known. Send the audit entry of this call to support; Resume tries again.',
    { detail },
  );
}

function notJson(url: URL, side: Side, detail: FailureDetail): Failure {
  return retryable(
    `${side}.not_json`,
    `${url.host} answered ${url.pathname} with something that is not JSON, beginning "${detail.text}". Maintenance mode, a login or captcha page, or a PHP warning printed before the answer does this.`,
    { detail },
  );
}

function redirected(answer: HttpAnswer, url: URL, side: Side, detail: FailureDetail): Failure {
  const to = URL.parse(answer.headers.location ?? '', url.href)?.origin ?? 'elsewhere';
  return needsAttention(
    `${side}.redirected`,
    `${url.origin} sends its callers on to ${to}; redirects are not followed, since keys would go along.`,
    'Enter the address of the shop exactly as in WordPress under Settings, General, Site Address (https, with or without www).',
    { detail },
  );
}

function unauthorized(heard: HeardAnswer, side: Side, detail: FailureDetail): Failure {
  if (side === 'plugin') return unsigned(detail);
  const { auth, url } = heard;
  if (auth === 'basic' && url.protocol === 'http:') {
    return needsAttention(
      'store.basic_over_http',
      'WooCommerce ignores Basic authentication over plain http and then answers as if no key had been sent.',
      'Use https for the shop, or choose OAuth 1.0a for a shop on this machine.',
      { detail },
    );
  }
  // "Cannot view" with 401, and not with 403, means that WooCommerce saw no key. With Basic it says the same of a key it does
  // not know (perform_basic_authentication gives no error then); with OAuth that is an authentication_error.
  if (detail.code === 'woocommerce_rest_cannot_view') {
    return auth === 'basic' ? keyNotSeen(url, detail) : headerStripped(url, detail);
  }
  return needsAttention(
    'store.unauthorized',
    `WooCommerce refused the key: ${detail.text}`,
    'Check consumer key and secret, that the key may read (WooCommerce, Settings, Advanced, REST API), and with OAuth that both clocks are right and the address is the Site Address.',
    { detail },
  );
}

const keyNotSeen = (url: URL, detail: FailureDetail): Failure =>
  needsAttention(
    'store.key_not_seen',
    `WooCommerce answered as if no key had been sent to ${url.host}: it does not know the consumer key, or the Authorization header does not arrive.`,
    'Press "Test connection": it finds out which of the two it is.',
    { detail },
  );

export const headerStripped = (url: URL, detail: FailureDetail): Failure =>
  needsAttention(
    'store.authorization_stripped',
    `The key sent to ${url.host} did not arrive: the Authorization header is taken away between the web server and PHP.`,
    'Let the web server pass it on: in Apache "CGIPassAuth On" or \'SetEnvIf Authorization "(.*)" HTTP_AUTHORIZATION=$1\', in nginx "fastcgi_param HTTP_AUTHORIZATION $http_authorization".',
    { detail },
  );

function unsigned(detail: FailureDetail): Failure {
  if (detail.code === 'signature.expired') {
    return needsAttention(
      'plugin.clock_skew',
      `The plugin found our signature too old or too new: ${detail.text}`,
      'Set the clocks of both machines right (NTP).',
      { detail },
    );
  }
  return needsAttention(
    'plugin.unauthorized',
    `The plugin refused our signature: ${detail.text}`,
    'Pair the plugin again: WooCommerce, AR Bridge, Connections.',
    { detail },
  );
}

function forbidden(heard: HeardAnswer, side: Side, detail: FailureDetail): Failure {
  const { json, url } = heard;
  if (json === undefined) {
    return needsAttention(
      `${side}.blocked`,
      `Something before WordPress refused the call to ${url.host} (HTTP 403), beginning "${detail.text}".`,
      "A firewall or security plugin blocks the REST API: allow this machine's address for /wp-json/.",
      { detail },
    );
  }
  return needsAttention(
    `${side}.forbidden`,
    `The user of the key may not do this (${url.pathname}): ${detail.text}`,
    'Give the key to a user with the role Shop manager, or lift the restriction of the REST API.',
    { detail },
  );
}

function notFound(heard: HeardAnswer, side: Side, detail: FailureDetail): Failure {
  const { json, url } = heard;
  if (json === undefined || detail.code === undefined) {
    return needsAttention(
      `${side}.no_rest_api`,
      `There is no WordPress REST API at ${url.origin}${url.pathname}: a web page "not found" came back.`,
      'Check the address, and choose any permalink structure but "Plain" under Settings, Permalinks.',
      { detail },
    );
  }
  if (detail.code === 'rest_no_route') {
    return needsAttention(
      `${side}.no_route`,
      `WordPress answers at ${url.origin}, but does not know ${url.pathname}.`,
      side === 'store'
        ? 'Activate WooCommerce in this shop.'
        : 'Activate the plugin AR Bridge in this shop, in a version that fits this sidecar.',
      { detail },
    );
  }
  return rejected(
    `${side}.not_found`,
    `The shop answers that it has nothing at ${url.pathname}: ${detail.text}`,
    'See in the store whether it was deleted; if it is there, a plugin hides it from the REST API.',
    detail,
  );
}

/** WordPress error bodies are `{code, message, data}`, our plugin's `{error:{code, message}}`. */
function detailOf({ answer, json }: HeardAnswer): FailureDetail & { text: string } {
  const body = isObject(json) && isObject(json.error) ? json.error : json;
  const code = isObject(body) && typeof body.code === 'string' ? body.code.slice(0, 120) : undefined;
  const words = isObject(body) && typeof body.message === 'string' ? body.message : answer.body.subarray(0, 600).toString('utf8');
  return { status: answer.status, ...(code !== undefined && { code }), text: shortened(words) };
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** One line of plain text without tags. */
function shortened(text: string): string {
  const plain = text
    .replace(/<(style|script)[\s\S]*?(<\/\1>|$)/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return plain.length > 200 ? `${plain.slice(0, 200).toWellFormed()}…` : plain;
}

/** Milliseconds to wait: `Retry-After` as seconds or as an HTTP date (RFC 9110, 10.2.3); null when absent or unreadable. */
export function retryAfter(header: string | undefined, nowMs: number): number | null {
  if (header === undefined) return null;
  if (/^\d{1,6}$/.test(header.trim())) return Number(header) * 1000;
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs);
}
