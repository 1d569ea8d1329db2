import { z } from 'zod';
import { RuleConditionsSchema, RuleSchema } from '../domain/rules.ts';
import { SetupSchema } from '../domain/setup.ts';
import { ORDER_STATES } from '../domain/states.ts';
import { CUSTOMERS_ROUTES } from './customers-contract.ts';
import { SettleOverpaymentSchema, SettleWaitingSchema, WaitingSettlementsSchema } from './money-contract.ts';
import { RECONCILE_ROUTES } from './reconcile-contract.ts';
import { REFERENCE_ROUTES } from './reference-contract.ts';
import { RULES_ROUTES } from './rules-contract.ts';

/**
 * The admin API, as both ends see it: the sidecar parses requests and types its answers with these schemas, the admin page
 * parses answers with them. The plugin's proxy (ar-bridge/v1/...) forwards to /v1/admin/... path for path.
 * Amounts are decimal strings in `currency`; instants are ISO 8601 UTC. Errors: HTTP 4xx/5xx with ApiError.
 */
export const ApiErrorSchema = z.object({
  error: z.object({
    code: z.string(),
    message: z.string(),
    /** What to do. */
    action: z.string().optional(),
    /** Faulty fields by path: `invoice.source` -> message. */
    fields: z.record(z.string(), z.string()).optional(),
  }),
});
export type ApiError = z.infer<typeof ApiErrorSchema>;

const instant = z.string();
const amount = z.string();

/** What each state means is told in domain/states.ts. */
export const OrderStateSchema = z.enum(ORDER_STATES);
export type { OrderState } from '../domain/states.ts';
export { ORDER_STATES };

export const ReasonSchema = z.object({
  code: z.string(),
  message: z.string(),
  action: z.string(),
  /** Oracle's or the store's own words. */
  detail: z.string().optional(),
  question: z.object({ id: z.string(), choices: z.array(z.object({ id: z.string(), label: z.string() })) }).optional(),
});
export type Reason = z.infer<typeof ReasonSchema>;

export const OrderSummarySchema = z.object({
  orderId: z.number(),
  orderNumber: z.string(),
  state: OrderStateSchema,
  reason: ReasonSchema.nullable(),
  storeStatus: z.string(),
  currency: z.string(),
  total: amount,
  customerName: z.string(),
  accountNumber: z.string().nullable(),
  invoiceNumber: z.string().nullable(),
  createdAt: instant,
  updatedAt: instant,
  /** When the queue tries again; null when it does not. */
  nextAttemptAt: instant.nullable(),
});
export type OrderSummary = z.infer<typeof OrderSummarySchema>;

export const DocumentLineViewSchema = z.object({
  lineNumber: z.number(),
  description: z.string(),
  quantity: z.number(),
  net: amount,
  tax: amount,
  account: z.string().nullable(),
  /** One sentence: which rule, why. */
  why: z.string(),
});
export const DocumentViewSchema = z.object({
  kind: z.enum(['invoice', 'receipt', 'credit-memo', 'gateway-fee']),
  purpose: z.string(),
  number: z.string(),
  state: z.enum(['planned', 'sending', 'posted', 'failed']),
  amount,
  currency: z.string(),
  /** Open balance (invoice), unapplied (receipt), open (credit memo), after our own record; null for gateway fees, which have none. */
  open: amount.nullable(),
  oracleId: z.string().nullable(),
  date: z.string(),
  accountingDate: z.string(),
  postedAt: instant.nullable(),
  /** Why its names, its customer and its unit are these: a sentence per rule; empty where no rule chose them. */
  why: z.string(),
  lines: z.array(DocumentLineViewSchema),
});
export type DocumentView = z.infer<typeof DocumentViewSchema>;

