import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCsv } from '../../../sidecar/domain/csv.ts';
import { RULE_KINDS, type Rule } from '../../../sidecar/domain/rules.ts';
import { rulesFromCsv, rulesFromJson, rulesToCsv, rulesToJson } from '../../../sidecar/http/rules-file.ts';
import { rule } from '../support/orders.ts';

const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 20 }),
  fc.constantFrom('000', '=1+1', "'x", '1E5', 'a,b;c', 'two\nlines', '"quoted"', '(standard)', '((x))', ' ', '1/2', '＝A1'),
);
const anyRule: fc.Arbitrary<Rule> = fc
  .record({
    kind: fc.constantFrom(...RULE_KINDS),
    name: fc.oneof(text, fc.constant('')),
    enabled: fc.boolean(),
    position: fc.nat(9999),
    effectiveFrom: fc.constantFrom(undefined, '2026-11-23'),
    when: fc.record(
      {
        sku: text,
        skuPattern: text,
        categoryId: fc.integer({ min: 1, max: 99999 }),
        taxClass: fc.oneof(text, fc.constant('')),
        feeName: text,
        country: fc.constantFrom('US', 'DE'),
        customerId: fc.integer({ min: 1 }),
        taxRateId: fc.nat(3),
      },
      { requiredKeys: [] },
    ),
    outcome: fc.record(
      {
        segments: fc.dictionary(fc.constantFrom('account', 'costCenter', 'Cost center', '=x'), text, { minKeys: 1 }),
        memoLine: text,
        taxRegime: text,
        comments: fc.constantFrom('Web {order}, {meta:_po}', '=1+1', 'two\nlines; "quoted"', ' {fee} '),
        customerPolicy: fc.constantFrom('own' as const, 'shared' as const),
        flexAttributes: fc.dictionary(fc.constantFrom('attribute1', '__proto__x', 'b c'), fc.string({ maxLength: 9 }), {
          minKeys: 1,
        }),
      },
      { requiredKeys: [] },
    ),
  })
  .map(({ effectiveFrom, ...drawn }) => ({ ...drawn, id: 'id', ...(effectiveFrom && { effectiveFrom }) }) as Rule);
const anyRules = fc.array(anyRule, { maxLength: 6 }).map((rules) => rules.map((each, n) => ({ ...each, id: `rule-${n}` })));
const byId = (rules: readonly Rule[]) => [...rules].sort((a, b) => a.id.localeCompare(b.id));

describe('rules as a file', () => {
  it('come back from CSV as they were', () => {
    fc.assert(
      fc.property(anyRules, (rules) => {
        const read = rulesFromCsv(rulesToCsv(rules));
        expect(read.errors).toEqual([]);
        expect(byId(read.rules)).toEqual(byId(rules));
      }),
      { numRuns: 1_000 },
    );
  });

  it('come back from JSON as they were, with their tests', () => {
    const tests = [
      { id: 't', name: 'Mugs', kind: 'revenue' as const, facts: { sku: 'MUG' }, expect: { segments: { account: '41100' } } },
    ];
    fc.assert(
      fc.property(anyRules, (rules) => {
        const read = rulesFromJson(JSON.stringify(rulesToJson(rules, tests)));
        expect(read.errors).toEqual([]);
        expect(read.tests).toEqual(tests);
        expect(byId(read.rules)).toEqual(byId(rules));
      }),
    );
  });

  it('run nothing in a spreadsheet and lose no zeros there', () => {
    const csv = rulesToCsv([
      rule('r', 'revenue', { sku: '0815' }, { segments: { account: '000' }, memoLine: '=HYPERLINK("x")' }),
    ]);
    const cells = parseCsv(csv).rows[1]?.cells ?? [];
    expect(cells).toEqual(expect.arrayContaining(["'0815", "'000", `'=HYPERLINK("x")`]));
  });

  it('may come as another country’s spreadsheet saves them, with columns left out', () => {
    const read = rulesFromCsv(
      '\uFEFFkind;name;when.categoryId;segment.account\r\nrevenue;Mugs;11;41100\r\nrevenue;Rest;;41000\r\n',
    );
    expect(read.errors).toEqual([]);
    expect(read.rules).toMatchObject([
      {
        kind: 'revenue',
        name: 'Mugs',
        enabled: true,
        position: 0,
        when: { categoryId: 11 },
        outcome: { segments: { account: '41100' } },
      },
      { kind: 'revenue', name: 'Rest', enabled: true, position: 1, when: {}, outcome: { segments: { account: '41000' } } },
    ]);
    expect(new Set(read.rules.map(({ id }) => id)).size).toBe(2);
  });

  it('tell what cannot be read by row and column, and give the other rows', () => {
    const csv = [
      'id,kind,enabled,position,when.country,when.categoryId,segment.account,flexAttributes,colour',
      'a,revenue,yes,0,US,11,41000,,',
      'b,income,maybe,first,USA,mugs,41000,{broken,',
      'a,revenue,yes,0,,,41000,,',
      'd,revenue,yes,0,,,41000,,,x',
    ].join('\n');
    const { rules, errors } = rulesFromCsv(csv);
    expect(rules.map(({ id }) => id)).toEqual(['a', 'a', 'd']);
    expect(errors.map(({ row, column }) => `${row} ${column}`)).toEqual([
      '1 colour',
      '3 flexAttributes',
      '3 kind',
      '3 enabled',
      '3 position',
      '3 when.categoryId',
      '3 when.country',
      '4 id',
      '5 ',
    ]);
  });

  it.each([
    ['an empty file', '', '1 '],
    ['a file without the column that says what a rule decides', 'id,name\na,b', '1 kind'],
    ['a quote that never ends', 'id,kind\n"a,revenue', '2 '],
  ])('say what is wrong with %s', (_what, csv, expected) => {
    expect(rulesFromCsv(csv).errors.map(({ row, column }) => `${row} ${column}`)).toContain(expected);
  });

  it.each([
    ['not JSON', '{', 'The file is not JSON'],
    ['JSON of something else', '{"a":1}', 'The file holds no list of rules.'],
  ])('say when a file is %s', (_what, json, expected) => {
    expect(rulesFromJson(json).errors[0]?.message).toContain(expected);
  });

  it('name a faulty value of a JSON file by rule and path', () => {
    const broken = [{ ...rule('a', 'fee', {}, {}), when: { country: 'USA' } }];
    expect(rulesFromJson(JSON.stringify(broken)).errors).toMatchObject([{ row: 1, column: 'when.country' }]);
  });
});
