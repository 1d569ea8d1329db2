import { createHash, createHmac } from 'node:crypto';
import type { Address, StoreCustomer, StoreOrder } from '../domain/order.ts';
import type { Setup } from '../domain/setup.ts';

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
    const vat = setup.customers.companiesBy === 'vat-number' ? vatNumberOf(order, setup) : null;
    if (vat) return { identity: this.vat(vat), email: null, mail: null, label: vat, reference: `vat:${vat}` };
    return this.of(order.customer, order.billing) ?? nobody(order.id);
  }

  /** Null where there is neither a store customer nor an e-mail. */
  of(customer: StoreCustomer, billing: Address): Who | null {
    const email = normaliseEmail(customer.id > 0 ? customer.email || billing.email : billing.email || customer.email);
    const mail = email === null ? null : this.mail(email);
    const label = email ?? '';
    if (customer.id > 0) return { identity: userKey(customer.id), email, mail, label, reference: `wp_user:${customer.id}` };
    return email === null || mail === null ? null : { identity: mail, email, mail, label, reference: guestReference(email) };
  }

  /** The key of a normalised e-mail. */
  mail(email: string): string {
    return `mail:${this.hash('mail', email)}`;
  }

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

/** Letters and digits, capitals; null where the field holds something else, such as "-" or "no". */
export function normaliseVat(value: unknown): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const number = String(value)
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '');
  return number.length >= 5 && number.length <= 20 && /\d{2}/.test(number) ? number : null;
}

function vatNumberOf(order: StoreOrder, setup: Setup): string | null {
  for (const key of setup.customers.vatMeta) {
    const number = normaliseVat(order.meta.find((row) => row.key === key)?.value);
    if (number) return number;
  }
  return null;
}

/** Unkeyed, so that the account is found again by a sidecar that lost its data; Oracle holds the e-mail itself beside it. */
const guestReference = (email: string): string =>
  `guest:${createHash('sha256').update(`guest:${email}`).digest('hex').slice(0, 24)}`;

const nobody = (orderId: number): Who => ({
  identity: `order:${orderId}`,
  email: null,
  mail: null,
  label: '',
  reference: `order:${orderId}`,
});

/** The same person under their other identity, guest or store customer: for what was begun there. */
export function under(identity: string, who: Who): Who {
  const customerId = customerIdOf(identity);
  if (customerId !== null) return { ...who, identity, reference: `wp_user:${customerId}` };
  return { ...who, identity, ...(who.email !== null && { reference: guestReference(who.email) }) };
}
