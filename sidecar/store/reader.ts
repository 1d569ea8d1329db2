import Database from 'better-sqlite3';
import { Audit } from './audit.ts';
import { type Db, databaseVersion, statements } from './database.ts';
import { ReconcileReads } from './reconcile-reads.ts';
import { ReconcileRecords } from './reconcile-records.ts';
import { Settings } from './settings.ts';

/** Reads of one moment: what is written meanwhile does not show. */
export interface Snapshot {
  reads: ReconcileReads;
  settings: Pick<Settings, 'get' | 'sealed'>;
  runs: Pick<ReconcileRecords, 'run'>;
  audit: Pick<Audit, 'verify' | 'anchor'>;
  close(): void;
}

/**
 * Opens the database for reading beside a sidecar at work: a read-only connection with one read transaction. WAL lets it read while
 * others write; it can neither checkpoint nor change anything. The WAL cannot shrink while it is open, so close it soon.
 *
 * Fails   throws in words: no such file, a database of another version
 */
export function openSnapshot(path: string, version = databaseVersion()): Snapshot {
  let db: Db;
  try {
    db = new Database(path, { readonly: true, fileMustExist: true });
  } catch {
    throw new Error(`There is no database at ${path}: set AR_BRIDGE_DATA to the one the sidecar works on.`);
  }
  try {
    db.pragma('busy_timeout = 5000');
    // A period's documents are read once: what the sidecar's own connection keeps is not in its way.
    db.pragma('cache_size = -16000');
    const found = Number(db.pragma('user_version', { simple: true }));
    if (found !== version) {
      const what = found < version ? 'start the sidecar once to bring it up to date' : 'install a newer AR Bridge sidecar';
      throw new Error(`The database at ${path} is at version ${found}, this program reads ${version}: ${what}.`);
    }
    db.exec('BEGIN');
    // A deferred transaction sees the moment of its first read.
    statements(db)('SELECT 1 FROM setting LIMIT 1').get();
    return {
      reads: new ReconcileReads(db),
      settings: new Settings(db),
      runs: new ReconcileRecords(db),
      audit: new Audit(db),
      close: () => db.close(),
    };
  } catch (error) {
    db.close();
    throw error;
  }
}
