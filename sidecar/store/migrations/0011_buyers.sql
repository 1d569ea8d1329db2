-- Under which identities a store customer's orders are billed: their own, and those of the companies they buy for.
CREATE TABLE customer_buyer (
  customer_id INTEGER NOT NULL,
  identity TEXT NOT NULL,
  since_ms INTEGER NOT NULL,
  PRIMARY KEY (customer_id, identity)
) STRICT, WITHOUT ROWID;
CREATE INDEX customer_buyer_of ON customer_buyer (identity);
INSERT INTO customer_buyer SELECT CAST(substr(identity, 6) AS INTEGER), identity, updated_at_ms
  FROM customer WHERE identity LIKE 'user:%' AND account_number IS NOT NULL AND erased_at_ms IS NULL;

-- The account numbers that the store is to show with its customer, and those it was told last; JSON.
CREATE TABLE customer_told (customer_id INTEGER PRIMARY KEY, numbers TEXT NOT NULL, told TEXT NOT NULL DEFAULT '[]') STRICT;
INSERT INTO customer_told
  SELECT CAST(substr(identity, 6) AS INTEGER), iif(account_number IS NULL, '[]', json_array(account_number)), iif(told IS NULL, '[]', json_array(told))
  FROM customer WHERE identity LIKE 'user:%' AND erased_at_ms IS NULL AND (account_number IS NOT NULL OR told IS NOT NULL);
DROP INDEX customer_untold;
ALTER TABLE customer DROP COLUMN told;
CREATE INDEX customer_untold ON customer_told (customer_id) WHERE told <> numbers;
