import type { Trail } from '../apply/ports.ts';
import type { Brake, BrakedCall } from '../domain/brake.ts';
import { err, needsAttention, type Result } from '../domain/failures.ts';
import type { Call, Reply } from './call.ts';
import { classifyAnswer } from './classify-answer.ts';
import { isObject, type Lossless, rowsOf } from './lossless-json.ts';
import { isHtml } from './read-fault.ts';
import { retryAfterMs } from './retry-after.ts';
import { type RetryOptions, retryReads } from './retry-reads.ts';
import type { Credentials, Pass } from './token.ts';
import { recordAttempt } from './trail.ts';
import { type Exchange, refusedAddress, type Transport } from './transport.ts';

/** Sends calls to the pod: credentials, brake, one renewal after 401, audit, classification. */
export interface OracleHttp {
  /** Once, but for one repeat after a 401, which precedes any processing. Reads are tried up to three times. */
  send(call: Call, trail: Trail): Promise<Result<Reply>>;
}

export interface HttpOptions extends RetryOptions {
  baseUrl: string;
  /** Sent as REST-Framework-Version with every REST call. */
  frameworkVersion: string;
  timeoutMs: number;
  clock: () => number;
  brake: Brake;
  transport: Transport;
  credentials: Credentials;
}

export function createHttp(options: HttpOptions): OracleHttp {
  const refused = refusedAddress(options.baseUrl);
  const once = (call: Call, trail: Trail) => sendWithPass(call, trail, options);
  return {
    async send(call, trail) {
      if (refused) {
        const action = "Enter the pod's own address in Connections: https://....fa....oraclecloud.com";
        return err(needsAttention('oracle.address', `Oracle's address cannot be used: ${refused}.`, action));
      }
      return call.writes ? once(call, trail) : retryReads(() => once(call, trail), options);
    },
  };
}

interface Tried {
  status: number | null;
  result: Result<Reply>;
}

async function sendWithPass(call: Call, trail: Trail, options: HttpOptions): Promise<Result<Reply>> {
  const { credentials } = options;
  let pass = await credentials.current(trail);
  if (!pass.ok) return pass;
  let tried = await attempt(call, pass.value, trail, options);
  if (tried.status === 401 && credentials.renewable) {
    pass = await credentials.renew(pass.value.generation, trail);
    if (!pass.ok) return pass;
    tried = await attempt(call, pass.value, trail, options);
  }
  // Some resources refuse version 4 together with our Accept header, with an empty body (contract section 1.2).
  if (tried.status === 406 && !call.writes && call.protocol === 'rest') {
    tried = await attempt(call, pass.value, trail, { ...options, frameworkVersion: '' });
  }
  return tried.result;
}

/** One HTTP attempt, braked, classified and recorded. */
function attempt(call: Call, pass: Pass, trail: Trail, options: HttpOptions): Promise<Tried> {
  return options.brake.run(async (): Promise<BrakedCall<Tried>> => {
    const startedAtMs = options.clock();
    const exchange = await options.transport.send({
      url: new URL(call.path, options.baseUrl),
      method: call.method,
      headers: headersOf(call, pass, options.frameworkVersion),
      body: call.body,
      timeoutMs: options.timeoutMs,
    });
    const result = classifyAnswer(call, exchange);
    const facts = { operation: call.operation, method: call.method, path: call.path, startedAtMs, request: call.body };
    recordAttempt(trail, facts, exchange, options.clock(), result.ok ? 'ok' : result.failure.code, {
      oracleIds: [...(call.ids ?? []), ...(result.ok ? idsIn(result.value.json) : [])],
    });
    const wait = retryAfterMs(exchange);
    return {
      value: { status: exchange.status, result },
      verdict: verdictOn(exchange),
      ...(wait !== null && { retryAfterMs: wait }),
    };
  });
}

function headersOf(call: Call, pass: Pass, frameworkVersion: string): Record<string, string> {
  const headers: Record<string, string> = { Authorization: pass.authorization };
  if (call.protocol === 'soap') {
    headers['Content-Type'] = 'text/xml; charset=utf-8';
    headers.Accept = 'text/xml, multipart/related';
    headers.SOAPAction = `"${call.soapAction ?? ''}"`;
    return headers;
  }
  // The error media type stays out of Accept: with version 4 it has been seen to turn errors into empty 406 answers.
  headers.Accept = 'application/json';
  if (frameworkVersion) headers['REST-Framework-Version'] = frameworkVersion;
  if (call.body !== null) headers['Content-Type'] = call.contentType ?? 'application/json';
  return headers;
}

function verdictOn(exchange: Exchange): BrakedCall<Exchange>['verdict'] {
  if (exchange.kind === 'no-answer') return exchange.cause === 'too-large' ? 'ok' : 'unreachable';
  if (exchange.status === 429 || exchange.status === 503) return 'throttled';
  if (exchange.status === 502 || exchange.status === 504) return 'unreachable';
  // A web page with 200 comes from the gateway: Receivables itself did not answer.
  return exchange.status < 300 && isHtml(exchange) ? 'unreachable' : 'ok';
}

const ID_ATTRIBUTES = ['CustomerTransactionId', 'StandardReceiptId', 'ApplicationId', 'InstallmentId', 'AccountId', 'PartyId'];
const MOST_IDS = 10;

/** The ids an answer names at its top, for the audit. */
function idsIn(json: Lossless): string[] {
  const tops = isObject(json) ? [json, ...rowsOf(json)] : [];
  const ids = tops.flatMap((row) => ID_ATTRIBUTES.map((name) => row[name])).filter((id) => typeof id === 'string' && id !== '');
  return [...new Set(ids)].slice(0, MOST_IDS) as string[];
}
