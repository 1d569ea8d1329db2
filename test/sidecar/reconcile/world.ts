import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { onTestFinished } from 'vitest';
import type { z } from 'zod';
import { dayIn } from '../../../sidecar/domain/dates.ts';
import { expectOk } from '../../../sidecar/domain/failures.ts';
import { minor } from '../../../sidecar/domain/money.ts';
import type { Setup } from '../../../sidecar/domain/setup.ts';
import type { ReconcileRow, RunView, StartRunSchema } from '../../../sidecar/http/reconcile-contract.ts';
import type { Oracle } from '../../../sidecar/oracle/create-oracle.ts';
import { type RunningSandbox, startSandbox } from '../../../sidecar/sandbox/start.ts';
import { keepBooks, tellOrders } from '../../bench/support/books.ts';
import { type EndlessShop, startEndlessShop } from '../../bench/support/endless-shop.ts';
import { PluginEnd } from '../../bench/support/sidecar.ts';
import { DEMO_SETUP } from '../../demo/books.ts';
import { invoice, line } from '../oracle/documents.ts';
import { keepingTrail, oracleAt } from '../oracle/fake-oracle.ts';
import { testFolder } from '../support/folder.ts';
import { type Answer, PAIRING_CODE, type TestSidecar, testSidecar } from '../support/sidecar.ts';

export const FIRST = 1_000;
const DAY_MS = 86_400_000;

/** A shop with copies of the recorded orders, a whole sidecar and a sandbox, all in this process; and a person in Oracle. */
export interface ReconcileWorld {
  shop: EndlessShop;
  sandbox: RunningSandbox;
  sidecar: TestSidecar;
  folder: string;
  /** Covers everything that happens in the test. */
  period: { from: string; to: string };
  ids: number[];
  get(path: string): Promise<Answer>;
  post(path: string, body?: unknown): Promise<Answer>;
  /** Tells the sidecar of orders and waits until all it knows are at rest. */
  tell(ids: readonly number[]): Promise<void>;
  rest(): Promise<void>;
  /** Runs a reconciliation to its end. */
  run(over?: Partial<z.input<typeof StartRunSchema>>): Promise<RunView>;
  rows(run: RunView, query?: string): Promise<ReconcileRow[]>;
  state(orderId: number): Promise<{ state: string; code: string | null }>;
  byHand: Hand;
  /** What was posted is old enough to be missed where Oracle does not show it. */
  tenMinutesLater(): void;
}

/** Somebody works in Oracle by hand. */
export interface Hand {
  unapply(receipt: string, invoice: string): Promise<void>;
  reverse(receipt: string): Promise<void>;
  /** An invoice of somebody else's that carries our prefix. */
  invoice(number: string, net: number): Promise<void>;
  /** Past every rule, as a script on the tables does. */
  change(number: string, change: Record<string, string | boolean>): Promise<void>;
}

export interface ReconcileWorldOptions {
  orders: number;
  kinds?: 'guest' | 'all';
  env?: Record<string, string>;
  /** Over the demo's set-up. */
  setup?: Partial<Setup>;
  /** Order meta of every order. */
  meta?: { key: string; value: unknown }[];
}

export async function reconcileWorld(options: ReconcileWorldOptions): Promise<ReconcileWorld> {
  const { orders, kinds = 'guest', env = {}, setup = {}, meta = [] } = options;
  const shop = await startEndlessShop({ first: FIRST, count: orders, kinds, meta });
  onTestFinished(() => shop[Symbol.asyncDispose]());
  const sandbox = await startSandbox();
  onTestFinished(() => sandbox.close());
  const folder = testFolder();
  const sidecar = await testSidecar({ AR_BRIDGE_ORACLE_LOOK_MS: '60', AR_BRIDGE_ORACLE_SETTLE_MS: '400', ...env }, { folder });
  const plugin = await pair(sidecar, shop);
  const { clientId, clientSecret, scope } = sandbox.credentials;
  const auth = { auth: 'oauth2', tokenUrl: `${sandbox.url}/oauth2/v1/token`, clientId, clientSecret, scope } as const;
  await plugin.ask(sidecar.url, 'PUT', '/v1/admin/connections/oracle?actor=kim', { url: sandbox.url, ...auth, release: '26D' });
  await keepBooks(plugin, sidecar.url, setup);
  const oracle = oracleAt(sandbox.url, { auth: { kind: 'oauth2', ...auth } });
  onTestFinished(() => oracle.close());

  const ids = Array.from({ length: orders }, (_, n) => FIRST + n);
  const path = (below: string) => `/v1/admin${below}${below.includes('?') ? '&' : '?'}actor=kim`;
  const world: ReconcileWorld = {
    ...{ shop, sandbox, sidecar, folder, ids },
    period: { from: today(-40), to: today(0) },
    get: (below) => sidecar.send('GET', path(below)),
    post: (below, body) => sidecar.send('POST', path(below), body),
    async tell(some) {
      await tellOrders(
        plugin,
        sidecar.url,
        some.map((id) => shop.order(id)),
      );
      await world.rest();
    },
    async rest() {
      const endMs = Date.now() + 60_000;
      for (;;) {
        const { counts, health } = (await world.get('/overview')).body;
        if (health.queued === 0 && !counts.posting && !counts.new) return;
        if (Date.now() > endMs) throw new Error(`The orders never come to rest: ${JSON.stringify({ counts, health })}`);
        await sleep(30);
      }
    },
    async run(over = {}) {
      const started = await world.post('/reconcile/runs', { ...world.period, ...over });
      if (started.status !== 200) throw new Error(`${started.status} ${JSON.stringify(started.body)}`);
      for (;;) {
        const run = (await world.get(`/reconcile/runs/${started.body.id}`)).body as RunView;
        if (run.state !== 'running') return run;
        await sleep(20);
      }
    },
    async rows(run, query = '') {
      return (await world.get(`/reconcile/runs/${run.id}/rows?perPage=100${query}`)).body.rows;
    },
    async state(orderId) {
      const { body } = await world.get(`/orders/${orderId}`);
      return { state: body.state, code: body.reason?.code ?? null };
    },
    tenMinutesLater() {
      const db = new Database(join(folder, 'ar-bridge.db'));
      db.exec('UPDATE document SET posted_at_ms = posted_at_ms - 600000');
      db.close();
    },
    byHand: handIn(oracle, sandbox.url),
  };
  return world;
}

