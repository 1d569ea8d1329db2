import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OutboxPayment } from '../../../sidecar/capture/ports.ts';
import { needsAttention } from '../../../sidecar/domain/failures.ts';
import { minor } from '../../../sidecar/domain/money.ts';
import type { StoreOrder } from '../../../sidecar/domain/order.ts';
import { Bench } from '../support/bench.ts';
import { line, order, refund, setup } from '../support/orders.ts';

/** Deposits and instalments: the plugin tells each payment of an order by a row of its own. */
let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.close());

const PAID_AT = '2026-11-20T15:01:00Z';

function row(id: number, amount: string, over: Partial<OutboxPayment> = {}): OutboxPayment {
  return {
    id,
    orderId: 1042,
    kind: 'received',
    amount,
    currency: 'USD',
    gateway: 'stripe',
    transactionId: `ch_${id}`,
    at: '2026-11-18T09:00:00Z',
    ...over,
  };
}

const tell = (...rows: OutboxPayment[]) =>
  bench.store.write(() => {
    for (const each of rows) bench.store.events.addPayment(each);
  });
const receipts = () =>
  [...bench.oracle.documents.values()]
    .filter(({ kind }) => kind === 'receipt')
    .map(({ number, enteredAmount, open }) => [number, enteredAmount, open]);
const takenBack = () => bench.store.events.payments(order()).flatMap(({ id, takenBackAt }) => (takenBackAt ? [id] : []));

