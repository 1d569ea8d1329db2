import type { Trail } from '../apply/ports.ts';
import { err, needsAttention, ok, type Result } from '../domain/failures.ts';
import { type PollMemory, storePage, toInstant } from './poll.ts';
import type { OrderHint, Page, Shop, Window } from './ports.ts';

/**
 * Sweeps find what no poll by modification time can see: trashed and deleted orders, refunds made and deleted, customers.
 * Each only marks what has to be read again; repeating a sweep does no harm. What fails leaves the rest for the next time.
 */
export interface SweepMemory extends Pick<PollMemory, 'known' | 'markDirty'> {
  /** Ids of all orders we know that were created in the window (both bounds exclusive) and were not found deleted. */
  knownCreated(window: Window): number[];
  /** Marks orders to be read again although their hints tell nothing new. Durable when it returns. */
  markOrders(orderIds: readonly number[], why: string): void | Promise<void>;
  /** Refunds of the last reading of each order, created after the instant. */
  knownRefunds(after: string): { refundId: number; orderId: number }[];
  /** Which of these refunds were in the last reading of their orders. */
  refundsAmong(refundIds: readonly number[]): Set<number>;
  knownCustomer(customerId: number): string | null;
  /** Durable when it returns: the customers are marked, and their hashes are known. */
  markCustomers(rows: readonly { id: number; hash: string }[]): void | Promise<void>;
}

export interface SweepPorts {
  shop: Pick<Shop, 'ordersTrashed' | 'ordersCreated' | 'refundsModified' | 'customers'>;
  memory: SweepMemory;
  trail: Trail;
  /** Milliseconds since the epoch on the shop's clock. */
  clock: () => number;
}

/** Orders in the trash, whose hints say `trash`: posted ones become a question, others are excluded when read. */
export async function sweepTrash({ shop, memory, trail }: SweepPorts): Promise<Result<{ seen: number; marked: number }>> {
  let marked = 0;
  const seen = await eachPage(
    (page) => shop.ordersTrashed(page, trail),
    async (rows) => {
      marked += await storePage(rows, memory);
    },
  );
  return seen.ok ? ok({ seen: seen.value, marked }) : seen;
}

/**
 * Refunds of the last days against those we have read: one that we do not know marks its order, and so does one of ours that
 * the shop no longer lists (deleting a refund leaves no trace on the order).
 */
export async function sweepRefunds(
  ports: SweepPorts,
  { lookBackMs = 3 * DAY_MS }: { lookBackMs?: number } = {},
): Promise<Result<{ seen: number; unknown: number; vanished: number }>> {
  const { shop, memory, trail, clock } = ports;
  const window = { after: toInstant(clock() - lookBackMs), before: toInstant(clock() - 2_000) };
  const before = memory.knownRefunds(window.after); // first: what is read meanwhile must not look vanished
  const listed = new Set<number>();
  let unknown = 0;
  const seen = await eachPage(
    (page) => shop.refundsModified(window, page, trail),
    async (rows) => {
      for (const { refundId } of rows) listed.add(refundId);
      const known = memory.refundsAmong(rows.map(({ refundId }) => refundId));
      const news = rows.filter(({ refundId }) => !known.has(refundId));
      unknown += news.length;
      await mark(memory, news, 'a refund that was not read yet');
    },
  );
  if (!seen.ok) return seen;
  const vanished = before.filter(({ refundId }) => !listed.has(refundId));
  await mark(memory, vanished, 'a refund that the shop no longer lists');
  return ok({ seen: seen.value, unknown, vanished: vanished.length });
}

async function mark(memory: SweepMemory, refunds: { orderId: number }[], why: string): Promise<void> {
  const orderIds = [...new Set(refunds.map(({ orderId }) => orderId))].filter((id) => id > 0);
  if (orderIds.length > 0) await memory.markOrders(orderIds, why);
}

/** One day's orders on both sides. */
export interface DayCount {
  /** First instant of the day, UTC. */
  day: string;
  inStore: number;
  known: number;
  /** The store has them, we had never heard of them; marked. */
  missing: number[];
  /** We know them, the store lists them no more (deleted for good, or in the trash); marked, reading tells which. */
  vanished: number[];
}

/**
 * Counts the orders of each day, by the time they were made, in the store and here, oldest day first. Days are UTC: they are
 * slices of time, not somebody's calendar.
 *
 * In      from, to  instants; the days they fall on are counted, both included
 */
export async function countDays(ports: SweepPorts, range: { from: string; to: string }): Promise<Result<DayCount[]>> {
  const counts: DayCount[] = [];
  const last = Math.min(Date.parse(range.to), ports.clock());
  for (let start = startOfDay(Date.parse(range.from)); start <= last; start += DAY_MS) {
    const count = await countDay(ports, start);
    if (!count.ok) return count;
    counts.push(count.value);
  }
  return ok(counts);
}

async function countDay({ shop, memory, trail, clock }: SweepPorts, start: number): Promise<Result<DayCount>> {
  // Both bounds are exclusive and instants have whole seconds. Orders of the last seconds are the poll's business.
  const end = Math.min(start + DAY_MS, clock() - 2_000);
  const window = { after: toInstant(start - 1_000), before: toInstant(end) };
  const known = memory.knownCreated(window); // first: what comes in meanwhile must not look vanished
  const listed = new Map<number, OrderHint>();
  const seen = await eachPage(
    (page) => shop.ordersCreated(window, page, trail),
    (rows) => {
      for (const row of rows) listed.set(row.id, row);
    },
  );
  if (!seen.ok) return seen;
  const missing = [...listed.values()].filter((row) => memory.known(row.id) === null);
  const vanished = known.filter((id) => !listed.has(id));
  if (missing.length > 0) await memory.markDirty(missing);
  if (vanished.length > 0) await memory.markOrders(vanished, 'the shop no longer lists it on its day');
  return ok({ day: toInstant(start), inStore: listed.size, known: known.length, missing: missing.map(({ id }) => id), vanished });
}

/** All customers by content: WooCommerce has no "modified after" for them, and an unknown parameter is ignored silently. */
export async function sweepCustomers({ shop, memory, trail }: SweepPorts): Promise<Result<{ seen: number; marked: number }>> {
  let marked = 0;
  const seen = await eachPage(
    (page) => shop.customers(page, trail),
    async (rows) => {
      const changed = rows.filter((row) => memory.knownCustomer(row.id) !== row.hash);
      marked += changed.length;
      if (changed.length > 0) await memory.markCustomers(changed);
    },
  );
  return seen.ok ? ok({ seen: seen.value, marked }) : seen;
}

const DAY_MS = 24 * 60 * 60_000;
const startOfDay = (ms: number): number => Math.floor(ms / DAY_MS) * DAY_MS;

/** Hands each page on before the next is asked for; the number of rows. */
async function eachPage<T>(
  read: (page: number) => Promise<Result<Page<T>>>,
  store: (rows: T[]) => void | Promise<void>,
): Promise<Result<number>> {
  let seen = 0;
  for (let page = 1; page <= MOST_PAGES; page++) {
    const result = await read(page);
    if (!result.ok) return result;
    await store(result.value.rows);
    seen += result.value.rows.length;
    if (result.value.last) return ok(seen);
  }
  return err(
    needsAttention(
      'sweep.endless_list',
      `A list of the shop did not end after ${MOST_PAGES} pages.`,
      'A cache before the shop may answer every page alike: exclude /wp-json/ from caching.',
    ),
  );
}
/** 100 rows each. */
const MOST_PAGES = 10_000;
