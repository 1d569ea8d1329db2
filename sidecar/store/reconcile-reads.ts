import type { Day } from '../domain/dates.ts';
import type { StoreOrder } from '../domain/order.ts';
import type { Decision } from '../domain/posted.ts';
import type { DocumentKind, DocumentPurpose, RecordKind } from '../domain/references.ts';
import type { OrderState } from '../domain/states.ts';
import type { BookedAction, BookedDocument, BookedFee, OrderBooks, Reading } from '../reconcile/order-books.ts';
import { type Db, statements } from './database.ts';
import { type PaymentRow, toPayment } from './events.ts';

/** Rows of one read: a page of them takes a few milliseconds. */
const PAGE = 2_000;

/** Plain reads over orders, documents and readings for a reconciliation; nothing here writes, so a read-only connection will do. */
export class ReconcileReads {
  private readonly sql;

  constructor(db: Db) {
    this.sql = statements(db);
  }

  /**
   * Orders that something of a day may belong to, in pages, each order once: placed, paid, refunded in the instants; documents dated the
   * day by us or, if read back since `readSinceMs`, by Oracle.
   */
  *ordersOfDay(day: Day, instants: { from: string; to: string }, readSinceMs: number | null): Generator<number[]> {
    const seen = new Set<number>();
    const fresh = (ids: number[]) => ids.filter((id) => !seen.has(id) && seen.add(id));
    for (const [text, order] of BY_INSTANT) {
      // Rows of one instant may be split over two pages: the second begins at that instant again, and `seen` sorts them out.
      let { from } = instants;
      for (let offset = 0; ; ) {
        const rows = this.sql(`${text} ORDER BY ${order} LIMIT ${PAGE} OFFSET ?`).all(from, instants.to, offset) as IdAt[];
        yield fresh(rows.map((row) => row.id));
        const last = rows.at(-1)?.at;
        if (rows.length < PAGE || last === undefined) break;
        offset = last === from ? offset + PAGE : 0;
        from = last;
      }
    }
    yield* this.pages('SELECT rowid AS at, order_id AS id FROM document WHERE accounting_date = ? AND rowid > ?', [day], fresh);
    const reversals = this.sql(
      `SELECT order_id FROM action WHERE kind = 'reverse-receipt' AND accounting_date = ?
       UNION SELECT order_id FROM action
       WHERE kind = 'reverse-receipt' AND accounting_date IS NULL AND done_at_ms >= ? AND done_at_ms < ?`,
    );
    yield fresh(reversals.pluck().all(day, Date.parse(instants.from), Date.parse(instants.to)) as number[]);
    if (readSinceMs === null) return;
    const reading = `FROM oracle_reading JOIN document USING (number) WHERE read_at_ms >= ? AND`;
    for (const dated of ['oracle_reading.accounting_date', 'oracle_reading.reversed_on']) {
      yield* this.pages(
        `SELECT oracle_reading.rowid AS at, order_id AS id ${reading} ${dated} = ? AND oracle_reading.rowid > ?`,
        [readSinceMs, day],
        fresh,
      );
    }
  }

