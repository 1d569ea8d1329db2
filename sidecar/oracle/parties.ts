import type { NewCustomer, SiteUse, Trail } from '../apply/ports.ts';
import { err, ok, type Result, retryable } from '../domain/failures.ts';
import { normaliseVat, vatSpellings } from '../domain/vat-number.ts';
import { listRows } from './collection.ts';
import type { OracleHttp } from './http.ts';
import { isObject, type Lossless, rowsOf } from './lossless-json.ts';
import { addressAttributes, CREATED_BY, partyAttributes } from './party-payloads.ts';
import { equals, finder } from './query.ts';
import { PARTIES } from './resources.ts';

export type PartyKind = NewCustomer['kind'];
type Row = { [name: string]: Lossless };

/** A party as the hub resources answer it. */
export interface Party {
  kind: PartyKind;
  id: string;
  number: string;
  name: string;
  email: string | null;
  postcode: string | null;
  /** Normalised. */
  vatNumber: string | null;
}

/** An address of a party: Trading Community's party site and its location. */
export interface PartySite {
  siteId: string;
  locationId: string;
  /** Key of the address resource. */
  addressNumber: string;
  attributes: Record<string, string>;
}

const RESOURCES = {
  person: { path: `${PARTIES}/hubPersons`, name: 'PersonName' },
  organization: { path: `${PARTIES}/hubOrganizations`, name: 'OrganizationName' },
} as const satisfies Record<PartyKind, { path: string; name: string }>;

const FIELDS = ['PartyId', 'PartyNumber', 'EmailAddress', 'PostalCode', 'Country', 'TaxpayerIdentificationNumber', 'Status'];

export interface Parties {
  findBySourceReference(kind: PartyKind, system: string, reference: string, trail: Trail): Promise<Result<Party[]>>;
  findById(kind: PartyKind, partyId: string, trail: Trail): Promise<Result<Party | null>>;
  findByEmail(kind: PartyKind, email: string, trail: Trail): Promise<Result<Party[]>>;
  findByName(kind: PartyKind, name: string, trail: Trail): Promise<Result<Party[]>>;
  /** Names that begin so, a page of them, in Oracle's own order. */
  findByNameStart(kind: PartyKind, start: string, trail: Trail): Promise<Result<Party[]>>;
  findByTaxNumber(kind: PartyKind, vatNumber: string, trail: Trail): Promise<Result<Party[]>>;
  /** With the source-system reference and, when asked for, its address in the same call: nothing half-made can be left. */
  create(customer: NewCustomer, withAddress: boolean, trail: Trail): Promise<Result<{ party: Party; sites: PartySite[] }>>;
  update(party: Party, customer: NewCustomer, trail: Trail): Promise<Result<void>>;
  sites(party: Pick<Party, 'kind' | 'number'>, trail: Trail): Promise<Result<PartySite[]>>;
  addSite(
    party: Pick<Party, 'kind' | 'number'>,
    customer: NewCustomer,
    trail: Trail,
    as?: { use: SiteUse; primary: boolean },
  ): Promise<Result<PartySite>>;
  updateSite(party: Pick<Party, 'kind' | 'number'>, site: PartySite, customer: NewCustomer, trail: Trail): Promise<Result<void>>;
}

