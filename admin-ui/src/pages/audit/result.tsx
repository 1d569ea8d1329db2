import { __ } from '@wordpress/i18n';
import { Badge } from '../../components/badge.tsx';
import type { AuditEntry } from '../../data/contract.ts';

/** That it went well, or the failure's code; the HTTP status beside it. */
export function Result({ entry }: { entry: AuditEntry }) {
  const ok = entry.outcome === 'ok';
  return (
    <>
      <Badge tone={ok ? 'good' : 'bad'}>{ok ? __('OK', 'ar-bridge') : __('Failed', 'ar-bridge')}</Badge>
      {!isOwn(entry) && (
        <span className="arb-sub arb-nowrap">
          {entry.status === null ? __('no answer', 'ar-bridge') : `HTTP ${entry.status}`}
        </span>
      )}
      {!ok && <span className="arb-sub">{entry.outcome}</span>}
    </>
  );
}

/** A row about AR Bridge's own doings: no call, so nothing that answers. */
export const isOwn = ({ system }: AuditEntry): boolean => system === 'ar-bridge';
