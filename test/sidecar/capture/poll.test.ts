import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hintHash, POLL_CURSOR, pollOrders, toInstant } from '../../../sidecar/capture/poll.ts';
import { createShop } from '../../../sidecar/woocommerce/shop.ts';
import { type FakeRow, type FakeWooCommerce, startFakeWooCommerce } from '../woocommerce/support/fake-woocommerce.ts';
import { failureOf, optionsFor, recordingTrail } from '../woocommerce/support/shop-for-tests.ts';
import { type TestMemory, testMemory } from './support/memory.ts';

const START = Date.parse('2026-11-23T10:00:00Z');
const MINUTE = 60_000;

/** A shop, the adapter that reads it, a memory and a clock that the test moves. */
async function setUp(offsetHours = 0) {
  const server = await startFakeWooCommerce(offsetHours);
  const shop = createShop(optionsFor(server.url));
  const time = { now: START };
  const memory = testMemory();
  const poll = () =>
    pollOrders({ shop, memory, trail: recordingTrail(), clock: () => time.now }, { since: toInstant(START - 60 * MINUTE) });
  return { server, memory, time, poll };
}

const order = (id: number, modifiedMs: number, over: Partial<FakeRow> = {}): FakeRow => ({
  id,
  status: 'processing',
  createdMs: modifiedMs,
  modifiedMs,
  ...over,
});

const many = (count: number, modifiedMs: (at: number) => number): FakeRow[] =>
  Array.from({ length: count }, (_, at) => order(1_000 + at, modifiedMs(at)));

async function polled(poll: () => ReturnType<typeof pollOrders>) {
  const result = await poll();
  if (!result.ok) throw new Error(result.failure.message);
  return result.value;
}

const allSeen = (server: FakeWooCommerce, memory: TestMemory): boolean => server.orders.every(({ id }) => memory.hints.has(id));

describe.each([
  ['UTC+9', 9],
  ['UTC-5', -5],
  ['UTC', 0],
])('a shop at %s', (_, offsetHours) => {
  it('has no order skipped and none marked twice over polls with a shifting window', async () => {
    const { server, memory, time, poll } = await setUp(offsetHours);
    await using _server = server;
    for (let minute = 0; minute < 120; minute += 5) {
      // One just before the poll, one right at the last cursor, one in between.
      const last = memory.cursors.get(POLL_CURSOR);
      server.orders.push(order(10_000 + minute, time.now - 3_000), order(20_000 + minute, time.now - 2 * MINUTE));
      if (last) server.orders.push(order(30_000 + minute, Date.parse(last)));
      await polled(poll);
      time.now += 5 * MINUTE;
    }
    expect(allSeen(server, memory)).toBe(true);
    expect(memory.marked).toHaveLength(new Set(memory.marked).size);
  });

  it('sends bounds that the shop reads rightly: UTC, no suffix, and told so', async () => {
    const { server, poll } = await setUp(offsetHours);
    await using _server = server;
    await polled(poll);
    const query = server.asked[0]?.url.searchParams;
    expect(query?.get('modified_after')).toBe('2026-11-23T08:55:00');
    expect(query?.get('modified_before')).toBe('2026-11-23T09:59:58');
    expect(query?.get('dates_are_gmt')).toBe('true');
  });
});

describe('the trap in the list of WooCommerce', () => {
  it('is in the fake shop too: a suffix east of Greenwich hides orders, west of it shows too many', async () => {
    const hour = 60 * MINUTE;
    const asked = async (offsetHours: number) => {
      await using server = await startFakeWooCommerce(offsetHours);
      server.orders.push(order(1, START - 2 * hour), order(2, START));
      const query = `modified_after=${new Date(START - hour).toISOString()}&dates_are_gmt=true&orderby=modified&order=asc`;
      const answer = await fetch(`${server.url}/wp-json/wc/v3/orders?${query}`);
      return ((await answer.json()) as { id: number }[]).map(({ id }) => id);
    };
    expect(await asked(9)).toEqual([]);
    expect(await asked(-5)).toEqual([1, 2]);
    expect(await asked(0)).toEqual([2]);
  });
});

