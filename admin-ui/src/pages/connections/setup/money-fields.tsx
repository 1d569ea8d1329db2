import { Button } from '@wordpress/components';
import { __, sprintf } from '@wordpress/i18n';
import { SelectField, TextField } from '../../../components/fields.tsx';
import { ListField } from '../../../components/list-field.tsx';
import { RowsField } from '../../../components/rows-field.tsx';
import type { Setup } from '../../../data/contract.ts';
import { optional } from './empty-setup.ts';
import type { PartProps } from './setup-section.tsx';

type Tender = Setup['tenders'][number];

/**
 * Plugins that subtract a gift card or a credit from the order's total and keep the amount in order meta:
 * - YITH Gift Cards, class YITH_YWGC_Cart_Checkout: ORDER_GIFT_CARDS_TOTAL = '_ywgc_applied_gift_cards_totals', the sum of all cards;
 * - Smart Coupons (StoreApps), set_total( $total - $discount ) with 'smart_coupons_contribution' = coupon code => amount, where its
 *   "apply before tax" is off (on: the credit is in the line amounts, and the tender is not used as it would not explain the total);
 * - Account Funds (Kestrel, once WooCommerce), integration with Square: '_funds_used', the amount.
 * Not here: WooCommerce Gift Cards and PW Gift Cards keep items of their own kind (`gift_card`, `pw_gift_card`), which the REST API's
 * orders do not carry as meta.
 */
const presets = (): { plugin: string; tender: Tender }[] => [
  { plugin: 'YITH Gift Cards', tender: { name: __('Gift card', 'ar-bridge'), metaKey: '_ywgc_applied_gift_cards_totals' } },
  {
    plugin: 'Smart Coupons',
    tender: { name: __('Store credit', 'ar-bridge'), metaKey: 'smart_coupons_contribution', path: '*' },
  },
  { plugin: 'Account Funds', tender: { name: __('Account funds', 'ar-bridge'), metaKey: '_funds_used' } },
];

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

function TenderFields({ setup, errors, change }: PartProps) {
  const { tenders } = setup;
  const missing = presets().filter(({ tender }) => !tenders.some(({ metaKey }) => metaKey === tender.metaKey));
  return (
    <fieldset className="arb-fieldset">
      <legend>{__('Gift cards and store credit kept in order meta', 'ar-bridge')}</legend>
      <p className="arb-quiet">
        {__(
          'For plugins that lower the order’s total without a line that shows it. Each becomes a negative line on the liability account of a rule of kind “Gift card or store credit”.',
          'ar-bridge',
        )}
      </p>
      <RowsField
        rows={tenders}
        add={__('Add another one', 'ar-bridge')}
        blank={{ name: '', metaKey: '' }}
        rowName={__('gift card or credit', 'ar-bridge')}
        onChange={(rows) => change({ tenders: rows })}
        fields={(tender, set, index) => {
          const errorAt = (name: keyof Tender) => errors[`tenders.${index}.${name}`];
          return (
            <>
              <TextField
                /* translators: %d: number of a row */
                label={sprintf(__('Credit %d: name', 'ar-bridge'), index + 1)}
                error={errorAt('name')}
                value={tender.name}
                onChange={(name) => set({ ...tender, name })}
                input={{ maxLength: 40 }}
              />
              <TextField
                label={__('Order meta key', 'ar-bridge')}
                error={errorAt('metaKey')}
                value={tender.metaKey}
                onChange={(metaKey) => set({ ...tender, metaKey })}
                input={{ maxLength: 200, spellCheck: false }}
              />
              <TextField
                label={__('Path to the amount (optional)', 'ar-bridge')}
                help={index === 0 ? __('Where the value is a list: * is every entry, *.amount their amount.', 'ar-bridge') : ''}
                error={errorAt('path')}
                value={tender.path ?? ''}
                onChange={(path) => set(optional(tender, 'path', path.trim()))}
                input={{ maxLength: 100, spellCheck: false }}
              />
            </>
          );
        }}
      />
      {missing.length > 0 && (
        <div className="arb-actions arb-presets">
          <span className="arb-quiet">{__('Known plugins:', 'ar-bridge')}</span>
          {missing.map(({ plugin, tender }) => (
            <Button key={plugin} variant="link" onClick={() => change({ tenders: [...tenders, tender] })}>
              {plugin}
            </Button>
          ))}
        </div>
      )}
    </fieldset>
  );
}
