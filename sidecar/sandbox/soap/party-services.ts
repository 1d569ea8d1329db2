import { all, one, run, update } from '../database.ts';
import { OracleError, refuse } from '../errors.ts';
import { accountById, siteUsesOf } from '../ledger/customers.ts';
import {
  addReference,
  addUsage,
  createAccount,
  createAccountSite,
  createLocation,
  createParty,
  createPartySite,
  createProfile,
  createSiteUse,
  locationData,
  type PartyRow,
  type PartySiteRow,
  partyById,
  partySitesOf,
  type SourceReferenceRow,
  updateLocation,
  updateParty,
} from '../ledger/parties.ts';
import type { Row } from '../rest/behaviour.ts';
import { type Call, touch } from '../world.ts';
import { criteriaOf, matchesCriteria } from './criteria.ts';
import {
  type DataObject,
  field,
  financials,
  nested,
  type Operation,
  type Service,
  type SoapValue,
  tradingCommunity,
} from './model.ts';
import {
  ACCOUNT,
  ACCOUNT_NS,
  LOCATION,
  LOCATION_NS,
  ORGANIZATION,
  ORGANIZATION_NS,
  PERSON,
  PERSON_NS,
  PROFILE,
  PROFILE_NS,
} from './party-objects.ts';

const jbo = (detail: string) => new OracleError(400, [{ code: 'JBO-27024', detail }]);

function required(value: SoapValue, objectName: string, ...names: string[]): void {
  for (const name of names) {
    if (field(value, name) === undefined) throw jbo(`Failed to validate a row of ${objectName}: attribute ${name} is required.`);
  }
}

/** An operation with one data object as its parameter. */
function ofObject(wrapper: string, data: DataObject, run: (call: Call, value: SoapValue) => SoapValue[]): Operation {
  return {
    parameters: { [wrapper]: data },
    result: data,
    run(call, parameters) {
      const [value] = nested(parameters, wrapper);
      if (!value) throw jbo(`The operation needs the data object ${wrapper}.`);
      return run(call, value);
    },
  };
}

const ADDRESS = ['Country', 'Address1', 'Address2', 'Address3', 'Address4', 'City', 'PostalCode', 'State', 'Province', 'County'];
const addressOf = (value: SoapValue): Row =>
  Object.fromEntries(ADDRESS.filter((name) => value[name] !== undefined).map((name) => [name, field(value, name) ?? null]));

const locationValue = (call: Call, id: string): SoapValue => ({ LocationId: id, ...(locationData(call, id) as SoapValue) });

function needLocation(call: Call, id: string | undefined): string {
  if (id === undefined || !one(call.world.db, 'SELECT 1 FROM location WHERE id = ?', id)) {
    throw jbo(`The location ${id ?? '(none)'} doesn't exist.`);
  }
  return id;
}

function reference(call: Call, value: SoapValue, table: string, ownerId: string): void {
  const system = field(value, 'OrigSystem');
  const text = field(value, 'OrigSystemReference');
  if (system !== undefined && text !== undefined) addReference(call, { table, ownerId, system, value: text });
  for (const inner of nested(value, 'OriginalSystemReference')) {
    required(inner, 'OriginalSystemReference', 'OrigSystem', 'OrigSystemReference', 'CreatedByModule');
    addReference(call, {
      table: field(inner, 'OwnerTableName') ?? table,
      ownerId,
      system: field(inner, 'OrigSystem') ?? '',
      value: field(inner, 'OrigSystemReference') ?? '',
    });
  }
}

/** Party sites, usages, e-mail and references that come with a party. */
function partyParts(call: Call, partyId: string, value: SoapValue): void {
  reference(call, value, 'HZ_PARTIES', partyId);
  for (const usage of nested(value, 'PartyUsageAssignment')) {
    required(usage, 'PartyUsageAssignment', 'PartyUsageCode', 'CreatedByModule');
    addUsage(call, partyId, field(usage, 'PartyUsageCode') ?? '');
  }
  for (const site of nested(value, 'PartySite')) {
    if (field(site, 'PartySiteId') !== undefined) continue;
    required(site, 'PartySite', 'LocationId', 'CreatedByModule');
    const id = createPartySite(call, {
      partyId,
      locationId: needLocation(call, field(site, 'LocationId')),
      number: field(site, 'PartySiteNumber'),
      primary: field(site, 'IdentifyingAddressFlag') === 'true' ? true : undefined,
      data: { PartySiteName: field(site, 'PartySiteName') ?? null },
    });
    reference(call, site, 'HZ_PARTY_SITES', id);
  }
  const email = nested(value, 'Email')
    .map((row) => field(row, 'EmailAddress'))
    .find((text) => text !== undefined);
  const party = partyById(call, partyId);
  if (party && email !== undefined) updateParty(call, party, { email });
}

