import { Button } from '@wordpress/components';
import { useSelect } from '@wordpress/data';
import { __, sprintf } from '@wordpress/i18n';
import { closeSmall } from '@wordpress/icons';
import type { ReactNode } from 'react';
import { CustomerPicker } from '../../../components/customer-picker.tsx';
import { SelectField, TextField } from '../../../components/fields.tsx';
import { OptionPicker } from '../../../components/picker.tsx';
import { RowsField } from '../../../components/rows-field.tsx';
import type { Setup } from '../../../data/contract.ts';
import { store } from '../../../data/store.ts';
import { optional } from './empty-setup.ts';
import type { PartProps } from './setup-section.tsx';

type Exclusion = Setup['exclusions'][number];
const CONDITIONS = ['status', 'gateway', 'role', 'createdVia', 'customerId', 'zeroTotal', 'tag', 'metaKey'] as const;
type Condition = (typeof CONDITIONS)[number];

const conditionLabel = (condition: Condition): string =>
  ({
    status: __('Status in the store', 'ar-bridge'),
    gateway: __('Payment gateway', 'ar-bridge'),
    role: __('Customer role', 'ar-bridge'),
    createdVia: __('Created via', 'ar-bridge'),
    customerId: __('Customer', 'ar-bridge'),
    zeroTotal: __('A total of 0.00', 'ar-bridge'),
    tag: __('Order tag', 'ar-bridge'),
    metaKey: __('Order meta', 'ar-bridge'),
  })[condition];

/** Orders that are never posted: each row a reason with the conditions that all have to hold. */
export function ExclusionFields({ setup, errors, change }: PartProps) {
  return (
    <fieldset className="arb-fieldset">
      <legend>{__('Orders that are left out', 'ar-bridge')}</legend>
      <p className="arb-quiet">
        {__(
          'All conditions of a row have to hold. An order that was posted before is not reached: it is finished as it began.',
          'ar-bridge',
        )}
      </p>
      <RowsField
        rows={setup.exclusions}
        add={__('Leave out further orders', 'ar-bridge')}
        blank={{ name: '' }}
        rowName={__('exclusion', 'ar-bridge')}
        tall
        onChange={(exclusions) => change({ exclusions })}
        fields={(row, set, index) => (
          <ExclusionRow row={row} set={set} index={index} errorAt={(name) => errors[`exclusions.${index}.${name}`]} />
        )}
      />
    </fieldset>
  );
}

interface ExclusionRowProps {
  row: Exclusion;
  set: (row: Exclusion) => void;
  index: number;
  errorAt: (name: keyof Exclusion) => string | undefined;
}

function ExclusionRow({ row, set, index, errorAt }: ExclusionRowProps) {
  const asked = CONDITIONS.filter((condition) => row[condition] !== undefined);
  const left = CONDITIONS.filter((condition) => row[condition] === undefined);
  const add = (condition: Condition | '') => {
    if (condition !== '') set({ ...row, [condition]: BLANK[condition] ?? '' });
  };
  const remove = (condition: Condition) => {
    const { [condition]: _gone, metaValue, ...rest } = row;
    set(condition === 'metaKey' || metaValue === undefined ? rest : { ...rest, metaValue });
  };
  return (
    <div className="arb-form">
      <TextField
        /* translators: %d: number of a row */
        label={sprintf(__('Exclusion %d: reason', 'ar-bridge'), index + 1)}
        help={__('Shown with every order that it leaves out.', 'ar-bridge')}
        error={errorAt('name')}
        value={row.name}
        onChange={(name) => set({ ...row, name })}
        input={{ maxLength: 80, placeholder: __('Test orders', 'ar-bridge') }}
      />
      {asked.map((condition) => (
        <With key={condition} condition={condition} onRemove={() => remove(condition)}>
          <ConditionField condition={condition} row={row} set={set} errorAt={errorAt} />
        </With>
      ))}
      {left.length > 0 && (
        <SelectField
          label={asked.length === 0 ? __('It holds for orders with', 'ar-bridge') : __('And with', 'ar-bridge')}
          help={asked.length === 0 ? __('Without a condition it leaves nothing out.', 'ar-bridge') : ''}
          value=""
          options={[
            { value: '' as const, label: __('Choose a condition', 'ar-bridge') },
            ...left.map((condition) => ({ value: condition, label: conditionLabel(condition) })),
          ]}
          onChange={add}
        />
      )}
    </div>
  );
}

function With({ condition, onRemove, children }: { condition: Condition; onRemove: () => void; children: ReactNode }) {
  return (
    <div className="arb-condition">
      {children}
      <Button
        icon={closeSmall}
        /* translators: %s: name of a condition */
        label={sprintf(__('Remove the condition “%s”', 'ar-bridge'), conditionLabel(condition))}
        onClick={onRemove}
      />
    </div>
  );
}

function ConditionField({ condition, row, set, errorAt }: Omit<ExclusionRowProps, 'index'> & { condition: Condition }) {
  const gateways = useSelect((select) => select(store).getCatalogue(), []).data?.gateways ?? [];
  const field = { label: conditionLabel(condition), error: errorAt(condition) };
  switch (condition) {
    case 'gateway':
      return (
        <OptionPicker
          {...field}
          help={__('Left empty: orders without a gateway.', 'ar-bridge')}
          value={row.gateway ?? ''}
          options={gateways.map(({ id, title }) => ({ value: id, label: title === id ? id : `${title} · ${id}` }))}
          openEnded
          onChange={(gateway) => set({ ...row, gateway })}
        />
      );
    case 'customerId':
      return (
        <CustomerPicker
          {...field}
          value={row.customerId ? String(row.customerId) : ''}
          onChange={(id) => set({ ...row, customerId: Number(id) })}
        />
      );
    case 'zeroTotal':
      return <p>{__('The order’s total is 0.00, also where a gift card paid all of it.', 'ar-bridge')}</p>;
    case 'tag':
      return (
        <TextField
          {...field}
          help={__(
            'Name or slug of a tag or label that a plugin sets on orders. The AR Bridge plugin in the store tells of them.',
            'ar-bridge',
          )}
          value={row.tag ?? ''}
          onChange={(tag) => set({ ...row, tag })}
          input={{ maxLength: 200 }}
        />
      );
    case 'metaKey':
      return (
        <div className="arb-stack is-tight">
          <TextField
            {...field}
            label={__('Order meta: key', 'ar-bridge')}
            value={row.metaKey ?? ''}
            onChange={(metaKey) => set({ ...row, metaKey })}
            input={{ maxLength: 200, spellCheck: false }}
          />
          <TextField
            label={__('Order meta: value (optional)', 'ar-bridge')}
            help={__('Left empty: the key alone decides.', 'ar-bridge')}
            error={errorAt('metaValue')}
            value={row.metaValue ?? ''}
            onChange={(value) => set(optional(row, 'metaValue', value))}
            input={{ maxLength: 200 }}
          />
        </div>
      );
    default:
      return (
        <TextField
          {...field}
          value={row[condition] ?? ''}
          onChange={(value) => set({ ...row, [condition]: value.trim() })}
          input={{ placeholder: EXAMPLES[condition], spellCheck: false }}
        />
      );
  }
}

/** What a condition begins as, where that is no empty text. */
const BLANK: Partial<Exclusion> = { customerId: 0, zeroTotal: true };

/** Words of WooCommerce, as its REST API writes them. */
const EXAMPLES: Record<'status' | 'role' | 'createdVia', string> = {
  status: 'on-hold',
  role: 'wholesale_customer',
  createdVia: 'checkout, admin, rest-api',
};
