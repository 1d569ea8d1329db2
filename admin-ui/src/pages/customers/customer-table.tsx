import { __, _n, sprintf } from '@wordpress/i18n';
import { Badge } from '../../components/badge.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Id, Nothing } from '../../components/id.tsx';
import { Link } from '../../components/link.tsx';
import { Prose } from '../../components/prose.tsx';
import type { CustomerSummary } from '../../data/contract.ts';
import { count, instant } from '../../format.ts';
import { foundByLabel, kindLabel, nameOf } from './words.ts';

interface CustomerTableProps {
  caption?: string;
  customers: CustomerSummary[];
  /** Without what a list of one account repeats in each row. */
  brief?: boolean;
  stale?: boolean;
}

export function CustomerTable({
  caption = __('Customers', 'ar-bridge'),
  customers,
  brief = false,
  stale = false,
}: CustomerTableProps) {
  const wanted = columns().filter((column) => !brief || column.id !== 'waits');
  return <DataTable caption={caption} columns={wanted} rows={customers} keyOf={(row) => row.id} stale={stale} />;
}

const columns = (): Column<CustomerSummary>[] => [
  {
    id: 'customer',
    header: __('Customer', 'ar-bridge'),
    heads: true,
    cell: (row) => (
      <>
        <Link tab="customers" params={{ customer: row.id }} className="arb-strong">
          {nameOf(row)}
        </Link>
        <span className="arb-sub">{[kindLabel(row), row.name ? row.label : null].filter(Boolean).join(' · ')}</span>
      </>
    ),
  },
  {
    id: 'account',
    header: __('Oracle account', 'ar-bridge'),
    cell: (row) => (
      <>
        {row.account ? (
          <>
            <Id>{row.account.number}</Id>
            <span className="arb-sub">{row.account.name}</span>
          </>
        ) : (
          !row.problem && <Nothing />
        )}
        {row.problem && (
          <span>
            <Badge tone="warning">{row.account ? __('Not updated', 'ar-bridge') : __('Needs attention', 'ar-bridge')}</Badge>
            <span className="arb-sub">
              <Prose text={row.problem.message} />
            </span>
          </span>
        )}
      </>
    ),
  },
  {
    id: 'found',
    header: __('How and when', 'ar-bridge'),
    cell: (row) =>
      row.foundBy === null ? (
        <Nothing />
      ) : (
        <>
          {foundByLabel(row.foundBy)}
          <span className="arb-sub">{[row.linkedAt && instant(row.linkedAt), row.linkedBy].filter(Boolean).join(' · ')}</span>
        </>
      ),
  },
  {
    id: 'waits',
    header: __('Waiting', 'ar-bridge'),
    cell: (row) =>
      row.waiting === 0 ? (
        <Nothing />
      ) : (
        <span className="arb-nowrap">
          {sprintf(
            /* translators: %s: number of orders */
            _n('%s order', '%s orders', row.waiting, 'ar-bridge'),
            count(row.waiting),
          )}
        </span>
      ),
  },
];
