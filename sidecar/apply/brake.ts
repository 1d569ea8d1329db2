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
/** From this share of the last refused limit on it is approached slowly: 2 % per round trip, one answer at a time. */
const NEAR = 0.9;
const SLOWLY = 0.02;
/** A refusal that is longer ago says little about where the cap is now. */
const QUIET_MS = 2_000;
/** Connection failures in a row before the endpoint counts as away. */
const AWAY_AFTER = 3;
/** Away: one probe at most per this long. */
const PROBE_CAP_MS = 30_000;
/** An endpoint that answers, if only with 429 or 503, is there: its probes come at intervals that grow by a quarter, not by the double. */
const GENTLY = 0.33;

/**
 * AIMD on the calls in flight: starts at 4, doubles per round trip until the first throttled answer, and gives 7 % back per throttled
 * round. It remembers the limit that was refused: far below, it adds one per round trip; near it, 2 % of itself, so that a small cap
 * is not run into every other round; and where a call goes well at that limit, the cap has been lifted and it doubles again.
 * Lost connections in a row open it, and so do refusals of every single call: calls fail at once, one probe goes through at growing
 * intervals, the first answer closes it.
 */
export class AimdBrake implements Brake {
  private readonly options: Required<BrakeOptions>;
  private limit: number;
  private inFlight = 0;
  private readonly waiting: { go: () => void; fail: (error: unknown) => void }[] = [];
  private slowStart = true;
  /** The limit at which a call was last refused, and since when the limit is there again. */
  private ceiling = Number.POSITIVE_INFINITY;
  private atCeilingMs = Number.POSITIVE_INFINITY;
  /** Calls begun before this moment do not lower the limit again: one round of rejections is one signal. */
  private epochMs = Number.NEGATIVE_INFINITY;
  private leastOfRound = 1;
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

  /** True from the third call in a row that was lost, or refused while it was the only one, to the first that goes well. */
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
    // Refused with one call in flight, again and again: it takes nothing now (maintenance answers 503), and is probed like one that is gone.
    if (verdict === 'unreachable' || (verdict === 'throttled' && this.limit <= 1)) {
      this.failures += 1;
      if (this.away()) this.open(nowMs, retryAfterMs, verdict === 'throttled' ? GENTLY : 1);
      return;
    }
    if (this.failures > 0) {
      this.failures = 0;
      this.onChange();
    }
    if (verdict === 'throttled') {
      this.slowStart = false;
      if (begunMs > this.epochMs) {
        this.ceiling = Math.floor(this.limit);
        this.atCeilingMs = Number.POSITIVE_INFINITY;
        this.leastOfRound = this.limit / 2;
        this.limit = Math.max(1, this.limit * DECREASE);
        this.epochMs = nowMs;
      } else this.limit = Math.max(1, this.leastOfRound, this.limit - 1);
      return;
    }
    // Only a limit that was used up while this call ran says anything about the endpoint.
    if (this.lastFullMs < begunMs) return;
    if (begunMs > this.atCeilingMs) this.slowStart = true;
    this.limit = Math.min(this.options.max, this.limit + this.growth(nowMs));
    if (this.limit >= this.ceiling) this.atCeilingMs = Math.min(this.atCeilingMs, nowMs);
  }

  /** Per answer; as many answers as the limit come in one round trip. */
  private growth(nowMs: number): number {
    if (this.slowStart) return 1;
    const near = this.limit >= NEAR * this.ceiling && nowMs - this.epochMs < QUIET_MS;
    return near ? SLOWLY : 1 / this.limit;
  }

  private open(nowMs: number, retryAfterMs: number, growth: number): void {
    const tries = (this.failures - AWAY_AFTER) * growth;
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
