import type { CustomerAccount, CustomerProgress, NewCustomer, Trail } from '../apply/ports.ts';
import { err, needsAttention, ok, type Result, retryable } from '../domain/failures.ts';
import type { Accounts } from './accounts.ts';
import { listRows } from './collection.ts';
import type { OracleHttp } from './http.ts';
import type { OracleSwitches } from './options.ts';
import { type Parties, type PartyKind, type PartySite, sameAddress } from './parties.ts';
import { addressAttributes, CREATED_BY } from './party-payloads.ts';
import { finder } from './query.ts';
import { FINANCIALS } from './resources.ts';
import { answeredText } from './sent-value.ts';
import type { SmallCache } from './small-cache.ts';
import type { SoapClient } from './soap.ts';
import { clean } from './text.ts';

export interface CustomerTools {
  http: OracleHttp;
  soap: SoapClient;
  parties: Parties;
  accounts: Accounts;
  /** Set id by set code. */
  sets: SmallCache;
  switches: Pick<OracleSwitches, 'partySiteBy'>;
  wait: (ms: number) => Promise<void>;
}

type Progress = (now: CustomerProgress) => Promise<void>;

/** A new row may show late: looked for three times over half a minute before a lost answer counts as "nothing was made". */
const LOOKS_AFTER_DOUBT_MS = [2_000, 8_000, 20_000];

/**
 * Party, address, account with bill-to site, profile: one after the other, each looked up before it is made and handed to `progress`
 * before the next begins. So a crash resumes, and a lost answer makes nothing twice: an answer that did not come is followed by
 * looks, never by another POST in the same call.
 *
 * Source  contract sections 5.3 and 13 (working order); the address goes with the party's own POST, which Oracle documents for the
 *         hub resources, or over SOAP (createLocation, mergeOrganization) by `switches.partySiteBy`
 */
export async function createCustomer(
  customer: NewCustomer,
  done: CustomerProgress,
  progress: Progress,
  tools: CustomerTools,
  trail: Trail,
): Promise<Result<CustomerAccount>> {
  const now: CustomerProgress = { ...done };
  const keep = async (more: CustomerProgress) => {
    Object.assign(now, more);
    await progress({ ...now });
  };
  const party = await partyStep(customer, now, keep, tools, trail);
  if (!party.ok) return party;
  const site = await siteStep(customer, party.value, now, keep, tools, trail);
  if (!site.ok) return site;
  const account = await accountStep(customer, { ...party.value, siteId: site.value }, now, keep, tools, trail);
  if (!account.ok) return account;
  const profile = await profileStep(customer, account.value, now, keep, tools, trail);
  return profile.ok ? ok(account.value.account) : profile;
}

interface PartyIds {
  kind: PartyKind;
  id: string;
  number: string;
  /** Made in this very call: it cannot have an account yet. */
  fresh: boolean;
}

async function partyStep(
  customer: NewCustomer,
  now: CustomerProgress,
  keep: Progress,
  tools: CustomerTools,
  trail: Trail,
): Promise<Result<PartyIds>> {
  const { kind } = customer;
  if (now.partyId !== undefined && now.partyNumber !== undefined)
    return ok({ kind, id: now.partyId, number: now.partyNumber, fresh: false });
  const look = async () => {
    const found = await tools.parties.findBySourceReference(kind, customer.sourceSystem, customer.sourceReference, trail);
    return found.ok ? ok(found.value[0] ?? null) : found;
  };
  const made = await makeOnce(
    look,
    async () => {
      const created = await tools.parties.create(customer, tools.switches.partySiteBy === 'address', trail);
      if (!created.ok) return created;
      const [site] = created.value.sites;
      if (site) Object.assign(now, { locationId: site.locationId, partySiteId: site.siteId });
      return ok(created.value.party);
    },
    tools,
  );
  if (!made.ok) return made;
  const { id, number } = made.value.it;
  await keep({ partyId: id, partyNumber: number });
  return ok({ kind, id, number, fresh: made.value.fresh });
}

