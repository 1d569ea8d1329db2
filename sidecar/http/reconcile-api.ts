import type { z } from 'zod';
import type { SettingsService } from '../connections/settings.ts';
import { csvText } from '../domain/csv.ts';
import { dayIn } from '../domain/dates.ts';
import type { Failure } from '../domain/failures.ts';
import { certificatePage } from '../reconcile/certificate-page.ts';
import { certificateCsv, DIFFERENCE_COLUMNS, ORDER_COLUMNS, rowsCsv } from '../reconcile/csv.ts';
import { acceptedBy, DRIFT_QUESTION, type Finding } from '../reconcile/drift.ts';
import type { DriftCheck } from '../reconcile/drift-check.ts';
import { moneyOf, reasonLines, sidesOfOrder, totalLine } from '../reconcile/lines.ts';
import type { Nightly, NightlyStanding } from '../reconcile/nightly.ts';
import type { RunResult } from '../reconcile/run.ts';
import { askedOf, endOf, type Reconciliation, type RunProgress } from '../reconcile/service.ts';
import type { Comparison } from '../reconcile/sheet.ts';
import type { Row } from '../reconcile/table.ts';
import type { CertificateRecord, DriftRecord, RunRecord } from '../store/reconcile-records.ts';
import type { Store } from '../store/store.ts';
import type { AdminRequest } from './admin-request.ts';
import { HttpProblem, unwrap } from './api-error.ts';
import type {
  AcceptDriftSchema,
  CertificateSummarySchema,
  CertificateView,
  ComparedOrder,
  DriftList,
  DriftSchema,
  FiguresSchema,
  PutRightSchema,
  ReconciliationView,
  RowOrdersQuerySchema,
  RowOrdersView,
  RowPage,
  RowsQuerySchema,
  RunCsvQuerySchema,
  RunSummarySchema,
  RunView,
  StartRunSchema,
} from './reconcile-contract.ts';
import { failureView, iso } from './views.ts';

export interface ReconcileServices {
  store: Store;
  settings: SettingsService;
  reconciliation: Reconciliation;
  nightly: Pick<Nightly, 'standing'>;
  drift: DriftCheck;
  nowMs: () => number;
}

const LISTED_RUNS = 10;
const LISTED_CERTIFICATES = 50;
const LISTED_DRIFT = 200;
/** The plugin's proxy waits 15 seconds at most; longer lists are for the command line, which waits as long as it takes. */
const CSV_MS = 12_000;
const CSV_LENGTH = 20_000_000;

