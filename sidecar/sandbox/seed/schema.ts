import { z } from 'zod';

/**
 * The seed: what a pod's set-up people have entered before the first document arrives. Every list may be left out; what a
 * document names must be in it. README.md explains each section with examples.
 */
const name = z.string().min(1);
const day = z.iso.date();
/** Number or text; kept as text so that no digit is lost. */
const decimal = z.union([z.string().regex(/^-?\d+(\.\d+)?$/), z.number().transform(String)]);
const effective = { enabled: z.boolean().default(true), startDate: day.optional(), endDate: day.optional() };
/** A concatenated account combination, such as 101-000-41000-1000-000. */
const account = z.string().min(1);

const PERIOD_STATUSES = ['O', 'C', 'F', 'N', 'P', 'W'] as const;
const periodStatus = z.enum(PERIOD_STATUSES);
export type PeriodStatus = (typeof PERIOD_STATUSES)[number];

const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/);
const PeriodSchema = z.union([
  /** Calendar months around today: from -24 to -3 are the months 24 to 3 before the current one. */
  z.strictObject({
    months: z.strictObject({ from: z.int(), to: z.int() }),
    status: periodStatus,
    ledger: name.optional(),
    application: z.enum(['AR', 'GL', 'both']).default('both'),
  }),
  /** Calendar months by name: from 2018-01 to 2021-12. */
  z.strictObject({
    calendar: z.strictObject({ from: month, to: month }),
    status: periodStatus,
    ledger: name.optional(),
    application: z.enum(['AR', 'GL', 'both']).default('both'),
  }),
  z.strictObject({
    name,
    start: day,
    end: day,
    status: periodStatus,
    ledger: name.optional(),
    application: z.enum(['AR', 'GL', 'both']).default('both'),
  }),
]);

const AddressSchema = z.strictObject({
  address1: z.string().default(''),
  address2: z.string().optional(),
  city: z.string().default(''),
  state: z.string().optional(),
  postalCode: z.string().optional(),
  country: z.string().length(2).default('US'),
});

const SiteSchema = z.strictObject({
  number: name,
  set: name.default('COMMON'),
  primary: z.boolean().optional(),
  uses: z.array(z.enum(['BILL_TO', 'SHIP_TO'])).default(['BILL_TO', 'SHIP_TO']),
  address: AddressSchema.prefault({}),
  active: z.boolean().default(true),
});

const CustomerSchema = z.strictObject({
  name,
  kind: z.enum(['organization', 'person']).default('organization'),
  firstName: z.string().optional(),
  lastName: z.string().optional(),
  partyNumber: name.optional(),
  email: z.string().optional(),
  phone: z.string().optional(),
  taxpayerId: z.string().optional(),
  /** External ids in registered source systems. */
  references: z.array(z.strictObject({ system: name, value: name })).default([]),
  accounts: z
    .array(
      z.strictObject({
        number: name,
        name: z.string().optional(),
        active: z.boolean().default(true),
        profile: z.boolean().default(true),
        sites: z.array(SiteSchema).default([]),
      }),
    )
    .default([]),
});

const TransactionTypeSchema = z.strictObject({
  /** Longer ones could not be named in a request. */
  name: name.max(20),
  class: z.enum(['INV', 'CM', 'DM']),
  set: name.default('COMMON'),
  description: z.string().optional(),
  creationSign: z.enum(['positive', 'negative', 'any']).default('any'),
  allowFreight: z.boolean().default(true),
  paymentTerms: name.optional(),
  /** What AutoAccounting takes. Left out: placeholders. Given: only what is named, the rest yields no account. */
  accounts: z
    .strictObject({
      receivable: account.optional(),
      revenue: account.optional(),
      tax: account.optional(),
      freight: account.optional(),
    })
    .optional(),
  ...effective,
});

