import type { z } from 'zod';
import type { OrderWork } from '../apply/order-work.ts';
import { orderTraces } from '../apply/rule-answers.ts';
import { isRulesRow } from '../apply/rules-record.ts';
import { skipRefusal } from '../apply/skipping.ts';
import type { ShopCatalogue } from '../capture/ports.ts';
import type { Pairing } from '../connections/pairing.ts';
import type { SettingsService } from '../connections/settings.ts';
import { bookOf } from '../derive/rules.ts';
import { EXCLUDED_BY_PERSON } from '../derive/target-state.ts';
import { dayIn } from '../domain/dates.ts';
import { nextDay, startOfDayMs } from '../domain/days.ts';
import { err, type Result } from '../domain/failures.ts';
import { formatMinor, minor, parseMinorUnits, ZERO } from '../domain/money.ts';
import { SETTLE_OVERPAYMENT, settleChoice } from '../domain/set-aside.ts';
import { settlementFor } from '../domain/setup.ts';
import { ORDER_STATES } from '../domain/states.ts';
import type { StoredAuditRow } from '../store/audit.ts';
import type { Store } from '../store/store.ts';
import type {
  ADMIN_ROUTES,
  AuditDetail,
  AuditQuerySchema,
  Connections,
  DecisionSchema,
  FindingSchema,
  OrderQuerySchema,
  Overview,
  ReplayCauseSchema,
  ReplayOrdersSchema,
  SaveModeSchema,
  SaveOracleSchema,
  SavePollSchema,
  SaveSetupSchema,
  SaveStoreSchema,
  SkipSchema,
  SweepSchema,
  TryRulesSchema,
} from './admin-contract.ts';
import type { AdminRequest } from './admin-request.ts';
import { changedMeanwhile, HttpProblem, unwrap } from './api-error.ts';
import { csvOf } from './csv.ts';
import { type CustomersServices, customersHandlers } from './customers-api.ts';
import type { SettleOverpaymentSchema, SettleWaitingSchema } from './money-contract.ts';
import { laneView, waitingSettlements } from './money-views.ts';
import { type ReconcileServices, reconcileHandlers } from './reconcile-api.ts';
import { type ReferenceServices, referenceHandlers } from './reference-api.ts';
import { type RulesServices, rulesHandlers } from './rules-api.ts';
import {
  actionView,
  auditEntry,
  documentView,
  dryRunView,
  failureView,
  identityView,
  iso,
  orderSummary,
  reasonView,
  recordedTraces,
  traceViews,
} from './views.ts';

export interface AdminServices extends RulesServices, ReferenceServices, CustomersServices, ReconcileServices {
  store: Store;
  settings: SettingsService;
  pairing: Pairing;
  orders: OrderWork;
  testStore: () => Promise<z.infer<typeof FindingSchema>[]>;
  testOracle: () => Promise<z.infer<typeof FindingSchema>[]>;
  catalogue: () => Promise<Result<ShopCatalogue>>;
  sweep: (name: z.infer<typeof SweepSchema>['sweep']) => Promise<Result<number>>;
  health: () => Overview['health'];
  nowMs: () => number;
}

type Route = (typeof ADMIN_ROUTES)[number];
export type AdminHandlers = { [R in Route as `${R['method']} ${R['path']}`]: (request: AdminRequest) => unknown };

