import { useDispatch } from '@wordpress/data';
import { __, _n, sprintf } from '@wordpress/i18n';
import { ActButton } from '../../components/act-button.tsx';
import { ActFailure } from '../../components/act-failure.tsx';
import { StateBadge } from '../../components/badge.tsx';
import { Link } from '../../components/link.tsx';
import { OrderLinks } from '../../components/order-links.tsx';
import { Section } from '../../components/section.tsx';
import { Empty } from '../../components/views.tsx';
import type { Cause } from '../../data/contract.ts';
import { store } from '../../data/store.ts';
import { count } from '../../format.ts';
import { type Act, useAct } from '../../hooks/act.ts';
import { ordersOnTheirWay, replayAllLabel } from '../../labels.ts';

/** Failures by cause: one thing to do, then all its orders go on together. */
export function Causes({ causes }: { causes: Cause[] }) {
  const act = useAct();
  return (
    <Section title={__('What waits, and why', 'ar-bridge')}>
      <ActFailure act={act} />
      {causes.length === 0 ? (
        <Empty title={__('Nothing waits.', 'ar-bridge')}>
          {__('Orders that cannot go on by themselves are listed here, grouped by what is to be done.', 'ar-bridge')}
        </Empty>
      ) : (
        <ul className="arb-causes">
          {causes.map((cause) => (
            <CauseItem key={`${cause.code} ${cause.state} ${cause.message}`} cause={cause} act={act} />
          ))}
        </ul>
      )}
    </Section>
  );
}

/** Causes that a rule ends; the orders then go on by themselves. */
const UNMAPPED = new Set([
  'account.unmapped',
  'tax.unmapped',
  'receipt_method.unmapped',
  'business_unit.unknown',
  'customer.no_shared_account',
]);

function CauseItem({ cause, act }: { cause: Cause; act: Act }) {
  const { replayCause } = useDispatch(store);
  return (
    <li className="arb-cause">
      <div className="arb-cause__head">
        <span className="arb-cause__orders">
          {/* translators: %s: number of orders */}
          {sprintf(_n('%s order', '%s orders', cause.orders, 'ar-bridge'), count(cause.orders))}
        </span>
        <StateBadge state={cause.state} />
      </div>
      <p className="arb-reason__message">{cause.message}</p>
      {cause.action && <p className="arb-reason__action">{cause.action}</p>}
      <div className="arb-actions">
        {!cause.asks && (
          <ActButton
            act={act}
            name={cause.code}
            onClick={() => void act.run(cause.code, () => replayCause(cause.code), ordersOnTheirWay)}
          >
            {replayAllLabel(cause.state)}
          </ActButton>
        )}
        {UNMAPPED.has(cause.code) && (
          <Link tab="rules" params={{ at: 'unmapped' }} className="components-button is-secondary is-compact">
            {__('Add the rules', 'ar-bridge')}
          </Link>
        )}
        <Link tab="orders" params={{ code: cause.code }} className="components-button is-tertiary is-compact">
          {__('Show the orders', 'ar-bridge')}
        </Link>
        <OrderLinks orderIds={cause.sampleOrderIds} />
      </div>
    </li>
  );
}
