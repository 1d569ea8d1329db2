import { Button } from '@wordpress/components';
import { useDispatch, useSelect } from '@wordpress/data';
import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import { Badge } from '../../components/badge.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { Section } from '../../components/section.tsx';
import type { Connections } from '../../data/contract.ts';
import { sources } from '../../data/sources.ts';
import { store } from '../../data/store.ts';
import { useAct } from '../../hooks/act.ts';
import { heldByEnvironment } from './secret.tsx';

/** Live or simulation: whether documents leave for Oracle. */
export function ModeSection({ connections }: { connections: Connections }) {
  const act = useAct();
  const [asking, setAsking] = useState(false);
  const { saveMode, refresh } = useDispatch(store);
  const modeReason = useSelect((select) => select(store).getOverview(), []).data?.modeReason;
  const live = connections.mode === 'live';
  const held = connections.fromEnvironment.includes('mode');
  const confirm = async () => {
    const outcome = await act.run('mode', () => saveMode(live ? 'simulation' : 'live'));
    if (!outcome.ok) return;
    setAsking(false);
    await refresh(sources.overview());
  };
  return (
    <Section
      title={__('Posting mode', 'ar-bridge')}
      actions={
        <>
          <Badge tone={live ? 'good' : 'warning'}>{live ? __('Live', 'ar-bridge') : __('Simulation', 'ar-bridge')}</Badge>
          <Button variant="secondary" size="compact" disabled={held} accessibleWhenDisabled onClick={() => setAsking(true)}>
            {live ? __('Switch to simulation', 'ar-bridge') : __('Switch posting on', 'ar-bridge')}
          </Button>
        </>
      }
    >
      <p>
        {live
          ? __('Documents are posted to Oracle as orders come in.', 'ar-bridge')
          : __('Orders are read and every step is worked out, but nothing is posted to Oracle.', 'ar-bridge')}
      </p>
      {!live && modeReason && <p>{modeReason}</p>}
      {held && <p className="arb-quiet">{heldByEnvironment()}</p>}
      {asking && (
        <Confirm
          title={live ? __('Switch to simulation?', 'ar-bridge') : __('Switch posting on?', 'ar-bridge')}
          confirm={live ? __('Switch to simulation', 'ar-bridge') : __('Post to Oracle', 'ar-bridge')}
          act={act}
          onConfirm={() => void confirm()}
          onClose={() => setAsking(false)}
        >
          <p>
            {live
              ? __(
                  'Orders wait from now on. What is posted stays; a document that is being sent right now is finished.',
                  'ar-bridge',
                )
              : __(
                  'Every order that waits is posted to Oracle now, and every new one as it comes in. Documents in Oracle cannot be deleted, only corrected by further documents. Look at a few dry runs first.',
                  'ar-bridge',
                )}
          </p>
        </Confirm>
      )}
    </Section>
  );
}
