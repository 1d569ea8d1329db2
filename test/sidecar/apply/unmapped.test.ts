import { describe, expect, it, onTestFinished } from 'vitest';
import type { ReferenceRow } from '../../../sidecar/apply/ports.ts';
import { UnmappedWork } from '../../../sidecar/apply/unmapped.ts';
import { minor } from '../../../sidecar/domain/money.ts';
import type { StoreOrder } from '../../../sidecar/domain/order.ts';
import type { Rule } from '../../../sidecar/domain/rules.ts';
import { openStore } from '../../../sidecar/store/store.ts';
import { facts, line, order, payment, RULES, rule, SETUP, setup } from '../support/orders.ts';

const listRow = (key: string, label: string, extra: ReferenceRow['extra'] = {}, enabled = true): ReferenceRow => ({
  key,
  label,
  enabled,
  endDate: null,
  extra,
});
const STORE = {
  storeCategories: [
    listRow('10', 'Kitchen', { parent: '0' }),
    listRow('11', 'Mugs', { parent: '10' }),
    listRow('12', 'Gifts', { parent: '0' }),
  ],
  storeGateways: [listRow('stripe', 'Card'), listRow('bacs', 'Bank transfer'), listRow('cheque', 'Cheque', {}, false)],
  storeShippingMethods: [listRow('flat_rate', 'Flat rate')],
  storeTaxRates: [listRow('1', 'Tax', { country: 'US', state: 'CA', rate: '7.2500' })],
};

/** Waiting orders, each with its reason, and what was pulled from the store. */
async function waiting(orders: [StoreOrder, string][], closed: string[] = [], lists: Partial<typeof STORE> = {}) {
  const store = openStore(':memory:');
  onTestFinished(() => store.close());
  await store.write(() => {
    for (const [each, code] of orders) {
      store.orders.know(each.id, 0);
      store.orders.saveRead(each, 'h', 0);
      store.orders.setState(each.id, 'attention', { code, message: code, action: '' }, null, 0);
      for (const paid of each.payments) {
        store.events.assumePayment(each.id, '10.00', each.currency, paid.paidAt, paid.gateway, '');
      }
    }
    for (const [list, rows] of Object.entries(lists)) store.references.write(list, { put: rows, remove: [], changes: [] }, 0);
  });
  const work = new UnmappedWork({
    store,
    checks: {
      problemOf: ({ rows, accounts, billTo }) => {
        const names = [
          ...rows.map(([, key]) => key),
          ...accounts.map(([combination]) => combination),
          billTo?.accountNumber ?? '',
        ];
        return names.some((name) => closed.includes(name)) ? 'closed' : null;
      },
    },
    nowMs: () => Date.parse('2026-11-23T12:00:00Z'),
  });
  const set = (rules: Rule[]) => ({ version: 1, rules });
  return {
    store,
    list: async (rules: Rule[], over = SETUP) => {
      const { items, ...rest } = await work.list(set(rules), over);
      return {
        ...rest,
        items: items.map((item) => `${item.label}${item.partly ? ' (partly)' : ''}: ${item.orders}`),
        whole: items,
      };
    },
    released: (before: Rule[], after: Rule[], over = SETUP) => work.releasedBy(set(before), set(after), over),
  };
}
const NO_REVENUE = RULES.filter(({ kind }) => kind !== 'revenue');
const mug = (itemId: number) => line(itemId, 1000);
const cup = (itemId: number) =>
  line(itemId, 1000, 0, { facts: facts({ sku: 'CUP', categories: [[{ id: 12, slug: 'gifts', name: 'Gifts' }]] }) });

