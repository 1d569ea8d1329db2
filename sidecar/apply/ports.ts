import type { Day } from '../domain/dates.ts';
import type { ArDocument, OracleApplication, OracleDocument } from '../domain/documents.ts';
import type { Result } from '../domain/failures.ts';
import type { MinorUnits } from '../domain/money.ts';
import type { Address, StoreCustomer } from '../domain/order.ts';
import type { DocumentKind, RecordKind } from '../domain/references.ts';

/**
 * What the work on an order needs from Oracle Receivables. oracle/ implements it; main.ts joins the two.
 * Every call takes a trail, which writes one audit record per HTTP attempt (see audit.ts).
 */
export interface Receivables {
  /** Pure: the exact bytes of the POST. Frozen with the intent, so that a repeat sends the same. */
  prepare(document: ArDocument): PreparedRequest;
  /** Sends a prepared POST once; no retry but one renewal of the token. A lost answer is retryable with outcomeUnknown. */
  create(request: PreparedRequest, trail: Trail): Promise<Result<OracleDocument>>;
  /** One look; null when there is none. Callers look three times over 30 s, since a new row may show late. */
  find(query: DocumentQuery, trail: Trail): Promise<Result<OracleDocument | null>>;
  /** Reads a document by its id: balances, conversion rate. */
  read(kind: DocumentKind, id: string, decimals: number, trail: Trail): Promise<Result<OracleDocument>>;
  /** The latest applications of one receipt or credit memo, from the activities of its customer account. */
  applications(query: ApplicationsQuery, trail: Trail): Promise<Result<OracleApplication[]>>;
  /** Whether credit memos can be applied now: asked before a receipt is released for one, so that no money is left lying. */
  ready(trail: Trail): Promise<Result<void>>;
  /** Carries out one action, once. The id of the application it made, where the answer names it. */
  perform(action: ReceivablesAction, trail: Trail): Promise<Result<{ applicationId: string | null }>>;
}

/** Called after each HTTP attempt, answered or not. Must not throw. */
export interface Trail {
  record(attempt: Attempt): void;
}

export interface Attempt {
  system: 'oracle' | 'store' | 'plugin';
  /** What it was for, in words of the business: `create invoice`, `find receipt`, `apply receipt`. */
  operation: string;
  method: string;
  /** Path and query, no host, no secrets. */
  path: string;
  startedAtMs: number;
  durationMs: number;
  /** Null when no answer came. */
  status: number | null;
  request: string | null;
  response: string | null;
  /** `ok` or a failure's code. */
  outcome: string;
  oracleIds: string[];
}

export interface PreparedRequest {
  kind: RecordKind;
  /** The document's number. */
  number: string;
  decimals: number;
  path: string;
  contentType: string;
  body: string;
}

export interface DocumentQuery {
  kind: RecordKind;
  number: string;
  businessUnit: string;
  /** For invoices and credit memos. */
  source?: string;
  /** For receipts: Oracle takes the same number twice, so the look-up names the account as well. Gateway fees have none. */
  accountNumber?: string;
  decimals: number;
}

export interface ApplicationsQuery {
  from: { kind: 'receipt' | 'credit-memo'; id: string; number: string };
  accountNumber: string;
  decimals: number;
}

interface ActionBase {
  businessUnit: string;
  accountNumber: string;
  amount: MinorUnits;
  decimals: number;
  currency: string;
  date: Day;
  accountingDate: Day;
  /** In the business unit's time zone. */
  today: Day;
}
interface Ref {
  id: string;
  number: string;
}
/** The actions that carry no number of their own. */
export type ReceivablesAction =
  | (ActionBase & { kind: 'apply-receipt'; receipt: Ref; invoice: Ref })
  | (ActionBase & { kind: 'unapply-receipt'; receipt: Ref; invoice: Ref; applicationId: string })
  | (ActionBase & { kind: 'apply-credit-memo'; creditMemo: Ref; invoice: Ref })
  | (ActionBase & { kind: 'unapply-credit-memo'; creditMemo: Ref; invoice: Ref; applicationId: string })
  | (ActionBase & { kind: 'settle-to-activity'; receipt: Ref; activity: string })
  | (ActionBase & { kind: 'unsettle-from-activity'; receipt: Ref; activity: string; applicationId: string })
  | (ActionBase & { kind: 'reverse-receipt'; receipt: Ref; category: string; reason: string; comments: string })
  /** 26D only: Payables pays the customer. */
  | (ActionBase & { kind: 'refund-receipt'; receipt: Ref; paymentMethod: string })
  /** 25D's way to pay out: refunds the money part of an on-account credit memo. */
  | (ActionBase & { kind: 'refund-credit-memo'; creditMemo: Ref; paymentMethod: string });

