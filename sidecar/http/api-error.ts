import { z } from 'zod';
import { actionOf, type Failure, type Result } from '../domain/failures.ts';
import type { ApiError } from './admin-contract.ts';

/** An answer other than 2xx, in words. Thrown by handlers, written by one error handler. */
export class HttpProblem extends Error {
  readonly status: number;
  readonly body: ApiError;

  constructor(status: number, code: string, message: string, more: { action?: string; fields?: Record<string, string> } = {}) {
    super(message);
    this.name = 'HttpProblem';
    this.status = status;
    this.body = { error: { code, message, ...more } };
  }
}

const STATUS: Record<Failure['kind'], number> = { retryable: 503, 'needs-attention': 409, rejected: 422 };

export const problemOf = (failure: Failure): HttpProblem =>
  new HttpProblem(STATUS[failure.kind], failure.code, failure.message, actionOf(failure) ? { action: actionOf(failure) } : {});

/** The value of a result. Fails: throws the failure as an answer. */
export function unwrap<T>(result: Result<T>): T {
  if (!result.ok) throw problemOf(result.failure);
  return result.value;
}

/** Somebody else saved a version in between. `what`: rules, set-up. */
export const changedMeanwhile = (what: string): HttpProblem =>
  new HttpProblem(409, 'settings.changed_meanwhile', `Somebody else saved the ${what} while you edited it.`, {
    action: 'Reload to see their version, then make your change again.',
  });

/** Faulty fields by path, so that a form can show each at its place. */
export function invalid(error: z.ZodError): HttpProblem {
  const fields: Record<string, string> = {};
  for (const issue of error.issues) fields[issue.path.join('.')] ??= issue.message;
  const first = Object.entries(fields)[0];
  const message = first ? `${first[0] || 'The request'}: ${first[1]}` : z.prettifyError(error);
  return new HttpProblem(400, 'request.invalid', message, { fields });
}
