/** Lists of WooCommerce's REST API over recorded rows: filters, order, pages and fields, for the parameters a client may use. */
export type RecordedRow = { id: number } & Record<string, unknown>;
export type Query = Record<string, string>;

export interface ListAnswer {
  rows: unknown[];
  total: number;
  pages: number;
}

/** Something the recording cannot answer as a real store would; better said than guessed. */
export class NotRecorded extends Error {}
/** What a real store refuses as well, with its code. */
export class InvalidParameter extends Error {}

const MAX_PER_PAGE = 100;
const ORDER_BY = ['date', 'id', 'include', 'title', 'slug', 'modified', 'name', 'registered_date'];
const KNOWN = new Set([
  ...['page', 'per_page', 'offset', 'order', 'orderby', 'include', 'exclude', 'status', 'role', '_fields', 'dates_are_gmt'],
  ...['after', 'before', 'modified_after', 'modified_before', 'parent', 'customer', 'sku', 'dp'],
]);

/**
 * One page of a list.
 *
 * Fails  throws InvalidParameter where WooCommerce answers 400, NotRecorded for parameters it knows and this does not
 */
export function listRows(rows: RecordedRow[], query: Query): ListAnswer {
  refuseUnknown(query);
  const perPage = whole(query, 'per_page', 10);
  if (perPage < 1 || perPage > MAX_PER_PAGE) throw new InvalidParameter('per_page');
  const found = sorted(
    rows.filter((row) => matches(row, query)),
    query,
  );
  const from = query.offset === undefined ? (whole(query, 'page', 1) - 1) * perPage : whole(query, 'offset', 0);
  const page = found.slice(from, from + perPage).map((row) => withDecimals(chooseFields(row, query), query));
  return { rows: page, total: found.length, pages: Math.ceil(found.length / perPage) };
}

/** The fields that `_fields` names (`a,b.c`), all without it. */
export function chooseFields(row: object, query: Query): object {
  if (query._fields === undefined) return row;
  const chosen: Record<string, unknown> = {};
  for (const path of query._fields.split(',')) copyField(row as Record<string, unknown>, chosen, path.trim().split('.'));
  return chosen;
}

function copyField(from: Record<string, unknown>, to: Record<string, unknown>, [name = '', ...deeper]: string[]): void {
  if (!(name in from)) return;
  if (deeper.length === 0) {
    to[name] = from[name];
    return;
  }
  const child = (to[name] ?? {}) as Record<string, unknown>;
  to[name] = child;
  copyField(from[name] as Record<string, unknown>, child, deeper);
}

export function refuseUnknown(query: Query): void {
  for (const name of Object.keys(query)) {
    if (!KNOWN.has(name) && !name.startsWith('oauth_')) throw new NotRecorded(`the parameter "${name}"`);
  }
  if (query.dp === undefined || query.dp === '2' || onlyTotals(query)) return;
  throw new NotRecorded(`amounts with dp=${query.dp}; they were recorded with 2`);
}

/** An order's total is stored with the shop's two decimals: more of them are zeros (woocommerce-contract 1.2). Lines have more. */
const onlyTotals = ({ dp, _fields = 'line_items' }: Query): boolean =>
  Number(dp) > 2 && _fields.split(',').every((name) => !WITH_AMOUNTS.test(name));
const WITH_AMOUNTS = /_lines|_items|refunds|_total|_tax|meta_data/;

function withDecimals(row: object, { dp }: Query): object {
  const { total } = row as { total?: unknown };
  return Number(dp) > 2 && typeof total === 'string' ? { ...row, total: total + '0'.repeat(Number(dp) - 2) } : row;
}

function matches(row: RecordedRow, query: Query): boolean {
  return (
    listed(query.include, row.id) &&
    !(query.exclude !== undefined && listed(query.exclude, row.id)) &&
    (query.parent === undefined || listed(query.parent, Number(row.parent ?? row.parent_id))) &&
    (query.customer === undefined || Number(query.customer) === row.customer_id) &&
    (query.sku === undefined || query.sku.split(',').includes(String(row.sku))) &&
    // `any` does not hold the trash, and `any,trash` does not either.
    (query.status === undefined || query.status.split(',').includes('any')
      ? row.status !== 'trash'
      : query.status.split(',').includes(String(row.status))) &&
    ('role' in row ? ['all', row.role].includes(query.role ?? 'customer') : true) &&
    within(row, query, 'after', 'before', 'date_created') &&
    within(row, query, 'modified_after', 'modified_before', 'date_modified' in row ? 'date_modified' : 'date_created')
  );
}

const listed = (ids: string | undefined, id: number): boolean => ids === undefined || ids.split(',').map(Number).includes(id);

// Exclusive bounds, of one second's resolution, as WP_Date_Query has them.
function within(row: RecordedRow, query: Query, after: string, before: string, field: string): boolean {
  const column = query.dates_are_gmt === 'true' ? `${field}_gmt` : field;
  const at = String(row[column] ?? '');
  const [from, to] = [bound(query, after), bound(query, before)];
  return (from === undefined || at > from) && (to === undefined || at < to);
}

function bound(query: Query, name: string): string | undefined {
  const value = query[name];
  if (value === undefined) return undefined;
  if (Number.isNaN(Date.parse(value))) throw new InvalidParameter(name);
  // A real store takes a bound with an offset and reads it wrongly with dates_are_gmt (woocommerce-contract 1.5).
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(value))
    throw new NotRecorded(`"${value}" as ${name}; write it without offset or fraction`);
  return value;
}

function sorted(rows: RecordedRow[], query: Query): RecordedRow[] {
  const by = query.orderby ?? 'date';
  if (!ORDER_BY.includes(by)) throw new InvalidParameter('orderby');
  const field =
    { date: 'date_created_gmt', registered_date: 'date_created_gmt', modified: 'date_modified_gmt', id: 'id', include: 'id' }[
      by
    ] ?? by;
  const sign = (query.order ?? 'desc') === 'asc' ? 1 : -1;
  const key = (row: RecordedRow) => (row[field] ?? row.date_created_gmt ?? '') as string | number;
  // The id breaks ties, as WooCommerce has it for `date` and `modified`.
  return rows.toSorted((a, b) => sign * (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : a.id - b.id));
}

function whole(query: Query, name: string, otherwise: number): number {
  const value = query[name];
  if (value === undefined) return otherwise;
  if (!/^\d+$/.test(value)) throw new InvalidParameter(name);
  return Number(value);
}
