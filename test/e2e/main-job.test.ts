import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CertificateViewSchema,
  ReconciliationSchema,
  RunStartedSchema,
  type RunView,
  RunViewSchema,
} from '../../sidecar/http/admin-contract.ts';
import { DEMO_SETUP, demoRules } from '../demo/books.ts';
import { balances, type LandedRow } from '../demo/landed.ts';
import { openStack, type Stack } from '../demo/stack.ts';
import { type Catalogue, seedCatalogue } from '../store/catalogue.ts';
import { type DemoOrder, payTheLateOrder, placeDemoOrders, refundDemoOrders } from '../store/demo-orders.ts';
import { storeAvailable } from '../store/store.ts';
import { harnessMissing, launchBrowser } from './page/harness.ts';
import { signIn } from './sign-in.ts';

/**
 * The main job on a real store: orders placed through checkout land in the sandbox's ledger; then a person walks through the admin
 * page. Screenshots are kept in test-output/screenshots.
 */
const available = storeAvailable();
const name = (text: string, missing: string | null) => (missing ? `${text} [skipped: ${missing}]` : text);
const noStore = available.ok ? null : available.reason;
const noBrowser = noStore ?? harnessMissing();
const shots = join(import.meta.dirname, '..', '..', 'test-output', 'screenshots');

async function open(profile: '26D' | '25D', shop: object = {}): Promise<{ stack: Stack; catalogue: Catalogue }> {
  const stack = await openStack({ profile, shop, say: () => {} });
  const catalogue = await seedCatalogue(stack.store);
  await stack.page.put('/connections/setup', { baseVersion: 0, setup: DEMO_SETUP });
  await stack.page.put('/rules', { baseVersion: 0, rules: demoRules(catalogue) });
  return { stack, catalogue };
}

