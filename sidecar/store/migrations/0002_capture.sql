-- Refunds of the last reading of each order, so that a sweep can tell which are new and which are gone.
CREATE TABLE store_refund (
  refund_id INTEGER PRIMARY KEY,
  order_id INTEGER NOT NULL,
  created_at TEXT NOT NULL
) STRICT;
CREATE INDEX store_refund_of_order ON store_refund (order_id);
CREATE INDEX store_refund_created ON store_refund (created_at);

-- Customers by content: WooCommerce lists no changes of them.
CREATE TABLE store_customer (customer_id INTEGER PRIMARY KEY, hash TEXT NOT NULL) STRICT;
