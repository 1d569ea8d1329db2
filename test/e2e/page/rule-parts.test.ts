import { expect, it } from 'vitest';
import { pageSuite, type Stage } from './stage.ts';

const save = (stage: Stage) => stage.page.getByRole('button', { name: 'Save rules' });
const at = (stage: Stage, part: string) => stage.open(`&tab=rules&at=${part}`);

pageSuite('what is not mapped', (stage) => {
  it('is listed with its waiting orders, and one click opens a rule for it that releases them', async () => {
    const page = await at(stage, 'unmapped');
    await page.getByText('12 orders wait for a rule. They go on by themselves once it is saved.').waitFor();
    const row = page.getByRole('row').filter({ hasText: 'SKU MUG-BLUE' });
    expect(await row.innerText()).toMatch(/Revenue[\s\S]*9[\s\S]*#1058/);
    expect(await stage.axe()).toEqual([]);
    await page.getByRole('button', { name: 'Add a rule for SKU MUG-BLUE' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a rule' });
    expect(await dialog.getByLabel('SKU', { exact: true }).inputValue()).toBe('MUG-BLUE');
    await dialog.getByRole('combobox', { name: 'Account' }).fill('41200');
    await dialog.getByRole('option', { name: /41200/ }).first().click();
    await dialog.getByRole('button', { name: 'Add to the rules' }).click();
    await row.getByText('in your edits').waitFor();
    await save(stage).click();
    await page.getByText('Rules saved. 9 orders that waited go on.').first().waitFor();
    await expect.poll(() => row.count()).toBe(0);
    expect(stage.api.model.rules.rules.at(-1)).toMatchObject({ kind: 'revenue', when: { sku: 'MUG-BLUE' } });
  });

  it('opens the rule itself where that names what the set-up does not have', async () => {
    const { model } = stage.api;
    const lost = {
      id: 'eu',
      kind: 'business-unit' as const,
      name: 'Europe',
      enabled: true,
      position: 9,
      when: { currency: 'EUR' },
    };
    model.rules.rules.push({ ...lost, outcome: { businessUnit: 'EU' } });
    const rule = { kind: lost.kind, when: lost.when };
    model.unmapped.items.push({ rule, label: 'business unit "EU"', change: 'eu', partly: true, orders: 2, sample: [1042] });
    const page = await at(stage, 'unmapped');
    await page.getByText('A rule names it, but the set-up does not have it.').waitFor();
    await page.getByRole('button', { name: 'Change the rule about business unit "EU"' }).click();
    const dialog = page.getByRole('dialog', { name: 'Edit the rule' });
    expect(await dialog.getByLabel('Name', { exact: true }).inputValue()).toBe('Europe');
    await dialog.getByText('By the day of the order.').waitFor();
  });

  it('is one click away from the orders that wait for it', async () => {
    for (const cause of stage.api.model.overview.causes) if (cause.code === 'rules.no_account') cause.code = 'account.unmapped';
    const page = await stage.open();
    await page.getByRole('link', { name: 'Add the rules' }).click();
    await page.getByText('12 orders wait for a rule.').waitFor();
  });

  it('says so where everything has a rule', async () => {
    stage.api.model.unmapped = { items: [], waiting: 0, more: false };
    const page = await at(stage, 'unmapped');
    await page.getByText('Everything has a rule.').waitFor();
    await page.getByText('No order waits for a rule.').waitFor();
  });
});

pageSuite('versions of the rules', (stage) => {
  it('are listed with author, reason and what each one changed', async () => {
    const page = await at(stage, 'versions');
    const forced = page.getByRole('row').filter({ hasText: 'Year end, the test follows' });
    expect(await forced.innerText()).toMatch(/6[\s\S]*ben[\s\S]*Saved although tests failed[\s\S]*1 new, 0 changed, 0 gone/);
    expect(await stage.axe()).toEqual([]);
  });

  it('are compared, each with the one before it or with any other', async () => {
    const page = await at(stage, 'versions');
    await page.getByRole('button', { name: 'What changed with version 7' }).click();
    const dialog = page.getByRole('dialog', { name: 'What changed' });
    await dialog.getByText('Account: 41000 42000').waitFor();
    await dialog.getByText(/anna, .* in version 7/).waitFor();
    expect(await stage.axe()).toEqual([]);
    await dialog.getByLabel('From version').selectOption('5');
    await dialog.getByText('Gift shop').waitFor();
    expect(stage.api.calls('GET /rules/changes').at(-1)?.query).toEqual({ from: '5', to: '7' });
  });

  it('can be looked at, and edited from there', async () => {
    const page = await at(stage, 'versions');
    await page.getByRole('button', { name: 'Look at version 5' }).click();
    const dialog = page.getByRole('dialog', { name: 'Version 5' });
    await dialog.getByText('Everything else').waitFor();
    expect(await dialog.getByText('Gift shop').count()).toBe(0);
    await dialog.getByRole('button', { name: 'Edit from this version' }).click();
    await page.getByText('2 changes are not saved. Orders still follow version 7.').waitFor();
  });
});

pageSuite('rules as files', (stage) => {
  const choose = async (name: string, text: string) => {
    const page = await at(stage, 'files');
    await page.getByRole('button', { name: 'Choose a CSV or JSON file' }).waitFor();
    await page.locator('input[type=file]').setInputFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
    return page;
  };

  it('go out as CSV under the name of their version', async () => {
    const page = await at(stage, 'files');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Download as CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('ar-bridge-rules-7.csv');
  });

  it('are looked at first: what they change, what speaks against it; then taken into the edits', async () => {
    const text =
      'id,kind,name,when.categoryId,segment.Account\nrule-clothing,revenue,Clothing,16,41900\nrule-bar,revenue,Bar,18,41000\n';
    const page = await choose('rules.csv', text);
    await page.getByText('rules.csv: 2 rules').waitFor();
    await page.getByLabel('Add them, and change those with the same id').check();
    await page.getByText('Clothing: The Account value 41900 is disabled in Oracle.').waitFor();
    await expect.poll(() => page.locator('.arb-changes > li').count()).toBe(2);
    expect(await stage.axe()).toEqual([]);
    expect(stage.api.calls('PUT /rules')).toEqual([]);
    await page.getByRole('button', { name: 'Take into the edits' }).click();
    await page.getByText(/2 changes are not saved/).waitFor();
    await save(stage).click();
    await page.getByText('Rules saved.').first().waitFor();
    expect(stage.api.model.rules.rules).toHaveLength(8);
  });

  it('can take the place of all rules', async () => {
    const page = await choose('rules.json', JSON.stringify({ rules: [stage.api.model.rules.rules[3]] }));
    await page.getByRole('button', { name: 'Take into the edits' }).click();
    await page.getByText(/6 changes are not saved/).waitFor();
  });

  it('are told row by row where they are wrong, and nothing is taken over', async () => {
    const page = await choose('bad.csv', 'id,kind,name,when.country\na,revenu,Bad,Germany\n');
    await page.getByText('2 errors in bad.csv.').waitFor();
    const row = page.getByRole('row').filter({ hasText: 'when.country' });
    expect(await row.innerText()).toMatch(/^2\s/);
    expect(await page.getByRole('button', { name: 'Take into the edits' }).count()).toBe(0);
    expect(await stage.axe()).toEqual([]);
  });
});

pageSuite('what if', (stage) => {
  const edited = async () => {
    const page = await stage.open('&tab=rules');
    await page.getByLabel('Enable rule Clothing').uncheck();
    await page.getByRole('link', { name: 'What if' }).click();
    return page;
  };

  it('asks for edits first', async () => {
    const page = await at(stage, 'what-if');
    await page.getByText('Edit the rules first').waitFor();
    expect(await page.getByRole('button', { name: 'Run' }).getAttribute('aria-disabled')).toBe('true');
  });

  it('runs the edits over a period, with progress, and shows what would have gone elsewhere', async () => {
    const page = await edited();
    await page.getByLabel('Orders from').fill('2026-10-01');
    await page.getByRole('button', { name: 'Run' }).click();
    await page.getByRole('progressbar', { name: 'Progress of the run' }).waitFor();
    await page.getByText('101-200-41200-2000-000').first().waitFor();
    const row = page.getByRole('row').filter({ hasText: '101-200-41200-2000-000' });
    expect(await row.innerText()).toMatch(
      /101-200-41000-0000-000[\s\S]*18,204.50 USD[\s\S]*15,100.00 USD[\s\S]*398 orders, 530 lines/,
    );
    await page.getByText('no rule: waits').waitFor();
    const orders = page.getByRole('table', { name: 'Orders that would go elsewhere' }).getByRole('row');
    expect(await orders.nth(1).innerText()).toMatch(/an account of their own[\s\S]*40017[\s\S]*6 orders/);
    expect(await orders.nth(2).innerText()).toMatch(/not filled[\s\S]*WEB: attribute1 = \{meta:_po\}/);
    expect(await page.getByRole('table', { name: 'Moved amounts' }).innerText()).not.toContain('40017');
    await page.getByText('3 now, 17 then').waitFor();
    await page.getByLabel('Moved amounts by').selectOption('Segment Product');
    await page.getByRole('row').filter({ hasText: '2000' }).waitFor();
    expect(await stage.axe()).toEqual([]);
    expect(stage.api.calls('POST /rules/what-if')[0]?.body).toMatchObject({ from: '2026-10-01', rules: expect.any(Array) });
    expect(stage.api.calls('PUT /rules')).toEqual([]);
  });

  it('is cancelled at once', async () => {
    const page = await edited();
    await page.getByRole('button', { name: 'Run' }).click();
    await page.getByRole('button', { name: 'Cancel the run' }).click();
    await page.getByText(/Cancelled after .* of 9,300 orders/).waitFor();
    expect(stage.api.calls('POST /rules/what-if/cancel')).toHaveLength(1);
  });
});
