import { afterEach, beforeEach, expect, it } from 'vitest';
import { minor } from '../../../sidecar/domain/money.ts';
import { laneView, waitingSettlements } from '../../../sidecar/http/money-views.ts';
import { laneKey } from '../../../sidecar/store/lanes.ts';
import { Bench } from '../support/bench.ts';
import { order, payment, refund } from '../support/orders.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.close());

const paid = (over: Parameters<typeof order>[0] = {}) =>
  order({ paidAt: '2026-11-20T15:01:00Z', payments: [payment(10000)], ...over });
const waiting = (setup = bench.setup) => waitingSettlements(bench.store.documents.waitingSettlements(), setup);

it('counts the refunds whose money lies unapplied, by gateway, until they are settled or taken back', async () => {
  const refunded = (id: number, refundId: number) => paid({ id, refunds: [refund(refundId, 2500)] });
  for (const each of [refunded(1042, 90), refunded(1043, 91), paid({ id: 1044 })]) {
    await bench.place(each);
    expect(await bench.run(each.id)).toEqual({ state: 'posted' });
  }
  expect(waiting()).toEqual({
    gateways: [{ gateway: 'stripe', refunds: 2, orders: 2, sums: [{ currency: 'USD', amount: '50.00' }] }],
  });

  // Left unapplied on purpose nothing waits, whether the gateway is named or is one of all others; a later choice offers it again.
  const chosen = (gateway: string, settlement: 'unapplied' | 'clearing') =>
    waiting({ ...bench.setup, settlements: [{ gateway, settlement, activity: 'Web Clearing', refundsItself: true }] }).gateways;
  expect(chosen('stripe', 'unapplied')).toEqual([]);
  expect(chosen('*', 'unapplied')).toEqual([]);
  expect(chosen('bacs', 'unapplied')).toMatchObject([{ refunds: 2 }]);
  expect(chosen('stripe', 'clearing')).toMatchObject([{ refunds: 2 }]);

  bench.orders.set(1043, paid({ id: 1043 }));
  bench.deletedRefunds.add(91);
  await bench.run(1043);
  expect(bench.numbers().some((number) => number.includes('91') && number !== 'WEB-R91')).toBe(true);
  expect(waiting().gateways).toMatchObject([{ refunds: 1, sums: [{ amount: '25.00' }] }]);

  await bench.store.write(() => bench.store.documents.settleWaiting('stripe', 'clearing', 'Web Clearing'));
  expect(waiting()).toEqual({ gateways: [] });
});

it('names the document that came back wrong and the one that took it back', async () => {
  await bench.place(paid());
  const create = bench.oracle.create.bind(bench.oracle);
  bench.oracle.create = async (request, trail) => {
    const result = await create(request, trail);
    const held = bench.oracle.documents.get(request.number);
    if (!result.ok || !held || request.kind === 'receipt') return result;
    held.enteredAmount = held.open = minor((held.enteredAmount ?? 0) + 725);
    return { ok: true, value: { ...result.value, enteredAmount: held.enteredAmount, open: held.open } };
  };
  await bench.run();
  const [lane] = bench.store.lanes.closed();
  if (!lane) throw new Error('the lane is not closed');
  expect(laneView(lane, bench.store.documents)).toEqual({
    kind: 'invoice',
    where: `${bench.setup.businessUnit} · ${bench.setup.invoice.source} · ${bench.setup.invoice.type}`,
    currency: 'USD',
    taxed: false,
    taxMode: 'lines',
    reason: 'Oracle holds WEB-1042 with 107.25 USD, sent were 100.00 USD.',
    at: '2026-11-23T12:00:00.000Z',
    documents: [{ orderId: 1042, number: 'WEB-1042', sent: '100.00', held: '107.25', mirror: 'WEB-1042-M1' }],
  });
});

it.each([
  ['lines', true, [], 'Northwind US BU · WEB STORE · Web Invoice'],
  ['oracle', true, ['CA STATE', 'EXEMPT'], 'Northwind US BU · WEB STORE · Web Invoice · CA STATE, EXEMPT'],
  ['oracle', false, ['EXEMPT'], 'Northwind US BU · WEB STORE · Web Invoice · EXEMPT'],
] as const)(
  'says of a lane in tax mode %s whether its documents carry tax (%s), and the classifications %j',
  (...[taxMode, taxed, classifications, where]) => {
    const names = { businessUnit: 'Northwind US BU', source: 'WEB STORE', type: 'Web Invoice' };
    const key = laneKey({ kind: 'invoice', ...names, taxMode, currency: 'USD', taxed, classifications });
    expect(laneView({ key, reason: 'r', atMs: bench.nowMs }, bench.store.documents)).toMatchObject({
      kind: 'invoice',
      where,
      taxMode,
      currency: 'USD',
      taxed,
    });
  },
);

it('shows a lane that was closed before lanes told taxes apart', () => {
  const key = 'credit-memo|Northwind US BU|WEB STORE|Web Credit Memo|account|EUR';
  expect(laneView({ key, reason: 'r', atMs: bench.nowMs }, bench.store.documents)).toMatchObject({
    kind: 'credit-memo',
    where: 'Northwind US BU · WEB STORE · Web Credit Memo',
    taxMode: 'account',
    currency: 'EUR',
    taxed: null,
  });
});