/** hubPersons and hubOrganizations. Source: oracle-rest/hubPersons.json, hubOrganizations.json; contract sections 5.2 and 13 */
export function createParties(http: OracleHttp): Parties {
  const list = async (
    kind: PartyKind,
    by: string,
    parameters: { q?: string | null; finder?: string | null; orderBy?: string; limit?: number },
    trail: Trail,
  ) => {
    // A value that cannot be asked for is not found: the next way of looking up, or a new party, follows.
    if (!parameters.q && !parameters.finder) return ok<Party[]>([]);
    const fields = [...FIELDS, RESOURCES[kind].name].join(',');
    const rows = await listRows(
      http,
      {
        operation: `find ${kind} by ${by}`,
        subject: 'customer',
        path: RESOURCES[kind].path,
        parameters: { ...parameters, fields, onlyData: 'true' },
      },
      trail,
    );
    if (!rows.ok) return rows;
    const active = rows.value.filter((row) => row.Status !== 'I' && row.Status !== 'M');
    return ok(active.map((row) => partyOf(kind, row)).filter((party) => party !== null));
  };
  const addresses = (party: Pick<Party, 'kind' | 'number'>) =>
    `${RESOURCES[party.kind].path}/${encodeURIComponent(party.number)}/child/Address`;

  return {
    findBySourceReference: (kind, system, reference, trail) =>
      list(
        kind,
        'source reference',
        { finder: finder('SourceSystemReferenceRF', { SourceSystem: system, SourceSystemReferenceValue: reference }) },
        trail,
      ),
    async findById(kind, partyId, trail) {
      const found = await list(kind, 'id', { finder: finder('PartyIdAltKey', { PartyId: partyId }) }, trail);
      return found.ok ? ok(found.value[0] ?? null) : found;
    },
    async findByEmail(kind, email, trail) {
      const found = await list(kind, 'e-mail', { q: anyOf('EmailAddress', [email.trim(), email.trim().toLowerCase()]) }, trail);
      return found.ok ? ok(found.value.filter((party) => folded(party.email ?? '') === folded(email))) : found;
    },
    async findByName(kind, name, trail) {
      const found = await list(kind, 'name', { q: anyOf(RESOURCES[kind].name, spellings(name)) }, trail);
      return found.ok ? ok(found.value.filter((party) => folded(party.name) === folded(name))) : found;
    },
    async findByNameStart(kind, start, trail) {
      const { name } = RESOURCES[kind];
      const wanted = start.trim().replace(/\s+/g, ' ');
      // `like` is not known to work everywhere (contract section 1.3); all that sort behind the beginning do, the first of them.
      const after = (text: string) => equals(name, text)?.replace('=', '>') ?? null;
      const q = [equals(name, wanted), after(wanted)].filter((each) => each !== null).join(' or ');
      const found = await list(kind, 'beginning of name', { q, orderBy: `${name}:asc`, limit: 25 }, trail);
      return found.ok ? ok(found.value.filter((party) => folded(party.name).startsWith(folded(wanted)))) : found;
    },
    async findByTaxNumber(kind, vatNumber, trail) {
      const q = anyOf('TaxpayerIdentificationNumber', vatSpellings(vatNumber));
      const found = await list(kind, 'tax number', { q }, trail);
      return found.ok ? ok(found.value.filter((party) => party.vatNumber === vatNumber)) : found;
    },
    async create(customer, withAddress, trail) {
      const body = {
        ...partyAttributes(customer),
        PartyUsageCode: 'CUSTOMER',
        CreatedByModule: CREATED_BY,
        SourceSystem: customer.sourceSystem,
        SourceSystemReferenceValue: customer.sourceReference,
        ...(withAddress && { Address: [{ AddressType: 'BILL_TO', PrimaryFlag: true, ...addressAttributes(customer.billing) }] }),
      };
      const reply = await http.send(
        {
          operation: `create ${customer.kind}`,
          subject: 'customer',
          number: customer.sourceReference,
          method: 'POST',
          path: RESOURCES[customer.kind].path,
          protocol: 'rest',
          writes: true,
          expects: 'item',
          idAttribute: 'PartyId',
          body: JSON.stringify(body),
        },
        trail,
      );
      if (!reply.ok) return reply;
      const json = isObject(reply.value.json) ? reply.value.json : {};
      const party = partyOf(customer.kind, json);
      if (!party) {
        return err(
          retryable('oracle.answer_without_id', 'Oracle answered a new party without its number.', { outcomeUnknown: true }),
        );
      }
      const sites = rowsOf(json.Address)
        .map(siteOf)
        .filter((site) => site !== null);
      return ok({ party, sites });
    },
    async update(party, customer, trail) {
      const path = `${RESOURCES[party.kind].path}/${encodeURIComponent(party.number)}`;
      const attributes = partyAttributes(customer, party.kind);
      return patch(http, `update ${party.kind}`, path, attributes, customer.sourceReference, trail);
    },
    async sites(party, trail) {
      const parameters = {
        fields: 'AddressId,LocationId,AddressNumber,PrimaryFlag,Status,Country,Address1,Address2,City,State,PostalCode',
        onlyData: 'true',
      };
      const rows = await listRows(
        http,
        { operation: 'find addresses', subject: 'customer', path: addresses(party), parameters },
        trail,
      );
      if (!rows.ok) return rows;
      const active = rows.value.filter((row) => row.Status !== 'I');
      // The primary address first: it is the one that later changes of the store's address go to.
      active.sort((a, b) => Number(b.PrimaryFlag === true) - Number(a.PrimaryFlag === true));
      return ok(active.map(siteOf).filter((site) => site !== null));
    },
    async addSite(party, customer, trail, { use, primary } = { use: 'BILL_TO', primary: true }) {
      const reply = await http.send(
        {
          operation: 'create address',
          subject: 'customer',
          number: customer.sourceReference,
          method: 'POST',
          path: addresses(party),
          protocol: 'rest',
          writes: true,
          expects: 'item',
          idAttribute: 'AddressId',
          body: JSON.stringify({ AddressType: use, PrimaryFlag: primary, ...addressAttributes(customer.billing) }),
        },
        trail,
      );
      if (!reply.ok) return reply;
      const site = isObject(reply.value.json) ? siteOf(reply.value.json) : null;
      return site
        ? ok(site)
        : err(retryable('oracle.answer_without_id', 'Oracle answered a new address without its ids.', { outcomeUnknown: true }));
    },
    async updateSite(party, site, customer, trail) {
      const path = `${addresses(party)}/${encodeURIComponent(site.addressNumber)}`;
      return patch(http, 'update address', path, addressAttributes(customer.billing), customer.sourceReference, trail);
    },
  };
}

