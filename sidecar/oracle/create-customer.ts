import type { CustomerAccount, CustomerProgress, NewCustomer, SiteUse, Trail } from '../apply/ports.ts';
import { err, ok, type Result } from '../domain/failures.ts';
import { accountStep, profileStep } from './create-account.ts';
import { type CustomerTools, type CustomerWork, makeOnce, withoutId } from './customer-work.ts';
import { type PartyKind, type PartySite, sameAddress } from './parties.ts';
import { addressAttributes, CREATED_BY } from './party-payloads.ts';
import { answered } from './soap-answer.ts';
import { childText, findAll } from './xml.ts';

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
  progress: (now: CustomerProgress) => Promise<void>,
  tools: CustomerTools,
  trail: Trail,
): Promise<Result<CustomerAccount>> {
  const now: CustomerProgress = { ...done };
  const keep = async (more: CustomerProgress) => {
    Object.assign(now, more);
    await progress({ ...now });
  };
  const work: CustomerWork = { ...tools, customer, now, keep, trail };
  const party = await partyStep(work);
  if (!party.ok) return party;
  const site = await siteStep(work, party.value);
  if (!site.ok) return site;
  const account = await accountStep(work, { ...party.value, siteId: site.value });
  if (!account.ok) return account;
  const profile = await profileStep(work, account.value);
  return profile.ok ? ok(account.value.account) : profile;
}

interface PartyIds extends PartyKey {
  /** Made in this very call: it cannot have an account yet. */
  fresh: boolean;
}

export interface PartyKey {
  kind: PartyKind;
  id: string;
  number: string;
}

async function partyStep(work: CustomerWork): Promise<Result<PartyIds>> {
  const { customer, now, parties, trail } = work;
  const { kind } = customer;
  if (now.partyId !== undefined && now.partyNumber !== undefined) {
    return ok({ kind, id: now.partyId, number: now.partyNumber, fresh: false });
  }
  const look = async () => {
    const found = await parties.findBySourceReference(kind, customer.sourceSystem, customer.sourceReference, trail);
    return found.ok ? ok(found.value[0] ?? null) : found;
  };
  const make = async () => {
    const created = await parties.create(customer, work.switches.partySiteBy === 'address', trail);
    if (!created.ok) return created;
    const [site] = created.value.sites;
    if (site) Object.assign(now, { locationId: site.locationId, partySiteId: site.siteId });
    return ok(created.value.party);
  };
  const made = await makeOnce(look, make, work.wait);
  if (!made.ok) return made;
  const { id, number } = made.value.it;
  await work.keep({ partyId: id, partyNumber: number });
  return ok({ kind, id, number, fresh: made.value.fresh });
}

/** The party site that the account's site stands on. */
export async function siteStep(
  work: CustomerWork,
  party: PartyKey,
  as: { use: SiteUse; primary: boolean } = { use: 'BILL_TO', primary: true },
): Promise<Result<string>> {
  const { customer, now, parties, trail } = work;
  if (now.partySiteId !== undefined) return ok(now.partySiteId);
  const look = async () => {
    const sites = await parties.sites(party, trail);
    return sites.ok ? ok(sites.value.find((site) => sameAddress(site, customer)) ?? null) : sites;
  };
  const make = (): Promise<Result<SiteIds>> =>
    work.switches.partySiteBy === 'address' ? parties.addSite(party, customer, trail, as) : siteOverSoap(work, party);
  const site = await makeOnce<SiteIds>(look, make, work.wait);
  if (!site.ok) return site;
  const { locationId, siteId } = site.value.it;
  await work.keep({ locationId, partySiteId: siteId });
  return ok(siteId);
}

type SiteIds = Pick<PartySite, 'siteId' | 'locationId'>;

async function siteOverSoap(work: CustomerWork, party: PartyKey): Promise<Result<SiteIds>> {
  const location = await locationStep(work);
  if (!location.ok) return location;
  const added = await work.soap.perform(
    {
      act: party.kind === 'organization' ? 'addOrganizationSite' : 'addPersonSite',
      operation: 'add address to party',
      subject: 'customer',
      number: work.customer.sourceReference,
      writes: true,
      object: { PartyId: party.id, PartySite: { 'par:LocationId': location.value, 'par:CreatedByModule': CREATED_BY } },
    },
    work.trail,
  );
  if (!added.ok) return added;
  // The answer may show every site of the party: ours is the one at our location.
  const sites = findAll(added.value, 'PartySite').filter((node) => childText(node, 'PartySiteId') !== null);
  const ours =
    sites.find((node) => childText(node, 'LocationId') === location.value) ?? (sites.length === 1 ? sites[0] : undefined);
  const siteId = childText(ours, 'PartySiteId');
  return siteId === null ? err(withoutId('party site')) : ok({ siteId, locationId: location.value });
}

/** A location that no site uses does no harm, so its creation needs no look-up of its own. */
async function locationStep(work: CustomerWork): Promise<Result<string>> {
  if (work.now.locationId !== undefined) return ok(work.now.locationId);
  const made = await work.soap.perform(
    {
      act: 'createLocation',
      operation: 'create location',
      subject: 'customer',
      number: work.customer.sourceReference,
      writes: true,
      object: { ...addressAttributes(work.customer.billing), CreatedByModule: CREATED_BY },
    },
    work.trail,
  );
  if (!made.ok) return made;
  const locationId = answered(made.value, 'LocationId');
  if (locationId === null) return err(withoutId('location'));
  await work.keep({ locationId });
  return ok(locationId);
}
