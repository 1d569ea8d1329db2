import { type Day, dayIn } from '../domain/dates.ts';
import { roundToIso } from '../domain/money.ts';
import type { StoreOrder } from '../domain/order.ts';
import type { Setup } from '../domain/setup.ts';
import { explain, signOf } from './explain.ts';
import type { Measure } from './figures.ts';
import {
  type BookedDocument,
  type BookedFee,
  expectedOpen,
  type OrderBooks,
  reversedReceipts,
  withoutStale,
} from './order-books.ts';
import type { FreshOrder } from './ports.ts';
import { isIncomplete, readingChanges } from './reading-changes.ts';
import { actionFor } from './reasons.ts';
import { type Comparison, type Part, Sheet } from './sheet.ts';
import { NO_SALE, type StoreSide, storeSide } from './store-side.ts';

export interface ComparedBy {
  /** Of the order's business unit. */
  setup: Setup;
  /** The shop's own list of the day the order was placed; absent where the shop is not asked. `gone`: it no longer lists the order. */
  fresh?: FreshOrder | 'gone';
}

/**
 * Compares one order.
 *
 * Out     for each day, gateway, currency and measure Oracle's entries less the store's are the differences, each with its reason.
 *         Nothing is left out and nothing counts twice, whatever the reason
 */
export function compareOrder(books: OrderBooks, by: ComparedBy): Comparison {
  return new OrderComparison(books, by).run();
}

class OrderComparison {
  private readonly books: OrderBooks;
  private readonly by: ComparedBy;
  private readonly sheet: Sheet;
  private readonly zone: string;

  constructor(books: OrderBooks, by: ComparedBy) {
    this.books = {
      ...books,
      documents: books.documents.map((document) => asFound(withoutStale(document, books.actions))),
      fees: books.fees.map(asFound),
    };
    this.by = by;
    this.zone = by.setup.timeZone;
    this.sheet = new Sheet({ orderId: books.orderId, orderNumber: books.number || String(books.orderId) }, by.setup.businessUnit);
  }

  run(): Comparison {
    const { books, sheet } = this;
    const side = books.order ? storeSide({ ...books, order: books.order }, this.by.setup) : NOTHING;
    this.sale(side);
    this.refunds(side);
    this.payments(side);
    for (const document of books.documents) if (document.state === 'posted') this.open(document);
    for (const fee of books.fees) if (fee.state === 'posted') this.fee(fee);
    return {
      orderId: books.orderId,
      orderNumber: books.number || String(books.orderId),
      state: books.standing.state,
      entries: sheet.entries,
      differences: sheet.differences,
    };
  }

  private sale({ sale }: StoreSide): void {
    const { order } = this.books;
    const gateway = order?.paymentMethod ?? '';
    const store: Part[] = [];
    if (order) {
      for (const [figure, amount] of Object.entries(sale) as [keyof StoreSide['sale'], number][]) {
        const part = this.at(order, order.createdAt, amount);
        this.sheet.store(part, gateway, { measure: 'sales', figure, ref: `order ${order.id}` });
        store.push(part);
      }
      this.newerSale(
        order,
        Object.values(sale).reduce((total, amount) => total + amount, 0),
      );
    }
    this.pair('sales', gateway, store, this.documentsOf('order', 'edit-up', 'edit-down', 'mirror'));
  }

  private refunds({ refunds }: StoreSide): void {
    const { order } = this.books;
    const gateway = order?.paymentMethod ?? '';
    const documents = this.documentsOf('refund', 'refund-undone');
    const of = (id: number) => documents.filter(({ what }) => 'refundId' in what && what.refundId === id);
    for (const { id, at, credited, returned } of order ? refunds : []) {
      if (!order) continue;
      const part = this.at(order, at, credited);
      this.sheet.store(part, gateway, { measure: 'refunds', figure: 'refunds', ref: `refund ${id}` });
      this.sheet.store({ ...part, amount: returned }, gateway, { measure: null, figure: 'returned', ref: `refund ${id}` });
      this.pair('refunds', gateway, [part], of(id));
    }
    const listed = new Set(refunds.map((refund) => refund.id));
    const posted = new Set(documents.flatMap(({ what }) => ('refundId' in what ? [what.refundId] : [])));
    for (const id of posted) if (!listed.has(id)) this.pair('refunds', gateway, [], of(id));
  }

