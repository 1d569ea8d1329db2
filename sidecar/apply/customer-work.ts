import type { BillTo } from '../domain/documents.ts';
import { actionOf, err, type Failure, ok, type Result } from '../domain/failures.ts';
import type { Address, StoreCustomer, StoreOrder } from '../domain/order.ts';
import type { Decision } from '../domain/posted.ts';
import type { Setup } from '../domain/setup.ts';
import type { CustomerProblem, CustomerRecord, FoundBy, Mapping } from '../store/customers.ts';
import type { Store } from '../store/store.ts';
import { type CustomerBook, createCustomerBook, isGuestsOnly } from './customer-book.ts';
import { foldName, type Identities, isAnonymised, under, userKey, type Who } from './customer-identity.ts';
import { KeyedLocks } from './customer-locks.ts';
import { asQuestion, CREATE, CUSTOMER_QUESTION, LINK, lookUp } from './customer-lookup.ts';
import { billToOf, type CustomerPolicy, contentHash, nameOf, newCustomer, sharedAccount } from './customer-party.ts';
import type { CustomerAccount, CustomerDirectory, CustomerProgress, NewCustomer, Trail } from './ports.ts';

export interface CustomerWorkOptions {
  store: Pick<Store, 'write' | 'customers' | 'orders' | 'jobs'>;
  directory: CustomerDirectory;
  identities: Identities;
  nowMs: () => number;
  /** A store customer got an account, or another one: the store may be told. */
  onMapped?: () => void;
}

/** Whom an order is billed to, as a person reads it before anything is sent. */
export type BillToPlan = { known: true; billTo: BillTo; how: string } | { known: false; how: string };

/** What happens for one customer, from an order or from the store's profile. */
interface Case {
  who: Who;
  wanted: NewCustomer;
  setup: Setup;
  /** The instant the content is from: an older order does not bring an old address back. */
  at: string;
  /** Absent for a change of the profile. */
  orderId?: number;
}

/**
 * Finds or makes the Oracle account of a customer: the stored mapping, the guest that a store customer was before, a look-up in Oracle,
 * else a new account; or a shared one where rule or set-up say so. One piece of work per customer at a time, whether it comes from
 * an order or from the profile. An account once found stays; only a person changes it.
 *
 * Source: design section 6, decisions/0010
 */
export class CustomerWork {
  private readonly options: CustomerWorkOptions;
  private readonly book: CustomerBook;
  private readonly locks = new KeyedLocks();

  constructor(options: CustomerWorkOptions) {
    this.options = options;
    this.book = createCustomerBook(options.store.customers, options.identities);
  }

  /** Without a call to Oracle: for the dry run. */
  foresee(order: StoreOrder, setup: Setup, policy: CustomerPolicy = {}): Result<BillToPlan> {
    const shared = sharedAccount(order, setup, policy);
    if (shared) {
      return shared.ok
        ? ok({ known: true, billTo: shared.value, how: `the shared account ${shared.value.accountNumber}` })
        : shared;
    }
    const who = this.whoOf(order, setup);
    const known = this.book.known(who);
    if (known) return ok({ known: true, billTo: billToOf(known.account), how: `account ${known.account.accountNumber}` });
    const wanted = newCustomer(who, order.customer, order.billing, setup);
    return wanted.ok ? ok({ known: false, how: `Look ${wanted.value.name} up in Oracle, or create the account` }) : wanted;
  }

  /** The account of its own that an order's customer has by now; null without one. */
  accountOf(order: StoreOrder, setup: Setup): CustomerAccount | null {
    return this.book.known(this.whoOf(order, setup))?.account ?? null;
  }

  /**
   * The account and site that an order is billed to.
   *
   * Fails   needs-attention customer.no_shared_account, customer.nameless; customer.ambiguous, customer.claimed, customer.name_only,
   *         customer.account_unknown as questions, which the order's decision or a link made by hand answers; what the directory fails with
   */
  async billTo(order: StoreOrder, setup: Setup, trail: Trail, policy: CustomerPolicy = {}): Promise<Result<BillTo>> {
    const shared = sharedAccount(order, setup, policy);
    if (shared) return shared;
    const who = this.whoOf(order, setup);
    return this.locks.hold(this.keysOf(who, nameOf(who, order.customer, order.billing, setup)), async () => {
      const billTo = await this.forOrder(order, who, setup, trail);
      if (billTo.ok && !this.isErased(order)) await this.buysAs(order.customerId, who);
      return billTo;
    });
  }

