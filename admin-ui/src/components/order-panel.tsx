import { useDispatch, useSelect } from '@wordpress/data';
import { __ } from '@wordpress/i18n';
import type { OrderDetail } from '../data/contract.ts';
import { sources } from '../data/sources.ts';
import { store } from '../data/store.ts';
import { useAct } from '../hooks/act.ts';
import { urlOf } from '../hooks/route.ts';
import { usePolling } from '../hooks/timing.ts';
import { documentLabel, openLabel, replayLabel, stepLabel } from '../labels.ts';
import { ActButton } from './act-button.tsx';
import { ActFailure } from './act-failure.tsx';
import { Amount } from './amount.tsx';
import { StateBadge } from './badge.tsx';
import { UNKNOWN_ORDER, UnknownOrder } from './unknown-order.tsx';
import { Loaded } from './views.tsx';

/** On the order's own screen: its documents in Oracle, their balances, and the way on when it stands still. */
export function OrderPanel({ orderId }: { orderId: number }) {
  const order = useSelect((select) => select(store).getOrder(orderId), [orderId]);
  const { refresh } = useDispatch(store);
  const again = () => void refresh(sources.order(orderId));
  usePolling(again, order.data?.state === 'posting' || order.data?.state === 'new' ? 3_000 : null);
  if (order.failure?.code === UNKNOWN_ORDER) return <UnknownOrder orderId={orderId} />;
  return (
    <Loaded resource={order} onRetry={again} rows={3}>
      {(detail) => <Panel order={detail} />}
    </Loaded>
  );
}

function Panel({ order }: { order: OrderDetail }) {
  const act = useAct();
  const { replay } = useDispatch(store);
  const { orderId, state, reason, documents } = order;
  return (
    <div className="arb-panel">
      <p className="arb-panel__state">
        <StateBadge state={state} />
      </p>
      {reason && (
        <div className="arb-panel__reason">
          <p className="arb-reason__message">{reason.message}</p>
          {reason.action && <p>{reason.action}</p>}
        </div>
      )}
      {documents.length > 0 && (
        <ul className="arb-panel__documents">
          {documents.map((document) => (
            <li key={document.number}>
              <span className="arb-panel__kind">{documentLabel(document.kind)}</span>
              <span className="arb-panel__number">{document.number}</span>
              <Amount value={document.amount} currency={document.currency} />
              <span className="arb-panel__open">
                {document.state !== 'posted' && stepLabel(document.state)}
                {document.state === 'posted' && document.open !== null && (
                  <>
                    {openLabel(document.kind)} <Amount value={document.open} />
                  </>
                )}
              </span>
            </li>
          ))}
        </ul>
      )}
      <ActFailure act={act} />
      <div className="arb-panel__acts">
        {!reason?.question && state !== 'rejected' && (
          <ActButton act={act} name="replay" onClick={() => void act.run('replay', () => replay(orderId))}>
            {replayLabel(state)}
          </ActButton>
        )}
        <a href={urlOf('orders', { order: orderId })}>{__('Details, audit, dry run', 'ar-bridge')}</a>
      </div>
    </div>
  );
}
