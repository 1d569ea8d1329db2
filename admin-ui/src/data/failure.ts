import { __ } from '@wordpress/i18n';
import { ApiErrorSchema } from './contract.ts';

/** Why a call did not give what was asked for, ready to be shown: message, then action. */
export interface ApiFailure {
  code: string;
  message: string;
  /** What to do; empty when there is nothing to say. */
  action: string;
  /** Faulty fields by path, `invoice.source` -> message. */
  fields: Record<string, string>;
}

export type Outcome<T> = { ok: true; value: T } | { ok: false; failure: ApiFailure };

export const failed = (code: string, message: string, action = '', fields: Record<string, string> = {}): ApiFailure => ({
  code,
  message,
  action,
  fields,
});

/**
 * Reads what apiFetch threw.
 *
 * In      the sidecar's ApiError, a WordPress error `{code, message}`, or apiFetch's own `{code: 'fetch_error' | 'invalid_json'}`
 * Out     always a failure with a sentence; the action says what the person at the page can do about it
 * Source  wp-includes/js/dist/api-fetch.js of WordPress 6.9; http/admin-contract.ts ApiErrorSchema
 */
export function readFailure(thrown: unknown): ApiFailure {
  const ours = ApiErrorSchema.safeParse(thrown);
  if (ours.success) {
    const { code, message, action, fields } = ours.data.error;
    return failed(code, message, action, fields);
  }
  const code = textOf(thrown, 'code') || 'unknown';
  return failed(code, messages[code]?.() ?? (textOf(thrown, 'message') || fallback()), actions[code]?.() ?? '');
}

const fallback = () => __('The request failed and gave no reason.', 'ar-bridge');

const messages: Record<string, () => string> = {
  fetch_error: () => __('The site did not answer.', 'ar-bridge'),
  offline_error: () => __('This browser is offline.', 'ar-bridge'),
  invalid_json: () => __('The site answered with something that is not JSON.', 'ar-bridge'),
  rest_cookie_invalid_nonce: () => __('Your session on this page has expired.', 'ar-bridge'),
  rest_no_route: () => __('The AR Bridge plugin does not know this request.', 'ar-bridge'),
};

const reload = () => __('Reload the page and sign in again.', 'ar-bridge');
const actions: Record<string, () => string> = {
  fetch_error: () => __('Check the connection, then try again.', 'ar-bridge'),
  offline_error: () => __('Connect to the network, then try again.', 'ar-bridge'),
  invalid_json: () => __('Look into the PHP error log: a notice printed into an answer spoils it.', 'ar-bridge'),
  rest_cookie_invalid_nonce: reload,
  rest_not_logged_in: reload,
  rest_forbidden: () => __('Ask for the right to manage WooCommerce.', 'ar-bridge'),
  rest_no_route: () => __('Bring the plugin and the sidecar to the same version.', 'ar-bridge'),
};

function textOf(thrown: unknown, key: string): string {
  const value = typeof thrown === 'object' && thrown !== null ? (thrown as Record<string, unknown>)[key] : undefined;
  return typeof value === 'string' ? value : '';
}
