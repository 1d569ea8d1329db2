import apiFetch from '@wordpress/api-fetch';
import { __, sprintf } from '@wordpress/i18n';
import type { z } from 'zod';
import { host } from '../host.ts';
import { type ApiFailure, failed, type Outcome, readFailure } from './failure.ts';

export interface Call<T> {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below the REST namespace, query included: `/orders?page=2`. */
  path: string;
  body?: unknown;
  answer: z.ZodType<T>;
}

/**
 * Sends one call through the plugin's REST proxy and reads the answer with the contract's schema.
 *
 * Fails   whatever readFailure makes of the refusal; `answer.unexpected` when the answer is not what the contract says
 */
export async function request<T>({ method = 'GET', path, body, answer }: Call<T>): Promise<Outcome<T>> {
  try {
    const data = body === undefined ? {} : { data: body };
    return readAnswer(answer, await apiFetch<unknown>({ path: host.restNamespace + path, method, ...data }));
  } catch (thrown) {
    return { ok: false, failure: readFailure(thrown) };
  }
}

/** The adapter between the API's shape and the store's: nothing enters the store that the contract does not describe. */
export function readAnswer<T>(schema: z.ZodType<T>, answer: unknown): Outcome<T> {
  const read = schema.safeParse(answer);
  return read.success ? { ok: true, value: read.data } : { ok: false, failure: unexpected(read.error) };
}

function unexpected(error: z.ZodError): ApiFailure {
  const where = error.issues[0]?.path.join('.') || '(root)';
  return failed(
    'answer.unexpected',
    /* translators: %s: name of a field */
    sprintf(__('The sidecar answered in a shape this page does not know (field %s).', 'ar-bridge'), where),
    __('Bring the plugin and the sidecar to the same version.', 'ar-bridge'),
  );
}

/** Fetches a text file, such as the audit trail as CSV. */
export async function requestFile(path: string): Promise<Outcome<Blob>> {
  try {
    const response = await apiFetch<Response, false>({ path: host.restNamespace + path, parse: false });
    return { ok: true, value: await response.blob() };
  } catch (thrown) {
    const body: unknown = thrown instanceof Response ? await thrown.json().catch(() => null) : thrown;
    return { ok: false, failure: readFailure(body) };
  }
}
