import { readFileSync } from 'node:fs';
import type { Rule } from '../../sidecar/domain/rules.ts';
import { type Setup, SetupSchema } from '../../sidecar/domain/setup.ts';
import { DEFAULT_SEED } from '../../sidecar/sandbox/seed/load.ts';
import { DEMO_SETUP } from '../demo/books.ts';
import type { ShopSettings } from '../store/store.ts';

/** A shop of the proof: how its owner set WooCommerce up, in which currencies it sells, what finance decided. */
export interface ProofShop {
  name: string;
  settings: ShopSettings;
  currencies: readonly string[];
  setup: Setup;
  /** Last month's AR period is closed until somebody opens it for what waits. */
  lastMonthClosed?: boolean;
  /** Orders billed to Germany belong to the European business unit. */
  twoUnits?: boolean;
  /** Rules put the order's channel into flexfields of documents and lines. */
  flexfields?: boolean;
  /** What a line is taxed by in Oracle that names no classification. */
  defaultTaxClassification?: string;
}

const SETUP: Setup = SetupSchema.parse({
  ...DEMO_SETUP,
  tenders: [{ name: 'Gift card', metaKey: '_proof_gift_card' }],
  customers: {
    ...DEMO_SETUP.customers,
    sharedAccounts: [{ accountNumber: '40017', currency: 'USD' }, { accountNumber: '40027' }],
  },
  settlements: [
    { gateway: 'proof_card', settlement: 'clearing', activity: 'Web Gateway Clearing', refundsItself: true },
    { gateway: 'cheque', settlement: 'payables', paymentMethod: 'CHECK', refundsItself: false },
    { gateway: 'cod', settlement: 'payables', paymentMethod: 'CHECK', refundsItself: false },
  ],
});
export const EU_UNIT = 'Northwind EU BU';
const daysAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

export const proofSetup = (over: Partial<Setup> = {}): Setup => ({ ...SETUP, ...over });

/**
 * The four rows of woocommerce-contract 1.2, both order storages, currencies of 0, 2 and 3 decimals in shops of 0, 2 and 3, every tax mode,
 * conversion type, period policy and way to leave orders out.
 */
