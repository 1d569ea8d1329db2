import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { neverReached } from '../../../sidecar/derive/never-reached.ts';
import { type Known, ruleProblems } from '../../../sidecar/derive/rule-problems.ts';
import { RuleBook } from '../../../sidecar/derive/rules.ts';
import { NO_FACTS, type Rule, type RuleConditions, type RuleFacts } from '../../../sidecar/domain/rules.ts';
import { rule, SETUP, setup as setupWith } from '../support/orders.ts';

const hidden = (...rules: Rule[]) => [...neverReached(rules)].map(([id, cover]) => `${id} by ${cover.id}`);
const revenue = (id: string, when: RuleConditions, over: Partial<Rule> = {}) => rule(id, 'revenue', when, {}, over);

describe('a rule that another one hides', () => {
  it.each<[string, Rule[], string[]]>([
    [
      'has the same conditions and comes later',
      [revenue('a', { sku: 'X', country: 'US' }), revenue('b', { country: 'US', sku: 'X' })],
      ['b by a'],
    ],
    ['is of the same kind', [revenue('a', { sku: 'X' }), rule('b', 'discount', { sku: 'X' }, {})], []],
    [
      'holds no earlier than the one before it',
      [revenue('a', {}, { effectiveFrom: '2026-01-01' }), revenue('b', {}, { effectiveFrom: '2026-06-01' })],
      ['b by a'],
    ],
    [
      'is reached until the one before it takes effect',
      [revenue('a', {}, { effectiveFrom: '2026-01-01' }), revenue('b', {})],
      [],
    ],
    ['is not hidden by a disabled one', [revenue('a', {}, { enabled: false }), revenue('b', {})], []],
    [
      'is about SKUs that an earlier pattern takes in',
      [revenue('all', { skuPattern: 'MUG-*' }), revenue('blue', { skuPattern: 'mug-blue*' })],
      ['blue by all'],
    ],
    [
      'is reached when it is asked first',
      [revenue('blue', { skuPattern: 'MUG-B*' }), revenue('all', { skuPattern: 'MUG-*' })],
      [],
    ],
    ['is reached when it is more specific', [revenue('all', { skuPattern: 'MUG-*' }), revenue('one', { sku: 'MUG-1' })], []],
    [
      'asks less than another one about the same SKU, whose further condition the SKU fulfils',
      [revenue('late', { sku: 'MUG-1' }), revenue('both', { sku: 'MUG-1', skuPattern: 'MUG-*' })],
      ['late by both'],
    ],
    ['is about a category of its own', [revenue('parent', { categoryId: 10 }), revenue('child', { categoryId: 11 })], []],
    [
      'is a fee by a name that a pattern takes in',
      [rule('gifts', 'fee', { feeName: 'Gift*' }, {}), rule('wrap', 'fee', { feeName: 'GIFT wrap' }, {})],
      ['wrap by gifts'],
    ],
  ])('%s', (_what, rules, expected) => {
    expect(hidden(...rules)).toEqual(expected);
  });

  it('never wins, whatever order comes', () => {
    const conditions = fc.record(
      {
        sku: fc.constantFrom('MUG-1', 'CUP'),
        skuPattern: fc.constantFrom('*', 'MUG-*', 'MUG*', 'C*P'),
        categoryId: fc.constantFrom(10, 11),
        country: fc.constantFrom('US', 'DE'),
        customerId: fc.constantFrom(5),
        role: fc.constantFrom('wholesale'),
      },
      { requiredKeys: [] },
    );
    const rules = fc.array(fc.tuple(conditions, fc.nat(2), fc.constantFrom(undefined, '2026-06-01')), {
      minLength: 2,
      maxLength: 7,
    });
    const mugs = { id: 11, slug: 'mugs', name: 'Mugs' };
    const kitchen = { id: 10, slug: 'kitchen', name: 'Kitchen' };
    const facts = fc.record({
      sku: fc.constantFrom(null, 'MUG-1', 'mug-2', 'CUP'),
      categories: fc.constantFrom<RuleFacts['categories'][]>([], [[mugs, kitchen]], [[kitchen]], [[mugs], [kitchen]]),
      country: fc.constantFrom('US', 'DE'),
      customerId: fc.constantFrom(0, 5),
      role: fc.constantFrom(null, 'wholesale'),
      day: fc.constantFrom('2026-01-01', '2026-07-01'),
    });
    let found = 0;
    fc.assert(
      fc.property(rules, fc.array(facts, { minLength: 5, maxLength: 20 }), (drawn, asked) => {
        const set = drawn.map(([when, position, from], n) =>
          revenue(`r${n}`, when as RuleConditions, { position, ...(from && { effectiveFrom: from }) }),
        );
        const dead = neverReached(set);
        found += dead.size;
        const book = new RuleBook({ version: 1, rules: set });
        for (const { day, ...over } of asked) {
          const winner = book.choose('revenue', { ...NOTHING, ...over }, day).rule?.id ?? '';
          expect(dead.has(winner), `${winner} of ${JSON.stringify(set)}`).toBe(false);
        }
      }),
      { numRuns: 2_000 },
    );
    expect(found).toBeGreaterThan(100); // the property says something
  });

  it('is found among 5,000 rules in a blink', () => {
    const many = Array.from({ length: 5_000 }, (_, n) => revenue(`r${n}`, { sku: `SKU-${n % 4_999}` }));
    const begun = performance.now();
    expect(hidden(...many)).toEqual(['r4999 by r0']);
    expect(performance.now() - begun).toBeLessThan(500);
  });
});

