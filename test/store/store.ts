import { randomBytes } from 'node:crypto';
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { databaseErrors, readDebugLog } from './debug-log.ts';
import { insidePhp, type RunPhp } from './inside.ts';
import { installPlugin } from './install-plugin.ts';
import { type RestAnswer, type RestKey, type RestMethod, restClient } from './rest-client.ts';
import { freePort, startServer } from './server.ts';
import { type Checkout, checkOut, type Login, logIn, type PlacedOrder, restNonce } from './shopper.ts';
import { layOutSite } from './site-files.ts';
import { downloadSources, type How, localSources, storeAvailable } from './sources.ts';
import { ensureTemplate } from './template.ts';

export { StoreRefusal } from './rest-client.ts';
export type { Checkout, Login, PlacedOrder, ShopperAddress } from './shopper.ts';
export { type Availability, type How, storeAvailable } from './sources.ts';

/** What the shop's owner has chosen. `configure` changes it while the store runs (`hpos` only before the first order). */
export interface ShopSettings {
  /** IANA name. Default UTC. */
  timeZone?: string;
  currency?: string;
  /** `US:CA`: where the shop is. */
  country?: string;
  priceDecimals?: number;
  taxes?: boolean;
  pricesIncludeTax?: boolean;
  roundAtSubtotal?: boolean;
  /** Order storage: WooCommerce's own tables, or posts. */
  hpos?: boolean;
}

export interface StoreOptions extends ShopSettings {
  /** WP_DEBUG and its log. Default true. */
  debug?: boolean;
  /** WP-Cron by page views. Default false: nothing runs unasked. */
  cron?: boolean;
  /** Default: what `storeAvailable` says. */
  how?: How;
  /** One line per thing that takes time. */
  report?: (line: string) => void;
}

const DEFAULTS: Required<ShopSettings> = {
  timeZone: 'UTC',
  currency: 'USD',
  country: 'US:CA',
  priceDecimals: 2,
  taxes: true,
  pricesIncludeTax: false,
  roundAtSubtotal: false,
  hpos: true,
};

/** A refund as a shop manager enters it. `lines` name order items with net amounts; without them it is an amount only. */
export interface RefundWish {
  /** Gross decimal string; required unless `lines` add up to what WooCommerce should refund. */
  amount: string;
  reason?: string;
  lines?: { itemId: number; quantity?: number; total: string; taxes?: Record<number, string> }[];
  /** Ask the gateway to return the money. Default false: recorded only. */
  apiRefund?: boolean;
}

/** A row the store made; the rest of WooCommerce's answer is under `[field]`. */
export type Row = { id: number } & Record<string, unknown>;

/** A running throw-away WooCommerce. */
export interface Store extends AsyncDisposable {
  /** The home URL, `http://127.0.0.1:<port>`. */
  url: string;
  how: How;
  versions: { wordpress: string; woocommerce: string };
  /** The site's folder on this machine (wp-load.php is in it); gone after `close`. */
  folder: string;
  admin: Login;
  restKey: RestKey;
  /** Milliseconds: until the template was there, and from there until the store took calls. */
  timings: { templateMs: number; startMs: number };
  /** REST v3 with the key, the parsed body; throws StoreRefusal unless 2xx. Path as in rest-client.ts. */
  rest<T = Row>(method: RestMethod, path: string, body?: unknown): Promise<T>;
  /** The same with status and headers. */
  restAnswer<T = unknown>(method: RestMethod, path: string, body?: unknown): Promise<RestAnswer<T>>;
  php: RunPhp;
  configure(settings: ShopSettings): Promise<void>;
  /** Installs and activates a zip or a folder; answers WordPress's name for it. */
  installPlugin(zipOrFolder: string): Promise<string>;
  /** Runs what Action Scheduler has due; answers how many actions ran. */
  runDueActions(): Promise<number>;
  debugLog(): string;

  checkout(wish: Checkout): Promise<PlacedOrder>;
  /** As a gateway reports it: `date_paid` and the transaction id are set, the status moves to processing or completed. */
  payOrder(orderId: number, transactionId?: string): Promise<void>;
  setStatus(orderId: number, status: string): Promise<void>;
  editOrder(orderId: number, changes: object): Promise<void>;
  /** Answers the refund's id. */
  refund(orderId: number, wish: RefundWish): Promise<number>;
  deleteRefund(orderId: number, refundId: number): Promise<void>;
  trash(orderId: number): Promise<void>;
  untrash(orderId: number): Promise<void>;
  forceDelete(orderId: number): Promise<void>;

  /** Each in the words of WooCommerce's REST API; answers the new row. */
  createCustomer(fields: object): Promise<Row>;
  createProduct(fields: object): Promise<Row>;
  createVariation(productId: number, fields: object): Promise<Row>;
  createCategory(fields: object): Promise<Row>;
  createCoupon(fields: object): Promise<Row>;
  createTaxRate(fields: object): Promise<Row>;
  /** A zone for countries (`US`, `US:CA`) with one flat rate of `cost`. */
  createShippingZone(name: string, places: string[], cost: string): Promise<Row>;

  /** The Cookie header of a session; the administrator's if nobody is named. */
  loginCookie(login?: Login): Promise<string>;
  /** `X-WP-Nonce` for that session. */
  nonce(cookie: string): Promise<string>;

  /**
   * Ends the store and removes its folder. Throws when the store met a database error: SQL of ours or the harness is wrong then.
   */
  close(): Promise<void>;
}

/**
 * Lays out a real WordPress with WooCommerce in a temporary folder and starts it. The first start on a machine installs it (and
 * downloads it where there is no copy); later ones copy that. The store ends with this process, however that ends.
 *
 * Fails  throws when none can be had (`storeAvailable` says why), or when it does not start
 */
