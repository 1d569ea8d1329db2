import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rule } from '../../admin-ui/src/data/contract.ts';
import { countChanges } from '../../admin-ui/src/pages/rules/count-changes.ts';
import { areTied, inPrecedence, moveRule } from '../../admin-ui/src/pages/rules/precedence.ts';
import { RuleBook } from '../../sidecar/derive/rules.ts';
import type { RuleFacts } from '../../sidecar/domain/rules.ts';

const rule = (id: string, when: Rule['when'], position = 0, kind: Rule['kind'] = 'revenue'): Rule => ({
  id,
  kind,
  name: id,
  enabled: true,
  position,
  when,
  outcome: { segments: { Account: '41000' } },
});
const order = (rules: Rule[]): string =>
  inPrecedence(rules)
    .map(({ id }) => id)
    .join(' ');

describe('the order in which rules are asked', () => {
  it('puts customer before role before SKU, SKU before pattern, pattern before category, category before type, type before none', () => {
    const rules = [
      rule('none', {}),
      rule('type', { productType: 'simple' }),
      rule('category', { categoryId: 16 }),
      rule('pattern', { skuPattern: 'MUG-*' }),
      rule('sku', { sku: 'MUG-1' }),
      rule('role', { role: 'wholesale' }),
      rule('customer', { customerId: 7 }),
      rule('customer-category', { customerId: 7, categoryId: 16 }),
      rule('customer-sku', { customerId: 7, sku: 'MUG-1' }),
    ];
    expect(order(rules)).toBe('customer-sku customer-category customer role sku pattern category type none');
  });

  it('puts more conditions before fewer, but never before a more specific subject', () => {
    const rules = [
      rule('sku', { sku: 'MUG-1' }),
      rule('category-two-more', { categoryId: 16, country: 'US', currency: 'USD' }),
      rule('category-one-more', { categoryId: 16, country: 'US' }),
    ];
    expect(order(rules)).toBe('sku category-two-more category-one-more');
  });

  it('settles ties by position', () => {
    expect(order([rule('b', { sku: 'B' }, 1), rule('a', { sku: 'A' }, 0)])).toBe('a b');
  });

  it('counts the standard tax class, an empty text, as a condition', () => {
    expect(order([rule('none', {}), rule('standard', { taxClass: '' })])).toBe('standard none');
  });

  it('keeps the kinds apart', () => {
    expect(order([rule('ship', {}, 0, 'shipping'), rule('rest', {}), rule('sku', { sku: 'A' })])).toBe('sku rest ship');
  });
});

describe('the order shown and the order decided', () => {
  // Every condition below holds for these facts, so the sidecar must choose the rule that the page lists first.
  const facts: RuleFacts = {
    sku: 'MUG-1',
    categories: [[{ id: 16, slug: 'kitchen', name: 'Kitchen' }]],
    productType: 'simple',
    taxClass: '',
    shippingMethod: null,
    feeName: null,
    country: 'US',
    currency: 'USD',
    gateway: 'stripe',
    customerId: 7,
    role: 'wholesale',
    taxRateId: null,
  };
  const conditions = fc.record(
    {
      sku: fc.constant('MUG-1'),
      skuPattern: fc.constant('MUG-*'),
      categoryId: fc.constant(16),
      productType: fc.constant('simple'),
      taxClass: fc.constant(''),
      country: fc.constant('US'),
      currency: fc.constant('USD'),
      gateway: fc.constant('stripe'),
      customerId: fc.constant(7),
      role: fc.constant('wholesale'),
    },
    { requiredKeys: [] },
  );

  it('are the same for any set of rules, also after one was moved', () => {
    const rules = fc
      .array(fc.tuple(conditions, fc.nat(3)), { minLength: 1, maxLength: 8 })
      .map((drawn) => drawn.map(([when, position], index) => rule(`rule-${index}`, when as Rule['when'], position)));
    const check = (set: Rule[]) => {
      const [first] = inPrecedence(set);
      expect(new RuleBook({ version: 1, rules: set }).choose('revenue', facts, '2026-11-23').rule?.id).toBe(first?.id);
    };
    fc.assert(
      fc.property(rules, fc.nat(7), fc.constantFrom(-1 as const, 1 as const), (set, at, by) => {
        check(set);
        check(moveRule(set, `rule-${at}`, by));
      }),
    );
  });
});

describe('moving a rule', () => {
  const rules = [rule('a', { sku: 'A' }, 4), rule('b', { sku: 'B' }, 4), rule('rest', {}, 9)];

  it('swaps it with a tied neighbour, also where both had the same position', () => {
    expect(order(moveRule(rules, 'b', -1))).toBe('b a rest');
    expect(order(moveRule(moveRule(rules, 'b', -1), 'b', 1))).toBe('a b rest');
  });

  it('does not move it past a rule that is more or less specific', () => {
    expect(areTied(rules[1] as Rule, rules[2] as Rule)).toBe(false);
    expect(order(moveRule(rules, 'b', 1))).toBe('a b rest');
    expect(order(moveRule(rules, 'rest', -1))).toBe('a b rest');
  });

  it('leaves every other rule as it was', () => {
    expect(moveRule(rules, 'b', -1).find(({ id }) => id === 'rest')).toEqual(rules[2]);
  });
});

describe('counting changes', () => {
  it('counts what was added, removed and changed, and nothing else', () => {
    const before = [rule('a', { sku: 'A' }), rule('b', { sku: 'B' }), rule('c', {})];
    const after = [rule('a', { sku: 'A' }), { ...rule('b', { sku: 'B' }), enabled: false }, rule('d', {})];
    expect(countChanges(before, after)).toBe(3);
    expect(countChanges(before, structuredClone(before))).toBe(0);
  });
});
