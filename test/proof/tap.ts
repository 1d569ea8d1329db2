import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A write that Oracle has answered and whose answer has not been handed on yet. */
export interface TappedWrite {
  path: string;
  /** In words: the SOAP operation, the action, or the resource. */
  what: string;
  status: number;
}

export interface Tap {
  url: string;
  /**
   * Called for each write between Oracle's commit and its answer; the answer waits for it. `cut` hangs up instead of answering.
   * Throwing is kept in `complaints`, and the answer goes on.
   */
  onWrite: ((write: TappedWrite) => Promise<'cut' | undefined>) | null;
  complaints: unknown[];
  close(): Promise<void>;
}

/** Stands between the sidecar and the sandbox and stops the world after each write, so that the books can be read in the middle. */
export async function startTap(target: string): Promise<Tap> {
  const { hostname, port } = new URL(target);
  const server = createServer(async (incoming, outgoing) => {
    const body = await buffer(incoming);
    const onward = request(
      { hostname, port, method: incoming.method, path: incoming.url, headers: incoming.headers },
      async (answer) => {
        const bytes = await buffer(answer);
        const path = incoming.url ?? '';
        if (incoming.method === 'POST' && !path.startsWith('/oauth2/') && tap.onWrite) {
          const what = whatIsAsked(path, incoming.headers.soapaction, body);
          try {
            if ((await tap.onWrite({ path, what, status: answer.statusCode ?? 0 })) === 'cut') {
              outgoing.destroy();
              return;
            }
          } catch (error) {
            tap.complaints.push(error);
          }
        }
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(bytes);
      },
    );
    // The sandbox hung up: so do we.
    onward.on('error', () => outgoing.destroy());
    onward.end(body);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const tap: Tap = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    onWrite: null,
    complaints: [],
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
  return tap;
}

function whatIsAsked(path: string, soapAction: string | string[] | undefined, body: Buffer): string {
  const operation = String(soapAction ?? '')
    .replace(/"/g, '')
    .split('/')
    .pop();
  if (operation) return operation;
  const inBody = /<(?:\w+:)?Body[^>]*>\s*<(?:\w+:)?(\w+)/.exec(body.toString())?.[1];
  return inBody ?? path.split('?')[0]?.split('/').pop() ?? path;
}
