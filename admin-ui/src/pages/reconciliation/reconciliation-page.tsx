import { __ } from '@wordpress/i18n';
import { PartsNav } from '../../components/parts-nav.tsx';
import { Loaded } from '../../components/views.tsx';
import type { ReconciliationView } from '../../data/contract.ts';
import { sources } from '../../data/sources.ts';
import { useFresh } from '../../hooks/fresh.ts';
import { CertificatesPart } from './certificates-part.tsx';
import { ComparePart } from './compare-part.tsx';
import { DriftPart } from './drift-part.tsx';

const PARTS = ['compare', 'drift', 'certificates'] as const;
type Part = (typeof PARTS)[number];

const partName = (part: Part): string =>
  ({
    compare: __('Compare a period', 'ar-bridge'),
    drift: __('Changed in Oracle', 'ar-bridge'),
    certificates: __('Close certificates', 'ar-bridge'),
  })[part];

/** Store against Oracle, period by period, down to the document; what was changed by hand; and the certificate of a close. */
export function ReconciliationPage({ params }: { params: Record<string, string> }) {
  const { resource, again } = useFresh(sources.reconciliation());
  const part = PARTS.find((known) => known === params.at) ?? 'compare';
  return (
    <Loaded resource={resource} onRetry={again} rows={8}>
      {(view) => (
        <div className="arb-stack">
          <PartsNav
            tab="reconciliation"
            label={__('Reconciliation', 'ar-bridge')}
            parts={PARTS}
            current={part}
            nameOf={(each) => (each === 'drift' && view.drifted > 0 ? `${partName(each)} (${view.drifted})` : partName(each))}
          />
          <PartOf part={part} params={params} view={view} onChanged={again} />
        </div>
      )}
    </Loaded>
  );
}

interface PartProps {
  part: Part;
  params: Record<string, string>;
  view: ReconciliationView;
  onChanged: () => void;
}

function PartOf({ part, params, view, onChanged }: PartProps) {
  switch (part) {
    case 'compare':
      return <ComparePart params={params} view={view} onChanged={onChanged} />;
    case 'drift':
      return <DriftPart onChanged={onChanged} lastRead={view.lastRead} nightly={view.nightly} />;
    case 'certificates':
      return <CertificatesPart certificates={view.certificates} />;
  }
}
