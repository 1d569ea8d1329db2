import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeStore, STORE_START_MS } from './describe-store.ts';
import { openSmallShop, type SmallShop } from './small-shop.ts';
import { type Store, StoreRefusal, startStore } from './store.ts';

interface OrderAnswer {
  status: string;
  total: string;
  currency: string;
  customer_id: number;
  date_paid_gmt: string | null;
  transaction_id: string;
  created_via: string;
  coupon_lines: { code: string }[];
  fee_lines: { name: string; total: string }[];
  refunds: { id: number; total: string }[];
}

for (const hpos of [true, false]) {
  describeStore(`a real store with orders in ${hpos ? 'tables of their own' : 'posts'}`, () => {
    let store: Store;
    let shop: SmallShop;
    const read = (id: number) => store.rest<OrderAnswer>('GET', `/orders/${id}`);

    beforeAll(async () => {
      store = await startStore({ hpos, timeZone: 'America/New_York', report: (line) => console.log(line) });
      shop = await openSmallShop(store);
    }, STORE_START_MS);
    // Throws when the store met a database error, which fails this file.
    afterAll(() => store?.close(), 60_000);

    it('is the shop that was asked for', async () => {
      const index = await store.rest<{ timezone_string: string; home: string }>('GET', '/wp-json/');
      expect(index).toMatchObject({ timezone_string: 'America/New_York', home: store.url });
      const usesTables = await store.php<boolean>(
        `return Automattic\\WooCommerce\\Utilities\\OrderUtil::custom_orders_table_usage_is_enabled();`,
      );
      expect(usesTables).toBe(hpos);
    });

    it('keeps its order storage after an administrator has opened a page', async () => {
      const cookie = await store.loginCookie();
      const page = await fetch(`${store.url}/wp-admin/admin.php?page=wc-settings`, { headers: { cookie }, redirect: 'manual' });
      expect(page.status).toBe(200);
      expect(await page.text()).toContain('WooCommerce');
      expect(await store.php(`return get_option( 'woocommerce_custom_orders_table_enabled' );`)).toBe(hpos ? 'yes' : 'no');
    });

    it('answers REST only to its key', async () => {
      expect((await store.restAnswer('GET', '/orders')).headers.get('x-wp-total')).toMatch(/^\d+$/);
      expect((await fetch(`${store.url}/wp-json/wc/v3/orders`)).status).toBe(401);
      const refusal = store.rest('GET', '/orders/999999');
      await expect(refusal).rejects.toThrow(StoreRefusal);
      await expect(refusal).rejects.toThrow('woocommerce_rest_shop_order_invalid_id');
    });

    it('takes the order of a guest', async () => {
      const { id, customerId } = await shop.order();
      expect(customerId).toBe(0);
      expect(await read(id)).toMatchObject({
        total: '54.37',
        currency: 'USD',
        created_via: 'store-api',
        status: 'on-hold',
        date_paid_gmt: null,
        coupon_lines: [{ code: 'tenth' }],
      });
    });

    it('takes the order of a customer who is logged in, and of one who registers with it', async () => {
      const login = { user: 'bo', password: 'three words here' };
      const customer = await store.createCustomer({
        email: 'bo@shopper.example',
        username: login.user,
        password: login.password,
      });
      expect((await shop.order({ as: login })).customerId).toBe(customer.id);
      const joined = await shop.order({ as: 'register' });
      const account = await store.rest<{ email: string }>('GET', `/customers/${joined.customerId}`);
      expect(account.email).toBe('ada.lopez@shopper.example');
    });

    it('takes an order in another currency, with a fee, to be paid on delivery', async () => {
      const { id } = await shop.order({
        payment: 'cod',
        currency: 'EUR',
        fee: { name: 'Gift wrapping', amount: '4.00', taxable: true },
      });
      expect(await read(id)).toMatchObject({
        currency: 'EUR',
        status: 'processing',
        date_paid_gmt: null,
        fee_lines: [{ name: 'Gift wrapping', total: '4.00' }],
      });
    });

    it('is paid as a gateway pays', async () => {
      const { id } = await shop.order();
      await store.payOrder(id, 'TX-77');
      expect(await read(id)).toMatchObject({ status: 'processing', transaction_id: 'TX-77', date_paid_gmt: expect.any(String) });
    });

    // SQLite refuses the "no limit" WooCommerce writes under HPOS; the order's refunds would read [].
    it('lists the refunds of an order, in the order and on their own route, until they are deleted', async () => {
      const { id } = await shop.order();
      await store.payOrder(id);
      const amountOnly = await store.refund(id, { amount: '10.00', reason: 'late' });
      const order = await store.rest<{ line_items: { id: number; taxes: { id: number; total: string }[] }[] }>(
        'GET',
        `/orders/${id}`,
      );
      const line = order.line_items[0] ?? { id: 0, taxes: [] };
      const taxes = Object.fromEntries(line.taxes.map((tax) => [tax.id, '0.10']));
      const withLines = await store.refund(id, {
        amount: '2.20',
        lines: [{ itemId: line.id, quantity: 1, total: '2.00', taxes }],
      });

      const refunds = await store.rest<{ id: number; amount: string; line_items: { total: string }[] }[]>(
        'GET',
        `/orders/${id}/refunds`,
      );
      expect(new Set(refunds.map((refund) => refund.id))).toEqual(new Set([amountOnly, withLines]));
      expect(refunds.find((refund) => refund.id === withLines)?.line_items).toMatchObject([{ total: '-2.00' }]);
      expect((await read(id)).refunds).toHaveLength(2);

      await store.deleteRefund(id, withLines);
      expect((await read(id)).refunds).toMatchObject([{ id: amountOnly, total: '-10.00' }]);
    });

    it('edits, trashes, restores and deletes an order', async () => {
      const { id } = await shop.order();
      await store.editOrder(id, { fee_lines: [{ name: 'Late fee', total: '1.00', tax_status: 'none' }] });
      expect((await read(id)).fee_lines).toMatchObject([{ name: 'Late fee', total: '1.00' }]);
      await store.trash(id);
      const trashed = await store.rest<{ id: number }[]>('GET', '/orders?status=trash');
      expect(trashed.map((order) => order.id)).toEqual([id]);
      await store.untrash(id);
      expect((await read(id)).status).toBe('on-hold');
      await store.forceDelete(id);
      await expect(read(id)).rejects.toThrow('404');
    });

    it('gives a session to the admin page and its scripts', async () => {
      const cookie = await store.loginCookie();
      const headers = { cookie, 'x-wp-nonce': await store.nonce(cookie) };
      const me = await fetch(`${store.url}/wp-json/wp/v2/users/me?context=edit`, { headers });
      expect(await me.json()).toMatchObject({ username: 'admin' });
      await expect(store.loginCookie({ user: 'admin', password: 'wrong' })).rejects.toThrow('did not let "admin" in');
    });

    it('says what went wrong in PHP that ran inside it', async () => {
      await expect(store.php(`throw new DomainException( 'not today' );`)).rejects.toThrow('DomainException: not today');
      await expect(store.php(`exit( '<p>gone</p>' );`)).rejects.toThrow('gave no answer (200): gone');
      expect(await store.php('return array( $args, 1.0 );', { a: 'ä' })).toEqual([{ a: 'ä' }, 1]);
    });

    it('runs its scheduled actions only when asked', async () => {
      const waits = `return as_has_scheduled_action( 'harness_test' );`;
      await store.php(`as_enqueue_async_action( 'harness_test' );`);
      await fetch(store.url);
      expect(await store.php(waits)).toBe(true);
      expect(await store.runDueActions()).toBeGreaterThan(0);
      expect(await store.php(waits)).toBe(false);
      expect(store.debugLog()).not.toContain('Fatal');
    });

    it('cannot reach other machines', async () => {
      const refusal = await store.php<string>(`return wp_remote_get( 'https://wordpress.org/' )->get_error_code();`);
      expect(refusal).toBe('http_request_not_executed');
    });
  });
}

describeStore('closing a real store', () => {
  it('fails when the store met a database error, and still ends it', { timeout: STORE_START_MS }, async () => {
    const store = await startStore();
    await store.php(`global $wpdb; $wpdb->query( 'SELECT nothing FROM nowhere' );`);
    await expect(store.close()).rejects.toThrow(/database error .*SELECT nothing FROM nowhere/s);
    await expect(fetch(store.url)).rejects.toThrow();
  });
});
