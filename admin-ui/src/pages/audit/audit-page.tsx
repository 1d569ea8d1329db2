import { Notice } from '@wordpress/components';
import { useDispatch, useSelect } from '@wordpress/data';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import type { ReactNode } from 'react';
import { ActButton } from '../../components/act-button.tsx';
import { ActFailure } from '../../components/act-failure.tsx';
import { Link } from '../../components/link.tsx';
import { Section } from '../../components/section.tsx';
import { Empty, Loaded } from '../../components/views.tsx';
import type { ChainVerdict } from '../../data/contract.ts';
import { requestFile } from '../../data/request.ts';
import { type AuditFilter, auditCsvPath, sources } from '../../data/sources.ts';
import { store } from '../../data/store.ts';
import { count } from '../../format.ts';
import { useAct } from '../../hooks/act.ts';
import { useKept } from '../../hooks/kept.ts';
import type { Params } from '../../hooks/route.ts';
import { saveAs } from '../../save-as.ts';
import { AuditFilters } from './audit-filters.tsx';
import { EntryTable } from './entry-table.tsx';

/** What changed in Oracle, or every attempt there was, with what was sent and answered; nothing here can be changed. */
export function AuditPage({ params }: { params: Record<string, string> }) {
  const filter = filterOf(params);
  const key = JSON.stringify(filter);
  const { resource, stale } = useKept(useSelect((select) => select(store).getAudit(filter), [key]));
  const { refresh } = useDispatch(store);
  return (
    <AuditSection filter={filter}>
      <AuditFilters params={params} />
      <Loaded resource={resource} onRetry={() => void refresh(sources.audit(filter))} rows={8}>
        {(page) => (
          <>
            {page.entries.length === 0 ? (
              <Nothing params={params} />
            ) : (
              <EntryTable caption={__('Attempts', 'ar-bridge')} entries={page.entries} stale={stale} />
            )}
            <Older params={params} nextBefore={page.nextBefore} />
          </>
        )}
      </Loaded>
    </AuditSection>
  );
}

/** The address says `order`, as on the Orders tab; the API says `orderId`. */
function filterOf({ from, to, order, document, result, kind, before }: Record<string, string>): AuditFilter {
  return {
    ...(from && { from }),
    ...(to && { to }),
    ...(order && { orderId: order }),
    ...(document && { document }),
    ...(result && { result }),
    ...(kind && { kind }),
    ...(before && { before }),
    limit: 50,
  };
}

/** Reads and polls are many and left out at first: who finds nothing may look for one of them. */
function Nothing({ params }: { params: Record<string, string> }) {
  const { kind, ...narrowed } = params;
  const filtered = Object.keys(narrowed).length > 0;
  if (kind !== 'all') {
    return (
      <Empty
        title={filtered ? __('No change in Oracle matches.', 'ar-bridge') : __('Nothing was changed in Oracle yet.', 'ar-bridge')}
      >
        <Link tab="audit" params={{ ...params, kind: 'all' }}>
          {__('Look among reads and polls too', 'ar-bridge')}
        </Link>
      </Empty>
    );
  }
  return filtered ? (
    <Empty title={__('No attempt matches.', 'ar-bridge')}>
      <Link tab="audit" params={{ kind }}>
        {__('Show all attempts', 'ar-bridge')}
      </Link>
    </Empty>
  ) : (
    <Empty title={__('No attempt yet.', 'ar-bridge')}>
      {__('Every call to Oracle and to the store is written here, with its answer.', 'ar-bridge')}
    </Empty>
  );
}

function Older({ params, nextBefore }: { params: Params; nextBefore: number | null }) {
  if (nextBefore === null && !params.before) return null;
  return (
    <nav className="arb-pager" aria-label={__('Pages', 'ar-bridge')}>
      {params.before && (
        <Link tab="audit" params={{ ...params, before: undefined }} className="components-button is-secondary is-compact">
          {__('Newest', 'ar-bridge')}
        </Link>
      )}
      {nextBefore !== null && (
        <Link tab="audit" params={{ ...params, before: nextBefore }} className="components-button is-secondary is-compact">
          {__('Older', 'ar-bridge')}
        </Link>
      )}
    </nav>
  );
}

/** The card, with what can be done with the trail as a whole: verify it, take it away. */
function AuditSection({ filter, children }: { filter: AuditFilter; children: ReactNode }) {
  const act = useAct();
  const [verdict, setVerdict] = useState<ChainVerdict | null>(null);
  const { verifyChain } = useDispatch(store);
  const verify = async () => {
    const outcome = await act.run('verify', verifyChain);
    setVerdict(outcome.ok ? outcome.value : null);
  };
  const download = async () => {
    const outcome = await act.run('csv', () => requestFile(auditCsvPath(filter)));
    if (outcome.ok) saveAs(outcome.value, 'ar-bridge-audit.csv');
  };
  return (
    <Section
      title={__('Audit trail', 'ar-bridge')}
      about={__(
        'Append-only. Each entry carries the hash of the one before it: an entry that was changed or removed breaks the chain.',
        'ar-bridge',
      )}
      actions={
        <>
          <ActButton act={act} name="verify" onClick={() => void verify()}>
            {__('Verify the chain', 'ar-bridge')}
          </ActButton>
          <ActButton act={act} name="csv" onClick={() => void download()}>
            {__('Download what is shown as CSV', 'ar-bridge')}
          </ActButton>
        </>
      }
      flush
    >
      <div className="arb-above">
        <ActFailure act={act} />
        <div role="status">{verdict && <Verdict verdict={verdict} onClose={() => setVerdict(null)} />}</div>
      </div>
      {children}
    </Section>
  );
}

function Verdict({ verdict, onClose }: { verdict: ChainVerdict; onClose: () => void }) {
  return (
    <Notice status={verdict.ok ? 'success' : 'error'} onRemove={onClose} className="arb-notice">
      <strong>
        {verdict.ok
          ? /* translators: %s: number of entries */
            sprintf(__('The chain is whole: %s entries.', 'ar-bridge'), count(verdict.rows))
          : /* translators: 1: number of an entry, 2: what is wrong with it */
            sprintf(
              __('The chain breaks at entry %1$s: %2$s', 'ar-bridge'),
              count(verdict.firstBad?.seq ?? 0),
              verdict.firstBad?.why ?? '',
            )}
      </strong>
      <p className="arb-hash">
        {__('Last hash', 'ar-bridge')} <code>{verdict.head}</code>
      </p>
    </Notice>
  );
}
