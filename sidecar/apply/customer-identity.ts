import { createHash, createHmac } from 'node:crypto';
import type { Address, StoreCustomer, StoreOrder } from '../domain/order.ts';
import type { Setup } from '../domain/setup.ts';
import { normaliseVat } from '../domain/vat-number.ts';

/** Whom an order or a change in the store is about. */
export interface Who {
  /** Under which the account is kept: `user:12`, `mail:<key>`, `vat:<key>`; `order:1042` where nothing says who bought. */
  identity: string;
  /** The normalised e-mail and its key: a guest's, and the account e-mail of a store customer. It ties the two. */
  email: string | null;
  mail: string | null;
  /** What the identity was made of, for people: e-mail or VAT number. */
  label: string;
  /** External id of the account in Oracle, without our prefix. */
  reference: string;
  /** The VAT number they gave, normalised: on the order, else with their account. Null where none was given. */
  vatNumber: string | null;
  /** The person was erased: nothing but the keys may be kept of them. */
  erased?: true;
}

/**
 * Tells who somebody is. E-mails, VAT numbers and addresses become keyed hashes (HMAC-SHA256, 128 bits), so that a mapping still
 * recognises a person after an erasure, and nobody without the key can try e-mails against it.
 */
export class Identities {
  private readonly key: Buffer;

  /** key: 32 random bytes, kept for as long as the database (store/identity-key.ts). */
  constructor(key: Buffer) {
    if (key.length !== 32) throw new Error('The key of the customer identities must be 32 bytes.');
    this.key = key;
  }

  /** An order's: its VAT number where companies go by that, else the store customer, else the e-mail, else the order alone. */
  ofOrder(order: StoreOrder, setup: Setup): Who {
    const vatNumber = vatNumberOfOrder(order, setup);
    if (vatNumber && setup.customers.companiesBy === 'vat-number') return this.byVat(vatNumber);
    return this.of(order.customer, order.billing, vatNumber) ?? nobody(order.id, vatNumber);
  }

  /** A store customer's, by what their account says: the company where that goes by the VAT number kept there. */
  ofProfile(customer: StoreCustomer, billing: Address, setup: Setup): Who | null {
    const vatNumber = vatNumberOf([customer.meta], billing, setup);
    if (vatNumber && setup.customers.companiesBy === 'vat-number') return this.byVat(vatNumber);
    return this.of(customer, billing, vatNumber);
  }

  /** Null where there is neither a store customer nor an e-mail. */
  of(customer: StoreCustomer, billing: Address, vatNumber: string | null = null): Who | null {
    const email = normaliseEmail(customer.id > 0 ? customer.email || billing.email : billing.email || customer.email);
    const mail = email === null ? null : this.mail(email);
    const label = email ?? '';
    const common = { email, mail, label, vatNumber };
    if (customer.id > 0) return { ...common, identity: userKey(customer.id), reference: `wp_user:${customer.id}` };
    return email === null || mail === null ? null : { ...common, identity: mail, reference: guestReference(email) };
  }

  /** The key of a normalised e-mail. */
  mail(email: string): string {
    return `mail:${this.hash('mail', email)}`;
  }

  /** The key of a normalised VAT number. */
  vat(number: string): string {
    return `vat:${this.hash('vat', number)}`;
  }

  /** For hints only: addresses that many providers deliver to the same mailbox. */
  mailbox(email: string): string {
    const at = email.lastIndexOf('@');
    const local = email.slice(0, at).replace(/\+.*$/, '').replaceAll('.', '');
    return this.hash('mailbox', `${local}@${email.slice(at + 1)}`);
  }

  company(name: string): string {
    return this.hash('company', foldName(name));
  }

  address(address: Address): string {
    const { address1, address2, city, state, postcode, country } = address;
    return this.hash('address', JSON.stringify([address1, address2, city, state, postcode, country].map(foldName)));
  }

  private byVat(vatNumber: string): Who {
    const reference = `vat:${vatNumber}`;
    return { identity: this.vat(vatNumber), email: null, mail: null, label: vatNumber, reference, vatNumber };
  }

  private hash(what: string, text: string): string {
    return createHmac('sha256', this.key).update(`${what}\0${text}`).digest('hex').slice(0, 32);
  }
}

export const userKey = (customerId: number): string => `user:${customerId}`;

/** The store customer's id of an identity; null for guests and companies. */
export const customerIdOf = (identity: string): number | null =>
  identity.startsWith('user:') ? Number(identity.slice('user:'.length)) : null;

/**
 * Trimmed, Unicode NFC, lower case. Not folded, since two people may be behind them: `+tags`, dots before the @, a domain's other
 * spelling (IDN and its xn-- form), provider aliases. Null for no e-mail, and for the one that WooCommerce writes over an erased one.
 */
export function normaliseEmail(email: string): string | null {
  const folded = email.trim().normalize('NFC').toLowerCase();
  return folded.includes('@') && !isAnonymised(folded) ? folded : null;
}

/** `.invalid` is nobody's (RFC 6761); WordPress puts deleted@site.invalid in the place of an erased address. */
export const isAnonymised = (email: string): boolean => email.trim().toLowerCase().endsWith('.invalid');

/** Case and white space do not make another name. */
export const foldName = (name: string): string => name.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();

export const vatNumberOfOrder = (order: StoreOrder, setup: Setup): string | null =>
  vatNumberOf([order.meta, order.customer.meta], order.billing, setup);

/** The first that is filled, the order's own before the account's. A plugin may hide a key behind an underscore in one of the two only. */
function vatNumberOf(
  sources: readonly (StoreOrder['meta'] | undefined)[],
  { country }: Pick<Address, 'country'>,
  { customers }: Setup,
): string | null {
  for (const meta of sources) {
    for (const key of customers.vatMeta) {
      const row = meta?.find((each) => each.key === key) ?? meta?.find((each) => each.key === shownKey(key));
      const number = normaliseVat(row?.value, country);
      if (number) return number;
    }
  }
  return null;
}

/** WordPress hides keys that begin with an underscore: accounts carry the same field without it. */
const shownKey = (key: string): string => key.replace(/^_+/, '');

/** What is to be kept of an account's meta. */
export const customerMetaKeys = (setup: Setup | null): string[] => [
  ...new Set((setup?.customers.vatMeta ?? []).flatMap((key) => [key, shownKey(key)])),
];

/** Unkeyed, so that the account is found again by a sidecar that lost its data; Oracle holds the e-mail itself beside it. */
const guestReference = (email: string): string =>
  `guest:${createHash('sha256').update(`guest:${email}`).digest('hex').slice(0, 24)}`;

const nobody = (orderId: number, vatNumber: string | null): Who => ({
  identity: `order:${orderId}`,
  email: null,
  mail: null,
  label: '',
  reference: `order:${orderId}`,
  vatNumber,
});

/** The same person under their other identity, guest or store customer: for what was begun there. */
export function under(identity: string, who: Who): Who {
  const customerId = customerIdOf(identity);
  if (customerId !== null) return { ...who, identity, reference: `wp_user:${customerId}` };
  return { ...who, identity, ...(who.email !== null && { reference: guestReference(who.email) }) };
}
