import { ADMIN_ROUTES } from '../../../sidecar/http/admin-contract.ts';
import { customersHandlers } from './customers-model.ts';
import { type Model, model, newOrder, summaryOf } from './fixtures.ts';
import { reconcileHandlers } from './mock-reconcile.ts';
import { referenceHandlers } from './mock-references.ts';
import { rulesHandlers } from './mock-rules.ts';

/** One request as it reached the API, after the contract's schema read its body. */
export interface Received {
  method: string;
  /** Below the namespace, without the query. */
  path: string;
  query: Record<string, string>;
  body: unknown;
}
export interface Reply {
  status: number;
  /** JSON, or text as it is. */
  body: unknown;
  /** Answer only after this: for the loading views. */
  afterMs?: number;
}
export type Handlers = Record<string, (request: Received, part: string) => unknown>;

export const fault = (status: number, code: string, message: string, action = '', fields?: Record<string, string>): Reply => ({
  status,
  body: { error: { code, message, action, ...(fields && { fields }) } },
});

/**
 * The sidecar's admin API over a model in memory. Requests that the contract does not allow are refused, and answers that it does
 * not describe throw: the page is tested against the contract, not against this file.
 */
export class MockApi {
  model: Model = model();
  readonly received: Received[] = [];
  /** `GET /overview` -> what to answer instead, until `reset`. */
  readonly instead = new Map<string, Reply>();

  reset(): void {
    this.model = model();
    this.received.length = 0;
    this.instead.clear();
  }

  /** Requests of one route, `POST /orders/:id/replay`. */
  calls(route: string): Received[] {
    return this.received.filter((each) => routeOf(each.method, each.path)?.name === route);
  }

  answer(method: string, path: string, query: Record<string, string>, body: unknown): Reply {
    const request: Received = { method, path, query, body };
    this.received.push(request);
    const route = routeOf(method, path);
    if (!route) return { status: 404, body: { code: 'rest_no_route', message: 'No route was found matching the URL.' } };
    const instead = this.instead.get(route.name);
    if (instead) return instead;
    const { contract } = route;
    if (contract && 'body' in contract) {
      const read = contract.body.safeParse(body);
      if (!read.success) return fault(400, 'request.invalid', read.error.message);
    }
    if (contract && 'query' in contract) {
      const read = contract.query.safeParse(query);
      if (!read.success) return fault(400, 'request.invalid', read.error.message);
    }
    const answered = handlers(this.model)[route.name]?.(request, route.part);
    if (isReply(answered)) return answered;
    return { status: 200, body: contract ? contract.answer.parse(answered) : answered };
  }
}

const isReply = (value: unknown): value is Reply =>
  typeof value === 'object' && value !== null && 'status' in value && 'body' in value;

type Contract = (typeof ADMIN_ROUTES)[number];

function routeOf(method: string, path: string): { name: string; part: string; contract: Contract | null } | null {
  if (path === '/pairing') return { name: `${method} /pairing`, part: '', contract: null };
  for (const contract of ADMIN_ROUTES) {
    if (contract.method !== method) continue;
    const match = new RegExp(`^${contract.path.replace(/:\w+/, '([A-Za-z0-9-]+)')}$`).exec(path);
    if (match) return { name: `${method} ${contract.path}`, part: match[1] ?? '', contract };
  }
  return null;
}

