import { describe, expect, it } from 'vitest';
import { toInstant } from '../../../sidecar/capture/poll.ts';
import { countDays, sweepCustomers, sweepRefunds, sweepTrash } from '../../../sidecar/capture/sweeps.ts';
import type { Result } from '../../../sidecar/domain/failures.ts';
import { createShop } from '../../../sidecar/woocommerce/shop.ts';
import { startFakeWooCommerce } from '../woocommerce/support/fake-woocommerce.ts';
import { failureOf, optionsFor, recordingTrail } from '../woocommerce/support/shop-for-tests.ts';
import { testMemory } from './support/memory.ts';

const NOW = Date.parse('2026-11-23T10:00:00Z');
const HOUR = 60 * 60_000;
const DAY = 24 * HOUR;

async function setUp(offsetHours = 0) {
  const server = await startFakeWooCommerce(offsetHours);
  const memory = testMemory();
  const time = { now: NOW };
  const ports = { shop: createShop(optionsFor(server.url)), memory, trail: recordingTrail(), clock: () => time.now };
  return { server, memory, ports, time };
}

function value<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(result.failure.message);
  return result.value;
}

const order = (id: number, createdMs: number, status = 'processing') => ({ id, status, createdMs, modifiedMs: createdMs });
const refund = (id: number, parentId: number, createdMs: number) => ({
  id,
  parentId,
  status: 'completed',
  createdMs,
  modifiedMs: createdMs,
});

describe('the sweep of the trash', () => {
  it('marks each trashed order once, over pages', async () => {
    const { server, memory, ports } = await setUp();
    await using _ = server;
    for (let id = 1; id <= 130; id++) server.orders.push(order(id, NOW - DAY, 'trash'));
    server.orders.push(order(999, NOW - DAY));
    expect(value(await sweepTrash(ports))).toEqual({ seen: 130, marked: 130 });
    expect(value(await sweepTrash(ports))).toEqual({ seen: 130, marked: 0 });
    expect(memory.marked).not.toContain(999);
  });

  it('marks an order that we knew before it was thrown away', async () => {
    const { server, memory, ports } = await setUp();
    await using _ = server;
    server.orders.push(order(7, NOW - HOUR));
    value(await countDays(ports, { from: toInstant(NOW - DAY), to: toInstant(NOW) }));
    for (const row of server.orders) row.status = 'trash';
    value(await sweepTrash(ports));
    expect(memory.marked).toEqual([7, 7]);
  });
});

describe('the sweep of refunds', () => {
  it('marks the orders of refunds that were not read yet', async () => {
    const { server, memory, ports } = await setUp();
    await using _ = server;
    server.refunds.push(
      refund(501, 7, NOW - HOUR),
      refund(502, 7, NOW - HOUR),
      refund(503, 8, NOW - HOUR),
      refund(504, 9, NOW - 9 * DAY),
    );
    memory.refunds.push({ refundId: 503, orderId: 8, createdAt: toInstant(NOW - HOUR) });
    expect(value(await sweepRefunds(ports))).toEqual({ seen: 3, unknown: 2, vanished: 0 });
    expect(memory.markedOrders.map(({ orderId }) => orderId)).toEqual([7]);
  });

  it('marks the order of a refund that was deleted in the shop, which leaves no trace on the order', async () => {
    const { server, memory, ports } = await setUp();
    await using _ = server;
    server.refunds.push(refund(501, 7, NOW - HOUR));
    memory.refunds.push({ refundId: 501, orderId: 7, createdAt: toInstant(NOW - HOUR) });
    memory.refunds.push({ refundId: 502, orderId: 8, createdAt: toInstant(NOW - 2 * HOUR) });
    memory.refunds.push({ refundId: 400, orderId: 6, createdAt: toInstant(NOW - 9 * DAY) });
    expect(value(await sweepRefunds(ports))).toEqual({ seen: 1, unknown: 0, vanished: 1 });
    expect(memory.markedOrders).toEqual([{ orderId: 8, why: 'a refund that the shop no longer lists' }]);
  });

  it('does not take a refund for deleted that was read while the list came in', async () => {
    const { server, memory, ports } = await setUp();
    await using _ = server;
    server.afterList = () => void memory.refunds.push({ refundId: 777, orderId: 5, createdAt: toInstant(NOW - 1_000) });
    expect(value(await sweepRefunds(ports))).toMatchObject({ vanished: 0 });
  });

  it('marks nothing as deleted when a page fails', async () => {
    const { server, memory, ports } = await setUp();
    await using _ = server;
    memory.refunds.push({ refundId: 502, orderId: 8, createdAt: toInstant(NOW - 2 * HOUR) });
    server.answers.set('refunds', { status: 500, json: { code: 'internal_server_error' } });
    expect(failureOf(await sweepRefunds(ports)).code).toBe('store.server_error');
    expect(memory.markedOrders).toEqual([]);
  });
});

