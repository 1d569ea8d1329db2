/**
 * Failures sort by who acts next, not by where they happened.
 *
 * - `retryable`: the same document, later; the queue acts.
 * - `needs-attention`: the document is right, the set-up is not, or a decision is missing; a person acts.
 * - `rejected`: this document cannot be posted as it stands; a person corrects the order, or skips it.
 *
 * `code` is a stable slug that tests and groupings rely on. `message` says what was found and what was expected, `action` what to do.
 */
export type Failure =
  | {
      kind: 'retryable';
      code: string;
      message: string;
      /** True when the request may have reached the other side: look up before sending it again. */
      outcomeUnknown: boolean;
      /** True when the fault is the endpoint's (429, 503, connection lost): the order's attempts are not used up. */
      endpoint: boolean;
      retryAfterMs?: number;
      detail?: FailureDetail;
    }
  | {
      kind: 'needs-attention';
      code: string;
      message: string;
      /** The sentence that tells the operator what to do. */
      action: string;
      /** True when the other side may hold the document all the same (an answer nobody could read): look up before sending again. */
      outcomeUnknown?: boolean;
      /** Set when a person has to choose; the choice is stored as an order decision. */
      question?: Question;
      detail?: FailureDetail;
    }
  | { kind: 'rejected'; code: string; message: string; action: string; detail?: FailureDetail };

/** The other side's own words, kept beside ours. */
export interface FailureDetail {
  status?: number;
  /** Oracle's or WooCommerce's own code, such as AR_BU_NOT_FOUND or woocommerce_rest_cannot_view. */
  code?: string;
  text?: string;
  /** What the failure is about: an order line's SKU, an attribute, an account combination. */
  subject?: string;
}

/** A decision a person has to take before the order can go on. */
export interface Question {
  id: string;
  choices: { id: string; label: string }[];
}

export type Result<T> = { ok: true; value: T } | { ok: false; failure: Failure };

export const ok = <T>(value: T): Result<T> => ({ ok: true, value });
export const err = <T = never>(failure: Failure): Result<T> => ({ ok: false, failure });

export function rejected(code: string, message: string, action: string, detail?: FailureDetail): Failure {
  return { kind: 'rejected', code, message, action, ...(detail && { detail }) };
}

export function needsAttention(
  code: string,
  message: string,
  action: string,
  more: { question?: Question; detail?: FailureDetail; outcomeUnknown?: boolean } = {},
): Failure {
  return { kind: 'needs-attention', code, message, action, ...more };
}

export function retryable(
  code: string,
  message: string,
  more: { outcomeUnknown?: boolean; endpoint?: boolean; retryAfterMs?: number; detail?: FailureDetail } = {},
): Failure {
  return { kind: 'retryable', code, message, outcomeUnknown: false, endpoint: false, ...more };
}

/** What a person does about it; nothing about what is tried again by itself. */
export const actionOf = (failure: Failure): string => (failure.kind === 'retryable' ? '' : failure.action);

/** The value of a result that cannot fail here; a failure is a bug and is thrown. */
export function expectOk<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(`${result.failure.code}: ${result.failure.message}`);
}