const NOTHING: RuleFacts = { ...NO_FACTS, currency: 'USD' };

/** Oracle and store as they were last pulled. */
const SEGMENTED = setupWith({
  segments: SETUP.segments.map((segment) => ({ ...segment, valueSet: `NW_${segment.name.toUpperCase()}` })),
});
const ROWS: Record<string, { enabled: boolean; endDate: string | null }> = {
  'segmentValues NW_ACCOUNT/41000': { enabled: true, endDate: null },
  'segmentValues NW_ACCOUNT/41900': { enabled: false, endDate: null },
  'segmentValues NW_ACCOUNT/41800': { enabled: true, endDate: '2026-10-01' },
  'segmentValues NW_ACCOUNT/41700': { enabled: true, endDate: '2027-03-31' },
  'accountCombinations 01-000-41000-0000-000': { enabled: true, endDate: null },
  'accountCombinations 01-110-41000-0000-000': { enabled: false, endDate: null },
  'receiptMethods Web Card Payments': { enabled: true, endDate: null },
  'receiptMethods Web Old Terminal': { enabled: false, endDate: null },
  'invoiceTypes Web Invoice': { enabled: true, endDate: null },
  'taxRates US SALES TAX / CA STATE 7.25': { enabled: true, endDate: null },
  'sharedAccounts 40099': { enabled: false, endDate: null },
};
const known = (over: Partial<Known> = {}): Known => ({
  setup: SEGMENTED,
  today: '2026-11-23',
  find: (list, key) => ROWS[`${list} ${key}`] ?? null,
  pulled: (list, prefix = '') => Object.keys(ROWS).some((key) => key.startsWith(`${list} ${prefix}`)),
  store: {
    categoryId: new Set(['10', '11']),
    taxRateId: new Set(['1']),
    gateway: new Set(['stripe']),
    shippingMethod: new Set(['flat_rate']),
    taxClass: new Set(['', 'reduced-rate']),
  },
  ...over,
});
const said = (one: Rule, over: Partial<Known> = {}) =>
  ruleProblems([one], known(over)).map(({ severity, at, message }) => `${severity} ${at}: ${message}`);
const account = (segments: Record<string, string>, when: RuleConditions = {}) => rule('r', 'revenue', when, { segments });

