import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Identities } from '../../../sidecar/apply/customer-identity.ts';
import { KeyedLocks } from '../../../sidecar/apply/customer-locks.ts';
import { Privacy } from '../../../sidecar/apply/privacy.ts';
import { Bench } from '../support/bench.ts';
import { CustomerDesk } from '../support/customer-desk.ts';
import { testFolder } from '../support/folder.ts';
import { order, payment, refund, SETUP } from '../support/orders.ts';

const ADA = {
  ...{ firstName: 'Augusta', lastName: 'Lovelace', email: 'augusta@example.org', phone: '+44 7700 900077' },
  ...{ address1: '12 St James Square', city: 'Marylebone', postcode: 'SW1Y4JH', company: '' },
};
const BOB = { firstName: 'Bob', lastName: 'Hopper', email: 'bob@example.org' };
const TRACES = /augusta|lovelace|7700 9|st james|marylebone|sw1y|811569869/i;

let desk: CustomerDesk;
let folder: string;
beforeEach(() => {
  folder = testFolder();
  desk = new CustomerDesk({}, folder);
});
afterEach(() => desk.store.close());

const privacy = () =>
  new Privacy({
    store: desk.store,
    identities: desk.identities,
    work: desk.work,
    setup: () => desk.setup,
    nowMs: () => desk.nowMs,
  });
const augusta = { email: ' Augusta@Example.ORG', customerIds: [12] };

/** Every text in every row of a database in which something of the person stands. */
function found(file: string): string[] {
  const db = new Database(file, { readonly: true });
  const tables = db.prepare(`SELECT name FROM sqlite_master WHERE type = 'table'`).pluck().all() as string[];
  const hits = tables.flatMap((table) =>
    (db.prepare(`SELECT * FROM "${table}"`).all() as Record<string, unknown>[]).flatMap((row) =>
      Object.entries(row).flatMap(([column, value]) => {
        const text = Buffer.isBuffer(value) ? value.toString('latin1') : String(value);
        return TRACES.test(text) ? [`${table}.${column}`] : [];
      }),
    ),
  );
  db.close();
  return [...new Set(hits)].sort();
}
/** Orders of hers, read and not posted. */
const many = (orders: number) =>
  desk.store.write(() => {
    for (let n = 0; n < orders; n += 1) desk.store.orders.saveRead(desk.orderOf(ADA), 'hash', desk.nowMs);
  });
const traces = () => found(join(folder, 'test.db'));

describe('what is kept about a person', () => {
  it('is shown whole: accounts, and orders with address and documents, and nobody else’s', async () => {
    const account = await desk.account({ ...ADA, id: 12 });
    const company = desk.orderOf({ ...ADA, country: 'DE' }, { meta: [{ key: '_vat_number', value: '811 569 869' }] });
    await desk.account(company);
    await desk.account(BOB);
    const { items, done } = await privacy().kept(augusta, 1);
    expect(done).toBe(true);
    expect(items.map((item) => item.group)).toEqual(['customer', 'customer', 'order', 'order']);
    const values = items.flatMap((item) => item.data.map(({ name, value }) => `${name}: ${value}`));
    expect(values).toContain(`accountNumber: ${account}`);
    expect(values).toContain('email: augusta@example.org');
    expect(values).toContain('vatNumber: DE811569869');
    expect(values).toContain('billingAddress: 12 St James Square, SW1Y4JH Marylebone, CA, US');
    expect(JSON.stringify(items)).not.toMatch(/hopper/i);
  });

  it('comes in pages, each order once', async () => {
    await many(120);
    const pages = await Promise.all([1, 2, 3].map((page) => privacy().kept({ email: ADA.email, customerIds: [] }, page)));
    expect(pages.map(({ done }) => done)).toEqual([false, false, true]);
    const orders = pages.flatMap(({ items }) => items.filter((item) => item.group === 'order').map((item) => item.id));
    expect(new Set(orders).size).toBe(120);
  });

  it('is nothing for a stranger', async () => {
    await desk.account(BOB);
    expect(await privacy().kept({ email: 'nobody@example.org', customerIds: [99] }, 1)).toEqual({ items: [], done: true });
  });
});