describe('an order that is paid in parts', () => {
  it('gets a receipt for the deposit, and one for the rest', async () => {
    await bench.place(order({ paidAt: null, payments: [] }));
    await tell(row(1, '20.00'));
    expect(await bench.run()).toEqual({ state: 'posted' });
    expect(receipts()).toEqual([['WEB-1042-P1', 2000, 0]]);
    expect(bench.oracle.documents.get('WEB-1042')?.open).toBe(8000);
    expect((await bench.work.identity(1042))?.holds).toBe(true);

    bench.orders.set(1042, order({ paidAt: PAID_AT, payments: [] }));
    await tell(row(2, '80.00', { at: PAID_AT }));
    expect(await bench.run()).toEqual({ state: 'posted' });
    expect(receipts()).toEqual([
      ['WEB-1042-P1', 2000, 0],
      ['WEB-1042-P2', 8000, 0],
    ]);
    expect((await bench.work.identity(1042))?.holds).toBe(true);
  });

  describe('whose deposit is told minutes after the paid date, when its receipt is posted', () => {
    /** The paid date's row, posted; then the plugin takes it back and writes the rest beside what was reported. */
    const toldAnew = async (...rows: OutboxPayment[]) => {
      await bench.place(order({ paidAt: PAID_AT, payments: [] }));
      await tell(row(1, '100.00', { at: PAID_AT }));
      expect(await bench.run()).toEqual({ state: 'posted' });
      await tell(
        row(2, '100.00', { kind: 'taken-back', transactionId: 'ch_1', at: '2026-11-20T15:05:00Z', takesBack: 1 }),
        ...rows,
      );
      return bench.run();
    };
    const rest = (amount: string) => row(3, amount, { transactionId: 'ch_1', at: PAID_AT });

    it('keeps that receipt and asks nothing: it is the same money', async () => {
      expect(await toldAnew(rest('80.00'), row(4, '20.00', { at: '2026-11-20T15:04:00Z' }))).toEqual({ state: 'posted' });
      expect(receipts()).toEqual([['WEB-1042-P1', 10000, 0]]);
      expect((await bench.work.identity(1042))?.holds).toBe(true);
    });

    it.each([
      ['the parts do not add up', [rest('80.00'), row(4, '15.00', { at: '2026-11-20T15:04:00Z' })]],
      ['a part came through another gateway', [rest('80.00'), row(4, '20.00', { gateway: 'bacs', at: '2026-11-20T15:04:00Z' })]],
      ['a part came later', [rest('80.00'), row(4, '20.00', { at: '2026-11-20T15:12:00Z' })]],
      ['nothing was reported', [rest('80.00')]],
    ])('asks where %s', async (_why, rows) => {
      expect(await toldAnew(...rows)).toMatchObject({ failure: { code: 'order.payment_taken_back' } });
    });

    it('gives each part its receipt where a person had the first one reversed', async () => {
      await toldAnew(rest('80.00'));
      await bench.store.write(() => bench.store.orders.decide(1042, 'payment-taken-back-1', 'reverse', '', 'kim', bench.nowMs));
      await tell(row(4, '20.00', { at: '2026-11-20T15:04:00Z' }));
      expect(await bench.run(1042, 5)).toEqual({ state: 'posted' });
      expect(receipts().map(([number, amount]) => [number, amount])).toEqual([
        ['WEB-1042-P1', 10000],
        ['WEB-1042-P2', 8000],
        ['WEB-1042-P3', 2000],
      ]);
      expect((await bench.work.identity(1042))?.holds).toBe(true);
    });

    it('asks once a part of it is taken back', async () => {
      await toldAnew(rest('80.00'), row(4, '20.00', { at: '2026-11-20T15:04:00Z' }));
      await tell(row(5, '20.00', { kind: 'taken-back', transactionId: 'ch_4', at: '2026-11-21T09:00:00Z', takesBack: 4 }));
      expect(await bench.run()).toMatchObject({ failure: { code: 'order.payment_taken_back' } });
    });
  });

  it('assumes nothing where the plugin says that the paid date pays nothing more', async () => {
    await bench.place(order({ paidAt: PAID_AT, payments: [] }));
    await tell(row(1, '100.00'), row(2, '0.00', { at: PAID_AT, transactionId: '' }));
    expect(await bench.run()).toEqual({ state: 'posted' });
    expect(receipts()).toEqual([['WEB-1042-P1', 10000, 0]]);
  });

  it('offers overpayment to a person no more once a refund has returned it', async () => {
    bench.setup = setup({
      settlements: [{ gateway: 'stripe', settlement: 'clearing', activity: 'Web Gateway Clearing', refundsItself: true }],
    });
    await bench.place(order({ paidAt: PAID_AT, payments: [] }));
    await tell(row(1, '100.00', { at: PAID_AT }), row(2, '20.00', { at: '2026-11-20T16:00:00Z' }));
    expect(await bench.run()).toEqual({ state: 'posted' });
    expect(bench.work.overpayment(1042)).toBe(2000);
    bench.orders.set(1042, order({ paidAt: PAID_AT, payments: [], refunds: [refund(7, 2000)] }));
    await bench.store.write(() =>
      bench.store.orders.decide(1042, 'refund-7', 'returns-overpayment', '', 'kim', Date.parse('2026-11-21T09:00:00Z')),
    );
    expect(await bench.run()).toEqual({ state: 'posted' });
    expect(bench.store.documents.stateOf(1042).settlements).toMatchObject([{ refundId: 7, amount: 2000 }]);
    expect(bench.work.overpayment(1042)).toBe(0);
  });

  describe('where the release pays nothing out of a receipt', () => {
    const lacksIt = needsAttention('oracle.action_unavailable', 'Release 25D cannot.', 'Issue it by hand.');
    const open = (number: string) => bench.oracle.documents.get(number)?.open;
    const over = (more: Partial<StoreOrder> = {}) =>
      order({ paidAt: PAID_AT, payments: [], refunds: [refund(7, 1500), refund(8, 1500)], ...more });
    const decide = (question: string, choice: string) =>
      bench.store.write(() => bench.store.orders.decide(1042, question, choice, '', 'kim', Date.parse('2026-11-21T09:00:00Z')));

    beforeEach(async () => {
      bench.setup = setup({
        settlements: [{ gateway: 'stripe', settlement: 'payables', paymentMethod: 'CHECK', refundsItself: false }],
      });
      bench.release = '25D';
      await bench.place(over({ refunds: [] }));
      await tell(row(1, '100.00', { at: PAID_AT }), row(2, '50.00', { at: '2026-11-20T16:00:00Z' }));
      await bench.run();
      bench.orders.set(1042, over());
      await decide('refund-7', 'returns-overpayment');
      await decide('refund-8', 'returns-overpayment');
      bench.oracle.fail('refund-receipt', ...Array.from({ length: 9 }, () => ({ when: 'before' as const, failure: lacksIt })));
    });

    it('finds what a person issued by hand, each refund its own', async () => {
      const waits = { state: 'stopped', failure: { code: 'oracle.action_unavailable' } };
      expect(await bench.run()).toMatchObject(waits);
      bench.oracle.refundByHand('WEB-1042-P2', 1500);
      expect(await bench.run()).toMatchObject(waits);
      expect(bench.store.documents.stateOf(1042).settlements).toMatchObject([{ refundId: 7, amount: 1500 }]);
      bench.oracle.refundByHand('WEB-1042-P2', 1500);
      expect(await bench.run()).toEqual({ state: 'posted' });
      expect(bench.store.documents.stateOf(1042).settlements).toMatchObject([{ refundId: 7 }, { refundId: 8 }]);
      expect(open('WEB-1042-P2')).toBe(2000);
      expect((await bench.work.identity(1042))?.holds).toBe(true);
    });

    it('takes no money on account for a payout', async () => {
      bench.oracle.applications_.push({
        ...{ id: '1', from: 'WEB-1042-P2', to: null, activity: null },
        ...{ amount: minor(1500), isLatest: true, status: 'On account' },
      });
      expect(await bench.run()).toMatchObject({ failure: { code: 'oracle.action_unavailable' } });
      expect(bench.store.documents.stateOf(1042).settlements).toEqual([]);
    });

    it('leaves the money on account when a person says so, and pays no edit up with it, until a clearing account takes it', async () => {
      const question = (id: number) => ({
        id: `refund-payout-${id}`,
        choices: [{ id: 'stays-on-account', label: 'Leave the money on account' }],
      });
      expect(await bench.run()).toMatchObject({ failure: { question: question(7) } });
      await decide('refund-payout-7', 'stays-on-account');
      expect(await bench.run()).toMatchObject({ failure: { question: question(8) } });
      await decide('refund-payout-8', 'stays-on-account');
      expect(await bench.run()).toEqual({ state: 'posted' });
      expect(open('WEB-1042-P2')).toBe(5000);
      expect(bench.work.overpayment(1042)).toBe(2000);
      // A clearing account that is named later takes it.
      bench.setup = setup({
        settlements: [{ gateway: 'stripe', settlement: 'clearing', activity: 'Web Gateway Clearing', refundsItself: false }],
      });
      expect(await bench.run()).toEqual({ state: 'posted' });
      expect(open('WEB-1042-P2')).toBe(2000);
      bench.orders.set(1042, over({ lines: [line(1, 10000), line(2, 2000)], total: minor(12000) }));
      expect(await bench.run()).toEqual({ state: 'posted' });
      expect([open('WEB-1042-P2'), open('WEB-1042')]).toEqual([0, 0]);
      expect((await bench.work.identity(1042))?.holds).toBe(true);
    });
  });

  it('asks about the one payment that was taken back, and reverses that one', async () => {
    await bench.place(order({ paidAt: null, payments: [] }));
    await tell(row(1, '20.00'), row(2, '30.00', { at: '2026-11-19T09:00:00Z' }));
    await bench.run();
    await tell(row(3, '30.00', { kind: 'taken-back', at: '2026-11-21T09:00:00Z', takesBack: 2 }));
    expect(takenBack()).toEqual(['2']);
    const end = await bench.run();
    expect(end).toMatchObject({ state: 'stopped', failure: { question: { id: 'payment-taken-back-2' } } });
    await bench.store.write(() => bench.store.orders.decide(1042, 'payment-taken-back-2', 'reverse', '', 'anna', bench.nowMs));
    expect(await bench.run()).toEqual({ state: 'posted' });
    expect(bench.oracle.documents.get('WEB-1042')?.open).toBe(8000);
    expect((await bench.work.identity(1042))?.holds).toBe(true);
  });

  it('may leave a receipt that Oracle does not reverse, although its reversal was asked for', async () => {
    await bench.place(order({ paidAt: null, payments: [] }));
    await tell(row(1, '100.00'));
    await bench.run();
    await tell(row(3, '100.00', { kind: 'taken-back', at: '2026-11-21T09:00:00Z', takesBack: 1 }));
    await bench.run();
    const decide = (choice: string) =>
      bench.store.write(() => bench.store.orders.decide(1042, 'payment-taken-back-1', choice, '', 'anna', bench.nowMs));
    await decide('reverse');
    const refused = needsAttention('oracle.receipt_refunded', 'Payables has paid it back.', 'Leave it.');
    bench.oracle.fail('reverse-receipt', { when: 'before', failure: refused });
    const question = { id: 'payment-taken-back-1', choices: [{ id: 'leave', label: 'Leave the receipt' }] };
    expect(await bench.run()).toMatchObject({ state: 'stopped', failure: { code: 'oracle.receipt_refunded', question } });
    await decide('leave');
    expect(await bench.run()).toEqual({ state: 'posted' });
    expect(receipts()).toEqual([['WEB-1042-P1', 10000, 0]]);
    expect((await bench.work.identity(1042))?.holds).toBe(true);
  });
});

