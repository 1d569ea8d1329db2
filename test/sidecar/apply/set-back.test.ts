import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OutboxPayment } from '../../../sidecar/capture/ports.ts';
import { minor } from '../../../sidecar/domain/money.ts';
import type { StoreOrder } from '../../../sidecar/domain/order.ts';
import { Bench } from '../support/bench.ts';
import { line, order } from '../support/orders.ts';

/** A cheque that bounced: the order goes back to wait for payment, and WooCommerce leaves its paid date where it was. */
let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.close());

const PAID_AT = '2026-11-20T15:01:00Z';
const BACK_AT = '2026-11-22T09:00:00Z';
const AGAIN_AT = '2026-11-22T15:00:00Z';

const paid = (over: Partial<StoreOrder> = {}) => order({ paidAt: PAID_AT, ...over });
const row = (id: number, over: Partial<OutboxPayment> = {}): OutboxPayment => ({
  ...{ id, orderId: 1042, kind: 'received', amount: '100.00', currency: 'USD', gateway: 'cheque', transactionId: '' },
  ...{ at: PAID_AT, ...over },
});
const tell = (...rows: OutboxPayment[]) =>
  bench.store.write(() => {
    for (const each of rows) bench.store.events.addPayment(each);
  });
const answer = (choice: string, payment: string) =>
  bench.store.write(() => bench.store.orders.decide(1042, `payment-taken-back-${payment}`, choice, '', 'kim', bench.nowMs));
const receipts = () =>
  [...bench.oracle.documents.values()].flatMap(({ kind, number, enteredAmount }) =>
    kind === 'receipt' ? [`${number} ${enteredAmount}`] : [],
  );
const open = () => bench.oracle.documents.get('WEB-1042')?.open;
const holds = async () => (await bench.work.identity(1042))?.holds;

/** The two ways to know of a payment: the plugin's rows, or what is seen of the order where there are none. */
const WAYS = {
  'by the plugin’s rows': {
    id: '1',
    pay: () => tell(row(1)),
    back: () => tell(row(2, { kind: 'taken-back', at: BACK_AT, takesBack: 1 })),
    again: (amount: string) => tell(row(3, { amount, at: AGAIN_AT })),
    backAgain: () => tell(row(4, { kind: 'taken-back', at: '2026-11-23T09:00:00Z', takesBack: 3 })),
    second: '1-3',
  },
  'by the order alone': {
    id: 'assumed-1',
    pay: async () => {
      bench.pluginRecordsPayments = false;
    },
    back: async () => undefined,
    again: async () => undefined,
    backAgain: async () => undefined,
    second: 'assumed-1-assumed-2',
  },
};

