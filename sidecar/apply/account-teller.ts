import { ok, type Result } from '../domain/failures.ts';
import type { Store } from '../store/store.ts';
import type { Trail } from './ports.ts';
import { Teller, type TellerOptions } from './teller.ts';

/** The store's own copy of which account its customers have. The plugin implements it. */
export interface CustomerAccounts {
  /**
   * The accounts that each customer's orders are billed to: their own, then those of companies they buy for. None takes away what was told
   * before. Customers whom the store no longer has are passed over.
   */
  tellAccounts(customers: { id: number; accountNumbers: string[] }[], trail: Trail): Promise<Result<void>>;
}

export interface AccountTellerOptions extends Omit<TellerOptions, 'tell'> {
  store: Pick<Store, 'write' | 'customers'>;
  /** Null while no plugin is paired: what is untold waits. */
  plugin: () => CustomerAccounts | null;
  trail: Trail;
}

const AT_ONCE = 100;

/**
 * Tells the store which Oracle accounts each of its customers is billed to: once per change, again until the store has taken it. What is
 * told and what is not is kept in the database, so a restart loses nothing. An account that set-up or rules share among buyers is nobody's.
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
      const customers = rows.map(({ customerId, accountNumbers }) => ({ id: customerId, accountNumbers }));
      const told = await paired.tellAccounts(customers, trail);
      if (!told.ok || this.teller.isStopped) return told;
      // What was sent, not what holds by now: an account that changed meanwhile is told next.
      await store.write(() => {
        for (const { customerId, accountNumbers } of rows) store.customers.setTold(customerId, accountNumbers);
      });
    }
  }
}
