import http from 'node:http';
import type { Socket } from 'node:net';
import { expect } from 'vitest';
import type { Attempt, Trail } from '../../../sidecar/apply/ports.ts';
import { type BrakedCall, noBrake } from '../../../sidecar/domain/brake.ts';
import { createOracle, type Oracle } from '../../../sidecar/oracle/create-oracle.ts';
import type { OracleOptions } from '../../../sidecar/oracle/options.ts';
import { problemsOf } from './definitions.ts';

export interface SeenRequest {
  method: string;
  path: string;
  headers: http.IncomingHttpHeaders;
  body: string;
}

/** What the fake does with one request. */
export type Step =
  | { status: number; headers?: Record<string, string>; body?: string; delayMs?: number }
  /** Ends the connection without a byte. */
  | 'hang-up'
  /** Sends headers and half of a body, then ends the connection. */
  | 'half-answer'
  /** Never answers. */
  | 'silence';

export interface Fake {
  url: string;
  requests: SeenRequest[];
  close(): Promise<void>;
}

/** A small HTTP server on 127.0.0.1 that does what the test says: for what a well-behaved sandbox would not do. */
export async function startFake(answer: (request: SeenRequest, index: number) => Step): Promise<Fake> {
  const requests: SeenRequest[] = [];
  const sockets = new Set<Socket>();
  const server = http.createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const seen = {
        method: incoming.method ?? '',
        path: incoming.url ?? '',
        headers: incoming.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      requests.push(seen);
      play(answer(seen, requests.length - 1), response);
    });
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

function play(step: Step, response: http.ServerResponse): void {
  if (step === 'silence') return;
  if (step === 'hang-up') {
    response.socket?.destroy();
    return;
  }
  if (step === 'half-answer') {
    response.writeHead(201, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"CustomerTransactionId":300');
    setTimeout(() => response.socket?.destroy(), 10);
    return;
  }
  setTimeout(() => {
    response.writeHead(step.status, { 'content-type': 'application/json', ...step.headers });
    response.end(step.body ?? '');
  }, step.delayMs ?? 0);
}

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Step => ({
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
});

/** Ends a fake after its test. Whatever the test was about: what went out over REST is what Oracle documents. */
export async function endFake(fake: Fake | undefined): Promise<void> {
  const rest = (fake?.requests ?? []).filter((request) => request.path.includes('RestApi'));
  await fake?.close();
  expect(rest.flatMap(problemsOf)).toEqual([]);
}

/** Keeps what it is told. */
export function keepingTrail(): Trail & { attempts: Attempt[] } {
  const attempts: Attempt[] = [];
  return { attempts, record: (attempt) => attempts.push(attempt) };
}

/** Lets everything through and keeps the verdicts. */
export function keepingBrake() {
  const verdicts: Omit<BrakedCall<unknown>, 'value'>[] = [];
  return {
    verdicts,
    run: async <T>(call: () => Promise<BrakedCall<T>>): Promise<T> => {
      const { value, ...verdict } = await call();
      verdicts.push(verdict);
      return value;
    },
  };
}

export const BASIC = { kind: 'basic', username: 'web.integration', password: 'basic-secret-1' } as const;

/** The adapter with settings that suit tests: short timeouts, no waiting, a fixed clock unless one is given. */
export function oracleAt(url: string, more: Partial<OracleOptions> = {}): Oracle & { waits: number[] } {
  const waits: number[] = [];
  const oracle = createOracle({
    baseUrl: url,
    auth: BASIC,
    release: '26D',
    frameworkVersion: '4',
    timeoutMs: 2_000,
    clock: () => Date.now(),
    brake: noBrake,
    random: () => 0.5,
    wait: async (ms) => {
      waits.push(ms);
    },
    ...more,
  });
  return { ...oracle, waits };
}
