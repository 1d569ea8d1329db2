import { dayIn } from '../domain/dates.ts';
import { nextDay, startOfDayMs } from '../domain/days.ts';
import type { Result } from '../domain/failures.ts';
import { ok } from '../domain/failures.ts';
import type { Setup } from '../domain/setup.ts';
import type { RunRecord } from '../store/reconcile-records.ts';
import type { RunAsked } from './service.ts';

/** Documents older than this are seldom touched; a period of any length can be read back on demand. */
const DAYS = 35;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** In the business unit's time zone: the shop sells least, and Oracle's own nightly jobs come later. */
const FROM_HOUR = 1;
const TO_HOUR = 5;
/** Two nights are a little less than a day apart at times. */
const APART_MS = 20 * HOUR_MS;
/** A sidecar that sleeps every night, or whose nights all fail, reads back by day. */
const OVERDUE_MS = 36 * HOUR_MS;
/** After a failure: 5, 10, 20, 40, 80 minutes, then every two hours. Failures of the night before do not slow this one down. */
const RETRY_MS = 5 * MINUTE_MS;
const RETRY_MOST_MS = 2 * HOUR_MS;
const SAME_NIGHT_MS = 12 * HOUR_MS;

/** Whom a nightly run is noted under. */
export const SCHEDULE = 'schedule';

export type NightlyRun = Pick<RunRecord, 'id' | 'state' | 'startedAtMs' | 'endedAtMs'>;

export interface NightlyOptions {
  reconciliation: { start(asked: RunAsked, actor: string): Promise<Result<number>> };
  setup: () => Setup | null;
  connected: () => boolean;
  /** Those this class started, newest first. */
  runs: () => readonly NightlyRun[];
  nowMs: () => number;
}

export interface NightlyStanding {
  /** When the last one began that went through; null: none is known. */
  doneMs: number | null;
  /** Since then all failed: the last of them, how many of this night, and when the next begins. */
  failed: { run: number; attempts: number; atMs: number; nextMs: number | null } | null;
}

/**
 * The nightly look for what was changed in Oracle by hand: a live run over the last weeks, without anybody's asking. One that fails comes
 * again the same night, after longer and longer waits. What it goes by is the runs that are kept, so that it survives a restart.
 */
export class Nightly {
  private readonly options: NightlyOptions;

  constructor(options: NightlyOptions) {
    this.options = options;
  }

  isTime(): boolean {
    const { connected, nowMs } = this.options;
    const nextMs = connected() ? this.nextMs() : null;
    return nextMs !== null && nextMs <= nowMs();
  }

  standing(): NightlyStanding {
    const { doneMs, last, attempts } = this.history();
    const failed = last?.state === 'failed';
    return {
      doneMs,
      failed: failed ? { run: last.id, attempts, atMs: last.endedAtMs ?? last.startedAtMs, nextMs: this.nextMs() } : null,
    };
  }

  /** Starts the run and does not wait for it: it may take an hour, and other tasks have their turn meanwhile. */
  async run(): Promise<Result<number>> {
    const { reconciliation, setup, nowMs } = this.options;
    const timeZone = setup()?.timeZone ?? 'UTC';
    const to = dayIn(timeZone, iso(nowMs()));
    const from = dayIn(timeZone, iso(nowMs() - DAYS * DAY_MS));
    const started = await reconciliation.start({ from, to, oracle: 'live', store: 'fresh', certificate: false }, SCHEDULE);
    return started.ok ? ok(0) : started;
  }

  private history(): { doneMs: number | null; last: NightlyRun | undefined; attempts: number } {
    const { runs, nowMs } = this.options;
    const kept = runs();
    const done = kept.findIndex(({ state }) => state === 'done');
    const since = nowMs() - SAME_NIGHT_MS;
    const failed = (done < 0 ? kept : kept.slice(0, done)).filter(({ state }) => state === 'failed');
    return {
      doneMs: kept[done]?.startedAtMs ?? null,
      last: kept[0],
      attempts: failed.filter(({ startedAtMs }) => startedAtMs > since).length,
    };
  }

  /** When the next is due, at the earliest now; null while one is under way, or before there is a set-up. */
  private nextMs(): number | null {
    const { setup, nowMs } = this.options;
    const { timeZone } = setup() ?? {};
    const { doneMs, last, attempts } = this.history();
    if (!timeZone || last?.state === 'running') return null;
    const waitMs = attempts === 0 ? 0 : Math.min(RETRY_MOST_MS, RETRY_MS * 2 ** (attempts - 1));
    const restedMs = last?.state === 'failed' ? (last.endedAtMs ?? last.startedAtMs) + waitMs : (doneMs ?? 0) + APART_MS;
    const fromMs = Math.max(nowMs(), restedMs);
    const overdueMs = doneMs === null ? Number.POSITIVE_INFINITY : Math.max(fromMs, doneMs + OVERDUE_MS);
    return Math.min(overdueMs, nightFrom(timeZone, fromMs));
  }
}

/** The instant itself where it lies in a night, else the beginning of the next. */
function nightFrom(timeZone: string, ms: number): number {
  const day = dayIn(timeZone, iso(ms));
  const midnight = startOfDayMs(timeZone, day);
  if (ms >= midnight + TO_HOUR * HOUR_MS) return startOfDayMs(timeZone, nextDay(day)) + FROM_HOUR * HOUR_MS;
  return Math.max(ms, midnight + FROM_HOUR * HOUR_MS);
}

const iso = (ms: number): string => new Date(ms).toISOString();
