import { type Known, targetState } from '../derive/target-state.ts';
import { minor } from '../domain/money.ts';
import type { StoreOrder, StorePayment, StoreRefund } from '../domain/order.ts';
import { creditedInFull } from '../domain/parts.ts';
import { taxModeOf } from '../domain/posted.ts';
import { returnedByRefunds } from '../domain/set-aside.ts';
import type { Setup } from '../domain/setup.ts';
import type { BookedDocument, OrderBooks } from './order-books.ts';

/** What the store says of one order, in minor units. */
export interface StoreSide {
  /** products + shipping + fees + tax + other + cancelled is what the order sells. */
  sale: Record<'products' | 'shipping' | 'fees' | 'tax' | 'other' | 'cancelled', number>;
  /** `credited` takes from the sale, `returned` moves money only (overpayment given back, a sale credited before). */
  refunds: { id: number; at: string; credited: number; returned: number }[];
  payments: StorePayment[];
}

/**
 * Takes an order apart into what it sells, refunds and was paid: the left side of design section 5.
 *
 * In      books  with the order; setup  of its business unit
 * Out     sale - credited refunds = max(0, value - refunds), payments without those taken back. An order that does not count (pending,
 *         cancelled before it was posted) sells nothing; one that is left out, or cannot be posted, counts by its own total
 */
export function storeSide(books: OrderBooks & { order: StoreOrder }, setup: Setup): StoreSide {
  const { order } = books;
  const view = soldFor(order, books, setup);
  const returning = new Set(returnedByRefunds(books.decisions).keys());
  const refunded = view.refunds.filter((refund) => !returning.has(refund.id)).reduce((total, refund) => total + refund.amount, 0);
  const owed = Math.max(0, view.value - refunded);
  const refunds = creditedRefunds(view, books.documents, returning);
  const sells = owed + refunds.reduce((total, refund) => total + refund.credited, 0);
  const sold = sells !== 0 || books.documents.some(({ what }) => what.purpose === 'order');
  return { sale: sold ? saleParts(order, sells) : NO_SALE, refunds, payments: view.payments };
}

/** An order that never sold anything shows nothing, not a sale and its cancellation. */
export const NO_SALE: StoreSide['sale'] = { products: 0, shipping: 0, fees: 0, tax: 0, other: 0, cancelled: 0 };

interface Valued {
  value: number;
  refunds: StoreRefund[];
  payments: StorePayment[];
}

function soldFor(order: StoreOrder, books: OrderBooks, setup: Setup): Valued {
  const posted = books.documents.filter((document) => document.state === 'posted');
  // An order that is left out is compared as if it were not: the difference then says that it is.
  const decisions = books.decisions.filter((decision) => decision.question !== 'exclude');
  const { cutOver: _cutOver, ...rest } = setup;
  const open: Setup = { ...rest, exclusions: [], zeroTotalOrders: 'post' };
  const there = new Set(order.refunds.map((refund) => refund.id));
  const known: Known = {
    posted: posted.length > 0,
    sold: posted.some(({ what }) => what.purpose === 'order'),
    creditedInFull: creditedInFull(posted.map(({ what, held: amount }) => ({ what, amount }))),
    postedPayments: new Set(posted.flatMap(({ what }) => (what.purpose === 'payment' ? [what.paymentId] : []))),
    taxMode: taxModeOf(posted),
    undoneRefunds: posted.flatMap(({ what }) => (what.purpose === 'refund' && !there.has(what.refundId) ? [what.refundId] : [])),
    decisions,
  };
  const derived = targetState(order, open, known);
  // Refunds that wait at the gateway are the store's word too.
  const refunds = [...order.refunds].sort((a, b) => a.createdAt.localeCompare(b.createdAt) || a.id - b.id);
  if (derived.ok && derived.value.outcome === 'target') {
    const { value, payments } = derived.value.target;
    return { value, refunds, payments };
  }
  const payments = order.payments.filter((payment) => payment.amount > 0 && !payment.takenBackAt);
  const counts = order.presence === 'live' && (order.status === 'refunded' || setup.postingStatuses.includes(order.status));
  return { value: known.posted || counts ? order.total : 0, refunds, payments };
}

/**
 * A refund whose credit memo is posted credits the sale by its amount: what the sale lost by other ways since (a cancellation credits
 * what refunds left) shows as `cancelled`. One that is not posted yet credits what is left to credit.
 */
function creditedRefunds(
  view: Valued,
  documents: readonly BookedDocument[],
  returning: ReadonlySet<number>,
): StoreSide['refunds'] {
  const posted = new Set(
    documents.flatMap(({ what, state }) => (what.purpose === 'refund' && state === 'posted' ? [what.refundId] : [])),
  );
  const standing = view.refunds.filter((refund) => posted.has(refund.id));
  let left = Math.max(0, view.value - standing.reduce((total, refund) => total + refund.amount, 0));
  return view.refunds.map(({ id, createdAt: at, amount }) => {
    if (posted.has(id)) return { id, at, credited: amount, returned: 0 };
    const credited = returning.has(id) ? 0 : Math.min(amount, left);
    left -= credited;
    return { id, at, credited, returned: amount - credited };
  });
}

/** The sale by its parts. `other` is what lines and taxes leave of the total: rounding, gift cards that lowered it. */
function saleParts(order: StoreOrder, sells: number): StoreSide['sale'] {
  const sale = { ...NO_SALE };
  const columns = { product: 'products', shipping: 'shipping', fee: 'fees' } as const;
  for (const line of order.lines) {
    sale[columns[line.kind]] += line.net;
    for (const tax of line.taxes) sale.tax += tax.amount;
  }
  sale.other = order.total - sale.products - sale.shipping - sale.fees - sale.tax;
  sale.cancelled = minor(sells - order.total);
  return sale;
}