  /** A store customer changed: its account follows; it is made here only where the set-up says at registration. */
  async follow(
    customer: StoreCustomer,
    billing: Address,
    setup: Setup,
    trail: Trail,
  ): Promise<Result<'updated' | 'unchanged' | 'not-yet'>> {
    const who = this.options.identities.ofProfile(customer, billing, setup);
    if (!who) return ok('not-yet');
    const person = who.mail === null ? this.options.identities.of(customer, billing) : null;
    const keys = [...this.keysOf(who, nameOf(who, customer, billing, setup)), ...(person ? this.book.keysOf(person) : [])];
    return this.locks.hold(keys, async () => {
      // Who is a company by their profile is a person all the same: they may have bought as a guest before, and may again.
      if (person) await this.know(person);
      return this.forProfile(who, customer, billing, setup, trail);
    });
  }

  /** The store has deleted this customer: it is told nothing of them. Mapping and documents stay. */
  async gone(customerId: number): Promise<void> {
    const { store } = this.options;
    await store.write(() => store.customers.forgetBuyer(customerId));
  }

  /**
   * The e-mail of a guest's posted order was corrected: the new one is another name of the same guest, so that their next order is billed
   * to the account that this one is on. Not where another name came with it, nor where the new e-mail is a customer of its own: nothing
   * is merged. Accounts that are shared, a company's or a store customer's are not touched.
   */
  async followGuest(order: StoreOrder, setup: Setup, policy: CustomerPolicy, accountNumber: string): Promise<void> {
    const who = this.whoOf(order, setup);
    if (who.erased || who.identity !== who.mail || sharedAccount(order, setup, policy)) return;
    const { customers } = this.options.store;
    if (customers.account(who.identity) !== null) return;
    const before = this.guestOf(accountNumber);
    const wanted = newCustomer(who, order.customer, order.billing, setup);
    if (!before?.account || !wanted.ok || wanted.value.kind === 'organization') return;
    if (before.name === null || foldName(before.name) !== foldName(wanted.value.name)) return;
    const { account, flows, contentHash: hash, contentAt } = before;
    const now: Case = { who, wanted: wanted.value, setup, at: order.createdAt, orderId: order.id };
    await this.locks.hold([...this.book.keysOf(who), before.identity], () =>
      this.options.store.write(() => {
        if (this.book.isKnown(who)) return;
        const mapping = { account, foundBy: 'guest' as const, actor: null, flows, contentHash: hash, contentAt };
        customers.map(who.identity, mapping, this.options.nowMs());
        this.tie(now);
        this.release(now);
      }),
    );
  }

  /** Whose account it is, where it is one guest's and nobody else's. */
  private guestOf(accountNumber: string): CustomerRecord | null {
    const rows = this.options.store.customers.ofAccount(accountNumber);
    const [first] = rows;
    const family = first ? this.book.family(first.identity) : [];
    const isGuests = rows.every((row) => isGuestsOnly(row) && family.includes(row.identity));
    return isGuests ? (first ?? null) : null;
  }

  /** Runs work on identities while nothing else does: links made by hand. */
  alone<T>(identities: readonly string[], work: () => Promise<T>): Promise<T> {
    return this.locks.hold(identities, work);
  }

  private async forOrder(order: StoreOrder, who: Who, setup: Setup, trail: Trail): Promise<Result<BillTo>> {
    const { store, nowMs } = this.options;
    const known = this.book.known(who);
    // Nothing flows for a person who was erased, nor where the store has erased them: the books need the account alone.
    if (known && this.isErased(order)) return ok(billToOf(known.account));
    const wanted = newCustomer(who, order.customer, order.billing, setup);
    // Who is linked needs no name.
    if (!wanted.ok && known) return ok(billToOf(known.account));
    if (!wanted.ok) {
      const { failure } = wanted;
      await store.write(() => {
        store.customers.setProblem(who.identity, problemOf(failure), nowMs());
        store.customers.wait(order.id, who.identity);
      });
      return wanted;
    }
    const now: Case = { who, wanted: wanted.value, setup, at: order.createdAt, orderId: order.id };
    const found = known ? await this.keep(now, known) : await this.findOrCreate(now, this.decided(order.id, who), trail);
    if (!found.ok) return found;
    const followed = await this.keepUp(now, found.value, trail);
    if (!followed.ok) return followed;
    if (store.customers.waitsFor(order.id) !== null) await store.write(() => store.customers.waitsNoMore(order.id));
    const problem = store.customers.get(who.identity)?.problem;
    if (problem && followed.value !== 'refused') await store.write(() => store.customers.setProblem(who.identity, null, nowMs()));
    return this.withSites(now, found.value, order.shipping, trail);
  }