describe('pages', () => {
  it('holds 150 orders of the same second', async () => {
    const { server, memory, poll } = await setUp();
    await using _server = server;
    server.orders.push(...many(150, () => START - 10 * MINUTE));
    await polled(poll);
    expect(allSeen(server, memory)).toBe(true);
    expect(memory.marked).toHaveLength(150);
  });

  it('holds 150 of one second between others, and 250 spread over seconds', async () => {
    const { server, memory, poll } = await setUp();
    await using _server = server;
    server.orders.push(...many(400, (at) => START - 10 * MINUTE + (at < 120 ? at * 100 : at < 270 ? 12_000 : at * 100)));
    await polled(poll);
    expect(allSeen(server, memory)).toBe(true);
  });

  it('misses nothing when an order is edited between page 1 and page 2', async () => {
    const { server, memory, time, poll } = await setUp();
    await using _server = server;
    server.orders.push(...many(250, (at) => START - 30 * MINUTE + at * 1_000));
    server.afterList = (lists) => {
      // The row leaves the window, all behind it move up: the 101st is now the 100th.
      if (lists === 1) Object.assign(server.orders[40] as FakeRow, { modifiedMs: time.now });
    };
    await polled(poll);
    expect(server.orders.filter(({ id }) => !memory.hints.has(id))).toEqual([]);
    time.now += 5 * MINUTE;
    await polled(poll);
    expect(memory.marked.filter((id) => id === 1_040)).toHaveLength(2);
  });

  it('misses nothing when orders of one crowded second are edited between its pages', async () => {
    const { server, memory, time, poll } = await setUp();
    await using _server = server;
    server.orders.push(...many(350, () => START - 10 * MINUTE));
    server.afterList = (lists) => {
      if (lists < 6) for (const at of [lists, 60 + lists]) Object.assign(server.orders[at] as FakeRow, { modifiedMs: time.now });
    };
    await polled(poll);
    expect(server.orders.filter(({ id }) => !memory.hints.has(id))).toEqual([]);
  });

  it('misses nothing whatever is edited whenever', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(20), { minLength: 90, maxLength: 260 }),
        fc.array(fc.record({ list: fc.integer({ min: 1, max: 6 }), at: fc.nat(259) }), { maxLength: 12 }),
        async (secondsOf, edits) => {
          const { server, memory, time, poll } = await setUp();
          await using _server = server;
          server.orders.push(...secondsOf.map((second, at) => order(1_000 + at, START - 10 * MINUTE + second * 1_000)));
          server.afterList = (lists) => {
            for (const { list, at } of edits) if (list === lists && server.orders[at]) server.orders[at].modifiedMs = time.now;
          };
          await polled(poll);
          // What was edited is beyond the window now and belongs to the next poll; nothing else may be missing.
          const edited = new Set(edits.map(({ at }) => 1_000 + at));
          expect(server.orders.filter(({ id }) => !memory.hints.has(id) && !edited.has(id))).toEqual([]);
          time.now += 5 * MINUTE;
          await polled(poll);
          expect(allSeen(server, memory)).toBe(true);
        },
      ),
      { numRuns: 15 },
    );
  }, 30_000);

  it('stores each page in one call, before the next page is asked for', async () => {
    const { server, memory, poll } = await setUp();
    await using _server = server;
    server.orders.push(...many(150, (at) => START - 30 * MINUTE + at * 1_000));
    const stored: number[] = [];
    server.afterList = () => void stored.push(memory.batches.length);
    await polled(poll);
    expect(memory.batches.map((batch) => batch.length)).toEqual([100, 50]);
    expect(stored).toEqual([0, 1]);
  });

  it('gives up a shop that answers every page alike, and says so', async () => {
    const { server, memory, poll } = await setUp();
    await using _server = server;
    const rows = many(100, () => START - 10 * MINUTE).map(({ id }) => ({
      id,
      status: 'processing',
      date_created_gmt: null,
      date_modified_gmt: null,
    }));
    server.answers.set('orders', { json: rows });
    expect(failureOf(await poll())).toMatchObject({ kind: 'needs-attention', code: 'poll.repeated_pages' });
    expect(server.asked).toHaveLength(2);
    expect(memory.cursors.size).toBe(0);
  });
});

