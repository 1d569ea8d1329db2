import { CheckboxControl, RadioControl } from '@wordpress/components';
import { useState } from '@wordpress/element';
import { __ } from '@wordpress/i18n';
import { SelectField, TextField } from '../../../components/fields.tsx';
import { Section } from '../../../components/section.tsx';
import { storeStatusLabel } from '../../../labels.ts';
import type { PartProps } from './setup-section.tsx';

const STATUSES = ['processing', 'completed', 'on-hold'];

/** Which orders count, how tax is sent, and what happens at the edges. */
export function PolicyParts({ setup, errors, change }: PartProps) {
  const toggle = (status: string, on: boolean) =>
    change({
      postingStatuses: on ? [...setup.postingStatuses, status] : setup.postingStatuses.filter((each) => each !== status),
    });
  return (
    <Section title={__('Orders and tax', 'ar-bridge')}>
      <div className="arb-stack is-tight">
        <fieldset className="arb-fieldset">
          <legend>{__('An order is posted from this status on', 'ar-bridge')}</legend>
          {errors.postingStatuses && <p className="arb-error">{errors.postingStatuses}</p>}
          <div className="arb-checks">
            {STATUSES.map((status) => (
              <CheckboxControl
                key={status}
                __nextHasNoMarginBottom
                label={storeStatusLabel(status)}
                checked={setup.postingStatuses.includes(status)}
                onChange={(on) => toggle(status, on)}
              />
            ))}
          </div>
          <OtherStatuses
            statuses={setup.postingStatuses.filter((status) => !STATUSES.includes(status))}
            onChange={(others) =>
              change({ postingStatuses: [...setup.postingStatuses.filter((each) => STATUSES.includes(each)), ...others] })
            }
          />
        </fieldset>
        <RadioControl
          label={__('Tax', 'ar-bridge')}
          selected={setup.taxMode}
          options={[
            {
              value: 'lines',
              label: __('The store’s tax, as manual tax lines', 'ar-bridge'),
              description: __('Oracle keeps the store’s amounts to the cent. Rules of kind Tax name each rate.', 'ar-bridge'),
            },
            {
              value: 'oracle',
              label: __('Oracle computes the tax', 'ar-bridge'),
              description: __('A difference to the store is shown with the reason “tax”.', 'ar-bridge'),
            },
            {
              value: 'account',
              label: __('One invoice line per rate, on a liability account', 'ar-bridge'),
              description: __('Without Oracle Tax. Rules of kind Tax name the account.', 'ar-bridge'),
            },
          ]}
          onChange={(taxMode) => change({ taxMode: taxMode as typeof setup.taxMode })}
        />
        <div className="arb-form">
          <TextField
            type="date"
            label={__('Cut-over day (optional)', 'ar-bridge')}
            help={__('Orders created before this day are left out.', 'ar-bridge')}
            error={errors.cutOver}
            value={setup.cutOver ?? ''}
            onChange={(cutOver) => change(cutOver === '' ? { cutOver: undefined } : { cutOver })}
          />
          <SelectField
            label={__('Orders of 0.00', 'ar-bridge')}
            value={setup.zeroTotalOrders}
            options={[
              { value: 'skip', label: __('Leave out', 'ar-bridge') },
              { value: 'post', label: __('Post', 'ar-bridge') },
            ]}
            onChange={(zeroTotalOrders) => change({ zeroTotalOrders })}
          />
          <SelectField
            label={__('Closed accounting period', 'ar-bridge')}
            value={setup.closedPeriod}
            options={[
              { value: 'next-open', label: __('First day of the next open period', 'ar-bridge') },
              { value: 'hold', label: __('Wait until it is open', 'ar-bridge') },
            ]}
            onChange={(closedPeriod) => change({ closedPeriod })}
          />
          <SelectField
            label={__('Orders trashed or deleted after posting', 'ar-bridge')}
            value={setup.deletedOrders}
            options={[
              { value: 'ask', label: __('Ask a person', 'ar-bridge') },
              { value: 'credit', label: __('Credit them', 'ar-bridge') },
            ]}
            onChange={(deletedOrders) => change({ deletedOrders })}
          />
        </div>
      </div>
    </Section>
  );
}

/** Keeps what is being typed as it is: a comma at its end starts the next name. */
function OtherStatuses({ statuses, onChange }: { statuses: string[]; onChange: (statuses: string[]) => void }) {
  const [typed, setTyped] = useState(statuses.join(', '));
  return (
    <TextField
      label={__('Other statuses, with commas between', 'ar-bridge')}
      help={__('Of other plugins, without “wc-”.', 'ar-bridge')}
      value={typed}
      onChange={(now) => {
        setTyped(now);
        onChange(listOf(now));
      }}
    />
  );
}

const listOf = (typed: string): string[] =>
  typed
    .split(',')
    .map((each) => each.trim().replace(/^wc-/, ''))
    .filter(Boolean);
