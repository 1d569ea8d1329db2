import type { AddressInfo } from 'node:net';
import express, { type Express, type Request, type Response } from 'express';
import type { DemoOrder, DemoRefund } from './demo-orders.ts';
import {
  chooseFields,
  InvalidParameter,
  listRows,
  NotRecorded,
  type Query,
  type RecordedRow,
  refuseUnknown,
} from './recorded-lists.ts';
import { readRecordings } from './recording.ts';
import type { RestKey } from './rest-client.ts';

/** A WooCommerce that only remembers: the recorded answers of the demo's shop, over HTTP. */
export interface RecordedStore extends AsyncDisposable {
  url: string;
  restKey: RestKey;
  /** What was placed and refunded when it was recorded, in its final state. */
  orders: DemoOrder[];
  refunds: DemoRefund[];
  close(): Promise<void>;
}

type Recordings = ReturnType<typeof readRecordings>;
type Answer = { status: number; body: unknown; headers?: Record<string, string> };

/**
 * Serves the recordings as WooCommerce REST v3, to be read with `restKey` over OAuth 1.0a or Basic: the key is looked at, the
 * signature is not. Reading only; what was not recorded answers 501 and says so, in place of a guess.
 *
 * In     asOf  dates move by whole days so that the newest falls on the day before; null leaves them as recorded
 */