/** Customers in Oracle: parties, accounts, bill-to sites. */
export interface CustomerDirectory {
  /** The bill-to account and its site, or null. One read (receivablesCustomerAccountSiteActivities). */
  findAccount(accountNumber: string, trail: Trail): Promise<Result<CustomerAccount | null>>;
  /** Parties that carry this source-system reference; at most one is expected. */
  findBySourceReference(system: string, reference: string, trail: Trail): Promise<Result<PartyMatch[]>>;
  findByEmail(email: string, trail: Trail): Promise<Result<PartyMatch[]>>;
  /** Exact name, case and white space folded. Parties that `skip` knows are passed over before their accounts are read. */
  findByName(
    kind: NewCustomer['kind'],
    name: string,
    trail: Trail,
    skip?: (partyId: string) => boolean,
  ): Promise<Result<PartyMatch[]>>;
  /** Organizations with this VAT number as their taxpayer identification number, in whatever usual spelling. */
  findByTaxNumber(vatNumber: string, trail: Trail): Promise<Result<PartyMatch[]>>;
  /** For people: an account number, an e-mail, or the beginning of a name. Only parties with an account. */
  search(text: string, trail: Trail): Promise<Result<PartyMatch[]>>;
  /**
   * Creates party, location, site, account and profile, in this order. Each finished step is handed to `progress` (durable
   * before the next one starts) and skipped when `done` names it already, so that a crash resumes and nothing is made twice.
   */
  create(
    customer: NewCustomer,
    done: CustomerProgress,
    progress: (now: CustomerProgress) => Promise<void>,
    trail: Trail,
  ): Promise<Result<CustomerAccount>>;
  /** Name, e-mail, phone and VAT number of an account's party, and its primary address unless `address` is false. */
  update(account: CustomerAccount, customer: NewCustomer, trail: Trail, parts?: { address: boolean }): Promise<Result<void>>;
  /**
   * The account's bill-to or ship-to site at the customer's billing address; made where there is none. Each step is looked up
   * before it is made, so that it may be called again after any crash.
   */
  siteAt(account: CustomerAccount, customer: NewCustomer, use: SiteUse, trail: Trail): Promise<Result<AccountSite>>;
}

export type SiteUse = 'BILL_TO' | 'SHIP_TO';

export interface AccountSite {
  /** As documents name it. */
  site: string;
  siteUseId: string;
}

export interface CustomerAccount {
  accountNumber: string;
  accountId: string;
  partyId: string;
  partyNumber: string | null;
  /** Bill-to site number and site use. */
  site: string | null;
  siteUseId: string | null;
  /** All bill-to sites by number, where the account was looked up. */
  sites?: readonly string[];
  name: string;
}

export interface PartyMatch {
  kind: NewCustomer['kind'];
  partyId: string;
  partyNumber: string;
  name: string;
  email: string | null;
  postcode: string | null;
  /** Normalised; null where Oracle shows none. */
  vatNumber: string | null;
  /** Null when the party has no bill-to account. */
  account: CustomerAccount | null;
}

export interface NewCustomer {
  kind: 'person' | 'organization';
  sourceSystem: string;
  sourceReference: string;
  name: string;
  store: StoreCustomer;
  billing: Address;
  /** Normalised (domain/vat-number.ts). */
  vatNumber?: string;
  siteSetCode: string;
  profileClass?: string;
}

/** Ids of the steps that are done. */
export interface CustomerProgress {
  partyId?: string;
  partyNumber?: string;
  locationId?: string;
  partySiteId?: string;
  accountId?: string;
  accountNumber?: string;
  site?: string;
  siteUseId?: string;
  profile?: 'created';
}

/** Lists of values, pulled for pickers and for checks before posting. */
export interface ReferenceData {
  pull(list: ReferenceListName, businessUnit: string | null, trail: Trail): Promise<Result<ReferenceRow[]>>;
}

export const REFERENCE_LISTS = [
  'businessUnits',
  'transactionSources',
  'invoiceTypes',
  'creditMemoTypes',
  'paymentTerms',
  'receiptMethods',
  'memoLines',
  'taxClassifications',
  'taxRates',
  'currencies',
  'accountCombinations',
  'segmentValues',
  'periods',
  'creditReasons',
  'reversalCategories',
  'reversalReasons',
] as const;
export type ReferenceListName = (typeof REFERENCE_LISTS)[number];

export interface ReferenceRow {
  /** Unique within its list: a name or a code, what documents carry. */
  key: string;
  label: string;
  enabled: boolean;
  /** Last day it may be used, where Oracle names one. */
  endDate: Day | null;
  /** What else a list needs: a period's start, end and status; a business unit's ledger; a segment value's value set. */
  extra: Record<string, string | null>;
}

/** What a connection test found, in words. */
export interface Finding {
  ok: boolean;
  /** Stable slug: `store.plain_permalinks`, `oracle.unauthorized`. */
  code: string;
  message: string;
  /** What to do; empty when ok. */
  action: string;
}

export interface Pingable {
  ping(trail: Trail): Promise<Finding[]>;
}
