-- The accounting date an application was sent with: what follows on the same receipt is not dated before it.
ALTER TABLE action ADD COLUMN accounting_date TEXT;
CREATE INDEX action_reversals_dated ON action (accounting_date) WHERE kind = 'reverse-receipt';
