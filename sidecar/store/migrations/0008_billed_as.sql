-- Tells whether the billing address was changed after the first document: a digest of it, salted by the order, is enough for that.
ALTER TABLE order_record ADD COLUMN billed_as TEXT;
