import type { Trail } from '../apply/ports.ts';
import type { Window } from '../capture/ports.ts';
import type { Day } from '../domain/dates.ts';
import type { Result } from '../domain/failures.ts';
import type { RecordKind } from '../domain/references.ts';
import type { Reading } from './order-books.ts';

/** What reconciliation needs of Oracle, beside apply/ports.ts: documents by the day, many at a time. oracle/read-back.ts implements it. */
export interface LedgerReader {
  /**
   * One page of a day's documents of one business unit: transactions by accounting date, receipts by receipt date (Oracle lets nobody
   * ask for the other). Documents that others made come too, for the caller to sort out.
   */
  documentsOfDay(query: DayQuery, trail: Trail): Promise<Result<{ readings: Reading[]; next: number | null }>>;
  /** One document by its id; null when Oracle says that there is none. */
  documentById(kind: RecordKind, id: string, trail: Trail): Promise<Result<Reading | null>>;
}

export interface DayQuery {
  kind: RecordKind;
  businessUnit: string;
  /** Transaction source; receipts and gateway fees have none. */
  source: string | null;
  day: Day;
  /** Rows to skip: `next` of the page before, 0 at first. */
  offset: number;
}

/** The store's own list of orders with their totals. woocommerce/order-totals.ts implements it. */
export interface StoreTotals {
  /** Orders created in a window, oldest first, a page at a time from 1. Orders in the trash are not among them. */
  orderTotals(window: Window, page: number, trail: Trail): Promise<Result<{ rows: ListedOrder[]; last: boolean }>>;
}

export interface ListedOrder {
  id: number;
  number: string;
  status: string;
  currency: string;
  /** Decimal string as the store keeps it, whatever its setting is today. */
  total: string;
  createdAt: string;
  paymentMethod: string;
}

/** A listed order in minor units; `counts` when its status is a sale. */
export interface FreshOrder extends Omit<ListedOrder, 'total'> {
  total: number;
  /** The total as the store keeps it. */
  written: string;
  decimals: number;
  counts: boolean;
}
