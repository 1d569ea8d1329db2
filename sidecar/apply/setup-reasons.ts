import type { Store } from '../store/store.ts';
import { markOrders } from './mark-orders.ts';

/**
 * Reasons that a new business set-up may cure: their action sends people there, or to a value that is kept there. A save of the set-up has
 * the orders behind them looked at again. A test holds the list beside the failures of the source.
 *
 * Not here: `lane.closed` and `document.amount_differs`, which close a lane for all orders of their kind. Only a person who resumes such an
 * order says that the cause is mended (decisions/0021).
 */
export const SETUP_REASONS: readonly string[] = [
  ...[
    'setup.missing',
    'business_unit.unknown',
    'business_unit.gone',
    'account.unmapped',
    'account.segment_missing',
    'reference.closed',
  ],
  ...['period.closed', 'currency.no_user_rate', 'customer.no_shared_account', 'settlement.no_activity'],
  ...['order.tender_unreadable', 'order.tags_unknown', 'order.rounding_beyond_cap', 'reference.too_long'],
  ...['oracle.number_taken', 'oracle.number_not_kept'],
  // Oracle refused a name or a policy that the set-up says.
  ...['oracle.period_closed', 'oracle.business_unit_unknown', 'oracle.source_unknown', 'oracle.type_not_in_source'],
  ...['oracle.customer_unknown', 'oracle.customer_missing', 'oracle.conversion_invalid', 'oracle.source_system_unregistered'],
  ...['oracle.payment_terms_unknown', 'oracle.reason_unknown', 'oracle.fee_activity_unknown', 'oracle.activity_unknown'],
  ...['oracle.payment_method_unknown', 'oracle.profile_class_unknown', 'oracle.set_unknown', 'oracle.value_too_long'],
];

/** After a save of the set-up. How many orders are looked at again; one that the set-up does not cure stops where it stood. */
export async function lookAgainAfterSetup(store: Pick<Store, 'write' | 'orders' | 'jobs'>, nowMs: () => number): Promise<number> {
  const waiting = SETUP_REASONS.flatMap((code) => store.orders.withReason(code));
  await markOrders(store, waiting, nowMs);
  return waiting.length;
}
