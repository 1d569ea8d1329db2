import pRetry from 'p-retry';
import { err, type Failure, type Result } from '../domain/failures.ts';

/** Three tries of a read within one step; the queue does the rest. */
const TRIES = 3;
const BASE_MS = 200;
const LONGEST_MS = 3_000;

export interface RetryOptions {
  /** Between 0 and 1. */
  random: () => number;
  wait: (ms: number) => Promise<void>;
}

/** Carries a failure through p-retry, which knows thrown errors only. */
class FailedRead extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.code);
    this.failure = failure;
  }
}

/**
 * Runs a read up to three times. Waits are full jitter: anything between 0 and 200, then 400 ms (Oracle's own Retry-After when it is
 * longer, up to 3 s; beyond that the queue waits better than a step that holds its place). p-retry's `randomize` only
 * stretches its delays, so the waiting is ours.
 */
export async function retryReads<T>(read: () => Promise<Result<T>>, options: RetryOptions): Promise<Result<T>> {
  const once = async () => {
    const result = await read();
    if (!result.ok) throw new FailedRead(result.failure);
    return result;
  };
  try {
    return await pRetry(once, {
      retries: TRIES - 1,
      minTimeout: 0,
      factor: 1,
      shouldRetry: async ({ error, attemptNumber }) => {
        const failure = error instanceof FailedRead ? error.failure : null;
        if (!failure || !worthAnotherTry(failure)) return false;
        const asked = failure.kind === 'retryable' ? (failure.retryAfterMs ?? 0) : 0;
        await options.wait(Math.max(asked, options.random() * BASE_MS * 2 ** (attemptNumber - 1)));
        return true;
      },
    });
  } catch (error) {
    if (error instanceof FailedRead) return err(error.failure);
    throw error;
  }
}

/** A record that is not there yet is looked for by the caller, who knows how long that may take. */
function worthAnotherTry(failure: Failure): boolean {
  if (failure.kind !== 'retryable' || failure.code === 'oracle.not_found') return false;
  return (failure.retryAfterMs ?? 0) <= LONGEST_MS;
}
