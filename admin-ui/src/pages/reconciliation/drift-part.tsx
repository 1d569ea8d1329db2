import { useDispatch } from '@wordpress/data';
import { useState } from '@wordpress/element';
import { __, _n, sprintf } from '@wordpress/i18n';
import { ActButton } from '../../components/act-button.tsx';
import { ActFailure } from '../../components/act-failure.tsx';
import { Badge } from '../../components/badge.tsx';
import { Confirm } from '../../components/confirm.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { AreaField } from '../../components/fields.tsx';
import { Id } from '../../components/id.tsx';
import { Link } from '../../components/link.tsx';
import { Section } from '../../components/section.tsx';
import { Empty, FailureView, Loaded } from '../../components/views.tsx';
import type { Drift, DriftFinding, ReconciliationView } from '../../data/contract.ts';
import { sources } from '../../data/sources.ts';
import { store } from '../../data/store.ts';
import { count, instant } from '../../format.ts';
import { useAct } from '../../hooks/act.ts';
import { useFresh } from '../../hooks/fresh.ts';
import { documentLabel } from '../../labels.ts';
import { aspectLabel } from './words.ts';

interface DriftPartProps extends Pick<ReconciliationView, 'lastRead' | 'nightly'> {
  onChanged: () => void;
}

/** What somebody changed in Oracle by hand, order by order, with the two ways on. */
export function DriftPart({ lastRead, nightly, onChanged }: DriftPartProps) {
  const { resource, again } = useFresh(sources.drift());
  const changed = () => {
    again();
    onChanged();
  };
  return (
    <Section
      title={__('Changed in Oracle by hand', 'ar-bridge')}
      about={
        lastRead === null
          ? __('Oracle was never read back yet: compare a period with “Read every document back”.', 'ar-bridge')
          : sprintf(
              /* translators: %s: date and time */
              __('The last weeks are read back every night. Last read back: %s.', 'ar-bridge'),
              instant(lastRead),
            )
      }
      flush
    >
      {nightly.failed && <NightFailed failed={nightly.failed} />}
      <Loaded resource={resource} onRetry={again}>
        {({ orders, total }) =>
          orders.length === 0 ? (
            <Empty title={__('Nothing was changed by hand.', 'ar-bridge')}>
              {__('Every document that was read back is as AR Bridge left it.', 'ar-bridge')}
            </Empty>
          ) : (
            <>
              {orders.map((drift) => (
                <DriftedOrder key={drift.orderId} drift={drift} onChanged={changed} />
              ))}
              {total > orders.length && (
                <p className="arb-chip">
                  {/* translators: 1: number shown, 2: number in all */}
                  {sprintf(__('The first %1$s of %2$s orders.', 'ar-bridge'), count(orders.length), count(total))}
                </p>
              )}
            </>
          )
        }
      </Loaded>
    </Section>
  );
}

/** Why the nightly look did not go through, and when it comes again by itself. */
function NightFailed({ failed: { attempts, failure, next } }: { failed: NonNullable<ReconciliationView['nightly']['failed']> }) {
  const times = sprintf(
    /* translators: %s: number of attempts */
    _n('The nightly look failed.', 'The nightly look failed %s times in a row.', Math.max(1, attempts), 'ar-bridge'),
    count(attempts),
  );
  const comes =
    next === null
      ? ''
      : /* translators: %s: date and time */
        sprintf(__('It comes again by itself: %s.', 'ar-bridge'), instant(next));
  return (
    <FailureView
      failure={{ ...failure, message: `${times} ${failure.message}`, action: `${failure.action} ${comes}`.trim(), fields: {} }}
    />
  );
}

