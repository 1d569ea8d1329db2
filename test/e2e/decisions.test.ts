import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DEMO_SETUP, demoRules } from '../demo/books.ts';
import { openStack, type Stack } from '../demo/stack.ts';
import { seedCatalogue } from '../store/catalogue.ts';
import { storeAvailable } from '../store/store.ts';
import { harnessMissing, launchBrowser } from './page/harness.ts';
import { signIn } from './sign-in.ts';

/** Orders that ask a person, on a real store with a real sidecar: each is decided in the browser, and lands as its sentence said. */
const available = storeAvailable();
const missing = available.ok ? harnessMissing() : available.reason;
const shots = join(import.meta.dirname, '..', '..', 'test-output', 'screenshots');

describe.skipIf(missing !== null)(missing ? `decisions in the browser [skipped: ${missing}]` : 'decisions in the browser', () => {
  let stack: Stack;
  let browser: Browser;
  let page: Page;
  let product: number | undefined;

  beforeAll(async () => {
    mkdirSync(shots, { recursive: true });
    stack = await openStack({ profile: '26D', say: () => {} });
    const catalogue = await seedCatalogue(stack.store);
    product = catalogue.products['EQ-KETTLE'];
    await stack.page.put('/connections/setup', { baseVersion: 0, setup: DEMO_SETUP });
    await stack.page.put('/rules', { baseVersion: 0, rules: demoRules(catalogue) });
    browser = await launchBrowser();
    page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
    page.setDefaultTimeout(60_000);
    await signIn(page, stack.store);
  }, 300_000);
  afterAll(async () => {
    await browser?.close();
    await stack?.close();
  }, 60_000);

  async function postedOrder(): Promise<number> {
    const { id } = await stack.store.rest<{ id: number }>('POST', '/orders', {
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
      },
      line_items: [{ product_id: product, quantity: 1 }],
    });
    await page.goto(`${stack.store.url}/wp-admin/admin.php?page=ar-bridge&tab=orders&order=${id}`);
    await state('Posted', id);
    return id;
  }

  /** Reloads until the order stands there: the page follows by itself only while work goes on. */
  async function state(label: string, id: number): Promise<void> {
    await expect
      .poll(
        async () => {
          await page.goto(`${stack.store.url}/wp-admin/admin.php?page=ar-bridge&tab=orders&order=${id}`);
          const badge = page.locator('.arb-heading .arb-badge');
          await badge.or(page.getByText('has not seen this order')).first().waitFor();
          if ((await badge.count()) === 0) return 'not seen';
          const shown = await badge.innerText();
          // Why it stands elsewhere belongs into the failure.
          const reason = page.locator('.arb-reason__message');
          return shown === label || (await reason.count()) === 0 ? shown : `${shown}: ${await reason.first().innerText()}`;
        },
        { timeout: 90_000, interval: 1_500 },
      )
      .toBe(label);
  }

  async function decide(choice: string, meaning: string, file: string): Promise<void> {
    await page.getByText(meaning).waitFor();
    await page.screenshot({ path: join(shots, `${file}.png`), fullPage: true });
    await page.getByRole('radio', { name: choice }).check();
    await page.getByRole('button', { name: 'Decide' }).click();
    await page.getByText('Decision saved.').first().waitFor();
  }

  it('credits the sale of a cancelled order whose money was kept', async () => {
    const id = await postedOrder();
    await stack.store.rest('PUT', `/orders/${id}`, { status: 'cancelled' });
    await state('Needs attention', id);
    await decide('Credit the sale', 'A credit memo takes the sale back.', 'decide-cancelled');
    await state('Posted', id);
    expect(await page.getByRole('rowheader', { name: /Credit memo/ }).count()).toBe(1);
    await page.getByText('They agree').waitFor();
  }, 240_000);

  it('keeps the books of an order that was put into the trash', async () => {
    const id = await postedOrder();
    await stack.store.rest('DELETE', `/orders/${id}`);
    await state('Needs attention', id);
    await decide('Keep the books as they are', 'Invoice and receipt stay as they are.', 'decide-trashed');
    await state('Posted', id);
    expect(await page.getByRole('rowheader', { name: new RegExp(`^WEB-${id}`) }).count()).toBe(2);
  }, 240_000);

  it('reverses the receipt of a payment that was taken back', async () => {
    const id = await postedOrder();
    await stack.store.php(
      "$order = wc_get_order( $args['id'] ); $order->set_date_paid( null ); $order->set_status( 'pending' ); return $order->save();",
      { id },
    );
    await state('Needs attention', id);
    await decide('Reverse the receipt', 'The receipt is reversed in Oracle, and the invoice is open again.', 'decide-taken-back');
    await state('Posted', id);
    await page
      .getByText(/Reverse receipt/i)
      .first()
      .waitFor();
  }, 240_000);
});
