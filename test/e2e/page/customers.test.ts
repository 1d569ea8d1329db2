import { describe, expect, it } from 'vitest';
import { fault } from './mock-api.ts';
import { pageSuite } from './stage.ts';

const list = '&tab=customers';
const at = (id: string) => `&tab=customers&customer=${id}`;

pageSuite('the customers', (stage) => {
  it('are filtered by what waits, and by name, and the address keeps both', async () => {
    const page = await stage.open(list);
    await page.getByText('hans@example.org').waitFor();
    await page.getByRole('link', { name: /Orders wait/ }).click();
    await expect.poll(() => page.getByText('hans@example.org').count()).toBe(0);
    await page.getByRole('link', { name: 'Café Müller GmbH' }).waitFor();
    expect(page.url()).toContain('show=waiting');
    await page.getByRole('link', { name: 'All', exact: true }).click();
    await page.getByRole('searchbox', { name: 'Search customers' }).fill('kyoto');
    await expect.poll(() => page.getByText('hans@example.org').count()).toBe(0);
    await page.getByText('JP1234567890').waitFor();
    expect(page.url()).toContain('search=kyoto');
  });

  it('who were erased have no name, and can still be opened', async () => {
    const page = await stage.open(list);
    await page.getByRole('link', { name: 'Erased person' }).click();
    await page.getByText('Personal data erased').waitFor();
  });

  it('who look like one person are shown together', async () => {
    const page = await stage.open(list);
    const hints = page.getByRole('region', { name: 'Possibly one customer' });
    await hints.getByText('olivia+shop@example.com').waitFor();
    expect(await hints.getByText('50009').count()).toBe(1);
  });

  it('are found from the account on an order', async () => {
    const order = stage.api.model.orders.find(({ orderId }) => orderId === 1059);
    if (order) order.accountNumber = '50009';
    const page = await stage.open('&tab=orders&order=1059');
    await page.getByRole('link', { name: '50009' }).click();
    await page.getByText('olivia+shop@example.com').first().waitFor();
    expect(page.url()).toContain('tab=customers');
    await expect.poll(() => page.getByText('hans@example.org').count()).toBe(0);
  });

  it('leave as a file', async () => {
    const page = await stage.open(list);
    const download = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Export CSV' }).click();
    expect((await download).suggestedFilename()).toBe('ar-bridge-customers.csv');
  });
});

