import { all, one, run, update } from '../database.ts';
import type { ResourceDefinition } from '../definitions.ts';
import { refuse } from '../errors.ts';
import {
  addReference,
  addUsage,
  createLocation,
  createParty,
  createPartySite,
  locationData,
  type PartyRow,
  type PartySiteRow,
  partyById,
  partySitesOf,
  referencesOf,
  type SourceReferenceRow,
  updateLocation,
  updateParty,
} from '../ledger/parties.ts';
import type { Behaviour, FinderRule, Hints, Item, Row } from '../rest/behaviour.ts';
import { type Payload, text } from '../rest/payload.ts';
import { hinted } from '../rest/query.ts';
import { type Call, touch, type Who } from '../world.ts';
import { itemOf, recordBehaviour } from './records.ts';

/** hubOrganizations and hubPersons (contract section 5.2): parties over REST. */
const ADDRESS = [
  'Address1',
  'Address2',
  'Address3',
  'Address4',
  'City',
  'County',
  'State',
  'Province',
  'PostalCode',
  'Country',
] as const;

const bySourceReference: FinderRule = {
  SourceSystem: () => true,
  SourceSystemReferenceValue: (call, value, item, variables) =>
    referencesOf(call, item.id).some(
      (row) => row.value === value && row.system === (variables.get('SourceSystem') ?? row.system),
    ),
};

function partyBehaviour(kind: PartyRow['kind']): Behaviour {
  const nameAttribute = kind === 'organization' ? 'OrganizationName' : 'PersonName';
  return {
    *rows(call, _parents, hints) {
      for (const party of candidates(call, kind, nameAttribute, hints)) yield partyItem(call, party, nameAttribute);
    },
    create(call, _parents, payload) {
      const id = createParty(call, {
        kind,
        name: partyName(kind, payload),
        email: text(payload, 'EmailAddress') ?? null,
        number: text(payload, 'PartyNumber'),
        data: { CreatedByModule: 'HZ_WS', Status: 'A', ...Object.fromEntries(payload.values) },
      });
      const usage = text(payload, 'PartyUsageCode');
      if (usage !== undefined) addUsage(call, id, usage);
      const system = text(payload, 'SourceSystem');
      const value = text(payload, 'SourceSystemReferenceValue');
      if (system !== undefined && value !== undefined) addReference(call, { table: 'HZ_PARTIES', ownerId: id, system, value });
      if (text(payload, 'Address1') !== undefined || text(payload, 'Country') !== undefined) addAddress(call, id, payload);
      const party = partyById(call, id);
      if (!party) throw new Error(`The party ${id} was not kept`);
      return partyItem(call, party, nameAttribute);
    },
    afterChildren(call, item) {
      const party = partyById(call, item.id);
      return party ? partyItem(call, party, nameAttribute) : item;
    },
    update(call, item, payload) {
      const party = partyById(call, item.id);
      if (!party) return;
      const sent = Object.fromEntries(payload.values);
      const merged: Payload = { ...payload, values: new Map(Object.entries({ ...(JSON.parse(party.data) as Row), ...sent })) };
      const renamed = ['OrganizationName', 'PersonName', 'FirstName', 'MiddleName', 'LastName'].some((name) =>
        payload.values.has(name),
      );
      updateParty(call, party, {
        ...(renamed && { name: partyName(kind, kind === 'person' ? withoutFullName(merged, payload) : merged) }),
        ...(payload.values.has('EmailAddress') && { email: text(payload, 'EmailAddress') ?? null }),
        data: sent,
      });
      const address = ADDRESS.filter((name) => payload.values.has(name));
      const primary = partySitesOf(call, party.id)[0];
      if (address.length > 0 && primary) {
        updateLocation(call, primary.location_id, Object.fromEntries(address.map((name) => [name, sent[name] ?? null])));
      } else if (address.length > 0) {
        addAddress(call, party.id, payload);
      }
    },
    remove(call, item) {
      if (one(call.world.db, 'SELECT 1 FROM account WHERE party_id = ?', item.id)) {
        throw refuse('SBX_DELETE_NOT_ALLOWED', "The party has customer accounts and can't be deleted.");
      }
      run(call.world.db, 'DELETE FROM source_reference WHERE owner_id = ?', item.id);
      for (const table of ['party_site', 'party_usage']) run(call.world.db, `DELETE FROM ${table} WHERE party_id = ?`, item.id);
      run(call.world.db, 'DELETE FROM party WHERE id = ?', item.id);
    },
    finders: {
      SourceSystemReferenceRF: bySourceReference,
      SourceSystemReferenceAltKey: bySourceReference,
      PartyUsageCodeRF: {
        PartyUsageCode: (call, value, item) =>
          one(call.world.db, 'SELECT 1 FROM party_usage WHERE party_id = ? AND code = ?', item.id, value) !== undefined,
      },
    },
  };
}

