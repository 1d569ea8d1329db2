import { one, run } from '../database.ts';
import { refuse } from '../errors.ts';
import { accountById } from '../ledger/customers.ts';
import { createProfile } from '../ledger/parties.ts';
import type { Row } from '../rest/behaviour.ts';
import type { Call } from '../world.ts';
import { field, type Operation, type SoapValue } from './model.ts';
import { jbo, ofObject, required } from './party-checks.ts';
import { PROFILE } from './party-objects.ts';

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

/** ReceivablesCustomerProfileService: an account needs a profile before it can be billed on some pods. */
export const profileOperations: Record<string, Operation> = {
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