  /** Everything kept of these orders. Documents carry their reading when it is not older than `readSinceMs`. */
  books(orderIds: readonly number[], readSinceMs: number | null): OrderBooks[] {
    const ids = JSON.stringify(orderIds);
    const of = <T extends { order_id: number }>(text: string, ...more: unknown[]): Map<number, T[]> =>
      grouped(this.sql(text).all(ids, ...more) as T[]);
    const payments = of<PaymentRow & { order_id: number }>(
      `SELECT * FROM payment WHERE order_id IN ${THESE} ORDER BY paid_at, id`,
    );
    const documents = of<DocumentRow>(
      `SELECT ${DOCUMENT} FROM document WHERE order_id IN ${THESE} AND state <> 'refused' ORDER BY order_id, seq`,
    );
    const actions = of<ActionRow>(
      `SELECT ${ACTION} FROM action WHERE order_id IN ${THESE} AND state IN ('done', 'sending') ORDER BY id`,
    );
    const decisions = of<DecisionRow>(
      `SELECT order_id, question, choice, actor, at_ms FROM decision WHERE order_id IN ${THESE} ORDER BY id`,
    );
    const queued = new Set(
      this.sql(`SELECT object_id FROM job WHERE kind = 'order' AND object_id IN ${THESE}`).pluck().all(ids) as number[],
    );
    const readings =
      readSinceMs === null ? new Map<string, Reading>() : this.readingsOf([...documents.values()].flat(), readSinceMs);
    const orders = this.sql(`SELECT ${ORDER} FROM order_record WHERE order_id IN ${THESE}`).all(ids) as OrderRow[];
    const known = new Map(orders.map((row) => [row.order_id, row]));
    return orderIds.map((orderId) => {
      const row = known.get(orderId);
      const order = row?.snapshot ? (JSON.parse(row.snapshot) as StoreOrder) : null;
      if (order) order.payments = (payments.get(orderId) ?? []).map((payment) => toPayment(payment, order));
      const booked = (documents.get(orderId) ?? []).map((document) =>
        toDocument(document, readings.get(document.number) ?? null),
      );
      const reason = row?.reason ? (JSON.parse(row.reason) as { message: string; action?: string }) : null;
      return {
        orderId,
        number: row?.number ?? '',
        order,
        standing: {
          state: row?.state ?? 'new',
          code: row?.reason_code ?? null,
          message: reason?.message ?? null,
          action: reason?.action || null,
          queued: queued.has(orderId),
        },
        decisions: (decisions.get(orderId) ?? []).map(toDecision),
        documents: booked.filter((document) => document.kind !== 'gateway-fee'),
        fees: booked.filter((document) => document.kind === 'gateway-fee'),
        actions: (actions.get(orderId) ?? []).map(toAction),
      };
    });
  }

  /** Ids of orders that are placed between two instants and live in the store as far as we know, for a comparison with its own list. */
  placedBetween(from: string, to: string): number[] {
    return this.sql(`SELECT order_id FROM order_record WHERE created_at >= ? AND created_at < ?
      AND store_status NOT IN ('trash', 'deleted', 'checkout-draft')`)
      .pluck()
      .all(from, to) as number[];
  }

  known(orderIds: readonly number[]): Set<number> {
    return new Set(
      this.sql(`SELECT order_id FROM order_record WHERE order_id IN ${THESE}`).pluck().all(JSON.stringify(orderIds)) as number[],
    );
  }

  /** Documents that Oracle dates in a period, that carry our prefix and that we have no record of, in pages. */
  *unknownBetween(from: Day, to: Day, readSinceMs: number): Generator<Reading[]> {
    const text = `SELECT r.rowid AS at, r.* FROM oracle_reading r WHERE r.read_at_ms >= ? AND r.accounting_date >= ? AND r.accounting_date <= ?
      AND r.found = 1 AND NOT EXISTS (SELECT 1 FROM document WHERE document.number = r.number) AND r.rowid > ?
      ORDER BY r.rowid LIMIT ${PAGE}`;
    for (let after = 0; ; ) {
      const rows = this.sql(text).all(readSinceMs, from, to, after) as (ReadingRow & { at: number })[];
      yield rows.map(toReading);
      if (rows.length < PAGE) return;
      after = rows.at(-1)?.at ?? 0;
    }
  }

  /**
   * Posted documents dated a day whose last reading is older than an instant: those a list of Oracle left out. One posted after
   * `settledMs` may not show yet, and is not among them.
   */
  *unreadDocuments(
    day: Day,
    sinceMs: number,
    settledMs: number,
  ): Generator<{ number: string; kind: RecordKind; oracleId: string }[]> {
    const text = `SELECT d.rowid AS at, d.number, d.kind, d.oracle_id AS oracleId FROM document d LEFT JOIN oracle_reading r USING (number)
      WHERE d.accounting_date = ? AND d.state = 'posted' AND d.oracle_id IS NOT NULL AND coalesce(r.read_at_ms, 0) < ? AND d.posted_at_ms < ? AND d.rowid > ?
      ORDER BY d.rowid LIMIT ${PAGE}`;
    for (let after = 0; ; ) {
      const rows = this.sql(text).all(day, sinceMs, settledMs, after) as {
        at: number;
        number: string;
        kind: RecordKind;
        oracleId: string;
      }[];
      yield rows.map(({ number, kind, oracleId }) => ({ number, kind, oracleId }));
      if (rows.length < PAGE) return;
      after = rows.at(-1)?.at ?? 0;
    }
  }

