-- Told by another plugin (ar_bridge_payment_received), not seen by the order's paid date: no status of the order speaks of it.
ALTER TABLE payment ADD COLUMN reported INTEGER NOT NULL DEFAULT 0;
