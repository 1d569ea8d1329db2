import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Rule } from '../../admin-ui/src/data/contract.ts';
import { countChanges } from '../../admin-ui/src/pages/rules/count-changes.ts';
import { areTied, inPrecedence, moveRuleTo, placesIn, tiedWith } from '../../admin-ui/src/pages/rules/precedence.ts';
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
/** Up or down among the tied ones. */
const moveRule = (rules: Rule[], id: string, by: -1 | 1): Rule[] => {
  const moved = rules.find((each) => each.id === id);
  return moved ? moveRuleTo(rules, id, tiedWith(rules, moved).indexOf(moved) + by) : rules;
};
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

  it('puts it at any place among the tied ones, and at the ends beyond them', () => {
    const four = [...'abcd'].map((id, at) => rule(id, { sku: id }, at));
    expect(order(moveRuleTo(four, 'a', 2))).toBe('b c a d');
    expect(order(moveRuleTo(four, 'd', 0))).toBe('d a b c');
    expect(order(moveRuleTo(four, 'b', 99))).toBe('a c d b');
    expect(moveRuleTo(four, 'b', 1)).toEqual(four);
  });

  it('is no change once it is moved back, unless two had the same position', () => {
    const set = [rule('a', { sku: 'A' }, 3), rule('b', { sku: 'B' }, 7)];
    expect(moveRule(moveRule(set, 'a', 1), 'a', -1)).toEqual(set);
  });

  it('knows the place of each rule among those it is tied with, and their rank in the kind', () => {
    const set = [...rules, rule('ship', {}, 0, 'shipping')];
    const places = [...placesIn(set)].map(([id, { tied, at, first }]) => [id, first + at, first, tied.length]);
    expect(places).toEqual([
      ['a', 1, 1, 2],
      ['b', 2, 1, 2],
      ['rest', 3, 3, 1],
      ['ship', 1, 1, 1],
    ]);
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
