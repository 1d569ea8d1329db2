import { readFileSync } from 'node:fs';
import https from 'node:https';
import { afterEach, describe, expect, it } from 'vitest';
import { invoice } from './documents.ts';
import { BASIC, endFake, type Fake, json, keepingBrake, keepingTrail, oracleAt, type Step, startFake } from './fake-oracle.ts';

const CREATED = json(201, '{"CustomerTransactionId":300100184726519,"TransactionNumber":"WEB-100482","EnteredAmount":25}');
const FOUND = json(200, { items: [], count: 0, hasMore: false, limit: 25, offset: 0 });
const QUERY = {
  kind: 'invoice',
  number: 'WEB-100482',
  businessUnit: 'Northwind US BU',
  source: 'WEB STORE',
  decimals: 2,
} as const;
const HTML = { status: 200, headers: { 'content-type': 'text/html' }, body: '<html><title>Sign in</title></html>' };

let fake: Fake | undefined;
const ends: (() => void)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) end();
  await endFake(fake);
  fake = undefined;
});

async function world(answer: (index: number, path: string) => Step, more: Parameters<typeof oracleAt>[1] = {}) {
  fake = await startFake((request, index) => answer(index, request.path));
  const oracle = oracleAt(fake.url, more);
  ends.push(() => oracle.close());
  const trail = keepingTrail();
  const { receivables } = oracle;
  return {
    fake,
    oracle,
    trail,
    post: () => receivables.create(receivables.prepare(invoice()), trail),
    look: () => receivables.find(QUERY, trail),
  };
}

describe('a POST', () => {
  it('reaches the pinned resource with framework version, media type and credentials, and answers the document', async () => {
    const { post, fake, trail } = await world(() => CREATED);
    const result = await post();
    expect(result).toMatchObject({ ok: true, value: { id: '300100184726519', number: 'WEB-100482', enteredAmount: 2500 } });
    const [request] = fake.requests;
    expect(request).toMatchObject({ method: 'POST', path: '/fscmRestApi/resources/11.13.18.05/receivablesInvoices' });
    expect(request?.headers).toMatchObject({
      'content-type': 'application/json',
      accept: 'application/json',
      'rest-framework-version': '4',
      authorization: `Basic ${Buffer.from('web.integration:basic-secret-1').toString('base64')}`,
    });
    expect(trail.attempts).toHaveLength(1);
    expect(trail.attempts[0]).toMatchObject({
      system: 'oracle',
      operation: 'create invoice',
      method: 'POST',
      path: '/fscmRestApi/resources/11.13.18.05/receivablesInvoices',
      status: 201,
      outcome: 'ok',
      oracleIds: ['300100184726519'],
      request: request?.body,
    });
  });

  it.each([
    ['a hang-up', 'hang-up', 'oracle.connection_lost'],
    ['half an answer', 'half-answer', 'oracle.connection_lost'],
    ['silence', 'silence', 'oracle.timeout'],
    ['a login page with 200', HTML, 'oracle.web_page_instead'],
    ['an empty 201', json(201, ''), 'oracle.answer_unreadable'],
    ['a 500', json(500, ''), 'oracle.server_error'],
    ['a 503', json(503, ''), 'oracle.unavailable'],
  ] as const)('is sent once and left in doubt after %s', async (_what, step, code) => {
    const { post, fake, trail } = await world(() => step, { timeoutMs: 300 });
    expect(await post()).toMatchObject({ ok: false, failure: { kind: 'retryable', code, outcomeUnknown: true } });
    expect(fake.requests).toHaveLength(1);
    expect(trail.attempts.map((attempt) => attempt.outcome)).toEqual([code]);
  });

  it('that found nobody listening left nothing in doubt', async () => {
    const { post, fake } = await world(() => CREATED);
    await fake.close();
    expect(await post()).toMatchObject({
      failure: { kind: 'retryable', code: 'oracle.unreachable', outcomeUnknown: false, endpoint: true },
    });
  });

  it('does not follow a redirect with its credentials', async () => {
    const { post, fake } = await world(() => ({ status: 302, headers: { location: '/elsewhere' } }));
    expect(await post()).toMatchObject({ failure: { code: 'oracle.redirected' } });
    expect(fake.requests).toHaveLength(1);
  });

  it('reads no answer beyond the bound', async () => {
    const { post } = await world(() => json(201, ' '.repeat(33 * 1024 * 1024)));
    expect(await post()).toMatchObject({ failure: { code: 'oracle.answer_too_large', outcomeUnknown: true } });
  });
});

