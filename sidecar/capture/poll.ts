import { createHash } from 'node:crypto';
import type { Trail } from '../apply/ports.ts';
import { err, needsAttention, ok, type Result, retryable } from '../domain/failures.ts';
import type { OrderHint, Page, Shop, Window } from './ports.ts';

/**
 * The poll asks for all orders that changed in a window and marks those dirty whose hint is new. It is the safety net under
 * events and webhooks: what it has seen is complete up to its cursor.
 *
 * Pages move under the reader: an order that is edited leaves the window (its change is now later than the upper bound), and
 * all behind it move up by one place, over the edge of the next page. So the reader does not turn pages: it moves the lower
 * bound to the last second it saw and reads the first page again. Only where one second holds more than a page it turns
 * pages, and reads that second again until nothing new shows.
 */
export interface PollMemory {
  /** Instant up to which everything is stored; null before the first poll. */
  cursor(name: string): string | null;
  saveCursor(name: string, upTo: string): void | Promise<void>;
  /**
   * The hash of the hint that was last marked dirty for this order, or null. A hint of a whole read counts too
   * (`hintHash` of the order), but only when the read began at least two seconds after the order's `modifiedAt` on the
   * shop's clock: earlier, a later write in the same second would look the same.
   */
  known(orderId: number): string | null;
  /** Durable when it returns: the orders are marked to be read, and their hashes are known. One call, one transaction. */
  markDirty(hints: readonly OrderHint[]): void | Promise<void>;
}

export interface PollPorts {
  shop: Pick<Shop, 'ordersModified'>;
  memory: PollMemory;
  trail: Trail;
  /** Milliseconds since the epoch on the shop's clock, as well as we know it. */
  clock: () => number;
}

export interface PollOptions {
  /** Where to begin without a cursor: the cut-over, or the moment of pairing. */
  since: string;
  /** How far before the cursor each window begins, for writes that became visible late. */
  overlapMs?: number;
}

export interface PollReport {
  window: Window;
  pages: number;
  /** Rows that came, those of the overlap included. */
  seen: number;
  /** Orders that were marked dirty. */
  marked: number;
}

export const POLL_CURSOR = 'orders-modified';
const OVERLAP_MS = 5 * 60_000;
/** WooCommerce's instants have whole seconds: a second is read when it is over and its writes had a moment to commit. */
const SETTLE_MS = 2_000;
/** An order edited between two pages of one second costs one more look at that second; more than this is no shop. */
const MOST_PASSES = 20;
/** Pages of one second. */
const MOST_PAGES = 500;

/**
 * One poll: from the cursor (less the overlap) to two seconds ago, by the shop's clock. The cursor moves to the upper bound when
 * the last page is stored, and stays where it was when anything failed.
 */
export async function pollOrders(ports: PollPorts, options: PollOptions): Promise<Result<PollReport>> {
  const { memory, clock } = ports;
  const from = memory.cursor(POLL_CURSOR) ?? options.since;
  const window = {
    after: toInstant(Date.parse(from) - (options.overlapMs ?? OVERLAP_MS)),
    before: toInstant(clock() - SETTLE_MS),
  };
  if (window.before <= window.after) return ok({ window, pages: 0, seen: 0, marked: 0 });
  const read = await readWindow(window, (bounds, page) => ports.shop.ordersModified(bounds, page, ports.trail), memory);
  if (!read.ok) return read;
  // How far the shop's clock is from ours may have shown only in these answers: no cursor in the shop's future.
  const upTo = earlier(window.before, toInstant(clock() - SETTLE_MS));
  if (upTo > from) await memory.saveCursor(POLL_CURSOR, upTo); // a clock set back takes nothing back
  return ok({ window, ...read.value });
}

const earlier = (a: string, b: string): string => (Date.parse(a) < Date.parse(b) ? a : b);

type ReadPage = (window: Window, page: number) => Promise<Result<Page<OrderHint>>>;
type Counts = Pick<PollReport, 'pages' | 'seen' | 'marked'>;