pageSuite('one customer', (stage) => {
  it('asks with its candidates, and the choice releases the orders', async () => {
    const page = await stage.open(at('user-31'));
    await page.getByRole('link', { name: '#1057' }).waitFor();
    expect(await stage.axe()).toEqual([]);
    await page.getByRole('button', { name: 'Link to 40088' }).click();
    await page.getByText('Linked to account 40088; 2 orders go on.').first().waitFor();
    expect(stage.api.calls('POST /customers/:customer/link')[0]).toMatchObject({
      path: '/customers/user-31/link',
      body: { accountNumber: '40088' },
    });
    await expect.poll(() => page.getByText('customer.ambiguous').count()).toBe(0);
    expect(await page.getByText('Linked by hand').count()).toBeGreaterThan(0);
  });

  it('gets a new account where that is the answer', async () => {
    const page = await stage.open(at('user-31'));
    await page.getByRole('button', { name: 'Create a new account' }).click();
    await page.getByText('A new account is made with the next order').first().waitFor();
    expect(stage.api.calls('POST /customers/:customer/new-account')).toHaveLength(1);
  });

  it('is linked to an account that is searched in Oracle, with the keyboard', async () => {
    const page = await stage.open(at('user-7'));
    await page.getByRole('button', { name: 'Link to another account' }).click();
    await page.getByLabel('Search in Oracle').fill('müller');
    await page.keyboard.press('Enter');
    const row = page.getByRole('dialog').getByRole('button', { name: 'Link to account 40051' });
    await row.waitFor();
    expect(await stage.axe()).toEqual([]);
    await row.press('Enter');
    await page.getByText('Linked to account 40051.').first().waitFor();
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(stage.api.calls('GET /customers/oracle')[0]?.query).toMatchObject({ search: 'müller' });
  });

  it('keeps the search open and says why when Oracle shows no such account any more', async () => {
    stage.api.instead.set(
      'POST /customers/:customer/link',
      fault(409, 'customer.account_unknown', 'Oracle shows no customer account 40051 with a bill-to site.', 'Check the number.'),
    );
    const page = await stage.open(at('user-7'));
    await page.getByRole('button', { name: 'Link to another account' }).click();
    await page.getByLabel('Search in Oracle').fill('40051');
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.getByRole('button', { name: 'Link to account 40051' }).click();
    await page.getByRole('dialog').getByText('with a bill-to site').first().waitFor();
    await page.getByRole('dialog').getByText('Check the number.').first().waitFor();
  });

  it('is unlinked after a question that says what follows', async () => {
    const page = await stage.open(at('user-7'));
    await page.getByRole('button', { name: 'Unlink' }).click();
    const dialog = page.getByRole('dialog', { name: 'Unlink Hans Schmidt from account 40017?' });
    await dialog.getByText('may find the same one').waitFor();
    expect(stage.api.calls('POST /customers/:customer/unlink')).toEqual([]);
    await dialog.getByRole('button', { name: 'Unlink' }).click();
    await page.getByText('The link is undone.').first().waitFor();
    await page.getByText('none yet').waitFor();
    expect(stage.api.calls('POST /customers/:customer/unlink')).toHaveLength(1);
  });

  it('of the store who never bought is found there and linked', async () => {
    const page = await stage.open(list);
    await page.getByRole('button', { name: 'Find a store customer' }).click();
    await page.getByLabel('Search in the store').fill('buyer');
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.getByRole('button', { name: 'Link New Buyer to an account' }).click();
    await page.getByLabel('Search in Oracle').fill('40051');
    await page.getByRole('button', { name: 'Search', exact: true }).click();
    await page.getByRole('button', { name: 'Link to account 40051' }).click();
    await page.getByRole('heading', { name: 'New Buyer' }).waitFor();
    expect(page.url()).toContain('customer=user-44');
  });

  it('that is not known says so and leads back', async () => {
    const page = await stage.open(at('user-999'));
    await page.getByText('AR Bridge knows no customer').waitFor();
    await page.getByRole('link', { name: 'All customers' }).click();
    await page.getByText('hans@example.org').waitFor();
  });
});

describe('a file', () => {
  pageSuite('of links', (stage) => {
    const choose = async () => {
      const page = await stage.open('&tab=customers&view=import');
      const chosen = page.waitForEvent('filechooser');
      await page.getByRole('button', { name: 'Choose a CSV file' }).click();
      const buffer = Buffer.from('customerId,accountNumber\r\n44,40051');
      await (await chosen).setFiles({ name: 'links.csv', mimeType: 'text/csv', buffer });
      return page;
    };

    it('shows what it would do and which rows are left out before anything is linked', async () => {
      const page = await choose();
      await page.getByText('Looking the accounts up in Oracle').waitFor();
      await page.getByText('2 customers would be linked. 1 row is so already. 1 row is left out.').waitFor();
      expect(await stage.axe()).toEqual([]);
      expect(await page.getByRole('table', { name: 'Rows that are left out' }).innerText()).toContain('77777');
      expect(stage.api.calls('POST /customers/import')[0]?.body).toEqual({ text: 'customerId,accountNumber\r\n44,40051' });
      expect(stage.api.calls('POST /customers/import/commit')).toEqual([]);
      await page.getByRole('button', { name: 'Link 2 customers' }).click();
      await page.getByText('Linked: 2. Orders that go on: 4.').waitFor();
      expect(stage.api.calls('POST /customers/import/commit')[0]?.body).toEqual({ id: 'file-1' });
    });

    it('can be given up, and links nothing then', async () => {
      const page = await choose();
      await page.getByRole('button', { name: 'Cancel' }).click();
      await page.getByText('Given up. Linked before that: 0.').waitFor();
      expect(stage.api.calls('POST /customers/import/commit')).toEqual([]);
    });
  });
});
