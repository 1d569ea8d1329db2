import { DEMO_SETUP, demoRules } from '../../demo/books.ts';
import { readRecordings } from '../../store/recording.ts';
import type { ShopOrder } from './endless-shop.ts';
import type { EventPayment, PluginEnd } from './sidecar.ts';

/** Saves the demo's set-up and rules, for the categories and tax rates of the recorded shop. */
export async function keepBooks(plugin: PluginEnd, sidecarUrl: string, setup: object = {}): Promise<void> {
  const recordings = readRecordings('http://127.0.0.1', null);
  const categories = Object.fromEntries(
    (recordings.categories as { slug: string; id: number }[]).map(({ slug, id }) => [slug, id]),
  );
  const taxRates = Object.fromEntries((recordings.taxes as { name: string; id: number }[]).map(({ name, id }) => [name, id]));
  const rules = demoRules({ categories, taxRates } as unknown as Parameters<typeof demoRules>[0]);
  await plugin.ask(sidecarUrl, 'PUT', '/v1/admin/connections/setup?actor=bench', {
    baseVersion: 0,
    setup: { ...DEMO_SETUP, ...setup },
  });
  await plugin.ask(sidecarUrl, 'PUT', '/v1/admin/rules?actor=bench', { baseVersion: 0, rules });
}

/** The payment row that the plugin wrote when the order was paid: its total at that moment. */
export function paymentOf(order: ShopOrder): EventPayment[] {
  if (order.date_paid_gmt === null) return [];
  return [
    {
      id: order.id,
      orderId: order.id,
      kind: 'received',
      amount: order.total,
      currency: order.currency,
      gateway: order.payment_method,
      transactionId: order.transaction_id,
      at: `${order.date_paid_gmt}Z`,
    },
  ];
}

/** Tells the sidecar of orders in batches as the outbox does; throws unless each is acknowledged. */
export async function tellOrders(
  plugin: PluginEnd,
  sidecarUrl: string,
  orders: readonly ShopOrder[],
  batchSize = 100,
): Promise<void> {
  for (let from = 0; from < orders.length; from += batchSize) {
    const batch = orders.slice(from, from + batchSize);
    const answer = await plugin.events(
      sidecarUrl,
      batch.map(({ id }) => id),
      batch.flatMap(paymentOf),
    );
    if (answer.status !== 200) throw new Error(`Events answered ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
}
