import { expect, it } from 'vitest';
import { pageSuite, type Stage } from './stage.ts';

async function opened(stage: Stage, at = '') {
  const page = await stage.open(`&tab=rules${at}`);
  await page.getByText(at === '' ? 'Version 7' : 'A mug in Germany goes to 41200').waitFor();
  return page;
}
const save = (stage: Stage) => stage.page.getByRole('button', { name: 'Save rules' });

pageSuite('rules before they are saved', (stage) => {
  it('shows what Oracle has against an edit, while it is edited', async () => {
    const page = await opened(stage);
    await page.getByLabel('Enable rule Gift shop').check();
    await page.getByText('The Account value 41900 is disabled in Oracle.').waitFor();
    await page.getByText('1 problem.').waitFor();
    await page.getByLabel('Show').selectOption('With problems');
    await expect.poll(() => page.getByRole('rowheader').count()).toBe(1);
    expect(await stage.axe()).toEqual([]);
    expect(stage.api.calls('PUT /rules')).toEqual([]);
  });

  it('says in the form that a rule is never reached, before it is kept', async () => {
    const page = await opened(stage);
    await page.getByRole('button', { name: 'More for rule Clothing' }).click();
    await page.getByRole('menuitem', { name: 'Duplicate' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Never reached: whenever it holds, "Clothing" holds too and comes first.').waitFor();
    expect(await stage.axe()).toEqual([]);
  });

  it('shows the edited rules only', async () => {
    const page = await opened(stage);
    await page.getByLabel('Enable rule Clothing').uncheck();
    await page.getByLabel('Show').selectOption('Edited, not saved');
    await expect
      .poll(async () => (await page.getByRole('rowheader').allInnerTexts()).map((name) => name.split('\n')[0]))
      .toEqual(['Clothing']);
  });

  it('keeps what was changed and why with the version', async () => {
    const page = await opened(stage);
    await page.getByLabel('Enable rule Clothing').uncheck();
    await page.getByLabel('What was changed, and why (optional)').fill('Clothing is sold elsewhere');
    await save(stage).click();
    await page.getByText('Version 8').waitFor();
    expect(stage.api.calls('PUT /rules')[0]?.body).toMatchObject({
      note: 'Clothing is sold elsewhere',
      tests: [{ id: 'test-mug' }],
    });
  });

  it('does not save against a failing test, unless a person says why', async () => {
    const page = await opened(stage);
    await page.getByLabel('Enable rule Mugs').uncheck();
    await page.getByText('1 test fails.').waitFor();
    await save(stage).click();
    const dialog = page.getByRole('dialog', { name: 'Save although tests fail?' });
    await dialog.getByText('Expected Account 41200, got 41000.').waitFor();
    const anyway = dialog.getByRole('button', { name: 'Save anyway' });
    expect(await anyway.getAttribute('aria-disabled')).toBe('true');
    await dialog.getByLabel('Why').fill('The mugs are sold out');
    expect(await stage.axe()).toEqual([]);
    await anyway.click();
    await page.getByText('Version 8').waitFor();
    expect(stage.api.model.rules.forced).toEqual({
      by: 'admin',
      reason: 'The mugs are sold out',
      tests: ['A mug in Germany goes to 41200'],
    });
  });

  it('can be turned back at the question', async () => {
    const page = await opened(stage);
    await page.getByLabel('Enable rule Mugs').uncheck();
    await save(stage).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click();
    await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
    expect(stage.api.model.rules.version).toBe(7);
  });
});

pageSuite('rule tests', (stage) => {
  it('are listed with what they ask, expect, and how they came out', async () => {
    const page = await opened(stage, '&at=tests');
    const row = page.getByRole('row').filter({ hasText: 'A mug in Germany goes to 41200' });
    // Whole once the set-up with the segments is there.
    await row.getByText('101-200-41200-0000-000').waitFor();
    const text = await row.innerText();
    expect(text).toMatch(/SKU: MUG-BLUE[\s\S]*Billing country: DE[\s\S]*101-200-41200-0000-000[\s\S]*Passed[\s\S]*by “Mugs”/);
    expect(await stage.axe()).toEqual([]);
  });

  it('are written with their result in view, and saved with the rules', async () => {
    const page = await opened(stage, '&at=tests');
    await page.getByRole('button', { name: 'Add a test' }).click();
    const dialog = page.getByRole('dialog', { name: 'Add a test' });
    await dialog.getByLabel('SKU', { exact: true }).fill('SHIRT-1');
    await dialog.getByRole('combobox', { name: 'Category' }).fill('Cloth');
    await dialog.getByRole('option', { name: 'Clothing', exact: true }).click();
    await dialog.getByRole('combobox', { name: 'Account' }).fill('41000');
    await dialog.getByRole('option', { name: /41000/ }).first().click();
    await dialog.getByText('Expected Account 41000, got 41100.').waitFor();
    await dialog.getByRole('combobox', { name: 'Account' }).fill('41100');
    await dialog.getByRole('option', { name: /41100/ }).first().click();
    await dialog.getByText('Passed').waitFor();
    expect(await stage.axe()).toEqual([]);
    await dialog.getByRole('button', { name: 'Add to the tests' }).click();
    await page.getByText('The tests were edited.').waitFor();
    await save(stage).click();
    await page.getByText('Rules saved.').first().waitFor();
    expect(stage.api.model.rules.tests[1]).toMatchObject({
      name: 'Revenue, SKU: SHIRT-1, Category: Clothing',
      facts: { sku: 'SHIRT-1', categoryIds: [16] },
      expect: { segments: { Account: '41100' } },
    });
  });

  it('say what is missing, and can ask that no rule matches', async () => {
    const page = await opened(stage, '&at=tests');
    await page.getByRole('button', { name: 'Add a test' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Asks for').selectOption('Fee');
    await dialog.getByRole('button', { name: 'Add to the tests' }).click();
    await dialog.getByText('Say what the rules have to give.').waitFor();
    await dialog.getByLabel('No rule may match').check();
    await dialog.getByText('Passed').waitFor();
    await dialog.getByRole('button', { name: 'Add to the tests' }).click();
    await page.getByRole('row').filter({ hasText: 'no rule' }).waitFor();
  });

  it('are taken away', async () => {
    const page = await opened(stage, '&at=tests');
    await page.getByRole('button', { name: 'Remove test A mug in Germany goes to 41200' }).click();
    await page.getByText('No test yet.').waitFor();
  });
});

pageSuite('rules of every kind', (stage) => {
  async function form(kind: string) {
    const page = await opened(stage);
    await page.getByLabel('Kind').selectOption(kind);
    await page.getByRole('button', { name: 'Add a rule' }).click();
    return page.getByRole('dialog');
  }
  const kept = async () => {
    await stage.page.getByRole('button', { name: 'Add to the rules' }).click();
    await save(stage).click();
    await stage.page.getByText('Version 8').waitFor();
    return stage.api.model.rules.rules.at(-1);
  };
  const missing = (text: string) => stage.page.getByRole('alert').getByText(text).waitFor();

  it('business unit: one of the set-up’s', async () => {
    const dialog = await form('Business unit');
    await dialog.getByRole('button', { name: 'Add to the rules' }).click();
    await missing('Choose the business unit.');
    await dialog.getByLabel('Business unit', { exact: true }).selectOption('Northwind US BU');
    expect(await kept()).toMatchObject({ kind: 'business-unit', outcome: { businessUnit: 'Northwind US BU' } });
  });

  it('customer account: their own, or a shared one by its number', async () => {
    const dialog = await form('Customer account');
    await dialog.getByLabel('Account', { exact: true }).selectOption('A shared account');
    await dialog.getByRole('button', { name: 'Add to the rules' }).click();
    await missing('Choose an account of their own, or name the shared account.');
    await dialog.getByLabel('Shared account number').fill('40017');
    expect(await kept()).toMatchObject({ outcome: { customerPolicy: 'shared', accountNumber: '40017' } });
  });

  it('transaction type: source, types and terms from Oracle’s lists', async () => {
    const dialog = await form('Transaction type');
    await dialog.getByRole('combobox', { name: 'Payment terms' }).fill('30');
    await dialog.getByRole('option', { name: '30 Net' }).click();
    expect(await kept()).toMatchObject({ kind: 'transaction-type', outcome: { paymentTerms: '30 Net' } });
  });

  it('flexfield of lines: context and attributes', async () => {
    const dialog = await form('Flexfield of lines');
    await dialog.getByRole('button', { name: 'Add to the rules' }).click();
    await missing('Fill at least one attribute.');
    await dialog.getByLabel('Flexfield context').fill('WEB');
    await dialog.getByLabel('Attribute', { exact: true }).fill('attribute1');
    await dialog.getByLabel('Value', { exact: true }).fill('{meta:gift_note}');
    await dialog.getByRole('button', { name: 'Add an attribute' }).click();
    await dialog.getByLabel('Attribute', { exact: true }).nth(1).fill('attribute2');
    await dialog.getByLabel('Value', { exact: true }).nth(1).fill('web');
    expect(await stage.axe()).toEqual([]);
    expect(await kept()).toMatchObject({
      outcome: { flexContext: 'WEB', flexAttributes: { attribute1: '{meta:gift_note}', attribute2: 'web' } },
    });
  });

  it('no tax: the classification of lines on which the store charges none', async () => {
    stage.api.model.reference.taxClassifications = [
      { key: 'US EXEMPT', label: 'Exempt', enabled: true, endDate: null, extra: {} },
    ];
    const dialog = await form('No tax');
    await dialog.getByRole('button', { name: 'Add to the rules' }).click();
    await missing('Choose the tax classification.');
    await dialog.getByRole('combobox', { name: 'Tax classification' }).fill('US EXEMPT');
    await dialog.getByRole('option', { name: /US EXEMPT/ }).click();
    expect(await kept()).toMatchObject({ kind: 'no-tax', outcome: { taxClassification: 'US EXEMPT' } });
  });

  it('tax: a rate of Oracle’s list brings its regime', async () => {
    const listed = { regime: 'US SALES TAX', rateCode: 'NY STATE 4' };
    stage.api.model.reference.taxRates = [
      { key: 'US SALES TAX / NY STATE 4', label: 'New York', enabled: true, endDate: null, extra: listed },
    ];
    const dialog = await form('Tax');
    await dialog.getByRole('combobox', { name: 'Tax rate code' }).fill('NY');
    await dialog.getByRole('option', { name: /NY STATE 4/ }).click();
    expect(await kept()).toMatchObject({ outcome: { taxRegime: 'US SALES TAX', taxRateCode: 'NY STATE 4' } });
  });

  it('for one customer: it comes before every rule that names none', async () => {
    const dialog = await form('Revenue');
    await dialog.getByText('More conditions').click();
    const customer = dialog.getByRole('combobox', { name: 'Customer', exact: true });
    await customer.fill('new buyer');
    await dialog.getByRole('option', { name: 'New Buyer · new@example.org · #44' }).click();
    expect(await customer.inputValue()).toBe('New Buyer · new@example.org · #44');
    expect(stage.api.calls('GET /customers/store').at(-1)?.query).toEqual({ search: 'new buyer' });
    // An id can be typed, where the store is away or the customer is not found by name.
    await customer.fill('7');
    await dialog.getByRole('option', { name: '7 (not in the list)' }).click();
    await dialog.getByRole('combobox', { name: 'Account' }).fill('41000');
    await dialog.getByRole('option', { name: /41000/ }).first().click();
    await dialog.getByRole('button', { name: 'Add to the rules' }).click();
    await expect.poll(async () => (await stage.page.getByRole('rowheader').first().innerText()).trim()).toBe('Customer: #7');
  });
});
