import { __ } from '@wordpress/i18n';
import { Link } from '../../components/link.tsx';
import { Section } from '../../components/section.tsx';
import { Empty } from '../../components/views.tsx';
import type { OrderSummary } from '../../data/contract.ts';
import { OrderTable } from '../orders/order-table.tsx';

/** The orders that moved last. */
export function Recent({ orders }: { orders: OrderSummary[] }) {
  return (
    <Section
      title={__('Recent orders', 'ar-bridge')}
      actions={<Link tab="orders">{__('All orders', 'ar-bridge')}</Link>}
      flush={orders.length > 0}
    >
      {orders.length === 0 ? (
        <Empty title={__('No order yet.', 'ar-bridge')}>
          {__('A new or changed order shows here within seconds.', 'ar-bridge')}
        </Empty>
      ) : (
        <OrderTable caption={__('Recent orders', 'ar-bridge')} orders={orders} brief />
      )}
    </Section>
  );
}
