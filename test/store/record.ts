import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEMO_SHOP, seedCatalogue } from './catalogue.ts';
import { payTheLateOrder, placeDemoOrders, refundDemoOrders } from './demo-orders.ts';
import { CALLS, HOME_PLACEHOLDER, RECORDED, type Recorded, type Recording } from './recording.ts';
import { type Store, startStore } from './store.ts';

/**
 * Records the demo's shop: `node test/store/record.ts`. Run it again when the demo's orders or the pinned WooCommerce change; the
 * recordings are what stands in for a store where none can be had, and the shapes that fast tests read.
 */
const report = (line: string) => console.log(line);
const store = await startStore({ ...DEMO_SHOP, report });
try {
  const catalogue = await seedCatalogue(store, report);
  const orders = await placeDemoOrders(store, catalogue, report);
  const refunds = await refundDemoOrders(store, orders, report);
  const late = await payTheLateOrder(store, orders, report);

  const bodies = new Map<string, { call: string; body: unknown }>();
  for (const name of Object.keys(CALLS) as Recorded[])
    bodies.set(name, { call: `GET ${CALLS[name]}`, body: await ask(store, CALLS[name], bodies) });
  bodies.set('demo', {
    call: 'what test/store/demo-orders.ts placed and refunded',
    body: { orders: orders.map((order) => (order.id === late.id ? late : order)), refunds },
  });

  rmSync(RECORDED, { recursive: true, force: true });
  mkdirSync(RECORDED, { recursive: true });
  const { woocommerce, wordpress } = store.versions;
  const origin = `WooCommerce ${woocommerce} on WordPress ${wordpress}, started by test/store/store.ts (${store.how})`;
  for (const [name, { call, body }] of bodies) {
    const recording: Recording = { origin, recordedAt: new Date().toISOString(), call, body };
    const text = JSON.stringify(recording, null, 1).replaceAll(store.url, HOME_PLACEHOLDER);
    writeFileSync(join(RECORDED, `${name}.json`), `${text}\n`);
  }
  report(`${bodies.size} recordings in ${RECORDED}`);
} finally {
  await store.close();
}

/** One call, or one per id of the recording named in braces; then the answers by id. */
async function ask(from: Store, call: string, recorded: Map<string, { body: unknown }>): Promise<unknown> {
  const [, name] = /\{(.+)\}/.exec(call) ?? [];
  if (!name) return from.rest<unknown>('GET', call);
  const rows = recorded.get(name)?.body as { id: number }[];
  const answers: Record<string, unknown> = {};
  for (const { id } of rows) answers[id] = await from.rest<unknown>('GET', call.replace(`{${name}}`, String(id)));
  return answers;
}
