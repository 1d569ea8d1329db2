-- The audit page shows first what changed in Oracle: reads and polls are many times as many rows.
CREATE INDEX audit_writes ON audit (seq) WHERE system = 'oracle' AND method <> 'GET';
