import { all, one, update } from '../database.ts';
import { refuse } from '../errors.ts';
import { accountById, siteUsesOf } from '../ledger/customers.ts';
import { createAccount, createAccountSite, createSiteUse, partySitesOf, type SourceReferenceRow } from '../ledger/parties.ts';
import type { Row } from '../rest/behaviour.ts';
import { type Call, touch } from '../world.ts';
import { criteriaOf, matchesCriteria } from './criteria.ts';
import { field, nested, type Operation, type SoapValue } from './model.ts';
import { jbo, ofObject, reference, required } from './party-checks.ts';
import { ACCOUNT } from './party-objects.ts';

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

/** CustomerAccountService: accounts with their sites and site uses (contract section 5.3). */
export const accountOperations: Record<string, Operation> = {
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
