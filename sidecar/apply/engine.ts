import { fullJitterMs, MAX_ATTEMPTS } from '../domain/backoff.ts';
import { EndpointUnavailable, unavailable } from '../domain/brake.ts';
import { actionOf, type Failure } from '../domain/failures.ts';
import type { OrderState } from '../domain/states.ts';
import { isRefusedWrite } from '../store/committer.ts';
import type { Job, JobEnd } from '../store/jobs.ts';
import type { OrderReason } from '../store/orders.ts';
import type { Store } from '../store/store.ts';
import type { OrderEnd } from './work.ts';

/** What the engine asks of the endpoints: whether they are away, and for how long. */
export interface Endpoint {
  away(): boolean;
  awayForMs(): number;
  onChange: () => void;
}

export interface EngineOptions {
  store: Pick<Store, 'committer' | 'jobs' | 'orders' | 'write'>;
  order: (orderId: number) => Promise<OrderEnd>;
  customer: (customerId: number) => Promise<OrderEnd>;
  endpoints: Endpoint[];
  /** Orders under way at most. More than the calls in flight, so that reading and planning never leaves a call's place empty. */
  slots: number;
  nowMs: () => number;
  random: () => number;
  /** A bug in the work on one object: logged with its stack; the job is parked. */
  onBug: (job: Job, error: unknown) => void;
}

/** An order that met an endpoint's fault is back within four seconds. */
const ENDPOINT_TRIES = 1;
/** Between two tries to write down how a job ended. */
const REFUSED_WAIT_MS = 1_000;

/**
 * Runs the queue. Work starts on an event: each commit claims the next jobs for the free slots in the same transaction, so results
 * and claims of one turn share one sync. One timer waits for the earliest delayed job. The same order never runs twice at a time.
 */
export class Engine {
  private readonly options: EngineOptions;
  private readonly running = new Set<Job>();
  /** Of those, the ones whose end is in the transaction of this turn: their slots are filled in the same one. */
  private readonly ending = new Set<Job>();
  private stopping = false;
  private timer: NodeJS.Timeout | null = null;
  private drained: (() => void)[] = [];

  constructor(options: EngineOptions) {
    this.options = options;
  }

  start(): void {
    const { store, endpoints } = this.options;
    store.committer.beforeCommit = () => this.claim();
    for (const endpoint of endpoints) endpoint.onChange = () => store.committer.wake();
    store.committer.wake();
  }

  /** Stops claiming and resolves when the jobs under way have ended. */
  async stop(): Promise<void> {
    this.stopping = true;
    if (this.timer) clearTimeout(this.timer);
    if (this.running.size > 0) await new Promise<void>((resolve) => this.drained.push(resolve));
  }

  underWay(): number {
    return this.running.size;
  }

  /** Inside the transaction of this turn; the returned function starts the claimed jobs once it is durable. */
  private claim(): (() => void) | undefined {
    if (this.stopping) return undefined;
    const { store, nowMs } = this.options;
    const jobs = store.jobs.claim(nowMs(), this.freeSlots());
    for (const job of jobs) if (job.kind === 'order') store.orders.setPosting(job.objectId);
    return () => {
      for (const job of jobs) {
        this.running.add(job);
        void this.run(job);
      }
      this.sleep();
    };
  }

  /** While an endpoint is away one job at a time probes it; nothing else is read only to be put back. */
  private freeSlots(): number {
    const { endpoints, slots } = this.options;
    const busy = this.running.size - this.ending.size;
    if (endpoints.some((endpoint) => endpoint.away())) return this.untilProbeMs() > 0 ? 0 : Math.max(0, 1 - busy);
    return slots - busy;
  }

  private untilProbeMs(): number {
    return Math.max(0, ...this.options.endpoints.map((endpoint) => endpoint.awayForMs()));
  }

  private async run(job: Job): Promise<void> {
    const { order, customer } = this.options;
    let end: OrderEnd;
    try {
      end = await (job.kind === 'order' ? order(job.objectId) : customer(job.objectId));
    } catch (error) {
      end = { state: 'stopped', failure: this.fromThrown(job, error) };
    }
    while (!(await this.recorded(job, end))) await new Promise((resolve) => setTimeout(resolve, REFUSED_WAIT_MS));
    this.running.delete(job);
    if (this.running.size === 0 && this.stopping) for (const resolve of this.drained.splice(0)) resolve();
  }

