import type { TargetState } from '../derive/target-state.ts';
import { ok, type Result } from '../domain/failures.ts';
import { currencyDecimals, minor, sum, ZERO } from '../domain/money.ts';
import { documentNumber } from '../domain/references.ts';
import type { Books } from './books.ts';

/**
 * Gateway fees that are not posted yet, or by another amount than the store says now: a miscellaneous receipt of minus the difference.
 *
 * A fee waits for the receipt of its payment. What is posted of a gateway that says nothing any more stays: that its meta is gone
 * proves nothing. The first document of a fee is dated as its payment, a later one the day it is made up.
 * Fails   reference.too_long
 */
export function planFees(books: Books, target: TargetState, prefix: string): Result<void> {
  const { fees: posted } = books.posted;
  let n = Math.max(0, ...posted.map((fee) => fee.n));
  for (const { source, meta, amount, currency, decimals, payment } of target.fees) {
    if (!books.find('payment', (what) => what.purpose === 'payment' && what.paymentId === payment.id)) continue;
    const ofSource = posted.filter((fee) => fee.source === source);
    // A fee whose currency was noted later than itself: what stands in the first one is taken back.
    const wanted = [...new Set(ofSource.map((fee) => fee.currency))]
      .filter((other) => other !== currency)
      .map((other) => ({ currency: other, amount: ZERO, decimals: decimalsOf(other) }));
    for (const want of [...wanted, { currency, amount, decimals }]) {
      const have = ofSource.filter((fee) => fee.currency === want.currency);
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

/** Of a currency that was posted in: its decimals were known then. */
function decimalsOf(currency: string): number {
  const decimals = currencyDecimals(currency);
  if (!decimals.ok) throw new Error(`A fee was posted in ${currency}, which has no ISO 4217 decimals`);
  return decimals.value;
}
