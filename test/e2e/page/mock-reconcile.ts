import type { z } from 'zod';
import type * as api from '../../../sidecar/http/admin-contract.ts';
import type { Model } from './fixtures.ts';
import { fault, type Handlers } from './mock-api.ts';

export interface ReconcileModel {
  view: api.ReconciliationView;
  run: api.RunView;
  rows: api.ReconcileRow[];
  /** Of the rows that differ. */
  orders: api.ComparedOrder[];
  drift: api.Drift[];
}

const MEASURES = ['sales', 'refunds', 'paid', 'open'] as const;
const STORE = ['products', 'shipping', 'fees', 'tax', 'other', 'cancelled', 'refunds', 'returned', 'paid'] as const;
const ORACLE = [
  'invoices',
  'creditMemos',
  'receipts',
  'reversed',
  'applied',
  'unapplied',
  'settled',
  'openInvoices',
  'openCreditMemos',
  'gatewayFees',
] as const;
const money = (cents: number): string => (cents / 100).toFixed(2);

type Sides = Partial<Record<(typeof MEASURES)[number], [number, number]>>;

const sides = (of: Sides): api.ReconcileRow['measures'] =>
  Object.fromEntries(
    MEASURES.map((measure) => {
      const [store, oracle] = of[measure] ?? [0, 0];
      return [measure, { store: money(store), oracle: money(oracle), difference: money(oracle - store) }];
    }),
  ) as api.ReconcileRow['measures'];

function figures(of: Sides, orders: number, reasons: api.ReconcileRow['reasons']) {
  const [sold = 0, invoiced = 0] = of.sales ?? [];
  const [paid = 0, received = 0] = of.paid ?? [];
  const [refunded = 0, credited = 0] = of.refunds ?? [];
  const tax = Math.round(sold * 0.0676);
  const store = { products: sold - tax - 999, shipping: 999, tax, refunds: refunded, paid };
  const oracle = { invoices: invoiced, creditMemos: credited, receipts: received, applied: received };
  const filled = <T extends string>(names: readonly T[], known: Partial<Record<T, number>>) =>
    Object.fromEntries(names.map((name) => [name, money(known[name] ?? 0)])) as Record<T, string>;
  return {
    ...{ businessUnit: 'Northwind US BU', currency: 'USD', orders, reasons },
    store: filled(STORE, store),
    oracle: filled(ORACLE, oracle),
    measures: sides(of),
  };
}

const UNMAPPED = { measure: 'sales', reason: 'unmapped', differences: 1, net: '-59.90' } as const;
const BY_HAND = { measure: 'open', reason: 'changed-in-oracle', differences: 2, net: '0.00' } as const;
const UNKNOWN = { measure: 'sales', reason: 'unknown', differences: 1, net: '-120.00' } as const;

function row(day: number, gateway: string): api.ReconcileRow {
  const sold = 184_250 + day * 731;
  const refunded = day % 4 === 0 ? 5_990 : 0;
  const date = `2026-11-${String(day).padStart(2, '0')}`;
  const of: Sides = { sales: [sold, sold], refunds: [refunded, refunded], paid: [sold, sold] };
  const make = (over: Sides, reasons: api.ReconcileRow['reasons']) => ({
    ...figures({ ...of, ...over }, 14 + (day % 5), reasons),
    ...{ day: date, gateway },
  });
  if (day === 4 && gateway === 'stripe') return make({ sales: [sold, sold - 5_990], paid: [sold, sold - 5_990] }, [UNMAPPED]);
  if (day === 12 && gateway === 'stripe') return make({ open: [0, 0] }, [BY_HAND]);
  if (day === 20 && gateway === '') return make({ sales: [sold, sold - 12_000] }, [UNKNOWN]);
  return make({}, []);
}

