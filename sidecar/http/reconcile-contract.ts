import { z } from 'zod';
import { ORDER_STATES } from '../domain/states.ts';
import { MEASURES, ORACLE_FIGURES, STORE_FIGURES } from '../reconcile/figures.ts';
import { REASONS } from '../reconcile/reasons.ts';

/** Reconciliation over the admin API: runs, their table and orders, close certificates, what was changed in Oracle by hand. */
const instant = z.string();
/** Decimal string of the row's currency. */
const amount = z.string();
const day = z.iso.date();

const MeasureSchema = z.enum(MEASURES);
const ReconcileReasonSchema = z.enum(REASONS);
const SidesSchema = z.object({ store: amount, oracle: amount, difference: amount });

export const ReasonSumSchema = z.object({
  measure: MeasureSchema,
  reason: ReconcileReasonSchema,
  differences: z.number(),
  /** Signed, Oracle less store. */
  net: amount,
});
export const FiguresSchema = z.object({
  businessUnit: z.string(),
  currency: z.string(),
  /** Sales that lie in the row. */
  orders: z.number(),
  /** Both sides' columns; sidecar/reconcile/figures.ts says how they add up. */
  store: z.record(z.enum(STORE_FIGURES), amount),
  oracle: z.record(z.enum(ORACLE_FIGURES), amount),
  measures: z.record(MeasureSchema, SidesSchema),
  reasons: z.array(ReasonSumSchema),
});
/** One day of one gateway. */
export const ReconcileRowSchema = FiguresSchema.extend({ day: z.string(), gateway: z.string() });
export type ReconcileRow = z.infer<typeof ReconcileRowSchema>;

/** At most 400 days; `sidecar/reconcile/service.ts` refuses more in words. */
export const StartRunSchema = z.strictObject({
  from: day,
  to: day,
  /** `record`: Oracle by our own record. `live`: read back first. */
  oracle: z.enum(['record', 'live']).default('record'),
  /** `fresh`: the store's own list of orders is asked for too. */
  store: z.enum(['kept', 'fresh']).default('kept'),
  certificate: z.boolean().default(false),
});
export const RunStartedSchema = z.object({ id: z.number() });

const FailureSchema = z.object({ code: z.string(), message: z.string(), action: z.string() });
export const RunSummarySchema = z.object({
  id: z.number(),
  from: z.string(),
  to: z.string(),
  oracle: z.enum(['record', 'live']),
  store: z.enum(['kept', 'fresh']),
  certificate: z.boolean(),
  actor: z.string(),
  state: z.enum(['running', 'done', 'failed']),
  startedAt: instant,
  endedAt: instant.nullable(),
});
export const RunProgressSchema = z.object({
  phase: z.enum(['oracle', 'comparing']),
  days: z.number(),
  of: z.number(),
  /** Read back so far. */
  documents: z.number(),
});
export const RunViewSchema = RunSummarySchema.extend({
  progress: RunProgressSchema.nullable(),
  failure: FailureSchema.nullable(),
  result: z
    .object({
      /** Documents were compared as Oracle showed them since then; null: by our own record. */
      readSince: instant.nullable(),
      documents: z.number(),
      /** Documents of ours that Oracle no longer has. */
      missing: z.number(),
      /** Orders that somebody changed in Oracle and that nobody accepted. */
      drifted: z.number(),
      certificateId: z.number().nullable(),
      orders: z.number(),
      differences: z.number(),
      unknown: z.number(),
      totals: z.array(FiguresSchema),
      reasons: z.array(z.object({ reason: ReconcileReasonSchema, differences: z.number() })),
      /** What the rows can be narrowed to. */
      gateways: z.array(z.string()),
      currencies: z.array(z.string()),
      businessUnits: z.array(z.string()),
    })
    .nullable(),
});
export type RunView = z.infer<typeof RunViewSchema>;

const page = { page: z.coerce.number().int().min(1).default(1), perPage: z.coerce.number().int().min(1).max(100).default(25) };
const only = z.enum(['all', 'differences']).default('all');
/** Text that may be empty: an order without a gateway. */
const name = z.string().max(200);

export const RowsQuerySchema = z.object({
  only,
  gateway: name.optional(),
  currency: name.optional(),
  businessUnit: name.optional(),
  ...page,
});
export const RowPageSchema = z.object({
  rows: z.array(ReconcileRowSchema),
  total: z.number(),
  page: z.number(),
  perPage: z.number(),
});
export type RowPage = z.infer<typeof RowPageSchema>;

