/**
 * Screenshots of every page and state, to be looked at: node test/e2e/page/shots.ts FOLDER [name-filter]
 */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright';
import { heldBack } from './fixtures.ts';
import { launchBrowser, startHarness } from './harness.ts';
import { fault, type MockApi } from './mock-api.ts';

interface Shot {
  name: string;
  query?: string;
  width?: number;
  /** Another page than the admin page. */
  at?: 'order' | 'list';
  before?: (api: MockApi) => void;
  after?: (page: Page) => Promise<void>;
}

const press = (name: string) => (page: Page) => page.getByRole('button', { name, exact: true }).first().click();
const down = fault(
  502,
  'sidecar.unreachable',
  'No answer from the AR Bridge sidecar at https://bridge.example.com:8090: connection refused',
  'Start it on its machine with `npm run sidecar` (or start its service), and check that this server may connect to that address.',
);
const PAGES = ['overview', 'orders', 'customers', 'rules', 'reconciliation', 'audit', 'connections'];
const READS: Record<string, string> = {
  overview: 'GET /overview',
  orders: 'GET /orders',
  customers: 'GET /customers',
  rules: 'GET /rules',
  reconciliation: 'GET /reconcile',
  audit: 'GET /audit',
  connections: 'GET /connections',
};

/** A set-up in which every part is in use. */
function fullSetup(api: MockApi): void {
  const { setup } = api.model.connections;
  if (!setup) return;
  Object.assign(setup, {
    conversionRateType: 'User',
    userRates: { EUR: '1.0842', JPY: '0.0067' },
    exclusions: [
      { name: 'Test orders', metaKey: '_test_order', metaValue: 'yes' },
      { name: 'Wholesale, invoiced elsewhere', role: 'wholesale_customer', gateway: 'bacs' },
    ],
    tenders: [{ name: 'Gift card', metaKey: '_ywgc_applied_gift_cards_totals' }],
    closedPeriodFor: { receipt: 'hold' },
    businessUnits: [
      {
        businessUnit: 'Northwind EU BU',
        ledgerCurrency: 'EUR',
        invoice: { source: 'WEB STORE EU', type: 'Web Invoice', paymentTerms: 'IMMEDIATE' },
        segmentDefaults: { Company: '102' },
      },
    ],
  } satisfies Partial<typeof setup>);
}

/** A kind held back, refunds that wait for a settlement, and an order with notes and overpayment. */
function muchToDo(api: MockApi): void {
  api.model.overview.heldBack = heldBack();
  api.model.waitingSettlements = {
    gateways: [
      { gateway: 'stripe', refunds: 3, orders: 2, sums: [{ currency: 'USD', amount: '50.00' }] },
      { gateway: 'bacs', refunds: 1, orders: 1, sums: [{ currency: 'EUR', amount: '8.00' }] },
    ],
  };
  const order = api.model.orders.find(({ orderId }) => orderId === 1042);
  if (!order?.identity) return;
  order.overpayment = '20.00';
  order.identity.tax = '0.02';
  order.notes = ['The order now belongs to a customer with account 40099; its documents stay on 40017, where they were posted.'];
}

async function openAll(page: Page): Promise<void> {
  await page
    .getByText(/^More: /)
    .first()
    .waitFor();
  for (const fold of await page.getByText(/^More: /).all()) await fold.click();
}

