import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { ReferenceRow } from '../../../sidecar/apply/ports.ts';
import { type CheckOptions, referenceChecks } from '../../../sidecar/apply/reference-checks.ts';
import { deltaOf } from '../../../sidecar/apply/reference-delta.ts';
import { type KeeperOptions, type ListName, ReferenceKeeper, STORE_LISTS } from '../../../sidecar/apply/reference-pull.ts';
import { err, ok, retryable } from '../../../sidecar/domain/failures.ts';
import { minor } from '../../../sidecar/domain/money.ts';
import type { Dressed } from '../../../sidecar/plan/dressed.ts';
import { openStore, type Store } from '../../../sidecar/store/store.ts';
import { listRow as row } from '../support/lists.ts';
import { longestPiece } from '../support/longest-piece.ts';
import { rule, SETUP, setup } from '../support/orders.ts';

const days = { today: '2026-11-23', lastDay: '2026-11-22', first: false };
const told = (before: ReferenceRow[], after: ReferenceRow[], over = {}) =>
  deltaOf(new Map(before.map((each) => [each.key, each])), after, { ...days, ...over }).changes.map(
    ({ key, change, detail }) => `${key} ${change}${detail && `: ${detail}`}`,
  );

describe('what a pull changed in a list', () => {
  it('is told row by row, in words', () => {
    const before = [
      row('same'),
      row('gone'),
      row('off'),
      row('on', { enabled: false }),
      row('ending', { endDate: '2026-11-22' }),
      row('renamed'),
      row('shortened'),
    ];
    const after = [
      row('same'),
      row('off', { enabled: false }),
      row('on'),
      row('ending', { endDate: '2026-11-22' }),
      row('renamed', { label: 'Another name' }),
      row('shortened', { endDate: '2027-01-31' }),
      row('new'),
      row('new but closed', { enabled: false }),
    ];
    expect(told(before, after)).toEqual([
      'off closed',
      'on opened',
      'ending closed: ended on 2026-11-22',
      'renamed changed: now called "Another name"',
      'shortened changed: ends on 2027-01-31',
      'new appeared',
      'new but closed appeared: closed',
      'gone vanished',
    ]);
  });

  it('is no news at the first pull, and the rows are kept', () => {
    const delta = deltaOf(new Map(), [row('a')], { ...days, first: true });
    expect(delta).toEqual({ put: [row('a')], remove: [], changes: [] });
  });

  it('leads from any list to any other, and writes nothing that is the same already', () => {
    const rows = fc
      .uniqueArray(
        fc.tuple(fc.constantFrom('a', 'b', 'c', 'd'), fc.boolean(), fc.constantFrom(null, '2026-01-01', '2027-01-01')),
        {
          selector: ([key]) => key,
        },
      )
      .map((drawn) => drawn.map(([key, enabled, endDate]) => row(key, { enabled, endDate })));
    fc.assert(
      fc.property(rows, rows, (before, after) => {
        const held = new Map(before.map((each) => [each.key, each]));
        const delta = deltaOf(held, after, days);
        for (const each of delta.put) {
          expect(held.get(each.key)).not.toEqual(each);
          held.set(each.key, each);
        }
        for (const key of delta.remove) held.delete(key);
        expect([...held.values()].sort((a, b) => a.key.localeCompare(b.key))).toEqual(
          [...after].sort((a, b) => a.key.localeCompare(b.key)),
        );
      }),
    );
  });
});

const CATALOGUE = {
  categories: [
    { id: 10, name: 'Kitchen', slug: 'kitchen', parent: 0, count: 3 },
    { id: 11, name: 'Mugs', slug: 'mugs', parent: 10, count: 2 },
  ],
  taxRates: [{ id: 1, country: 'US', state: 'CA', rate: '7.2500', name: 'CA Tax', class: 'standard' }],
  taxClasses: [{ slug: 'standard', name: 'Standard' }],
  gateways: [{ id: 'stripe', title: 'Card', enabled: true }],
  shippingMethods: [{ id: 'flat_rate', title: 'Flat rate' }],
  currency: 'USD',
  priceDecimals: 2,
  timeZone: 'UTC',
};
const down = retryable('oracle.no_answer', 'Oracle did not answer.', { endpoint: true });

