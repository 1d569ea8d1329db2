/**
 * Limits the calls in flight to one endpoint. The call itself says how the endpoint took it, so that the brake can learn:
 * `throttled` for 429 and 503, `unreachable` for a lost or refused connection, `ok` for every answer that was an answer.
 */
export interface Brake {
  run<T>(call: () => Promise<BrakedCall<T>>): Promise<T>;
}

export interface BrakedCall<T> {
  value: T;
  verdict: 'ok' | 'throttled' | 'unreachable';
  /** What the endpoint asked for, in milliseconds from now. */
  retryAfterMs?: number;
}

/** For tests and single calls. */
export const noBrake: Brake = { run: async (call) => (await call()).value };
