import { expect, it } from 'vitest';
import { fault } from './mock-api.ts';
import { shownText } from './shown-text.ts';
import { pageSuite } from './stage.ts';

pageSuite('the order screen and the order list', (stage) => {
  it('shows the documents of an order with their numbers and balances', async () => {
    const page = await stage.goto(stage.harness.orderScreenUrl(1042));
    const receipt = page.getByRole('listitem').filter({ hasText: 'WEB-1042-P1' });
    await receipt.waitFor();
    expect(await shownText(receipt)).toMatch(/Receipt WEB-1042-P1 128\.45 USD Unapplied 30\.00/);
    expect(await page.getByRole('link', { name: 'Details, audit, dry run' }).getAttribute('href')).toContain(
      'tab=orders&order=1042',
    );
    expect(await stage.axe()).toEqual([]);
  });

  it('resumes an order that needs attention', async () => {
    const page = await stage.goto(stage.harness.orderScreenUrl(1058));
    await page.getByText('No GL account for SKU MUG-BLUE').waitFor();
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByText('Posting', { exact: true }).waitFor();
    expect(stage.api.calls('POST /orders/:id/replay')[0]?.path).toBe('/orders/1058/replay');
  });

  it('offers no resume where a question has to be answered first', async () => {
    const page = await stage.goto(stage.harness.orderScreenUrl(1057));
    await page.getByText('Order 1057 is "cancelled"').waitFor();
    expect(await page.getByRole('button', { name: 'Resume' }).count()).toBe(0);
  });

  it('says that an order was not seen yet, and that the sidecar is away', async () => {
    await stage.goto(stage.harness.orderScreenUrl(77));
    await stage.page.getByText('AR Bridge has not seen this order yet.').waitFor();
    stage.api.instead.set('GET /orders/:id', fault(502, 'sidecar.unreachable', 'No answer from the sidecar', 'Start it.'));
    await stage.goto(stage.harness.orderScreenUrl(1042));
    await stage.page.getByText('No answer from the sidecar').waitFor();
    stage.api.instead.clear();
    await stage.page.getByRole('button', { name: 'Try again' }).click();
    await stage.page.getByText('WEB-1042-P1').waitFor();
  });

  it('fills the whole column of the order list with one call', async () => {
    const page = await stage.goto(stage.harness.orderListUrl([1042, 1058, 1055, 77]));
    await page.getByText('not seen yet').waitFor();
    const cells = page.locator('td:nth-child(2)');
    expect((await cells.allInnerTexts()).map((text) => text.replace(/\s+/g, ' ').trim())).toEqual([
      'Posted WEB-1042',
      'Needs attention',
      'Waiting',
      'not seen yet',
    ]);
    expect(stage.api.calls('GET /order-states').map(({ query }) => query.ids)).toEqual(['1042,1058,1055,77']);
  });

  it('narrows the list to a state in Oracle with the ids of that state', async () => {
    const page = await stage.goto(stage.harness.orderListUrl([1042]));
    await page.getByLabel('State in Oracle').selectOption('Oracle: Needs attention');
    expect(stage.api.calls('GET /orders')).toEqual([]); // choosing alone asks nothing
    expect(await stage.axe()).toEqual([]);
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.waitForURL(/ar_bridge_state=attention/);
    expect(new URL(page.url()).searchParams.get('ar_bridge_ids')).toBe('1058,1057');
    expect(stage.api.calls('GET /orders').map(({ query }) => query)).toEqual([{ state: 'attention', perPage: '100' }]);
    await expect.poll(() => page.getByLabel('State in Oracle').inputValue()).toBe('attention');
    await page.getByLabel('State in Oracle').selectOption('Any state in Oracle');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.waitForURL((url) => url.searchParams.get('ar_bridge_ids') === '');
  });

  it('says beside the filter why the state cannot be asked for, and leaves the list as it is', async () => {
    stage.api.instead.set('GET /orders', fault(502, 'sidecar.unreachable', 'No answer from the sidecar'));
    const page = await stage.goto(stage.harness.orderListUrl([1042]));
    const before = page.url();
    await page.getByLabel('State in Oracle').selectOption('Oracle: Waiting');
    await page.getByRole('button', { name: 'Filter' }).click();
    await page.getByText('No answer from the sidecar').waitFor();
    expect(page.url()).toBe(before);
  });

  it('marks the column as not known when the sidecar is away', async () => {
    stage.api.instead.set('GET /order-states', fault(502, 'sidecar.unreachable', 'No answer from the sidecar'));
    const page = await stage.goto(stage.harness.orderListUrl([1042, 1058]));
    await page.getByText('not known').first().waitFor();
    expect(await page.getByText('not known').count()).toBe(2);
  });
});
