import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chooseFields, listRows, type Query, type RecordedRow } from '../../store/recorded-lists.ts';
import { readRecordings } from '../../store/recording.ts';

export interface EndlessShopOptions {
  /** Ids of the orders: `count` of them from `first` on. */
  first: number;
  count: number;
  /** How long each answer takes. */
  answerMs?: number;
  /** `guest`: every order is the recorded guest's. `all`: the recorded orders in turn, refunds included. */
  kinds?: 'guest' | 'all';
  /** Order meta that every order carries beside its own. */
  meta?: { key: string; value: unknown }[];
}

/** A shop with as many orders as wanted: copies of those that were recorded from a real WooCommerce, over its REST API. */
export interface EndlessShop extends AsyncDisposable {
  url: string;
  restKey: { consumerKey: string; consumerSecret: string };
  order(id: number): ShopOrder;
}

export type ShopOrder = RecordedRow & {
  currency: string;
  total: string;
  payment_method: string;
  transaction_id: string;
  date_paid_gmt: string | null;
  meta_data: { key: string; value: unknown }[];
};
export type ShopRefund = RecordedRow & { amount: string };

const GUEST = 20;
/** A refund has an id of its own, far from any order's. */
const REFUND_IDS_FROM = 1_000_000_000;

export async function startEndlessShop(options: EndlessShopOptions): Promise<EndlessShop> {
  const { first, count, answerMs = 0, kinds = 'guest', meta = [] } = options;
  const recordings = readRecordings('http://127.0.0.1', new Date());
  const recorded = (recordings.orders as ShopOrder[]).filter((order) => kinds === 'all' || order.id === GUEST);
  const recordedRefunds = recordings['order-refunds'] as Record<string, ShopRefund[]>;
  const templateOf = (id: number) => recorded[id % recorded.length] as ShopOrder;
  const exists = (id: number) => id >= first && id < first + count;
  const order = (id: number): ShopOrder => {
    const template = templateOf(id);
    const refunds = refundsOf(id).map((refund) => ({ id: refund.id, reason: '', total: `-${refund.amount}` }));
    const meta_data = [...template.meta_data, ...meta];
    return { ...template, id, number: String(id), refunds, meta_data };
  };
  const refundsOf = (id: number): ShopRefund[] =>
    (recordedRefunds[templateOf(id).id] ?? []).map((refund, n) => ({ ...refund, id: REFUND_IDS_FROM + id * 10 + n }));
  const every = () => Array.from({ length: count }, (_, n) => order(first + n));
  const lists: Record<string, () => RecordedRow[]> = {
    orders: every,
    refunds: () => every().flatMap(({ id }) => refundsOf(id).map((refund) => ({ ...refund, parent_id: id }))),
    products: () => recordings.products as RecordedRow[],
    'products/categories': () => recordings.categories as RecordedRow[],
    customers: () => recordings.customers as RecordedRow[],
    taxes: () => recordings.taxes as RecordedRow[],
  };

  function answer(path: string, query: Query): { status: number; body: unknown } {
    const list = lists[path];
    if (list) return { status: 200, body: listRows(list(), query).rows };
    const [, route = '', id = '', below] = /^([a-z/]+)\/(\d+)(?:\/(refunds))?$/.exec(path) ?? [];
    if (route === 'orders' && exists(Number(id))) {
      return { status: 200, body: below ? listRows(refundsOf(Number(id)), query).rows : chooseFields(order(Number(id)), query) };
    }
    const row = route === 'orders' ? undefined : lists[route]?.().find((candidate) => String(candidate.id) === id);
    if (row) return { status: 200, body: chooseFields(row, query) };
    const code = route === 'orders' ? 'woocommerce_rest_shop_order_invalid_id' : 'rest_no_route';
    return { status: 404, body: { code, message: 'Invalid ID.', data: { status: 404 } } };
  }

  const server = createServer((request, response) => {
    request.resume();
    setTimeout(() => reply(request, response, answer), answerMs);
  });
  server.keepAliveTimeout = 60_000;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    restKey: { consumerKey: 'ck_endless', consumerSecret: 'cs_endless' },
    order,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const REST = '/wp-json/wc/v3/';

function reply(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (path: string, query: Query) => { status: number; body: unknown },
): void {
  const url = new URL(request.url ?? '', `http://${request.headers.host}`);
  const home = url.origin;
  const query = Object.fromEntries([...url.searchParams].filter(([name]) => !name.startsWith('oauth_')));
  const { status, body } = url.pathname.startsWith(REST)
    ? answer(url.pathname.slice(REST.length), query)
    : // The plugin's outbox: everything has been sent already.
      { status: 200, body: { site: home, objects: [], payments: [] } };
  const text = JSON.stringify(body);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}
