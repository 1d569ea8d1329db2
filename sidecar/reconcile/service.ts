import type { Trail } from '../apply/ports.ts';
import { EndpointUnavailable, unavailable } from '../domain/brake.ts';
import { err, type Failure, needsAttention, ok, type Result, rejected, retryable } from '../domain/failures.ts';
import type { RuleSet } from '../domain/rules.ts';
import type { Setup } from '../domain/setup.ts';
import type { Snapshot } from '../store/reader.ts';
import type { RunRecord } from '../store/reconcile-records.ts';
import type { Store } from '../store/store.ts';
import { breather } from './breathe.ts';
import { businessUnits } from './business-units.ts';
import { type Certified, makeCertificate } from './certificate.ts';
import type { CsvTable } from './csv.ts';
import type { DriftCheck } from './drift-check.ts';
import type { Place } from './figures.ts';
import { freshDays } from './fresh-day.ts';
import { type Instants, type Period, type PeriodSources, timeZonesOf } from './period.ts';
import { type Beside, comparePeriodBeside } from './period-beside.ts';
import type { PeriodEnd, PeriodJob } from './period-job.ts';
import type { LedgerReader, StoreTotals } from './ports.ts';
import { readPeriodBack } from './read-period-back.ts';
import { type Asked, addUpPeriod, type RunResult } from './run.ts';
import type { Comparison } from './sheet.ts';
import { withAllFigures } from './table.ts';

export interface ReconciliationOptions {
  store: Pick<Store, 'write' | 'documents' | 'reads' | 'reconcile' | 'snapshot' | 'audit' | 'file'>;
  ledger: LedgerReader;
  totals: StoreTotals;
  drift: DriftCheck;
  setup: () => Setup | null;
  setupVersion: () => number;
  rules: () => RuleSet;
  /** Reads many documents: their answers are not worth a place in the audit trail, that they were read is. */
  trail: Trail;
  version: string;
  nowMs: () => number;
  /** A fault of ours ended a run. */
  onBug: (error: unknown) => void;
}

/** What is asked of a run, as kept with it. */
export interface RunAsked extends Asked {
  certificate: boolean;
}
export interface RunProgress {
  phase: 'oracle' | 'comparing';
  days: number;
  of: number;
  documents: number;
}
/** What a run ended with. `readSinceMs`: documents were compared as Oracle showed them since then. */
export type RunEnd =
  | {
      result: RunResult;
      readSinceMs: number | null;
      documents: number;
      missing: number;
      drifted: number;
      certificateId: number | null;
    }
  | { failure: Failure };

/** One row of the table. */
export interface RowFilter extends Pick<Place, 'day' | 'businessUnit' | 'gateway' | 'currency'> {
  onlyDifferences: boolean;
}
export interface RowOrders {
  orders: Comparison[];
  total: number;
  differing: number;
}

const isOf = (row: RowFilter, place: Place): boolean =>
  place.gateway === row.gateway && place.currency === row.currency && place.businessUnit === row.businessUnit;

/** Longer periods are asked for in parts: a table of a year a day is what a person can still read. */
const MOST_DAYS = 400;

/** Runs reconciliations, one at a time, beside the work on orders. */
export class Reconciliation {
  private readonly options: ReconciliationOptions;
  private current: Promise<void> = Promise.resolve();
  private running: number | null = null;
  private readonly stopping = new AbortController();

  constructor(options: ReconciliationOptions) {
    this.options = options;
  }

  /** At start, inside a write: what an earlier process was at. */
  recover(): void {
    const end: RunEnd = { failure: retryable('reconcile.interrupted', 'The sidecar was stopped while this ran. Run it again.') };
    this.options.store.reconcile.endAbandonedRuns(JSON.stringify(end), this.options.nowMs());
  }

  /**
   * Starts a run; its progress and end are kept with it.
   *
   * Fails   needs-attention setup.missing; rejected reconcile.busy, reconcile.period
   */
  async start(asked: RunAsked, actor: string): Promise<Result<number>> {
    const { store, setup, nowMs } = this.options;
    if (!setup()) return err(noSetup());
    const faulty = periodFault(asked);
    if (faulty) return err(faulty);
    if (this.running !== null) {
      return err(
        rejected(
          'reconcile.busy',
          `Run ${this.running} is under way; one runs at a time.`,
          'Wait for it to end, then start yours.',
        ),
      );
    }
    this.running = 0;
    const id = await store.write(() => store.reconcile.startRun(JSON.stringify(asked), actor, nowMs()));
    this.running = id;
    this.current = this.carryOut(id, asked, actor).finally(() => {
      this.running = null;
    });
    return ok(id);
  }

