import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CatalogueViewSchema } from '../../sidecar/http/admin-contract.ts';
import type { Catalogue } from '../store/catalogue.ts';
import { type RecordedStore, startRecordedStore } from '../store/recorded-store.ts';
import { DEMO_SETUP, demoRules } from './books.ts';
import { balances, landed, printTable, type ReadableStore } from './landed.ts';
import type { DemoOptions } from './run.ts';
import { SignedPage } from './signed-page.ts';
import { startOurs } from './stack.ts';

/**
 * The demo without a store: orders recorded from a real WooCommerce, read by the sidecar over REST as always. There is no plugin and
 * no admin page, and the recorded orders are in their last state.
 */
export async function startRecordedDemo(options: DemoOptions): Promise<number> {
  const { say } = options;
  say('Falling back to orders that were recorded from a real WooCommerce; there is no admin page in this demo.');
  const closers: (() => Promise<unknown>)[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'ar-bridge-demo-'));
  try {
    const { sandbox, sidecar } = await startOurs(folder, options, closers);
    const store = await startRecordedStore();
    closers.push(() => store.close());
    say(`Recorded store on ${store.url}`);
    const page = await SignedPage.pair(sidecar, store);
    await page.connect(sandbox, options.profile);
    await page.put('/connections/setup', { baseVersion: 0, setup: DEMO_SETUP });
    await page.put('/rules', { baseVersion: 0, rules: demoRules(await recordedCatalogue(page)) });
    await page.events(store.orders.map((order) => order.id));
    const begun = Date.now();
    for (;;) {
      options.stop.throwIfAborted();
      const rows = await landed(readable(store), page, sandbox, store.orders);
      if ((rows.length === store.orders.length && rows.every(balances)) || Date.now() - begun > 60_000) {
        printTable(rows, say);
        const wrong = rows.filter((row) => !balances(row));
        for (const row of wrong) say(`Order ${row.order} does not balance: ${row.why}`);
        if (options.once || wrong.length > 0) return wrong.length === 0 ? 0 : 1;
        break;
      }
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    say(`Oracle       ${sandbox.url}/ shows the ledger`);
    say('Ctrl-C ends everything.');
    await new Promise<void>((resolve) => options.stop.addEventListener('abort', () => resolve(), { once: true }));
    return 0;
  } finally {
    for (const close of closers.reverse()) await close().catch((error: unknown) => say(String(error)));
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Ids by the names that the demo's rules go by. */
async function recordedCatalogue(page: SignedPage): Promise<Parameters<typeof demoRules>[0]> {
  const { categories, taxRates } = CatalogueViewSchema.parse(await page.get('/catalogue'));
  return {
    categories: Object.fromEntries(categories.map(({ slug, id }) => [slug, id])) as Catalogue['categories'],
    taxRates: Object.fromEntries(taxRates.map(({ name, id }) => [name, id])),
  };
}

/** Read as anybody would: over its REST routes, with its key. */
function readable(store: RecordedStore): ReadableStore {
  const key = Buffer.from(`${store.restKey.consumerKey}:${store.restKey.consumerSecret}`).toString('base64');
  return {
    rest: async (_method, path) => {
      const response = await fetch(`${store.url}/wp-json/wc/v3${path}`, { headers: { authorization: `Basic ${key}` } });
      if (!response.ok) throw new Error(`${path} answered ${response.status}`);
      return (await response.json()) as never;
    },
  };
}
