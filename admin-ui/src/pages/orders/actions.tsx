import { __ } from '@wordpress/i18n';
import { Amount } from '../../components/amount.tsx';
import { StepBadge } from '../../components/badge.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Section } from '../../components/section.tsx';
import type { ActionView } from '../../data/contract.ts';
import { day, instant } from '../../format.ts';
import { stepLabel } from '../../labels.ts';

/** Applications, their undoing, and settlements: what ties the documents to each other. */
export function Actions({ actions, currency }: { actions: ActionView[]; currency: string }) {
  const rows = actions.map((action, index) => ({ ...action, index }));
  const columns: Column<(typeof rows)[number]>[] = [
    { id: 'action', header: __('Action', 'ar-bridge'), heads: true, cell: (action) => action.title },
    {
      id: 'state',
      header: __('State', 'ar-bridge'),
      cell: (action) => <StepBadge state={action.state} label={stepLabel(action.state)} />,
    },
    {
      id: 'date',
      header: __('Accounting date', 'ar-bridge'),
      cell: (action) => (action.accountingDate ? day(action.accountingDate) : '–'),
    },
    { id: 'at', header: __('Time', 'ar-bridge'), cell: (action) => instant(action.at) },
    {
      id: 'amount',
      header: __('Amount', 'ar-bridge'),
      align: 'end',
      cell: (action) => <Amount value={action.amount} currency={currency} />,
    },
  ];
  return (
    <Section title={__('Applications and settlements', 'ar-bridge')} flush>
      <DataTable
        caption={__('Applications and settlements', 'ar-bridge')}
        columns={columns}
        rows={rows}
        keyOf={(action) => action.index}
      />
    </Section>
  );
}
