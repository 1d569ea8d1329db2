import { describe, expect, it } from 'vitest';
import { WhatIf, type WhatIfJob } from '../../../sidecar/apply/what-if.ts';
import type { StoreOrder } from '../../../sidecar/domain/order.ts';
import type { Rule } from '../../../sidecar/domain/rules.ts';
import type { Setup } from '../../../sidecar/domain/setup.ts';
import { memoryWith } from '../support/kept-orders.ts';
import { longestPiece } from '../support/longest-piece.ts';
import { facts, line, order, payment, RULES, refund, rule, SETUP, setup } from '../support/orders.ts';

const PERIOD = { from: '2026-09-01T00:00:00Z', to: '2026-12-01T00:00:00Z' };

const shelf = (orders: StoreOrder[]) =>
  memoryWith(orders, ({ events }) => {
    for (const { id: orderId, currency, payments } of orders) {
      for (const { id, gateway, transactionId, paidAt, amount } of payments) {
        events.addPayment({
          ...{ id: Number(id), orderId, kind: 'received', currency, gateway, transactionId, at: paidAt },
          amount: (amount / 100).toFixed(2),
        });
      }
    }
  });

async function ask(orders: StoreOrder[], after: Rule[], over: { before?: Rule[]; setup?: Setup; posted?: number[] } = {}) {
  const store = await shelf(orders);
  await store.write(() => {
    for (const id of over.posted ?? []) {
      store.documents.intend(
        {
          orderId: id,
          kind: 'invoice',
          what: { purpose: 'order' },
          number: `WEB-${id}`,
          amount: orders[0]?.total ?? (0 as never),
          currency: 'USD',
          decimals: 2,
          billTo: { accountNumber: '40017' },
          documentDate: '2026-11-20',
          accountingDate: '2026-11-20',
          refund: null,
          lines: [],
          trace: [],
          businessUnit: SETUP.businessUnit,
          ruleSetVersion: 1,
          taxMode: 'lines',
          discounts: 'inside',
          lane: null,
          request: { kind: 'invoice', number: `WEB-${id}`, decimals: 2, path: '/', contentType: '', body: '{}' },
        },
        0,
      );
      store.documents.posted(`WEB-${id}`, { oracleId: '1', entered: null, open: null, conversionRate: null }, 0);
    }
  });
  const whatIf = new WhatIf(store, Date.now);
  whatIf.start({
    ...PERIOD,
    by: 'anna',
    saved: { version: 1, rules: over.before ?? RULES },
    unsaved: { version: 0, rules: after },
    setup: over.setup ?? SETUP,
  });
  return ended(whatIf);
}

async function ended(whatIf: WhatIf): Promise<WhatIfJob> {
  for (;;) {
    const job = whatIf.job();
    if (job && job.state !== 'running') return job;
    await new Promise((later) => setTimeout(later, 1));
  }
}

const cups = rule('cups', 'revenue', { sku: 'CUP' }, { segments: { account: '41200', costCenter: '120' } });
const cup = (itemId: number, net: number) => line(itemId, net, 0, { facts: facts({ sku: 'CUP', categories: [] }) });
const short = ({ moves }: NonNullable<WhatIfJob['result']>) =>
  moves.map(
    ({ kind, from, to, amount, currency, lines, orders }) =>
      `${kind} ${from} -> ${to}: ${amount} ${currency}, ${lines} in ${orders}`,
  );

