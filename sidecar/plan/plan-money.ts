import { refundOntoCard } from '../derive/refund-onto-card.ts';
import { refundToCredit } from '../derive/refund-to-credit.ts';
import { decided, type TargetState } from '../derive/target-state.ts';
import { err, type Failure, needsAttention, ok, type Result } from '../domain/failures.ts';
import { formatMinor, type MinorUnits, minor, ZERO } from '../domain/money.ts';
import type { StorePayment, StoreRefund } from '../domain/order.ts';
import { heldBy } from '../domain/parts.ts';
import type { Decision, PartAmount, RefundTerms } from '../domain/posted.ts';
import { payoutQuestion, RETURNS_OVERPAYMENT, STAYS_ON_ACCOUNT, settledByPersons } from '../domain/set-aside.ts';
import { type Setup, settlementFor } from '../domain/setup.ts';
import type { Books } from './books.ts';

export interface MoneyContext {
  books: Books;
  target: TargetState;
  setup: Setup;
  decisions: readonly Decision[];
  /** 25D cannot refund a receipt: Payables pays out of the credit memo instead. */
  release: '26D' | '25D';
}

/** Receipts of payments that the store took back and a person wants reversed. */
export function planReversals({ books, target }: MoneyContext): void {
  for (const paymentId of target.reversed) {
    const receipt = books.find('payment', (what) => what.purpose === 'payment' && what.paymentId === paymentId);
    if (receipt && !books.posted.reversals.includes(receipt.number)) books.reverse(receipt, 'the store took the payment back');
  }
}

/** Payments and refunds that are not posted yet, as they happened; a refund of the same second counts as after. */
export function planEvents(context: MoneyContext): Result<void> {
  for (const event of eventsOf(context)) {
    const done = 'payment' in event ? planPayment(context.books, event.payment) : planRefund(context, event.refund);
    if (!done.ok) return done;
  }
  return ok(undefined);
}

function eventsOf({
  books,
  target,
  decisions,
}: MoneyContext): ({ at: string; payment: StorePayment } | { at: string; refund: StoreRefund })[] {
  const seen = new Set(
    books.documents.map(({ what }) =>
      what.purpose === 'payment' ? `p${what.paymentId}` : what.purpose === 'refund' ? `r${what.refundId}` : '',
    ),
  );
  const payments = target.payments
    .filter((payment) => !seen.has(`p${payment.id}`))
    .map((payment) => ({ at: payment.paidAt, payment }));
  const refunds = target.refunds
    .filter(
      (refund) =>
        (refund.amount > 0 || refund.ontoCard) && !seen.has(`r${refund.id}`) && !returnsOverpayment(decisions, refund.id),
    )
    .map((refund) => ({ at: refund.createdAt, refund }));
  return [...payments, ...refunds].sort(
    (a, b) => a.at.localeCompare(b.at) || ('payment' in a ? 0 : 1) - ('payment' in b ? 0 : 1),
  );
}

const planPayment = (books: Books, payment: StorePayment): Result<void> =>
  books.add('receipt', { purpose: 'payment', n: books.next('payment'), paymentId: payment.id }, [], {
    at: payment.paidAt,
    reason: 'payment',
    reverses: null,
    payment,
  });

function planRefund(context: MoneyContext, refund: StoreRefund): Result<void> {
  const { books, target, decisions } = context;
  const held = heldBy(books.documents);
  if (target.credited && held.total() === 0) {
    // The sale was credited as a whole before: the refund moves money only.
    books.ledger.reserveOverpayment(refund.id, refund.amount);
    return ok(undefined);
  }
  if (refund.ontoCard) {
    const parts = refundOntoCard(refund, held.parts(), books.taxMode);
    return parts.length > 0 ? creditMemo(context, refund, parts, []) : ok(undefined);
  }
  // What Oracle computed less than the store is not paid too much.
  const overpaid = minor(Math.max(0, books.ledger.overpayment() - books.computedLess()));
  if (overpaid > 0 && !decided(decisions, `refund-${refund.id}`)) return err(askAboutOverpayment(target, refund, overpaid));
  const credit = refundToCredit(refund, held.parts(), books.taxMode, target);
  if (!credit.ok) return credit;
  return creditMemo(context, refund, credit.value.parts, credit.value.allocated);
}

