import { z } from 'zod';
import { err, needsAttention, ok, type Result } from '../domain/failures.ts';
import type { CallContext, StoreClient } from './client.ts';
import type { Query } from './oauth1.ts';
import { parseAnswer } from './parse-answer.ts';

/** WooCommerce's limit; 101 answers 400. */
export const PER_PAGE = 100;

/** One page, as it came. The last one is known by its size: on HPOS a page past the end says that there are 0 in all. */
export async function readPage<T>(
  client: StoreClient,
  path: string,
  query: Query,
  row: z.ZodType<T>,
  page: number,
  call: CallContext,
): Promise<Result<{ rows: T[]; last: boolean }>> {
  const answer = await client.get(path, { ...query, per_page: PER_PAGE, page }, call);
  if (!answer.ok) return answer;
  const rows = parseAnswer(z.array(row), answer.value, call.operation);
  return rows.ok ? ok({ rows: rows.value, last: rows.value.length < PER_PAGE }) : rows;
}

/** All pages of a list that fits in memory: categories, tax rates, one order's refunds. */
export async function readAll<T>(
  client: StoreClient,
  path: string,
  query: Query,
  row: z.ZodType<T>,
  call: CallContext,
): Promise<Result<T[]>> {
  const all: T[] = [];
  for (let page = 1; page <= MOST_PAGES; page++) {
    const read = await readPage(client, path, query, row, page, call);
    if (!read.ok) return read;
    all.push(...read.value.rows);
    if (read.value.last) return ok(all);
  }
  return err(
    needsAttention(
      'store.endless_list',
      `The shop's list for "${call.operation}" has more than ${MOST_PAGES * PER_PAGE} rows or repeats its pages.`,
      'Look at the audit entries of this call: a plugin or a cache may answer every page with the same rows.',
    ),
  );
}
const MOST_PAGES = 200;
