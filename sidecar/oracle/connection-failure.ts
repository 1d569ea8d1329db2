import { type Failure, retryable } from '../domain/failures.ts';
import type { NoAnswer } from './transport.ts';

/**
 * The failure for a call without an answer.
 *
 * In      writes  true when the call changes something in Oracle: then an unanswered one may have been carried out
 * Out     retryable, the endpoint's fault
 */
export function connectionFailure(lost: NoAnswer, who: string, writes: boolean): Failure {
  const detail = { ...(lost.status !== null && { status: lost.status }), code: lost.cause, text: lost.detail };
  const outcomeUnknown = writes && lost.reached === 'maybe';
  switch (lost.cause) {
    case 'tls':
      if (lost.reached === 'maybe') break;
      // The endpoint's fault like any other broken connection: what waits goes on by itself once the certificate is right.
      return retryable(
        'oracle.tls',
        `The connection to ${who} is not trusted (${lost.detail}); nothing was sent. Check the address and its certificate.`,
        { endpoint: true, detail },
      );
    case 'dns':
      return retryable('oracle.unreachable', `The name of ${who} cannot be resolved (${lost.detail}).`, {
        endpoint: true,
        detail,
      });
    case 'refused':
      return retryable('oracle.unreachable', `No connection to ${who} (${lost.detail}).`, { endpoint: true, detail });
    case 'too-large':
      return retryable('oracle.answer_too_large', `The answer of ${who} was too large to read (${lost.detail}).`, {
        outcomeUnknown,
        detail,
      });
    case 'timeout':
      return retryable('oracle.timeout', `No answer from ${who} in time (${lost.detail}).`, {
        outcomeUnknown,
        endpoint: true,
        detail,
      });
    case 'reset':
      break;
  }
  return retryable('oracle.connection_lost', `The connection to ${who} broke before the answer was there (${lost.detail}).`, {
    outcomeUnknown,
    endpoint: true,
    detail,
  });
}
