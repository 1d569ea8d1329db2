import { dayIn } from '../domain/dates.ts';
import { startOfDayMs } from '../domain/days.ts';
import type { Result } from '../domain/failures.ts';
import { ok } from '../domain/failures.ts';
import type { Setup } from '../domain/setup.ts';
import type { RunAsked } from './service.ts';

/** Documents older than this are seldom touched; a period of any length can be read back on demand. */
const DAYS = 35;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** In the business unit's time zone: the shop sells least, and Oracle's own nightly jobs come later. */
const FROM_HOUR = 1;
const TO_HOUR = 5;
/** A sidecar that sleeps every night reads back by day. */
const OVERDUE_MS = 36 * HOUR_MS;

export interface NightlyOptions {
  reconciliation: { start(asked: RunAsked, actor: string): Promise<Result<number>> };
  setup: () => Setup | null;
  connected: () => boolean;
  lastRunMs: () => number | null;
  nowMs: () => number;
}

/** The nightly look for what was changed in Oracle by hand: a live run over the last weeks, without anybody's asking. */
export class Nightly {
  private readonly options: NightlyOptions;

  constructor(options: NightlyOptions) {
    this.options = options;
  }

  isTime(): boolean {
    const { setup, connected, lastRunMs, nowMs } = this.options;
    const { timeZone } = setup() ?? {};
    if (!timeZone || !connected()) return false;
    const last = lastRunMs();
    if (last !== null && nowMs() - last > OVERDUE_MS) return true;
    const midnight = startOfDayMs(timeZone, dayIn(timeZone, iso(nowMs())));
    const hours = (nowMs() - midnight) / HOUR_MS;
    return hours >= FROM_HOUR && hours < TO_HOUR;
  }

  /** Starts the run and does not wait for it: it may take an hour, and other tasks have their turn meanwhile. */
  async run(): Promise<Result<number>> {
    const { reconciliation, setup, nowMs } = this.options;
    const timeZone = setup()?.timeZone ?? 'UTC';
    const to = dayIn(timeZone, iso(nowMs()));
    const from = dayIn(timeZone, iso(nowMs() - DAYS * DAY_MS));
    const started = await reconciliation.start({ from, to, oracle: 'live', store: 'fresh', certificate: false }, 'schedule');
    return started.ok ? ok(0) : started;
  }
}

const iso = (ms: number): string => new Date(ms).toISOString();