/** A changed first or last name makes a new full name, unless the full name itself was sent. */
function withoutFullName(merged: Payload, sent: Payload): Payload {
  if (sent.values.has('PersonName')) return merged;
  return { ...merged, values: new Map([...merged.values].filter(([name]) => name !== 'PersonName')) };
}

function partyName(kind: PartyRow['kind'], payload: Payload): string {
  if (kind === 'organization') {
    const name = text(payload, 'OrganizationName');
    if (name === undefined)
      throw refuse('27014', 'You must provide a value for the attribute OrganizationName.', '/OrganizationName');
    return name;
  }
  const parts = ['FirstName', 'MiddleName', 'LastName'].map((name) => text(payload, name)).filter((part) => part !== undefined);
  const name = text(payload, 'PersonName') ?? parts.join(' ');
  if (name === '') throw refuse('27014', 'You must provide a value for the attribute LastName.', '/LastName');
  return name;
}

function candidates(call: Call, kind: PartyRow['kind'], nameAttribute: string, hints: Hints): Iterable<PartyRow> {
  const { db } = call.world;
  const reference = hinted(hints, 'finder:SourceSystemReferenceValue', 'SourceSystemReferenceValue');
  if (reference) {
    const places = reference.values.map(() => '?').join(', ');
    return all<PartyRow>(
      db,
      `SELECT * FROM party WHERE kind = ? AND id IN (SELECT owner_id FROM source_reference WHERE value IN (${places})) ORDER BY id`,
      kind,
      ...reference.values,
    );
  }
  const hint = hinted(hints, 'PartyId', 'PartyNumber', 'EmailAddress', nameAttribute);
  const columns: Record<string, string> = {
    PartyId: 'id',
    PartyNumber: 'number',
    EmailAddress: 'email',
    [nameAttribute]: 'name',
  };
  const column = columns[hint?.attribute ?? ''];
  if (!hint || !column) return all<PartyRow>(db, 'SELECT * FROM party WHERE kind = ? ORDER BY id', kind);
  return hint.values.flatMap((value) =>
    all<PartyRow>(db, `SELECT * FROM party WHERE ${column} = ? AND kind = ? ORDER BY id`, value, kind),
  );
}

function partyItem(call: Call, party: PartyRow, nameAttribute: string): Item {
  const primary = partySitesOf(call, party.id)[0];
  const address = primary ? locationData(call, primary.location_id) : {};
  const reference = referencesOf(call, party.id)[0];
  const usage = one<{ code: string }>(
    call.world.db,
    'SELECT code FROM party_usage WHERE party_id = ? ORDER BY id LIMIT 1',
    party.id,
  );
  return itemOf(party, {
    ...(JSON.parse(party.data) as Row),
    ...Object.fromEntries(ADDRESS.map((name) => [name, address[name] ?? null])),
    AddressNumber: primary?.number ?? null,
    PartyId: party.id,
    PartyNumber: party.number,
    [nameAttribute]: party.name,
    EmailAddress: party.email,
    SourceSystem: reference?.system ?? null,
    SourceSystemReferenceValue: reference?.value ?? null,
    PartyUsageCode: usage?.code ?? null,
  });
}

