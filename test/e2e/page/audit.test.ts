import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { pageSuite } from './stage.ts';

pageSuite('audit', (stage) => {
  it('filters by order, document, day and result together', async () => {
    const page = await stage.open('&tab=audit&kind=all');
    await page.getByText('list changed orders').waitFor();
    await page.getByLabel('From').fill('2026-11-01');
    await page.getByLabel('Order id').fill('1055');
    await page.getByLabel('Document').fill('WEB-1055');
    await page.getByLabel('Result').selectOption('Failed');
    await page.getByRole('button', { name: 'Filter' }).press('Enter');
    await expect.poll(() => page.getByText('list changed orders').count()).toBe(0);
    await expect.poll(() => page.getByRole('row').count()).toBe(3); // headers and the two failures
    expect(stage.api.calls('GET /audit').at(-1)?.query).toEqual({
      from: '2026-11-01',
      orderId: '1055',
      document: 'WEB-1055',
      result: 'failed',
      kind: 'all',
      limit: '50',
    });
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Filter');
    await page.getByRole('link', { name: 'Clear' }).click();
    await page.getByText('create credit memo').waitFor();
    expect(await page.getByLabel('Order id').inputValue()).toBe('');
  });

  it('shows first what changed in Oracle, and reads and polls when asked for', async () => {
    const page = await stage.open('&tab=audit');
    await page.getByText('create credit memo').waitFor();
    expect(await page.getByText('list changed orders').count()).toBe(0);
    await page.getByLabel('Show').selectOption('Everything, reads and polls too');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByText('list changed orders').waitFor();
    expect(page.url()).toContain('kind=all');
  });

  it('offers to look among the reads when no change is found', async () => {
    stage.api.model.audit = stage.api.model.audit.filter(({ method }) => method === 'GET');
    const page = await stage.open('&tab=audit');
    await page.getByText('Nothing was changed in Oracle yet.').waitFor();
    await page.getByRole('link', { name: 'Look among reads and polls too' }).click();
    await page.getByText('list changed orders').waitFor();
  });

  it('opens an entry with request and answer laid out, ids unharmed', async () => {
    const page = await stage.open('&tab=audit');
    const opener = page.getByRole('button', { name: 'Open entry 505' });
    await opener.click();
    const dialog = page.getByRole('dialog', { name: 'Entry 505' });
    await dialog.getByText('"CustomerTransactionId": 300000281734912345,').waitFor();
    expect(await stage.axe()).toEqual([]);
    await page.keyboard.press('Escape');
    expect(await opener.evaluate((element) => element === document.activeElement)).toBe(true);
  });

  it('shows with a document that was sent what the rules had chosen, and in which entry that stands', async () => {
    const page = await stage.open('&tab=audit&kind=all');
    await page.getByRole('button', { name: 'Open entry 505' }).click();
    const dialog = page.getByRole('dialog', { name: 'Entry 505' });
    await dialog.getByText('Recorded before it was sent, in entry 503.').waitFor();
    const chosen = dialog.getByRole('listitem').filter({ hasText: 'Hoodie, grey, L' });
    expect(await chosen.innerText()).toMatch(/101-200-41100-1000-000[\s\S]*by “Clothing”[\s\S]*version 7[\s\S]*Clothing \(16\)/);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Open entry 503' }).click();
    const own = page.getByRole('dialog', { name: 'Entry 503' });
    await own.getByText('by “Clothing”').waitFor();
    expect(await own.getByText('No answer came.').count()).toBe(0);
    expect(await stage.axe()).toEqual([]);
  });

  it('pages to older entries and back', async () => {
    const [entry] = stage.api.model.audit;
    stage.api.model.audit = Array.from({ length: 60 }, (_, index) => ({
      ...(entry as NonNullable<typeof entry>),
      seq: 600 - index,
      operation: `step ${index}.`,
    }));
    const page = await stage.open('&tab=audit');
    await page.getByText('step 0.').waitFor();
    await page.getByRole('link', { name: 'Older' }).click();
    await page.getByText('step 59.').waitFor();
    expect(stage.api.calls('GET /audit').at(-1)?.query.before).toBe('551');
    await page.getByRole('link', { name: 'Newest' }).click();
    await page.getByText('step 0.').waitFor();
  });

  it('downloads what the filter shows as CSV', async () => {
    const page = await stage.open('&tab=audit&result=failed&before=900');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download what is shown as CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('ar-bridge-audit.csv');
    expect(readFileSync(await download.path(), 'utf8')).toMatch(/^seq,at,order\n/);
    expect(stage.api.calls('GET /audit/csv')[0]?.query).toEqual({ result: 'failed' });
  });

  it('gives the verdict on the chain, whole or broken', async () => {
    const page = await stage.open('&tab=audit');
    await page.getByRole('button', { name: 'Verify the chain' }).click();
    await page.getByText('The chain is whole: 48,211 entries.').first().waitFor();
    stage.api.instead.set('GET /audit/verify', {
      status: 200,
      body: { ok: false, rows: 505, head: 'ab', firstBad: { seq: 77, why: 'its content does not give its hash' } },
    });
    await page.getByRole('button', { name: 'Verify the chain' }).click();
    await page.getByText('The chain breaks at entry 77: its content does not give its hash').first().waitFor();
  });
});
