import type { Setup } from '../../../data/contract.ts';
import { host } from '../../../host.ts';

/** The form before anything was saved: the contract's defaults, the site's time zone, and nothing guessed. */
export const emptySetup = (): Setup => ({
  prefix: 'WEB-',
  businessUnit: '',
  ledgerCurrency: '',
  timeZone: host.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
  invoice: { source: '', type: '', paymentTerms: '' },
  creditMemo: { source: '', type: '' },
  conversionRateType: 'Corporate',
  segments: [{ name: '' }],
  segmentSeparator: '-',
  taxMode: 'lines',
  postingStatuses: ['processing', 'completed'],
  zeroTotalOrders: 'skip',
  closedPeriod: 'next-open',
  userRates: {},
  closedPeriodFor: {},
  exclusions: [],
  discounts: 'inside',
  tenders: [],
  gatewayFeeMeta: [
    '_stripe_fee',
    '_wcpay_transaction_fee',
    '_paypal_transaction_fee',
    'PayPal Transaction Fee',
    '_ppcp_paypal_fees',
  ],
  gatewayFees: { post: 'information' },
  businessUnits: [],
  deletedOrders: 'ask',
  customers: {
    guests: 'shared',
    registered: 'own',
    createAt: 'first-order',
    sharedAccounts: [],
    addresses: 'update-primary',
    shipTo: 'none',
    companies: 'as-buyer',
    companiesBy: 'name',
    vatMeta: ['_billing_vat_number', '_vat_number', '_billing_eu_vat_number', 'billing_vat', '_billing_vat'],
    sourceSystem: 'WEBSTORE',
    siteSetCode: 'COMMON',
  },
  settlements: [],
});

/** An optional field: empty means absent. */
export function optional<T extends object, K extends keyof T & string>(whole: T, name: K, value: string): T {
  const { [name]: _before, ...rest } = whole;
  return (value === '' ? rest : { ...rest, [name]: value }) as T;
}
