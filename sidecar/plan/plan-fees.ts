import type { TargetState } from '../derive/target-state.ts';
import { err, type Failure, ok, type Result, rejected } from '../domain/failures.ts';
import { minor, sum, ZERO } from '../domain/money.ts';
import { documentNumber } from '../domain/references.ts';
import type { Books } from './books.ts';

/**
 * Gateway fees that are not posted yet, or by another amount than the store says now: a miscellaneous receipt of minus the difference.
 *
 * A fee waits for the receipt of its payment. What is posted of a gateway that says nothing any more stays: that its meta is gone
 * proves nothing. The first document of a fee is dated as its payment, a later one the day it is made up.
 * Fails   reference.too_long, order.decimals_changed
 */
export function planFees(books: Books, target: TargetState, prefix: string): Result<void> {
  const { fees: posted } = books.posted;
  let n = Math.max(0, ...posted.map((fee) => fee.n));
  for (const { source, meta, amount, currency, decimals, payment } of target.fees) {
    if (!books.find('payment', (what) => what.purpose === 'payment' && what.paymentId === payment.id)) continue;
    const ofSource = posted.filter((fee) => fee.source === source);
    // A fee whose currency was noted later than itself: what stands in the first one is taken back.
    const wanted = [...new Map(ofSource.map((fee) => [fee.currency, fee.decimals]))]
      .filter(([other]) => other !== currency)
      .map(([other, decimalsThen]) => ({ currency: other, amount: ZERO, decimals: decimalsThen }));
    for (const want of [...wanted, { currency, amount, decimals }]) {
      const have = ofSource.filter((fee) => fee.currency === want.currency);
      const other = have.find((fee) => fee.decimals !== want.decimals);
      if (other) return err(decimalsChanged({ ...target, decimals: want.decimals }, other));
      const difference = minor(-want.amount - sum(have.map((fee) => fee.amount)));
      if (difference === 0) continue;
      n += 1;
      const { gateway } = payment;
      const what = { purpose: 'gateway-fee', n, source, gateway } as const;
      const number = documentNumber(prefix, target.orderId, what);
      if (!number.ok) return number;
      books.steps.push({
        type: 'document',
        draft: {
          kind: 'gateway-fee',
          what,
          number: number.value,
          amount: difference,
          expected: difference,
          at: have.length === 0 ? payment.paidAt : '',
          lines: [],
          payment: null,
          fee: { gateway, currency: want.currency, decimals: want.decimals },
          refund: null,
          reverses: null,
          reason: have.length === 0 ? `from order meta ${meta}` : `change of the fee in order meta ${meta}`,
        },
      });
    }
  }
  return ok(undefined);
}

/** One minor unit then is not one now: nothing is made up for until a person has seen it. */
export const decimalsChanged = (
  { orderId, decimals }: Pick<TargetState, 'orderId' | 'decimals'>,
  posted: Pick<TargetState, 'currency' | 'decimals'>,
): Failure =>
  rejected(
    'order.decimals_changed',
    `Order ${orderId} was posted in ${posted.currency} with ${posted.decimals} decimals and is now read with ${decimals}; posted documents keep theirs.`,
    'Make up what it lacks in Oracle by hand, and leave the order out here.',
  );
