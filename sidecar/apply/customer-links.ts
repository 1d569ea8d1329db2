import { err, needsAttention, ok, type Result } from '../domain/failures.ts';
import type { FoundBy, Seen } from '../store/customers.ts';
import type { Store } from '../store/store.ts';
import { createCustomerBook } from './customer-book.ts';
import { customerIdOf, type Identities } from './customer-identity.ts';
import { CREATE, CUSTOMER_QUESTION } from './customer-lookup.ts';
import type { CustomerWork } from './customer-work.ts';
import type { CustomerAccount, CustomerDirectory, Trail } from './ports.ts';

export interface CustomerLinksOptions {
  store: Pick<Store, 'write' | 'customers' | 'orders' | 'jobs'>;
  directory: CustomerDirectory;
  identities: Identities;
  /** Whose locks hold the orders of a customer back while the link is made. */
  work: Pick<CustomerWork, 'alone'>;
  nowMs: () => number;
  onMapped: () => void;
}

/**
 * Accounts that people choose. A choice is for the person, not for one of their identities: a store customer, the e-mails they have or had,
 * and the guest they were, all get it. What was posted keeps the account it has.
 */
export class CustomerLinks {
  private readonly options: CustomerLinksOptions;
  private readonly family: (identity: string) => string[];

  constructor(options: CustomerLinksOptions) {
    this.options = options;
    this.family = createCustomerBook(options.store.customers, options.identities).family;
  }

  /**
   * Links by hand, and lets the orders go on that waited for this customer, and no others.
   *
   * Out    how many orders go on
   * Fails  needs-attention customer.account_unknown; what the directory fails with
   */
  async link(identity: string, accountNumber: string, actor: string, trail: Trail): Promise<Result<number>> {
    const account = await this.options.directory.findAccount(accountNumber, trail);
    if (!account.ok) return account;
    if (!account.value) return err(noSuchAccount(accountNumber));
    return ok(await this.linkTo(identity, account.value, { foundBy: 'person', actor }));
  }

  /** The same with an account that Oracle has just shown. `seen`: who it is, where nobody has bought under this identity yet. */
  async linkTo(
    identity: string,
    account: CustomerAccount,
    { foundBy, actor, seen }: { foundBy: Extract<FoundBy, 'person' | 'import'>; actor: string; seen?: Seen },
  ): Promise<number> {
    const { store, work, nowMs, onMapped } = this.options;
    const released = await work.alone(this.family(identity), () =>
      store.write(() => {
        const { customers } = store;
        const family = this.family(identity);
        if (seen && customers.get(identity) === null) customers.see(identity, seen, nowMs());
        for (const each of family) {
          const before = customers.get(each);
          // What has no account of its own goes by the others' already.
          if (each !== identity && !before?.account) continue;
          const by: FoundBy = each === identity ? foundBy : customerIdOf(identity) === null ? 'guest' : 'user';
          const mapping = { account, foundBy: by, actor, flows: false, contentHash: null, contentAt: null };
          customers.map(each, { ...mapping, owner: before?.owner ?? null }, nowMs());
        }
        const waited = customers.release(family);
        for (const orderId of waited) store.jobs.mark('order', orderId, nowMs());
        return waited.length;
      }),
    );
    onMapped();
    return released;
  }

  /** Takes the account away: the next order looks for one again. False where there was none. */
  async unlink(identity: string, actor: string): Promise<boolean> {
    const { store, work, nowMs, onMapped } = this.options;
    const done = await work.alone(this.family(identity), () =>
      store.write(() => {
        const linked = this.family(identity).filter((each) => store.customers.account(each) !== null);
        for (const each of linked) store.customers.unlink(each, actor, nowMs());
        return linked.length > 0;
      }),
    );
    if (done) onMapped();
    return done;
  }

  /** Answers the question of every order that waits for this customer with "a new account". How many there were. */
  createNew(identity: string, actor: string): Promise<number> {
    const { store, work, nowMs } = this.options;
    return work.alone(this.family(identity), () =>
      store.write(() => {
        const waiting = this.family(identity).flatMap((each) => store.customers.waiting(each));
        for (const { orderId } of waiting) {
          store.orders.decide(orderId, CUSTOMER_QUESTION, CREATE, '', actor, nowMs());
          store.jobs.mark('order', orderId, nowMs());
        }
        return waiting.length;
      }),
    );
  }
}

export const noSuchAccount = (accountNumber: string) =>
  needsAttention(
    'customer.account_unknown',
    `Oracle shows no customer account ${accountNumber} with a bill-to site.`,
    'Check the number, or give the account a bill-to site in Oracle.',
  );
