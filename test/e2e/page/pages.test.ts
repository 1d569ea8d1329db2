import { describe, expect, it } from 'vitest';
import { fault } from './mock-api.ts';
import { shownText } from './shown-text.ts';
import { pageSuite } from './stage.ts';

const TABS = ['Overview', 'Orders', 'Customers', 'Rules', 'Reconciliation', 'Audit', 'Connections'] as const;
const READS = {
  Overview: 'GET /overview',
  Orders: 'GET /orders',
  Customers: 'GET /customers',
  Rules: 'GET /rules',
  Reconciliation: 'GET /reconcile',
  Audit: 'GET /audit',
  Connections: 'GET /connections',
};
/** Something that only the filled page shows. */
const FILLED = {
  Overview: 'The Receivables period Nov-26 is closed',
  Orders: 'Café Müller GmbH',
  Customers: 'einkauf@cafe-mueller.example',
  Rules: 'Everything else',
  Reconciliation: 'against credit memos',
  Audit: 'create credit memo',
  Connections: 'Oracle Fusion',
};
const down = fault(502, 'sidecar.unreachable', 'No answer from the sidecar', 'Start it with `npm run sidecar`.');
const query = (tab: string) => `&tab=${tab.toLowerCase()}`;

pageSuite('the pages', (stage) => {
  describe.each(TABS)('%s', (tab) => {
    it('shows what the sidecar knows, and axe finds nothing against it', async () => {
      const page = await stage.open(query(tab));
      await page.getByText(FILLED[tab]).first().waitFor();
      await expect.poll(() => page.locator('.arb-loading').count()).toBe(0);
      expect(await stage.axe()).toEqual([]);
    });

    it('says that it is loading', async () => {
      stage.api.instead.set(READS[tab], { ...down, afterMs: 3_000 });
      const page = await stage.open(query(tab));
      await page.getByRole('status').filter({ hasText: 'Loading…' }).first().waitFor();
    });

    it('shows a failure as message, action and button, in that order, and the button tries again', async () => {
      stage.api.instead.set(READS[tab], down);
      const page = await stage.open(query(tab));
      const failure = page.getByRole('alert').first();
      await failure.waitFor();
      const text = await shownText(failure);
      expect(text).toMatch(/No answer from the sidecar.*Start it with npm run sidecar.*Try again/);
      stage.api.instead.clear();
      await failure.getByRole('button', { name: 'Try again' }).click();
      await page.getByText(FILLED[tab]).first().waitFor();
    });
  });

  it('says so where nothing is there yet', async () => {
    const { api } = stage;
    api.model.orders = [];
    api.model.customers = [];
    api.model.audit = [];
    api.model.rules = {
      version: 0,
      author: '',
      savedAt: null,
      rules: [],
      problems: [],
      tests: [],
      testResults: [],
      note: '',
      forced: null,
    };
    Object.assign(api.model.overview, { causes: [], recent: [], today: { day: '2026-11-23', posted: [] } });
    const page = await stage.open();
    for (const [tab, text] of [
      ['Overview', 'Nothing waits.'],
      ['Orders', 'No order yet.'],
      ['Customers', 'No customer yet.'],
      ['Rules', 'No rule yet.'],
      ['Audit', 'Nothing was changed in Oracle yet.'],
    ] as const) {
      await page.getByRole('navigation', { name: 'AR Bridge' }).getByRole('link', { name: tab }).click();
      await page.getByText(text).waitFor();
    }
  });

  it('goes through the tabs with the keyboard, and the focus follows to the page', async () => {
    const page = await stage.open();
    await page.getByText(FILLED.Overview).first().waitFor();
    const link = page.getByRole('navigation', { name: 'AR Bridge' }).getByRole('link', { name: 'Orders' });
    await page.getByRole('navigation', { name: 'AR Bridge' }).getByRole('link', { name: 'Overview' }).focus();
    await page.keyboard.press('Tab');
    expect(await link.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    await page.getByText(FILLED.Orders).waitFor();
    expect(page.url()).toContain('tab=orders');
    expect(await link.getAttribute('aria-current')).toBe('page');
    expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Orders');
    await page.keyboard.press('Tab');
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('All');
  });

  it('works with back and forward, without loading the page anew', async () => {
    const page = await stage.open(query('Orders'));
    await page.evaluate(() => Object.assign(window, { stillHere: true }));
    await page.getByRole('link', { name: '#1057' }).click();
    await page.getByText('Order 1057 is "cancelled", 100.00 USD kept.').waitFor();
    expect(page.url()).toContain('order=1057');
    await page.goBack();
    await page.getByText('Café Müller GmbH').waitFor();
    await page.goForward();
    await page.getByRole('radio', { name: 'Wait for the refund' }).waitFor();
    expect(await page.evaluate(() => 'stillHere' in window)).toBe(true);
  });

  it('does not show an answer that the contract does not describe', async () => {
    stage.api.instead.set('GET /overview', { status: 200, body: { mode: 'live' } });
    const page = await stage.open();
    await page.getByText('The sidecar answered in a shape this page does not know').waitFor();
  });

  it('keeps showing what it knew when a later read fails', async () => {
    const page = await stage.open(query('Orders'));
    await page.getByRole('link', { name: '#1058' }).click();
    await page.getByText('No GL account for SKU MUG-BLUE').first().waitFor();
    stage.api.instead.set('GET /overview', down);
    stage.api.instead.set('GET /orders/:id', down);
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('alert').getByText('No answer from the sidecar').waitFor();
    expect(await page.getByText('No GL account for SKU MUG-BLUE').count()).toBeGreaterThan(0);
  });

  it('shows a simulation with its reason and the way to the switch', async () => {
    Object.assign(stage.api.model.overview, { mode: 'simulation', modeReason: 'This site is a copy.' });
    const page = await stage.open();
    await page.getByText('This site is a copy.', { exact: true }).waitFor();
    await page.getByRole('link', { name: 'Posting mode' }).click();
    await page.getByRole('heading', { name: 'Posting mode' }).waitFor();
  });

  it('leads a new installation to the pairing instead of showing empty pages', async () => {
    stage.api.model.pairing = { paired: false, sidecarUrl: null, siteUrl: null };
    const page = await stage.open(query('Orders'));
    await page.getByRole('link', { name: 'Go to Connections' }).click();
    await page.getByLabel('Address of the sidecar').fill('https://bridge.example.com:8090');
    await page.getByLabel('Pairing code').fill('WRONG');
    await page.getByRole('button', { name: 'Pair', exact: true }).click();
    await page.getByText('The pairing code is not the right one').first().waitFor();
    await page.getByLabel('Pairing code').fill('GOOD-CODE');
    await page.getByLabel('Pairing code').press('Enter');
    await page.getByText('WooCommerce store', { exact: true }).waitFor();
    expect(stage.api.calls('GET /orders')).toEqual([]);
  });

  it('stays within a narrow window', async () => {
    await stage.page.setViewportSize({ width: 600, height: 900 });
    for (const tab of TABS) {
      const page = await stage.open(query(tab));
      await page.getByText(FILLED[tab]).first().waitFor();
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, tab).toBeLessThanOrEqual(0);
    }
  });
});
