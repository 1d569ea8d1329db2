import { type Db, statements } from './database.ts';

export interface Lane {
  state: 'unproven' | 'proven' | 'closed';
  /** Number of the document in flight while the lane is unproven. */
  holder: string | null;
  /** Why it closed. */
  reason: string | null;
}

/** First of its kind: one document at a time until one came back as it was sent. Writes go inside Committer.write. */
export class Lanes {
  private readonly sql;
  /** Asked for each document: what was proved stays in memory. */
  private readonly proven = new Set<string>();

  constructor(db: Db) {
    this.sql = statements(db);
  }

  isProven(key: string): boolean {
    if (this.proven.has(key)) return true;
    if (this.get(key).state !== 'proven') return false;
    this.proven.add(key);
    return true;
  }

  get(key: string): Lane {
    const row = this.sql('SELECT state, holder, reason FROM lane WHERE key = ?').get(key) as Lane | undefined;
    return row ?? { state: 'unproven', holder: null, reason: null };
  }

  /** Lanes that wait for a person, newest first. */
  closed(): { key: string; reason: string | null; atMs: number }[] {
    return this.sql(`SELECT key, reason, at_ms AS atMs FROM lane WHERE state = 'closed' ORDER BY at_ms DESC`).all() as {
      key: string;
      reason: string | null;
      atMs: number;
    }[];
  }

  /** True when the document may go; it then holds the lane until it is proved, closed or left. */
  enter(key: string, number: string, nowMs: number): boolean {
    const lane = this.get(key);
    if (lane.state === 'proven') return true;
    if (lane.state === 'closed' || (lane.holder !== null && lane.holder !== number)) return false;
    this.put(key, { state: 'unproven', holder: number, reason: null }, nowMs);
    return true;
  }

  /** The document was refused: nothing exists, the next one may try. */
  leave(key: string, number: string, nowMs: number): void {
    const lane = this.get(key);
    if (lane.state === 'unproven' && lane.holder === number) this.put(key, { ...lane, holder: null }, nowMs);
  }

  prove(key: string, nowMs: number): void {
    if (!this.isProven(key)) this.put(key, { state: 'proven', holder: null, reason: null }, nowMs);
  }

  close(key: string, reason: string, nowMs: number): void {
    this.proven.delete(key);
    this.put(key, { state: 'closed', holder: null, reason }, nowMs);
  }

  /** A person says that the cause is mended: closed lanes take one document again. */
  reopen(nowMs: number): number {
    return this.sql(`UPDATE lane SET state = 'unproven', holder = NULL, at_ms = ? WHERE state = 'closed'`).run(nowMs).changes;
  }

  private put(key: string, { state, holder, reason }: Lane, nowMs: number): void {
    this.sql(`
      INSERT INTO lane VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET state = excluded.state, holder = excluded.holder,
        reason = excluded.reason, at_ms = excluded.at_ms`).run(key, state, holder, reason, nowMs);
  }
}
