import type { Trail } from '../apply/ports.ts';
import { err, needsAttention, ok, type Result, retryable } from '../domain/failures.ts';
import { connectionFailure } from './connection-failure.ts';
import { isObject, readJson } from './lossless-json.ts';
import { retryAfterMs } from './retry-after.ts';
import { excerpt } from './text.ts';
import { recordAttempt } from './trail.ts';
import { type Exchange, refusedAddress, type Transport } from './transport.ts';

export type OracleAuth =
  | {
      kind: 'oauth2';
      /** `https://idcs-....identity.oraclecloud.com/oauth2/v1/token` */
      tokenUrl: string;
      clientId: string;
      clientSecret: string;
      /** `urn:opc:resource:consumer::all`, or that of the pod's own resource application. */
      scope: string;
      /** A signed user assertion (JWT), made anew for each token; absent: the client's own credentials. */
      assertion?: () => string;
    }
  | { kind: 'basic'; username: string; password: string };

/** What goes into the Authorization header, and which token it is: calls that hold an older one do not renew a newer one. */
export interface Pass {
  authorization: string;
  generation: number;
}

export interface Credentials {
  /** False for user name and password: a 401 is final then. */
  renewable: boolean;
  current(trail: Trail): Promise<Result<Pass>>;
  /** A pass newer than `stale`. Ten calls that were refused with the same token share one renewal. */
  renew(stale: number, trail: Trail): Promise<Result<Pass>>;
}

export interface TokenOptions {
  transport: Transport;
  timeoutMs: number;
  clock: () => number;
}

/** Renewed this long before it ends, or a fifth of its life when that is shorter. */
const MARGIN_MS = 60_000;
/** RFC 6749 section 5.1 only recommends `expires_in`. */
const LIFE_WHEN_UNSAID_S = 300;

const basic = (name: string, secret: string) => `Basic ${Buffer.from(`${name}:${secret}`, 'utf8').toString('base64')}`;

export function createCredentials(auth: OracleAuth, options: TokenOptions): Credentials {
  if (auth.kind === 'basic') {
    const pass = ok({ authorization: basic(auth.username, auth.password), generation: 1 });
    return { renewable: false, current: async () => pass, renew: async () => pass };
  }
  let held: (Pass & { goodUntilMs: number }) | null = null;
  let generation = 0;
  let pending: Promise<Result<Pass>> | null = null;

  const fetchToken = async (trail: Trail): Promise<Result<Pass>> => {
    const token = await requestToken(auth, options, trail);
    if (!token.ok) return token;
    generation += 1;
    const lifeMs = token.value.lifeS * 1000;
    const goodUntilMs = options.clock() + lifeMs - Math.min(MARGIN_MS, lifeMs / 5);
    held = { authorization: `Bearer ${token.value.text}`, generation, goodUntilMs };
    return ok(held);
  };
  /** One request for all who wait. */
  const share = (trail: Trail): Promise<Result<Pass>> => {
    pending ??= fetchToken(trail).finally(() => {
      pending = null;
    });
    return pending;
  };
  return {
    renewable: true,
    current: async (trail) => (held && options.clock() < held.goodUntilMs ? ok(held) : share(trail)),
    renew: async (stale, trail) => (held && held.generation > stale ? ok(held) : share(trail)),
  };
}

type OAuth = Extract<OracleAuth, { kind: 'oauth2' }>;