/** A month with two gateways, in which three rows differ. */
export function reconcileModel(): ReconcileModel {
  const rows = Array.from({ length: 23 }, (_, n) =>
    ['stripe', n + 1 === 20 ? '' : 'paypal'].map((gateway) => row(n + 1, gateway)),
  ).flat();
  const summary: api.ReconciliationView['runs'][number] = {
    ...{ id: 7, from: '2026-11-01', to: '2026-11-23', oracle: 'live', store: 'fresh', certificate: true, actor: 'kim' },
    ...{ state: 'done', startedAt: '2026-11-23T14:02:00Z', endedAt: '2026-11-23T14:03:10Z' },
  };
  const sold = 9_812_345;
  const totals = [
    figures({ sales: [sold, sold - 17_990], refunds: [59_900, 59_900], paid: [sold, sold - 5_990] }, 712, [
      UNMAPPED,
      BY_HAND,
      UNKNOWN,
    ]),
  ];
  const certificates = [
    {
      ...{ id: 2, from: '2026-10-01', to: '2026-10-31', madeAt: '2026-11-03T09:12:00Z', actor: 'kim' },
      sha256: 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c',
    },
    {
      ...{ id: 1, from: '2026-10-01', to: '2026-10-31', madeAt: '2026-11-02T17:40:00Z', actor: 'kim' },
      sha256: '7d865e959b2466918c9863afca942d0fb89d7c9ac0c99bafc3749504ded97730',
    },
  ];
  return {
    view: {
      runs: [summary, { ...summary, id: 6, from: '2026-10-01', to: '2026-10-31', startedAt: '2026-11-03T09:10:00Z' }],
      certificates,
      nightly: { lastDone: '2026-11-23T06:00:00Z', failed: null },
      ...{ lastRead: '2026-11-23T14:03:00Z', drifted: 1, today: '2026-11-23', timeZone: 'America/New_York' },
    },
    run: {
      ...summary,
      progress: null,
      failure: null,
      result: {
        ...{ readSince: '2026-11-23T14:02:00Z', documents: 1502, missing: 0, drifted: 1, certificateId: 2 },
        ...{ orders: 712, differences: 4, unknown: 1, totals },
        reasons: [
          { reason: 'changed-in-oracle', differences: 2 },
          { reason: 'unmapped', differences: 1 },
          { reason: 'unknown', differences: 1 },
        ],
        ...{ gateways: ['', 'paypal', 'stripe'], currencies: ['USD'], businessUnits: ['Northwind US BU'] },
      },
    },
    rows,
    orders: [differing, alike],
    drift: [drifted, strangers],
  };
}

const differing: api.ComparedOrder = {
  ...{ orderId: 1058, orderNumber: '1058', state: 'attention' },
  measures: sides({ sales: [5_990, 0], paid: [5_990, 0] }),
  entries: [
    { side: 'store', measure: 'sales', figure: 'products', amount: '55.00', ref: 'order 1058' },
    { side: 'store', measure: 'sales', figure: 'tax', amount: '4.90', ref: 'order 1058' },
    { side: 'store', measure: 'paid', figure: 'paid', amount: '59.90', ref: 'payment 58' },
  ],
  differences: (['sales', 'paid'] as const).map((measure) => ({
    ...{ measure, reason: 'unmapped', amount: '-59.90', document: null },
    message: 'No GL account for SKU MUG-BLUE.',
    action: 'Add a rule for the SKU or its category under Rules, then replay the order.',
  })),
};
const alike: api.ComparedOrder = {
  ...{ orderId: 1042, orderNumber: '1042', state: 'posted' },
  measures: sides({ sales: [10_725, 10_725], paid: [10_725, 10_725] }),
  entries: [
    { side: 'store', measure: 'sales', figure: 'products', amount: '107.25', ref: 'order 1042' },
    { side: 'oracle', measure: 'sales', figure: 'invoices', amount: '107.25', ref: 'WEB-1042' },
  ],
  differences: [],
};

