import type { Receivables, Trail } from '../apply/ports.ts';
import { err, ok, type Result, rejected } from '../domain/failures.ts';
import { currencyDecimals, minor } from '../domain/money.ts';
import type { Setup } from '../domain/setup.ts';
import type { OrderReason } from '../store/orders.ts';
import type { Store } from '../store/store.ts';
import {
  acceptance,
  acceptedBy,
  DRIFT_CODE,
  DRIFT_QUESTION,
  driftOf,
  type Finding,
  fingerprintOf,
  unknownFinding,
} from './drift.ts';
import type { BookedAction, BookedDocument, OrderBooks } from './order-books.ts';
import type { Period } from './period.ts';
import type { LedgerReader } from './ports.ts';
import { readDocumentBack } from './read-period-back.ts';
import { orderIdOf } from './strangers.ts';

export interface DriftOptions {
  store: Store;
  ledger: LedgerReader;
  receivables: Pick<Receivables, 'applications'>;
  trail: (context: { orderId: number | null; document: string | null }) => Trail;
  setup: () => Setup | null;
  nowMs: () => number;
  breathe: () => Promise<void>;
}

/** Orders looked at in one go. */
const ORDERS_AT_ONCE = 25;

/** Finds what was changed in Oracle by hand, keeps it per order, and lets a person take it as it is or have the order put right. */
export class DriftCheck {
  private readonly options: DriftOptions;

  constructor(options: DriftOptions) {
    this.options = options;
  }

  /**
   * Compares the readings of a period with our record and keeps what differs. An order that was posted then asks a person.
   *
   * Out     orders that differ and that nobody accepted
   */
  async checkPeriod(period: Period, readSinceMs: number): Promise<number> {
    const { store, breathe } = this.options;
    const strangers = this.strangers(period, readSinceMs);
    let open = 0;
    const keep = (books: OrderBooks) => {
      const findings = [...driftOf(books), ...(strangers.get(books.orderId) ?? [])];
      strangers.delete(books.orderId);
      open += this.keep(books, findings) ? 1 : 0;
    };
    for (const ids of store.reads.ordersWithDocuments(period.from, period.to)) {
      for (let at = 0; at < ids.length; at += ORDERS_AT_ONCE) {
        const page = store.reads.books(ids.slice(at, at + ORDERS_AT_ONCE), readSinceMs);
        // What was not read back in this run stays as it was found before.
        const read = page.filter(({ documents, fees }) => [...documents, ...fees].some(({ reading }) => reading !== null));
        await store.write(() => read.forEach(keep));
        await breathe();
      }
    }
    await store.write(() => {
      this.forgetStrangers(period, readSinceMs, new Set(strangers.keys()));
      store.reads.books([...strangers.keys()], readSinceMs).forEach(keep);
    });
    return open;
  }

  /** Reads one order's documents back and compares them. Fails as Oracle fails. */
  async checkOrder(orderId: number): Promise<Result<void>> {
    const { store, ledger, trail, nowMs } = this.options;
    const sinceMs = nowMs();
    const [before] = store.reads.books([orderId], null);
    for (const { number, kind, oracleId } of before ? [...before.documents, ...before.fees] : []) {
      if (!oracleId) continue;
      const read = await readDocumentBack(
        { number, kind, oracleId },
        { ledger, store, nowMs, trail: trail({ orderId, document: number }) },
      );
      if (!read.ok) return read;
    }
    const [books] = store.reads.books([orderId], sinceMs);
    if (books) await store.write(() => this.keep(books, driftOf(books)));
    return ok(undefined);
  }

  /** A person takes what was changed as it is: recorded with the order's decisions, and the order is worked on again. */
  async accept(orderId: number, fingerprint: string, note: string, actor: string): Promise<Result<void>> {
    const { store, nowMs } = this.options;
    const kept = store.reconcile.drift(orderId);
    if (kept?.fingerprint !== fingerprint) {
      return err(
        rejected(
          'drift.changed_meanwhile',
          'What differs in Oracle has changed since this page was loaded.',
          'Reload and look again.',
        ),
      );
    }
    await store.write(() => {
      store.orders.decide(orderId, DRIFT_QUESTION, acceptance(fingerprint), note, actor, nowMs());
      if (store.orders.get(orderId)) store.jobs.mark('order', orderId, nowMs());
    });
    return ok(undefined);
  }

  /**
   * Corrects our record where Oracle no longer shows an application or settlement of ours, so that the plan makes it again; then the
   * order is worked on.
   *
   * Out     actions that were taken as undone
   * Fails   rejected drift.work_under_way; as Oracle fails
   */
  async putRight(orderId: number, actor: string): Promise<Result<number>> {
    const { store, nowMs } = this.options;
    const [now] = store.reads.books([orderId], null);
    if (!now?.order)
      return err(rejected('order.unknown', `AR Bridge has not heard of order ${orderId} yet.`, 'Check the number.'));
    if (now.standing.state === 'posting') {
      return err(rejected('drift.work_under_way', 'Work on this order is under way.', 'Wait for it to end, then try again.'));
    }
    const sinceMs = nowMs();
    const read = await this.checkOrder(orderId);
    if (!read.ok) return read;
    const [books] = store.reads.books([orderId], sinceMs);
    const gone: BookedAction[] = [];
    for (const action of books?.actions ?? []) {
      const still = await this.stillThere(action, books?.documents ?? []);
      if (!still.ok) return still;
      if (!still.value) gone.push(action);
    }
    await store.write(() => {
      store.orders.decide(orderId, DRIFT_QUESTION, 'put-right', '', actor, nowMs());
      for (const action of gone) store.documents.actionUndone(action.id);
      for (const { number, reading } of books?.documents ?? []) {
        if (reading?.open !== null && reading?.open !== undefined) store.documents.setOpen(number, minor(reading.open));
      }
      store.jobs.mark('order', orderId, nowMs());
    });
    return ok(gone.length);
  }

