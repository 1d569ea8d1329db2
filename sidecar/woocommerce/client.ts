import { setTimeout as delay } from 'node:timers/promises';
import pRetry from 'p-retry';
import type { Trail } from '../apply/ports.ts';
import type { Brake } from '../domain/brake.ts';
import { err, type Failure, ok, type Result } from '../domain/failures.ts';
import { classifyAnswer, classifyFault, type HeardAnswer, retryAfter, type Side, verdictOf } from './classify-answer.ts';
import { createSender, type HttpRequest, type Sender, type SenderOptions } from './http.ts';
import { type ConsumerKey, oauthHeader, oauthParameters, type Query, queryString } from './oauth1.ts';

export interface StoreClientOptions extends SenderOptions {
  /** The shop's home URL: WooCommerce signs with it, whatever host was called. */
  homeUrl: string;
  /** Where the REST API is reached when not at `{homeUrl}/wp-json/`: another port of this machine, `index.php/wp-json/`. */
  restUrl?: string;
  auth: ConsumerKey & { kind: 'basic' | 'oauth1' };
  brake: Brake;
  /** Milliseconds since the epoch. */
  clock?: () => number;
  /** 0 to 1, for the jitter of waits. */
  random?: () => number;
  wait?: (ms: number) => Promise<unknown>;
}

export interface CallContext {
  /** What the call is for, in words of the business: `read order`. */
  operation: string;
  trail: Trail;
}

/** One attempt: what it means, and what came, for those who look closer (ping). */
export interface Heard {
  result: Result<unknown>;
  heard: HeardAnswer | null;
}

/**
 * `none`: no key. `oauth-query`: OAuth 1.0a in the query, which arrives where the Authorization header does not;
 * `oauth-query-http`: the same for a WordPress that takes our https calls for http.
 */
export type SignedAs = 'none' | 'oauth-query' | 'oauth-query-http';

/** Reads from WooCommerce's REST API. Paths are below the REST root: `wc/v3/orders/1042`. */
export interface StoreClient {
  /** The parsed body; attempts that may go well a moment later are repeated twice within the step. */
  get(path: string, query: Query, call: CallContext): Promise<Result<unknown>>;
  /** One attempt, without repeats, optionally signed in another way than calls usually are. */
  attempt(path: string, query: Query, call: CallContext, as?: SignedAs): Promise<Heard>;
  /** The shop's clock minus ours, from the last answer's Date header; 0 before the first. */
  clockOffsetMs(): number;
  readonly homeUrl: URL;
  readonly restUrl: URL;
  readonly authKind: 'basic' | 'oauth1';
  close(): void;
}

/** Waits of a step: full jitter, random(0, 250 ms x 2^n). A shop that asks for longer is left to the queue. */
const BASE_WAIT_MS = 250;
const LONGEST_WAIT_MS = 2_000;
const REPEATS = 2;

export function createStoreClient(options: StoreClientOptions): StoreClient {
  const { auth, clock = Date.now, random = Math.random, wait = delay } = options;
  const sender = createSender(options);
  const homeUrl = withSlash(options.homeUrl);
  const restUrl = withSlash(options.restUrl ?? new URL('wp-json/', homeUrl).href);
  let clockOffset = 0;

  // The REST root as the shop sees it: its home, then `wp-json/` (or `index.php/wp-json/`), whatever host was called.
  const signedRoot = new URL(/(?:index\.php\/)?[^/]+\/$/.exec(restUrl.pathname)?.[0] ?? '', homeUrl);

  const oauth = (path: string, query: Query, root: URL) => oauthParameters(auth, 'GET', new URL(path, root).href, query, clock());

  /** What a call carries to show who calls: a header, or more parameters. */
  function credentials(path: string, query: Query, as: SignedAs | 'header'): { headers: Record<string, string>; query: Query } {
    if (as === 'none') return { headers: {}, query: {} };
    if (as === 'oauth-query') return { headers: {}, query: oauth(path, query, signedRoot) };
    if (as === 'oauth-query-http') return { headers: {}, query: oauth(path, query, inHttp(signedRoot)) };
    const authorization =
      auth.kind === 'oauth1'
        ? oauthHeader(oauth(path, query, signedRoot))
        : `Basic ${Buffer.from(`${auth.consumerKey}:${auth.consumerSecret}`).toString('base64')}`;
    return { headers: { authorization }, query: {} };
  }

  async function attempt(path: string, query: Query, call: CallContext, as?: SignedAs): Promise<Heard> {
    return options.brake.run(async () => {
      // Signed here and not before the brake: a timestamp is good for 15 minutes.
      const shown = credentials(path, query, as ?? 'header');
      const url = new URL(path, restUrl);
      url.search = queryString({ ...query, ...shown.query });
      const headers = { ...COMMON_HEADERS, ...shown.headers };
      const exchange = await exchanged(sender, { method: 'GET', url, headers }, as ?? auth.kind, 'store', clock, call);
      clockOffset = exchange.clockOffsetMs ?? clockOffset;
      return { value: exchange, ...exchange.forBrake };
    });
  }

  return {
    attempt,
    async get(path, query, call) {
      try {
        const last = await pRetry(
          async () => {
            const { result } = await attempt(path, query, call);
            if (!result.ok && worthRepeating(result.failure)) throw new MayPass(result.failure);
            return result;
          },
          {
            retries: REPEATS,
            minTimeout: 0, // p-retry's own randomising is not full jitter: we wait ourselves
            onFailedAttempt: async ({ error, attemptNumber, retriesLeft }) => {
              if (retriesLeft === 0 || !(error instanceof MayPass)) return;
              await wait(Math.max(error.failure.retryAfterMs ?? 0, random() * BASE_WAIT_MS * 2 ** attemptNumber));
            },
          },
        );
        return last;
      } catch (error) {
        if (error instanceof MayPass) return err(error.failure);
        throw error;
      }
    },
    clockOffsetMs: () => clockOffset,
    homeUrl,
    restUrl,
    authKind: auth.kind,
    close: () => sender.close(),
  };
}