  private isErased(order: StoreOrder): boolean {
    return this.options.store.customers.erasedAs(order.id) !== null || isAnonymised(order.billing.email);
  }

  /** Who buys with a store account, for themselves or for a company, is shown there with the account that is billed. */
  private async buysAs(customerId: number, who: Who): Promise<void> {
    const { store, nowMs, onMapped } = this.options;
    if (customerId === 0 || store.customers.buys(customerId, who.identity)) return;
    await store.write(() => store.customers.setBuys(customerId, who.identity, nowMs()));
    onMapped?.();
  }

  private async know(person: Who): Promise<void> {
    const { store, nowMs } = this.options;
    const row = store.customers.get(person.identity);
    if (row?.erasedAtMs || row?.emailKey === person.mail) return;
    await store.write(() => this.book.note(person, nowMs()));
  }

  private async forProfile(
    who: Who,
    customer: StoreCustomer,
    billing: Address,
    setup: Setup,
    trail: Trail,
  ): Promise<Result<'updated' | 'unchanged' | 'not-yet'>> {
    const { store, nowMs } = this.options;
    const row = store.customers.get(who.identity);
    if (row?.erasedAtMs) return ok('unchanged');
    const known = this.book.known(who);
    const wanted = newCustomer(who, customer, billing, setup);
    const { registered, companies, createAt } = setup.customers;
    const shares = registered === 'shared' && !(companies === 'own' && wanted.ok && wanted.value.kind === 'organization');
    if (!wanted.ok || (!known && (shares || createAt !== 'registration'))) {
      // The key of the e-mail is enough to know them by later.
      const profile = wanted.ok ? contentHash(who, wanted.value, setup) : null;
      if (row?.emailKey !== who.mail || row?.profileHash !== profile) {
        await store.write(() => {
          this.book.note(who, nowMs());
          if (profile !== null) store.customers.setProfile(who.identity, profile);
        });
      }
      return ok('not-yet');
    }
    const now: Case = { who, wanted: wanted.value, setup, at: new Date(nowMs()).toISOString() };
    const found = known ? await this.keep(now, known) : await this.findOrCreate(now, null, trail);
    if (!found.ok) return found;
    const isErased = store.customers.get(userKey(customer.id))?.erasedAtMs != null;
    if (!shares && !isErased) await this.buysAs(customer.id, who);
    const hash = contentHash(who, wanted.value, setup);
    const seen = store.customers.get(who.identity);
    if (seen?.profileHash === hash) return ok('unchanged');
    // An order may bring another address than the profile has; only a change of the profile takes it back.
    const followed =
      seen?.profileHash === null && known === null ? ok('current' as const) : await this.keepUp(now, found.value, trail);
    if (!followed.ok) return followed;
    await store.write(() => {
      store.customers.setProfile(who.identity, hash);
      if (seen?.problem && followed.value !== 'refused') store.customers.setProblem(who.identity, null, nowMs());
    });
    return ok(followed.value === 'sent' ? 'updated' : 'unchanged');
  }

  /** A known account: what it is known by is written down where that is news. */
  private async keep(
    now: Case,
    known: { account: CustomerAccount; inherited: FoundBy | null },
  ): Promise<Result<CustomerAccount>> {
    const { store } = this.options;
    const { account, inherited } = known;
    const news = this.book.news(now.who, now.wanted, now.orderId === undefined);
    if (inherited || news) {
      await store.write(() => {
        if (inherited) this.map(now, account, { foundBy: inherited, actor: null, sameAs: true });
        else this.tie(now);
      });
      if (inherited) this.options.onMapped?.();
    }
    return ok(account);
  }

  private async findOrCreate(now: Case, decision: Decision | null, trail: Trail): Promise<Result<CustomerAccount>> {
    const { store, directory } = this.options;
    const { who, wanted, setup } = now;
    const begun = this.book.unfinished(who);
    if (begun) {
      // What was begun under the other identity is finished there, and then inherited.
      const at = begun.identity === who.identity ? who : under(begun.identity, who);
      const sourceReference = `${setup.prefix}${at.reference}`;
      return this.create({ ...now, who: at, wanted: { ...wanted, sourceReference } }, begun.progress, now, trail);
    }
    if (decision?.choice.startsWith(LINK)) {
      const number = decision.choice.slice(LINK.length);
      const chosen = await directory.findAccount(number, trail);
      if (!chosen.ok) return chosen;
      if (!chosen.value) return this.ask(now, accountGone(number));
      return this.mapped(now, chosen.value, { foundBy: 'person', actor: decision.by });
    }
    if (decision?.choice !== CREATE) {
      const { customers } = store;
      const found = await lookUp(who, wanted, setup, { directory, customers, identities: this.options.identities }, trail);
      if (!found.ok) return found;
      if (found.value.outcome === 'ask') return this.ask(now, found.value.problem);
      if (found.value.outcome === 'found') return this.mapped(now, found.value.account, { foundBy: found.value.by, actor: null });
    }
    return this.create(now, {}, now, trail);
  }