describe('the cursor', () => {
  it('moves to the upper bound when all is stored', async () => {
    const { server, memory, poll } = await setUp();
    await using _server = server;
    const { window } = await polled(poll);
    expect(window).toEqual({ after: '2026-11-23T08:55:00Z', before: '2026-11-23T09:59:58Z' });
    expect(memory.cursors.get(POLL_CURSOR)).toBe(window.before);
  });

  it('stays when a page fails; the next poll brings what was missed and repeats nothing', async () => {
    const { server, memory, poll } = await setUp();
    await using _server = server;
    server.orders.push(...many(250, (at) => START - 30 * MINUTE + at * 1_000));
    server.afterList = (lists) => {
      if (lists === 2) server.answers.set('orders', { status: 500, json: { code: 'internal_server_error' } });
    };
    expect(failureOf(await poll())).toMatchObject({ code: 'store.server_error' });
    expect(memory.cursors.size).toBe(0);
    const before = memory.marked.length;
    expect(before).toBeGreaterThan(100);
    server.answers.clear();
    await polled(poll);
    expect(allSeen(server, memory)).toBe(true);
    expect(memory.marked).toHaveLength(250);
  });

  it('stays when what was read could not be stored', async () => {
    const { server, memory, poll } = await setUp();
    await using _server = server;
    server.orders.push(order(1, START - MINUTE));
    memory.markDirty = () => Promise.reject(new Error('disk full'));
    await expect(poll()).rejects.toThrow('disk full');
    expect(memory.cursors.size).toBe(0);
  });

  it('does not run ahead of a shop whose clock turns out to be slow', async () => {
    const server = await startFakeWooCommerce();
    await using _server = server;
    const memory = testMemory();
    const shop = createShop(optionsFor(server.url));
    // Ours says 10:00, the shop's 9:40, which only its first answer tells.
    let offset = 0;
    let now = START;
    server.afterList = () => {
      offset = -20 * MINUTE;
    };
    const poll = () =>
      pollOrders({ shop, memory, trail: recordingTrail(), clock: () => now + offset }, { since: toInstant(START - 60 * MINUTE) });
    await polled(poll);
    expect(memory.cursors.get(POLL_CURSOR)).toBe('2026-11-23T09:39:58Z');
    server.orders.push(order(1, START - 19 * MINUTE)); // a minute later by the shop's clock
    now += 5 * MINUTE;
    await polled(poll);
    expect(memory.marked).toEqual([1]);
  });

  it.each([3, 60])('does not go back when the clock does, by %i minutes', async (minutes) => {
    const { server, memory, time, poll } = await setUp();
    await using _server = server;
    await polled(poll);
    const cursor = memory.cursors.get(POLL_CURSOR);
    time.now -= minutes * MINUTE;
    await polled(poll);
    expect(memory.cursors.get(POLL_CURSOR)).toBe(cursor);
  });
});

describe('what is marked', () => {
  it('is each change once: a second look at the overlap marks nothing', async () => {
    const { server, memory, time, poll } = await setUp();
    await using _server = server;
    server.orders.push(order(1, START - MINUTE));
    await polled(poll);
    time.now += MINUTE;
    await polled(poll);
    expect(memory.marked).toEqual([1]);
    Object.assign(server.orders[0] as FakeRow, { modifiedMs: time.now, status: 'completed' });
    time.now += MINUTE;
    await polled(poll);
    expect(memory.marked).toEqual([1, 1]);
  });

  it('is not an order that was read whole meanwhile, by an event', async () => {
    const { server, memory, poll } = await setUp();
    await using _server = server;
    const row = { id: 1, status: 'processing', createdAt: '2026-11-23T09:30:00Z', modifiedAt: '2026-11-23T09:30:00Z' };
    memory.hints.set(1, { ...row, hash: hintHash(row) });
    server.orders.push(order(1, Date.parse(row.modifiedAt)));
    await polled(poll);
    expect(memory.marked).toEqual([]);
  });

  it('is no unfinished checkout', async () => {
    const { server, memory, poll } = await setUp();
    await using _server = server;
    server.orders.push(
      order(1, START - MINUTE, { status: 'checkout-draft' }),
      order(2, START - MINUTE, { status: 'auto-draft' }),
      order(3, START - MINUTE),
    );
    await polled(poll);
    expect(memory.marked).toEqual([3]);
  });

  it('reads past a page that holds nothing but unfinished checkouts', async () => {
    const { server, memory, poll } = await setUp();
    await using _server = server;
    server.orders.push(
      ...many(130, (at) => START - 30 * MINUTE + at * 1_000).map((row) => ({ ...row, status: 'checkout-draft' })),
    );
    server.orders.push(order(9, START - 5 * MINUTE));
    await polled(poll);
    expect(memory.marked).toEqual([9]);
  });

  it('is an order whose row cannot be read, so that its reading says what is wrong', async () => {
    const { server, memory, poll } = await setUp();
    await using _server = server;
    server.answers.set('orders', { json: [{ id: 8, status: ['?'], date_created_gmt: 'yesterday' }] });
    await polled(poll);
    expect(memory.marked).toEqual([8]);
  });
});
