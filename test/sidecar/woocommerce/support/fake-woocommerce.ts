import { type Asked, type Reply, serve, type TestServer } from './http-server.ts';

/**
 * A shop that answers as WooCommerce's REST API v3 does where it matters to a reader of lists: exclusive bounds of whole
 * seconds, what `dates_are_gmt` and a suffix do to them in the site's time zone, drafts in `any` and no trash, pages that move.
 * Written from woocommerce-contract section 1.5.
 */
export interface FakeRow {
  id: number;
  /** `checkout-draft` and `trash` included. */
  status: string;
  createdMs: number;
  modifiedMs: number;
  parentId?: number;
}

export interface FakeWooCommerce extends TestServer {
  orders: FakeRow[];
  refunds: FakeRow[];
  customers: Record<string, unknown>[];
  /** Whole answers by path below wc/v3, tried first: `orders/7`, `orders/7?dp=0`. */
  answers: Map<string, Reply>;
  /** Runs after a list was answered, with how many lists were answered so far. */
  afterList: (lists: number) => void;
}

export async function startFakeWooCommerce(offsetHours = 0): Promise<FakeWooCommerce> {
  const answers = new Map<string, Reply>();
  let lists = 0;
  const shop = { orders: [], refunds: [], customers: [], answers, afterList: () => {} } as unknown as FakeWooCommerce;
  const answer = ({ url }: Asked): Reply => {
    const path = url.pathname.replace(/^\/wp-json\/wc\/v3\//, '');
    const dp = url.searchParams.get('dp');
    const whole = (dp !== null && answers.get(`${path}?dp=${dp}`)) || answers.get(path);
    if (whole) return whole;
    const list = { orders: shop.orders, refunds: shop.refunds }[path];
    if (!list && path !== 'customers') return NO_SUCH_ID;
    const rows = list ? listed(list, url.searchParams, offsetHours) : shop.customers.map((row) => row);
    const page = paged(rows, url.searchParams);
    // Serialised before anything changes.
    const json = JSON.parse(JSON.stringify(page));
    lists += 1;
    shop.afterList(lists);
    return { json };
  };
  return Object.assign(shop, await serve(answer));
}

export const NO_SUCH_ID: Reply = {
  status: 404,
  json: { code: 'woocommerce_rest_shop_order_invalid_id', message: 'Invalid ID.', data: { status: 404 } },
};

function listed(rows: FakeRow[], query: URLSearchParams, offsetHours: number): object[] {
  const gmt = query.get('dates_are_gmt') === 'true';
  const bound = (name: string) => boundMs(query.get(name), gmt, offsetHours);
  const [after, before] = [bound('after'), bound('before')];
  const [modifiedAfter, modifiedBefore] = [bound('modified_after'), bound('modified_before')];
  const trash = query.get('status') === 'trash';
  const by = query.get('orderby') ?? 'date';
  const key = (row: FakeRow) => (by === 'modified' ? seconds(row.modifiedMs) : by === 'id' ? 0 : seconds(row.createdMs));
  const sign = query.get('order') === 'asc' ? 1 : -1;
  return rows
    .filter((row) => (row.status === 'trash') === trash)
    .filter((row) => (after === null || seconds(row.createdMs) > after) && (before === null || seconds(row.createdMs) < before))
    .filter((row) => modifiedAfter === null || seconds(row.modifiedMs) > modifiedAfter)
    .filter((row) => modifiedBefore === null || seconds(row.modifiedMs) < modifiedBefore)
    .sort((a, b) => sign * (key(a) - key(b) || a.id - b.id))
    .map((row) => ({
      id: row.id,
      parent_id: row.parentId ?? 0,
      status: row.status,
      date_created_gmt: bare(row.createdMs),
      date_modified_gmt: bare(row.modifiedMs),
    }));
}

/** The contract's table of traps, as seconds since the epoch. */
function boundMs(value: string | null, gmt: boolean, offsetHours: number): number | null {
  if (value === null) return null;
  const suffixed = /(Z|[+-]\d\d:\d\d)$/.test(value);
  const utc = Date.parse(suffixed ? value : `${value}Z`) / 1000;
  const offset = offsetHours * 3600;
  if (gmt) return suffixed ? utc + offset : utc; // turned into site time, then compared with the GMT column
  return suffixed ? utc : utc - offset;
}

const seconds = (ms: number): number => Math.floor(ms / 1000);
const bare = (ms: number): string => new Date(ms).toISOString().slice(0, 19);

function paged(rows: object[], query: URLSearchParams): object[] {
  const size = Number(query.get('per_page') ?? 10);
  const page = Number(query.get('page') ?? 1);
  return rows.slice((page - 1) * size, page * size);
}
