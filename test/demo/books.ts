import type { Rule } from '../../sidecar/domain/rules.ts';
import { type Setup, SetupSchema } from '../../sidecar/domain/setup.ts';
import type { Catalogue } from '../store/catalogue.ts';

/** What the demo shop's finance team decided: names are those of the sandbox's default seed. */
export const DEMO_SETUP: Setup = SetupSchema.parse({
  prefix: 'WEB-',
  businessUnit: 'Northwind US BU',
  ledgerCurrency: 'USD',
  timeZone: 'America/Los_Angeles',
  invoice: { source: 'WEB STORE', type: 'Web Invoice', paymentTerms: 'IMMEDIATE' },
  creditMemo: { source: 'WEB STORE', type: 'Web Credit Memo' },
  conversionRateType: 'Corporate',
  segments: [
    { name: 'company', default: '01', valueSet: 'NW_COMPANY' },
    { name: 'costCenter', default: '000', valueSet: 'NW_COST_CENTER' },
    { name: 'account', valueSet: 'NW_ACCOUNT' },
    { name: 'product', default: '0000', valueSet: 'NW_PRODUCT' },
    { name: 'intercompany', default: '000', valueSet: 'NW_INTERCOMPANY' },
  ],
  segmentSeparator: '-',
  taxMode: 'lines',
  postingStatuses: ['processing', 'completed'],
  zeroTotalOrders: 'skip',
  closedPeriod: 'next-open',
  deletedOrders: 'ask',
  customers: {
    guests: 'shared',
    registered: 'own',
    createAt: 'first-order',
    sharedAccounts: [{ accountNumber: '40017', currency: 'USD' }, { accountNumber: '40027' }],
    sourceSystem: 'WEBSTORE',
    siteSetCode: 'COMMON',
  },
  settlements: [],
});

/** GL account and cost center by category and SKU; tax codes by rate; receipt methods by gateway. */
export function demoRules(catalogue: Pick<Catalogue, 'categories' | 'taxRates'>): Rule[] {
  const { categories, taxRates } = catalogue;
  const rules: Omit<Rule, 'position' | 'enabled'>[] = [
    {
      id: 'coffee',
      kind: 'revenue',
      name: 'Coffee',
      when: { categoryId: categories.coffee },
      outcome: { segments: { account: '41100', costCenter: '110' } },
    },
    {
      id: 'single-origin',
      kind: 'revenue',
      name: 'Single origin coffee',
      when: { categoryId: categories['single-origin'] },
      outcome: { segments: { account: '41200', costCenter: '110' } },
    },
    {
      id: 'equipment',
      kind: 'revenue',
      name: 'Equipment',
      when: { categoryId: categories.equipment },
      outcome: { segments: { account: '41300', costCenter: '120' } },
    },
    {
      id: 'workshops',
      kind: 'revenue',
      name: 'Workshops',
      when: { categoryId: categories.workshops },
      outcome: { segments: { account: '41400', costCenter: '130' } },
    },
    {
      id: 'filters',
      kind: 'revenue',
      name: 'Filters, by SKU',
      when: { sku: 'EQ-FILTER-100' },
      outcome: { segments: { account: '41310', costCenter: '120' } },
    },
    {
      id: 'shipping',
      kind: 'shipping',
      name: 'Shipping',
      when: {},
      outcome: { segments: { account: '42000', costCenter: '100' } },
    },
    { id: 'fees', kind: 'fee', name: 'Fees', when: {}, outcome: { segments: { account: '43000', costCenter: '100' } } },
    {
      id: 'rounding',
      kind: 'rounding',
      name: 'Rounding',
      when: {},
      outcome: { segments: { account: '49000', costCenter: '100' } },
    },
    ...Object.entries(taxRates).map(([name, id]) => ({
      id: `tax-${id}`,
      kind: 'tax' as const,
      name,
      when: { taxRateId: id },
      outcome: taxCode(name),
    })),
    {
      id: 'card',
      kind: 'receipt-method',
      name: 'Bank transfer',
      when: { gateway: 'bacs' },
      outcome: { receiptMethod: 'Web Bank Transfer' },
    },
    {
      id: 'cod',
      kind: 'receipt-method',
      name: 'Cash on delivery',
      when: { gateway: 'cod' },
      outcome: { receiptMethod: 'Web Cash on Delivery' },
    },
    {
      id: 'other-payments',
      kind: 'receipt-method',
      name: 'All other payments',
      when: {},
      outcome: { receiptMethod: 'Web Card Payments' },
    },
  ];
  return rules.map((rule, position) => ({ ...rule, position, enabled: true }));
}

function taxCode(name: string): Rule['outcome'] {
  const us = { taxRegime: 'US SALES TAX', taxClassification: 'US SALES TAX' };
  const eu = { taxRegime: 'EU VAT', taxClassification: 'EU VAT' };
  const codes: [RegExp, Rule['outcome']][] = [
    [/^CA/, { ...us, taxRateCode: 'CA STATE 7.25' }],
    [/^NYC/, { ...us, taxRateCode: 'NYC 4.5' }],
    [/^NY/, { ...us, taxRateCode: 'NY STATE 4' }],
    [/19/, { ...eu, taxRateCode: 'DE VAT 19' }],
    [/7/, { ...eu, taxRateCode: 'DE VAT 7' }],
  ];
  return codes.find(([pattern]) => pattern.test(name))?.[1] ?? {};
}
