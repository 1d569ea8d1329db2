import type { AttributeType } from '../attribute-type.ts';
import { compareDecimals, readDecimal } from '../decimal.ts';
import type { ResourceDefinition } from '../definitions.ts';
import { refuse } from '../errors.ts';
import type { Call } from '../world.ts';
import type { Hints, Row } from './behaviour.ts';
import type { Value } from './payload.ts';

/**
 * The `q` parameter. Framework version 1 knows query-by-example only (`Name=value;Other>value`), from version 2 on row-match
 * expressions come on top (`Name = 'value' and Other in (1, 2)`); contract section 1.3.
 */
export type Operator = '=' | '!=' | '>' | '>=' | '<' | '<=' | 'like';
export type Expression =
  | { kind: 'and' | 'or'; left: Expression; right: Expression }
  | { kind: 'not'; inner: Expression }
  | { kind: 'compare'; attribute: string; operator: Operator; value: string }
  | { kind: 'in'; attribute: string; values: string[] }
  | { kind: 'between'; attribute: string; low: string; high: string }
  | { kind: 'null'; attribute: string };

/** Parses a query; fails with 400 and JBO code 29140 when it cannot be evaluated. */
export function parseQuery(call: Call, text: string): Expression | null {
  if (text.trim() === '') return null;
  const parser = new Parser(tokens(text), call.frameworkVersion >= 2, call.world.switches.queryOperators === 'seen');
  return parser.parse();
}

const broken = (why: string) => refuse('29140', `The query parameter q can't be evaluated: ${why}.`);

interface Token {
  kind: 'word' | 'text' | 'symbol';
  text: string;
}

/** Quotes have no escape (contract section 1.3): a quoted text ends at the next quote of its kind. */
const TOKEN = /\s*(?:('[^']*'|"[^"]*")|(>=|<=|<>|!=|[=<>();,])|([^\s=<>!();,'"]+))/y;

function tokens(text: string): Token[] {
  const found: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.trimEnd().length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) throw broken(`unexpected characters at position ${at}`);
    const [, quoted, symbol, word] = match;
    if (quoted !== undefined) found.push({ kind: 'text', text: quoted.slice(1, -1) });
    else if (symbol !== undefined) found.push({ kind: 'symbol', text: symbol });
    else found.push({ kind: 'word', text: word ?? '' });
  }
  return found;
}

/** Recursive descent; `or` binds weaker than `and`, and `;` means `and`. */
class Parser {
  private readonly list: Token[];
  private readonly rowMatch: boolean;
  private readonly seenOnly: boolean;
  private at = 0;

  constructor(list: Token[], rowMatch: boolean, seenOnly: boolean) {
    this.list = list;
    this.rowMatch = rowMatch;
    this.seenOnly = seenOnly;
  }

  parse(): Expression {
    const expression = this.alternatives();
    const rest = this.list[this.at];
    if (rest) throw broken(`"${rest.text}" isn't expected here`);
    return expression;
  }

  private alternatives(): Expression {
    let left = this.conjunction();
    while (this.takeWord('or')) left = { kind: 'or', left, right: this.conjunction() };
    return left;
  }

  private conjunction(): Expression {
    let left = this.condition();
    while (this.takeSymbol(';') || this.takeWord('and')) {
      // A trailing semicolon is harmless.
      if (this.at === this.list.length) break;
      left = { kind: 'and', left, right: this.condition() };
    }
    return left;
  }

  private condition(): Expression {
    if (this.rowMatch && this.takeSymbol('(')) {
      const inner = this.alternatives();
      if (!this.takeSymbol(')')) throw broken('a closing bracket is missing');
      return inner;
    }
    if (this.takeWord('not')) return { kind: 'not', inner: this.condition() };
    const name = this.list[this.at];
    if (name?.kind !== 'word') throw broken('an attribute name is missing');
    this.at += 1;
    const negated = this.takeWord('not');
    const found = this.predicate(name.text);
    return negated ? { kind: 'not', inner: found } : found;
  }

  private predicate(attribute: string): Expression {
    if (this.takeOperatorWord('like')) return { kind: 'compare', attribute, operator: 'like', value: this.value() };
    if (this.takeOperatorWord('in')) return { kind: 'in', attribute, values: this.values() };
    if (this.takeOperatorWord('between')) {
      const low = this.value();
      if (!this.takeWord('and')) throw broken('between needs two values');
      return { kind: 'between', attribute, low, high: this.value() };
    }
    if (this.takeOperatorWord('is')) {
      const negated = this.takeWord('not');
      if (!this.takeWord('null')) throw broken('only null can follow is');
      return negated ? { kind: 'not', inner: { kind: 'null', attribute } } : { kind: 'null', attribute };
    }
    const symbol = this.list[this.at];
    const operator = symbol?.kind === 'symbol' ? OPERATORS[symbol.text] : undefined;
    if (!operator) throw broken(`an operator is missing after ${attribute}`);
    if (this.seenOnly && operator !== '=' && operator !== '>') throw broken(`the operator ${symbol?.text} isn't supported`);
    this.at += 1;
    return { kind: 'compare', attribute, operator, value: this.value() };
  }

  private values(): string[] {
    if (!this.takeSymbol('(')) throw broken('in needs a list in brackets');
    const list = [this.value()];
    while (this.takeSymbol(',')) list.push(this.value());
    if (!this.takeSymbol(')')) throw broken('a closing bracket is missing');
    return list;
  }

