import { dayIn } from '../domain/dates.ts';
import { err, type Failure, needsAttention, ok, type Result, rejected } from '../domain/failures.ts';
import { formatMinor, type MinorUnits, minor, sum, ZERO } from '../domain/money.ts';
import type { LineFacts, OrderLine, StoreOrder, StorePayment, StoreRefund } from '../domain/order.ts';
import { grossOf } from '../domain/parts.ts';
import type { Decision, PartAmount } from '../domain/posted.ts';
import type { Setup } from '../domain/setup.ts';

/** What Receivables should hold for an order: amounts by part, payments and refunds. Accounts and dates come later (dress). */
export interface TargetState {
  orderId: number;
  currency: string;
  decimals: number;
  /**
   * What the order's own documents should add up to, refunds aside (design section 5).
   * `by-part`: each part of `parts` is wanted as it stands. `by-total`: only the sum is wanted (cancelled or credited orders);
   * a difference is spread over what is posted.
   */
  value: MinorUnits;
  compare: 'by-part' | 'by-total';
  parts: TargetPart[];
  payments: StorePayment[];
  /** Refunds that stand, oldest first. */
  refunds: StoreRefund[];
  /** Refunds that were posted and that the store no longer has. */
  undoneRefunds: number[];
  /** True once a person or a setting credited the order: later refunds only settle. */
  credited: boolean;
  /** What the person still has to decide while the documents go on; null when nothing is asked. */
  open: Failure | null;
}

export interface TargetPart extends PartAmount {
  kind: OrderLine['kind'] | 'rounding' | 'tax';
  name: string;
  quantity: number;
  facts: LineFacts | null;
}

export type Derived =
  | { outcome: 'target'; target: TargetState }
  | { outcome: 'excluded'; code: string; message: string }
  | { outcome: 'waiting'; code: string; message: string };

/** What is already known of the order on our side. */
export interface Known {
  /** True once any document of the order was posted. */
  posted: boolean;
  /** True when a receipt of the order was posted. */
  receiptPosted: boolean;
  taxMode: Setup['taxMode'] | null;
  undoneRefunds: number[];
  decisions: readonly Decision[];
}

/**
 * Derives what Receivables should hold for one order.
 *
 * In      order  whole, amounts in minor units of order.currency; known  our own side of it
 * Out     target, or why there is none: excluded (by a rule of the set-up), waiting (the store is not there yet)
 * Fails   needs-attention order.money_no_sale (cancelled or failed with money, never posted);
 *         rejected order.rounding_beyond_cap, order.negative_total
 * Source  design section 3
 */
export function targetState(order: StoreOrder, setup: Setup, known: Known): Result<Derived> {
  const excluded = exclusion(order, setup, known);
  if (excluded) return ok(excluded);

  const paid = sum(order.payments.filter((payment) => !payment.takenBackAt).map((payment) => payment.amount));
  const standing = standingOf(order, setup);
  if (!known.posted) {
    if (standing === 'waiting') {
      return ok({
        outcome: 'waiting',
        code: 'order.not_posting_status',
        message: `The order is "${order.status}"; it is posted once it is ${setup.postingStatuses.join(' or ')}.`,
      });
    }
    if (standing === 'ended') return endedBeforePosting(order, known, paid, setup);
  }
  const parts = partsOf(order, known.taxMode ?? setup.taxMode);
  if (!parts.ok) return parts;

  const target: TargetState = {
    orderId: order.id,
    currency: order.currency,
    decimals: order.decimals,
    value: order.total,
    compare: 'by-part',
    parts: parts.value,
    payments: order.payments.filter((payment) => payment.amount > 0),
    refunds: [...order.refunds].sort((a, b) => a.createdAt.localeCompare(b.createdAt) || a.id - b.id),
    undoneRefunds: known.undoneRefunds,
    credited: false,
    open: null,
  };
  if (standing === 'ended') return ok({ outcome: 'target', target: ended(order, target, paid, known.decisions, setup) });
  if (
    order.payments.some((payment) => payment.takenBackAt) &&
    known.receiptPosted &&
    !decided(known.decisions, 'payment-taken-back')
  ) {
    target.open = needsAttention(
      'order.payment_taken_back',
      `The store took the payment of order ${order.number} back.`,
      'Reverse the receipt, or leave it as it is.',
      { question: { id: 'payment-taken-back', choices: [{ id: 'leave', label: 'Leave the receipt' }] } },
    );
  }
  return ok({ outcome: 'target', target });
}

