import { EndpointUnavailable } from '../domain/brake.ts';
import { ok, type Result } from '../domain/failures.ts';
import type { Store } from '../store/store.ts';
import { customerIdOf } from './customer-identity.ts';
import type { Trail } from './ports.ts';

/** The store's own copy of which account its customers have. The plugin implements it. */
export interface CustomerAccounts {
  /** Null takes a number away. Customers whom the store no longer has are passed over. */
  tellAccounts(customers: { id: number; accountNumber: string | null }[], trail: Trail): Promise<Result<void>>;
}

export interface AccountTellerOptions {
  store: Pick<Store, 'write' | 'customers'>;
  /** Null while no plugin is paired: what is untold waits. */
  plugin: () => CustomerAccounts | null;
  trail: Trail;
  /** Waits this long after a failure. */
  retryMs?: number;
  onError: (error: unknown) => void;
  onFailure?: (message: string) => void;
}

const AT_ONCE = 100;
const RETRY_MS = 60_000;

/**
 * Tells the store which Oracle account each of its customers has: once per change, again until the store has taken it. What is told and
 * what is not is kept in the database, so a restart loses nothing.
 */
export class AccountTeller {
  private readonly options: AccountTellerOptions;
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> | null = null;
  private again = false;
  private stopped = false;

  constructor(options: AccountTellerOptions) {
    this.options = options;
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

  /** The store may be another one, or one that was set up anew: it is told everything again. */
  async startOver(): Promise<void> {
    await this.options.store.write(() => this.options.store.customers.forgetTold());
    this.nudge();
  }

  /** What is under way then counts as untold. */
  stop(): void {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
  }

  private async run(): Promise<void> {
    try {
      const told = await this.tellAll();
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

  private async tellAll(): Promise<Result<void>> {
    const { store, plugin, trail } = this.options;
    for (;;) {
      const rows = store.customers.untold(AT_ONCE);
      const paired = plugin();
      if (rows.length === 0 || !paired || this.stopped) return ok(undefined);
      const customers = rows.map(({ identity, accountNumber }) => ({ id: customerIdOf(identity) ?? 0, accountNumber }));
      const told = await paired.tellAccounts(customers, trail);
      if (!told.ok || this.stopped) return told;
      // What was sent, not what holds by now: an account that changed meanwhile is told next.
      await store.write(() => {
        for (const { identity, accountNumber } of rows) store.customers.setTold(identity, accountNumber);
      });
    }
  }
}