describe('what unsaved rules would change', () => {
  it('adds up the amounts by account and by segment, with the orders they come from', async () => {
    const orders = [
      order({ id: 1, lines: [cup(1, 1000), line(2, 500)] }),
      order({ id: 2, lines: [cup(1, 250), cup(2, 250)] }),
      order({ id: 3, lines: [line(1, 900)] }),
    ];
    const { result, state, done, total } = await ask(orders, [cups, ...RULES]);
    expect([state, done, total]).toEqual(['done', 3, 3]);
    expect(result && short(result)).toEqual(['revenue 01-100-41000-0000-000 -> 01-120-41200-0000-000: 15.00 USD, 3 in 2']);
    expect(result).toMatchObject({ orders: 3, changed: 2, left: 0, unmapped: { before: 0, after: 0 } });
    expect(result?.moves[0]?.sample).toEqual([1, 2]);
    expect(result?.segments.map(({ segment, moves }) => [segment, moves[0]?.from, moves[0]?.to, moves[0]?.amount])).toEqual([
      ['costCenter', '100', '120', '15.00'],
      ['account', '41000', '41200', '15.00'],
    ]);
  });

  it('says nothing where the rules answer the same', async () => {
    const { result } = await ask([order({ lines: [cup(1, 1000)] })], structuredClone(RULES));
    expect(result).toMatchObject({ moves: [], segments: [], changed: 0 });
  });

  it('takes refunds off, and keeps currencies apart', async () => {
    const orders = [
      order({ id: 1, lines: [cup(1, 1000)], payments: [payment(1000)], refunds: [refund(9, 400)] }),
      order({ id: 2, lines: [cup(1, 700)], currency: 'EUR' }),
    ];
    const { result } = await ask(orders, [cups, ...RULES]);
    expect(result?.moves.map(({ currency, amount }) => `${amount} ${currency}`)).toEqual(['7.00 EUR', '6.00 USD']);
  });

  it('shows moved taxes and payments too', async () => {
    const after = RULES.map((each) => {
      if (each.kind === 'tax') return { ...each, outcome: { ...each.outcome, taxRateCode: 'CA STATE 8' } };
      return each.kind === 'receipt-method' ? { ...each, outcome: { receiptMethod: 'Web Stripe' } } : each;
    });
    const { result } = await ask([order({ lines: [line(1, 1000, 73)], payments: [payment(1073)] })], after);
    expect(result && short(result)).toEqual([
      'receipt-method Web Card Payments -> Web Stripe: 10.73 USD, 1 in 1',
      'tax US SALES TAX / CA STATE 7.25 -> US SALES TAX / CA STATE 8: 0.73 USD, 1 in 1',
    ]);
    expect(result?.segments).toEqual([]);
  });

  it('counts the orders that would wait, before and after', async () => {
    const orders = [order({ id: 1, lines: [cup(1, 1000)] }), order({ id: 2, lines: [line(1, 300)] })];
    const withoutDefault = RULES.filter(({ id }) => id !== 'revenue');
    const { result } = await ask(orders, withoutDefault);
    expect(result?.unmapped).toEqual({ before: 0, after: 1, sample: [1] });
    expect(result?.moves).toMatchObject([{ from: '01-100-41000-0000-000', to: null, amount: '10.00' }]);
  });

  it('says how much of it is posted, and so stays where it is', async () => {
    const orders = [order({ id: 1, lines: [cup(1, 1000)] }), order({ id: 2, lines: [cup(1, 400)] })];
    const { result } = await ask(orders, [cups, ...RULES], { posted: [1] });
    expect(result?.moves[0]).toMatchObject({ amount: '14.00', posted: '10.00' });
  });

  it('leaves out what posts nothing, and orders of other days', async () => {
    const orders = [
      order({ id: 1, lines: [cup(1, 1000)], status: 'pending' }),
      order({ id: 2, lines: [cup(1, 1000)], createdAt: '2026-08-01T00:00:00Z' }),
      order({ id: 3, lines: [cup(1, 1000)], createdAt: PERIOD.to }),
    ];
    const { result, total } = await ask(orders, [cups, ...RULES]);
    expect([total, result?.orders, result?.left]).toEqual([1, 0, 1]);
  });

  it('takes a part to another business unit', async () => {
    const units = setup({ businessUnits: [{ businessUnit: 'EU', segmentDefaults: { company: '02' } }] });
    const eu = rule('eu', 'business-unit', { country: 'US' }, { businessUnit: 'EU' });
    const { result } = await ask([order({ lines: [cup(1, 1000)] })], [eu, ...RULES], { setup: units });
    expect(result && short(result)).toEqual([
      'business-unit Northwind US BU -> EU: 10.00 USD, 1 in 1',
      'revenue 01-100-41000-0000-000 -> 02-100-41000-0000-000: 10.00 USD, 1 in 1',
    ]);
  });

  it('shows the orders that would be billed to another account, under another type, or with other flexfield values', async () => {
    const orders = [
      order({ id: 1, lines: [cup(1, 1000)], payments: [payment(1000)], refunds: [refund(9, 400)] }),
      order({ id: 2, lines: [cup(1, 700)], customerId: 7, meta: [{ key: '_po', value: '4711' }] }),
    ];
    const { result } = await ask(orders, [
      rule('us', 'customer-policy', { country: 'US' }, { customerPolicy: 'shared', accountNumber: '50001' }),
      rule('b2b', 'transaction-type', { customerId: 7 }, { invoiceType: 'B2B Invoice', paymentTerms: '30 NET' }),
      rule('all', 'transaction-type', {}, { creditMemoType: 'Web Refund' }),
      rule(
        'po',
        'descriptive-flexfield',
        { customerId: 7 },
        { flexContext: 'WEB', flexAttributes: { attribute1: '{meta:_po}' } },
      ),
      rule('cup', 'line-flexfield', { sku: 'CUP' }, { flexAttributes: { attribute2: 'cups' } }),
      ...RULES,
    ]);
    expect(result && short(result).sort()).toEqual([
      'customer-policy 40017 / 40017-1 -> 50001: 6.00 USD, 1 in 1',
      'customer-policy own -> 50001: 7.00 USD, 1 in 1',
      'descriptive-flexfield  -> WEB: attribute1 = {meta:_po}: 7.00 USD, 1 in 1',
      'line-flexfield  -> attribute2 = cups: 13.00 USD, 2 in 2',
      'transaction-type WEB STORE / Web Credit Memo -> WEB STORE / Web Refund: -4.00 USD, 1 in 1',
      'transaction-type WEB STORE / Web Invoice / IMMEDIATE -> WEB STORE / B2B Invoice / 30 NET: 7.00 USD, 1 in 1',
    ]);
    expect(result).toMatchObject({ changed: 2, segments: [] });
  });

  it('counts orders with other values of one template only where the values differ', async () => {
    const before = [rule('a', 'descriptive-flexfield', {}, { flexAttributes: { attribute1: '{meta:_a}' } }), ...RULES];
    const after = [rule('b', 'descriptive-flexfield', {}, { flexAttributes: { attribute1: '{meta:_b}' } }), ...RULES];
    const meta = (a: string, b: string) => [
      { key: '_a', value: a },
      { key: '_b', value: b },
    ];
    const orders = [order({ id: 1, meta: meta('x', 'x') }), order({ id: 2, meta: meta('x', 'y') })];
    const { result } = await ask(orders, after, { before });
    expect(result?.moves).toMatchObject([
      { from: 'attribute1 = {meta:_a}', to: 'attribute1 = {meta:_b}', orders: 1, sample: [2] },
    ]);
  });

  it('counts orders that would wait for a shared account, or for a unit that the set-up lacks', async () => {
    const before = [rule('one', 'customer-policy', {}, { customerPolicy: 'shared', accountNumber: '50001' }), ...RULES];
    const none = setup({ customers: { ...SETUP.customers, sharedAccounts: [{ accountNumber: '40018', currency: 'EUR' }] } });
    const orders = [order({ id: 1 }), order({ id: 2, currency: 'EUR' })];
    const { result } = await ask(orders, RULES, { before, setup: none });
    expect(result?.unmapped).toEqual({ before: 0, after: 1, sample: [1] });
    const lost = [rule('eu', 'business-unit', { currency: 'EUR' }, { businessUnit: 'EU' }), ...RULES];
    expect((await ask(orders, lost)).result?.unmapped).toEqual({ before: 0, after: 1, sample: [2] });
  });

  it('asks a rule by the day of the document: the order’s for its lines, the payment’s for its receipt', async () => {
    const paidLater = order({
      id: 1,
      createdAt: '2026-11-20T15:00:00Z',
      lines: [line(1, 1000)],
      payments: [payment(1000, { paidAt: '2026-11-22T15:00:00Z' })],
    });
    const from = { effectiveFrom: '2026-11-22' };
    const later = [
      rule('later', 'revenue', { sku: 'MUG-BLUE' }, { segments: { account: '41900' } }, from),
      rule('new-bank', 'receipt-method', { gateway: 'stripe' }, { receiptMethod: 'New bank' }, from),
      ...RULES,
    ];
    const { result } = await ask([paidLater], later);
    expect(result && short(result)).toEqual(['receipt-method Web Card Payments -> New bank: 10.00 USD, 1 in 1']);
  });

  it('can be cancelled, and a new run ends the one before it', async () => {
    const store = await shelf(Array.from({ length: 300 }, (_, n) => order({ id: n + 1, lines: [cup(1, 1000)] })));
    const whatIf = new WhatIf(store, Date.now);
    const input = {
      ...PERIOD,
      by: 'anna',
      saved: { version: 1, rules: RULES },
      unsaved: { version: 0, rules: [cups, ...RULES] },
      setup: SETUP,
    };
    const first = whatIf.start(input);
    const second = whatIf.start(input);
    expect(second.id).not.toBe(first.id);
    whatIf.cancel();
    expect(await ended(whatIf)).toMatchObject({ id: second.id, state: 'cancelled', result: null });
    await new Promise((later) => setTimeout(later, 50));
    expect(whatIf.job()).toMatchObject({ state: 'cancelled', result: null });
    whatIf.start(input);
    expect(await ended(whatIf)).toMatchObject({ state: 'done', done: 300 });
  });

  it('goes through 10,000 orders of 5 lines and 1,000 rules in seconds, and lets others work meanwhile', async () => {
    const rules = [
      ...Array.from({ length: 1_000 }, (_, n) =>
        rule(`sku-${n}`, 'revenue', { sku: `SKU-${n}` }, { segments: { account: '41500' } }),
      ),
      ...RULES,
    ];
    const orders = Array.from({ length: 10_000 }, (_, n) =>
      order({
        id: n + 1,
        lines: Array.from({ length: 5 }, (_, at) =>
          line(at + 1, 1000, 73, { facts: facts({ sku: `SKU-${(n * 5 + at) % 2_000}` }) }),
        ),
        payments: [payment(5365, { id: String(n + 1) })],
      }),
    );
    const store = await shelf(orders);
    const whatIf = new WhatIf(store, Date.now);
    const begun = performance.now();
    const spent = process.threadCpuUsage();
    const pieces = longestPiece();
    whatIf.start({
      ...PERIOD,
      by: 'anna',
      saved: { version: 1, rules },
      unsaved: { version: 0, rules: rules.filter(({ id }) => id !== 'sku-7') },
      setup: SETUP,
    });
    const { result } = await ended(whatIf);
    const longest = pieces();
    const { user, system } = process.threadCpuUsage(spent);
    const [seconds, cpu] = [(performance.now() - begun) / 1000, (user + system) / 1e6];
    console.log(
      `what-if over 10,000 orders: ${seconds.toFixed(1)} s, ${cpu.toFixed(1)} s of CPU, longest piece ${longest.toFixed(0)} ms of it`,
    );
    expect(result).toMatchObject({ orders: 10_000, changed: 25 });
    expect(cpu).toBeLessThan(20);
    expect(longest).toBeLessThan(200);
  }, 120_000);
});
