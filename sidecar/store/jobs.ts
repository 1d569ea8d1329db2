import type { Db } from './database.ts';

export type JobKind = 'order' | 'customer';

export interface Job {
  kind: JobKind;
  objectId: number;
  /** Attempts that counted so far, this one not included. */
  attempts: number;
  markedAtMs: number;
}

/** What becomes of a job after its run. `done` with news in between runs it again at once. */
export type JobEnd =
  | { end: 'done' }
  /** Later; `counts` says whether the attempt is held against the job (an endpoint's fault is not). */
  | { end: 'again'; atMs: number; counts: boolean };

/**
 * The queue of work: one row per order or customer, never leased twice at a time. Synchronous; call inside Committer.write.
 * Rows exist only while there is work, so depth costs nothing.
 */
export class Jobs {
  private readonly mark_;
  private readonly claim_;
  private readonly done_;
  private readonly again_;
  private readonly next_;
  private readonly recover_;
  private readonly count_;

  constructor(db: Db) {
    this.mark_ = db.prepare(`
      INSERT INTO job (kind, object_id, state, dirty, run_at_ms, marked_at_ms) VALUES (:kind, :id, 'ready', 0, :now, :now)
      ON CONFLICT (kind, object_id) DO UPDATE SET
        dirty = CASE state WHEN 'leased' THEN 1 ELSE 0 END,
        run_at_ms = CASE state WHEN 'leased' THEN run_at_ms ELSE min(run_at_ms, :now) END,
        attempts = CASE state WHEN 'leased' THEN attempts ELSE 0 END`);
    this.claim_ = db.prepare(`
      UPDATE job SET state = 'leased', leased_at_ms = :now, dirty = 0
      WHERE (kind, object_id) IN (
        SELECT kind, object_id FROM job WHERE state = 'ready' AND run_at_ms <= :now ORDER BY run_at_ms LIMIT :limit)
      RETURNING kind, object_id AS objectId, attempts, marked_at_ms AS markedAtMs`);
    this.done_ = db.prepare(`DELETE FROM job WHERE kind = :kind AND object_id = :id AND dirty = 0`);
    this.again_ = db.prepare(`
      UPDATE job SET state = 'ready', leased_at_ms = NULL, attempts = attempts + :counted,
        run_at_ms = CASE dirty WHEN 1 THEN :now ELSE :at END, dirty = 0
      WHERE kind = :kind AND object_id = :id`);
    this.next_ = db.prepare(`SELECT min(run_at_ms) FROM job WHERE state = 'ready'`).pluck();
    this.recover_ = db.prepare(`UPDATE job SET state = 'ready', leased_at_ms = NULL WHERE state = 'leased'`);
    this.count_ = db.prepare(`SELECT coalesce(sum(jobs), 0) FROM job_count`).pluck();
  }

  /** Something about the object may have changed. A waiting job runs now; a leased one runs once more after it ends. */
  mark(kind: JobKind, id: number, nowMs: number): void {
    this.mark_.run({ kind, id, now: nowMs });
  }

  claim(nowMs: number, limit: number): Job[] {
    return limit > 0 ? (this.claim_.all({ now: nowMs, limit }) as Job[]) : [];
  }

  finish(job: Job, end: JobEnd, nowMs: number): void {
    const key = { kind: job.kind, id: job.objectId };
    if (end.end === 'done') {
      if (this.done_.run(key).changes === 0) this.again_.run({ ...key, now: nowMs, at: nowMs, counted: 0 });
    } else {
      this.again_.run({ ...key, now: nowMs, at: end.atMs, counted: end.counts ? 1 : 0 });
    }
  }

  /** When the next job is due; null when none waits. */
  nextRunAtMs(): number | null {
    return this.next_.get() as number | null;
  }

  /** At start: what a crashed process held is ready again. Only this process works on the database (see database.ts). */
  recover(): number {
    return this.recover_.run().changes;
  }

  count(): number {
    return this.count_.get() as number;
  }
}
