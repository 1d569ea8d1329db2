import { z } from 'zod';
import { isTimeZone } from './dates.ts';
import { PREFIX } from './references.ts';
import { SegmentsSchema } from './rules.ts';

/**
 * The business set-up: what finance decides once. Stored by the sidecar with version and author; the environment does not
 * override it. Names are Oracle's (business unit, transaction source, transaction type, payment terms).
 */
const oracleName = (max: number) => z.string().trim().min(1).max(max);

export const SETTLEMENTS = ['unapplied', 'clearing', 'payables'] as const;

export const SetupSchema = z.strictObject({
  /** Starts every document number; unique per Oracle pod. */
  prefix: z.string().regex(PREFIX, '1 to 5 of A-Z and 0-9, then a dash, such as WEB-'),
  businessUnit: oracleName(240),
  ledgerCurrency: z.string().regex(/^[A-Z]{3}$/),
  /** IANA name; the store's dates are turned into days here. */
  timeZone: z.string().refine(isTimeZone, 'Not an IANA time zone, such as America/New_York'),
  invoice: z.strictObject({ source: oracleName(50), type: oracleName(20), paymentTerms: oracleName(15) }),
  creditMemo: z.strictObject({ source: oracleName(50), type: oracleName(20), reason: z.string().max(255).optional() }),
  /** Conversion type for orders that are not in the ledger currency. */
  conversionRateType: oracleName(30).default('Corporate'),
  /** Ordered segments of the chart of accounts; a segment without default must come from a rule. */
  segments: z
    .array(
      z.strictObject({
        name: z.string().min(1).max(30),
        default: z.string().min(1).max(60).optional(),
        /** Oracle's value set code of the segment: its values can then be chosen and checked. */
        valueSet: z.string().max(80).optional(),
      }),
    )
    .min(1)
    .max(30),
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
  closedPeriod: z.enum(['next-open', 'hold']).default('next-open'),
  /** Orders trashed or deleted after posting. */
  deletedOrders: z.enum(['ask', 'credit']).default('ask'),
  customers: z.strictObject({
    guests: z.enum(['shared', 'own']).default('shared'),
    registered: z.enum(['shared', 'own']).default('own'),
    /** When a customer's account is made. */
    createAt: z.enum(['first-order', 'registration']).default('first-order'),
    /** First match wins; currency and country are optional conditions. */
    sharedAccounts: z
      .array(
        z.strictObject({
          accountNumber: oracleName(30),
          site: z.string().max(150).optional(),
          currency: z.string().length(3).optional(),
          country: z.string().length(2).optional(),
        }),
      )
      .default([]),
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
        /** The gateway returns the money itself: `payables` would pay twice. */
        refundsItself: z.boolean().default(true),
      }),
    )
    .default([]),
});
export type Setup = z.infer<typeof SetupSchema>;
export type Settlement = (typeof SETTLEMENTS)[number];

export function settlementFor(setup: Setup, gateway: string): Setup['settlements'][number] {
  return (
    setup.settlements.find((row) => row.gateway === gateway) ??
    setup.settlements.find((row) => row.gateway === '*') ?? { gateway, settlement: 'unapplied', refundsItself: true }
  );
}

/** The key of a segment's value in the reference list `segmentValues`; null where the set-up names no value set. */
export function segmentValueKey(setup: Setup, segment: string, value: string): string | null {
  const valueSet = setup.segments.find((candidate) => candidate.name === segment)?.valueSet;
  return valueSet ? `${valueSet}/${value}` : null;
}
