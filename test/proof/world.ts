import { copyFileSync, existsSync, mkdtempSync, readdirSync, rmSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { readConfig } from '../../sidecar/config.ts';
import { OrderPageSchema, type OrderSummary } from '../../sidecar/http/admin-contract.ts';
import { RuleSetViewSchema } from '../../sidecar/http/rules-contract.ts';
import { type Sandbox, startSandbox } from '../../sidecar/sandbox/start.ts';
import { type Sidecar, startSidecar } from '../../sidecar/start.ts';
import { AdminPage } from '../demo/admin-page.ts';
import { SignedPage } from '../demo/signed-page.ts';
import { oracleConnection } from '../demo/stack.ts';
import { freePort } from '../store/server.ts';
import { type Store, startStore } from '../store/store.ts';
import { CATALOGUE, type ProofShop, proofRules, proofSeed, type ShopIds } from './shop.ts';
import { startTap, type Tap } from './tap.ts';
import type { Act, Acted, LiveFacts, OrderFacts, OrderWish } from './wish.ts';

export type Profile = '26D' | '25D';

export interface WorldOptions {
  shop: ProofShop;
  profile: Profile;
  /** Waits of the sidecar are scaled by it, so that a proof with faults ends today: in [0, 1). */
  haste?: number;
  report?: (line: string) => void;
}

/** Nothing of a proof has to outlive a power cut: it lives in memory where the machine offers enough of it. */
const MEMORY = '/dev/shm';
const ENOUGH_BYTES = 2_000_000_000;
if (!process.env.TMPDIR && existsSync(MEMORY)) {
  const { bavail, bsize } = statfsSync(MEMORY);
  if (bavail * bsize > ENOUGH_BYTES) process.env.TMPDIR = MEMORY;
}

const PAIRING_CODE = 'PROOF-CODE-2026';
const repository = join(import.meta.dirname, '..', '..');
/** A retry that is further away than this is a wait, not work. */
const HORIZON_MS = 60_000;
const REST_PATIENCE_MS = 120_000;

/** A real shop with the plugin, the sidecar and the sandbox, driven without waiting for clocks: events are handed over when told to. */
export class World {
  readonly profile: Profile;
  readonly shop: ProofShop;
  readonly store: Store;
  readonly sandbox: Sandbox;
  readonly tap: Tap;
  readonly ids: ShopIds;
  private readonly folder: string;
  private readonly port: number;
  private readonly haste: number;
  private readonly page: SignedPage;
  private sidecar: Sidecar | null;

  private constructor(parts: {
    options: WorldOptions;
    store: Store;
    sandbox: Sandbox;
    tap: Tap;
    ids: ShopIds;
    folder: string;
    port: number;
    page: SignedPage;
    sidecar: Sidecar;
  }) {
    this.profile = parts.options.profile;
    this.shop = parts.options.shop;
    this.haste = parts.options.haste ?? 0.02;
    this.store = parts.store;
    this.sandbox = parts.sandbox;
    this.tap = parts.tap;
    this.ids = parts.ids;
    this.folder = parts.folder;
    this.port = parts.port;
    this.page = parts.page;
    this.sidecar = parts.sidecar;
  }

  /** Starts everything; what was started is ended when this throws. */
  static async open(options: WorldOptions): Promise<World> {
    const closers: (() => Promise<unknown>)[] = [];
    const folder = mkdtempSync(join(tmpdir(), 'ar-bridge-proof-'));
    try {
      const store = await startStore({ ...options.shop.settings, ...(options.report && { report: options.report }) });
      closers.push(() => store.close());
      const sandbox = await startSandbox({
        profile: options.profile,
        seed: proofSeed(new Date(), options.shop),
        logger: pino({ level: 'silent' }),
      });
      closers.push(() => sandbox.close());
      const tap = await startTap(sandbox.url);
      closers.push(() => tap.close());
      const port = await freePort();
      const sidecar = await startOurs(folder, port, options.haste ?? 0.02);
      closers.push(() => sidecar.close());
      const ids = await openShop(store);
      await store.installPlugin(join(repository, 'plugin'));
      await (await AdminPage.open(store)).pair(sidecar.url, PAIRING_CODE);
      const page = new SignedPage(
        sidecar.url,
        store.url,
        await store.php<string>(
          'return base64_encode( ( new ArBridge\\Security\\SecretStore( new ArBridge\\Clock() ) )->current() );',
        ),
      );
      await page.put('/connections/oracle', oracleConnection(sandbox, options.profile, tap.url));
      await page.put('/connections/setup', { baseVersion: 0, setup: options.shop.setup });
      await page.put('/rules', { baseVersion: 0, rules: proofRules(ids, options.shop) });
      const world = new World({ options, store, sandbox, tap, ids, folder, port, page, sidecar });
      if (options.shop.lastMonthClosed) await world.setLastMonth('C');
      else await page.post('/reference/pull');
      return world;
    } catch (error) {
      for (const end of closers.reverse()) await end().catch(() => undefined);
      rmSync(folder, { recursive: true, force: true });
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.stopSidecar();
    await this.tap.close();
    await this.sandbox.close();
    rmSync(this.folder, { recursive: true, force: true });
    await this.store.close();
  }

  // The shop.

  async place(wishes: readonly OrderWish[]): Promise<(LiveFacts | { refused: string })[]> {
    return this.store.php('return Proof_Orders::place( $args );', wishes);
  }

  async act(acts: readonly (Act & { order: number })[]): Promise<Acted[]> {
    return this.store.php('return Proof_Acts::act( $args );', acts);
  }

  async facts(ids: readonly number[]): Promise<OrderFacts[]> {
    return this.store.php('return Proof_Acts::all_facts( $args );', ids);
  }

  // The sidecar.

  /** Hands over what the plugin has noted, as its recurring job does. */
  async tell(): Promise<void> {
    for (let tries = 0; tries < 20; tries += 1) {
      const left = await this.store.php<number>(
        `delete_option( ArBridge\\Settings\\Options::DELIVERY ); do_action( 'ar_bridge_deliver' ); global $wpdb;
        return (int) $wpdb->get_var( "SELECT count(*) FROM {$wpdb->prefix}ar_bridge_outbox" );`,
      );
      if (left === 0) return;
    }
    throw new Error('The plugin does not get rid of its rows.');
  }

  /** Waits until the sidecar has nothing to do but to wait for people, the store or a far-off retry. */
  async rest(): Promise<void> {
    const deadline = Date.now() + REST_PATIENCE_MS;
    for (;;) {
      const state = this.sidecar?.state();
      if (!state) throw new Error('The sidecar is not running.');
      if (state.underWay === 0 && state.queued === 0) return;
      if (state.underWay === 0) {
        const far = (await this.orders('waiting')).filter(
          (order) => order.nextAttemptAt && Date.parse(order.nextAttemptAt) > Date.now() + HORIZON_MS,
        );
        if (far.length >= state.queued && this.sidecar?.state().underWay === 0) return;
      }
      if (Date.now() > deadline) {
        const busy = (await this.orders()).filter((order) => order.state !== 'posted' && order.state !== 'excluded');
        const said = busy.map((order) => `${order.orderId} ${order.state} ${order.reason?.code}: ${order.reason?.message}`);
        throw new Error(`The sidecar does not come to rest: ${JSON.stringify(state)}\n${said.slice(0, 10).join('\n')}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 15));
    }
  }

  async settle(): Promise<void> {
    await this.tell();
    await this.rest();
  }

  /** All orders, none of them in work: a poll of the sidecar's own may take some up again between its rest and our look. */
  async ordersAtRest(): Promise<OrderSummary[]> {
    for (let looks = 0; looks < 50; looks += 1) {
      await this.rest();
      const all = await this.orders();
      if (!all.some((order) => order.state === 'posting')) return all;
    }
    throw new Error('Orders stay in work although the sidecar has nothing to do.');
  }

  async orders(state?: OrderSummary['state']): Promise<OrderSummary[]> {
    const all: OrderSummary[] = [];
    for (let page = 1; ; page += 1) {
      const answer = OrderPageSchema.parse(
        await this.page.get(`/orders?perPage=100&page=${page}${state ? `&state=${state}` : ''}`),
      );
      all.push(...answer.orders);
      if (answer.orders.length < 100) return all;
    }
  }

  async order(id: number): Promise<OrderSummary | undefined> {
    const answer = OrderPageSchema.parse(await this.page.get(`/orders?search=${id}`));
    return answer.orders.find((order) => order.orderId === id);
  }

  async decide(orderId: number, question: string, choice: string): Promise<void> {
    await this.page.post(`/orders/${orderId}/decide`, { question, choice });
  }

  async replay(orderId: number): Promise<void> {
    await this.page.post(`/orders/${orderId}/replay`);
  }

  /** The AR period before today's, in every ledger; the lists are pulled again. */
  async setLastMonth(status: 'O' | 'C'): Promise<void> {
    const today = new Date();
    const day = new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - 1, 15));
    const period = `${day.toLocaleString('en-US', { month: 'short', timeZone: 'UTC' })}-${String(day.getUTCFullYear()).slice(2)}`;
    await this.oracle('POST', 'periods', { period, status });
    await this.page.post('/reference/pull');
  }

  /** Every rule that gives an account for what is sold gives the general one of sales. */
  async changeAccounts(): Promise<void> {
    const { version, rules } = RuleSetViewSchema.parse(await this.page.get('/rules'));
    const sells: readonly string[] = ['revenue', 'shipping', 'fee', 'discount', 'rounding'];
    const changed = rules.map((rule) =>
      sells.includes(rule.kind) ? { ...rule, outcome: { segments: { account: '41000', costCenter: '100' } } } : rule,
    );
    await this.page.put('/rules', { baseVersion: version, rules: changed, note: 'one account for all sales' });
  }

  /** Any other call of the admin page. */
  admin(): SignedPage {
    return this.page;
  }

  async stopSidecar(): Promise<void> {
    await this.sidecar?.close();
    this.sidecar = null;
  }

  async startSidecar(): Promise<void> {
    this.sidecar = await startOurs(this.folder, this.port, this.haste);
  }

  // Oracle.

  async oracle<T = unknown>(method: 'GET' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.sandbox.url}/__sandbox/${path}`, {
      method,
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`__sandbox/${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as T;
  }
}

function startOurs(folder: string, port: number, haste: number): Promise<Sidecar> {
  const config = readConfig({
    AR_BRIDGE_PORT: String(port),
    AR_BRIDGE_DATA: join(folder, 'ar-bridge.db'),
    AR_BRIDGE_PAIRING_CODE: PAIRING_CODE,
    // The plugin's rows come when `tell` says so; waits for a server that is no further than this machine are short.
    AR_BRIDGE_PULL_MS: '60000',
    AR_BRIDGE_ORACLE_LOOK_MS: '20',
    AR_BRIDGE_ORACLE_SETTLE_MS: '60',
  });
  return startSidecar({
    config,
    log: pino({ level: process.env.AR_BRIDGE_LOG_LEVEL ?? 'error' }),
    random: () => Math.random() * haste,
  });
}

async function openShop(store: Store): Promise<ShopIds> {
  const from = join(import.meta.dirname, 'php');
  for (const file of readdirSync(from)) {
    if (file.startsWith('proof-')) copyFileSync(join(from, file), join(store.folder, 'wp-content', 'mu-plugins', file));
  }
  await store.php("update_option( 'woocommerce_analytics_enabled', 'no' ); return true;");
  return store.php<ShopIds>({ file: join(from, 'catalogue.php') }, CATALOGUE);
}
