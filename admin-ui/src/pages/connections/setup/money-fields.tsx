import { __ } from '@wordpress/i18n';
import { SelectField } from '../../../components/fields.tsx';
import { ListField } from '../../../components/list-field.tsx';
import type { PartProps } from './setup-section.tsx';
import { TenderFields } from './tender-fields.tsx';

/** Coupons, gift cards and what gateways keep. */
export function MoneyFields({ setup, errors, change }: PartProps) {
  return (
    <>
      <div className="arb-form">
        <SelectField
          label={__('Coupons', 'ar-bridge')}
          help={__('A line of its own goes to the account of a rule of kind Discount.', 'ar-bridge')}
          value={setup.discounts}
          options={[
            { value: 'inside', label: __('Inside the line amounts', 'ar-bridge') },
            { value: 'own-line', label: __('A line of its own per product line', 'ar-bridge') },
          ]}
          onChange={(discounts) => change({ discounts })}
        />
      </div>
      <TenderFields setup={setup} errors={errors} change={change} />
      <fieldset className="arb-fieldset">
        <legend>{__('Fees that gateways keep', 'ar-bridge')}</legend>
        <ListField
          long
          label={__('Order meta keys, with commas between', 'ar-bridge')}
          help={__('Noted on the receipt and in reports; nothing is posted for them.', 'ar-bridge')}
          error={Object.entries(errors).find(([path]) => path.startsWith('gatewayFeeMeta'))?.[1]}
          values={setup.gatewayFeeMeta}
          onChange={(gatewayFeeMeta) => change({ gatewayFeeMeta })}
        />
      </fieldset>
    </>
  );
}
