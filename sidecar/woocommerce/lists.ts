import { z } from 'zod';
import type { Trail } from '../apply/ports.ts';
import { hintHash } from '../capture/poll.ts';
import type { OrderHint, Page, Window } from '../capture/ports.ts';
import { ok, type Result } from '../domain/failures.ts';
import type { StoreClient } from './client.ts';
import { contentHash } from './content-hash.ts';
import type { Query } from './oauth1.ts';
import { readPage } from './paging.ts';
import { HINT_FIELDS, HintSchema, LISTED_REFUND_FIELDS, ListedRefundSchema } from './schemas.ts';

/** Unfinished checkouts, one per visitor who opens the page, and screens opened in wp-admin: never orders of anybody. */
export const DRAFTS = new Set(['checkout-draft', 'auto-draft']);

export async function ordersModified(
  client: StoreClient,
  window: Window,
  page: number,
  trail: Trail,
): Promise<Result<Page<OrderHint>>> {
  const query = { ...between('modified_after', 'modified_before', window), orderby: 'modified', order: 'asc' };
  return orderPage(client, query, page, { operation: 'list changed orders', trail });
}

export async function ordersCreated(
  client: StoreClient,
  window: Window,
  page: number,
  trail: Trail,
): Promise<Result<Page<OrderHint>>> {
  const query = { ...between('after', 'before', window), orderby: 'date', order: 'asc' };
  return orderPage(client, query, page, { operation: 'list orders of a day', trail });
}

/** `status=any` leaves the trash out, and `any,trash` too: it is asked for by itself. */
export async function ordersTrashed(client: StoreClient, page: number, trail: Trail): Promise<Result<Page<OrderHint>>> {
  return orderPage(client, { status: 'trash', orderby: 'id', order: 'asc' }, page, { operation: 'list trashed orders', trail });
}

export async function refundsModified(
  client: StoreClient,
  window: Window,
  page: number,
  trail: Trail,
): Promise<Result<Page<{ refundId: number; orderId: number }>>> {
  const query = {
    _fields: LISTED_REFUND_FIELDS,
    ...between('modified_after', 'modified_before', window),
    orderby: 'modified',
    order: 'asc',
  };
  const read = await readPage(client, 'wc/v3/refunds', query, ListedRefundSchema, page, { operation: 'list refunds', trail });
  if (!read.ok) return read;
  return ok({ rows: read.value.rows.map((row) => ({ refundId: row.id, orderId: row.parent_id })), last: read.value.last });
}

/**
 * Bounds as WooCommerce reads them rightly in every time zone: UTC without a suffix, and told that it is UTC. With `Z` the
 * value is turned into the site's time and then compared with UTC, which east of Greenwich skips hours of orders.
 */
export function between(after: string, before: string, window: Window): Query {
  return { [after]: bare(window.after), [before]: bare(window.before), dates_are_gmt: 'true' };
}

const bare = (instant: string): string => new Date(instant).toISOString().slice(0, 19);

async function orderPage(
  client: StoreClient,
  query: Query,
  page: number,
  call: { operation: string; trail: Trail },
): Promise<Result<Page<OrderHint>>> {
  const read = await readPage(client, 'wc/v3/orders', { _fields: HINT_FIELDS, ...query }, Row, page, call);
  if (!read.ok) return read;
  return ok({ rows: read.value.rows.map(toHint).filter((row) => !DRAFTS.has(row.status)), last: read.value.last });
}

/** Of a row that does not fit only the id is needed: the order is marked, and its reading says what is wrong. */
const Row = z.looseObject({ id: HintSchema.shape.id });

function toHint(row: z.infer<typeof Row>): OrderHint {
  const hint = HintSchema.safeParse(row);
  if (!hint.success) return { id: row.id, status: '', createdAt: NEVER, modifiedAt: NEVER, hash: contentHash(row) };
  const { id, status, date_created_gmt, date_modified_gmt } = hint.data;
  const createdAt = date_created_gmt ?? NEVER;
  const dated = { id, status, createdAt, modifiedAt: date_modified_gmt ?? createdAt };
  return { ...dated, hash: hintHash(dated) };
}

const NEVER = '1970-01-01T00:00:00Z';
