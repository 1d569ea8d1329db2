import { __ } from '@wordpress/i18n';
import { Amount } from '../../components/amount.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { Id } from '../../components/id.tsx';
import type { DocumentLineView } from '../../data/contract.ts';
import { count } from '../../format.ts';

/** A document's lines with their accounts, and below each account the sentence that says why it is this one. */
export function DocumentLines({ lines, caption }: { lines: DocumentLineView[]; caption: string }) {
  return <DataTable caption={caption} columns={columns()} rows={lines} keyOf={(line) => line.lineNumber} />;
}

const columns = (): Column<DocumentLineView>[] => [
  { id: 'number', header: __('Line', 'ar-bridge'), cell: (line) => count(line.lineNumber) },
  { id: 'description', header: __('Description', 'ar-bridge'), heads: true, cell: (line) => line.description },
  { id: 'quantity', header: __('Quantity', 'ar-bridge'), align: 'end', cell: (line) => count(line.quantity) },
  { id: 'net', header: __('Net', 'ar-bridge'), align: 'end', cell: (line) => <Amount value={line.net} /> },
  { id: 'tax', header: __('Tax', 'ar-bridge'), align: 'end', cell: (line) => <Amount value={line.tax} /> },
  {
    id: 'account',
    header: __('Account', 'ar-bridge'),
    cell: (line) => (
      <>
        {line.account === null ? __('by Oracle (AutoAccounting)', 'ar-bridge') : <Id>{line.account}</Id>}
        {line.why && <span className="arb-sub">{line.why}</span>}
      </>
    ),
  },
];