  /** Resolves when nothing runs; what runs is ended at the next piece of work. */
  async stop(): Promise<void> {
    this.stopping.abort(new Stopped());
    await this.current;
  }

  /** Resolves when the run under way has ended. */
  idle(): Promise<void> {
    return this.current;
  }

  /**
   * Orders of one row of a run, compared again as they are now; those with differences first, a page of them.
   *
   * Fails   as the shop fails, where the run asked it too
   */
  async ordersOfRow(run: RunRecord, row: RowFilter, page: { offset: number; limit: number }): Promise<Result<RowOrders>> {
    const differing: Comparison[] = [];
    const alike: Comparison[] = [];
    const sizes = { differing: 0, alike: 0 };
    const most = page.offset + page.limit;
    const each = (comparison: Comparison) => {
      const entries = comparison.entries.filter((entry) => isOf(row, entry));
      const differences = comparison.differences.filter((difference) => isOf(row, difference));
      if (entries.length === 0 && differences.length === 0) return;
      const differs = differences.length > 0;
      sizes[differs ? 'differing' : 'alike'] += 1;
      const kept = differs ? differing : alike;
      if (kept.length < most) kept.push({ ...comparison, entries, differences });
    };
    const done = await this.eachOf(run, each, { from: row.day, to: row.day });
    if (!done.ok) return done;
    const orders = row.onlyDifferences ? differing : [...differing, ...alike];
    // Where more differ than a page can reach, those alike begin behind all of them.
    const shown = sizes.differing > differing.length ? differing : orders;
    return ok({
      orders: shown.slice(page.offset, most),
      total: sizes.differing + (row.onlyDifferences ? 0 : sizes.alike),
      differing: sizes.differing,
    });
  }

  /**
   * Lines of a table over a run's period, or a part of it, for an export; without a header. Each piece is taken before the next is made.
   *
   * Fails   as the shop fails, where the run asked it too; throws what `write` throws
   */
  async csv(
    run: RunRecord,
    table: Exclude<CsvTable, 'rows'>,
    write: (text: string) => void,
    part: Period | null = null,
  ): Promise<Result<void>> {
    const asked = askedOf(run);
    const made = await this.beside({ ...asked, ...part, certificate: false }, readSinceOf(run), { csv: write }, table);
    return made.ok ? ok(undefined) : made;
  }

  private eachOf(run: RunRecord, each: (comparison: Comparison) => void, period: Period): Promise<Result<RunResult>> {
    return this.withSnapshot((snapshot) => addUpPeriod(period, this.sources(snapshot, askedOf(run), readSinceOf(run)), { each }));
  }

  private async carryOut(id: number, asked: RunAsked, actor: string): Promise<void> {
    const { store, nowMs, onBug } = this.options;
    const end = await this.attempt(id, asked, actor).catch((error: unknown): RunEnd => {
      if (error instanceof EndpointUnavailable) return { failure: unavailable(error) };
      if (!(error instanceof Stopped)) onBug(error);
      const message = error instanceof Stopped ? 'The sidecar is stopping.' : `A fault of AR Bridge: ${(error as Error).message}`;
      return { failure: retryable('reconcile.interrupted', message) };
    });
    await store.write(() => store.reconcile.endRun(id, 'failure' in end ? 'failed' : 'done', JSON.stringify(end), nowMs()));
  }

  private async attempt(id: number, asked: RunAsked, actor: string): Promise<RunEnd> {
    const { nowMs, drift } = this.options;
    const startedMs = nowMs();
    const progress = this.reporter(id);
    const read = asked.oracle === 'live' ? await this.readBack(asked, progress) : null;
    if (read && !read.ok) return { failure: read.failure };
    const readSinceMs = read ? startedMs : null;
    const documents = read?.value.documents ?? 0;
    const made = await this.beside(asked, readSinceMs, {
      dayDone: (days, of) => progress({ phase: 'comparing', days, of, documents }),
    });
    if (!made.ok) return { failure: made.failure };
    const { result, certified } = made.value;
    const certificateId = certified && (await this.certify({ asked, actor, result, certified, readSinceMs }));
    const drifted = readSinceMs === null ? 0 : await drift.checkPeriod(asked, readSinceMs);
    return { result, certificateId, readSinceMs, documents, missing: read?.value.missing ?? 0, drifted };
  }

  private readBack(asked: RunAsked, progress: (now: RunProgress) => void) {
    const { store, ledger, setup, rules, trail, nowMs } = this.options;
    const current = setup();
    if (!current) return Promise.resolve(err<{ documents: number; missing: number }>(noSetup()));
    return readPeriodBack(asked, {
      ...{ store, ledger, trail, nowMs },
      setup: current,
      rules: rules().rules,
      progress: ({ days, of, documents }) => progress({ phase: 'oracle', days, of, documents }),
    });
  }

