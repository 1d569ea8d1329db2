import http from 'node:http';
import https from 'node:https';
import tls from 'node:tls';

/**
 * The one place that opens sockets to Oracle. node:http with a keep-alive agent rather than fetch: 0.18 against 0.38 ms of CPU per
 * call with 64 in flight (client and server in one process, 3 kB out, 6 kB back, Node 24), and it tells a connection that was
 * never made from one that broke after the request had left.
 */
export interface WireRequest {
  url: URL;
  method: string;
  headers: Record<string, string>;
  body: string | null;
  timeoutMs: number;
}

export type Exchange =
  | { kind: 'answer'; status: number; headers: Record<string, string>; text: string; receivedAtMs: number }
  | NoAnswer;

export interface NoAnswer {
  kind: 'no-answer';
  /** `never`: the request cannot have reached the other side; `maybe`: it can. */
  reached: 'never' | 'maybe';
  cause: 'refused' | 'dns' | 'tls' | 'timeout' | 'reset' | 'too-large';
  /** The system's own word: ECONNREFUSED, DEPTH_ZERO_SELF_SIGNED_CERT. */
  detail: string;
  /** When headers came but the body did not. */
  status: number | null;
}

export interface Transport {
  send(request: WireRequest): Promise<Exchange>;
  /** Ends idle and running connections. */
  close(): void;
}

/** A connection has to stand within this time, whatever the whole call may take. */
const CONNECT_TIMEOUT_MS = 10_000;
/** Fusion's load balancers drop idle connections after a minute or more; ours go first. */
const IDLE_SOCKET_MS = 30_000;
/** The largest answer that is read: a `describe` of receivablesInvoices is below 10 MB. */
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

export interface TransportOptions {
  clock: () => number;
  /** PEM of a private certificate authority, in addition to the public ones; verification is never off. */
  ca?: string;
  maxAnswerBytes?: number;
  connectTimeoutMs?: number;
}

export function createTransport(options: TransportOptions): Transport {
  const keep = { keepAlive: true, scheduling: 'lifo' as const, timeout: IDLE_SOCKET_MS };
  const plain = new http.Agent(keep);
  const secure = new https.Agent({
    ...keep,
    minVersion: 'TLSv1.2',
    rejectUnauthorized: true,
    ...(options.ca !== undefined && { ca: [...tls.rootCertificates, options.ca] }),
  });
  return {
    send: (request) => sendOnce(request, request.url.protocol === 'https:' ? secure : plain, options),
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

function sendOnce(request: WireRequest, agent: http.Agent, options: TransportOptions): Promise<Exchange> {
  const limit = options.maxAnswerBytes ?? MAX_ANSWER_BYTES;
  const secure = request.url.protocol === 'https:';
  return new Promise((resolve) => {
    let connected = false;
    let status: number | null = null;
    let timers: NodeJS.Timeout[] = [];
    const settle = (exchange: Exchange) => {
      for (const timer of timers) clearTimeout(timer);
      timers = [];
      resolve(exchange);
    };
    const lost = (cause: NoAnswer['cause'], detail: string) => {
      settle({ kind: 'no-answer', reached: connected ? 'maybe' : 'never', cause, detail, status });
      wire.destroy();
    };
    const headers: Record<string, string> = { ...request.headers, 'Accept-Encoding': 'identity' };
    if (request.body !== null) headers['Content-Length'] = String(Buffer.byteLength(request.body));
    const wire = (secure ? https : http).request(request.url, { method: request.method, headers, agent }, (answer) => {
      status = answer.statusCode ?? 0;
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > limit) lost('too-large', `more than ${limit} bytes`);
        else chunks.push(chunk);
      });
      answer.on('end', () => {
        // An answer that was cut short ends in `aborted`, not in `complete`.
        if (!answer.complete) return lost('reset', 'the answer broke off');
        const flat: Record<string, string> = {};
        for (const [name, value] of Object.entries(answer.headers)) {
          if (value !== undefined) flat[name] = Array.isArray(value) ? value.join(', ') : value;
        }
        const text = Buffer.concat(chunks, size).toString('utf8');
        settle({ kind: 'answer', status: answer.statusCode ?? 0, headers: flat, text, receivedAtMs: options.clock() });
      });
      answer.on('error', (error: NodeJS.ErrnoException) => lost('reset', error.code ?? error.message));
    });
    wire.on('socket', (socket) => {
      if (wire.reusedSocket) connected = true;
      else socket.once(secure ? 'secureConnect' : 'connect', () => (connected = true));
    });
    wire.on('error', (error: NodeJS.ErrnoException) => lost(causeOf(error, connected), error.code ?? error.message));
    timers.push(setTimeout(() => lost('timeout', `no answer within ${request.timeoutMs} ms`), request.timeoutMs));
    const connectTimeoutMs = Math.min(options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS, request.timeoutMs);
    timers.push(
      setTimeout(() => {
        if (!connected) lost('timeout', `no connection within ${connectTimeoutMs} ms`);
      }, connectTimeoutMs),
    );
    wire.end(request.body ?? undefined);
  });
}

const TLS_ERROR = /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|ALTNAME|EPROTO/;

function causeOf(error: NodeJS.ErrnoException, connected: boolean): NoAnswer['cause'] {
  const code = error.code ?? '';
  if (TLS_ERROR.test(code)) return 'tls';
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'dns';
  return connected ? 'reset' : 'refused';
}

/**
 * Whether requests, and the secrets in them, may go to this address: https anywhere, http to this machine only.
 *
 * Out     null when they may, else why not
 */
export function refusedAddress(address: string): string | null {
  const url = URL.parse(address);
  if (!url) return `"${address}" is not a web address`;
  if (url.username || url.password) return 'the address must not contain a user name or password';
  if (url.protocol === 'https:') return null;
  if (url.protocol !== 'http:') return `"${url.protocol}" is not https`;
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname)
    ? null
    : `${url.hostname} would be reached without encryption: only https is allowed, except on this machine`;
}
