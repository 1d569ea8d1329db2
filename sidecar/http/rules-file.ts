import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { csvText, exactCell, parseCsv, readCell } from '../domain/csv.ts';
import { compareRules, conditionsOf } from '../domain/rule-order.ts';
import { type RuleTest, RuleTestSchema } from '../domain/rule-tests.ts';
import { type Rule, RuleConditionsSchema, RuleOutcomeSchema, RuleSchema } from '../domain/rules.ts';

/** Rules as a file: CSV for a spreadsheet, JSON for everything. Reading either gives back what was written. */
export interface RuleFile {
  rules: Rule[];
  /** Null where the file holds none: the tests that are there stay. */
  tests: RuleTest[] | null;
  /** What could not be read; the rules of other rows are there all the same. */
  errors: FileError[];
}

export interface FileError {
  /** Line of the file, or number of the rule in a JSON file; from 1. */
  row: number;
  /** Column, or path of the value; empty for the row as a whole. */
  column: string;
  message: string;
}

const HEAD = ['id', 'kind', 'name', 'enabled', 'position', 'effectiveFrom'] as const;
const WHEN = Object.keys(RuleConditionsSchema.shape).map((name) => `when.${name}`);
const SEGMENT = 'segment.';
const FLEX = 'flexAttributes';
const GIVES = Object.keys(RuleOutcomeSchema.shape).filter((name) => name !== 'segments' && name !== FLEX);
const NUMBERS = new Set(['when.categoryId', 'when.customerId', 'when.taxRateId', 'position']);
const NOT_NAMED = new Set<string>([...HEAD, ...WHEN, ...GIVES, FLEX]);

/** A column per condition, segment and outcome; an empty cell is no condition and no outcome. In the order in which rules are asked. */
export function rulesToCsv(rules: readonly Rule[]): string {
  const segments = [...new Set(rules.flatMap((rule) => Object.keys(rule.outcome.segments ?? {})))];
  const columns = [...HEAD, ...WHEN, ...segments.map((name) => SEGMENT + name), ...GIVES, FLEX];
  const rows = [...rules].sort(compareRules).map((rule) => {
    const cells = cellsOf(rule);
    return columns.map((column) => exactCell(cells.get(column) ?? ''));
  });
  return `\uFEFF${csvText([columns.map(exactCell), ...rows])}\r\n`;
}

function cellsOf(rule: Rule): Map<string, string> {
  const { segments = {}, flexAttributes, ...outcome } = rule.outcome;
  return new Map([
    ['id', rule.id],
    ['kind', rule.kind],
    ['name', rule.name],
    ['enabled', rule.enabled ? 'yes' : 'no'],
    ['position', String(rule.position)],
    ['effectiveFrom', rule.effectiveFrom ?? ''],
    ...conditionsOf(rule.when).map(([name, value]): [string, string] => [
      `when.${name}`,
      name === 'taxClass' ? writeTaxClass(String(value)) : String(value),
    ]),
    ...Object.entries(segments).map(([name, value]): [string, string] => [SEGMENT + name, value]),
    ...Object.entries(outcome).map(([name, value]): [string, string] => [name, value ?? '']),
    [FLEX, flexAttributes ? JSON.stringify(flexAttributes) : ''],
  ]);
}

/** The standard tax class is an empty text, which in a table would be no condition. */
const STANDARD = '(standard)';
const writeTaxClass = (slug: string): string => (slug === '' ? STANDARD : /^\(.*\)$/s.test(slug) ? `(${slug})` : slug);
const readTaxClass = (cell: string): string => (cell === STANDARD ? '' : /^\(\(.*\)\)$/s.test(cell) ? cell.slice(1, -1) : cell);

/** Fails: nothing; what cannot be read is told by row and column. A row without an id gets one, one without a position stands where it is. */
export function rulesFromCsv(text: string): RuleFile {
  const { rows, unclosed } = parseCsv(text);
  const errors: FileError[] = [];
  const add = (row: number, column: string, message: string) => errors.push({ row, column, message });
  if (unclosed !== null) add(unclosed, '', 'A quote that opens here is never closed.');
  const [header, ...body] = rows;
  if (!header) {
    add(1, '', 'The file is empty.');
    return { rules: [], tests: null, errors };
  }
  const columns = header.cells.map((cell) => readCell(cell).trim());
  for (const [at, column] of columns.entries()) {
    if (column !== '' && !NOT_NAMED.has(column) && !column.startsWith(SEGMENT))
      add(header.line, column, 'There is no such column.');
    if (column !== '' && columns.indexOf(column) !== at) add(header.line, column, 'This column is there twice.');
  }
  if (!columns.includes('kind')) add(header.line, 'kind', 'This column is missing.');
  const rules: Rule[] = [];
  const lineOf = new Map<string, number>();
  for (const [index, { line, cells }] of body.entries()) {
    const values = new Map(columns.map((column, at) => [column, readCell(cells[at] ?? '')]));
    if ([...values.values()].every((value) => value === '')) continue;
    const extra = cells.slice(columns.length).some((cell) => cell !== '');
    if (extra) add(line, '', `There are ${cells.length} cells in this row, ${columns.length} columns in the first.`);
    const read = RuleSchema.safeParse(ruleOf(values, index, (column, message) => add(line, column, message)));
    if (!read.success) {
      for (const { path, message } of read.error.issues) add(line, columnOf(path), message);
      continue;
    }
    const before = lineOf.get(read.data.id);
    if (before !== undefined) add(line, 'id', `The id "${read.data.id}" is in row ${before} already.`);
    lineOf.set(read.data.id, line);
    rules.push(read.data);
  }
  return { rules, tests: null, errors };
}

