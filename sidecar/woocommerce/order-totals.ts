import type { Trail } from '../apply/ports.ts';
import type { Window } from '../capture/ports.ts';
import { ok, type Result } from '../domain/failures.ts';
import type { ListedOrder } from '../reconcile/ports.ts';
import type { StoreClient } from './client.ts';
import { between, DRAFTS } from './lists.ts';
import { readPage } from './paging.ts';
import { OrderSchema } from './schemas.ts';

const Row = OrderSchema.pick({
  id: true,
  number: true,
  status: true,
  currency: true,
  total: true,
  date_created_gmt: true,
  payment_method: true,
});
const FIELDS = Object.keys(Row.shape);
/** More than any order stores: a total comes as it was stored, not as the shop's setting of today would round it. */
const DECIMALS = 6;

/** The store's own totals of the orders created in a window, a page at a time: what a report of the shop adds up. */
export async function orderTotals(
  client: StoreClient,
  window: Window,
  page: number,
  trail: Trail,
): Promise<Result<{ rows: ListedOrder[]; last: boolean }>> {
  const query = { _fields: FIELDS, ...between('after', 'before', window), orderby: 'date', order: 'asc', dp: DECIMALS } as const;
  const read = await readPage(client, 'wc/v3/orders', query, Row, page, { operation: 'list order totals', trail });
  if (!read.ok) return read;
  const rows = read.value.rows.filter(({ status }) => !DRAFTS.has(status));
  return ok({
    rows: rows.map((row) => ({
      id: row.id,
      number: row.number,
      status: row.status,
      currency: row.currency,
      total: row.total,
      createdAt: row.date_created_gmt,
      paymentMethod: row.payment_method,
    })),
    last: read.value.last,
  });
}
