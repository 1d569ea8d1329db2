import { describe, expect, it, onTestFinished } from 'vitest';
import { adminCall } from '../../sidecar/support/admin-call.ts';
import { folderWith } from '../../sidecar/support/kept-orders.ts';
import { listRow } from '../../sidecar/support/lists.ts';
import { order, RULES, SETUP } from '../../sidecar/support/orders.ts';
import { paired, testSidecar } from '../../sidecar/support/sidecar.ts';
import { harnessMissing, launchBrowser, type PageApi, startHarnessOver } from './harness.ts';

const missing = harnessMissing();
const today = new Date().toISOString();

/** A whole sidecar with two orders that wait for a rule, and the page in a browser over it; only WordPress' proxy is played. */
async function opened() {
  const waiting = [1, 2].map((id) => ({ order: order({ id, number: String(id), createdAt: today }), code: 'account.unmapped' }));
  const folder = await folderWith(waiting, (store) => {
    // Saved over the API it would have the waiting orders looked at again.
    store.settings.save('setup', SETUP, 0, 'kim', 0);
    const put = [listRow('Web Card Payments', { enabled: false })];
    store.references.write('receiptMethods', { put, remove: [], changes: [] }, Date.now());
    store.references.pulled('receiptMethods', put.length, Date.now());
  });
  const sidecar = await paired(await testSidecar({}, { folder }));
  const call = adminCall(sidecar);
  await call('PUT', '/rules', { baseVersion: 0, rules: RULES.filter(({ kind }) => kind !== 'revenue') });
  const api: PageApi = {
    model: { pairing: { paired: true } },
    answer: async (method, path, query, body) =>
      path === '/pairing'
        ? { status: 200, body: { paired: true, sidecarUrl: sidecar.url, siteUrl: 'https://shop.example.com' } }
        : call(method, `${path}?${new URLSearchParams(query)}`, body, 'anna'),
  };
  const [harness, browser] = await Promise.all([startHarnessOver(api), launchBrowser()]);
  onTestFinished(async () => {
    await browser.close();
    await harness.close();
  });
  const page = await browser.newPage({ viewport: { width: 1360, height: 900 } });
  page.setDefaultTimeout(20_000);
  return { page, harness, call };
}

describe.skipIf(missing !== null)(
  missing ? `the page over a real sidecar [skipped: ${missing}]` : 'the page over a real sidecar',
  () => {
    it('maps what waits: checked while it is written, tried over the past, saved, and the orders go on', async () => {
      const { page, harness, call } = await opened();
      await page.goto(harness.pageUrl('&tab=rules&at=unmapped'));
      await page.getByText('2 orders wait for a rule.').waitFor();
      await page.getByRole('button', { name: 'Add a rule for SKU MUG-BLUE' }).click();
      const dialog = page.getByRole('dialog', { name: 'Add a rule' });
      await dialog.getByLabel('account', { exact: true }).fill('41000');
      await dialog.getByText('01-000-41000-0000-000').waitFor();
      await dialog.getByRole('button', { name: 'Add to the rules' }).click();
      await page.getByText('1 change is not saved. Orders still follow version 1.').waitFor();

      await page.getByRole('link', { name: 'What if' }).click();
      await page.getByRole('button', { name: 'Run' }).click();
      const moved = page.getByRole('row').filter({ hasText: '01-000-41000-0000-000' });
      await moved.waitFor();
      expect(await moved.innerText()).toMatch(/no rule: waits[\s\S]*200\.00 USD[\s\S]*2 orders, 2 lines/);
      await page.getByText('2 now, 0 then').waitFor();

      await page.getByLabel('What was changed, and why (optional)').fill('Mugs');
      await page.getByRole('button', { name: 'Save rules' }).click();
      await page.getByText('Rules saved. 2 orders that waited go on.').first().waitFor();

      await page.getByRole('link', { name: 'Versions' }).click();
      const second = page.getByRole('row').filter({ hasText: 'anna' });
      expect(await second.innerText()).toMatch(/2\s[\s\S]*Mugs[\s\S]*1 new, 0 changed, 0 gone/);
      await page.getByRole('button', { name: 'What changed with version 2' }).click();
      await page.getByRole('dialog').getByText('SKU: MUG-BLUE').first().waitFor();
      expect((await call('GET', '/rules')).body).toMatchObject({ version: 2, author: 'anna', note: 'Mugs' });
    }, 120_000);

    it('tells on the overview what Oracle has closed, and leads to the rule', async () => {
      const { page, harness } = await opened();
      await page.goto(harness.pageUrl());
      await page.getByText('Rule "card": The receipt method Web Card Payments is disabled in Oracle.').waitFor();
      await page.getByRole('link', { name: 'Open the rule' }).click();
      const dialog = page.getByRole('dialog', { name: 'Edit the rule' });
      await dialog.getByText('The receipt method Web Card Payments is disabled in Oracle.').waitFor();
    }, 120_000);
  },
);
