import { CheckboxControl, RadioControl } from '@wordpress/components';
import { __ } from '@wordpress/i18n';
import { SelectField, TextField } from '../../../components/fields.tsx';
import { ListField } from '../../../components/list-field.tsx';
import { anyWrong, More } from '../../../components/more.tsx';
import { Section } from '../../../components/section.tsx';
import { storeStatusLabel } from '../../../labels.ts';
import { ExclusionFields } from './exclusion-fields.tsx';
import { MoneyFields } from './money-fields.tsx';
import { PeriodFields, periodPolicies } from './period-fields.tsx';
import type { PartProps } from './setup-section.tsx';

const STATUSES = ['processing', 'completed', 'on-hold'];

/** Which orders count, how tax is sent, and what happens at the edges. */
export function PolicyParts(part: PartProps) {
  const { setup, errors, change } = part;
  return (
    <Section title={__('Orders and tax', 'ar-bridge')}>
      <div className="arb-stack is-tight">
        <StatusFields {...part} />
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
              description: __(
                'The invoice is over Oracle’s tax. What that differs from the store’s is shown with the order.',
                'ar-bridge',
              ),
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
            label={__('When the accounting period is closed', 'ar-bridge')}
            help={__('The accounting date of a document whose own day is in a closed period.', 'ar-bridge')}
            value={setup.closedPeriod}
            options={periodPolicies()}
            onChange={(closedPeriod) => change({ closedPeriod })}
          />
        </div>
        <More
          about={__('orders that are left out, closed periods per document, coupons, gift cards, gateway fees', 'ar-bridge')}
          faulty={anyWrong(errors, ['exclusions', 'tenders', 'gatewayFeeMeta', 'gatewayFees'])}
        >
          <div className="arb-form">
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
              label={__('Orders trashed or deleted after posting', 'ar-bridge')}
              help={__('A person is asked, or a credit memo takes the sale back.', 'ar-bridge')}
              value={setup.deletedOrders}
              options={[
                { value: 'ask', label: __('Ask a person', 'ar-bridge') },
                { value: 'credit', label: __('Credit them', 'ar-bridge') },
              ]}
              onChange={(deletedOrders) => change({ deletedOrders })}
            />
          </div>
          <ExclusionFields {...part} />
          <PeriodFields {...part} />
          <MoneyFields {...part} />
        </More>
      </div>
    </Section>
  );
}

function StatusFields({ setup, errors, change }: PartProps) {
  const { postingStatuses } = setup;
  const toggle = (status: string, on: boolean) =>
    change({ postingStatuses: on ? [...postingStatuses, status] : postingStatuses.filter((each) => each !== status) });
  return (
    <fieldset className="arb-fieldset">
      <legend>{__('An order is posted from this status on', 'ar-bridge')}</legend>
      {errors.postingStatuses && <p className="arb-error">{errors.postingStatuses}</p>}
      <div className="arb-checks">
        {STATUSES.map((status) => (
          <CheckboxControl
            key={status}
            __nextHasNoMarginBottom
            label={storeStatusLabel(status)}
            checked={postingStatuses.includes(status)}
            onChange={(on) => toggle(status, on)}
          />
        ))}
      </div>
      <ListField
        label={__('Other statuses, with commas between', 'ar-bridge')}
        help={__('Of other plugins, without “wc-”.', 'ar-bridge')}
        values={postingStatuses.filter((status) => !STATUSES.includes(status))}
        tidy={(name) => name.replace(/^wc-/, '')}
        onChange={(others) =>
          change({ postingStatuses: [...postingStatuses.filter((each) => STATUSES.includes(each)), ...others] })
        }
      />
    </fieldset>
  );
}