export async function startRecordedStore({ asOf = new Date() }: { asOf?: Date | null } = {}): Promise<RecordedStore> {
  const restKey = { consumerKey: 'ck_recorded', consumerSecret: 'cs_recorded' };
  const app = express();
  const server = app.listen(0, '127.0.0.1');
  await new Promise<void>((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const recordings = readRecordings(url, asOf);
  serve(app, recordings, restKey);
  const close = () =>
    new Promise<void>((resolve) => {
      server.close(() => resolve());
      server.closeAllConnections();
    });
  return { url, restKey, ...recordings.demo, close, [Symbol.asyncDispose]: close };
}

function serve(app: Express, recordings: Recordings, restKey: RestKey): void {
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.get('/wp-json/', (request, response) => send(response, () => one(recordings.index as object, queryOf(request))));
  app.use('/wp-json/wc/v3', (request, response) =>
    send(response, () => {
      if (!mentionsKey(request, restKey))
        return refusal(401, 'woocommerce_rest_cannot_view', 'Sorry, you cannot list resources.');
      if (request.method !== 'GET') throw new NotRecorded(`${request.method} calls; the recorded store can only be read`);
      return answer(recordings, request.path, queryOf(request));
    }),
  );
  app.use((_request, response) =>
    send(response, () => refusal(404, 'rest_no_route', 'No route was found matching the URL and request method.')),
  );
}

function send(response: Response, reply: () => Answer): void {
  let answered: Answer;
  try {
    answered = reply();
  } catch (error) {
    if (error instanceof InvalidParameter)
      answered = refusal(400, 'rest_invalid_param', `Invalid parameter(s): ${error.message}`);
    else if (error instanceof NotRecorded)
      answered = refusal(501, 'recorded_store', `The recorded store does not hold ${error.message}.`);
    else throw error;
  }
  response
    .status(answered.status)
    .set(answered.headers ?? {})
    .json(answered.body);
}

function answer(recordings: Recordings, path: string, query: Query): Answer {
  const rows = (name: keyof Recordings) => recordings[name] as RecordedRow[];
  const by = (name: keyof Recordings, id: string) => (recordings[name] as Record<string, RecordedRow[]>)[id];
  const allVariations = Object.values(recordings.variations as Record<string, RecordedRow[]>).flat();
  const routes: [RegExp, (...ids: string[]) => Answer][] = [
    [/^\/orders$/, () => list(rows('orders'), query)],
    [/^\/orders\/(\d+)$/, (id) => row(rows('orders'), id, query, 'woocommerce_rest_shop_order_invalid_id')],
    [/^\/orders\/(\d+)\/refunds$/, (id) => listOf(by('order-refunds', id), query, 'woocommerce_rest_invalid_order_id')],
    [
      /^\/orders\/(\d+)\/refunds\/(\d+)$/,
      (order, id) => row(by('order-refunds', order) ?? [], id, query, 'woocommerce_rest_shop_order_refund_invalid_id'),
    ],
    [/^\/refunds$/, () => list(rows('refunds'), query)],
    [/^\/products$/, () => list(rows('products'), query)],
    [/^\/products\/categories$/, () => list(rows('categories'), query)],
    [/^\/products\/categories\/(\d+)$/, (id) => row(rows('categories'), id, query, 'woocommerce_rest_term_invalid')],
    [
      /^\/products\/(\d+)$/,
      (id) => row([...rows('products'), ...allVariations], id, query, 'woocommerce_rest_product_invalid_id'),
    ],
    [/^\/products\/(\d+)\/variations$/, (id) => listOf(by('variations', id), query, 'woocommerce_rest_product_invalid_id')],
    [
      /^\/products\/(\d+)\/variations\/(\d+)$/,
      (product, id) => row(by('variations', product) ?? [], id, query, 'woocommerce_rest_product_variation_invalid_id'),
    ],
    [/^\/customers$/, () => list(rows('customers'), query)],
    [/^\/customers\/(\d+)$/, (id) => row(rows('customers'), id, query, 'woocommerce_rest_invalid_id')],
    [/^\/taxes$/, () => list(rows('taxes'), query)],
    [/^\/taxes\/classes$/, () => every(recordings['tax-classes'], query)],
    [/^\/taxes\/(\d+)$/, (id) => row(rows('taxes'), id, query, 'woocommerce_rest_invalid_id')],
    [/^\/payment_gateways$/, () => every(recordings['payment-gateways'], query)],
    [/^\/shipping_methods$/, () => every(recordings['shipping-methods'], query)],
    [/^\/shipping\/zones$/, () => every(recordings['shipping-zones'], query)],
    [/^\/settings\/(general|tax)$/, (group) => every(recordings[`settings-${group}` as 'settings-tax'], query)],
    [
      /^\/settings\/(general|tax)\/(\w+)$/,
      (group, id) => row(rows(`settings-${group}` as 'settings-tax'), id, query, 'rest_setting_setting_invalid'),
    ],
    [/^\/data\/currencies\/current$/, () => one(recordings['current-currency'] as object, query)],
    [/^\/system_status$/, () => one(recordings['system-status'] as object, query)],
  ];
  for (const [pattern, reply] of routes) {
    const match = pattern.exec(path);
    if (match) return reply(...match.slice(1));
  }
  throw new NotRecorded(`the route ${path}`);
}

function list(rows: RecordedRow[], query: Query): Answer {
  const { rows: page, total, pages } = listRows(rows, query);
  return { status: 200, body: page, headers: { 'X-WP-Total': String(total), 'X-WP-TotalPages': String(pages) } };
}

function listOf(rows: RecordedRow[] | undefined, query: Query, code: string): Answer {
  return rows ? list(rows, query) : refusal(404, code, 'Invalid ID.');
}

function row(rows: { id: number | string }[], id: string, query: Query, code: string): Answer {
  const found = rows.find((candidate) => String(candidate.id) === id);
  return found ? one(found, query) : refusal(404, code, 'Invalid ID.');
}

function one(body: object, query: Query): Answer {
  refuseUnknown(query);
  return { status: 200, body: chooseFields(body, query) };
}

function every(rows: unknown, query: Query): Answer {
  refuseUnknown(query);
  return { status: 200, body: (rows as object[]).map((entry) => chooseFields(entry, query)) };
}

function refusal(status: number, code: string, message: string): Answer {
  return { status, body: { code, message, data: { status } } };
}

function mentionsKey(request: Request, { consumerKey, consumerSecret }: RestKey): boolean {
  const header = request.get('authorization') ?? '';
  if (header.startsWith('Basic '))
    return Buffer.from(header.slice(6), 'base64').toString() === `${consumerKey}:${consumerSecret}`;
  const query = queryOf(request);
  return header.includes(`oauth_consumer_key="${consumerKey}"`) || query.oauth_consumer_key === consumerKey;
}

function queryOf(request: Request): Query {
  return request.query as Query;
}
