-- Reconciliation goes by the day: when the store was paid, what Oracle dates.
CREATE INDEX payment_by_time ON payment (paid_at);
CREATE INDEX document_by_accounting_date ON document (accounting_date);
CREATE INDEX action_reversals ON action (done_at_ms) WHERE kind = 'reverse-receipt';

-- Each document as Oracle showed it when it was last read back; documents of others that carry our prefix too.
CREATE TABLE oracle_reading (
  number TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  oracle_id TEXT NOT NULL,
  read_at_ms INTEGER NOT NULL,
  found INTEGER NOT NULL,            -- 0: Oracle answers that there is none any more
  currency TEXT,
  entered_minor INTEGER,
  open_minor INTEGER,
  accounting_date TEXT,
  status TEXT,
  reversed_on TEXT,
  cross_reference TEXT,
  account_number TEXT,
  business_unit TEXT,
  renamed_to TEXT                    -- its number in Oracle, where somebody changed that
) STRICT;
CREATE INDEX oracle_reading_by_date ON oracle_reading (accounting_date);
CREATE INDEX oracle_reading_reversed ON oracle_reading (reversed_on) WHERE reversed_on IS NOT NULL;

-- Orders whose documents somebody changed in Oracle by hand; gone once record and Oracle agree again.
CREATE TABLE order_drift (
  order_id INTEGER PRIMARY KEY,      -- 0: documents that carry our prefix and belong to no order of ours
  fingerprint TEXT NOT NULL,         -- of what differs: a person's acceptance (decision `drift`) holds for this and nothing else
  findings TEXT NOT NULL,            -- JSON
  first_seen_ms INTEGER NOT NULL,
  seen_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE reconcile_run (
  id INTEGER PRIMARY KEY,
  asked TEXT NOT NULL,               -- JSON: period, sources
  actor TEXT NOT NULL,
  state TEXT NOT NULL,               -- running, done, failed
  progress TEXT NOT NULL,            -- JSON
  started_at_ms INTEGER NOT NULL,
  ended_at_ms INTEGER,
  result BLOB                        -- JSON, deflated
) STRICT;

-- Close certificates, append-only.
CREATE TABLE certificate (
  id INTEGER PRIMARY KEY,
  from_day TEXT NOT NULL,
  to_day TEXT NOT NULL,
  made_at_ms INTEGER NOT NULL,
  actor TEXT NOT NULL,
  sha256 TEXT NOT NULL,              -- of the canonical data
  data BLOB NOT NULL,                -- canonical JSON, deflated
  orders BLOB NOT NULL               -- per order 8 bytes of id and 6 of its hash, deflated: to tell what changed since
) STRICT;
CREATE INDEX certificate_of_period ON certificate (from_day, to_day, id);
CREATE TRIGGER certificate_keeps BEFORE UPDATE ON certificate BEGIN SELECT RAISE(ABORT, 'a certificate stays as it is'); END;
CREATE TRIGGER certificate_stays BEFORE DELETE ON certificate BEGIN SELECT RAISE(ABORT, 'a certificate stays as it is'); END;
