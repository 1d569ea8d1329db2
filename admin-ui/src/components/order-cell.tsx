import { useSelect } from '@wordpress/data';
import { __ } from '@wordpress/i18n';
import { store } from '../data/store.ts';
import { urlOf } from '../hooks/route.ts';
import { StateBadge } from './badge.tsx';

/** The API takes at most 200 ids in one question; a list longer than that asks more than once. */
const AT_ONCE = 200;

/** One cell of the order list. All cells ask the same question, so that the store asks it once. */
export function OrderCell({ orderId, ids }: { orderId: number; ids: number[] }) {
  const start = Math.floor(ids.indexOf(orderId) / AT_ONCE) * AT_ONCE;
  const states = useSelect((select) => select(store).getOrderStates(ids.slice(start, start + AT_ONCE)), [ids, start]);
  if (states.data === null) {
    return states.failure ? (
      <span className="arb-cell__none" title={states.failure.message}>
        {__('not known', 'ar-bridge')}
      </span>
    ) : (
      <span className="arb-cell__none" aria-hidden="true">
        …
      </span>
    );
  }
  const state = states.data.states.find((each) => each.orderId === orderId);
  if (!state) return <span className="arb-cell__none">{__('not seen yet', 'ar-bridge')}</span>;
  return (
    <a href={urlOf('orders', { order: orderId })} title={state.message} className="arb-cell">
      <StateBadge state={state.state} />
      {state.invoiceNumber && <span className="arb-cell__number">{state.invoiceNumber}</span>}
    </a>
  );
}
