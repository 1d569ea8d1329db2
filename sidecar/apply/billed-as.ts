import { createHash } from 'node:crypto';
import type { StoreOrder } from '../domain/order.ts';

/** A digest of who and where an order is billed to, of no use for any other order. */
export function billedAs({ id, billing }: Pick<StoreOrder, 'id' | 'billing'>): string {
  const { email: _email, phone: _phone, ...address } = billing;
  const words = Object.entries(address).map(([name, value]) => `${name}=${value.trim().replace(/\s+/g, ' ')}`);
  return createHash('sha256')
    .update([id, ...words.sort()].join('\n'))
    .digest('hex')
    .slice(0, 32);
}
