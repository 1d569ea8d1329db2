/**
 * The web services we use, and what we ask of them. Names and paths are defaults: `switches.soap` overrides them, and the
 * service's own description (soap-catalogue.ts) corrects them, since several names are UNCONFIRMED.
 */
export interface SoapService {
  path: string;
  /** Namespace of the data objects. */
  objects: string;
  /** Namespace of the request elements; the SOAPAction is this without `types/`, and the operation. */
  types: string;
}

const RECEIVABLES = 'http://xmlns.oracle.com/apps/financials/receivables';
const PARTY_MODEL = 'http://xmlns.oracle.com/apps/cdm/foundation/parties';
const financials = (name: string, namespace: string): SoapService => ({
  path: `/fscmService/${name}`,
  objects: `${RECEIVABLES}/${namespace}/`,
  types: `${RECEIVABLES}/${namespace}/types/`,
});
const parties = (name: string, namespace: string): SoapService => ({
  path: `/crmService/${name}`,
  objects: `${PARTY_MODEL}/${namespace}/`,
  types: `${PARTY_MODEL}/${namespace}/applicationModule/types/`,
});

/** Source: contract sections 3.3, 4.2 and 5.3. */
export const SOAP_SERVICES = {
  receipts: financials('StandardReceiptService', 'receipts/shared/standardReceiptService/commonService'),
  miscReceipts: financials('MiscellaneousReceiptService', 'receipts/shared/miscellaneousReceiptService/commonService'),
  creditMemos: financials('CreditMemoService', 'transactions/creditMemos/creditMemoService'),
  profiles: financials('ReceivablesCustomerProfileService', 'customers/customerProfileService'),
  accounts: parties('CustomerAccountService', 'customerAccountService'),
  locations: parties('FoundationPartiesLocationService', 'locationService'),
  organizations: parties('FoundationPartiesOrganizationService', 'organizationService'),
  persons: parties('FoundationPartiesPersonService', 'personService'),
} as const satisfies Record<string, SoapService>;
export type SoapServiceName = keyof typeof SOAP_SERVICES;

/** Namespace of what parties, organizations and persons share: party sites, usages. */
export const PARTY_OBJECTS = `${PARTY_MODEL}/partyService/`;

/** Namespace of the search criteria that all services share. */
export const ADF_TYPES = 'http://xmlns.oracle.com/adf/svc/types/';

export interface SoapAct {
  service: SoapServiceName;
  operation: string;
  /** The element around the data object, inside the request element. */
  wrapper: string;
  /** The data object's type: documented, so an operation of another name is known by it. */
  object: string;
}

const act = (service: SoapServiceName, operation: string, wrapper: string, object: string): SoapAct => ({
  service,
  operation,
  wrapper,
  object,
});

export const SOAP_ACTS = {
  // Seen in the field: createReverseReceipt, createUnapplyReceipt with these wrappers; the others follow their pattern (UNCONFIRMED).
  applyReceipt: act('receipts', 'createApplyReceipt', 'applyReceipt', 'ApplyReceipt'),
  unapplyReceipt: act('receipts', 'createUnapplyReceipt', 'unapplyReceipt', 'UnapplyReceipt'),
  reverseReceipt: act('receipts', 'createReverseReceipt', 'reverseReceipt', 'ReverseReceipt'),
  applyToActivity: act('receipts', 'createActivityApplication', 'activityApplication', 'ActivityApplication'),
  unapplyFromActivity: act('receipts', 'createActivityUnapplication', 'activityUnapplication', 'ActivityUnapplication'),
  applyCreditMemo: act('creditMemos', 'createApplyOnAccountCreditMemo', 'applyOnAccountCreditMemo', 'ApplyOnAccountCreditMemo'),
  unapplyCreditMemo: act(
    'creditMemos',
    'createUnapplyOnAccountCreditMemo',
    'unapplyOnAccountCreditMemo',
    'UnapplyOnAccountCreditMemo',
  ),
  refundCreditMemo: act(
    'creditMemos',
    'createOnAccountCreditMemoRefund',
    'onAccountCreditMemoRefund',
    'OnAccountCreditMemoRefund',
  ),
  createMiscellaneousReceipt: act('miscReceipts', 'createMiscellaneousReceipt', 'miscellaneousReceipt', 'MiscellaneousReceipt'),
  findMiscellaneousReceipt: act('miscReceipts', 'findMiscellaneousReceipt', 'findCriteria', 'FindCriteria'),
  createLocation: act('locations', 'createLocation', 'location', 'Location'),
  addOrganizationSite: act('organizations', 'mergeOrganization', 'organizationParty', 'OrganizationParty'),
  addPersonSite: act('persons', 'mergePerson', 'personParty', 'Person'),
  createAccount: act('accounts', 'createCustomerAccount', 'customerAccount', 'CustomerAccount'),
  mergeAccount: act('accounts', 'mergeCustomerAccount', 'customerAccount', 'CustomerAccount'),
  // Takes an id and no object: told by its name only.
  readAccount: act('accounts', 'getCustomerAccount', 'customerAccountId', ''),
  readProfile: act('profiles', 'getActiveCustomerProfile', 'customerProfile', 'CustomerProfile'),
  createProfile: act('profiles', 'createCustomerProfile', 'customerProfile', 'CustomerProfile'),
} as const satisfies Record<string, SoapAct>;
export type SoapActName = keyof typeof SOAP_ACTS;

export const SOAP_ACT_NAMES = Object.keys(SOAP_ACTS) as SoapActName[];
