-- The decimals that the shop had when the order's amounts were written (decisions/0016): read before each reading of the order, where
-- taking the whole snapshot apart for it would be waste.
ALTER TABLE order_record ADD COLUMN shop_decimals INTEGER;
UPDATE order_record SET shop_decimals = snapshot ->> '$.shopDecimals' WHERE snapshot IS NOT NULL;
