import { err, type Failure, needsAttention, ok, type Result, rejected, retryable } from '../domain/failures.ts';
import { formatMinor, type MinorUnits, minor, sum, ZERO } from '../domain/money.ts';
import type { LineFacts, LineTax, OrderLine, StoreOrder, StorePayment, StoreRefund } from '../domain/order.ts';
import { grossOf } from '../domain/parts.ts';
import type { Decision, PartAmount } from '../domain/posted.ts';
import type { Setup } from '../domain/setup.ts';
import { excludedBySetup } from './exclusions.ts';
import { type ChargedFee, chargedFees } from './gateway-fee.ts';
import { sameUntilReversed, waitsForPayment } from './paid-again.ts';
import { splitPayments } from './split-payment.ts';
import { type Tendered, tenderAboveLines, tendersOf, unseenTenders } from './tenders.ts';

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
  /** Payments that the store took back and whose receipts a person wants reversed. */
  reversed: string[];
  /** Refunds that stand, oldest first. */
  refunds: StoreRefund[];
  /** Refunds that were posted and that the store no longer has. */
  undoneRefunds: number[];
  /** What gateways kept, where that is posted: outside the order's identity. */
  fees: ChargedFee[];
  /** True once a person or a setting credited the order: later refunds only settle. */
  credited: boolean;
  /** True where the sale is posted although nothing of it is to remain: it is credited at once. */
  billFirst?: boolean;
  /** What the person still has to decide while the documents go on; null when nothing is asked. */
  open: Failure | null;
}

export interface TargetPart extends PartAmount {
  kind: OrderLine['kind'] | 'rounding' | 'tax' | 'discount' | 'tender';
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
  /** True once its sale was: an order may have a receipt only. */
  sold: boolean;
  /** True once nothing of the sale was left and nothing was sold since (domain/parts.ts, creditedInFull). */
  creditedInFull: boolean;
  /** Ids of the payments whose receipts were posted. */
  postedPayments: ReadonlySet<string>;
  taxMode: Setup['taxMode'] | null;
  undoneRefunds: number[];
  decisions: readonly Decision[];
}

/**
 * Derives what Receivables should hold for one order.
 *
 * In      order  whole, amounts in minor units of order.currency; known  our own side of it
 * Out     target, or why there is none: excluded (by a rule of the set-up), waiting (the store is not there yet)
 * Fails   needs-attention order.money_no_sale (cancelled or failed with money, never posted), order.tags_unknown, order.items_unknown;
 *         rejected order.rounding_beyond_cap, order.negative_total, order.tender_unreadable, order.tender_above_lines
 * Source  design section 3
 */
export function targetState(order: StoreOrder, setup: Setup, known: Known): Result<Derived> {
  const leftOut = excludedByPerson(known);
  if (leftOut) return ok(leftOut);
  if (!known.posted) {
    const excluded = excludedBySetup(order, setup);
    if (!excluded.ok) return excluded;
    if (excluded.value) return ok({ outcome: 'excluded', ...excluded.value });
  }

  const money = paymentsOf(order, known);
  const paid = sum(money.payments.map((payment) => payment.amount));
  const standing = standingOf(order, setup);
  // Whether an ended order is credited, or was sold at all, hangs on the money that nobody can read yet.
  if (standing === 'ended' && money.open?.code === UNREADABLE) return err(money.open);
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
  const parts = partsOf(order, setup, known.taxMode ?? setup.taxMode);
  if (!parts.ok) return parts;

  const kept = feesOf(order, setup, known);
  const bare: TargetState = {
    orderId: order.id,
    currency: order.currency,
    decimals: order.decimals,
    value: order.total,
    compare: 'by-part',
    parts: parts.value,
    ...money,
    refunds: standingRefunds(order),
    undoneRefunds: known.undoneRefunds,
    fees: kept.fees,
    credited: false,
    open: null,
  };
  const isOff = staysCredited(order, known) || isGivenBack(order);
  const target = standing === 'ended' ? ended(order, bare, paid, known, setup) : isOff ? credited(bare, known) : bare;
  // Whether the money is still there comes before what becomes of it; a refund that is on its way asks nobody.
  return ok({ outcome: 'target', target: { ...target, open: money.open ?? target.open ?? pendingRefund(order) ?? kept.open } });
}

