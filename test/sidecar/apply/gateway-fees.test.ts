import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { needsAttention } from '../../../sidecar/domain/failures.ts';
import { minor } from '../../../sidecar/domain/money.ts';
import type { StoreOrder } from '../../../sidecar/domain/order.ts';
import { Bench } from '../support/bench.ts';
import { lostAnswer } from '../support/fake-oracle.ts';
import { order, payment, RULES, refund, rule, setup } from '../support/orders.ts';

/** Fees as documents, through the whole of one order's work. */
let bench: Bench;
beforeEach(() => {
  bench = new Bench();
  bench.setup = setup({ gatewayFees: { post: 'document', activity: 'Gateway Fees' } });
});
afterEach(() => bench.close());

const FEE = 'WEB-1042-F1';
const paid = (fee: string | null, over: Partial<StoreOrder> = {}): StoreOrder =>
  order({
    paidAt: '2026-11-20T15:01:00Z',
    payments: [payment(10000)],
    meta:
      fee === null
        ? []
        : [
            { key: '_stripe_fee', value: fee },
            { key: '_stripe_currency', value: 'USD' },
          ],
    ...over,
  });
const fees = () =>
  [...bench.oracle.documents.values()]
    .filter(({ kind }) => kind === 'gateway-fee')
    .map(({ number, enteredAmount }) => [number, enteredAmount]);
const times = (call: string) => bench.oracle.calls.filter((each) => each === call).length;