async function patch(
  http: OracleHttp,
  operation: string,
  path: string,
  attributes: Record<string, string>,
  number: string,
  trail: Trail,
): Promise<Result<void>> {
  const body = JSON.stringify(attributes);
  const reply = await http.send(
    { operation, subject: 'customer', number, method: 'PATCH', path, protocol: 'rest', writes: true, expects: 'item', body },
    trail,
  );
  // The same PATCH again does no harm, so a lost answer leaves nothing in doubt.
  if (reply.ok) return ok(undefined);
  return err(reply.failure.kind === 'retryable' ? { ...reply.failure, outcomeUnknown: false } : reply.failure);
}

const digitsOf = (value: Lossless | undefined): string | null =>
  typeof value === 'string' && /^\d+$/.test(value) ? value : null;
const textOf = (value: Lossless | undefined): string | null => (typeof value === 'string' && value !== '' ? value : null);

function partyOf(kind: PartyKind, row: Row): Party | null {
  const id = digitsOf(row.PartyId);
  const number = textOf(row.PartyNumber);
  if (id === null || number === null) return null;
  const name = textOf(row[RESOURCES[kind].name]) ?? [row.FirstName, row.LastName].map(textOf).filter(Boolean).join(' ');
  const vatNumber = normaliseVat(textOf(row.TaxpayerIdentificationNumber), textOf(row.Country) ?? '');
  return { kind, id, number, name, email: textOf(row.EmailAddress), postcode: textOf(row.PostalCode), vatNumber };
}

/** `AddressId` is the party site's id: the address resource's entity is PartySiteEO (its actions bear the name). */
function siteOf(row: Row): PartySite | null {
  const siteId = digitsOf(row.AddressId);
  const locationId = digitsOf(row.LocationId);
  if (siteId === null || locationId === null) return null;
  const names = ['Country', 'Address1', 'Address2', 'City', 'State', 'PostalCode'];
  const attributes = Object.fromEntries(names.map((name) => [name, textOf(row[name]) ?? '']).filter(([, value]) => value !== ''));
  return { siteId, locationId, addressNumber: textOf(row.AddressNumber) ?? '', attributes };
}

/** `a='x' or a='y'` over the spellings that can be asked for; null when none can. */
function anyOf(attribute: string, spellings: string[]): string | null {
  const conditions = [...new Set(spellings)].map((each) => equals(attribute, each)).filter((each) => each !== null);
  return conditions.length > 0 ? conditions.join(' or ') : null;
}

/** Equality of `q` minds case, and no way around it is documented: the spellings people use are asked for, the rest is compared here. */
function spellings(name: string): string[] {
  const spaced = name.trim().replace(/\s+/g, ' ');
  const capitalised = spaced.toLowerCase().replace(/(^|[\s-])\p{L}/gu, (start) => start.toUpperCase());
  return [spaced, capitalised, spaced.toUpperCase()];
}

/** Case and white space do not make another customer. */
const folded = (text: string): string => text.trim().replace(/\s+/g, ' ').toLowerCase();

export const sameAddress = (site: PartySite, customer: NewCustomer): boolean => {
  const wanted = addressAttributes(customer.billing);
  const names = new Set([...Object.keys(wanted), ...Object.keys(site.attributes)]);
  return [...names].every((name) => folded(wanted[name] ?? '') === folded(site.attributes[name] ?? ''));
};