/** Both systems in memory, a real database. */
function keeping(over: Partial<KeeperOptions> = {}) {
  const store = openStore(':memory:');
  onTestFinished(() => store.close());
  const lists: Partial<Record<ListName, ReferenceRow[] | null>> = {};
  const asked: string[] = [];
  let nowMs = Date.parse('2026-11-23T12:00:00Z');
  const keeper = new ReferenceKeeper({
    store,
    references: {
      pull: async (list, unit) => {
        asked.push(`${list} ${unit}`);
        await new Promise((later) => setTimeout(later, 1));
        const rows = lists[list];
        return rows === null ? err(down) : ok(rows ?? []);
      },
    },
    shop: {
      catalogue: async () => {
        asked.push('catalogue');
        return ok(CATALOGUE);
      },
    },
    directory: {
      findAccount: async (accountNumber) => {
        asked.push(`account ${accountNumber}`);
        const there = accountNumber !== '40099';
        return ok(
          there
            ? {
                accountNumber,
                accountId: '1',
                partyId: '2',
                partyNumber: '3',
                site: '4',
                sites: ['4', '6'],
                siteUseId: '5',
                name: `Account ${accountNumber}`,
              }
            : null,
        );
      },
    },
    setup: () => SETUP,
    rules: () => ({ version: 1, rules: [] }),
    trail: { record: () => undefined },
    nowMs: () => nowMs,
    ...over,
  });
  const wait = (hours: number) => {
    nowMs += hours * 3_600_000;
  };
  return { store, keeper, lists, asked, wait };
}
const changesOf = (store: Store) =>
  store.references.changes({ limit: 50 }).map(({ list, key, change }) => `${list} ${key} ${change}`);