/** A rule as the cells of a row say; not checked yet. */
function ruleOf(values: ReadonlyMap<string, string>, index: number, add: (column: string, message: string) => void): unknown {
  const cell = (column: string) => values.get(column) ?? '';
  const number = (column: string): number | string => {
    const text = cell(column).trim();
    if (/^\d{1,15}$/.test(text)) return Number(text);
    return text;
  };
  const given = (columns: readonly string[], read: (column: string) => unknown, prefix = '') =>
    Object.fromEntries(
      columns.filter((column) => cell(column) !== '').map((column) => [column.slice(prefix.length), read(column)]),
    );
  const segments = given(
    [...values.keys()].filter((column) => column.startsWith(SEGMENT)),
    cell,
    SEGMENT,
  );
  const flexAttributes =
    cell(FLEX) === '' ? undefined : jsonOf(cell(FLEX), () => add(FLEX, 'This is not JSON, such as {"attribute1": "value"}.'));
  return {
    id: cell('id') || newRuleId(),
    kind: cell('kind').trim(),
    name: cell('name'),
    enabled: enabledOf(cell('enabled').trim().toLowerCase()),
    position: cell('position') === '' ? index : number('position'),
    ...(cell('effectiveFrom') !== '' && { effectiveFrom: cell('effectiveFrom').trim() }),
    when: given(
      WHEN,
      (column) => (NUMBERS.has(column) ? number(column) : column === 'when.taxClass' ? readTaxClass(cell(column)) : cell(column)),
      'when.',
    ),
    outcome: {
      ...given(GIVES, cell),
      ...(Object.keys(segments).length > 0 && { segments }),
      ...(flexAttributes !== undefined && { flexAttributes }),
    },
  };
}

const YES = ['', 'yes', 'true', '1', 'x', 'on'];
const NO = ['no', 'false', '0', '-', 'off'];
/** Left as it is where it says neither: the schema then names it. */
const enabledOf = (text: string): boolean | string => (YES.includes(text) ? true : NO.includes(text) ? false : text);

function jsonOf(text: string, fail: () => void): unknown {
  try {
    return JSON.parse(text);
  } catch {
    fail();
    return undefined;
  }
}

const newRuleId = (): string => `rule-${randomUUID().replaceAll('-', '').slice(0, 20)}`;

function columnOf(path: readonly PropertyKey[]): string {
  const [first, second, third] = path.map(String);
  if (first === 'outcome' && second === 'segments' && third !== undefined) return SEGMENT + third;
  if (first === 'outcome') return second ?? '';
  return first === 'when' && second !== undefined ? `when.${second}` : (first ?? '');
}

const FORMAT = 'ar-bridge-rules';

export const rulesToJson = (rules: readonly Rule[], tests: readonly RuleTest[]) => ({
  format: FORMAT,
  rules: [...rules].sort(compareRules),
  tests,
});

/** A file of rulesToJson, or a bare list of rules. */
export function rulesFromJson(text: string): RuleFile {
  const nothing = (message: string): RuleFile => ({ rules: [], tests: null, errors: [{ row: 1, column: '', message }] });
  let file: unknown;
  try {
    file = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    return nothing(`The file is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const whole = FileSchema.safeParse(Array.isArray(file) ? { rules: file } : file);
  if (!whole.success) return nothing('The file holds no list of rules.');
  const errors: FileError[] = [];
  const read = <T>(schema: z.ZodType<T>, values: readonly unknown[], prefix: string): T[] =>
    values.flatMap((value, index) => {
      const parsed = schema.safeParse(value);
      if (parsed.success) return [parsed.data];
      for (const { path, message } of parsed.error.issues) {
        errors.push({ row: index + 1, column: [prefix, ...path.map(String)].filter(Boolean).join('.'), message });
      }
      return [];
    });
  const rules = read(RuleSchema, whole.data.rules, '');
  const tests = whole.data.tests && read(RuleTestSchema, whole.data.tests, 'tests');
  for (const [at, { id }] of rules.entries()) {
    const before = rules.findIndex((rule) => rule.id === id);
    if (before !== at) errors.push({ row: at + 1, column: 'id', message: `The id "${id}" is there twice.` });
  }
  return { rules, tests: tests ?? null, errors };
}

const FileSchema = z.object({ rules: z.array(z.unknown()), tests: z.array(z.unknown()).optional() });
