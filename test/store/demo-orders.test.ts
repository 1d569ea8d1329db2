import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Catalogue, DEMO_SHOP, seedCatalogue } from './catalogue.ts';
import { type DemoLabel, type DemoOrder, payTheLateOrder, placeDemoOrders, refundDemoOrders } from './demo-orders.ts';
import { describeStore, STORE_START_MS } from './describe-store.ts';
import { type Store, startStore } from './store.ts';

describeStore("the demo's shop", () => {
  let store: Store;
  let catalogue: Catalogue;
  let orders: DemoOrder[];
  const lines: string[] = [];

  beforeAll(async () => {
    const report = (line: string) => lines.push(line);
    store = await startStore({ ...DEMO_SHOP, report });
    catalogue = await seedCatalogue(store, report);
    orders = await placeDemoOrders(store, catalogue, report);
  }, STORE_START_MS * 2);
  afterAll(() => store?.close(), 60_000);

  const read = (label: DemoLabel) => store.rest<Record<string, unknown>>('GET', `/orders/${idOf(label)}`);
  const idOf = (label: DemoLabel) => orders.find((order) => order.label === label)?.id;

  it('sells products of a nested category and sizes of one product', async () => {
    const origin = await store.rest<{ parent: number }>('GET', `/products/categories/${catalogue.categories['single-origin']}`);
    expect(origin.parent).toBe(catalogue.categories.coffee);
    const size = await store.rest<Record<string, unknown>>('GET', `/products/${catalogue.products['COF-HUILA-1000']}`);
    expect(size).toMatchObject({ type: 'variation', sku: 'COF-HUILA-1000', parent_id: expect.any(Number) });
  });

  it('reports each order while it goes', () => {
    expect(lines.filter((line) => line.startsWith('Order '))).toHaveLength(10);
    expect(new Set(orders.map(({ id }) => id)).size).toBe(10);
  });

  it.each<[DemoLabel, object]>([
    [
      'guest',
      { customer_id: 0, status: 'processing', payment_method: 'bacs', transaction_id: expect.stringMatching(/^TRANSFER-/) },
    ],
    ['registered', { customer_id: expect.toSatisfy((id: number) => id > 1) }],
    [
      'new-account',
      { customer_id: expect.toSatisfy((id: number) => id > 1), line_items: [{ sku: 'COF-HUILA-250', quantity: 2 }] },
    ],
    ['coupon', { coupon_lines: [{ code: 'welcome10', discount: '8.82' }], line_items: [{}, {}, {}] }],
    [
      'two-tax-rates',
      {
        tax_lines: [
          { label: 'NY State Tax', shipping_tax_total: '0.28' },
          { label: 'NYC Local Tax', shipping_tax_total: '0.31' },
        ],
      },
    ],
    ['shipping', { shipping_total: '6.90', total: '11.15' }],
    ['fee', { fee_lines: [{ name: 'Gift wrapping', total: '4.00', total_tax: '0.29' }] }],
    ['eur', { currency: 'EUR', tax_lines: [{ rate_percent: 7 }, { rate_percent: 19 }] }],
    ['paid-later', { payment_method: 'cod', status: 'processing', date_paid: null }],
    ['multi-line', { billing: { company: 'Blue Door Cafe LLC' }, line_items: [{}, {}, {}, {}, {}, { sku: 'WS-TASTING' }] }],
  ])('placed the order "%s"', async (label, expected) => {
    expect(await read(label)).toMatchObject(expected);
  });

  it('refunds one in part with lines, one in full without, and is paid for the late one', async () => {
    const [inPart, inFull] = await refundDemoOrders(store, orders);
    expect(inPart).toMatchObject({ orderId: idOf('multi-line'), amount: '86.75' });
    const partial = await store.rest('GET', `/orders/${inPart?.orderId}/refunds/${inPart?.refundId}`);
    expect(partial).toMatchObject({ amount: '86.75', line_items: [{ quantity: -1, total: '-79.95', total_tax: '-6.80' }] });
    const full = await store.rest('GET', `/orders/${inFull?.orderId}/refunds/${inFull?.refundId}`);
    expect(full).toMatchObject({ amount: '11.15', line_items: [], shipping_lines: [] });
    expect(await read('shipping')).toMatchObject({ status: 'refunded' });

    await payTheLateOrder(store, orders);
    expect(await read('paid-later')).toMatchObject({ status: 'completed', date_paid: expect.any(String) });
  });
});