describe('pulling the lists of both systems', () => {
  it('keeps the rows, and what the second pull changed with its time', async () => {
    const { store, keeper, lists, wait } = keeping();
    lists.receiptMethods = [row('Web Card Payments'), row('Web PayPal')];
    await keeper.pull(['receiptMethods']);
    expect(store.references.rows('receiptMethods').map(({ key }) => key)).toEqual(['Web Card Payments', 'Web PayPal']);
    expect(changesOf(store)).toEqual([]);
    wait(6);
    lists.receiptMethods = [row('Web Card Payments', { enabled: false }), row('Web Klarna')];
    await keeper.pull(['receiptMethods']);
    expect(changesOf(store)).toEqual([
      'receiptMethods Web PayPal vanished',
      'receiptMethods Web Klarna appeared',
      'receiptMethods Web Card Payments closed',
    ]);
    expect(new Date(store.references.changes({ limit: 1 })[0]?.atMs ?? 0).toISOString()).toBe('2026-11-23T18:00:00.000Z');
    expect(store.references.status('receiptMethods')).toMatchObject({ rows: 2, failure: '' });
    expect(store.references.vanished('receiptMethods', 'Web PayPal')).toBe(true);
  });

  it('leaves the last state of a list that fails, says why, and pulls the others', async () => {
    const { store, keeper, lists } = keeping();
    lists.receiptMethods = [row('Web Card Payments')];
    lists.memoLines = [row('Web Product')];
    await keeper.pull(['receiptMethods', 'memoLines']);
    lists.receiptMethods = null;
    lists.memoLines = [row('Web Product'), row('Web Shipping')];
    expect(await keeper.pull(['receiptMethods', 'memoLines'])).toEqual(ok(2));
    expect(store.references.rows('receiptMethods')).toHaveLength(1);
    expect(store.references.status('receiptMethods').failure).toBe('Oracle did not answer.');
    expect(store.references.rows('memoLines')).toHaveLength(2);
  });

  it('fails when no list came', async () => {
    const { keeper, lists } = keeping();
    lists.memoLines = null;
    expect(await keeper.pull(['memoLines'])).toEqual(err(down));
  });

  it('does not take a list that came back empty for the truth', async () => {
    const { store, keeper, lists } = keeping();
    lists.memoLines = [row('Web Product')];
    await keeper.pull(['memoLines']);
    lists.memoLines = [];
    expect((await keeper.pull(['memoLines'])).ok).toBe(false);
    expect(store.references.rows('memoLines')).toHaveLength(1);
    expect(store.references.status('memoLines').failure).toContain('without a row');
  });

  it('reads the store’s lists in one go', async () => {
    const { store, keeper, asked } = keeping();
    expect(await keeper.pull(STORE_LISTS)).toEqual(ok(6));
    expect(asked).toEqual(['catalogue']);
    expect(store.references.find('storeCategories', '11')).toMatchObject({ label: 'Mugs', extra: { parent: '10' } });
  });

  it('looks up the shared accounts that set-up and rules name', async () => {
    const { store, keeper } = keeping({
      setup: () => setup({ businessUnits: [{ businessUnit: 'EU', sharedAccounts: [{ accountNumber: '40099' }] }] }),
      rules: () => ({
        version: 1,
        rules: [rule('b2b', 'customer-policy', { role: 'b2b' }, { customerPolicy: 'shared', accountNumber: '40020' })],
      }),
    });
    await keeper.pull(['sharedAccounts']);
    expect(store.references.rows('sharedAccounts').map(({ key, enabled }) => `${key} ${enabled}`)).toEqual([
      '40017 true',
      '40020 true',
      '40099 false',
    ]);
    expect(store.references.find('sharedAccounts', '40017')?.extra.sites?.split('\n')).toEqual(['4', '6']);
    expect(store.references.find('sharedAccounts', '40099')?.extra.sites).toBeNull();
  });

  it('keeps the periods of each business unit’s ledger apart', async () => {
    const { store, keeper } = keeping({
      setup: () => setup({ businessUnits: [{ businessUnit: 'Northwind EU BU' }] }),
      references: {
        pull: async (list, unit) => {
          const ledgerId = unit === 'Northwind EU BU' ? '2' : '1';
          if (list === 'businessUnits')
            return ok([
              row('Northwind US BU', { extra: { ledgerId: '1' } }),
              row('Northwind EU BU', { extra: { ledgerId: '2' } }),
            ]);
          const status = ledgerId === '1' ? 'O' : 'C';
          return ok([row('Nov-26', { extra: { start: '2026-11-01', end: '2026-11-30', status, ledgerId } })]);
        },
      },
    });
    await keeper.pull(['businessUnits', 'periods']);
    expect(store.references.periods().map(({ name, status }) => `${name} ${status}`)).toEqual(['Nov-26 O']);
    expect(store.references.periods('Northwind US BU').map(({ status }) => status)).toEqual(['O']);
    expect(store.references.periods('Northwind EU BU').map(({ name, status }) => `${name} ${status}`)).toEqual(['Nov-26 C']);
  });

  it('asks once when two want the same list at the same time', async () => {
    const { keeper, lists, asked } = keeping();
    lists.memoLines = [row('Web Product')];
    await Promise.all([keeper.pull(['memoLines']), keeper.pull(['memoLines'])]);
    expect(asked).toEqual(['memoLines Northwind US BU']);
  });

  it('lets others work while it keeps 20,000 accounts', async () => {
    const { store, keeper, lists } = keeping();
    const accounts = Array.from({ length: 20_000 }, (_, n) => row(`01-000-${String(n).padStart(6, '0')}`));
    lists.accountCombinations = accounts;
    await keeper.pull(['accountCombinations']);
    lists.accountCombinations = accounts.map((each, n) => (n % 3 === 0 ? { ...each, enabled: false } : each));
    const pieces = longestPiece();
    await keeper.pull(['accountCombinations']);
    const longest = pieces();
    console.log(`20,000 accounts, every third disabled: longest piece ${longest.toFixed(0)} ms of CPU`);
    expect(longest).toBeLessThan(150);
    expect(store.references.changes({ limit: 10_000 })).toHaveLength(6_667);
  });
});

