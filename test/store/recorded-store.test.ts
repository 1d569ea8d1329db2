import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startRecordedStore } from './recorded-store.ts';
import { type RestCall, restClient } from './rest-client.ts';

interface Dated {
  id: number;
  date_created: string;
  date_created_gmt: string;
  date_modified_gmt: string;
}

describe('a store that only remembers', () => {
  let store: Awaited<ReturnType<typeof startRecordedStore>>;
  let call: RestCall;
  const get = async <T = Dated[]>(path: string) => (await call<T>('GET', path)).body;

  beforeAll(async () => {
    store = await startRecordedStore({ asOf: null });
    call = restClient(store.url, store.restKey);
  });
  afterAll(() => store.close());

  it('says who it is, in the shop it was recorded in', async () => {
    expect(await get('/wp-json/')).toMatchObject({ home: store.url, timezone_string: 'America/Los_Angeles' });
    expect(await get('/system_status?_fields=environment.version,settings.currency')).toEqual({
      environment: { version: expect.stringMatching(/^\d+\.\d+/) },
      settings: { currency: 'USD' },
    });
  });

  it('holds the orders and refunds of the demo, with their parts', async () => {
    for (const { id, total, currency } of store.orders) expect(await get(`/orders/${id}`)).toMatchObject({ id, total, currency });
    expect(new Set(store.orders.map(({ label }) => label)).size).toBe(10);
    expect(store.refunds).toHaveLength(2);
    for (const { orderId, refundId, amount } of store.refunds) {
      expect(await get(`/orders/${orderId}/refunds`)).toMatchObject([{ id: refundId, amount }]);
      expect(await get(`/orders/${orderId}/refunds/${refundId}?_fields=id`)).toEqual({ id: refundId });
    }
    const order = await get<{ line_items: { product_id: number; variation_id: number }[] }>(`/orders/${store.orders.at(-1)?.id}`);
    for (const line of order.line_items) {
      expect(await get(`/products/${line.variation_id || line.product_id}`)).toMatchObject({ sku: expect.stringMatching(/-/) });
    }
  });

  it('lists pages with the totals of the whole', async () => {
    const answer = await call<Dated[]>('GET', '/orders?per_page=4&page=3&orderby=id&order=asc&_fields=id');
    expect(answer.body).toEqual(store.orders.slice(8).map(({ id }) => ({ id })));
    expect([answer.headers.get('x-wp-total'), answer.headers.get('x-wp-totalpages')]).toEqual(['10', '3']);
  });

  it('lists windows with exclusive bounds, in UTC or in the shop’s own time', async () => {
    const all = await get('/orders?orderby=date&order=asc');
    const [oldest, newest] = [all[0], all.at(-1)];
    const between = all.filter(
      (order) => order.date_created !== oldest?.date_created && order.date_created !== newest?.date_created,
    );
    const window = `after=${oldest?.date_created_gmt}&before=${newest?.date_created_gmt}`;
    expect(between.length).toBeGreaterThan(0);
    expect(await get(`/orders?${window}&dates_are_gmt=true&orderby=date&order=asc`)).toEqual(between);
    expect(await get(`/orders?${window}`)).toEqual([]); // read as local time, hours away
    expect(await get(`/orders?before=${newest?.date_created}&after=${oldest?.date_created}`)).toHaveLength(between.length);
    const last = (await get('/orders?orderby=modified&order=desc'))[0];
    expect(await get(`/orders?modified_after=${last?.date_modified_gmt}&dates_are_gmt=true`)).toEqual([]);
  });

  it('filters by status, ids and role', async () => {
    const ids = async (path: string) => (await get(path)).map(({ id }) => id).toSorted();
    const refunded = store.orders.find(({ label }) => label === 'shipping')?.id;
    expect(await ids('/orders?status=refunded')).toEqual([refunded]);
    expect(await ids('/orders?status=trash')).toEqual([]);
    expect(await ids(`/orders?include=${refunded},999`)).toEqual([refunded]);
    expect((await ids('/customers?role=all')).length).toBe((await ids('/customers')).length + 1); // the administrator
  });

  it('refuses what WooCommerce refuses', async () => {
    await expect(get('/orders/999999')).rejects.toThrow('404 woocommerce_rest_shop_order_invalid_id');
    await expect(get('/orders?per_page=101')).rejects.toThrow('400 rest_invalid_param');
    await expect(get('/orders?orderby=total')).rejects.toThrow('400 rest_invalid_param');
    const stranger = restClient(store.url, { ...store.restKey, consumerKey: 'ck_other' });
    await expect(stranger('GET', '/orders')).rejects.toThrow('401 woocommerce_rest_cannot_view');
    await expect(get('/wp-json/wp/v2/posts')).rejects.toThrow('404 rest_no_route');
  });

  it('says so when it was asked for something that was not recorded', async () => {
    await expect(get('/reports/sales')).rejects.toThrow(
      '501 recorded_store: The recorded store does not hold the route /reports/sales',
    );
    await expect(get('/orders?search=kettle')).rejects.toThrow('501 recorded_store');
    await expect(get('/orders?dp=0')).rejects.toThrow('501 recorded_store');
    await expect(get('/orders?after=2026-01-01T00:00:00Z&dates_are_gmt=true')).rejects.toThrow('without offset');
    await expect(call('PUT', `/orders/${store.orders[0]?.id}`, { status: 'completed' })).rejects.toThrow('can only be read');
  });

  it('moves its dates by whole days to the day before the one named, and changes nothing else', async () => {
    const asOf = new Date('2031-03-14T12:00:00Z');
    await using later = await startRecordedStore({ asOf });
    const laterCall = restClient(later.url, later.restKey);
    const [before, after] = [await get('/orders?orderby=id'), (await laterCall<Dated[]>('GET', '/orders?orderby=id')).body];
    const newest = Math.max(...after.map((order) => Date.parse(`${order.date_modified_gmt}Z`)));
    expect(newest).toBeLessThanOrEqual(asOf.getTime());
    expect(newest).toBeGreaterThan(asOf.getTime() - 86_400_000);
    expect(after.map((order) => order.date_created.slice(11))).toEqual(before.map((order) => order.date_created.slice(11)));
    const undated = (text: string) => text.replace(/\d{4}-\d\d-\d\dT[\d:]{8}|127\.0\.0\.1:\d+/g, '');
    expect(undated(JSON.stringify(after))).toBe(undated(JSON.stringify(before)));
    expect(JSON.stringify(after)).not.toBe(JSON.stringify(before));
  });
});
