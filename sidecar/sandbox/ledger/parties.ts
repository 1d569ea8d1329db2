import { all, insert, one, run, update } from '../database.ts';
import { OracleError, refuse } from '../errors.ts';
import type { Row } from '../rest/behaviour.ts';
import type { SeedCustomer } from '../seed/schema.ts';
import { type Call, createdBy, nextId, nextNumber, touch, type Who } from '../world.ts';

/** Trading Community: parties, their addresses, accounts, sites and profiles (contract section 5). */
export interface PartyRow extends Who {
  id: string;
  number: string;
  kind: 'organization' | 'person';
  name: string;
  email: string | null;
  data: string;
}

export interface PartySiteRow extends Who {
  id: string;
  number: string;
  party_id: string;
  location_id: string;
  is_primary: number;
  data: string;
}

export interface SourceReferenceRow extends Who {
  id: string;
  owner_table: string;
  owner_id: string;
  system: string;
  value: string;
  data: string;
}

export const partyById = (call: Call, id: string): PartyRow | undefined =>
  one<PartyRow>(call.world.db, 'SELECT * FROM party WHERE id = ?', id);
export const partySitesOf = (call: Call, partyId: string): PartySiteRow[] =>
  all<PartySiteRow>(call.world.db, 'SELECT * FROM party_site WHERE party_id = ? ORDER BY is_primary DESC, id', partyId);
export const locationData = (call: Call, id: string): Row =>
  JSON.parse(one<{ data: string }>(call.world.db, 'SELECT data FROM location WHERE id = ?', id)?.data ?? '{}') as Row;
export const referencesOf = (call: Call, ownerId: string): SourceReferenceRow[] =>
  all<SourceReferenceRow>(call.world.db, 'SELECT * FROM source_reference WHERE owner_id = ? ORDER BY id', ownerId);

export function createParty(
  call: Call,
  party: { kind: PartyRow['kind']; name: string; email: string | null; number?: string | undefined; data: Row },
): string {
  const { world } = call;
  const id = nextId(world);
  const number = party.number ?? freshNumber(call, 'party', 'party', 100_001);
  if (one(world.db, 'SELECT 1 FROM party WHERE number = ?', number)) {
    throw refuse('SBX_DUPLICATE_PARTY_NUMBER', `The party number ${number} already exists.`, '/PartyNumber');
  }
  insert(world.db, 'party', {
    id,
    number,
    kind: party.kind,
    name: party.name,
    email: party.email,
    data: JSON.stringify(party.data),
    ...createdBy(call),
  });
  if (party.email !== null) {
    addContactPoint(call, { id, kind: party.kind }, { ContactPointType: 'EMAIL', EmailAddress: party.email });
  }
  return id;
}

/** A number no row of the table has yet; seeded rows may carry numbers of their own choosing. */
function freshNumber(call: Call, table: 'party' | 'party_site' | 'account', sequence: string, first: number): string {
  for (;;) {
    const number = String(nextNumber(call.world, sequence, first));
    if (!one(call.world.db, `SELECT 1 FROM ${table} WHERE number = ?`, number)) return number;
  }
}

export function createLocation(call: Call, data: Row): string {
  const id = nextId(call.world);
  insert(call.world.db, 'location', { id, data: JSON.stringify(data), created_ms: call.nowMs, version: 1 });
  return id;
}

export function updateLocation(call: Call, id: string, changes: Row): void {
  update(call.world.db, 'location', id, { data: JSON.stringify({ ...locationData(call, id), ...changes }) });
}

/** A party's address: a site at a location. The first one is the primary. */
export function createPartySite(
  call: Call,
  site: { partyId: string; locationId: string; number?: string | undefined; primary?: boolean | undefined; data: Row },
): string {
  const { world } = call;
  const id = nextId(world);
  const isFirst = partySitesOf(call, site.partyId).length === 0;
  if (site.primary && !isFirst) run(world.db, 'UPDATE party_site SET is_primary = 0 WHERE party_id = ?', site.partyId);
  insert(world.db, 'party_site', {
    id,
    number: site.number ?? freshNumber(call, 'party_site', 'party-site', 200_001),
    party_id: site.partyId,
    location_id: site.locationId,
    is_primary: isFirst || site.primary ? 1 : 0,
    data: JSON.stringify(site.data),
    ...createdBy(call),
  });
  return id;
}

