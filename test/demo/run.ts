import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { readConfig } from '../../sidecar/config.ts';
import { type Sandbox, startSandbox } from '../../sidecar/sandbox/start.ts';
import { type Sidecar, startSidecar } from '../../sidecar/start.ts';
import { DEMO_SHOP, seedCatalogue } from '../store/catalogue.ts';
import { type DemoOrder, payTheLateOrder, placeDemoOrders, refundDemoOrders } from '../store/demo-orders.ts';
import { packagePlugin } from '../store/package-plugin.ts';
import { type Store, startStore, storeAvailable } from '../store/store.ts';
import { AdminPage } from './admin-page.ts';
import { DEMO_SETUP, demoRules } from './books.ts';
import { balances, type LandedRow, landed, printTable } from './landed.ts';

export interface DemoOptions {
  profile: '26D' | '25D';
  once: boolean;
  stop: AbortSignal;
  say: (line: string) => void;
}

const PAIRING_CODE = 'DEMO-CODE-2026';
const repository = join(import.meta.dirname, '..', '..');

/** Runs the demo; the exit code. Whatever it started is ended when it returns or throws. */
export async function startDemo(options: DemoOptions): Promise<number> {
  const { say } = options;
  const available = storeAvailable();
  if (!available.ok) {
    say(`No real store can be had here: ${available.reason}`);
    const { startRecordedDemo } = await import('./recorded.ts');
    return startRecordedDemo(options);
  }
  const closers: (() => Promise<unknown>)[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'ar-bridge-demo-'));
  try {
    await buildAdminPage(say);
    const { sandbox, sidecar } = await startOurs(folder, options, closers);
    say(
      `WooCommerce: ${available.how === 'native-php' ? 'WordPress on the PHP of this machine' : 'WordPress Playground; its requests take seconds'}`,
    );
    const store = await startStore({ ...DEMO_SHOP, report: (line: string) => say(`  ${line}`) });
    closers.push(() => store.close());
    say(`  WordPress ${store.versions.wordpress} with WooCommerce ${store.versions.woocommerce} on ${store.url}`);
    const page = await installAndPair(store, sidecar, sandbox, folder, options);
    say('Catalogue');
    const catalogue = await seedCatalogue(store, (line) => say(`  ${line}`));
    await page.put('/connections/setup', { baseVersion: 0, setup: DEMO_SETUP });
    await page.put('/rules', { baseVersion: 0, rules: demoRules(catalogue) });
    say('Orders');
    const orders = await placeDemoOrders(store, catalogue, (line) => say(`  ${line}`));
    await settled(store, page, sandbox, orders, options);
    say('Refunds and a late payment');
    await refundDemoOrders(store, orders, (line) => say(`  ${line}`));
    await payTheLateOrder(store, orders, (line) => say(`  ${line}`));
    const rows = await settled(store, page, sandbox, orders, options);
    printTable(rows, say);
    const wrong = rows.filter((row) => !balances(row));
    for (const row of wrong) say(`Order ${row.order} does not balance: ${row.why}`);
    if (options.once) return wrong.length === 0 ? 0 : 1;
    say('');
    say(`Admin page   ${store.url}/wp-admin/admin.php?page=ar-bridge`);
    say(`Log in as    ${store.admin.user}, password ${store.admin.password}`);
    say(`Oracle       ${sandbox.url}/ shows the ledger`);
    say('Ctrl-C ends everything.');
    await new Promise<void>((resolve) => options.stop.addEventListener('abort', () => resolve(), { once: true }));
    return 0;
  } finally {
    for (const close of closers.reverse()) await close().catch((error: unknown) => say(String(error)));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The sandbox and the sidecar, in this process. */
export async function startOurs(
  folder: string,
  { profile, say }: DemoOptions,
  closers: (() => Promise<unknown>)[],
): Promise<{ sandbox: Sandbox; sidecar: Sidecar }> {
  const sandbox = await startSandbox({ profile, port: 0 });
  closers.push(() => sandbox.close());
  say(`Oracle sandbox, release ${profile}, on ${sandbox.url}`);
  const config = readConfig({
    AR_BRIDGE_PORT: '0',
    AR_BRIDGE_DATA: join(folder, 'ar-bridge.db'),
    AR_BRIDGE_PAIRING_CODE: PAIRING_CODE,
    AR_BRIDGE_PULL_MS: '500',
  });
  const sidecar = await startSidecar({ config, log: pino({ level: process.env.AR_BRIDGE_LOG_LEVEL ?? 'silent' }) });
  closers.push(() => sidecar.close());
  say(`Sidecar on ${sidecar.url}`);
  return { sandbox, sidecar };
}

async function installAndPair(
  store: Store,
  sidecar: Sidecar,
  sandbox: Sandbox,
  folder: string,
  options: DemoOptions,
): Promise<AdminPage> {
  const zip = join(folder, 'ar-bridge.zip');
  packagePlugin(zip);
  await store.installPlugin(zip);
  const page = await AdminPage.open(store);
  await page.pair(sidecar.url, PAIRING_CODE);
  const { clientId, clientSecret, scope } = sandbox.credentials;
  await page.put('/connections/oracle', {
    url: sandbox.url,
    auth: 'oauth2',
    tokenUrl: `${sandbox.url}/oauth2/v1/token`,
    clientId,
    clientSecret,
    scope,
    release: options.profile,
  });
  options.say('Plugin installed from its zip and paired with the sidecar');
  return page;
}

async function buildAdminPage(say: (line: string) => void): Promise<void> {
  if (existsSync(join(repository, 'plugin/build/admin.js'))) return;
  say('Building the admin page (once)');
  const code = await new Promise<number>((resolve) => {
    const child = spawn('npm', ['run', '--silent', 'build'], { cwd: repository, stdio: ['ignore', 'ignore', 'inherit'] });
    child.on('close', (status) => resolve(status ?? 1));
  });
  if (code !== 0) throw new Error('the admin page could not be built: npm run build says why');
}

/** Waits until store and Oracle agree on every order, or nothing has changed for long; the rows as they are then. */
async function settled(
  store: Store,
  page: AdminPage,
  sandbox: Sandbox,
  orders: readonly DemoOrder[],
  { say, stop }: DemoOptions,
): Promise<LandedRow[]> {
  let told = '';
  let changed = Date.now();
  for (;;) {
    stop.throwIfAborted();
    const states = await page.states(orders.map((order) => order.id));
    // Orders that were never heard of have no page to read yet.
    const rows = states.length === orders.length ? await landed(store, page, sandbox, orders) : [];
    if (rows.length > 0 && rows.every(balances)) return rows;
    const line = `  ${rows.filter(balances).length} of ${orders.length} orders landed`;
    if (line !== told) {
      say(line);
      changed = Date.now();
    }
    told = line;
    if (Date.now() - changed > PATIENCE_MS[store.how]) return rows.length > 0 ? rows : landed(store, page, sandbox, orders);
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Without any progress. Playground needs seconds per request, and the plugin's rows wait for the end of theirs. */
const PATIENCE_MS = { 'native-php': 60_000, playground: 300_000 };
