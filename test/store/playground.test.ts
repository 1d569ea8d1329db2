import { expect, it } from 'vitest';
import { describeStore } from './describe-store.ts';
import { openSmallShop } from './small-shop.ts';
import { startStore, storeAvailable } from './store.ts';

// Minutes, not seconds: asked for by AR_BRIDGE_TEST_PLAYGROUND=1. Elsewhere Playground runs these tests where PHP is missing.
const wanted = process.env.AR_BRIDGE_TEST_PLAYGROUND === '1';
const available = wanted ? storeAvailable() : { ok: false as const, reason: 'slow; asked for by AR_BRIDGE_TEST_PLAYGROUND=1' };

describeStore(
  'a store on WordPress Playground, with nothing but Node',
  () => {
    it('starts, sells, refunds and ends', { timeout: 600_000 }, async () => {
      const began = Date.now();
      const report = (line: string) => console.log(`${((Date.now() - began) / 1_000).toFixed(1)} s  ${line}`);
      await using store = await startStore({ how: 'playground', timeZone: 'Asia/Tokyo', report });
      const shop = await openSmallShop(store);
      report('shop filled');
      const { id } = await shop.order();
      report('order placed');
      await store.payOrder(id, 'TX-1');
      const refund = await store.refund(id, { amount: '10.00' });
      const order = await store.rest('GET', `/orders/${id}`);
      expect(order).toMatchObject({ total: '54.37', status: 'processing', refunds: [{ id: refund, total: '-10.00' }] });
      const cookie = await store.loginCookie();
      const admin = await fetch(`${store.url}/wp-admin/admin.php?page=wc-orders`, { headers: { cookie }, redirect: 'manual' });
      expect(admin.status).toBe(200);
      expect(await admin.text()).toContain('Ada Lopez');
      report('order list opened in the admin');
    });
  },
  available,
);
