import type { CustomerAccount, CustomerDirectory, CustomerProgress, NewCustomer, PartyMatch, Trail } from '../apply/ports.ts';
import { err, ok, type Result, retryable } from '../domain/failures.ts';
import type { Accounts } from './accounts.ts';
import { createCustomer } from './create-customer.ts';
import type { CustomerTools } from './customer-work.ts';
import { type Parties, type Party, type PartyKind, sameAddress } from './parties.ts';

const KINDS: readonly PartyKind[] = ['person', 'organization'];
/** A look-up by e-mail or name that finds more than this names nobody. */
const MOST_MATCHES = 5;

/** Customers in Oracle (port: apply/ports.ts): parties over REST, accounts and profiles over SOAP. */
export function createCustomers(tools: CustomerTools): CustomerDirectory {
  const { parties, accounts } = tools;
  return {
    findAccount: (accountNumber, trail) => accounts.find(accountNumber, trail),
    findBySourceReference: (system, reference, trail) =>
      matches((kind) => parties.findBySourceReference(kind, system, reference, trail), accounts, trail),
    findByEmail: (email, trail) => matches((kind) => parties.findByEmail(kind, email, trail), accounts, trail),
    findByName: (kind, name, trail) => matches((each) => parties.findByName(each, name, trail), accounts, trail, [kind]),
    create: (customer: NewCustomer, done: CustomerProgress, progress, trail) =>
      createCustomer(customer, done, progress, tools, trail),
    update: (account, customer, trail) => updateCustomer(account, customer, parties, trail),
  };
}

async function matches(
  look: (kind: PartyKind) => Promise<Result<Party[]>>,
  accounts: Accounts,
  trail: Trail,
  kinds: readonly PartyKind[] = KINDS,
): Promise<Result<PartyMatch[]>> {
  const found: PartyMatch[] = [];
  for (const kind of kinds) {
    const rows = await look(kind);
    if (!rows.ok) return rows;
    for (const party of rows.value.slice(0, MOST_MATCHES - found.length)) {
      const account = await accounts.ofParty(party.id, trail);
      if (!account.ok) return account;
      found.push({
        partyId: party.id,
        partyNumber: party.number,
        name: party.name,
        email: party.email,
        postcode: party.postcode,
        account: account.value && { ...account.value, partyNumber: party.number },
      });
    }
  }
  return ok(found);
}

/** Name, e-mail and phone of the party, then its primary address; what is the same is not sent. */
async function updateCustomer(
  account: CustomerAccount,
  customer: NewCustomer,
  parties: Parties,
  trail: Trail,
): Promise<Result<void>> {
  const party = await findParty(account.partyId, customer.kind, parties, trail);
  if (!party.ok) return party;
  const updated = await parties.update(party.value, customer, trail);
  if (!updated.ok) return updated;
  const sites = await parties.sites(party.value, trail);
  if (!sites.ok) return sites;
  const [primary] = sites.value;
  if (primary === undefined) {
    const added = await parties.addSite(party.value, customer, trail);
    return added.ok ? ok(undefined) : added;
  }
  return sameAddress(primary, customer) ? ok(undefined) : parties.updateSite(party.value, primary, customer, trail);
}

/** The party may be of the other kind: a person who became a company keeps the party the account was made for. */
async function findParty(partyId: string, kind: PartyKind, parties: Parties, trail: Trail): Promise<Result<Party>> {
  for (const each of kind === 'person' ? KINDS : KINDS.toReversed()) {
    const found = await parties.findById(each, partyId, trail);
    if (!found.ok) return found;
    if (found.value) return ok(found.value);
  }
  return err(retryable('oracle.not_found', `Oracle does not show the party ${partyId} of this customer.`));
}
