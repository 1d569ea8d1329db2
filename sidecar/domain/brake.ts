import { err, type Failure, type Result, retryable } from './failures.ts';

/**
 * Limits the calls in flight to one endpoint. The call itself says how the endpoint took it, so that the brake can learn:
 * `throttled` for 429 and 503, `unreachable` for a lost or refused connection, `ok` for every answer that was an answer.
 */
export interface Brake {
  /** Waits for a place, then calls. Throws EndpointUnavailable, without calling, while the endpoint is known to be away. */
  run<T>(call: () => Promise<BrakedCall<T>>): Promise<T>;
}

export interface BrakedCall<T> {
  value: T;
  verdict: 'ok' | 'throttled' | 'unreachable';
  /** What the endpoint asked for, in milliseconds from now. */
  retryAfterMs?: number;
}

/** Nothing was sent: the endpoint is away and is being probed. */
export class EndpointUnavailable extends Error {
  readonly retryAfterMs: number;

  constructor(endpoint: string, retryAfterMs: number) {
    super(`${endpoint} is not answering; AR Bridge keeps trying`);
    this.name = 'EndpointUnavailable';
    this.retryAfterMs = retryAfterMs;
  }
}

/** A call that was not made, as its caller hands it on. */
export const unavailable = (error: EndpointUnavailable): Failure =>
  retryable('endpoint.unavailable', `${error.message}.`, { endpoint: true, retryAfterMs: error.retryAfterMs });

/** For `.catch`: what the brake did not let through is a failure, anything else is thrown on. */
export function unavailableOnly(error: unknown): Result<never> {
  if (error instanceof EndpointUnavailable) return err(unavailable(error));
  throw error;
}

/** For tests and single calls. */
export const noBrake: Brake = { run: async (call) => (await call()).value };