function addAddress(call: Call, partyId: string, payload: Payload): string {
  const location = Object.fromEntries(ADDRESS.map((name) => [name, payload.values.get(name) ?? null]));
  if (location.Country === null)
    throw refuse('27014', 'You must provide a value for the attribute Country.', `${payload.at}/Country`);
  const locationId = createLocation(call, location);
  return createPartySite(call, {
    partyId,
    locationId,
    number: text(payload, 'AddressNumber'),
    primary: payload.values.get('PrimaryFlag') === true,
    data: Object.fromEntries(payload.values),
  });
}

/** An address of a party is a party site: AddressId is the PartySiteId that customer accounts are made of. */
const addressBehaviour: Behaviour = {
  *rows(call, parents) {
    const party = partyById(call, parents[0]?.id ?? '');
    if (!party) return;
    for (const site of partySitesOf(call, party.id)) yield addressItem(call, party, site);
  },
  create(call, parents, payload) {
    const party = partyById(call, parents[0]?.id ?? '');
    if (!party) throw new Error('An address without its party');
    const id = addAddress(call, party.id, payload);
    const site = partySitesOf(call, party.id).find((row) => row.id === id);
    if (!site) throw new Error(`The address ${id} was not kept`);
    touch(call, 'party', party.id);
    return addressItem(call, party, site);
  },
  update(call, item, payload) {
    const site = one<PartySiteRow>(call.world.db, 'SELECT * FROM party_site WHERE id = ?', item.id);
    if (!site) return;
    const sent = Object.fromEntries(payload.values);
    updateLocation(
      call,
      site.location_id,
      Object.fromEntries(Object.entries(sent).filter(([name]) => (ADDRESS as readonly string[]).includes(name))),
    );
    if (sent.PrimaryFlag === true) {
      run(call.world.db, 'UPDATE party_site SET is_primary = (id = ?) WHERE party_id = ?', site.id, site.party_id);
    }
    update(call.world.db, 'party_site', site.id, { data: JSON.stringify({ ...(JSON.parse(site.data) as Row), ...sent }) });
    touch(call, 'party_site', site.id);
  },
  remove(call, item) {
    if (one(call.world.db, 'SELECT 1 FROM account_site WHERE party_site_id = ?', item.id)) {
      throw refuse('SBX_DELETE_NOT_ALLOWED', "The address is used by a customer account and can't be deleted.");
    }
    run(call.world.db, 'DELETE FROM party_site WHERE id = ?', item.id);
  },
};

function addressItem(call: Call, party: PartyRow, site: PartySiteRow): Item {
  const location = locationData(call, site.location_id);
  return itemOf(site, {
    ...(JSON.parse(site.data) as Row),
    ...location,
    AddressId: site.id,
    AddressNumber: site.number,
    LocationId: site.location_id,
    PartyId: party.id,
    PartyNumber: party.number,
    PartyName: party.name,
    PrimaryFlag: site.is_primary === 1,
    Status: 'A',
    FormattedAddress: ADDRESS.map((name) => location[name])
      .filter((part) => typeof part === 'string' && part !== '')
      .join(', '),
  });
}

/** Contact points are kept as sent; the party's own e-mail follows the one that is primary. */
function contactPointBehaviour(definition: ResourceDefinition): Behaviour {
  const records = recordBehaviour(definition);
  const follow = (call: Call, partyId: string, payload: Payload) => {
    const party = partyById(call, partyId);
    const email = text(payload, 'EmailAddress');
    if (party && email !== undefined && (party.email === null || payload.values.get('PrimaryFlag') !== false))
      updateParty(call, party, { email });
  };
  return {
    rows: records.rows,
    create(call, parents, payload, own) {
      follow(call, parents[0]?.id ?? '', payload);
      const item = records.create?.(call, parents, payload, own);
      if (!item) throw new Error('A contact point was not kept');
      return item;
    },
    update(call, item, payload, parents) {
      follow(call, parents[0]?.id ?? '', payload);
      records.update?.(call, item, payload, parents);
    },
    ...(records.remove && { remove: records.remove }),
  };
}

