import type { Address, StoreOrder } from './order.ts';
import type { Setup } from './setup.ts';

/**
 * An order without the person who placed it: what is posted, and what rules look at, is kept; names, address, e-mail, phone and free
 * texts are not. The store's customer id stays, as it stands on the order's documents.
 */
export function withoutPerson(order: StoreOrder, setup: Setup | null): StoreOrder {
  const counted = new Set([...(setup?.tenders ?? []), ...(setup?.exclusions ?? [])].flatMap(({ metaKey }) => metaKey ?? []));
  const left = new Set((setup?.exclusions ?? []).flatMap(({ tag }) => tag?.toLowerCase() ?? []));
  const { meta: _meta, ...customer } = order.customer;
  return {
    ...order,
    ...(order.tags && {
      tags: order.tags.filter(({ slug, name }) => left.has(slug.toLowerCase()) || left.has(name.toLowerCase())),
    }),
    customer: { ...customer, email: '', firstName: '', lastName: '', company: '' },
    billing: placeOf(order.billing),
    shipping: order.shipping && placeOf(order.shipping),
    lines: order.lines.map((line) => ({ ...line, meta: [] })),
    refunds: order.refunds.map((refund) => ({ ...refund, reason: '' })),
    // Amounts of gift cards, and what leaves an order out, are the books'.
    meta: order.meta.filter(({ key }) => counted.has(key)),
  };
}

/** Country and state decide taxes and rules. */
const placeOf = ({ country, state }: Address): Address => ({
  firstName: '',
  lastName: '',
  company: '',
  address1: '',
  address2: '',
  city: '',
  state,
  postcode: '',
  country,
  email: '',
  phone: '',
});
