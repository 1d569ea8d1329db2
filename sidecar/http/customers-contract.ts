import { z } from 'zod';

/** Which Oracle account each customer of the store has: found, made, linked by hand or by a file. */
const instant = z.string();

/** How it came to the account. `guest`: they bought as a guest before; `user`: their store account has it. */
export const FOUND_BY = [
  'source-reference',
  'e-mail',
  'tax-number',
  'name',
  'created',
  'guest',
  'user',
  'person',
  'import',
] as const;

const CandidateSchema = z.object({ accountNumber: z.string(), name: z.string(), why: z.string() });

export const CustomerSummarySchema = z.object({
  /** For paths: `user-12`, `mail-<key>`, `vat-<key>`, `order-1042`. */
  id: z.string(),
  kind: z.enum(['store customer', 'guest', 'company', 'order']),
  /** The store's id; null for guests and companies. */
  customerId: z.number().nullable(),
  /** Of a purchase that names nobody. */
  orderId: z.number().nullable(),
  /** Null once the person was erased. */
  name: z.string().nullable(),
  /** E-mail or VAT number. */
  label: z.string().nullable(),
  account: z.object({ number: z.string(), name: z.string(), site: z.string().nullable() }).nullable(),
  foundBy: z.enum(FOUND_BY).nullable(),
  /** Null where AR Bridge found it itself. */
  linkedBy: z.string().nullable(),
  linkedAt: instant.nullable(),
  /** Changes in the store go to Oracle. */
  flows: z.boolean(),
  problem: z
    .object({ code: z.string(), message: z.string(), action: z.string(), candidates: z.array(CandidateSchema) })
    .nullable(),
  /** Orders that wait until it is known which account is theirs. */
  waiting: z.number(),
  erased: z.boolean(),
});
export type CustomerSummary = z.infer<typeof CustomerSummarySchema>;

export const CustomerQuerySchema = z.object({
  show: z.enum(['all', 'waiting', 'problems']).default('all'),
  /** Part of a name or e-mail, an account number, a store customer's id. */
  search: z.string().max(80).optional(),
  page: z.coerce.number().int().min(1).default(1),
  perPage: z.coerce.number().int().min(1).max(100).default(25),
});
export const CustomerPageSchema = z.object({
  customers: z.array(CustomerSummarySchema),
  total: z.number(),
  page: z.number(),
  perPage: z.number(),
  counts: z.object({ mapped: z.number(), waiting: z.number(), problems: z.number(), waitingOrders: z.number() }),
});
export type CustomerPage = z.infer<typeof CustomerPageSchema>;

export const CustomerDetailSchema = CustomerSummarySchema.extend({
  waitingOrders: z.array(z.object({ orderId: z.number(), number: z.string() })),
  /** Companies that the store customer has bought for, each with its account. */
  boughtFor: z.array(CustomerSummarySchema),
  /** Who else is billed to the account. */
  alsoBilled: z.array(CustomerSummarySchema),
  /** Newest first; no account number: unlinked. */
  history: z.array(
    z.object({
      at: instant,
      accountNumber: z.string().nullable(),
      foundBy: z.enum(FOUND_BY).nullable(),
      by: z.string().nullable(),
    }),
  ),
});
export type CustomerDetail = z.infer<typeof CustomerDetailSchema>;

const searchText = z.string().trim().min(2).max(80);
export const OracleSearchQuerySchema = z.object({ search: searchText });
export const OracleSearchSchema = z.object({
  accounts: z.array(
    z.object({
      number: z.string(),
      name: z.string(),
      kind: z.enum(['person', 'organization']),
      email: z.string().nullable(),
      postcode: z.string().nullable(),
      /** Customers of the store that are billed to it. */
      billed: z.array(z.object({ id: z.string(), name: z.string().nullable(), label: z.string().nullable() })),
    }),
  ),
});
export type OracleSearch = z.infer<typeof OracleSearchSchema>;

