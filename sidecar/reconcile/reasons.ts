import type { OrderState } from '../domain/states.ts';

/** Why store and Oracle differ. `unknown` is a fault until somebody explains it: zero of it is the promise. */
export const REASONS = [
  'waiting',
  'period',
  'unmapped',
  'rounding',
  'tax',
  'currency',
  'changed-in-oracle',
  'excluded',
  'unknown',
] as const;
export type Reason = (typeof REASONS)[number];

export const REASON_WORDS: Record<Reason, string> = {
  waiting: 'Not posted yet',
  period: 'Posted on another day',
  unmapped: 'An account or a code is missing',
  rounding: 'Rounding',
  tax: 'Oracle computed another amount',
  currency: 'Currency',
  'changed-in-oracle': 'Changed in Oracle by hand',
  excluded: 'Left out',
  unknown: 'Unexplained',
};

/** What is known of an order's work when its amounts are compared. */
export interface OrderStanding {
  state: OrderState;
  /** The reason's code and sentence, while the order is not posted. */
  code: string | null;
  message: string | null;
  /** A job waits or runs: an event was not worked on yet. */
  queued: boolean;
}

const BY_CODE: [RegExp, Reason][] = [
  [/^(period\.|oracle\.period_)/, 'period'],
  [/^(account|tax|receipt_method)\.(unmapped|segment_missing|disabled)$/, 'unmapped'],
  [/^(customer\.no_shared_account|oracle\.(tax_code|tax_rate|memo_line|account_combination|bank_account)_\w+)$/, 'unmapped'],
  [/^(currency\.|order\.currency_changed|oracle\.(currency|conversion)_|money\.unknown_currency)/, 'currency'],
  [/^order\.rounding_/, 'rounding'],
  [/^(document\.amount_differs|lane\.)/, 'tax'],
  [/^(oracle\.(changed_by_hand|application_missing|document_incomplete)|drift\.)/, 'changed-in-oracle'],
];

/** Why something of an order is not in Oracle as the store has it. */
export function reasonOf(standing: OrderStanding): Reason {
  if (standing.state === 'excluded') return 'excluded';
  const { code, state, queued } = standing;
  if (state !== 'posted' || queued) return BY_CODE.find(([form]) => form.test(code ?? ''))?.[1] ?? 'waiting';
  return 'unknown';
}

/** The sentence for it. */
export function wordsOf(standing: OrderStanding): string {
  if (standing.message) return standing.message;
  if (standing.queued || standing.state === 'new' || standing.state === 'posting') return 'AR Bridge is at work on the order.';
  return standing.state === 'excluded' ? 'The order is left out.' : 'Nothing explains this difference.';
}
