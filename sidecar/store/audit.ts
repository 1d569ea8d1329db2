import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { type Db, statements } from './database.ts';

export interface AuditRow {
  orderId: number | null;
  document: string | null;
  system: string;
  operation: string;
  method: string;
  path: string;
  status: number | null;
  startedAtMs: number;
  durationMs: number;
  outcome: string;
  oracleIds: string[];
  actor: string;
  /** Already redacted. */
  request: string | null;
  response: string | null;
}

export interface StoredAuditRow extends Omit<AuditRow, 'request' | 'response' | 'startedAtMs'> {
  seq: number;
  atMs: number;
  hash: string;
  previousHash: string;
}

/** The hash before the first row. */
export const GENESIS = '0'.repeat(64);

/**
 * The audit trail: one row per attempt, append-only (triggers refuse changes), each holding the SHA-256 of the row before it.
 * Appends go inside Committer.write; bodies lie apart, deflated, and are covered by the chain through their hash.
 */
export class Audit {
  private readonly sql;

  constructor(db: Db) {
    this.sql = statements(db);
  }

  append(row: AuditRow): number {
    const bodyHash = hashOf([row.request, row.response]);
    // Read, not remembered: a group that is rolled back must not leave a head that was never written.
    const last = this.anchor();
    const seq = last.seq + 1;
    const previous = last.hash;
    const atMs = Math.round(row.startedAtMs);
    const oracleIds = row.oracleIds.join(' ');
    const fields = [
      seq,
      atMs,
      row.orderId,
      row.document,
      row.system,
      row.operation,
      row.method,
      row.path,
      row.status,
      row.durationMs,
      row.outcome,
      oracleIds,
      row.actor,
      bodyHash,
      previous,
    ];
    const hash = hashOf(fields);
    this.sql('INSERT INTO audit VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)').run(...fields, hash);
    if (row.request !== null || row.response !== null) {
      this.sql('INSERT INTO audit_body VALUES (?, ?, ?)').run(seq, deflate(row.request), deflate(row.response));
    }
    return seq;
  }

  /** Newest first. `before` is a seq. */
  list(filter: {
    fromMs?: number;
    toMs?: number;
    orderId?: number;
    document?: string;
    result?: 'ok' | 'failed';
    /** Attempts to change something in Oracle, whether they went through or not. */
    writes?: boolean;
    before?: number;
    limit: number;
  }): StoredAuditRow[] {
    const where: string[] = [];
    const values: Record<string, unknown> = { limit: filter.limit };
    const add = (clause: string, name: string, value: unknown) => {
      where.push(clause);
      values[name] = value;
    };
    // Time bounds become seq bounds: rows are written in order of time, and seq is what the page walks along.
    if (filter.fromMs !== undefined) add('seq >= :fromSeq', 'fromSeq', this.seqAt(filter.fromMs));
    if (filter.toMs !== undefined) add('seq < :toSeq', 'toSeq', this.seqAt(filter.toMs));
    if (filter.orderId !== undefined) add('order_id = :orderId', 'orderId', filter.orderId);
    if (filter.document) add('document = :document', 'document', filter.document);
    if (filter.result === 'ok') where.push(`outcome = 'ok'`);
    if (filter.result === 'failed') where.push(`outcome <> 'ok'`);
    if (filter.writes) where.push(WRITES);
    if (filter.before !== undefined) add('seq < :before', 'before', filter.before);
    const clause = where.length > 0 ? `WHERE ${where.join(' AND ')}` : '';
    return (this.sql(`SELECT * FROM audit ${clause} ORDER BY seq DESC LIMIT :limit`).all(values) as Row[]).map(toStored);
  }

  get(seq: number): (StoredAuditRow & { request: string | null; response: string | null }) | null {
    const row = this.sql('SELECT * FROM audit WHERE seq = ?').get(seq) as Row | undefined;
    if (!row) return null;
    const body = this.sql('SELECT request, response FROM audit_body WHERE seq = ?').get(seq) as BodyRow | undefined;
    return { ...toStored(row), request: inflate(body?.request), response: inflate(body?.response) };
  }