async function readWindow(window: Window, readPage: ReadPage, memory: PollMemory): Promise<Result<Counts>> {
  const counts = { pages: 0, seen: 0, marked: 0 };
  let after = window.after;
  for (;;) {
    const step = await readFrom({ after, before: window.before }, readPage, memory, counts);
    if (!step.ok) return step;
    if (step.value === null) return ok(counts);
    after = step.value;
  }
}

/** Reads from one lower bound on; the next lower bound, or null when the window's end was read. */
async function readFrom(window: Window, readPage: ReadPage, memory: PollMemory, counts: Counts): Promise<Result<string | null>> {
  const seen = new Set<string>();
  for (let passes = 0; passes < MOST_PASSES; passes++) {
    const pass = await readOnce(window, readPage, memory, counts, seen);
    if (!pass.ok) return pass;
    // Where pages were turned, an edit may have moved rows over an edge: look again until nothing new shows.
    if (!pass.value.turned || pass.value.fresh === 0) return ok(pass.value.next);
  }
  return err(
    retryable('poll.restless', `The orders changed at ${window.after} did not hold still over ${MOST_PASSES} readings.`),
  );
}

interface Pass {
  next: string | null;
  /** More than one page was read. */
  turned: boolean;
  /** Rows that no pass had seen. */
  fresh: number;
}

async function readOnce(
  window: Window,
  readPage: ReadPage,
  memory: PollMemory,
  counts: Counts,
  seen: Set<string>,
): Promise<Result<Pass>> {
  let fresh = 0;
  const thisPass = new Set<string>();
  for (let page = 1; page <= MOST_PAGES; page++) {
    const read = await readPage(window, page);
    if (!read.ok) return read;
    const { rows, last } = read.value;
    counts.pages += 1;
    counts.seen += rows.length;
    counts.marked += await storePage(rows, memory);
    const keys = rows.map((row) => `${row.id} ${row.hash}`);
    if (page > 1 && keys.length > 0 && keys.every((key) => thisPass.has(key))) break;
    fresh += keys.filter((key) => !seen.has(key)).length;
    for (const key of keys) seen.add(key);
    for (const key of keys) thisPass.add(key);
    const next = last ? null : secondBefore(rows.at(-1), window.after);
    if (last || next !== null) return ok({ next, turned: page > 1, fresh });
  }
  return err(
    needsAttention(
      'poll.repeated_pages',
      `The shop's list of changed orders after ${window.after} repeats its pages or does not end.`,
      'A cache before the shop may answer every page alike: exclude /wp-json/ from caching.',
    ),
  );
}

/** Marks what is new on the page, all of it in one call. */
export async function storePage(rows: readonly OrderHint[], memory: Pick<PollMemory, 'known' | 'markDirty'>): Promise<number> {
  const changed = rows.filter((row) => memory.known(row.id) !== row.hash);
  if (changed.length > 0) await memory.markDirty(changed);
  return changed.length;
}

/** `modified_after` is exclusive: one second before the last row still shows that row's whole second. Null when nothing is gained. */
function secondBefore(row: OrderHint | undefined, after: string): string | null {
  if (!row) return null;
  const next = toInstant(Date.parse(row.modifiedAt) - 1_000);
  return next > after ? next : null;
}

/** Whole seconds, `2026-11-23T03:31:13Z`. */
export function toInstant(ms: number): string {
  return `${new Date(Math.floor(ms / 1000) * 1000).toISOString().slice(0, 19)}Z`;
}

/** What says cheaply that an order may have changed: every write of WooCommerce's moves one of these. */
export function hintHash(order: Pick<OrderHint, 'id' | 'status' | 'createdAt' | 'modifiedAt'>): string {
  const { id, status, createdAt, modifiedAt } = order;
  return createHash('sha256')
    .update(JSON.stringify([id, status, createdAt, modifiedAt]))
    .digest('hex');
}