const SEGMENTED = setup({ segments: SETUP.segments.map((segment) => ({ ...segment, valueSet: `NW_${segment.name}` })) });
const line = { lineNumber: 1, description: 'Mug', quantity: 1, unitPrice: minor(100), net: minor(100) };
const common = {
  number: 'WEB-1',
  crossReference: 'WEB-1',
  businessUnit: 'Northwind US BU',
  date: '2026-11-23',
  accountingDate: '2026-11-23',
  currency: 'USD',
  decimals: 2,
  billTo: { accountNumber: '40017' },
  comments: '',
};
const invoice = (over: object = {}): Dressed => ({
  document: {
    kind: 'invoice',
    ...common,
    source: 'WEB STORE',
    type: 'Web Invoice',
    paymentTerms: 'IMMEDIATE',
    total: minor(100),
    lines: [
      {
        ...line,
        memoLine: 'Web Product',
        taxes: [{ regime: 'US SALES TAX', rateCode: 'CA STATE 7.25', amount: minor(0) }],
        accountCombination: '01-100-41000-0000-000',
      },
    ],
    ...over,
  },
  lines: [],
  trace: [],
});
const receipt = (): Dressed => ({
  document: { kind: 'receipt', ...common, receiptMethod: 'Web Card Payments', amount: minor(100) },
  lines: [],
  trace: [],
});

function checking(rows: Partial<Record<ListName, ReferenceRow[]>> = {}, over: Partial<CheckOptions> = {}) {
  return referenceChecks({
    references: {
      find: (list, key) => rows[list as ListName]?.find((each) => each.key === key) ?? null,
      vanished: (list, key) => list === 'receiptMethods' && key === 'Web Card Payments' && rows.receiptMethods !== undefined,
      periods: () =>
        (rows.periods ?? []).map(({ key, extra }) => ({
          name: key,
          start: extra.start ?? '',
          end: extra.end ?? '',
          status: extra.status ?? '',
        })),
      pulledAtMs: () => null,
      triedAtMs: () => null,
    },
    setup: () => SEGMENTED,
    maxAgeMs: () => 24 * 3_600_000,
    nowMs: () => Date.parse('2026-11-23T12:00:00Z'),
    ...over,
  });
}
const off = (key: string) => [row(key, { enabled: false })];

