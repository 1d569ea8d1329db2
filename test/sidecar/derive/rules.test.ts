import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accountFor } from '../../../sidecar/derive/account.ts';
import { RuleBook } from '../../../sidecar/derive/rules.ts';
import type { Rule, RuleConditions, RuleFacts } from '../../../sidecar/domain/rules.ts';
import { facts as lineFacts, rule, SETUP, setup } from '../support/orders.ts';

const facts = (over: Partial<RuleFacts> = {}): RuleFacts => ({
  ...lineFacts(),
  feeName: null,
  country: 'US',
  currency: 'USD',
  gateway: 'stripe',
  customerId: 5,
  role: 'wholesale',
  taxRateId: null,
  ...over,
});
const book = (...conditions: [string, RuleConditions][]) =>
  new RuleBook({ version: 1, rules: conditions.map(([id, when]) => rule(id, 'revenue', when, { segments: { account: id } })) });
const winner = (rules: RuleBook, over: Partial<RuleFacts> = {}) =>
  rules.choose('revenue', facts(over), '2026-11-20').rule?.id ?? null;

const anyConditions = fc.record(
  {
    sku: fc.constantFrom('MUG-BLUE', 'CUP'),
    skuPattern: fc.constantFrom('MUG-*', '*', 'C*'),
    categoryId: fc.constantFrom(10, 11, 12),
    productType: fc.constantFrom('simple', 'variable'),
    country: fc.constantFrom('US', 'DE'),
    gateway: fc.constantFrom('stripe', 'bacs'),
    customerId: fc.constantFrom(5, 6),
    role: fc.constantFrom('wholesale', 'retail'),
  },
  { requiredKeys: [] },
);

/** The rule that domain/rules.ts describes, found by looking at all of them. */
function byHand(rules: readonly Rule[], asked: RuleFacts): string | null {
  const holds = ({ when }: Rule) =>
    (when.sku === undefined || when.sku === asked.sku) &&
    (when.skuPattern === undefined || asked.sku?.startsWith(when.skuPattern.replace('*', '')) === true) &&
    (when.categoryId === undefined || asked.categories.flat().some(({ id }) => id === when.categoryId)) &&
    (when.productType === undefined || when.productType === asked.productType) &&
    (when.country === undefined || when.country === asked.country) &&
    (when.gateway === undefined || when.gateway === asked.gateway) &&
    (when.customerId === undefined || when.customerId === asked.customerId) &&
    (when.role === undefined || when.role === asked.role);
  const away = ({ when }: Rule) =>
    Math.min(...asked.categories.map((path) => path.findIndex(({ id }) => id === when.categoryId)).filter((at) => at >= 0));
  const key = (rule: Rule): number[] => {
    const { sku, skuPattern, categoryId, productType, customerId, role } = rule.when;
    const subject = [productType, categoryId, skuPattern, sku].findLastIndex((value) => value !== undefined);
    const customer = customerId !== undefined ? 2 : role !== undefined ? 1 : 0;
    return [-customer, -subject, subject === 1 ? away(rule) : 0, -Object.keys(rule.when).length, rule.position];
  };
  const before = (a: number[], b: number[]): number => {
    const at = a.findIndex((value, place) => value !== b[place]);
    return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
  };
  return rules.filter(holds).sort((a, b) => before(key(a), key(b)))[0]?.id ?? null;
}