export function addUsage(call: Call, partyId: string, code: string, data: Row = {}): string {
  const { world } = call;
  const known = one<{ id: string }>(world.db, 'SELECT id FROM party_usage WHERE party_id = ? AND code = ?', partyId, code);
  if (known) return known.id;
  const id = nextId(world);
  insert(world.db, 'party_usage', { id, party_id: partyId, code, data: JSON.stringify(data), ...createdBy(call) });
  return id;
}

export const hasUsage = (call: Call, partyId: string, code: string): boolean =>
  one(call.world.db, 'SELECT 1 FROM party_usage WHERE party_id = ? AND code = ?', partyId, code) !== undefined;

/** The source system must be registered, and a reference points at one thing only. */
export function addReference(
  call: Call,
  reference: { table: string; ownerId: string; system: string; value: string; data?: Row },
): string {
  const { world } = call;
  if (!world.seed.sourceSystems.includes(reference.system)) {
    throw refuse('HZ_INVALID_ORIG_SYSTEM', `The source system ${reference.system} isn't registered.`, '/SourceSystem');
  }
  const taken = all<SourceReferenceRow>(
    world.db,
    'SELECT * FROM source_reference WHERE system = ? AND value = ? AND owner_table = ?',
    reference.system,
    reference.value,
    reference.table,
  ).find((row) => row.owner_id !== reference.ownerId);
  if (taken) {
    throw refuse(
      'SBX_DUPLICATE_REFERENCE',
      `The reference ${reference.value} of ${reference.system} is used by another record.`,
      '/SourceSystemReferenceValue',
    );
  }
  const id = nextId(world);
  insert(world.db, 'source_reference', {
    id,
    owner_table: reference.table,
    owner_id: reference.ownerId,
    system: reference.system,
    value: reference.value,
    data: JSON.stringify(reference.data ?? {}),
    ...createdBy(call),
  });
  return id;
}

export interface NewAccount {
  partyId: string;
  number?: string | undefined;
  name?: string | undefined;
  active?: boolean;
  data?: Row;
}

/** Fails with HZ-120421 when the party is no customer yet. */
export function createAccount(call: Call, account: NewAccount): string {
  const { world } = call;
  const party = partyById(call, account.partyId);
  if (!party) throw new OracleError(400, [{ code: 'JBO-27024', detail: `The party ${account.partyId} doesn't exist.` }]);
  if (!hasUsage(call, party.id, 'CUSTOMER')) {
    throw refuse('HZ-120421', 'The party does not have the usage that a customer account needs.');
  }
  if (account.number !== undefined && one(world.db, 'SELECT 1 FROM account WHERE number = ?', account.number)) {
    throw refuse('SBX_DUPLICATE_ACCOUNT', `The account number ${account.number} already exists.`);
  }
  const id = nextId(world);
  const highest = one<{ n: number }>(world.db, 'SELECT coalesce(max(CAST(number AS INTEGER)), 0) AS n FROM account')?.n ?? 0;
  insert(world.db, 'account', {
    id,
    number: account.number ?? freshNumber(call, 'account', 'account', Math.max(highest, 10_000) + 1),
    name: account.name ?? party.name,
    party_id: party.id,
    active: account.active === false ? 0 : 1,
    data: JSON.stringify(account.data ?? {}),
    ...createdBy(call),
  });
  return id;
}

export function createAccountSite(
  call: Call,
  site: { accountId: string; partySiteId: string; setCode: string; active?: boolean },
): string {
  const id = nextId(call.world);
  insert(call.world.db, 'account_site', {
    id,
    account_id: site.accountId,
    party_site_id: site.partySiteId,
    set_code: site.setCode,
    active: site.active === false ? 0 : 1,
  });
  return id;
}