describe.each([9, 0, -5])('the count per day of a shop at UTC%i', (offsetHours) => {
  it('finds what the shop has and we do not, and what we have and the shop does not', async () => {
    const { server, memory, ports } = await setUp(offsetHours);
    await using _ = server;
    const noon = Date.parse('2026-11-21T12:00:00Z');
    server.orders.push(order(1, noon), order(2, noon + HOUR), order(3, noon + DAY), order(4, noon, 'checkout-draft'));
    value(await countDays(ports, { from: '2026-11-21T00:00:00Z', to: '2026-11-22T00:00:00Z' }));
    memory.batches.length = 0;
    memory.hints.delete(2);
    server.orders.splice(0, 1); // deleted for good
    const counts = value(await countDays(ports, { from: '2026-11-21T00:00:00Z', to: '2026-11-22T00:00:00Z' }));
    expect(counts).toEqual([
      { day: '2026-11-21T00:00:00Z', inStore: 1, known: 1, missing: [2], vanished: [1] },
      { day: '2026-11-22T00:00:00Z', inStore: 1, known: 1, missing: [], vanished: [] },
    ]);
    expect(memory.batches).toEqual([[2]]);
    expect(memory.markedOrders.map(({ orderId }) => orderId)).toEqual([1]);
  });

  it('counts the first and the last second of a day on that day, and only there', async () => {
    const { server, ports } = await setUp(offsetHours);
    await using _ = server;
    const midnight = Date.parse('2026-11-21T00:00:00Z');
    server.orders.push(order(1, midnight), order(2, midnight + DAY - 1_000), order(3, midnight + DAY));
    const counts = value(await countDays(ports, { from: '2026-11-20T00:00:00Z', to: '2026-11-22T00:00:00Z' }));
    expect(counts.map(({ inStore }) => inStore)).toEqual([0, 2, 1]);
  });

  it('leaves the last two seconds to the poll', async () => {
    const { server, memory, ports } = await setUp(offsetHours);
    await using _ = server;
    server.orders.push(order(1, NOW - 5_000), order(2, NOW - 1_000));
    value(await countDays(ports, { from: toInstant(NOW), to: toInstant(NOW + DAY) }));
    expect(memory.marked).toEqual([1]);
  });
});

describe('the sweep of customers', () => {
  const customer = (id: number, over: object = {}) => ({
    id,
    email: `c${id}@example.com`,
    first_name: 'C',
    last_name: String(id),
    role: 'customer',
    billing: {},
    ...over,
  });

  it('asks for every role and marks by content, since there is no "modified after"', async () => {
    const { server, memory, ports } = await setUp();
    await using _ = server;
    server.customers = Array.from({ length: 120 }, (_, at) => customer(at + 1));
    expect(value(await sweepCustomers(ports))).toEqual({ seen: 120, marked: 120 });
    expect(server.asked[0]?.url.searchParams.get('role')).toBe('all');
    server.customers[30] = customer(31, { billing: { city: 'Turin' } });
    server.customers[31] = customer(32, { role: 'wholesale' });
    server.customers[32] = customer(33, { date_modified_gmt: '2027-01-01T00:00:00', avatar_url: 'x' });
    memory.markedCustomers.length = 0;
    expect(value(await sweepCustomers(ports))).toEqual({ seen: 120, marked: 2 });
    expect(memory.markedCustomers).toEqual([31, 32]);
  });

  it('has the same hash in the list and in the whole reading', async () => {
    const { server, memory, ports } = await setUp();
    await using _ = server;
    server.customers = [customer(4, { billing: { company: 'Engines Ltd', phone: null } })];
    server.answers.set('customers/4', { json: server.customers[0] });
    value(await sweepCustomers(ports));
    const whole = value(await ports.shop.readCustomer(4, ports.trail));
    expect(whole === 'gone' ? '' : whole.hash).toBe(memory.customers.get(4));
  });
});

it('gives up a list that never ends', async () => {
  const { memory, ports } = await setUp().then(async (made) => {
    await made.server[Symbol.asyncDispose]();
    return made;
  });
  const rows = Array.from({ length: 100 }, (_, at) => ({ id: at, hash: 'same' }));
  const endless = { ...ports.shop, customers: async () => ({ ok: true as const, value: { rows, last: false } }) };
  expect(failureOf(await sweepCustomers({ ...ports, shop: endless, memory })).code).toBe('sweep.endless_list');
});
