import type { StoreOrder } from '../domain/order.ts';
import { type Db, statements } from './database.ts';

/** An order and by what it may be somebody's. */
export interface OrderOfPerson {
  orderId: number;
  customerId: number;
  /** As the store wrote them; empty where the order was not read yet. */
  billingEmail: string;
  accountEmail: string;
}

const PAGE = 500;

/** What is kept about people, to be shown to them and to be erased. Reads are plain; writes go inside Committer.write. */
export class Persons {
  private readonly sql;

  constructor(db: Db) {
    this.sql = statements(db);
  }

  /** Every order, a page at a time, by id: whoever looks for a person lets others in between. */
  orders(after: number): OrderOfPerson[] {
    return this.sql(`
      SELECT order_id AS orderId, customer_id AS customerId, coalesce(json_extract(snapshot, '$.billing.email'), '') AS billingEmail,
        coalesce(json_extract(snapshot, '$.customer.email'), '') AS accountEmail
      FROM order_record WHERE order_id > ? ORDER BY order_id LIMIT ${PAGE}`).all(after) as OrderOfPerson[];
  }

  /** Which orders are erased already. */
  erased(): Set<number> {
    return new Set(this.sql('SELECT order_id FROM erased_order').pluck().all() as number[]);
  }

  /** The order stays, without the person; what is read again of it is kept without them too. `snapshot` is null where there is none. */
  eraseOrder(orderId: number, identity: string, snapshot: StoreOrder | null, nowMs: number): void {
    this.sql('INSERT INTO erased_order VALUES (?, ?, ?) ON CONFLICT DO NOTHING').run(orderId, identity, nowMs);
    this.sql(`UPDATE order_record SET customer_name = '', billed_as = NULL, snapshot = ? WHERE order_id = ?`).run(
      snapshot && JSON.stringify(snapshot),
      orderId,
    );
    // Questions about a customer name them.
    this.sql(`UPDATE order_record SET reason = json_remove(json_set(reason, '$.message', ?), '$.detail', '$.question')
      WHERE order_id = ? AND reason_code LIKE 'customer.%'`).run('The customer of this order was erased.', orderId);
  }

  /** The account number and the keys stay, so that a later order does not make a second account. */
  eraseCustomer(identity: string, nowMs: number): void {
    this.sql(`
      UPDATE customer SET label = NULL, name = NULL, problem = NULL, mailbox_key = NULL, company_key = NULL, content_hash = NULL,
        profile_hash = NULL, erased_at_ms = ?, account = CASE WHEN account IS NULL THEN NULL ELSE json_set(account, '$.name', '') END
      WHERE identity = ?`).run(nowMs, identity);
  }

  /** Of a webhook only the id counts, which is stored apart: bodies that wait for their age go at once. */
  forgetWebhookBodies(): void {
    this.sql(`UPDATE event SET body = x'' WHERE source = 'webhook' AND length(body) > 0`).run();
  }
}
