import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { KeptReading } from '../../../sidecar/capture/ports.ts';
import { minor } from '../../../sidecar/domain/money.ts';
import type { StoreOrder } from '../../../sidecar/domain/order.ts';
import { createShop } from '../../../sidecar/woocommerce/shop.ts';
import { type FakeWooCommerce, startFakeWooCommerce } from './support/fake-woocommerce.ts';
import { failureOf, fixture, optionsFor, recordingTrail } from './support/shop-for-tests.ts';

type Json = Record<string, unknown> & { id: number };
interface Recorded {
  order: Json;
  refunds: Json[];
  products: Json[];
  trashedProduct: Json;
  categories: Json[];
  customer: Json;
}
interface RecordedWithDp extends Recorded {
  dp: number;
  orderWithDp: Json;
  refundsWithDp: Json[];
}

/** A shop that holds one recorded order with all that belongs to it. */
async function shopWith(recorded: Partial<Recorded> & Pick<Recorded, 'order'>) {
  const server = await startFakeWooCommerce();
  const { order, refunds = [], products = [], trashedProduct, categories = [], customer } = recorded;
  server.answers.set(`orders/${order.id}`, { json: order });
  server.answers.set(`orders/${order.id}/refunds`, { json: refunds });
  server.answers.set('products', { json: products });
  server.answers.set('products/categories', { json: categories });
  if (trashedProduct) server.answers.set(`products/${trashedProduct.id}`, { json: trashedProduct });
  if (customer) server.answers.set(`customers/${customer.id}`, { json: customer });
  return { server, shop: createShop(optionsFor(server.url)), trail: recordingTrail() };
}

/** Every path to a value, lists and objects included: `order.line_items.0.total`. */
function flat(value: unknown, path = ''): Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return { [path]: value };
  const parts = Object.entries(value).map(([key, part]) => flat(part, path ? `${path}.${key}` : key));
  return Object.assign(path.includes('.') ? { [path]: value } : {}, ...parts);
}

async function readWhole(
  from: Awaited<ReturnType<typeof shopWith>>,
  id: number,
  kept: KeptReading | null = null,
): Promise<{ order: StoreOrder; hash: string }> {
  const read = await from.shop.readOrder(id, from.trail, kept);
  if (!read.ok) throw new Error(`${read.failure.code}: ${read.failure.message}`);
  if (!read.value.found) throw new Error('not found');
  return read.value;
}

const ALL_KINDS = fixture<Recorded>('orders/all-kinds-of-lines.json');

/** A copy with values put at paths such as `order.line_items.0.total`; undefined takes the key away. */
function changed(recorded: Recorded, changes: Record<string, unknown>): Recorded {
  const copy = structuredClone(recorded);
  for (const [path, value] of Object.entries(changes)) {
    const steps = path.split('.');
    const last = steps.pop() ?? '';
    let at = copy as unknown as Record<string, unknown>;
    for (const step of steps) at = at[step] as Record<string, unknown>;
    if (value === undefined) delete at[last];
    else at[last] = value;
  }
  return copy;
}

