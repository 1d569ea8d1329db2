import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export type GateState = 'up' | 'hung' | 'refusing';

/** An address in front of a server that can be up, take connections and never answer, or refuse them. */
export interface Gate extends AsyncDisposable {
  url: string;
  set(state: GateState): Promise<void>;
}

export async function startGate(target: string): Promise<Gate> {
  const { hostname, port } = new URL(target);
  let state: GateState = 'up';
  const sockets = new Set<Socket>();
  const keep = (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  };
  const server: Server = createServer((socket) => {
    keep(socket);
    if (state === 'hung') {
      socket.resume();
      return;
    }
    const onward = connect(Number(port), hostname);
    keep(onward);
    socket.pipe(onward).pipe(socket);
  });
  const listen = (at: number) => new Promise<void>((resolve) => server.listen(at, '127.0.0.1', resolve));
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      for (const socket of sockets) socket.destroy();
    });
  await listen(0);
  const own = (server.address() as AddressInfo).port;
  return {
    url: `http://127.0.0.1:${own}`,
    async set(next) {
      if (state === 'refusing' && next !== 'refusing') await listen(own);
      if (state !== 'refusing' && next === 'refusing') await close();
      for (const socket of sockets) socket.destroy();
      state = next;
    },
    async [Symbol.asyncDispose]() {
      if (state !== 'refusing') await close();
    },
  };
}
