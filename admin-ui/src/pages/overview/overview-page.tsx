import { Notice } from '@wordpress/components';
import { useDispatch, useSelect } from '@wordpress/data';
import { __ } from '@wordpress/i18n';
import { ReferenceNotices } from '../../components/reference-notices.tsx';
import { Loaded } from '../../components/views.tsx';
import type { Overview } from '../../data/contract.ts';
import { sources } from '../../data/sources.ts';
import { store } from '../../data/store.ts';
import { urlOf } from '../../hooks/route.ts';
import { usePolling } from '../../hooks/timing.ts';
import { Causes } from './causes.tsx';
import { Health } from './health.tsx';
import { HELD_BACK_CODES, HeldBack } from './held-back.tsx';
import { Recent } from './recent.tsx';
import { StateCounts } from './state-counts.tsx';
import { Today } from './today.tsx';

/** What landed today, what waits and why, and whether both systems can be reached. */
export function OverviewPage() {
  const overview = useSelect((select) => select(store).getOverview(), []);
  const { refresh } = useDispatch(store);
  const again = () => void refresh(sources.overview());
  usePolling(again, 30_000);
  return (
    <Loaded resource={overview} onRetry={again} rows={8}>
      {(data) => (
        <div className="arb-stack">
          <ModeBanner overview={data} />
          <StateCounts counts={data.counts} />
          <ReferenceNotices />
          <HeldBack heldBack={data.heldBack} />
          <div className="arb-columns">
            <div className="arb-stack">
              <Causes causes={causesBeside(data)} />
              <Recent orders={data.recent} />
            </div>
            <div className="arb-stack">
              <Today today={data.today} />
              <Health health={data.health} />
            </div>
          </div>
        </div>
      )}
    </Loaded>
  );
}

/** What a card of its own tells is not listed again. */
const causesBeside = ({ causes, heldBack }: Overview): Overview['causes'] =>
  heldBack.lanes.length === 0 ? causes : causes.filter(({ code }) => !HELD_BACK_CODES.has(code));

function ModeBanner({ overview }: { overview: Overview }) {
  if (overview.mode === 'live') return null;
  return (
    <Notice
      status="warning"
      isDismissible={false}
      className="arb-notice"
      actions={[{ label: __('Posting mode', 'ar-bridge'), url: urlOf('connections', { at: 'posting' }) }]}
    >
      <strong>{__('Simulation: nothing is posted to Oracle.', 'ar-bridge')}</strong>
      {overview.modeReason && <p>{overview.modeReason}</p>}
    </Notice>
  );
}
