import type { Db } from './database.ts';

interface Pending {
  run: () => unknown;
  resolve: (value: never) => void;
  reject: (reason: unknown) => void;
}

/**
 * Group commit: all writes of one turn of the event loop share one transaction and one sync. A promise resolves after the
 * commit, so whatever waits for it (an HTTP 2xx, a POST to Oracle) happens after the data is on disk.
 * A write that throws is undone alone (savepoint) and rejects alone; a commit that fails rejects them all.
 */
export class Committer {
  private readonly db: Db;
  private readonly onFatal: (error: unknown) => void;
  private pending: Pending[] = [];
  private scheduled = false;
  private closing: (() => void)[] = [];
  /** Runs last in each transaction: the queue claims its next jobs here. Returns what to do once committed. */
  beforeCommit: () => (() => void) | undefined = () => undefined;

  constructor(db: Db, onFatal: (error: unknown) => void = () => undefined) {
    this.db = db;
    this.onFatal = onFatal;
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
    setImmediate(() => this.flush());
  }

  /** Resolves when nothing is pending. */
  idle(): Promise<void> {
    if (!this.scheduled) return Promise.resolve();
    return new Promise((resolve) => {
      this.closing.push(resolve);
    });
  }

  private flush(): void {
    this.scheduled = false;
    const group = this.pending;
    this.pending = [];
    const settled: (() => void)[] = [];
    let after: (() => void) | undefined;
    try {
      this.db
        .transaction(() => {
          for (const { run, resolve, reject } of group) {
            try {
              const value = this.db.transaction(run)();
              settled.push(() => resolve(value as never));
            } catch (error) {
              if (isFatal(error)) throw error;
              settled.push(() => reject(error));
            }
          }
          after = this.beforeCommit();
        })
        .immediate();
    } catch (error) {
      for (const { reject } of group) reject(error);
      if (isFatal(error)) this.onFatal(error);
      return;
    }
    for (const settle of settled) settle();
    after?.();
    if (!this.scheduled) for (const resolve of this.closing.splice(0)) resolve();
  }
}

/** After a failed write or sync the state of the file is unknown: never retried, the process ends and recovers on start. */
function isFatal(error: unknown): boolean {
  const code = (error as { code?: unknown }).code;
  return (
    typeof code === 'string' && (code.startsWith('SQLITE_IOERR') || code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_NOTADB')
  );
}
