import { deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Day } from '../domain/dates.ts';
import type { Reading } from '../reconcile/order-books.ts';
import { type Db, statements } from './database.ts';
import { type ReadingRow, toReading } from './reconcile-reads.ts';

export interface DriftRecord {
  orderId: number;
  fingerprint: string;
  /** JSON; reconcile/drift.ts knows its shape. */
  findings: string;
  firstSeenMs: number;
  seenAtMs: number;
}

export interface RunRecord {
  id: number;
  asked: string;
  actor: string;
  state: 'running' | 'done' | 'failed';
  progress: string;
  startedAtMs: number;
  endedAtMs: number | null;
  result: string | null;
}

export interface CertificateRecord {
  id: number;
  fromDay: Day;
  toDay: Day;
  madeAtMs: number;
  actor: string;
  sha256: string;
  /** Canonical JSON, the bytes that the hash is of. */
  data: string;
  /** Hash per order, see reconcile/certificate.ts. */
  orders: Buffer;
}

/** What reconciliation keeps: readings, drift, runs, certificates. Reads are plain; writes go inside Committer.write. */
export class ReconcileRecords {
  private readonly sql;

  constructor(db: Db) {
    this.sql = statements(db);
  }

  saveReadings(readings: readonly Reading[]): void {
    const save = this.sql(`INSERT OR REPLACE INTO oracle_reading VALUES
      (:number, :kind, :oracleId, :readAtMs, :found, :currency, :entered, :open, :accountingDate, :status, :reversedOn, :crossReference,
       :accountNumber, :businessUnit, :renamedTo)`);
    for (const reading of readings) save.run({ ...reading, found: reading.found ? 1 : 0 });
  }

  /** What a list told under a number that turned out to be another document of ours. */
  forgetReading(number: string): void {
    this.sql('DELETE FROM oracle_reading WHERE number = ?').run(number);
  }

  reading(number: string): Reading | null {
    const row = this.sql('SELECT * FROM oracle_reading WHERE number = ?').get(number) as ReadingRow | undefined;
    return row ? toReading(row) : null;
  }

  /** The latest reading at all: what a page says about how old Oracle's word is. */
  lastReadMs(): number | null {
    return this.sql('SELECT max(read_at_ms) FROM oracle_reading').pluck().get() as number | null;
  }

  drift(orderId: number): DriftRecord | null {
    const row = this.sql('SELECT * FROM order_drift WHERE order_id = ?').get(orderId) as DriftRow | undefined;
    return row ? toDrift(row) : null;
  }

  drifts(limit: number): DriftRecord[] {
    return (
      this.sql('SELECT * FROM order_drift ORDER BY first_seen_ms DESC, order_id DESC LIMIT ?').all(limit) as DriftRow[]
    ).map(toDrift);
  }

  driftCount(): number {
    return this.sql('SELECT count(*) FROM order_drift').pluck().get() as number;
  }

  saveDrift(orderId: number, fingerprint: string, findings: string, nowMs: number): void {
    this.sql(`INSERT INTO order_drift VALUES (:orderId, :fingerprint, :findings, :now, :now)
      ON CONFLICT (order_id) DO UPDATE SET findings = :findings, seen_at_ms = :now, fingerprint = :fingerprint,
        first_seen_ms = CASE fingerprint WHEN :fingerprint THEN first_seen_ms ELSE :now END`).run({
      orderId,
      fingerprint,
      findings,
      now: nowMs,
    });
  }

  endDrift(orderId: number): boolean {
    return this.sql('DELETE FROM order_drift WHERE order_id = ?').run(orderId).changes > 0;
  }

  startRun(asked: string, actor: string, nowMs: number): number {
    const id = this.sql(
      `INSERT INTO reconcile_run (asked, actor, state, progress, started_at_ms) VALUES (?, ?, 'running', '{}', ?)`,
    ).run(asked, actor, nowMs).lastInsertRowid;
    // Of each actor its own: nights that fail one after the other must not push out what people ran.
    this.sql(`DELETE FROM reconcile_run WHERE actor = :actor
      AND id <= (SELECT id FROM reconcile_run WHERE actor = :actor ORDER BY id DESC LIMIT 1 OFFSET :kept)`).run({
      actor,
      kept: KEPT_RUNS,
    });
    return Number(id);
  }

  progressRun(id: number, progress: string): void {
    this.sql('UPDATE reconcile_run SET progress = ? WHERE id = ?').run(progress, id);
  }

  endRun(id: number, state: 'done' | 'failed', result: string, nowMs: number): void {
    this.sql('UPDATE reconcile_run SET state = ?, result = ?, ended_at_ms = ? WHERE id = ?').run(
      state,
      deflate(result),
      nowMs,
      id,
    );
  }