describe('an erasure', () => {
  it('leaves no text of the person in any table, and the other people as they are', async () => {
    const account = await desk.account({ ...ADA, id: 12 });
    await desk.account(ADA);
    await desk.profile(12, { ...ADA, email: 'augusta.second@example.org' });
    await desk.account(BOB);
    // Her own number as a trader, on the order and with the account.
    const traded = desk.orderOf({ ...ADA, id: 12 }, { meta: [{ key: '_vat_number', value: 'DE811569869' }] });
    traded.customer.meta = [{ key: 'vat_number', value: 'DE811569869' }];
    await desk.account(traded);
    await desk.store.write(() =>
      desk.store.events.remember('w1', 'webhook', JSON.stringify({ id: 1001, billing: ADA }), desk.nowMs),
    );
    expect(traces().length).toBeGreaterThan(3);

    const erased = await privacy().erase({ email: 'augusta.second@example.org', customerIds: [12] });
    // The other order was placed with the former e-mail: its own request, or that of the customer it belongs to, finds it.
    const former = await privacy().erase(augusta);
    expect([erased.done, erased.orders + former.orders]).toEqual([true, 3]);
    expect(erased.accounts).toEqual([account]);
    expect(traces()).toEqual([]);
    const [bob] = desk.store.customers.list({ show: 'all', search: 'hopper', limit: 5, offset: 0 }).rows;
    expect(bob).toMatchObject({ label: 'bob@example.org' });
  });

  it('keeps the amounts, the state and the account of each order', async () => {
    const placed = desk.orderOf({ ...ADA, id: 12 }, { meta: [{ key: '_gift', value: 'For Augusta' }] });
    const account = await desk.account(placed);
    await desk.store.write(() => desk.store.orders.setAccount(placed.id, account));
    await privacy().erase(augusta);
    const kept = desk.store.orders.snapshot(placed.id);
    expect(kept).toMatchObject({
      total: placed.total,
      currency: 'USD',
      customerId: 12,
      billing: { country: 'US', state: 'CA', email: '' },
    });
    expect(kept?.lines.map(({ net, taxes }) => ({ net, taxes }))).toEqual(placed.lines.map(({ net, taxes }) => ({ net, taxes })));
    expect(desk.store.orders.get(placed.id)).toMatchObject({ accountNumber: account, customerName: '', state: 'posted' });
  });

  it('does not double the account when the same e-mail buys again, and keeps them again from then on', async () => {
    const guest = await desk.account(ADA);
    await privacy().erase({ ...augusta, customerIds: [] });
    expect(await desk.account(ADA)).toBe(guest);
    expect(desk.directory.accounts()).toEqual([guest]);
    expect(desk.mailRow(ADA.email)).toMatchObject({ name: 'Augusta Lovelace', erasedAtMs: null });
    await desk.profile(12, ADA);
    expect(await desk.account({ ...ADA, id: 12 })).toBe(guest);
  });

  it('holds for the order when it is billed again', async () => {
    const placed = desk.orderOf(ADA);
    const account = await desk.account(placed);
    await privacy().erase({ ...augusta, customerIds: [] });
    desk.directory.calls.length = 0;
    const billTo = await desk.work.billTo(
      { ...placed, billing: { ...placed.billing, email: '', firstName: '', lastName: '' } },
      desk.setup,
      desk.trail,
    );
    expect(billTo).toMatchObject({ ok: true, value: { accountNumber: account } });
    expect(desk.directory.calls).toEqual([]);
    expect(traces()).toEqual([]);
  });

  it('takes the name out of a question that waits', async () => {
    desk.directory.plant({ name: 'Augusta Lovelace', email: 'else@example.org' });
    const waiting = desk.orderOf({ ...ADA, id: 12 });
    expect(await desk.account(waiting)).toBe('customer.name_only');
    expect(traces().length).toBeGreaterThan(0);
    await privacy().erase(augusta);
    expect(traces()).toEqual([]);
    expect(desk.store.orders.get(waiting.id)?.reason?.code).toBe('customer.name_only');
  });

  it('may be asked for twice, and goes on where there is much', async () => {
    await many(210);
    const first = await privacy().erase(augusta);
    const second = await privacy().erase(augusta);
    const third = await privacy().erase(augusta);
    expect([first, second, third].map(({ orders, done }) => [orders, done])).toEqual([
      [200, false],
      [10, true],
      [0, true],
    ]);
    expect(traces()).toEqual([]);
  });
});

it('what the store still says of an erased order is posted and not kept', async () => {
  const bench = new Bench();
  const gift = { key: '_gift_message', value: 'For Augusta' };
  const person = { ...order().billing, ...ADA };
  const placed = order({
    billing: person,
    customer: { ...order().customer, email: ADA.email, firstName: 'Augusta', lastName: 'Lovelace' },
    meta: [gift, { key: '_giftcard', value: '0.00' }],
    tags: [
      { taxonomy: 'order_tag', slug: 'sample', name: 'Sample' },
      { taxonomy: 'order_tag', slug: 'for-augusta', name: 'For Augusta' },
    ],
    lines: order().lines.map((each) => ({ ...each, meta: [gift] })),
    paidAt: '2026-11-20T15:01:00Z',
    payments: [payment(10000)],
  });
  const exclusions = [{ name: 'samples of others', tag: 'Sample', gateway: 'cod' }];
  bench.setup = { ...SETUP, exclusions, tenders: [{ name: 'Gift card', metaKey: '_giftcard' }] };
  await bench.place(placed);
  await bench.run();
  const locks = new KeyedLocks();
  await new Privacy({
    store: bench.store,
    identities: new Identities(Buffer.alloc(32, 7)),
    work: { alone: (keys, work) => locks.hold(keys, work) },
    setup: () => bench.setup,
    nowMs: () => bench.nowMs,
  }).erase({ email: ADA.email, customerIds: [] });
  const file = join(bench.folder, 'test.db');
  expect(found(file)).toEqual([]);

  bench.orders.set(1042, { ...placed, status: 'completed', refunds: [{ ...refund(7, 2500), reason: 'Augusta sent it back' }] });
  expect(await bench.run(1042, 5)).toEqual({ state: 'posted' });
  const kept = bench.store.orders.snapshot(1042);
  expect(kept).toMatchObject({
    status: 'completed',
    refunds: [{ amount: 2500, reason: '' }],
    meta: [{ key: '_giftcard' }],
    tags: [{ slug: 'sample' }],
  });
  expect(kept?.tags).toHaveLength(1);
  expect((await bench.work.identity(1042))?.holds).toBe(true);
  // The comment of the credit memo is the books': it stands in Oracle as it was sent.
  expect(found(file).filter((place) => !place.startsWith('document.'))).toEqual([]);
  await bench.close();
});
