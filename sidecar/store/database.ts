import { chmodSync, readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';

export type Db = Database.Database;

/** Prepares each statement once and keeps it. */
export function statements(db: Db): (text: string) => Database.Statement<unknown[]> {
  const kept = new Map<string, Database.Statement<unknown[]>>();
  return (text) => {
    let statement = kept.get(text);
    if (!statement) {
      statement = db.prepare<unknown[]>(text);
      kept.set(text, statement);
    }
    return statement;
  };
}

/** 3.7.0 to 3.51.2 can corrupt a WAL database when two connections race for its reset (performance.md, reliability.md section 2). */
export const OLDEST_SQLITE = [3, 51, 3] as const;

/**
 * Opens the one database: WAL with synchronous=FULL, checked after it was set, since better-sqlite3 is compiled to open WAL files at
 * NORMAL and would lose acknowledged orders at power loss. Applies migrations, each in a transaction of its own.
 *
 * Fails   throws with the remedy: SQLite too old, another sidecar at work, a database newer than this program, a damaged file
 */
export function openDatabase(path: string): { db: Db; close(): void } {
  const lock = path === ':memory:' ? null : takeLock(path);
  const db = new Database(path);
  try {
    if (path !== ':memory:') chmodSync(path, 0o600);
    checkVersion(db);
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = FULL');
    db.pragma('busy_timeout = 5000');
    db.pragma('foreign_keys = ON');
    // A checkpoint costs two more syncs and comes in somebody's commit: with 1000 pages one in 80 events met it and p99 at 200/s was
    // 4.4 ms in place of 2.4 (8.9 and 4.6 where each sync takes 2 ms longer). The WAL stays below 20 MB.
    db.pragma('wal_autocheckpoint = 4000');
    db.pragma('temp_store = MEMORY');
    // better-sqlite3 is compiled for 16 MB; what is read again soon (queue, the order under way, the chain's end) fits in four.
    db.pragma('cache_size = -4000');
    const synchronous = db.pragma('synchronous', { simple: true });
    const journal = db.pragma('journal_mode', { simple: true });
    if (synchronous !== 2 || (journal !== 'wal' && path !== ':memory:')) {
      throw new Error(
        `The database opened with journal_mode=${journal} and synchronous=${synchronous}; expected wal and 2 (FULL).`,
      );
    }
    migrate(db);
  } catch (error) {
    db.close();
    lock?.close();
    throw error;
  }
  return {
    db,
    close() {
      db.close();
      lock?.close();
    },
  };
}

/** A second sidecar on the same data must not start: an exclusive lock on a file beside it, which the system frees when we die. */
function takeLock(path: string): Db {
  const lock = new Database(`${path}-lock`, { timeout: 0 });
  try {
    lock.pragma('locking_mode = EXCLUSIVE');
    lock.exec('BEGIN EXCLUSIVE');
    return lock;
  } catch {
    lock.close();
    throw new Error(`Another sidecar works on ${path}. Stop it first, or give this one its own AR_BRIDGE_DATA.`);
  }
}

function checkVersion(db: Db): void {
  const version = String(db.prepare('SELECT sqlite_version()').pluck().get());
  const parts = version.split('.').map(Number);
  const [major = 0, minor = 0, patch = 0] = parts;
  const number = major * 1e6 + minor * 1e3 + patch;
  const [a, b, c] = OLDEST_SQLITE;
  if (number < a * 1e6 + b * 1e3 + c) {
    throw new Error(`SQLite ${version} is too old: ${OLDEST_SQLITE.join('.')} or newer is needed (npm install better-sqlite3).`);
  }
}

const MIGRATIONS = fileURLToPath(new URL('./migrations/', import.meta.url));

const migrations = (): string[] =>
  readdirSync(MIGRATIONS)
    .filter((name) => name.endsWith('.sql'))
    .sort();

/** The version of a database that this program has brought up to date. */
export const databaseVersion = (): number => migrations().length;

function migrate(db: Db): void {
  const files = migrations();
  const current = Number(db.pragma('user_version', { simple: true }));
  if (current > files.length) {
    throw new Error(
      `The database is at version ${current}, this program knows ${files.length}: install a newer AR Bridge sidecar.`,
    );
  }
  for (const [index, name] of files.entries()) {
    if (index < current) continue;
    const sql = readFileSync(`${MIGRATIONS}${name}`, 'utf8');
    db.transaction(() => {
      db.exec(sql);
      db.pragma(`user_version = ${index + 1}`);
    })();
  }
}