function partyValue(call: Call, party: PartyRow): SoapValue {
  const data = JSON.parse(party.data) as Record<string, string | null>;
  const profile: SoapValue =
    party.kind === 'organization'
      ? { OrganizationProfile: { OrganizationName: party.name, PartyId: party.id } }
      : { PersonProfile: { PersonFirstName: data.FirstName ?? null, PersonLastName: data.LastName ?? null, PartyId: party.id } };
  return {
    PartyId: party.id,
    PartyNumber: party.number,
    PartyName: party.name,
    PartyType: party.kind.toUpperCase(),
    Status: 'A',
    CreatedByModule: 'HZ_WS',
    ...profile,
    PartySite: partySitesOf(call, party.id).map((site) => partySiteValue(site)),
  };
}

const partySiteValue = (site: PartySiteRow): SoapValue => ({
  PartySiteId: site.id,
  PartyId: site.party_id,
  LocationId: site.location_id,
  PartySiteNumber: site.number,
  IdentifyingAddressFlag: site.is_primary === 1 ? 'true' : 'false',
  Status: 'A',
});

function needParty(call: Call, id: string | undefined, kind: PartyRow['kind']): PartyRow {
  const party = id === undefined ? undefined : partyById(call, id);
  if (party?.kind !== kind) throw jbo(`The party ${id ?? '(none)'} doesn't exist.`);
  return party;
}

function nameOf(kind: PartyRow['kind'], value: SoapValue): { name: string | undefined; data: Row } {
  const [profile = {}] = nested(value, kind === 'organization' ? 'OrganizationProfile' : 'PersonProfile');
  if (kind === 'organization') return { name: field(profile, 'OrganizationName'), data: {} };
  const first = field(profile, 'PersonFirstName');
  const last = field(profile, 'PersonLastName');
  const name = [first, last].filter((part) => part !== undefined).join(' ');
  return { name: name === '' ? undefined : name, data: { FirstName: first ?? null, LastName: last ?? null } };
}

/** create, merge, update and get for organizations or persons. */
function partyOperations(kind: PartyRow['kind'], title: string, wrapper: string, data: DataObject): Record<string, Operation> {
  const create = (call: Call, value: SoapValue): SoapValue[] => {
    required(value, data.name, 'CreatedByModule');
    const { name, data: names } = nameOf(kind, value);
    if (name === undefined) throw jbo(`Failed to validate a row of ${data.name}: a name is required.`);
    const id = createParty(call, {
      kind,
      name,
      email: null,
      number: field(value, 'PartyNumber'),
      data: { CreatedByModule: 'HZ_WS', Status: 'A', ...names },
    });
    partyParts(call, id, value);
    const party = partyById(call, id);
    return party ? [partyValue(call, party)] : [];
  };
  const merge = (call: Call, value: SoapValue): SoapValue[] => {
    const party = needParty(call, field(value, 'PartyId'), kind);
    const { name, data: names } = nameOf(kind, value);
    updateParty(call, party, { ...(name !== undefined && { name, data: names }) });
    partyParts(call, party.id, value);
    return [partyValue(call, partyById(call, party.id) ?? party)];
  };
  return {
    [`create${title}`]: ofObject(wrapper, data, create),
    [`merge${title}`]: ofObject(wrapper, data, (call, value) =>
      field(value, 'PartyId') === undefined ? create(call, value) : merge(call, value),
    ),
    [`update${title}`]: ofObject(wrapper, data, merge),
    [`get${title}`]: {
      parameters: { partyId: 'long' },
      result: data,
      run: (call, parameters) => [partyValue(call, needParty(call, field(parameters, 'partyId'), kind))],
    },
    [`find${title}`]: {
      parameters: { findCriteria: 'findCriteria', findControl: 'findControl' },
      result: data,
      run(call, parameters) {
        const criteria = criteriaOf(parameters);
        const rows = all<PartyRow>(call.world.db, 'SELECT * FROM party WHERE kind = ? ORDER BY id', kind);
        return criteria.page(rows.map((row) => partyValue(call, row)).filter((value) => matchesCriteria(criteria, value)));
      },
    },
  };
}

