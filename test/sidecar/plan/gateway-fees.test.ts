import { describe, expect, it } from 'vitest';
import { RuleBook } from '../../../sidecar/derive/rules.ts';
import { minor } from '../../../sidecar/domain/money.ts';
import type { StoreOrder } from '../../../sidecar/domain/order.ts';
import type { Setup } from '../../../sidecar/domain/setup.ts';
import { SetupSchema } from '../../../sidecar/domain/setup.ts';
import { dress } from '../../../sidecar/plan/dress.ts';
import { identityOf } from '../../../sidecar/plan/identity.ts';
import { Books } from '../support/books.ts';
import { order, payment, RULES, refund, rule, SETUP, setup } from '../support/orders.ts';

const DOCUMENTS = setup({ gatewayFees: { post: 'document', activity: 'Gateway Fees' } });
const meta = (values: Record<string, unknown>) => Object.entries(values).map(([key, value]) => ({ key, value }));
const paid = (values: Record<string, unknown>, over: Partial<StoreOrder> = {}) =>
  order({ payments: [payment(10000)], meta: meta(values), ...over });
const STRIPE = { _stripe_fee: '2.90', _stripe_currency: 'USD' };

function fees(books: Books): [string, number, string][] {
  return books.state.fees.map(({ number, amount, currency }) => [number, amount, currency]);
}

function booked(of: StoreOrder, over: Partial<Setup> = {}): Books {
  const books = new Books({ ...DOCUMENTS, ...over }, [
    ...RULES,
    rule('card-eur', 'receipt-method', { currency: 'EUR' }, { receiptMethod: 'Web Card EUR' }),
  ]);
  books.post(of);
  return books;
}

