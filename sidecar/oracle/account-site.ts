import type { AccountSite, CustomerAccount, NewCustomer, SiteUse, Trail } from '../apply/ports.ts';
import { err, ok, type Result } from '../domain/failures.ts';
import { setIdOf } from './create-account.ts';
import { siteStep } from './create-customer.ts';
import { type CustomerTools, type CustomerWork, makeOnce, withoutId } from './customer-work.ts';
import type { Party } from './parties.ts';
import { CREATED_BY } from './party-payloads.ts';
import { childrenOf, childText, findAll, type XmlNode } from './xml.ts';

/**
 * A further bill-to or ship-to site of an account: the party's address first, then the account's site and its use on it. Both are looked
 * for before they are made, so a repeat after any crash or lost answer makes nothing twice.
 *
 * Source  contract section 5.3: mergeCustomerAccount for an account that exists; getCustomerAccount shows its sites with PartySiteId
 */
export async function accountSiteAt(
  account: CustomerAccount,
  party: Party,
  customer: NewCustomer,
  use: SiteUse,
  tools: CustomerTools,
  trail: Trail,
): Promise<Result<AccountSite>> {
  const work: CustomerWork = { ...tools, customer, now: {}, keep: async () => {}, trail };
  const partySite = await siteStep(work, party, { use, primary: false });
  if (!partySite.ok) return partySite;
  let siteId: string | null = null;
  const look = async (): Promise<Result<AccountSite | null>> => {
    const sites = await sitesOf(account, work);
    if (!sites.ok) return sites;
    const there = sites.value.filter((site) => site.partySiteId === partySite.value);
    siteId = there[0]?.siteId ?? null;
    return ok(there.flatMap((site) => site.uses).find((each) => each.code === use) ?? null);
  };
  const made = await makeOnce(look, () => addUse(account, { siteId, partySiteId: partySite.value }, use, work, look), work.wait);
  if (!made.ok) return made;
  const { site, siteUseId } = made.value.it;
  if (use === 'SHIP_TO') return ok({ site, siteUseId }); // no REST resource lists ship-to sites
  const number = await tools.accounts.billToNumber(siteUseId, trail);
  return number.ok ? ok({ site: number.value ?? site, siteUseId }) : number;
}

interface HeldSite {
  siteId: string;
  partySiteId: string;
  uses: (AccountSite & { code: string })[];
}

async function sitesOf(account: CustomerAccount, { soap, trail }: CustomerWork): Promise<Result<HeldSite[]>> {
  const read = await soap.perform(
    {
      act: 'readAccount',
      operation: 'read customer account',
      subject: 'customer account',
      number: account.accountNumber,
      writes: false,
      ids: [account.accountId],
      object: account.accountId,
    },
    trail,
  );
  return read.ok ? ok(findAll(read.value, 'CustomerAccountSite').filter(isActive).map(heldSite)) : read;
}

const isActive = (node: XmlNode): boolean => childText(node, 'Status') !== 'I';

function heldSite(node: XmlNode): HeldSite {
  const uses = childrenOf(node, 'CustomerAccountSiteUse').filter(isActive);
  return {
    siteId: childText(node, 'CustomerAccountSiteId') ?? '',
    partySiteId: childText(node, 'PartySiteId') ?? '',
    uses: uses.flatMap((each) => {
      const [code, site, siteUseId] = ['SiteUseCode', 'Location', 'SiteUseId'].map((name) => childText(each, name));
      return code && site && siteUseId ? [{ code, site, siteUseId }] : [];
    }),
  };
}

/** A site that is there lacks the use only. The answer holds little more than what was sent, so the use is read back. */
async function addUse(
  account: CustomerAccount,
  at: { siteId: string | null; partySiteId: string },
  use: SiteUse,
  work: CustomerWork,
  look: () => Promise<Result<AccountSite | null>>,
): Promise<Result<AccountSite>> {
  const { customer, soap, trail } = work;
  const set = await setIdOf(customer.siteSetCode, work);
  if (!set.ok) return set;
  const site = {
    ...(at.siteId && { CustomerAccountSiteId: at.siteId }),
    PartySiteId: at.partySiteId,
    CreatedByModule: CREATED_BY,
    SetId: set.value,
    CustomerAccountSiteUse: { SiteUseCode: use, CreatedByModule: CREATED_BY },
  };
  const added = await soap.perform(
    {
      act: 'mergeAccount',
      operation: use === 'BILL_TO' ? 'add bill-to site to account' : 'add ship-to site to account',
      subject: 'customer account',
      number: account.accountNumber,
      writes: true,
      ids: [account.accountId],
      object: { CustomerAccountId: account.accountId, PartyId: account.partyId, CustomerAccountSite: site },
    },
    trail,
  );
  if (!added.ok) return added;
  const shown = await look();
  if (!shown.ok) return shown;
  return shown.value ? ok(shown.value) : err(withoutId('account site'));
}
