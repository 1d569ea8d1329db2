import { z } from 'zod';
import { isTimeZone } from './dates.ts';
import { type DocumentKind, PREFIX, prefixOf } from './references.ts';
import { SegmentsSchema } from './rules.ts';

/**
 * The business set-up: what finance decides once. Stored by the sidecar with version and author; the environment does not
 * override it. Names are Oracle's (business unit, transaction source, transaction type, payment terms).
 */
const oracleName = (max: number) => z.string().trim().min(1).max(max);

export const SETTLEMENTS = ['unapplied', 'clearing', 'payables'] as const;

/** A document whose AR period is closed: the first open day after it, the first day of the next open period, or wait. */
const PeriodPolicySchema = z.enum(['next-open', 'next-period', 'hold']);
export type PeriodPolicy = z.infer<typeof PeriodPolicySchema>;

const segment = z.strictObject({
  name: z.string().min(1).max(30),
  default: z.string().min(1).max(60).optional(),
  /** Oracle's value set code of the segment: its values can then be chosen and checked. */
  valueSet: z.string().max(80).optional(),
});
/** First match wins; currency and country are optional conditions. */
const sharedAccount = z.strictObject({
  accountNumber: oracleName(30),
  site: z.string().max(150).optional(),
  currency: z.string().length(3).optional(),
  country: z.string().length(2).optional(),
});
const invoiceNames = z.strictObject({ source: oracleName(50), type: oracleName(20), paymentTerms: oracleName(15) });
const creditMemoNames = z.strictObject({ source: oracleName(50), type: oracleName(20), reason: z.string().max(255).optional() });
const timeZone = z.string().refine(isTimeZone, 'Not an IANA time zone, such as America/New_York');
const currencyCode = z.string().regex(/^[A-Z]{3}$/, 'Three capital letters, such as USD');
const userRates = z.record(currencyCode, z.string().regex(/^\d{1,9}(\.\d{1,12})?$/));

