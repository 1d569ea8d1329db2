import { createHash } from 'node:crypto';
import type { BillTo } from '../domain/documents.ts';
import { err, needsAttention, ok, type Result } from '../domain/failures.ts';
import type { Address, StoreCustomer, StoreOrder } from '../domain/order.ts';
import type { Setup } from '../domain/setup.ts';
import type { FoundBy } from '../store/customers.ts';
import type { Store } from '../store/store.ts';
import type { CustomerAccount, CustomerDirectory, NewCustomer, PartyMatch, Trail } from './ports.ts';

export interface CustomerWorkOptions {
  store: Pick<Store, 'write' | 'customers'>;
  directory: CustomerDirectory;
  nowMs: () => number;
}

/** Whom an order is billed to, as a person reads it before anything is sent. */
export type BillToPlan = { known: true; billTo: BillTo; how: string } | { known: false; how: string };

/**
 * Finds or makes the Oracle account of an order's customer: stored mapping, external id, e-mail, exact name, else a new account;
 * or a shared web-shop account where the set-up says so. One creation at a time per identity.
 * Source: design section 6
 */
export class CustomerWork {
  private readonly options: CustomerWorkOptions;
  private readonly underway = new Map<string, Promise<Result<BillTo>>>();

  constructor(options: CustomerWorkOptions) {
    this.options = options;
  }

  /** Without a call to Oracle: for the dry run. */
  foresee(order: StoreOrder, setup: Setup): Result<BillToPlan> {
    const shared = sharedAccount(order, setup);
    if (shared) {
      return shared.ok
        ? ok({ known: true, billTo: shared.value, how: `the shared account ${shared.value.accountNumber}` })
        : shared;
    }
    const identity = identityOf(order.customer, order.billing);
    const mapped = this.options.store.customers.account(identity);
    return mapped
      ? ok({ known: true, billTo: billToOf(mapped), how: `account ${mapped.accountNumber}` })
      : ok({ known: false, how: `Look ${nameOf(order.customer, order.billing).name} up in Oracle, or create the account` });
  }

  /** Fails: needs-attention customer.no_shared_account, customer.ambiguous, customer.name_only; and what the directory fails with. */
  async billTo(order: StoreOrder, setup: Setup, trail: Trail): Promise<Result<BillTo>> {
    const shared = sharedAccount(order, setup);
    if (shared) return shared;
    const identity = identityOf(order.customer, order.billing);
    const mapped = this.options.store.customers.account(identity);
    if (mapped) return ok(billToOf(mapped));
    const running = this.underway.get(identity);
    if (running) return running;
    const work = this.findOrCreate(identity, order.customer, order.billing, setup, trail).finally(() =>
      this.underway.delete(identity),
    );
    this.underway.set(identity, work);
    return work;
  }

  /** A store customer changed: its account follows; it is made here only where the set-up says at registration. */
  async follow(
    customer: StoreCustomer,
    billing: Address,
    setup: Setup,
    trail: Trail,
  ): Promise<Result<'updated' | 'unchanged' | 'not-yet'>> {
    const { store, directory, nowMs } = this.options;
    if (setup.customers.registered === 'shared') return ok('not-yet');
    const identity = identityOf(customer, billing);
    const account = store.customers.account(identity);
    if (!account) {
      if (setup.customers.createAt !== 'registration') return ok('not-yet');
      const made = await this.findOrCreate(identity, customer, billing, setup, trail);
      return made.ok ? ok('updated') : made;
    }
    const wanted = newCustomer(customer, billing, setup);
    const hash = contentHash(wanted);
    if (store.customers.contentHash(identity) === hash) return ok('unchanged');
    const updated = await directory.update(account, wanted, trail);
    if (!updated.ok) return updated;
    await store.write(() => store.customers.setContentHash(identity, hash, nowMs()));
    return ok('updated');
  }

  private async findOrCreate(
    identity: string,
    customer: StoreCustomer,
    billing: Address,
    setup: Setup,
    trail: Trail,
  ): Promise<Result<BillTo>> {
    const { store, directory, nowMs } = this.options;
    const wanted = newCustomer(customer, billing, setup);
    const begun = store.customers.progress(identity);
    if (!begun) {
      const found = await this.lookUp(wanted, trail);
      if (!found.ok) return found;
      if (found.value) {
        const { account, by } = found.value;
        await store.write(() => store.customers.map(identity, account, by, null, nowMs()));
        return ok(billToOf(account));
      }
    }
    const made = await directory.create(
      wanted,
      begun ?? {},
      (progress) => store.write(() => store.customers.saveProgress(identity, progress, nowMs())),
      trail,
    );
    if (!made.ok) return made;
    await store.write(() => store.customers.map(identity, made.value, 'created', contentHash(wanted), nowMs()));
    return ok(billToOf(made.value));
  }

