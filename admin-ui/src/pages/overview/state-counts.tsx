import { __ } from '@wordpress/i18n';
import { stateTone } from '../../components/badge.tsx';
import { Link } from '../../components/link.tsx';
import { ORDER_STATES, type OrderState } from '../../data/contract.ts';
import { count } from '../../format.ts';
import { stateLabel, stateMeaning } from '../../labels.ts';

/** How many orders stand in each state; each number leads to its orders. */
export function StateCounts({ counts }: { counts: Partial<Record<OrderState, number>> }) {
  return (
    <ul className="arb-counts" aria-label={__('Orders by state', 'ar-bridge')}>
      {ORDER_STATES.map((state) => {
        const orders = counts[state] ?? 0;
        return (
          <li key={state}>
            <Link tab="orders" params={{ state }} className={`arb-count is-${orders > 0 ? stateTone(state) : 'neutral'}`}>
              <span className="arb-count__label">{stateLabel(state)}</span>
              <span className="arb-count__number">{count(orders)}</span>
              <span className="arb-count__meaning">{stateMeaning(state)}</span>
            </Link>
          </li>
        );
      })}
    </ul>
  );
}