/** Handlers of RECONCILE_ROUTES. */
export function reconcileHandlers(services: ReconcileServices) {
  const { store, settings, reconciliation, nightly, drift, nowMs } = services;
  const runOf = ({ params }: AdminRequest): RunRecord => {
    const run = store.reconcile.run(Number(params.id));
    if (run) return run;
    throw new HttpProblem(404, 'reconcile.unknown_run', `There is no run ${params.id}: the last 30 are kept.`, {
      action: 'Run the period again.',
    });
  };
  const doneRunOf = (request: AdminRequest): { run: RunRecord; result: RunResult } => {
    const run = runOf(request);
    const end = endOf(run);
    if (end && 'result' in end) return { run, result: end.result };
    throw new HttpProblem(409, 'reconcile.not_done', `Run ${run.id} has no result${run.state === 'running' ? ' yet' : ''}.`);
  };
  const certificateOf = ({ params }: AdminRequest): CertificateRecord => {
    const certificate = store.reconcile.certificate(Number(params.id));
    if (certificate) return certificate;
    throw new HttpProblem(404, 'reconcile.unknown_certificate', `There is no certificate ${params.id}.`);
  };

  return {
    'GET /reconcile': (): ReconciliationView => {
      const timeZone = settings.setup()?.timeZone ?? 'UTC';
      const lastReadMs = store.reconcile.lastReadMs();
      return {
        runs: store.reconcile.runs(LISTED_RUNS).map(runSummary),
        certificates: store.reconcile.certificates(LISTED_CERTIFICATES).map(certificateSummary),
        lastRead: lastReadMs === null ? null : iso(lastReadMs),
        nightly: nightlyView(nightly.standing(), store),
        drifted: store.reconcile.drifts(LISTED_DRIFT).filter((record) => driftView(record, store).accepted === null).length,
        today: dayIn(timeZone, iso(nowMs())),
        timeZone,
      };
    },
    'POST /reconcile/runs': async ({ body, actor }: AdminRequest) => ({
      id: unwrap(await reconciliation.start(body as z.infer<typeof StartRunSchema>, actor)),
    }),
    'GET /reconcile/runs/:id': (request: AdminRequest): RunView => runView(runOf(request)),
    'GET /reconcile/runs/:id/rows': (request: AdminRequest): RowPage => {
      const { only, page, perPage, ...narrow } = request.query as z.infer<typeof RowsQuerySchema>;
      const rows = doneRunOf(request).result.rows.filter(
        (row) =>
          (only === 'all' || row.reasons.length > 0) &&
          Object.entries(narrow).every(([name, value]) => row[name as keyof typeof narrow] === value),
      );
      return { rows: rows.slice((page - 1) * perPage, page * perPage).map(rowView), total: rows.length, page, perPage };
    },
    'GET /reconcile/runs/:id/orders': async (request: AdminRequest): Promise<RowOrdersView> => {
      const { run, result } = doneRunOf(request);
      const { only, page, perPage, ...place } = request.query as z.infer<typeof RowOrdersQuerySchema>;
      const isHere = (row: Row) => Object.entries(place).every(([name, value]) => row[name as keyof typeof place] === value);
      const row = result.rows.find(isHere);
      if (!row) return { orders: [], total: 0, differing: 0, page, perPage };
      const found = unwrap(
        await reconciliation.ordersOfRow(
          run,
          { ...place, onlyDifferences: only === 'differences' },
          { offset: (page - 1) * perPage, limit: perPage },
        ),
      );
      const orders = found.orders.map((comparison) => comparedOrder(comparison, row.decimals));
      return { orders, total: found.total, differing: found.differing, page, perPage };
    },
    'GET /reconcile/runs/:id/csv': async (request: AdminRequest): Promise<string> => {
      const { run, result } = doneRunOf(request);
      const { what, day } = request.query as z.infer<typeof RunCsvQuerySchema>;
      if (what === 'rows') return rowsCsv(result.rows);
      const pieces = day === undefined ? [`${csvText([what === 'orders' ? ORDER_COLUMNS : DIFFERENCE_COLUMNS])}\r\n`] : [];
      const endMs = performance.now() + CSV_MS;
      let length = 0;
      const write = (text: string) => {
        length += text.length;
        if (day === undefined && (performance.now() > endMs || length > CSV_LENGTH)) throw tooMuch();
        pieces.push(text);
      };
      unwrap(await reconciliation.csv(run, what, write, day === undefined ? null : { from: day, to: day }));
      return pieces.join('');
    },
    'GET /reconcile/certificates/:id': (request: AdminRequest): CertificateView => {
      const certificate = certificateOf(request);
      return { ...certificateSummary(certificate), data: certificate.data, html: certificatePage(certificate) };
    },
    'GET /reconcile/certificates/:id/csv': (request: AdminRequest): string => certificateCsv(certificateOf(request)),
    'GET /reconcile/drift': (): DriftList => ({
      orders: store.reconcile.drifts(LISTED_DRIFT).map((record) => driftView(record, store)),
      total: store.reconcile.driftCount(),
    }),
    'POST /reconcile/drift/accept': async ({ body, actor }: AdminRequest) => {
      const { orderId, fingerprint, note } = body as z.infer<typeof AcceptDriftSchema>;
      unwrap(await drift.accept(orderId, fingerprint, note, actor));
      return { accepted: 1 };
    },
    'POST /reconcile/drift/put-right': async ({ body, actor }: AdminRequest) => {
      const { orderId } = body as z.infer<typeof PutRightSchema>;
      return { undone: unwrap(await drift.putRight(orderId, actor)) };
    },
  };
}

const tooMuch = (): HttpProblem =>
  new HttpProblem(409, 'reconcile.too_much', 'The list is too long for one answer.', {
    action: 'Choose a shorter period, or use the command line: npm run sidecar -- reconcile --from … --to … --csv FILE.',
  });

