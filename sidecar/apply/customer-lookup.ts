import { needsAttention, ok, type Question, type Result } from '../domain/failures.ts';
import type { Setup } from '../domain/setup.ts';
import type { Candidate, CustomerProblem, Customers, FoundBy } from '../store/customers.ts';
import { foldName, type Identities, type Who } from './customer-identity.ts';
import type { CustomerAccount, CustomerDirectory, NewCustomer, PartyMatch, Trail } from './ports.ts';

export type LookUp =
  | { outcome: 'found'; account: CustomerAccount; by: FoundBy }
  | { outcome: 'none' }
  /** A person has to say which account it is. */
  | { outcome: 'ask'; problem: CustomerProblem };

export interface LookUpTools {
  directory: CustomerDirectory;
  customers: Customers;
  identities: Identities;
}

/** The question as orders ask it; its choices are `create` and `link-<account number>`. */
export const CUSTOMER_QUESTION = 'customer';
export const CREATE = 'create';
export const LINK = 'link-';

/**
 * Looks a customer without a mapping up in Oracle: external id, tax number, e-mail, exact name; first hit wins. Never a guess: two hits,
 * an account that is another customer's, or a person's name alone are for a person to decide.
 *
 * Source  design section 6; what counts as one name or e-mail: customer-identity.ts, oracle/parties.ts
 */
export async function lookUp(
  who: Who,
  wanted: NewCustomer,
  setup: Setup,
  tools: LookUpTools,
  trail: Trail,
): Promise<Result<LookUp>> {
  const { directory } = tools;
  const byReference = await directory.findBySourceReference(wanted.sourceSystem, wanted.sourceReference, trail);
  if (!byReference.ok) return byReference;
  const referenced = single(byReference.value, wanted, 'source-reference');
  if (referenced) return ok(referenced);

  if (who.identity.startsWith('vat:') && who.vatNumber !== null) {
    const byTax = await directory.findByTaxNumber(who.vatNumber, trail);
    if (!byTax.ok) return byTax;
    const taxed = single(byTax.value, wanted, 'tax-number');
    if (taxed) return ok(taxed);
  } else if (who.email !== null) {
    const byEmail = await directory.findByEmail(who.email, trail);
    if (!byEmail.ok) return byEmail;
    // The e-mail of a company is that of whoever bought for it last.
    const people = byEmail.value.filter((match) => !isCompanyByVat(match, tools));
    const mailed = single(people, wanted, 'e-mail', (match) => claim(match, who, wanted, tools));
    if (mailed) return ok(mailed);
  }
  return wanted.kind === 'organization'
    ? companyByName(who, wanted, setup, tools, trail)
    : personByName(who, wanted, tools, trail);
}

/**
 * A company's exact name decides, unless companies go by VAT number: then it only proposes. Where both sides show a VAT number, it tells
 * companies of one name apart.
 */
async function companyByName(
  who: Who,
  wanted: NewCustomer,
  setup: Setup,
  { directory, customers, identities }: LookUpTools,
  trail: Trail,
): Promise<Result<LookUp>> {
  const byVat = setup.customers.companiesBy === 'vat-number';
  const known = (partyId: string) => byVat && customers.knowsParty(partyId);
  const byName = await directory.findByName('organization', wanted.name, trail, known);
  if (!byName.ok) return byName;
  const others = byName.value.filter((match) => isAnotherNumber(match, who));
  const open = byName.value.filter((match) => !others.includes(match));
  if (byVat) {
    const candidates = candidatesOf(open, () => `same name; nothing in Oracle says that its VAT number is ${who.label}`);
    return ok(candidates.length > 0 ? { outcome: 'ask', problem: nameOnly(wanted, candidates) } : { outcome: 'none' });
  }
  const [proven, second] = accountsOf(open.filter((match) => who.vatNumber !== null && match.vatNumber === who.vatNumber));
  if (proven && !second) return ok({ outcome: 'found', account: proven, by: 'name' });
  // With our own record: what was made a moment ago may not show in Oracle yet.
  const ours = customers
    .accountsOfCompany(identities.company(wanted.name))
    .map(asMatch)
    .filter(({ account }) => others.every((match) => match.account?.accountNumber !== account?.accountNumber));
  const named = single([...open, ...ours], wanted, 'name');
  if (named) return ok(named);
  const candidates = candidatesOf(others, (match) => `same name, but VAT number ${match.vatNumber} and not ${who.vatNumber}`);
  return ok(candidates.length > 0 ? { outcome: 'ask', problem: nameOnly(wanted, candidates) } : { outcome: 'none' });
}

const isAnotherNumber = (match: PartyMatch, who: Who): boolean =>
  match.vatNumber !== null && who.vatNumber !== null && match.vatNumber !== who.vatNumber;

const asMatch = (account: CustomerAccount): PartyMatch => ({
  kind: 'organization',
  partyId: account.partyId,
  partyNumber: account.partyNumber ?? '',
  name: account.name,
  email: null,
  postcode: null,
  vatNumber: null,
  account,
});