const SHOTS: Shot[] = [
  ...PAGES.map((tab) => ({ name: tab, query: `&tab=${tab}` })),
  ...PAGES.map((tab) => ({ name: `${tab}-narrow`, query: `&tab=${tab}`, width: 600 })),
  ...PAGES.map((tab) => ({
    name: `${tab}-failed`,
    query: `&tab=${tab}`,
    before: (api: MockApi) => void api.instead.set(READS[tab] as string, down),
  })),
  ...PAGES.map((tab) => ({
    name: `${tab}-loading`,
    query: `&tab=${tab}`,
    before: (api: MockApi) => void api.instead.set(READS[tab] as string, { ...down, afterMs: 5000 }),
  })),
  {
    name: 'overview-empty',
    before: (api) => {
      const { overview } = api.model;
      overview.mode = 'simulation';
      overview.modeReason = 'Posting was never switched on.';
      overview.causes = [];
      overview.recent = [];
      overview.today.posted = [];
      overview.counts = { new: 0, posting: 0, posted: 0, waiting: 0, attention: 0, rejected: 0, excluded: 0 };
      overview.health.oracle = { ok: false, message: 'The token was refused: invalid_client', at: null };
      overview.health.lastPullAt = null;
    },
  },
  {
    name: 'orders-empty',
    query: '&tab=orders',
    before: (api) => {
      api.model.orders = [];
    },
  },
  { name: 'orders-none-match', query: '&tab=orders&state=posted&search=zzz' },
  { name: 'orders-cause', query: '&tab=orders&code=rules.no_account' },
  {
    name: 'customers-empty',
    query: '&tab=customers',
    before: (api) => {
      api.model.customers = [];
    },
  },
  { name: 'customer-question', query: '&tab=customers&customer=user-31' },
  { name: 'customer-question-700', query: '&tab=customers&customer=user-31', width: 700 },
  { name: 'customer-linked', query: '&tab=customers&customer=user-7' },
  { name: 'customer-unlink', query: '&tab=customers&customer=user-7', after: press('Unlink') },
  {
    name: 'customer-link',
    query: '&tab=customers&customer=user-31',
    after: async (page) => {
      await press('Link to an account')(page);
      await page.getByLabel('Search in Oracle').fill('40');
      await press('Search')(page);
    },
  },
  { name: 'customers-700', query: '&tab=customers', width: 700 },
  {
    name: 'customers-import',
    query: '&tab=customers&view=import',
    after: async (page) => {
      const chosen = page.waitForEvent('filechooser');
      await press('Choose a CSV file')(page);
      await (await chosen).setFiles({ name: 'links.csv', mimeType: 'text/csv', buffer: Buffer.from('customerId,accountNumber') });
      await page.getByRole('button', { name: 'Link 2 customers' }).waitFor();
    },
  },
  {
    name: 'rules-empty',
    query: '&tab=rules',
    before: (api) => {
      api.model.rules = { ...api.model.rules, version: 0, savedAt: null, rules: [], problems: [] };
    },
  },
  {
    name: 'audit-empty',
    query: '&tab=audit',
    before: (api) => {
      api.model.audit = [];
    },
  },
  { name: 'order-posted', query: '&tab=orders&order=1042' },
  {
    name: 'order-posted-lines',
    query: '&tab=orders&order=1042',
    after: (page) => page.getByText('Lines and accounts').first().click(),
  },
  { name: 'order-posted-narrow', query: '&tab=orders&order=1042', width: 600 },
  ...[1360, 700].flatMap((width): Shot[] => [
    { name: `much-overview-${width}`, width, before: muchToDo },
    { name: `much-order-${width}`, query: '&tab=orders&order=1042', width, before: muchToDo },
    { name: `much-settle-${width}`, query: '&tab=connections&at=setup', width, before: muchToDo },
    { name: `much-question-${width}`, query: '&tab=orders&order=1057', width },
    { name: `much-audit-${width}`, query: '&tab=audit', width },
    { name: `much-list-${width}`, at: 'list', query: '1042,1055,1056,1058,1060,77', width },
  ]),
  {
    name: 'much-overpayment',
    query: '&tab=orders&order=1042',
    before: muchToDo,
    after: press('Settle overpayment'),
  },
  {
    name: 'much-settle-confirm',
    query: '&tab=connections&at=setup',
    before: muchToDo,
    after: press('Settle the waiting ones'),
  },
  { name: 'order-attention', query: '&tab=orders&order=1058' },
  { name: 'order-question', query: '&tab=orders&order=1057' },
  { name: 'order-rejected', query: '&tab=orders&order=1056' },
  { name: 'order-waiting', query: '&tab=orders&order=1055', after: (page) => page.getByText('What Oracle said').click() },
  { name: 'order-unknown', query: '&tab=orders&order=9' },
  { name: 'order-dry-run', query: '&tab=orders&order=1058', after: press('Dry run') },
  { name: 'order-dry-run-nothing', query: '&tab=orders&order=1042', after: press('Dry run') },
  { name: 'order-skip', query: '&tab=orders&order=1056', after: press('Skip with a reason') },
  { name: 'rules-modal', query: '&tab=rules', after: press('Mugs') },
  { name: 'rules-modal-tax', query: '&tab=rules', after: press('California') },
  {
    name: 'rules-modal-error',
    query: '&tab=rules',
    after: async (page) => {
      await press('Add a rule')(page);
      await page.getByLabel('SKU', { exact: true }).fill('MUG-1');
      await press('Add to the rules')(page);
    },
  },
  {
    name: 'rules-picker',
    query: '&tab=rules',
    after: async (page) => {
      await press('Mugs')(page);
      await page.getByRole('combobox', { name: 'Account' }).click();
      await page.getByRole('combobox', { name: 'Account' }).fill('41');
    },
  },
  {
    name: 'rules-edited',
    query: '&tab=rules',
    after: async (page) => {
      await page.getByLabel('Enable rule Gift shop').click();
      await page.getByLabel('Order id').fill('1042');
      await press('Try')(page);
    },
  },
  { name: 'rules-try-narrow', query: '&tab=rules&order=1042', width: 600, after: press('Try') },
  { name: 'rules-tests', query: '&tab=rules&at=tests' },
  { name: 'rules-tests-narrow', query: '&tab=rules&at=tests', width: 700 },
  { name: 'rules-test-modal', query: '&tab=rules&at=tests', after: press('A mug in Germany goes to 41200') },
  { name: 'rules-unmapped', query: '&tab=rules&at=unmapped' },
  { name: 'rules-unmapped-narrow', query: '&tab=rules&at=unmapped', width: 700 },
  { name: 'rules-versions', query: '&tab=rules&at=versions' },
  { name: 'rules-versions-narrow', query: '&tab=rules&at=versions', width: 700 },
  {
    name: 'rules-compare',
    query: '&tab=rules&at=versions',
    after: (page) => page.getByRole('button', { name: 'What changed with version 7' }).click(),
  },
  {
    name: 'rules-import',
    query: '&tab=rules&at=files',
    after: (page) =>
      page.locator('input[type=file]').setInputFiles({
        name: 'rules.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from('id,kind,name,when.categoryId,segment.Account\nrule-clothing,revenue,Clothing,16,41900\n'),
      }),
  },
  {
    name: 'rules-what-if',
    query: '&tab=rules&at=what-if',
    before: (api) => {
      const { job } = { job: { id: '1', by: 'anna', from: '2026-08-25T04:00:00Z', to: '2026-11-23T05:00:00Z' } };
      const result = api.model.whatIfResult;
      api.model.whatIf = { job: { ...job, state: 'done', done: 9300, total: 9300, elapsedMs: 2300, result, failure: null } };
    },
  },
  {
    name: 'rules-forced',
    query: '&tab=rules',
    after: async (page) => {
      await page.getByLabel('Enable rule Mugs').click();
      await press('Save rules')(page);
    },
  },
  {
    name: 'reconciliation-opened',
    query: '&tab=reconciliation&only=differences',
    after: (page) =>
      page
        .getByRole('button', { name: /^Open the orders/ })
        .first()
        .click(),
  },
  {
    name: 'reconciliation-opened-narrow',
    query: '&tab=reconciliation&only=differences',
    width: 600,
    after: (page) =>
      page
        .getByRole('button', { name: /^Open the orders/ })
        .first()
        .click(),
  },
  {
    name: 'reconciliation-running',
    query: '&tab=reconciliation',
    before: (api) => {
      api.model.reconcile.run = {
        ...api.model.reconcile.run,
        state: 'running',
        progress: { phase: 'oracle', days: 9, of: 30, documents: 1840 },
        result: null,
      };
    },
  },
  { name: 'reconciliation-drift', query: '&tab=reconciliation&at=drift' },
  { name: 'reconciliation-drift-narrow', query: '&tab=reconciliation&at=drift', width: 600 },
  { name: 'reconciliation-certificates', query: '&tab=reconciliation&at=certificates', width: 1280 },
  { name: 'reconciliation-certificates-narrow', query: '&tab=reconciliation&at=certificates', width: 390 },
  {
    name: 'reconciliation-empty',
    query: '&tab=reconciliation',
    before: (api) => {
      api.model.reconcile.view = { ...api.model.reconcile.view, runs: [], certificates: [], lastRead: null, drifted: 0 };
    },
  },
  { name: 'audit-entry', query: '&tab=audit', after: (page) => page.getByRole('button', { name: 'Open entry 505' }).click() },
  {
    name: 'audit-entry-soap',
    query: '&tab=audit',
    after: (page) => page.getByRole('button', { name: 'Open entry 506' }).click(),
  },
  { name: 'audit-verified', query: '&tab=audit', after: press('Verify the chain') },
  {
    name: 'audit-broken',
    query: '&tab=audit',
    before: (api) =>
      void api.instead.set('GET /audit/verify', {
        status: 200,
        body: { ok: false, rows: 77, head: 'ab12', firstBad: { seq: 77, why: 'the hash of its content differs' } },
      }),
    after: press('Verify the chain'),
  },
  {
    name: 'connections-unpaired',
    query: '&tab=connections',
    before: (api) => {
      api.model.pairing.paired = false;
    },
  },
  {
    name: 'overview-unpaired',
    before: (api) => {
      api.model.pairing.paired = false;
    },
  },
  {
    name: 'connections-tested',
    query: '&tab=connections',
    after: (page) => page.getByRole('button', { name: 'Test' }).nth(1).click(),
  },
  { name: 'connections-setup', query: '&tab=connections&at=setup' },
  { name: 'connections-setup-narrow', query: '&tab=connections&at=setup', width: 600 },
  { name: 'connections-setup-open', query: '&tab=connections&at=setup', before: fullSetup, after: openAll },
  { name: 'connections-setup-open-700', query: '&tab=connections&at=setup', width: 700, before: fullSetup, after: openAll },
  {
    name: 'connections-setup-new',
    query: '&tab=connections&at=setup',
    before: (api) => {
      api.model.connections.setup = null;
    },
    after: press('Save the business set-up'),
  },
  { name: 'connections-posting', query: '&tab=connections&at=posting' },
  { name: 'connections-lists', query: '&tab=connections&at=lists' },
  { name: 'connections-lists-narrow', query: '&tab=connections&at=lists', width: 700 },
  {
    name: 'connections-changes',
    query: '&tab=connections&at=lists',
    after: (page) => page.getByRole('button', { name: '2 changes of Segment values' }).click(),
  },
  { name: 'connections-mode', query: '&tab=connections&at=posting', after: press('Switch to simulation') },
  { name: 'rtl-overview', query: '&rtl=1' },
  { name: 'rtl-rules', query: '&tab=rules&rtl=1' },
  { name: 'panel-posted', at: 'order', query: '1042', width: 800 },
  { name: 'panel-attention', at: 'order', query: '1058', width: 800 },
  { name: 'list', at: 'list', query: '1042,1055,1056,1058,1060,77', width: 800 },
];

const [folder = 'test-output/page', only = ''] = process.argv.slice(2);
mkdirSync(folder, { recursive: true });
const harness = await startHarness();
const browser = await launchBrowser();
for (const shot of SHOTS.filter(({ name }) => name.includes(only))) {
  harness.api.reset();
  shot.before?.(harness.api);
  const page = await browser.newPage({ viewport: { width: shot.width ?? 1360, height: 900 } });
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type()))
      console.log(`${shot.name}: ${message.type()}: ${message.text().slice(0, 300)}`);
  });
  page.on('pageerror', (error) => console.log(`${shot.name}: ${error.message}`));
  const ids = (shot.query ?? '').split(',').map(Number);
  await page.goto(
    shot.at === 'order'
      ? harness.orderScreenUrl(ids[0] ?? 0)
      : shot.at === 'list'
        ? harness.orderListUrl(ids)
        : harness.pageUrl(shot.query),
  );
  await page.waitForLoadState(shot.name.endsWith('loading') ? 'load' : 'networkidle');
  await shot.after?.(page);
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(folder, `${shot.name}.png`), fullPage: true });
  await page.close();
}
await browser.close();
await harness.close();