  /** Makes the account for `made`, and keeps it for `now` as well: a store customer may finish what began as a guest. */
  private async create(made: Case, done: CustomerProgress, now: Case, trail: Trail): Promise<Result<CustomerAccount>> {
    const { store, directory, nowMs } = this.options;
    const { identity } = made.who;
    const keep = (progress: CustomerProgress) => store.write(() => store.customers.saveProgress(identity, progress, nowMs()));
    // Begun, and known by the e-mail, before anything is sent: whatever is lost on the way, either identity finishes it.
    const before = store.customers.get(identity);
    if (!before?.emailKey || !before.progress) {
      await store.write(() => {
        if (!before?.emailKey) this.book.note(made.who, nowMs());
        if (!before?.progress) store.customers.saveProgress(identity, done, nowMs());
      });
    }
    const account = await directory.create(made.wanted, done, keep, trail);
    if (!account.ok) {
      const doubtful = account.failure.kind !== 'rejected' && account.failure.outcomeUnknown;
      // Nothing was made: the next time looks again from the start.
      if (!doubtful && isNothing(store.customers.get(identity)?.progress)) {
        await store.write(() => store.customers.dropProgress(identity));
      }
      return account;
    }
    if (identity === now.who.identity) return this.mapped(now, account.value, { foundBy: 'created', actor: null });
    await store.write(() => this.map(made, account.value, { foundBy: 'created', actor: null }));
    return this.mapped(now, account.value, { foundBy: identity === made.who.mail ? 'guest' : 'user', actor: null });
  }

  private async mapped(
    now: Case,
    account: CustomerAccount,
    by: Pick<Mapping, 'foundBy' | 'actor'>,
  ): Promise<Result<CustomerAccount>> {
    await this.options.store.write(() => this.map(now, account, by));
    this.options.onMapped?.();
    return ok(account);
  }

  /** Inside Committer.write: mapping, ties between e-mail and store customer, and the orders that waited for it. */
  private map(now: Case, account: CustomerAccount, by: Pick<Mapping, 'foundBy' | 'actor'> & { sameAs?: boolean }): void {
    const { store, nowMs } = this.options;
    const { who, wanted, setup } = now;
    const before = by.sameAs && who.mail ? store.customers.get(who.mail) : null;
    store.customers.map(
      who.identity,
      {
        account,
        foundBy: by.foundBy,
        actor: by.actor,
        flows: before?.flows ?? flowsFor(by.foundBy),
        // What Oracle holds counts as told: only later changes flow to an account that we did not make.
        contentHash: before?.contentHash ?? contentHash(who, wanted, setup),
        contentAt: before?.contentAt ?? now.at,
      },
      nowMs(),
    );
    this.tie(now);
    this.release(now);
  }

  private tie(now: Case): void {
    this.book.tie(now.who, now.wanted, now.orderId === undefined, this.options.nowMs());
  }

  private release(now: Case): void {
    const { store, nowMs } = this.options;
    const { identity, mail } = now.who;
    for (const orderId of store.customers.release([identity, ...(mail ? [mail] : [])])) {
      if (orderId !== now.orderId) store.jobs.mark('order', orderId, nowMs());
    }
  }

  private async ask(now: Case, problem: CustomerProblem): Promise<Result<never>> {
    const { store, nowMs } = this.options;
    await store.write(() => {
      store.customers.see(now.who.identity, this.book.seen(now.who, now.wanted), nowMs());
      store.customers.setProblem(now.who.identity, problem, nowMs());
      if (now.orderId !== undefined) store.customers.wait(now.orderId, now.who.identity);
    });
    return err(asQuestion(problem, now.wanted.sourceReference));
  }