function nightlyView(
  { doneMs, failed }: NightlyStanding,
  { reconcile }: Pick<Store, 'reconcile'>,
): ReconciliationView['nightly'] {
  const run = failed && reconcile.run(failed.run);
  const end = run && endOf(run);
  return {
    lastDone: doneMs === null ? null : iso(doneMs),
    failed:
      failed && end && 'failure' in end
        ? {
            ...{ run: failed.run, attempts: failed.attempts, at: iso(failed.atMs), failure: failureOf(end) },
            next: failed.nextMs === null ? null : iso(failed.nextMs),
          }
        : null,
  };
}

function runSummary(run: RunRecord): z.infer<typeof RunSummarySchema> {
  const { from, to, oracle, store, certificate } = askedOf(run);
  return {
    ...{ id: run.id, from, to, oracle, store, certificate, actor: run.actor, state: run.state },
    startedAt: iso(run.startedAtMs),
    endedAt: run.endedAtMs === null ? null : iso(run.endedAtMs),
  };
}

function runView(run: RunRecord): RunView {
  const progress = JSON.parse(run.progress) as RunProgress | Record<string, never>;
  const end = endOf(run);
  const view = { ...runSummary(run), progress: 'phase' in progress ? (progress as RunProgress) : null };
  if (!end) return { ...view, failure: null, result: null };
  if ('failure' in end) return { ...view, failure: failureOf(end), result: null };
  const { result, readSinceMs, documents, missing, drifted, certificateId } = end;
  const every = (name: 'gateway' | 'currency' | 'businessUnit') => [...new Set(result.rows.map((row) => row[name]))].sort();
  return {
    ...view,
    failure: null,
    result: {
      ...{ documents, missing, drifted, certificateId },
      readSince: readSinceMs === null ? null : iso(readSinceMs),
      ...{ orders: result.orders, differences: result.differences, unknown: result.unknown, reasons: result.reasons },
      totals: result.totals.map(figures),
      ...{ gateways: every('gateway'), currencies: every('currency'), businessUnits: every('businessUnit') },
    },
  };
}

function failureOf({ failure }: { failure: Failure }): NonNullable<RunView['failure']> {
  const { code, message, action } = failureView(failure);
  return { code, message, action };
}

const figures = (row: Row): z.infer<typeof FiguresSchema> => ({
  ...totalLine(row),
  reasons: reasonLines(row).map(({ measure, reason, differences, net }) => ({ measure, reason, differences, net })),
});

const rowView = (row: Row): RowPage['rows'][number] => ({ day: row.day, gateway: row.gateway, ...figures(row) });

function comparedOrder(comparison: Comparison, decimals: number): ComparedOrder {
  const money = moneyOf({ decimals });
  return {
    orderId: comparison.orderId,
    orderNumber: comparison.orderNumber,
    state: comparison.state,
    measures: sidesOfOrder(comparison, decimals),
    entries: comparison.entries.flatMap(({ side, measure, figure, amount, ref }) =>
      measure === null ? [] : [{ side, measure, figure, amount: money(amount), ref }],
    ),
    differences: comparison.differences.map(({ measure, reason, amount, message, action, document }) => ({
      ...{ measure, reason, message, action, document },
      amount: money(amount),
    })),
  };
}

const certificateSummary = (
  certificate: Omit<CertificateRecord, 'data' | 'orders'>,
): z.infer<typeof CertificateSummarySchema> => ({
  id: certificate.id,
  from: certificate.fromDay,
  to: certificate.toDay,
  madeAt: iso(certificate.madeAtMs),
  actor: certificate.actor,
  sha256: certificate.sha256,
});

function driftView(record: DriftRecord, { orders }: Pick<Store, 'orders'>): z.infer<typeof DriftSchema> {
  const { orderId, fingerprint } = record;
  const decisions = orders.decisions(orderId).filter(({ question }) => question === DRIFT_QUESTION);
  return {
    ...{ orderId, fingerprint },
    orderNumber: orderId === 0 ? '' : orders.get(orderId)?.number || String(orderId),
    findings: JSON.parse(record.findings) as Finding[],
    firstSeenAt: iso(record.firstSeenMs),
    seenAt: iso(record.seenAtMs),
    accepted: acceptedBy(decisions, fingerprint),
  };
}