describe.each(Object.entries(WAYS))(
  'an order that is set back after it was paid, seen %s',
  (_way, { id, pay, back, again, backAgain, second }) => {
    const set = (over: Partial<StoreOrder>) => bench.orders.set(1042, paid(over));
    const setBack = async (status: string) => {
      await bench.place(paid());
      await pay();
      expect(await bench.run()).toEqual({ state: 'posted' });
      await back();
      set({ status });
      return bench.run();
    };
    const payAgain = async (over: Partial<StoreOrder> = {}, amount = '100.00') => {
      await again(amount);
      set({ modifiedAt: AGAIN_AT, ...over });
      return bench.run();
    };
    const asks = (message: string) => ({
      state: 'stopped',
      failure: {
        code: 'order.payment_taken_back',
        message: expect.stringContaining(message),
        question: { id: `payment-taken-back-${id}`, choices: [{ id: 'reverse' }, { id: 'leave' }] },
      },
    });

    it.each(['pending', 'failed'])(
      'to %s posts nothing, asks, and reverses the receipt when a person says so',
      async (status) => {
        expect(await setBack(status)).toMatchObject(asks(`"${status}" although its payment of 100.00 USD is posted`));
        expect([receipts(), open()]).toEqual([['WEB-1042-P1 10000'], 0]);
        await answer('reverse', id);
        expect(await bench.run()).toEqual({ state: 'posted' });
        expect(open()).toBe(status === 'failed' ? 0 : 10000);
        expect(await holds()).toBe(true);
      },
    );

    it('to failed asks about the money first, and then what becomes of the sale', async () => {
      await setBack('failed');
      await answer('leave', id);
      expect(await bench.run()).toMatchObject({ failure: { code: 'order.cancelled_money_kept' } });
    });

    it('keeps its receipt once a person leaves it, also when it is processing again', async () => {
      await setBack('pending');
      await answer('leave', id);
      expect(await bench.run()).toEqual({ state: 'posted' });
      expect(await payAgain()).toEqual({ state: 'posted' });
      expect([receipts(), open(), await holds()]).toEqual([['WEB-1042-P1 10000'], 0, true]);
    });

    it('asks again when it is set back a second time, whatever was said of the first', async () => {
      await setBack('pending');
      await answer('leave', id);
      await bench.run();
      await payAgain();
      await backAgain();
      set({ status: 'pending', modifiedAt: '2026-11-23T09:00:00Z' });
      expect(await bench.run()).toMatchObject({ failure: { question: { id: `payment-taken-back-${second}` } } });
      await answer('leave', second);
      expect(await bench.run()).toEqual({ state: 'posted' });
      await answer('reverse', second);
      expect(await bench.run()).toEqual({ state: 'posted' });
      expect([receipts(), open(), await holds()]).toEqual([['WEB-1042-P1 10000'], 10000, true]);
    });

    it('gets -P2 over what is paid after the first receipt was reversed', async () => {
      await setBack('pending');
      await answer('reverse', id);
      await bench.run();
      const larger = { lines: [line(1, 10000), line(2, 2000)], total: minor(12000) };
      expect(await payAgain(larger, '120.00')).toEqual({ state: 'posted' });
      expect(await bench.run()).toEqual({ state: 'posted' });
      expect(receipts()).toEqual(['WEB-1042-P1 10000', 'WEB-1042-P2 12000']);
      expect(open()).toBe(0);
      expect(await holds()).toBe(true);
    });

    it('takes what is paid again for the same money until somebody answers, and goes on asking', async () => {
      await setBack('pending');
      expect(await payAgain()).toMatchObject(asks('is "processing" now'));
      expect([receipts(), open(), await holds()]).toEqual([['WEB-1042-P1 10000'], 0, true]);
      await answer('reverse', id);
      expect(await bench.run()).toEqual({ state: 'posted' });
      expect(receipts()).toEqual(['WEB-1042-P1 10000', 'WEB-1042-P2 10000']);
      expect([open(), await holds()]).toEqual([0, true]);
    });

    it.each(['on-hold', 'cancelled'])('is not paid again by going on to %s', async (status) => {
      await setBack('pending');
      await answer('reverse', id);
      await bench.run();
      set({ status, modifiedAt: AGAIN_AT });
      expect(await bench.run()).toEqual({ state: 'posted' });
      expect(receipts()).toEqual(['WEB-1042-P1 10000']);
    });
  },
);

it('an order that is only held asks nothing about its payment', async () => {
  bench.pluginRecordsPayments = false;
  await bench.place(paid());
  await bench.run();
  bench.orders.set(1042, paid({ status: 'on-hold' }));
  expect(await bench.run()).toEqual({ state: 'posted' });
});

it('cash on delivery that failed is paid again once it was delivered', async () => {
  bench.pluginRecordsPayments = false;
  const cash = (status: string) => paid({ status, paymentMethod: 'cod', modifiedAt: AGAIN_AT });
  await bench.place(cash('completed'));
  await bench.run();
  bench.orders.set(1042, cash('pending'));
  await bench.run();
  await answer('reverse', 'assumed-1');
  bench.orders.set(1042, cash('processing'));
  await bench.run();
  expect(open()).toBe(10000);
  bench.orders.set(1042, cash('completed'));
  await bench.run();
  expect([receipts(), open()]).toEqual([['WEB-1042-P1 10000', 'WEB-1042-P2 10000'], 0]);
});

it('a deposit that another plugin told of stays, whatever the status, and so does what it tells next', async () => {
  await bench.place(paid());
  await tell(row(1, { amount: '20.00', reported: true, at: '2026-11-19T10:00:00Z' }), row(2, { amount: '80.00' }));
  await bench.run();
  await tell(row(3, { amount: '80.00', kind: 'taken-back', at: BACK_AT, takesBack: 2 }));
  bench.orders.set(1042, paid({ status: 'pending' }));
  expect(await bench.run()).toMatchObject({ failure: { question: { id: 'payment-taken-back-2' } } });
  await tell(row(4, { amount: '30.00', reported: true, at: AGAIN_AT }));
  await bench.run();
  expect(receipts()).toEqual(['WEB-1042-P1 2000', 'WEB-1042-P2 8000', 'WEB-1042-P3 3000']);
});

it('an order that failed before anything was posted was never sold', async () => {
  bench.pluginRecordsPayments = false;
  await bench.place(paid({ status: 'failed' }));
  expect(await bench.run()).toMatchObject({ state: 'excluded', code: 'order.never_sold' });
});