/** The party site id that the account's site stands on. */
async function siteStep(
  customer: NewCustomer,
  party: PartyIds,
  now: CustomerProgress,
  keep: Progress,
  tools: CustomerTools,
  trail: Trail,
): Promise<Result<string>> {
  if (now.partySiteId !== undefined) return ok(now.partySiteId);
  const look = async (): Promise<Result<PartySite | null>> => {
    const sites = await tools.parties.sites(party, trail);
    if (!sites.ok) return sites;
    return ok(sites.value.find((site) => sameAddress(site, customer)) ?? null);
  };
  const make = () =>
    tools.switches.partySiteBy === 'address'
      ? tools.parties.addSite(party, customer, trail)
      : siteOverSoap(customer, party, now, keep, tools, trail);
  const site = await makeOnce(look, make, tools);
  if (!site.ok) return site;
  const { locationId, siteId } = site.value.it;
  await keep({ locationId, partySiteId: siteId });
  return ok(siteId);
}

/** A location that no site uses yet does no harm, so its creation needs no look-up of its own. */
async function siteOverSoap(
  customer: NewCustomer,
  party: PartyIds,
  now: CustomerProgress,
  keep: Progress,
  tools: CustomerTools,
  trail: Trail,
): Promise<Result<Pick<PartySite, 'siteId' | 'locationId'>>> {
  const common = { subject: 'customer', number: customer.sourceReference, writes: true } as const;
  let locationId = now.locationId;
  if (locationId === undefined) {
    const object = { ...addressAttributes(customer.billing), CreatedByModule: CREATED_BY };
    const made = await tools.soap.perform({ ...common, act: 'createLocation', operation: 'create location', object }, trail);
    if (!made.ok) return made;
    const id = answeredText(made.value, 'Value', 'LocationId') ?? answeredText(made.value, 'result', 'LocationId');
    if (id === null) return err(withoutId('location'));
    locationId = id;
    await keep({ locationId });
  }
  const added = await tools.soap.perform(
    {
      ...common,
      act: party.kind === 'organization' ? 'addOrganizationSite' : 'addPersonSite',
      operation: 'add address to party',
      object: {
        PartyId: party.id,
        PartySite: { 'par:LocationId': locationId, 'par:CreatedByModule': CREATED_BY },
      },
    },
    trail,
  );
  if (!added.ok) return added;
  const siteId = answeredText(added.value, 'PartySite', 'PartySiteId');
  return siteId === null ? err(withoutId('party site')) : ok({ siteId, locationId });
}

async function accountStep(
  customer: NewCustomer,
  party: PartyIds & { siteId: string },
  now: CustomerProgress,
  keep: Progress,
  tools: CustomerTools,
  trail: Trail,
): Promise<Result<{ account: CustomerAccount; fresh: boolean }>> {
  if (now.accountId !== undefined && now.accountNumber !== undefined) {
    const account = {
      accountNumber: now.accountNumber,
      accountId: now.accountId,
      partyId: party.id,
      partyNumber: party.number,
      site: now.site ?? null,
      siteUseId: now.siteUseId ?? null,
      name: customer.name,
    };
    return ok({ account, fresh: false });
  }
  const look = () => tools.accounts.ofParty(party.id, trail);
  const made = await makeOnce(look, () => newAccount(customer, party, tools, trail), tools, party.fresh);
  if (!made.ok) return made;
  const account = { ...made.value.it, partyNumber: party.number };
  await keep({
    accountId: account.accountId,
    accountNumber: account.accountNumber,
    ...(account.site !== null && { site: account.site }),
    ...(account.siteUseId !== null && { siteUseId: account.siteUseId }),
  });
  return ok({ account, fresh: made.value.fresh });
}

async function newAccount(
  customer: NewCustomer,
  party: PartyIds & { siteId: string },
  tools: CustomerTools,
  trail: Trail,
): Promise<Result<CustomerAccount>> {
  const set = await setIdOf(customer.siteSetCode, tools, trail);
  if (!set.ok) return set;
  const made = await tools.soap.perform(
    {
      act: 'createAccount',
      operation: 'create customer account',
      subject: 'customer account',
      number: customer.sourceReference,
      writes: true,
      ids: [party.id],
      object: {
        PartyId: party.id,
        AccountName: clean(customer.name, 240),
        CustomerType: 'R',
        CreatedByModule: CREATED_BY,
        OrigSystem: customer.sourceSystem,
        OrigSystemReference: customer.sourceReference,
        CustomerAccountSite: {
          PartySiteId: party.siteId,
          CreatedByModule: CREATED_BY,
          SetId: set.value,
          CustomerAccountSiteUse: { SiteUseCode: 'BILL_TO', CreatedByModule: CREATED_BY },
        },
      },
    },
    trail,
  );
  if (!made.ok) return made;
  const answered = (name: string) => answeredText(made.value, 'Value', name) ?? answeredText(made.value, 'result', name);
  const accountId = answered('CustomerAccountId');
  if (accountId === null) return err(withoutId('customer account'));
  // Answers hold little more than what was sent (contract section 5.3): number and site come from a look, which may be too early.
  const shown = await tools.accounts.ofParty(party.id, trail);
  if (shown.ok && shown.value?.accountId === accountId) return ok(shown.value);
  const accountNumber = answered('AccountNumber');
  if (accountNumber === null) return err(withoutId('customer account'));
  return ok({
    accountNumber,
    accountId,
    partyId: party.id,
    partyNumber: party.number,
    site: answeredText(made.value, 'CustomerAccountSiteUse', 'Location'),
    siteUseId: answeredText(made.value, 'CustomerAccountSiteUse', 'SiteUseId'),
    name: customer.name,
  });
}

