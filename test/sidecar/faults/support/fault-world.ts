import { onTestFinished } from 'vitest';
import { keepBooks, tellOrders } from '../../../bench/support/books.ts';
import { type EndlessShop, type ShopOrder, startEndlessShop } from '../../../bench/support/endless-shop.ts';
import { type SandboxProgram, startSandboxProgram } from '../../../bench/support/sandbox.ts';
import { PluginEnd, type SidecarProgram, startSidecarProgram } from '../../../bench/support/sidecar.ts';
import { until } from '../../../bench/support/world.ts';
import { testFolder } from '../../support/folder.ts';
import { expectBooksToAgree } from './books-agree.ts';

const FIRST = 1_000;

export interface FaultWorldOptions {
  orders: number;
  /** `all`: the recorded orders in turn, with their refunds; `guest`: paid guest orders. */
  kinds?: 'guest' | 'all';
  env?: NodeJS.ProcessEnv;
  /** Where the data lies; a folder of the test's own when absent. */
  folder?: string;
}

export interface Overview {
  counts: Record<string, number>;
  causes: { code: string; state: string; orders: number }[];
  health: { queued: number; oracle: { ok: boolean; message: string } };
}

/** Shop, sidecar and Oracle, the last two in processes of their own, and a database that stays when the sidecar is killed. */
export interface FaultWorld {
  shop: EndlessShop;
  sandbox: SandboxProgram;
  plugin: PluginEnd;
  folder: string;
  orders: ShopOrder[];
  sidecar: SidecarProgram;
  /** Starts the sidecar again on the same data; the old one has to be gone. */
  restart(env?: NodeJS.ProcessEnv): Promise<void>;
  tell(orders?: readonly ShopOrder[]): Promise<void>;
  overview(): Promise<Overview>;
  /** Waits until all orders are posted. */
  allPosted(patienceMs?: number): Promise<void>;
  /** Every order is in Oracle's ledger once and to the cent, and the audit chain holds. */
  expectAllWell(): Promise<void>;
}

/** Waits after doubt are as short as the sandbox allows: its answers take less than 100 ms in these tests unless one says otherwise. */
export const SHORT_DOUBT = { AR_BRIDGE_ORACLE_LOOK_MS: '60', AR_BRIDGE_ORACLE_SETTLE_MS: '400' };

export async function faultWorld({
  orders: count,
  kinds = 'guest',
  env = {},
  folder = testFolder(),
}: FaultWorldOptions): Promise<FaultWorld> {
  const shop = await startEndlessShop({ first: FIRST, count, kinds });
  onTestFinished(() => shop[Symbol.asyncDispose]());
  const sandbox = await startSandboxProgram();
  onTestFinished(() => sandbox.kill());
  const start = (over: NodeJS.ProcessEnv) => startSidecarProgram({ folder, env: { ...SHORT_DOUBT, ...env, ...over } });
  const first = await start({});
  const plugin = await PluginEnd.pair(first.url, shop);
  await sandbox.connect(plugin, first.url);
  await keepBooks(plugin, first.url);
  const orders = Array.from({ length: count }, (_, n) => shop.order(FIRST + n));
  const world: FaultWorld = {
    shop,
    sandbox,
    plugin,
    folder,
    orders,
    sidecar: first,
    async restart(over = {}) {
      world.sidecar = await start(over);
    },
    tell: (some = orders) => tellOrders(plugin, world.sidecar.url, some),
    overview: () => plugin.ask(world.sidecar.url, 'GET', '/v1/admin/overview?actor=test'),
    async allPosted(patienceMs = 20_000) {
      let last: Overview | null = null;
      const posted = async () => {
        last = await world.overview();
        return (last.counts.posted ?? 0) === orders.length && last.health.queued === 0 ? true : null;
      };
      await until('all orders posted', posted, patienceMs, 50).catch((error: unknown) => {
        throw new Error(`${error instanceof Error ? error.message : error}: ${JSON.stringify(last)}\n${world.sidecar.output()}`);
      });
    },
    async expectAllWell() {
      expectBooksToAgree(await sandbox.ledger(), orders);
      const verdict = await plugin.ask(world.sidecar.url, 'GET', '/v1/admin/audit/verify?actor=test');
      if (!verdict.ok) throw new Error(`The audit chain does not hold: ${JSON.stringify(verdict)}`);
    },
  };
  onTestFinished(() => world.sidecar.kill());
  return world;
}
