import { __, sprintf } from '@wordpress/i18n';
import type { CustomerSummary } from '../../data/contract.ts';

/** How a customer came to the account. */
export const foundByLabel = (foundBy: NonNullable<CustomerSummary['foundBy']>): string =>
  ({
    'source-reference': __('Found by external id', 'ar-bridge'),
    'e-mail': __('Found by e-mail', 'ar-bridge'),
    'tax-number': __('Found by tax number', 'ar-bridge'),
    name: __('Found by name', 'ar-bridge'),
    created: __('Made by AR Bridge', 'ar-bridge'),
    guest: __('From their purchases as a guest', 'ar-bridge'),
    user: __('From their customer account in the store', 'ar-bridge'),
    person: __('Linked by hand', 'ar-bridge'),
    import: __('Linked by a file', 'ar-bridge'),
  })[foundBy];

/** What somebody is to the store. */
export function kindLabel({ kind, customerId }: Pick<CustomerSummary, 'kind' | 'customerId'>): string {
  switch (kind) {
    case 'store customer':
      /* translators: %s: id of a customer in the store */
      return sprintf(__('Customer #%s', 'ar-bridge'), String(customerId ?? ''));
    case 'guest':
      return __('Guest', 'ar-bridge');
    case 'company':
      return __('Company', 'ar-bridge');
    case 'order':
      return __('Purchase without a name', 'ar-bridge');
  }
}

/** Never empty, so that a link has a text: an erased person has no name. */
export function nameOf({ name, label, orderId, erased, kind, customerId }: CustomerSummary): string {
  if (name || label) return name || label || '';
  if (erased) return __('Erased person', 'ar-bridge');
  /* translators: %s: order id */
  return orderId ? sprintf(__('Order %s', 'ar-bridge'), String(orderId)) : kindLabel({ kind, customerId });
}