export const ActionViewSchema = z.object({
  kind: z.string(),
  /** In words: "Apply receipt WEB-1042-P1 to invoice WEB-1042". */
  title: z.string(),
  amount,
  state: z.enum(['planned', 'sending', 'done', 'undone', 'failed']),
  at: instant.nullable(),
  /** Null where Oracle held it before AR Bridge sent it, or where it was sent before dates were kept. */
  accountingDate: z.iso.date().nullable(),
});

export const IdentitySchema = z.object({
  /** max(0, value - refunds), invoices - credit memos, and their difference. */
  sales: z.object({ store: amount, oracle: amount, difference: amount }),
  /** paid - taken back, receipts - reversals. */
  money: z.object({ store: amount, oracle: amount, difference: amount }),
  /** Open invoices - unapplied receipts - open credit memos against what the store says is still owed. */
  balance: z.object({ store: amount, oracle: amount, difference: amount }),
  /** Where Oracle computes the tax: what it computed more (or less) than the store. Explained, so `holds` does not count it. */
  tax: amount,
  /** Nothing differs but `tax`. */
  holds: z.boolean(),
});

export const AuditEntrySchema = z.object({
  seq: z.number(),
  at: instant,
  orderId: z.number().nullable(),
  document: z.string().nullable(),
  system: z.string(),
  operation: z.string(),
  method: z.string(),
  path: z.string(),
  status: z.number().nullable(),
  durationMs: z.number(),
  /** `ok` or a failure's code. */
  outcome: z.string(),
  oracleIds: z.array(z.string()),
  actor: z.string(),
});
export type AuditEntry = z.infer<typeof AuditEntrySchema>;
export const RuleTraceViewSchema = z.object({
  kind: z.string(),
  line: z.string(),
  result: z.string(),
  ruleId: z.string().nullable(),
  ruleName: z.string(),
  matched: z.record(z.string(), z.string()),
  nearly: z.array(z.object({ ruleId: z.string(), ruleName: z.string(), why: z.string() })),
});
export const AuditDetailSchema = AuditEntrySchema.extend({
  request: z.string().nullable(),
  response: z.string().nullable(),
  hash: z.string(),
  previousHash: z.string(),
  /** Of a document that was sent, and of the row itself that keeps it: what the rules chose, and in which row that stands. Null otherwise. */
  rules: z.object({ seq: z.number(), traces: z.array(RuleTraceViewSchema.extend({ ruleSetVersion: z.number() })) }).nullable(),
});
export type AuditDetail = z.infer<typeof AuditDetailSchema>;

export const OrderDetailSchema = OrderSummarySchema.extend({
  documents: z.array(DocumentViewSchema),
  actions: z.array(ActionViewSchema),
  /** What differs from the store and is not posted, in sentences: a customer reassigned, an address changed. */
  notes: z.array(z.string()),
  /** Why it cannot be left out by hand; null when it can. */
  skipRefused: ReasonSchema.nullable(),
  /** Receipt money that is neither applied nor a refund's, decimal string. */
  overpayment: amount,
  identity: IdentitySchema.nullable(),
  timeline: z.array(AuditEntrySchema),
});
export type OrderDetail = z.infer<typeof OrderDetailSchema>;

export const DryRunSchema = z.object({
  orderId: z.number(),
  /** Steps in the order they would be carried out; empty when Oracle already holds what the store says. */
  steps: z.array(
    z.discriminatedUnion('type', [
      z.object({ type: z.literal('document'), document: DocumentViewSchema }),
      z.object({ type: z.literal('action'), action: ActionViewSchema }),
      z.object({ type: z.literal('customer'), title: z.string() }),
    ]),
  ),
  /** Why it would stop; null when all steps can go out. */
  blocked: ReasonSchema.nullable(),
});
export type DryRun = z.infer<typeof DryRunSchema>;

export const CauseSchema = z.object({
  code: z.string(),
  state: OrderStateSchema,
  message: z.string(),
  action: z.string(),
  orders: z.number(),
  /** Each of them asks a person a question of its own: replaying all changes nothing. */
  asks: z.boolean(),
  sampleOrderIds: z.array(z.number()),
});