  /** First hit wins; a hit without an account is a party that still needs one, which create() finds again by its reference. */
  private async lookUp(wanted: NewCustomer, trail: Trail): Promise<Result<{ account: CustomerAccount; by: FoundBy } | null>> {
    const { directory } = this.options;
    const byReference = await directory.findBySourceReference(wanted.sourceSystem, wanted.sourceReference, trail);
    if (!byReference.ok) return byReference;
    const referenced = only(byReference.value, wanted, 'external id');
    if (!referenced.ok) return referenced;
    if (referenced.value) return ok({ account: referenced.value, by: 'source-reference' });

    const email = wanted.store.email || wanted.billing.email;
    if (email) {
      const byEmail = await directory.findByEmail(email.trim().toLowerCase(), trail);
      if (!byEmail.ok) return byEmail;
      const mailed = only(byEmail.value, wanted, 'e-mail');
      if (!mailed.ok) return mailed;
      if (mailed.value) return ok({ account: mailed.value, by: 'e-mail' });
    }
    const byName = await directory.findByName(wanted.kind, wanted.name, trail);
    if (!byName.ok) return byName;
    // For a person a name alone proves nothing: the postcode has to agree. For a company the exact name decides.
    const sameName = byName.value.filter((match) => wanted.kind === 'organization' || samePostcode(match, wanted));
    const named = only(sameName, wanted, 'name');
    if (!named.ok) return named;
    if (named.value) return ok({ account: named.value, by: 'name' });
    return ok(null);
  }
}

function only(matches: PartyMatch[], wanted: NewCustomer, by: string): Result<CustomerAccount | null> {
  const accounts = matches.flatMap((match) => (match.account ? [match.account] : []));
  const distinct = [...new Map(accounts.map((account) => [account.accountNumber, account])).values()];
  if (distinct.length > 1) {
    const numbers = distinct.map((account) => account.accountNumber).join(', ');
    return err(
      needsAttention(
        'customer.ambiguous',
        `Oracle has ${distinct.length} accounts with the ${by} of ${wanted.name}: ${numbers}.`,
        'Link the customer to the right account by hand.',
        { detail: { subject: wanted.sourceReference } },
      ),
    );
  }
  return ok(distinct[0] ?? null);
}

const samePostcode = (match: PartyMatch, wanted: NewCustomer): boolean =>
  match.postcode !== null && fold(match.postcode) === fold(wanted.billing.postcode) && wanted.billing.postcode !== '';

const fold = (text: string): string => text.replace(/\s+/g, '').toUpperCase();

/** The shared account where the set-up wants one; undefined where the customer gets an account of their own. */
function sharedAccount(order: StoreOrder, setup: Setup): Result<BillTo> | undefined {
  const policy = order.customerId === 0 ? setup.customers.guests : setup.customers.registered;
  if (policy !== 'shared') return undefined;
  const row = setup.customers.sharedAccounts.find(
    (candidate) =>
      (candidate.currency === undefined || candidate.currency === order.currency) &&
      (candidate.country === undefined || candidate.country === order.billing.country),
  );
  return row
    ? ok({ accountNumber: row.accountNumber, ...(row.site && { site: row.site }) })
    : err(
        needsAttention(
          'customer.no_shared_account',
          `The set-up names no shared account for ${order.customerId === 0 ? 'guests' : 'customers'} paying in ${order.currency} from ${order.billing.country || 'an unknown country'}.`,
          'Add a shared account for this currency and country in the set-up.',
        ),
      );
}

/** Store customer id, else the guest's e-mail, folded. */
export const identityOf = (customer: StoreCustomer, billing: Address): string =>
  customer.id > 0 ? `user:${customer.id}` : `guest:${(billing.email || customer.email).trim().toLowerCase()}`;

function nameOf(customer: StoreCustomer, billing: Address): { kind: NewCustomer['kind']; name: string } {
  const company = (billing.company || customer.company).trim();
  if (company) return { kind: 'organization', name: company };
  const person = `${billing.firstName || customer.firstName} ${billing.lastName || customer.lastName}`.trim();
  return { kind: 'person', name: person || billing.email || customer.email };
}

function newCustomer(customer: StoreCustomer, billing: Address, setup: Setup): NewCustomer {
  const { kind, name } = nameOf(customer, billing);
  const identity =
    customer.id > 0
      ? `wp_user:${customer.id}`
      : `guest:${createHash('sha256').update(identityOf(customer, billing)).digest('hex').slice(0, 24)}`;
  return {
    kind,
    name,
    sourceSystem: setup.customers.sourceSystem,
    sourceReference: `${setup.prefix}${identity}`,
    store: customer,
    billing,
    siteSetCode: setup.customers.siteSetCode,
    ...(setup.customers.profileClass && { profileClass: setup.customers.profileClass }),
  };
}

const contentHash = (customer: NewCustomer): string =>
  createHash('sha256')
    .update(JSON.stringify([customer.name, customer.store.email, customer.billing]))
    .digest('hex');

const billToOf = (account: CustomerAccount): BillTo => ({
  accountNumber: account.accountNumber,
  ...(account.site && { site: account.site }),
});