export async function startStore(options: StoreOptions = {}): Promise<Store> {
  const report = options.report ?? (() => {});
  const available = storeAvailable();
  if (!available.ok) throw new Error(`No store to be had: ${available.reason}`);
  const how = options.how ?? available.how;
  if (!localSources().ok) await downloadSources(report);
  const sources = localSources();
  if (!sources.ok) throw new Error(sources.reason);

  const began = Date.now();
  const template = await ensureTemplate(how, sources, report);
  const templateThere = Date.now();
  const folder = mkdtempSync(join(tmpdir(), 'ar-bridge-store-'));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const secret = randomBytes(16).toString('hex');
  layOutSite({ folder, home: url, secret, debug: options.debug ?? true, cron: options.cron ?? false }, sources, how);
  cpSync(template, join(folder, 'wp-content', 'database'), { recursive: true });
  const server = await startServer(folder, port, how, sources);

  const php = insidePhp(url, secret);
  const configure = (settings: object) => php<void>({ file: join(import.meta.dirname, 'php', 'configure.php') }, settings);
  const admin = { user: 'admin', password: randomBytes(12).toString('base64url') };
  const restKey = {
    consumerKey: `ck_${randomBytes(20).toString('hex')}`,
    consumerSecret: `cs_${randomBytes(20).toString('hex')}`,
  };
  try {
    await configure({ settings: { ...DEFAULTS, ...options }, adminPassword: admin.password, restKey });
  } catch (error) {
    await server.stop();
    throw error;
  }
  const timings = { templateMs: templateThere - began, startMs: Date.now() - templateThere };
  report(`WooCommerce ${sources.woocommerceVersion} on ${how} is up at ${url} (${(timings.startMs / 1_000).toFixed(1)} s)`);

  const restAnswer = restClient(url, restKey);
  const rest = async <T = Row>(method: RestMethod, path: string, body?: unknown) =>
    (await restAnswer<T>(method, path, body)).body;
  const post = (path: string, body: object) => rest<Row>('POST', path, body);
  const loginCookie = (login: Login = admin) => logIn(url, login);
  const close = async () => {
    const errors = databaseErrors(folder);
    await server.stop();
    if (errors.length > 0) throw new Error(`The store met ${errors.length} database errors:\n${errors.slice(0, 5).join('\n')}`);
  };

  return {
    url,
    how,
    versions: { wordpress: sources.wordpressVersion, woocommerce: sources.woocommerceVersion },
    folder,
    admin,
    restKey,
    timings,
    rest,
    restAnswer,
    php,
    configure: (settings) => configure({ settings }),
    installPlugin: (from) => installPlugin(php, join(folder, 'wp-content'), from),
    runDueActions: () => php<number>(`return ActionScheduler::runner()->run( 'store harness' );`),
    debugLog: () => readDebugLog(folder),

    async checkout(wish) {
      return checkOut(url, wish, typeof wish.as === 'object' ? await loginCookie(wish.as) : null);
    },
    async payOrder(orderId, transactionId = '') {
      // Not by REST: `set_paid` is silently ignored for an order on hold (class-wc-rest-orders-controller.php save_object).
      const done = await php<boolean>(`return wc_get_order( $args[0] )->payment_complete( $args[1] );`, [orderId, transactionId]);
      if (!done) throw new Error(`The store did not take the payment of order ${orderId}.`);
    },
    async setStatus(orderId, status) {
      await rest('PUT', `/orders/${orderId}`, { status });
    },
    async editOrder(orderId, changes) {
      await rest('PUT', `/orders/${orderId}`, changes);
    },
    async refund(orderId, { amount, reason = '', lines = [], apiRefund = false }) {
      const { id } = await post(`/orders/${orderId}/refunds`, {
        amount,
        reason,
        api_refund: apiRefund,
        api_restock: false,
        line_items: lines.map(({ itemId, quantity = 0, total, taxes = {} }) => ({
          id: itemId,
          quantity,
          refund_total: total,
          refund_tax: Object.entries(taxes).map(([rateId, tax]) => ({ id: Number(rateId), refund_total: tax })),
        })),
      });
      return id;
    },
    async deleteRefund(orderId, refundId) {
      await rest('DELETE', `/orders/${orderId}/refunds/${refundId}?force=true`);
    },
    async trash(orderId) {
      await rest('DELETE', `/orders/${orderId}`);
    },
    async untrash(orderId) {
      const done = await php<boolean>('return wc_get_order( $args )->untrash();', orderId);
      if (!done) throw new Error(`Order ${orderId} was not restored.`);
    },
    async forceDelete(orderId) {
      await rest('DELETE', `/orders/${orderId}?force=true`);
    },

    createCustomer: (fields) => post('/customers', fields),
    createProduct: (fields) => post('/products', fields),
    createVariation: (productId, fields) => post(`/products/${productId}/variations`, fields),
    createCategory: (fields) => post('/products/categories', fields),
    createCoupon: (fields) => post('/coupons', fields),
    createTaxRate: (fields) => post('/taxes', fields),
    async createShippingZone(name, places, cost) {
      const zone = await post('/shipping/zones', { name });
      const locations = places.map((code) => ({ code, type: code.includes(':') ? 'state' : 'country' }));
      await rest('PUT', `/shipping/zones/${zone.id}/locations`, locations);
      await post(`/shipping/zones/${zone.id}/methods`, { method_id: 'flat_rate', settings: { cost, title: 'Flat rate' } });
      return zone;
    },

    loginCookie,
    nonce: (cookie) => restNonce(url, cookie),
    close,
    [Symbol.asyncDispose]: close,
  };
}
