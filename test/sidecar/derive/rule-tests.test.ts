import { describe, expect, it } from 'vitest';
import { runRuleTests } from '../../../sidecar/derive/rule-tests.ts';
import { RuleBook } from '../../../sidecar/derive/rules.ts';
import type { RuleTest } from '../../../sidecar/domain/rule-tests.ts';
import { RULES, rule, SETUP, setup } from '../support/orders.ts';

const PARENTS: Record<number, number> = { 11: 10 };
const world = (rules = RULES, over = SETUP) => ({
  book: new RuleBook({ version: 1, rules }),
  setup: over,
  today: '2026-11-23',
  categoryPath: (id: number) =>
    [id, PARENTS[id]].flatMap((each) => (each === undefined ? [] : [{ id: each, slug: `c${each}`, name: `C${each}` }])),
});
const test = (over: Partial<RuleTest>): RuleTest => ({
  id: 't',
  name: 'A test',
  kind: 'revenue',
  facts: {},
  expect: null,
  ...over,
});
const run = (over: Partial<RuleTest>, ...more: Parameters<typeof world>) => runRuleTests([test(over)], world(...more))[0];

describe('a rule test', () => {
  it('passes when the account has the segments it names, and says which rule answered', () => {
    expect(
      run({ facts: { sku: 'CUP', categoryIds: [11] }, expect: { segments: { account: '41100', costCenter: '110' } } }),
    ).toEqual({
      testId: 't',
      passed: true,
      ruleName: 'mugs',
      got: '01-110-41100-0000-000',
      message: '',
    });
  });

  it('compares the whole account, also what the template brings', () => {
    expect(run({ expect: { segments: { company: '01' } } })?.passed).toBe(true);
    expect(run({ expect: { segments: { company: '02' } } })?.message).toBe('Expected company 02, got 01.');
  });

  it('finds the categories above the one it names', () => {
    const rules = [rule('kitchen', 'revenue', { categoryId: 10 }, { segments: { account: '41500' } })];
    expect(run({ facts: { categoryIds: [11] }, expect: { segments: { account: '41500' } } }, rules)?.passed).toBe(true);
  });

  it('says what came out instead', () => {
    const failed = run({ kind: 'receipt-method', facts: { gateway: 'paypal' }, expect: { receiptMethod: 'Web PayPal' } });
    expect(failed).toMatchObject({
      passed: false,
      ruleName: 'card',
      message: 'Expected receiptMethod Web PayPal, got Web Card Payments.',
    });
  });

  it('says why there is no account', () => {
    expect(run({ expect: { segments: { account: '41000' } } }, [])).toMatchObject({
      passed: false,
      ruleName: null,
      got: 'no account',
      message: 'No GL account for "A test".',
    });
  });

  it('can ask that no rule matches', () => {
    expect(run({ kind: 'tender' })).toMatchObject({ passed: true, got: 'no rule' });
    expect(run({ kind: 'shipping' })).toMatchObject({ passed: false, message: 'No rule was expected, "shipping" matched.' });
  });

  it('asks on the day it names', () => {
    const rules = [rule('next-year', 'fee', {}, { segments: { account: '43000' } }, { effectiveFrom: '2027-01-01' })];
    const expected = { kind: 'fee' as const, expect: { segments: { account: '43000' } } };
    expect(run(expected, rules)?.passed).toBe(false);
    expect(run({ ...expected, day: '2027-01-01' }, rules)?.passed).toBe(true);
  });

  it('takes the template of the business unit that the rules choose', () => {
    const over = setup({ businessUnits: [{ businessUnit: 'EU', segmentDefaults: { company: '02' } }] });
    const rules = [...RULES, rule('eu', 'business-unit', { country: 'DE' }, { businessUnit: 'EU' })];
    expect(run({ facts: { country: 'DE' }, expect: { segments: { company: '02' } } }, rules, over)?.passed).toBe(true);
    expect(run({ facts: { country: 'US' }, expect: { segments: { company: '01' } } }, rules, over)?.passed).toBe(true);
  });
});
