import type { CustomerAccount } from '../apply/ports.ts';
import { err, needsAttention, ok, type Result } from '../domain/failures.ts';
import { listRows } from './collection.ts';
import { type CustomerWork, makeOnce, withoutId } from './customer-work.ts';
import { CREATED_BY } from './party-payloads.ts';
import { finder } from './query.ts';
import { FINANCIALS } from './resources.ts';
import { answered, textIn } from './soap-answer.ts';
import { clean } from './text.ts';

/** HZ_CUST_ACCOUNTS.ACCOUNT_NAME. */
const ACCOUNT_NAME_MAX = 240;

export interface AccountOwner {
  id: string;
  number: string;
  siteId: string;
  fresh: boolean;
}

/** The customer account with its bill-to site. */
export async function accountStep(
  work: CustomerWork,
  party: AccountOwner,
): Promise<Result<{ account: CustomerAccount; fresh: boolean }>> {
  const { now } = work;
  if (now.accountId !== undefined && now.accountNumber !== undefined) {
    const account = {
      accountNumber: now.accountNumber,
      accountId: now.accountId,
      partyId: party.id,
      partyNumber: party.number,
      site: now.site ?? null,
      siteUseId: now.siteUseId ?? null,
      name: work.customer.name,
    };
    return ok({ account, fresh: false });
  }
  const look = () => work.accounts.ofParty(party.id, work.trail);
  const made = await makeOnce(look, () => newAccount(work, party), work.wait, party.fresh);
  if (!made.ok) return made;
  const account = { ...made.value.it, partyNumber: party.number };
  await work.keep({
    accountId: account.accountId,
    accountNumber: account.accountNumber,
    ...(account.site !== null && { site: account.site }),
    ...(account.siteUseId !== null && { siteUseId: account.siteUseId }),
  });
  return ok({ account, fresh: made.value.fresh });
}

async function newAccount(work: CustomerWork, party: AccountOwner): Promise<Result<CustomerAccount>> {
  const { customer, trail } = work;
  const set = await setIdOf(customer.siteSetCode, work);
  if (!set.ok) return set;
  const made = await work.soap.perform(
    {
      act: 'createAccount',
      operation: 'create customer account',
      subject: 'customer account',
      number: customer.sourceReference,
      writes: true,
      ids: [party.id],
      object: {
        PartyId: party.id,
        AccountName: clean(customer.name, ACCOUNT_NAME_MAX),
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
  const accountId = answered(made.value, 'CustomerAccountId');
  if (accountId === null) return err(withoutId('customer account'));
  // Answers hold little more than what was sent (contract section 5.3): number and site come from a look, which may be too early.
  const shown = await work.accounts.ofParty(party.id, trail);
  if (shown.ok && shown.value?.accountId === accountId) return ok(shown.value);
  const accountNumber = answered(made.value, 'AccountNumber');
  if (accountNumber === null) return err(withoutId('customer account'));
  return ok({
    accountNumber,
    accountId,
    partyId: party.id,
    partyNumber: party.number,
    site: textIn(made.value, 'CustomerAccountSiteUse', 'Location'),
    siteUseId: textIn(made.value, 'CustomerAccountSiteUse', 'SiteUseId'),
    name: customer.name,
  });
}

/** Accounts made over SOAP have no profile until one is created, and an account without profile may not be billed. */
export async function profileStep(
  work: CustomerWork,
  { account, fresh }: { account: CustomerAccount; fresh: boolean },
): Promise<Result<void>> {
  const { customer, soap, trail } = work;
  if (work.now.profile === 'created') return ok(undefined);
  const ids = { CustomerAccountId: account.accountId, PartyId: account.partyId };
  const common = { subject: 'customer account' as const, number: account.accountNumber, ids: [account.accountId] };
  const look = async (): Promise<Result<true | null>> => {
    const found = await soap.perform(
      { ...common, act: 'readProfile', operation: 'read customer profile', writes: false, object: ids },
      trail,
    );
    if (found.ok) return ok(answered(found.value, 'CustomerAccountId') === null ? null : true);
    return found.failure.code === 'oracle.record_missing' ? ok(null) : found;
  };
  const make = async (): Promise<Result<true>> => {
    const object = { ...ids, ...(customer.profileClass && { ProfileClassName: customer.profileClass }) };
    const made = await soap.perform(
      { ...common, act: 'createProfile', operation: 'create customer profile', writes: true, object },
      trail,
    );
    return made.ok ? ok(true) : made;
  };
  const profile = await makeOnce(look, make, work.wait, fresh);
  if (!profile.ok) return profile;
  await work.keep({ profile: 'created' });
  return ok(undefined);
}

/** The id of a reference-data set, looked up once. Fails needs-attention oracle.set_unknown. */
export async function setIdOf(code: string, work: Pick<CustomerWork, 'http' | 'sets' | 'trail'>): Promise<Result<string>> {
  const known = work.sets.get(code);
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
    work.http,
    {
      operation: 'find reference data set',
      subject: 'reference data',
      path: `${FINANCIALS}/setIdSets`,
      parameters: { finder: by, onlyData: 'true' },
    },
    work.trail,
  );
  if (!rows.ok) return rows;
  const id = rows.value.find((row) => row.SetCode === code)?.SetId;
  if (typeof id !== 'string') return unknown;
  work.sets.set(code, id);
  return ok(id);
}