const creditMemo = (context: MoneyContext, refund: StoreRefund, parts: PartAmount[], allocated: PartAmount[]): Result<void> =>
  context.books.add('credit-memo', { purpose: 'refund', refundId: refund.id }, context.books.likePosted(parts), {
    at: refund.createdAt,
    reason: refund.reason || 'refund',
    reverses: context.books.saleNumber(),
    refund: { ...termsOf(context, refund), allocated },
  });

/** Settled with the refund's intent: what it releases or pays out, and how its money is settled. */
function termsOf(context: MoneyContext, refund: StoreRefund): Omit<RefundTerms, 'allocated'> {
  const { books, target } = context;
  const choice = choiceFor(context, refund);
  const afterPayment = target.payments.some((payment) => payment.paidAt <= refund.createdAt);
  const money = afterPayment ? books.ledger.releasable(refund.amount) : ZERO;
  // 25D: the receipt stays applied, and the money part of the credit memo is paid out.
  const outOfMemo = choice.settlement === 'payables' && context.release === '25D';
  return {
    refundId: refund.id,
    released: outOfMemo ? ZERO : money,
    paidOut: outOfMemo ? money : ZERO,
    gateway: gatewayOf(target, refund),
    settlement: choice.settlement,
    activity: choice.activity ?? null,
    refundedPayment: refund.refundedPayment,
  };
}

/** The store deleted posted refunds: further invoices take the credits back. */
export function planUndone({ books, target, decisions }: MoneyContext): Result<void> {
  for (const refundId of target.undoneRefunds) {
    const memo = books.find('refund', (what) => what.purpose === 'refund' && what.refundId === refundId);
    if (!memo || books.find('refund-undone', (what) => what.purpose === 'refund-undone' && what.refundId === refundId)) continue;
    const settled = books.posted.settlements.filter((row) => row.refundId === refundId);
    const asked = `refund-undone-${refundId}`;
    const moneyLeft = settled.length > 0 && memo.refund?.refundedPayment === true;
    if (moneyLeft && decided(decisions, asked) !== 're-bill') {
      return err(
        needsAttention(
          'refund.undone_but_money_left',
          `Refund ${refundId} was deleted in the store, but the gateway has already returned its money to the buyer.`,
          'Bill the amount again, or restore the refund in the store.',
          { question: { id: asked, choices: [{ id: 're-bill', label: 'Bill it again' }] } },
        ),
      );
    }
    if (settled.some((row) => row.settlement === 'payables')) {
      return err(
        needsAttention(
          'refund.undone_but_paying',
          `Refund ${refundId} was deleted in the store, but Payables has been asked to pay it.`,
          'Stop the payment in Oracle Payables, then resume the order.',
        ),
      );
    }
    // Billed again after the gateway returned the money: that stays with the buyer, and the new invoice is open.
    if (!moneyLeft) for (const row of settled) books.unsettle(row, `refund ${refundId} was deleted`);
    const added = books.add('invoice', { purpose: 'refund-undone', refundId }, books.likePosted(memo.lines), {
      reason: 'refund deleted',
      reverses: memo.number,
    });
    if (!added.ok) return added;
  }
  return ok(undefined);
}

