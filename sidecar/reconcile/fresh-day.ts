import type { Trail } from '../apply/ports.ts';
import { err, needsAttention, ok, type Result } from '../domain/failures.ts';
import { currencyDecimals, roundToIso } from '../domain/money.ts';
import type { Setup } from '../domain/setup.ts';
import type { FreshDay, Instants } from './period.ts';
import type { FreshOrder, ListedOrder, StoreTotals } from './ports.ts';

/** More pages than a day of any shop has: a list that never ends is a cache that repeats itself. */
const MOST_PAGES = 10_000;

/**
 * Asks the shop for the orders it placed in a window. An order that is trashed while the pages are turned moves the rows behind it
 * up, over the edge of a page: where an order that we know is missing, the list is read once more and both readings count.
 *
 * In      placed  ids of the orders that we know to be of a window
 */
export function freshDays(
  totals: StoreTotals,
  setup: Setup,
  trail: Trail,
  placed: (instants: Instants) => readonly number[],
): (instants: Instants) => Promise<Result<FreshDay>> {
  return async (instants) => {
    const day: FreshDay = new Map();
    const read = await readAll(instants, day, { totals, setup, trail });
    if (!read.ok) return read;
    if (placed(instants).every((id) => day.has(id))) return ok(day);
    const again = await readAll(instants, day, { totals, setup, trail });
    return again.ok ? ok(day) : again;
  };
}

async function readAll(
  { from, to }: Instants,
  into: FreshDay,
  { totals, setup, trail }: { totals: StoreTotals; setup: Setup; trail: Trail },
): Promise<Result<void>> {
  // WooCommerce's bounds are exclusive and count in seconds.
  const window = { after: new Date(Date.parse(from) - 1_000).toISOString(), before: to };
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const read = await totals.orderTotals(window, page, trail);
    if (!read.ok) return read;
    for (const row of read.value.rows) into.set(row.id, toFresh(row, setup));
    if (read.value.last) return ok(undefined);
  }
  return err(
    needsAttention(
      'store.endless_list',
      `The store's list of orders from ${from} to ${to} has over ${MOST_PAGES} pages, or repeats them.`,
      'Look at the audit entries of this call: a cache may answer every page with the same rows.',
    ),
  );
}

function toFresh(row: ListedOrder, setup: Setup): FreshOrder {
  const known = currencyDecimals(row.currency);
  const decimals = known.ok ? known.value : 2;
  const total = roundToIso(row.total, decimals);
  return {
    ...row,
    written: row.total,
    total: total.ok ? total.value : 0,
    decimals,
    counts: row.status === 'refunded' || setup.postingStatuses.includes(row.status),
  };
}
