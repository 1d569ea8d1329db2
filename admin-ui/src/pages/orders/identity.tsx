import { __, sprintf } from '@wordpress/i18n';
import { Amount } from '../../components/amount.tsx';
import { Badge } from '../../components/badge.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Section } from '../../components/section.tsx';
import type { Identity } from '../../data/contract.ts';
import { amount, isZero } from '../../format.ts';

interface Row {
  id: string;
  name: string;
  meaning: string;
  sums: Identity['sales'];
}

/** The store's sums beside Oracle's: sales, money, and what is still owed. Their difference is zero, or it is explained. */
export function IdentityView({ identity, currency }: { identity: Identity; currency: string }) {
  const rows: Row[] = [
    {
      id: 'sales',
      name: __('Sales', 'ar-bridge'),
      meaning: __('Order less refunds · invoices less credit memos', 'ar-bridge'),
      sums: identity.sales,
    },
    {
      id: 'money',
      name: __('Money', 'ar-bridge'),
      meaning: __('Paid less taken back · receipts less reversals', 'ar-bridge'),
      sums: identity.money,
    },
    {
      id: 'balance',
      name: __('Balance', 'ar-bridge'),
      meaning: __('Still owed · open balances', 'ar-bridge'),
      sums: identity.balance,
    },
  ];
  return (
    <Section
      title={__('Store and Oracle side by side', 'ar-bridge')}
      actions={
        identity.holds ? (
          <Badge tone="good">{__('They agree', 'ar-bridge')}</Badge>
        ) : (
          <Badge tone="bad">{__('They differ', 'ar-bridge')}</Badge>
        )
      }
      flush
    >
      {!isZero(identity.tax) && (
        <p className="arb-chip">
          {sprintf(
            /* translators: %s: an amount with its currency */
            __('Tax computed by Oracle differs by %s from the store’s. This part of the difference is known.', 'ar-bridge'),
            amount(identity.tax, currency),
          )}
        </p>
      )}
      <DataTable
        caption={__('Store and Oracle side by side', 'ar-bridge')}
        columns={columns(currency)}
        rows={rows}
        keyOf={(row) => row.id}
      />
    </Section>
  );
}

const columns = (currency: string): Column<Row>[] => [
  {
    id: 'name',
    header: currency,
    heads: true,
    cell: (row) => (
      <>
        {row.name}
        <span className="arb-sub">{row.meaning}</span>
      </>
    ),
  },
  { id: 'store', header: __('Store', 'ar-bridge'), align: 'end', cell: (row) => <Amount value={row.sums.store} /> },
  { id: 'oracle', header: __('Oracle', 'ar-bridge'), align: 'end', cell: (row) => <Amount value={row.sums.oracle} /> },
  {
    id: 'difference',
    header: __('Difference', 'ar-bridge'),
    align: 'end',
    cell: (row) => (
      <span className={isZero(row.sums.difference) ? undefined : 'arb-bad'}>
        <Amount value={row.sums.difference} />
      </span>
    ),
  },
];
