import type {
  AccountSite,
  CustomerAccount,
  CustomerDirectory,
  CustomerProgress,
  NewCustomer,
  PartyMatch,
  SiteUse,
  Trail,
} from '../apply/ports.ts';
import { err, ok, type Result, retryable } from '../domain/failures.ts';
import { accountSiteAt } from './account-site.ts';
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
    findByName: (kind, name, trail, skip) =>
      matches((each) => parties.findByName(each, name, trail), accounts, trail, { kinds: [kind], ...(skip && { skip }) }),
    findByTaxNumber: (vatNumber, trail) =>
      matches((kind) => parties.findByTaxNumber(kind, vatNumber, trail), accounts, trail, { kinds: ['organization'] }),
    search: (text, trail) => searchFor(text.trim(), tools, trail),
    create: (customer: NewCustomer, done: CustomerProgress, progress, trail) =>
      createCustomer(customer, done, progress, tools, trail),
    update: (account, customer, trail, parts) => updateCustomer(account, customer, parties, trail, parts),
    siteAt: (account, customer, use, trail) => siteAt(account, customer, use, tools, trail),
  };
}

async function matches(
  look: (kind: PartyKind) => Promise<Result<Party[]>>,
  accounts: Accounts,
  trail: Trail,
  { kinds = KINDS, skip = () => false, most = MOST_MATCHES }: MatchOptions = {},
): Promise<Result<PartyMatch[]>> {
  const found: PartyMatch[] = [];
  for (const kind of kinds) {
    const rows = await look(kind);
    if (!rows.ok) return rows;
    for (const party of rows.value.filter(({ id }) => !skip(id)).slice(0, most - found.length)) {
      const account = await accounts.ofParty(party.id, trail);
      if (!account.ok) return account;
      found.push({
        kind,
        partyId: party.id,
        partyNumber: party.number,
        name: party.name,
        email: party.email,
        postcode: party.postcode,
        vatNumber: party.vatNumber,
        account: account.value && { ...account.value, partyNumber: party.number },
      });
    }
  }
  return ok(found);
}

interface MatchOptions {
  kinds?: readonly PartyKind[];
  skip?: (partyId: string) => boolean;
  most?: number;
}

/** A page of results for a person to choose from. */
const MOST_SHOWN = 20;

async function searchFor(text: string, { parties, accounts }: CustomerTools, trail: Trail): Promise<Result<PartyMatch[]>> {
  const found: PartyMatch[] = [];
  if (/^[\w-]{1,30}$/.test(text)) {
    const account = await accounts.find(text, trail);
    if (!account.ok) return account;
    if (account.value) {
      const party = await partyOf(account.value.partyId, parties, trail);
      if (!party.ok) return party;
      found.push(matchOf(account.value, party.value));
    }
  }
  const look = (kind: PartyKind) =>
    text.includes('@') ? parties.findByEmail(kind, text, trail) : parties.findByNameStart(kind, text, trail);
  const more = await matches(look, accounts, trail, { most: MOST_SHOWN });
  if (!more.ok) return more;
  const others = more.value.filter((match) => match.account && match.partyId !== found[0]?.partyId);
  return ok([...found, ...others]);
}

const matchOf = (account: CustomerAccount, party: Party | null): PartyMatch => ({
  kind: party?.kind ?? 'organization',
  partyId: account.partyId,
  partyNumber: party?.number ?? '',
  name: party?.name ?? account.name,
  email: party?.email ?? null,
  postcode: party?.postcode ?? null,
  vatNumber: party?.vatNumber ?? null,
  account,
});

/** Name, e-mail, phone and VAT number of the party, then its primary address; what is the same is not sent. */
async function updateCustomer(
  account: CustomerAccount,
  customer: NewCustomer,
  parties: Parties,
  trail: Trail,
  { address } = { address: true },
): Promise<Result<void>> {
  const party = await findParty(account.partyId, parties, trail, customer.kind);
  if (!party.ok) return party;
  const updated = await parties.update(party.value, customer, trail);
  if (!updated.ok || !address) return updated;
  const sites = await parties.sites(party.value, trail);
  if (!sites.ok) return sites;
  const [primary] = sites.value;
  if (primary === undefined) {
    const added = await parties.addSite(party.value, customer, trail);
    return added.ok ? ok(undefined) : added;
  }
  return sameAddress(primary, customer) ? ok(undefined) : parties.updateSite(party.value, primary, customer, trail);
}

async function siteAt(
  account: CustomerAccount,
  customer: NewCustomer,
  use: SiteUse,
  tools: CustomerTools,
  trail: Trail,
): Promise<Result<AccountSite>> {
  const party = await findParty(account.partyId, tools.parties, trail, customer.kind);
  return party.ok ? accountSiteAt(account, party.value, customer, use, tools, trail) : party;
}

async function findParty(partyId: string, parties: Parties, trail: Trail, first: PartyKind): Promise<Result<Party>> {
  const found = await partyOf(partyId, parties, trail, first);
  if (!found.ok) return found;
  if (found.value) return ok(found.value);
  return err(retryable('oracle.not_found', `Oracle does not show the party ${partyId} of this customer.`));
}

/** The party may be of the other kind: a person who became a company keeps the party the account was made for. */
async function partyOf(
  partyId: string,
  parties: Parties,
  trail: Trail,
  first: PartyKind = 'person',
): Promise<Result<Party | null>> {
  for (const each of first === 'person' ? KINDS : KINDS.toReversed()) {
    const found = await parties.findById(each, partyId, trail);
    if (!found.ok || found.value) return found;
  }
  return ok(null);
}
