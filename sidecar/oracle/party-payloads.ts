import type { NewCustomer } from '../apply/ports.ts';
import type { Address } from '../domain/order.ts';
import { clean } from './text.ts';

/** Trading Community's lengths (HZ_PARTIES, HZ_LOCATIONS); the definitions of the hub resources name none. */
const MAX = { personName: 150, organizationName: 360, email: 320, phone: 60, address: 240, place: 60 };

/** The module that web services name as the creator (contract section 5.3). */
export const CREATED_BY = 'HZ_WS';

/**
 * Attributes of a party of this kind: names, e-mail and phone, without what is empty. A party of the other kind keeps its name: a
 * person who began to order for a company is no company, and a company does not take the name of a buyer.
 */
export function partyAttributes(customer: NewCustomer, kind = customer.kind): Record<string, string> {
  const { billing, store } = customer;
  const contact = { EmailAddress: clean(billing.email || store.email, MAX.email) };
  const phone = clean(billing.phone, MAX.phone);
  // The hub resources know no tax registration; the party's own number is where a VAT number can be kept (decisions/0010).
  const tax = { TaxpayerIdentificationNumber: customer.kind === kind ? (customer.vatNumber ?? '') : '' };
  if (kind === 'organization') {
    const name = customer.kind === kind ? clean(customer.name, MAX.organizationName) : '';
    return present({ OrganizationName: name, ...tax, ...contact, RawPhoneNumber: phone });
  }
  if (customer.kind !== kind) return present({ ...contact, RawHomePhoneNumber: phone });
  const first = clean(billing.firstName || store.firstName, MAX.personName);
  const last = clean(billing.lastName || store.lastName, MAX.personName);
  // Oracle asks for a last name; a customer known by one name only has it there.
  const names = last ? { FirstName: first, LastName: last } : { LastName: first || clean(customer.name, MAX.personName) };
  return present({ ...names, ...tax, ...contact, RawHomePhoneNumber: phone });
}

/** Attributes of an address, REST and SOAP alike. */
export function addressAttributes(address: Address): Record<string, string> {
  const state = address.state.startsWith(`${address.country}-`) ? address.state.slice(address.country.length + 1) : address.state;
  return present({
    Country: clean(address.country, 2),
    // Oracle asks for a first line; a shop that sells downloads may not.
    Address1: clean(address.address1 || address.address2 || address.city || address.country, MAX.address),
    Address2: address.address1 ? clean(address.address2, MAX.address) : '',
    City: clean(address.city, MAX.place),
    State: clean(state, MAX.place),
    PostalCode: clean(address.postcode, MAX.place),
  });
}

const present = (attributes: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== ''));