/**
 * Payments that count. One that the store took back counts until a person reverses its receipt; one that was never posted does not. One
 * that was told anew in parts counts as it was posted, and its parts do not; nor does one that came after the order was set back.
 */
function paymentsOf(order: StoreOrder, known: Known): Pick<TargetState, 'payments' | 'reversed' | 'open'> {
  const payments: StorePayment[] = [];
  const reversed: string[] = [];
  let open: Failure | null = null;
  // Once a person had the receipt reversed, its parts are receipts of their own.
  const isReversed = ({ id }: StorePayment): boolean => saidOf(id, known.decisions) === 'reverse';
  const asTold = order.payments.filter((payment) => !isReversed(payment));
  const split = splitPayments(asTold, known.postedPayments);
  const parts = new Set([...split.values()].flatMap((ids) => [...ids]));
  const again = sameUntilReversed(order, (payment) => known.postedPayments.has(payment.id) && !isReversed(payment));
  for (const payment of order.payments) {
    if (parts.has(payment.id) || again.has(payment.id)) continue;
    const isPosted = known.postedPayments.has(payment.id);
    // One whose receipt is there was read before: the order has another currency by now, which the plan refuses.
    if (payment.unreadable && !isPosted && !payment.takenBackAt && !unreadableChoice(payment, known.decisions)) {
      open ??= unreadablePayment(order, payment, payment.unreadable);
    }
    if (payment.amount <= 0) continue;
    if (!payment.takenBackAt) {
      payments.push(payment);
      continue;
    }
    if (!isPosted) continue;
    if (isReversed(payment)) {
      reversed.push(payment.id);
      continue;
    }
    payments.push(payment);
    // Set back once more after it was paid again: what was said of the first time does not answer for this one.
    const once = order.payments.findLast(({ id, takenBackAt }) => takenBackAt && again.has(id));
    const question = takenBackQuestion(payment.id, once?.id);
    if (decided(known.decisions, question) !== 'leave' && !split.has(payment.id)) open ??= takenBack(order, payment, question);
  }
  return { payments, reversed, open };
}

const UNREADABLE = 'payment.unreadable';

/** What a person said about a payment row that cannot be read: `total`, `leave-out`, or nothing yet. */
export const unreadableChoice = (payment: Pick<StorePayment, 'id'>, decisions: readonly Decision[]): string | undefined =>
  decided(decisions, `payment-unreadable-${payment.id}`);

const unreadablePayment = (order: StoreOrder, payment: StorePayment, found: string): Failure =>
  needsAttention(
    UNREADABLE,
    `A payment of order ${order.number} (row ${payment.id}) has the ${found}; expected were a positive amount in ${order.currency} and an ISO 8601 time.`,
    'See in the store and at the gateway what was paid, then say what counts. A plugin that changes totals or currencies of orders may have written the row.',
    {
      question: {
        id: `payment-unreadable-${payment.id}`,
        choices: [
          ...(order.paidAt && order.presence === 'live' ? [{ id: 'total', label: 'What was left to pay was paid' }] : []),
          { id: 'leave-out', label: 'Leave the payment out' },
        ],
      },
    },
  );

export const LEAVE_RECEIPT = { id: 'leave', label: 'Leave the receipt' };

/** The question whether the receipt of a payment that the store took back is reversed; `once` is what was paid again and taken back too. */
export const takenBackQuestion = (paymentId: string, once?: string): string =>
  ['payment-taken-back', paymentId, ...(once === undefined ? [] : [once])].join('-');

/** What a person said last of a payment that was taken back, whichever time they were asked. */
function saidOf(paymentId: string, decisions: readonly Decision[]): string | undefined {
  const first = takenBackQuestion(paymentId);
  return decisions.findLast(({ question }) => question === first || question.startsWith(`${first}-`))?.choice;
}

