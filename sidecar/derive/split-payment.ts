import type { StorePayment } from '../domain/order.ts';

/** How long after `date_paid` a reported payment is part of what that date paid (decisions/0006; PaymentWatch::SAME_PAYMENT_SECONDS). */
const SAME_PAYMENT_MS = 10 * 60_000;

/**
 * Payments that are told anew as parts of one whose receipt was posted: a deposit that is reported minutes after `date_paid` has the
 * plugin take that date's row back and write the rest beside the deposit. It is the same money through the same gateway, so the receipt
 * stands for all of it.
 *
 * In      payments  of the order; posted  ids of those that have receipts
 * Out     per posted payment that was taken back so: the ids of its parts. Only where rest and parts add up to it exactly; anything else
 *         is for a person to look at
 */
export function splitPayments(payments: readonly StorePayment[], posted: ReadonlySet<string>): Map<string, Set<string>> {
  const split = new Map<string, Set<string>>();
  const standing = payments.filter((each) => !each.takenBackAt && !each.unreadable && !posted.has(each.id));
  for (const whole of payments) {
    if (!whole.takenBackAt || whole.unreadable || !posted.has(whole.id)) continue;
    const ofGateway = standing.filter(({ gateway }) => gateway === whole.gateway);
    const [rest, another] = ofGateway.filter((each) => isRestOf(each, whole));
    if (!rest || another) continue; // two that look like the rest tell nothing apart
    const until = Date.parse(whole.paidAt) + SAME_PAYMENT_MS;
    const parts = ofGateway.filter((each) => each !== rest && Date.parse(each.paidAt) <= until);
    const told = parts.reduce((total, { amount }) => total + amount, 0);
    if (parts.length > 0 && rest.amount + told === whole.amount) {
      split.set(whole.id, new Set([rest, ...parts].map(({ id }) => id)));
    }
  }
  return split;
}

/** The plugin writes the rest with time and transaction of what it is the rest of. */
const isRestOf = (rest: StorePayment, whole: StorePayment): boolean =>
  rest.paidAt === whole.paidAt && rest.transactionId === whole.transactionId && rest.amount < whole.amount;
