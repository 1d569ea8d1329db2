import { createHmac, randomBytes, timingSafeEqual, verify } from 'node:crypto';
import type { Answer, Request } from './answer.ts';
import type { Seed } from './seed/schema.ts';
import type { World } from './world.ts';

/** Who may call: OAuth 2.0 bearer tokens of the token endpoint, HTTP Basic, or a JWT of a trusted user (contract section 7). */
export type User = Seed['users'][number];

interface Granted {
  userName: string | null;
  expiresMs: number;
}

export class Tokens {
  private readonly granted = new Map<string, Granted>();
  private readonly secret = randomBytes(32);
  lifetimeSeconds: number;

  constructor(lifetimeSeconds: number) {
    this.lifetimeSeconds = lifetimeSeconds;
  }

  grant(userName: string | null, nowMs: number): string {
    for (const [token, known] of this.granted) if (known.expiresMs <= nowMs) this.granted.delete(token);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const expiresMs = nowMs + this.lifetimeSeconds * 1000;
    const body = `${part({ alg: 'HS256', typ: 'JWT' })}.${part({ sub: userName, exp: Math.floor(expiresMs / 1000), jti: randomBytes(9).toString('base64url') })}`;
    const token = `${body}.${createHmac('sha256', this.secret).update(body).digest('base64url')}`;
    this.granted.set(token, { userName, expiresMs });
    return token;
  }

  find(token: string, nowMs: number): Granted | undefined {
    const known = this.granted.get(token);
    return known && known.expiresMs > nowMs ? known : undefined;
  }

  expireAll(): void {
    this.granted.clear();
  }

  get live(): number {
    return this.granted.size;
  }
}

const same = (a: string, b: string): boolean => {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
};

/** The user behind a request, or the status that refuses it. */
export function authenticate(world: World, tokens: Tokens, request: Request): User | 401 | 403 {
  const header = request.headers.authorization ?? '';
  const basic = basicCredentials(header);
  if (basic) {
    const user = world.seed.users.find((known) => known.name === basic.name);
    return user?.password !== undefined && same(user.password, basic.password) ? user : 401;
  }
  const token = /^Bearer\s+(\S+)$/i.exec(header)?.[1];
  if (token === undefined) return 401;
  const granted = tokens.find(token, world.now().getTime());
  const userName = granted ? granted.userName : userOfJwt(world, token);
  if (userName === undefined) return 401;
  const user = world.seed.users.find((known) => known.name === userName);
  return user ?? (world.switches.clientUserMissing === '403' ? 403 : 401);
}

function basicCredentials(header: string): { name: string; password: string } | null {
  const encoded = /^Basic\s+(\S+)$/i.exec(header)?.[1];
  if (encoded === undefined) return null;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 ? null : { name: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** A JWT sent straight to Fusion: RS256, `prn` (or `sub`) names a user whose key the pod trusts. */
function userOfJwt(world: World, token: string): string | undefined {
  const claims = readClaims(token);
  const name = String(claims?.prn ?? claims?.sub ?? '');
  const key = world.seed.users.find((user) => user.name === name)?.publicKey;
  return key !== undefined && isGoodJwt(token, key, world.now()) ? name : undefined;
}

function readClaims(token: string): Record<string, unknown> | null {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as Record<string, unknown>;
  } catch {
    return null;
  }
}

function isGoodJwt(token: string, publicKey: string, now: Date): boolean {
  const [header = '', payload = '', signature = ''] = token.split('.');
  const claims = readClaims(token);
  if (!claims || typeof claims.exp !== 'number' || claims.exp * 1000 <= now.getTime()) return false;
  try {
    const { alg } = JSON.parse(Buffer.from(header, 'base64url').toString('utf8')) as { alg?: string };
    return (
      alg === 'RS256' && verify('RSA-SHA256', Buffer.from(`${header}.${payload}`), publicKey, Buffer.from(signature, 'base64url'))
    );
  } catch {
    return false;
  }
}

const JWT_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** POST /oauth2/v1/token: client credentials, or a user assertion signed with the client's key. */
export function tokenAnswer(world: World, tokens: Tokens, request: Request): Answer {
  if (request.method !== 'POST') return tokenError(405, 'invalid_request', 'The token endpoint takes POST only.');
  const form = new URLSearchParams(request.body);
  const basic = basicCredentials(request.headers.authorization ?? '');
  const id = basic?.name ?? form.get('client_id') ?? '';
  const secret = basic?.password ?? form.get('client_secret') ?? '';
  const client = world.seed.oauth.clients.find((known) => known.id === id);
  if (!client || !same(client.secret, secret)) {
    return tokenError(401, 'invalid_client', 'Client authentication failed.', { 'WWW-Authenticate': 'Basic realm="sandbox"' });
  }
  const scope = form.get('scope');
  if (scope === null && world.switches.tokenScopeRequired === 'on')
    return tokenError(400, 'invalid_scope', 'A scope is required.');
  if (scope !== null && client.scopes && !scope.split(' ').every((part) => client.scopes?.includes(part))) {
    return tokenError(400, 'invalid_scope', `The scope ${scope} isn't allowed for this client.`);
  }
  const nowMs = world.now().getTime();
  const grant = form.get('grant_type');
  if (grant === 'client_credentials') return granted(tokens, client.user ?? null, nowMs);
  if (grant === JWT_GRANT) {
    const assertion = form.get('assertion') ?? '';
    if (client.publicKey === undefined || !isGoodJwt(assertion, client.publicKey, world.now())) {
      return tokenError(400, 'invalid_grant', "The assertion isn't signed by a key of this client, or has expired.");
    }
    return granted(tokens, String(readClaims(assertion)?.sub ?? ''), nowMs);
  }
  return tokenError(400, 'unsupported_grant_type', `The grant type ${grant ?? '(none)'} isn't supported.`);
}

function granted(tokens: Tokens, userName: string | null, nowMs: number): Answer {
  const body = { access_token: tokens.grant(userName, nowMs), token_type: 'Bearer', expires_in: tokens.lifetimeSeconds };
  return {
    status: 200,
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' },
    body: JSON.stringify(body),
  };
}

const tokenError = (status: number, error: string, description: string, headers: Record<string, string> = {}): Answer => ({
  status,
  headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers },
  body: JSON.stringify({ error, error_description: description }),
});

const HTML_TITLES: Record<number, string> = {
  401: 'Error 401--Unauthorized',
  403: 'Error 403--Forbidden',
  429: 'Error 429--Too Many Requests',
  500: 'Error 500--Internal Server Error',
  503: 'Error 503--Service Unavailable',
};

/** What the container in front of Fusion answers: a page, or nothing. */
export function containerAnswer(world: World, status: number, headers: Record<string, string> = {}): Answer {
  const challenge: Record<string, string> = status === 401 ? { 'WWW-Authenticate': 'Basic realm="Oracle Fusion sandbox"' } : {};
  if (status === 401 && world.switches.unauthorizedBody === 'empty')
    return { status, headers: { ...challenge, ...headers }, body: '' };
  const title = HTML_TITLES[status] ?? `Error ${status}`;
  const body = `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h2>${title}</h2></body></html>\n`;
  return { status, headers: { 'Content-Type': 'text/html; charset=utf-8', ...challenge, ...headers }, body };
}
