import type { Db } from './database.ts';

interface Pending {
  run: () => unknown;
  resolve: (value: never) => void;
  reject: (reason: unknown) => void;
}

/** A disk that once took long must not make every later write wait as long. */
const LONGEST_WAIT_MS = 5;
const REFUSED_WAIT_MS = 1_000;

/**
 * Group commit: all writes of one turn of the event loop share one transaction and one sync. A promise resolves after the
 * commit, so whatever waits for it (an HTTP 2xx, a POST to Oracle) happens after the data is on disk.
 * A write that throws is undone alone (savepoint) and rejects alone; a commit that fails rejects them all.
 */
export class Committer {
  private readonly db: Db;
  private readonly sql;
  private readonly onFatal: (error: unknown) => void;
  private pending: Pending[] = [];
  private scheduled = false;
  /** When the group that is being collected began. */
  private sinceMs = 0;
  private lastCommitMs = 0;
  private closing: (() => void)[] = [];
  /** Runs last in each transaction: the queue claims its next jobs here. Returns what to do once committed. */
  beforeCommit: () => (() => void) | undefined = () => undefined;

  constructor(db: Db, onFatal: (error: unknown) => void = () => undefined) {
    this.db = db;
    this.onFatal = onFatal;
    // Prepared once: better-sqlite3's transaction() makes its functions anew on every call, 8 us per write.
    this.sql = {
      begin: db.prepare('BEGIN IMMEDIATE'),
      commit: db.prepare('COMMIT'),
      rollBack: db.prepare('ROLLBACK'),
      save: db.prepare('SAVEPOINT one'),
      release: db.prepare('RELEASE one'),
      rollBackOne: db.prepare('ROLLBACK TO one'),
    };
  }

  /** Runs `work` (synchronous, database only) in the next group and resolves with its result once it is durable. */
  write<T>(work: () => T): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.pending.push({ run: work, resolve: resolve as (value: never) => void, reject });
      this.wake();
    });
  }

  /** Asks for a turn even without a write, so that beforeCommit is called. */
  wake(): void {
    if (this.scheduled) return;
    this.scheduled = true;
    this.sinceMs = performance.now();
    setImmediate(() => this.turn(0));
  }

  /** Resolves when nothing is pending. */
  idle(): Promise<void> {
    if (!this.scheduled) return Promise.resolve();
    return new Promise((resolve) => {
      this.closing.push(resolve);
    });
  }

  /**
   * Node takes one new connection per turn of the event loop, and each request of the plugin comes on a connection of its own: a
   * commit per turn would be a commit per event. So a turn that brought writes waits for the next one, for as long as the last
   * commit took at most; what waits doubles its time then, and one quiet turn ends it.
   */
  private turn(before: number): void {
    const now = this.pending.length;
    if (now > before && performance.now() - this.sinceMs < this.lastCommitMs) setImmediate(() => this.turn(now));
    else this.flush();
  }

  private flush(): void {
    this.scheduled = false;
    const beganMs = performance.now();
    const group = this.pending;
    this.pending = [];
    const settled: (() => void)[] = [];
    let after: (() => void) | undefined;
    const { begin, commit, rollBack } = this.sql;
    try {
      begin.run();
      for (const one of group) settled.push(this.runOne(one));
      after = this.beforeCommit();
      commit.run();
      this.lastCommitMs = Math.min(performance.now() - beganMs, LONGEST_WAIT_MS);
    } catch (error) {
      if (this.db.inTransaction) rollBack.run();
      for (const { reject } of group) reject(error);
      if (isFatal(error)) this.onFatal(error);
      // A full disk: what waits to be claimed is tried again by itself when there is room.
      else setTimeout(() => this.wake(), REFUSED_WAIT_MS).unref();
      this.end();
      return;
    }
    for (const settle of settled) settle();
    after?.();
    this.end();
  }

  private end(): void {
    if (!this.scheduled) for (const resolve of this.closing.splice(0)) resolve();
  }

  /** One write within the group; what to tell its caller once the group is durable. */
  private runOne({ run, resolve, reject }: Pending): () => void {
    const { save, release, rollBackOne } = this.sql;
    save.run();
    try {
      const value = run();
      release.run();
      return () => resolve(value as never);
    } catch (error) {
      // Some errors end the whole transaction (disk full, I/O): then the group goes with it.
      if (isFatal(error) || !this.db.inTransaction) throw error;
      rollBackOne.run();
      release.run();
      return () => reject(error);
    }
  }
}

/** The database cannot take writes now and may again later: the disk is full, read-only, or another connection holds it. */
export function isRefusedWrite(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && /^SQLITE_(FULL|READONLY|BUSY|LOCKED|CANTOPEN)/.test(code);
}

/** After a failed write or sync the state of the file is unknown: never retried, the process ends and recovers on start. */
function isFatal(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return (
    typeof code === 'string' && (code.startsWith('SQLITE_IOERR') || code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')
  );
}