/** One handler per route of the contract; server.ts parses, calls, replies. */
export function adminHandlers(services: AdminServices): AdminHandlers {
  const { store, settings, orders, nowMs } = services;
  const accepted = (n: number) => ({ accepted: n });

  const replay = async (ids: readonly number[]) => {
    await store.write(() => {
      for (const id of ids) store.jobs.mark('order', id, nowMs());
    });
    return accepted(ids.length);
  };

  const replayByHand = async (ids: readonly number[], actor: string) => {
    await store.write(() => {
      for (const id of ids) {
        store.orders.know(id, nowMs());
        // Whoever replays an order that was skipped wants it back.
        if (store.orders.get(id)?.reason?.code === EXCLUDED_BY_PERSON)
          store.orders.decide(id, 'exclude', 'no', '', actor, nowMs());
      }
    });
    return replay(ids);
  };

  return {
    'GET /overview': () => overview(services),
    'GET /orders': ({ query }) => {
      const { state, code, search, page, perPage } = query as z.infer<typeof OrderQuerySchema>;
      const { rows, total } = store.orders.list({
        ...(state && { state }),
        ...(code && { code }),
        ...(search && { search }),
        limit: perPage,
        offset: (page - 1) * perPage,
      });
      const invoices = store.documents.invoiceNumbers(rows.map((row) => row.orderId));
      return { orders: rows.map((row) => orderSummary(row, invoices.get(row.orderId) ?? null)), total, page, perPage };
    },
    'GET /orders/:id': async ({ params }) => {
      const id = orderId(params);
      const record = known(store, id);
      const documents = store.documents.ofOrder(id);
      const refused = skipRefusal(record, documents, store.documents.actionsOf(id));
      const identity = await orders.identity(id);
      return {
        ...orderSummary(record, documents.find((document) => document.kind === 'invoice')?.number ?? null),
        documents: documents.map(documentView),
        actions: store.documents.actionsOf(id).map((action) => actionView(action, record.decimals)),
        notes: orders.notes(id),
        skipRefused: refused && failureView(refused),
        overpayment: formatMinor(orders.overpayment(id), record.decimals),
        identity: identity && identityView(identity, record.decimals),
        timeline: store.audit.list({ orderId: id, limit: 200 }).map(auditEntry),
      };
    },
    'POST /orders/:id/dry-run': async ({ params }) => {
      const id = orderId(params);
      return dryRunView(id, unwrap(await orders.foresee(id)));
    },
    'POST /orders/:id/replay': ({ params, actor }) => replayByHand([orderId(params)], actor),
    'POST /orders/replay': ({ body, actor }) => replayByHand((body as z.infer<typeof ReplayOrdersSchema>).orderIds, actor),
    'POST /orders/:id/skip': async ({ params, body, actor }) => {
      const id = orderId(params);
      const record = known(store, id);
      const { reason } = body as z.infer<typeof SkipSchema>;
      await store.write(() => {
        // In the same transaction as the decision: work on the order may have posted a document a moment ago.
        const refused = skipRefusal(record, store.documents.ofOrder(id), store.documents.actionsOf(id));
        if (refused) unwrap(err(refused));
        store.orders.decide(id, 'exclude', 'yes', reason, actor, nowMs());
        store.jobs.mark('order', id, nowMs());
      });
      return accepted(1);
    },
    'POST /orders/:id/decide': async ({ params, body, actor }) => {
      const id = orderId(params);
      const record = known(store, id);
      const { question, choice, note } = body as z.infer<typeof DecisionSchema>;
      const asked = record.reason?.question;
      if (asked?.id !== question || !asked.choices.some((candidate) => candidate.id === choice)) {
        throw new HttpProblem(
          409,
          'decision.not_asked',
          `Order ${record.number} does not ask "${question}" with the choice "${choice}" now.`,
          {
            action: 'Reload the order: it may have changed meanwhile.',
          },
        );
      }
      await store.write(() => {
        store.orders.decide(id, question, choice, note, actor, nowMs());
        store.jobs.mark('order', id, nowMs());
      });
      return accepted(1);
    },
    'POST /orders/:id/settle-overpayment': async ({ params, body, actor }) => {
      const id = orderId(params);
      const record = known(store, id);
      const { amount, activity } = body as z.infer<typeof SettleOverpaymentSchema>;
      const wanted = unwrap(parseMinorUnits(amount, record.decimals));
      const left = orders.overpayment(id);
      if (wanted <= 0 || wanted > left) {
        throw new HttpProblem(
          409,
          'overpayment.too_much',
          `Order ${record.number} has ${formatMinor(left, record.decimals)} ${record.currency} of overpayment.`,
          {
            action: 'Enter at most that amount.',
          },
        );
      }
      await store.write(() => {
        store.orders.decide(id, SETTLE_OVERPAYMENT, settleChoice(wanted, activity), '', actor, nowMs());
        store.jobs.mark('order', id, nowMs());
      });
      return accepted(1);
    },
    'POST /orders/replay-cause': async ({ body }) => {
      const { code } = body as z.infer<typeof ReplayCauseSchema>;
      if (!HELD_BY_LANE.has(code)) return replay(store.orders.withReason(code));
      await store.write(() => store.lanes.reopen(nowMs()));
      return replay(heldByLane(store));
    },
    'GET /settlements/waiting': () => waitingSettlements(store.documents.waitingSettlements(), settings.setup()),
    'POST /settlements/settle-waiting': async ({ body }) => {
      const { gateway } = body as z.infer<typeof SettleWaitingSchema>;
      const setup = settings.setup();
      const choice = setup && settlementFor(setup, gateway);
      if (!choice || choice.settlement === 'unapplied') {
        throw new HttpProblem(409, 'settlement.not_chosen', `The set-up leaves the refund money of "${gateway}" unapplied.`, {
          action: 'Choose another settlement for the gateway first.',
        });
      }
      const waiting = await store.write(() => store.documents.settleWaiting(gateway, choice.settlement, choice.activity ?? null));
      return replay(waiting);
    },
    'GET /order-states': ({ query }) => {
      const ids = String((query as { ids?: string }).ids ?? '')
        .split(',')
        .map(Number)
        .filter((id) => Number.isSafeInteger(id) && id > 0)
        .slice(0, 200);
      const invoices = store.documents.invoiceNumbers(ids);
      return {
        states: ids.flatMap((id) => {
          const record = store.orders.get(id);
          return record
            ? [
                {
                  orderId: id,
                  state: record.state,
                  invoiceNumber: invoices.get(id) ?? null,
                  message: record.reason?.message ?? '',
                },
              ]
            : [];
        }),
      };
    },
    ...rulesHandlers(services),
    'POST /rules/try': async ({ body }) => {
      const { orderId: id, rules } = body as z.infer<typeof TryRulesSchema>;
      const set = rules ? { version: 0, rules } : settings.rules();
      const foreseen = unwrap(await orders.foresee(id, set, 'whole'));
      const setup = settings.setup();
      const ofOrder = setup ? orderTraces(foreseen.order, setup, bookOf(set)) : [];
      return {
        orderId: id,
        traces: traceViews(foreseen, ofOrder),
        blocked: foreseen.blocked ? failureView(foreseen.blocked) : null,
      };
    },
    'GET /audit': ({ query }) => {
      const filter = auditFilter(query as z.infer<typeof AuditQuerySchema>, services);
      const entries = store.audit.list(filter).map(auditEntry);
      return { entries, nextBefore: entries.length === filter.limit ? (entries.at(-1)?.seq ?? null) : null };
    },
    'GET /audit/verify': () => {
      const verdict = store.audit.verify();
      return { ok: verdict.firstBad === null, ...verdict };
    },
    'GET /audit/csv': ({ query }) => {
      const filter = auditFilter({ ...(query as z.infer<typeof AuditQuerySchema>), limit: 200 }, services);
      return csvOf(store.audit.list({ ...filter, limit: CSV_ROWS }).map(auditEntry));
    },
    'GET /audit/:seq': ({ params }) => {
      const row = store.audit.get(Number(params.seq));
      if (!row) throw new HttpProblem(404, 'audit.not_found', `The audit trail has no row ${params.seq}.`);
      const { request, response, hash, previousHash } = row;
      return { ...auditEntry(row), request, response, hash, previousHash, rules: rulesBehind(store, row) };
    },
    'GET /connections': () => connections(services),
    'PUT /connections/store': async ({ body, actor }) => {
      await settings.saveConnection('store', body as z.infer<typeof SaveStoreSchema>, actor);
      return connections(services);
    },
    'PUT /connections/oracle': async ({ body, actor }) => {
      await settings.saveConnection('oracle', body as z.infer<typeof SaveOracleSchema>, actor);
      return connections(services);
    },
    'PUT /connections/setup': async ({ body, actor }) => {
      const { baseVersion, setup } = body as z.infer<typeof SaveSetupSchema>;
      const twice = setup.settlements.find((row) => row.settlement === 'payables' && row.refundsItself);
      if (twice) {
        throw new HttpProblem(
          400,
          'setup.pays_twice',
          `"${twice.gateway}" returns the money itself: Payables would pay the customer a second time.`,
          {
            fields: { 'setup.settlements': 'Choose "clearing" or "unapplied" for a gateway that refunds itself.' },
          },
        );
      }
      if (!(await settings.saveSetup(setup, baseVersion, actor))) throw changedMeanwhile('set-up');
      // What waited for the set-up alone goes on by itself.
      await replay(WAIT_FOR_SETUP.flatMap((code) => store.orders.withReason(code)));
      return connections(services);
    },
    'PUT /connections/mode': async ({ body, actor }) => {
      const { mode } = body as z.infer<typeof SaveModeSchema>;
      await settings.saveMode({ mode, reason: mode === 'simulation' ? `Switched on by ${actor}.` : null }, actor);
      if (mode === 'live') await replay(store.orders.withReason('mode.simulation'));
      return connections(services);
    },
    'PUT /connections/poll': async ({ body, actor }) => {
      await settings.savePollMinutes((body as z.infer<typeof SavePollSchema>).everyMinutes, actor);
      return connections(services);
    },
    'POST /connections/store/test': async () => ({ findings: await services.testStore() }),
    'POST /connections/oracle/test': async () => ({ findings: await services.testOracle() }),
    'POST /sweeps': async ({ body }) => accepted(unwrap(await services.sweep((body as z.infer<typeof SweepSchema>).sweep))),
    ...referenceHandlers(services),
    ...customersHandlers(services),
    ...reconcileHandlers(services),
    'GET /catalogue': async () => {
      const { categories, taxRates, gateways, shippingMethods } = unwrap(await services.catalogue());
      return { categories, taxRates, gateways, shippingMethods };
    },
  };
}

