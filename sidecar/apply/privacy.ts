import type { StoreOrder } from '../domain/order.ts';
import { withoutPerson } from '../domain/person.ts';
import type { Setup } from '../domain/setup.ts';
import type { CustomerRecord } from '../store/customers.ts';
import type { Store } from '../store/store.ts';
import { createCustomerBook } from './customer-book.ts';
import { customerIdOf, type Identities, normaliseEmail, userKey } from './customer-identity.ts';
import type { CustomerWork } from './customer-work.ts';
import { turns } from './turns.ts';

/** Whom a request of WordPress's privacy tools is about. */
export interface Person {
  email: string;
  /** The store customers who have this e-mail now. */
  customerIds: readonly number[];
}

/** One thing that is kept about somebody; names are stable, the plugin translates them. */
export interface KeptItem {
  group: 'customer' | 'order';
  id: string;
  data: { name: string; value: string }[];
}

export interface Erasure {
  customers: number;
  orders: number;
  /** Accounts in Oracle that stay, with whatever Oracle holds about the person. */
  accounts: string[];
  /** False: ask again for the rest. */
  done: boolean;
}

export interface PrivacyOptions {
  store: Pick<Store, 'write' | 'customers' | 'orders' | 'documents' | 'jobs' | 'persons'>;
  identities: Identities;
  /** Whose locks hold the work on a customer back while they are erased. */
  work: Pick<CustomerWork, 'alone'>;
  setup: () => Setup | null;
  nowMs: () => number;
}

const ORDERS_A_PAGE = 50;
const ERASED_AT_ONCE = 200;

/** What the sidecar keeps about a person, and how it goes: the books stay, the person goes. The trail holds first letters at most. */
export class Privacy {
  private readonly options: PrivacyOptions;

  constructor(options: PrivacyOptions) {
    this.options = options;
  }

  /** A page of what is kept, from 1. */
  async kept(person: Person, page: number): Promise<{ items: KeptItem[]; done: boolean }> {
    const { store, identities, setup } = this.options;
    const current = setup();
    const orders = await this.ordersOf(person);
    const shown = orders.slice((page - 1) * ORDERS_A_PAGE, page * ORDERS_A_PAGE);
    const customers = page === 1 ? this.customersOf(person).map(customerItem) : [];
    const items = shown.flatMap((orderId) => {
      const order = store.orders.snapshot(orderId);
      const numbers = store.documents.ofOrder(orderId).map((document) => document.number);
      if (!order) return [];
      const vatNumber = current ? identities.ofOrder(order, current).vatNumber : null;
      return [
        orderItem(order, { accountNumber: store.orders.get(orderId)?.accountNumber ?? '', vatNumber: vatNumber ?? '' }, numbers),
      ];
    });
    return { items: [...customers, ...items], done: orders.length <= page * ORDERS_A_PAGE };
  }

  /** Takes the person out of what is kept. May be called again: what is erased stays so. */
  async erase(person: Person): Promise<Erasure> {
    const { store, identities, work, setup, nowMs } = this.options;
    const already = store.persons.erased();
    const orders = (await this.ordersOf(person)).filter((orderId) => !already.has(orderId));
    const customers = this.customersOf(person);
    const unerased = customers.filter((row) => row.erasedAtMs === null);
    const locked = customers.map((row) => row.identity);
    await work.alone(locked, () =>
      store.write(() => {
        for (const orderId of orders.slice(0, ERASED_AT_ONCE)) {
          const order = store.orders.snapshot(orderId);
          const current = setup();
          const identity = order && current ? identities.ofOrder(order, current).identity : this.fallback(person);
          store.persons.eraseOrder(orderId, identity, order && withoutPerson(order, current), nowMs());
          // What waits is asked about anew, without the person's name.
          if (store.orders.get(orderId)?.reason?.code.startsWith('customer.')) store.jobs.mark('order', orderId, nowMs());
        }
        for (const row of unerased) store.persons.eraseCustomer(row.identity, nowMs());
        // Also who bought for a company alone, and has no row of their own.
        for (const id of new Set([...person.customerIds, ...customers.flatMap((row) => customerIdOf(row.identity) ?? [])]))
          store.customers.forgetBuyer(id);
        store.persons.forgetWebhookBodies();
      }),
    );
    const accounts = customers.flatMap((row) => row.account?.accountNumber ?? []);
    return {
      customers: unerased.length,
      orders: Math.min(orders.length, ERASED_AT_ONCE),
      accounts: [...new Set(accounts)],
      done: orders.length <= ERASED_AT_ONCE,
    };
  }

  /** All identities of the person; companies that they bought for are not theirs. */
  private customersOf({ email, customerIds }: Person): CustomerRecord[] {
    const { store, identities } = this.options;
    const { family } = createCustomerBook(store.customers, identities);
    const normal = normaliseEmail(email);
    const own = [...customerIds.map(userKey), ...(normal === null ? [] : [identities.mail(normal)])];
    const all = new Set(own.flatMap(family));
    return [...all].flatMap((identity) => store.customers.get(identity) ?? []);
  }

  /** Their orders by id: as a store customer, or with this e-mail on them. */
  private async ordersOf({ email, customerIds }: Person): Promise<number[]> {
    const { persons } = this.options.store;
    const normal = normaliseEmail(email);
    const ids = new Set(customerIds);
    const found: number[] = [];
    const pause = turns();
    for (let after = 0; ; ) {
      const page = persons.orders(after);
      for (const { orderId, customerId, billingEmail, accountEmail } of page) {
        const mails = [billingEmail, accountEmail].map(normaliseEmail);
        if (ids.has(customerId) || (normal !== null && mails.includes(normal))) found.push(orderId);
      }
      const last = page.at(-1);
      if (!last) return found;
      after = last.orderId;
      await pause();
    }
  }

  private fallback({ email, customerIds }: Person): string {
    const [id] = customerIds;
    if (id !== undefined) return userKey(id);
    return this.options.identities.mail(normaliseEmail(email) ?? email);
  }
}

const filled = (data: Record<string, string>): KeptItem['data'] =>
  Object.entries(data)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => ({ name, value }));

const customerItem = (row: CustomerRecord): KeptItem => ({
  group: 'customer',
  id: row.identity,
  data: filled({
    accountNumber: row.account?.accountNumber ?? '',
    name: row.name ?? '',
    email: row.label ?? '',
    since: row.linkedAtMs === null ? '' : new Date(row.linkedAtMs).toISOString(),
  }),
});

function orderItem(
  order: StoreOrder,
  { accountNumber, vatNumber }: { accountNumber: string; vatNumber: string },
  documents: readonly string[],
): KeptItem {
  const { billing, shipping } = order;
  const lines = ({ address1, address2, postcode, city, state, country }: StoreOrder['billing']) =>
    [address1, address2, `${postcode} ${city}`.trim(), state, country].filter(Boolean).join(', ');
  return {
    group: 'order',
    id: `order-${order.id}`,
    data: filled({
      orderNumber: order.number,
      createdAt: order.createdAt,
      name: `${billing.firstName} ${billing.lastName}`.trim(),
      company: billing.company,
      vatNumber,
      email: billing.email || order.customer.email,
      phone: billing.phone,
      billingAddress: lines(billing),
      shippingAddress: shipping ? `${shipping.firstName} ${shipping.lastName}, ${lines(shipping)}`.replace(/^ , /, '') : '',
      accountNumber,
      documents: documents.join(', '),
    }),
  };
}
