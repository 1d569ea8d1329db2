import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { readConfig } from '../../sidecar/config.ts';
import { type Sandbox, startSandbox } from '../../sidecar/sandbox/start.ts';
import { type Sidecar, startSidecar } from '../../sidecar/start.ts';
import { DEMO_SHOP } from '../store/catalogue.ts';
import type { DemoOrder } from '../store/demo-orders.ts';
import { packagePlugin } from '../store/package-plugin.ts';
import { type Store, startStore } from '../store/store.ts';
import { AdminPage } from './admin-page.ts';
import { balances, type LandedRow, landed } from './landed.ts';

export interface StackOptions {
  profile: '26D' | '25D';
  /** How the shop is set up; the demo's coffee roaster when absent. */
  shop?: Parameters<typeof startStore>[0];
  say: (line: string) => void;
  stop?: AbortSignal;
}

/** A real store with the plugin, paired with a sidecar that posts to the sandbox. */
export interface Stack {
  store: Store;
  page: AdminPage;
  sandbox: Sandbox;
  sidecar: Sidecar;
  /** Waits until store and Oracle agree on every order, or nothing has changed for long; the rows as they are then. */
  settled(orders: readonly DemoOrder[]): Promise<LandedRow[]>;
  close(): Promise<void>;
}

const PAIRING_CODE = 'DEMO-CODE-2026';
const repository = join(import.meta.dirname, '..', '..');

/** Starts everything; what was started is ended when this throws. Fails: throws when no store can be had (storeAvailable). */
export async function openStack(options: StackOptions): Promise<Stack> {
  const { say } = options;
  const closers: (() => Promise<unknown>)[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'ar-bridge-demo-'));
  const close = async () => {
    for (const end of closers.splice(0).reverse()) await end().catch((error: unknown) => say(String(error)));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await buildAdminPage(say);
    const { sandbox, sidecar } = await startOurs(folder, options, closers);
    const store = await startStore({ ...DEMO_SHOP, report: (line: string) => say(`  ${line}`), ...options.shop });
    closers.push(() => store.close());
    say(`  WordPress ${store.versions.wordpress} with WooCommerce ${store.versions.woocommerce} on ${store.url}`);
    // WooCommerce's customer history on the order screen asks a query that the SQLite drop-in does not know.
    await store.php("update_option( 'woocommerce_analytics_enabled', 'no' ); return true;");
    const page = await installAndPair(store, sidecar, sandbox, folder, options);
    return { store, page, sandbox, sidecar, settled: (orders) => settled(store, page, sandbox, orders, options), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** The sandbox and the sidecar, in this process. */
export async function startOurs(
  folder: string,
  { profile, say }: Pick<StackOptions, 'profile' | 'say'>,
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
  options: StackOptions,
): Promise<AdminPage> {
  const zip = join(folder, 'ar-bridge.zip');
  packagePlugin(zip);
  await store.installPlugin(zip);
  const page = await AdminPage.open(store);
  await page.pair(sidecar.url, PAIRING_CODE);
  await page.put('/connections/oracle', oracleConnection(sandbox, options.profile));
  options.say('Plugin installed from its zip and paired with the sidecar');
  return page;
}

/** What a person enters for Oracle. url: something that stands between, when it is not the sandbox itself. */
export function oracleConnection({ credentials, ...sandbox }: Sandbox, release: '26D' | '25D', url = sandbox.url): object {
  const { clientId, clientSecret, scope } = credentials;
  return { url, auth: 'oauth2', tokenUrl: `${url}/oauth2/v1/token`, clientId, clientSecret, scope, release };
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
  { say, stop }: StackOptions,
): Promise<LandedRow[]> {
  let told = '';
  let changed = Date.now();
  for (;;) {
    stop?.throwIfAborted();
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
