import { createHash } from 'node:crypto';
import type { BillTo } from '../domain/documents.ts';
import { err, needsAttention, ok, type Result } from '../domain/failures.ts';
import type { Address, StoreCustomer, StoreOrder } from '../domain/order.ts';
import type { Setup } from '../domain/setup.ts';
import { isAnonymised, vatNumberOfOrder, type Who } from './customer-identity.ts';
import type { CustomerAccount, NewCustomer } from './ports.ts';

/** What a `customer-policy` rule says for one order; absent: the set-up's policy. */
export interface CustomerPolicy {
  customerPolicy?: 'own' | 'shared';
  /** Billed to this account, whoever bought. */
  accountNumber?: string;
}

/**
 * The customer as Oracle is told.
 *
 * Fails   needs-attention customer.nameless: no name, no company, no e-mail, or one that was erased
 */
export function newCustomer(who: Who, customer: StoreCustomer, billing: Address, setup: Setup): Result<NewCustomer> {
  const { kind, name } = nameOf(who, customer, billing, setup);
  if (name === '' || isAnonymised(billing.email || customer.email)) {
    return err(
      needsAttention(
        'customer.nameless',
        'The order names nobody: it has no person, no company and no e-mail, or they were erased before it was posted.',
        'Enter the customer on the order in the store, or link the order to an account under AR Bridge > Customers.',
      ),
    );
  }
  return ok({
    kind,
    name,
    sourceSystem: setup.customers.sourceSystem,
    sourceReference: `${setup.prefix}${who.reference}`,
    store: customer,
    billing,
    ...(who.vatNumber && { vatNumber: who.vatNumber }),
    siteSetCode: setup.customers.siteSetCode,
    ...(setup.customers.profileClass && { profileClass: setup.customers.profileClass }),
  });
}

/** A company by its name, or, where companies go by VAT number, by having one. */
export function nameOf(
  who: Pick<Who, 'identity'>,
  customer: StoreCustomer,
  billing: Address,
  setup: Setup,
): Pick<NewCustomer, 'kind' | 'name'> {
  const company = (billing.company || customer.company).trim();
  const person = `${billing.firstName || customer.firstName} ${billing.lastName || customer.lastName}`.trim();
  const isCompany = setup.customers.companiesBy === 'name' ? company !== '' : who.identity.startsWith('vat:');
  if (isCompany || (company && !person)) return { kind: 'organization', name: company || person };
  return { kind: 'person', name: person || (billing.email || customer.email).trim() };
}

/** The shared account where rule or set-up want one; undefined where the customer gets an account of their own. */
export function sharedAccount(order: StoreOrder, setup: Setup, policy: CustomerPolicy): Result<BillTo> | undefined {
  const rows = setup.customers.sharedAccounts;
  if (policy.accountNumber) {
    const site = rows.find((row) => row.accountNumber === policy.accountNumber)?.site;
    return ok({ accountNumber: policy.accountNumber, ...(site && { site }) });
  }
  const { guests, registered, companies } = setup.customers;
  const byBuyer = order.customerId === 0 ? guests : registered;
  const chosen = policy.customerPolicy ?? (companies === 'own' && isCompanysOrder(order, setup) ? 'own' : byBuyer);
  if (chosen !== 'shared') return undefined;
  const row = rows
    .filter(({ currency, country }) => isOrAny(currency, order.currency) && isOrAny(country, order.billing.country))
    .sort((a, b) => conditionsOf(b) - conditionsOf(a))[0];
  return row
    ? ok({ accountNumber: row.accountNumber, ...(row.site && { site: row.site }) })
    : err(
        needsAttention(
          'customer.no_shared_account',
          `The set-up names no shared account for ${order.customerId === 0 ? 'guests' : 'customers'} paying in ${order.currency} from ${order.billing.country || 'an unknown country'}.`,
          'Add a shared account for this currency and country in the set-up.',
        ),
      );
}

function isCompanysOrder(order: StoreOrder, setup: Setup): boolean {
  if (setup.customers.companiesBy === 'vat-number') return vatNumberOfOrder(order, setup) !== null;
  return (order.billing.company || order.customer.company).trim() !== '';
}

/** A row that names country or currency goes before one for the rest, wherever it stands; rows that name as much go by their order. */
const conditionsOf = ({ currency, country }: Setup['customers']['sharedAccounts'][number]): number =>
  Number(country !== undefined) + Number(currency !== undefined);
const isOrAny = (wanted: string | undefined, is: string): boolean =>
  wanted === undefined || wanted.toUpperCase() === is.toUpperCase();

/** Over all that flows to Oracle. Buyers of one company take turns: its contact is no change of the company. */
export function contentHash(who: Who, customer: NewCustomer, setup: Setup): string {
  const { firstName, lastName, email, phone, company, ...address } = customer.billing;
  const contact = who.identity.startsWith('vat:') ? [] : [customer.store.email, firstName, lastName, email, phone];
  const place = setup.customers.addresses === 'update-primary' ? address : {};
  return createHash('sha256')
    .update(JSON.stringify([customer.name, contact, place, ...(customer.vatNumber ? [customer.vatNumber] : [])]))
    .digest('hex');
}

export const billToOf = (account: CustomerAccount): BillTo => ({
  accountNumber: account.accountNumber,
  ...(account.site && { site: account.site }),
});
