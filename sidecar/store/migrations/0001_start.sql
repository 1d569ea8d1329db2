-- What came in, as it came in. Ids are remembered for longer than the signature's window, so that a repeat changes nothing.
CREATE TABLE event (
  id TEXT PRIMARY KEY,
  source TEXT NOT NULL,              -- plugin, webhook, poll
  received_at_ms INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX event_age ON event (received_at_ms);

-- The work queue: one row per order or customer with work to do. No row, no work.
CREATE TABLE job (
  kind TEXT NOT NULL,                -- order, customer
  object_id INTEGER NOT NULL,
  state TEXT NOT NULL,               -- ready, leased
  dirty INTEGER NOT NULL DEFAULT 0,  -- something new arrived while leased: run once more
  attempts INTEGER NOT NULL DEFAULT 0,
  run_at_ms INTEGER NOT NULL,
  leased_at_ms INTEGER,
  marked_at_ms INTEGER NOT NULL,
  PRIMARY KEY (kind, object_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX job_next ON job (state, run_at_ms);

-- Each order the store knows, in exactly one state (domain/states.ts).
CREATE TABLE order_record (
  order_id INTEGER PRIMARY KEY,
  number TEXT NOT NULL DEFAULT '',
  state TEXT NOT NULL,
  reason_code TEXT,
  reason TEXT,                       -- JSON: code, message, action, detail, question
  store_status TEXT NOT NULL DEFAULT '',
  currency TEXT NOT NULL DEFAULT '',
  decimals INTEGER NOT NULL DEFAULT 2,
  total_minor INTEGER NOT NULL DEFAULT 0,
  customer_name TEXT NOT NULL DEFAULT '',
  customer_id INTEGER NOT NULL DEFAULT 0,
  account_number TEXT,
  created_at TEXT NOT NULL DEFAULT '',
  modified_at TEXT NOT NULL DEFAULT '',
  content_hash TEXT,                 -- of the order as last read
  list_hash TEXT,                    -- of the fields a poll lists
  snapshot TEXT,                     -- JSON: the order as last read
  next_attempt_ms INTEGER,
  updated_at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX order_by_state ON order_record (state, updated_at_ms DESC);
CREATE INDEX order_by_update ON order_record (updated_at_ms DESC);
CREATE INDEX order_by_reason ON order_record (reason_code) WHERE reason_code IS NOT NULL;
CREATE INDEX order_by_number ON order_record (number);
CREATE INDEX order_by_created ON order_record (created_at);

-- Counters, so that a status page costs the same at any depth.
CREATE TABLE order_count (state TEXT PRIMARY KEY, orders INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TRIGGER order_counted AFTER INSERT ON order_record BEGIN
  INSERT INTO order_count VALUES (new.state, 1) ON CONFLICT (state) DO UPDATE SET orders = orders + 1;
END;
CREATE TRIGGER order_recounted AFTER UPDATE OF state ON order_record WHEN old.state <> new.state BEGIN
  UPDATE order_count SET orders = orders - 1 WHERE state = old.state;
  INSERT INTO order_count VALUES (new.state, 1) ON CONFLICT (state) DO UPDATE SET orders = orders + 1;
END;
CREATE TABLE job_count (kind TEXT PRIMARY KEY, jobs INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TRIGGER job_counted AFTER INSERT ON job BEGIN
  INSERT INTO job_count VALUES (new.kind, 1) ON CONFLICT (kind) DO UPDATE SET jobs = jobs + 1;
END;
CREATE TRIGGER job_uncounted AFTER DELETE ON job BEGIN
  UPDATE job_count SET jobs = jobs - 1 WHERE kind = old.kind;
END;

-- What may vanish in the store is kept from the first read: SKU, product type, categories.
CREATE TABLE line_fact (
  order_id INTEGER NOT NULL,
  item_id INTEGER NOT NULL,
  facts TEXT NOT NULL,
  PRIMARY KEY (order_id, item_id)
) STRICT, WITHOUT ROWID;

-- Insert-only, but for the mark that the store took a payment back.
CREATE TABLE payment (
  order_id INTEGER NOT NULL,
  id TEXT NOT NULL,                  -- the plugin's row id, or assumed-N
  amount TEXT NOT NULL,              -- decimal string, as the store wrote it
  currency TEXT NOT NULL,
  paid_at TEXT NOT NULL,
  gateway TEXT NOT NULL,
  transaction_id TEXT NOT NULL,
  assumed INTEGER NOT NULL,
  taken_back_at TEXT,
  PRIMARY KEY (order_id, id)
) STRICT, WITHOUT ROWID;

-- Documents: the number is made before anything is sent and never used twice.
CREATE TABLE document (
  number TEXT PRIMARY KEY,
  order_id INTEGER NOT NULL,
  seq INTEGER NOT NULL,              -- order of posting within the order
  kind TEXT NOT NULL,
  what TEXT NOT NULL,                -- JSON: purpose and ids
  state TEXT NOT NULL,               -- sending, posted, refused
  outcome_unknown INTEGER NOT NULL DEFAULT 0,
  looks INTEGER NOT NULL DEFAULT 0,  -- look-ups since the doubt arose
  attempts INTEGER NOT NULL DEFAULT 0,
  amount_minor INTEGER NOT NULL,
  currency TEXT NOT NULL,
  decimals INTEGER NOT NULL,
  oracle_id TEXT,
  entered_minor INTEGER,             -- what Oracle says it holds
  open_minor INTEGER,                -- I, U or C as last known
  bill_to TEXT NOT NULL,
  conversion_rate TEXT,
  document_date TEXT NOT NULL,
  accounting_date TEXT NOT NULL,
  refund TEXT,
  lines TEXT NOT NULL,
  trace TEXT NOT NULL,
  rule_set_version INTEGER NOT NULL,
  tax_mode TEXT NOT NULL,
  request TEXT NOT NULL,             -- the frozen POST: path, content type, body
  sent_at_ms INTEGER,
  posted_at_ms INTEGER
) STRICT;
CREATE UNIQUE INDEX document_of_order ON document (order_id, seq);
CREATE INDEX document_posted ON document (posted_at_ms) WHERE posted_at_ms IS NOT NULL;

-- Applications and settlements carry no number in Oracle: their intent keeps the balances before, to tell afterwards.
CREATE TABLE action (
  id INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL,
  kind TEXT NOT NULL,
  from_number TEXT NOT NULL,
  to_number TEXT,
  refund_id INTEGER,
  activity TEXT,
  amount_minor INTEGER NOT NULL,
  state TEXT NOT NULL,               -- sending, done, undone, refused
  outcome_unknown INTEGER NOT NULL DEFAULT 0,
  looks INTEGER NOT NULL DEFAULT 0,
  attempts INTEGER NOT NULL DEFAULT 0,
  application_id TEXT,
  before TEXT NOT NULL,              -- JSON: open amounts and application ids before
  reverses INTEGER,                  -- the action that this one undoes
  sent_at_ms INTEGER NOT NULL,
  done_at_ms INTEGER
) STRICT;
CREATE INDEX action_of_order ON action (order_id, id);

CREATE TABLE decision (
  id INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL,
  question TEXT NOT NULL,
  choice TEXT NOT NULL,
  note TEXT NOT NULL,
  actor TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX decision_of_order ON decision (order_id, id);

-- Which Oracle account a store customer or a guest's e-mail belongs to.
CREATE TABLE customer (
  identity TEXT PRIMARY KEY,         -- user:12, guest:ada@example.org
  account TEXT,                      -- JSON CustomerAccount; null while it is being made
  progress TEXT,                     -- JSON CustomerProgress: steps of a creation under way
  found_by TEXT,                     -- mapping, source-reference, e-mail, name, created, shared, person
  content_hash TEXT,                 -- of the customer as last sent
  updated_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE setting (
  name TEXT PRIMARY KEY,
  value TEXT NOT NULL,
  version INTEGER NOT NULL,
  actor TEXT NOT NULL,
  at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE setting_history (
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  value TEXT NOT NULL,
  actor TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  PRIMARY KEY (name, version)
) STRICT, WITHOUT ROWID;
CREATE TABLE secret (name TEXT PRIMARY KEY, sealed BLOB NOT NULL, hint TEXT NOT NULL, at_ms INTEGER NOT NULL) STRICT;
CREATE TABLE cursor (name TEXT PRIMARY KEY, value TEXT NOT NULL, at_ms INTEGER NOT NULL) STRICT;

CREATE TABLE reference_row (
  list TEXT NOT NULL,
  key TEXT NOT NULL,
  label TEXT NOT NULL,
  enabled INTEGER NOT NULL,
  end_date TEXT,
  extra TEXT NOT NULL,
  PRIMARY KEY (list, key)
) STRICT, WITHOUT ROWID;

-- One row per attempt, append-only, each holding the hash of the one before it.
CREATE TABLE audit (
  seq INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  order_id INTEGER,
  document TEXT,
  system TEXT NOT NULL,
  operation TEXT NOT NULL,
  method TEXT NOT NULL,
  path TEXT NOT NULL,
  status INTEGER,
  duration_ms REAL NOT NULL,
  outcome TEXT NOT NULL,
  oracle_ids TEXT NOT NULL,
  actor TEXT NOT NULL,
  body_hash TEXT NOT NULL,
  previous_hash TEXT NOT NULL,
  hash TEXT NOT NULL
) STRICT;
CREATE INDEX audit_of_order ON audit (order_id, seq) WHERE order_id IS NOT NULL;
CREATE INDEX audit_of_document ON audit (document, seq) WHERE document IS NOT NULL;
CREATE INDEX audit_by_time ON audit (at_ms);
CREATE INDEX audit_failed ON audit (seq) WHERE outcome <> 'ok';
-- Bodies apart and deflated, so that trails and filters read small rows.
CREATE TABLE audit_body (seq INTEGER PRIMARY KEY, request BLOB, response BLOB) STRICT;

CREATE TRIGGER audit_keeps BEFORE UPDATE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_stays BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_body_keeps BEFORE UPDATE ON audit_body BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_body_stays BEFORE DELETE ON audit_body BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