export const SeedSchema = z.strictObject({
  name: z.string().default('sandbox'),
  oauth: z
    .strictObject({
      tokenLifetimeSeconds: z.int().positive().default(3600),
      clients: z
        .array(
          z.strictObject({
            id: name,
            secret: name,
            /** The pod's user the client stands for; a client without one gets tokens that open nothing. */
            user: name.optional(),
            /** Scopes it may ask for; left out: any. */
            scopes: z.array(name).optional(),
            /** PEM of the key that signs its JWT assertions. */
            publicKey: z.string().optional(),
          }),
        )
        .default([]),
    })
    .prefault({}),
  users: z
    .array(
      z.strictObject({
        name,
        /** For HTTP Basic; without one the user can only come by token. */
        password: z.string().optional(),
        /** Data access; left out: all business units. */
        businessUnits: z.array(name).optional(),
        /** Function security, such as AR_CREATE_RECEIVABLES_INVOICE_PRIV; left out: all. */
        privileges: z.array(name).optional(),
        /** PEM for JWTs sent straight to Fusion with this user as `prn`. */
        publicKey: z.string().optional(),
      }),
    )
    .default([]),
  sets: z.array(z.strictObject({ code: name, name: z.string().optional() })).default([]),
  currencies: z
    .array(
      z.strictObject({
        code: z.string().length(3),
        name: z.string().optional(),
        decimals: z.int().min(0).max(6).optional(),
        enabled: z.boolean().default(true),
      }),
    )
    .default([]),
  rateTypes: z.array(name).default(['Corporate', 'Spot', 'User']),
  rates: z
    .array(
      z.strictObject({
        from: z.string().length(3),
        to: z.string().length(3),
        type: name,
        rate: decimal,
        fromDate: day.optional(),
      }),
    )
    .default([]),
  valueSets: z
    .array(
      z.strictObject({
        code: name,
        description: z.string().optional(),
        /** `any`: every value is good. */
        values: z.union([
          z.literal('any'),
          z.array(
            z.strictObject({ value: name, description: z.string().optional(), accountType: z.string().optional(), ...effective }),
          ),
        ]),
      }),
    )
    .default([]),
  chartsOfAccounts: z
    .array(
      z.strictObject({
        name,
        separator: z.string().length(1).default('-'),
        segments: z.array(z.strictObject({ name, valueSet: name })).min(1),
        /** True: any combination of enabled values may be used. False: only those listed. */
        dynamicInsertion: z.boolean().default(true),
        combinations: z.array(z.strictObject({ account, ...effective })).default([]),
      }),
    )
    .default([]),
  legalEntities: z.array(z.strictObject({ name, identifier: name, country: z.string().length(2).optional() })).default([]),
  ledgers: z
    .array(
      z.strictObject({ name, currency: z.string().length(3), chartOfAccounts: name.optional(), legalEntity: name.optional() }),
    )
    .default([]),
  periods: z.array(PeriodSchema).default([]),
  businessUnits: z
    .array(
      z.strictObject({
        name,
        ledger: name.optional(),
        legalEntity: name.optional(),
        /** The reference-data set it uses beside COMMON. */
        set: name.default('COMMON'),
        active: z.boolean().default(true),
        /** False: a remit-to address cannot be found (AR-855322). */
        remitTo: z.boolean().default(true),
        manualTax: z.boolean().default(true),
        /** What a line is taxed by that names no classification and no tax. */
        defaultTaxClassification: name.optional(),
        accounts: z
          .strictObject({
            unapplied: account.optional(),
            unidentified: account.optional(),
            onAccount: account.optional(),
            refund: account.optional(),
            rounding: account.optional(),
            exchange: account.optional(),
          })
          .prefault({}),
      }),
    )
    .default([]),
  transactionSources: z
    .array(
      z.strictObject({
        name,
        set: name.default('COMMON'),
        description: z.string().optional(),
        /** True: Receivables numbers. False: the request must. Left out: a number is taken when it is sent, made when it is not. */
        automaticNumbering: z.boolean().optional(),
        nextNumber: z.int().positive().default(1001),
        /** Used when a document names no type. */
        defaultType: name.optional(),
        /** Types attached to the source; left out: all. */
        types: z.array(name).optional(),
        ...effective,
      }),
    )
    .default([]),
  transactionTypes: z.array(TransactionTypeSchema).default([]),
  paymentTerms: z
    .array(
      z.strictObject({
        name: name.max(15),
        set: name.default('COMMON'),
        description: z.string().optional(),
        installments: z
          .array(z.strictObject({ percent: z.number().positive(), days: z.int().min(0) }))
          .default([{ percent: 100, days: 0 }]),
        ...effective,
      }),
    )
    .default([]),
  receiptMethods: z
    .array(
      z.strictObject({
        name,
        receiptClass: z.string().default('Manual'),
        kind: z.enum(['manual', 'automatic', 'bill-of-exchange', 'netting']).default('manual'),
        /** How far a new receipt gets by itself. */
        clearance: z.enum(['approved', 'confirmed', 'remitted', 'cleared']).default('cleared'),
        /** Left out: a remittance account for every business unit and currency. */
        bankAccounts: z
          .array(
            z.strictObject({
              number: name,
              businessUnit: name,
              currency: z.string().length(3),
              bank: z.string().default('Demo Bank'),
              branch: z.string().default('Main'),
              primary: z.boolean().default(true),
              cash: account.optional(),
            }),
          )
          .optional(),
        ...effective,
      }),
    )
    .default([]),
  receivablesActivities: z
    .array(
      z.strictObject({
        name,
        businessUnit: name.optional(),
        type: z.string().default('Receipt write-off'),
        account: account.optional(),
        ...effective,
      }),
    )
    .default([]),
  memoLines: z
    .array(
      z.strictObject({
        name,
        set: name.default('COMMON'),
        description: z.string().optional(),
        taxClassification: name.optional(),
        unitOfMeasure: name.optional(),
        revenueAccount: account.optional(),
        ...effective,
      }),
    )
    .default([]),
  items: z
    .array(
      z.strictObject({
        number: name,
        enabled: z.boolean().default(true),
        warehouses: z.array(name).optional(),
        revenueAccount: account.optional(),
      }),
    )
    .default([]),
  warehouses: z.array(name).default([]),
  unitsOfMeasure: z.array(z.strictObject({ code: name, name })).default([]),
  revenueSchedulingRules: z.array(name).default([]),
  taxRegimes: z
    .array(
      z.strictObject({
        code: name,
        name: z.string().optional(),
        country: z.string().length(2).optional(),
        rates: z
          .array(
            z.strictObject({
              code: name,
              tax: z.string().optional(),
              status: z.string().default('STANDARD'),
              jurisdiction: z.string().optional(),
              percent: decimal,
              /** Of the line and the taxes before it. */
              compound: z.boolean().optional(),
              account: account.optional(),
              ...effective,
            }),
          )
          .default([]),
      }),
    )
    .default([]),
  taxClassifications: z
    .array(
      z.strictObject({
        code: name,
        set: name.default('COMMON'),
        meaning: z.string().optional(),
        /** What Oracle computes when no manual tax line is sent. */
        rates: z.array(z.strictObject({ regime: name, code: name })).default([]),
        ...effective,
      }),
    )
    .default([]),
  /** By lookup type: CREDIT_MEMO_REASON, REVERSAL_CATEGORY_TYPE, CKAJST_REASON, or any other. */
  lookups: z
    .record(
      z.string(),
      z.array(
        z.strictObject({ code: name, meaning: name, description: z.string().optional(), enabled: z.boolean().default(true) }),
      ),
    )
    .default({}),
  refundPaymentMethods: z.array(z.strictObject({ code: name, name })).default([]),
  sourceSystems: z.array(name).default([]),
  customers: z.array(CustomerSchema).default([]),
  /** Segments of descriptive flexfields, by the child's name: { "receivablesInvoiceDFF": ["storeOrder"] }. */
  flexfields: z.record(z.string(), z.array(name)).default({}),
  /** Rows as they are, by resource path, for resources without behaviour of their own: { "receivablesAdjustments": [{...}] }. */
  records: z.record(z.string(), z.array(z.record(z.string(), z.unknown()))).default({}),
  switches: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
});

export type Seed = z.infer<typeof SeedSchema>;
export type SeedCustomer = z.infer<typeof CustomerSchema>;
