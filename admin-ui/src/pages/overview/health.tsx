import { __ } from '@wordpress/i18n';
import { Badge } from '../../components/badge.tsx';
import { Link } from '../../components/link.tsx';
import { Section } from '../../components/section.tsx';
import type { Overview } from '../../data/contract.ts';
import { count, instant, relative } from '../../format.ts';

/** Whether both systems answer, and when the store was last looked through. */
export function Health({ health }: { health: Overview['health'] }) {
  return (
    <Section title={__('Health', 'ar-bridge')} actions={<Link tab="connections">{__('Connections', 'ar-bridge')}</Link>}>
      <dl className="arb-facts">
        <System name={__('Store', 'ar-bridge')} system={health.store} />
        <System name={__('Oracle', 'ar-bridge')} system={health.oracle} />
        <dt>{__('Store looked through', 'ar-bridge')}</dt>
        <dd>
          <When at={health.lastPollAt} />
        </dd>
        <dt>{__('Changes fetched from the store', 'ar-bridge')}</dt>
        <dd>
          <When at={health.lastPullAt} />
        </dd>
        <dt>{__('Orders in work', 'ar-bridge')}</dt>
        <dd className="arb-amount">{count(health.queued)}</dd>
      </dl>
    </Section>
  );
}

function System({ name, system }: { name: string; system: Overview['health']['store'] }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>
        <Reach system={system} />
        {system.message && <span className="arb-facts__note">{system.message}</span>}
        {system.at && (
          <span className="arb-facts__note">
            <When at={system.at} />
          </span>
        )}
      </dd>
    </>
  );
}

/** Nothing is said of a system that nobody has asked yet. */
function Reach({ system }: { system: Overview['health']['store'] }) {
  if (!system.ok) return <Badge tone="bad">{__('Not reachable', 'ar-bridge')}</Badge>;
  if (system.at === null) return <Badge tone="neutral">{__('Not asked yet', 'ar-bridge')}</Badge>;
  return <Badge tone="good">{__('Reachable', 'ar-bridge')}</Badge>;
}

function When({ at }: { at: string | null }) {
  return at === null ? (
    <span>{__('Not yet', 'ar-bridge')}</span>
  ) : (
    <time dateTime={at} title={instant(at)}>
      {relative(at)}
    </time>
  );
}
