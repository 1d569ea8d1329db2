import type { KeptReading } from '../capture/ports.ts';
import { minor } from '../domain/money.ts';
import type { LineFacts, StoreOrder } from '../domain/order.ts';
import type { Decision } from '../domain/posted.ts';
import type { OrderState } from '../domain/states.ts';
import { type Db, statements } from './database.ts';

export interface OrderReason {
  code: string;
  message: string;
  action: string;
  detail?: string;
  question?: { id: string; choices: { id: string; label: string }[] };
}

export interface OrderRecord {
  orderId: number;
  number: string;
  state: OrderState;
  reason: OrderReason | null;
  storeStatus: string;
  currency: string;
  decimals: number;
  totalMinor: number;
  customerName: string;
  customerId: number;
  accountNumber: string | null;
  createdAt: string;
  contentHash: string | null;
  listHash: string | null;
  nextAttemptMs: number | null;
  updatedAtMs: number;
}

/** One row per order id the store knows. Reads are plain; writes go inside Committer.write. */
export class Orders {
  private readonly sql;

  constructor(db: Db) {
    this.sql = statements(db);
  }

  /** The store names this order; a new one is counted from now on. */
  know(orderId: number, nowMs: number): void {
    this.sql(`INSERT INTO order_record (order_id, state, updated_at_ms) VALUES (?, 'new', ?) ON CONFLICT DO NOTHING`).run(
      orderId,
      nowMs,
    );
  }

  get(orderId: number): OrderRecord | null {
    const row = this.sql(`${SELECT} WHERE order_id = ?`).get(orderId) as Row | undefined;
    return row ? toRecord(row) : null;
  }

  snapshot(orderId: number): StoreOrder | null {
    const text = this.sql(`SELECT snapshot FROM order_record WHERE order_id = ?`).pluck().get(orderId) as
      | string
      | null
      | undefined;
    return text ? (JSON.parse(text) as StoreOrder) : null;
  }

  /** What the next reading of the order is held against; null for one that was never read. */
  keptReading(orderId: number): KeptReading | null {
    const row = this.sql(`SELECT shop_decimals, total_minor FROM order_record WHERE order_id = ? AND snapshot IS NOT NULL`).get(
      orderId,
    ) as { shop_decimals: number | null; total_minor: number } | undefined;
    if (!row) return null;
    const booked = this.sql(`SELECT what ->> '$.refundId' AS id, amount_minor FROM document
      WHERE order_id = ? AND kind = 'credit-memo' AND what ->> '$.purpose' = 'refund' AND state <> 'refused'`).all(orderId) as {
      id: number;
      amount_minor: number;
    }[];
    return {
      ...(row.shop_decimals !== null && { shopDecimals: row.shop_decimals }),
      total: minor(row.total_minor),
      bookedRefunds: new Map(booked.map(({ id, amount_minor }) => [id, minor(amount_minor)])),
    };
  }

  /** Keeps the order as read, and of its lines what may vanish (the caller has filled vanished facts from lineFacts). */
  saveRead(order: StoreOrder, hash: string, nowMs: number): void {
    this.sql(`
      INSERT INTO order_record (order_id, number, state, store_status, currency, decimals, shop_decimals, total_minor, customer_name,
        customer_id, created_at, modified_at, content_hash, snapshot, updated_at_ms)
      VALUES (:orderId, :number, 'new', :status, :currency, :decimals, :shopDecimals, :total, :name, :customerId, :createdAt, :modifiedAt,
        :hash, :snapshot, :now)
      ON CONFLICT (order_id) DO UPDATE SET number = :number, store_status = :status, currency = :currency, decimals = :decimals,
        shop_decimals = :shopDecimals, total_minor = :total, customer_name = :name, customer_id = :customerId, created_at = :createdAt, modified_at = :modifiedAt,
        content_hash = :hash, snapshot = :snapshot, updated_at_ms = :now`).run({
      orderId: order.id,
      number: order.number,
      status: order.status,
      currency: order.currency,
      decimals: order.decimals,
      shopDecimals: order.shopDecimals ?? null,
      total: order.total,
      name: customerName(order),
      customerId: order.customerId,
      createdAt: order.createdAt,
      modifiedAt: order.modifiedAt,
      hash,
      snapshot: JSON.stringify(order),
      now: nowMs,
    });
    const keep = this.sql(`INSERT INTO line_fact (order_id, item_id, facts) VALUES (?, ?, ?)
      ON CONFLICT (order_id, item_id) DO UPDATE SET facts = excluded.facts WHERE excluded.facts <> facts`);
    for (const line of order.lines) keep.run(order.id, line.itemId, JSON.stringify(line.facts));
    this.sql(`DELETE FROM store_refund WHERE order_id = ?`).run(order.id);
    const refund = this.sql(
      `INSERT INTO store_refund VALUES (?, ?, ?) ON CONFLICT (refund_id) DO UPDATE SET order_id = excluded.order_id`,
    );
    for (const { id, createdAt } of order.refunds) refund.run(id, order.id, createdAt);
  }

