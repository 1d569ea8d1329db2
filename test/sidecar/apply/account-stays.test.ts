import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CustomerImport } from '../../../sidecar/apply/customer-import.ts';
import { CustomerLinks } from '../../../sidecar/apply/customer-links.ts';
import { memoryTrail } from '../../../sidecar/apply/trail.ts';
import { minor } from '../../../sidecar/domain/money.ts';
import type { StoreOrder } from '../../../sidecar/domain/order.ts';
import { Bench } from '../support/bench.ts';
import { line, order, payment, refund, SETUP } from '../support/orders.ts';

/** What was posted stays where it is, and so does all that follows for the same order, whatever becomes of its customer. */
let bench: Bench;
beforeEach(() => {
  bench = new Bench();
  bench.setup = { ...SETUP, customers: { ...SETUP.customers, guests: 'own' } };
});
afterEach(() => bench.close());

const bought = (over: Partial<StoreOrder> = {}) => order({ paidAt: '2026-11-20T15:01:00Z', payments: [payment(10000)], ...over });
const mail = () => bench.identities.mail('ada@example.org');
const accountsOf = (orderId = 1042) =>
  Object.fromEntries(bench.store.documents.ofOrder(orderId).map((document) => [document.number, document.billTo.accountNumber]));

function tools() {
  const { store, directory, identities, customers: work } = bench;
  const links = new CustomerLinks({ store, directory, identities, work, nowMs: () => bench.nowMs, onMapped: () => {} });
  return { links, file: new CustomerImport({ store, directory, identities, links, trail: memoryTrail() }) };
}

async function importFile(text: string): Promise<void> {
  const { file } = tools();
  file.start(text, 'maria');
  await expect.poll(() => file.current()?.state).toBe('checked');
  expect(file.commit(file.current()?.id ?? '', 'maria')).toBe(true);
  await expect.poll(() => file.current()).toMatchObject({ state: 'done', errors: [] });
}

/**
 * Each way in which an order's customer comes to have another account, or none, after posting; what becomes of a new order; and how it
 * is done, which gives what the store says of the order by then.
 */
const WAYS: [string, 'second' | 'asks', (first: string, second: string) => Promise<Partial<StoreOrder>>][] = [
  [
    'the customer is linked by hand to another account',
    'second',
    async (_first, second) => {
      expect(await tools().links.link(mail(), second, 'maria', memoryTrail())).toMatchObject({ ok: true });
      return {};
    },
  ],
  [
    'a file links the customer to another account',
    'second',
    async (_first, second) => {
      await importFile(`email,accountNumber\nada@example.org,${second}\n`);
      return {};
    },
  ],
  [
    'the customer is unlinked, and Oracle shows two by now',
    'asks',
    async () => {
      expect(await tools().links.unlink(mail(), 'maria')).toBe(true);
      for (const party of bench.directory.parties) party.references = [];
      bench.directory.plant({ name: 'Ada Byron', email: 'ada@example.org' });
      return {};
    },
  ],
  [
    'the guest turns out to be a registered customer with an account of their own',
    'second',
    async (_first, second) => {
      await bench.store.write(() =>
        bench.store.customers.see(
          'user:12',
          { label: null, name: null, emailKey: null, mailboxKey: null, companyKey: null },
          bench.nowMs,
        ),
      );
      await tools().links.link('user:12', second, 'maria', memoryTrail());
      return { customerId: 12, customer: { ...order().customer, id: 12 } };
    },
  ],
  [
    'a shop manager gives the order to another customer',
    'second',
    async (_first, second) => {
      await tools().links.link('user:99', second, 'maria', memoryTrail());
      const ada = order();
      return {
        customerId: 99,
        customer: { ...ada.customer, id: 99, email: 'grace@example.org', firstName: 'Grace', lastName: 'Hopper' },
        billing: { ...ada.billing, email: 'grace@example.org', firstName: 'Grace', lastName: 'Hopper' },
      };
    },
  ],
  [
    'guests are billed to a shared account from now on',
    'second',
    async (_first, second) => {
      bench.setup = {
        ...SETUP,
        customers: { ...SETUP.customers, guests: 'shared', sharedAccounts: [{ accountNumber: second }] },
      };
      return {};
    },
  ],
];

