import { Button } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __, sprintf } from '@wordpress/i18n';
import { Amount } from '../../components/amount.tsx';
import { StateBadge } from '../../components/badge.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { Id } from '../../components/id.tsx';
import { Link } from '../../components/link.tsx';
import { Prose } from '../../components/prose.tsx';
import { Empty, Loaded } from '../../components/views.tsx';
import type { ComparedOrder, ReconcileRow } from '../../data/contract.ts';
import { sources } from '../../data/sources.ts';
import { count } from '../../format.ts';
import { useFresh } from '../../hooks/fresh.ts';
import { useKept } from '../../hooks/kept.ts';
import { Difference } from './difference.tsx';
import { figureLabel, MEASURES, measureLabel, reasonLabel } from './words.ts';

const PER_PAGE = 25;

interface RowOrdersProps {
  run: number;
  row: ReconcileRow;
  only: 'all' | 'differences';
}

/** The orders of one row, those with differences first, each down to what counts on either side. */
export function RowOrders({ run, row, only }: RowOrdersProps) {
  const [page, setPage] = useState(1);
  const { day, businessUnit, gateway, currency } = row;
  const fresh = useFresh(sources.rowOrders(run, { day, businessUnit, gateway, currency, only, page, perPage: PER_PAGE }));
  const { resource, stale } = useKept(fresh.resource);
  return (
    <Loaded resource={resource} onRetry={fresh.again} rows={3}>
      {({ orders, total }) =>
        orders.length === 0 ? (
          <Empty title={__('No order of the row differs any more.', 'ar-bridge')}>
            {__('The orders are compared as they are now. Run the period again to bring the table up to date.', 'ar-bridge')}
          </Empty>
        ) : (
          <>
            <DataTable
              caption={__('Orders of the row', 'ar-bridge')}
              columns={columns(currency)}
              rows={orders}
              keyOf={(order) => `${order.orderId}-${order.entries[0]?.ref}`}
              stale={stale}
            />
            {total > PER_PAGE && (
              <nav className="arb-pager" aria-label={__('Pages of the row', 'ar-bridge')}>
                <span role="status">
                  {/* translators: 1: first row shown, 2: last row shown, 3: number of rows */}
                  {sprintf(
                    __('%1$s–%2$s of %3$s', 'ar-bridge'),
                    count((page - 1) * PER_PAGE + 1),
                    count(Math.min(page * PER_PAGE, total)),
                    count(total),
                  )}
                </span>
                <Button variant="secondary" size="compact" disabled={page === 1} onClick={() => setPage(page - 1)}>
                  {__('Previous', 'ar-bridge')}
                </Button>
                <Button variant="secondary" size="compact" disabled={page * PER_PAGE >= total} onClick={() => setPage(page + 1)}>
                  {__('Next', 'ar-bridge')}
                </Button>
              </nav>
            )}
          </>
        )
      }
    </Loaded>
  );
}

const columns = (currency: string): Column<ComparedOrder>[] => [
  {
    id: 'order',
    header: __('Order', 'ar-bridge'),
    heads: true,
    cell: (order) => (
      <>
        {order.orderId > 0 ? (
          <Link tab="orders" params={{ order: order.orderId }}>
            {`#${order.orderNumber}`}
          </Link>
        ) : (
          __('No order of ours', 'ar-bridge')
        )}
        <span className="arb-sub">
          <StateBadge state={order.state} />
        </span>
      </>
    ),
  },
  ...MEASURES.map((measure) => ({
    id: measure,
    header: measureLabel(measure),
    align: 'end' as const,
    cell: ({ measures }: ComparedOrder) => (
      <>
        <Amount value={measures[measure].store} />
        <span className="arb-sub">
          <Difference value={measures[measure].difference} currency={currency} />
        </span>
      </>
    ),
  })),
  {
    id: 'why',
    header: __('Why, and what it is made of', 'ar-bridge'),
    cell: (order) => <Why order={order} currency={currency} />,
  },
];

/** One sentence for all differences of an order that have the same cause. */
const actionsOf = ({ differences }: ComparedOrder): string[] => [
  ...new Set(differences.map(({ action }) => action).filter(Boolean)),
];

function Why({ order, currency }: { order: ComparedOrder; currency: string }) {
  return (
    <>
      {order.differences.length > 0 && (
        <ul className="arb-words">
          {order.differences.map((difference) => (
            <li key={`${difference.measure} ${difference.document} ${difference.amount} ${difference.reason}`}>
              <strong className="arb-strong">
                {measureLabel(difference.measure)} <Amount value={difference.amount} currency={currency} />:{' '}
                {reasonLabel(difference.reason)}.
              </strong>{' '}
              <Prose text={difference.message} />
            </li>
          ))}
        </ul>
      )}
      {actionsOf(order).map((action) => (
        <p className="arb-todo" key={action}>
          <span className="arb-quiet">{__('What to do:', 'ar-bridge')}</span> <Prose text={action} />
        </p>
      ))}
      <Disclosure summary={__('Both sides', 'ar-bridge')}>
        <ul className="arb-words">
          {order.entries.map(({ side, measure, figure, amount, ref }, index) => (
            <li key={index}>
              {side === 'store' ? __('Store', 'ar-bridge') : __('Oracle', 'ar-bridge')}, {measureLabel(measure)}: <Id>{ref}</Id>{' '}
              {figure && <span className="arb-quiet">{figureLabel(figure)}</span>} <Amount value={amount} currency={currency} />
            </li>
          ))}
        </ul>
      </Disclosure>
    </>
  );
}