describe('which payment a row takes back', () => {
  it('is the one it names, whatever else was paid before', async () => {
    await tell(row(1, '20.00'), row(2, '30.00'), row(9, '20.00', { kind: 'taken-back', at: PAID_AT, takesBack: 1 }));
    expect(takenBack()).toEqual(['1']);
  });

  it('is the first moment that counts, however often it is told', async () => {
    const back = row(9, '20.00', { kind: 'taken-back', at: PAID_AT, takesBack: 1 });
    await tell(row(1, '20.00'), back, { ...back, at: '2026-11-22T00:00:00Z' });
    expect(bench.store.events.payments(order())[0]?.takenBackAt).toBe(PAID_AT);
  });

  it('is the assumed one where the payment is older than the plugin, and no reported one', async () => {
    await tell(row(1, '20.00'));
    await bench.store.write(() => bench.store.events.assumePayment(1042, '80.00', 'USD', PAID_AT, 'bacs', ''));
    await tell(row(9, '80.00', { kind: 'taken-back', at: '2026-11-22T00:00:00Z', takesBack: 0 }));
    expect(takenBack()).toEqual(['assumed-2']);
  });

  it('is the assumed one that the named row was kept as', async () => {
    await bench.store.write(() => bench.store.events.assumePayment(1042, '80.00', 'USD', PAID_AT, 'bacs', ''));
    await tell(
      row(1, '20.00'),
      row(2, '80.00', { at: PAID_AT }),
      row(9, '80.00', { kind: 'taken-back', at: '2026-11-22T00:00:00Z', takesBack: 2 }),
    );
    expect(takenBack()).toEqual(['assumed-1']);
  });

  it('is every one where an older plugin names none', async () => {
    await tell(row(1, '20.00'), row(2, '80.00'), row(9, '80.00', { kind: 'taken-back', at: PAID_AT }));
    expect(takenBack()).toEqual(['1', '2']);
  });
});