function takenBack(order: StoreOrder, payment: StorePayment, question: string): Failure {
  const amount = `${formatMinor(payment.amount, order.decimals)} ${order.currency}`;
  const { message, action } = isSetBack(order, payment)
    ? {
        message: waitsForPayment(order)
          ? `Order ${order.number} went back to "${order.status}" although its payment of ${amount} is posted: was the payment taken back?`
          : `Order ${order.number} had gone back to wait for payment although its payment of ${amount} is posted, and is "${order.status}" now: was the payment taken back?`,
        action:
          'Reverse the receipt if the money did not stay: what is paid after it gets a receipt of its own. Leave it if the money is there.',
      }
    : {
        message: `The store took the payment of ${amount} for order ${order.number} back.`,
        action: 'Reverse the receipt, or leave it as it is.',
      };
  return needsAttention('order.payment_taken_back', message, action, {
    question: {
      id: question,
      choices: [{ id: 'reverse', label: 'Reverse the receipt' }, LEAVE_RECEIPT],
    },
  });
}

/** Its paid date stands, or stood when the order was paid again: the status alone says that the payment came back. */
const isSetBack = ({ paidAt }: StoreOrder, payment: StorePayment): boolean =>
  !payment.reported && paidAt !== null && Date.parse(paidAt) <= Date.parse(payment.paidAt);

/** Fees are wanted where the set-up posts them; a payment that was taken back after its receipt was posted has cost its fee all the same. */
function feesOf(order: StoreOrder, setup: Setup, known: Known): { fees: ChargedFee[]; open: Failure | null } {
  if (setup.gatewayFees.post !== 'document') return { fees: [], open: null };
  const payments = order.payments.filter(
    ({ id, amount, takenBackAt }) => amount > 0 && (!takenBackAt || known.postedPayments.has(id)),
  );
  const { fees, unreadable } = chargedFees(order, payments, setup.gatewayFeeMeta);
  const asks = unreadable && decided(known.decisions, FEE_QUESTION) !== 'leave-out';
  return { fees, open: asks ? unreadableFee(order, unreadable) : null };
}

const FEE_QUESTION = 'gateway-fee-unreadable';

const unreadableFee = (order: StoreOrder, { meta, found }: { meta: string; found: string }): Failure =>
  needsAttention(
    'gateway_fee.unreadable',
    `The gateway’s fee of order ${order.number} is noted in its meta ${meta} as ${found}; expected were an amount and, where one is noted, the code of its currency.`,
    'Correct the meta in the store and resume the order, or leave the fee out. Everything else of the order is posted.',
    { question: { id: FEE_QUESTION, choices: [{ id: 'leave-out', label: 'Leave the fee out' }] } },
  );

const standingRefunds = (order: StoreOrder): StoreRefund[] =>
  order.refunds.filter((refund) => !refund.pending).sort((a, b) => a.createdAt.localeCompare(b.createdAt) || a.id - b.id);