describe('reading a whole order', () => {
  it('brings products, variation, shipping, fees and a discount that lies in the lines', async () => {
    const from = await shopWith(ALL_KINDS);
    await using _ = from.server;
    const { order } = await readWhole(from, ALL_KINDS.order.id);
    expect(order.lines.map(({ kind, name, quantity, net }) => [kind, name, quantity, net])).toEqual([
      ['product', 'Mug', 3, 2698],
      ['product', 'Shirt - M', 1, 1795],
      ['product', 'Old poster', 2, 900],
      ['product', 'Binned card', 1, 225],
      ['shipping', 'Flat rate', 1, 500],
      ['fee', 'Gift wrap', 1, 150],
      ['fee', 'Loyalty', 1, -200],
    ]);
    expect(order).toMatchObject({
      presence: 'live',
      currency: 'USD',
      decimals: 2,
      total: 6585,
      totalBeyondIso: '0',
      paymentMethod: 'bacs',
      transactionId: 'T-77',
      payments: [],
      coupons: [{ code: 'ten' }],
      customer: { email: 'ada@example.com', firstName: 'Ada', company: 'Engines Ltd', role: 'customer' },
    });
    const parts = order.lines.flatMap((line) => [line.net, ...line.taxes.map((tax) => tax.amount)]);
    expect(parts.reduce((sum, part) => sum + part, 0)).toBe(order.total);
  });

  it('brings SKU, type and category paths of each product, nearest category first', async () => {
    const from = await shopWith(ALL_KINDS);
    await using _ = from.server;
    const { order } = await readWhole(from, ALL_KINDS.order.id);
    const [mug, shirt, poster, card] = order.lines.map((line) => line.facts);
    const slugs = (paths: { slug: string }[][] | undefined) => paths?.map((path) => path.map(({ slug }) => slug));
    expect(slugs(mug?.categories)).toEqual([['mugs', 'kitchen'], ['sale']]);
    expect(shirt).toMatchObject({ sku: 'SHIRT-M', productType: 'variable', categories: [[{ slug: 'sale' }]] });
    expect(shirt?.variationId).toBeGreaterThan(0);
    expect(poster).toMatchObject({ sku: null, productId: 0, productType: null, categories: [] });
    expect(card).toMatchObject({ sku: 'CARD', productType: 'simple', categories: [[{ slug: 'kitchen' }]] });
  });

  it('brings refunds of lines, of shipping, of a fee and of an amount, positive and oldest first', async () => {
    const from = await shopWith(ALL_KINDS);
    await using _ = from.server;
    const { order } = await readWhole(from, ALL_KINDS.order.id);
    const itemOf = (name: string) => order.lines.find((line) => line.name === name)?.itemId;
    expect(order.refunds.map(({ amount, reason, lines }) => ({ amount, reason, lines }))).toMatchObject([
      { amount: 976, reason: 'One broken', lines: [{ itemId: itemOf('Mug'), quantity: 1, net: 899 }] },
      { amount: 543, lines: [{ itemId: itemOf('Flat rate'), net: 500 }] },
      { amount: 163, lines: [{ itemId: itemOf('Gift wrap'), net: 150 }] },
      { amount: 300, reason: 'Goodwill', lines: [] },
    ]);
    for (const { lines } of order.refunds) {
      for (const { net, taxes } of lines) expect([net, ...taxes.map((tax) => tax.amount)].every((part) => part > 0)).toBe(true);
    }
  });

  it('takes the newest refund by the gateway for pending when WooPayments says on the order that it is', async () => {
    const recorded = structuredClone(ALL_KINDS);
    const [older, newer] = recorded.refunds.sort((left, right) => Number(left.id) - Number(right.id));
    if (!older || !newer) throw new Error('the recording has no two refunds');
    older.refunded_payment = true;
    newer.refunded_payment = true;
    recorded.order.meta_data = [{ id: 1, key: '_wcpay_refund_status', value: 'pending' }];
    const from = await shopWith(recorded);
    await using _ = from.server;
    const { order } = await readWhole(from, ALL_KINDS.order.id);
    expect(order.refunds.filter(({ pending }) => pending).map(({ id }) => id)).toEqual([newer.id]);
  });

  it('brings the items and tags that our plugin tells of, and says nothing of them without it', async () => {
    const items = [{ id: 31, type: 'gift_card', amounts: [{ key: 'amount', value: '20' }] }];
    const tags = [{ taxonomy: 'order_tag', slug: 'wholesale', name: 'Wholesale' }];
    const readWith = async (ar_bridge: unknown) => {
      const from = await shopWith(changed(ALL_KINDS, { 'order.ar_bridge': ar_bridge }));
      await using _ = from.server;
      const { otherItems, tags } = (await readWhole(from, ALL_KINDS.order.id)).order;
      return { otherItems, tags };
    };
    expect(await readWith({ items, tags })).toEqual({ otherItems: [{ itemId: 31, ...items[0], id: undefined }], tags });
    expect(await readWith({ items: [], tags: [] })).toEqual({ otherItems: [], tags: [] });
    // An empty list is not the same as none: terms that could not be read are unknown.
    expect(await readWith({ items: [] })).toEqual({ otherItems: [], tags: undefined });
    expect(await readWith(undefined)).toEqual({ otherItems: undefined, tags: undefined });
    await expect(readWith({ items: [{ type: 'gift_card' }] })).rejects.toThrow(/order.unreadable.*ar_bridge\.items/);
  });

  it('knows a refund over nothing that WooCommerce Gift Cards made onto a card', async () => {
    const [first] = ALL_KINDS.refunds;
    const readWith = async (change: object) => {
      const from = await shopWith({ ...ALL_KINDS, refunds: [{ ...first, id: 900, ...change }] });
      await using _ = from.server;
      return (await readWhole(from, ALL_KINDS.order.id)).order.refunds[0]?.ontoCard;
    };
    const noted = { meta_data: [{ key: '_wc_gc_refund_activities', value: [31] }] };
    expect(await readWith({ amount: '0.00', ...noted })).toBe(true);
    expect(await readWith({ amount: '0.00', meta_data: [] })).toBeUndefined();
    expect(await readWith({ amount: '1.00', ...noted })).toBeUndefined(); // money moved: an ordinary refund
  });

  it('asks in two rounds, and for a second order of the same buyer and products in one', async () => {
    const from = await shopWith(ALL_KINDS);
    await using _ = from.server;
    await readWhole(from, ALL_KINDS.order.id);
    const first = from.trail.attempts.length;
    // order, refunds; products, one trashed product by itself, categories, customer
    expect(first).toBe(6);
    await readWhole(from, ALL_KINDS.order.id);
    expect(
      from.trail.attempts
        .slice(first)
        .map(({ operation }) => operation)
        .sort(),
    ).toEqual(['read order', 'read refunds']);
  });

  it('asks for no field that it does not use', async () => {
    const from = await shopWith(ALL_KINDS);
    await using _ = from.server;
    await readWhole(from, ALL_KINDS.order.id);
    const asked = from.server.asked.find(({ url }) => url.pathname.endsWith(`/orders/${ALL_KINDS.order.id}`));
    const fields = asked?.url.searchParams.get('_fields')?.split(',') ?? [];
    expect(fields).toContain('line_items');
    for (const left of ['refunds', 'payment_url', 'customer_ip_address', 'order_key', '_links'])
      expect(fields).not.toContain(left);
  });

  it('finds a category that was made after the tree was read', async () => {
    const from = await shopWith({ ...ALL_KINDS, categories: ALL_KINDS.categories.slice(0, 1) });
    await using _ = from.server;
    await readWhole(from, ALL_KINDS.order.id);
    from.server.answers.set('products/categories', { json: ALL_KINDS.categories });
    const { order } = await readWhole(from, ALL_KINDS.order.id);
    expect(order.lines[0]?.facts.categories[0]?.map(({ slug }) => slug)).toEqual(['mugs', 'kitchen']);
  });
});

