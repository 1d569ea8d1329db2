import { useDispatch, useSelect } from '@wordpress/data';
import { __ } from '@wordpress/i18n';
import { lazyPage } from '../../components/lazy-page.tsx';
import { PartsNav } from '../../components/parts-nav.tsx';
import { Loaded } from '../../components/views.tsx';
import type { Connections } from '../../data/contract.ts';
import { sources } from '../../data/sources.ts';
import { store } from '../../data/store.ts';
import { ModeSection } from './mode-section.tsx';
import { OracleSection } from './oracle-section.tsx';
import { PairingSection } from './pairing-section.tsx';
import { PollSection } from './poll-section.tsx';
import { ReferenceSection } from './reference-section.tsx';
import { StoreSection } from './store-section.tsx';
import { SweepSection } from './sweep-section.tsx';

/** The largest form of the page, and opened seldom. */
const SetupSection = lazyPage(
  async () => (await import(/* webpackChunkName: "setup" */ './setup/setup-section.tsx')).SetupSection,
);

const PARTS = ['systems', 'setup', 'posting', 'lists'] as const;
type Part = (typeof PARTS)[number];

const partLabel = (part: Part): string =>
  ({
    systems: __('Pairing, store and Oracle', 'ar-bridge'),
    setup: __('Business set-up', 'ar-bridge'),
    posting: __('Posting and upkeep', 'ar-bridge'),
    lists: __('Lists of values', 'ar-bridge'),
  })[part];

/** How the three systems reach each other, what finance decided once, and whether anything is posted. */
export function ConnectionsPage({ params }: { params: Record<string, string> }) {
  const part = PARTS.find((known) => known === params.at) ?? 'systems';
  const pairing = useSelect((select) => select(store).getPairing(), []);
  const { refresh } = useDispatch(store);
  return (
    <Loaded resource={pairing} onRetry={() => void refresh(sources.pairing())}>
      {(status) =>
        status.paired ? (
          <div className="arb-stack">
            <PartsNav tab="connections" label={__('Connections', 'ar-bridge')} parts={PARTS} current={part} nameOf={partLabel} />
            {part === 'systems' && <PairingSection pairing={status} />}
            <FromSidecar part={part} />
          </div>
        ) : (
          <PairingSection pairing={status} />
        )
      }
    </Loaded>
  );
}

function FromSidecar({ part }: { part: Part }) {
  const connections = useSelect((select) => select(store).getConnections(), []);
  const { refresh } = useDispatch(store);
  return (
    <Loaded resource={connections} onRetry={() => void refresh(sources.connections())} rows={8}>
      {(data) => (
        <div className="arb-stack">
          <Parts part={part} connections={data} />
        </div>
      )}
    </Loaded>
  );
}

function Parts({ part, connections }: { part: Part; connections: Connections }) {
  switch (part) {
    case 'systems':
      return (
        <>
          <StoreSection connections={connections} />
          <OracleSection connections={connections} />
        </>
      );
    case 'setup':
      return <SetupSection connections={connections} />;
    case 'posting':
      return (
        <>
          <ModeSection connections={connections} />
          <PollSection connections={connections} />
          <SweepSection />
        </>
      );
    case 'lists':
      return <ReferenceSection />;
  }
}
