import type { PollMemory } from '../capture/poll.ts';
import type { OutboxBatch } from '../capture/ports.ts';
import type { SweepMemory } from '../capture/sweeps.ts';
import type { Db } from './database.ts';
import { statements } from './database.ts';
import type { EventSource, Events } from './events.ts';
import type { Jobs } from './jobs.ts';
import type { Orders } from './orders.ts';
import type { Settings } from './settings.ts';

/** What capture keeps: events, dirty marks, cursors, hashes. Each method that returns a promise is durable when it resolves. */
export class CaptureMemory implements PollMemory, SweepMemory {
  private readonly sql;
  private readonly parts: {
    write: <T>(work: () => T) => Promise<T>;
    jobs: Jobs;
    orders: Orders;
    events: Events;
    settings: Settings;
    nowMs: () => number;
  };

  constructor(db: Db, parts: CaptureMemory['parts']) {
    this.sql = statements(db);
    this.parts = parts;
  }

  /**
   * Stores a batch and marks what it names, in one transaction.
   *
   * Out     false when the id is known: nothing was changed
   */
  accept(id: string, source: EventSource, raw: Buffer, batch: Pick<OutboxBatch, 'objects' | 'payments'>): Promise<boolean> {
    return this.parts.write(() => {
      if (!this.parts.events.remember(id, source, raw, this.parts.nowMs())) return false;
      this.take(batch);
      return true;
    });
  }

  /** Rows pulled from the plugin: they come again until acknowledged, and change nothing the second time. */
  store(batch: OutboxBatch): Promise<void> {
    return this.parts.write(() => this.take(batch));
  }

  cursor(name: string): string | null {
    return this.parts.settings.cursor(name);
  }

  saveCursor(name: string, upTo: string): Promise<void> {
    return this.parts.write(() => this.parts.settings.saveCursor(name, upTo, this.parts.nowMs()));
  }

  known(orderId: number): string | null {
    return this.parts.orders.listHash(orderId);
  }

  markDirty(hints: Parameters<PollMemory['markDirty']>[0]): Promise<void> {
    return this.parts.write(() => {
      for (const hint of hints) {
        this.markOrder(hint.id);
        this.parts.orders.setListHash(hint.id, hint.hash);
      }
    });
  }

  markOrders(orderIds: readonly number[]): Promise<void> {
    return this.parts.write(() => {
      for (const id of orderIds) this.markOrder(id);
    });
  }

  knownCreated(window: { after: string; before: string }): number[] {
    return this.sql(`SELECT order_id FROM order_record
      WHERE created_at > ? AND created_at < ? AND state <> 'excluded' AND store_status NOT IN ('trash', 'deleted')`)
      .pluck()
      .all(window.after, window.before) as number[];
  }

  knownRefunds(after: string): { refundId: number; orderId: number }[] {
    return this.sql(`SELECT refund_id AS refundId, order_id AS orderId FROM store_refund WHERE created_at > ?`).all(after) as {
      refundId: number;
      orderId: number;
    }[];
  }

  refundsAmong(refundIds: readonly number[]): Set<number> {
    const rows = this.sql(`SELECT refund_id FROM store_refund WHERE refund_id IN (SELECT value FROM json_each(?))`)
      .pluck()
      .all(JSON.stringify(refundIds));
    return new Set(rows as number[]);
  }

  knownCustomer(customerId: number): string | null {
    return (
      (this.sql(`SELECT hash FROM store_customer WHERE customer_id = ?`).pluck().get(customerId) as string | undefined) ?? null
    );
  }

  markCustomers(rows: readonly { id: number; hash: string }[]): Promise<void> {
    return this.parts.write(() => {
      for (const { id, hash } of rows) {
        this.parts.jobs.mark('customer', id, this.parts.nowMs());
        this.sql(`INSERT INTO store_customer VALUES (?, ?) ON CONFLICT (customer_id) DO UPDATE SET hash = excluded.hash`).run(
          id,
          hash,
        );
      }
    });
  }

  private take({ objects, payments }: Pick<OutboxBatch, 'objects' | 'payments'>): void {
    for (const payment of payments) {
      this.parts.events.addPayment(payment);
      this.markOrder(payment.orderId);
    }
    for (const { kind, id } of objects) {
      if (kind === 'order') this.markOrder(id);
      else this.parts.jobs.mark('customer', id, this.parts.nowMs());
    }
  }

  private markOrder(id: number): void {
    const nowMs = this.parts.nowMs();
    this.parts.orders.know(id, nowMs);
    this.parts.jobs.mark('order', id, nowMs);
  }
}