describe('the hash of an order', () => {
  const hashAfter = async (changes: Record<string, unknown>) => {
    const recorded = changed(ALL_KINDS, changes);
    const from = await shopWith(recorded);
    await using _ = from.server;
    return (await readWhole(from, recorded.order.id)).hash;
  };
  const meta = ALL_KINDS.order.meta_data as object[];

  it('stays when the order was only touched, or when we noted something on it', async () => {
    const before = await hashAfter({});
    expect(await hashAfter({ 'order.date_modified_gmt': '2027-01-01T00:00:00' })).toBe(before);
    expect(await hashAfter({ 'order.meta_data': [...meta, { id: 1, key: '_ar_bridge_state', value: 'posted' }] })).toBe(before);
    expect(await hashAfter({ refunds: ALL_KINDS.refunds.toReversed() })).toBe(before);
  });

  it.each<[string, unknown]>([
    ['order.status', 'completed'],
    ['order.total', '65.86'],
    ['order.line_items.0.id', 99],
    ['order.transaction_id', 'T-78'],
    ['order.date_paid_gmt', null],
    ['order.meta_data', [...meta, { key: 'purchase_order_2', value: 'PO-10' }]],
    ['refunds', ALL_KINDS.refunds.slice(1)],
    ['customer.role', 'wholesale'],
    ['categories.0.slug', 'other'],
  ])('changes with %s', async (path, value) => {
    expect(await hashAfter({ [path]: value })).not.toBe(await hashAfter({}));
  });
});

