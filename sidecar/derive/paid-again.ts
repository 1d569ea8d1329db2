import type { StoreOrder, StorePayment } from '../domain/order.ts';

/**
 * WooCommerce sets `date_paid` once and no status clears it (WC_Order::maybe_set_date_paid). So a payment that came back is seen by the
 * status alone: an order that waits for payment, though it was paid. `on-hold` is none: shops keep paid orders there for other reasons.
 */
export const waitsForPayment = ({ status }: Pick<StoreOrder, 'status'>): boolean => status === 'pending' || status === 'failed';

/** Statuses in which WooCommerce itself would set the date; cash on delivery is paid once it was delivered. */
export const isPaidByStatus = ({ status, paymentMethod }: Pick<StoreOrder, 'status' | 'paymentMethod'>): boolean =>
  status === 'completed' || (status === 'processing' && paymentMethod !== 'cod');

/**
 * Payments of an order that was set back and is paid again under the date it had. Other money, or the same after a status set by mistake:
 * a person says so by what becomes of the first receipt. Until it is reversed the two are one payment.
 *
 * In      order  its payments; stands  whether the receipt of a payment is posted and nobody wants it reversed
 * Out     ids of the payments that do not count. One that was reported never is among them, nor one that came with a date of its own
 */
export function sameUntilReversed(order: StoreOrder, stands: (payment: StorePayment) => boolean): Set<string> {
  const { paidAt } = order;
  if (!paidAt) return new Set();
  const own = order.payments.filter((payment) => !payment.reported);
  const setBack = own.filter((payment) => payment.takenBackAt && stands(payment));
  const again = own.filter(
    (payment) =>
      Date.parse(payment.paidAt) > Date.parse(paidAt) &&
      setBack.some((before) => before !== payment && before.paidAt < payment.paidAt),
  );
  return new Set(again.filter((payment) => !stands(payment)).map(({ id }) => id));
}
