import type { Audit } from '../store/audit.ts';
import { isRefusedWrite } from '../store/committer.ts';
import type { Attempt, Trail } from './ports.ts';
import { redactBody, redactPath } from './redact.ts';

const REFUSED_WAIT_MS = 1_000;

export interface TrailContext {
  orderId: number | null;
  document: string | null;
  actor: string;
}

/** What a trail needs of the store: appends share the group commit of the turn they happen in. */
export interface AuditSink {
  write<T>(work: () => T): Promise<T>;
  audit: Pick<Audit, 'append'>;
}

/**
 * Writes each HTTP attempt to the audit trail, masked. While the disk is full its rows wait; there are few of them, since no work goes
 * on that cannot write. Any other refusal is a fault of the disk and ends the process.
 */
export function auditTrail(sink: AuditSink, context: TrailContext, onError: (error: unknown) => void): Trail {
  return {
    record(attempt: Attempt) {
      const row = {
        ...context,
        ...attempt,
        path: redactPath(attempt.path),
        durationMs: Math.round(attempt.durationMs * 10) / 10,
        request: redactBody(attempt.request),
        response: redactBody(attempt.response),
      };
      const keep = () => {
        sink
          .write(() => sink.audit.append(row))
          .catch((error: unknown) => {
            if (isRefusedWrite(error)) setTimeout(keep, REFUSED_WAIT_MS).unref();
            else onError(error);
          });
      };
      keep();
    },
  };
}

/** For tests. */
export function memoryTrail(): Trail & { attempts: Attempt[] } {
  const attempts: Attempt[] = [];
  return { attempts, record: (attempt) => attempts.push(attempt) };
}