describe('what is not mapped', () => {
  it('asks for the classification of lines without tax where Oracle computes it, and for nothing where the store’s tax is sent', async () => {
    const untaxed = order({ id: 1, lines: [line(1, 1000, 73), mug(2), cup(3)] });
    const { list } = await waiting([[untaxed, 'tax.unmapped']]);
    const classified = [...RULES, rule('state', 'tax', { taxRateId: 1 }, { taxClassification: 'STATE' })];
    const oracle = setup({ taxMode: 'oracle' });
    const found = await list(classified, oracle);
    expect(found.items).toEqual(['Lines without tax: 1']);
    expect(found.whole[0]?.rule).toEqual({ kind: 'no-tax', when: {} });
    expect((await list([...classified, rule('none', 'no-tax', {}, { taxClassification: 'EXEMPT' })], oracle)).items).toEqual([]);
    expect((await list(RULES)).items).toEqual([]);
  });

  it('counts each waiting order once per SKU and category that stops it, most orders first', async () => {
    const { list } = await waiting([
      [order({ id: 1, lines: [mug(1), mug(2)] }), 'account.unmapped'],
      [order({ id: 2, lines: [mug(1), cup(2)] }), 'account.unmapped'],
      [
        order({ id: 3, lines: [line(1, 500, 0, { facts: facts({ sku: null, categories: [], productType: 'gift-card' }) })] }),
        'account.unmapped',
      ],
    ]);
    const found = await list(NO_REVENUE);
    expect(found.items).toEqual([
      'Kitchen › Mugs: 2',
      'SKU MUG-BLUE: 2',
      'Gifts: 1',
      'product "Product 1" (no SKU): 1',
      'SKU CUP: 1',
    ]);
    expect(found).toMatchObject({ waiting: 3, more: false });
    expect(found.whole[0]).toMatchObject({ rule: { kind: 'revenue', when: { categoryId: 11 } }, sample: [1, 2] });
    expect(found.whole[3]).toMatchObject({ rule: { kind: 'revenue', when: { productType: 'gift-card' } } });
  });

  it('names shipping methods, fees, tax rates and gateways', async () => {
    const lines = [
      line(1, 1000, 73),
      line(2, 500, 0, { kind: 'shipping', name: 'Flat', facts: facts({ shippingMethod: 'flat_rate' }) }),
      line(3, 100, 0, { kind: 'fee', name: 'Gift wrap' }),
    ];
    const paid = order({ lines, payments: [payment(1000)] });
    const { list } = await waiting([[paid, 'account.unmapped']]);
    const found = await list(RULES.filter(({ kind }) => kind === 'revenue'));
    expect(found.whole.map(({ rule: { kind, when } }) => [kind, when])).toEqual([
      ['fee', { feeName: 'Gift wrap' }],
      ['receipt-method', { gateway: 'stripe' }],
      ['shipping', { shippingMethod: 'flat_rate' }],
      ['tax', { taxRateId: 1 }],
    ]);
  });

  it('names tax that has no rate, and lets its orders go on once a rule takes rate 0', async () => {
    const lines = [line(1, 1000, 0, { taxes: [{ rateId: 0, amount: minor(73) }] })];
    const rates = RULES.map((each) => (each.kind === 'tax' ? { ...each, when: { taxRateId: 1 } } : each));
    const { list, released } = await waiting([[order({ id: 1, lines, total: minor(1073) }), 'tax.unmapped']], [], STORE);
    expect((await list(rates)).whole.filter(({ orders }) => orders > 0)).toMatchObject([
      { label: 'tax without a rate', rule: { kind: 'tax', when: { taxRateId: 0 } }, orders: 1 },
    ]);
    const none = rule('none', 'tax', { taxRateId: 0 }, { taxRegime: 'US', taxRateCode: 'NONE' });
    expect(await released(rates, [...rates, none])).toEqual([1]);
  });

  it('names the customers whose orders wait for a shared account', async () => {
    const none = setup({ customers: { ...SETUP.customers, sharedAccounts: [] } });
    const { list } = await waiting([
      [order({ id: 1 }), 'customer.no_shared_account'],
      [order({ id: 2, customerId: 7 }), 'account.unmapped'],
    ]);
    expect((await list(RULES, none)).whole).toMatchObject([
      {
        label: 'guests paying in USD from US',
        rule: { kind: 'customer-policy', when: { country: 'US', currency: 'USD' } },
        change: null,
        orders: 1,
        sample: [1],
      },
    ]);
  });

  it('lists what the store has and no order has met, where no rule takes it', async () => {
    const { list } = await waiting([], [], STORE);
    const rules = [
      rule('mugs', 'revenue', { categoryId: 11 }, { segments: { account: '41100' } }),
      rule('gifts-abroad', 'revenue', { categoryId: 12, country: 'DE' }, { segments: { account: '41100' } }),
      rule('cards', 'receipt-method', { gateway: 'stripe' }, { receiptMethod: 'Web Card Payments' }),
      rule('ca', 'tax', { country: 'US' }, { taxRegime: 'US', taxRateCode: 'CA' }),
    ];
    expect((await list(rules)).items).toEqual(['Bank transfer: 0', 'Flat rate: 0', 'Gifts (partly): 0', 'Kitchen: 0']);
    expect((await list(RULES)).items).toEqual([]);
  });

  it('lists no account where finance has set a default', async () => {
    const { list } = await waiting([[order(), 'account.unmapped']], [], STORE);
    const withDefault = setup({ defaultSegments: { account: '49999' } });
    expect((await list([], withDefault)).items).toEqual(['Bank transfer: 0', 'Card: 0', 'US CA Tax 7.25 %: 0']);
  });
});

