import { EndpointUnavailable } from '../domain/brake.ts';

/** A task that runs by itself every so often; the time of its last good run survives a restart. */
export interface Task {
  name: string;
  everyMs: () => number;
  /** A task reports its own failure and says whether it went well; it throws only while the system it needs is away. */
  run: () => Promise<boolean>;
}

export interface ScheduleOptions {
  lastRunMs: (name: string) => number | null;
  saveRun: (name: string) => Promise<void>;
  nowMs: () => number;
  /** How often it is looked whether something is due. */
  tickMs?: number;
  onError: (name: string, error: unknown) => void;
}

/** Failed tasks come again after this long, not only at their next turn. */
const RETRY_MS = 60_000;

/** Runs tasks one after the other when they are due: the shop and Oracle see one of them at a time. */
export class Schedule {
  private readonly tasks: Task[];
  private readonly options: ScheduleOptions;
  private readonly failedAtMs = new Map<string, number>();
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(tasks: Task[], options: ScheduleOptions) {
    this.tasks = tasks;
    this.options = options;
  }

  start(): void {
    const tick = () => {
      this.running = this.runDue().finally(() => {
        if (!this.stopped) this.timer = setTimeout(tick, this.options.tickMs ?? 1_000);
      });
    };
    tick();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    await this.running;
  }

  private async runDue(): Promise<void> {
    for (const task of this.tasks) {
      if (this.stopped) return;
      if (!this.due(task)) continue;
      try {
        if (await task.run()) {
          this.failedAtMs.delete(task.name);
          await this.options.saveRun(task.name);
          continue;
        }
      } catch (error) {
        // The brake knows that the system is away, and its health says so: the task comes again by itself.
        if (!(error instanceof EndpointUnavailable)) this.options.onError(task.name, error);
      }
      this.failedAtMs.set(task.name, this.options.nowMs());
    }
  }

  private due(task: Task): boolean {
    const nowMs = this.options.nowMs();
    const failed = this.failedAtMs.get(task.name);
    if (failed !== undefined && nowMs - failed < RETRY_MS && nowMs >= failed) return false;
    const last = this.options.lastRunMs(task.name);
    // A clock that was set back must not stop a task for as long.
    return last === null || nowMs - last >= task.everyMs() || nowMs < last;
  }
}
