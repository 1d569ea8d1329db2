import { refuse } from '../errors.ts';
import { field, nested, type SoapValue } from './model.ts';

/** findCriteria of ADF services (contract section 5.3): one group or several of attribute, operator, value. */
export interface Criteria {
  items: { attribute: string; operator: string; value: string; ignoreCase: boolean; or: boolean }[];
  page(values: SoapValue[]): SoapValue[];
}

export function criteriaOf(parameters: SoapValue): Criteria {
  const [criteria = {}] = nested(parameters, 'findCriteria');
  const start = Number(field(criteria, 'fetchStart') ?? 0);
  const size = Number(field(criteria, 'fetchSize') ?? -1);
  const items = nested(criteria, 'filter')
    .flatMap((filter) => nested(filter, 'group'))
    .flatMap((group) => nested(group, 'item'))
    .map((item) => ({
      attribute: field(item, 'attribute') ?? '',
      operator: field(item, 'operator') ?? '=',
      value: field(item, 'value') ?? '',
      ignoreCase: field(item, 'upperCaseCompare') === 'true',
      or: field(item, 'conjunction')?.toLowerCase() === 'or',
    }));
  return { items, page: (values) => values.slice(start, size < 0 ? undefined : start + size) };
}

const TESTS: Record<string, (have: string, value: string) => boolean> = {
  '=': (have, value) => have === value,
  '<>': (have, value) => have !== value,
  CONTAINS: (have, value) => have.includes(value),
  STARTSWITH: (have, value) => have.startsWith(value),
  ENDSWITH: (have, value) => have.endsWith(value),
};

export function matchesCriteria(criteria: Criteria, value: SoapValue): boolean {
  let result = true;
  for (const [index, item] of criteria.items.entries()) {
    const test = TESTS[item.operator.toUpperCase()];
    if (!test) throw refuse('JBO-25014', `The operator ${item.operator} isn't supported here.`);
    const have = value[item.attribute];
    const fold = (text: string) => (item.ignoreCase ? text.toUpperCase() : text);
    const holds = typeof have === 'string' && test(fold(have), fold(item.value));
    result = index > 0 && item.or ? result || holds : result && holds;
  }
  return result;
}
