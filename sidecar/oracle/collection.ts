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

/** All pages. The server may lower the limit silently, so the offset moves by the rows that came. */
export async function listAllRows(
  http: OracleHttp,
  listing: Listing,
  trail: Trail,
): Promise<Result<{ [name: string]: Lossless }[]>> {
  const rows: { [name: string]: Lossless }[] = [];
  for (let pages = 0; pages < MOST_PAGES; pages += 1) {
    const parameters = { ...listing.parameters, limit: PAGE, offset: rows.length };
    const page = await getPage(http, { ...listing, parameters }, trail);
    if (!page.ok) return page;
    const more = rowsOf(page.value);
    rows.push(...more);
    if (more.length === 0 || !isObject(page.value) || page.value.hasMore !== true) break;
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
