import { Button } from '@wordpress/components';
import { __, sprintf } from '@wordpress/i18n';
import { SelectField, TextField } from '../../../components/fields.tsx';
import { RowsField } from '../../../components/rows-field.tsx';
import type { Setup } from '../../../data/contract.ts';
import { optional } from './empty-setup.ts';
import type { PartProps } from './setup-section.tsx';

type Tender = Setup['tenders'][number];

interface Preset {
  plugin: string;
  tender: Tender;
}

/**
 * Plugins that subtract a gift card or a credit from the order's total, by where their source keeps the amount.
 *
 * As order items of their own type, in the item's meta `amount`:
 * - WooCommerce Gift Cards 2.3 (WC_GC_Order_Item_Gift_Card; WC_GC_Order sets the total to the lines less the cards, at least 0);
 * - PW Gift Cards (WC_Order_Item_PW_Gift_Card; PW_Gift_Cards_Redeeming does the same with the total).
 * In order meta:
 * - YITH Gift Cards, class YITH_YWGC_Cart_Checkout: ORDER_GIFT_CARDS_TOTAL = '_ywgc_applied_gift_cards_totals', the sum of all cards;
 * - Smart Coupons (StoreApps), set_total( $total - $discount ) with 'smart_coupons_contribution' = coupon code => amount, where its
 *   "apply before tax" is off (on: the credit is in the line amounts, and the tender is not used as it would not explain the total);
 * - Advanced Coupons 4.5.9, store credits applied after tax: 'acfw_store_credits_order_paid' = amount, raw_amount, cart_total, currency
 *   (applied as a coupon, the credit is in the line amounts);
 * - Account Funds (Kestrel, once WooCommerce), integration with Square: '_funds_used', the amount.
 * Not here: TeraWallet 1.5 pays by a negative fee ("Via wallet"), which WooCommerce shows by itself and a fee rule takes.
 */
const presets = (): Preset[] => [
  { plugin: 'WooCommerce Gift Cards', tender: { name: __('Gift card', 'ar-bridge'), itemType: 'gift_card', metaKey: 'amount' } },
  { plugin: 'PW Gift Cards', tender: { name: __('Gift card', 'ar-bridge'), itemType: 'pw_gift_card', metaKey: 'amount' } },
  { plugin: 'YITH Gift Cards', tender: { name: __('Gift card', 'ar-bridge'), metaKey: '_ywgc_applied_gift_cards_totals' } },
  {
    plugin: 'Smart Coupons',
    tender: { name: __('Store credit', 'ar-bridge'), metaKey: 'smart_coupons_contribution', path: '*' },
  },
  {
    plugin: 'Advanced Coupons',
    tender: { name: __('Store credit', 'ar-bridge'), metaKey: 'acfw_store_credits_order_paid', path: 'amount' },
  },
  { plugin: 'Account Funds', tender: { name: __('Account funds', 'ar-bridge'), metaKey: '_funds_used' } },
];

const isSamePlace = (a: Tender, b: Tender): boolean => a.metaKey === b.metaKey && a.itemType === b.itemType;

/** Gift cards and credits that lower an order's total without a line that shows them. */
export function TenderFields({ setup, errors, change }: PartProps) {
  const { tenders } = setup;
  const missing = presets().filter(({ tender }) => !tenders.some((known) => isSamePlace(known, tender)));
  return (
    <fieldset className="arb-fieldset">
      <legend>{__('Gift cards and store credit', 'ar-bridge')}</legend>
      <p className="arb-quiet">
        {__(
          'For plugins that lower the order’s total without a line that shows it. Each becomes a negative line on the liability account of a rule of kind “Gift card or store credit”. A wallet that pays by a negative fee, such as TeraWallet, needs none: a rule of kind Fee takes it by its name.',
          'ar-bridge',
        )}
      </p>
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
      <RowsField
        rows={tenders}
        add={__('Add another one', 'ar-bridge')}
        blank={{ name: '', metaKey: '' }}
        rowName={__('gift card or credit', 'ar-bridge')}
        tall
        onChange={(rows) => change({ tenders: rows })}
        fields={(tender, set, index) => (
          <TenderRow tender={tender} set={set} index={index} errorAt={(name) => errors[`tenders.${index}.${name}`]} />
        )}
      />
    </fieldset>
  );
}

interface TenderRowProps {
  tender: Tender;
  set: (tender: Tender) => void;
  index: number;
  errorAt: (name: keyof Tender) => string | undefined;
}

function TenderRow({ tender, set, index, errorAt }: TenderRowProps) {
  const { itemType, path, ...common } = tender;
  return (
    <div className="arb-form">
      <TextField
        /* translators: %d: number of a row */
        label={sprintf(__('Credit %d: name', 'ar-bridge'), index + 1)}
        error={errorAt('name')}
        value={tender.name}
        onChange={(name) => set({ ...tender, name })}
        input={{ maxLength: 40 }}
      />
      <SelectField
        label={__('Its amount is kept', 'ar-bridge')}
        value={itemType === undefined ? 'order' : 'item'}
        options={[
          { value: 'order', label: __('in the order’s meta', 'ar-bridge') },
          { value: 'item', label: __('in items of the order', 'ar-bridge') },
        ]}
        onChange={(where) => set(where === 'item' ? { ...common, itemType: '' } : common)}
      />
      {itemType !== undefined && (
        <TextField
          label={__('Type of the items', 'ar-bridge')}
          help={__('The AR Bridge plugin in the store tells of them.', 'ar-bridge')}
          error={errorAt('itemType')}
          value={itemType}
          onChange={(typed) => set({ ...tender, itemType: typed })}
          input={{ maxLength: 200, spellCheck: false, placeholder: 'gift_card' }}
        />
      )}
      <TextField
        label={itemType === undefined ? __('Order meta key', 'ar-bridge') : __('Item meta key', 'ar-bridge')}
        error={errorAt('metaKey')}
        value={tender.metaKey}
        onChange={(metaKey) => set({ ...tender, metaKey })}
        input={{ maxLength: 200, spellCheck: false }}
      />
      {itemType === undefined && (
        <TextField
          label={__('Path to the amount (optional)', 'ar-bridge')}
          help={index === 0 ? __('Where the value is a list: * is every entry, *.amount their amount.', 'ar-bridge') : ''}
          error={errorAt('path')}
          value={path ?? ''}
          onChange={(typed) => set(optional(tender, 'path', typed.trim()))}
          input={{ maxLength: 100, spellCheck: false }}
        />
      )}
    </div>
  );
}