describe.each(WAYS)('when %s', (_, outcome, change) => {
  it('an edit up, a new payment and a refund of the posted order stay on its account, and a new order does not', async () => {
    await bench.place(bought());
    expect(await bench.run()).toEqual({ state: 'posted' });
    const first = accountsOf()['WEB-1042'] ?? '';
    expect(first).toMatch(/^5\d{4}$/);
    const second = bench.directory.plant({ name: 'Somebody Else', kind: 'organization' });
    const over = await change(first, second);

    const lines = [line(1, 10000), line(2, 3000)];
    await bench.place(
      bought({
        ...over,
        lines,
        total: minor(13000),
        payments: [payment(10000), payment(3000, { id: '2', paidAt: '2026-11-21T10:00:00Z', transactionId: 'ch_2' })],
        refunds: [refund(77, 2000, { createdAt: '2026-11-22T10:00:00Z' })],
      }),
    );
    expect(await bench.run()).toEqual({ state: 'posted' });
    const numbers = ['WEB-1042', 'WEB-1042-P1', 'WEB-1042-P2', 'WEB-1042-S1', 'WEB-R77'];
    expect(accountsOf()).toEqual(Object.fromEntries(numbers.map((number) => [number, first])));
    expect(new Set([...bench.oracle.documents.values()].map((document) => document.customerAccountNumber))).toEqual(
      new Set([first]),
    );
    expect(bench.store.orders.get(1042)?.accountNumber).toBe(first);
    expect((await bench.work.identity(1042))?.holds).toBe(true);

    await bench.place(bought({ ...over, id: 1043, number: '1043', payments: [payment(10000, { id: '3' })] }));
    const next = await bench.run(1043);
    if (outcome === 'asks') {
      expect(next).toMatchObject({ failure: { code: 'customer.ambiguous' } });
      return;
    }
    expect(accountsOf(1043)['WEB-1043']).toBe(second);
    expect(bench.work.notes(1042).join()).toContain(`account ${second}`);
    expect(bench.work.notes(1042).join()).toContain(`stay on ${first}`);
  });
});

it('a document that is found again after our record was lost says whose account the order is on', async () => {
  await bench.place(bought());
  await bench.run();
  const first = accountsOf()['WEB-1042'] ?? '';
  const restored = new Bench();
  restored.setup = bench.setup;
  for (const [number, document] of bench.oracle.documents) restored.oracle.documents.set(number, document);
  restored.oracle.applications_.push(...bench.oracle.applications_);
  // Linked anew while the record was lost.
  restored.directory.plant({ name: 'Nobody' });
  const other = restored.directory.plant({ name: 'Ada Byron', email: 'ada@example.org' });
  expect(other).not.toBe(first);
  await restored.place(bought({ lines: [line(1, 10000), line(2, 3000)], total: minor(13000) }));
  await restored.place(bought());
  expect(await restored.run()).toEqual({ state: 'posted' });
  await restored.place(bought({ lines: [line(1, 10000), line(2, 3000)], total: minor(13000) }));
  expect(await restored.run()).toEqual({ state: 'posted' });
  const held = [...restored.oracle.documents.values()].map(({ number, customerAccountNumber }) => [
    number,
    customerAccountNumber,
  ]);
  expect(held).toEqual([
    ['WEB-1042', first],
    ['WEB-1042-P1', first],
    ['WEB-1042-S1', first],
  ]);
  expect(restored.store.orders.get(1042)?.accountNumber).toBe(first);
  await restored.close();
});

it('a guest who is billed to the shared account is told nothing of an account they have elsewhere', async () => {
  bench.setup = { ...SETUP, customers: { ...SETUP.customers, guests: 'shared', sharedAccounts: [{ accountNumber: '40017' }] } };
  await tools().links.link(
    mail(),
    bench.directory.plant({ name: 'Ada Byron', email: 'ada@example.org' }),
    'maria',
    memoryTrail(),
  );
  await bench.place(bought());
  expect(await bench.run()).toEqual({ state: 'posted' });
  expect(bench.work.notes(1042)).toEqual([]);
});