function siteValue(call: Call, accountId: string): SoapValue[] {
  const rows = all<{ id: string; party_site_id: string; set_code: string; active: number }>(
    call.world.db,
    'SELECT id, party_site_id, set_code, active FROM account_site WHERE account_id = ? ORDER BY id',
    accountId,
  );
  return rows.map((site) => ({
    CustomerAccountSiteId: site.id,
    CustomerAccountId: accountId,
    PartySiteId: site.party_site_id,
    SetId: call.world.setup.setId(site.set_code),
    SetCode: site.set_code,
    Status: site.active === 1 ? 'A' : 'I',
    CustomerAccountSiteUse: ['BILL_TO', 'SHIP_TO', 'SOLD_TO'].flatMap((code) =>
      siteUsesOf(call, accountId, code)
        .filter((use) => use.account_site_id === site.id)
        .map((use) => ({
          SiteUseId: use.id,
          CustomerAccountSiteId: site.id,
          SiteUseCode: code,
          Location: use.number,
          PrimaryFlag: use.is_primary === 1 ? 'true' : 'false',
          Status: 'A',
        })),
    ),
  }));
}

function accountValue(call: Call, id: string): SoapValue {
  const account = accountById(call, id);
  if (!account) throw refuse('FND_CMN_RCRD_MSNG', "The customer account doesn't exist.");
  const stored = one<{ data: string; created_at: string }>(
    call.world.db,
    'SELECT data, created_at FROM account WHERE id = ?',
    id,
  );
  const [owner] = all<SourceReferenceRow>(call.world.db, 'SELECT * FROM source_reference WHERE owner_id = ? ORDER BY id', id);
  return {
    ...(JSON.parse(stored?.data ?? '{}') as SoapValue),
    CustomerAccountId: id,
    PartyId: account.party_id,
    AccountNumber: account.number,
    AccountName: account.name,
    Status: account.active === 1 ? 'A' : 'I',
    AccountEstablishedDate: stored?.created_at.slice(0, 10) ?? null,
    OrigSystem: owner?.system ?? null,
    OrigSystemReference: owner?.value ?? id,
    CustomerAccountSite: siteValue(call, id),
  };
}

const KEPT_ON_ACCOUNT = ['CustomerType', 'CustomerClassCode', 'Comments', 'CreatedByModule'];
const accountData = (value: SoapValue): Row =>
  Object.fromEntries(
    KEPT_ON_ACCOUNT.filter((name) => value[name] !== undefined).map((name) => [name, field(value, name) ?? null]),
  );

/** Sites and site uses of an account; a site that is there already only gets the uses it lacks. */
function accountSites(call: Call, accountId: string, partyId: string, value: SoapValue): void {
  for (const site of nested(value, 'CustomerAccountSite')) {
    const known = field(site, 'CustomerAccountSiteId');
    const siteId = known ?? addAccountSite(call, accountId, partyId, site);
    const partySite = partySitesOf(call, partyId).find((row) => row.id === field(site, 'PartySiteId'));
    for (const use of nested(site, 'CustomerAccountSiteUse')) {
      if (field(use, 'SiteUseId') !== undefined) continue;
      required(use, 'CustomerAccountSiteUse', 'SiteUseCode', 'CreatedByModule');
      const code = field(use, 'SiteUseCode') ?? '';
      const number = field(use, 'Location') ?? partySite?.number ?? siteId;
      const primary = field(use, 'PrimaryFlag');
      createSiteUse(call, {
        accountId,
        accountSiteId: siteId,
        code,
        number,
        primary: primary === undefined ? undefined : primary === 'true',
      });
    }
    reference(call, site, 'HZ_CUST_ACCT_SITES_ALL', siteId);
  }
}

