import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { signatureHeaders } from '../../../sidecar/http/signature.ts';
import { quantile } from '../support/numbers.ts';

/**
 * Sends signed events to an ack route and prints one line of JSON: the rate, the answers by status, the latencies in milliseconds.
 *
 * `closed`: each sender sends its next request when it has the answer to the last. `open`: requests leave at a constant rate,
 * and latency counts from the moment a request was due, so that a server that stalls cannot hide what waits behind it
 * (performance.md section 1.7: autocannon's constant rate sends bursts).
 * Plain sockets and ready-made bytes, so that the client costs the machine little beside the server.
 */
export interface AckJob {
  url: string;
  site: string;
  secret: string;
  mode: 'closed' | 'open';
  senders: number;
  /** Whether a connection carries many requests. PHP makes one for each: HTTP/1.0 in WordPress, and a process that ends. */
  keepConnections: boolean;
  /** Requests per second, for `open`. */
  rate: number;
  warmUpMs: number;
  measureMs: number;
  firstOrder: number;
}

export interface AckResult {
  perSecond: number;
  statuses: Record<string, number>;
  p50: number;
  p99: number;
}

const job = JSON.parse(process.argv[2] ?? '') as AckJob;
const target = new URL(job.url);
let nextOrder = job.firstOrder;

/** What the plugin sends when one order has changed. */
function request(): Buffer {
  const id = nextOrder;
  nextOrder += 1;
  const objects = [{ kind: 'order', id, seq: 1, changedAt: new Date().toISOString() }];
  const body = JSON.stringify({ site: job.site, objects, payments: [] });
  const headers = signatureHeaders(job.secret, { method: 'POST', path: '/v1/events', body }, Date.now());
  const lines = Object.entries({
    host: target.host,
    'content-type': 'application/json',
    'content-length': body.length,
    ...headers,
  });
  return Buffer.from(`POST /v1/events HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`);
}

/** One connection, one request at a time. */
class Connection {
  private readonly socket: Socket;
  private heard = '';
  private answered: ((status: string) => void) | null = null;
  private failed: ((error: Error) => void) | null = null;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => this.hear(chunk.toString('latin1')));
    const lost = (error?: Error) => this.failed?.(error ?? new Error('the server closed the connection'));
    socket.on('error', lost);
    socket.on('close', () => lost());
  }

  static open(): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const socket = connect(Number(target.port), target.hostname, () => resolve(new Connection(socket)));
      socket.once('error', reject);
    });
  }

  send(bytes: Buffer): Promise<string> {
    return new Promise((resolve, reject) => {
      this.answered = resolve;
      this.failed = reject;
      this.socket.write(bytes);
    });
  }

  close(): void {
    this.failed = null;
    this.socket.destroy();
  }

  private hear(text: string): void {
    this.heard += text;
    const head = this.heard.indexOf('\r\n\r\n');
    if (head < 0) return;
    const length = Number(/content-length: (\d+)/i.exec(this.heard)?.[1]);
    if (!(this.heard.length >= head + 4 + length)) return;
    const status = this.heard.slice(9, 12);
    this.heard = '';
    this.answered?.(status);
  }
}

const statuses: Record<string, number> = {};
const latencies: number[] = [];
const beganMs = performance.now();
const measureFromMs = beganMs + job.warmUpMs;
const endMs = measureFromMs + job.measureMs;

/** Connections that wait for their next request; none where each request has its own. */
const kept = job.keepConnections ? await Promise.all(Array.from({ length: job.senders }, () => Connection.open())) : [];

/** `sinceMs`: the moment that latency counts from. */
async function exchange(sinceMs: number): Promise<void> {
  const connection = kept.pop() ?? (await Connection.open());
  const status = await connection.send(request());
  if (job.keepConnections) kept.push(connection);
  else connection.close();
  if (sinceMs < measureFromMs) return;
  latencies.push(performance.now() - sinceMs);
  statuses[status] = (statuses[status] ?? 0) + 1;
}

async function closedLoop(): Promise<void> {
  while (performance.now() < endMs) await exchange(performance.now());
}

async function openLoop(): Promise<void> {
  const running = new Set<Promise<void>>();
  const spacingMs = 1000 / job.rate;
  for (let n = 0; beganMs + n * spacingMs < endMs; n += 1) {
    const dueMs = beganMs + n * spacingMs;
    for (let leftMs = dueMs - performance.now(); leftMs > 0; leftMs = dueMs - performance.now()) await sleep(leftMs);
    const sending = exchange(dueMs).finally(() => running.delete(sending));
    running.add(sending);
  }
  await Promise.all(running);
}

await (job.mode === 'closed' ? Promise.all(Array.from({ length: job.senders }, closedLoop)) : openLoop());
for (const connection of kept) connection.close();
const result: AckResult = {
  perSecond: (latencies.length / job.measureMs) * 1000,
  statuses,
  p50: quantile(latencies, 0.5),
  p99: quantile(latencies, 0.99),
};
process.stdout.write(`${JSON.stringify(result)}\nDONE\n`);
