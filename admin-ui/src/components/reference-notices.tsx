import { useDispatch } from '@wordpress/data';
import { __, _n, sprintf } from '@wordpress/i18n';
import type { ReferenceNotices as Notices } from '../data/contract.ts';
import { sources } from '../data/sources.ts';
import { store } from '../data/store.ts';
import { count, relative } from '../format.ts';
import { type Act, useAct } from '../hooks/act.ts';
import { useFresh } from '../hooks/fresh.ts';
import { ActButton } from './act-button.tsx';
import { ActFailure } from './act-failure.tsx';
import { Link } from './link.tsx';
import { OrderLinks } from './order-links.tsx';
import { Section } from './section.tsx';

type Notice = Notices['notices'][number];

/**
 * What Oracle changed that a rule, the set-up or a shared account still names, with the orders at risk. Nothing is shown while nothing is
 * broken; `all` shows also what somebody has seen already.
 */
export function ReferenceNotices({ all = false }: { all?: boolean }) {
  const act = useAct();
  const { resource } = useFresh(sources.referenceNotices());
  const notices = (resource.data?.notices ?? []).filter(({ dismissedBy }) => all || dismissedBy === null);
  if (notices.length === 0) return null;
  return (
    <Section
      title={__('Changed in Oracle', 'ar-bridge')}
      about={__('Orders that meet one of these wait until it is mended.', 'ar-bridge')}
      actions={
        !all && (
          <Link tab="connections" params={{ at: 'lists' }}>
            {__('Lists of values', 'ar-bridge')}
          </Link>
        )
      }
    >
      <ActFailure act={act} />
      <ul className="arb-causes">
        {notices.map((notice) => (
          <NoticeItem key={notice.id} notice={notice} act={act} />
        ))}
      </ul>
    </Section>
  );
}

function NoticeItem({ notice, act }: { notice: Notice; act: Act }) {
  const { id, message, orders, sampleOrderIds, foundAt, dismissedBy } = notice;
  const { dismissNotice } = useDispatch(store);
  const name = `dismiss ${id}`;
  return (
    <li className="arb-cause">
      <p className="arb-reason__message">{message}</p>
      <p className="arb-sub">
        {orders === 0
          ? __('No waiting or recent order meets it.', 'ar-bridge')
          : sprintf(
              /* translators: %s: number of orders */
              _n('%s waiting or recent order meets it.', '%s waiting or recent orders meet it.', orders, 'ar-bridge'),
              count(orders),
            )}{' '}
        <OrderLinks orderIds={sampleOrderIds} />
      </p>
      <div className="arb-actions">
        <WhereToMend notice={notice} />
        {dismissedBy === null ? (
          <ActButton
            act={act}
            name={name}
            variant="tertiary"
            /* translators: %s: name of a rule or of a value */
            label={sprintf(__('I have seen it: %s', 'ar-bridge'), notice.name)}
            onClick={() => void act.run(name, () => dismissNotice(id))}
          >
            {__('I have seen it', 'ar-bridge')}
          </ActButton>
        ) : (
          /* translators: %s: login name */
          <span className="arb-quiet">{sprintf(__('Seen by %s.', 'ar-bridge'), dismissedBy)}</span>
        )}
        {/* translators: %s: a time, such as "2 hours ago" */}
        <span className="arb-quiet">{sprintf(__('Found %s.', 'ar-bridge'), relative(foundAt))}</span>
      </div>
    </li>
  );
}

function WhereToMend({ notice: { what, subjectId } }: { notice: Notice }) {
  const className = 'components-button is-secondary is-compact';
  return what === 'rule' ? (
    <Link tab="rules" params={{ rule: subjectId }} className={className}>
      {__('Open the rule', 'ar-bridge')}
    </Link>
  ) : (
    <Link tab="connections" params={{ at: 'setup' }} className={className}>
      {__('Open the set-up', 'ar-bridge')}
    </Link>
  );
}