/** The reason code of an order that a person skipped. */
export const EXCLUDED_BY_PERSON = 'order.excluded_by_person';

type Standing = 'counts' | 'waiting' | 'ended';

/** Posted orders that go back to pending or on-hold keep what they have: those statuses post nothing and take nothing back. */
function standingOf(order: StoreOrder, setup: Setup): Standing {
  if (order.presence !== 'live') return 'ended';
  if (order.status === 'cancelled' || order.status === 'failed') return 'ended';
  return order.status === 'refunded' || setup.postingStatuses.includes(order.status) ? 'counts' : 'waiting';
}

function exclusion(order: StoreOrder, setup: Setup, known: Known): Derived | null {
  if (decided(known.decisions, 'exclude') === 'yes') {
    return { outcome: 'excluded', code: EXCLUDED_BY_PERSON, message: 'A person excluded this order; Replay takes it up again.' };
  }
  if (known.posted) return null;
  if (setup.cutOver && dayIn(setup.timeZone, order.createdAt) < setup.cutOver) {
    return {
      outcome: 'excluded',
      code: 'order.before_cut_over',
      message: `The order is from ${dayIn(setup.timeZone, order.createdAt)}, before the cut-over on ${setup.cutOver}.`,
    };
  }
  if (order.presence !== 'live' && order.payments.length === 0) {
    return { outcome: 'excluded', code: 'order.deleted', message: 'The order was deleted before anything was posted.' };
  }
  if (order.total === 0 && order.lines.every((line) => line.net === 0) && setup.zeroTotalOrders === 'skip') {
    return { outcome: 'excluded', code: 'order.zero_total', message: 'The order is over 0.00; the set-up skips such orders.' };
  }
  return null;
}

function endedBeforePosting(order: StoreOrder, known: Known, paid: MinorUnits, setup: Setup): Result<Derived> {
  const money = minor(paid - sum(order.refunds.map((refund) => refund.amount)));
  if (money <= 0) {
    return ok({
      outcome: 'excluded',
      code: 'order.never_sold',
      message: `The order is "${order.status}" and no money was kept.`,
    });
  }
  const choice = decided(known.decisions, 'money-no-sale');
  const amount = `${formatMinor(money, order.decimals)} ${order.currency}`;
  if (!choice) {
    return err(
      needsAttention(
        'order.money_no_sale',
        `Order ${order.number} is "${order.status}" but ${amount} was received and not returned.`,
        'Decide whether the sale is posted and credited, or only the money is kept as an unapplied receipt.',
        {
          question: {
            id: 'money-no-sale',
            choices: [
              { id: 'post-and-credit', label: 'Post the sale and credit it' },
              { id: 'keep-as-receipt', label: 'Keep the money as an unapplied receipt' },
            ],
          },
        },
      ),
    );
  }
  const parts = partsOf(order, setup.taxMode);
  if (!parts.ok) return parts;
  return ok({
    outcome: 'target',
    target: {
      orderId: order.id,
      currency: order.currency,
      decimals: order.decimals,
      value: choice === 'keep-as-receipt' ? ZERO : order.total,
      compare: choice === 'keep-as-receipt' ? 'by-total' : 'by-part',
      parts: choice === 'keep-as-receipt' ? [] : parts.value,
      payments: order.payments.filter((payment) => payment.amount > 0),
      refunds: order.refunds,
      undoneRefunds: known.undoneRefunds,
      credited: choice === 'keep-as-receipt',
      open: null,
    },
  });
}

