import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Store, startStore, storeAvailable } from '../../store/store.ts';
import { signIn } from '../sign-in.ts';
import { harnessMissing, launchBrowser } from './harness.ts';
import { startMockSidecar } from './mock-sidecar.ts';
import { shownText } from './shown-text.ts';

/** The page where it lives: WordPress, WooCommerce and our plugin with its proxy; only the sidecar is played. */
const available = storeAvailable();
const missing = harnessMissing() ?? (available.ok ? null : available.reason);
const PLUGIN = fileURLToPath(new URL('../../../plugin/', import.meta.url));

describe.skipIf(missing !== null)(missing ? `the page in WordPress [skipped: ${missing}]` : 'the page in WordPress', () => {
  let store: Store;
  let sidecar: Awaited<ReturnType<typeof startMockSidecar>>;
  let browser: Browser;
  let page: Page;
  let orderId: number;
  const messages: string[] = [];

  beforeAll(async () => {
    [store, sidecar, browser] = await Promise.all([startStore(), startMockSidecar(), launchBrowser()]);
    await store.installPlugin(PLUGIN);
    // WooCommerce's customer history on the order screen asks a query that SQLite does not know.
    await store.php("update_option( 'woocommerce_analytics_enabled', 'no' ); return true;");
    const product = await store.createProduct({ name: 'Mug, blue', regular_price: '20.00', sku: 'MUG-BLUE' });
    const order = await store.rest('POST', '/orders', {
      status: 'processing',
      line_items: [{ product_id: product.id, quantity: 1 }],
    });
    orderId = order.id;
    for (const each of sidecar.api.model.orders) if (each.orderId === 1042) each.orderId = orderId;
    page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
    page.setDefaultTimeout(30_000);
    page.on('pageerror', (error) => messages.push(error.message));
    page.on('console', (message) => {
      // Pictures of people come from the network, which a test store does not have.
      if (message.type() === 'error' && !message.text().includes('ERR_')) messages.push(message.text());
    });
    await signIn(page, store);
  }, 240_000);
  afterEach(() => expect(messages.splice(0)).toEqual([]));
  afterAll(async () => {
    await browser?.close();
    await sidecar?.close();
    await store?.close();
  }, 60_000);

  it('pairs, and shows what the sidecar answers through the proxy', async () => {
    await page.goto(`${store.url}/wp-admin/admin.php?page=ar-bridge`);
    await page.getByRole('link', { name: 'Go to Connections' }).click();
    await page.getByLabel('Address of the sidecar').fill(sidecar.url);
    await page.getByLabel('Pairing code').fill('ANY-CODE');
    await page.getByRole('button', { name: 'Pair', exact: true }).click();
    await page.getByText('WooCommerce store', { exact: true }).waitFor();
    await page.getByRole('navigation', { name: 'AR Bridge' }).getByRole('link', { name: 'Overview' }).click();
    await page.getByText('The Receivables period Nov-26 is closed').first().waitFor();
  }, 120_000);

  it('writes through the proxy', async () => {
    await page.goto(`${store.url}/wp-admin/admin.php?page=ar-bridge&tab=rules`);
    await page.getByLabel('Enable rule Gift shop').check();
    await page.getByRole('button', { name: 'Save rules' }).click();
    await page.getByText('Version 8').waitFor();
    expect(sidecar.api.calls('PUT /rules')).toHaveLength(1);
  }, 120_000);

  it('downloads the audit trail through the proxy', async () => {
    await page.goto(`${store.url}/wp-admin/admin.php?page=ar-bridge&tab=audit`);
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download what is shown as CSV' }).click(),
    ]);
    expect(readFileSync(await download.path(), 'utf8')).toMatch(/^seq,at,order\n/);
  }, 120_000);

  it('fills the box on the order screen', async () => {
    await page.goto(`${store.url}/wp-admin/admin.php?page=wc-orders&action=edit&id=${orderId}`);
    await page.locator('#ar-bridge-order').getByText('WEB-1042-P1').waitFor();
    await page.getByRole('link', { name: 'Details, audit, dry run' }).click();
    await page.getByRole('heading', { name: /Maria Lindqvist/ }).waitFor();
    await page.getByRole('link', { name: 'Open the order in WooCommerce' }).waitFor();
  }, 120_000);

  it('fills the column of the order list', async () => {
    await page.goto(`${store.url}/wp-admin/admin.php?page=wc-orders`);
    const cell = page.locator(`.ar-bridge-state[data-order-id="${orderId}"]`);
    await cell.getByText('Posted').waitFor();
    expect(await shownText(cell)).toBe('Posted WEB-1042');
  }, 120_000);
});