const drifted: api.Drift = {
  ...{ orderId: 1042, orderNumber: '1042', fingerprint: '0123456789abcdef', accepted: null },
  ...{ firstSeenAt: '2026-11-22T06:01:00Z', seenAt: '2026-11-23T06:01:00Z' },
  findings: [
    {
      ...{
        document: 'WEB-1042',
        kind: 'invoice',
        oracleId: '300000281734912345',
        aspect: 'open',
        ours: '0.00 USD',
        theirs: '107.25 USD',
      },
      message: 'Something was taken off invoice WEB-1042.',
    },
    {
      ...{
        document: 'WEB-1042-P1',
        kind: 'receipt',
        oracleId: '300000281734912399',
        aspect: 'open',
        ours: '0.00 USD',
        theirs: '107.25 USD',
      },
      message: 'Money of receipt WEB-1042-P1 was unapplied.',
    },
  ],
};
const strangers: api.Drift = {
  ...{ orderId: 0, orderNumber: '', fingerprint: 'fedcba9876543210', accepted: { by: 'kim', at: '2026-11-20T10:00:00Z' } },
  ...{ firstSeenAt: '2026-11-19T06:01:00Z', seenAt: '2026-11-23T06:01:00Z' },
  findings: [
    {
      ...{
        document: 'WEB-990001',
        kind: 'invoice',
        oracleId: '300000281734919999',
        aspect: 'unknown',
        ours: '–',
        theirs: '42.00 USD',
      },
      message: 'Oracle holds WEB-990001, which AR Bridge has no record of.',
    },
  ],
};

export function reconcileHandlers({ reconcile: now }: Model): Handlers {
  const page = (query: Record<string, string>) => ({ page: Number(query.page ?? 1), perPage: Number(query.perPage ?? 25) });
  return {
    'GET /reconcile': () => now.view,
    'POST /reconcile/runs': ({ body }) => {
      const asked = body as z.output<typeof api.StartRunSchema>;
      const id = now.run.id + 1;
      now.run = { ...now.run, ...asked, id, state: 'running', progress: null, result: null, endedAt: null };
      now.view = { ...now.view, runs: [now.run, ...now.view.runs] };
      return { id };
    },
    'GET /reconcile/runs/:id': (_, part) =>
      Number(part) === now.run.id ? now.run : { ...reconcileModel().run, ...now.view.runs.find(({ id }) => id === Number(part)) },
    'GET /reconcile/runs/:id/rows': ({ query }) => {
      const { page: at, perPage } = page(query);
      const found = now.rows.filter(
        (row) =>
          (query.only !== 'differences' || row.reasons.length > 0) &&
          (query.gateway === undefined || row.gateway === query.gateway) &&
          (query.currency === undefined || row.currency === query.currency),
      );
      return { rows: found.slice((at - 1) * perPage, at * perPage), total: found.length, page: at, perPage };
    },
    'GET /reconcile/runs/:id/orders': ({ query }) => {
      const orders = now.orders.filter(({ differences }) => query.only !== 'differences' || differences.length > 0);
      return { orders, total: orders.length, differing: 1, ...page(query) };
    },
    'GET /reconcile/runs/:id/csv': ({ query }) => `${query.what},day\r\n`,
    'GET /reconcile/certificates/:id': (_, part) => {
      const certificate = now.view.certificates.find(({ id }) => id === Number(part));
      return certificate
        ? { ...certificate, html: '<!doctype html><title>Close certificate</title>', data: '{"format":"x"}' }
        : fault(404, 'reconcile.unknown_certificate', `There is no certificate ${part}.`);
    },
    'GET /reconcile/certificates/:id/csv': () => 'section,name\r\n',
    'GET /reconcile/drift': () => ({ orders: now.drift, total: now.drift.length }),
    'POST /reconcile/drift/accept': ({ body }) => {
      const { orderId, fingerprint } = body as z.infer<typeof api.AcceptDriftSchema>;
      const drift = now.drift.find((each) => each.orderId === orderId);
      if (drift?.fingerprint !== fingerprint)
        return fault(422, 'drift.changed_meanwhile', 'What differs in Oracle has changed since this page was loaded.');
      now.drift = now.drift.map((each) =>
        each === drift ? { ...each, accepted: { by: 'admin', at: new Date().toISOString() } } : each,
      );
      return { accepted: 1 };
    },
    'POST /reconcile/drift/put-right': ({ body }) => {
      const { orderId } = body as { orderId: number };
      now.drift = now.drift.filter((each) => each.orderId !== orderId);
      now.view = { ...now.view, drifted: now.drift.length };
      return { undone: 1 };
    },
  };
}
