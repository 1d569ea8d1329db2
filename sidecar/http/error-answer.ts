import type { Logger } from 'pino';
import { EndpointUnavailable } from '../domain/brake.ts';
import type { ApiError } from './admin-contract.ts';
import { HttpProblem, problemOf } from './api-error.ts';
import { tooLarge } from './read-request.ts';

/** What a caller is told of an error, whatever it was. Faults of ours go to the log; a refused write is 503, so that the shop keeps its rows. */
export function errorAnswer(
  error: unknown,
  log: Logger,
  request: { method: string; path: string },
): Pick<HttpProblem, 'status'> & { body: ApiError } {
  if (error instanceof HttpProblem) return error;
  // Nothing was sent: the endpoint is known to be away, which is no fault of ours.
  if (error instanceof EndpointUnavailable) return new HttpProblem(503, 'endpoint.unavailable', `${error.message}.`);
  const status = (error as { status?: unknown }).status;
  if (status === 413) return tooLarge();
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new HttpProblem(status, 'request.unreadable', 'The request cannot be read.');
  }
  if (String((error as { code?: unknown }).code).startsWith('SQLITE_')) {
    log.error({ err: error }, 'the database refused a write');
    return problemOf({
      kind: 'retryable',
      code: 'store.unavailable',
      message: 'The sidecar cannot write to its disk now.',
      outcomeUnknown: false,
      endpoint: true,
    });
  }
  log.error({ err: error, ...request }, 'a request met a fault of ours');
  return new HttpProblem(500, 'bug', 'The sidecar met a fault of its own; its log has the details.');
}
