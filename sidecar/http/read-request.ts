import type { z } from 'zod';
import { HttpProblem, invalid } from './api-error.ts';

/** Bodies beyond this are refused with 413 before they are read whole. */
export const MAX_BODY_BYTES = 1024 * 1024;
/** Where a person saves or imports thousands of rules at once. */
export const MAX_LARGE_BODY_BYTES = 8 * 1024 * 1024;

/** The body as JSON. Fails: throws 400 request.empty, request.not_json. */
export function readJson(body: unknown): unknown {
  if (!Buffer.isBuffer(body) || body.length === 0) throw new HttpProblem(400, 'request.empty', 'The request has no body.');
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new HttpProblem(400, 'request.not_json', 'The body is not JSON.');
  }
}

/** Fails: throws 400 request.invalid, which names the faulty fields. */
export function parse<T extends z.ZodType>(schema: T, value: unknown): z.output<T> {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw invalid(parsed.error);
  return parsed.data;
}

export const tooLarge = (): HttpProblem =>
  new HttpProblem(413, 'request.too_large', 'The body is larger than this request takes.');