  /** What was kept of the order's lines while their products were still there. */
  lineFacts(orderId: number): Map<number, LineFacts> {
    const rows = this.sql(`SELECT item_id, facts FROM line_fact WHERE order_id = ?`).all(orderId) as {
      item_id: number;
      facts: string;
    }[];
    return new Map(rows.map((row) => [row.item_id, JSON.parse(row.facts) as LineFacts]));
  }

  setState(orderId: number, state: OrderState, reason: OrderReason | null, nextAttemptMs: number | null, nowMs: number): void {
    this.sql(`
      UPDATE order_record SET state = ?, reason_code = ?, reason = ?, next_attempt_ms = ?, updated_at_ms = ? WHERE order_id = ?`).run(
      state,
      reason?.code ?? null,
      reason ? JSON.stringify(reason) : null,
      nextAttemptMs,
      nowMs,
      orderId,
    );
  }

  /** The store answers 404 for it: the counts per day leave it out from now on, and what was last read says so too. */
  markGone(orderId: number): void {
    this.sql(`
      UPDATE order_record SET store_status = 'deleted', snapshot = json_set(snapshot, '$.presence', 'deleted') WHERE order_id = ?`).run(
      orderId,
    );
  }

  /** Work on it begins; the last reason stays until the work ends. */
  setPosting(orderId: number): void {
    this.sql(`UPDATE order_record SET state = 'posting' WHERE order_id = ?`).run(orderId);
  }

  setAccount(orderId: number, accountNumber: string): void {
    this.sql(`UPDATE order_record SET account_number = ? WHERE order_id = ?`).run(accountNumber, orderId);
  }

  /** Kept from the first document on. Inside Committer.write. */
  keepBilledAs(orderId: number, digest: string): void {
    this.sql(`UPDATE order_record SET billed_as = coalesce(billed_as, ?) WHERE order_id = ?`).run(digest, orderId);
  }

  billedAs(orderId: number): string | null {
    return (
      (this.sql(`SELECT billed_as FROM order_record WHERE order_id = ?`).pluck().get(orderId) as string | null | undefined) ??
      null
    );
  }

  listHash(orderId: number): string | null {
    return (
      (this.sql(`SELECT list_hash FROM order_record WHERE order_id = ?`).pluck().get(orderId) as string | null | undefined) ??
      null
    );
  }

  setListHash(orderId: number, hash: string): void {
    this.sql(`UPDATE order_record SET list_hash = ? WHERE order_id = ?`).run(hash, orderId);
  }

  /** Ids of orders created in [from, to), for the count per day. */
  createdBetween(from: string, to: string): { orderId: number; storeStatus: string; state: OrderState }[] {
    return this.sql(`
      SELECT order_id AS orderId, store_status AS storeStatus, state FROM order_record WHERE created_at >= ? AND created_at < ?`).all(
      from,
      to,
    ) as { orderId: number; storeStatus: string; state: OrderState }[];
  }

  counts(): Record<string, number> {
    const rows = this.sql(`SELECT state, orders FROM order_count`).all() as { state: string; orders: number }[];
    return Object.fromEntries(rows.map((row) => [row.state, row.orders]));
  }

  /** Orders that wait or failed, grouped by cause, most orders first. */
  causes(limit: number): { code: string; state: OrderState; reason: OrderReason; orders: number; sample: number[] }[] {
    const rows = this.sql(`
      SELECT reason_code AS code, state, count(*) AS orders, min(reason) AS reason, min(order_id) AS first, max(order_id) AS last
      FROM order_record WHERE reason_code IS NOT NULL AND state IN ('waiting', 'attention', 'rejected')
      GROUP BY reason_code, state, reason ORDER BY orders DESC LIMIT ?`).all(limit) as {
      code: string;
      state: OrderState;
      orders: number;
      reason: string;
      first: number;
      last: number;
    }[];
    return rows.map((row) => ({
      code: row.code,
      state: row.state,
      reason: JSON.parse(row.reason) as OrderReason,
      orders: row.orders,
      sample: [...new Set([row.first, row.last])],
    }));
  }

