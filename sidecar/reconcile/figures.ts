import type { Day } from '../domain/dates.ts';

/**
 * What is compared, each measure the store's word against Oracle's:
 * sales    the sale with its edits and cancellation     against its invoices, less the credit memos of edits
 * refunds  refunds that credit the sale                 against their credit memos, less invoices that take one back
 * paid     payments                                     against receipts, less reversals
 * open     what our own record says must be open        against open invoices, less unapplied receipts and open credit memos
 */
export const MEASURES = ['sales', 'refunds', 'paid', 'open'] as const;
export type Measure = (typeof MEASURES)[number];

/** The store's columns. The first six add up to `sales`; `returned` are refunds that move money only and credit no sale. */
export const STORE_FIGURES = [
  'products',
  'shipping',
  'fees',
  'tax',
  'other',
  'cancelled',
  'refunds',
  'returned',
  'paid',
] as const;
export type StoreFigure = (typeof STORE_FIGURES)[number];

/**
 * Oracle's columns, all positive in the ordinary case. invoices - creditMemos = sales - refunds; receipts - reversed = paid;
 * receipts = applied + unapplied + settled + reversed. `gatewayFees` are what gateways kept, by miscellaneous receipts: in no sum of these.
 */
export const ORACLE_FIGURES = [
  'invoices',
  'creditMemos',
  'receipts',
  'reversed',
  'applied',
  'unapplied',
  'settled',
  'openInvoices',
  'openCreditMemos',
  'gatewayFees',
] as const;
export type OracleFigure = (typeof ORACLE_FIGURES)[number];

/** Where an amount belongs: one row of the table. */
export interface Place {
  /** In the business unit's time zone: the store's instant, or Oracle's accounting date. */
  day: Day;
  businessUnit: string;
  /** `''` for an order without one. */
  gateway: string;
  currency: string;
  decimals: number;
}

/** One amount on one side. `amount` counts in its measure, with sign; `shown` in its column. Minor units. */
export interface Entry extends Place {
  side: 'store' | 'oracle';
  measure: Measure | null;
  amount: number;
  figure: StoreFigure | OracleFigure | null;
  shown: number;
  /** A document's number, or what it is in the store: `order 1042`, `refund 77`, `payment 3`. */
  ref: string;
}

export const placeKey = (place: Pick<Place, 'day' | 'businessUnit' | 'gateway' | 'currency'>): string =>
  [place.day, place.businessUnit, place.currency, place.gateway].join('|');