/** A site becomes a bill-to or ship-to; the first of its kind is the primary. */
export function createSiteUse(
  call: Call,
  use: { accountId: string; accountSiteId: string; code: string; number: string; primary?: boolean | undefined },
): string {
  const { world } = call;
  const others = one(world.db, 'SELECT 1 FROM site_use WHERE account_id = ? AND code = ?', use.accountId, use.code);
  const id = nextId(world);
  insert(world.db, 'site_use', {
    id,
    account_id: use.accountId,
    account_site_id: use.accountSiteId,
    code: use.code,
    number: use.number,
    is_primary: use.primary === undefined ? (others ? 0 : 1) : use.primary ? 1 : 0,
    ...createdBy(call),
  });
  return id;
}

export function createProfile(call: Call, accountId: string, siteUseId: string | null, data: Row): string {
  const id = nextId(call.world);
  insert(call.world.db, 'profile', { id, account_id: accountId, site_use_id: siteUseId, data: JSON.stringify(data) });
  return id;
}

/** Keeps e-mail and telephone as contact points too, where REST shows and changes them. */
export function addContactPoint(call: Call, party: { id: string; kind: PartyRow['kind'] }, values: Row): void {
  const id = nextId(call.world);
  insert(call.world.db, 'record', {
    id,
    path: `${party.kind === 'person' ? 'hubPersons' : 'hubOrganizations'}.ContactPoint`,
    parent_id: party.id,
    data: JSON.stringify({
      ContactPointId: id,
      PartyId: party.id,
      PrimaryFlag: true,
      Status: 'A',
      CreatedByModule: 'HZ_WS',
      ...values,
    }),
    ...createdBy(call),
  });
}

/** Changes name, e-mail or other header values of a party. */
export function updateParty(call: Call, party: PartyRow, changes: { name?: string; email?: string | null; data?: Row }): void {
  const data = { ...(JSON.parse(party.data) as Row), ...changes.data };
  if (changes.email != null && changes.email !== party.email) {
    run(
      call.world.db,
      "UPDATE record SET data = json_set(data, '$.EmailAddress', ?) WHERE parent_id = ? AND json_extract(data, '$.EmailAddress') = ?",
      changes.email,
      party.id,
      party.email,
    );
  }
  update(call.world.db, 'party', party.id, {
    name: changes.name ?? party.name,
    email: changes.email === undefined ? party.email : changes.email,
    data: JSON.stringify(data),
  });
  touch(call, 'party', party.id);
}

/** A customer of the seed with accounts and sites. */
export function seedCustomer(call: Call, customer: SeedCustomer): void {
  const data: Row = {
    CreatedByModule: 'HZ_WS',
    TaxpayerIdentificationNumber: customer.taxpayerId ?? null,
    ...(customer.kind === 'person' && { FirstName: customer.firstName ?? null, LastName: customer.lastName ?? customer.name }),
    ...(customer.phone !== undefined && {
      [customer.kind === 'person' ? 'RawHomePhoneNumber' : 'RawPhoneNumber']: customer.phone,
    }),
  };
  const partyId = createParty(call, {
    kind: customer.kind,
    name: customer.name,
    email: customer.email ?? null,
    number: customer.partyNumber,
    data,
  });
  if (customer.accounts.length > 0) addUsage(call, partyId, 'CUSTOMER');
  for (const reference of customer.references) addReference(call, { table: 'HZ_PARTIES', ownerId: partyId, ...reference });
  for (const account of customer.accounts) {
    const accountId = createAccount(call, { partyId, number: account.number, name: account.name, active: account.active });
    if (account.profile) createProfile(call, accountId, null, {});
    const explicit = account.sites.some((site) => site.primary !== undefined);
    for (const [index, site] of account.sites.entries()) {
      const { address1, address2, city, state, postalCode, country } = site.address;
      const locationId = createLocation(call, {
        Address1: address1,
        Address2: address2 ?? null,
        City: city,
        State: state ?? null,
        PostalCode: postalCode ?? null,
        Country: country,
      });
      const taken = one(call.world.db, 'SELECT 1 FROM party_site WHERE number = ?', site.number);
      const partySiteId = createPartySite(call, { partyId, locationId, number: taken ? undefined : site.number, data: {} });
      const accountSiteId = createAccountSite(call, { accountId, partySiteId, setCode: site.set, active: site.active });
      const primary = explicit ? site.primary === true : index === 0;
      for (const code of site.uses) createSiteUse(call, { accountId, accountSiteId, code, number: site.number, primary });
    }
  }
}