describe('the check before a document goes out', () => {
  it('has nothing against a document whose names the last pull does not know or calls open', () => {
    expect(checking().problems(invoice(), '2026-11-23')).toBeNull();
    const open = { invoiceTypes: [row('Web Invoice')], segmentValues: [row('NW_account/41000', { endDate: '2026-11-23' })] };
    expect(checking(open).problems(invoice(), '2026-11-23')).toBeNull();
    expect(checking(open).problems(invoice(), '2026-11-24')).toBe(
      'the account value 41000 of account 01-100-41000-0000-000 ended on 2026-11-23 in Oracle',
    );
  });

  it.each<[string, Partial<Record<ListName, ReferenceRow[]>>, Dressed, string]>([
    [
      'business unit',
      { businessUnits: off('Northwind US BU') },
      invoice(),
      'the business unit Northwind US BU is disabled in Oracle',
    ],
    ['source', { transactionSources: off('WEB STORE') }, invoice(), 'the transaction source WEB STORE is disabled in Oracle'],
    ['type', { invoiceTypes: off('Web Invoice') }, invoice(), 'the transaction type Web Invoice is disabled in Oracle'],
    [
      'type of a credit memo',
      { creditMemoTypes: off('Web Credit Memo') },
      invoice({ kind: 'credit-memo', type: 'Web Credit Memo' }),
      'the transaction type Web Credit Memo is disabled in Oracle',
    ],
    ['payment terms', { paymentTerms: off('IMMEDIATE') }, invoice(), 'the payment terms IMMEDIATE is disabled in Oracle'],
    ['memo line', { memoLines: off('Web Product') }, invoice(), 'the memo line Web Product is disabled in Oracle'],
    [
      'tax rate',
      { taxRates: off('US SALES TAX / CA STATE 7.25') },
      invoice(),
      'the tax rate US SALES TAX / CA STATE 7.25 is disabled in Oracle',
    ],
    [
      'receipt method that is gone',
      { receiptMethods: [] },
      receipt(),
      'the receipt method Web Card Payments is no longer there in Oracle',
    ],
    ['bill-to account', { sharedAccounts: off('40017') }, receipt(), 'Oracle has no bill-to account 40017 that can be used'],
    [
      'bill-to site',
      { sharedAccounts: [row('40017', { extra: { site: null, sites: '40017-1\n40017-3' } })] },
      invoice({ billTo: { accountNumber: '40017', site: '40017-2' } }),
      'Oracle has no bill-to site 40017-2 of account 40017 that can be used',
    ],
    [
      'combination',
      { accountCombinations: off('01-100-41000-0000-000') },
      invoice(),
      'the account 01-100-41000-0000-000 is disabled in Oracle',
    ],
    [
      'segment value',
      { segmentValues: off('NW_costCenter/100') },
      invoice(),
      'the costCenter value 100 of account 01-100-41000-0000-000 is disabled in Oracle',
    ],
    [
      'period',
      { periods: [row('Nov-26', { extra: { start: '2026-11-01', end: '2026-11-30', status: 'C' } })] },
      receipt(),
      'the AR period Nov-26 is closed in Oracle',
    ],
  ])('stops at a closed %s', (_what, rows, document, expected) => {
    expect(checking(rows).problems(document, '2026-11-23')).toBe(expected);
  });

  it('has nothing against a site that the account has, nor where Oracle shows none', () => {
    const document = invoice({ billTo: { accountNumber: '40017', site: '40017-2' } });
    for (const sites of ['40017-1\n40017-2', '', null]) {
      const rows = { sharedAccounts: [row('40017', { extra: { site: null, sites } })] };
      expect(checking(rows).problems(document, '2026-11-23')).toBeNull();
    }
  });

  it('says the same of what a rule answers as of the document that names it', () => {
    const named = { rows: [], accounts: [], billTo: { accountNumber: '40017', site: '40017-2' } };
    const rows = { sharedAccounts: [row('40017', { extra: { site: null, sites: '40017-1' } })] };
    expect(checking(rows).problemOf(named, '2026-11-23')).toBe(
      'Oracle has no bill-to site 40017-2 of account 40017 that can be used',
    );
    const closed = { ...named, rows: [['invoiceTypes', 'Web Invoice', 'transaction type']] as const, billTo: null };
    expect(checking({ invoiceTypes: off('Web Invoice') }).problemOf(closed, '2026-11-23')).toBe(
      'the transaction type Web Invoice is disabled in Oracle',
    );
  });

  it('names the lists that speak about a document', () => {
    expect(checking().listsOf(receipt())).toEqual(['periods', 'sharedAccounts', 'businessUnits', 'receiptMethods']);
    expect(checking().listsOf(invoice())).toContain('accountCombinations');
  });

  it('calls a list stale once it is older than the setting, and not again right after a pull that failed', () => {
    const at = (hoursAgo: number | null) =>
      hoursAgo === null ? null : Date.parse('2026-11-23T12:00:00Z') - hoursAgo * 3_600_000;
    const stale = (pulled: number | null, tried: number | null) =>
      checking(
        {},
        {
          references: {
            find: () => null,
            vanished: () => false,
            periods: () => [],
            pulledAtMs: () => at(pulled),
            triedAtMs: () => at(tried),
          },
        },
      ).stale('periods');
    expect(stale(1, 1)).toBe(false);
    expect(stale(24, 24)).toBe(false);
    expect(stale(25, 25)).toBe(true);
    expect(stale(25, 0.1)).toBe(false);
    expect(stale(null, null)).toBe(true);
  });
});
