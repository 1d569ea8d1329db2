import { __ } from '@wordpress/i18n';
import { SelectField } from '../../../components/fields.tsx';
import type { Setup } from '../../../data/contract.ts';
import { documentLabel } from '../../../labels.ts';
import { optional } from './empty-setup.ts';
import type { PartProps } from './setup-section.tsx';

export const periodPolicies = (): { value: Setup['closedPeriod']; label: string }[] => [
  { value: 'next-open', label: __('First open day after it', 'ar-bridge') },
  { value: 'next-period', label: __('First day of the next open period', 'ar-bridge') },
  { value: 'hold', label: __('Wait until it is open', 'ar-bridge') },
];

const KINDS = [
  { name: 'invoice', kind: 'invoice' },
  { name: 'receipt', kind: 'receipt' },
  { name: 'creditMemo', kind: 'credit-memo' },
] as const;

/** Another policy for one kind of document. */
export function PeriodFields({ setup, change }: PartProps) {
  const { closedPeriodFor } = setup;
  return (
    <fieldset className="arb-fieldset">
      <legend>{__('Closed accounting period, per kind of document', 'ar-bridge')}</legend>
      <div className="arb-form">
        {KINDS.map(({ name, kind }) => (
          <SelectField
            key={name}
            label={documentLabel(kind)}
            value={closedPeriodFor[name] ?? ''}
            options={[{ value: '' as const, label: __('As chosen above', 'ar-bridge') }, ...periodPolicies()]}
            onChange={(policy) => change({ closedPeriodFor: optional(closedPeriodFor, name, policy) })}
          />
        ))}
      </div>
    </fieldset>
  );
}
