import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pollOrders, toInstant } from '../../../sidecar/capture/poll.ts';
import type { OutboxBatch } from '../../../sidecar/capture/ports.ts';
import { pullOutbox } from '../../../sidecar/capture/pull.ts';
import { countDays, sweepCustomers, sweepRefunds, sweepTrash } from '../../../sidecar/capture/sweeps.ts';
import { noBrake } from '../../../sidecar/domain/brake.ts';
import type { Result } from '../../../sidecar/domain/failures.ts';
import type { StoreOrder } from '../../../sidecar/domain/order.ts';
import { createPluginClient, type PluginClient } from '../../../sidecar/woocommerce/plugin-outbox.ts';
import { createShop, type WooCommerceShop } from '../../../sidecar/woocommerce/shop.ts';
import { describeStore, STORE_START_MS } from '../../store/describe-store.ts';
import { openSmallShop, type SmallShop } from '../../store/small-shop.ts';
import { type Store, startStore } from '../../store/store.ts';
import { type TestMemory, testMemory } from '../capture/support/memory.ts';
import { recordingTrail } from './support/shop-for-tests.ts';
import { selfSignedCertificate } from './support/tls.ts';
import { startTlsProxy } from './support/tls-proxy.ts';

const trail = recordingTrail();

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.failure.code}: ${result.failure.message}`);
  return result.value;
}

async function readWhole(shop: WooCommerceShop, id: number): Promise<StoreOrder> {
  const read = value(await shop.readOrder(id, trail));
  if (!read.found) throw new Error(`Order ${id} was not found`);
  return read.order;
}

const worth = (order: StoreOrder): number =>
  order.lines.flatMap((line) => [line.net, ...line.taxes.map(({ amount }) => amount)]).reduce((sum, part) => sum + part, 0);

/** Sets when orders were last changed, as if they had been changed then. */
const setModified = (store: Store, hpos: boolean, ids: number[], at: string) =>
  store.php<void>(
    `global $wpdb;
     $ids = implode( ',', array_map( 'intval', $args['ids'] ) );
     $gmt = $args['at'];
     if ( $args['hpos'] ) {
       $wpdb->query( "UPDATE {$wpdb->prefix}wc_orders SET date_updated_gmt = '$gmt' WHERE id IN ($ids)" );
     } else {
       $local = get_date_from_gmt( $gmt );
       $wpdb->query( "UPDATE {$wpdb->posts} SET post_modified_gmt = '$gmt', post_modified = '$local' WHERE ID IN ($ids)" );
     }
     wp_cache_flush();`,
    { ids, at: at.replace('T', ' ').replace('Z', ''), hpos },
  );

function addMustUsePlugin(store: Store, name: string, php: string): void {
  const folder = join(store.folder, 'wp-content', 'mu-plugins');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, name), `<?php ${php}`);
}

const makeOrder = (store: Store, status = 'processing') =>
  store.php<number>(`return wc_create_order( [ 'status' => $args ] )->get_id();`, status);

/** Copies the row of one order, since WooCommerce itself takes long over each. Answers the ids of the copies. */
const copyOrder = (store: Store, hpos: boolean, id: number, copies: number) =>
  store.php<number[]>(
    `global $wpdb;
     $table = $args['hpos'] ? "{$wpdb->prefix}wc_orders" : $wpdb->posts;
     $key   = $args['hpos'] ? 'id' : 'ID';
     $row   = $wpdb->get_row( $wpdb->prepare( "SELECT * FROM $table WHERE $key = %d", $args['id'] ), ARRAY_A );
     $ids   = [];
     $wpdb->query( 'START TRANSACTION' );
     for ( $i = 1; $i <= $args['copies']; $i++ ) {
       $row[ $key ] = $ids[] = $args['id'] + 100000 + $i;
       $wpdb->insert( $table, $row );
     }
     $wpdb->query( 'COMMIT' );
     return $ids;`,
    { hpos, id, copies },
  );

describe.each([
  { timeZone: 'Asia/Tokyo', hpos: true },
  { timeZone: 'America/New_York', hpos: false },
])('a real shop in $timeZone, HPOS $hpos', ({ timeZone, hpos }) => {
  describeStore('read through the adapter', () => {
    let store: Store;
    let small: SmallShop;
    let shop: WooCommerceShop;
    let memory: TestMemory;
    const ports = () => ({ shop, memory, trail, clock: () => Date.now() + shop.clockOffsetMs() });
    const poll = async (since: string) => value(await pollOrders(ports(), { since }));

    beforeAll(async () => {
      store = await startStore({ timeZone, hpos, roundAtSubtotal: true });
      small = await openSmallShop(store);
      shop = createShop({
        homeUrl: store.url,
        auth: { kind: 'oauth1', ...store.restKey },
        brake: noBrake,
        customerMeta: () => ['vat_number'],
      });
      memory = testMemory();
    }, STORE_START_MS);
    afterAll(async () => {
      shop?.close();
      await store?.close();
    }, 60_000);

    it('finds the connection well, and says what the shop is', async () => {
      const findings = await shop.ping(trail);
      expect(findings.filter(({ ok }) => !ok)).toEqual([]);
      const words = findings.map(({ message }) => message).join(' ');
      expect(words).toContain(`WooCommerce ${store.versions.woocommerce}, currency USD, time zone ${timeZone}`);
      expect(words).toContain(hpos ? 'HPOS' : 'kept in posts');
    });

    it('reads what rules can name', async () => {
      const catalogue = value(await shop.catalogue(trail));
      expect(catalogue).toMatchObject({ currency: 'USD', priceDecimals: 2, timeZone });
      expect(catalogue.taxRates.map(({ name }) => name)).toEqual(['State', 'County']);
      expect(catalogue.gateways.map(({ id }) => id)).toContain('bacs');
      expect(catalogue.shippingMethods.map(({ id }) => id)).toContain('flat_rate');
    });

    it('reads a checkout whose taxes per rate are a cent more than its total, and leaves the cent to the document', async () => {
      const { id } = await small.order();
      const order = await readWhole(shop, id);
      expect(order).toMatchObject({ presence: 'live', currency: 'USD', total: 5436, customerId: 0, paidAt: null });
      // Rounding at subtotal: the lines' own total_tax would make 54.35 (woocommerce-contract 1.2), their taxes per rate make this.
      expect(worth(order)).toBe(5437);
      expect(order.lines.map(({ kind, quantity }) => [kind, quantity])).toEqual([
        ['product', 3],
        ['product', 1],
        ['shipping', 1],
      ]);
      expect(order.taxRates.map(({ label, percent }) => [label, percent])).toEqual([
        ['State', 8],
        ['County', 0.875],
      ]);
    });

    it('reads refunds, finds one that was deleted, and marks the order of both by sweeping', async () => {
      const { id } = await small.order();
      await store.payOrder(id, 'T-1');
      const [mug] = (await readWhole(shop, id)).lines;
      if (!mug) throw new Error('no line');
      const byLine = await store.refund(id, { amount: '8.99', lines: [{ itemId: mug.itemId, quantity: 1, total: '8.99' }] });
      const byAmount = await store.refund(id, { amount: '2.50', reason: 'Goodwill' });
      const { refunds, paidAt } = await readWhole(shop, id);
      expect(paidAt).toMatch(/Z$/);
      expect(refunds).toMatchObject([
        { id: byLine, amount: 899, lines: [{ itemId: mug.itemId, quantity: 1, net: 899 }] },
        { id: byAmount, amount: 250, reason: 'Goodwill', lines: [] },
      ]);
      const seen = { ...ports(), clock: () => Date.now() + 5_000 }; // two seconds have to pass before a second is complete
      expect(value(await sweepRefunds(seen))).toMatchObject({ unknown: 2, vanished: 0 });
      memory.refunds.push(...refunds.map((refund) => ({ refundId: refund.id, orderId: id, createdAt: refund.createdAt })));
      memory.markedOrders.length = 0;
      await store.deleteRefund(id, byAmount);
      expect(value(await shop.refundExists(id, byLine, trail))).toBe(true);
      expect(value(await shop.refundExists(id, byAmount, trail))).toBe(false);
      expect(value(await sweepRefunds(seen))).toMatchObject({ unknown: 0, vanished: 1 });
      expect(memory.markedOrders.map(({ orderId }) => orderId)).toEqual([id]);
    });

    it('polls 150 orders of one second, then one that was edited, and nothing twice', async () => {
      const ids = await copyOrder(store, hpos, await makeOrder(store), 150);
      const at = toInstant(Date.now() - 600_000);
      await setModified(store, hpos, ids, at);
      memory = testMemory();
      await poll(toInstant(Date.now() - 3_600_000));
      expect(ids.filter((id) => !memory.hints.has(id))).toEqual([]);
      expect(new Set(memory.marked).size).toBe(memory.marked.length);
      expect(memory.hints.get(ids[0] ?? 0)?.modifiedAt).toBe(at);
      memory.marked.length = 0;
      await setModified(store, hpos, ids.slice(40, 41), toInstant(Date.now() - 30_000));
      await poll('');
      expect(memory.marked.filter((id) => ids.includes(id))).toEqual(ids.slice(40, 41));
    });

    it('has the time-zone trap that the fake shop of the tests has, and the poll walks around it', async () => {
      const id = await makeOrder(store);
      const at = Date.now() - 600_000;
      await setModified(store, hpos, [id], toInstant(at));
      const listed = async (after: string, gmt: boolean) => {
        const query = `orders?modified_after=${after}&dates_are_gmt=${gmt}&include=${id}&_fields=id`;
        return (await store.rest<{ id: number }[]>('GET', `/${query}`)).length === 1;
      };
      const [before, later] = [at - 60_000, at + 60_000].map((ms) => new Date(ms).toISOString().slice(0, 19)) as [string, string];
      expect([await listed(before, true), await listed(later, true)]).toEqual([true, false]);
      // East of Greenwich the suffix hides it, west of it shows it although it is older.
      const east = timeZone === 'Asia/Tokyo';
      expect([await listed(`${before}Z`, true), await listed(`${later}Z`, true)]).toEqual(east ? [false, false] : [true, true]);
    });

    it('sees no unfinished checkout', async () => {
      const draft = await makeOrder(store, 'checkout-draft');
      await setModified(store, hpos, [draft], toInstant(Date.now() - 60_000));
      memory = testMemory();
      await poll(toInstant(Date.now() - 3_600_000));
      expect(memory.hints.size).toBeGreaterThan(0);
      expect(memory.hints.has(draft)).toBe(false);
    });

    it('follows an order into the trash and out of the world', async () => {
      const { id } = await small.order();
      const later = { ...ports(), clock: () => Date.now() + 5_000 };
      const today = { from: toInstant(Date.now()), to: toInstant(Date.now()) };
      value(await countDays(later, today));
      expect(memory.hints.has(id)).toBe(true);
      await store.trash(id);
      memory.marked.length = 0;
      value(await sweepTrash(ports()));
      expect(memory.marked).toEqual([id]);
      expect(await readWhole(shop, id)).toMatchObject({ presence: 'trashed' });
      await store.forceDelete(id);
      expect(value(await shop.readOrder(id, trail))).toEqual({ found: false });
      memory.markedOrders.length = 0;
      const counts = value(await countDays(later, today));
      expect(counts.at(-1)?.vanished).toEqual([id]);
      expect(memory.markedOrders.map(({ orderId }) => orderId)).toEqual([id]);
    });

    it('reads customers of every role, with the same hash one by one and in the list', async () => {
      const ada = await store.createCustomer({
        email: 'ada@shopper.example',
        first_name: 'Ada',
        billing: { company: 'Engines Ltd' },
        meta_data: [{ key: 'vat_number', value: 'DE811569869' }],
      });
      memory = testMemory();
      value(await sweepCustomers(ports()));
      expect([...memory.customers.keys()]).toContain(1); // the administrator
      const one = value(await shop.readCustomer(ada.id, trail));
      expect(one).toMatchObject({ customer: { email: 'ada@shopper.example', company: 'Engines Ltd', role: 'customer' } });
      expect(one).toMatchObject({ customer: { meta: [{ key: 'vat_number', value: 'DE811569869' }] } });
      expect(one === 'gone' ? '' : one.hash).toBe(memory.customers.get(ada.id));
      expect(value(await shop.readCustomer(99_999, trail))).toBe('gone');
    });

    it('reads yen in a shop that keeps two decimals', async () => {
      const { id } = await store.rest('POST', '/orders', {
        currency: 'JPY',
        line_items: [{ product_id: small.mug, quantity: 3, subtotal: '1000.05', total: '1000.05' }],
      });
      const order = await readWhole(shop, id);
      expect(order).toMatchObject({ currency: 'JPY', decimals: 0, total: 1089, totalBeyondIso: '-0.2' });
      expect(order.lines[0]).toMatchObject({ net: 1000, taxes: [{ amount: 80 }, { amount: 9 }] });
    });

    it('leaves no secret in what it records', () => {
      const records = JSON.stringify(trail.attempts);
      expect(trail.attempts.length).toBeGreaterThan(50);
      expect(records).not.toContain(store.restKey.consumerSecret);
      expect(records).not.toContain(store.restKey.consumerKey);
    });
  });
});

const certificate = selfSignedCertificate();
describe.skipIf(!certificate.ok)(
  certificate.ok ? 'a real shop over TLS' : `a real shop over TLS [skipped: ${certificate.reason}]`,
  () => {
    describeStore('behind a proxy', () => {
      const pem = certificate.ok ? certificate : { key: '', cert: '' };
      let store: Store;
      beforeAll(async () => {
        store = await startStore();
        const folder = join(store.folder, 'wp-content', 'mu-plugins');
        mkdirSync(folder, { recursive: true });
        // What hosts put into wp-config.php; here it listens to a header of this test alone.
        const php = "<?php if ( ( $_SERVER['HTTP_X_TEST_SCHEME'] ?? '' ) === 'https' ) { $_SERVER['HTTPS'] = 'on'; }";
        writeFileSync(join(folder, 'https-behind-proxy.php'), php);
      }, STORE_START_MS);
      afterAll(() => store?.close(), 60_000);

      type Headers = Record<string, string | string[] | undefined>;
      async function throughProxy<T>(
        change: (headers: Headers) => void,
        key: object,
        use: (shop: WooCommerceShop) => Promise<T>,
      ) {
        await using proxy = await startTlsProxy(pem, store.url, change);
        const shop = createShop({
          homeUrl: store.url.replace('http:', 'https:'),
          restUrl: `${proxy.url}/wp-json/`,
          auth: { kind: 'basic', ...store.restKey, ...key },
          brake: noBrake,
          ca: pem.cert,
        });
        try {
          return await use(shop);
        } finally {
          shop.close();
        }
      }
      const asHttps = (headers: Headers) => {
        headers['x-test-scheme'] = 'https';
      };
      const faults = async (change: (headers: Headers) => void, key = {}) =>
        (await throughProxy(change, key, (shop) => shop.ping(trail))).filter(({ ok }) => !ok).map(({ code }) => code);

      it('takes the key as Basic', async () => {
        expect(await faults(asHttps)).toEqual([]);
        const { id } = await store.rest('POST', '/orders', { status: 'processing' });
        expect(await throughProxy(asHttps, {}, (shop) => readWhole(shop, id))).toMatchObject({ id, status: 'processing' });
      });

      it('is told from one that does not know the key', async () => {
        expect(await faults(asHttps, { consumerKey: `ck_${'0'.repeat(40)}` })).toEqual(['store.unknown_key']);
      });

      it('is told from one whose secret is another', async () => {
        expect(await faults(asHttps, { consumerSecret: `cs_${'0'.repeat(40)}` })).toEqual(['store.wrong_secret']);
      });

      it('is told from one that loses the Authorization header', async () => {
        const strip = (headers: Headers) => {
          asHttps(headers);
          delete headers.authorization;
        };
        expect(await faults(strip)).toEqual(['store.authorization_stripped']);
      });

      it('is told from one that takes https for http', async () => {
        expect(await faults(() => {})).toEqual(['store.https_not_seen']);
      });
    });
  },
);

describeStore('the plugin on a real shop', () => {
  const secret = Buffer.alloc(32, 5).toString('base64');
  let store: Store;
  let plugin: PluginClient;
  beforeAll(async () => {
    store = await startStore();
    addMustUsePlugin(store, 'secret.php', `define( 'AR_BRIDGE_SECRET', '${secret}' );`);
    await store.installPlugin(join(import.meta.dirname, '../../../plugin'));
    plugin = createPluginClient({ restUrl: `${store.url}/wp-json/`, site: store.url, secret: () => secret, brake: noBrake });
  }, STORE_START_MS);
  afterAll(async () => {
    plugin?.close();
    await store?.close();
  }, 60_000);

  it('says what the shop is', async () => {
    const { woocommerce, wordpress } = store.versions;
    expect(value(await plugin.site(trail))).toMatchObject({
      site: store.url,
      wooVersion: woocommerce,
      wpVersion: wordpress,
      hpos: true,
    });
  });

  it('tells of a gift card kept as an item and of a tag, which the shop alone does not', async () => {
    addMustUsePlugin(store, 'tags.php', `add_action( 'init', fn() => register_taxonomy( 'order_tag', 'shop_order' ) );`);
    const { id } = await store.rest('POST', '/orders', { fee_lines: [{ name: 'Gift', total: '10.00' }] });
    // As WooCommerce Gift Cards writes a card that paid 4.00: an item of its own type, and a total that is lower by it.
    const itemId = await store.php<number>(
      `$item = wc_add_order_item( $args, [ 'order_item_name' => 'ABCD-1234', 'order_item_type' => 'gift_card' ] );
       foreach ( [ 'giftcard_id' => 7, 'code' => 'ABCD-1234', 'amount' => '4' ] as $key => $value ) wc_add_order_item_meta( $item, $key, $value );
       $order = wc_get_order( $args );
       $order->set_total( 6 );
       $order->save();
       wp_set_object_terms( $args, [ 'Press sample' ], 'order_tag' );
       return $item;`,
      id,
    );
    const shop = createShop({ homeUrl: store.url, auth: { kind: 'oauth1', ...store.restKey }, brake: noBrake });
    try {
      expect(await readWhole(shop, id)).toMatchObject({
        total: 600,
        otherItems: [{ itemId, type: 'gift_card', amounts: [{ key: 'amount', value: '4' }] }],
        tags: [{ taxonomy: 'order_tag', slug: 'press-sample', name: 'Press sample' }],
      });
    } finally {
      shop.close();
    }
    const unasked = await store.rest<Record<string, unknown>>('GET', `/orders/${id}`);
    expect(Object.keys(unasked)).not.toContain('ar_bridge');
  });

  it('hands out a changed order and its payment, and forgets what was acknowledged', async () => {
    const { id } = await store.rest('POST', '/orders', { payment_method: 'bacs', fee_lines: [{ name: 'Gift', total: '10.00' }] });
    await store.payOrder(id, 'T-1');
    const stored: OutboxBatch[] = [];
    const ports = { plugin, trail, sink: { store: (batch: OutboxBatch) => void stored.push(batch) } };
    expect(value(await pullOutbox(ports))).toMatchObject({ payments: 1 });
    expect(stored[0]?.objects.map((row) => [row.kind, row.id])).toContainEqual(['order', id]);
    expect(stored[0]?.payments).toMatchObject([
      { orderId: id, kind: 'received', amount: '10.00', currency: 'USD', transactionId: 'T-1' },
    ]);
    expect(value(await pullOutbox(ports))).toEqual({ objects: 0, payments: 0 });
  });
});