/** A refund the gateway has not carried out yet posts nothing; the next event, or the refund sweep, looks again. */
function pendingRefund(order: StoreOrder): Failure | null {
  const pending = order.refunds.find((refund) => refund.pending);
  return pending
    ? retryable('refund.pending_at_gateway', `The gateway has not carried refund ${pending.id} out yet.`, {
        endpoint: true,
        retryAfterMs: 15 * 60_000,
      })
    : null;
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

function excludedByPerson(known: Known): Derived | null {
  if (decided(known.decisions, 'exclude') !== 'yes') return null;
  const stays = known.posted ? ' What Oracle holds of it stays as it is.' : '';
  return {
    outcome: 'excluded',
    code: EXCLUDED_BY_PERSON,
    message: `A person left this order out.${stays} Replay takes it up again.`,
  };
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
  const parts = partsOf(order, setup, setup.taxMode);
  if (!parts.ok) return parts;
  const kept = feesOf(order, setup, known);
  return ok({
    outcome: 'target',
    target: {
      orderId: order.id,
      currency: order.currency,
      decimals: order.decimals,
      value: ZERO,
      compare: 'by-total',
      parts: parts.value,
      payments: order.payments.filter((payment) => payment.amount > 0 && !payment.takenBackAt),
      reversed: [],
      refunds: standingRefunds(order),
      undoneRefunds: known.undoneRefunds,
      fees: kept.fees,
      credited: true,
      billFirst: choice !== 'keep-as-receipt',
      open: pendingRefund(order) ?? kept.open,
    },
  });
}

/** A person said of an order that ended before it was posted that nothing of its sale is to remain. */
function saleIsOff(decisions: Known['decisions'], sold: boolean): boolean {
  const choice = decided(decisions, 'money-no-sale');
  return choice === 'post-and-credit' || (choice === 'keep-as-receipt' && !sold);
}

/** Nothing of the sale is to remain, refunds only settle. What is not posted yet of a sale that is billed to be credited follows. */
const credited = (target: TargetState, { decisions }: Pick<Known, 'decisions'>): TargetState => ({
  ...target,
  value: ZERO,
  compare: 'by-total',
  credited: true,
  billFirst: decided(decisions, 'money-no-sale') === 'post-and-credit',
});

/**
 * A full refund turns an order that was cancelled and credited into a refunded one, which is a sale given back: it was given back before.
 * One that was sold again since is not, nor one that was made larger than its refunds.
 */
function staysCredited(order: StoreOrder, { decisions, sold, creditedInFull }: Known): boolean {
  if (order.status !== 'refunded' || sum(standingRefunds(order).map((refund) => refund.amount)) < order.total) return false;
  if (!sold) return saleIsOff(decisions, sold);
  return creditedInFull && (decided(decisions, 'order-cancelled') === 'credit' || saleIsOff(decisions, sold));
}

/** An order that gift cards paid whole has no money to refund: its status alone says that the cards were credited again. */
const isGivenBack = (order: StoreOrder): boolean => order.status === 'refunded' && order.total === 0;

/** Cancelled, failed, trashed or deleted after posting: the unpaid part is credited; money kept is a person's decision. */
function ended(
  order: StoreOrder,
  target: TargetState,
  paid: MinorUnits,
  { decisions, sold }: Pick<Known, 'decisions' | 'sold'>,
  setup: Setup,
): TargetState {
  const gone = order.presence !== 'live';
  const creditAll = gone
    ? decided(decisions, 'order-deleted') === 'credit' || setup.deletedOrders === 'credit' || saleIsOff(decisions, sold)
    : decided(decisions, 'order-cancelled') === 'credit' || saleIsOff(decisions, sold);
  if (creditAll) return credited(target, { decisions });
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
  const firstPaidAt = order.payments.flatMap(({ unreadable, paidAt }) => (unreadable ? [] : [paidAt])).sort()[0];
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

/**
 * The order's lines as parts: products, shipping and fees, coupons and tenders where they are lines of their own, tax per rate where
 * the mode says so, and one rounding part where the store's own total asks for it. They add up to order.total.
 */
function partsOf(order: StoreOrder, setup: Setup, taxMode: Setup['taxMode']): Result<TargetPart[]> {
  if (order.total < 0) {
    return err(
      rejected(
        'order.negative_total',
        `Order ${order.number} has a total below zero (${formatMinor(order.total, order.decimals)} ${order.currency}), which no invoice can have.`,
        'Correct its lines in the store; money given back belongs in a refund of the order it was paid for.',
      ),
    );
  }
  const parts: TargetPart[] = order.lines
    .filter((line) => line.kind === 'product' || line.net !== 0 || line.taxes.some((tax) => tax.amount !== 0))
    .flatMap((line) => linePart(line, setup.discounts === 'own-line', taxMode));
  if (taxMode === 'account') parts.push(...taxParts(order));
  const tenders = tendersOf(order, setup.tenders);
  if (!tenders.ok) return tenders;
  const beforeTenders = grossOf(parts);
  const tendered = grossOf(tenders.value);
  // Some plugins lower the total by what a gift card paid, others leave the total and keep the card in meta: only the first needs a line.
  const explained = Math.abs(order.total - beforeTenders - tendered) < Math.abs(order.total - beforeTenders);
  if (explained) parts.push(...tenders.value.map(tenderPart));
  const difference = minor(order.total - grossOf(parts));
  if (difference !== 0) {
    const cap = minor(roundingCap(order));
    if (Math.abs(difference) > cap) {
      const why = unseenTenders(order, setup.tenders, grossOf(parts)) ?? tenderAboveLines(order, beforeTenders, tenders.value);
      if (why) return err(why);
      return err(
        rejected(
          'order.rounding_beyond_cap',
          `The lines of order ${order.number} and their taxes add up to ${formatMinor(grossOf(parts), order.decimals)}, its total is ` +
            `${formatMinor(order.total, order.decimals)} ${order.currency}; rounding ${roundedAmounts(order)} amounts one by one explains at most ${formatMinor(cap, order.decimals)}.`,
          'A plugin may have changed the total: choose it under gift cards and store credit in the set-up, or name where it keeps their amounts, or recalculate the order in the store.',
        ),
      );
    }
    parts.push({ part: 'rounding', kind: 'rounding', name: 'Rounding', quantity: 1, net: difference, taxes: [], facts: null });
  }
  return ok(parts);
}

const tenderPart = (tender: Tendered): TargetPart => ({ ...tender, kind: 'tender', quantity: 1, facts: null });

/**
 * How far the sum of the lines may be from the total by rounding alone. With "round at subtotal" WooCommerce keeps fractions, answers net
 * and each rate's tax of a line rounded one by one, and rounds the total once: half a unit per amount. One unit per line holds without that.
 */
const roundingCap = (order: StoreOrder): number =>
  Math.max(1, order.lines.length, Math.floor(roundedAmounts(order) / 2)) * roundingUnit(order);

/** Net and each rate's tax of every line, also where it came to 0.00. */
const roundedAmounts = ({ lines }: StoreOrder): number => lines.reduce((all, { taxes }) => all + 1 + taxes.length, 0);

/** What the store rounds to, in minor units: 10 for dinars in a shop of two decimals, 100 for dollars in a shop of none. */
const roundingUnit = ({ decimals, shopDecimals = decimals }: StoreOrder): number => 10 ** Math.max(0, decimals - shopDecimals);

/**
 * A line, and its coupons as a part of their own where the set-up wants them shown. Tax stays on the line: it is what the buyer paid.
 * Where Oracle computes, it follows the net: the line carries the tax before coupons, and the coupons what they took off it.
 */
function linePart(line: OrderLine, ownDiscounts: boolean, taxMode: Setup['taxMode']): TargetPart[] {
  const discount = minor(line.net - line.subtotal);
  const shown = ownDiscounts && line.kind === 'product' && discount < 0;
  const part: TargetPart = {
    part: `item:${line.itemId}`,
    kind: line.kind,
    name: line.name,
    quantity: line.quantity,
    net: shown ? line.subtotal : line.net,
    taxes: taxMode === 'account' ? [] : line.taxes.filter(isTax),
    facts: line.facts,
  };
  if (!shown) return [part];
  const before = taxMode === 'oracle' ? line.subtotalTaxes : undefined;
  if (before) part.taxes = before.filter(isTax);
  return [
    part,
    {
      part: `discount:${line.itemId}`,
      kind: 'discount',
      name: `Discount on ${line.name}`,
      quantity: 1,
      net: discount,
      taxes: before ? before.map((tax) => takenOff(tax, line.taxes)).filter(isTax) : [],
      facts: line.facts,
    },
  ];
}

const isTax = ({ amount }: LineTax): boolean => amount !== 0;

/** What coupons took off a line's tax at one rate: below zero. */
const takenOff = ({ rateId, amount }: LineTax, after: readonly LineTax[]): LineTax => ({
  rateId,
  amount: minor((after.find((tax) => tax.rateId === rateId)?.amount ?? 0) - amount),
});

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