const WAIT_FOR_SETUP = ['setup.missing', 'business_unit.unknown', 'business_unit.gone'];

/** Reasons behind which a lane is closed: who replays such an order says that the cause is mended. */
const HELD_BY_LANE = new Set(['lane.closed', 'document.amount_differs']);

/** The order whose document came back wrong, and those that wait behind it. */
const heldByLane = (store: AdminServices['store']): number[] => [
  ...new Set([...HELD_BY_LANE].flatMap((code) => store.orders.withReason(code))),
];

/** A spreadsheet opens this many rows without trouble; a narrower filter gives the rest. */
const CSV_ROWS = 50_000;

function overview({ store, settings, health, nowMs }: AdminServices): Overview {
  const timeZone = settings.setup()?.timeZone ?? 'UTC';
  const today = dayIn(timeZone, iso(nowMs()));
  const posted = store.documents.postedBetween(startOfDayMs(timeZone, today), nowMs() + 1);
  const currencies = [...new Set(posted.map((row) => row.currency))].sort();
  const counts = store.orders.counts();
  const mode = settings.mode();
  const { rows } = store.orders.list({ limit: 10, offset: 0 });
  const invoices = store.documents.invoiceNumbers(rows.map((row) => row.orderId));
  return {
    mode: mode.mode,
    modeReason: mode.reason,
    counts: Object.fromEntries(ORDER_STATES.map((state) => [state, counts[state] ?? 0])) as Overview['counts'],
    today: {
      day: today,
      posted: currencies.map((currency) => {
        const of = (kind: string) => posted.find((row) => row.currency === currency && row.kind === kind);
        const money = (row: ReturnType<typeof of>) =>
          formatMinor(row ? minor(row.amount) : ZERO, posted.find((any) => any.currency === currency)?.decimals ?? 2);
        const [invoices, receipts, memos] = [of('invoice'), of('receipt'), of('credit-memo')];
        return {
          currency,
          invoices: invoices?.documents ?? 0,
          invoiced: money(invoices),
          receipts: receipts?.documents ?? 0,
          received: money(receipts),
          creditMemos: memos?.documents ?? 0,
          credited: money(memos),
        };
      }),
    },
    heldBack: {
      orders: heldByLane(store).length,
      lanes: store.lanes.closed().map((lane) => laneView(lane, store.documents)),
    },
    causes: store.orders.causes(20).map((cause) => ({
      code: cause.code,
      state: cause.state,
      message: cause.reason.message,
      action: reasonView(cause.reason).action,
      orders: cause.orders,
      asks: cause.reason.question !== undefined,
      sampleOrderIds: cause.sample,
    })),
    recent: rows.map((row) => orderSummary(row, invoices.get(row.orderId) ?? null)),
    health: health(),
  };
}