  /** True where Oracle still shows an application or settlement of ours; anything else cannot be put right by applying again. */
  private async stillThere(action: BookedAction, documents: readonly BookedDocument[]): Promise<Result<boolean>> {
    const applies = action.kind === 'apply-receipt' || action.kind === 'apply-credit-memo' || action.kind === 'settle';
    const from = documents.find(({ number }) => number === action.from);
    if (!applies || action.state !== 'done' || !from?.oracleId || from.kind === 'invoice' || from.reading?.found === false)
      return ok(true);
    const accountNumber = this.options.store.documents.get(from.number)?.billTo.accountNumber ?? '';
    const rows = await this.options.receivables.applications(
      { from: { kind: from.kind, id: from.oracleId, number: from.number }, accountNumber, decimals: from.decimals },
      this.options.trail({ orderId: null, document: from.number }),
    );
    if (!rows.ok) return rows;
    const same = rows.value.some(
      (row) =>
        row.isLatest &&
        (action.applicationId === null || row.id === action.applicationId) &&
        (action.to === null ? row.activity === action.activity : row.to === action.to),
    );
    return ok(same);
  }

  /** Inside a write. True while the order differs and nobody accepted it. */
  private keep(books: OrderBooks, findings: readonly Finding[]): boolean {
    const { store, nowMs } = this.options;
    const { orderId } = books;
    const record = store.orders.get(orderId);
    if (findings.length === 0) {
      if (store.reconcile.endDrift(orderId) && record?.reason?.code === DRIFT_CODE) store.jobs.mark('order', orderId, nowMs());
      return false;
    }
    const fingerprint = fingerprintOf(findings);
    store.reconcile.saveDrift(orderId, fingerprint, JSON.stringify(findings), nowMs());
    if (acceptedBy(books.decisions, fingerprint)) return false;
    if (record && (record.state === 'posted' || record.reason?.code === DRIFT_CODE) && !books.standing.queued) {
      store.orders.setState(orderId, 'attention', reasonFor(findings, fingerprint), null, nowMs());
    }
    return true;
  }

  /** Documents with our prefix that we have no record of, by the order that they name if it is ours, else together under 0. */
  private strangers({ from, to }: Period, readSinceMs: number): Map<number, Finding[]> {
    const { store, setup } = this.options;
    const prefix = setup()?.prefix ?? '';
    const byOrder = new Map<number, Finding[]>();
    for (const page of store.reads.unknownBetween(from, to, readSinceMs)) {
      for (const reading of page) {
        const decimals = currencyDecimals(reading.currency ?? '');
        const named = orderIdOf(reading, prefix);
        const orderId = store.orders.get(named) ? named : 0;
        const findings = byOrder.get(orderId) ?? [];
        if (findings.length < MOST_UNKNOWN) findings.push(unknownFinding(reading, decimals.ok ? decimals.value : 2));
        byOrder.set(orderId, findings);
      }
    }
    return byOrder;
  }

  /** Inside a write: strangers of the period that Oracle did not show again, or that we know by now. */
  private forgetStrangers({ from, to }: Period, readSinceMs: number, still: ReadonlySet<number>): void {
    const { store } = this.options;
    const isOver = ({ document, aspect }: Finding): boolean => {
      const reading = store.reconcile.reading(document);
      const day = reading?.accountingDate ?? '';
      const readAgain = day < from || day > to || (reading?.readAtMs ?? 0) >= readSinceMs;
      return aspect === 'unknown' && (reading === null || !readAgain || store.documents.get(document) !== null);
    };
    for (const { orderId, findings } of store.reconcile.drifts(MOST_UNKNOWN)) {
      if (!still.has(orderId) && (JSON.parse(findings) as Finding[]).every(isOver)) store.reconcile.endDrift(orderId);
    }
  }
}

/** More are the same case: a database that was lost, or a prefix that somebody else uses. */
const MOST_UNKNOWN = 200;

function reasonFor(findings: readonly Finding[], fingerprint: string): OrderReason {
  const [first] = findings;
  const more = findings.length > 1 ? ` (and ${findings.length - 1} more)` : '';
  return {
    code: DRIFT_CODE,
    message: `Changed in Oracle by hand: ${first?.message ?? ''}${more}`,
    action: 'Compare both sides on the Reconciliation tab: put it right there, or take it as it is.',
    question: { id: DRIFT_QUESTION, choices: [{ id: acceptance(fingerprint), label: 'Take it as it is' }] },
  };
}