  withReason(code: string): number[] {
    return this.sql(`SELECT order_id FROM order_record WHERE reason_code = ?`).pluck().all(code) as number[];
  }

  list(filter: { state?: OrderState; code?: string; search?: string; limit: number; offset: number }): {
    rows: OrderRecord[];
    total: number;
  } {
    const where: string[] = [];
    const values: Record<string, unknown> = {};
    if (filter.state) {
      where.push('state = :state');
      values.state = filter.state;
    }
    if (filter.code) {
      where.push('reason_code = :code');
      values.code = filter.code;
    }
    if (filter.search) {
      where.push(`(number = :search OR CAST(order_id AS TEXT) = :search OR customer_name LIKE :like ESCAPE '\\')`);
      values.search = filter.search;
      values.like = `%${filter.search.replace(/[\\%_]/g, '\\$&')}%`;
    }
    const clause = where.length > 0 ? `WHERE ${where.join(' AND ')}` : '';
    const total = filter.search || filter.code ? this.count(clause, values) : this.counted(filter.state);
    const rows = this.sql(`${SELECT} ${clause} ORDER BY updated_at_ms DESC, order_id DESC LIMIT :limit OFFSET :offset`).all({
      ...values,
      limit: filter.limit,
      offset: filter.offset,
    }) as Row[];
    return { rows: rows.map(toRecord), total };
  }

  decisions(orderId: number): Decision[] {
    const rows = this.sql(`SELECT question, choice, actor, at_ms FROM decision WHERE order_id = ? ORDER BY id`).all(orderId) as {
      question: string;
      choice: string;
      actor: string;
      at_ms: number;
    }[];
    return rows.map((row) => ({
      question: row.question,
      choice: row.choice,
      by: row.actor,
      at: new Date(row.at_ms).toISOString(),
    }));
  }

  decide(orderId: number, question: string, choice: string, note: string, actor: string, nowMs: number): void {
    this.sql(`INSERT INTO decision (order_id, question, choice, note, actor, at_ms) VALUES (?, ?, ?, ?, ?, ?)`).run(
      orderId,
      question,
      choice,
      note,
      actor,
      nowMs,
    );
  }

  private counted(state: OrderState | undefined): number {
    const counts = this.counts();
    return state ? (counts[state] ?? 0) : Object.values(counts).reduce((total, orders) => total + orders, 0);
  }

  private count(clause: string, values: Record<string, unknown>): number {
    return this.sql(`SELECT count(*) FROM order_record ${clause}`).pluck().get(values) as number;
  }
}

const SELECT = `SELECT order_id, number, state, reason, store_status, currency, decimals, total_minor, customer_name, customer_id,
  account_number, created_at, content_hash, list_hash, next_attempt_ms, updated_at_ms FROM order_record`;

interface Row {
  order_id: number;
  number: string;
  state: OrderState;
  reason: string | null;
  store_status: string;
  currency: string;
  decimals: number;
  total_minor: number;
  customer_name: string;
  customer_id: number;
  account_number: string | null;
  created_at: string;
  content_hash: string | null;
  list_hash: string | null;
  next_attempt_ms: number | null;
  updated_at_ms: number;
}

const toRecord = (row: Row): OrderRecord => ({
  orderId: row.order_id,
  number: row.number,
  state: row.state,
  reason: row.reason ? (JSON.parse(row.reason) as OrderReason) : null,
  storeStatus: row.store_status,
  currency: row.currency,
  decimals: row.decimals,
  totalMinor: row.total_minor,
  customerName: row.customer_name,
  customerId: row.customer_id,
  accountNumber: row.account_number,
  createdAt: row.created_at,
  contentHash: row.content_hash,
  listHash: row.list_hash,
  nextAttemptMs: row.next_attempt_ms,
  updatedAtMs: row.updated_at_ms,
});

const customerName = (order: StoreOrder): string =>
  order.billing.company || [order.billing.firstName, order.billing.lastName].filter(Boolean).join(' ') || order.billing.email;