describe('orders that are gone or in the trash', () => {
  it('says that an order is not found only when WooCommerce says so', async () => {
    const from = await shopWith(ALL_KINDS);
    await using _ = from.server;
    expect(await from.shop.readOrder(99, from.trail)).toEqual({ ok: true, value: { found: false } });
  });

  it.each([
    [
      'a web page',
      { status: 404, headers: { 'content-type': 'text/html' }, body: '<html>Not found</html>' },
      'store.no_rest_api',
    ],
    ['WordPress without WooCommerce', { status: 404, json: { code: 'rest_no_route', message: 'No route' } }, 'store.no_route'],
    ['another 404 of WooCommerce', { status: 404, json: { code: 'woocommerce_rest_other', message: 'No' } }, 'store.not_found'],
  ])('does not take %s for a deleted order', async (_, reply, code) => {
    const from = await shopWith(ALL_KINDS);
    await using _server = from.server;
    from.server.answers.set('orders/99', reply);
    expect(failureOf(await from.shop.readOrder(99, from.trail)).code).toBe(code);
  });

  it('reads a trashed order, and says so', async () => {
    const recorded = changed(ALL_KINDS, { 'order.status': 'trash' });
    const from = await shopWith(recorded);
    await using _ = from.server;
    expect((await readWhole(from, recorded.order.id)).order).toMatchObject({ presence: 'trashed', status: 'trash' });
  });

  it('keeps of an account’s meta what it is asked for, and nothing else', async () => {
    const customer = {
      ...ALL_KINDS.customer,
      meta_data: [
        { id: 1, key: 'vat_number', value: 'DE811569869' },
        { id: 2, key: 'secret_of_a_plugin', value: 'x' },
      ],
    };
    const { server, shop, trail } = await shopWith({ ...ALL_KINDS, customer });
    await using _ = server;
    expect((await readWhole({ server, shop, trail }, ALL_KINDS.order.id)).order.customer).not.toHaveProperty('meta');
    const asked = createShop({ ...optionsFor(server.url), customerMeta: () => ['vat_number', 'billing_vat'] });
    const read = await readWhole({ server, shop: asked, trail }, ALL_KINDS.order.id);
    expect(read.order.customer.meta).toEqual([{ key: 'vat_number', value: 'DE811569869' }]);
  });

  it('reads an order whose customer was deleted by its billing address', async () => {
    const { customer: _gone, ...rest } = ALL_KINDS;
    const from = await shopWith(rest);
    await using _ = from.server;
    expect((await readWhole(from, rest.order.id)).order.customer).toMatchObject({
      id: rest.order.customer_id,
      email: 'ada@example.com',
      role: null,
    });
  });

  it('tells a deleted refund from an order that is gone with its refunds', async () => {
    const from = await shopWith(ALL_KINDS);
    await using _ = from.server;
    const { id } = ALL_KINDS.order;
    const refundId = ALL_KINDS.refunds[0]?.id ?? 0;
    const missing = { status: 404, json: { code: 'woocommerce_rest_shop_order_refund_invalid_id', message: 'Invalid ID.' } };
    from.server.answers.set(`orders/${id}/refunds/${refundId}`, { json: { id: refundId } });
    expect(await from.shop.refundExists(id, refundId, from.trail)).toEqual({ ok: true, value: true });
    from.server.answers.set(`orders/${id}/refunds/${refundId}`, missing);
    expect(await from.shop.refundExists(id, refundId, from.trail)).toEqual({ ok: true, value: false });
    from.server.answers.delete(`orders/${id}`);
    expect(failureOf(await from.shop.refundExists(id, refundId, from.trail))).toMatchObject({
      kind: 'retryable',
      code: 'store.order_gone',
    });
  });
});

