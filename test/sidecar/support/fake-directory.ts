import type {
  AccountSite,
  CustomerAccount,
  CustomerDirectory,
  CustomerProgress,
  NewCustomer,
  PartyMatch,
} from '../../../sidecar/apply/ports.ts';
import { err, type Failure, ok, type Result, retryable } from '../../../sidecar/domain/failures.ts';

export interface HeldParty {
  kind: NewCustomer['kind'];
  name: string;
  email: string | null;
  postcode: string | null;
  taxNumber?: string;
  references: string[];
  account: string | null;
}

/**
 * Oracle's parties and accounts in memory, behind the port: enough to test who is found, made and changed. The sandbox stands for Oracle
 * over HTTP in the adapter's own tests.
 */
export class FakeDirectory implements CustomerDirectory {
  readonly parties: HeldParty[] = [];
  readonly calls: string[] = [];
  readonly sites: { account: string; use: string; address: string }[] = [];
  /** The creation dies after this many steps: party, account, profile. */
  dieAfter: number | null = null;
  /** The next call of this name fails so. */
  readonly failures = new Map<string, Failure>();
  private nextAccount = 50_001;

  /** Somebody whom Oracle knew before us. */
  plant(party: Partial<HeldParty> & { name: string }): string {
    const account = party.account === undefined ? String(this.nextAccount++) : party.account;
    this.parties.push({ kind: 'person', email: null, postcode: null, references: [], ...party, account });
    return account ?? '';
  }

  accounts(): string[] {
    return this.parties.flatMap((party) => party.account ?? []);
  }

  findAccount(accountNumber: string): Promise<Result<CustomerAccount | null>> {
    return this.call('findAccount', () => {
      const at = this.parties.findIndex((party) => party.account === accountNumber);
      return ok(at < 0 ? null : this.accountAt(at));
    });
  }

  findBySourceReference(_system: string, reference: string): Promise<Result<PartyMatch[]>> {
    return this.call('findBySourceReference', () => ok(this.matches((party) => party.references.includes(reference))));
  }

  findByEmail(email: string): Promise<Result<PartyMatch[]>> {
    return this.call('findByEmail', () => ok(this.matches((party) => folded(party.email ?? '') === folded(email))));
  }

  findByName(
    kind: NewCustomer['kind'],
    name: string,
    _trail?: unknown,
    skip: (partyId: string) => boolean = () => false,
  ): Promise<Result<PartyMatch[]>> {
    return this.call('findByName', () => {
      const found = this.matches((party) => party.kind === kind && folded(party.name) === folded(name));
      return ok(found.filter((match) => !skip(match.partyId)));
    });
  }

  findByTaxNumber(vatNumber: string): Promise<Result<PartyMatch[]>> {
    return this.call('findByTaxNumber', () => ok(this.matches((party) => party.taxNumber === vatNumber)));
  }

  search(text: string): Promise<Result<PartyMatch[]>> {
    return this.call('search', () =>
      ok(this.matches((party) => party.account === text || folded(party.name).startsWith(folded(text)))),
    );
  }

  async create(
    customer: NewCustomer,
    done: CustomerProgress,
    progress: (now: CustomerProgress) => Promise<void>,
  ): Promise<Result<CustomerAccount>> {
    this.calls.push(`create ${customer.sourceReference}`);
    const now = { ...done };
    let steps = 0;
    const dies = () => this.dieAfter !== null && steps++ >= this.dieAfter;
    const lost = err<never>(retryable('oracle.no_answer', 'The connection was lost.', { outcomeUnknown: true, endpoint: true }));
    if (now.partyId === undefined) {
      if (dies()) return lost;
      const there = this.parties.findIndex((party) => party.references.includes(customer.sourceReference));
      const at = there < 0 ? this.parties.length : there;
      if (there < 0) this.parties.push(this.partyFrom(customer));
      Object.assign(now, { partyId: idOf(at), partyNumber: `P${at}` });
      await progress({ ...now });
    }
    const at = Number(now.partyId) - FIRST_ID;
    const party = this.parties[at];
    if (!party) throw new Error(`no party ${now.partyId}`);
    if (now.accountNumber === undefined) {
      if (dies()) return lost;
      await Promise.resolve();
      party.account ??= String(this.nextAccount++);
      Object.assign(now, { accountNumber: party.account, accountId: idOf(at), site: `${party.account}-1` });
      await progress({ ...now });
    }
    if (dies()) return lost;
    return ok(this.accountAt(at));
  }

  update(account: CustomerAccount, customer: NewCustomer, _trail?: unknown, parts = { address: true }): Promise<Result<void>> {
    return this.call(`update ${account.accountNumber}`, () => {
      const party = this.parties[Number(account.partyId) - FIRST_ID];
      if (party?.kind === customer.kind) party.name = customer.name;
      if (party) party.email = customer.billing.email || customer.store.email;
      if (party?.kind === customer.kind && customer.vatNumber) party.taxNumber = customer.vatNumber;
      if (party && parts.address) party.postcode = customer.billing.postcode;
      return ok(undefined);
    });
  }

  siteAt(account: CustomerAccount, customer: NewCustomer, use: string): Promise<Result<AccountSite>> {
    return this.call('siteAt', () => {
      const address = `${customer.billing.address1} ${customer.billing.city}`;
      const held = { account: account.accountNumber, use, address };
      let at = this.sites.findIndex((site) => JSON.stringify(site) === JSON.stringify(held));
      if (at < 0) at = this.sites.push(held) - 1;
      return ok({ site: `${account.accountNumber}-${at + 2}`, siteUseId: String(at) });
    });
  }

  private partyFrom(customer: NewCustomer): HeldParty {
    return {
      kind: customer.kind,
      name: customer.name,
      email: customer.billing.email || customer.store.email,
      postcode: customer.billing.postcode,
      ...(customer.vatNumber && { taxNumber: customer.vatNumber }),
      references: [customer.sourceReference],
      account: null,
    };
  }

  private matches(fits: (party: HeldParty) => boolean): PartyMatch[] {
    return this.parties.flatMap((party, at) =>
      fits(party)
        ? [
            {
              kind: party.kind,
              partyId: idOf(at),
              partyNumber: `P${at}`,
              name: party.name,
              email: party.email,
              postcode: party.postcode,
              vatNumber: party.taxNumber ?? null,
              account: party.account === null ? null : this.accountAt(at),
            },
          ]
        : [],
    );
  }

  private accountAt(at: number): CustomerAccount {
    const party = this.parties[at];
    const accountNumber = party?.account ?? '';
    return {
      accountNumber,
      accountId: idOf(at),
      partyId: idOf(at),
      partyNumber: `P${at}`,
      site: `${accountNumber}-1`,
      siteUseId: idOf(at),
      name: party?.name ?? '',
    };
  }

  /** Answers come a moment later, as they do over a network: two calls at once can overtake each other. */
  private async call<T>(name: string, work: () => Result<T>): Promise<Result<T>> {
    this.calls.push(name);
    await new Promise((resolve) => setImmediate(resolve));
    const failure = this.failures.get(name);
    this.failures.delete(name);
    return failure ? err(failure) : work();
  }
}

const FIRST_ID = 300_100;
const idOf = (at: number): string => String(FIRST_ID + at);
const folded = (text: string): string => text.trim().replace(/\s+/g, ' ').toLowerCase();