/** Cancelled, failed, trashed or deleted after posting: the unpaid part is credited; money kept is a person's decision. */
function ended(
  order: StoreOrder,
  target: TargetState,
  paid: MinorUnits,
  decisions: readonly Decision[],
  setup: Setup,
): TargetState {
  const gone = order.presence !== 'live';
  const creditAll =
    decided(decisions, gone ? 'order-deleted' : 'order-cancelled') === 'credit' || (gone && setup.deletedOrders === 'credit');
  if (creditAll) return { ...target, value: ZERO, compare: 'by-total', credited: true };
  if (gone) {
    // Shops trash old orders to tidy up: the books stay as they are until a person says otherwise.
    return {
      ...target,
      open: decided(decisions, 'order-deleted')
        ? null
        : needsAttention(
            'order.deleted_after_posting',
            `Order ${order.number} was ${order.presence === 'trashed' ? 'put in the trash' : 'deleted'} after it was posted.`,
            'Credit the order, or keep the books as they are.',
            {
              question: {
                id: 'order-deleted',
                choices: [
                  { id: 'credit', label: 'Credit the order' },
                  { id: 'keep', label: 'Keep the books as they are' },
                ],
              },
            },
          ),
    };
  }
  const firstPaidAt = order.payments.map((payment) => payment.paidAt).sort()[0];
  const refundedBefore = sum(
    order.refunds.filter((refund) => !firstPaidAt || refund.createdAt < firstPaidAt).map((refund) => refund.amount),
  );
  const value = minor(Math.min(order.total, paid + refundedBefore));
  const kept = minor(paid - sum(order.refunds.map((refund) => refund.amount)) + refundedBefore);
  const asked = kept > 0 && !decided(decisions, 'order-cancelled');
  return {
    ...target,
    value,
    compare: 'by-total',
    open: asked
      ? needsAttention(
          'order.cancelled_money_kept',
          `Order ${order.number} is "${order.status}", ${formatMinor(kept, order.decimals)} ${order.currency} kept.`,
          'Credit the sale and keep the money on the customer’s account, or wait for the refund.',
          {
            question: {
              id: 'order-cancelled',
              choices: [
                { id: 'credit', label: 'Credit the sale' },
                { id: 'wait', label: 'Wait for the refund' },
              ],
            },
          },
        )
      : null,
  };
}

/** The order's lines as parts, with one rounding part where the store's own total asks for it. They add up to order.total. */
function partsOf(order: StoreOrder, taxMode: Setup['taxMode']): Result<TargetPart[]> {
  if (order.total < 0) {
    return err(
      rejected(
        'order.negative_total',
        `Order ${order.number} has a total below zero (${formatMinor(order.total, order.decimals)}).`,
      ),
    );
  }
  const parts: TargetPart[] = order.lines
    .filter((line) => line.kind === 'product' || line.net !== 0 || line.taxes.some((tax) => tax.amount !== 0))
    .map((line) => ({
      part: `item:${line.itemId}`,
      kind: line.kind,
      name: line.name,
      quantity: line.quantity,
      net: line.net,
      taxes: taxMode === 'account' ? [] : line.taxes.filter((tax) => tax.amount !== 0),
      facts: line.facts,
    }));
  if (taxMode === 'account') parts.push(...taxParts(order));
  const difference = minor(order.total - grossOf(parts));
  if (difference !== 0) {
    // WooCommerce rounds line taxes one by one when "round at subtotal" is on: at most half a unit per line and rate.
    const cap = Math.max(1, order.lines.length);
    if (Math.abs(difference) > cap) {
      return err(
        rejected(
          'order.rounding_beyond_cap',
          `The lines of order ${order.number} add up to ${formatMinor(grossOf(parts), order.decimals)}, its total is ` +
            `${formatMinor(order.total, order.decimals)} ${order.currency}; rounding explains at most ${formatMinor(minor(cap), order.decimals)}.`,
        ),
      );
    }
    parts.push({ part: 'rounding', kind: 'rounding', name: 'Rounding', quantity: 1, net: difference, taxes: [], facts: null });
  }
  return ok(parts);
}

function taxParts(order: StoreOrder): TargetPart[] {
  const byRate = new Map<number, number>();
  for (const tax of order.lines.flatMap((line) => line.taxes)) byRate.set(tax.rateId, (byRate.get(tax.rateId) ?? 0) + tax.amount);
  return [...byRate]
    .filter(([, amount]) => amount !== 0)
    .map(([rateId, amount]) => ({
      part: `tax:${rateId}`,
      kind: 'tax',
      name: order.taxRates.find((rate) => rate.rateId === rateId)?.label ?? `Tax ${rateId}`,
      quantity: 1,
      net: minor(amount),
      taxes: [],
      facts: null,
    }));
}

export const decided = (decisions: readonly Decision[], question: string): string | undefined =>
  decisions.findLast((decision) => decision.question === question)?.choice;
