import type { Trail } from '../apply/ports.ts';
import { unavailableOnly } from '../domain/brake.ts';
import { err, ok, type Result, retryable } from '../domain/failures.ts';
import type { OutboxBatch, PluginOutbox } from './ports.ts';

/** Where pulled rows go. */
export interface OutboxSink {
  /** Durable when it returns: objects are marked dirty, payments are kept, each once however often it comes. */
  store(batch: OutboxBatch): void | Promise<void>;
}

export interface PullPorts {
  plugin: PluginOutbox;
  sink: OutboxSink;
  trail: Trail;
}

export interface PullReport {
  objects: number;
  payments: number;
}

const LIMIT = 200;
/** Batches of one round; a plugin that hands out the same rows for ever shall not keep us busy. */
const MOST_BATCHES = 50;

/**
 * Empties the plugin's outbox: pull, store, acknowledge, until a batch is not full. What was stored but not acknowledged
 * comes again and changes nothing.
 */
export async function pullOutbox({ plugin, sink, trail }: PullPorts): Promise<Result<PullReport>> {
  const report = { objects: 0, payments: 0 };
  for (let batches = 0; batches < MOST_BATCHES; batches++) {
    const pulled = await plugin.pull(LIMIT, trail);
    if (!pulled.ok) return pulled;
    const { objects, payments } = pulled.value;
    if (objects.length + payments.length === 0) break;
    const stored = await storeBatch(sink, pulled.value);
    if (!stored.ok) return stored;
    const acknowledged = await plugin.acknowledge(
      objects.map(({ kind, id, seq }) => ({ kind, id, seq })),
      payments.map(({ id }) => id),
      trail,
    );
    if (!acknowledged.ok) return acknowledged;
    report.objects += objects.length;
    report.payments += payments.length;
    if (objects.length + payments.length < LIMIT) break;
  }
  return ok(report);
}

/** A store that cannot write (disk full) leaves the rows with the plugin. */
async function storeBatch(sink: OutboxSink, batch: OutboxBatch): Promise<Result<void>> {
  try {
    await sink.store(batch);
    return ok(undefined);
  } catch (error) {
    return err(
      retryable('pull.not_stored', `The pulled rows could not be stored: ${error instanceof Error ? error.message : error}`),
    );
  }
}

export interface PullLoop {
  /** Ends after the round under way. */
  stop(): Promise<void>;
}

export interface PullLoopOptions extends PullPorts {
  /** Between two rounds that went well. */
  everyMs?: number;
  /** Hears how each round went. */
  report?: (result: Result<PullReport>) => void;
  /** 0 to 1. */
  random?: () => number;
  timers?: Timers;
}

/** For tests: timers without waiting. */
export interface Timers {
  set(run: () => void, ms: number): unknown;
  clear(timer: unknown): void;
}
const realTimers: Timers = { set: setTimeout, clear: (timer) => clearTimeout(timer as NodeJS.Timeout) };

const EVERY_MS = 3_000;
const LONGEST_WAIT_MS = 60_000;

/** Pulls every few seconds, so that delivery depends on no cron of the shop; waits longer while the shop does not answer. */
export function startPullLoop(options: PullLoopOptions): PullLoop {
  const { everyMs = EVERY_MS, report = () => {}, random = Math.random, timers = realTimers } = options;
  let failures = 0;
  let stopped = false;
  let timer: unknown;
  let round: Promise<void> = Promise.resolve();

  const again = (ms: number) => {
    if (stopped) return;
    timer = timers.set(() => {
      round = run();
    }, ms);
  };
  async function run(): Promise<void> {
    // Another call to the plugin may be probing it just now: then this one is not let through.
    const result = await pullOutbox(options).catch(unavailableOnly);
    report(result);
    failures = result.ok ? 0 : failures + 1;
    again(
      result.ok
        ? everyMs
        : pause(failures, everyMs, random, result.failure.kind === 'retryable' ? result.failure.retryAfterMs : 0),
    );
  }
  again(0);
  return {
    async stop() {
      stopped = true;
      timers.clear(timer);
      await round;
    },
  };
}

/**
 * Milliseconds after the n-th failure in a row: `everyMs`, then full jitter on top, random(0, everyMs x 2^n), a minute at most;
 * never sooner than the shop asked for.
 */
export function pause(failures: number, everyMs: number, random: () => number, askedMs = 0): number {
  const jitter = random() * Math.min(LONGEST_WAIT_MS, everyMs * 2 ** failures);
  return Math.max(askedMs, Math.min(LONGEST_WAIT_MS, everyMs + jitter));
}