describe('a gateway’s fee as a document', () => {
  it('follows the receipt of its payment, and touches nothing of the order’s own', () => {
    const of = paid(STRIPE);
    const books = booked(of);
    expect(books.log.at(-1)).toBe('gateway-fee WEB-1042-F1 -290');
    expect(fees(books)).toEqual([['WEB-1042-F1', -290, 'USD']]);
    const without = new Books();
    without.post(of);
    expect(without.log).toEqual(books.log.slice(0, -1));
    expect({ ...books.state, fees: [] }).toEqual(without.state);
    expect(identityOf(books.look(of).target, books.state, books.balances()).holds).toBe(true);
    expect(books.look(of).plan.steps).toEqual([]);
  });

  it('is information only where the set-up says nothing else, as an older set-up does', () => {
    const books = new Books();
    books.post(paid(STRIPE));
    expect([SETUP.gatewayFees, fees(books)]).toEqual([{ post: 'information' }, []]);
    expect(SetupSchema.safeParse({ ...SETUP, gatewayFees: { post: 'document' } }).error?.issues).toMatchObject([
      { path: ['gatewayFees', 'activity'] },
    ]);
  });

  it('that is noted after the payment was posted is made up, and so is a later change of it, either way', () => {
    const books = booked(paid({}));
    expect(fees(books)).toEqual([]);
    for (const fee of ['2.90', '3.40', '1.15', '1.15', '0']) books.post(paid({ ...STRIPE, _stripe_fee: fee }));
    expect(fees(books)).toEqual([
      ['WEB-1042-F1', -290, 'USD'],
      ['WEB-1042-F2', -50, 'USD'],
      ['WEB-1042-F3', 225, 'USD'],
      ['WEB-1042-F4', 115, 'USD'],
    ]);
  });

  it('stays as it was posted when its meta is gone: that proves nothing', () => {
    const books = booked(paid(STRIPE));
    books.post(paid({}));
    expect(fees(books)).toEqual([['WEB-1042-F1', -290, 'USD']]);
  });

  it('is less by what PayPal gave back with a refund', () => {
    const payPal = (value: string) => ({ paypal_fee: { currency_code: 'USD', value } });
    const by = { payments: [payment(10000, { gateway: 'ppcp-gateway' })], paymentMethod: 'ppcp-gateway' };
    const books = booked(paid({ _ppcp_paypal_fees: payPal('3.98') }, by));
    const refunded = { ...by, refunds: [refund(77, 4000)] };
    books.post(paid({ _ppcp_paypal_fees: payPal('3.98'), _ppcp_paypal_refund_fees: payPal('1.40') }, refunded));
    expect(fees(books)).toEqual([
      ['WEB-1042-F1', -398, 'USD'],
      ['WEB-1042-F2', 140, 'USD'],
    ]);
  });

  it('is in the currency of the gateway; one whose currency was noted late is taken back in the first one', () => {
    const books = booked(paid({ _stripe_fee: '2.90' }));
    books.post(paid({ _stripe_fee: '2.90', _stripe_currency: 'eur' }));
    expect(fees(books)).toEqual([
      ['WEB-1042-F1', -290, 'USD'],
      ['WEB-1042-F2', 290, 'USD'],
      ['WEB-1042-F3', -290, 'EUR'],
    ]);
    expect(books.look(paid({ _stripe_fee: '2.90', _stripe_currency: 'eur' })).plan.steps).toEqual([]);
  });

  it('is not made up for where it was posted with other decimals', () => {
    const forints = paid({ _stripe_fee: '35.50', _stripe_currency: 'HUF' });
    const books = booked(paid({ _stripe_fee: '36.00', _stripe_currency: 'HUF' }));
    books.state.fees = books.state.fees.map((fee) => ({ ...fee, amount: minor(-36), decimals: 0 }));
    expect(books.look(forints).plan).toMatchObject({ steps: [], blocked: { code: 'order.decimals_changed' } });
  });

  it('is posted per gateway where an order was paid by two, and a copied fee of a third one is none', () => {
    const two = order({
      payments: [payment(4000), payment(6000, { id: '2', gateway: 'ppcp-gateway', paidAt: '2026-11-21T10:00:00Z' })],
      meta: meta({ ...STRIPE, 'PayPal Transaction Fee': '2.20', _wcpay_transaction_fee: '9.99' }),
    });
    expect(fees(booked(two))).toEqual([
      ['WEB-1042-F1', -290, 'USD'],
      ['WEB-1042-F2', -220, 'USD'],
    ]);
  });

  it('of a gateway nobody knows is the first one noted', () => {
    const books = booked(paid({ my_fee: '1.10' }, { payments: [payment(10000, { gateway: 'acme' })] }), {
      gatewayFeeMeta: ['my_fee'],
    });
    expect(books.state.fees).toMatchObject([{ source: 'my_fee', amount: -110 }]);
  });

  it.each([
    ['was not paid', { payments: [] }],
    [
      'was paid and taken back before anything was posted',
      { payments: [payment(10000, { takenBackAt: '2026-11-21T00:00:00Z' })] },
    ],
  ])('is not posted for an order that %s', (_why, over) => {
    expect(fees(booked(paid(STRIPE, over)))).toEqual([]);
  });

  it('stays with an order that is cancelled and credited, and with a payment that is reversed', () => {
    const books = booked(paid(STRIPE));
    const cancelled = paid(STRIPE, { status: 'cancelled' });
    books.decide('order-cancelled', 'credit');
    books.post(cancelled);
    const takenBack = { ...cancelled, payments: [payment(10000, { takenBackAt: '2026-11-22T09:00:00Z' })] };
    books.decide('payment-taken-back-1', 'reverse');
    books.post(takenBack);
    expect(books.state.reversals).toEqual(['WEB-1042-P1']);
    expect(fees(books)).toEqual([['WEB-1042-F1', -290, 'USD']]);
    // A dispute that ended badly costs more: the difference still goes out.
    books.post({ ...takenBack, meta: meta({ ...STRIPE, _stripe_fee: '17.90' }) });
    expect(fees(books).at(-1)).toEqual(['WEB-1042-F2', -1500, 'USD']);
  });

  it('is dated as its payment, and moves out of a closed period by the policy of receipts', () => {
    const of = paid(STRIPE);
    const steps = new Books(DOCUMENTS).look(of).plan.steps;
    const draft = steps.flatMap((step) => (step.type === 'document' && step.draft.kind === 'gateway-fee' ? [step.draft] : []))[0];
    const dressed = (receipts: 'hold' | 'next-open') =>
      dress(draft ?? expect.fail('no fee is planned'), {
        order: of,
        setup: { ...DOCUMENTS, closedPeriod: receipts === 'hold' ? 'next-open' : 'hold', closedPeriodFor: { receipt: receipts } },
        book: new RuleBook({ version: 1, rules: RULES }),
        billTo: { accountNumber: '40017' },
        periods: [
          { name: 'Nov-26', start: '2026-11-01', end: '2026-11-30', status: 'C' },
          { name: 'Dec-26', start: '2026-12-01', end: '2026-12-31', status: 'O' },
        ],
        now: '2026-12-03T12:00:00Z',
        posted: [],
        taxMode: 'lines',
      });
    const moved = dressed('next-open');
    expect(moved.ok && moved.value.document).toMatchObject({ date: '2026-11-20', accountingDate: '2026-12-01' });
    expect(dressed('hold')).toMatchObject({ ok: false, failure: { code: 'period.closed' } });
  });

  it('that is no amount asks, after everything else is posted; a person may leave it out', () => {
    const of = paid({ _stripe_fee: 'pending', _stripe_currency: 'usd' });
    const books = new Books(DOCUMENTS);
    const { blocked } = books.post(of);
    expect(blocked).toMatchObject({
      code: 'gateway_fee.unreadable',
      message: expect.stringContaining('_stripe_fee as "pending" in "usd"'),
    });
    expect(books.state.applications).toHaveLength(1);
    books.decide('gateway-fee-unreadable', 'leave-out');
    expect(books.post(of).blocked).toBeNull();
    // Read at last, it counts.
    books.post(paid(STRIPE));
    expect(fees(books)).toEqual([['WEB-1042-F1', -290, 'USD']]);
  });
});