  /** Orders with documents dated in a period, in pages. */
  *ordersWithDocuments(from: Day, to: Day): Generator<number[]> {
    for (let after = -1; ; ) {
      const ids = this.sql(`SELECT DISTINCT order_id FROM document
        WHERE accounting_date >= ? AND accounting_date <= ? AND order_id > ? ORDER BY order_id LIMIT ${PAGE}`)
        .pluck()
        .all(from, to, after) as number[];
      yield ids;
      if (ids.length < PAGE) return;
      after = ids.at(-1) ?? 0;
    }
  }

  /**
   * Documents dated up to a day that are open, in pages: receivables, unapplied receipts, open credit memos. By what Oracle showed since
   * `readSinceMs`, unless it was read before our last action on the document; else by our record.
   */
  *openDocuments(to: Day, readSinceMs: number | null): Generator<OpenDocument[]> {
    const since = readSinceMs ?? Number.MAX_SAFE_INTEGER;
    const text = `SELECT * FROM (
      SELECT d.rowid AS at, d.order_id AS orderId, d.number, d.kind, d.currency, d.decimals,
        CASE WHEN r.number IS NULL THEN d.open_minor WHEN r.found = 0 OR r.status = 'Incomplete' THEN 0
          ELSE coalesce(r.open_minor, d.open_minor) END AS open,
        d.accounting_date AS accountingDate, d.business_unit AS businessUnit
      FROM document d LEFT JOIN oracle_reading r ON r.number = d.number AND r.read_at_ms >= ? AND NOT EXISTS (
        SELECT 1 FROM action a WHERE a.order_id = d.order_id AND a.done_at_ms >= r.read_at_ms AND d.number IN (a.from_number, a.to_number))
      WHERE d.rowid > ? AND d.rowid <= ? AND d.state = 'posted' AND d.kind <> 'gateway-fee' AND d.accounting_date <= ?)
      WHERE open <> 0`;
    const last = (this.sql('SELECT max(rowid) FROM document').pluck().get() as number | null) ?? 0;
    for (let after = 0; after < last; after += PAGE) {
      yield (this.sql(text).all(since, after, after + PAGE, to) as (OpenDocument & { at: number })[]).map(
        ({ at: _at, ...row }) => row,
      );
    }
  }

  /**
   * Orders by state that are not done, for the open items: those that wait, need a person, were rejected, or were never read. `action` where
   * one sentence holds for all of them.
   */
  notPosted(to: string): {
    state: OrderState;
    code: string | null;
    action: string;
    currency: string;
    decimals: number;
    orders: number;
    total: number;
  }[] {
    const said = `coalesce(reason ->> '$.action', '')`;
    return this.sql(`SELECT state, reason_code AS code, iif(count(DISTINCT ${said}) = 1, min(${said}), '') AS action, currency,
        max(decimals) AS decimals, count(*) AS orders, sum(total_minor) AS total
      FROM order_record WHERE state IN ('new', 'posting', 'waiting', 'attention', 'rejected') AND created_at < ?
      GROUP BY state, reason_code, currency ORDER BY state, reason_code, currency`).all(to) as ReturnType<
      ReconcileReads['notPosted']
    >;
  }

  private *pages(text: string, values: unknown[], fresh: (ids: number[]) => number[]): Generator<number[]> {
    for (let after = 0; ; ) {
      const rows = this.sql(`${text} ORDER BY at LIMIT ${PAGE}`).all(...values, after) as { at: number; id: number }[];
      yield fresh(rows.map((row) => row.id));
      if (rows.length < PAGE) return;
      after = rows.at(-1)?.at ?? 0;
    }
  }

  private readingsOf(documents: readonly DocumentRow[], sinceMs: number): Map<string, Reading> {
    const numbers = JSON.stringify(documents.map((document) => document.number));
    const rows = this.sql(`SELECT * FROM oracle_reading WHERE read_at_ms >= ? AND number IN ${THESE}`).all(sinceMs, numbers);
    return new Map((rows as ReadingRow[]).map((row) => [row.number, toReading(row)]));
  }
}

export interface OpenDocument {
  orderId: number;
  number: string;
  kind: DocumentKind;
  currency: string;
  decimals: number;
  open: number;
  accountingDate: Day;
  businessUnit: string;
}

