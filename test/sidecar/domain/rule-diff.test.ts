import { describe, expect, it } from 'vitest';
import { diffRules } from '../../../sidecar/domain/rule-diff.ts';
import { rule } from '../support/orders.ts';

const mugs = rule('mugs', 'revenue', { categoryId: 11 }, { segments: { account: '41100' } });

describe('what differs between two sets of rules', () => {
  it('is nothing for the same rules, in whatever order they and their keys stand', () => {
    const other = rule('other', 'fee', {}, { memoLine: 'Web' });
    const { id, outcome, ...rest } = mugs;
    expect(diffRules([mugs, other], [other, { outcome, ...rest, id }])).toEqual([]);
  });

  it('is told value by value', () => {
    const edited = { ...mugs, name: 'Cups', when: { sku: 'CUP' }, outcome: { segments: { account: '41200' } } };
    expect(diffRules([mugs], [edited])).toEqual([
      {
        ruleId: 'mugs',
        kind: 'revenue',
        name: 'Cups',
        change: 'changed',
        fields: [
          { path: 'name', before: 'mugs', after: 'Cups' },
          { path: 'when.categoryId', before: '11', after: '' },
          { path: 'outcome.segments.account', before: '41100', after: '41200' },
          { path: 'when.sku', before: '', after: 'CUP' },
        ],
      },
    ]);
  });

  it('names what came and what went', () => {
    const other = rule('other', 'fee', { taxClass: '' }, { memoLine: 'Web' });
    const changes = diffRules([mugs], [other]);
    expect(changes.map(({ ruleId, change }) => `${ruleId} ${change}`)).toEqual(['other added', 'mugs removed']);
    expect(changes[0]?.fields).toContainEqual({ path: 'when.taxClass', before: '', after: '""' });
  });
});
