import { ExternalLink } from '@wordpress/components';
import { useDispatch, useSelect } from '@wordpress/data';
import { __ } from '@wordpress/i18n';
import { Amount } from '../../components/amount.tsx';
import { StateBadge } from '../../components/badge.tsx';
import { Fact } from '../../components/fact.tsx';
import { Link } from '../../components/link.tsx';
import { UNKNOWN_ORDER, UnknownOrder } from '../../components/unknown-order.tsx';
import { Loaded } from '../../components/views.tsx';
import type { OrderDetail } from '../../data/contract.ts';
import { sources } from '../../data/sources.ts';
import { store } from '../../data/store.ts';
import { instant, isZero } from '../../format.ts';
import { usePolling } from '../../hooks/timing.ts';
import { orderEditUrl } from '../../host.ts';
import { storeStatusLabel } from '../../labels.ts';
import { Actions } from './actions.tsx';
import { Documents } from './documents.tsx';
import { IdentityView } from './identity.tsx';
import { Notes } from './notes.tsx';
import { OrderActs } from './order-acts.tsx';
import { Overpayment } from './overpayment.tsx';
import { Timeline } from './timeline.tsx';

/** One order: where it stands and why, what Oracle holds for it, and every call that was made. */
export function OrderDetailPage({ orderId }: { orderId: number }) {
  const order = useSelect((select) => select(store).getOrder(orderId), [orderId]);
  const { refresh } = useDispatch(store);
  const again = () => void refresh(sources.order(orderId));
  usePolling(again, pauseFor(order.data));
  return (
    <div className="arb-stack">
      <p className="arb-back">
        <Link tab="orders">{__('All orders', 'ar-bridge')}</Link>
      </p>
      {order.failure?.code === UNKNOWN_ORDER ? (
        <UnknownOrder orderId={orderId} />
      ) : (
        <Loaded resource={order} onRetry={again} rows={8}>
          {(detail) => (
            <>
              <Heading order={detail} />
              <OrderActs order={detail} />
              {detail.notes.length > 0 && <Notes notes={detail.notes} />}
              {!isZero(detail.overpayment) && <Overpayment order={detail} />}
              {detail.identity && <IdentityView identity={detail.identity} currency={detail.currency} />}
              <Documents documents={detail.documents} />
              {detail.actions.length > 0 && <Actions actions={detail.actions} currency={detail.currency} />}
              <Timeline entries={detail.timeline} orderId={detail.orderId} />
            </>
          )}
        </Loaded>
      )}
    </div>
  );
}

/** Often while work goes on, now and then while it may, not at all when only a person can change something. */
function pauseFor(order: OrderDetail | null): number | null {
  switch (order?.state) {
    case 'new':
    case 'posting':
      return 3_000;
    case 'waiting':
    case 'posted':
      return 30_000;
    default:
      return null;
  }
}

function Heading({ order }: { order: OrderDetail }) {
  const editUrl = orderEditUrl(order.orderId);
  return (
    <div className="arb-heading">
      <div className="arb-heading__line">
        <h2>{`#${order.orderNumber} ${order.customerName}`}</h2>
        <StateBadge state={order.state} />
      </div>
      <dl className="arb-heading__facts">
        <Fact name={__('Total', 'ar-bridge')}>
          <Amount value={order.total} currency={order.currency} />
        </Fact>
        <Fact name={__('In the store', 'ar-bridge')}>{storeStatusLabel(order.storeStatus)}</Fact>
        <Fact name={__('Customer account', 'ar-bridge')}>
          {order.accountNumber ? (
            <Link tab="customers" params={{ search: order.accountNumber }}>
              {order.accountNumber}
            </Link>
          ) : (
            __('none yet', 'ar-bridge')
          )}
        </Fact>
        <Fact name={__('Created', 'ar-bridge')}>{instant(order.createdAt)}</Fact>
        <Fact name={__('Last change', 'ar-bridge')}>{instant(order.updatedAt)}</Fact>
        {order.nextAttemptAt && <Fact name={__('Next attempt', 'ar-bridge')}>{instant(order.nextAttemptAt)}</Fact>}
      </dl>
      {editUrl && <ExternalLink href={editUrl}>{__('Open the order in WooCommerce', 'ar-bridge')}</ExternalLink>}
    </div>
  );
}
