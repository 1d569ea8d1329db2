import { expect, it } from 'vitest';
import { fault } from './mock-api.ts';
import { pageSuite, type Stage } from './stage.ts';

/** The card with this title. */
const card = (stage: Stage, title: string) => stage.page.getByRole('region', { name: title, exact: true });

pageSuite('connections', (stage) => {
  it('shows of a credential only its end, and sends only what was typed anew', async () => {
    const page = await stage.open('&tab=connections');
    const store = card(stage, 'WooCommerce store');
    await store.getByText('Set, ends in …7f3a. Leave it empty to keep it.').waitFor();
    expect(await store.getByLabel('Consumer key').inputValue()).toBe('');
    await store.getByLabel('Consumer secret').fill('cs_new_9a9a');
    await store.getByRole('button', { name: 'Save', exact: true }).click();
    await store.getByText('Set, ends in …9a9a.').waitFor();
    expect(await store.getByLabel('Consumer secret').inputValue()).toBe('');
    expect(stage.api.calls('PUT /connections/store')[0]?.body).toEqual({ consumerSecret: 'cs_new_9a9a' });
    expect(await page.content()).not.toContain('cs_new_9a9a');
  });

  it('locks what the environment holds and says so', async () => {
    await stage.open('&tab=connections');
    const oracle = card(stage, 'Oracle Fusion');
    await oracle.waitFor();
    expect(await oracle.getByLabel('Address of the pod').isDisabled()).toBe(true);
    expect(await oracle.getByLabel('Client secret').isDisabled()).toBe(true);
    expect(await oracle.getByText('Held by the environment').count()).toBe(2);
  });

  it('names a faulty field without asking the sidecar', async () => {
    await stage.open('&tab=connections');
    const store = card(stage, 'WooCommerce store');
    await store.getByLabel('Store address').fill('shop');
    await store.getByRole('button', { name: 'Save', exact: true }).click();
    await store.getByText('An address that starts with https://').waitFor();
    expect(stage.api.calls('PUT /connections/store')).toEqual([]);
  });

  it('shows the fields that the sidecar refused', async () => {
    stage.api.instead.set(
      'PUT /connections/oracle',
      fault(400, 'request.invalid', 'The scope is not known', '', { scope: 'No such scope in the identity domain' }),
    );
    await stage.open('&tab=connections');
    const oracle = card(stage, 'Oracle Fusion');
    await oracle.getByLabel('Scope').fill('urn:nothing');
    await oracle.getByRole('button', { name: 'Save', exact: true }).click();
    await oracle.locator('.arb-error').getByText('No such scope in the identity domain').waitFor();
    expect(await oracle.getByLabel('Scope').inputValue()).toBe('urn:nothing');
  });

  it('saves before it tests, and lists findings with what to do', async () => {
    await stage.open('&tab=connections');
    const oracle = card(stage, 'Oracle Fusion');
    await oracle.getByLabel('Client id').fill('ar-bridge-2');
    await oracle.getByRole('button', { name: 'Save and test' }).click();
    await oracle.getByText('Give it the privilege Create Receivables Receipt').waitFor();
    expect(stage.api.received.filter(({ method }) => method !== 'GET').map(({ path }) => path)).toEqual([
      '/connections/oracle',
      '/connections/oracle/test',
    ]);
  });

  it('asks for the credentials of the way of signing in that is chosen', async () => {
    await stage.open('&tab=connections');
    const oracle = card(stage, 'Oracle Fusion');
    await oracle.getByLabel('Signing in').selectOption('User name and password');
    await oracle.getByLabel('Password').waitFor();
    expect(await oracle.getByLabel('Client id').count()).toBe(0);
  });

  it('saves the business set-up with the version it started from, and says how many orders are looked at again', async () => {
    stage.api.model.waitForSetup = 12;
    const page = await stage.open('&tab=connections&at=setup');
    await card(stage, 'Orders and tax').getByLabel('On hold').check();
    await card(stage, 'Orders and tax').getByLabel('Other statuses').fill('wc-shipped, packed');
    await card(stage, 'Chart of accounts').getByRole('button', { name: 'Add a segment' }).click();
    expect(await page.evaluate(() => document.activeElement?.tagName)).toBe('INPUT');
    await page.keyboard.type('Future');
    expect(await stage.axe()).toEqual([]);
    await page.getByRole('button', { name: 'Save the business set-up' }).click();
    await page.getByText('Business set-up saved. 12 waiting orders are looked at again.').first().waitFor();
    await expect.poll(() => page.getByRole('button', { name: 'Save the business set-up' }).count()).toBe(0);
    const [call] = stage.api.calls('PUT /connections/setup');
    expect(call?.body).toMatchObject({
      baseVersion: 3,
      setup: {
        postingStatuses: ['processing', 'completed', 'on-hold', 'shipped', 'packed'],
        prefix: 'WEB-',
      },
    });
    expect(stage.api.model.connections.setup?.segments.at(-1)).toEqual({ name: 'Future' });
  });

  it('says which fields of a new set-up are missing, and fills them from Oracle’s lists', async () => {
    stage.api.model.connections.setup = null;
    const page = await stage.open('&tab=connections&at=setup');
    await page.getByRole('button', { name: 'Save the business set-up' }).click();
    await page.getByText('8 fields need a look.').waitFor();
    const documents = card(stage, 'Documents');
    await documents.getByRole('combobox', { name: 'Business unit', exact: true }).fill('EU');
    await documents.getByRole('option', { name: /Northwind EU BU/ }).click();
    await page.getByText('7 fields need a look.').waitFor();
    expect(stage.api.calls('PUT /connections/setup')).toEqual([]);
  });

  it('keeps what few people need folded, and opens it where a field needs a look', async () => {
    const page = await stage.open('&tab=connections&at=setup');
    const orders = card(stage, 'Orders and tax');
    const add = orders.getByRole('button', { name: 'Leave out further orders' });
    await orders.getByText(/^More: orders that are left out/).waitFor();
    expect(await add.isVisible()).toBe(false);
    await orders.getByText(/^More: orders that are left out/).click();
    await add.click();
    await orders.getByLabel('It holds for orders with').selectOption('Order meta');
    await orders.getByLabel('Order meta: key').fill('_test_order');
    await orders.getByLabel('And with').selectOption('Customer');
    await orders.getByText(/^More: orders that are left out/).click();
    await page.getByRole('button', { name: 'Save the business set-up' }).click();
    await page.getByText('2 fields need a look.').waitFor();
    await orders.getByText('A whole number from 1.').waitFor();
    await orders.getByRole('combobox', { name: 'Customer', exact: true }).fill('olivia');
    await orders.getByRole('option', { name: 'Olivia Brown · olivia@example.com · #12 · account 50001' }).click();
    await orders.getByLabel('Exclusion 1: reason').fill('Test orders');
    expect(await add.isVisible()).toBe(true); // mended, and still open under the person's eyes
    expect(await stage.axe()).toEqual([]);
    await page.getByRole('button', { name: 'Save the business set-up' }).click();
    await expect.poll(() => stage.api.calls('PUT /connections/setup').length).toBe(1);
    expect(stage.api.model.connections.setup?.exclusions).toEqual([
      { name: 'Test orders', metaKey: '_test_order', customerId: 12 },
    ]);
  });

  it('asks for rates of one’s own only where the conversion type is User', async () => {
    const page = await stage.open('&tab=connections&at=setup');
    const documents = card(stage, 'Documents');
    await documents.getByText(/^More: foreign currencies/).click();
    expect(await documents.getByRole('button', { name: 'Add a rate' }).count()).toBe(0);
    await documents.getByLabel('Conversion rate type').fill('User');
    await documents.getByRole('button', { name: 'Add a rate' }).click();
    await documents.getByLabel('Rate 1: currency').fill('eu');
    await documents.getByLabel('Rate', { exact: true }).fill('1,0842');
    await page.getByRole('button', { name: 'Save the business set-up' }).click();
    await documents.getByText('Three capital letters, such as USD').waitFor();
    await documents.getByLabel('Rate 1: currency').fill('eur');
    await page.getByRole('button', { name: 'Save the business set-up' }).click();
    await expect.poll(() => stage.api.model.connections.setup?.userRates).toEqual({ EUR: '1.0842' });
  });

  it('fills in where a known plugin keeps its gift cards', async () => {
    const page = await stage.open('&tab=connections&at=setup');
    const orders = card(stage, 'Orders and tax');
    await orders.getByText(/^More: orders that are left out/).click();
    await orders.getByRole('button', { name: 'Smart Coupons' }).click();
    expect(await orders.getByRole('button', { name: 'Smart Coupons' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Save the business set-up' }).click();
    await expect
      .poll(() => stage.api.model.connections.setup?.tenders)
      .toEqual([{ name: 'Store credit', metaKey: 'smart_coupons_contribution', path: '*' }]);
  });

  it('asks for an activity where gateway fees are posted, and not where they are noted', async () => {
    const page = await stage.open('&tab=connections&at=setup');
    const orders = card(stage, 'Orders and tax');
    await orders.getByText(/^More: orders that are left out/).click();
    const activity = orders.getByLabel('Receivables activity for gateway fees');
    expect(await activity.count()).toBe(0);
    await orders.getByLabel('A fee that was noted').selectOption('Noted, and posted as a miscellaneous receipt');
    await page.getByRole('button', { name: 'Save the business set-up' }).click();
    await orders.getByText('The receivables activity (type Miscellaneous Cash) that takes the fees').waitFor();
    expect(stage.api.calls('PUT /connections/setup')).toEqual([]);
    await activity.fill('Gateway Fees');
    expect(await stage.axe()).toEqual([]);
    await page.getByRole('button', { name: 'Save the business set-up' }).click();
    await expect
      .poll(() => stage.api.model.connections.setup?.gatewayFees)
      .toEqual({ post: 'document', activity: 'Gateway Fees' });
  });

  it('knows plugins that keep their cards as items of the order, and another one by hand', async () => {
    const page = await stage.open('&tab=connections&at=setup');
    const orders = card(stage, 'Orders and tax');
    await orders.getByText(/^More: orders that are left out/).click();
    await orders.getByRole('button', { name: 'PW Gift Cards' }).click();
    expect(await orders.getByLabel('Type of the items').inputValue()).toBe('pw_gift_card');
    await orders.getByRole('button', { name: 'WooCommerce Gift Cards' }).waitFor(); // same key, another type of item
    await orders.getByRole('button', { name: 'Add another one' }).click();
    await orders.getByLabel('Credit 2: name').fill('Voucher');
    await orders.getByLabel('Its amount is kept').last().selectOption('in items of the order');
    await orders.getByLabel('Item meta key').last().fill('voucher_amount');
    await page.getByRole('button', { name: 'Save the business set-up' }).click();
    await page.getByText('1 field needs a look.').waitFor();
    await orders.getByLabel('Type of the items').last().fill('voucher');
    expect(await stage.axe()).toEqual([]);
    await page.getByRole('button', { name: 'Save the business set-up' }).click();
    await expect
      .poll(() => stage.api.model.connections.setup?.tenders)
      .toEqual([
        { name: 'Gift card', itemType: 'pw_gift_card', metaKey: 'amount' },
        { name: 'Voucher', itemType: 'voucher', metaKey: 'voucher_amount' },
      ]);
  });

  it('leaves orders out by a tag and by a total of 0.00', async () => {
    const page = await stage.open('&tab=connections&at=setup');
    const orders = card(stage, 'Orders and tax');
    await orders.getByText(/^More: orders that are left out/).click();
    await orders.getByRole('button', { name: 'Leave out further orders' }).click();
    await orders.getByLabel('Exclusion 1: reason').fill('Press samples');
    await orders.getByLabel('It holds for orders with').selectOption('Order tag');
    await orders.getByRole('textbox', { name: 'Order tag' }).fill('press-sample');
    await orders.getByLabel('And with').selectOption('A total of 0.00');
    await orders.getByText('also where a gift card paid all of it').waitFor();
    expect(await stage.axe()).toEqual([]);
    await page.getByRole('button', { name: 'Save the business set-up' }).click();
    await expect
      .poll(() => stage.api.model.connections.setup?.exclusions)
      .toEqual([{ name: 'Press samples', tag: 'press-sample', zeroTotal: true }]);
  });

  it('gives a further business unit only what differs', async () => {
    const page = await stage.open('&tab=connections&at=setup');
    const documents = card(stage, 'Documents');
    await documents.getByText(/^More: foreign currencies/).click();
    await documents.getByRole('button', { name: 'Add a business unit' }).click();
    await documents.getByRole('combobox', { name: 'Business unit 2' }).fill('EU');
    await documents.getByRole('option', { name: /Northwind EU BU/ }).click();
    await documents.getByLabel('Its credit memos have names of their own').click();
    await documents.getByLabel('Its credit memos have names of their own').click();
    await documents.getByLabel('Other defaults in the chart of accounts').click();
    await documents.getByLabel('Intercompany').fill('002');
    await page.getByRole('button', { name: 'Save the business set-up' }).click();
    await expect
      .poll(() => stage.api.model.connections.setup?.businessUnits)
      .toEqual([{ businessUnit: 'Northwind EU BU', segmentDefaults: { Intercompany: '002' } }]);
  });

  it('asks for a unit’s own rates where its ledger has another currency', async () => {
    const page = await stage.open('&tab=connections&at=setup');
    const documents = card(stage, 'Documents');
    await documents.getByText(/^More: foreign currencies/).click();
    await documents.getByLabel('Conversion rate type').fill('User');
    await documents.getByRole('button', { name: 'Add a business unit' }).click();
    await documents.getByRole('combobox', { name: 'Business unit 2' }).fill('EU');
    await documents.getByRole('option', { name: /Northwind EU BU/ }).click();
    expect(await documents.getByRole('button', { name: 'Add a rate' }).count()).toBe(1);
    await documents.getByRole('combobox', { name: 'Currency of its ledger' }).fill('EUR');
    await documents.getByRole('option', { name: /EUR/ }).first().click();
    await documents.getByText('How much EUR one unit of the other currency is worth', { exact: false }).waitFor();
    await documents.getByRole('button', { name: 'Add a rate' }).last().click();
    await documents.getByLabel('Rate 1: currency').fill('JPY');
    await documents.getByLabel('Rate', { exact: true }).fill('0.0062');
    await page.getByRole('button', { name: 'Save the business set-up' }).click();
    await expect
      .poll(() => stage.api.model.connections.setup?.businessUnits)
      .toEqual([{ businessUnit: 'Northwind EU BU', ledgerCurrency: 'EUR', userRates: { JPY: '0.0062' } }]);
  });

  it('says when another version was saved meanwhile, and takes theirs whole', async () => {
    const page = await stage.open('&tab=connections&at=setup');
    const orders = card(stage, 'Orders and tax');
    await orders.getByLabel('Other statuses').fill('packed');
    const { connections } = stage.api.model;
    stage.api.model.connections = {
      ...connections,
      setupVersion: 4,
      setup: connections.setup && { ...connections.setup, postingStatuses: ['completed', 'shipped'] },
    };
    await page.getByRole('button', { name: 'Save the business set-up' }).click();
    await page.getByText('Version 4 was saved while you edited version 3.', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Take theirs' }).click();
    expect(await orders.getByLabel('Other statuses').inputValue()).toBe('shipped');
    expect(stage.api.model.connections.setup?.postingStatuses).toEqual(['completed', 'shipped']);
  });

  it('warns before Payables pays, and more so where the gateway pays too', async () => {
    await stage.open('&tab=connections&at=setup');
    const settlement = card(stage, 'Settlement of refunds, per gateway');
    await settlement.getByText('Oracle Payables will pay the customer for every refund of this gateway.').first().waitFor();
    const stripe = settlement.getByRole('group', { name: /Credit card/ });
    await stripe.getByLabel('Money of a refund').selectOption('Oracle Payables pays the customer');
    await stripe.getByText('The customer would be paid twice').first().waitFor();
    await stripe.getByLabel('Money of a refund').selectOption('Write it to the clearing account');
    await stripe.getByLabel('Receivables activity').fill('Web Gateway Clearing');
    await stage.page.getByRole('button', { name: 'Save the business set-up' }).click();
    await expect.poll(() => stage.api.calls('PUT /connections/setup').length).toBe(1);
    expect(stage.api.model.connections.setup?.settlements).toContainEqual({
      gateway: 'stripe',
      settlement: 'clearing',
      activity: 'Web Gateway Clearing',
      refundsItself: true,
    });
  });

  it('settles the refunds that wait once a choice is saved, and asks before', async () => {
    stage.api.model.waitingSettlements = {
      gateways: [
        { gateway: 'stripe', refunds: 3, orders: 2, sums: [{ currency: 'USD', amount: '50.00' }] },
        { gateway: 'bacs', refunds: 1, orders: 1, sums: [{ currency: 'EUR', amount: '8.00' }] },
      ],
    };
    const page = await stage.open('&tab=connections&at=setup');
    const settlement = card(stage, 'Settlement of refunds, per gateway');
    const stripe = settlement.getByRole('group', { name: /Credit card/ });
    await stripe.getByText('3 refunds made before lie unapplied: 50.00 USD.').waitFor();
    expect(await stripe.getByRole('button', { name: 'Settle the waiting ones' }).count()).toBe(0); // nothing chosen yet
    const bacs = settlement.getByRole('group', { name: /Direct bank transfer/ });
    await bacs.getByRole('button', { name: 'Settle the waiting ones' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Oracle Payables pays the customer of 1 refund: 8.00 EUR.').waitFor();
    expect(await stage.axe()).toEqual([]);
    expect(stage.api.calls('POST /settlements/settle-waiting')).toEqual([]);
    await dialog.getByRole('button', { name: 'Settle them' }).click();
    await page.getByText('1 order is on its way again.').first().waitFor();
    expect(stage.api.calls('POST /settlements/settle-waiting')[0]?.body).toEqual({ gateway: 'bacs' });
    await expect.poll(() => bacs.getByText('made before').count()).toBe(0);
    await bacs.getByLabel('Money of a refund').selectOption('Leave it unapplied');
  });

  it('shows a refusal of the set-up at the field it names', async () => {
    stage.api.instead.set(
      'PUT /connections/setup',
      fault(400, 'setup.pays_twice', '"stripe" returns the money itself', '', {
        'setup.settlements': 'Choose another settlement.',
      }),
    );
    const page = await stage.open('&tab=connections&at=setup');
    await card(stage, 'Orders and tax').getByLabel('On hold').check();
    await page.getByRole('button', { name: 'Save the business set-up' }).click();
    await card(stage, 'Settlement of refunds, per gateway').getByText('Choose another settlement.').waitFor();
  });

  it('asks before posting is switched', async () => {
    const page = await stage.open('&tab=connections&at=posting');
    await page.getByRole('button', { name: 'Switch to simulation' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    expect(stage.api.calls('PUT /connections/mode')).toEqual([]);
    await page.getByRole('button', { name: 'Switch to simulation' }).click();
    await dialog.getByRole('button', { name: 'Switch to simulation' }).click();
    await page.getByText('nothing is posted to Oracle').waitFor();
    expect(stage.api.model.connections.mode).toBe('simulation');
  });

  it('keeps the poll between 5 and 15 minutes', async () => {
    await stage.open('&tab=connections&at=posting');
    const poll = card(stage, 'Poll');
    const minutes = poll.getByLabel('Minutes between two polls');
    await minutes.fill('3');
    await poll.getByText('A whole number from 5 to 15.').waitFor();
    expect(await poll.getByRole('button', { name: 'Save' }).getAttribute('aria-disabled')).toBe('true');
    await minutes.fill('15');
    await poll.getByRole('button', { name: 'Save' }).click();
    await expect.poll(() => stage.api.model.connections.poll.everyMinutes).toBe(15);
  });

  it('runs a sweep on demand', async () => {
    const page = await stage.open('&tab=connections&at=posting');
    await page.getByRole('button', { name: 'Run now: Refunds' }).click();
    await page.getByText('3 changes found.').first().waitFor();
    expect(stage.api.calls('POST /sweeps')[0]?.body).toEqual({ sweep: 'refunds' });
  });

  it('ends the pairing only after asking, and then asks for a new one', async () => {
    const page = await stage.open('&tab=connections');
    await page.getByRole('button', { name: 'End the pairing' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'End the pairing' }).click();
    await page.getByLabel('Pairing code').waitFor();
    expect(stage.api.calls('DELETE /pairing')).toHaveLength(1);
  });
});
