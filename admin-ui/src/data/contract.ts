import { z } from 'zod';
import * as api from '../../../sidecar/http/admin-contract.ts';
import { WaitingSettlementsSchema } from '../../../sidecar/http/money-contract.ts';

export { COMMENT_LENGTH } from '../../../sidecar/domain/comment-template.ts';
export { diffRules } from '../../../sidecar/domain/rule-diff.ts';
export { CONDITIONS, lacks } from '../../../sidecar/domain/rule-kinds.ts';
export { compareRules, compareSpecificity, specificityOf } from '../../../sidecar/domain/rule-order.ts';
export { type RuleTest, type RuleTestResult, RuleTestSchema } from '../../../sidecar/domain/rule-tests.ts';
export { RULE_KINDS, type Rule, type RuleConditions, type RuleKind, type RuleOutcome } from '../../../sidecar/domain/rules.ts';
export { combinationOf } from '../../../sidecar/domain/segments.ts';
export { SETTLEMENTS, type Settlement, type Setup, settlementFor } from '../../../sidecar/domain/setup.ts';
/**
 * The one place of the page that knows where the admin API's contract lives. Schemas come from there unchanged; named
 * here are the types the contract leaves to inference, and the plugin's own pairing route.
 */
export * from '../../../sidecar/http/admin-contract.ts';
export { SettleOverpaymentSchema } from '../../../sidecar/http/money-contract.ts';
export { WaitingSettlementsSchema };

// zod compiles its parsers with new Function, which a site's Content-Security-Policy may forbid.
z.config({ jitless: true });

export type AcceptDrift = z.input<typeof api.AcceptDriftSchema>;
export type ActionView = z.infer<typeof api.ActionViewSchema>;
export type AuditDetail = z.infer<typeof api.AuditDetailSchema>;
export type AuditPage = z.infer<typeof api.AuditPageSchema>;
export type Catalogue = z.infer<typeof api.CatalogueViewSchema>;
export type Cause = z.infer<typeof api.CauseSchema>;
export type ChainVerdict = z.infer<typeof api.ChainVerdictSchema>;
export type DocumentLineView = z.infer<typeof api.DocumentLineViewSchema>;
export type DriftFinding = z.infer<typeof api.DriftFindingSchema>;
export type Finding = z.infer<typeof api.FindingSchema>;
export type Identity = z.infer<typeof api.IdentitySchema>;
export type Measure = keyof api.ReconcileRow['measures'];
export type OrderPage = z.infer<typeof api.OrderPageSchema>;
export type OrderStates = z.infer<typeof api.OrderStatesSchema>;
export type ReconcileReason = api.ReconcileRow['reasons'][number]['reason'];
export type ReferenceListView = z.infer<typeof api.ReferenceListViewSchema>;
export type RuleTraceView = z.infer<typeof api.RuleTraceViewSchema>;
export type SaveRules = z.input<typeof api.SaveRulesSchema>;
export type CheckRules = z.input<typeof api.CheckRulesSchema>;
export type SecretField = z.infer<typeof api.SecretFieldSchema>;
export type SaveOracle = z.infer<typeof api.SaveOracleSchema>;
export type SaveStore = z.infer<typeof api.SaveStoreSchema>;
export type StartRun = z.input<typeof api.StartRunSchema>;
export type Sweep = z.infer<typeof api.SweepSchema>['sweep'];
export type WaitingSettlement = z.infer<typeof WaitingSettlementsSchema>['gateways'][number];
export type StartWhatIf = z.input<typeof api.StartWhatIfSchema>;
export type TryRulesResult = z.infer<typeof api.TryRulesResultSchema>;

/** Settings as the set-up form holds them: what a person typed so far, whole only after SetupSchema parsed it. */
export type SetupInput = z.input<typeof api.SetupSchema>;

export const FindingsSchema = z.object({ findings: z.array(api.FindingSchema) });

/** Answered by the plugin itself (`ar-bridge/v1/pairing`), not by the sidecar. */
export const PairingSchema = z.object({
  paired: z.boolean(),
  sidecarUrl: z.string().nullish(),
  siteUrl: z.string().nullish(),
  pairedAt: z.string().nullish(),
  /** Why a pairing that was made does not hold: a copied site, a lost secret. */
  problem: z.object({ code: z.string(), message: z.string() }).nullish(),
  /** Without pretty permalinks the sidecar cannot read the store. */
  prettyPermalinks: z.boolean().optional(),
  /** Changes of orders on their way to the sidecar. */
  delivery: z
    .object({
      waiting: z.number(),
      waitingSince: z.string().nullish(),
      succeededAt: z.string().nullish(),
      lastError: z.string(),
    })
    .optional(),
});
export type Pairing = z.infer<typeof PairingSchema>;