const THESE = '(SELECT value FROM json_each(?))';
const BY_INSTANT = [
  ['SELECT order_id AS id, created_at AS at FROM order_record WHERE created_at >= ? AND created_at < ?', 'created_at'],
  ['SELECT order_id AS id, paid_at AS at FROM payment WHERE paid_at >= ? AND paid_at < ?', 'paid_at'],
  ['SELECT order_id AS id, created_at AS at FROM store_refund WHERE created_at >= ? AND created_at < ?', 'created_at'],
] as const;
const ORDER = 'order_id, number, state, reason_code, reason, snapshot';
// The columns before the large ones first: SQLite reads a row from its front.
const DOCUMENT = `order_id, number, kind, what, state, amount_minor, currency, decimals, oracle_id, entered_minor, open_minor, document_date,
  accounting_date, tax_mode, business_unit, wrong`;
const ACTION = `id, order_id, kind, from_number, to_number, activity, amount_minor, state, application_id, accounting_date,
  done_at_ms`;

interface IdAt {
  id: number;
  at: string;
}
interface OrderRow {
  order_id: number;
  number: string;
  state: OrderState;
  reason_code: string | null;
  reason: string | null;
  snapshot: string | null;
}
interface DocumentRow {
  order_id: number;
  number: string;
  kind: RecordKind;
  what: string;
  state: 'sending' | 'posted';
  amount_minor: number;
  currency: string;
  decimals: number;
  oracle_id: string | null;
  entered_minor: number | null;
  open_minor: number | null;
  document_date: string;
  accounting_date: string;
  tax_mode: 'lines' | 'oracle' | 'account';
  business_unit: string;
  wrong: number;
}
interface ActionRow {
  id: number;
  order_id: number;
  kind: BookedAction['kind'];
  from_number: string;
  to_number: string | null;
  activity: string | null;
  amount_minor: number;
  state: 'sending' | 'done';
  application_id: string | null;
  accounting_date: string | null;
  done_at_ms: number | null;
}
interface DecisionRow {
  order_id: number;
  question: string;
  choice: string;
  actor: string;
  at_ms: number;
}
export interface ReadingRow {
  number: string;
  kind: RecordKind;
  oracle_id: string;
  read_at_ms: number;
  found: number;
  currency: string | null;
  entered_minor: number | null;
  open_minor: number | null;
  accounting_date: string | null;
  status: string | null;
  reversed_on: string | null;
  cross_reference: string | null;
  account_number: string | null;
  business_unit: string | null;
  renamed_to: string | null;
}

function grouped<T extends { order_id: number }>(rows: readonly T[]): Map<number, T[]> {
  const groups = new Map<number, T[]>();
  for (const row of rows) {
    const group = groups.get(row.order_id);
    if (group) group.push(row);
    else groups.set(row.order_id, [row]);
  }
  return groups;
}

const toDecision = ({ question, choice, actor, at_ms }: DecisionRow): Decision => ({
  question,
  choice,
  by: actor,
  at: new Date(at_ms).toISOString(),
});

const toDocument = (row: DocumentRow, reading: Reading | null): BookedDocument | BookedFee => ({
  number: row.number,
  kind: row.kind,
  what: JSON.parse(row.what) as DocumentPurpose,
  state: row.state,
  oracleId: row.oracle_id,
  sent: row.amount_minor,
  held: row.entered_minor ?? row.amount_minor,
  open: row.open_minor ?? row.entered_minor ?? row.amount_minor,
  currency: row.currency,
  decimals: row.decimals,
  documentDate: row.document_date,
  accountingDate: row.accounting_date,
  businessUnit: row.business_unit,
  taxMode: row.tax_mode,
  wrong: row.wrong === 1,
  reading,
});

const toAction = (row: ActionRow): BookedAction => ({
  id: row.id,
  kind: row.kind,
  from: row.from_number,
  to: row.to_number,
  activity: row.activity,
  amount: row.amount_minor,
  state: row.state,
  applicationId: row.application_id,
  accountingDate: row.accounting_date,
  doneAtMs: row.done_at_ms,
});

export const toReading = (row: ReadingRow): Reading => ({
  number: row.number,
  kind: row.kind,
  oracleId: row.oracle_id,
  readAtMs: row.read_at_ms,
  found: row.found === 1,
  currency: row.currency,
  entered: row.entered_minor,
  open: row.open_minor,
  accountingDate: row.accounting_date,
  status: row.status,
  reversedOn: row.reversed_on,
  crossReference: row.cross_reference,
  accountNumber: row.account_number,
  businessUnit: row.business_unit,
  renamedTo: row.renamed_to,
});
