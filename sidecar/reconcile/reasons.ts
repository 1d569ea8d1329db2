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
  period: 'Another day, or a period that is closed',
  unmapped: 'An account, a code or a customer is missing',
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
  /** What a person does about it. */
  action: string | null;
  /** A job waits or runs: an event was not worked on yet. */
  queued: boolean;
}

/**
 * Every code with which the work on an order can end, beside its reason: `waiting` is what goes on by itself, by an answer of a person, or by
 * a mend of the connection; `unmapped` what finance gives a value to; `unknown` what nobody has explained. A test holds this list beside
 * the source, so that a new code is put here on purpose.
 */
export const CODES: Record<Reason, readonly string[]> = {
  period: ['period.closed', 'period.none_open', 'oracle.period_closed'],
  unmapped: [
    // Rules and set-up name nothing, or what Oracle has closed or does not know.
    ...['business_unit.unknown', 'business_unit.gone'],
    ...['setup.missing', 'account.unmapped', 'account.segment_missing', 'tax.unmapped', 'receipt_method.unmapped'],
    ...['reference.closed', 'settlement.no_activity', 'oracle.account_combination_invalid', 'oracle.account_missing'],
    ...[
      'oracle.activity_unknown',
      'oracle.fee_activity_unknown',
      'oracle.bank_account_unknown',
      'oracle.business_unit_unknown',
      'oracle.item_unknown',
    ],
    ...['oracle.memo_line_unknown', 'oracle.payment_method_unknown', 'oracle.payment_terms_unknown', 'oracle.reason_unknown'],
    ...['oracle.receipt_method_invalid', 'oracle.receipt_method_unsupported', 'oracle.set_unknown', 'oracle.source_unknown'],
    ...['oracle.source_system_unregistered', 'oracle.tax_code_unknown', 'oracle.tax_rate_unknown', 'oracle.type_not_in_source'],
    ...['oracle.unit_invalid', 'oracle.warehouse_unknown', 'oracle.profile_class_unknown', 'oracle.several_installments'],
    // The customer has no account, or none that can be billed.
    ...['customer.account_unknown', 'customer.ambiguous', 'customer.claimed', 'customer.name_only', 'customer.nameless'],
    ...['customer.no_shared_account', 'oracle.customer_missing', 'oracle.customer_unknown', 'oracle.party_usage_missing'],
    ...['oracle.address_invalid', 'oracle.remit_to_missing', 'oracle.ship_to_invalid', 'oracle.site_ambiguous'],
    ...['oracle.site_missing', 'oracle.site_unknown'],
  ],
  rounding: ['order.rounding_beyond_cap'],
  tax: ['document.amount_differs', 'lane.closed', 'tax.not_computable'],
  currency: [
    ...['currency.no_user_rate', 'currency.rate_unknown', 'money.unknown_currency', 'order.currency_changed'],
    'order.decimals_changed',
    ...['oracle.conversion_invalid', 'oracle.currency_refused'],
  ],
  'changed-in-oracle': [
    ...['drift.changed_in_oracle', 'oracle.application_missing', 'oracle.changed_by_hand', 'oracle.document_incomplete'],
    ...['oracle.other_customer', 'oracle.over_application', 'oracle.receipt_unknown', 'oracle.record_missing'],
    ...['oracle.several_documents', 'action.unclear'],
  ],
  excluded: [
    ...['order.before_cut_over', 'order.deleted', 'order.excluded_by_person', 'order.excluded_by_rule', 'order.never_read'],
    ...['order.zero_total'],
  ],
  waiting: [
    // A person answers.
    ...['order.cancelled_money_kept', 'order.deleted_after_posting', 'order.edited_below_refunds', 'order.money_no_sale'],
    ...[
      'order.never_sold',
      'order.payment_taken_back',
      'payment.unreadable',
      'gateway_fee.unreadable',
      'refund.undone_but_money_left',
    ],
    ...['refund.undone_but_paying', 'refund.while_overpaid'],
    // The order has to be put right in the store.
    ...['order.negative_total', 'order.tender_unreadable', 'order.unreadable', 'refund.above_invoices', 'money.not_a_decimal'],
    ...['order.tender_above_lines', 'order.items_unknown', 'order.tags_unknown'],
    ...['money.too_large', 'money.too_precise', 'store.answer_too_large'],
    // The store has not come so far yet, or is not to be read now.
    ...['order.not_posting_status', 'payment.row_expected', 'refund.pending_at_gateway', 'store.changed_while_reading'],
    ...['store.order_gone', 'store.refund_not_listed', 'endpoint.unavailable', 'store.unavailable', 'store.forbidden'],
    ...['store.authorization_stripped', 'store.no_authentication', 'store.not_found', 'store.not_json', 'store.rest_disabled'],
    ...['store.unauthorized', 'store.unknown_key', 'store.unmet_answer', 'store.wrong_secret', 'store.wrong_signature'],
    ...['store.basic_over_http', 'store.endless_list', 'store.key_cannot_read', 'store.no_rest_api', 'mode.simulation'],
    // Another document goes first, or an answer is in doubt and looked up.
    ...['action.in_doubt', 'document.duplicate_unseen', 'document.in_doubt', 'lane.first_of_its_kind'],
    // Oracle is away, or turns the connection or the form of a request down.
    ...['oracle.answer_too_large', 'oracle.answer_unreadable', 'oracle.answer_without_id', 'oracle.changed_by_another'],
    ...['oracle.connection_lost', 'oracle.created_by_another', 'oracle.not_found', 'oracle.server_error', 'oracle.throttled'],
    ...['oracle.timeout', 'oracle.tls', 'oracle.token_refused', 'oracle.token_unavailable', 'oracle.unauthorized'],
    ...['oracle.unavailable', 'oracle.unreachable', 'oracle.web_page_instead', 'oracle.redirected', 'oracle.address'],
    ...['oracle.token_address', 'oracle.wrong_host', 'oracle.missing_privilege', 'oracle.not_offered'],
    ...['oracle.action_unavailable', 'oracle.soap_operation_unknown', 'oracle.service_unreachable', 'oracle.service_unreadable'],
    ...['oracle.attribute_missing', 'oracle.attribute_unknown', 'oracle.framework_version_refused', 'oracle.line_incomplete'],
    ...['oracle.query_refused', 'oracle.request_form_refused', 'oracle.unmet_answer', 'oracle.validation_failed'],
    ...['oracle.value_too_long', 'oracle.duplicate_number', 'oracle.number_not_kept', 'oracle.number_taken'],
    ...['oracle.list_came_empty', 'oracle.limit_exceeded', 'oracle.receipt_not_refundable', 'oracle.receipt_refunded'],
  ],
  unknown: ['identity.difference', 'document.lines_do_not_add_up', 'bug'],
};
const REASON_OF = new Map(REASONS.flatMap((reason) => CODES[reason].map((code) => [code, reason] as const)));

/** Why something of an order is not in Oracle as the store has it. A code that nobody put on the list explains nothing. */
export function reasonOf(standing: OrderStanding): Reason {
  if (standing.state === 'excluded') return 'excluded';
  const { code, state, queued } = standing;
  if (state === 'posted' && !queued) return 'unknown';
  if (code === null || state === 'posted') return 'waiting';
  return REASON_OF.get(code) ?? 'unknown';
}

/** What to do about a difference that is there for the reason for which the order stands where it does. */
export const actionFor = (standing: OrderStanding, reason: Reason): string =>
  reasonOf(standing) === reason ? (standing.action ?? '') : '';

/** The sentence for it. */
export function wordsOf(standing: OrderStanding): string {
  if (standing.message) return standing.message;
  if (standing.queued || standing.state === 'new' || standing.state === 'posting') return 'AR Bridge is at work on the order.';
  return standing.state === 'excluded' ? 'The order is left out.' : 'Nothing explains this difference.';
}