async function pair(sidecar: TestSidecar, shop: EndlessShop): Promise<PluginEnd> {
  const body = {
    ...{ code: PAIRING_CODE, siteUrl: shop.url, restUrl: `${shop.url}/wp-json/`, storeUrl: shop.url },
    ...shop.restKey,
    ...{ pluginVersion: 'test', wooVersion: '10.5.2' },
  };
  const response = await fetch(`${sidecar.url}/v1/pair`, { method: 'POST', body: JSON.stringify(body) });
  const { secret } = (await response.json()) as { secret: string };
  sidecar.secret = secret;
  return new PluginEnd(shop.url, secret);
}

/** In the demo's business unit. */
export const today = (days: number): string => dayIn(DEMO_SETUP.timeZone, new Date(Date.now() + days * DAY_MS).toISOString());

function handIn(oracle: Oracle, sandboxUrl: string): Hand {
  const trail = keepingTrail();
  const { receivables } = oracle;
  const businessUnit = DEMO_SETUP.businessUnit;
  const common = {
    businessUnit,
    accountNumber: '40017',
    decimals: 2,
    currency: 'USD',
    date: today(0),
    accountingDate: today(0),
    today: today(0),
  };
  const find = async (kind: 'receipt' | 'invoice', number: string) => {
    const query = { kind, number, businessUnit, decimals: 2 };
    const where = kind === 'invoice' ? { source: DEMO_SETUP.invoice.source } : { accountNumber: '40017' };
    const found = expectOk(await receivables.find({ ...query, ...where }, trail));
    if (!found) throw new Error(`There is no ${number}`);
    return found;
  };
  return {
    async unapply(receipt, invoice) {
      const [from, to] = [await find('receipt', receipt), await find('invoice', invoice)];
      const rows = expectOk(
        await receivables.applications(
          { from: { kind: 'receipt', id: from.id, number: receipt }, accountNumber: '40017', decimals: 2 },
          trail,
        ),
      );
      const row = rows.find((each) => each.to === invoice && each.isLatest);
      if (!row) throw new Error(`${receipt} is not applied to ${invoice}`);
      expectOk(
        await receivables.perform(
          {
            ...common,
            kind: 'unapply-receipt',
            receipt: { id: from.id, number: receipt },
            invoice: { id: to.id, number: invoice },
            amount: row.amount,
            applicationId: row.id,
          },
          trail,
        ),
      );
    },
    async reverse(receipt) {
      const { id, enteredAmount } = await find('receipt', receipt);
      const why = { category: 'REV', reason: 'PAYMENT REVERSAL', comments: '' };
      const action = { ...common, ...why, kind: 'reverse-receipt', receipt: { id, number: receipt } } as const;
      expectOk(await receivables.perform({ ...action, amount: enteredAmount ?? minor(0) }, trail));
    },
    async invoice(number, net) {
      const sold = line({ quantity: 1, unitPrice: minor(net), net: minor(net), accountCombination: '01-100-41000-0000-000' });
      const dates = { date: today(0), accountingDate: today(0), today: today(0) };
      const document = invoice({ number, crossReference: number, ...dates, lines: [sold], total: minor(net) });
      const prepared = receivables.prepare({ ...document, billTo: { accountNumber: '40017' } });
      expectOk(await receivables.create(prepared, trail));
    },
    async change(number, change) {
      const answer = await fetch(`${sandboxUrl}/__sandbox/documents`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ number, ...change }),
      });
      if (!answer.ok) throw new Error(`${answer.status} ${await answer.text()}`);
    },
  };
}
