import { describe, expect, it } from 'vitest';
import type { StoreOrder } from '../../../sidecar/domain/order.ts';
import { identityOf } from '../../../sidecar/plan/identity.ts';
import { Books } from '../support/books.ts';
import { order, payment, refund, setup } from '../support/orders.ts';

const paid = (over: Partial<StoreOrder> = {}) => order({ payments: [payment(10000)], ...over });
const TAKEN_BACK = [payment(10000, { takenBackAt: '2026-11-22T09:00:00Z' })];

function booked(): Books {
  const books = new Books();
  books.post(paid());
  return books;
}

function decide(books: Books, question: string, choice: string): void {
  books.decide(question, choice);
}

function holds(books: Books, of: StoreOrder): boolean {
  return identityOf(books.look(of).target, books.state, books.balances()).holds;
}

/** Cancelled, trashed and deleted orders that Oracle holds documents of. */
describe('an order that ended after it was posted', () => {
  it.each([
    ['was cancelled', { status: 'cancelled' as const }, 'order.cancelled_money_kept'],
    ['was put in the trash', { presence: 'trashed' as const }, 'order.deleted_after_posting'],
  ])('and %s asks about a payment that was taken back first, then what becomes of the sale', (_how, end, code) => {
    const books = booked();
    const ended = paid({ ...end, payments: TAKEN_BACK });
    expect(books.post(ended).blocked?.code).toBe('order.payment_taken_back');
    decide(books, 'payment-taken-back-1', 'leave');
    expect(books.post(ended).blocked?.code).toBe(code);
  });

  it('is credited without a further question once the receipt of a payment that was taken back is reversed', () => {
    const books = booked();
    const ended = paid({ status: 'cancelled', payments: TAKEN_BACK });
    decide(books, 'payment-taken-back-1', 'reverse');
    expect(books.post(ended).blocked).toBeNull();
    expect(books.balances()).toEqual({ invoices: 0, receipts: 0, creditMemos: 0 });
    expect(holds(books, ended)).toBe(true);
  });

  it('goes on waiting for a refund that is on its way, once its own question is answered', () => {
    const books = booked();
    const ended = paid({ status: 'cancelled', refunds: [refund(7, 3000, { pending: true })] });
    expect(books.post(ended).blocked?.code).toBe('order.cancelled_money_kept');
    decide(books, 'order-cancelled', 'wait');
    expect(books.post(ended).blocked?.code).toBe('refund.pending_at_gateway');
  });
});

describe('an order that was cancelled and credited, and is then refunded in full', () => {
  const refunded = paid({ status: 'refunded', refunds: [refund(7, 10_000)] });
  const clearing = () =>
    new Books(setup({ settlements: [{ gateway: '*', settlement: 'clearing', activity: 'Clearing', refundsItself: true }] }));

  it('stays credited: the refund only settles', () => {
    const books = clearing();
    books.post(paid());
    decide(books, 'order-cancelled', 'credit');
    books.post(paid({ status: 'cancelled' }));
    const before = books.log.length;
    expect(books.post(refunded).blocked).toBeNull();
    expect(books.log.slice(before)).toEqual(['settle 7 WEB-1042-P1 10000']);
    expect(books.balances()).toEqual({ invoices: 0, receipts: 0, creditMemos: 0 });
    expect(holds(books, refunded)).toBe(true);
    expect(books.look(refunded).plan.steps).toEqual([]);
  });

  it('stays so where a part was refunded before', () => {
    const books = clearing();
    const first = refund(6, 3000);
    books.post(paid({ refunds: [first] }));
    decide(books, 'order-cancelled', 'credit');
    books.post(paid({ status: 'cancelled', refunds: [first] }));
    const before = books.log.length;
    const all = paid({ status: 'refunded', refunds: [first, refund(7, 7000)] });
    expect(books.post(all).blocked).toBeNull();
    expect(books.log.slice(before)).toEqual(['settle 7 WEB-1042-P1 7000']);
    expect(holds(books, all)).toBe(true);
  });

  it('keeps money without a sale that way', () => {
    const books = clearing();
    decide(books, 'money-no-sale', 'keep-as-receipt');
    books.post(paid({ status: 'cancelled' }));
    expect(books.post(refunded).blocked).toBeNull();
    expect(books.log).toEqual(['receipt WEB-1042-P1 10000', 'settle 7 WEB-1042-P1 10000']);
    expect(holds(books, refunded)).toBe(true);
  });

  it('is sold where it is larger than its refunds by then', () => {
    const books = clearing();
    decide(books, 'money-no-sale', 'post-and-credit');
    const larger = paid({ status: 'refunded', refunds: [refund(7, 4000)] });
    expect(books.look(larger).target).toMatchObject({ value: 10_000, credited: false });
    expect(books.post(larger).blocked).toBeNull();
    expect(holds(books, larger)).toBe(true);
  });

  it('is credited by its refund where it was sold again in between', () => {
    const books = clearing();
    books.post(paid());
    decide(books, 'order-cancelled', 'credit');
    books.post(paid({ status: 'cancelled' }));
    books.post(paid());
    const before = books.log.length;
    expect(books.post(refunded).blocked).toBeNull();
    expect(books.log.slice(before).some((line) => line.includes('WEB-R7'))).toBe(true);
    expect(holds(books, refunded)).toBe(true);
    expect(books.look(refunded).plan.steps).toEqual([]);
  });
});

describe('money that has left a receipt', () => {
  it('pays nothing of an order that is sold again after it was credited', () => {
    const books = new Books(
      setup({ settlements: [{ gateway: '*', settlement: 'clearing', activity: 'Clearing', refundsItself: true }] }),
    );
    books.post(paid());
    decide(books, 'order-cancelled', 'credit');
    const refunds = [refund(7, 3000)];
    books.post(paid({ status: 'cancelled', refunds }));
    expect(books.log.slice(-1)).toEqual(['settle 7 WEB-1042-P1 3000']);
    const sold = paid({ refunds });
    expect(books.post(sold).blocked).toBeNull();
    expect(books.balances()).toEqual({ invoices: 0, receipts: 0, creditMemos: 0 });
    expect(holds(books, sold)).toBe(true);
  });
});

describe('a refund that was on its way before anything was paid', () => {
  it('makes room for its credit memo when it is carried out, and what was paid lies on account', () => {
    const books = new Books();
    const pending = refund(7, 8000, { createdAt: '2026-11-20T09:00:00Z', pending: true });
    books.post(paid({ payments: [payment(5000)], refunds: [pending] }));
    expect(books.balances()).toEqual({ invoices: 5000, receipts: 0, creditMemos: 0 });
    const carriedOut = paid({ payments: [payment(5000)], refunds: [{ ...pending, pending: false }] });
    expect(books.post(carriedOut).blocked).toBeNull();
    expect(books.balances()).toEqual({ invoices: 0, receipts: 3000, creditMemos: 0 });
    expect(holds(books, carriedOut)).toBe(true);
  });
});

describe('an order that was cancelled before it was posted', () => {
  it('goes on waiting for a refund that is on its way, once it is said what becomes of its money', () => {
    const books = new Books();
    decide(books, 'money-no-sale', 'keep-as-receipt');
    const ended = paid({ status: 'cancelled', refunds: [refund(7, 3000, { pending: true })] });
    expect(books.post(ended).blocked?.code).toBe('refund.pending_at_gateway');
    expect(books.log).toEqual(['receipt WEB-1042-P1 10000']);
  });
});