describe('an address', () => {
  it.each(['http://fusion.example.org', 'ftp://fusion.example.org', 'https://user:pw@fusion.example.org', 'nonsense'])(
    '%s is refused before anything is sent',
    async (url) => {
      const oracle = oracleAt(url);
      const trail = keepingTrail();
      expect(await oracle.receivables.find(QUERY, trail)).toMatchObject({
        failure: { kind: 'needs-attention', code: 'oracle.address' },
      });
      expect(trail.attempts).toEqual([]);
    },
  );

  it('with a self-signed certificate is refused before anything is sent, and taken with its authority', async () => {
    const pem = (name: string) => readFileSync(new URL(`../../fixtures/oracle/tls/${name}.pem`, import.meta.url), 'utf8');
    let seen = 0;
    const server = https.createServer({ key: pem('key'), cert: pem('cert') }, (_request, response) => {
      seen += 1;
      response.setHeader('content-type', 'application/json').end('{"items":[]}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const url = `https://localhost:${typeof address === 'object' ? address?.port : ''}`;
    const stranger = oracleAt(url);
    const friend = oracleAt(url, { ca: pem('cert') });
    ends.push(
      () => stranger.close(),
      () => friend.close(),
      () => server.close(),
    );
    expect(await stranger.receivables.find(QUERY, keepingTrail())).toMatchObject({
      failure: { kind: 'retryable', code: 'oracle.tls', endpoint: true },
    });
    expect(seen).toBe(0);
    expect(await friend.receivables.find(QUERY, keepingTrail())).toMatchObject({ ok: true, value: null });
  });
});

describe('a read', () => {
  it('is tried three times with full jitter, each try on record', async () => {
    const { look, fake, trail, oracle } = await world((index) => (index < 2 ? 'hang-up' : FOUND));
    expect(await look()).toMatchObject({ ok: true, value: null });
    expect(fake.requests).toHaveLength(3);
    expect(oracle.waits).toEqual([100, 200]); // half of 200 and of 400: the random of the tests is 0.5
    expect(trail.attempts.map((attempt) => attempt.outcome)).toEqual(['oracle.connection_lost', 'oracle.connection_lost', 'ok']);
  });

  it('is given up after three tries', async () => {
    const { look, fake } = await world(() => json(503, ''));
    expect(await look()).toMatchObject({ failure: { code: 'oracle.unavailable', endpoint: true, outcomeUnknown: false } });
    expect(fake.requests).toHaveLength(3);
  });

  it('waits as long as Oracle asks when that is short', async () => {
    const { look, oracle } = await world((index) => (index === 0 ? json(429, '', { 'retry-after': '2' }) : FOUND));
    expect(await look()).toMatchObject({ ok: true });
    expect(oracle.waits).toEqual([2_000]);
  });

  it('leaves a long wait to the queue', async () => {
    const { look, fake, oracle } = await world(() => json(429, '', { 'retry-after': '120' }));
    expect(await look()).toMatchObject({ failure: { code: 'oracle.throttled', retryAfterMs: 120_000 } });
    expect(fake.requests).toHaveLength(1);
    expect(oracle.waits).toEqual([]);
  });

  it('is not repeated after a refusal', async () => {
    const { look, fake } = await world(() => json(403, ''));
    expect(await look()).toMatchObject({ failure: { code: 'oracle.missing_privilege' } });
    expect(fake.requests).toHaveLength(1);
  });

  it('is repeated once without framework version after a 406', async () => {
    const { look, fake } = await world((index) => (index === 0 ? json(406, '') : FOUND));
    expect(await look()).toMatchObject({ ok: true });
    expect(fake.requests.map((request) => request.headers['rest-framework-version'])).toEqual(['4', undefined]);
  });
});

describe('the brake', () => {
  it('hears how the endpoint took each attempt, and what it asked for', async () => {
    const brake = keepingBrake();
    const steps: Step[] = [json(429, '', { 'retry-after': '1' }), json(503, ''), 'hang-up', HTML, CREATED, json(400, 'no')];
    const { post } = await world((index) => steps[index] ?? CREATED, { brake });
    for (const _ of steps) await post();
    expect(brake.verdicts).toEqual([
      { verdict: 'throttled', retryAfterMs: 1_000 },
      { verdict: 'throttled' },
      { verdict: 'unreachable' },
      { verdict: 'unreachable' },
      { verdict: 'ok' },
      { verdict: 'ok' },
    ]);
  });
});

describe('credentials', () => {
  const SECRET = 'client-secret-77';
  /** Tokens are numbered; a resource call is accepted with the newest one only. */
  async function oauthWorld(
    good: (token: string) => boolean,
    more: { expiresIn?: number; token?: Step; clock?: () => number } = {},
  ) {
    let issued = 0;
    fake = await startFake((request) => {
      if (request.path === '/oauth2/v1/token') {
        if (more.token) return more.token;
        issued += 1;
        const body = JSON.stringify({
          access_token: `token-${issued}`,
          token_type: 'Bearer',
          expires_in: more.expiresIn ?? 3600,
        });
        return { status: 200, body, delayMs: 20 };
      }
      const token = request.headers.authorization?.replace('Bearer ', '') ?? '';
      if (!good(token)) return { status: 401, headers: { 'content-type': 'text/html' }, body: '<html>401</html>' };
      return request.method === 'GET' ? FOUND : CREATED;
    });
    const oracle = oracleAt(fake.url, {
      auth: {
        kind: 'oauth2',
        tokenUrl: `${fake.url}/oauth2/v1/token`,
        clientId: 'client-1',
        clientSecret: SECRET,
        scope: 'urn:opc:resource:consumer::all',
      },
      ...(more.clock && { clock: more.clock }),
    });
    ends.push(() => oracle.close());
    const trail = keepingTrail();
    const count = (path: string) => fake?.requests.filter((request) => request.path.startsWith(path)).length ?? 0;
    return { oracle, trail, fake, tokens: () => count('/oauth2'), calls: () => count('/fscm') };
  }
  const createOne = (oracle: ReturnType<typeof oracleAt>, trail: ReturnType<typeof keepingTrail>) =>
    oracle.receivables.create(oracle.receivables.prepare(invoice()), trail);

  it('asks for one token with client id, secret and scope, and keeps it', async () => {
    const { oracle, trail, fake, tokens } = await oauthWorld(() => true);
    for (let i = 0; i < 3; i += 1) expect(await createOne(oracle, trail)).toMatchObject({ ok: true });
    expect(tokens()).toBe(1);
    expect(fake.requests[0]).toMatchObject({
      method: 'POST',
      body: 'grant_type=client_credentials&scope=urn%3Aopc%3Aresource%3Aconsumer%3A%3Aall',
    });
    expect(fake.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from(`client-1:${SECRET}`).toString('base64')}`);
  });

  it('renews once for ten calls that are refused at the same time, and repeats each of them once', async () => {
    const { oracle, trail, tokens, calls } = await oauthWorld((token) => token !== 'token-1');
    const results = await Promise.all(Array.from({ length: 10 }, () => createOne(oracle, trail)));
    expect(results.every((result) => result.ok)).toBe(true);
    expect(tokens()).toBe(2);
    expect(calls()).toBe(20);
  });

  it('does not renew again for a call whose refusal arrives after the renewal', async () => {
    const { oracle, trail, tokens } = await oauthWorld((token) => token !== 'token-1');
    await createOne(oracle, trail);
    await createOne(oracle, trail);
    expect(tokens()).toBe(2);
  });

  it('gives up after one renewal and names the cause', async () => {
    const { oracle, trail, tokens, calls } = await oauthWorld(() => false);
    expect(await createOne(oracle, trail)).toMatchObject({ failure: { kind: 'needs-attention', code: 'oracle.unauthorized' } });
    expect({ tokens: tokens(), calls: calls() }).toEqual({ tokens: 2, calls: 2 });
  });

  it('renews shortly before the token ends', async () => {
    let now = 1_000_000;
    const { oracle, trail, tokens } = await oauthWorld(() => true, { expiresIn: 600, clock: () => now });
    await createOne(oracle, trail);
    now += 530_000;
    await createOne(oracle, trail);
    expect(tokens()).toBe(1);
    now += 20_000; // 50 s are left
    await createOne(oracle, trail);
    expect(tokens()).toBe(2);
  });

  it.each([
    ['invalid_client', json(401, { error: 'invalid_client' }), 'oracle.token_refused', 'needs-attention', 'client secret'],
    ['invalid_scope', json(400, { error: 'invalid_scope' }), 'oracle.token_refused', 'needs-attention', 'scope'],
    [
      'unauthorized_client',
      json(400, { error: 'unauthorized_client' }),
      'oracle.token_refused',
      'needs-attention',
      'may not ask',
    ],
    ['a bare 401', json(401, ''), 'oracle.token_refused', 'needs-attention', 'client secret'],
    ['a web page', HTML, 'oracle.token_address', 'needs-attention', 'not a token endpoint'],
    ['a 404', json(404, 'not here'), 'oracle.token_address', 'needs-attention', 'not a token endpoint'],
    ['a 503', json(503, '', { 'retry-after': '9' }), 'oracle.token_unavailable', 'retryable', '503'],
    ['nothing', 'hang-up', 'oracle.connection_lost', 'retryable', 'identity domain'],
  ] as const)('told in words when the identity domain answers %s', async (_what, token, code, kind, words) => {
    const { oracle, trail, calls } = await oauthWorld(() => true, { token });
    const result = await createOne(oracle, trail);
    expect(result).toMatchObject({ ok: false, failure: { kind, code, message: expect.stringContaining(words) } });
    if (!result.ok && result.failure.kind === 'retryable') {
      expect(result.failure).toMatchObject({ endpoint: true, outcomeUnknown: false });
    }
    expect(calls()).toBe(0);
  });

  it('hands no secret and no token to the trail', async () => {
    const { oracle, trail } = await oauthWorld((token) => token !== 'token-1');
    await createOne(oracle, trail);
    const kept = JSON.stringify(trail.attempts);
    expect(trail.attempts.map((attempt) => attempt.operation)).toEqual([
      'get token',
      'create invoice',
      'get token',
      'create invoice',
    ]);
    expect(trail.attempts.map((attempt) => attempt.outcome)).toEqual(['ok', 'oracle.unauthorized', 'ok', 'ok']);
    for (const secret of [
      SECRET,
      'token-1',
      'token-2',
      'Bearer',
      'Basic',
      Buffer.from(`client-1:${SECRET}`).toString('base64'),
    ]) {
      expect(kept).not.toContain(secret);
    }
  });

  it('sends a user assertion when there is one, and withholds it from the trail', async () => {
    const { fake } = await oauthWorld(() => true);
    const oracle = oracleAt(fake.url, {
      auth: {
        kind: 'oauth2',
        tokenUrl: `${fake.url}/oauth2/v1/token`,
        clientId: 'c',
        clientSecret: 's',
        scope: 'all',
        assertion: () => 'header.claims.signature',
      },
    });
    ends.push(() => oracle.close());
    const trail = keepingTrail();
    await createOne(oracle, trail);
    expect(fake.requests[0]?.body).toBe(
      'grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=header.claims.signature&scope=all',
    );
    expect(JSON.stringify(trail.attempts)).not.toContain('signature');
  });

  it('sends no secret to a token address without encryption', async () => {
    const { fake } = await oauthWorld(() => true);
    const auth = {
      kind: 'oauth2',
      tokenUrl: 'http://idcs.example.org/token',
      clientId: 'c',
      clientSecret: 's',
      scope: '',
    } as const;
    expect(await oracleAt(fake.url, { auth }).receivables.find(QUERY, keepingTrail())).toMatchObject({
      failure: { kind: 'needs-attention', code: 'oracle.token_address' },
    });
    expect(fake.requests).toEqual([]);
  });

  it('takes a 401 on user name and password as final', async () => {
    const { post, fake } = await world(() => json(401, ''), { auth: BASIC });
    expect(await post()).toMatchObject({ failure: { code: 'oracle.unauthorized' } });
    expect(fake.requests).toHaveLength(1);
  });
});
