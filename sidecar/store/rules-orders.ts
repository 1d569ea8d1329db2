import type { StoreOrder } from '../domain/order.ts';
import type { OrderState } from '../domain/states.ts';
import { type Db, statements } from './database.ts';

/** An order as rules are asked about it: as it was read last, whole. */
export interface OrderToAsk {
  orderId: number;
  state: OrderState;
  /** Why it does not go on; null where nothing stops it. */
  reasonCode: string | null;
  /** Where to go on reading. */
  after: Mark;
  order: StoreOrder;
  /** A document of it was posted: its parts keep their accounts. */
  posted: boolean;
}

/** The last row that was read: creation time and order id. */
export type Mark = readonly [createdAt: string, orderId: number];
export const FROM_THE_START: Mark = ['', 0];

/** Stored orders in pages, so that thousands of them can be asked about without holding them all. Reads only. */
export class RuleOrders {
  private readonly sql;

  constructor(db: Db) {
    this.sql = statements(db);
  }

  /** Orders created in [from, to), instants, oldest first. */
  createdBetween(from: string, to: string, after: Mark, limit: number): OrderToAsk[] {
    return this.page(`created_at >= :from AND created_at < :to`, { from, to }, after, limit);
  }

  countCreatedBetween(from: string, to: string): number {
    return this.sql(`SELECT count(*) FROM order_record WHERE created_at >= ? AND created_at < ? AND snapshot IS NOT NULL`)
      .pluck()
      .get(from, to) as number;
  }

  /** Orders that stopped for one of these reasons. */
  withReasons(codes: readonly string[], after: Mark, limit: number): OrderToAsk[] {
    const where = `state IN ('waiting', 'attention', 'rejected', 'posting')
      AND reason_code IN (SELECT value FROM json_each(:codes))`;
    return this.page(where, { codes: JSON.stringify(codes) }, after, limit);
  }

  /** Orders that are not posted yet, and those created since an instant. */
  unpostedOrSince(since: string, after: Mark, limit: number): OrderToAsk[] {
    return this.page(`(state IN ('new', 'waiting', 'attention', 'posting') OR created_at >= :since)`, { since }, after, limit);
  }

  private page(where: string, values: Record<string, unknown>, [createdAt, orderId]: Mark, limit: number): OrderToAsk[] {
    const rows = this.sql(`
      SELECT order_id, state, reason_code, created_at, snapshot,
        EXISTS (SELECT 1 FROM document WHERE document.order_id = order_record.order_id AND document.state = 'posted') AS posted
      FROM order_record
      WHERE snapshot IS NOT NULL AND (created_at, order_id) > (:createdAt, :orderId) AND ${where}
      ORDER BY created_at, order_id LIMIT :limit`).all({ ...values, createdAt, orderId, limit }) as Row[];
    return rows.map((row) => ({
      orderId: row.order_id,
      state: row.state,
      reasonCode: row.reason_code,
      after: [row.created_at, row.order_id],
      order: JSON.parse(row.snapshot) as StoreOrder,
      posted: row.posted === 1,
    }));
  }
}

interface Row {
  order_id: number;
  state: OrderState;
  reason_code: string | null;
  created_at: string;
  snapshot: string;
  posted: number;
}
