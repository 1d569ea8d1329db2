import { __ } from '@wordpress/i18n';
import { Link } from './link.tsx';

/** A few orders that stand for many. */
export function OrderLinks({ orderIds }: { orderIds: readonly number[] }) {
  if (orderIds.length === 0) return null;
  return (
    <span className="arb-cause__samples">
      {__('Such as', 'ar-bridge')}{' '}
      {orderIds.slice(0, 5).map((orderId) => (
        <Link key={orderId} tab="orders" params={{ order: orderId }}>
          {`#${orderId}`}
        </Link>
      ))}
    </span>
  );
}
