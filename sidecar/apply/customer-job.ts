import type { Shop } from '../capture/ports.ts';
import type { Setup } from '../domain/setup.ts';
import type { CustomerWork } from './customer-work.ts';
import type { Trail } from './ports.ts';
import type { OrderEnd } from './work.ts';

/** A store customer changed: reads it and lets its Oracle account follow. */
export async function followCustomer(
  customerId: number,
  {
    shop,
    customers,
    setup,
    trail,
    live,
  }: { shop: Shop; customers: CustomerWork; setup: () => Setup | null; trail: Trail; live: () => boolean },
): Promise<OrderEnd> {
  const current = setup();
  if (!current || !live()) return { state: 'posted' };
  const read = await shop.readCustomer(customerId, trail);
  if (!read.ok) return { state: 'stopped', failure: read.failure };
  if (read.value === 'gone') {
    await customers.gone(customerId);
    return { state: 'posted' };
  }
  const followed = await customers.follow(read.value.customer, read.value.billing, current, trail);
  return followed.ok ? { state: 'posted' } : { state: 'stopped', failure: followed.failure };
}
