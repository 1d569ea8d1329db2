import { type DataObject, dataObject, nestedMany, nestedOne } from './model.ts';

/** Data objects of Trading Community and of the customer profile, as far as accounts are made with them (contract section 5.3). */
const BASE = 'http://xmlns.oracle.com/apps/cdm/foundation/parties';
export const LOCATION_NS = `${BASE}/locationService/`;
export const ORGANIZATION_NS = `${BASE}/organizationService/`;
export const PERSON_NS = `${BASE}/personService/`;
const PARTY_NS = `${BASE}/partyService/`;
const CONTACT_NS = `${BASE}/contactPointService/`;
export const ACCOUNT_NS = `${BASE}/customerAccountService/`;
export const PROFILE_NS = 'http://xmlns.oracle.com/apps/financials/receivables/customers/customerProfileService/';

export const LOCATION = dataObject('Location', LOCATION_NS, {
  LocationId: 'long',
  Country: 'string',
  Address1: 'string',
  Address2: 'string',
  Address3: 'string',
  Address4: 'string',
  City: 'string',
  PostalCode: 'string',
  State: 'string',
  Province: 'string',
  County: 'string',
  CreatedByModule: 'string',
  OrigSystem: 'string',
  OrigSystemReference: 'string',
});
const REFERENCE = dataObject('OriginalSystemReference', PARTY_NS, {
  OrigSystemReferenceId: 'long',
  OrigSystem: 'string',
  OrigSystemReference: 'string',
  OwnerTableName: 'string',
  OwnerTableId: 'long',
  CreatedByModule: 'string',
});
const USAGE = dataObject('PartyUsageAssignment', PARTY_NS, {
  PartyUsageAssignmentId: 'long',
  PartyUsageCode: 'string',
  CreatedByModule: 'string',
});
const SITE_USE_PURPOSE = dataObject('PartySiteUse', PARTY_NS, {
  PartySiteUseId: 'long',
  SiteUseType: 'string',
  PrimaryPerType: 'string',
  CreatedByModule: 'string',
});
const PARTY_SITE = dataObject('PartySite', PARTY_NS, {
  PartySiteId: 'long',
  PartyId: 'long',
  LocationId: 'long',
  PartySiteNumber: 'string',
  PartySiteName: 'string',
  IdentifyingAddressFlag: 'boolean',
  Status: 'string',
  CreatedByModule: 'string',
  OrigSystem: 'string',
  OrigSystemReference: 'string',
  PartySiteUse: nestedMany(SITE_USE_PURPOSE),
});
const EMAIL = dataObject('Email', CONTACT_NS, {
  ContactPointId: 'long',
  EmailAddress: 'string',
  EmailFormat: 'string',
  PrimaryFlag: 'boolean',
  OwnerTableName: 'string',
  CreatedByModule: 'string',
});
const PHONE = dataObject('Phone', CONTACT_NS, {
  ContactPointId: 'long',
  PhoneNumber: 'string',
  PhoneLineType: 'string',
  PrimaryFlag: 'boolean',
  OwnerTableName: 'string',
  CreatedByModule: 'string',
});
const PARTY_FIELDS: DataObject['fields'] = {
  PartyId: 'long',
  PartyNumber: 'string',
  PartyName: 'string',
  PartyType: 'string',
  Status: 'string',
  CreatedByModule: 'string',
  OrigSystem: 'string',
  OrigSystemReference: 'string',
  OriginalSystemReference: nestedMany(REFERENCE),
  PartyUsageAssignment: nestedMany(USAGE),
  Email: nestedMany(EMAIL),
  Phone: nestedMany(PHONE),
  PartySite: nestedMany(PARTY_SITE),
};
export const ORGANIZATION = dataObject('OrganizationParty', ORGANIZATION_NS, {
  ...PARTY_FIELDS,
  OrganizationProfile: nestedOne(
    dataObject('OrganizationProfile', ORGANIZATION_NS, {
      OrganizationProfileId: 'long',
      OrganizationName: 'string',
      PartyId: 'long',
      CreatedByModule: 'string',
    }),
  ),
});
export const PERSON = dataObject('PersonParty', PERSON_NS, {
  ...PARTY_FIELDS,
  PersonProfile: nestedOne(
    dataObject('PersonProfile', PERSON_NS, {
      PersonProfileId: 'long',
      PersonFirstName: 'string',
      PersonMiddleName: 'string',
      PersonLastName: 'string',
      PartyId: 'long',
      CreatedByModule: 'string',
    }),
  ),
});
const ACCOUNT_SITE_USE = dataObject('CustomerAccountSiteUse', ACCOUNT_NS, {
  SiteUseId: 'long',
  CustomerAccountSiteId: 'long',
  SiteUseCode: 'string',
  Location: 'string',
  PrimaryFlag: 'boolean',
  Status: 'string',
  PartySiteUseId: 'long',
  CreatedByModule: 'string',
});
const ACCOUNT_SITE = dataObject('CustomerAccountSite', ACCOUNT_NS, {
  CustomerAccountSiteId: 'long',
  CustomerAccountId: 'long',
  PartySiteId: 'long',
  SetId: 'long',
  SetCode: 'string',
  StartDate: 'date',
  EndDate: 'date',
  BillToIndicator: 'string',
  ShipToIndicator: 'string',
  Status: 'string',
  OrigSystem: 'string',
  OrigSystemReference: 'string',
  CreatedByModule: 'string',
  CustomerAccountSiteUse: nestedMany(ACCOUNT_SITE_USE),
  OriginalSystemReference: nestedMany(REFERENCE),
});
export const ACCOUNT = dataObject('CustomerAccount', ACCOUNT_NS, {
  CustomerAccountId: 'long',
  PartyId: 'long',
  AccountNumber: 'string',
  AccountName: 'string',
  Status: 'string',
  CustomerType: 'string',
  CustomerClassCode: 'string',
  AccountEstablishedDate: 'date',
  AccountTerminationDate: 'date',
  Comments: 'string',
  OrigSystem: 'string',
  OrigSystemReference: 'string',
  CreatedByModule: 'string',
  CustomerAccountSite: nestedMany(ACCOUNT_SITE),
  OriginalSystemReference: nestedMany(REFERENCE),
});
export const PROFILE = dataObject('CustomerProfile', PROFILE_NS, {
  CustomerAccountProfileId: 'long',
  CustomerAccountId: 'long',
  PartyId: 'long',
  SiteUseId: 'long',
  AccountNumber: 'string',
  ProfileClassName: 'string',
  EffectiveStartDate: 'date',
  EffectiveEndDate: 'date',
  CreditLimit: 'decimal',
  CreditCurrencyCode: 'string',
  CreditHold: 'string',
  PaymentTerms: 'string',
  StatementCycle: 'string',
  CollectorName: 'string',
});
