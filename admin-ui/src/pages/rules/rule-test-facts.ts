import type { RuleConditions, RuleTest } from '../../data/contract.ts';

/** A test's facts as conditions in words have them: each category of the product by itself. */
export const factsOf = ({ categoryIds = [], ...facts }: RuleTest['facts']): RuleConditions[] => [
  ...Object.entries(facts).map(([name, value]) => ({ [name]: value }) as RuleConditions),
  ...categoryIds.map((categoryId) => ({ categoryId })),
];
