import { setTimeout as sleep } from 'node:timers/promises';
import express, { type Express, type Request as HttpRequest, type Response } from 'express';
import type { Logger } from 'pino';
import type { Answer, Request } from './answer.ts';
import { authenticate, containerAnswer, tokenAnswer } from './auth.ts';
import { type Fault, retryAfterHeader } from './control/faults.ts';
import type { LoggedRequest } from './control/request-log.ts';
import { type Controls, controlRoutes } from './control/routes.ts';
import { issue, OracleError } from './errors.ts';
import { ledgerPage } from './page.ts';
import { errorAnswer } from './rest/framework.ts';
import { type BehaviourOf, handleRest } from './rest/rest.ts';
import type { Service } from './soap/model.ts';
import { handleSoap, operationName } from './soap/soap.ts';

/** Everything one running sandbox answers with. */
export interface SandboxParts extends Controls {
  behaviourOf: BehaviourOf;
  services: ReadonlyMap<string, Service>;
  logger: Logger;
}

const API = ['/fscmRestApi', '/crmRestApi', '/fscmService', '/crmService', '/oauth2'];
/** About what Oracle takes (contract section 1.6); control requests have their own limit. */
const BODY_LIMIT = '2mb';

export function createApp(sandbox: SandboxParts): Express {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.get('/', (_request, response) => {
    response.setHeader('Content-Security-Policy', "default-src 'none'; style-src 'unsafe-inline'");
    response.type('html').send(ledgerPage(sandbox.world));
  });
  app.use('/__sandbox', controlRoutes(sandbox));
  app.use(API, express.text({ type: () => true, limit: BODY_LIMIT, defaultCharset: 'utf-8' }), (request, response) =>
    serve(sandbox, request, response),
  );
  app.use((_request, response) => void response.status(404).type('html').send('<h2>Error 404--Not Found</h2>'));
  app.use((error: unknown, _request: HttpRequest, response: Response, _next: () => void) => {
    const status = error instanceof Error && 'status' in error ? Number(error.status) : 500;
    if (status >= 500) sandbox.logger.error({ error }, 'request failed');
    response
      .status(status)
      .type('text')
      .send(status === 413 ? 'The request body is too large.' : 'The request could not be read.');
  });
  return app;
}

function toRequest(request: HttpRequest): Request {
  const url = new URL(request.originalUrl, 'http://host');
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]),
  );
  return {
    method: request.method,
    path: url.pathname,
    query: url.searchParams,
    headers,
    body: typeof request.body === 'string' ? request.body : '',
    origin: `http://${request.headers.host ?? 'localhost'}`,
  };
}

/** One API call: limits, faults and latency around the answer. */
async function serve(sandbox: SandboxParts, httpRequest: HttpRequest, response: Response): Promise<void> {
  const request = toRequest(httpRequest);
  const isSoap = /^\/(fscm|crm)Service\//.test(request.path);
  const operation = isSoap ? operationName(request.body) : null;
  const entry = sandbox.log.open(request, operation);
  const isToken = request.path.startsWith('/oauth2/');
  const wait = isToken ? null : sandbox.limits.enter(Date.now());
  if (wait !== null) {
    send(sandbox, response, entry, containerAnswer(sandbox.world, 429, { 'Retry-After': String(wait) }));
    return;
  }
  try {
    await answer(sandbox, request, operation, entry, response);
  } finally {
    if (!isToken) sandbox.limits.leave();
  }
}

