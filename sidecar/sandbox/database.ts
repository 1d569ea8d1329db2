import Database from 'better-sqlite3';

export type Db = Database.Database;
export type SqlValue = string | number | null;

/**
 * The sandbox's own ledger file. Ids are text (18 digits do not fit a double), amounts are whole minor units.
 * Foreign keys are the code's matter: everything is inserted within one transaction per request.
 */
const SCHEMA = `
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS period_override (ledger TEXT, period TEXT, application INTEGER, status TEXT NOT NULL,
  PRIMARY KEY (ledger, period, application)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS account_override (chart TEXT, kind TEXT, name TEXT, enabled INTEGER NOT NULL,
  PRIMARY KEY (chart, kind, name)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS combination (chart TEXT, account TEXT, id TEXT NOT NULL, PRIMARY KEY (chart, account)) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS party (id TEXT PRIMARY KEY, number TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, name TEXT NOT NULL,
  email TEXT, data TEXT NOT NULL, created_by TEXT, created_at TEXT, updated_by TEXT, updated_at TEXT, created_ms INTEGER, version INTEGER) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS party_email ON party (email);
CREATE INDEX IF NOT EXISTS party_name ON party (name);
CREATE TABLE IF NOT EXISTS location (id TEXT PRIMARY KEY, data TEXT NOT NULL, created_ms INTEGER, version INTEGER) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS party_site (id TEXT PRIMARY KEY, number TEXT NOT NULL UNIQUE, party_id TEXT NOT NULL, location_id TEXT NOT NULL,
  is_primary INTEGER NOT NULL, data TEXT NOT NULL, created_by TEXT, created_at TEXT, updated_by TEXT, updated_at TEXT, created_ms INTEGER, version INTEGER) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS party_site_party ON party_site (party_id);
CREATE TABLE IF NOT EXISTS party_usage (id TEXT PRIMARY KEY, party_id TEXT NOT NULL, code TEXT NOT NULL, data TEXT NOT NULL,
  created_by TEXT, created_at TEXT, updated_by TEXT, updated_at TEXT, created_ms INTEGER, version INTEGER) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS party_usage_party ON party_usage (party_id);
CREATE TABLE IF NOT EXISTS source_reference (id TEXT PRIMARY KEY, owner_table TEXT NOT NULL, owner_id TEXT NOT NULL, system TEXT NOT NULL,
  value TEXT NOT NULL, data TEXT NOT NULL, created_by TEXT, created_at TEXT, updated_by TEXT, updated_at TEXT, created_ms INTEGER, version INTEGER) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS source_reference_value ON source_reference (system, value);
CREATE INDEX IF NOT EXISTS source_reference_owner ON source_reference (owner_id);

CREATE TABLE IF NOT EXISTS account (id TEXT PRIMARY KEY, number TEXT NOT NULL UNIQUE, name TEXT NOT NULL, party_id TEXT NOT NULL,
  active INTEGER NOT NULL, data TEXT NOT NULL, created_by TEXT, created_at TEXT, updated_by TEXT, updated_at TEXT, created_ms INTEGER, version INTEGER) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS account_party ON account (party_id);
CREATE TABLE IF NOT EXISTS account_site (id TEXT PRIMARY KEY, account_id TEXT NOT NULL, party_site_id TEXT NOT NULL, set_code TEXT NOT NULL,
  active INTEGER NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS account_site_account ON account_site (account_id);
CREATE TABLE IF NOT EXISTS site_use (id TEXT PRIMARY KEY, account_id TEXT NOT NULL, account_site_id TEXT NOT NULL, code TEXT NOT NULL,
  number TEXT NOT NULL, is_primary INTEGER NOT NULL, created_by TEXT, created_at TEXT, updated_by TEXT, updated_at TEXT, created_ms INTEGER, version INTEGER) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS site_use_account ON site_use (account_id, code);
CREATE TABLE IF NOT EXISTS profile (id TEXT PRIMARY KEY, account_id TEXT NOT NULL, site_use_id TEXT, data TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS profile_account ON profile (account_id);

CREATE TABLE IF NOT EXISTS trx (id TEXT PRIMARY KEY, class TEXT NOT NULL, number TEXT NOT NULL, source TEXT NOT NULL, type TEXT NOT NULL,
  business_unit TEXT NOT NULL, ledger TEXT NOT NULL, currency TEXT NOT NULL, rate TEXT, rate_type TEXT, rate_date TEXT, rate_sent INTEGER NOT NULL,
  date TEXT NOT NULL, accounting_date TEXT NOT NULL, terms TEXT, account_id TEXT NOT NULL, site_use_id TEXT NOT NULL, status TEXT NOT NULL,
  total INTEGER NOT NULL, freight INTEGER NOT NULL, on_account INTEGER NOT NULL, previous_id TEXT, cross_reference TEXT, data TEXT NOT NULL,
  created_by TEXT, created_at TEXT, updated_by TEXT, updated_at TEXT, created_ms INTEGER, version INTEGER) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS trx_number ON trx (number);
CREATE INDEX IF NOT EXISTS trx_cross ON trx (cross_reference);
CREATE INDEX IF NOT EXISTS trx_account ON trx (account_id);
CREATE INDEX IF NOT EXISTS trx_updated ON trx (updated_at);
CREATE TABLE IF NOT EXISTS trx_line (id TEXT PRIMARY KEY, trx_id TEXT NOT NULL, number TEXT NOT NULL, amount INTEGER NOT NULL,
  freight INTEGER NOT NULL, tax INTEGER NOT NULL, data TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS trx_line_trx ON trx_line (trx_id);
CREATE TABLE IF NOT EXISTS tax_line (id TEXT PRIMARY KEY, trx_id TEXT NOT NULL, line_id TEXT NOT NULL, number INTEGER NOT NULL,
  amount INTEGER NOT NULL, manual INTEGER NOT NULL, data TEXT NOT NULL) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS tax_line_line ON tax_line (line_id);
CREATE TABLE IF NOT EXISTS distribution (id TEXT PRIMARY KEY, trx_id TEXT NOT NULL, class TEXT NOT NULL, line_number TEXT, tax_line INTEGER,
  account TEXT NOT NULL, amount INTEGER NOT NULL, percent TEXT, accounted INTEGER NOT NULL, comments TEXT) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS distribution_trx ON distribution (trx_id);
CREATE TABLE IF NOT EXISTS installment (id TEXT PRIMARY KEY, trx_id TEXT NOT NULL, sequence INTEGER NOT NULL, due_date TEXT NOT NULL,
  original INTEGER NOT NULL, balance INTEGER NOT NULL, paid INTEGER NOT NULL, credited INTEGER NOT NULL, closed_date TEXT) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS installment_trx ON installment (trx_id);

CREATE TABLE IF NOT EXISTS receipt (id TEXT PRIMARY KEY, number TEXT, business_unit TEXT NOT NULL, ledger TEXT NOT NULL, method TEXT NOT NULL,
  currency TEXT NOT NULL, rate TEXT, rate_type TEXT, rate_date TEXT, rate_sent INTEGER NOT NULL, amount INTEGER NOT NULL, unapplied INTEGER NOT NULL,
  date TEXT NOT NULL, accounting_date TEXT NOT NULL, account_id TEXT, site_use_id TEXT, progress TEXT NOT NULL, bank_account TEXT,
  cash_account TEXT NOT NULL, reversed_on TEXT, reversal_category TEXT, reversal_reason TEXT, reversal_comments TEXT, data TEXT NOT NULL,
  created_by TEXT, created_at TEXT, updated_by TEXT, updated_at TEXT, created_ms INTEGER, version INTEGER) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS receipt_number ON receipt (number);
CREATE INDEX IF NOT EXISTS receipt_account ON receipt (account_id);
CREATE TABLE IF NOT EXISTS misc_receipt (id TEXT PRIMARY KEY, number TEXT NOT NULL, business_unit TEXT NOT NULL, ledger TEXT NOT NULL,
  method TEXT NOT NULL, activity TEXT NOT NULL, currency TEXT NOT NULL, rate TEXT, amount INTEGER NOT NULL, date TEXT NOT NULL, accounting_date TEXT NOT NULL,
  bank_account TEXT, created_by TEXT, created_at TEXT, updated_by TEXT, updated_at TEXT, created_ms INTEGER, version INTEGER) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS misc_receipt_number ON misc_receipt (number);
CREATE TABLE IF NOT EXISTS remittance_reference (id TEXT PRIMARY KEY, receipt_id TEXT NOT NULL, data TEXT NOT NULL, created_by TEXT,
  created_at TEXT, updated_by TEXT, updated_at TEXT, created_ms INTEGER, version INTEGER) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS remittance_reference_receipt ON remittance_reference (receipt_id);

-- from_kind receipt or memo; target invoice, activity, refund or on-account. amount is negative in the row that undoes another.
CREATE TABLE IF NOT EXISTS application (id TEXT PRIMARY KEY, from_kind TEXT NOT NULL, from_id TEXT NOT NULL, target TEXT NOT NULL,
  trx_id TEXT, installment_id TEXT, activity TEXT, amount INTEGER NOT NULL, currency TEXT NOT NULL, apply_date TEXT NOT NULL,
  accounting_date TEXT NOT NULL, is_latest INTEGER NOT NULL, undone INTEGER NOT NULL, undoes TEXT, comments TEXT, account_id TEXT,
  created_by TEXT, created_at TEXT, updated_by TEXT, updated_at TEXT, created_ms INTEGER, version INTEGER) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS application_from ON application (from_id);
CREATE INDEX IF NOT EXISTS application_trx ON application (trx_id);
CREATE INDEX IF NOT EXISTS application_account ON application (account_id);
CREATE INDEX IF NOT EXISTS application_installment ON application (installment_id);
CREATE TABLE IF NOT EXISTS refund (id TEXT PRIMARY KEY, application_id TEXT NOT NULL, number TEXT NOT NULL, payment_method TEXT NOT NULL,
  amount INTEGER NOT NULL, currency TEXT NOT NULL, created_at TEXT) WITHOUT ROWID;

-- entered and accounted are signed: debit positive, credit negative.
CREATE TABLE IF NOT EXISTS journal (event TEXT NOT NULL, event_id TEXT NOT NULL, line INTEGER NOT NULL, ledger TEXT NOT NULL, account TEXT NOT NULL,
  currency TEXT NOT NULL, entered INTEGER NOT NULL, accounted INTEGER NOT NULL, date TEXT NOT NULL, PRIMARY KEY (event_id, event, line)) WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS record (id TEXT PRIMARY KEY, path TEXT NOT NULL, parent_id TEXT NOT NULL, data TEXT NOT NULL,
  created_by TEXT, created_at TEXT, updated_by TEXT, updated_at TEXT, created_ms INTEGER, version INTEGER) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS record_parent ON record (path, parent_id);
`;

