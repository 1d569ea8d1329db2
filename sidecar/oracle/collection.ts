import type { Trail } from '../apply/ports.ts';
import { ok, type Result } from '../domain/failures.ts';
import type { Call } from './call.ts';
import type { OracleHttp } from './http.ts';
import { isObject, type Lossless, rowsOf } from './lossless-json.ts';
import { queryString } from './query.ts';

export interface Listing {
  operation: string;
  subject: Call['subject'];
  number?: string;
  /** Without a query. */
  path: string;
  parameters: Record<string, string | number | null | undefined>;
}

const PAGE = 500;
/** A list of values this long is not one to pick from; it also ends a server that always says `hasMore`. */
const MOST_PAGES = 100;

/** The first page of a collection. */
export async function listRows(
  http: OracleHttp,
  listing: Listing,
  trail: Trail,
): Promise<Result<{ [name: string]: Lossless }[]>> {
  const page = await getPage(http, listing, trail);
  return page.ok ? ok(rowsOf(page.value)) : page;
}

/** One page from an offset; `next` is where the following one begins, null at the end. */
export async function listPage(
  http: OracleHttp,
  listing: Listing,
  offset: number,
  trail: Trail,
): Promise<Result<{ rows: { [name: string]: Lossless }[]; next: number | null }>> {
  const parameters = { ...listing.parameters, limit: PAGE, offset };
  const page = await getPage(http, { ...listing, parameters }, trail);
  if (!page.ok) return page;
  const rows = rowsOf(page.value);
  const more = rows.length > 0 && isObject(page.value) && page.value.hasMore === true;
  return ok({ rows, next: more ? offset + rows.length : null });
}

/** All pages. The server may lower the limit silently, so the offset moves by the rows that came. */
export async function listAllRows(
  http: OracleHttp,
  listing: Listing,
  trail: Trail,
): Promise<Result<{ [name: string]: Lossless }[]>> {
  const rows: { [name: string]: Lossless }[] = [];
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const page = await listPage(http, listing, rows.length, trail);
    if (!page.ok) return page;
    rows.push(...page.value.rows);
    if (page.value.next === null) break;
  }
  return ok(rows);
}

async function getPage(http: OracleHttp, listing: Listing, trail: Trail): Promise<Result<Lossless>> {
  const reply = await http.send(
    {
      operation: listing.operation,
      subject: listing.subject,
      ...(listing.number !== undefined && { number: listing.number }),
      method: 'GET',
      path: listing.path + queryString(listing.parameters),
      protocol: 'rest',
      writes: false,
      expects: 'collection',
      body: null,
    },
    trail,
  );
  return reply.ok ? ok(reply.value.json) : reply;
}