function DriftedOrder({ drift, onChanged }: { drift: Drift; onChanged: () => void }) {
  const { orderId, orderNumber, fingerprint, findings, firstSeenAt, accepted } = drift;
  const act = useAct();
  const [accepting, setAccepting] = useState(false);
  const [note, setNote] = useState('');
  const { acceptDrift, putRight } = useDispatch(store);
  const name =
    orderId === 0
      ? __('Documents that belong to no order of ours', 'ar-bridge')
      : /* translators: %s: order number */
        sprintf(__('Order #%s', 'ar-bridge'), orderNumber);
  const right = async () => {
    const outcome = await act.run(
      'right',
      () => putRight(orderId),
      __('AR Bridge is at work on the order again; look at it in a moment.', 'ar-bridge'),
    );
    if (outcome.ok) onChanged();
  };
  const accept = async () => {
    const outcome = await act.run(
      'accept',
      () => acceptDrift({ orderId, fingerprint, note }),
      __('Taken as it is, and written down.', 'ar-bridge'),
    );
    if (!outcome.ok) return;
    setAccepting(false);
    onChanged();
  };
  return (
    <section className="arb-total" aria-label={name}>
      <div className="arb-heading__line">
        <h3 className="arb-subtitle">
          {orderId === 0 ? (
            name
          ) : (
            <Link tab="orders" params={{ order: orderId }}>
              {name}
            </Link>
          )}
        </h3>
        {accepted ? (
          <Badge tone="neutral">
            {/* translators: 1: name of a person, 2: date and time */}
            {sprintf(__('taken as it is by %1$s, %2$s', 'ar-bridge'), accepted.by, instant(accepted.at))}
          </Badge>
        ) : (
          <Badge tone="warning">{__('Needs attention', 'ar-bridge')}</Badge>
        )}
        {/* translators: %s: date and time */}
        <span className="arb-quiet">{sprintf(__('first seen %s', 'ar-bridge'), instant(firstSeenAt))}</span>
      </div>
      {!accepting && <ActFailure act={act} />}
      <DataTable caption={name} columns={columns()} rows={findings} keyOf={({ document, aspect }) => `${document} ${aspect}`} />
      {!accepted && (
        <div className="arb-actions">
          {orderId > 0 && (
            <ActButton
              act={act}
              name="right"
              /* translators: %s: order */
              label={sprintf(__('Put it right (replay): %s', 'ar-bridge'), name)}
              onClick={() => void right()}
            >
              {__('Put it right (replay)', 'ar-bridge')}
            </ActButton>
          )}
          <ActButton
            act={act}
            name="accept"
            /* translators: %s: order */
            label={sprintf(__('Accept as it is: %s', 'ar-bridge'), name)}
            onClick={() => setAccepting(true)}
          >
            {__('Accept as it is', 'ar-bridge')}
          </ActButton>
        </div>
      )}
      {accepting && (
        <Confirm
          title={__('Accept as it is', 'ar-bridge')}
          confirm={__('Accept as it is', 'ar-bridge')}
          act={act}
          onConfirm={() => void accept()}
          onClose={() => setAccepting(false)}
        >
          <div className="arb-stack is-tight">
            <p>
              {__(
                'AR Bridge leaves Oracle as it is and asks no more, until something else changes. Your name and this note are kept with the order.',
                'ar-bridge',
              )}
            </p>
            <AreaField label={__('Note', 'ar-bridge')} value={note} onChange={setNote} maxLength={500} />
          </div>
        </Confirm>
      )}
    </section>
  );
}

const columns = (): Column<DriftFinding>[] => [
  {
    id: 'document',
    header: __('Document', 'ar-bridge'),
    heads: true,
    cell: ({ document, kind }) => (
      <>
        <Id>{document}</Id>
        <span className="arb-sub">{documentLabel(kind)}</span>
      </>
    ),
  },
  {
    id: 'what',
    header: __('What', 'ar-bridge'),
    cell: ({ aspect, message }) => (
      <>
        {message}
        <span className="arb-sub">{aspectLabel(aspect)}</span>
      </>
    ),
  },
  {
    id: 'ours',
    header: __('AR Bridge holds', 'ar-bridge'),
    align: 'end',
    cell: ({ ours }) => <span className="arb-amount">{ours}</span>,
  },
  {
    id: 'theirs',
    header: __('Oracle holds', 'ar-bridge'),
    align: 'end',
    cell: ({ theirs }) => <strong className="arb-amount arb-strong">{theirs}</strong>,
  },
];