export const OverviewSchema = z.object({
  mode: z.enum(['live', 'simulation']),
  /** Why the mode is simulation, in words; null when live. */
  modeReason: z.string().nullable(),
  counts: z.record(OrderStateSchema, z.number()),
  today: z.object({
    day: z.string(),
    /** Documents posted today per currency. */
    posted: z.array(
      z.object({
        currency: z.string(),
        invoices: z.number(),
        invoiced: amount,
        receipts: z.number(),
        received: amount,
        creditMemos: z.number(),
        credited: amount,
      }),
    ),
  }),
  /** Kinds of documents of which the first came back from Oracle over another amount: no other one is sent until a person replays. */
  heldBack: z.object({
    /** Orders that wait for it. */
    orders: z.number(),
    lanes: z.array(
      z.object({
        kind: z.enum(['invoice', 'credit-memo']),
        /** Business unit, transaction source and type, and the tax classifications that the documents name. */
        where: z.string(),
        currency: z.string(),
        /** Whether they carry tax; null where an older database does not tell. */
        taxed: z.boolean().nullable(),
        taxMode: z.enum(['lines', 'oracle', 'account']),
        reason: z.string(),
        at: instant,
        /** The documents that came back wrong, newest first, at most five. */
        documents: z.array(
          z.object({
            orderId: z.number(),
            number: z.string(),
            sent: amount,
            held: amount,
            /** The document that takes it back; null while there is none. */
            mirror: z.string().nullable(),
          }),
        ),
      }),
    ),
  }),
  /** Failures grouped by cause, most orders first. */
  causes: z.array(CauseSchema),
  recent: z.array(OrderSummarySchema),
  health: z.object({
    store: z.object({ ok: z.boolean(), message: z.string(), at: instant.nullable() }),
    oracle: z.object({ ok: z.boolean(), message: z.string(), at: instant.nullable() }),
    lastPollAt: instant.nullable(),
    lastPullAt: instant.nullable(),
    queued: z.number(),
  }),
});
export type Overview = z.infer<typeof OverviewSchema>;

export const TryRulesSchema = z.strictObject({
  orderId: z.int().positive(),
  /** Unsaved rules; absent: the saved ones. */
  rules: z.array(RuleSchema).max(5000).optional(),
});
export const TryRulesResultSchema = z.object({
  orderId: z.number(),
  traces: z.array(RuleTraceViewSchema),
  blocked: ReasonSchema.nullable(),
});
export * from './customers-contract.ts';
export * from './reconcile-contract.ts';
export * from './reference-contract.ts';
export * from './rules-contract.ts';
export { RuleConditionsSchema, RuleSchema, SetupSchema };

export const FindingSchema = z.object({ ok: z.boolean(), code: z.string(), message: z.string(), action: z.string() });
export const SecretFieldSchema = z.object({
  set: z.boolean(),
  source: z.enum(['environment', 'stored', 'none']),
  hint: z.string(),
});
export const ConnectionsSchema = z.object({
  pairing: z.object({ paired: z.boolean(), siteUrl: z.string().nullable(), pairedAt: instant.nullable() }),
  store: z.object({
    url: z.string(),
    auth: z.enum(['basic', 'oauth1']),
    consumerKey: SecretFieldSchema,
    consumerSecret: SecretFieldSchema,
    webhookSecret: SecretFieldSchema,
  }),
  oracle: z.object({
    url: z.string(),
    auth: z.enum(['oauth2', 'basic']),
    tokenUrl: z.string(),
    scope: z.string(),
    clientId: z.string(),
    clientSecret: SecretFieldSchema,
    username: z.string(),
    password: SecretFieldSchema,
    release: z.enum(['26D', '25D']),
  }),
  /** Null until finance has saved it once. */
  setup: SetupSchema.nullable(),
  setupVersion: z.number(),
  poll: z.object({ everyMinutes: z.number() }),
  mode: z.enum(['live', 'simulation']),
  /** Settings that the environment holds and the page therefore cannot change. */
  fromEnvironment: z.array(z.string()),
});
export type Connections = z.infer<typeof ConnectionsSchema>;
/** `released`: orders that waited for something a set-up gives, and are looked at again. */
export const SavedSetupSchema = ConnectionsSchema.extend({ released: z.number() });

