import { setTimeout as sleep } from 'node:timers/promises';
import { keepBooks, tellOrders } from './books.ts';
import type { EndlessShop, EndlessShopOptions } from './endless-shop.ts';
import { startEndlessShop } from './endless-shop.ts';
import { type Program, startProgram } from './program.ts';
import { type SandboxProgram, startSandboxProgram } from './sandbox.ts';
import { scratchFolder } from './scratch.ts';
import { PluginEnd, type SidecarProgram, startSidecarProgram } from './sidecar.ts';

export interface WorldOptions {
  shop: EndlessShopOptions;
  oracleConcurrency: number;
  latencyMs: number;
}

/** The whole pipeline, each part a process of its own: shop, sidecar, sandbox; paired, connected, with set-up and rules. */
export interface World {
  sandbox: SandboxProgram;
  sidecar: SidecarProgram;
  plugin: PluginEnd;
  /** Tells the sidecar of orders, with the payments the plugin would have recorded. */
  tell(ids: readonly number[]): Promise<void>;
  overview(): Promise<{ counts: Record<string, number>; causes: unknown[]; health: { queued: number } }>;
}

export async function inWorld<T>(options: WorldOptions, work: (world: World) => Promise<T>): Promise<T> {
  using folder = scratchFolder();
  await using shop = await startProgram(new URL('../programs/shop.ts', import.meta.url).pathname, {
    args: [JSON.stringify(options.shop)],
    readyWhen: /(http\S+)\n/,
  });
  await using sandbox = await startSandboxProgram();
  await using sidecar = await startSidecarProgram({
    folder: folder.path,
    env: { AR_BRIDGE_ORACLE_CONCURRENCY: String(options.oracleConcurrency) },
  });
  // The same generator in this process tells what the orders are without asking.
  await using generator = await startEndlessShop(options.shop);
  const plugin = await PluginEnd.pair(sidecar.url, { url: urlOf(shop), restKey: generator.restKey });
  await sandbox.connect(plugin, sidecar.url);
  await keepBooks(plugin, sidecar.url);
  await sandbox.control('POST', 'latency', { ms: options.latencyMs });
  const done = await work({
    sandbox,
    sidecar,
    plugin,
    tell: (ids) =>
      tellOrders(
        plugin,
        sidecar.url,
        ids.map((id) => generator.order(id)),
      ),
    overview: () => plugin.ask(sidecar.url, 'GET', '/v1/admin/overview?actor=bench'),
  });
  await sidecar.kill(); // nothing of it is needed any more
  return done;
}

const urlOf = (program: Program): string => program.ready[1] ?? '';

export type { EndlessShop };

/** Looks every `everyMs` until `look` gives something else than null. Fails: throws with `what` after `patienceMs`. */
export async function until<T>(what: string, look: () => Promise<T | null>, patienceMs: number, everyMs = 200): Promise<T> {
  const endMs = Date.now() + patienceMs;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > endMs) throw new Error(`${what}: not within ${patienceMs / 1000} s`);
    await sleep(everyMs);
  }
}
