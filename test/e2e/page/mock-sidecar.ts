import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MockApi } from './mock-api.ts';

/** A sidecar as far as plugin and page look at it: pairs with anyone, takes every event, and serves mock-api.ts as its admin API. */
export async function startMockSidecar(): Promise<{ url: string; api: MockApi; close: () => Promise<void> }> {
  const api = new MockApi();
  const secret = randomBytes(32).toString('base64');
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://sidecar');
    const body = await jsonOf(request);
    const reply = url.pathname.startsWith('/v1/admin/')
      ? api.answer(request.method ?? 'GET', url.pathname.slice('/v1/admin'.length), queryOf(url), body)
      : { status: 200, body: answerPlugin(url.pathname, body) };
    const isText = typeof reply.body === 'string';
    response.writeHead(reply.status, { 'content-type': isText ? 'text/csv; charset=utf-8' : 'application/json' });
    response.end(isText ? reply.body : JSON.stringify(reply.body));
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));

  /** Signed messages are not checked here: test/plugin and the sidecar's own tests do. */
  function answerPlugin(path: string, body: unknown): unknown {
    if (path === '/v1/pair') return { secret, sidecarVersion: '0.1.0' };
    if (path !== '/v1/events') return {};
    const { objects, payments } = body as { objects: object[]; payments: { id: number }[] };
    return { stored: { objects, payments: payments.map(({ id }) => id) } };
  }
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    api,
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}

async function jsonOf(request: IncomingMessage): Promise<unknown> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text === '' ? undefined : JSON.parse(text);
}

/** The proxy adds who asks; the contract's queries do not know it. */
const queryOf = (url: URL): Record<string, string> =>
  Object.fromEntries([...url.searchParams].filter(([name]) => name !== 'actor'));
