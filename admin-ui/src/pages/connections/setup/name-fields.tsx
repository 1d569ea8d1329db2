import { __ } from '@wordpress/i18n';
import { ReferencePicker } from '../../../components/picker.tsx';
import type { Setup } from '../../../data/contract.ts';
import { optional } from './empty-setup.ts';

interface NameFieldsProps<Names> {
  names: Names;
  /** Path of these names in the set-up: `invoice`, `businessUnits.0.invoice`. */
  at: string;
  errors: Record<string, string>;
  onChange: (names: Names) => void;
}

/** What invoices are called in Oracle. */
export function InvoiceNameFields({ names, at, errors, onChange }: NameFieldsProps<Setup['invoice']>) {
  return (
    <>
      <ReferencePicker
        list="transactionSources"
        label={__('Invoices: transaction source', 'ar-bridge')}
        help={__('Its automatic numbering must be off: AR Bridge gives the numbers.', 'ar-bridge')}
        error={errors[`${at}.source`]}
        value={names.source}
        onChange={(source) => onChange({ ...names, source })}
      />
      <ReferencePicker
        list="invoiceTypes"
        label={__('Invoices: transaction type', 'ar-bridge')}
        error={errors[`${at}.type`]}
        value={names.type}
        onChange={(type) => onChange({ ...names, type })}
      />
      <ReferencePicker
        list="paymentTerms"
        label={__('Invoices: payment terms', 'ar-bridge')}
        error={errors[`${at}.paymentTerms`]}
        value={names.paymentTerms}
        onChange={(paymentTerms) => onChange({ ...names, paymentTerms })}
      />
    </>
  );
}

/** What credit memos are called in Oracle. */
export function CreditMemoNameFields({ names, at, errors, onChange }: NameFieldsProps<Setup['creditMemo']>) {
  return (
    <>
      <ReferencePicker
        list="transactionSources"
        label={__('Credit memos: transaction source', 'ar-bridge')}
        error={errors[`${at}.source`]}
        value={names.source}
        onChange={(source) => onChange({ ...names, source })}
      />
      <ReferencePicker
        list="creditMemoTypes"
        label={__('Credit memos: transaction type', 'ar-bridge')}
        error={errors[`${at}.type`]}
        value={names.type}
        onChange={(type) => onChange({ ...names, type })}
      />
      <ReferencePicker
        list="creditReasons"
        label={__('Credit memos: reason (optional)', 'ar-bridge')}
        help={__('Stands on every credit memo.', 'ar-bridge')}
        error={errors[`${at}.reason`]}
        value={names.reason ?? ''}
        onChange={(reason) => onChange(optional(names, 'reason', reason))}
      />
    </>
  );
}