export const SHOPS: readonly ProofShop[] = [
  {
    name: 'net prices, tax rounded by line',
    settings: { timeZone: 'America/Los_Angeles', hpos: true },
    currencies: ['USD', 'USD', 'USD', 'EUR'],
    setup: proofSetup({ gatewayFees: { post: 'document', activity: 'Gateway Fees' } }),
  },
  {
    name: 'prices with tax, rounded at subtotal, posts storage, tax on an account, coupons on lines of their own',
    settings: { timeZone: 'Pacific/Auckland', hpos: false, pricesIncludeTax: true, roundAtSubtotal: true },
    currencies: ['USD', 'USD', 'GBP'],
    setup: proofSetup({
      taxMode: 'account',
      discounts: 'own-line',
      exclusions: [{ name: 'samples by name', tag: 'press SAMPLE' }],
    }),
  },
  {
    name: 'net prices, tax rounded at subtotal, yen and dinars in a shop of two decimals',
    settings: { timeZone: 'Asia/Tokyo', hpos: true, roundAtSubtotal: true },
    currencies: ['USD', 'JPY', 'KWD'],
    setup: proofSetup({
      closedPeriod: 'next-period',
      zeroTotalOrders: 'post',
      exclusions: [{ name: 'trade that pays by bank', tag: 'Wholesale & Trade', gateway: 'bacs' }],
    }),
  },
  {
    name: 'prices with tax, tax rounded by line, three decimals, coupons on lines of their own',
    settings: { timeZone: 'Europe/Berlin', hpos: true, pricesIncludeTax: true, priceDecimals: 3 },
    currencies: ['USD', 'KWD', 'EUR'],
    setup: proofSetup({ discounts: 'own-line', deletedOrders: 'credit' }),
  },
  {
    name: 'Oracle computes the tax, and taxes what is not classified; conversion by rates of the set-up',
    settings: { timeZone: 'America/New_York', hpos: true },
    currencies: ['USD', 'USD', 'EUR', 'JPY'],
    setup: proofSetup({ taxMode: 'oracle', conversionRateType: 'User', userRates: { EUR: '1.0925', JPY: '0.0068' } }),
    defaultTaxClassification: 'CA STATE 7.25',
  },
  {
    name: 'no decimals, exclusions, a cut-over, documents held while their period is closed, spot rates',
    settings: { timeZone: 'Asia/Tokyo', hpos: true, priceDecimals: 0 },
    currencies: ['JPY', 'JPY', 'USD', 'KWD'],
    setup: proofSetup({
      closedPeriod: 'hold',
      zeroTotalOrders: 'post',
      conversionRateType: 'Spot',
      cutOver: daysAgo(40),
      exclusions: [
        { name: 'test orders', metaKey: '_proof_test_order', metaValue: 'yes' },
        { name: 'staff', role: 'subscriber' },
        { name: 'what the till posts itself', createdVia: 'proof-import' },
        { name: 'cheques on their way', gateway: 'cheque', status: 'on-hold' },
        { name: 'samples by slug', tag: 'press-sample' },
        { name: 'what the office gives away', createdVia: 'admin', zeroTotal: true },
      ],
    }),
    lastMonthClosed: true,
  },
  {
    name: 'two business units by country, companies by VAT number, a site per address, flexfields, a posting status of a plugin',
    settings: { timeZone: 'Europe/Berlin', hpos: true, pricesIncludeTax: true },
    currencies: ['EUR', 'EUR', 'USD', 'GBP'],
    setup: proofSetup({
      postingStatuses: ['processing', 'completed', 'packing'],
      closedPeriodFor: { receipt: 'next-period' },
      conversionRateType: 'User',
      userRates: { EUR: '1.0925', GBP: '1.2711' },
      businessUnits: [
        {
          businessUnit: EU_UNIT,
          ledgerCurrency: 'EUR',
          timeZone: 'Europe/Berlin',
          userRates: { USD: '0.9212', GBP: '1.1702' },
          invoice: { source: 'EU WEB STORE', type: 'Web Invoice', paymentTerms: '14 Net EU' },
          creditMemo: { source: 'EU WEB STORE', type: 'Web Credit Memo' },
          sharedAccounts: [{ accountNumber: '40027' }],
          segmentDefaults: { company: '02' },
        },
      ],
      customers: {
        ...SETUP.customers,
        guests: 'own',
        companiesBy: 'vat-number',
        addresses: 'site-per-address',
        shipTo: 'site-per-address',
      },
    }),
    twoUnits: true,
    flexfields: true,
  },
];

export const PRODUCTS = [
  { sku: 'KETTLE', name: 'Gooseneck Kettle, 0.9 l', price: '79.95', category: 'equipment' },
  { sku: 'FILTER', name: 'Paper Filters, 100', price: '4.25', category: 'filters' },
  { sku: 'THIRD', name: 'Sample, a third of a dollar', price: '0.33', category: 'coffee' },
  { sku: 'BEANS', name: 'House Blend, 250 g', price: '9.99', category: 'coffee', tax: 'reduced-rate' },
  { sku: 'WORKSHOP', name: 'Tasting Workshop', price: '45.00', category: 'workshops', tax: 'none', virtual: true },
  { sku: 'ODD', name: 'Tamper', price: '7.77', category: 'equipment' },
  { sku: 'MILLI', name: 'Descaler', price: '1.235', category: 'equipment' },
  { sku: 'GIFTBOX', name: 'Gift Box, part of a bundle', price: '0', category: 'equipment' },
  { sku: 'WEIGHED', name: 'Beans by weight, per kilo', price: '13.40', category: 'coffee' },
  { sku: 'DOOMED-1', name: 'Discontinued Mill', price: '21.49', category: 'equipment' },
  { sku: 'DOOMED-2', name: 'Discontinued Jug', price: '11.05', category: 'equipment' },
  { sku: 'NO-RULE', name: 'Something nobody mapped', price: '5.00' },
] as const;

export const COMPANY = 'Dora & Daughters LLC';