/** Refund money that is released and not settled yet, in refund order; then overpayment that a person settles. */
export function planSettlements(context: MoneyContext): void {
  const { books, target, decisions } = context;
  const undone = new Set(books.documents.flatMap(({ what }) => (what.purpose === 'refund-undone' ? [what.refundId] : [])));
  for (const refund of [...target.refunds].sort((a, b) => a.id - b.id)) {
    if (undone.has(refund.id)) continue;
    const memo = books.documents.find((document) => document.refund?.refundId === refund.id);
    const terms = memo?.refund ?? { ...choiceFor(context, refund), paidOut: ZERO };
    if (terms.settlement === 'unapplied') continue;
    const stays = terms.settlement === 'payables' && decided(decisions, payoutQuestion(refund.id)) === STAYS_ON_ACCOUNT;
    const money = stays ? [] : books.ledger.reservedFor(refund.id).map(({ receipt, amount }) => ({ from: receipt, amount }));
    if (memo && terms.paidOut > 0) money.push({ from: memo.number, amount: minor(Math.min(terms.paidOut, memo.amount)) });
    for (const { from, amount } of money) settle(context, refund.id, from, amount, terms.settlement, terms.activity ?? null);
  }
  settleOverpayment(context);
}

/** Decisions to settle overpayment: each is carried out once, under ids below zero, out of as many receipts as it takes. */
function settleOverpayment(context: MoneyContext): void {
  const { books, decisions } = context;
  for (const { refundId, amount, activity } of settledByPersons(decisions)) {
    const settled = books.posted.settlements
      .filter((row) => row.refundId === refundId)
      .reduce((total, row) => total + row.amount, 0);
    if (settled >= amount) continue;
    for (const row of books.ledger.reservedFor(refundId)) {
      settle(context, refundId, row.receipt, row.amount, 'clearing', activity);
    }
  }
}

function settle(
  { books }: MoneyContext,
  refundId: number,
  from: string,
  amount: MinorUnits,
  settlement: 'clearing' | 'payables',
  activity: string | null,
): void {
  const settled = books.posted.settlements
    .filter((row) => row.refundId === refundId && row.from === from)
    .reduce((total, row) => total + row.amount, 0);
  if (amount <= settled) return;
  const because = refundId > 0 ? `refund ${refundId}` : 'overpayment';
  books.steps.push({ type: 'settle', refundId, from, settlement, activity, amount: minor(amount - settled), because });
}

const returnsOverpayment = (decisions: readonly Decision[], refundId: number): boolean =>
  decided(decisions, `refund-${refundId}`) === RETURNS_OVERPAYMENT;

function choiceFor({ setup, target }: MoneyContext, refund: StoreRefund): Setup['settlements'][number] {
  return settlementFor(setup, gatewayOf(target, refund));
}

/** WooCommerce does not say which payment a refund returns: the last one before it. */
export function gatewayOf(target: Pick<TargetState, 'payments'>, refund: Pick<StoreRefund, 'createdAt'>): string {
  const before = target.payments.filter((payment) => payment.paidAt <= refund.createdAt);
  return before.at(-1)?.gateway ?? target.payments[0]?.gateway ?? '';
}

function askAboutOverpayment(target: TargetState, refund: StoreRefund, overpaid: MinorUnits): Failure {
  const money = (amount: MinorUnits) => `${formatMinor(amount, target.decimals)} ${target.currency}`;
  // A refund of more than the overpayment takes back some of the sale in any case.
  const fits = refund.amount <= overpaid;
  return needsAttention(
    'refund.while_overpaid',
    `Refund ${refund.id} over ${money(refund.amount)} was made while ${money(overpaid)} of overpayment is on account.`,
    fits
      ? 'Say whether the refund returns the overpayment or credits the sale.'
      : 'Say that it credits the sale, and settle the overpayment by itself; or delete the refund and make one for the overpayment and one for the rest.',
    {
      question: {
        id: `refund-${refund.id}`,
        choices: [
          ...(fits ? [{ id: RETURNS_OVERPAYMENT, label: 'It returns the overpayment' }] : []),
          { id: 'credits-sale', label: 'It credits the sale' },
        ],
      },
    },
  );
}