describe('decimals of shop and currency', () => {
  async function readRecorded(name: string, kept: KeptReading | null = null) {
    const recorded = fixture<RecordedWithDp>(`orders/${name}.json`);
    const from = await shopWith({ ...recorded, products: ALL_KINDS.products, categories: ALL_KINDS.categories });
    const { id } = recorded.order;
    from.server.answers.set(`orders/${id}?dp=${recorded.dp}`, { json: recorded.orderWithDp });
    from.server.answers.set(`orders/${id}/refunds?dp=${recorded.dp}`, { json: recorded.refundsWithDp });
    const { order } = await readWhole(from, id, kept);
    const asked = from.server.asked.map(({ url }) => url.searchParams.get('dp')).filter((dp) => dp !== null);
    await from.server[Symbol.asyncDispose]();
    return { order, asked, recorded };
  }

  it('reads yen of a shop with two decimals: lines in yen, the total rounded, the rest named', async () => {
    const { order, asked } = await readRecorded('jpy-in-a-shop-of-2-decimals'); // 1446.73; lines 1000.05 and 333.35
    expect(order).toMatchObject({ currency: 'JPY', decimals: 0, shopDecimals: 2, total: 1447, totalBeyondIso: '-0.27' });
    expect(order.lines.map(({ net, taxes }) => [net, ...taxes.map((tax) => tax.amount)])).toEqual([
      [1000, 40, 45],
      [333, 13, 15],
    ]);
    expect(order.refunds[0]?.amount).toBe(333);
    expect(asked).toEqual(['0', '0']);
  });

  it('leaves a refund the amount that it is booked with', async () => {
    const name = 'jpy-in-a-shop-of-2-decimals';
    const { order } = await readRecorded(name);
    const bookedRefunds = new Map(order.refunds.map(({ id }) => [id, minor(334)]));
    const again = await readRecorded(name, { total: order.total, bookedRefunds });
    expect(again.order.refunds.map(({ amount }) => amount)).toEqual([334]);
  });

  it('reads forints with their fillér, which nobody prints', async () => {
    const recorded = fixture<RecordedWithDp>('orders/jpy-in-a-shop-of-2-decimals.json');
    const from = await shopWith({ ...recorded, order: { ...recorded.order, currency: 'HUF' } });
    await using _ = from.server;
    const { order } = await readWhole(from, recorded.order.id);
    expect(order).toMatchObject({ currency: 'HUF', decimals: 2, total: 144673, totalBeyondIso: '0' });
    expect(order.lines.map(({ net }) => net)).toEqual([100005, 33335]);
  });

  it('reads dinars of a shop with two decimals by itself, in thousandths', async () => {
    const { order, asked } = await readRecorded('kwd-in-a-shop-of-2-decimals'); // 14.53
    expect(order).toMatchObject({ currency: 'KWD', decimals: 3, shopDecimals: 2, total: 14530, totalBeyondIso: '0' });
    expect(order.lines[0]?.net).toBe(10050);
    expect(asked).toEqual([]);
  });

  it('reads dollars of a shop with three decimals: the total half up, lines as WooCommerce rounds them', async () => {
    const { order, asked } = await readRecorded('usd-in-a-shop-of-3-decimals'); // 14.473; line 10.005
    expect(order).toMatchObject({ decimals: 2, shopDecimals: 3, total: 1447, totalBeyondIso: '0.003' });
    expect(order.lines[0]?.net).toBe(1001);
    expect(order.refunds[0]?.amount).toBe(334);
    expect(asked).toEqual(['2', '2']);
  });

  it('does not read again when the extra decimals are all zero', async () => {
    const recorded = fixture<RecordedWithDp>('orders/usd-in-a-shop-of-3-decimals.json');
    const whole = (value: unknown): unknown => (typeof value === 'string' ? value.replace(/^(-?\d+\.\d\d)\d$/, '$10') : value);
    const order = JSON.parse(JSON.stringify(recorded.order), (_, value) => whole(value));
    const from = await shopWith({ order, products: ALL_KINDS.products, categories: ALL_KINDS.categories });
    await using _ = from.server;
    expect((await readWhole(from, order.id)).order.total).toBe(1447);
    expect(from.server.asked.some(({ url }) => url.searchParams.has('dp'))).toBe(false);
  });

  /** The recorded order in a shop whose owner has changed its decimals since: what it answers unasked, and what for `dp`. */
  async function afterChange(name: string, to: number, changes: Record<string, string> = {}) {
    const recorded = fixture<RecordedWithDp>(`orders/${name}.json`);
    const written = <T>(value: T, dp: number): T =>
      JSON.parse(JSON.stringify(value), (key, one) =>
        AMOUNTS.has(key) && typeof one === 'string' && one !== '' ? Number(one).toFixed(dp) : one,
      );
    const stored = { order: { ...recorded.order, ...changes }, refunds: recorded.refunds };
    const from = await shopWith({ ...recorded, ...written(stored, to) });
    const { id } = recorded.order;
    for (const dp of [2, 3]) {
      const asRecorded = dp === recorded.dp;
      from.server.answers.set(`orders/${id}?dp=${dp}`, { json: asRecorded ? recorded.orderWithDp : written(stored.order, dp) });
      from.server.answers.set(`orders/${id}/refunds?dp=${dp}`, {
        json: asRecorded ? recorded.refundsWithDp : written(stored.refunds, dp),
      });
    }
    return { from, id };
  }
  const AMOUNTS = new Set(['total', 'subtotal', 'total_tax', 'subtotal_tax', 'amount', 'discount']);

  it.each([
    ['usd-in-a-shop-of-3-decimals', 0],
    ['usd-in-a-shop-of-3-decimals', 2],
    ['kwd-in-a-shop-of-2-decimals', 3],
    ['kwd-in-a-shop-of-2-decimals', 0],
  ])('reads %s as before once the shop has changed to %i', async (name, to) => {
    const before = await readRecorded(name);
    const { from, id } = await afterChange(name, to);
    await using _ = from.server;
    const { order } = await readWhole(from, id, before.order);
    expect(order).toEqual({ ...before.order, lines: order.lines });
    expect(order.lines.map(({ net, subtotal, taxes }) => [net, subtotal, taxes])).toEqual(
      before.order.lines.map(({ net, subtotal, taxes }) => [net, subtotal, taxes]),
    );
  });

  it('takes the decimals of now for an order that was computed anew since', async () => {
    const before = await readRecorded('kwd-in-a-shop-of-2-decimals');
    const { from, id } = await afterChange('kwd-in-a-shop-of-2-decimals', 3, { total: '14.535' });
    await using _ = from.server;
    expect((await readWhole(from, id, before.order)).order).toMatchObject({ shopDecimals: 3, total: 14535 });
  });

  it('reads a refund whole that was made after the shop changed to finer decimals', async () => {
    const before = await readRecorded('kwd-in-a-shop-of-2-decimals');
    const { from, id } = await afterChange('kwd-in-a-shop-of-2-decimals', 3);
    await using _ = from.server;
    const refund = { ...ALL_KINDS.refunds[0], id: 990, amount: '1.005', line_items: [], shipping_lines: [], fee_lines: [] };
    from.server.answers.set(`orders/${id}/refunds`, { json: [refund] });
    from.server.answers.set(`orders/${id}/refunds?dp=2`, { json: [{ ...refund, amount: '1.01' }] });
    const { order } = await readWhole(from, id, before.order);
    expect(order).toMatchObject({ shopDecimals: 2, total: 14530, refunds: [{ id: 990, amount: 1005 }] });
  });

  it('starts anew when the order changes between the two reads', async () => {
    const recorded = fixture<RecordedWithDp>('orders/jpy-in-a-shop-of-2-decimals.json');
    const from = await shopWith(recorded);
    await using _ = from.server;
    const changed = { ...recorded.orderWithDp, date_modified_gmt: '2027-01-01T00:00:00' };
    from.server.answers.set(`orders/${recorded.order.id}?dp=0`, { json: changed });
    from.server.answers.set(`orders/${recorded.order.id}/refunds?dp=0`, { json: recorded.refundsWithDp });
    expect(failureOf(await from.shop.readOrder(recorded.order.id, from.trail))).toMatchObject({
      kind: 'retryable',
      code: 'store.changed_while_reading',
    });
  });
});

