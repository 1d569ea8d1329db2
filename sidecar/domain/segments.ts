import type { RuleOutcome } from './rules.ts';
import type { Setup } from './setup.ts';

type Template = Pick<Setup, 'segments' | 'segmentSeparator' | 'defaultSegments'>;

/**
 * The account that a rule's segments make: its own values over those of the default account over the template's defaults.
 *
 * Out     the combination as Oracle writes it, or the first segment that has no value
 */
export function combinationOf(
  segments: NonNullable<RuleOutcome['segments']>,
  template: Template,
): { combination: string; missing: null } | { combination: null; missing: string } {
  const values: string[] = [];
  for (const segment of template.segments) {
    const value = segments[segment.name] ?? template.defaultSegments?.[segment.name] ?? segment.default;
    if (value === undefined || value === '') return { combination: null, missing: segment.name };
    values.push(value);
  }
  return { combination: values.join(template.segmentSeparator), missing: null };
}