describe('a gateway’s fee that is posted', () => {
  it('is looked up, then made once, and the identity of the order is as without it', async () => {
    await bench.place(paid('2.90'));
    expect(await bench.run()).toEqual({ state: 'posted' });
    expect(bench.oracle.calls).toEqual([
      'create WEB-1042',
      'create WEB-1042-P1',
      'apply-receipt',
      `find ${FEE}`,
      `create ${FEE}`,
    ]);
    expect(fees()).toEqual([[FEE, -290]]);
    expect((await bench.work.identity(1042))?.holds).toBe(true);
    const record = bench.store.documents.get(FEE);
    // The payment's day, of New York.
    expect([record?.documentDate, record?.accountingDate, record?.open]).toEqual(['2026-11-20', '2026-11-20', 0]);
    // What was posted today is the orders' own.
    expect(
      bench.store.documents
        .postedBetween(0, bench.nowMs + 1)
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['invoice', 'receipt']);
    bench.oracle.calls.length = 0;
    expect(await bench.run()).toEqual({ state: 'posted' });
    expect(bench.oracle.calls).toEqual([]);
  });

  it.each(['before', 'after'] as const)(
    'is there once when the process dies after sending, the answer lost %s the commit',
    async (when) => {
      await bench.place(paid('2.90'));
      bench.oracle.fail(`create ${FEE}`, lostAnswer(when));
      expect(await bench.run()).toMatchObject({ state: 'later' });
      await bench.restart();
      expect(await bench.run(1042, 6)).toEqual({ state: 'posted' });
      expect(fees()).toEqual([[FEE, -290]]);
      expect(times(`create ${FEE}`)).toBe(when === 'before' ? 2 : 1);
    },
  );

  it('leaves nothing behind when it could not be looked up', async () => {
    await bench.place(paid('2.90'));
    bench.oracle.fail(`find ${FEE}`, lostAnswer('before'));
    await bench.run();
    expect([bench.store.documents.get(FEE)?.state, times(`create ${FEE}`)]).toEqual(['refused', 0]);
    expect(await bench.run()).toEqual({ state: 'posted' });
    expect(fees()).toEqual([[FEE, -290]]);
  });

  it('is made up by the difference when it is noted late or changes, on the day that is seen', async () => {
    await bench.place(paid(null));
    await bench.run();
    expect(fees()).toEqual([]);
    bench.orders.set(1042, paid('2.90'));
    await bench.run();
    bench.nowMs = Date.parse('2026-11-25T12:00:00Z');
    bench.orders.set(1042, paid('1.90', { refunds: [refund(7, 3000)] }));
    expect(await bench.run()).toEqual({ state: 'posted' });
    expect(fees()).toEqual([
      [FEE, -290],
      ['WEB-1042-F2', 100],
    ]);
    expect(bench.store.documents.get('WEB-1042-F2')?.documentDate).toBe('2026-11-25');
    expect((await bench.work.identity(1042))?.holds).toBe(true);
  });

  it('is found again after the database was restored; one over another amount is asked about, never doubled', async () => {
    for (const [fee, end] of [
      ['2.90', { state: 'posted' }],
      ['3.40', { state: 'stopped', failure: { code: 'oracle.number_taken' } }],
    ] as const) {
      const before = new Bench();
      before.setup = bench.setup;
      before.oracle.documents.set(FEE, {
        ...{ kind: 'gateway-fee', id: '77', number: FEE, enteredAmount: minor(-290), open: minor(0), currency: 'USD' },
        ...{ crossReference: null, customerAccountNumber: null, conversionRate: null },
      });
      await before.place(paid(fee));
      expect(await before.run()).toMatchObject(end);
      expect(before.oracle.documents.get(FEE)?.enteredAmount).toBe(-290);
      expect(before.oracle.calls.filter((call) => call === `create ${FEE}`)).toEqual([]);
      await before.close();
    }
  });

  it('that Oracle refuses holds nothing of the order itself up', async () => {
    await bench.place(paid('2.90'));
    const failure = needsAttention('oracle.fee_activity_unknown', 'No such activity.', 'Create it.');
    bench.oracle.fail(`create ${FEE}`, { when: 'before', failure });
    expect(await bench.run()).toMatchObject({ state: 'stopped', failure });
    expect([bench.oracle.documents.get('WEB-1042')?.open, fees()]).toEqual([0, []]);
    expect(await bench.run()).toEqual({ state: 'posted' });
    expect(fees()).toEqual([[FEE, -290]]);
  });

  it('is foreseen in simulation and posts nothing there', async () => {
    bench.mode = 'simulation';
    await bench.place(paid('2.90'));
    expect(await bench.run()).toMatchObject({ state: 'waiting', code: 'mode.simulation' });
    const foreseen = await bench.work.foresee(1042);
    expect(foreseen.ok && foreseen.value.documents.map(({ document }) => document).at(-1)).toMatchObject({
      ...{ kind: 'gateway-fee', number: FEE, amount: -290, currency: 'USD', activity: 'Gateway Fees' },
      ...{ receiptMethod: 'Web Card Payments', date: '2026-11-20' },
      comments: 'Gateway fee of WooCommerce order 1042, gateway stripe, from order meta _stripe_fee',
    });
    expect(bench.numbers()).toEqual([]);
  });

  it('in another currency goes by the rule for that currency, with the set-up’s conversion, or says what is missing', async () => {
    const euros = paid('2.90');
    euros.meta = [
      { key: '_stripe_fee', value: '2.90' },
      { key: '_stripe_currency', value: 'EUR' },
    ];
    bench.rules = [...RULES, rule('card-eur', 'receipt-method', { currency: 'EUR' }, { receiptMethod: 'Web Card EUR' })];
    bench.setup = { ...bench.setup, conversionRateType: 'User', userRates: {} };
    await bench.place(euros);
    expect(await bench.run()).toMatchObject({
      state: 'stopped',
      failure: { code: 'currency.no_user_rate', detail: { subject: 'EUR' } },
    });
    bench.setup = { ...bench.setup, userRates: { EUR: '1.09' } };
    const foreseen = await bench.work.foresee(1042);
    expect(foreseen.ok && foreseen.value.documents[0]?.document).toMatchObject({
      ...{ currency: 'EUR', amount: -290, receiptMethod: 'Web Card EUR' },
      conversion: { type: 'User', rate: '1.09', date: '2026-11-20' },
    });
    expect(await bench.run()).toEqual({ state: 'posted' });
    expect(bench.oracle.documents.get(FEE)?.currency).toBe('EUR');
  });

  it.each([
    ['an order that is not in a posting status', { status: 'pending' }, 'order.not_posting_status'],
    ['an order that an exclusion leaves out', { createdVia: 'pos' }, 'order.excluded_by_rule'],
  ])('posts nothing for %s', async (_what, over, code) => {
    bench.setup = { ...bench.setup, exclusions: [{ name: 'till', createdVia: 'pos' }] };
    await bench.place(paid('2.90', over));
    expect(await bench.run()).toMatchObject({ code });
    expect(bench.numbers()).toEqual([]);
  });
});