const url = z.url({ protocol: /^https?$/ });
/** Absent fields stay as they are; an empty secret stays as it is too. */
export const SaveStoreSchema = z.strictObject({
  url: url.optional(),
  auth: z.enum(['basic', 'oauth1']).optional(),
  consumerKey: z.string().max(200).optional(),
  consumerSecret: z.string().max(200).optional(),
  webhookSecret: z.string().max(200).optional(),
});
export const SaveOracleSchema = z.strictObject({
  url: url.optional(),
  auth: z.enum(['oauth2', 'basic']).optional(),
  tokenUrl: url.optional(),
  scope: z.string().max(500).optional(),
  clientId: z.string().max(200).optional(),
  clientSecret: z.string().max(500).optional(),
  username: z.string().max(200).optional(),
  password: z.string().max(500).optional(),
  release: z.enum(['26D', '25D']).optional(),
});
export const SaveSetupSchema = z.strictObject({ baseVersion: z.int().min(0), setup: SetupSchema });
export const SaveModeSchema = z.strictObject({ mode: z.enum(['live', 'simulation']) });
export const SavePollSchema = z.strictObject({ everyMinutes: z.int().min(5).max(15) });

export const OrderQuerySchema = z.object({
  state: OrderStateSchema.optional(),
  code: z.string().max(80).optional(),
  search: z.string().max(80).optional(),
  page: z.coerce.number().int().min(1).default(1),
  perPage: z.coerce.number().int().min(1).max(100).default(25),
});
export const OrderPageSchema = z.object({
  orders: z.array(OrderSummarySchema),
  total: z.number(),
  page: z.number(),
  perPage: z.number(),
});

