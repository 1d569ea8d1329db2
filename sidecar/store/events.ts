import { z } from 'zod';
import type { OutboxPayment } from '../capture/ports.ts';
import { minor, roundToIso } from '../domain/money.ts';
import type { StoreOrder, StorePayment } from '../domain/order.ts';
import type { Db } from './database.ts';

export type EventSource = 'plugin' | 'webhook';

/** Raw events and payments as they came in. Synchronous; call inside Committer.write. */
export class Events {
  private readonly nowMs;
  private readonly insert;
  private readonly prune_;
  private readonly insertPayment;
  private readonly takeBack;
  private readonly takeBackOne;
  private readonly takeBackAssumed_;
  private readonly adopt;
  private readonly payments_;

  constructor(db: Db, nowMs: () => number) {
    this.nowMs = nowMs;
    this.insert = db.prepare(
      `INSERT INTO event (id, source, received_at_ms, body) VALUES (?, ?, ?, ?) ON CONFLICT (id) DO NOTHING`,
    );
    // They lie in the order they came: the first that stays ends the search.
    this.prune_ = db.prepare(`
      DELETE FROM event WHERE seq < (
        SELECT coalesce((SELECT seq FROM event WHERE received_at_ms >= ? ORDER BY seq LIMIT 1), (SELECT max(seq) + 1 FROM event)))`);
    this.insertPayment = db.prepare(`
      INSERT INTO payment (order_id, id, amount, currency, paid_at, gateway, transaction_id, assumed, reported)
      VALUES (:orderId, :id, :amount, :currency, :paidAt, :gateway, :transactionId, :assumed, :reported) ON CONFLICT DO NOTHING`);
    this.takeBack = db.prepare(`
      UPDATE payment SET taken_back_at = :at WHERE order_id = :orderId AND taken_back_at IS NULL AND paid_at <= :at`);
    this.takeBackOne = db.prepare(
      `UPDATE payment SET taken_back_at = coalesce(taken_back_at, :at) WHERE order_id = :orderId AND id = :id`,
    );
    this.takeBackAssumed_ = db.prepare(
      `UPDATE payment SET taken_back_at = :at WHERE order_id = :orderId AND assumed = 1 AND taken_back_at IS NULL AND paid_at <= :at`,
    );
    this.adopt = db.prepare(`
      UPDATE payment SET gateway = :gateway, transaction_id = :transactionId
      WHERE order_id = :orderId AND assumed = 1 AND substr(paid_at, 1, 19) = substr(:paidAt, 1, 19)`);
    this.payments_ = db.prepare(`SELECT * FROM payment WHERE order_id = ? ORDER BY paid_at, id`);
  }

  /** False when the id is known: the event was stored before and changes nothing. */
  remember(id: string, source: EventSource, body: Buffer | string, nowMs: number): boolean {
    return this.insert.run(id, source, nowMs, typeof body === 'string' ? Buffer.from(body) : body).changes === 1;
  }

  forgetBefore(ms: number): number {
    return this.prune_.run(ms).changes;
  }

  /**
   * A payment row of the plugin. One that was assumed for the same instant before the row came is kept as that payment. What was taken
   * back at a time that cannot be read was so when the row came: late, but never lost.
   */
  addPayment(row: OutboxPayment): void {
    if (row.kind === 'taken-back') {
      this.takeBackBy(isInstant(row.at) ? row : { ...row, at: new Date(this.nowMs()).toISOString() });
      return;
    }
    const values = { orderId: row.orderId, paidAt: row.at, gateway: row.gateway, transactionId: row.transactionId };
    if (this.adopt.run(values).changes > 0) return;
    const { amount, currency } = row;
    this.insertPayment.run({
      ...values,
      id: String(row.id),
      amount,
      currency,
      assumed: 0,
      reported: Number(row.reported ?? false),
    });
  }

  /** The row that is named; one that was kept as an assumed payment, or is older than the plugin, goes by being assumed. */
  private takeBackBy({ orderId, at, takesBack }: OutboxPayment): void {
    if (takesBack === undefined) this.takeBack.run({ orderId, at });
    else if (this.takeBackOne.run({ orderId, at, id: String(takesBack) }).changes === 0)
      this.takeBackAssumed_.run({ orderId, at });
  }

  /** Where no plugin records payments: the order's total at first sight of its paid date. */
  assumePayment(orderId: number, amount: string, currency: string, paidAt: string, gateway: string, transactionId: string): void {
    const n = this.payments_.all(orderId).length + 1;
    const values = { orderId, amount, currency, paidAt, gateway, transactionId };
    this.insertPayment.run({ ...values, id: `assumed-${n}`, assumed: 1, reported: 0 });
  }

  /** The store has the order unpaid by now, and no plugin says since when: assumed payments are taken back as of now. */
  takeBackAssumed(orderId: number, at: string): void {
    this.takeBackAssumed_.run({ orderId, at });
  }

  payments(order: Priced & Pick<StoreOrder, 'id'>): StorePayment[] {
    return (this.payments_.all(order.id) as PaymentRow[]).map((row) => toPayment(row, order));
  }
}

export interface PaymentRow {
  id: string;
  amount: string;
  currency: string;
  paid_at: string;
  gateway: string;
  transaction_id: string;
  assumed: number;
  reported: number;
  taken_back_at: string | null;
}

type Priced = Pick<StoreOrder, 'currency' | 'decimals'>;

export function toPayment(row: PaymentRow, order: Priced): StorePayment {
  const amount = roundToIso(row.amount, order.decimals);
  const unreadable = whatIsUnreadable(row, order, amount.ok && amount.value >= 0);
  return {
    id: row.id,
    amount: amount.ok && !unreadable ? amount.value : minor(0),
    ...(unreadable && { unreadable }),
    paidAt: row.paid_at,
    gateway: row.gateway,
    transactionId: row.transaction_id,
    assumed: row.assumed === 1,
    ...(row.reported === 1 && { reported: true }),
    takenBackAt: row.taken_back_at,
  };
}

const instant = z.iso.datetime({ offset: true });
const isInstant = (text: string): boolean => instant.safeParse(text).success;

/** The plugin writes positive amounts in the order's currency, and instants as ISO 8601. */
function whatIsUnreadable(row: PaymentRow, order: Priced, amountReads: boolean): string | null {
  // The shop may have changed the order's currency since. No rate makes one amount of the other.
  if (row.currency !== order.currency) return `amount "${row.amount}" in the currency "${row.currency}"`;
  if (!amountReads) return `amount "${row.amount}"`;
  return row.assumed === 1 || isInstant(row.paid_at) ? null : `time "${row.paid_at}"`;
}