/** Yesterday and today, since the store's night may be the business unit's evening. */
async function reconcileToday(stack: Stack): Promise<RunView> {
  const { today } = ReconciliationSchema.parse(await stack.page.get('/reconcile'));
  const from = new Date(Date.parse(today) - 86_400_000).toISOString().slice(0, 10);
  const asked = { from, to: today, oracle: 'live', store: 'fresh', certificate: true };
  const { id } = RunStartedSchema.parse(await stack.page.post('/reconcile/runs', asked));
  for (;;) {
    const run = RunViewSchema.parse(await stack.page.get(`/reconcile/runs/${id}`));
    if (run.state !== 'running') return run;
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}

const differing = (rows: readonly LandedRow[]) => rows.filter((row) => !balances(row)).map((row) => `${row.order}: ${row.why}`);

describe.skipIf(noStore !== null)(name('the main job, on HPOS with an Oracle 26D', noStore), () => {
  let stack: Stack;
  let catalogue: Catalogue;
  let orders: DemoOrder[];
  let rows: LandedRow[];
  beforeAll(async () => {
    ({ stack, catalogue } = await open('26D'));
    orders = await placeDemoOrders(stack.store, catalogue);
  }, 300_000);
  afterAll(() => stack?.close(), 60_000);

  it('lands ten orders of ten shoppers, each line on the account of its category', async () => {
    rows = await stack.settled(orders);
    expect(differing(rows)).toEqual([]);
    const guest = rows.find((row) => row.order === orders.find((order) => order.label === 'guest')?.id);
    expect(guest).toMatchObject({
      customer: '40017',
      accounts: ['01-120-41300-0000-000', '01-120-41310-0000-000', '01-100-42000-0000-000'],
    });
  }, 120_000);

  it('gives each registered customer one account of their own, and guests the shared one of their currency', () => {
    const of = (label: DemoOrder['label']) =>
      rows.find((row) => row.order === orders.find((order) => order.label === label)?.id)?.customer;
    expect(of('registered')).toBe(of('coupon'));
    expect(new Set([of('registered'), of('new-account'), of('multi-line'), of('guest'), of('eur')]).size).toBe(5);
    expect(of('eur')).toBe('40027');
  });

  it('lands a partial refund, a full one without lines and a late payment', async () => {
    await refundDemoOrders(stack.store, orders);
    await payTheLateOrder(stack.store, orders);
    rows = await stack.settled(orders);
    expect(differing(rows)).toEqual([]);
    expect(rows.filter((row) => row.creditMemo).map((row) => row.balance)).toEqual(['-11.15', '-86.75']);
  }, 120_000);

  it('keeps a ledger that balances, and posts nothing when everything is replayed', async () => {
    const ledger = async () => (await fetch(`${stack.sandbox.url}/__sandbox/ledger?summary=true`)).json();
    const before = await ledger();
    expect(before).toMatchObject({ balanced: true });
    for (const order of orders) await stack.page.post(`/orders/${order.id}/replay`);
    await stack.settled(orders);
    expect(await ledger()).toEqual(before);
  }, 120_000);

  it('reconciles live, with the store asked again: every difference is 0.00, and a certificate says so', async () => {
    const run = await reconcileToday(stack);
    expect(run.failure).toBeNull();
    expect(run.result).toMatchObject({ orders: orders.length, differences: 0, unknown: 0, missing: 0, drifted: 0 });
    const totals = run.result?.totals ?? [];
    expect(totals.map(({ currency }) => currency).sort()).toEqual(['EUR', 'USD']);
    for (const { currency, measures } of totals) {
      for (const [measure, { store, oracle, difference }] of Object.entries(measures)) {
        console.log(`${currency} ${measure}: store ${store}, Oracle ${oracle}, difference ${difference}`);
        expect(difference, `${currency} ${measure}`).toBe('0.00');
      }
    }
    const certificate = CertificateViewSchema.parse(await stack.page.get(`/reconcile/certificates/${run.result?.certificateId}`));
    expect(certificate.html).toContain('Balanced: store and Oracle agree in every row.');
  }, 120_000);

  it('finds an order that no event told of, by the poll', async () => {
    // Written by a request that had our hooks taken off: neither the outbox nor a webhook knows of it.
    const id = await stack.store.php<number>(
      "remove_all_actions( 'woocommerce_new_order' ); remove_all_actions( 'woocommerce_update_order' ); remove_all_actions( 'shutdown' );" +
        "$order = wc_create_order(); $order->add_product( wc_get_product( $args['product'] ), 1 ); $order->set_billing_country( 'US' );" +
        "$order->calculate_totals(); $order->set_status( 'processing' ); $order->save(); return $order->get_id();",
      { product: catalogue.products['EQ-SCALE'] },
    );
    await new Promise((resolve) => setTimeout(resolve, 3_000)); // the poll leaves the last two seconds to the next one
    await stack.page.post('/sweeps', { sweep: 'modified' });
    const [row] = await stack.settled([
      { label: 'guest', title: 'silent', id, total: '54.00', currency: 'USD', customerId: 0, paid: false },
    ]);
    expect(row?.invoice).toBe(`WEB-${id}`);
  }, 60_000);

  describe.skipIf(noBrowser !== null)(name('through the admin page', noBrowser), () => {
    let browser: Browser;
    let page: Page;
    const complaints: string[] = [];
    beforeAll(async () => {
      mkdirSync(shots, { recursive: true });
      browser = await launchBrowser();
      page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
      page.setDefaultTimeout(30_000);
      page.on('pageerror', (error) => complaints.push(error.message));
      page.on('response', (response) => {
        if (response.status() >= 400 && response.url().includes('ar-bridge'))
          complaints.push(`${response.status()} ${response.url()}`);
      });
      await signIn(page, stack.store);
    }, 120_000);
    afterAll(() => browser?.close());

    const show = async (query: string, file: string, ready: () => Promise<void>) => {
      await page.goto(`${stack.store.url}/wp-admin/admin.php?page=ar-bridge${query}`);
      await ready();
      await page.screenshot({ path: join(shots, `${file}.png`), fullPage: true });
      expect(complaints.splice(0)).toEqual([]);
    };

    it('shows what landed, and each order with its documents, identity and trail', async () => {
      await show('', 'overview', () => page.getByText('Landed today').first().waitFor());
      await show('&tab=orders', 'orders', () =>
        page
          .getByRole('link', { name: `#${orders[0]?.id}` })
          .first()
          .waitFor(),
      );
      const refunded = orders.find((order) => order.label === 'multi-line');
      await show(`&tab=orders&order=${refunded?.id}`, 'order', () => page.getByText(`WEB-${refunded?.id}-P1`).first().waitFor());
      expect(await page.getByText('01-120-41300-0000-000').count()).toBeGreaterThan(0);
    }, 120_000);

    it('shows rules, audit trail and connections', async () => {
      await show('&tab=rules', 'rules', () => page.getByText('Filters, by SKU').first().waitFor());
      await show('&tab=reconciliation', 'reconciliation', () => page.getByText('Day by day').first().waitFor());
      await show('&tab=audit', 'audit', () => page.getByRole('row').nth(10).waitFor());
      await show('&tab=connections', 'connections', () => page.getByText('Oracle').first().waitFor());
    }, 120_000);

    it('says on the order screen where the order landed', async () => {
      const order = orders[0];
      await page.goto(`${stack.store.url}/wp-admin/admin.php?page=wc-orders&action=edit&id=${order?.id}`);
      await page.getByText(`WEB-${order?.id}-P1`).first().waitFor();
      await page.screenshot({ path: join(shots, 'order-screen.png'), fullPage: true });
      await page.goto(`${stack.store.url}/wp-admin/admin.php?page=wc-orders`);
      await page
        .locator('.ar-bridge-state', { hasText: `WEB-${order?.id}` })
        .first()
        .waitFor();
      await page.screenshot({ path: join(shots, 'order-list.png') });
      expect(complaints.splice(0)).toEqual([]);
    }, 120_000);
  });
});

describe.skipIf(noStore !== null)(name('the main job, on posts storage with an Oracle 25D', noStore), () => {
  it('lands a paid order and its partial refund by way of the web services', async () => {
    const { stack, catalogue } = await open('25D', { hpos: false });
    try {
      const order = await stack.store.rest<{ id: number; total: string; line_items: { id: number }[] }>('POST', '/orders', {
        status: 'processing',
        set_paid: true,
        payment_method: 'bacs',
        billing: {
          first_name: 'Kim',
          last_name: 'Reyes',
          email: 'kim@shopper.example',
          country: 'US',
          state: 'CA',
          city: 'Oakland',
          postcode: '94610',
          address_1: '1 Main St',
        },
        line_items: [{ product_id: catalogue.products['EQ-KETTLE'], quantity: 2 }],
      });
      const placed: DemoOrder = {
        label: 'guest',
        title: 'over REST',
        id: order.id,
        total: order.total,
        currency: 'USD',
        customerId: 0,
        paid: true,
      };
      expect(differing(await stack.settled([placed]))).toEqual([]);
      await stack.store.refund(order.id, {
        amount: '79.95',
        lines: [{ itemId: order.line_items[0]?.id ?? 0, quantity: 1, total: '79.95' }],
      });
      const [row] = await stack.settled([placed]);
      expect(differing(row ? [row] : [])).toEqual([]);
      expect(row).toMatchObject({ creditMemo: expect.stringMatching(/^WEB-R\d+$/), balance: '-79.95' });
    } finally {
      await stack.close();
    }
  }, 300_000);
});
