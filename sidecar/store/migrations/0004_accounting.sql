-- The business unit is fixed by the order's first document. A wrong document came back over another amount than was sent.
ALTER TABLE document ADD COLUMN business_unit TEXT NOT NULL DEFAULT '';
ALTER TABLE document ADD COLUMN wrong INTEGER NOT NULL DEFAULT 0;
ALTER TABLE document ADD COLUMN lane TEXT;

-- First of its kind: until one document of a lane came back with the amount that was sent, one is in flight at a time.
CREATE TABLE lane (
  key TEXT PRIMARY KEY,              -- kind, source, type, tax mode, currency
  state TEXT NOT NULL,               -- unproven, proven, closed
  holder TEXT,                       -- number of the document in flight
  reason TEXT,                       -- why it closed
  at_ms INTEGER NOT NULL
) STRICT;
