import { createHash } from 'node:crypto';
import type { Address, StoreOrder } from '../domain/order.ts';

type Billed = Pick<StoreOrder, 'id' | 'billing' | 'shipping' | 'customerId'>;
const PARTS = ['billing', 'shipping', 'customer'] as const;
export type BilledPart = (typeof PARTS)[number];

/** Digests of where and to whom an order is billed and shipped, of no use for any other order: `billing:shipping:customer`. */
export function billedAs(order: Billed): string {
  const digests = digestsOf(order);
  return PARTS.map((part) => digests[part]).join(':');
}

/** What is not as it was; a record from before shipping address and customer were kept (one digest) tells of billing alone. */
export function changedSince(before: string, order: Billed): Set<BilledPart> {
  const now = digestsOf(order);
  const kept = before.split(':');
  return new Set(PARTS.filter((part, at) => kept[at] !== undefined && kept[at] !== now[part]));
}

function digestsOf({ id, billing, shipping, customerId }: Billed): Record<BilledPart, string> {
  return {
    billing: digest(id, addressWords(billing)),
    shipping: digest(id, shipping ? addressWords(shipping) : []),
    customer: digest(id, [String(customerId)]),
  };
}

function addressWords({ email: _email, phone: _phone, ...address }: Address): string[] {
  return Object.entries(address)
    .map(([name, value]) => `${name}=${value.trim().replace(/\s+/g, ' ')}`)
    .sort();
}

const digest = (id: number, words: string[]): string =>
  createHash('sha256')
    .update([id, ...words].join('\n'))
    .digest('hex')
    .slice(0, 32);