describe('a change of the rules', () => {
  it('lets exactly the orders go on that waited for it', async () => {
    const { released } = await waiting([
      [order({ id: 1, lines: [mug(1)] }), 'account.unmapped'],
      [order({ id: 2, lines: [mug(1), cup(2)] }), 'account.unmapped'],
      [order({ id: 3, lines: [cup(1)] }), 'account.unmapped'],
      [order({ id: 4, lines: [mug(1)] }), 'oracle.period_closed'],
    ]);
    const mugs = rule('mugs', 'revenue', { sku: 'MUG-BLUE' }, { segments: { account: '41100' } });
    expect(await released(NO_REVENUE, [...NO_REVENUE, mugs])).toEqual([1, 2]);
    expect(await released(NO_REVENUE, NO_REVENUE)).toEqual([]);
    expect(await released(NO_REVENUE, [...NO_REVENUE, { ...mugs, when: { sku: 'OTHER' } }])).toEqual([]);
  });

  it('lets orders go on whose account Oracle has closed, once the rule names another', async () => {
    const { released } = await waiting([[order({ id: 1 }), 'reference.closed']], ['01-110-41100-0000-000']);
    const moved = RULES.map((each) => (each.id === 'mugs' ? { ...each, outcome: { segments: { account: '41101' } } } : each));
    expect(await released(RULES, moved)).toEqual([1]);
    const renamed = RULES.map((each) => (each.id === 'mugs' ? { ...each, name: 'All mugs' } : each));
    expect(await released(RULES, renamed)).toEqual([]);
  });

  it('lets orders go on that wait for a shared account, or stand before a closed one, once a rule names another', async () => {
    const none = setup({ customers: { ...SETUP.customers, sharedAccounts: [] } });
    const shared = [
      ...RULES,
      rule('guests', 'customer-policy', { country: 'US' }, { customerPolicy: 'shared', accountNumber: '50001' }),
    ];
    const wait = await waiting([[order({ id: 1 }), 'customer.no_shared_account']]);
    expect(await wait.released(RULES, shared, none)).toEqual([1]);
    expect(await wait.released(RULES, RULES, none)).toEqual([]);
    const closed = await waiting([[order({ id: 1 }), 'reference.closed']], ['40017']);
    expect(await closed.released(RULES, shared)).toEqual([1]);
    expect(
      await closed.released(RULES, [...RULES, rule('de', 'customer-policy', { country: 'DE' }, { customerPolicy: 'own' })]),
    ).toEqual([]);
  });

  it('lets orders go on whose type, source, terms or unit Oracle has closed, once a rule moves them off it', async () => {
    const typed = [
      ...RULES,
      rule('type', 'transaction-type', {}, { invoiceType: 'Other', transactionSource: 'SHOP', paymentTerms: 'N30' }),
    ];
    for (const name of ['Web Invoice', 'WEB STORE', 'IMMEDIATE']) {
      const { released } = await waiting([[order({ id: 1 }), 'reference.closed']], [name]);
      expect(await released(RULES, typed), name).toEqual([1]);
    }
    const units = setup({ businessUnits: [{ businessUnit: 'EU' }] });
    const { released } = await waiting([[order({ id: 1 }), 'reference.closed']], ['Northwind US BU']);
    expect(await released(RULES, [...RULES, rule('eu', 'business-unit', {}, { businessUnit: 'EU' })], units)).toEqual([1]);
  });

  it('lets orders go on whose rule named a unit that the set-up does not have', async () => {
    const lost = [...RULES, rule('eu', 'business-unit', { currency: 'USD' }, { businessUnit: 'EU' })];
    const { list, released } = await waiting([[order({ id: 1 }), 'business_unit.unknown']]);
    expect((await list(lost)).whole).toMatchObject([
      { label: 'business unit "EU"', rule: { kind: 'business-unit', when: { currency: 'USD' } }, change: 'eu', orders: 1 },
    ]);
    expect(await released(lost, RULES)).toEqual([1]);
  });
});