  /**
   * Walks the whole chain.
   *
   * Out     rows read, the head, and the first row that does not fit; `anchor` (a head written down elsewhere) finds a cut tail
   */
  verify(anchor?: { seq: number; hash: string }): { rows: number; head: string; firstBad: { seq: number; why: string } | null } {
    let previous = GENESIS;
    let expected = 1;
    let rows = 0;
    const bad = (seq: number, why: string) => ({ rows, head: previous, firstBad: { seq, why } });
    const all = this.sql('SELECT audit.*, request, response FROM audit LEFT JOIN audit_body USING (seq) ORDER BY seq');
    for (const row of all.iterate() as IterableIterator<Row & BodyRow>) {
      if (row.seq !== expected) return bad(expected, `row ${expected} is missing`);
      if (row.previous_hash !== previous) return bad(row.seq, 'it does not follow the row before it');
      if (hashOf([inflate(row.request), inflate(row.response)]) !== row.body_hash)
        return bad(row.seq, 'its request or answer was changed');
      if (hashOf(fieldsOf(row)) !== row.hash) return bad(row.seq, 'it was changed');
      if (anchor?.seq === row.seq && anchor.hash !== row.hash) return bad(row.seq, 'it is not the row that was anchored');
      previous = row.hash;
      expected += 1;
      rows += 1;
    }
    if (anchor && anchor.seq >= expected) return bad(expected, `the trail ends before the anchored row ${anchor.seq}`);
    return { rows, head: previous, firstBad: null };
  }

  /** The last row's number and hash, to be written down outside. */
  anchor(): { seq: number; hash: string } {
    const row = this.sql('SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1').get() as
      | { seq: number; hash: string }
      | undefined;
    return row ?? { seq: 0, hash: GENESIS };
  }

  private seqAt(ms: number): number {
    const seq = this.sql('SELECT seq FROM audit WHERE at_ms >= ? ORDER BY at_ms, seq LIMIT 1').pluck().get(ms) as
      | number
      | undefined;
    return seq ?? Number.MAX_SAFE_INTEGER;
  }
}

/** The index audit_writes holds its first two terms. SOAP reads by POST too, and names those operations "read ..."; a token is no change. */
const WRITES = `system = 'oracle' AND method <> 'GET' AND operation NOT GLOB 'read *' AND operation <> 'get token'`;

interface Row {
  seq: number;
  at_ms: number;
  order_id: number | null;
  document: string | null;
  system: string;
  operation: string;
  method: string;
  path: string;
  status: number | null;
  duration_ms: number;
  outcome: string;
  oracle_ids: string;
  actor: string;
  body_hash: string;
  previous_hash: string;
  hash: string;
}
interface BodyRow {
  request: Buffer | null;
  response: Buffer | null;
}

const fieldsOf = (row: Row): unknown[] => [
  row.seq,
  row.at_ms,
  row.order_id,
  row.document,
  row.system,
  row.operation,
  row.method,
  row.path,
  row.status,
  row.duration_ms,
  row.outcome,
  row.oracle_ids,
  row.actor,
  row.body_hash,
  row.previous_hash,
];

const toStored = (row: Row): StoredAuditRow => ({
  seq: row.seq,
  atMs: row.at_ms,
  orderId: row.order_id,
  document: row.document,
  system: row.system,
  operation: row.operation,
  method: row.method,
  path: row.path,
  status: row.status,
  durationMs: row.duration_ms,
  outcome: row.outcome,
  oracleIds: row.oracle_ids ? row.oracle_ids.split(' ') : [],
  actor: row.actor,
  hash: row.hash,
  previousHash: row.previous_hash,
});

/** JSON keeps the fields apart: no two different rows give the same text. */
const hashOf = (fields: unknown[]): string => createHash('sha256').update(JSON.stringify(fields)).digest('hex');
const deflate = (text: string | null): Buffer | null => (text === null ? null : deflateRawSync(text, { level: 1 }));
const inflate = (bytes: Buffer | null | undefined): string | null => {
  if (!bytes) return null;
  try {
    return inflateRawSync(bytes).toString('utf8');
  } catch {
    return '\u0000unreadable'; // a flipped byte must fail the chain, not the reader
  }
};
