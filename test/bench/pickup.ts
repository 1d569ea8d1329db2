import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Bench, type Figure, verdict } from './report.ts';
import { digits, median, quantile } from './support/numbers.ts';
import { scratchFolder } from './support/scratch.ts';
import { PluginEnd, startSidecarProgram } from './support/sidecar.ts';

const GOAL_MS = 10;
const FIRST = 1_000;

/** P5: from the acknowledgement of an event, with nothing else to do, to the arrival of the first request of its work (the order is read). */
export async function pickup(bench: Bench): Promise<Figure[]> {
  using folder = scratchFolder();
  await using shop = await startListeningShop();
  await using sidecar = await startSidecarProgram({ folder: folder.path });
  const plugin = await PluginEnd.pair(sidecar.url, { url: shop.url, restKey: { consumerKey: 'ck_x', consumerSecret: 'cs_x' } });
  const afterAck: number[] = [];
  const afterSend: number[] = [];
  const events = bench.quick ? 60 : 250;
  for (let n = 0; n < events; n += 1) {
    await sleep(20); // idle again
    const arrived = shop.asked(FIRST + n);
    const sentMs = performance.now();
    await plugin.events(sidecar.url, [FIRST + n]);
    const acknowledgedMs = performance.now();
    const arrivedMs = await arrived;
    if (n < 10) continue; // the first ones warm up
    afterAck.push(Math.max(0, arrivedMs - acknowledgedMs));
    afterSend.push(arrivedMs - sentMs);
  }
  const p99 = quantile(afterAck, 0.99);
  return [
    {
      id: 'P5',
      name: `pickup when idle, event acknowledged to first request arriving, p99 of ${afterAck.length}`,
      goal: `<= ${GOAL_MS} ms`,
      reached: `${digits(p99, 1)} ms (from its sending ${digits(quantile(afterSend, 0.99), 1)} ms)`,
      verdict: verdict(p99 <= GOAL_MS),
      values: {
        p50Ms: median(afterAck),
        p99Ms: p99,
        fromSendingP50Ms: median(afterSend),
        fromSendingP99Ms: quantile(afterSend, 0.99),
      },
      notes: [
        `Event, claim and state are one commit, so the request may arrive before the acknowledgement; that counts as 0. p50 from the sending of the event ${digits(median(afterSend), 1)} ms.`,
      ],
    },
  ];
}

/** Says that no order exists, and when each was asked for. */
async function startListeningShop(): Promise<AsyncDisposable & { url: string; asked(id: number): Promise<number> }> {
  const waiting = new Map<number, (atMs: number) => void>();
  const server = createServer((request, response) => {
    const atMs = performance.now();
    const id = Number(/\/orders\/(\d+)\?/.exec(request.url ?? '')?.[1]);
    waiting.get(id)?.(atMs);
    waiting.delete(id);
    const gone = { code: 'woocommerce_rest_shop_order_invalid_id', message: 'Invalid ID.', data: { status: 404 } };
    response.writeHead(404, { 'Content-Type': 'application/json' }).end(JSON.stringify(gone));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked: (id) => new Promise((resolve) => waiting.set(id, resolve)),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
