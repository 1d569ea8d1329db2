-- What belongs to a version of the rules besides the rules, which setting_history holds.
CREATE TABLE rule_set (
  version INTEGER PRIMARY KEY,
  tests TEXT NOT NULL,               -- JSON: RuleTest[]
  note TEXT NOT NULL,                -- what the author said about it
  forced TEXT                        -- JSON: who saved it although tests failed, why, and which
) STRICT;

-- What a pull changed in a list of values.
CREATE TABLE reference_change (
  id INTEGER PRIMARY KEY,
  at_ms INTEGER NOT NULL,
  list TEXT NOT NULL,
  key TEXT NOT NULL,
  label TEXT NOT NULL,
  change TEXT NOT NULL,              -- appeared, vanished, closed, opened, changed
  detail TEXT NOT NULL               -- in words
) STRICT;
CREATE INDEX reference_change_of_row ON reference_change (list, key, id);

-- Rules, set-up names and accounts that a change in Oracle has broken. One open notice per cause.
CREATE TABLE reference_notice (
  id INTEGER PRIMARY KEY,
  cause TEXT NOT NULL,
  subject TEXT NOT NULL,             -- JSON: what is broken
  message TEXT NOT NULL,
  found_at_ms INTEGER NOT NULL,
  orders INTEGER NOT NULL,           -- at risk
  sample TEXT NOT NULL,              -- JSON: some of their ids
  ended_at_ms INTEGER,
  dismissed_by TEXT
) STRICT;
CREATE UNIQUE INDEX reference_notice_open ON reference_notice (cause) WHERE ended_at_ms IS NULL;