const referenceBehaviour: Behaviour = {
  *rows(call, parents) {
    const party = partyById(call, parents[0]?.id ?? '');
    for (const row of referencesOf(call, party?.id ?? '')) yield referenceItem(party, row);
  },
  create(call, parents, payload) {
    const party = partyById(call, parents[0]?.id ?? '');
    const system = text(payload, 'SourceSystem');
    const value = text(payload, 'SourceSystemReferenceValue');
    if (!party || system === undefined || value === undefined) {
      throw refuse(
        '27014',
        'You must provide a value for the attributes SourceSystem and SourceSystemReferenceValue.',
        payload.at,
      );
    }
    const id = addReference(call, {
      table: 'HZ_PARTIES',
      ownerId: party.id,
      system,
      value,
      data: Object.fromEntries(payload.values),
    });
    const row = referencesOf(call, party.id).find((known) => known.id === id);
    if (!row) throw new Error(`The reference ${id} was not kept`);
    return referenceItem(party, row);
  },
  update(call, item, payload) {
    const row = one<SourceReferenceRow>(call.world.db, 'SELECT * FROM source_reference WHERE id = ?', item.id);
    if (!row) return;
    update(call.world.db, 'source_reference', item.id, {
      value: text(payload, 'SourceSystemReferenceValue') ?? row.value,
      data: JSON.stringify({ ...(JSON.parse(row.data) as Row), ...Object.fromEntries(payload.values) }),
    });
    touch(call, 'source_reference', item.id);
  },
  remove(call, item) {
    run(call.world.db, 'DELETE FROM source_reference WHERE id = ?', item.id);
  },
};

const referenceItem = (party: PartyRow | undefined, row: SourceReferenceRow): Item =>
  itemOf(row, {
    CreatedByModule: 'HZ_WS',
    ...(JSON.parse(row.data) as Row),
    SourceSystemReferenceId: row.id,
    SourceSystem: row.system,
    SourceSystemReferenceValue: row.value,
    PartyId: party?.id ?? null,
    PartyNumber: party?.number ?? null,
    StartDate: row.created_at.slice(0, 10),
    Status: 'A',
  });

interface UsageRow extends Who {
  id: string;
  code: string;
  data: string;
}

const usageBehaviour: Behaviour = {
  *rows(call, parents) {
    const partyId = parents[0]?.id ?? '';
    for (const row of all<UsageRow>(call.world.db, 'SELECT * FROM party_usage WHERE party_id = ? ORDER BY id', partyId)) {
      yield usageItem(row, partyId);
    }
  },
  create(call, parents, payload) {
    const code = text(payload, 'PartyUsageCode');
    const partyId = parents[0]?.id ?? '';
    if (code === undefined)
      throw refuse('27014', 'You must provide a value for the attribute PartyUsageCode.', `${payload.at}/PartyUsageCode`);
    const id = addUsage(call, partyId, code, Object.fromEntries(payload.values));
    const row = one<UsageRow>(call.world.db, 'SELECT * FROM party_usage WHERE id = ?', id);
    if (!row) throw new Error(`The usage ${id} was not kept`);
    return usageItem(row, partyId);
  },
  remove(call, item) {
    run(call.world.db, 'DELETE FROM party_usage WHERE id = ?', item.id);
  },
};

const usageItem = (row: UsageRow, partyId: string): Item =>
  itemOf(row, {
    ...(JSON.parse(row.data) as Row),
    PartyUsageAssignmentId: row.id,
    PartyUsageCode: row.code,
    PartyId: partyId,
    StartDate: row.created_at.slice(0, 10),
    StatusFlag: true,
  });

/** Behaviours below /crmRestApi, by path. */
export function partyBehaviours(find: (path: string) => ResourceDefinition): Record<string, Behaviour> {
  const found: Record<string, Behaviour> = {};
  for (const [top, kind] of [
    ['hubOrganizations', 'organization'],
    ['hubPersons', 'person'],
  ] as const) {
    found[top] = partyBehaviour(kind);
    found[`${top}.Address`] = addressBehaviour;
    found[`${top}.ContactPoint`] = contactPointBehaviour(find(`${top}.ContactPoint`));
    found[`${top}.SourceSystemReference`] = referenceBehaviour;
    found[`${top}.UsageAssignment`] = usageBehaviour;
  }
  return found;
}
