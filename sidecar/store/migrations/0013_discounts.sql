-- Whether coupons were lines of their own when the document was posted: what follows an order's first document keeps to it.
ALTER TABLE document ADD COLUMN discounts TEXT;
