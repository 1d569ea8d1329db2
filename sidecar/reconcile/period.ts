import type { Day } from '../domain/dates.ts';
import { daysBetween, instantsOf } from '../domain/days.ts';
import type { Result } from '../domain/failures.ts';
import { ok } from '../domain/failures.ts';
import type { StoreOrder } from '../domain/order.ts';
import { type Setup, setupOf } from '../domain/setup.ts';
import type { ReconcileReads } from '../store/reconcile-reads.ts';
import { compareOrder } from './compare-order.ts';
import type { OrderBooks } from './order-books.ts';
import type { FreshOrder } from './ports.ts';
import type { Comparison } from './sheet.ts';
import { unknownDocument, unknownOrder } from './strangers.ts';

export interface Instants {
  from: string;
  to: string;
}

export interface Period {
  from: Day;
  to: Day;
}

/** The shop's own list of the orders placed in a window, by order id. */
export type FreshDay = Map<number, FreshOrder>;

export interface PeriodSources {
  reads: ReconcileReads;
  setup: Setup;
  /** The business unit of an order without documents, by the rules. */
  businessUnitOf: (order: StoreOrder) => string;
  /** Documents are compared as Oracle showed them since this instant; null: by our own record. */
  readSinceMs: number | null;
  /** Asks the shop again; null where its word is what AR Bridge read last. */
  fresh: ((instants: Instants) => Promise<Result<FreshDay>>) | null;
  /** Called between orders: lets others have a turn when this took long. */
  breathe: () => Promise<void>;
}

/** Told of each order and day, with what of the order falls on that day. The same order comes once for every day it touches. */
export interface PeriodSink {
  compared: (comparison: Comparison, day: Day) => void;
  dayDone?: (day: Day, done: number, days: number) => void;
}

/** Orders read at once: a few milliseconds of work. */
const ORDERS_AT_ONCE = 25;

/**
 * Compares a period day by day: memory holds one day's ids and the rows, whatever the number of orders.
 *
 * In      period  days in the business units' time zones, both ends included
 * Fails   as `fresh` fails: the shop could not be asked
 */
export async function comparePeriod(period: Period, sources: PeriodSources, sink: PeriodSink): Promise<Result<void>> {
  const zones = timeZonesOf(sources.setup);
  const days = daysBetween(period.from, period.to);
  for (const [index, day] of days.entries()) {
    const instants = instantsOf(day, zones);
    const fresh = sources.fresh ? await sources.fresh(instants) : null;
    if (fresh && !fresh.ok) return fresh;
    await compareDay(day, instants, fresh?.value ?? null, sources, sink);
    sink.dayDone?.(day, index + 1, days.length);
  }
  return ok(undefined);
}

/** The zones a day may be counted in: that of the set-up and those of further business units. */
export const timeZonesOf = (setup: Setup): string[] => [
  ...new Set([setup.timeZone, ...setup.businessUnits.flatMap(({ timeZone }) => (timeZone ? [timeZone] : []))]),
];

async function compareDay(
  day: Day,
  instants: Instants,
  fresh: FreshDay | null,
  sources: PeriodSources,
  sink: PeriodSink,
): Promise<void> {
  const { reads, readSinceMs, breathe } = sources;
  const emit = (comparison: Comparison) => {
    const entries = comparison.entries.filter((entry) => entry.day === day);
    const differences = comparison.differences.filter((difference) => difference.day === day);
    if (entries.length > 0 || differences.length > 0) sink.compared({ ...comparison, entries, differences }, day);
  };
  for (const ids of reads.ordersOfDay(day, instants, readSinceMs)) {
    for (let at = 0; at < ids.length; at += ORDERS_AT_ONCE) {
      for (const books of reads.books(ids.slice(at, at + ORDERS_AT_ONCE), readSinceMs)) {
        emit(compareBooks(books, sources, fresh, instants));
      }
      await breathe();
    }
  }
  if (readSinceMs !== null) {
    for (const readings of reads.unknownBetween(day, day, readSinceMs)) {
      for (const reading of readings) emit(unknownDocument(reading, sources.setup));
      await breathe();
    }
  }
  for (const strangers of unknownOrders(fresh, reads)) {
    for (const [id, order] of strangers) emit(unknownOrder(id, order, sources.setup));
    await breathe();
  }
}

/** One order of a period, in the set-up of its business unit. */
export function compareBooks(
  books: OrderBooks,
  { setup, businessUnitOf }: Pick<PeriodSources, 'setup' | 'businessUnitOf'>,
  fresh: FreshDay | null = null,
  instants?: Instants,
): Comparison {
  const { order } = books;
  const unit = books.documents[0]?.businessUnit || (order ? businessUnitOf(order) : setup.businessUnit);
  const listed = fresh?.get(books.orderId);
  // Only a day that was listed can say that an order is gone.
  const asked = fresh && order && instants && order.createdAt >= instants.from && order.createdAt < instants.to;
  return compareOrder(books, {
    // A unit that the set-up has no more keeps its documents.
    setup: { ...setupOf(setup, unit), businessUnit: unit },
    ...(listed ? { fresh: listed } : asked && { fresh: 'gone' as const }),
  });
}

/** Orders of the shop's list that nobody told us of. */
function* unknownOrders(fresh: FreshDay | null, reads: ReconcileReads): Generator<[number, FreshOrder][]> {
  const listed = [...(fresh ?? [])];
  for (let at = 0; at < listed.length; at += 1_000) {
    const page = listed.slice(at, at + 1_000);
    const known = reads.known(page.map(([id]) => id));
    yield page.filter(([id]) => !known.has(id));
  }
}