/** Accounts made over SOAP have no profile until one is created, and an account without profile may not be billed. */
async function profileStep(
  customer: NewCustomer,
  { account, fresh }: { account: CustomerAccount; fresh: boolean },
  now: CustomerProgress,
  keep: Progress,
  tools: CustomerTools,
  trail: Trail,
): Promise<Result<void>> {
  if (now.profile === 'created') return ok(undefined);
  const ids = { CustomerAccountId: account.accountId, PartyId: account.partyId };
  const common = { subject: 'customer account' as const, number: account.accountNumber, ids: [account.accountId] };
  const look = async (): Promise<Result<true | null>> => {
    const found = await tools.soap.perform(
      { ...common, act: 'readProfile', operation: 'read customer profile', writes: false, object: ids },
      trail,
    );
    if (found.ok)
      return ok(
        answeredText(found.value, 'Value', 'CustomerAccountId') === null &&
          answeredText(found.value, 'result', 'CustomerAccountId') === null
          ? null
          : true,
      );
    return found.failure.code === 'oracle.record_missing' ? ok(null) : found;
  };
  const make = async (): Promise<Result<true>> => {
    const object = { ...ids, ...(customer.profileClass && { ProfileClassName: customer.profileClass }) };
    const made = await tools.soap.perform(
      { ...common, act: 'createProfile', operation: 'create customer profile', writes: true, object },
      trail,
    );
    return made.ok ? ok(true) : made;
  };
  const profile = await makeOnce(look, make, tools, fresh);
  if (!profile.ok) return profile;
  await keep({ profile: 'created' });
  return ok(undefined);
}

async function setIdOf(code: string, tools: CustomerTools, trail: Trail): Promise<Result<string>> {
  const known = tools.sets.get(code);
  if (known !== undefined) return ok(known);
  const unknown = err(
    needsAttention(
      'oracle.set_unknown',
      `Oracle does not show a reference data set "${code}"; new account sites need one.`,
      'Correct the set of new account sites in Connections (usually COMMON).',
    ),
  );
  const by = finder('SetCodeFinder', { SetCode: code });
  if (by === null) return unknown;
  const rows = await listRows(
    tools.http,
    {
      operation: 'find reference data set',
      subject: 'reference data',
      path: `${FINANCIALS}/setIdSets`,
      parameters: { finder: by, onlyData: 'true' },
    },
    trail,
  );
  if (!rows.ok) return rows;
  const id = rows.value.find((row) => row.SetCode === code)?.SetId;
  if (typeof id !== 'string') return unknown;
  tools.sets.set(code, id);
  return ok(id);
}

/** Looks (unless it cannot be there), then makes; after an answer that may have been lost, looks again and makes no second time. */
async function makeOnce<T>(
  look: () => Promise<Result<T | null>>,
  make: () => Promise<Result<T>>,
  tools: Pick<CustomerTools, 'wait'>,
  cannotBeThere = false,
): Promise<Result<{ it: T; fresh: boolean }>> {
  const before = cannotBeThere ? ok(null) : await look();
  if (!before.ok) return before;
  if (before.value !== null) return ok({ it: before.value, fresh: false });
  const made = await make();
  if (made.ok) return ok({ it: made.value, fresh: true });
  if (made.failure.kind === 'rejected' || made.failure.outcomeUnknown !== true) return made;
  for (const ms of LOOKS_AFTER_DOUBT_MS) {
    await tools.wait(ms);
    const found = await look();
    if (found.ok && found.value !== null) return ok({ it: found.value, fresh: false });
  }
  return made;
}

const withoutId = (what: string) =>
  retryable('oracle.answer_without_id', `Oracle answered a new ${what} without its id.`, { outcomeUnknown: true });