  /** At start: what a crashed process was at is not going on. */
  endAbandonedRuns(result: string, nowMs: number): void {
    this.sql(`UPDATE reconcile_run SET state = 'failed', result = ?, ended_at_ms = ? WHERE state = 'running'`).run(
      deflate(result),
      nowMs,
    );
  }

  run(id: number): RunRecord | null {
    const row = this.sql('SELECT * FROM reconcile_run WHERE id = ?').get(id) as RunRow | undefined;
    return row ? toRun(row) : null;
  }

  /** Newest first, without results. */
  runs(limit: number): RunRecord[] {
    const rows = this.sql(`${RUN_HEAD} ORDER BY id DESC LIMIT ?`).all(limit) as RunRow[];
    return rows.map(toRun);
  }

  /** The same of one actor. */
  runsBy(actor: string, limit: number): RunRecord[] {
    const rows = this.sql(`${RUN_HEAD} WHERE actor = ? ORDER BY id DESC LIMIT ?`).all(actor, limit) as RunRow[];
    return rows.map(toRun);
  }

  saveCertificate(certificate: Omit<CertificateRecord, 'id'>): number {
    const { fromDay, toDay, madeAtMs, actor, sha256, data, orders } = certificate;
    const values = [fromDay, toDay, madeAtMs, actor, sha256, deflate(data), deflateRawSync(orders)];
    return Number(
      this.sql(
        'INSERT INTO certificate (from_day, to_day, made_at_ms, actor, sha256, data, orders) VALUES (?, ?, ?, ?, ?, ?, ?)',
      ).run(...values).lastInsertRowid,
    );
  }

  certificate(id: number): CertificateRecord | null {
    const row = this.sql('SELECT * FROM certificate WHERE id = ?').get(id) as CertificateRow | undefined;
    return row ? toCertificate(row) : null;
  }

  lastCertificate(fromDay: Day, toDay: Day): CertificateRecord | null {
    const row = this.sql('SELECT * FROM certificate WHERE from_day = ? AND to_day = ? ORDER BY id DESC LIMIT 1').get(
      fromDay,
      toDay,
    ) as CertificateRow | undefined;
    return row ? toCertificate(row) : null;
  }

  certificates(limit: number): Omit<CertificateRecord, 'data' | 'orders'>[] {
    return this.sql(`SELECT id, from_day AS fromDay, to_day AS toDay, made_at_ms AS madeAtMs, actor, sha256 FROM certificate
      ORDER BY id DESC LIMIT ?`).all(limit) as Omit<CertificateRecord, 'data' | 'orders'>[];
  }
}

/** Older runs go: a certificate is what stays. */
export const KEPT_RUNS = 30;

const RUN_HEAD = `SELECT id, asked, actor, state, progress, started_at_ms, ended_at_ms, NULL AS result FROM reconcile_run`;

interface DriftRow {
  order_id: number;
  fingerprint: string;
  findings: string;
  first_seen_ms: number;
  seen_at_ms: number;
}
interface RunRow {
  id: number;
  asked: string;
  actor: string;
  state: RunRecord['state'];
  progress: string;
  started_at_ms: number;
  ended_at_ms: number | null;
  result: Buffer | null;
}
interface CertificateRow {
  id: number;
  from_day: string;
  to_day: string;
  made_at_ms: number;
  actor: string;
  sha256: string;
  data: Buffer;
  orders: Buffer;
}

const toDrift = (row: DriftRow): DriftRecord => ({
  orderId: row.order_id,
  fingerprint: row.fingerprint,
  findings: row.findings,
  firstSeenMs: row.first_seen_ms,
  seenAtMs: row.seen_at_ms,
});

const toRun = (row: RunRow): RunRecord => ({
  id: row.id,
  asked: row.asked,
  actor: row.actor,
  state: row.state,
  progress: row.progress,
  startedAtMs: row.started_at_ms,
  endedAtMs: row.ended_at_ms,
  result: row.result ? inflate(row.result) : null,
});

const toCertificate = (row: CertificateRow): CertificateRecord => ({
  id: row.id,
  fromDay: row.from_day,
  toDay: row.to_day,
  madeAtMs: row.made_at_ms,
  actor: row.actor,
  sha256: row.sha256,
  data: inflate(row.data),
  orders: inflateRawSync(row.orders),
});

const deflate = (text: string): Buffer => deflateRawSync(text);
const inflate = (bytes: Buffer): string => inflateRawSync(bytes).toString('utf8');