export const StoreSearchQuerySchema = z.object({ search: searchText });
export const StoreSearchSchema = z.object({
  customers: z.array(
    z.object({
      id: z.string(),
      customerId: z.number(),
      name: z.string(),
      email: z.string(),
      company: z.string(),
      accountNumber: z.string().nullable(),
    }),
  ),
});
export type StoreSearch = z.infer<typeof StoreSearchSchema>;

export const LinkCustomerSchema = z.strictObject({ accountNumber: z.string().trim().min(1).max(30) });
/** The customer after the change, and how many orders go on because of it. */
export const CustomerChangedSchema = z.object({ customer: CustomerDetailSchema, released: z.number() });
export type CustomerChanged = z.infer<typeof CustomerChangedSchema>;

export const MergeHintsSchema = z.object({
  hints: z.array(
    z.object({
      /** `e-mail`: the same one; `mailbox`: addresses that many providers deliver to one mailbox. */
      why: z.enum(['e-mail', 'mailbox']),
      customers: z.array(CustomerSummarySchema),
    }),
  ),
});
export type MergeHints = z.infer<typeof MergeHintsSchema>;

/** A CSV file with a column accountNumber and one of customer, customerId, email, vatNumber. */
export const StartCustomerImportSchema = z.strictObject({ text: z.string().min(1).max(4_000_000) });
export const CommitCustomerImportSchema = z.strictObject({ id: z.string().max(40) });
export const CustomerImportSchema = z.object({
  job: z
    .object({
      id: z.string(),
      by: z.string(),
      state: z.enum(['checking', 'checked', 'linking', 'done', 'failed', 'cancelled']),
      done: z.number(),
      total: z.number(),
      /** How many would get this account; the first of them in `rows`. */
      changes: z.number(),
      rows: z.array(
        z.object({
          line: z.number(),
          who: z.string(),
          accountNumber: z.string(),
          was: z.string().nullable(),
          accountName: z.string().nullable(),
        }),
      ),
      /** Rows that say what is so already. */
      same: z.number(),
      /** How many rows cannot be read; the first of them in `errors`. */
      faulty: z.number(),
      errors: z.array(z.object({ line: z.number(), column: z.string(), message: z.string() })),
      released: z.number(),
      failure: z.string().nullable(),
    })
    .nullable(),
});
export type CustomerImportView = z.infer<typeof CustomerImportSchema>;

/** `:customer` is a customer's id as the list gives it. */
export const CUSTOMERS_ROUTES = [
  { method: 'GET', path: '/customers', query: CustomerQuerySchema, answer: CustomerPageSchema },
  { method: 'GET', path: '/customers/oracle', query: OracleSearchQuerySchema, answer: OracleSearchSchema },
  { method: 'GET', path: '/customers/store', query: StoreSearchQuerySchema, answer: StoreSearchSchema },
  { method: 'GET', path: '/customers/merge-hints', answer: MergeHintsSchema },
  { method: 'GET', path: '/customers/csv', answer: z.string() }, // text/csv
  { method: 'GET', path: '/customers/import', answer: CustomerImportSchema },
  { method: 'POST', path: '/customers/import', body: StartCustomerImportSchema, answer: CustomerImportSchema, large: true },
  { method: 'POST', path: '/customers/import/commit', body: CommitCustomerImportSchema, answer: CustomerImportSchema },
  { method: 'POST', path: '/customers/import/cancel', answer: CustomerImportSchema },
  { method: 'GET', path: '/customers/:customer', answer: CustomerDetailSchema },
  { method: 'POST', path: '/customers/:customer/link', body: LinkCustomerSchema, answer: CustomerChangedSchema },
  { method: 'POST', path: '/customers/:customer/unlink', answer: CustomerChangedSchema },
  { method: 'POST', path: '/customers/:customer/new-account', answer: CustomerChangedSchema },
] as const;
