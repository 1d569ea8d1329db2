import { describe, expect, it } from 'vitest';
import {
  classifyAnswer,
  classifyFault,
  type HeardAnswer,
  retryAfter,
  type Side,
  verdictOf,
} from '../../../sidecar/woocommerce/classify-answer.ts';
import type { HttpFault } from '../../../sidecar/woocommerce/http.ts';
import { fixture, type StoredAnswer } from './support/shop-for-tests.ts';

const NOW = Date.parse('2026-11-23T10:00:00Z');

function heard(answer: StoredAnswer, over: { auth?: HeardAnswer['auth']; url?: string } = {}): HeardAnswer {
  const { status, headers, body } = answer;
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    json = undefined;
  }
  return {
    answer: { status, headers, body: Buffer.from(body) },
    json,
    url: new URL(over.url ?? 'https://shop.example/wp-json/wc/v3/orders/1042'),
    auth: over.auth ?? 'basic',
  };
}

const failureOn = (answer: StoredAnswer, over: Parameters<typeof heard>[1] & { side?: Side } = {}) =>
  classifyAnswer(heard(answer, over), over.side ?? 'store', NOW);

const html = (
  status: number,
  body = '<!DOCTYPE html><html><head><title>Hold on</title><style>b{}</style></head><body>Just a moment</body></html>',
) => ({
  status,
  headers: { 'content-type': 'text/html' },
  body,
});

/** Answers of a real WooCommerce 10.5.2; each file says how it was got. */
const REAL = [
  { file: 'unknown-key', auth: 'oauth1', kind: 'needs-attention', code: 'store.unauthorized' },
  { file: 'wrong-signature', auth: 'oauth1', kind: 'needs-attention', code: 'store.unauthorized' },
  { file: 'old-timestamp', auth: 'oauth1', kind: 'needs-attention', code: 'store.unauthorized' },
  { file: 'write-only-key', auth: 'oauth1', kind: 'needs-attention', code: 'store.unauthorized' },
  {
    file: 'basic-over-http',
    auth: 'basic',
    url: 'http://127.0.0.1/wp-json/',
    kind: 'needs-attention',
    code: 'store.basic_over_http',
  },
  { file: 'basic-over-http', auth: 'basic', kind: 'needs-attention', code: 'store.key_not_seen' },
  { file: 'no-key-list', auth: 'oauth1', kind: 'needs-attention', code: 'store.authorization_stripped' },
  { file: 'user-without-rights', auth: 'oauth1', kind: 'needs-attention', code: 'store.forbidden' },
  { file: 'user-without-rights-list', auth: 'oauth1', kind: 'needs-attention', code: 'store.forbidden' },
  { file: 'no-such-order', auth: 'oauth1', kind: 'rejected', code: 'store.not_found' },
  { file: 'no-such-refund', auth: 'oauth1', kind: 'rejected', code: 'store.not_found' },
  { file: 'no-such-customer', auth: 'oauth1', kind: 'rejected', code: 'store.not_found' },
  { file: 'no-route', auth: 'oauth1', kind: 'needs-attention', code: 'store.no_route' },
  { file: 'page-not-found', auth: 'oauth1', kind: 'needs-attention', code: 'store.no_rest_api' },
  { file: 'bad-parameter', auth: 'oauth1', kind: 'needs-attention', code: 'store.unmet_answer' },
  { file: 'php-fatal', auth: 'oauth1', kind: 'retryable', code: 'store.server_error' },
  { file: 'php-warning-before-json', auth: 'oauth1', kind: 'retryable', code: 'store.not_json' },
  { file: 'redirect', auth: 'oauth1', kind: 'needs-attention', code: 'store.redirected' },
  { file: 'maintenance', auth: 'oauth1', kind: 'retryable', code: 'store.busy' },
] as const;

