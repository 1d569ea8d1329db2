import { expect, it } from 'vitest';
import { fault } from './mock-api.ts';
import { pageSuite, type Stage } from './stage.ts';

const names = (stage: Stage) => stage.page.getByRole('rowheader').allInnerTexts();
const save = (stage: Stage) => stage.page.getByRole('button', { name: 'Save rules' });

async function opened(stage: Stage) {
  const page = await stage.open('&tab=rules');
  await page.getByText('Version 7').waitFor();
  return page;
}

pageSuite('rules', (stage) => {
  it('lists the rules in the order in which they are asked, with their problems', async () => {
    const page = await opened(stage);
    expect((await names(stage)).map((name) => name.split('\n')[0])).toEqual([
      'Mugs',
      'Clothing',
      'Gift shop',
      'Everything else',
      'Shipping',
      'California',
      'Cards',
    ]);
    await page.getByText('Account 41900 was disabled in Oracle').waitFor();
    await page.getByText('Category: Clothing').waitFor();
  });

  it('shows one kind, and finds a rule by its account', async () => {
    const page = await opened(stage);
    await page.getByLabel('Kind').selectOption('Shipping');
    expect(await names(stage)).toEqual(['Shipping']);
    await page.getByLabel('Kind').selectOption('All kinds');
    await page.getByRole('searchbox', { name: 'Search rules' }).fill('41200');
    await expect.poll(() => names(stage)).toEqual(['Mugs']);
  });

  it('keeps edits over a change of tab until they are saved', async () => {
    const page = await opened(stage);
    await page.getByLabel('Enable rule Gift shop').check();
    await page.getByText('1 change is not saved. Orders still follow version 7.').waitFor();
    await page.getByRole('link', { name: 'Audit' }).click();
    await page.getByText('create credit memo').waitFor();
    await page.getByRole('link', { name: /^Rules/ }).click();
    expect(await page.getByLabel('Enable rule Gift shop').isChecked()).toBe(true);
    await save(stage).click();
    await page.getByText('Version 8').waitFor();
    expect(await save(stage).count()).toBe(0);
    const [call] = stage.api.calls('PUT /rules');
    expect(call?.body).toMatchObject({ baseVersion: 7 });
  });

  it('asks before the browser leaves the page with edits that are not saved, and only then', async () => {
    const page = await opened(stage);
    const asked: string[] = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.type());
      void dialog.accept();
    });
    await page.reload();
    await page.getByLabel('Enable rule Gift shop').check();
    await page.reload();
    await page.getByText('Version 7').waitFor();
    expect(asked).toEqual(['beforeunload']);
    expect(await save(stage).count()).toBe(0);
  });

  it('takes an edit that is taken back for none', async () => {
    const page = await opened(stage);
    await page.getByLabel('Enable rule Gift shop').check();
    await save(stage).waitFor();
    await page.getByLabel('Enable rule Gift shop').uncheck();
    await expect.poll(() => save(stage).count()).toBe(0);
  });

  it('adds a rule by keyboard, with pickers of store and Oracle, and gives the focus back', async () => {
    const page = await opened(stage);
    await page.getByRole('button', { name: 'Add a rule' }).focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Add a rule' });
    await dialog.getByRole('combobox', { name: 'Category' }).focus();
    await page.keyboard.type('Hood');
    await dialog.getByRole('option', { name: /Hoodies/, selected: true }).waitFor();
    await page.keyboard.press('Enter');
    const account = dialog.getByRole('combobox', { name: 'Account' });
    await account.focus();
    await page.keyboard.type('411');
    await dialog.getByRole('option', { name: /41100/, selected: true }).waitFor();
    await page.keyboard.press('Enter');
    await dialog.getByText('101-200-41100-0000-000').waitFor();
    expect(await stage.axe()).toEqual([]);
    await dialog.getByRole('button', { name: 'Add to the rules' }).press('Enter');
    await expect.poll(() => dialog.count()).toBe(0);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Add a rule');
    expect(await names(stage)).toContain('Category: Clothing › Hoodies');
    await save(stage).click();
    await page.getByText('Version 8').waitFor();
    expect(stage.api.model.rules.rules.at(-1)).toMatchObject({
      kind: 'revenue',
      enabled: true,
      when: { categoryId: 17 },
      outcome: { segments: { Account: '41100' } },
    });
  });

  it('takes a segment value that Oracle’s list does not have yet', async () => {
    const page = await opened(stage);
    await page.getByRole('button', { name: 'Everything else', exact: true }).click();
    const dialog = page.getByRole('dialog');
    const account = dialog.getByRole('combobox', { name: 'Account' });
    await account.fill('49999');
    await dialog.getByRole('option', { name: '49999 (not in the list)' }).click();
    await dialog.getByRole('button', { name: 'Change the rule' }).click();
    await page.getByText('101-200-49999-0000-000').waitFor();
  });

  it('does not offer a value that is disabled in Oracle', async () => {
    const page = await opened(stage);
    await page.getByRole('button', { name: 'Everything else', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Account' }).fill('41900');
    const option = dialog.getByRole('option', { name: /disabled in Oracle/ });
    await option.waitFor();
    expect(await option.getAttribute('aria-disabled')).toBe('true');
  });

  it('finds a segment value by its name, and in its own value set only', async () => {
    const page = await opened(stage);
    await page.getByRole('button', { name: 'Everything else', exact: true }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Product', exact: true }).fill('Kitchen');
    await dialog.getByRole('option', { name: /2000 · Kitchen/ }).waitFor();
    expect(await dialog.getByRole('option', { name: /41200/ }).count()).toBe(0);
    await dialog.getByRole('option', { name: /2000 · Kitchen/ }).click();
    await dialog.getByText('101-200-41000-2000-000').waitFor();
  });

  it('lets a tax rule name an account where tax goes to an account', async () => {
    const { setup } = stage.api.model.connections;
    if (setup) setup.taxMode = 'account';
    const page = await opened(stage);
    await page.getByLabel('Kind').selectOption('Tax');
    await page.getByRole('button', { name: 'Add a rule' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Account' }).waitFor();
    expect(await dialog.getByLabel('Tax regime').count()).toBe(0);
  });

  it('words the comments of receipts with placeholders, and shows the change before it is saved', async () => {
    const page = await opened(stage);
    await page.getByRole('button', { name: 'Cards', exact: true }).click();
    const dialog = page.getByRole('dialog', { name: 'Edit the rule' });
    const comments = dialog.getByLabel('Comments of the receipt');
    await comments.fill('Web {order}, {card}');
    await dialog.getByRole('button', { name: 'Change the rule' }).click();
    await dialog.getByText('In braces only {order}, {gateway}').waitFor();
    expect(await stage.axe()).toEqual([]);
    await comments.fill('Web {order}, {transaction}');
    await dialog.getByRole('button', { name: 'Change the rule' }).click();
    await page.getByText('Comments of the receipt: Web {order}, {transaction}').waitFor();
    await save(stage).click();
    await page.getByText('Version 8').waitFor();
    expect(stage.api.model.rules.rules.find(({ id }) => id === 'rule-stripe')?.outcome.comments).toBe(
      'Web {order}, {transaction}',
    );
  });

  it('keeps a rule without an outcome in the form and says what is missing', async () => {
    const page = await opened(stage);
    await page.getByRole('button', { name: 'Add a rule' }).click();
    await page.getByRole('button', { name: 'Add to the rules' }).click();
    await page.getByText('Choose at least one segment, or a memo line.').waitFor();
  });

  it('draws thousands of rules page by page', async () => {
    const { rules } = stage.api.model.rules;
    const [first] = rules;
    if (!first) throw new Error('the model has no rule');
    stage.api.model.rules.rules = Array.from({ length: 3_000 }, (_, n) => ({
      ...first,
      id: `r${n}`,
      name: `Rule ${n}`,
      position: n,
    }));
    const page = await opened(stage);
    await page.getByText('200 of 3,000 rules').waitFor();
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.getByText('400 of 3,000 rules').waitFor();
    await page.getByRole('searchbox', { name: 'Search rules' }).fill('Rule 2999');
    await expect.poll(async () => (await names(stage)).length).toBe(1);
  });

  const revenue = async () => (await names(stage)).slice(0, 4).map((name) => name.split('\n')[0]);
  const moved = ['Mugs', 'Gift shop', 'Clothing', 'Everything else'];

  it('moves a rule among those that are equally specific, from the menu', async () => {
    const page = await opened(stage);
    await page.getByRole('button', { name: 'More for rule Mugs' }).click();
    expect(await page.getByRole('menuitem', { name: 'Move down' }).count()).toBe(0);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'More for rule Clothing' }).click();
    expect(await page.getByRole('menuitem', { name: 'Move up' }).isDisabled()).toBe(true);
    await page.getByRole('menuitem', { name: 'Move down' }).click();
    await expect.poll(revenue).toEqual(moved);
  });

  it('moves a rule with the keyboard, which keeps the focus and hears the place', async () => {
    const page = await opened(stage);
    await page.getByRole('button', { name: 'Clothing', exact: true }).focus();
    await page.keyboard.press('Alt+ArrowDown');
    await expect.poll(revenue).toEqual(moved);
    await page.getByRole('status').filter({ hasText: 'Clothing is at place 3.' }).waitFor();
    await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Clothing');
    await page.keyboard.press('Alt+ArrowDown'); // the next one is less specific
    expect(await revenue()).toEqual(moved);
    await page.keyboard.press('Alt+ArrowUp');
    await expect.poll(() => save(stage).count()).toBe(0);
  });

  it('moves a rule by the number of its place', async () => {
    const page = await opened(stage);
    await page.getByRole('button', { name: 'More for rule Gift shop' }).click();
    await page.getByRole('menuitem', { name: 'Move to a place…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Move “Gift shop”' });
    const place = dialog.getByLabel('Place');
    expect(await place.inputValue()).toBe('3');
    await place.fill('4');
    expect(await dialog.getByRole('button', { name: 'Move' }).getAttribute('aria-disabled')).toBe('true');
    await place.fill('2');
    expect(await stage.axe()).toEqual([]);
    await dialog.getByRole('button', { name: 'Move' }).click();
    await expect.poll(revenue).toEqual(moved);
  });

  it('moves a rule by dragging it, and drops it only among its equals', async () => {
    const page = await opened(stage);
    const handle = page.locator('[data-rule="rule-clothing"] .arb-handle');
    await handle.dragTo(page.locator('[data-rule="rule-rest"]'));
    expect(await save(stage).count()).toBe(0);
    await handle.dragTo(page.locator('[data-rule="rule-gifts"]'));
    await expect.poll(revenue).toEqual(moved);
    await save(stage).waitFor();
  });

  it('duplicates and deletes', async () => {
    const page = await opened(stage);
    await page.getByRole('button', { name: 'More for rule Mugs' }).click();
    await page.getByRole('menuitem', { name: 'Duplicate' }).click();
    await page.getByRole('button', { name: 'Add to the rules' }).click();
    await page.getByRole('rowheader', { name: 'Mugs (copy)' }).waitFor();
    await page.getByRole('button', { name: 'More for rule California' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await page.getByRole('button', { name: 'Delete', exact: true }).click();
    await expect.poll(() => names(stage)).not.toContain('California');
    await page.getByText('2 changes are not saved.').waitFor();
  });

  it.each([
    ['Take theirs', 'Saved by someone else'],
    ['Put mine in its place', 'Gift shop'],
  ])('meets a version that someone else saved: %s', async (choice, left) => {
    const page = await opened(stage);
    await page.getByLabel('Enable rule Gift shop').check();
    const theirs = stage.api.model.rules;
    const renamed = theirs.rules.map((rule) => (rule.id === 'rule-gifts' ? { ...rule, name: 'Saved by someone else' } : rule));
    stage.api.model.rules = { ...theirs, version: 8, author: 'ben', rules: renamed };
    await save(stage).click();
    await page
      .getByText(/ben saved version 8 .* your edits started from version 7/)
      .first()
      .waitFor();
    await page.getByRole('button', { name: choice }).click();
    await page.getByRole('rowheader', { name: left }).waitFor();
    await expect.poll(() => page.getByRole('button', { name: choice }).count()).toBe(0);
    expect(stage.api.model.rules.version).toBe(choice === 'Take theirs' ? 8 : 9);
  });

  it('tries edited rules on an order before they are saved, and shows winner, facts and runners-up', async () => {
    const page = await opened(stage);
    await page.getByRole('button', { name: 'Mugs', exact: true }).click();
    await page.getByLabel('Name').fill('All mugs');
    await page.getByRole('button', { name: 'Change the rule' }).click();
    await page.getByLabel('Order id').fill('1042');
    await page.getByLabel('Order id').press('Enter');
    await page.getByText('by “All mugs”').waitFor();
    await page.getByText('because SKU = MUG-BLUE').waitFor();
    expect(await page.getByText('Mug, blue (MUG-BLUE)').count()).toBe(1); // its account and its tax stand together
    await page.getByText('by “California”').waitFor();
    await page.getByText('Rules that nearly won').click();
    await page.getByText('matched too, but is less specific').waitFor();
    await page.getByText('No GL account for the fee “Gift wrap”').waitFor();
    expect(stage.api.calls('POST /rules/try')[0]?.body).toMatchObject({ orderId: 1042, rules: expect.any(Array) });
    expect(stage.api.calls('PUT /rules')).toEqual([]);
  });

  it('shows the rules with bare ids, and says why, where the store’s catalogue cannot be read', async () => {
    stage.api.instead.set('GET /catalogue', fault(502, 'store.unreachable', 'The store did not answer', 'Test the connection.'));
    const page = await opened(stage);
    await page.getByText('The store did not answer').waitFor();
    await page.getByText('Category: 16').waitFor();
    stage.api.instead.clear();
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByText('Category: Clothing').waitFor();
  });

  it('asks about the saved rules where nothing was edited', async () => {
    const page = await stage.open('&tab=rules&order=1042');
    await page.getByRole('button', { name: 'Try' }).click();
    await page.getByText('by “Mugs”').waitFor();
    expect(stage.api.calls('POST /rules/try')[0]?.body).toEqual({ orderId: 1042 });
  });
});
