import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCustomerBook } from '../../../sidecar/apply/customer-book.ts';
import { minor } from '../../../sidecar/domain/money.ts';
import type { StoreOrder } from '../../../sidecar/domain/order.ts';
import { Bench } from '../support/bench.ts';
import { line, order, SETUP, setup } from '../support/orders.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
  bench.setup = setup({ customers: { ...SETUP.customers, guests: 'own' } });
});
afterEach(() => bench.close());

const OLD = 'ada@typo.example';
const NEW = 'ada@new.example';

const guests = (id: number, email: string, over: Partial<StoreOrder> = {}): StoreOrder => {
  const of = order();
  return {
    ...of,
    ...{ id, number: String(id), customerId: 0, lines: [line(id, 500)], total: minor(500) },
    customer: { ...of.customer, id: 0, email },
    billing: { ...of.billing, email, company: '' },
    ...over,
  };
};
const post = async (of: StoreOrder) => {
  await bench.place(of);
  return bench.run(of.id);
};
const accountOf = (id: number) => bench.oracle.documents.get(`WEB-${id}`)?.customerAccountNumber;

describe('a guest whose e-mail is corrected on a posted order', () => {
  it('stays one customer: the next order under either address is billed to the same account', async () => {
    await post(guests(1042, OLD));
    await post(guests(1042, NEW));
    expect(await post(guests(1043, NEW))).toEqual({ state: 'posted' });
    expect(await post(guests(1044, OLD))).toEqual({ state: 'posted' });
    expect(accountOf(1043)).toBe(accountOf(1042));
    expect(accountOf(1044)).toBe(accountOf(1042));
  });

  it('gets what a person chooses for either address under both', async () => {
    await post(guests(1042, OLD));
    await post(guests(1042, NEW));
    const [old, now] = [OLD, NEW].map((email) => bench.identities.mail(email));
    const { family } = createCustomerBook(bench.store.customers, bench.identities);
    expect(new Set(family(old ?? ''))).toEqual(new Set([old, now]));
    expect(new Set(family(now ?? ''))).toEqual(new Set([old, now]));
  });

  it('stays one customer through a second correction', async () => {
    await post(guests(1042, OLD));
    await post(guests(1042, NEW));
    await post(guests(1042, 'ada@third.example'));
    await post(guests(1043, 'ada@third.example'));
    expect(accountOf(1043)).toBe(accountOf(1042));
  });

  it('is merged with nobody whose address it is: the order says so', async () => {
    await post(guests(1041, NEW, { billing: { ...guests(1041, NEW).billing, postcode: '10115' } }));
    await post(guests(1042, OLD));
    expect(accountOf(1041)).not.toBe(accountOf(1042));
    await post(guests(1042, NEW));
    expect(bench.work.notes(1042).join()).toContain(`billed to account ${accountOf(1041)} by now`);
    await post(guests(1043, NEW));
    await post(guests(1044, OLD));
    expect([accountOf(1043), accountOf(1044)]).toEqual([accountOf(1041), accountOf(1042)]);
  });

  it('is somebody else where the name is another one too', async () => {
    await post(guests(1042, OLD));
    const bob = (id: number) => {
      const of = guests(id, NEW);
      return { ...of, billing: { ...of.billing, firstName: 'Bob', lastName: 'Other' } };
    };
    await post(bob(1042));
    await post(bob(1043));
    expect(accountOf(1043)).not.toBe(accountOf(1042));
  });

  it('is nobody on a shared account', async () => {
    bench.setup = setup({ customers: { ...SETUP.customers, guests: 'shared' } });
    await post(guests(1042, OLD));
    await post(guests(1042, NEW));
    expect(bench.store.customers.get(bench.identities.mail(NEW))).toBeNull();
  });

  it('is a company where companies have accounts: its buyers come and go', async () => {
    const works = (id: number, email: string) => {
      const of = guests(id, email);
      return { ...of, billing: { ...of.billing, company: 'Analytical Works' } };
    };
    await post(works(1042, OLD));
    await post(works(1042, NEW));
    expect(bench.store.customers.account(bench.identities.mail(NEW))).toBeNull();
  });
});
