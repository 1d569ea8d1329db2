import { request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface TlsProxy extends AsyncDisposable {
  url: string;
}

/**
 * Ends TLS before a store that speaks http, as hosts do. `change` sees the headers on their way: it may take one away, or tell
 * WordPress that the call came over https.
 */
export async function startTlsProxy(
  certificate: { key: string; cert: string },
  store: string,
  change: (headers: Record<string, string | string[] | undefined>) => void,
): Promise<TlsProxy> {
  const { hostname, port, host } = new URL(store);
  const server = createServer(certificate, (incoming, response) => {
    const headers = { ...incoming.headers, host };
    change(headers);
    const onward = request({ hostname, port, path: incoming.url, method: incoming.method, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