class MayPass extends Error {
  readonly failure: RetryableFailure;
  constructor(failure: RetryableFailure) {
    super(failure.message);
    this.failure = failure;
  }
}

type RetryableFailure = Extract<Failure, { kind: 'retryable' }>;

/** Faults of the endpoint, but no time-out (it was waited for long enough) and no longer pause that the shop asked for. */
function worthRepeating(failure: Failure): failure is RetryableFailure {
  if (failure.kind !== 'retryable' || !failure.endpoint) return false;
  const { code } = failure.detail ?? {};
  return code !== 'CONNECT' && code !== 'ANSWER' && code !== 'ENOTFOUND' && (failure.retryAfterMs ?? 0) <= LONGEST_WAIT_MS;
}

export const COMMON_HEADERS = {
  accept: 'application/json',
  'cache-control': 'no-cache', // some hosts cache the REST API too
  'accept-encoding': 'identity', // bodies are small; unpacking would need a second bound
  'user-agent': 'AR-Bridge/0.1',
} as const;

/**
 * Sends one request, reads the answer, says what it means and writes the audit record.
 * `forBrake` is the verdict that the brake learns from.
 */
export async function exchanged(
  sender: Sender,
  request: HttpRequest,
  auth: HeardAnswer['auth'],
  side: Side,
  clock: () => number,
  call: CallContext,
) {
  const startedAtMs = clock();
  const began = performance.now();
  const sent = await sender.send(request);
  const nowMs = clock();
  const { url } = request;
  const heard: HeardAnswer | null = sent.ok ? { answer: sent.answer, json: parsed(sent.answer.body), url, auth } : null;
  const failure = sent.ok ? classifyAnswer(heard as HeardAnswer, side, nowMs) : classifyFault(sent.fault, url, side);
  call.trail.record({
    system: side,
    operation: call.operation,
    method: request.method,
    path: url.pathname + url.search.replace(/[?&]oauth_.*$/, ''),
    startedAtMs,
    durationMs: Math.round(performance.now() - began),
    status: sent.ok ? sent.answer.status : null,
    request: request.body ?? null,
    response: sent.ok ? kept(sent.answer.body) : null,
    outcome: failure?.code ?? 'ok',
    oracleIds: [],
  });
  const asked = sent.ok ? retryAfter(sent.answer.headers['retry-after'], nowMs) : null;
  const date = sent.ok ? Date.parse(sent.answer.headers.date ?? '') : Number.NaN;
  return {
    result: (failure ? err(failure) : ok(heard?.json)) as Result<unknown>,
    heard,
    forBrake: { verdict: verdictOf(sent), ...(asked !== null && { retryAfterMs: asked }) } as const,
    // The header has whole seconds; the answer was begun between our two clock readings.
    clockOffsetMs: Number.isNaN(date) ? null : date + 500 - (startedAtMs + nowMs) / 2,
  };
}

/** The body as JSON, or undefined. A byte order mark before it comes from a badly saved PHP file and does no harm. */
function parsed(body: Buffer): unknown {
  const text = body.toString('utf8');
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch {
    return undefined;
  }
}

/** Audit keeps the first 64 kB of an answer. */
function kept(body: Buffer): string {
  const most = 65_536;
  const text = body.subarray(0, most).toString('utf8');
  return body.length > most ? `${text}… (${body.length} bytes)` : text;
}

function inHttp(url: URL): URL {
  const plain = new URL(url);
  plain.protocol = 'http:';
  return plain;
}

function withSlash(url: string): URL {
  const parsedUrl = new URL(url);
  parsedUrl.search = '';
  parsedUrl.hash = '';
  if (!parsedUrl.pathname.endsWith('/')) parsedUrl.pathname += '/';
  return parsedUrl;
}
