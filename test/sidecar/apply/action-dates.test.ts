import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { retryable } from '../../../sidecar/domain/failures.ts';
import { minor } from '../../../sidecar/domain/money.ts';
import { SETTLE_OVERPAYMENT, settleChoice } from '../../../sidecar/domain/set-aside.ts';
import { Bench } from '../support/bench.ts';
import { listRow, month } from '../support/lists.ts';
import { line, order, payment, refund, setup } from '../support/orders.ts';

const CLEARING = {
  settlements: [{ gateway: 'stripe', settlement: 'clearing' as const, activity: 'Web Gateway Clearing', refundsItself: true }],
};
const REFUNDED = { refunds: [refund(7, 3000, { createdAt: '2026-12-05T15:00:00Z' })] };
const paid = (over: Parameters<typeof order>[0] = {}) =>
  order({ paidAt: '2026-11-20T15:01:00Z', payments: [payment(10000)], ...over });

const LATER = retryable('oracle.unavailable', 'away', { endpoint: true });

let bench: Bench;
let sent: string[];

beforeEach(async () => {
  bench = new Bench();
  sent = [];
  const perform = bench.oracle.perform.bind(bench.oracle);
  bench.oracle.perform = (action, trail) => {
    sent.push(`${action.kind} ${action.amount} ${action.accountingDate}`);
    return perform(action, trail);
  };
  await november('O');
});

afterEach(() => bench.close());

function november(status: 'O' | 'C'): Promise<void> {
  const unit = bench.setup.businessUnit;
  return bench.store.write(() => {
    const put = [
      month('1', 'Nov-26', status, '2026-11-01', '2026-11-30'),
      month('1', 'Dec-26', 'O', '2026-12-01', '2026-12-31'),
      month('1', 'Jan-27', 'O', '2027-01-01', '2027-01-31'),
    ];
    const row = listRow(unit, { extra: { ledgerId: '1' } });
    bench.store.references.write('businessUnits', { put: [row], remove: [], changes: [] }, bench.nowMs);
    bench.store.references.write('periods', { put, remove: [], changes: [] }, bench.nowMs);
  });
}

const decide = (question: string, choice: string) =>
  bench.store.write(() => bench.store.orders.decide(1042, question, choice, '', 'kim', bench.nowMs));

/** What is sent for the order as the store has it on a day. */
async function on(day: string, over: Parameters<typeof order>[0]): Promise<string[]> {
  bench.nowMs = Date.parse(`${day}T17:00:00Z`);
  bench.orders.set(1042, paid(over));
  sent = [];
  expect(await bench.run()).toEqual({ state: 'posted' });
  return sent;
}

describe('the accounting date of an application', () => {
  it('is the later of its documents', async () => {
    await bench.place(paid({ payments: [payment(10000, { paidAt: '2026-12-02T15:00:00Z' })] }));
    await bench.run();
    expect(sent).toEqual(['apply-receipt 10000 2026-12-02']);
  });

  it.each([
    ['a refund', REFUNDED, 'O', {}],
    ['an edit down', { lines: [line(1, 7000)] }, 'O', {}],
    ['a refund, the sale’s period closed', REFUNDED, 'C', {}],
    ['a refund, the sale’s period closed, where such documents are held', REFUNDED, 'C', { closedPeriod: 'hold' as const }],
    [
      'a refund, the sale’s period closed, where such receipts are held',
      REFUNDED,
      'C',
      { closedPeriodFor: { receipt: 'hold' as const } },
    ],
  ])('is the credit memo’s, for all that %s of a later month moves', async (_what, over, status, policy) => {
    bench.setup = setup(policy);
    await bench.place(paid());
    await bench.run();
    await november(status as 'O' | 'C');
    expect(await on('2026-12-05', over)).toEqual([
      'unapply-receipt 10000 2026-12-05',
      'apply-credit-memo 3000 2026-12-05',
      'apply-receipt 7000 2026-12-05',
    ]);
    expect((await bench.work.identity(1042))?.holds).toBe(true);
    expect(bench.oracle.documents.get('WEB-1042')?.open).toBe(0);
  });

  it('is the refund’s for its settlement, of an order that was credited before as well', async () => {
    bench.setup = setup(CLEARING);
    await bench.place(paid());
    await bench.run();
    await on('2026-11-25', {});
    bench.orders.set(1042, paid({ status: 'cancelled' }));
    await bench.run();
    await decide('order-cancelled', 'credit');
    expect(await on('2026-11-25', { status: 'cancelled' })).toContain('unapply-receipt 10000 2026-11-25');
    const refunds = [refund(7, 10000, { createdAt: '2026-12-20T15:00:00Z' })];
    expect(await on('2026-12-20', { status: 'refunded', refunds })).toEqual(['settle-to-activity 10000 2026-12-20']);
  });

  it('is the decision’s where a person settles overpayment', async () => {
    await bench.place(paid());
    await bench.run();
    await on('2026-12-05', { lines: [line(1, 7000)] });
    bench.nowMs = Date.parse('2027-01-11T17:00:00Z');
    await decide(SETTLE_OVERPAYMENT, settleChoice(minor(3000), 'Web Gateway Clearing'));
    expect(await on('2027-01-12', { lines: [line(1, 7000)] })).toEqual(['settle-to-activity 3000 2027-01-11']);
  });

  it('is the day on which a refund’s deletion is seen for the undoing of its settlement', async () => {
    bench.setup = setup(CLEARING);
    await bench.place(paid({ refunds: [refund(7, 3000, { createdAt: '2026-11-21T15:00:00Z' })] }));
    await bench.run();
    expect(sent).toContain('settle-to-activity 3000 2026-11-21');
    bench.deletedRefunds.add(7);
    const undone = await on('2026-12-03', {});
    expect(undone).toEqual(['unsettle-from-activity 3000 2026-12-03', 'apply-receipt 3000 2026-12-03']);
    expect(bench.store.documents.get('WEB-V7')?.accountingDate).toBe('2026-12-03');
  });

  it.each(['O', 'C'] as const)(
    'is the day a payment was taken back for the receipt’s reversal, the sale’s period %s',
    async (status) => {
      bench.setup = setup({ closedPeriod: 'hold' });
      await bench.place(paid());
      await bench.run();
      await november(status);
      await bench.store.write(() =>
        bench.store.events.addPayment({
          ...{
            id: 2,
            orderId: 1042,
            kind: 'taken-back',
            amount: '100.00',
            currency: 'USD',
            gateway: 'stripe',
            transactionId: 'ch_1',
          },
          ...{ at: '2026-12-03T15:00:00Z', takesBack: 1 },
        }),
      );
      await decide('payment-taken-back-1', 'reverse');
      expect(await on('2026-12-09', { status: 'pending', paidAt: null })).toEqual(['reverse-receipt 10000 2026-12-03']);
      expect(bench.store.documents.actionsOf(1042).at(-1)?.accountingDate).toBe('2026-12-03');
    },
  );

  it('is never before what was taken off the receipt, also after a restart', async () => {
    await bench.place(paid());
    await bench.run();
    bench.oracle.fail('apply-receipt', { when: 'before', failure: LATER });
    bench.nowMs = Date.parse('2026-12-05T17:00:00Z');
    bench.orders.set(1042, paid(REFUNDED));
    sent = [];
    expect(await bench.run()).toMatchObject({ state: 'stopped' });
    await bench.restart();
    expect(await on('2026-12-09', REFUNDED)).toEqual(['apply-receipt 7000 2026-12-05']);
  });
});