export const SetupSchema = z.strictObject({
  /** Starts every document number; unique per Oracle pod. */
  prefix: z.string().regex(PREFIX, '1 to 5 of A-Z and 0-9, then a dash, such as WEB-'),
  businessUnit: oracleName(240),
  ledgerCurrency: currencyCode,
  /** IANA name; the store's dates are turned into days here. */
  timeZone,
  invoice: invoiceNames,
  creditMemo: creditMemoNames,
  /** Conversion type for orders that are not in the ledger currency. */
  conversionRateType: oracleName(30).default('Corporate'),
  /** For type `User`: units of the ledger currency for one of the order's, as a decimal string, by currency. */
  userRates: userRates.default({}),
  /** Ordered segments of the chart of accounts; a segment without default must come from a rule. */
  segments: z.array(segment).min(1).max(30),
  segmentSeparator: z.string().length(1).default('-'),
  /** Used where no rule matches; absent: the order waits with "no GL account". */
  defaultSegments: SegmentsSchema.optional(),
  /** `lines`: the store's tax as manual tax lines. `oracle`: Oracle computes. `account`: one invoice line per rate. */
  taxMode: z.enum(['lines', 'oracle', 'account']).default('lines'),
  postingStatuses: z.array(z.string().min(1)).min(1).default(['processing', 'completed']),
  /** Orders created before this day (in `timeZone`) are excluded. */
  cutOver: z.iso.date().optional(),
  zeroTotalOrders: z.enum(['post', 'skip']).default('skip'),
  /** Closed AR period: the first day of the earliest open period not before the document's date, or wait. */
  closedPeriod: PeriodPolicySchema.default('next-open'),
  /** Another policy for one kind of document. */
  closedPeriodFor: z
    .strictObject({
      invoice: PeriodPolicySchema.optional(),
      receipt: PeriodPolicySchema.optional(),
      creditMemo: PeriodPolicySchema.optional(),
    })
    .default({}),
  /** Orders that are left out; all conditions of a row have to hold. Reaches orders that were never posted only. */
  exclusions: z
    .array(
      z.strictObject({
        /** Shown as the reason: "test orders". */
        name: z.string().trim().min(1).max(80),
        status: z.string().min(1).optional(),
        gateway: z.string().optional(),
        role: z.string().min(1).optional(),
        createdVia: z.string().min(1).optional(),
        customerId: z.int().positive().optional(),
        /** The order's total is 0.00, also where a gift card paid all of it. */
        zeroTotal: z.literal(true).optional(),
        /** Slug or name of a term that a plugin set on the order; in any taxonomy, case does not count. */
        tag: z.string().trim().min(1).max(200).optional(),
        metaKey: z.string().min(1).max(200).optional(),
        /** Absent: the key alone decides. */
        metaValue: z.string().max(200).optional(),
      }),
    )
    .max(100)
    .default([]),
  /** Coupons: `inside` the line amounts, or as a line of their own per product line, on the account of a discount rule. */
  discounts: z.enum(['inside', 'own-line']).default('inside'),
  /**
   * Gift cards and store credit that plugins subtract from the total and keep in order meta, or as order items of their own type: each
   * becomes a negative line on the account of a tender rule. `path` walks into a JSON value of order meta, `*` over its members: `*.amount`.
   */
  tenders: z
    .array(
      z.strictObject({
        name: z.string().trim().min(1).max(40),
        /** The amount is in the meta of the order's items of this type (`gift_card`), which our plugin tells of. Absent: in the order's. */
        itemType: z.string().trim().min(1).max(200).optional(),
        metaKey: z.string().min(1).max(200),
        path: z.string().max(100).optional(),
      }),
    )
    .max(20)
    .default([]),
  /** What the gateway kept, from order meta: noted on the receipt and in reports. */
  gatewayFeeMeta: z
    .array(z.string().min(1).max(200))
    .max(20)
    .default(['_stripe_fee', '_wcpay_transaction_fee', '_paypal_transaction_fee', 'PayPal Transaction Fee', '_ppcp_paypal_fees']),
  /** The gateway's fee: only noted on the receipt, or a miscellaneous receipt of its own on an activity of type Miscellaneous Cash. */
  gatewayFees: z
    .strictObject({ post: z.enum(['information', 'document']).default('information'), activity: oracleName(50).optional() })
    .refine(({ post, activity }) => post === 'information' || activity !== undefined, {
      path: ['activity'],
      error: 'The receivables activity (type Miscellaneous Cash) that takes the fees, as Oracle spells it',
    })
    .default({ post: 'information' }),
  /** Further business units, chosen per order by `business-unit` rules; what is absent comes from above. */
  businessUnits: z
    .array(
      z.strictObject({
        businessUnit: oracleName(240),
        ledgerCurrency: currencyCode.optional(),
        timeZone: timeZone.optional(),
        /** To its own ledger's currency; the general rates lead to the general ledger's, and hold for no other. */
        userRates: userRates.optional(),
        invoice: invoiceNames.optional(),
        creditMemo: creditMemoNames.optional(),
        sharedAccounts: z.array(sharedAccount).optional(),
        /** Defaults of segments that differ: `{ company: "02" }`. */
        segmentDefaults: SegmentsSchema.optional(),
      }),
    )
    .max(50)
    .default([]),
  /** Orders trashed or deleted after posting. */
  deletedOrders: z.enum(['ask', 'credit']).default('ask'),
  customers: z.strictObject({
    guests: z.enum(['shared', 'own']).default('shared'),
    registered: z.enum(['shared', 'own']).default('own'),
    /** When a customer's account is made. */
    createAt: z.enum(['first-order', 'registration']).default('first-order'),
    sharedAccounts: z.array(sharedAccount).default([]),
    /** Companies' accounts: their own whoever buys, also as a guest, or as the set-up says for the buyer. */
    companies: z.enum(['own', 'as-buyer']).default('as-buyer'),
    /** What makes a company: its name, or its VAT number where the order or customer carries one. */
    companiesBy: z.enum(['name', 'vat-number']).default('name'),
    /** Meta of the order, else of the customer's account, that may hold the VAT number; first hit wins. */
    vatMeta: z
      .array(z.string().min(1).max(200))
      .max(20)
      .default(['_billing_vat_number', '_vat_number', '_billing_eu_vat_number', 'billing_vat', '_billing_vat']),
    /** Another billing address of the same account: the primary one follows, or it becomes a bill-to site of its own. */
    addresses: z.enum(['update-primary', 'site-per-address']).default('update-primary'),
    /** Ship-to sites on invoices, one per shipping address. */
    shipTo: z.enum(['none', 'site-per-address']).default('none'),
    /** Source system registered in Trading Community, for external ids. */
    sourceSystem: oracleName(30).default('WEBSTORE'),
    /** Reference-data set of new account sites (setIdSets). */
    siteSetCode: oracleName(30).default('COMMON'),
    /** Profile class of new accounts. */
    profileClass: z.string().max(30).optional(),
  }),
  /** What happens to the money of a refund once it is released, per gateway; `*` is the rest. */
  settlements: z
    .array(
      z.strictObject({
        gateway: z.string().min(1),
        settlement: z.enum(SETTLEMENTS),
        /** Receivables activity on the gateway's clearing account, for `clearing`. */
        activity: z.string().max(50).optional(),
        /** Payment method code for `payables`, such as CHECK. */
        paymentMethod: z.string().max(30).optional(),
        /** The gateway returns the money itself: `payables` would pay twice. */
        refundsItself: z.boolean().default(true),
      }),
    )
    .default([]),
});
export type Setup = z.infer<typeof SetupSchema>;
export type Settlement = (typeof SETTLEMENTS)[number];