describe('loose and broken input', () => {
  async function readChanged(changes: Record<string, unknown>) {
    const from = await shopWith(changed(ALL_KINDS, changes));
    await using _ = from.server;
    return await from.shop.readOrder(ALL_KINDS.order.id, from.trail);
  }
  const [mug, shirt] = ALL_KINDS.order.line_items as Json[];

  it.each<[string, Record<string, unknown>, (order: StoreOrder) => void]>([
    [
      'ids as strings',
      { 'order.line_items.0.id': '31', 'order.line_items.0.product_id': '11' },
      ({ lines }) => expect(lines[0]).toMatchObject({ itemId: 31, facts: { productId: 11 } }),
    ],
    ['a fractional quantity', { 'order.line_items.0.quantity': 1.5 }, ({ lines }) => expect(lines[0]?.quantity).toBe(1.5)],
    [
      'a quantity of zero',
      { 'order.line_items.0.quantity': 0 },
      ({ lines }) => expect(lines[0]).toMatchObject({ quantity: 0, net: 2698 }),
    ],
    ['a negative line', { 'order.line_items.0.total': '-3.00' }, ({ lines }) => expect(lines[0]?.net).toBe(-300)],
    ['a number for an amount', { 'order.line_items.0.total': 26.97 }, ({ lines }) => expect(lines[0]?.net).toBe(2697)],
    [
      'a rate without an amount',
      { 'order.line_items.0.taxes.0.total': '' },
      ({ lines }) => expect(lines[0]?.taxes).toEqual([{ rateId: 2, amount: 121 }]),
    ],
    [
      'tax without a rate',
      { 'order.line_items.0.taxes': [], 'order.line_items.0.total_tax': '2.29' },
      ({ lines }) => expect(lines[0]?.taxes).toEqual([{ rateId: 0, amount: 229 }]),
    ],
    [
      'null and false for empty text',
      { 'order.transaction_id': null, 'order.payment_method': false },
      (order) => expect(order).toMatchObject({ transactionId: '', paymentMethod: '' }),
    ],
    [
      'lists with holes, written as objects',
      { 'order.line_items': { 0: mug, 2: shirt } },
      ({ lines }) => expect(lines.filter(({ kind }) => kind === 'product')).toHaveLength(2),
    ],
    ['addresses as empty lists', { 'order.shipping': [] }, ({ shipping }) => expect(shipping).toBeNull()],
    [
      'missing lists',
      {
        'order.fee_lines': undefined,
        'order.coupon_lines': undefined,
        'order.tax_lines': undefined,
        'order.meta_data': undefined,
      },
      (order) => expect(order).toMatchObject({ coupons: [], taxRates: [], meta: [] }),
    ],
    [
      'a refund line that names no item',
      { 'refunds.3.line_items.0.meta_data': [] },
      ({ refunds }) => expect(refunds[0]).toMatchObject({ amount: 976, lines: [] }),
    ],
  ])('takes %s', async (_, changes, check) => {
    const read = await readChanged(changes);
    if (!read.ok || !read.value.found) throw new Error(JSON.stringify(read));
    check(read.value.order);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    ['a missing total', { 'order.total': undefined }, /total is missing, expected a decimal string/],
    ['a total that is no number', { 'order.total': 'free' }, /total is "free", expected a decimal string/],
    [
      'a line amount beyond reason',
      { 'order.line_items.0.total': '1e308' },
      /line_items\[0\]\.total is "1e308", expected a decimal/,
    ],
    ['an empty line amount', { 'order.fee_lines.1.total': '' }, /fee_lines\[1\]\.total is "", expected a decimal string/],
    ['an unknown currency', { 'order.currency': 'BTC' }, /currency is "BTC", expected an ISO 4217 code/],
    [
      'a quantity in words',
      { 'order.line_items.0.quantity': 'three' },
      /line_items\[0\]\.quantity is "three", expected a quantity/,
    ],
    ['no date', { 'order.date_created_gmt': null }, /date_created_gmt is null, expected an instant/],
    ['a date that does not exist', { 'order.date_paid_gmt': '2026-99-01T00:00:00' }, /date_paid_gmt is "2026-99-01T00:00:00"/],
    ['a line that is no object', { 'order.line_items': ['x'] }, /line_items\[0\] is "x"/],
    ['a refund without amount', { 'refunds.0.amount': undefined }, /refunds\[0\]\.amount is missing/],
  ])('refuses %s and names the field', async (_, changes, message) => {
    const failure = failureOf(await readChanged(changes));
    expect(failure).toMatchObject({ kind: 'rejected', code: 'order.unreadable' });
    expect(failure.message).toMatch(message);
    expect(failure.message).toContain(`Order ${ALL_KINDS.order.id} cannot be read`);
  });

  it('refuses another order than the one asked for, as a cache may send', async () => {
    const from = await shopWith(ALL_KINDS);
    await using _ = from.server;
    from.server.answers.set('orders/7', { json: ALL_KINDS.order });
    from.server.answers.set('orders/7/refunds', { json: [] });
    const failure = failureOf(await from.shop.readOrder(7, from.trail));
    expect(failure).toMatchObject({
      code: 'order.unreadable',
      message: `Order 7 cannot be read: id is ${ALL_KINDS.order.id}, expected 7.`,
    });
  });

  it('does not repeat personal data in its message', async () => {
    const failure = failureOf(await readChanged({ 'order.billing.email': { ada: 'ada@example.com' } }));
    expect(failure.message).toContain('billing.email is an object');
    expect(failure.message).not.toContain('ada@example.com');
  });

  it('refuses an order that is too large, and keeps it apart from faults of the shop', async () => {
    const server: FakeWooCommerce = await startFakeWooCommerce();
    await using _ = server;
    server.answers.set('orders/7', { body: `{"id":7,"customer_note":"${'x'.repeat(200_000)}"}` });
    server.answers.set('orders/7/refunds', { json: [] });
    const shop = createShop(optionsFor(server.url, { maxAnswerBytes: 100_000 }));
    expect(failureOf(await shop.readOrder(7, recordingTrail()))).toMatchObject({ kind: 'rejected', code: 'order.unreadable' });
  });

  it('leaves out meta nested deeper than anybody reads, and keys that would change prototypes', async () => {
    const meta = [
      { key: 'deep', value: '@deep' },
      { key: 'po', value: 'PO-9' },
      JSON.parse('{"key":"x","value":"y","__proto__":{"polluted":1}}'),
    ];
    const from = await shopWith(changed(ALL_KINDS, { 'order.meta_data': meta }));
    await using _ = from.server;
    const { id } = ALL_KINDS.order;
    const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
    const body = JSON.stringify(changed(ALL_KINDS, { 'order.meta_data': meta }).order).replace('"@deep"', deep);
    expect(body).toContain('__proto__');
    from.server.answers.set(`orders/${id}`, { body });
    const { order } = await readWhole(from, id);
    expect(order.meta).toEqual([
      { key: 'po', value: 'PO-9' },
      { key: 'x', value: 'y' },
    ]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });

  it('reads or refuses an order with anything in it, and never throws', async () => {
    const paths = Object.keys(flat({ order: ALL_KINDS.order, refunds: ALL_KINDS.refunds }));
    const from = await shopWith(ALL_KINDS);
    await using _ = from.server;
    const { id } = ALL_KINDS.order;
    const junk = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom('1e308', '-0', '0.1+0.2', '\u0000', '\ud800', '٣', '9'.repeat(400), -0, 1e308, 2 ** 53, [[]], {}),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(fc.constantFrom(...paths), junk), { minLength: 1, maxLength: 3 }), async (changes) => {
        let recorded = ALL_KINDS;
        for (const [path, value] of changes) if (path in flat(recorded)) recorded = changed(recorded, { [path]: value });
        from.server.answers.set(`orders/${id}`, { json: recorded.order });
        from.server.answers.set(`orders/${id}/refunds`, { json: recorded.refunds });
        const read = await from.shop.readOrder(id, from.trail);
        if (!read.ok) expect(['order.unreadable', 'store.unmet_answer', 'store.not_found']).toContain(read.failure.code);
        else if (read.value.found) {
          const { lines, total } = read.value.order;
          for (const amount of [total, ...lines.map(({ net }) => net)]) expect(Number.isSafeInteger(amount)).toBe(true);
        }
      }),
      { numRuns: 400 },
    );
  }, 30_000);

  it('passes on what the shop says against its products or customers', async () => {
    const from = await shopWith(ALL_KINDS);
    await using _ = from.server;
    from.server.answers.set(`customers/${ALL_KINDS.customer.id}`, {
      status: 403,
      json: { code: 'woocommerce_rest_cannot_view', message: 'No.' },
    });
    expect(failureOf(await from.shop.readOrder(ALL_KINDS.order.id, from.trail))).toMatchObject({
      kind: 'needs-attention',
      code: 'store.forbidden',
    });
  });
});
