import { z } from 'zod';
import { RULE_KINDS, RuleConditionsSchema, RuleOutcomeSchema } from './rules.ts';

/**
 * A rule test says what the rules have to answer: "SKU MUG-1 in DE goes to account 41000, cost center 20". Saved with the set, run at each
 * save; a set that fails one is not saved unless a person says so by name.
 */
export const RuleTestSchema = z.strictObject({
  id: z.string().min(1).max(40),
  name: z.string().trim().min(1).max(120),
  kind: z.enum(RULE_KINDS),
  /** The facts that are asked about; what is absent is not known of the part. */
  facts: RuleConditionsSchema.omit({ categoryId: true, skuPattern: true }).extend({
    /** Categories of the product; those above them come from the store's list. */
    categoryIds: z.array(z.int().positive()).max(20).optional(),
  }),
  /** The order's day; absent: the day of the run. */
  day: z.iso.date().optional(),
  /** Each value named here has to come out; segments are compared with the whole account. Null: no rule may match. */
  expect: RuleOutcomeSchema.nullable(),
});
export type RuleTest = z.infer<typeof RuleTestSchema>;

export const RuleTestResultSchema = z.object({
  testId: z.string(),
  passed: z.boolean(),
  /** The rule that answered; null for none. */
  ruleName: z.string().nullable(),
  /** What came out, in words. */
  got: z.string(),
  /** What is wrong, in words; empty when it passed. */
  message: z.string(),
});
export type RuleTestResult = z.infer<typeof RuleTestResultSchema>;