function handlers(now: Model): Handlers {
  const orderOf = (part: string) => now.orders.find(({ orderId }) => orderId === Number(part));
  const withOrder = (part: string, then: (order: Model['orders'][number]) => unknown) => {
    const order = orderOf(part);
    return order ? then(order) : fault(404, 'order.unknown', `Order ${part} is not known`, 'Check the number.');
  };
  return {
    'GET /pairing': () => now.pairing,
    'POST /pairing': ({ body }) => {
      const { sidecarUrl, code } = body as { sidecarUrl: string; code: string };
      if (code !== 'GOOD-CODE')
        return fault(403, 'pairing.wrong_code', 'The pairing code is not the right one', 'Look into the log of the sidecar.');
      now.pairing = { paired: true, sidecarUrl, siteUrl: 'https://shop.example.com' };
      return now.pairing;
    },
    'DELETE /pairing': () => {
      now.pairing = { paired: false, sidecarUrl: null, siteUrl: null };
      return now.pairing;
    },
    'GET /overview': () => now.overview,
    'GET /orders': ({ query }) => {
      const page = Number(query.page ?? 1);
      const perPage = Number(query.perPage ?? 25);
      const wanted = (query.search ?? '').toLowerCase();
      const found = now.orders.filter(
        (order) =>
          (!query.state || order.state === query.state) &&
          (!query.code || order.reason?.code === query.code) &&
          `${order.orderNumber} ${order.customerName} ${order.invoiceNumber}`.toLowerCase().includes(wanted),
      );
      return { orders: found.slice((page - 1) * perPage, page * perPage).map(summaryOf), total: found.length, page, perPage };
    },
    'GET /orders/:id': (_, part) => withOrder(part, (order) => order),
    'POST /orders/:id/dry-run': (_, part) =>
      withOrder(part, (order) => ({
        orderId: order.orderId,
        steps:
          order.state === 'posted'
            ? []
            : [
                { type: 'customer', title: `Find or create the account of ${order.customerName}` },
                {
                  type: 'document',
                  document: {
                    kind: 'invoice',
                    purpose: 'order',
                    number: `WEB-${order.orderId}`,
                    state: 'planned',
                    amount: order.total,
                    currency: order.currency,
                    open: null,
                    oracleId: null,
                    date: '2026-11-23',
                    accountingDate: '2026-11-23',
                    postedAt: null,
                    why: '',
                    lines: [
                      {
                        lineNumber: 1,
                        description: 'Mug, blue',
                        quantity: 1,
                        net: '45.00',
                        tax: '0.00',
                        account: '101-200-41200-2000-000',
                        why: 'Rule “Mugs”',
                      },
                    ],
                  },
                },
                {
                  type: 'action',
                  action: {
                    kind: 'apply-receipt',
                    title: `Apply receipt WEB-${order.orderId}-P1`,
                    amount: order.total,
                    state: 'planned',
                    at: null,
                    accountingDate: null,
                  },
                },
              ],
        blocked: order.state === 'attention' ? order.reason : null,
      })),
    'POST /orders/:id/replay': (_, part) => {
      const known = orderOf(part);
      // An order nobody has heard of is read from the store by a replay.
      if (known) Object.assign(known, { state: 'posting', reason: null });
      else now.orders.push(newOrder(Number(part)));
      return { accepted: 1 };
    },
    'POST /orders/:id/skip': ({ body }, part) =>
      withOrder(part, (order) => {
        order.state = 'excluded';
        order.reason = { code: 'order.skipped', message: `Skipped: ${(body as { reason: string }).reason}`, action: '' };
        return { accepted: 1 };
      }),
    'POST /orders/:id/decide': (_, part) =>
      withOrder(part, (order) => {
        order.state = 'posting';
        order.reason = null;
        return { accepted: 1 };
      }),
    'POST /orders/:id/settle-overpayment': ({ body }, part) =>
      withOrder(part, (order) => {
        const { amount } = body as { amount: string };
        if (Number(amount) > Number(order.overpayment)) {
          return fault(
            409,
            'overpayment.too_much',
            `Order ${order.orderNumber} has ${order.overpayment} of overpayment.`,
            'Enter at most that amount.',
          );
        }
        order.overpayment = '0.00';
        return { accepted: 1 };
      }),
    'GET /settlements/waiting': () => now.waitingSettlements,
    'POST /settlements/settle-waiting': ({ body }) => {
      const { gateway } = body as { gateway: string };
      const { gateways } = now.waitingSettlements;
      now.waitingSettlements = { gateways: gateways.filter((each) => each.gateway !== gateway) };
      return { accepted: gateways.find((each) => each.gateway === gateway)?.orders ?? 0 };
    },
    'POST /orders/replay-cause': ({ body }) => {
      const { code } = body as { code: string };
      if (code === 'lane.closed') {
        const { orders } = now.overview.heldBack;
        now.overview = { ...now.overview, heldBack: { orders: 0, lanes: [] } };
        return { accepted: orders };
      }
      const cause = now.overview.causes.find((each) => each.code === code);
      now.overview = { ...now.overview, causes: now.overview.causes.filter((each) => each.code !== code) };
      return { accepted: cause?.orders ?? 0 };
    },
    'GET /order-states': ({ query }) => ({
      states: (query.ids ?? '').split(',').flatMap((id) => {
        const order = orderOf(id);
        return order
          ? [
              {
                orderId: order.orderId,
                state: order.state,
                invoiceNumber: order.invoiceNumber,
                message: order.reason?.message ?? '',
              },
            ]
          : [];
      }),
    }),
    ...rulesHandlers(now),
    'POST /rules/try': ({ body }) => {
      const { orderId, rules } = body as { orderId: number; rules?: Model['rules']['rules'] };
      return withOrder(String(orderId), () => ({
        orderId,
        traces: [
          {
            kind: 'revenue',
            line: 'Mug, blue (MUG-BLUE)',
            result: '101-200-41200-2000-000',
            ruleId: 'rule-mugs',
            ruleName: (rules ?? now.rules.rules).find(({ id }) => id === 'rule-mugs')?.name ?? 'Mugs',
            matched: { sku: 'MUG-BLUE' },
            nearly: [{ ruleId: 'rule-rest', ruleName: 'Everything else', why: 'matched too, but is less specific' }],
          },
          {
            kind: 'tax',
            line: 'Mug, blue (MUG-BLUE)',
            result: 'US SALES TAX / CA STATE 7.25',
            ruleId: 'rule-ca',
            ruleName: 'California',
            matched: { taxRateId: '1' },
            nearly: [],
          },
          { kind: 'fee', line: 'Gift wrap', result: 'no account', ruleId: null, ruleName: '', matched: {}, nearly: [] },
        ],
        blocked: {
          code: 'rules.no_account',
          message: 'No GL account for the fee “Gift wrap”',
          action: 'Add a rule of kind Fee.',
        },
      }));
    },
    'GET /audit': ({ query }) => {
      const found = now.audit.filter(
        (entry) =>
          (query.kind === 'all' || (entry.system === 'oracle' && entry.method !== 'GET')) &&
          (!query.orderId || entry.orderId === Number(query.orderId)) &&
          (!query.document || entry.document === query.document) &&
          (!query.result || (entry.outcome === 'ok') === (query.result === 'ok')) &&
          (!query.before || entry.seq < Number(query.before)),
      );
      const limit = Number(query.limit ?? 50);
      const entries = found.slice(0, limit).map(({ request: _q, response: _r, hash: _h, previousHash: _p, ...entry }) => entry);
      return { entries, nextBefore: found.length > limit ? (entries.at(-1)?.seq ?? null) : null };
    },
    'GET /audit/:seq': (_, part) =>
      now.audit.find(({ seq }) => seq === Number(part)) ?? fault(404, 'audit.unknown', `There is no entry ${part}`),
    'GET /audit/verify': () => ({ ok: true, rows: 48_211, head: 'a9f3c2'.padEnd(64, '0'), firstBad: null }),
    'GET /audit/csv': () => 'seq,at,order\n505,2026-11-23T05:00:00Z,1042\n',
    'GET /connections': () => now.connections,
    'PUT /connections/store': ({ body }) => {
      now.connections = { ...now.connections, store: withSecrets(now.connections.store, body as object) };
      return now.connections;
    },
    'PUT /connections/oracle': ({ body }) => {
      now.connections = { ...now.connections, oracle: withSecrets(now.connections.oracle, body as object) };
      return now.connections;
    },
    'PUT /connections/setup': ({ body }) => {
      const { baseVersion, setup } = body as { baseVersion: number; setup: NonNullable<Model['connections']['setup']> };
      if (baseVersion !== now.connections.setupVersion)
        return fault(409, 'setup.version', 'Another version was saved in between');
      now.connections = { ...now.connections, setup, setupVersion: baseVersion + 1 };
      return { ...now.connections, released: now.waitForSetup };
    },
    'PUT /connections/mode': ({ body }) => {
      const { mode } = body as { mode: 'live' | 'simulation' };
      now.connections = { ...now.connections, mode };
      now.overview = { ...now.overview, mode, modeReason: mode === 'live' ? null : 'Switched off by admin.' };
      return now.connections;
    },
    'PUT /connections/poll': ({ body }) => {
      now.connections = { ...now.connections, poll: body as { everyMinutes: number } };
      return now.connections;
    },
    'POST /connections/store/test': () => ({
      findings: [{ ok: true, code: 'store.ok', message: 'WooCommerce 10.5.2 answers, the key may read', action: '' }],
    }),
    'POST /connections/oracle/test': () => ({
      findings: [
        { ok: true, code: 'oracle.token', message: 'A token was granted', action: '' },
        {
          ok: false,
          code: 'oracle.missing_privilege',
          message: 'The user may not create standard receipts',
          action: 'Give it the privilege Create Receivables Receipt, in the Security Console.',
        },
      ],
    }),
    'POST /sweeps': () => ({ accepted: 3 }),
    ...referenceHandlers(now),
    ...customersHandlers(now),
    ...reconcileHandlers(now),
    'GET /catalogue': () => now.catalogue,
  };
}

/** A secret that was typed becomes "set"; an empty one stays as it was. */
function withSecrets<T extends object>(saved: T, edits: object): T {
  const next = { ...saved } as Record<string, unknown>;
  for (const [name, value] of Object.entries(edits)) {
    const before = next[name];
    if (typeof before === 'object' && before !== null && 'hint' in before) {
      if (value !== '') next[name] = { set: true, source: 'stored', hint: `…${String(value).slice(-4)}` };
    } else next[name] = value;
  }
  return next as T;
}
