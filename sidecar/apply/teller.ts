import { EndpointUnavailable } from '../domain/brake.ts';
import type { Result } from '../domain/failures.ts';

export interface TellerOptions {
  /** Tells all that is untold. Fails where the store did not take it. */
  tell: () => Promise<Result<void>>;
  /** Waits this long after a failure. */
  retryMs?: number | undefined;
  onError: (error: unknown) => void;
  onFailure?: ((message: string) => void) | undefined;
}

const RETRY_MS = 60_000;

/** Tells the store something, one call at a time, until it has taken it: who nudges while a call is under way gets another one after it. */
export class Teller {
  private readonly options: TellerOptions;
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;
  private again = false;
  private stopped = false;

  constructor(options: TellerOptions) {
    this.options = options;
  }

  get isStopped(): boolean {
    return this.stopped;
  }

  /** Something may be untold: looks now. */
  nudge(): void {
    if (this.stopped) return;
    if (this.running) {
      this.again = true;
      return;
    }
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    this.running = this.run().finally(() => {
      this.running = null;
      if (!this.again) return;
      this.again = false;
      this.nudge();
    });
  }

  /** What is under way then counts as untold. */
  stop(): void {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
  }

  private async run(): Promise<void> {
    try {
      const told = await this.options.tell();
      if (told.ok) return;
      this.options.onFailure?.(told.failure.message);
    } catch (error) {
      // The brake knows that the store is away, and its health says so.
      if (!(error instanceof EndpointUnavailable)) this.options.onError(error);
    }
    if (this.stopped) return;
    this.timer = setTimeout(() => this.nudge(), this.options.retryMs ?? RETRY_MS);
    this.timer.unref();
  }
}
