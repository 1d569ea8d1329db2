-- Who is billed to which Oracle account. An identity is a store customer (user:12), a guest's e-mail (mail:<keyed hash>), a VAT number
-- (vat:<keyed hash>) or a single order (order:1042). E-mail and name stand beside the key only until the person is erased.
ALTER TABLE customer RENAME TO customer_before;
CREATE TABLE customer (
  identity TEXT PRIMARY KEY,
  account_number TEXT,               -- null while it is looked for or made
  party_id TEXT,
  account TEXT,                      -- JSON CustomerAccount
  progress TEXT,                     -- JSON CustomerProgress: steps of a creation under way
  found_by TEXT,                     -- source-reference, e-mail, tax-number, name, created, guest, user, person, import
  linked_by TEXT,                    -- who linked or unlinked it last; null where AR Bridge did
  linked_at_ms INTEGER,
  flows INTEGER NOT NULL DEFAULT 1,  -- changes in the store go to Oracle
  owner TEXT,                        -- of an e-mail: the store customer it came with
  label TEXT,                        -- e-mail or VAT number as people read it
  name TEXT,
  email_key TEXT,                    -- the identity of the e-mail it has now
  mailbox_key TEXT,
  company_key TEXT,
  content_hash TEXT,                 -- of what Oracle was told last
  content_at TEXT,                   -- the instant that content is from
  profile_hash TEXT,                 -- of the store's profile as last seen
  problem TEXT,                      -- JSON: why there is no account, or why a change did not reach Oracle
  told TEXT,                         -- account number that the store was told
  erased_at_ms INTEGER,
  updated_at_ms INTEGER NOT NULL
) STRICT;
-- Guests come without: their e-mail was the key itself. The next order finds their account by its external id, and keeps it again.
INSERT INTO customer (identity, account_number, party_id, account, progress, found_by, content_hash, updated_at_ms)
  SELECT identity, json_extract(account, '$.accountNumber'), json_extract(account, '$.partyId'), account, progress, found_by,
    content_hash, updated_at_ms
  FROM customer_before WHERE identity LIKE 'user:%';
DROP TABLE customer_before;
CREATE INDEX customer_of_account ON customer (account_number) WHERE account_number IS NOT NULL;
CREATE INDEX customer_of_party ON customer (party_id) WHERE party_id IS NOT NULL;
CREATE INDEX customer_of_email ON customer (email_key) WHERE email_key IS NOT NULL;
CREATE INDEX customer_owned ON customer (owner) WHERE owner IS NOT NULL;
CREATE INDEX customer_of_company ON customer (company_key) WHERE company_key IS NOT NULL;
CREATE INDEX customer_by_update ON customer (updated_at_ms DESC);
CREATE INDEX customer_with_problem ON customer (updated_at_ms) WHERE problem IS NOT NULL;
CREATE INDEX customer_untold ON customer (identity) WHERE identity >= 'user:' AND identity < 'user;' AND told IS NOT account_number;

-- Which account an identity had, and who said so. Rows are added, never changed.
CREATE TABLE customer_change (
  seq INTEGER PRIMARY KEY,
  identity TEXT NOT NULL,
  account_number TEXT,               -- null: unlinked
  found_by TEXT,
  actor TEXT,
  at_ms INTEGER NOT NULL
) STRICT;
CREATE INDEX customer_change_of ON customer_change (identity, seq);

-- Sites by address, where the set-up gives each address one. The address is a keyed hash.
CREATE TABLE customer_site (
  account_number TEXT NOT NULL,
  site_use TEXT NOT NULL,            -- BILL_TO, SHIP_TO
  address_key TEXT NOT NULL,
  site TEXT NOT NULL,
  site_use_id TEXT NOT NULL,
  PRIMARY KEY (account_number, site_use, address_key)
) STRICT, WITHOUT ROWID;

-- Orders that wait until a person says which account their customer has.
CREATE TABLE customer_wait (order_id INTEGER PRIMARY KEY, identity TEXT NOT NULL) STRICT;
CREATE INDEX customer_wait_of ON customer_wait (identity);

-- Orders whose person was erased: what is read again of them is kept without the person.
CREATE TABLE erased_order (order_id INTEGER PRIMARY KEY, identity TEXT NOT NULL, at_ms INTEGER NOT NULL) STRICT;