/** The coupon of an order that costs nothing. */
export const GRATIS = 'GRATIS';

export const CATALOGUE = {
  products: PRODUCTS,
  taxRates: [
    { country: 'US', state: 'CA', rate: '7.25', name: 'CA 7.25', priority: 1, compound: false, shipping: false, class: '' },
    { country: 'US', state: 'NY', rate: '4', name: 'NY 4', priority: 1, compound: false, shipping: true, class: '' },
    { country: 'US', state: 'NY', rate: '4.5', name: 'NYC 4.5', priority: 2, compound: false, shipping: true, class: '' },
    { country: 'DE', state: '', rate: '19', name: 'DE 19', priority: 1, compound: false, shipping: true, class: '' },
    { country: 'DE', state: '', rate: '7', name: 'DE 7', priority: 1, compound: false, shipping: false, class: 'reduced-rate' },
    { country: 'CA', state: 'QC', rate: '5', name: 'GST 5', priority: 1, compound: false, shipping: true, class: '' },
    { country: 'CA', state: 'QC', rate: '9.975', name: 'QST 9.975', priority: 2, compound: true, shipping: true, class: '' },
  ],
  zones: { US: '6.90', DE: '9.50', CA: '12.35' },
  coupons: {
    TENTH: ['percent', '10'],
    FIVER: ['fixed_cart', '5'],
    ONEOFF: ['fixed_product', '0.97'],
    [GRATIS]: ['percent', '100'],
  },
  customers: ['ada', 'ben', 'cyd', 'dora', 'tess'].map((name) => ({
    user: name,
    email: `${name}@shopper.example`,
    firstName: name.slice(0, 1).toUpperCase() + name.slice(1),
    lastName: 'Proof',
    company: name === 'dora' ? COMPANY : '',
    // Tess tries the shop out.
    ...(name === 'tess' && { role: 'subscriber' }),
  })),
};

/** Ids of what the shop made of the catalogue. */
export interface ShopIds {
  categories: Record<'coffee' | 'equipment' | 'workshops' | 'filters', number>;
  taxRates: Record<string, number>;
  customers: Record<string, number>;
}

/** The classification of a rate stands for the rates before it as well. */
const TAX_CODES: Record<string, [regime: string, code: string, account: string, classification: string]> = {
  'CA 7.25': ['US SALES TAX', 'CA STATE 7.25', '22100', 'CA STATE 7.25'],
  'NY 4': ['US SALES TAX', 'NY STATE 4', '22100', 'NY STATE 4'],
  'NYC 4.5': ['US SALES TAX', 'NYC 4.5', '22100', 'NYC 8.5'],
  'DE 19': ['EU VAT', 'DE VAT 19', '22200', 'DE VAT 19'],
  'DE 7': ['EU VAT', 'DE VAT 7', '22200', 'DE VAT 7'],
  'GST 5': ['CANADA', 'GST 5', '22200', 'CANADA GST'],
  'QST 9.975': ['CANADA', 'QST 9.975', '22200', 'CANADA QC'],
};

