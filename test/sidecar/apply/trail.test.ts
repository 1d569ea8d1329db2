import { describe, expect, it, vi } from 'vitest';
import type { Attempt } from '../../../sidecar/apply/ports.ts';
import { auditTrail } from '../../../sidecar/apply/trail.ts';
import type { AuditRow } from '../../../sidecar/store/audit.ts';

const ATTEMPT: Attempt = {
  system: 'oracle',
  operation: 'create invoice',
  method: 'POST',
  path: '/fscmRestApi/resources/11.13.18.05/receivablesInvoices',
  startedAtMs: 1,
  durationMs: 2.345,
  status: 201,
  request: '{}',
  response: '{}',
  outcome: 'ok',
  oracleIds: ['300100000000001'],
};

function make(refuse: () => Error | null) {
  const rows: AuditRow[] = [];
  const onError = vi.fn();
  const sink = {
    write: async <T>(work: () => T) => {
      const error = refuse();
      if (error) throw error;
      return work();
    },
    audit: { append: (row: AuditRow) => rows.push(row) },
  };
  return { rows, onError, trail: auditTrail(sink, { orderId: 7, document: 'WEB-7', actor: 'sidecar' }, onError) };
}
const sqlite = (code: string) => Object.assign(new Error(code), { code });

describe('the audit trail of an attempt', () => {
  it('names the order and the document', async () => {
    const { rows, trail } = make(() => null);
    trail.record(ATTEMPT);
    await vi.waitFor(() =>
      expect(rows).toMatchObject([{ orderId: 7, document: 'WEB-7', operation: 'create invoice', durationMs: 2.3 }]),
    );
  });

  it('waits while the disk is full', async () => {
    let full = true;
    const { rows, onError, trail } = make(() => (full ? sqlite('SQLITE_FULL') : null));
    trail.record(ATTEMPT);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(rows).toEqual([]);
    full = false;
    await vi.waitFor(() => expect(rows).toHaveLength(1), 3_000);
    expect(onError).not.toHaveBeenCalled();
  });

  it('that cannot be written for another reason is told', async () => {
    const { onError, trail } = make(() => sqlite('SQLITE_IOERR_FSYNC'));
    trail.record(ATTEMPT);
    await vi.waitFor(() => expect(onError).toHaveBeenCalledOnce());
  });
});
