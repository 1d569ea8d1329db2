-- Events in the order they came, so that a group of them fills a page or two instead of one page each: the plugin's ids are random.
CREATE TABLE event_in_order (
  seq INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  source TEXT NOT NULL,
  received_at_ms INTEGER NOT NULL,
  body BLOB NOT NULL
) STRICT;
INSERT INTO event_in_order (id, source, received_at_ms, body) SELECT id, source, received_at_ms, body FROM event ORDER BY received_at_ms;
DROP TABLE event;
ALTER TABLE event_in_order RENAME TO event;
