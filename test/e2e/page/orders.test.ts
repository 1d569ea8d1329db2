import { expect, it } from 'vitest';
import { heldBack } from './fixtures.ts';
import { fault } from './mock-api.ts';
import { shownText } from './shown-text.ts';
import { pageSuite } from './stage.ts';

const at = (orderId: number) => `&tab=orders&order=${orderId}`;

pageSuite('orders', (stage) => {
  it('filters by state, cause and search, and keeps the filter in the address', async () => {
    const page = await stage.open();
    await page.getByRole('listitem').filter({ hasText: '12 orders' }).getByRole('link', { name: 'Show the orders' }).click();
    await page.getByText('Cause: rules.no_account').waitFor();
    await page.getByText('1–1 of 1').waitFor();
    await page.getByRole('link', { name: 'Show all causes' }).click();
    await page.getByRole('link', { name: /^Waiting/ }).click();
    await page.getByText('Northwind Traders').waitFor();
    expect(page.url()).toContain('state=waiting');
    await page.getByRole('searchbox', { name: 'Search orders' }).fill('nobody');
    await page.getByText('No order matches.').waitFor();
    await expect.poll(() => page.url()).toContain('search=nobody');
    await page.getByRole('link', { name: 'Show all orders' }).click();
    await page.getByText('Café Müller GmbH').waitFor();
    expect(await page.getByRole('searchbox', { name: 'Search orders' }).inputValue()).toBe('');
  });

  it('sends one request for a typed word', async () => {
    const page = await stage.open('&tab=orders');
    await page.getByText('Café Müller GmbH').waitFor();
    await page.getByRole('searchbox', { name: 'Search orders' }).pressSequentially('müller', { delay: 20 });
    await page.getByText('1–1 of 1').waitFor();
    expect(stage.api.calls('GET /orders').map(({ query }) => query.search ?? '')).toEqual(['', 'müller']);
  });

  it('keeps the rows in view, marked as busy, while the next ones are read', async () => {
    const page = await stage.open('&tab=orders');
    await page.getByText('Café Müller GmbH').waitFor();
    stage.api.instead.set('GET /orders', { ...fault(502, 'sidecar.unreachable', 'No answer from the sidecar'), afterMs: 1_000 });
    await page.getByRole('link', { name: /^Waiting/ }).click();
    await page.locator('table[aria-busy=true]').getByText('Café Müller GmbH').waitFor();
    await page.getByRole('alert').getByText('No answer from the sidecar').waitFor();
    expect(await page.getByText('Café Müller GmbH').count()).toBe(0);
  });

  it('pages through a long list', async () => {
    const [first] = stage.api.model.orders;
    stage.api.model.orders = Array.from({ length: 60 }, (_, index) => ({
      ...structuredClone(first as NonNullable<typeof first>),
      orderId: index + 1,
      orderNumber: String(index + 1),
    }));
    const page = await stage.open('&tab=orders');
    await page.getByText('1–25 of 60').waitFor();
    await page.getByRole('link', { name: 'Next' }).click();
    await page.getByText('26–50 of 60').waitFor();
    await page.getByRole('link', { name: 'Next' }).click();
    await page.getByText('51–60 of 60').waitFor();
    expect(await page.getByRole('link', { name: 'Next' }).count()).toBe(0);
    await page.goBack();
    await page.getByText('26–50 of 60').waitFor();
  });

  it('shows documents with lines, accounts and the reason of each account', async () => {
    const page = await stage.open(at(1042));
    await page.getByText('Lines and accounts').first().click();
    const line = page.getByRole('row').filter({ hasText: 'Hoodie, grey, L' }).last();
    expect(await shownText(line)).toMatch(/89\.80 6\.51 101-200-41100-1000-000 Rule “Clothing”/);
    await page.getByRole('rowheader', { name: /^WEB-R1050/ }).waitFor();
    await page.getByText('Apply credit memo WEB-R1050 to invoice WEB-1042').waitFor();
  });

  it('shows what a gateway kept as a document of its own, without a balance', async () => {
    const order = stage.api.model.orders.find(({ orderId }) => orderId === 1042);
    const [sale] = order?.documents ?? [];
    if (!order || !sale) throw new Error('order 1042 has no documents');
    order.documents.push({
      ...{ ...sale, kind: 'gateway-fee', purpose: 'gateway-fee', number: 'WEB-1042-F1', amount: '-3.44', open: null, lines: [] },
    });
    const page = await stage.open(at(1042));
    const fee = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: /^WEB-1042-F1/ }) });
    expect(await shownText(fee)).toMatch(/Gateway fee · Kept by the gateway .*3\.44/);
  });

  it('sets the sums of store and Oracle side by side', async () => {
    const page = await stage.open(at(1057));
    await page.getByText('They differ').waitFor();
    const sales = page.getByRole('row').filter({ hasText: 'Order less refunds' });
    expect((await sales.getByRole('cell').allInnerTexts()).map((text) => text.trim())).toEqual(['0.00', '100.00', '100.00']);
  });

  it('puts message, action and button in that order, with Oracle’s own words folded below', async () => {
    const page = await stage.open(at(1055));
    const reason = page.locator('.arb-reason');
    await reason.waitFor();
    expect(await shownText(reason)).toMatch(/period Nov-26 is closed Open the period.* Try now/);
    expect(await page.getByText('AR-855056').isVisible()).toBe(false);
    await page.getByText('What Oracle said').click();
    expect(await page.getByText('AR-855056').isVisible()).toBe(true);
  });

  it('resumes an order and shows its new state', async () => {
    const page = await stage.open(at(1058));
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('Work is under way.').waitFor();
    await page.getByText('The order is on its way.').first().waitFor();
    expect(stage.api.calls('POST /orders/:id/replay')).toHaveLength(1);
  });

  it('says why a replay was refused, beside its button', async () => {
    stage.api.instead.set(
      'POST /orders/:id/replay',
      fault(409, 'order.leased', 'The order is being worked on', 'Wait a moment.'),
    );
    const page = await stage.open(at(1058));
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('The order is being worked on').first().waitFor();
    await page.getByText('Wait a moment.').first().waitFor();
  });

  it('shows the steps of a dry run and what would stop it, then replays', async () => {
    const page = await stage.open(at(1058));
    await page.getByRole('button', { name: 'Dry run' }).click();
    const dialog = page.getByRole('dialog', { name: 'Dry run of order 1058' });
    await dialog.getByText('It would stop: No GL account for SKU MUG-BLUE').waitFor();
    const steps = dialog.locator('.arb-plan > li');
    expect(await steps.allInnerTexts()).toMatchObject([
      expect.stringContaining('Jonas Weber'),
      expect.stringContaining('WEB-1058'),
      expect.stringContaining('Apply receipt'),
    ]);
    await dialog.getByRole('button', { name: 'Replay now' }).click();
    await expect.poll(() => dialog.count()).toBe(0);
    expect(stage.api.calls('POST /orders/:id/replay')).toHaveLength(1);
  });

  it('says that a dry run of a posted order has nothing to do', async () => {
    const page = await stage.open(at(1042));
    await page.getByRole('button', { name: 'Dry run' }).click();
    await page.getByText('Oracle already holds what the store says.').waitFor();
    expect(await page.getByRole('button', { name: 'Replay now' }).count()).toBe(0);
  });

  it('skips only with a reason, and by keyboard', async () => {
    const page = await stage.open(at(1056));
    const opener = page.getByRole('button', { name: 'Skip with a reason' });
    await opener.focus();
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog', { name: 'Skip order 1056' });
    const confirm = dialog.getByRole('button', { name: 'Skip this order' });
    expect(await confirm.getAttribute('aria-disabled')).toBe('true');
    await page.keyboard.press('Escape');
    expect(await opener.evaluate((element) => element === document.activeElement)).toBe(true);
    await page.keyboard.press('Enter');
    await dialog.getByLabel('Reason').fill('  Refunded by hand in Oracle ');
    await confirm.click();
    await page.getByText('Skipped: Refunded by hand in Oracle').waitFor();
    expect(stage.api.calls('POST /orders/:id/skip')[0]?.body).toEqual({ reason: 'Refunded by hand in Oracle' });
  });

  it('says why an order with documents is not skipped, and what to do instead', async () => {
    const page = await stage.open(at(1042));
    await page.getByRole('button', { name: 'Skip with a reason' }).click();
    const dialog = page.getByRole('dialog', { name: 'Skip order 1042' });
    await dialog.getByText('Oracle holds WEB-1042, WEB-1042-P1 for it.').waitFor();
    await dialog.getByText('Cancel or refund the order in the store').waitFor();
    expect(await dialog.getByRole('button', { name: 'Skip this order' }).count()).toBe(0);
    await dialog.getByText('Close', { exact: true }).last().click();
    await dialog.waitFor({ state: 'detached' });
    expect(stage.api.calls('POST /orders/:id/skip')).toEqual([]);
  });

  it('asks for a decision, and offers no resume that would pass it over', async () => {
    const page = await stage.open(at(1057));
    const decide = page.getByRole('button', { name: 'Decide' });
    expect(await decide.getAttribute('aria-disabled')).toBe('true');
    expect(await page.getByRole('button', { name: 'Resume' }).count()).toBe(0);
    await page.getByText('A credit memo takes the sale back. The money stays unapplied').waitFor();
    await page.getByRole('radio', { name: 'Wait for the refund' }).check();
    await page.getByLabel('Note for the record').fill('Customer asked');
    await decide.click();
    await page.getByText('Work is under way.').waitFor();
    expect(stage.api.calls('POST /orders/:id/decide')[0]?.body).toEqual({
      question: 'order-cancelled',
      choice: 'wait',
      note: 'Customer asked',
    });
  });

  it('tells what differs in the store and is not posted', async () => {
    const order = stage.api.model.orders.find(({ orderId }) => orderId === 1042);
    order?.notes.push('The order now belongs to a customer with account 40099; its documents stay on 40017.');
    const page = await stage.open(at(1042));
    await page.getByRole('region', { name: 'Different in the store, and not posted' }).getByText('account 40099').waitFor();
  });

  it('settles overpayment to an activity, and says why more than that is refused', async () => {
    const order = stage.api.model.orders.find(({ orderId }) => orderId === 1042);
    if (order) order.overpayment = '20.00';
    const page = await stage.open(at(1042));
    const card = page.getByRole('region', { name: 'Overpayment' });
    await card.getByText('20.00 USD was paid that no invoice asks for.').waitFor();
    await card.getByRole('button', { name: 'Settle overpayment' }).click();
    const dialog = page.getByRole('dialog', { name: 'Settle the overpayment of order 1042' });
    expect(await dialog.getByLabel('Amount in USD').inputValue()).toBe('20.00');
    await dialog.getByRole('button', { name: 'Settle', exact: true }).click();
    await dialog.getByText('Fill this in.').waitFor();
    expect(stage.api.calls('POST /orders/:id/settle-overpayment')).toEqual([]);
    await dialog.getByRole('combobox', { name: 'Receivables activity' }).fill('Other income');
    await dialog.getByRole('option', { name: /Other income/ }).click();
    await dialog.getByLabel('Amount in USD').fill('25.00');
    await dialog.getByRole('button', { name: 'Settle', exact: true }).click();
    await dialog.getByText('Enter at most that amount.').waitFor();
    expect(await stage.axe()).toEqual([]);
    await dialog.getByLabel('Amount in USD').fill('20.00');
    await dialog.getByRole('button', { name: 'Settle', exact: true }).click();
    await expect.poll(() => card.count()).toBe(0);
    expect(stage.api.calls('POST /orders/:id/settle-overpayment').at(-1)?.body).toEqual({
      amount: '20.00',
      activity: 'Other income',
    });
  });

  it('says what Oracle’s own tax differs by, as a known difference', async () => {
    const order = stage.api.model.orders.find(({ orderId }) => orderId === 1042);
    if (order?.identity) order.identity.tax = '0.02';
    const page = await stage.open(at(1042));
    await page.getByText('Tax computed by Oracle differs by 0.02 USD from the store’s.').waitFor();
  });

  it('shows a kind of document that is held back on a card of its own, and replays it', async () => {
    stage.api.model.overview.heldBack = heldBack();
    stage.api.model.overview.causes.unshift({
      code: 'lane.closed',
      state: 'attention',
      message: 'Documents like WEB-1058 are held back',
      action: '',
      orders: 37,
      asks: false,
      sampleOrderIds: [1058],
    });
    const page = await stage.open();
    const card = page.getByRole('region', { name: /^Held back/ });
    expect(await shownText(card)).toMatch(
      /WEB-1058 was sent over 100\.00 USD, Oracle holds 107\.25 USD\. WEB-1058-M1 took it back\./,
    );
    expect(await page.getByText('Documents like WEB-1058 are held back').count()).toBe(0); // not told twice
    expect(await stage.axe()).toEqual([]);
    await card.getByRole('button', { name: 'Replay' }).click();
    await page.getByText('37 orders are on their way again.').first().waitFor();
    await expect.poll(() => card.count()).toBe(0);
    expect(stage.api.calls('POST /orders/replay-cause')[0]?.body).toEqual({ code: 'lane.closed' });
  });

  it('replays all orders of one cause', async () => {
    const page = await stage.open();
    await page.getByRole('listitem').filter({ hasText: '12 orders' }).getByRole('button', { name: 'Resume all' }).click();
    await page.getByText('12 orders are on their way again.').first().waitFor();
    await expect.poll(() => page.getByText('No GL account for SKU MUG-BLUE').count()).toBeLessThan(2);
    expect(stage.api.calls('POST /orders/replay-cause')[0]?.body).toEqual({ code: 'rules.no_account' });
  });

  it('follows an order by itself while work goes on', async () => {
    const page = await stage.open(at(1060));
    await page.getByText('Work is under way.').waitFor();
    const order = stage.api.model.orders.find(({ orderId }) => orderId === 1060);
    Object.assign(order ?? {}, { state: 'posted', invoiceNumber: 'WEB-1060' });
    await page.getByText('Every document is in Oracle.').waitFor({ timeout: 8_000 });
  });

  it('reads an order that nobody has heard of from the store', async () => {
    const page = await stage.open(at(9));
    await page.getByText('AR Bridge has not seen this order yet.').waitFor();
    await page.getByRole('button', { name: 'Read it from the store' }).click();
    await page.getByText('Known, not read from the store yet.').waitFor();
    expect(stage.api.calls('POST /orders/:id/replay')[0]?.path).toBe('/orders/9/replay');
  });
});