function connections({ settings, pairing }: AdminServices): Connections {
  const shop = settings.storeConnection();
  const oracle = settings.oracleConnection();
  const paired = pairing.paired();
  return {
    pairing: { paired: paired !== null, siteUrl: paired?.siteUrl ?? null, pairedAt: paired ? iso(paired.pairedAtMs) : null },
    store: {
      url: shop.url,
      auth: shop.auth,
      consumerKey: settings.secretView('store.consumerKey'),
      consumerSecret: settings.secretView('store.consumerSecret'),
      webhookSecret: settings.secretView('store.webhookSecret'),
    },
    oracle: {
      ...oracle,
      clientSecret: settings.secretView('oracle.clientSecret'),
      password: settings.secretView('oracle.password'),
    },
    setup: settings.setup(),
    setupVersion: settings.setupVersion(),
    poll: { everyMinutes: settings.pollMinutes() },
    mode: settings.mode().mode,
    fromEnvironment: settings.fromEnvironment(),
  };
}

function auditFilter(query: z.infer<typeof AuditQuerySchema>, { settings }: AdminServices) {
  const timeZone = settings.setup()?.timeZone ?? 'UTC';
  return {
    ...(query.from && { fromMs: startOfDayMs(timeZone, query.from) }),
    ...(query.to && { toMs: startOfDayMs(timeZone, nextDay(query.to)) }),
    ...(query.orderId && { orderId: query.orderId }),
    ...(query.document && { document: query.document }),
    ...(query.result && { result: query.result }),
    writes: query.kind === 'writes',
    ...(query.before && { before: query.before }),
    limit: query.limit,
  };
}