  private certify(made: {
    asked: RunAsked;
    actor: string;
    result: RunResult;
    certified: Certified;
    readSinceMs: number | null;
  }): Promise<number> {
    const { store, setup, setupVersion, rules, version, nowMs } = this.options;
    const { readSinceMs, ...rest } = made;
    const { from, to } = made.asked;
    const certificate = makeCertificate({
      ...rest,
      timeZones: timeZonesOf(setup() ?? unreachable()),
      madeAtMs: nowMs(),
      oracleReadAtMs: readSinceMs,
      versions: { sidecar: version, rules: rules().version, setup: setupVersion() },
      audit: store.audit.anchor(),
      previous: store.reconcile.lastCertificate(from, to),
    });
    return store.write(() => store.reconcile.saveCertificate(certificate));
  }

  /** In a thread of its own: whoever else is at work here does not wait. */
  private beside(
    asked: RunAsked,
    readSinceMs: number | null,
    beside: Pick<Beside, 'csv' | 'dayDone'>,
    csv: PeriodJob['csv'] = null,
  ): Promise<Result<PeriodEnd>> {
    const { store, setup, rules } = this.options;
    const { from, to, certificate } = asked;
    const job = { dataFile: store.file, period: { from, to }, setup: setup() ?? unreachable(), rules: rules(), readSinceMs };
    return comparePeriodBeside(
      { ...job, certificate, csv, fresh: asked.store === 'fresh' },
      {
        ...beside,
        signal: this.stopping.signal,
        fresh: (instants, placed) => this.listOf(instants, placed),
      },
    );
  }

  private listOf(instants: Instants, placed: readonly number[]) {
    const { totals, setup, trail } = this.options;
    return freshDays(totals, setup() ?? unreachable(), trail, () => placed)(instants);
  }

  private sources(snapshot: Snapshot, asked: Asked, readSinceMs: number | null): PeriodSources {
    const { setup, rules } = this.options;
    const current = setup() ?? unreachable();
    const breathe = breather();
    const { signal } = this.stopping;
    return {
      reads: snapshot.reads,
      setup: current,
      businessUnitOf: businessUnits(current, rules()),
      readSinceMs,
      fresh:
        asked.store === 'fresh'
          ? (instants) => this.listOf(instants, snapshot.reads.placedBetween(instants.from, instants.to))
          : null,
      breathe: async () => {
        signal.throwIfAborted();
        await breathe();
      },
    };
  }

  private async withSnapshot<T>(work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
    const snapshot = this.options.store.snapshot();
    try {
      return await work(snapshot);
    } finally {
      snapshot.close();
    }
  }

  /** Progress is kept at most twice a second. */
  private reporter(id: number): (now: RunProgress) => void {
    const { store, nowMs } = this.options;
    const { signal } = this.stopping;
    let last = 0;
    return (now) => {
      signal.throwIfAborted();
      if (nowMs() - last < 500 && now.days < now.of) return;
      last = nowMs();
      void store.write(() => store.reconcile.progressRun(id, JSON.stringify(now)));
    };
  }
}

export const askedOf = (run: RunRecord): RunAsked => JSON.parse(run.asked) as RunAsked;

/** What a finished run ended with; null while it runs. */
export function endOf(run: RunRecord): RunEnd | null {
  if (run.result === null) return null;
  const end = JSON.parse(run.result) as RunEnd;
  if ('failure' in end) return end;
  const { rows, totals } = end.result;
  return { ...end, result: { ...end.result, rows: rows.map(withAllFigures), totals: totals.map(withAllFigures) } };
}

/** Documents were compared as Oracle showed them since then; null: by our own record. */
function readSinceOf(run: RunRecord): number | null {
  const end = endOf(run);
  return end && 'result' in end ? end.readSinceMs : null;
}

/** Why a period cannot be asked for; null when it can. */
export function periodFault({ from, to }: Period): Failure | null {
  if (from > to)
    return rejected(
      'reconcile.period',
      `The period ends on ${to}, before it begins on ${from}.`,
      'Choose an end on or after the beginning.',
    );
  const days = 1 + (Date.parse(to) - Date.parse(from)) / 86_400_000;
  if (days <= MOST_DAYS) return null;
  return rejected(
    'reconcile.period',
    `The period has ${days} days; at most ${MOST_DAYS} are compared at once.`,
    'Choose a shorter period.',
  );
}

/** The sidecar is stopping. */
class Stopped extends Error {}

function unreachable(): never {
  throw new Error('A run began without a set-up');
}

const noSetup = (): Failure =>
  needsAttention(
    'setup.missing',
    'The business set-up is not saved yet.',
    'Fill in WooCommerce > AR Bridge > Connections > Business set-up.',
  );
