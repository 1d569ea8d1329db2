import { __, sprintf } from '@wordpress/i18n';
import { type Catalogue, combinationOf, type RuleConditions, type RuleOutcome, type Setup } from '../../data/contract.ts';
import { settingName } from '../../labels.ts';

type Template = Pick<Setup, 'segments' | 'segmentSeparator' | 'defaultSegments'>;

/** "Clothing › Hoodies" for each category of the store. */
export function categoryPaths(categories: Catalogue['categories']): { value: string; label: string }[] {
  const byId = new Map(categories.map((category) => [category.id, category]));
  const pathOf = (id: number, below: number[] = []): string => {
    const category = byId.get(id);
    if (!category || below.includes(id)) return ''; // a broken tree must not loop
    const above = category.parent === 0 ? '' : pathOf(category.parent, [...below, id]);
    return above === '' ? category.name : `${above} › ${category.name}`;
  };
  return categories.map(({ id }) => ({ value: String(id), label: pathOf(id) })).sort((a, b) => a.label.localeCompare(b.label));
}

/** A tax rate as a shop keeper knows it, "US State Tax 7.25 %"; what its name says already is not said again. */
export function taxRateLabel({ country, name, rate }: Catalogue['taxRates'][number]): string {
  const percent = String(Number(rate));
  const words = name.split(/[\s%]+/);
  return [words.includes(country) ? '' : country, name, words.includes(percent) ? '' : `${percent} %`].filter(Boolean).join(' ');
}

/** The id under which tax stands that names no rate. */
export const NO_RATE = 0;
export const noRateLabel = (): string => __('Tax without a rate, from a plugin or an import (id 0)', 'ar-bridge');

/** A rule's conditions in words, one per condition; none means every line of its kind. */
export function conditionWords(when: RuleConditions, catalogue: Catalogue | null): string[] {
  return Object.entries(when)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => saying(name, valueWords(name, value as string | number, catalogue)));
}

function valueWords(name: string, value: string | number, catalogue: Catalogue | null): string {
  const text = String(value);
  switch (name) {
    case 'categoryId':
      return catalogue ? (categoryPaths(catalogue.categories).find((category) => category.value === text)?.label ?? text) : text;
    case 'taxRateId': {
      const rate = catalogue?.taxRates.find(({ id }) => id === value);
      return rate ? taxRateLabel(rate) : value === NO_RATE ? noRateLabel() : text;
    }
    case 'gateway':
      return catalogue?.gateways.find(({ id }) => id === value)?.title || text;
    case 'shippingMethod':
      return catalogue?.shippingMethods.find(({ id }) => id === value)?.title || text;
    case 'customerId':
      return `#${text}`;
    case 'taxClass':
      return text === '' ? __('Standard', 'ar-bridge') : text;
    default:
      return text;
  }
}

/** The account a rule gives; null when a segment has neither a value nor a default. */
export const accountOf = (outcome: RuleOutcome, setup: Template | null): string | null =>
  setup ? combinationOf(outcome.segments ?? {}, setup).combination : Object.values(outcome.segments ?? {}).join(' ') || null;

/** The account a rule gives, or the segments it names when they do not make one. */
export function accountWords(outcome: RuleOutcome, setup: Template | null): string | null {
  return outcome.segments ? (accountOf(outcome, setup) ?? segmentWords(outcome.segments)) : null;
}

/** What else a rule gives, one per line. */
export const outcomeWords = ({ segments: _segments, ...named }: RuleOutcome): string[] =>
  Object.entries(named)
    .filter(([, value]) => value !== undefined && value !== '')
    .map(([name, value]) => saying(name, typeof value === 'object' ? segmentWords(value) : String(value)));

/* translators: 1: name of a condition or a setting, 2: its value */
const saying = (name: string, value: string): string => sprintf(__('%1$s: %2$s', 'ar-bridge'), settingName(name), value);

const segmentWords = (segments: Record<string, string>): string =>
  Object.entries(segments)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