function addAccountSite(call: Call, accountId: string, partyId: string, site: SoapValue): string {
  required(site, 'CustomerAccountSite', 'PartySiteId', 'CreatedByModule');
  const partySiteId = field(site, 'PartySiteId') ?? '';
  if (!partySitesOf(call, partyId).some((row) => row.id === partySiteId)) {
    throw jbo(`The party site ${partySiteId} doesn't exist for party ${partyId}.`);
  }
  const code = field(site, 'SetCode');
  const id = field(site, 'SetId');
  const set = call.world.seed.sets.find(
    (row) => row.code === code || (code === undefined && call.world.setup.setId(row.code) === id),
  );
  if (!set) throw jbo(`The reference data set ${code ?? id ?? '(none)'} doesn't exist.`);
  return createAccountSite(call, { accountId, partySiteId, setCode: set.code });
}

function createAccountOperation(call: Call, value: SoapValue): SoapValue[] {
  required(value, 'CustomerAccount', 'PartyId', 'CreatedByModule');
  const partyId = field(value, 'PartyId') ?? '';
  const id = createAccount(call, {
    partyId,
    number: field(value, 'AccountNumber'),
    name: field(value, 'AccountName'),
    active: field(value, 'Status') !== 'I',
    data: accountData(value),
  });
  reference(call, value, 'HZ_CUST_ACCOUNTS', id);
  accountSites(call, id, partyId, value);
  return [accountValue(call, id)];
}

function updateAccountOperation(call: Call, value: SoapValue): SoapValue[] {
  const account = accountById(call, field(value, 'CustomerAccountId') ?? '');
  if (!account) throw refuse('FND_CMN_RCRD_MSNG', "The customer account doesn't exist.");
  const before = one<{ data: string }>(call.world.db, 'SELECT data FROM account WHERE id = ?', account.id);
  // Absent keeps, xsi:nil clears (contract section 5.3).
  update(call.world.db, 'account', account.id, {
    name: field(value, 'AccountName') ?? account.name,
    active: value.Status === undefined ? account.active : field(value, 'Status') === 'I' ? 0 : 1,
    data: JSON.stringify({ ...(JSON.parse(before?.data ?? '{}') as Row), ...accountData(value) }),
  });
  touch(call, 'account', account.id);
  reference(call, value, 'HZ_CUST_ACCOUNTS', account.id);
  accountSites(call, account.id, account.party_id, value);
  return [accountValue(call, account.id)];
}

const accountOperations: Record<string, Operation> = {
  createCustomerAccount: ofObject('customerAccount', ACCOUNT, createAccountOperation),
  updateCustomerAccount: ofObject('customerAccount', ACCOUNT, updateAccountOperation),
  mergeCustomerAccount: ofObject('customerAccount', ACCOUNT, (call, value) =>
    field(value, 'CustomerAccountId') === undefined ? createAccountOperation(call, value) : updateAccountOperation(call, value),
  ),
  getCustomerAccount: {
    parameters: { customerAccountId: 'long' },
    result: ACCOUNT,
    run: (call, parameters) => [accountValue(call, field(parameters, 'customerAccountId') ?? '')],
  },
  findCustomerAccount: {
    parameters: { findCriteria: 'findCriteria', findControl: 'findControl' },
    result: ACCOUNT,
    run(call, parameters) {
      const criteria = criteriaOf(parameters);
      const ids = all<{ id: string }>(call.world.db, 'SELECT id FROM account ORDER BY id');
      return criteria.page(ids.map(({ id }) => accountValue(call, id)).filter((value) => matchesCriteria(criteria, value)));
    },
  },
  getCustomerAccountByOriginalSystemReference: {
    parameters: {
      findCriteria: 'findCriteria',
      bindOrigSystem: 'string',
      bindOrigSystemReference: 'string',
      findControl: 'findControl',
    },
    result: ACCOUNT,
    run(call, parameters) {
      const rows = all<SourceReferenceRow>(
        call.world.db,
        "SELECT * FROM source_reference WHERE system = ? AND value = ? AND owner_table = 'HZ_CUST_ACCOUNTS'",
        field(parameters, 'bindOrigSystem') ?? '',
        field(parameters, 'bindOrigSystemReference') ?? '',
      );
      return rows.map((row) => accountValue(call, row.owner_id));
    },
  },
};

interface ProfileRow {
  id: string;
  account_id: string;
  site_use_id: string | null;
  data: string;
}