  private payments({ payments }: StoreSide): void {
    const { order } = this.books;
    const receipts = this.documentsOf('payment');
    const of = (id: string) => receipts.filter(({ what }) => what.purpose === 'payment' && what.paymentId === id);
    for (const payment of order ? payments : []) {
      if (!order) continue;
      const part = this.at(order, payment.paidAt, payment.amount);
      this.sheet.store(part, payment.gateway, { measure: 'paid', figure: 'paid', ref: `payment ${payment.id}` });
      this.pair('paid', payment.gateway, [part], of(payment.id));
    }
    const counted = new Set(payments.map((payment) => payment.id));
    for (const receipt of receipts) {
      if (receipt.what.purpose === 'payment' && !counted.has(receipt.what.paymentId))
        this.pair('paid', this.gatewayOf(receipt), [], [receipt]);
    }
  }

  /** The shop was asked again and says something else than what was read last: it waits to be read. */
  private newerSale(order: StoreOrder, counted: number): void {
    const { fresh } = this.by;
    if (!fresh || (fresh === 'gone' && order.presence !== 'live')) return;
    const gone = fresh === 'gone';
    const total = gone ? 0 : totalOf(fresh, order);
    if (!gone && fresh.status === order.status && total === order.total) return;
    const amount = (gone || !fresh.counts || fresh.currency !== order.currency ? 0 : total) - counted;
    const message = gone
      ? 'The store no longer lists the order; AR Bridge has not read that yet.'
      : 'The order changed in the store after AR Bridge last read it.';
    const part = this.at(order, order.createdAt, amount);
    this.sheet.store(part, order.paymentMethod, { measure: 'sales', figure: 'other', ref: `order ${order.id}` });
    const back = { ...part, amount: -amount };
    this.sheet.differ(back, order.paymentMethod, { measure: 'sales', reason: 'waiting', message, document: null });
  }

  private pair(measure: Measure, gateway: string, store: Part[], documents: BookedDocument[]): void {
    const oracle = documents.flatMap((document) => this.recorded(document, measure, gateway));
    explain({ measure, gateway, store, oracle, documents, standing: this.books.standing }, this.sheet);
    for (const document of documents) this.changed(document, measure, gateway);
  }

  /** What our record says that Oracle holds; a reversal counts on its own day. */
  private recorded(document: BookedDocument, measure: Measure, gateway: string): Part[] {
    if (document.state !== 'posted') return [];
    const { number: ref, currency, decimals, held } = document;
    const part = { day: document.accountingDate, currency, decimals, amount: signOf(document) * held };
    this.sheet.oracle(part, gateway, { measure, figure: COLUMN[document.kind], shown: held, ref });
    const day = this.reversalDay(document);
    if (!day) return [part];
    const back = { ...part, day, amount: -part.amount };
    this.sheet.oracle(back, gateway, { measure, figure: 'reversed', shown: held, ref });
    return [part, back];
  }

  /** What Oracle shows now where it is not what our record says. */
  private changed(document: BookedDocument, measure: Measure, gateway: string): void {
    for (const { reason, message, reversal, amount: shown, ...place } of readingChanges(document, this.reversalDay(document))) {
      const part = { ...place, amount: signOf(document) * shown };
      const figure = reversal ? 'reversed' : COLUMN[document.kind];
      this.sheet.oracle(part, gateway, { measure, figure, shown: reversal ? -shown : shown, ref: document.number });
      const action = actionFor(this.books.standing, reason);
      this.sheet.differ(part, gateway, { measure, reason, message, action, document: document.number });
    }
  }

  /** Open amounts: what our applications leave, against what Oracle shows (or showed us last, where nothing is read back). */
  private open(document: BookedDocument): void {
    const { reading, kind, number, currency, decimals } = document;
    const gateway = this.gatewayOf(document);
    const expected = expectedOpen(document, this.books.actions);
    const actual = actualOpen(document, expected);
    const part = (amount: number): Part => ({
      day: document.accountingDate,
      currency,
      decimals,
      amount: kind === 'invoice' ? amount : -amount,
    });
    this.sheet.store(part(expected), gateway, { measure: 'open', figure: null, ref: number });
    this.sheet.oracle(part(actual), gateway, { measure: 'open', figure: OPEN_COLUMN[kind], shown: actual, ref: number });
    if (kind === 'receipt') this.spent(document, part(0), actual, gateway);
    const doubt = this.books.actions.some(({ state, from, to }) => state === 'sending' && (from === number || to === number));
    const words = doubt
      ? 'The answer to an application was lost; it is being looked up.'
      : `${number} is open by another amount in Oracle than AR Bridge's applications leave.`;
    const reason = doubt ? 'waiting' : reading || this.books.standing.state === 'posted' ? 'changed-in-oracle' : 'waiting';
    const action = actionFor(this.books.standing, reason);
    this.sheet.differ(part(actual - expected), gateway, { measure: 'open', reason, message: words, action, document: number });
  }