describe('precedence', () => {
  const ladder: [string, RuleConditions][] = [
    ['default', {}],
    ['type', { productType: 'simple' }],
    ['far', { categoryId: 10 }],
    ['near', { categoryId: 11 }],
    ['pattern', { skuPattern: 'MUG-*' }],
    ['sku', { sku: 'MUG-BLUE' }],
    ['customer-category', { customerId: 5, categoryId: 11 }],
    ['customer-sku', { customerId: 5, sku: 'MUG-BLUE' }],
  ];
  it.each(ladder.map((_, index) => [ladder[index]?.[0] ?? '', index] as const))('"%s" wins over all before it', (id, index) => {
    expect(winner(book(...ladder.slice(0, index + 1)))).toBe(id);
    expect(winner(book(...ladder.slice(0, index + 1).reverse()))).toBe(id);
  });

  it('takes the category nearer to the product, in whatever order the rules stand', () => {
    expect(winner(book(['far', { categoryId: 10 }], ['near', { categoryId: 11 }]))).toBe('near');
    expect(winner(book(['near', { categoryId: 11 }], ['far', { categoryId: 10 }]))).toBe('near');
  });

  it('takes the nearer category before one with more conditions', () => {
    expect(winner(book(['far-in-us', { categoryId: 10, country: 'US' }], ['near', { categoryId: 11 }]))).toBe('near');
  });

  it('does not look at categories where the SKU decides', () => {
    expect(winner(book(['first', { sku: 'MUG-BLUE', categoryId: 10 }], ['second', { sku: 'MUG-BLUE', categoryId: 11 }]))).toBe(
      'first',
    );
  });

  it('chooses among any rules as one that looks at each of them would', () => {
    const mugs = { id: 11, slug: 'mugs', name: 'Mugs' };
    const kitchen = { id: 10, slug: 'kitchen', name: 'Kitchen' };
    const gifts = { id: 12, slug: 'gifts', name: 'Gifts' };
    const anyFacts = fc.record({
      sku: fc.constantFrom(null, 'MUG-BLUE', 'CUP'),
      categories: fc.constantFrom<RuleFacts['categories'][]>([], [[mugs, kitchen]], [[kitchen]], [[mugs, kitchen], [gifts]]),
      country: fc.constantFrom('US', 'DE'),
      gateway: fc.constantFrom('stripe', 'bacs'),
      customerId: fc.constantFrom(0, 5),
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(anyConditions, fc.nat(3)), { maxLength: 12 }), anyFacts, (drawn, over) => {
        const rules = drawn.map(([when, position], n) => rule(`r${n}`, 'revenue', when as RuleConditions, {}, { position }));
        const asked = facts(over);
        expect(winner(new RuleBook({ version: 1, rules }), over)).toBe(byHand(rules, asked));
      }),
      { numRuns: 3_000 },
    );
  });

  it('breaks ties by the given order', () => {
    expect(winner(book(['first', { country: 'US' }], ['second', { currency: 'USD' }]))).toBe('first');
    expect(winner(book(['one', {}], ['two', { country: 'US' }]))).toBe('two');
  });

  it('matches patterns as text, not as regular expressions', () => {
    expect(winner(book(['p', { skuPattern: 'A.C*' }]), { sku: 'ABC' })).toBeNull();
    expect(winner(book(['p', { skuPattern: 'A.C*' }]), { sku: 'a.cd' })).toBe('p');
  });

  it('ignores disabled rules and those that do not hold yet', () => {
    const rules = new RuleBook({
      version: 1,
      rules: [
        rule('off', 'revenue', {}, {}, { enabled: false }),
        rule('later', 'revenue', {}, {}, { effectiveFrom: '2026-12-01' }),
        rule('now', 'revenue', {}, {}),
      ],
    });
    expect(winner(rules)).toBe('now');
  });
});

describe('the trace', () => {
  it('names the winner, what it matched, and what nearly won', () => {
    const { trace } = book(
      ['default', {}],
      ['near', { categoryId: 11 }],
      ['same-sku-abroad', { sku: 'MUG-BLUE', country: 'DE' }],
      ['other-sku', { sku: 'CUP' }],
    ).choose('revenue', facts(), '2026-11-20');
    expect(trace).toMatchObject({ ruleId: 'near', matched: { category: 'Mugs (11)' } });
    expect(trace.nearly).toEqual([
      { ruleId: 'same-sku-abroad', ruleName: 'same-sku-abroad', why: 'country is not DE' },
      { ruleId: 'default', ruleName: 'default', why: 'matches too, but is less specific or comes later' },
    ]);
  });
});

describe('the account combination', () => {
  it('puts the rule’s segments over the template', () => {
    const rules = new RuleBook({
      version: 1,
      rules: [rule('r', 'revenue', {}, { segments: { account: '41000', costCenter: '110' } })],
    });
    const account = accountFor('revenue', facts(), '2026-11-20', rules, SETUP, 'SKU MUG-BLUE');
    expect(account.ok && account.value.combination).toBe('01-110-41000-0000-000');
  });

  it('never falls back silently: no rule and no default is a question for a person', () => {
    const none = new RuleBook({ version: 1, rules: [] });
    const unmapped = accountFor('revenue', facts(), '2026-11-20', none, SETUP, 'SKU MUG-BLUE');
    expect(!unmapped.ok && unmapped.failure).toMatchObject({
      kind: 'needs-attention',
      code: 'account.unmapped',
      message: 'No GL account for SKU MUG-BLUE.',
    });
    const byDefault = accountFor(
      'revenue',
      facts(),
      '2026-11-20',
      none,
      setup({ defaultSegments: { account: '49999' } }),
      'SKU MUG-BLUE',
    );
    expect(byDefault.ok && byDefault.value.combination).toBe('01-000-49999-0000-000');
  });

  it('names the segment that neither the rule nor the template fills', () => {
    const rules = new RuleBook({ version: 1, rules: [rule('r', 'revenue', {}, { segments: { costCenter: '110' } })] });
    const account = accountFor('revenue', facts(), '2026-11-20', rules, SETUP, 'SKU MUG-BLUE');
    expect(!account.ok && account.failure.message).toContain('"account"');
  });
});