async function requestToken(auth: OAuth, options: TokenOptions, trail: Trail): Promise<Result<{ text: string; lifeS: number }>> {
  const refused = refusedAddress(auth.tokenUrl);
  if (refused) {
    return err(
      needsAttention(
        'oracle.token_address',
        `The token address cannot be used: ${refused}.`,
        'Correct the token address in Connections.',
      ),
    );
  }
  const url = new URL(auth.tokenUrl);
  const form = new URLSearchParams(
    auth.assertion
      ? { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: auth.assertion(), scope: auth.scope }
      : { grant_type: 'client_credentials', scope: auth.scope },
  );
  const startedAtMs = options.clock();
  const exchange = await options.transport.send({
    url,
    method: 'POST',
    headers: {
      Authorization: basic(auth.clientId, auth.clientSecret),
      'Content-Type': 'application/x-www-form-urlencoded',
      Accept: 'application/json',
    },
    body: form.toString(),
    timeoutMs: options.timeoutMs,
  });
  const result = readToken(exchange);
  if (form.has('assertion')) form.set('assertion', 'withheld');
  const facts = { operation: 'get token', method: 'POST', path: url.pathname, startedAtMs, request: form.toString() };
  // The answer holds the token itself; a refusal holds none and is kept.
  recordAttempt(trail, facts, exchange, options.clock(), result.ok ? 'ok' : result.failure.code, {
    ...(exchange.kind === 'answer' && exchange.status < 400 && { response: '(token withheld)' }),
  });
  return result;
}

const REFUSALS: Record<string, { message: string; action: string }> = {
  invalid_client: {
    message: 'The identity domain refused the client id or the client secret.',
    action: 'Enter the id and secret of the confidential application again in Connections.',
  },
  invalid_scope: {
    message: 'The identity domain does not grant this scope to the application.',
    action: 'Correct the scope in Connections, or add it to the application in the identity domain.',
  },
  unauthorized_client: {
    message: 'The application may not ask for tokens this way.',
    action: 'Allow the client credentials grant for the application in the identity domain and activate it.',
  },
  invalid_grant: {
    message: 'The identity domain refused the user assertion.',
    action: 'Check the certificate, the user and the clock that the assertion is made with.',
  },
};

/**
 * Reads the answer of the token endpoint. Pure.
 *
 * Fails   needs-attention oracle.token_refused, oracle.token_address; retryable (the endpoint's fault) when nothing or 429/5xx came
 * Source  RFC 6749 sections 5.1 and 5.2; contract section 7
 */
export function readToken(exchange: Exchange): Result<{ text: string; lifeS: number }> {
  if (exchange.kind === 'no-answer') {
    // Nothing of the document was sent yet: its outcome is known, it was not posted.
    return err(connectionFailure(exchange, 'the identity domain', false));
  }
  const { status } = exchange;
  const body = readJson(exchange.text);
  const said = isObject(body) ? body : {};
  const detail = { status, text: excerpt(String(said.error_description ?? exchange.text)) };
  if (status === 429 || status >= 500) {
    const wait = retryAfterMs(exchange);
    return err(
      retryable('oracle.token_unavailable', `The identity domain answered ${status}; no token can be had at the moment.`, {
        endpoint: true,
        ...(wait !== null && { retryAfterMs: wait }),
        detail,
      }),
    );
  }
  const token = said.access_token;
  if (status < 300 && typeof token === 'string' && token !== '') {
    const lifeS = Number(said.expires_in ?? LIFE_WHEN_UNSAID_S);
    return ok({ text: token, lifeS: lifeS > 0 ? lifeS : LIFE_WHEN_UNSAID_S });
  }
  const code = said.error;
  if (typeof code === 'string') {
    const words = REFUSALS[code] ?? {
      message: `The identity domain refused to give a token (${excerpt(code, 60)}).`,
      action: 'Check client id, secret and scope in Connections.',
    };
    return err(needsAttention('oracle.token_refused', words.message, words.action, { detail: { ...detail, code } }));
  }
  if (status === 401 || status === 403) {
    const words = REFUSALS.invalid_client;
    return err(needsAttention('oracle.token_refused', words?.message ?? '', words?.action ?? '', { detail }));
  }
  return err(
    needsAttention(
      'oracle.token_address',
      `The token address answered ${status} without a token: it is not a token endpoint.`,
      'Correct the token address in Connections: the identity domain, then /oauth2/v1/token.',
      { detail },
    ),
  );
}