  /** A change of name, e-mail, phone or address goes to Oracle. One that Oracle refuses is shown with the customer and stops no order. */
  private async keepUp(now: Case, account: CustomerAccount, trail: Trail): Promise<Result<'sent' | 'current' | 'refused'>> {
    const { store, directory, nowMs } = this.options;
    const { who, wanted, setup } = now;
    const row = store.customers.get(who.identity);
    const hash = contentHash(who, wanted, setup);
    // What several buy under is no longer one buyer's to change.
    if (wanted.kind === 'organization' && this.isShared(account, who)) return ok('current');
    if (!row?.flows || row.contentHash === hash || (row.contentAt !== null && now.at < row.contentAt)) return ok('current');
    const updated = await directory.update(account, wanted, trail, { address: setup.customers.addresses === 'update-primary' });
    if (!updated.ok) {
      if (updated.failure.kind === 'retryable') return updated;
      const problem = notUpdated(account, updated.failure);
      await store.write(() => store.customers.setProblem(who.identity, problem, nowMs()));
      return ok('refused');
    }
    await store.write(() => store.customers.setContent(who.identity, hash, now.at, nowMs()));
    return ok('sent');
  }

  private isShared(account: CustomerAccount, who: Who): boolean {
    const rows = this.options.store.customers.ofAccount(account.accountNumber);
    return rows.some((row) => row.identity !== who.identity && row.identity !== who.mail && row.owner !== who.identity);
  }

  private async withSites(now: Case, account: CustomerAccount, shipping: Address | null, trail: Trail): Promise<Result<BillTo>> {
    const { addresses, shipTo } = now.setup.customers;
    const billTo = billToOf(account);
    if (addresses === 'site-per-address') {
      const site = await this.siteAt(account, now.wanted, 'BILL_TO', trail);
      if (!site.ok) return site;
      billTo.site = site.value;
    }
    if (shipTo === 'site-per-address' && shipping?.country) {
      const site = await this.siteAt(account, { ...now.wanted, billing: shipping }, 'SHIP_TO', trail);
      if (!site.ok) return site;
      billTo.shipToSite = site.value;
    }
    return ok(billTo);
  }

  private async siteAt(
    account: CustomerAccount,
    customer: NewCustomer,
    use: 'BILL_TO' | 'SHIP_TO',
    trail: Trail,
  ): Promise<Result<string>> {
    const { store, directory, identities } = this.options;
    const address = identities.address(customer.billing);
    const known = store.customers.site(account.accountNumber, use, address);
    if (known !== null) return ok(known);
    const made = await directory.siteAt(account, customer, use, trail);
    if (!made.ok) return made;
    await store.write(() => store.customers.saveSite(account.accountNumber, use, address, made.value));
    return ok(made.value.site);
  }

  /** An order whose person was erased is still theirs. */
  private whoOf(order: StoreOrder, setup: Setup): Who {
    const who = this.options.identities.ofOrder(order, setup);
    const erased = this.options.store.customers.erasedAs(order.id);
    return erased === null
      ? who
      : { ...who, identity: erased, mail: null, email: null, label: '', vatNumber: null, erased: true };
  }

  /** What a person chose on the order, unless somebody linked or unlinked the customer since. */
  private decided(orderId: number, who: Who): Decision | null {
    const { store } = this.options;
    const decision = store.orders.decisions(orderId).findLast((each) => each.question === CUSTOMER_QUESTION);
    const since = store.customers.get(who.identity)?.linkedAtMs ?? 0;
    return decision && Date.parse(decision.at) >= since ? decision : null;
  }

  /** Two orders of one person wait for each other, and so do two of one company, whose name may decide. */
  private keysOf(who: Who, { kind, name }: Pick<NewCustomer, 'kind' | 'name'>): string[] {
    const company = kind === 'organization' ? [`company:${this.options.identities.company(name)}`] : [];
    return [...this.book.keysOf(who), ...company];
  }
}

const isNothing = (progress: CustomerProgress | null | undefined): boolean =>
  progress != null && Object.keys(progress).length === 0;

/** Data of an account that a person chose, or that a company's name led to, is kept by those who keep it in Oracle. */
const flowsFor = (foundBy: FoundBy): boolean => !['person', 'import', 'name', 'tax-number'].includes(foundBy);

const problemOf = (failure: Failure): CustomerProblem => ({
  code: failure.code,
  message: failure.message,
  action: actionOf(failure),
  candidates: [],
});

const accountGone = (number: string): CustomerProblem => ({
  code: 'customer.account_unknown',
  message: `Oracle shows no customer account ${number} with a bill-to site.`,
  action: 'Choose another account, or let a new one be made.',
  candidates: [],
});

const notUpdated = (account: CustomerAccount, failure: Failure): CustomerProblem => ({
  code: 'customer.not_updated',
  message: `Account ${account.accountNumber} was not changed: ${failure.message}`,
  action: actionOf(failure) || 'Change it in Oracle by hand.',
  candidates: [],
});
