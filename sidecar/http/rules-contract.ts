import { z } from 'zod';
import { RuleTestResultSchema, RuleTestSchema } from '../domain/rule-tests.ts';
import { RULE_KINDS, RuleConditionsSchema, RuleSchema } from '../domain/rules.ts';

/** Rules as both ends see them: sets and their versions, checks before saving, what-if, files, what is not mapped. */
const instant = z.string();
/** Decimal string in the row's currency. */
const amount = z.string();

const rules = z.array(RuleSchema).max(5000);
const tests = z.array(RuleTestSchema).max(1000);

export const RuleProblemSchema = z.object({
  ruleId: z.string(),
  /** `broken`: orders that meet it wait, or it never does what it says. `note`: worth a look. */
  severity: z.enum(['broken', 'note']),
  by: z.enum(['rules', 'oracle', 'store']),
  /** Which part of the rule: `outcome.segments.account`; empty for all of it. */
  at: z.string(),
  message: z.string(),
});
export type RuleProblem = z.infer<typeof RuleProblemSchema>;

/** A save against failing tests, as a person confirmed it. */
const ForcedSchema = z.object({ by: z.string(), reason: z.string(), tests: z.array(z.string()) });

const versionHead = {
  version: z.number(),
  author: z.string(),
  savedAt: instant.nullable(),
  note: z.string(),
  /** Null for a set that passed its tests. */
  forced: ForcedSchema.nullable(),
};

export const RuleSetViewSchema = z.object({
  ...versionHead,
  rules: z.array(RuleSchema),
  tests: z.array(RuleTestSchema),
  problems: z.array(RuleProblemSchema),
  testResults: z.array(RuleTestResultSchema),
  /** After a save: orders that waited for it and go on now; null while they are still being looked for. Absent otherwise. */
  released: z.number().nullable().optional(),
});
export type RuleSetView = z.infer<typeof RuleSetViewSchema>;

export const SaveRulesSchema = z.strictObject({
  /** The version the edit started from; another one in between answers 409. */
  baseVersion: z.int().min(0),
  rules,
  /** Absent: those of the version before. */
  tests: tests.optional(),
  /** What was changed and why; shown with the version. */
  note: z.string().trim().max(500).default(''),
  /** Saves although tests fail; kept with the version under the name of who did. */
  force: z.strictObject({ reason: z.string().trim().min(3).max(500) }).optional(),
});

export const CheckRulesSchema = z.strictObject({ rules, tests: tests.optional() });
export const CheckedRulesSchema = z.object({
  problems: z.array(RuleProblemSchema),
  testResults: z.array(RuleTestResultSchema),
});
export type CheckedRules = z.infer<typeof CheckedRulesSchema>;

export const RuleVersionsQuerySchema = z.object({
  before: z.coerce.number().int().positive().optional(),
  limit: z.coerce.number().int().min(1).max(50).default(20),
});
export const RuleVersionsSchema = z.object({
  versions: z.array(
    z.object({
      ...versionHead,
      rules: z.number(),
      tests: z.number(),
      /** Against the version before it. */
      added: z.number(),
      removed: z.number(),
      changed: z.number(),
    }),
  ),
  nextBefore: z.number().nullable(),
});
export type RuleVersions = z.infer<typeof RuleVersionsSchema>;
export const RuleVersionSchema = z.object({ ...versionHead, rules: z.array(RuleSchema), tests: z.array(RuleTestSchema) });
export type RuleVersion = z.infer<typeof RuleVersionSchema>;

export const RuleChangesQuerySchema = z.object({ from: z.coerce.number().int().min(0), to: z.coerce.number().int().min(1) });
export const RuleChangesSchema = z.object({
  from: z.number(),
  to: z.number(),
  changes: z.array(
    z.object({
      ruleId: z.string(),
      kind: z.enum(RULE_KINDS),
      name: z.string(),
      change: z.enum(['added', 'removed', 'changed']),
      fields: z.array(z.object({ path: z.string(), before: z.string(), after: z.string() })),
      /** Versions in between that touched the rule, oldest first. */
      by: z.array(z.object({ version: z.number(), author: z.string(), at: instant })),
    }),
  ),
});
export type RuleChanges = z.infer<typeof RuleChangesSchema>;