export const RowOrdersQuerySchema = z.object({
  day,
  businessUnit: name,
  gateway: name.default(''),
  currency: name,
  only,
  ...page,
});
export const DifferenceSchema = z.object({
  measure: MeasureSchema,
  reason: ReconcileReasonSchema,
  amount,
  message: z.string(),
  /** What to do about it; empty where that is not known, or nothing. */
  action: z.string(),
  document: z.string().nullable(),
});
export const ComparedOrderSchema = z.object({
  orderId: z.number(),
  orderNumber: z.string(),
  state: z.enum(ORDER_STATES),
  measures: z.record(MeasureSchema, SidesSchema),
  /** Documents and what they are in the store, with the amount each counts by. */
  entries: z.array(
    z.object({
      side: z.enum(['store', 'oracle']),
      measure: MeasureSchema,
      figure: z.string().nullable(),
      amount,
      ref: z.string(),
    }),
  ),
  differences: z.array(DifferenceSchema),
});
export const RowOrdersSchema = z.object({
  orders: z.array(ComparedOrderSchema),
  total: z.number(),
  differing: z.number(),
  page: z.number(),
  perPage: z.number(),
});
export type ComparedOrder = z.infer<typeof ComparedOrderSchema>;
export type RowOrdersView = z.infer<typeof RowOrdersSchema>;

/** `day`: of a list that is too long for one answer, what lies on one day; without its header. */
export const RunCsvQuerySchema = z.object({
  what: z.enum(['rows', 'differences', 'orders']).default('rows'),
  day: day.optional(),
});

export const CertificateSummarySchema = z.object({
  id: z.number(),
  from: z.string(),
  to: z.string(),
  madeAt: instant,
  actor: z.string(),
  sha256: z.string(),
});
/** `html`: one page, A4, nothing from elsewhere; `data`: the canonical JSON whose SHA-256 is `sha256`. */
export const CertificateViewSchema = CertificateSummarySchema.extend({ html: z.string(), data: z.string() });
export type CertificateView = z.infer<typeof CertificateViewSchema>;

export const DriftFindingSchema = z.object({
  document: z.string(),
  kind: z.enum(['invoice', 'receipt', 'credit-memo', 'gateway-fee']),
  oracleId: z.string().nullable(),
  aspect: z.string(),
  ours: z.string(),
  theirs: z.string(),
  message: z.string(),
});
export const DriftSchema = z.object({
  /** 0: documents that carry our prefix and belong to no order of ours. */
  orderId: z.number(),
  orderNumber: z.string(),
  /** Stands for what differs: an acceptance holds for this and nothing else. */
  fingerprint: z.string(),
  findings: z.array(DriftFindingSchema),
  firstSeenAt: instant,
  seenAt: instant,
  accepted: z.object({ by: z.string(), at: instant }).nullable(),
});
export const DriftListSchema = z.object({ orders: z.array(DriftSchema), total: z.number() });
export type DriftList = z.infer<typeof DriftListSchema>;
export type Drift = z.infer<typeof DriftSchema>;

const orderId = z.int().min(0);
export const AcceptDriftSchema = z.strictObject({
  orderId,
  fingerprint: z.string().regex(/^[0-9a-f]{16}$/),
  note: z.string().trim().max(500).default(''),
});
export const PutRightSchema = z.strictObject({ orderId: z.int().positive() });
export const PutRightResultSchema = z.object({
  /** Applications and settlements of ours that Oracle no longer shows, which are made again. */
  undone: z.number(),
});

export const ReconciliationSchema = z.object({
  /** Newest first. */
  runs: z.array(RunSummarySchema),
  certificates: z.array(CertificateSummarySchema),
  /** When Oracle was last read back; null: never. */
  lastRead: instant.nullable(),
  nightly: z.object({
    /** When the last nightly run began that went through; null: none is known. */
    lastDone: instant.nullable(),
    /** Why the last one failed, how often this night, and when it comes again (null: a run is under way or nothing is set up). */
    failed: z
      .object({ run: z.number(), attempts: z.number(), at: instant, failure: FailureSchema, next: instant.nullable() })
      .nullable(),
  }),
  /** Orders that somebody changed in Oracle and that nobody accepted; of the latest 200. */
  drifted: z.number(),
  /** Today in the business unit's time zone: what a period picker starts from. */
  today: z.string(),
  timeZone: z.string(),
});
export type ReconciliationView = z.infer<typeof ReconciliationSchema>;

/** `:id` is a run or a certificate. */
export const RECONCILE_ROUTES = [
  { method: 'GET', path: '/reconcile', answer: ReconciliationSchema },
  { method: 'POST', path: '/reconcile/runs', body: StartRunSchema, answer: RunStartedSchema },
  { method: 'GET', path: '/reconcile/runs/:id', answer: RunViewSchema },
  { method: 'GET', path: '/reconcile/runs/:id/rows', query: RowsQuerySchema, answer: RowPageSchema },
  { method: 'GET', path: '/reconcile/runs/:id/orders', query: RowOrdersQuerySchema, answer: RowOrdersSchema },
  { method: 'GET', path: '/reconcile/runs/:id/csv', query: RunCsvQuerySchema, answer: z.string() }, // text/csv
  { method: 'GET', path: '/reconcile/certificates/:id', answer: CertificateViewSchema },
  { method: 'GET', path: '/reconcile/certificates/:id/csv', answer: z.string() }, // text/csv
  { method: 'GET', path: '/reconcile/drift', answer: DriftListSchema },
  { method: 'POST', path: '/reconcile/drift/accept', body: AcceptDriftSchema, answer: z.object({ accepted: z.number() }) },
  { method: 'POST', path: '/reconcile/drift/put-right', body: PutRightSchema, answer: PutRightResultSchema },
] as const;
