import { all, one } from '../database.ts';
import { type Issues, issue } from '../errors.ts';
import type { Unit } from '../seed/setup.ts';
import type { Call } from '../world.ts';

export interface AccountRow {
  id: string;
  number: string;
  name: string;
  party_id: string;
  party_name: string;
  active: number;
}

export interface SiteUseRow {
  id: string;
  account_id: string;
  account_site_id: string;
  code: string;
  number: string;
  is_primary: number;
  set_code: string;
  active: number;
}

const ACCOUNTS = `SELECT account.id, account.number, account.name, account.party_id, party.name AS party_name, account.active
  FROM account JOIN party ON party.id = account.party_id`;
const SITE_USES = `SELECT site_use.id, site_use.account_id, site_use.account_site_id, site_use.code, site_use.number, site_use.is_primary,
  account_site.set_code, account_site.active FROM site_use JOIN account_site ON account_site.id = site_use.account_site_id`;

export const accountById = (call: Call, id: string): AccountRow | undefined =>
  one<AccountRow>(call.world.db, `${ACCOUNTS} WHERE account.id = ?`, id);
export const accountByNumber = (call: Call, number: string): AccountRow | undefined =>
  one<AccountRow>(call.world.db, `${ACCOUNTS} WHERE account.number = ?`, number);
const accountsByName = (call: Call, name: string): AccountRow[] =>
  all<AccountRow>(call.world.db, `${ACCOUNTS} WHERE party.name = ?`, name);

export const siteUseById = (call: Call, id: string): SiteUseRow | undefined =>
  one<SiteUseRow>(call.world.db, `${SITE_USES} WHERE site_use.id = ?`, id);
export const siteUsesOf = (call: Call, accountId: string, code: string): SiteUseRow[] =>
  all<SiteUseRow>(
    call.world.db,
    `${SITE_USES} WHERE site_use.account_id = ? AND site_use.code = ? ORDER BY site_use.id`,
    accountId,
    code,
  );

/** How a request names a customer: account number, name, or both (then they must belong together). */
export interface CustomerNames {
  number: string | undefined;
  name: string | undefined;
  site: string | undefined;
}

/** The account that number and name point at; undefined when none or more than one does. */
export function findAccount(call: Call, names: CustomerNames): AccountRow | undefined {
  if (names.number !== undefined) {
    const account = accountByNumber(call, names.number);
    const fitsName = names.name === undefined || names.name === account?.party_name || names.name === account?.name;
    return account?.active === 1 && fitsName ? account : undefined;
  }
  const named = accountsByName(call, names.name ?? '').filter((account) => account.active === 1);
  return named.length === 1 ? named[0] : undefined;
}

/** A site belongs to a reference-data set; business units see those of their own set and of COMMON. */
const isVisible = (site: SiteUseRow, unit: Unit): boolean =>
  site.active === 1 && (site.set_code === 'COMMON' || site.set_code === unit.set);

/**
 * The bill-to of a transaction. Adds AR_BILL_TO_CUST_NOT_FOUND, AR_BILL_TO_SITE_NOT_FOUND, AR_BILL_TO_SITE_DUPLICATE, AR-856520 or
 * AR-856522 to `issues` and answers undefined when there is none.
 */
export function findBillTo(
  call: Call,
  unit: Unit,
  names: CustomerNames,
  issues: Issues,
): { account: AccountRow; siteUse: SiteUseRow } | undefined {
  if (names.number === undefined && names.name === undefined) {
    issues.add('AR-856520', 'Enter the bill-to customer name or account number.', '/BillToCustomerNumber');
    return undefined;
  }
  const account = findAccount(call, names);
  if (!account) {
    const path = names.number === undefined ? '/BillToCustomerName' : '/BillToCustomerNumber';
    issues.add('AR_BILL_TO_CUST_NOT_FOUND', "The criteria entered didn't return a bill-to customer.", path);
    return undefined;
  }
  const sites = siteUsesOf(call, account.id, 'BILL_TO').filter((site) => isVisible(site, unit));
  const named =
    names.site === undefined ? sites.filter((site) => site.is_primary === 1) : sites.filter((site) => site.number === names.site);
  const [first, second] = named;
  if (first && !second) return { account, siteUse: first };
  if (second) issues.add('AR_BILL_TO_SITE_DUPLICATE', 'The criteria entered returned more than one bill-to site.', '/BillToSite');
  else if (names.site === undefined) issues.add('AR-856522', 'Enter the bill-to site.', '/BillToSite');
  else issues.add('AR_BILL_TO_SITE_NOT_FOUND', "The customer bill-to site entered doesn't exist.", '/BillToSite');
  return undefined;
}

/** Checks the ship-to of a transaction; `siteAttribute` differs between invoices and credit memos. */
export function checkShipTo(call: Call, names: CustomerNames, siteAttribute: string, issues: Issues): void {
  if (names.site !== undefined && names.number === undefined) {
    issues.found.push(issue('AR_SHIP_TO_CUST_NUM_REQ', 'Enter the ship-to customer account number.', '/ShipToCustomerNumber'));
    return;
  }
  if (names.number === undefined && names.name === undefined) return;
  const account = findAccount(call, names);
  if (!account) {
    issues.add('AR_SHIP_TO_CUST_NOT_FOUND', "The criteria entered didn't return a ship-to customer.", '/ShipToCustomerNumber');
    return;
  }
  if (names.site !== undefined && !siteUsesOf(call, account.id, 'SHIP_TO').some((site) => site.number === names.site)) {
    issues.add('AR_SHIP_TO_SITE_NOT_FOUND', "The customer ship-to site entered doesn't exist.", `/${siteAttribute}`);
  }
}

/** True when the account, or one of its sites, has a profile. */
export const hasProfile = (call: Call, accountId: string): boolean =>
  one(call.world.db, 'SELECT 1 FROM profile WHERE account_id = ?', accountId) !== undefined;
