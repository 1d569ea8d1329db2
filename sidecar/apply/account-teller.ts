import { ok, type Result } from '../domain/failures.ts';
import type { Store } from '../store/store.ts';
import { customerIdOf } from './customer-identity.ts';
import type { Trail } from './ports.ts';
import { Teller, type TellerOptions } from './teller.ts';

/** The store's own copy of which account its customers have. The plugin implements it. */
export interface CustomerAccounts {
  /** Null takes a number away. Customers whom the store no longer has are passed over. */
  tellAccounts(customers: { id: number; accountNumber: string | null }[], trail: Trail): Promise<Result<void>>;
}

export interface AccountTellerOptions extends Omit<TellerOptions, 'tell'> {
  store: Pick<Store, 'write' | 'customers'>;
  /** Null while no plugin is paired: what is untold waits. */
  plugin: () => CustomerAccounts | null;
  trail: Trail;
}

const AT_ONCE = 100;

/**
 * Tells the store which Oracle account each of its customers has: once per change, again until the store has taken it. What is told and
 * what is not is kept in the database, so a restart loses nothing.
 */
export class AccountTeller {
  private readonly options: AccountTellerOptions;
  private readonly teller: Teller;

  constructor(options: AccountTellerOptions) {
    this.options = options;
    this.teller = new Teller({ ...options, tell: () => this.tellAll() });
  }

  /** Something may be untold: looks now. */
  nudge(): void {
    this.teller.nudge();
  }

  /** The store may be another one, or one that was set up anew: it is told everything again. */
  async startOver(): Promise<void> {
    await this.options.store.write(() => this.options.store.customers.forgetTold());
    this.nudge();
  }

  stop(): void {
    this.teller.stop();
  }

  private async tellAll(): Promise<Result<void>> {
    const { store, plugin, trail } = this.options;
    for (;;) {
      const rows = store.customers.untold(AT_ONCE);
      const paired = plugin();
      if (rows.length === 0 || !paired || this.teller.isStopped) return ok(undefined);
      const customers = rows.map(({ identity, accountNumber }) => ({ id: customerIdOf(identity) ?? 0, accountNumber }));
      const told = await paired.tellAccounts(customers, trail);
      if (!told.ok || this.teller.isStopped) return told;
      // What was sent, not what holds by now: an account that changed meanwhile is told next.
      await store.write(() => {
        for (const { identity, accountNumber } of rows) store.customers.setTold(identity, accountNumber);
      });
    }
  }
}