/** What finance decided; the product without a category waits for a rule. */
export function proofRules(ids: ShopIds, { setup: { taxMode }, twoUnits, flexfields }: ProofShop): Rule[] {
  const { categories, taxRates } = ids;
  const account = (account: string, costCenter = '100') => ({ segments: { account, costCenter } });
  const rules: Pick<Rule, 'id' | 'kind' | 'when' | 'outcome'>[] = [
    { id: 'coffee', kind: 'revenue', when: { categoryId: categories.coffee }, outcome: account('41100', '110') },
    { id: 'equipment', kind: 'revenue', when: { categoryId: categories.equipment }, outcome: account('41300', '120') },
    { id: 'filters', kind: 'revenue', when: { categoryId: categories.filters }, outcome: account('41310', '120') },
    { id: 'workshops', kind: 'revenue', when: { categoryId: categories.workshops }, outcome: account('41400', '130') },
    { id: 'shipping', kind: 'shipping', when: {}, outcome: account('42000') },
    { id: 'fees', kind: 'fee', when: {}, outcome: account('43000') },
    { id: 'store-credit', kind: 'fee', when: { feeName: 'Store credit' }, outcome: account('12920', '000') },
    { id: 'discounts', kind: 'discount', when: {}, outcome: account('45000') },
    { id: 'gift-cards', kind: 'tender', when: {}, outcome: account('12910', '000') },
    { id: 'rounding', kind: 'rounding', when: {}, outcome: account('49000') },
    ...Object.entries(taxRates).map(([name, taxRateId]) => {
      const [taxRegime = '', taxRateCode = '', liability = '', taxClassification = ''] = TAX_CODES[name] ?? [];
      return {
        id: `tax-${taxRateId}`,
        kind: 'tax' as const,
        when: { taxRateId },
        outcome: { taxRegime, taxRateCode, ...account(liability, '000'), ...(taxMode === 'oracle' && { taxClassification }) },
      };
    }),
    ...(taxMode === 'oracle'
      ? [{ id: 'no-tax', kind: 'no-tax' as const, when: {}, outcome: { taxClassification: 'US EXEMPT' } }]
      : []),
    ...(twoUnits
      ? [{ id: 'europe', kind: 'business-unit' as const, when: { country: 'DE' }, outcome: { businessUnit: EU_UNIT } }]
      : []),
    ...(flexfields
      ? [
          { id: 'channel', kind: 'descriptive-flexfield' as const, when: {}, outcome: flexfield('{meta:_proof_channel}') },
          { id: 'line', kind: 'line-flexfield' as const, when: {}, outcome: flexfield('from {meta:_proof_channel}') },
        ]
      : []),
    { id: 'bank', kind: 'receipt-method', when: {}, outcome: { receiptMethod: 'Web Bank Transfer' } },
    { id: 'card', kind: 'receipt-method', when: { gateway: 'proof_card' }, outcome: { receiptMethod: 'Web Card Payments' } },
    {
      id: 'cod',
      kind: 'receipt-method',
      when: { gateway: 'cod', currency: 'USD' },
      outcome: { receiptMethod: 'Web Cash on Delivery' },
    },
  ];
  return rules.map((rule, position) => ({ ...rule, name: rule.id, position, enabled: true }));
}

const flexfield = (webChannel: string): Rule['outcome'] => ({ flexContext: 'WEB', flexAttributes: { webChannel } });
const FLEXFIELDS = [
  'receivablesInvoiceDFF',
  'receivablesInvoiceLineDFF',
  'receivablesCreditMemoDFF',
  'receivablesCreditMemoLineDFF',
];

/** The sandbox's own seed, with Canada's taxes and a euro that is dearer since ten days ago. */
export function proofSeed(today: Date, shop: Pick<ProofShop, 'defaultTaxClassification'>): object {
  const seed = JSON.parse(readFileSync(DEFAULT_SEED, 'utf8'));
  const rates = [
    { code: 'GST 5', tax: 'GST', jurisdiction: 'CA', percent: '5', account: '01-000-22200-0000-000' },
    { code: 'QST 9.975', tax: 'QST', jurisdiction: 'QC', percent: '9.975', compound: true, account: '01-000-22200-0000-000' },
  ];
  const fromDate = new Date(today.getTime() - 10 * 86_400_000).toISOString().slice(0, 10);
  return {
    ...seed,
    businessUnits: seed.businessUnits.map((unit: object) => ({
      ...unit,
      ...(shop.defaultTaxClassification && { defaultTaxClassification: shop.defaultTaxClassification }),
    })),
    flexfields: Object.fromEntries(FLEXFIELDS.map((name) => [name, ['webChannel']])),
    taxRegimes: [...seed.taxRegimes, { code: 'CANADA', name: 'Canada', country: 'CA', rates }],
    taxClassifications: [
      ...seed.taxClassifications,
      { code: 'CANADA GST', rates: [{ regime: 'CANADA', code: 'GST 5' }] },
      { code: 'CANADA QC', rates: rates.map(({ code }) => ({ regime: 'CANADA', code })) },
    ],
    rates: [...seed.rates, { from: 'EUR', to: 'USD', type: 'Corporate', rate: '1.16', fromDate }],
  };
}
