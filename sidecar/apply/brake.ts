import { fullJitterMs } from '../domain/backoff.ts';
import { type Brake, type BrakedCall, EndpointUnavailable } from '../domain/brake.ts';

export interface BrakeOptions {
  /** What messages call the endpoint: "Oracle", "The store". */
  name: string;
  /** Calls in flight at most, however well the endpoint takes them. */
  max: number;
  start?: number;
  /** Milliseconds on a clock that never goes back. */
  monotonicMs?: () => number;
  random?: () => number;
}

/** How far a throttled answer brings the limit down; measured against a hidden cap: 0.93 kept 91-101 % of it (performance.md). */
const DECREASE = 0.93;
/** Without a throttled answer for this long the limit doubles again per round trip: the cap may have been lifted. */
const QUIET_MS = 2_000;
/** Connection failures in a row before the endpoint counts as away. */
const AWAY_AFTER = 3;
/** Away: one probe at most per this long. */
const PROBE_CAP_MS = 30_000;

/**
 * AIMD on the calls in flight: starts at 4, doubles per round trip until the first throttled answer, then adds one per round trip
 * and gives 7 % back per throttled round. Lost connections in a row open it: calls fail at once, one probe goes through at growing
 * intervals, the first answer closes it again.
 */
export class AimdBrake implements Brake {
  private readonly options: Required<BrakeOptions>;
  private limit: number;
  private inFlight = 0;
  private readonly waiting: { go: () => void; fail: (error: unknown) => void }[] = [];
  private slowStart = true;
  private lastThrottleMs = Number.NEGATIVE_INFINITY;
  /** Calls begun before this moment do not lower the limit again: one round of rejections is one signal. */
  private epochMs = Number.NEGATIVE_INFINITY;
  /** When all places were last taken. */
  private lastFullMs = Number.NEGATIVE_INFINITY;
  private failures = 0;
  private openUntilMs = Number.NEGATIVE_INFINITY;
  private probing = false;
  /** Told when the brake closes or its pause ends, so that the queue can go on. */
  onChange: () => void = () => undefined;

  constructor(options: BrakeOptions) {
    this.options = { start: Math.min(4, options.max), monotonicMs: () => performance.now(), random: Math.random, ...options };
    this.limit = this.options.start;
  }

  async run<T>(call: () => Promise<BrakedCall<T>>): Promise<T> {
    const probe = this.admit();
    if (!probe && (this.inFlight >= Math.floor(this.limit) || this.waiting.length > 0)) {
      await new Promise<void>((go, fail) => this.waiting.push({ go, fail }));
    } else {
      this.inFlight += 1;
    }
    const begunMs = this.options.monotonicMs();
    if (this.inFlight >= Math.floor(this.limit)) this.lastFullMs = begunMs;
    let outcome: BrakedCall<T> | null = null;
    try {
      outcome = await call();
      return outcome.value;
    } finally {
      this.inFlight -= 1;
      if (probe) this.probing = false;
      // A call that threw says nothing about the endpoint.
      if (outcome) this.learn(outcome.verdict, begunMs, outcome.retryAfterMs);
      this.admitWaiting();
    }
  }

  /** Milliseconds until the next probe; 0 when the endpoint is not away. */
  awayForMs(): number {
    return this.away() ? Math.max(0, this.openUntilMs - this.options.monotonicMs()) : 0;
  }

  /** True from the third lost connection to the first answer. */
  away(): boolean {
    return this.failures >= AWAY_AFTER;
  }

  currentLimit(): number {
    return Math.floor(this.limit);
  }

  /** Ends every wait, for shutting down. */
  close(): void {
    for (const { fail } of this.waiting.splice(0)) fail(new EndpointUnavailable(this.options.name, 1_000));
  }

  /** True when this call is the probe of an endpoint that is away. */
  private admit(): boolean {
    if (!this.away()) return false;
    const leftMs = this.openUntilMs - this.options.monotonicMs();
    if (leftMs > 0 || this.probing) throw new EndpointUnavailable(this.options.name, Math.max(leftMs, 1_000));
    this.probing = true;
    return true;
  }

  private learn(verdict: BrakedCall<unknown>['verdict'], begunMs: number, retryAfterMs = 0): void {
    const nowMs = this.options.monotonicMs();
    if (verdict === 'unreachable') {
      this.failures += 1;
      if (this.away()) this.open(nowMs, retryAfterMs);
      return;
    }
    if (this.failures > 0) {
      this.failures = 0;
      this.onChange();
    }
    if (verdict === 'throttled') {
      this.lastThrottleMs = nowMs;
      this.slowStart = false;
      if (begunMs > this.epochMs) {
        this.limit = Math.max(1, this.limit * DECREASE);
        this.epochMs = nowMs;
      }
      return;
    }
    if (!this.slowStart && nowMs - this.lastThrottleMs > QUIET_MS) this.slowStart = true;
    // Only a limit that was used up while this call ran says anything about the endpoint.
    if (this.lastFullMs >= begunMs) this.limit = Math.min(this.options.max, this.limit + (this.slowStart ? 1 : 1 / this.limit));
  }

  private open(nowMs: number, retryAfterMs: number): void {
    const tries = this.failures - AWAY_AFTER;
    const waitMs = Math.max(retryAfterMs, 500 + fullJitterMs(tries, this.options.random, 1_000, PROBE_CAP_MS));
    this.openUntilMs = nowMs + waitMs;
    for (const { fail } of this.waiting.splice(0)) fail(new EndpointUnavailable(this.options.name, waitMs));
    setTimeout(() => this.onChange(), waitMs).unref();
    this.onChange();
  }

  private admitWaiting(): void {
    while (this.inFlight < Math.floor(this.limit)) {
      const next = this.waiting.shift();
      if (!next) return;
      this.inFlight += 1;
      next.go();
    }
  }
}