export const AuditQuerySchema = z.object({
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  orderId: z.coerce.number().int().positive().optional(),
  document: z.string().max(40).optional(),
  result: z.enum(['ok', 'failed']).optional(),
  /** `writes`: what changed in Oracle, or was to. `all`: reads and polls of both systems too. */
  kind: z.enum(['writes', 'all']).default('writes'),
  /** Entries older than this seq; absent: the newest. */
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
export const AuditPageSchema = z.object({ entries: z.array(AuditEntrySchema), nextBefore: z.number().nullable() });
export const ChainVerdictSchema = z.object({
  ok: z.boolean(),
  rows: z.number(),
  head: z.string(),
  /** First bad row; null when ok. */
  firstBad: z.object({ seq: z.number(), why: z.string() }).nullable(),
});

export const DecisionSchema = z.strictObject({
  question: z.string().max(80),
  choice: z.string().max(80),
  note: z.string().max(500).default(''),
});
export const SkipSchema = z.strictObject({ reason: z.string().trim().min(1).max(500) });
/** Chosen in WooCommerce's order list. */
export const ReplayOrdersSchema = z.strictObject({ orderIds: z.array(z.int().positive()).min(1).max(100) });
export const ReplayCauseSchema = z.strictObject({ code: z.string().max(80) });
export const SweepSchema = z.strictObject({ sweep: z.enum(['modified', 'trash', 'refunds', 'daily-count', 'customers']) });
export const AcceptedSchema = z.object({ accepted: z.number() });

export const CatalogueViewSchema = z.object({
  categories: z.array(z.object({ id: z.number(), name: z.string(), slug: z.string(), parent: z.number(), count: z.number() })),
  taxRates: z.array(z.object({ id: z.number(), name: z.string(), country: z.string(), rate: z.string(), class: z.string() })),
  gateways: z.array(z.object({ id: z.string(), title: z.string(), enabled: z.boolean() })),
  shippingMethods: z.array(z.object({ id: z.string(), title: z.string() })),
});

/** For the order list's column: one small row per order asked for. */
export const OrderStatesSchema = z.object({
  states: z.array(
    z.object({ orderId: z.number(), state: OrderStateSchema, invoiceNumber: z.string().nullable(), message: z.string() }),
  ),
});

/**
 * The whole surface: method, path below /v1/admin, request and answer. The plugin's proxy holds the same list (its test compares them).
 * `:id` is an order id, `:seq` an audit row, `:list` a reference list, `:customer` a customer of the mapping.
 */
export const ADMIN_ROUTES = [
  { method: 'GET', path: '/overview', answer: OverviewSchema },
  { method: 'GET', path: '/orders', query: OrderQuerySchema, answer: OrderPageSchema },
  { method: 'GET', path: '/orders/:id', answer: OrderDetailSchema },
  { method: 'POST', path: '/orders/:id/dry-run', answer: DryRunSchema },
  { method: 'POST', path: '/orders/:id/replay', answer: AcceptedSchema },
  { method: 'POST', path: '/orders/:id/skip', body: SkipSchema, answer: AcceptedSchema },
  { method: 'POST', path: '/orders/:id/decide', body: DecisionSchema, answer: AcceptedSchema },
  { method: 'POST', path: '/orders/:id/settle-overpayment', body: SettleOverpaymentSchema, answer: AcceptedSchema },
  { method: 'POST', path: '/orders/replay', body: ReplayOrdersSchema, answer: AcceptedSchema },
  { method: 'POST', path: '/orders/replay-cause', body: ReplayCauseSchema, answer: AcceptedSchema },
  { method: 'GET', path: '/settlements/waiting', answer: WaitingSettlementsSchema },
  { method: 'POST', path: '/settlements/settle-waiting', body: SettleWaitingSchema, answer: AcceptedSchema },
  { method: 'GET', path: '/order-states', answer: OrderStatesSchema }, // ?ids=1,2,3, at most 200
  ...RULES_ROUTES,
  { method: 'POST', path: '/rules/try', body: TryRulesSchema, answer: TryRulesResultSchema, large: true },
  { method: 'GET', path: '/audit', query: AuditQuerySchema, answer: AuditPageSchema },
  { method: 'GET', path: '/audit/verify', answer: ChainVerdictSchema },
  { method: 'GET', path: '/audit/csv', query: AuditQuerySchema, answer: z.string() }, // text/csv
  { method: 'GET', path: '/audit/:seq', answer: AuditDetailSchema },
  { method: 'GET', path: '/connections', answer: ConnectionsSchema },
  { method: 'PUT', path: '/connections/store', body: SaveStoreSchema, answer: ConnectionsSchema },
  { method: 'PUT', path: '/connections/oracle', body: SaveOracleSchema, answer: ConnectionsSchema },
  { method: 'PUT', path: '/connections/setup', body: SaveSetupSchema, answer: SavedSetupSchema },
  { method: 'PUT', path: '/connections/mode', body: SaveModeSchema, answer: ConnectionsSchema },
  { method: 'PUT', path: '/connections/poll', body: SavePollSchema, answer: ConnectionsSchema },
  { method: 'POST', path: '/connections/store/test', answer: z.object({ findings: z.array(FindingSchema) }) },
  { method: 'POST', path: '/connections/oracle/test', answer: z.object({ findings: z.array(FindingSchema) }) },
  { method: 'POST', path: '/sweeps', body: SweepSchema, answer: AcceptedSchema },
  ...REFERENCE_ROUTES,
  ...CUSTOMERS_ROUTES,
  ...RECONCILE_ROUTES,
  { method: 'GET', path: '/catalogue', answer: CatalogueViewSchema },
] as const;
