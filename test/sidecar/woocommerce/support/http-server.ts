import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

/** A small HTTP server for tests, which can also behave badly. */
export interface Asked {
  method: string;
  /** The request target as sent. */
  target: string;
  url: URL;
  headers: IncomingMessage['headers'];
  body: string;
}

export type Reply =
  | { status?: number; headers?: Record<string, string>; json?: unknown; body?: string }
  /** Closes the connection without an answer. */
  | 'hang-up'
  /** Announces more than it sends, then closes. */
  | 'half'
  /** Says nothing more. */
  | 'silence';

export interface TestServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>` */
  url: string;
  port: number;
  asked: Asked[];
  closeIdle(): void;
}

export async function serve(answer: (asked: Asked) => Reply | Promise<Reply>, tls?: ServerOptions): Promise<TestServer> {
  const asked: Asked[] = [];
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const target = request.url ?? '/';
    const one = {
      method: request.method ?? '',
      target,
      url: new URL(target, 'http://shop.test'),
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    asked.push(one);
    give(await answer(one), response);
  };
  const server: Server = tls ? createTlsServer(tls, handle) : createServer(handle);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    port,
    asked,
    closeIdle: () => server.closeIdleConnections(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function give(reply: Reply, response: ServerResponse): void {
  if (reply === 'silence') return;
  if (reply === 'hang-up') {
    response.socket?.destroy();
    return;
  }
  if (reply === 'half') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"id":1,', () => response.socket?.destroy());
    return;
  }
  const { status = 200, headers = {}, json, body } = reply;
  response.writeHead(status, { 'content-type': 'application/json; charset=UTF-8', ...headers });
  response.end(body ?? JSON.stringify(json));
}