describe('problems shown before saving', () => {
  it('are none for a rule whose account, conditions and kind agree with both systems', () => {
    expect(said(account({ account: '41000' }, { categoryId: 11, taxClass: '', gateway: 'stripe' }))).toEqual([]);
    expect(said(rule('r', 'receipt-method', { gateway: 'stripe' }, { receiptMethod: 'Web Card Payments' }))).toEqual([]);
    expect(said(rule('r', 'tax', { taxRateId: 1 }, { taxRegime: 'US SALES TAX', taxRateCode: 'CA STATE 7.25' }))).toEqual([]);
  });

  it.each<[string, Rule, string[]]>([
    [
      'a disabled segment value',
      account({ account: '41900' }),
      ['broken outcome.segments.account: The account value 41900 is disabled in Oracle.'],
    ],
    [
      'one that has ended',
      account({ account: '41800' }),
      ['broken outcome.segments.account: The account value 41800 ended on 2026-10-01 in Oracle.'],
    ],
    [
      'one that will end',
      account({ account: '41700' }),
      ['note outcome.segments.account: The account value 41700 ends on 2027-03-31 in Oracle.'],
    ],
    [
      'one Oracle does not know',
      account({ account: '99999' }),
      ['broken outcome.segments.account: Oracle has no account value 99999.'],
    ],
    [
      'a disabled combination of good values',
      account({ account: '41000', costCenter: '110' }),
      ['broken outcome.segments: The account 01-110-41000-0000-000 is disabled in Oracle.'],
    ],
    [
      'a combination that is not there yet',
      account({ account: '41000', costCenter: '120' }),
      ['note outcome.segments: Oracle has no account 01-120-41000-0000-000 yet; it has to be allowed to make new combinations.'],
    ],
    [
      'a segment the template does not have',
      account({ account: '41000', region: 'N' }),
      ['broken outcome.segments.region: The segment template has no segment "region".'],
    ],
    [
      'an account with a hole',
      account({ costCenter: '100' }),
      ['broken outcome.segments: Neither the rule nor the segment template has a value for "account".'],
    ],
    ['nothing at all', rule('r', 'revenue', {}, {}), ['broken outcome: It names no segment and no memo line.']],
    [
      'a receipt method that is disabled',
      rule('r', 'receipt-method', {}, { receiptMethod: 'Web Old Terminal' }),
      ['broken outcome.receiptMethod: The receipt method Web Old Terminal is disabled in Oracle.'],
    ],
    [
      'one Oracle does not know',
      rule('r', 'receipt-method', {}, { receiptMethod: 'Cash' }),
      ['broken outcome.receiptMethod: Oracle has no receipt method Cash.'],
    ],
    [
      'a type Oracle does not know',
      rule('r', 'transaction-type', {}, { invoiceType: 'Shop Invoice' }),
      ['broken outcome.invoiceType: Oracle has no invoice type Shop Invoice.'],
    ],
    [
      'a tax code Oracle does not know',
      rule('r', 'tax', {}, { taxRegime: 'US SALES TAX', taxRateCode: 'NV 8' }),
      ['broken outcome.taxRateCode: Oracle has no tax rate US SALES TAX / NV 8.'],
    ],
    [
      'a tax rule without its regime',
      rule('r', 'tax', {}, { taxRateCode: 'CA STATE 7.25' }),
      ['broken outcome: The set-up posts tax lines: they need regime and rate code.'],
    ],
    [
      'a business unit the set-up does not have',
      rule('r', 'business-unit', {}, { businessUnit: 'Mars' }),
      ['broken outcome.businessUnit: The set-up has no business unit "Mars".'],
    ],
    [
      'a shared account that cannot be used',
      rule('r', 'customer-policy', {}, { customerPolicy: 'shared', accountNumber: '40099' }),
      ['broken outcome.accountNumber: Oracle has no bill-to account 40099 that can be used.'],
    ],
    [
      'an outcome of another kind',
      rule('r', 'receipt-method', {}, { receiptMethod: 'Web Card Payments', memoLine: 'Web' }),
      ['note outcome.memoLine: A receipt-method rule has no use for its memoLine.'],
    ],
    [
      'a condition that its kind never meets',
      rule('r', 'shipping', { sku: 'X' }, { memoLine: 'Web' }),
      ['broken when.sku: Never holds: a shipping rule is asked about something that has no sku.'],
    ],
    [
      'conditions that exclude each other',
      rule('r', 'revenue', { sku: 'CUP', skuPattern: 'MUG-*' }, { memoLine: 'Web' }),
      ['broken when.skuPattern: Never holds: SKU CUP is not like MUG-*.'],
    ],
    [
      'a category that is gone',
      account({ account: '41000' }, { categoryId: 99 }),
      ['note when.categoryId: The store has no category "99" (any more).'],
    ],
    [
      'a gateway that is gone',
      account({ account: '41000' }, { gateway: 'paypal' }),
      ['note when.gateway: The store has no payment gateway "paypal" (any more).'],
    ],
    [
      'a day to come',
      { ...account({ account: '41000' }), effectiveFrom: '2027-01-01' },
      ['note effectiveFrom: Holds from 2027-01-01 on.'],
    ],
  ])('name %s', (_what, one, expected) => {
    expect(said(one)).toEqual(expected);
  });

  it('are none of a disabled rule, and none about lists that were never pulled', () => {
    expect(said({ ...account({ account: '41900' }), enabled: false })).toEqual([]);
    const nothing = {
      find: () => null,
      pulled: () => false,
      store: { categoryId: null, taxRateId: null, gateway: null, shippingMethod: null, taxClass: null },
    };
    expect(said(account({ account: '99999' }, { categoryId: 99 }), nothing)).toEqual([]);
  });

  it('look at the account in each business unit of the set-up', () => {
    const units = {
      ...SEGMENTED,
      businessUnits: [{ businessUnit: 'Northwind EU BU', segmentDefaults: { costCenter: '110' } }],
    };
    expect(said(account({ account: '41000' }), { setup: units })).toEqual([
      'broken outcome.segments: The account 01-110-41000-0000-000 is disabled in Oracle.',
    ]);
  });

  it('ask a tax rule for what the tax mode needs', () => {
    const classified = rule('r', 'tax', {}, { taxClassification: 'STANDARD' });
    expect(said(classified, { setup: { ...SEGMENTED, taxMode: 'oracle' } })).toEqual([]);
    expect(said(rule('r', 'no-tax', {}, {}), { setup: { ...SEGMENTED, taxMode: 'oracle' } })).toEqual([
      'broken outcome: It names no tax classification.',
    ]);
    expect(said(classified, { setup: { ...SEGMENTED, taxMode: 'account' } })).toEqual([
      'broken outcome.segments: The set-up posts tax to an account: the rule has to name it.',
    ]);
    expect(
      said(rule('r', 'tax', {}, { segments: { account: '41000' } }), { setup: { ...SEGMENTED, taxMode: 'oracle' } }),
    ).toEqual(['broken outcome.taxClassification: The set-up lets Oracle compute the tax: that needs a classification.']);
  });
});