  /** Quoted text, or words up to the next symbol or connective: Sep-26, 300100184726519, United States. */
  private value(): string {
    const first = this.list[this.at];
    if (!first || first.kind === 'symbol') throw broken('a value is missing');
    this.at += 1;
    if (first.kind === 'text') return first.text;
    const words = [first.text];
    for (
      let next = this.list[this.at];
      next?.kind === 'word' && !CONNECTIVES.has(next.text.toLowerCase());
      next = this.list[this.at]
    ) {
      words.push(next.text);
      this.at += 1;
    }
    return words.join(' ');
  }

  private takeSymbol(text: string): boolean {
    const token = this.list[this.at];
    if (token?.kind !== 'symbol' || token.text !== text) return false;
    this.at += 1;
    return true;
  }

  private takeWord(word: string): boolean {
    if (!this.rowMatch) return false;
    const token = this.list[this.at];
    if (token?.kind !== 'word' || token.text.toLowerCase() !== word) return false;
    this.at += 1;
    return true;
  }

  private takeOperatorWord(word: string): boolean {
    if (!this.takeWord(word)) return false;
    if (this.seenOnly) throw broken(`the operator ${word} isn't supported`);
    return true;
  }
}

const OPERATORS: Record<string, Operator> = { '=': '=', '!=': '!=', '<>': '!=', '>': '>', '>=': '>=', '<': '<', '<=': '<=' };
const CONNECTIVES = new Set(['and', 'or', 'not']);

/** Refuses attributes that do not exist or that the definition does not offer to `q`. */
export function checkQueryable(definition: ResourceDefinition, expression: Expression): void {
  for (const attribute of attributesOf(expression)) {
    const known = definition.attributes.has(attribute);
    const allowed = definition.queryable === 'all' ? known : definition.queryable.has(attribute);
    if (!known) throw broken(`there is no attribute ${attribute}`);
    if (!allowed) throw broken(`the attribute ${attribute} isn't queryable`);
  }
}

function attributesOf(expression: Expression): string[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return [...attributesOf(expression.left), ...attributesOf(expression.right)];
    case 'not':
      return attributesOf(expression.inner);
    default:
      return [expression.attribute];
  }
}

export function matches(definition: ResourceDefinition, expression: Expression, row: Row): boolean {
  switch (expression.kind) {
    case 'and':
      return matches(definition, expression.left, row) && matches(definition, expression.right, row);
    case 'or':
      return matches(definition, expression.left, row) || matches(definition, expression.right, row);
    case 'not':
      return !matches(definition, expression.inner, row);
    case 'null':
      return (row[expression.attribute] ?? null) === null;
    case 'in':
      return expression.values.some((value) => holds(definition, row, expression.attribute, '=', value));
    case 'between':
      return (
        holds(definition, row, expression.attribute, '>=', expression.low) &&
        holds(definition, row, expression.attribute, '<=', expression.high)
      );
    case 'compare':
      return holds(definition, row, expression.attribute, expression.operator, expression.value);
  }
}

/** A null is never equal, unequal, less or more: only `is null` finds it. */
function holds(definition: ResourceDefinition, row: Row, attribute: string, operator: Operator, value: string): boolean {
  const have = row[attribute] ?? null;
  if (have === null) return false;
  if (operator === 'like' || (operator === '=' && value.includes('%'))) return like(String(have), value);
  const order = compareValues(definition.attributes.get(attribute) ?? 'string', String(have), value);
  switch (operator) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '<':
      return order < 0;
    default:
      return order <= 0;
  }
}

function like(have: string, pattern: string): boolean {
  const literal = pattern.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('%', '.*').replaceAll('_', '.')}$`, 's').test(have);
}

const TIMESTAMP = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/;

/** Orders two written values by the attribute's type; timestamps by the instant they name. */
export function compareValues(type: AttributeType, a: string, b: string): number {
  if (type === 'number' || type === 'integer') {
    const left = readDecimal(a);
    const right = readDecimal(b);
    if (left && right) return compareDecimals(left, right);
  }
  if (TIMESTAMP.test(a) && TIMESTAMP.test(b) && (a.length > 10 || b.length > 10)) return Date.parse(a) - Date.parse(b);
  if (type === 'boolean') return a.toLowerCase() === b.toLowerCase() ? 0 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** For sorting: nulls come last, as Oracle's database has it. */
export function compareRows(type: AttributeType, a: Value | undefined, b: Value | undefined): number {
  if (a == null || b == null) return a == null ? (b == null ? 0 : 1) : -1;
  return compareValues(type, String(a), String(b));
}

/** What the query says an attribute must equal, for collections that can look it up. Only what holds for every match. */
export function hintsOf(expression: Expression | null): Map<string, string[]> {
  const hints = new Map<string, string[]>();
  if (!expression) return hints;
  if (expression.kind === 'and') {
    for (const side of [expression.left, expression.right]) for (const [name, values] of hintsOf(side)) hints.set(name, values);
  } else if (expression.kind === 'or') {
    const left = hintsOf(expression.left);
    const right = hintsOf(expression.right);
    for (const [name, values] of left) {
      const others = right.get(name);
      if (others) hints.set(name, [...new Set([...values, ...others])]);
    }
  } else if (expression.kind === 'compare' && expression.operator === '=' && !expression.value.includes('%')) {
    hints.set(expression.attribute, [expression.value]);
  } else if (expression.kind === 'in') {
    hints.set(expression.attribute, [...new Set(expression.values)]);
  }
  return hints;
}

/** The first hint among these attributes, if there is one. */
export function hinted(hints: Hints, ...attributes: string[]): { attribute: string; values: readonly string[] } | null {
  for (const attribute of attributes) {
    const values = hints.get(attribute);
    if (values) return { attribute, values };
  }
  return null;
}