  /** Where a receipt's money is: receipts = applied + unapplied + settled + reversed. */
  private spent(receipt: BookedDocument, place: Part, unapplied: number, gateway: string): void {
    const { reading, number: ref } = receipt;
    const done = this.books.actions.filter((action) => action.state === 'done' && action.from === ref);
    const reversed = reversedReceipts(done).has(ref) || (reading?.reversedOn ?? null) !== null;
    if (reversed || (reading && !reading.found)) return;
    const settled = done.filter(({ kind }) => kind === 'settle').reduce((total, { amount }) => total + amount, 0);
    const applied = (reading?.entered ?? receipt.held) - unapplied - settled;
    this.sheet.oracle(place, gateway, { measure: null, figure: 'settled', shown: settled, ref });
    this.sheet.oracle(place, gateway, { measure: null, figure: 'applied', shown: applied, ref });
  }

  /** What a gateway kept, as Oracle shows it: nothing of the order's own is compared with it. Drift finds what was changed. */
  private fee(fee: BookedFee): void {
    const { number: ref, currency, decimals, held, what } = fee;
    const gateway = what.purpose === 'gateway-fee' ? what.gateway : '';
    const at = { day: fee.accountingDate, currency, decimals, amount: 0 };
    this.sheet.oracle(at, gateway, { measure: null, figure: 'gatewayFees', shown: -held, ref });
    for (const { amount, ...place } of readingChanges(fee, null))
      this.sheet.oracle({ ...place, amount: 0 }, gateway, { measure: null, figure: 'gatewayFees', shown: -amount, ref });
  }

  private reversalDay(document: BookedDocument): Day | null {
    const reversal = this.books.actions.find(
      ({ kind, state, from }) => kind === 'reverse-receipt' && state === 'done' && from === document.number,
    );
    if (!reversal) return null;
    const { accountingDate, doneAtMs } = reversal;
    return document.reading?.reversedOn ?? accountingDate ?? dayIn(this.zone, new Date(doneAtMs ?? 0).toISOString());
  }

  private gatewayOf({ what }: BookedDocument): string {
    const { order } = this.books;
    const payment = what.purpose === 'payment' ? order?.payments.find(({ id }) => id === what.paymentId) : undefined;
    return payment?.gateway ?? order?.paymentMethod ?? '';
  }

  private documentsOf(...purposes: BookedDocument['what']['purpose'][]): BookedDocument[] {
    return this.books.documents.filter(({ what }) => purposes.includes(what.purpose));
  }

  private at(order: StoreOrder, instant: string, amount: number): Part {
    return { day: dayIn(this.zone, instant), currency: order.currency, decimals: order.decimals, amount };
  }
}

/** The total that the shop lists, in the order's own decimals: those that the shop had when it wrote the order. */
function totalOf({ written, total }: FreshOrder, { shopDecimals, decimals }: StoreOrder): number {
  if (shopDecimals === undefined || shopDecimals >= decimals) return total;
  const read = roundToIso(written, shopDecimals);
  return read.ok ? read.value * 10 ** (decimals - shopDecimals) : total;
}

/** A document whose answer was lost and that Oracle shows all the same counts as posted: the next look of its order will find it. */
function asFound<T extends BookedDocument | BookedFee>(document: T): T {
  const { reading, state, sent } = document;
  if (state !== 'sending' || !reading?.found) return document;
  return { ...document, state: 'posted', held: reading.entered ?? sent, open: reading.open ?? sent };
}

function actualOpen({ reading, open }: BookedDocument, expected: number): number {
  if (!reading) return open;
  return reading.found && !isIncomplete(reading) ? (reading.open ?? expected) : 0;
}

const NOTHING: StoreSide = { sale: NO_SALE, refunds: [], payments: [] };
const COLUMN = { invoice: 'invoices', receipt: 'receipts', 'credit-memo': 'creditMemos' } as const;
const OPEN_COLUMN = { invoice: 'openInvoices', receipt: 'unapplied', 'credit-memo': 'openCreditMemos' } as const;
