import { generateKeyPairSync, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Pod, pod, SOAP } from './support.ts';

const keys = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
function jwt(privateKey: string, claims: object, header: object = { alg: 'RS256', typ: 'JWT' }): string {
  const part = (object: object) => Buffer.from(JSON.stringify(object)).toString('base64url');
  const body = `${part(header)}.${part(claims)}`;
  return `${body}.${sign('RSA-SHA256', Buffer.from(body), privateKey).toString('base64url')}`;
}
const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;

interface TokenAnswer {
  status: number;
  body: { access_token?: string; token_type?: string; expires_in?: number; error?: string };
}
async function token(client: Pod, form: Record<string, string>, basic?: string): Promise<TokenAnswer> {
  const { clientId, clientSecret } = client.sandbox.credentials;
  const credentials = basic ?? Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  const response = await fetch(`${client.sandbox.url}/oauth2/v1/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${credentials}`, 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams(form).toString(),
  });
  return { status: response.status, body: (await response.json()) as TokenAnswer['body'] };
}
const read = (client: Pod, authorization: string) =>
  client.send('GET', '/fscmRestApi/resources/11.13.18.05/receivablesInvoices?limit=1', undefined, { authorization });
const GRANT = { grant_type: 'client_credentials', scope: 'urn:opc:resource:consumer::all' };