function orderId(params: Record<string, string>): number {
  const id = Number(params.id);
  if (!Number.isSafeInteger(id) || id <= 0) throw new HttpProblem(400, 'order.bad_id', `"${params.id}" is not an order id.`);
  return id;
}

function known(store: Store, id: number) {
  const record = store.orders.get(id);
  if (!record) {
    throw new HttpProblem(404, 'order.unknown', `AR Bridge has not heard of order ${id} yet.`, {
      action: 'Replay it to read it from the store.',
    });
  }
  return record;
}

/** Rows of one document between its intent and an attempt to send it: one per look-up while an answer is in doubt. */
const ROWS_BETWEEN = 50;

/** What the rules had chosen for a document when it was sent; for other rows nothing. */
function rulesBehind(store: Store, row: StoredAuditRow): AuditDetail['rules'] {
  const { document, method, seq } = row;
  if (document === null) return null;
  const sent = row.system === 'oracle' && method === 'POST' && row.operation.startsWith('create ');
  const kept = isRulesRow(row)
    ? row
    : sent
      ? store.audit.list({ document, before: seq, limit: ROWS_BETWEEN }).find(isRulesRow)
      : undefined;
  const body = kept && store.audit.get(kept.seq)?.request;
  return kept && body ? { seq: kept.seq, traces: recordedTraces(body, document) } : null;
}
