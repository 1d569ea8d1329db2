// @vitest-environment jsdom
import { describe, expect, it } from 'vitest';
import { type Rule, SaveStoreSchema, SetupSchema } from '../../admin-ui/src/data/contract.ts';
import { fieldErrors } from '../../admin-ui/src/data/field-errors.ts';
import { isSame } from '../../admin-ui/src/data/is-same.ts';
import { emptySetup, optional } from '../../admin-ui/src/pages/connections/setup/empty-setup.ts';
import { checkRule } from '../../admin-ui/src/pages/rules/check-rule.ts';
import { duplicateOf, newRule } from '../../admin-ui/src/pages/rules/new-rule.ts';
import { accountOf, categoryPaths, conditionWords, taxRateLabel } from '../../admin-ui/src/pages/rules/rule-words.ts';
import { model } from '../e2e/page/fixtures.ts';

const { catalogue, connections } = model();
const setup = connections.setup;

describe('a rule in words', () => {
  it('names categories by their path and tax rates by name and rate', () => {
    expect(conditionWords({ categoryId: 17, taxRateId: 2, taxClass: '' }, catalogue)).toEqual([
      'Category: Clothing › Hoodies',
      'Tax rate: DE MwSt 19 %',
      'Tax class: Standard',
    ]);
  });

  it('names tax without a rate, which the store’s list does not have', () => {
    expect(conditionWords({ taxRateId: 0 }, catalogue)).toEqual([
      'Tax rate: Tax without a rate, from a plugin or an import (id 0)',
    ]);
    const rule: Rule = { ...newRule('tax', []), name: 'A rule', when: { taxRateId: 0 } };
    expect(checkRule({ ...rule, outcome: { taxRegime: 'US', taxRateCode: 'NONE' } })).toEqual({});
  });

  it('does not say twice what a tax rate’s name says already', () => {
    const rate = { id: 9, class: 'standard' };
    expect(taxRateLabel({ ...rate, country: 'DE', name: 'DE USt 19 %', rate: '19.0000' })).toBe('DE USt 19 %');
    expect(taxRateLabel({ ...rate, country: 'US', name: 'State Tax', rate: '7.2500' })).toBe('US State Tax 7.25 %');
  });

  it('shows the bare values while the catalogue is not there', () => {
    expect(conditionWords({ categoryId: 17 }, null)).toEqual(['Category: 17']);
  });

  it('does not loop over categories that are each other’s parents', () => {
    const broken = [
      { id: 1, name: 'A', slug: 'a', parent: 2, count: 0 },
      { id: 2, name: 'B', slug: 'b', parent: 1, count: 0 },
    ];
    expect(categoryPaths(broken)).toHaveLength(2);
  });

  it('fills the segments that the rule leaves out from the template', () => {
    expect(accountOf({ segments: { Account: '41200', Product: '2000' } }, setup)).toBe('101-200-41200-2000-000');
  });

  it('takes the default account before the template, as derive/account.ts does', () => {
    const withDefault = setup && { ...setup, defaultSegments: { Account: '49000', Company: '102' } };
    expect(accountOf({ segments: { Product: '2000' } }, withDefault)).toBe('102-200-49000-2000-000');
  });

  it('gives no account while a segment has neither value nor default', () => {
    expect(accountOf({ segments: { Product: '2000' } }, setup)).toBeNull();
  });
});

describe('checking a rule', () => {
  const rule = (change: Partial<Rule>): Rule => ({ ...newRule('revenue', []), name: 'A rule', ...change });

  it.each<[Rule['kind'], Rule['outcome'], boolean]>([
    ['revenue', {}, false],
    ['revenue', { segments: { Account: '41000' } }, true],
    ['shipping', { memoLine: 'Web Shipping' }, true],
    ['tax', { taxRegime: 'US SALES TAX' }, false],
    ['tax', { taxRateCode: 'CA STATE 7.25' }, true],
    ['tax', { segments: { Account: '22000' } }, true],
    ['receipt-method', { remittanceBankAccount: 'Operating' }, false],
    ['receipt-method', { receiptMethod: 'Web PayPal' }, true],
  ])('a rule of kind %s that gives %j: %s', (kind, outcome, good) => {
    expect('outcome' in checkRule(rule({ kind, outcome }))).toBe(!good);
  });

  it('names the faulty condition', () => {
    const errors = checkRule(rule({ when: { country: 'U' }, outcome: { memoLine: 'x' } }));
    expect(Object.keys(errors)).toEqual(['when.country']);
  });

  it('gives a copy an id and a place of its own', () => {
    const original = { ...newRule('revenue', []), name: 'Mugs' };
    const copy = duplicateOf(original, [original]);
    expect(copy).toMatchObject({ name: 'Mugs (copy)', position: original.position + 1 });
    expect(copy.id).not.toBe(original.id);
    expect(copy.id.length).toBeLessThanOrEqual(40);
  });
});

describe('forms', () => {
  it('says below each empty field of a new set-up that it is to be filled in', () => {
    const errors = fieldErrors(SetupSchema, emptySetup());
    expect(errors).toMatchObject({
      businessUnit: 'Fill this in.',
      ledgerCurrency: 'Fill this in.',
      'invoice.source': 'Fill this in.',
      'segments.0.name': 'Fill this in.',
    });
  });

  it('keeps the contract’s own sentence about a wrong prefix', () => {
    expect(fieldErrors(SetupSchema, { ...setup, prefix: 'toolong-' }).prefix).toContain('1 to 5 of A-Z');
  });

  it('accepts the set-up that was saved', () => {
    expect(fieldErrors(SetupSchema, setup)).toEqual({});
  });

  it('refuses an address that is none', () => {
    expect(fieldErrors(SaveStoreSchema, { url: 'shop.example.com' }).url).toContain('https://');
  });

  it('takes an optional field away when it is emptied', () => {
    expect(optional({ name: 'Account', default: '0' }, 'default', '')).toEqual({ name: 'Account' });
  });

  it('knows an edit that was taken back, in whatever order the keys stand', () => {
    expect(isSame({ a: 1, b: [{ c: 2, d: undefined }] }, { b: [{ c: 2 }], a: 1 })).toBe(true);
    expect(isSame({ a: [] }, { a: {} })).toBe(false);
    expect(isSame({ a: 1 }, { a: 1, b: null })).toBe(false);
  });
});