/** A person's name proves little: with the same postcode it decides if Oracle knows no other e-mail of theirs, else it proposes. */
async function personByName(
  who: Who,
  wanted: NewCustomer,
  { directory, customers }: LookUpTools,
  trail: Trail,
): Promise<Result<LookUp>> {
  // Accounts of other customers of the store are other people, however common the name.
  const byName = await directory.findByName('person', wanted.name, trail, (partyId) => customers.knowsParty(partyId));
  if (!byName.ok) return byName;
  const proven = byName.value.filter((match) => match.email === null && samePostcode(match, wanted));
  const [only, second] = accountsOf(proven);
  if (only && !second && accountsOf(byName.value).length === 1) return ok({ outcome: 'found', account: only, by: 'name' });
  const candidates = candidatesOf(byName.value, (match) => difference(match, who, wanted));
  return ok(candidates.length > 0 ? { outcome: 'ask', problem: nameOnly(wanted, candidates) } : { outcome: 'none' });
}

/** The one account of the matches; a question where there are several or where it is somebody else's; null where there is none. */
function single(
  matches: PartyMatch[],
  wanted: NewCustomer,
  by: 'source-reference' | 'tax-number' | 'e-mail' | 'name',
  claimedBy: (match: PartyMatch) => string | null = () => null,
): LookUp | null {
  const [account, ...more] = accountsOf(matches);
  if (!account) return null;
  const word = { 'source-reference': 'external id', 'tax-number': 'VAT number', 'e-mail': 'e-mail', name: 'name' }[by];
  if (more.length > 0) {
    const candidates = candidatesOf(matches, () => `same ${word}`);
    return {
      outcome: 'ask',
      problem: {
        code: 'customer.ambiguous',
        message: `Oracle has ${candidates.length} accounts with the ${word} of ${wanted.name}: ${numbers(candidates)}.`,
        action: 'Choose the one that is billed, or let a new one be made.',
        candidates,
      },
    };
  }
  const match = matches.find((each) => each.account);
  const owner = match ? claimedBy(match) : null;
  if (!match || owner === null) return { outcome: 'found', account, by };
  return {
    outcome: 'ask',
    problem: {
      code: 'customer.claimed',
      message: `Account ${account.accountNumber} has the ${word} of ${wanted.name}, but is the account of another customer (${owner}).`,
      action: 'Choose it if both are the same customer, or let a new one be made.',
      candidates: candidatesOf([match], () => `same ${word}, billed for ${owner}`),
    },
  };
}

function isCompanyByVat({ account }: PartyMatch, { customers }: LookUpTools): boolean {
  const rows = account ? customers.ofAccount(account.accountNumber) : [];
  return rows.length > 0 && rows.every((row) => row.identity.startsWith('vat:'));
}

/** Whose account it is already; a company's is for all who buy for it. */
function claim(match: PartyMatch, who: Who, wanted: NewCustomer, { customers }: LookUpTools): string | null {
  if (!match.account || (wanted.kind === 'organization' && match.kind === 'organization')) return null;
  const others = customers
    .ofAccount(match.account.accountNumber)
    .filter((row) => row.identity !== who.identity && row.identity !== who.mail);
  const [other] = others;
  if (!other) return null;
  return other.identity.startsWith('user:') ? `store customer #${other.identity.slice(5)}` : 'a guest with another e-mail';
}

const nameOnly = (wanted: NewCustomer, candidates: Candidate[]): CustomerProblem => ({
  code: 'customer.name_only',
  message: `Oracle knows ${wanted.name} under ${candidates.length === 1 ? 'account' : 'the accounts'} ${numbers(candidates)}; the name alone does not prove that it is this customer.`,
  action: 'Choose the account if it is the same customer, or let a new one be made.',
  candidates,
});

function accountsOf(matches: readonly PartyMatch[]): CustomerAccount[] {
  const accounts = matches.flatMap((match) => (match.account ? [match.account] : []));
  return [...new Map(accounts.map((account) => [account.accountNumber, account])).values()];
}

function candidatesOf(matches: readonly PartyMatch[], why: (match: PartyMatch) => string): Candidate[] {
  const rows = matches.flatMap((match) =>
    match.account ? [{ accountNumber: match.account.accountNumber, name: match.name, why: why(match) }] : [],
  );
  return [...new Map(rows.map((row) => [row.accountNumber, row])).values()];
}

const numbers = (candidates: readonly Candidate[]): string => candidates.map((candidate) => candidate.accountNumber).join(', ');

function difference(match: PartyMatch, who: Who, wanted: NewCustomer): string {
  const parts = ['same name'];
  if (match.email !== null && who.email !== null) parts.push('another e-mail');
  if (match.postcode !== null) parts.push(samePostcode(match, wanted) ? 'same postcode' : 'another postcode');
  return parts.join(', ');
}

const samePostcode = (match: PartyMatch, wanted: NewCustomer): boolean =>
  match.postcode !== null && wanted.billing.postcode !== '' && bare(match.postcode) === bare(wanted.billing.postcode);
const bare = (postcode: string): string => foldName(postcode).replace(/[\s-]/g, '');

/** A problem as an order asks it. */
export function asQuestion(problem: CustomerProblem, subject: string) {
  const { code, message, action, candidates } = problem;
  const question: Question = {
    id: CUSTOMER_QUESTION,
    choices: [
      ...candidates.map(({ accountNumber, name, why }) => ({
        id: `${LINK}${accountNumber}`,
        label: `Link to ${accountNumber}, ${name} (${why})`,
      })),
      { id: CREATE, label: 'Create a new account' },
    ],
  };
  return needsAttention(code, message, action, { question, detail: { subject } });
}