describe('what an answer of WooCommerce means', () => {
  it.each(REAL)('$file sent with $auth is $code', ({ file, kind, code, ...over }) => {
    const failure = failureOn(fixture<StoredAnswer>(`answers/${file}.json`), over);
    expect(failure).toMatchObject({ kind, code });
    expect(failure?.message).not.toMatch(/<\w|undefined|\[object/);
  });

  it('keeps the store’s own code and words beside ours', () => {
    const failure = failureOn(fixture<StoredAnswer>('answers/no-such-order.json'));
    expect(failure?.detail).toEqual({ status: 404, code: 'woocommerce_rest_shop_order_invalid_id', text: 'Invalid ID.' });
  });

  it('takes a 404 for "this order is gone" only from WooCommerce itself', () => {
    const foreign = { status: 404, headers: {}, body: '{"error":"nothing here"}' };
    expect(failureOn(foreign)).toMatchObject({ kind: 'needs-attention', code: 'store.no_rest_api' });
    expect(failureOn(html(404))).toMatchObject({ kind: 'needs-attention', code: 'store.no_rest_api' });
  });

  it('leaves attempts unused when the endpoint is at fault, and uses them when the order may be', () => {
    expect(failureOn(fixture('answers/maintenance.json'))).toMatchObject({ endpoint: true, retryAfterMs: 600_000 });
    expect(failureOn(html(502))).toMatchObject({ code: 'store.gateway', endpoint: true });
    expect(failureOn(fixture('answers/php-fatal.json'))).toMatchObject({ endpoint: false });
    expect(failureOn(html(200))).toMatchObject({ code: 'store.not_json', endpoint: false, outcomeUnknown: false });
  });

  it('shows the words of a web page without its tags, styles and scripts', () => {
    expect(failureOn(html(200))?.detail?.text).toBe('Hold on Just a moment');
    expect(failureOn(html(403))).toMatchObject({ code: 'store.blocked', detail: { text: 'Hold on Just a moment' } });
  });

  it('names where a redirect leads, without its path and query', () => {
    const answer = { status: 302, headers: { location: 'https://login.example/?token=secret' }, body: '' };
    expect(failureOn(answer)?.message).toContain('https://login.example;');
    expect(failureOn(answer)?.message).not.toContain('secret');
  });

  it('finds nothing wrong with 200 and JSON', () => {
    expect(failureOn({ status: 200, headers: {}, body: '[]' })).toBeNull();
  });

  it('reads the plugin’s own refusals', () => {
    const refusal = (code: string) => ({
      status: 401,
      headers: {},
      body: JSON.stringify({ error: { code, message: 'Clocks differ.' } }),
    });
    expect(failureOn(refusal('signature.expired'), { side: 'plugin' })).toMatchObject({
      code: 'plugin.clock_skew',
      kind: 'needs-attention',
    });
    expect(failureOn(refusal('signature.mismatch'), { side: 'plugin' })).toMatchObject({ code: 'plugin.unauthorized' });
    expect(failureOn(fixture('answers/no-route.json'), { side: 'plugin' })).toMatchObject({ code: 'plugin.no_route' });
  });
});

describe('what the absence of an answer means', () => {
  const url = new URL('https://shop.example/');
  it.each([
    ['unknown-host', 'retryable', 'store.unreachable'],
    ['refused', 'retryable', 'store.unreachable'],
    ['timeout', 'retryable', 'store.unreachable'],
    ['lost', 'retryable', 'store.unreachable'],
    ['tls', 'needs-attention', 'store.tls'],
    ['insecure', 'needs-attention', 'store.insecure'],
    ['too-large', 'needs-attention', 'store.answer_too_large'],
  ] as const)('%s is %s %s', (kind, expected, code) => {
    const failure = classifyFault({ kind, code: 'X', message: 'words of the system' }, url, 'store');
    expect(failure).toMatchObject({ kind: expected, code });
    expect(failure.message).toContain('words of the system');
    if (failure.kind === 'retryable') expect(failure).toMatchObject({ endpoint: true, outcomeUnknown: false });
  });
});

describe('what the brake learns', () => {
  const answered = (status: number) => ({ ok: true as const, answer: { status, headers: {}, body: Buffer.alloc(0) } });
  const unanswered = (kind: HttpFault['kind']) => ({ ok: false as const, fault: { kind, code: '', message: '' } });
  it.each([
    [answered(200), 'ok'],
    [answered(404), 'ok'],
    [answered(500), 'ok'],
    [answered(429), 'throttled'],
    [answered(503), 'throttled'],
    [answered(502), 'unreachable'],
    [unanswered('refused'), 'unreachable'],
    [unanswered('timeout'), 'unreachable'],
    [unanswered('too-large'), 'ok'],
  ])('%o is %s', (sent, verdict) => {
    expect(verdictOf(sent)).toBe(verdict);
  });
});

describe('Retry-After', () => {
  it.each([
    ['120', 120_000],
    ['0', 0],
    ['Mon, 23 Nov 2026 10:00:30 GMT', 30_000],
    ['Mon, 23 Nov 2026 09:00:00 GMT', 0],
    ['soon', null],
    [undefined, null],
  ])('%s is %s ms', (header, expected) => {
    expect(retryAfter(header, NOW)).toBe(expected);
  });
});