/** Tables whose rows are documents and what hangs on them: emptied by a reset together with everything else. */
const TABLES = [...SCHEMA.matchAll(/CREATE TABLE IF NOT EXISTS (\w+)/g)].map((match) => match[1] ?? '');

/** Opens (or makes) the ledger. In: a file, or `:memory:`. */
export function openDatabase(file: string): Db {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  // A sandbox may lose its last second at a power cut; a commit survives the end of the process, which is what hang-ups test.
  db.pragma('synchronous = NORMAL');
  db.exec(SCHEMA);
  return db;
}

export function emptyDatabase(db: Db): void {
  for (const table of TABLES) db.exec(`DELETE FROM ${table}`);
}

const prepared = new WeakMap<Db, Map<string, Database.Statement<SqlValue[]>>>();

/** A prepared statement, made once per text. */
export function sql(db: Db, text: string): Database.Statement<SqlValue[]> {
  let cache = prepared.get(db);
  if (!cache) {
    cache = new Map();
    prepared.set(db, cache);
  }
  let statement = cache.get(text);
  if (!statement) {
    statement = db.prepare<SqlValue[]>(text);
    cache.set(text, statement);
  }
  return statement;
}

export const all = <T>(db: Db, text: string, ...values: SqlValue[]): T[] => sql(db, text).all(...values) as T[];
export const one = <T>(db: Db, text: string, ...values: SqlValue[]): T | undefined =>
  sql(db, text).get(...values) as T | undefined;
export const run = (db: Db, text: string, ...values: SqlValue[]): void => {
  sql(db, text).run(...values);
};

/** Inserts a row given by column. */
export function insert(db: Db, table: string, row: Record<string, SqlValue>): void {
  const columns = Object.keys(row);
  run(db, `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`, ...Object.values(row));
}

/** Changes columns of the row with this id. */
export function update(db: Db, table: string, id: string, row: Record<string, SqlValue>): void {
  const sets = Object.keys(row).map((column) => `${column} = ?`);
  run(db, `UPDATE ${table} SET ${sets.join(', ')} WHERE id = ?`, ...Object.values(row), id);
}
