import { expect, it } from 'vitest';
import { pageSuite, type Stage } from './stage.ts';

const BROKEN = 'The receipt method Web Card Payments is disabled in Oracle.';
const opened = async (stage: Stage) => {
  const page = await stage.open('&tab=connections&at=lists');
  await page.getByRole('rowheader', { name: 'Segment values' }).waitFor();
  return page;
};
const rowOf = (stage: Stage, list: string) => stage.page.getByRole('row').filter({ hasText: list });

pageSuite('lists of values', (stage) => {
  it('show their size, age, last failure and changes', async () => {
    const page = await opened(stage);
    expect(await rowOf(stage, 'Segment values').innerText()).toMatch(/1,204\s+2 hours ago\s+2/);
    expect(await rowOf(stage, 'Receivables periods').innerText()).toMatch(
      /Too old[\s\S]*Oracle did not answer within 30 seconds\./,
    );
    expect(await rowOf(stage, 'Shared bill-to accounts').innerText()).toContain('not yet');
    expect(await stage.axe()).toEqual([]);
    await page.getByRole('button', { name: '2 changes of Segment values' }).click();
    const dialog = page.getByRole('dialog', { name: 'Changes of Segment values' });
    const closed = dialog.getByRole('row').filter({ hasText: 'NW_ACCOUNT/41900' });
    expect(await closed.innerText()).toMatch(/Revenue, gifts[\s\S]*Closed[\s\S]*ended on 2026-10-01/);
    expect(await dialog.getByRole('rowheader').count()).toBe(2);
    expect(await stage.axe()).toEqual([]);
  });

  it('are pulled by hand', async () => {
    const page = await opened(stage);
    await page.getByRole('button', { name: 'Pull all lists now' }).click();
    await page.getByText('1,283 values were pulled.').first().waitFor();
    await expect.poll(() => page.getByText('Too old', { exact: true }).count()).toBe(0);
  });

  it('are pulled as often, and trusted as long, as a person says', async () => {
    const page = await opened(stage);
    const every = page.getByLabel('Hours between two pulls');
    const save = page.getByRole('button', { name: 'Save', exact: true });
    await every.fill('0');
    await page.getByText('A whole number from 1 to 168.').waitFor();
    expect(await save.getAttribute('aria-disabled')).toBe('true');
    await every.fill('2');
    await page.getByLabel('Too old to post by after hours').fill('12');
    await save.click();
    await expect.poll(() => stage.api.model.references.settings).toEqual({ everyHours: 2, maxAgeHours: 12 });
  });
});

pageSuite('what Oracle changed', (stage) => {
  it('stands on the overview with the orders at risk and the way to the rule', async () => {
    const page = await stage.open();
    const card = page.getByRole('region', { name: 'Changed in Oracle' });
    await card.getByText(BROKEN).waitFor();
    await card.getByText('21 waiting or recent orders meet it.').waitFor();
    await card.getByRole('link', { name: '#1055' }).waitFor();
    expect(await stage.axe()).toEqual([]);
    await card.getByRole('link', { name: 'Open the rule' }).click();
    await page.getByRole('dialog', { name: 'Edit the rule' }).waitFor();
    expect(await page.getByRole('dialog').getByLabel('Name').inputValue()).toBe('Cards');
  });

  it('leaves the overview once somebody has seen it, and stays with the lists', async () => {
    const page = await stage.open();
    await page.getByRole('button', { name: 'I have seen it: Cards' }).click();
    await expect.poll(() => page.getByText(BROKEN).count()).toBe(0);
    await page.getByText('What waits, and why').waitFor();
    await opened(stage);
    await page.getByText(BROKEN).waitFor();
    await page.getByText('Seen by admin.').waitFor();
  });

  it('shows no card while nothing is broken', async () => {
    stage.api.model.notices = [];
    const page = await stage.open();
    await page.getByText('What waits, and why').waitFor();
    await expect.poll(() => stage.api.calls('GET /references/notices').length).toBe(1);
    expect(await page.getByText('Changed in Oracle').count()).toBe(0);
  });
});
