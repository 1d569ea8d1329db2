import { Agent as HttpAgent, type IncomingHttpHeaders, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';

/**
 * Sends one request to the shop's host and hands back what came, whatever it was. Redirects are never followed, answers are
 * bounded, certificates are checked. node:http with a keep-alive agent, not fetch: the headers are all we need and it costs
 * less CPU per call.
 */
export interface HttpRequest {
  method: 'GET' | 'POST';
  url: URL;
  headers: Record<string, string>;
  body?: string;
}

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
}

/** Why no whole answer came. `lost`: the connection ended before the answer did. */
export interface HttpFault {
  kind: 'insecure' | 'unknown-host' | 'refused' | 'tls' | 'timeout' | 'lost' | 'too-large';
  /** Node's error code or the limit that was met. */
  code: string;
  message: string;
}

export type Sent = { ok: true; answer: HttpAnswer } | { ok: false; fault: HttpFault };

export interface Sender {
  send(request: HttpRequest): Promise<Sent>;
  /** Closes idle connections. */
  close(): void;
}

export interface SenderOptions {
  /** Until the connection stands, TLS included. */
  connectTimeoutMs?: number;
  /** Until the last byte of the answer. */
  timeoutMs?: number;
  maxAnswerBytes?: number;
  /** Whether connections are kept for the next call. Default true. */
  keepAlive?: boolean;
  /** More certificate authorities, PEM, for a shop inside a company. */
  ca?: string;
}

export function createSender(options: SenderOptions = {}): Sender {
  const { connectTimeoutMs = 10_000, timeoutMs = 30_000, maxAnswerBytes = 4 * 1024 * 1024, ca } = options;
  const pool = { keepAlive: options.keepAlive ?? true, scheduling: 'lifo' } as const; // how many at once is the brake's business
  const plain = new HttpAgent(pool);
  const secure = new HttpsAgent({ ...pool, minVersion: 'TLSv1.2', ...(ca && { ca }) });

  const once = (request: HttpRequest): Promise<Sent & { stale: boolean }> =>
    new Promise((resolve) => {
      const { url, method, headers, body } = request;
      const start = url.protocol === 'https:' ? requestHttps : requestHttp;
      const sent = start(url, { method, headers, agent: url.protocol === 'https:' ? secure : plain });
      let heard = false;
      const end = (result: Sent) => {
        clearTimeout(connecting);
        clearTimeout(whole);
        // A kept connection that the shop had closed meanwhile says nothing about the shop's health.
        resolve({ ...result, stale: !result.ok && result.fault.kind === 'lost' && sent.reusedSocket && !heard });
      };
      const give = (fault: HttpFault) => {
        end({ ok: false, fault });
        sent.destroy();
      };
      const connecting = setTimeout(
        () => give({ kind: 'timeout', code: 'CONNECT', message: `no connection after ${connectTimeoutMs} ms` }),
        connectTimeoutMs,
      );
      const whole = setTimeout(
        () => give({ kind: 'timeout', code: 'ANSWER', message: `no whole answer after ${timeoutMs} ms` }),
        timeoutMs,
      );
      sent.on('socket', (socket) => {
        if (!socket.connecting) clearTimeout(connecting);
        else socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => clearTimeout(connecting));
      });
      sent.on('error', (error) => end({ ok: false, fault: faultOf(error) }));
      sent.on('response', (response) => {
        heard = true;
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          size += chunk.length;
          if (size <= maxAnswerBytes) chunks.push(chunk);
          else give({ kind: 'too-large', code: 'ANSWER', message: `the answer has more than ${maxAnswerBytes} bytes` });
        });
        response.on('error', (error) => end({ ok: false, fault: faultOf(error) }));
        response.on('end', () =>
          end({ ok: true, answer: { status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) } }),
        );
      });
      sent.end(body);
    });

  return {
    async send(request) {
      if (request.url.protocol === 'http:' && !isLoopback(request.url)) {
        const message = 'plain http is used on this machine only, since keys and orders would be readable on the way';
        return { ok: false, fault: { kind: 'insecure', code: 'HTTP', message } };
      }
      const { stale, ...first } = await once(request);
      // All that goes over kept connections are reads, which may be repeated.
      if (!stale) return first;
      const { stale: _, ...second } = await once(request);
      return second;
    },
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

/** A host that cannot be anything but this machine. */
export function isLoopback(url: URL): boolean {
  return url.hostname === 'localhost' || url.hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(url.hostname);
}

function faultOf(error: Error & { code?: string }): HttpFault {
  const code = error.code ?? 'UNKNOWN';
  return { kind: faultKind(code), code, message: error.message || code };
}

/** Source: Node.js "Common system errors"; OpenSSL's verification codes as node:tls names them (X509 certificate error codes). */
function faultKind(code: string): HttpFault['kind'] {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return 'unknown-host';
  if (['ECONNREFUSED', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL'].includes(code)) return 'refused';
  if (code === 'ETIMEDOUT') return 'timeout';
  if (/^(ERR_TLS|ERR_SSL|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_|INVALID_CA|PATH_LENGTH|EPROTO)/.test(code)) {
    return 'tls';
  }
  return 'lost';
}
