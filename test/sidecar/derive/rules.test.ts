import { describe, expect, it } from 'vitest';
import { accountFor } from '../../../sidecar/derive/account.ts';
import { neverReached, RuleBook } from '../../../sidecar/derive/rules.ts';
import type { RuleConditions, RuleFacts } from '../../../sidecar/domain/rules.ts';
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
    const { trace } = book(['default', {}], ['near', { categoryId: 11 }], ['other-sku', { sku: 'CUP' }]).choose(
      'revenue',
      facts(),
      '2026-11-20',
    );
    expect(trace).toMatchObject({ ruleId: 'near', matched: { category: 'Mugs (11)' } });
    expect(trace.nearly).toEqual([
      { ruleId: 'other-sku', ruleName: 'other-sku', why: 'sku is not CUP' },
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

describe('problems shown before saving', () => {
  it('finds a rule that another one with the same conditions hides', () => {
    const rules = [
      rule('a', 'revenue', { sku: 'X', country: 'US' }, {}),
      rule('b', 'revenue', { country: 'US', sku: 'X' }, {}),
      rule('c', 'shipping', { sku: 'X', country: 'US' }, {}),
    ];
    expect(neverReached(rules).map((problem) => problem.ruleId)).toEqual(['b']);
  });
});

describe('speed', () => {
  it('asks 1,000 rules about 20 lines within a few milliseconds', () => {
    const rules = Array.from({ length: 1000 }, (_, n) => rule(`r${n}`, 'revenue', { sku: `SKU-${n}` }, {}));
    const many = new RuleBook({ version: 1, rules });
    const begun = performance.now();
    for (let n = 0; n < 20; n += 1) many.choose('revenue', facts({ sku: `SKU-${n * 40}` }), '2026-11-20');
    expect(performance.now() - begun).toBeLessThan(50); // goal is under 5 ms; the bench measures, this only catches a blow-up
  });
});
