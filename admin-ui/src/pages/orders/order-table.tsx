import { __, sprintf } from '@wordpress/i18n';
import { Amount } from '../../components/amount.tsx';
import { StateBadge } from '../../components/badge.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Id, Nothing } from '../../components/id.tsx';
import { Link } from '../../components/link.tsx';
import type { OrderSummary } from '../../data/contract.ts';
import { instant, relative } from '../../format.ts';
import { storeStatusLabel } from '../../labels.ts';

interface OrderTableProps {
  caption: string;
  orders: OrderSummary[];
  /** Fewer columns, for the overview. */
  brief?: boolean;
  stale?: boolean;
}

export function OrderTable({ caption, orders, brief = false, stale = false }: OrderTableProps) {
  const wanted = columns().filter((column) => !brief || BRIEF.has(column.id));
  return <DataTable caption={caption} columns={wanted} rows={orders} keyOf={(order) => order.orderId} stale={stale} />;
}

const BRIEF = new Set(['order', 'state', 'invoice', 'total']);

const columns = (): Column<OrderSummary>[] => [
  {
    id: 'order',
    header: __('Order', 'ar-bridge'),
    heads: true,
    cell: (order) => (
      <>
        <Link tab="orders" params={{ order: order.orderId }} className="arb-strong">
          {`#${order.orderNumber}`}
        </Link>
        <span className="arb-sub">{order.customerName}</span>
      </>
    ),
  },
  {
    id: 'state',
    header: __('State', 'ar-bridge'),
    cell: (order) => (
      <>
        <StateBadge state={order.state} />
        {order.reason && <span className="arb-sub">{order.reason.message}</span>}
        {order.nextAttemptAt && (
          <span className="arb-sub">
            {/* translators: %s: relative time, such as "in 5 minutes" */}
            {sprintf(__('Next attempt %s', 'ar-bridge'), relative(order.nextAttemptAt))}
          </span>
        )}
      </>
    ),
  },
  { id: 'store-status', header: __('In the store', 'ar-bridge'), cell: (order) => storeStatusLabel(order.storeStatus) },
  {
    id: 'account',
    header: __('Account', 'ar-bridge'),
    cell: (order) => (order.accountNumber === null ? <Nothing /> : <Id>{order.accountNumber}</Id>),
  },
  {
    id: 'invoice',
    header: __('Invoice', 'ar-bridge'),
    cell: (order) => (order.invoiceNumber === null ? <Nothing /> : <Id>{order.invoiceNumber}</Id>),
  },
  {
    id: 'total',
    header: __('Total', 'ar-bridge'),
    align: 'end',
    cell: (order) => <Amount value={order.total} currency={order.currency} />,
  },
  {
    id: 'changed',
    header: __('Last change', 'ar-bridge'),
    cell: (order) => (
      <time dateTime={order.updatedAt} className="arb-nowrap">
        {instant(order.updatedAt)}
      </time>
    ),
  },
];