async function answer(
  sandbox: SandboxParts,
  request: Request,
  operation: string | null,
  entry: LoggedRequest,
  response: Response,
): Promise<void> {
  const fault = sandbox.faults.take(request, operation);
  entry.fault = fault?.fault ?? null;
  const latency = sandbox.latency.of(request, operation);
  // A slow server works on when its caller has long gone: the wait is not cut short by a closed connection.
  if (latency.when === 'before' && latency.ms > 0) await sleep(latency.ms);
  const instead = fault && answerInstead(sandbox, fault, request);
  if (fault?.fault === 'hangup-before-commit') {
    hangUp(sandbox, response, entry, null);
    return;
  }
  const result = instead ?? compute(sandbox, request);
  if (latency.when === 'after' && latency.ms > 0) await sleep(latency.ms);
  if (fault?.fault === 'hangup-after-commit') {
    hangUp(sandbox, response, entry, result);
    return;
  }
  if (fault?.fault === 'slow') await sleep(fault.ms);
  if (fault?.fault === 'half') sendHalf(sandbox, response, entry, result);
  else if (fault?.fault === 'empty') send(sandbox, response, entry, { status: result.status, headers: {}, body: '' });
  else if (fault?.fault === 'not-json') send(sandbox, response, entry, { ...result, body: `${result.body.slice(0, -2)}<<` });
  else send(sandbox, response, entry, result);
}

/** Faults that keep the request from being worked on at all. */
function answerInstead(sandbox: SandboxParts, fault: Fault, request: Request): Answer | null {
  const { world } = sandbox;
  const retry = () => retryAfterHeader(fault.retryAfter, fault.retryAfterForm, new Date());
  switch (fault.fault) {
    case '401':
    case '403':
    case '500':
    case '502':
      return containerAnswer(world, Number(fault.fault));
    case '429':
    case '503':
      return containerAnswer(world, Number(fault.fault), retry());
    case 'html':
      return {
        status: fault.status,
        headers: { 'Content-Type': 'text/html; charset=utf-8' },
        body: '<!DOCTYPE html><html><head><title>Sign In</title></head><body><form action="/oam/server/auth_cred_submit"></form></body></html>',
      };
    case 'error': {
      const version = Number(request.headers['rest-framework-version'] ?? world.switches.defaultFrameworkVersion);
      return errorAnswer(world, version, new OracleError(Math.max(fault.status, 400), [issue(fault.code ?? null, fault.detail)]));
    }
    default:
      return null;
  }
}

/** What Oracle answers. A bug in the sandbox is an answer too: 500, and the log says why. */
function compute(sandbox: SandboxParts, request: Request): Answer {
  const { world, tokens, logger } = sandbox;
  try {
    if (request.path.startsWith('/oauth2/')) {
      return request.path === '/oauth2/v1/token' ? tokenAnswer(world, tokens, request) : containerAnswer(world, 404);
    }
    const isSoap = /^\/(fscm|crm)Service\//.test(request.path);
    const isWsdl = isSoap && request.method === 'GET';
    const user = authenticate(world, tokens, request);
    if (typeof user === 'number') {
      // The service descriptions of a pod are read without a password.
      return isWsdl ? handleSoap(world, sandbox.services, { name: 'anonymous' }, request) : containerAnswer(world, user);
    }
    return isSoap ? handleSoap(world, sandbox.services, user, request) : handleRest(world, sandbox.behaviourOf, user, request);
  } catch (error) {
    logger.error({ error, method: request.method, path: request.path }, 'the sandbox failed');
    return errorAnswer(
      world,
      4,
      new OracleError(500, [{ code: 'SBX_BUG', detail: error instanceof Error ? error.message : String(error) }]),
    );
  }
}

function send(sandbox: SandboxParts, response: Response, entry: LoggedRequest, result: Answer): void {
  sandbox.log.close(entry, result.status, result.body);
  response.status(result.status);
  for (const [name, value] of Object.entries(result.headers)) response.setHeader(name, value);
  response.end(result.body);
}

/** The connection breaks: with `result`, after the work was done and kept. */
function hangUp(sandbox: SandboxParts, response: Response, entry: LoggedRequest, result: Answer | null): void {
  sandbox.log.close(entry, null, result?.body ?? '');
  response.socket?.destroy();
}

function sendHalf(sandbox: SandboxParts, response: Response, entry: LoggedRequest, result: Answer): void {
  sandbox.log.close(entry, result.status, result.body);
  response.status(result.status);
  for (const [name, value] of Object.entries(result.headers)) response.setHeader(name, value);
  response.setHeader('Content-Length', String(Buffer.byteLength(result.body)));
  response.write(result.body.slice(0, Math.ceil(result.body.length / 2)), () => response.socket?.destroy());
}