export const ImportRulesSchema = z.strictObject({ format: z.enum(['csv', 'json']), text: z.string().max(4_000_000) });
export const ImportedRulesSchema = z.object({
  rules: z.array(RuleSchema),
  /** Null where the file holds none. */
  tests: z.array(RuleTestSchema).nullable(),
  errors: z.array(z.object({ row: z.number(), column: z.string(), message: z.string() })),
});
export type ImportedRules = z.infer<typeof ImportedRulesSchema>;
export const RuleFileSchema = z.object({ format: z.string(), rules: z.array(RuleSchema), tests: z.array(RuleTestSchema) });

export const StartWhatIfSchema = z.strictObject({
  /** Days in the time zone of the set-up, both included; absent: the last 90 days. */
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  rules,
});
const MoveSchema = z.object({
  /**
   * An account, a code, names. Null: nothing answers, the order waits. `own`: a customer with an account of their own. Empty: no flexfield
   * is filled.
   */
  from: z.string().nullable(),
  to: z.string().nullable(),
  currency: z.string(),
  amount,
  /** Of it in posted orders: that stays where it is. */
  posted: amount,
  lines: z.number(),
  orders: z.number(),
  sample: z.array(z.number()),
});
export const WhatIfSchema = z.object({
  job: z
    .object({
      id: z.string(),
      by: z.string(),
      from: instant,
      to: instant,
      state: z.enum(['running', 'done', 'cancelled', 'failed']),
      done: z.number(),
      total: z.number(),
      elapsedMs: z.number(),
      result: z
        .object({
          orders: z.number(),
          changed: z.number(),
          left: z.number(),
          moves: z.array(MoveSchema.extend({ kind: z.enum(RULE_KINDS) })),
          segments: z.array(z.object({ segment: z.string(), moves: z.array(MoveSchema) })),
          unmapped: z.object({ before: z.number(), after: z.number(), sample: z.array(z.number()) }),
        })
        .nullable(),
      failure: z.string().nullable(),
    })
    .nullable(),
});
export type WhatIfView = z.infer<typeof WhatIfSchema>;

export const UnmappedSchema = z.object({
  items: z.array(
    z.object({
      /** A rule that would answer for it, up to what it gives. */
      rule: z.object({ kind: z.enum(RULE_KINDS), when: RuleConditionsSchema }),
      label: z.string(),
      /** The rule that answers with what there is not; null where a rule is missing. */
      change: z.string().nullable(),
      /** Rules that name it ask for more: some orders are answered. */
      partly: z.boolean(),
      orders: z.number(),
      sample: z.array(z.number()),
    }),
  ),
  waiting: z.number(),
  more: z.boolean(),
});
export type UnmappedView = z.infer<typeof UnmappedSchema>;

/** `:version` is a version of the rules. Sets of thousands of rules are larger than other requests. */
export const RULES_ROUTES = [
  { method: 'GET', path: '/rules', answer: RuleSetViewSchema },
  { method: 'PUT', path: '/rules', body: SaveRulesSchema, answer: RuleSetViewSchema, large: true },
  { method: 'POST', path: '/rules/check', body: CheckRulesSchema, answer: CheckedRulesSchema, large: true },
  { method: 'GET', path: '/rules/versions', query: RuleVersionsQuerySchema, answer: RuleVersionsSchema },
  { method: 'GET', path: '/rules/versions/:version', answer: RuleVersionSchema },
  { method: 'GET', path: '/rules/changes', query: RuleChangesQuerySchema, answer: RuleChangesSchema },
  { method: 'GET', path: '/rules/csv', answer: z.string() }, // text/csv
  { method: 'GET', path: '/rules/json', answer: RuleFileSchema },
  { method: 'POST', path: '/rules/import', body: ImportRulesSchema, answer: ImportedRulesSchema, large: true },
  { method: 'GET', path: '/rules/what-if', answer: WhatIfSchema },
  { method: 'POST', path: '/rules/what-if', body: StartWhatIfSchema, answer: WhatIfSchema, large: true },
  { method: 'POST', path: '/rules/what-if/cancel', answer: WhatIfSchema },
  { method: 'GET', path: '/rules/unmapped', answer: UnmappedSchema },
] as const;
