import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { fault } from './mock-api.ts';
import { shownText } from './shown-text.ts';
import { pageSuite } from './stage.ts';

const TAB = '&tab=reconciliation';

pageSuite('reconciliation', (stage) => {
  it('shows the latest run: verdict, totals with differences, and reasons with what to do', async () => {
    const page = await stage.open(TAB);
    await page.getByText('Not balanced', { exact: true }).waitFor();
    const totals = page.getByRole('table', { name: 'Northwind US BU, USD: 712 orders' });
    expect(await shownText(totals.getByRole('row', { name: /Sales/ }))).toBe(
      'Sales against invoices 98,123.45 USD 97,943.55 USD -179.90 USD',
    );
    await page
      .getByText(
        'Open the order: add the rule it asks for, choose its customer’s account, or open what Oracle has closed. Then resume it.',
      )
      .waitFor();
    await page.getByText('What the sums are made of').click();
    await page.getByText('Rounding and other').waitFor({ state: 'detached' });
    await page.getByRole('table', { name: 'Store', exact: true }).getByText('Shipping').waitFor();
    expect(await stage.axe()).toEqual([]);
  });

  it('narrows the table to the rows that differ and to a gateway, in the address', async () => {
    const page = await stage.open(TAB);
    const table = page.getByRole('table', { name: 'Store and Oracle, day by day' });
    await table.waitFor();
    expect(await table.getByRole('row').count()).toBe(1 + 25);
    await page.getByLabel('Only rows that differ').click();
    await expect.poll(() => table.getByRole('row').count()).toBe(1 + 3);
    await page.getByLabel('Gateway', { exact: true }).selectOption('no gateway');
    await expect.poll(() => table.getByRole('row').count()).toBe(1 + 1);
    expect(stage.api.calls('GET /reconcile/runs/:id/rows').at(-1)?.query).toMatchObject({ only: 'differences', gateway: '' });
    expect(page.url()).toContain('only=differences');
    await page.reload();
    await expect.poll(() => table.getByRole('row').count()).toBe(1 + 1);
  });

  it('opens a row into its orders, with the reason in words and both sides', async () => {
    const page = await stage.open(`${TAB}&only=differences`);
    const opener = page.getByRole('button', { name: 'Open the orders of Nov 4, 2026, stripe' });
    await opener.click();
    const closer = page.getByRole('button', { name: 'Close the orders of Nov 4, 2026, stripe' });
    expect(await closer.getAttribute('aria-expanded')).toBe('true');
    const orders = page.getByRole('table', { name: 'Orders of the row' });
    await orders.getByText('No GL account for SKU MUG-BLUE.').first().waitFor();
    // Sale and payment have one cause: it is said once what to do.
    expect(await orders.getByText('Add a rule for the SKU or its category').count()).toBe(1);
    expect(stage.api.calls('GET /reconcile/runs/:id/orders').at(-1)?.query).toMatchObject({
      day: '2026-11-04',
      gateway: 'stripe',
      currency: 'USD',
      only: 'differences',
    });
    await orders.getByText('Both sides').click();
    await orders.getByText('payment 58').waitFor();
    expect(await stage.axe()).toEqual([]);
    await orders.getByRole('link', { name: '#1058' }).click();
    await page.getByRole('heading', { name: /1058/ }).waitFor();
  });

  it('starts a live run with a certificate over days of one’s own, and follows it to its end', async () => {
    const page = await stage.open(TAB);
    await page.getByLabel('Period', { exact: true }).selectOption('Other days');
    await page.getByLabel('From', { exact: true }).fill('2026-11-09');
    await page.getByLabel('To', { exact: true }).fill('2026-11-02');
    await page.getByText('The first day must not be after the last.').waitFor();
    expect(await page.getByRole('button', { name: 'Compare', exact: true }).getAttribute('aria-disabled')).toBe('true');
    await page.getByLabel('To', { exact: true }).fill('2026-11-15');
    await page.getByLabel('Read every document back from Oracle first').click();
    await page.getByLabel('Ask the store for its list of orders too').click();
    const { result } = stage.api.model.reconcile.run;
    await page.getByRole('button', { name: 'Compare and keep a close certificate' }).click();
    await page.getByText('Starting…').waitFor();
    expect(stage.api.calls('POST /reconcile/runs')[0]?.body).toEqual({
      ...{ from: '2026-11-09', to: '2026-11-15', oracle: 'live', store: 'fresh', certificate: true },
    });
    expect(page.url()).toContain('run=8');
    const run = () => stage.api.model.reconcile.run;
    stage.api.model.reconcile.run = { ...run(), progress: { phase: 'oracle', days: 3, of: 7, documents: 210 } };
    await page.getByText('Reading Oracle back: 3 of 7 days, 210 documents').waitFor();
    expect(await stage.axe()).toEqual([]);
    stage.api.model.reconcile.run = { ...run(), state: 'done', result };
    await page.getByText('Not balanced', { exact: true }).waitFor();
  });

  it('tells why a run failed', async () => {
    Object.assign(stage.api.model.reconcile.run, {
      state: 'failed',
      result: null,
      failure: { code: 'endpoint.unavailable', message: 'Oracle does not answer.', action: 'Run it again later.' },
    });
    const page = await stage.open(TAB);
    expect(await shownText(page.getByRole('alert'))).toMatch(/Oracle does not answer\. Run it again later\./);
  });

  it('says when nothing was compared yet', async () => {
    Object.assign(stage.api.model.reconcile.view, { runs: [], certificates: [], lastRead: null, drifted: 0 });
    stage.api.model.reconcile.drift = [];
    const page = await stage.open(TAB);
    await page.getByText('Oracle was never read back yet.').waitFor();
    await page.getByRole('link', { name: 'Close certificates' }).click();
    await page.getByText('No certificate yet.').waitFor();
    await page.getByRole('link', { name: 'Changed in Oracle' }).click();
    await page.getByText('Nothing was changed by hand.').waitFor();
  });

  it('downloads rows, differences and orders as CSV', async () => {
    const page = await stage.open(TAB);
    for (const what of ['Rows', 'Differences', 'Orders']) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: `${what} as CSV` }).click(),
      ]);
      expect(download.suggestedFilename()).toBe(`ar-bridge-2026-11-01-2026-11-23-${what.toLowerCase()}.csv`);
      expect(readFileSync(await download.path(), 'utf8')).toBe(`${what.toLowerCase()},day\r\n`);
    }
  });

  it('lists what was changed in Oracle, puts it right, or accepts it with a note', async () => {
    const page = await stage.open(`${TAB}&at=drift`);
    await page.getByText('Money of receipt WEB-1042-P1 was unapplied.').waitFor();
    await page.getByText(/taken as it is by kim/).waitFor();
    expect(await stage.axe()).toEqual([]);
    await page.getByRole('button', { name: 'Accept as it is: Order #1042' }).click();
    const dialog = page.getByRole('dialog', { name: 'Accept as it is' });
    await dialog.getByLabel('Note').fill('Agreed with treasury');
    expect(await stage.axe()).toEqual([]);
    await dialog.getByRole('button', { name: 'Accept as it is' }).click();
    await page.getByText(/taken as it is by admin/).waitFor();
    expect(stage.api.calls('POST /reconcile/drift/accept')[0]?.body).toEqual({
      orderId: 1042,
      fingerprint: '0123456789abcdef',
      note: 'Agreed with treasury',
    });
    const [drift] = stage.api.model.reconcile.drift;
    stage.api.model.reconcile.drift = drift ? [{ ...drift, accepted: null }] : [];
    await page.reload();
    await page.getByRole('button', { name: 'Put it right (replay): Order #1042' }).click();
    await page.getByText('Nothing was changed by hand.').waitFor();
    expect(stage.api.calls('POST /reconcile/drift/put-right')[0]?.body).toEqual({ orderId: 1042 });
  });

  it('tells that the nightly look failed, why, and when it comes again', async () => {
    stage.api.model.reconcile.view.nightly.failed = {
      ...{ run: 9, attempts: 3, at: '2026-11-23T06:20:00Z', next: '2026-11-23T06:40:00Z' },
      failure: { code: 'endpoint.unavailable', message: 'Oracle does not answer.', action: '' },
    };
    const page = await stage.open(`${TAB}&at=drift`);
    const said = await shownText(page.getByRole('alert'));
    expect(said).toMatch(/The nightly look failed 3 times in a row\. Oracle does not answer\. It comes again by itself: .*2026/);
    expect(await stage.axe()).toEqual([]);
  });

  it('keeps the dialog and says why when an acceptance is refused', async () => {
    stage.api.instead.set(
      'POST /reconcile/drift/accept',
      fault(
        422,
        'drift.changed_meanwhile',
        'What differs in Oracle has changed since this page was loaded. Reload and look again.',
      ),
    );
    const page = await stage.open(`${TAB}&at=drift`);
    await page.getByRole('button', { name: 'Accept as it is: Order #1042' }).click();
    const dialog = page.getByRole('dialog', { name: 'Accept as it is' });
    await dialog.getByRole('button', { name: 'Accept as it is' }).click();
    await dialog.getByText('Reload and look again.').waitFor();
  });

  it('hands out a certificate as page, CSV and data', async () => {
    const page = await stage.open(`${TAB}&at=certificates`);
    const table = page.getByRole('table', { name: 'Close certificates' });
    await table.waitFor();
    expect(await table.getByRole('row').count()).toBe(1 + 2);
    expect(await stage.axe()).toEqual([]);
    for (const [name, ending, content] of [
      ['Page to print of certificate 2', 'html', /<!doctype html>/],
      ['CSV of certificate 2', 'csv', /^section,name/],
      ['Data of certificate 2', 'json', /^{"format":"x"}$/],
    ] as const) {
      const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name }).click()]);
      expect(download.suggestedFilename()).toBe(`ar-bridge-certificate-2-2026-10-01-2026-10-31.${ending}`);
      expect(readFileSync(await download.path(), 'utf8')).toMatch(content);
    }
  });

  it('shows a certificate on one line: the hash shortened, whole where it is copied, and the buttons side by side', async () => {
    await stage.page.setViewportSize({ width: 1280, height: 900 });
    const page = await stage.open(`${TAB}&at=certificates`);
    const row = page.getByRole('table', { name: 'Close certificates' }).getByRole('row').nth(1);
    const hash = row.locator('code');
    const { sha256 = '' } = stage.api.model.reconcile.view.certificates[0] ?? {};
    expect(await hash.getAttribute('title')).toBe(sha256);
    expect((await hash.boundingBox())?.width).toBeLessThan(120);
    await hash.click();
    expect(await page.evaluate(() => getSelection()?.toString())).toBe(sha256);
    const tops = await row.getByRole('button').evaluateAll((buttons) => buttons.map((each) => each.getBoundingClientRect().top));
    expect(new Set(tops).size).toBe(1);
  });

  it.each([600, 390])('stays within a window of %d pixels in every part', async (width) => {
    await stage.page.setViewportSize({ width, height: 900 });
    for (const [part, text] of [
      ['', 'against credit memos'],
      ['&at=drift', 'WEB-1042-P1'],
      ['&at=certificates', 'Certificate 2'],
    ]) {
      const page = await stage.open(`${TAB}${part}`);
      await page
        .getByText(text as string)
        .first()
        .waitFor();
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      expect(overflow, part).toBeLessThanOrEqual(0);
    }
  });
});