  /** True when the end of the job is on disk, or never will be in this process: then its lease is recovered at the next start. */
  private async recorded(job: Job, end: OrderEnd): Promise<boolean> {
    try {
      await this.options.store.write(() => {
        this.ending.add(job);
        this.record(job, end);
      });
      return true;
    } catch (error) {
      if (isRefusedWrite(error)) return this.stopping;
      this.options.onBug(job, error);
      return true;
    } finally {
      this.ending.delete(job);
    }
  }

  private fromThrown(job: Job, error: unknown): Failure {
    if (error instanceof EndpointUnavailable) return unavailable(error);
    // What was heard from Oracle and could not be written down is looked up on the next run.
    if (isRefusedWrite(error)) {
      const message = 'The sidecar cannot write to its disk now.';
      return { kind: 'retryable', code: 'store.unavailable', message, outcomeUnknown: false, endpoint: true };
    }
    this.options.onBug(job, error);
    const message = error instanceof Error ? error.message : String(error);
    return {
      kind: 'needs-attention',
      code: 'bug',
      message: `AR Bridge met a fault of its own: ${message}`,
      action: 'Send the log entry with this order’s number to the developers; nothing was posted twice.',
    };
  }

  private record(job: Job, end: OrderEnd): void {
    const { store, nowMs } = this.options;
    const { state, reason, job: jobEnd } = this.conclude(job, end);
    const next = jobEnd.end === 'again' ? jobEnd.atMs : null;
    if (job.kind === 'order') store.orders.setState(job.objectId, state, reason, next, nowMs());
    store.jobs.finish(job, jobEnd, nowMs());
  }

  private conclude(job: Job, end: OrderEnd): { state: OrderState; reason: OrderReason | null; job: JobEnd } {
    const { nowMs, random } = this.options;
    switch (end.state) {
      case 'posted':
        return { state: 'posted', reason: null, job: { end: 'done' } };
      case 'excluded':
      case 'waiting':
        return { state: end.state, reason: { code: end.code, message: end.message, action: '' }, job: { end: 'done' } };
      case 'later':
        return {
          state: 'waiting',
          reason: { code: end.code, message: end.message, action: 'Nothing to do: AR Bridge looks again by itself.' },
          job: { end: 'again', atMs: end.atMs, counts: false },
        };
      case 'stopped': {
        const { failure } = end;
        if (failure.kind !== 'retryable') {
          return {
            state: failure.kind === 'rejected' ? 'rejected' : 'attention',
            reason: reasonOf(failure),
            job: { end: 'done' },
          };
        }
        if (!failure.endpoint && job.attempts + 1 >= MAX_ATTEMPTS) {
          return {
            state: 'attention',
            reason: {
              ...reasonOf(failure),
              action: `It failed ${MAX_ATTEMPTS} times in the same way. Remove the cause, then resume the order.`,
            },
            job: { end: 'done' },
          };
        }
        // Whether the endpoint takes calls again is the brake's business; the order only has to make way for others.
        const waitMs = Math.max(
          Math.ceil(failure.retryAfterMs ?? 0),
          fullJitterMs(failure.endpoint ? ENDPOINT_TRIES : job.attempts, random),
        );
        return {
          state: 'waiting',
          reason: reasonOf(failure),
          job: { end: 'again', atMs: nowMs() + waitMs, counts: !failure.endpoint },
        };
      }
    }
  }

  /** One timer: for the next probe of an endpoint that is away, else for the earliest delayed job; fresh work does not wait for it. */
  private sleep(): void {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    if (this.stopping) return;
    // A timer of Node may fire a fraction of a millisecond early, the brake's own too: woken then, the engine has to come back by itself.
    const untilProbeMs = this.untilProbeMs();
    const next = this.options.store.jobs.nextRunAtMs();
    if (untilProbeMs > 0) this.wakeIn(untilProbeMs);
    else if (next !== null && this.freeSlots() > 0) this.wakeIn(Math.max(0, next - this.options.nowMs()));
  }

  private wakeIn(ms: number): void {
    const waitMs = Math.min(Math.ceil(ms), 60_000); // a clock that jumps is noticed within a minute
    this.timer = setTimeout(() => this.options.store.committer.wake(), waitMs);
  }
}

function reasonOf(failure: Failure): OrderReason {
  const { detail } = failure;
  const said = [detail?.code, detail?.text].filter(Boolean).join(': ');
  return {
    code: failure.code,
    message: failure.message,
    action: actionOf(failure) || 'Nothing to do: AR Bridge tries again by itself.',
    ...(said && { detail: said }),
    ...(failure.kind === 'needs-attention' && failure.question && { question: failure.question }),
  };
}