function findProfile(call: Call, value: SoapValue): ProfileRow {
  const number = field(value, 'AccountNumber');
  const id = field(value, 'CustomerAccountId');
  const profile = one<ProfileRow>(
    call.world.db,
    `SELECT profile.* FROM profile JOIN account ON account.id = profile.account_id
     WHERE (account.id = ? OR account.number = ?) AND profile.site_use_id IS ? ORDER BY profile.id DESC`,
    id ?? null,
    number ?? null,
    field(value, 'SiteUseId') ?? null,
  );
  if (!profile) throw refuse('FND_CMN_RCRD_MSNG', 'The record is missing.');
  return profile;
}

function profileValue(call: Call, profile: ProfileRow): SoapValue {
  const account = accountById(call, profile.account_id);
  return {
    ...(JSON.parse(profile.data) as SoapValue),
    CustomerAccountProfileId: profile.id,
    CustomerAccountId: profile.account_id,
    PartyId: account?.party_id ?? null,
    AccountNumber: account?.number ?? null,
    ...(profile.site_use_id !== null && { SiteUseId: profile.site_use_id }),
  };
}

const PROFILE_KEPT = Object.keys(PROFILE.fields).filter((name) => !/Id$|^AccountNumber$/.test(name));
const profileData = (value: SoapValue): Row =>
  Object.fromEntries(PROFILE_KEPT.filter((name) => value[name] !== undefined).map((name) => [name, field(value, name) ?? null]));

const profileOperations: Record<string, Operation> = {
  getActiveCustomerProfile: ofObject('customerProfile', PROFILE, (call, value) => [profileValue(call, findProfile(call, value))]),
  createCustomerProfile: ofObject('customerProfile', PROFILE, (call, value) => {
    required(value, 'CustomerProfile', 'CustomerAccountId', 'PartyId');
    const account = accountById(call, field(value, 'CustomerAccountId') ?? '');
    if (!account || account.party_id !== field(value, 'PartyId')) throw jbo("The customer account doesn't exist for this party.");
    const siteUseId = field(value, 'SiteUseId') ?? null;
    if (one(call.world.db, 'SELECT 1 FROM profile WHERE account_id = ? AND site_use_id IS ?', account.id, siteUseId)) {
      throw refuse('SBX_DUPLICATE_PROFILE', 'The customer account already has a profile.');
    }
    const id = createProfile(call, account.id, siteUseId, profileData(value));
    // Write answers hold only what was sent (contract section 5.3).
    return [{ ...value, CustomerAccountProfileId: id }];
  }),
  updateCustomerProfile: ofObject('customerProfile', PROFILE, (call, value) => {
    const profile = findProfile(call, value);
    run(
      call.world.db,
      'UPDATE profile SET data = ? WHERE id = ?',
      JSON.stringify({ ...(JSON.parse(profile.data) as Row), ...profileData(value) }),
      profile.id,
    );
    return [value];
  }),
};

const locationOperations: Record<string, Operation> = {
  createLocation: ofObject('location', LOCATION, (call, value) => {
    required(value, 'Location', 'Country', 'Address1', 'CreatedByModule');
    const id = createLocation(call, addressOf(value));
    reference(call, value, 'HZ_LOCATIONS', id);
    return [locationValue(call, id)];
  }),
  updateLocation: ofObject('location', LOCATION, (call, value) => {
    const id = needLocation(call, field(value, 'LocationId'));
    updateLocation(call, id, addressOf(value));
    return [locationValue(call, id)];
  }),
  getLocation: {
    parameters: { locationId: 'long' },
    result: LOCATION,
    run: (call, parameters) => [locationValue(call, needLocation(call, field(parameters, 'locationId')))],
  },
};

/** Trading Community services and the receivables customer profile (contract section 5.3). */
export function partyServices(): Service[] {
  return [
    tradingCommunity('FoundationPartiesLocationService', 'LocationService', LOCATION_NS, locationOperations),
    tradingCommunity(
      'FoundationPartiesOrganizationService',
      'OrganizationService',
      ORGANIZATION_NS,
      partyOperations('organization', 'Organization', 'organizationParty', ORGANIZATION),
    ),
    tradingCommunity(
      'FoundationPartiesPersonService',
      'PersonService',
      PERSON_NS,
      partyOperations('person', 'Person', 'personParty', PERSON),
    ),
    tradingCommunity('CustomerAccountService', 'CustomerAccountService', ACCOUNT_NS, accountOperations),
    financials('ReceivablesCustomerProfileService', 'CustomerProfileService', PROFILE_NS, profileOperations),
  ];
}