/** Undefined while finance has chosen nothing for the gateway. */
export const chosenSettlement = (setup: Setup, gateway: string): Setup['settlements'][number] | undefined =>
  setup.settlements.find((row) => row.gateway === gateway) ?? setup.settlements.find((row) => row.gateway === '*');

export const settlementFor = (setup: Setup, gateway: string): Setup['settlements'][number] =>
  chosenSettlement(setup, gateway) ?? { gateway, settlement: 'unapplied', refundsItself: true };

/** The key of a segment's value in the reference list `segmentValues`; null where the set-up names no value set. */
export function segmentValueKey(setup: Setup, segment: string, value: string): string | null {
  const valueSet = setup.segments.find((candidate) => candidate.name === segment)?.valueSet;
  return valueSet ? `${valueSet}/${value}` : null;
}

/** What happens to a document of this kind whose AR period is closed. */
export function periodPolicy(setup: Setup, kind: DocumentKind): PeriodPolicy {
  const own = {
    invoice: setup.closedPeriodFor.invoice,
    receipt: setup.closedPeriodFor.receipt,
    'credit-memo': setup.closedPeriodFor.creditMemo,
  };
  return own[kind] ?? setup.closedPeriod;
}

export const hasUnit = (setup: Setup, name: string): boolean => unitsOf(setup).includes(name);

/** The general business unit first. */
export const unitsOf = (setup: Setup): string[] => [setup, ...setup.businessUnits].map(({ businessUnit }) => businessUnit);

/** The set-up as it holds for one business unit: the named unit's own values over the general ones. */
export function setupOf(setup: Setup, businessUnit: string): Setup {
  const own = setup.businessUnits.find((unit) => unit.businessUnit === businessUnit);
  if (!own) return setup;
  const { sharedAccounts, segmentDefaults = {}, businessUnit: name, ledgerCurrency, timeZone: zone, invoice, creditMemo } = own;
  const sameLedger = (ledgerCurrency ?? setup.ledgerCurrency) === setup.ledgerCurrency;
  return {
    ...setup,
    businessUnit: name,
    ...(ledgerCurrency && { ledgerCurrency }),
    userRates: own.userRates ?? (sameLedger ? setup.userRates : {}),
    ...(zone && { timeZone: zone }),
    ...(invoice && { invoice }),
    ...(creditMemo && { creditMemo }),
    ...(sharedAccounts && { customers: { ...setup.customers, sharedAccounts } }),
    segments: setup.segments.map((row) => ({ ...row, ...(segmentDefaults[row.name] && { default: segmentDefaults[row.name] }) })),
  };
}

/**
 * The set-up for what follows an order's first document: business unit, prefix and the place of coupons are that document's, also where the
 * set-up has come to name others. Whether the unit is still there (`hasUnit`) is asked before anything is made in it.
 */
export function setupAfter(
  setup: Setup,
  first: { businessUnit: string; number: string; discounts: Setup['discounts'] | null },
): Setup {
  // Records from before several business units name none.
  const businessUnit = first.businessUnit || setup.businessUnit;
  const discounts = first.discounts ?? setup.discounts;
  return { ...setupOf(setup, businessUnit), businessUnit, prefix: prefixOf(first.number), discounts };
}
