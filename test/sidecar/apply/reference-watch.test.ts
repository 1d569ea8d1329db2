import { expect, it } from 'vitest';
import type { ReferenceRow } from '../../../sidecar/apply/ports.ts';
import { ReferenceWatch } from '../../../sidecar/apply/reference-watch.ts';
import type { StoreOrder } from '../../../sidecar/domain/order.ts';
import type { Rule } from '../../../sidecar/domain/rules.ts';
import { memoryWith } from '../support/kept-orders.ts';
import { listRow } from '../support/lists.ts';
import { order, RULES, rule, SETUP } from '../support/orders.ts';

async function noticed(orders: StoreOrder[], rules: Rule[], lists: Record<string, ReferenceRow[]>) {
  const store = await memoryWith(orders, ({ references }) => {
    for (const [list, rows] of Object.entries(lists)) references.write(list, { put: rows, remove: [], changes: [] }, 0);
  });
  const watch = new ReferenceWatch({
    store,
    setup: () => SETUP,
    rules: () => ({ version: 1, rules }),
    accountOf: (each) => (each.customerId === 0 ? '40017' : null),
    nowMs: () => Date.parse('2026-11-23T12:00:00Z'),
  });
  await watch.look();
  return store.referenceNotices.open().map(({ message, orders: many, sample }) => ({ message, orders: many, sample }));
}
const closed = (key: string): ReferenceRow => ({ ...listRow(key), enabled: false });

it('names the orders at risk of a type that a rule names and Oracle has closed', async () => {
  const rules = [...RULES, rule('b2b', 'transaction-type', { customerId: 7 }, { invoiceType: 'B2B' })];
  const invoiceTypes = [listRow('Web Invoice'), closed('B2B')];
  expect(await noticed([order({ id: 1 }), order({ id: 2, customerId: 7 })], rules, { invoiceTypes })).toEqual([
    { message: 'Rule "b2b": The invoice type B2B is disabled in Oracle.', orders: 1, sample: [2] },
  ]);
});

it('tells that a site of a shared account is gone, with the orders that are billed to it', async () => {
  const row = (sites: string): ReferenceRow => ({ ...listRow('40017'), extra: { site: null, sites } });
  const orders = [order({ id: 1 }), order({ id: 2, customerId: 7 })];
  expect(await noticed(orders, RULES, { sharedAccounts: [row('40017-2')] })).toEqual([
    {
      message: 'Oracle has no bill-to site 40017-1 of account 40017 that can be used; orders are billed to it.',
      orders: 1,
      sample: [1],
    },
  ]);
  expect(await noticed(orders, RULES, { sharedAccounts: [row('40017-1')] })).toEqual([]);
});
