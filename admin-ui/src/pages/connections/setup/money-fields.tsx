import { __ } from '@wordpress/i18n';
import { SelectField, TextField } from '../../../components/fields.tsx';
import { ListField } from '../../../components/list-field.tsx';
import { optional } from './empty-setup.ts';
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
          help={__('Where the gateways’ plugins note what was kept of a payment.', 'ar-bridge')}
          error={Object.entries(errors).find(([path]) => path.startsWith('gatewayFeeMeta'))?.[1]}
          values={setup.gatewayFeeMeta}
          onChange={(gatewayFeeMeta) => change({ gatewayFeeMeta })}
        />
        <FeePosting setup={setup} errors={errors} change={change} />
      </fieldset>
    </>
  );
}

/** Noted only, or a document of its own in Oracle. */
function FeePosting({ setup, errors, change }: PartProps) {
  const { gatewayFees } = setup;
  const posts = gatewayFees.post === 'document';
  return (
    <div className="arb-form">
      <SelectField
        label={__('A fee that was noted', 'ar-bridge')}
        help={__('A changed choice holds for later fees; what is posted stays.', 'ar-bridge')}
        error={errors['gatewayFees.post']}
        value={gatewayFees.post}
        options={[
          { value: 'information', label: __('Noted on the receipt', 'ar-bridge') },
          { value: 'document', label: __('Noted, and posted as a miscellaneous receipt', 'ar-bridge') },
        ]}
        onChange={(post) => change({ gatewayFees: { ...gatewayFees, post } })}
      />
      {posts && (
        <TextField
          label={__('Receivables activity for gateway fees', 'ar-bridge')}
          help={__('Of type Miscellaneous Cash, on the account for bank fees, as Oracle spells it.', 'ar-bridge')}
          error={errors['gatewayFees.activity']}
          value={gatewayFees.activity ?? ''}
          onChange={(activity) => change({ gatewayFees: optional(gatewayFees, 'activity', activity) })}
          input={{ maxLength: 50 }}
        />
      )}
    </div>
  );
}