describe('the token endpoint', () => {
  it('grants a token for client credentials, which opens REST and SOAP', async () => {
    const client = await pod();
    const { status, body } = await token(client, GRANT);
    expect([status, body.token_type, body.expires_in]).toEqual([200, 'Bearer', 3600]);
    expect((await read(client, `Bearer ${body.access_token}`)).status).toBe(200);
    const soap = await client.send('POST', SOAP.receipts.path, '', { authorization: `Bearer ${body.access_token}` });
    expect(soap.text).toContain('Unknown method');
  });

  it.each([
    ['a wrong secret', GRANT, Buffer.from('ar-bridge-demo:wrong').toString('base64'), 401, 'invalid_client'],
    ['an unknown client', GRANT, Buffer.from('nobody:demo-secret-4711').toString('base64'), 401, 'invalid_client'],
    ['another grant', { grant_type: 'password' }, undefined, 400, 'unsupported_grant_type'],
    ['no grant', {}, undefined, 400, 'unsupported_grant_type'],
  ])('refuses %s', async (_why, form, basic, status, error) => {
    const answer = await token(await pod(), form as Record<string, string>, basic);
    expect([answer.status, answer.body.error]).toEqual([status, error]);
  });

  it('may want a scope, and knows which ones a client may ask for', async () => {
    const strict = await pod({ switches: { tokenScopeRequired: 'on' } });
    expect((await token(strict, { grant_type: 'client_credentials' })).body.error).toBe('invalid_scope');
    const seed = JSON.parse(readFileSync(new URL('../../../sidecar/sandbox/seeds/default.json', import.meta.url), 'utf8'));
    seed.oauth.clients[0].scopes = ['fusion'];
    const narrow = await pod({ seed });
    expect((await token(narrow, GRANT)).body.error).toBe('invalid_scope');
    expect((await token(narrow, { ...GRANT, scope: 'fusion' })).status).toBe(200);
  });

  it('takes client id and secret in the form as well', async () => {
    const client = await pod();
    const { clientId, clientSecret } = client.sandbox.credentials;
    const response = await fetch(`${client.sandbox.url}/oauth2/v1/token`, {
      method: 'POST',
      body: new URLSearchParams({ ...GRANT, client_id: clientId, client_secret: clientSecret }),
    });
    expect(response.status).toBe(200);
  });

  it('grants a token for an assertion signed by the client’s key, for the user it names', async () => {
    const { publicKey, privateKey } = keys();
    const other = keys();
    const seed = JSON.parse(readFileSync(new URL('../../../sidecar/sandbox/seeds/default.json', import.meta.url), 'utf8'));
    seed.oauth.clients[0].publicKey = publicKey;
    const client = await pod({ seed });
    const assertion = (key: string, claims: object, header?: object) =>
      token(client, { grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer', assertion: jwt(key, claims, header) });
    const good = await assertion(privateKey, { sub: 'READ.ONLY', exp: inAnHour() });
    expect([good.status, (await read(client, `Bearer ${good.body.access_token}`)).status]).toEqual([200, 403]);
    expect((await assertion(other.privateKey, { sub: 'READ.ONLY', exp: inAnHour() })).body.error).toBe('invalid_grant');
    expect((await assertion(privateKey, { sub: 'READ.ONLY', exp: inAnHour() - 7200 })).body.error).toBe('invalid_grant');
    expect((await assertion(privateKey, { sub: 'READ.ONLY', exp: inAnHour() }, { alg: 'none' })).body.error).toBe(
      'invalid_grant',
    );
    const nobody = await assertion(privateKey, { sub: 'NOBODY', exp: inAnHour() });
    expect((await read(client, `Bearer ${nobody.body.access_token}`)).status).toBe(401);
  });
});

describe('a request', () => {
  it('is refused once its token has expired, or all have been', async () => {
    let nowMs = Date.now();
    const client = await pod({ tokenLifetime: 60, now: () => new Date(nowMs) });
    const { access_token } = (await token(client, GRANT)).body;
    expect((await read(client, `Bearer ${access_token}`)).status).toBe(200);
    nowMs += 61_000;
    expect((await read(client, `Bearer ${access_token}`)).status).toBe(401);
    const fresh = (await token(client, GRANT)).body.access_token;
    expect(await client.control('POST', 'token', { expireAll: true, lifetimeSeconds: 5 })).toEqual({
      live: 0,
      lifetimeSeconds: 5,
    });
    expect((await read(client, `Bearer ${fresh}`)).status).toBe(401);
    expect((await token(client, GRANT)).body.expires_in).toBe(5);
  });

  it.each([
    ['no credentials', ''],
    ['a wrong password', `Basic ${Buffer.from('WEB.INTEGRATION:wrong').toString('base64')}`],
    ['an unknown user', `Basic ${Buffer.from('NOBODY:Welcome-4711').toString('base64')}`],
    ['a made-up token', 'Bearer abc.def.ghi'],
    ['another scheme', 'Digest abc'],
  ])('is 401 with a page and a challenge with %s', async (_why, authorization) => {
    const answer = await read(await pod(), authorization);
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('www-authenticate')]).toEqual([
      401,
      'text/html; charset=utf-8',
      expect.stringContaining('Basic realm='),
    ]);
    expect(answer.text).toContain('<title>Error 401--Unauthorized</title>');
  });

  it('is 401 without a body where the pod answers so (switch unauthorizedBody)', async () => {
    const answer = await read(await pod({ switches: { unauthorizedBody: 'empty' } }), '');
    expect([answer.status, answer.text]).toEqual([401, '']);
  });

  it('is 401 or 403 for a client that is no user of the pod (switch clientUserMissing)', async () => {
    const seed = JSON.parse(readFileSync(new URL('../../../sidecar/sandbox/seeds/default.json', import.meta.url), 'utf8'));
    delete seed.oauth.clients[0].user;
    for (const clientUserMissing of ['401', '403']) {
      const client = await pod({ seed, switches: { clientUserMissing } });
      const { access_token } = (await token(client, GRANT)).body;
      expect((await read(client, `Bearer ${access_token}`)).status).toBe(Number(clientUserMissing));
    }
  });

  it('may carry a JWT signed by a user the pod trusts', async () => {
    const { publicKey, privateKey } = keys();
    const seed = JSON.parse(readFileSync(new URL('../../../sidecar/sandbox/seeds/default.json', import.meta.url), 'utf8'));
    seed.users[0].publicKey = publicKey;
    const client = await pod({ seed });
    expect((await read(client, `Bearer ${jwt(privateKey, { prn: 'WEB.INTEGRATION', exp: inAnHour() })}`)).status).toBe(200);
    expect((await read(client, `Bearer ${jwt(privateKey, { prn: 'EU.CLERK', exp: inAnHour() })}`)).status).toBe(401);
    expect((await read(client, `Bearer ${jwt(keys().privateKey, { prn: 'WEB.INTEGRATION', exp: inAnHour() })}`)).status).toBe(
      401,
    );
  });
});
