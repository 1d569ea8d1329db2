import { all, one } from '../database.ts';
import {
  addUsage,
  createLocation,
  createParty,
  createPartySite,
  locationData,
  type PartyRow,
  type PartySiteRow,
  partyById,
  partySitesOf,
  updateLocation,
  updateParty,
} from '../ledger/parties.ts';
import type { Row } from '../rest/behaviour.ts';
import type { Call } from '../world.ts';
import { accountOperations } from './account-operations.ts';
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
import { jbo, ofObject, reference, required } from './party-checks.ts';
import {
  ACCOUNT_NS,
  LOCATION,
  LOCATION_NS,
  ORGANIZATION,
  ORGANIZATION_NS,
  PERSON,
  PERSON_NS,
  PROFILE_NS,
} from './party-objects.ts';
import { profileOperations } from './profile-operations.ts';

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
