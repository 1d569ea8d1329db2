import { z } from 'zod';
import { COMMENT_LENGTH, unknownPlaceholders } from './comment-template.ts';

/**
 * Rules say which account, tax code, receipt method an order's part goes to. Most specific first: a customer before a role before
 * none; then SKU, SKU pattern, category (nearest first), product type, none; then the number of conditions; ties by `position`.
 */
export const RULE_KINDS = [
  'revenue',
  'shipping',
  'fee',
  'discount',
  'tender',
  'rounding',
  'tax',
  'no-tax',
  'receipt-method',
  'transaction-type',
  'business-unit',
  'customer-policy',
  'descriptive-flexfield',
  'line-flexfield',
] as const;
export type RuleKind = (typeof RULE_KINDS)[number];

export const RuleConditionsSchema = z.strictObject({
  sku: z.string().min(1).optional(),
  /** `*` stands for any run of characters: `MUG-*`. */
  skuPattern: z.string().min(1).optional(),
  /** A category and all below it. */
  categoryId: z.int().positive().optional(),
  productType: z.string().min(1).optional(),
  taxClass: z.string().optional(),
  shippingMethod: z.string().min(1).optional(),
  feeName: z.string().min(1).optional(),
  /** Billing country, ISO 3166 alpha-2. */
  country: z.string().length(2).optional(),
  currency: z.string().length(3).optional(),
  gateway: z.string().min(1).optional(),
  /** WooCommerce customer id. */
  customerId: z.int().positive().optional(),
  role: z.string().min(1).optional(),
  /** 0 is tax that names no rate, as some plugins and imported orders have it. */
  taxRateId: z.int().nonnegative().optional(),
});
export type RuleConditions = z.infer<typeof RuleConditionsSchema>;

/** Segment values by name; what is absent comes from the segment template. */
export const SegmentsSchema = z.record(z.string(), z.string().min(1).max(60));

export const RuleOutcomeSchema = z.strictObject({
  /** For revenue, shipping, fee, discount, rounding; for tax in tax mode `account`. */
  segments: SegmentsSchema.optional(),
  memoLine: z.string().max(50).optional(),
  /** For tax: how a rate of the store is named in Oracle. For no-tax, a line on which the store charges none: the classification alone. */
  taxRegime: z.string().max(80).optional(),
  taxRateCode: z.string().max(80).optional(),
  taxClassification: z.string().max(30).optional(),
  /** For receipt-method. */
  receiptMethod: z.string().max(30).optional(),
  remittanceBankAccount: z.string().max(100).optional(),
  /** Of the receipt, such as `Web {order}, {transaction}`; absent: our own words. */
  comments: z
    .string()
    .max(COMMENT_LENGTH)
    .refine((template) => unknownPlaceholders(template).length === 0, {
      error: 'In braces only {order}, {gateway}, {transaction}, {fee} and {meta:key} are filled in.',
    })
    .optional(),
  /** For transaction-type: the invoice's and the credit memo's source and type; what is absent comes from the set-up. */
  transactionSource: z.string().max(50).optional(),
  invoiceType: z.string().max(20).optional(),
  creditMemoType: z.string().max(20).optional(),
  paymentTerms: z.string().max(15).optional(),
  /** For business-unit: the name of one in the set-up. */
  businessUnit: z.string().max(240).optional(),
  /** For customer-policy: an account of their own, or this shared one. */
  customerPolicy: z.enum(['own', 'shared']).optional(),
  accountNumber: z.string().max(30).optional(),
  /** For descriptive-flexfield (the document) and line-flexfield (each line): context and attributes of the document's flexfield; a value may name order or line meta as `{meta:key}`. */
  flexContext: z.string().max(80).optional(),
  flexAttributes: z.record(z.string(), z.string().max(240)).optional(),
});
export type RuleOutcome = z.infer<typeof RuleOutcomeSchema>;

export const RuleSchema = z.strictObject({
  id: z.string().min(1).max(40),
  kind: z.enum(RULE_KINDS),
  /** What a person calls it; shown in traces. */
  name: z.string().max(120),
  enabled: z.boolean(),
  /** Ties go to the lower position. */
  position: z.int().min(0),
  when: RuleConditionsSchema,
  outcome: RuleOutcomeSchema,
  /**
   * First day it holds, YYYY-MM-DD, by the date of the document that asks: an invoice has its order's day, a receipt its payment's, a credit
   * memo its refund's, what an edit brings the day it is posted. Business unit and customer account go by the order's day. What is taken
   * over from a posted line is not asked about again.
   */
  effectiveFrom: z.iso.date().optional(),
});
export type Rule = z.infer<typeof RuleSchema>;

/** A saved set of rules; posted parts keep the number of the set they were posted under. */
export interface RuleSet {
  version: number;
  rules: readonly Rule[];
}

/** What a rule is asked about. */
export interface RuleFacts {
  sku: string | null;
  categories: { id: number; slug: string; name: string }[][];
  productType: string | null;
  taxClass: string;
  shippingMethod: string | null;
  feeName: string | null;
  country: string;
  currency: string;
  gateway: string;
  customerId: number;
  role: string | null;
  taxRateId: number | null;
}

/** Of something about which nothing is known yet: facts are laid over it. */
export const NO_FACTS: RuleFacts = {
  sku: null,
  categories: [],
  productType: null,
  taxClass: '',
  shippingMethod: null,
  feeName: null,
  country: '',
  currency: '',
  gateway: '',
  customerId: 0,
  role: null,
  taxRateId: null,
};

/** Why this value: stored with the document, shown to people. */
export interface RuleTrace {
  kind: RuleKind;
  ruleSetVersion: number;
  /** Null when no rule matched and the default of the set-up was taken. */
  ruleId: string | null;
  ruleName: string;
  /** The facts that the winning rule looked at. */
  matched: Record<string, string>;
  /** Rules that were close: matched too but were less specific, or failed on one condition. */
  nearly: { ruleId: string; ruleName: string; why: string }[];
  /** The result in words: an account combination, a tax code, a receipt method. */
  result: string;
}
