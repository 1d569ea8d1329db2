import { expect, it } from 'vitest';
import type { Trail } from '../../sidecar/apply/ports.ts';
import { createShop } from '../../sidecar/woocommerce/shop.ts';
import { startRecordedStore } from './recorded-store.ts';

it('a recorded order is read by the sidecar as a live one would be', async () => {
  await using store = await startRecordedStore();
  const calls: Parameters<Trail['record']>[0][] = [];
  const trail = { record: (attempt: (typeof calls)[number]) => calls.push(attempt) } as unknown as Trail;
  const shop = createShop({
    homeUrl: store.url,
    auth: { kind: 'oauth1', ...store.restKey },
    brake: { run: async (call) => (await call()).value },
  });
  try {
    for (const { id, total, currency, customerId } of store.orders) {
      const read = await shop.readOrder(id, trail);
      if (!read.ok) throw new Error(`Order ${id}: ${read.failure.message}`);
      if (!read.value.found) throw new Error(`Order ${id} was not found.`);
      const { order } = read.value;
      expect(order).toMatchObject({ currency, total: Math.round(Number(total) * 100), customerId });
      expect(order.lines.every((line) => line.kind !== 'product' || line.facts.sku !== null)).toBe(true);
    }
    expect(calls.length).toBeGreaterThan(store.orders.length);
    const now = Date.now();
    const window = { after: new Date(now - 2 * 86_400_000).toISOString(), before: new Date(now + 1_000).toISOString() };
    const changed = await shop.ordersModified(window, 1, trail);
    expect(changed.ok && changed.value.rows.map(({ id }) => id).toSorted()).toEqual(store.orders.map(({ id }) => id));
  } finally {
    shop.close();
  }
});
