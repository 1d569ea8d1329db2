/** A pod with just what the adapter's tests name: one business unit, one customer, open and closed periods around `TODAY`. */
export const TODAY = '2026-09-14';
export const NOON = Date.parse(`${TODAY}T12:00:00Z`);
export const CLIENT = { id: 'client-1', secret: 'client-secret-1' };

export const SEED = {
  name: 'adapter tests',
  oauth: { clients: [{ ...CLIENT, user: 'WEB.INTEGRATION' }] },
  users: [{ name: 'WEB.INTEGRATION', password: 'basic-secret-1' }],
  sets: [{ code: 'COMMON' }, { code: 'US_SET' }, { code: 'EU_SET' }],
  currencies: [{ code: 'USD' }, { code: 'EUR' }, { code: 'JPY' }],
  rates: [{ from: 'EUR', to: 'USD', type: 'Corporate', rate: '1.0875' }],
  valueSets: [
    { code: 'COMPANY', values: [{ value: '01' }] },
    {
      code: 'ACCOUNT',
      values: [{ value: '4110' }, { value: '1100' }, { value: '2200' }, { value: '4999', enabled: false }],
    },
  ],
  chartsOfAccounts: [
    {
      name: 'US chart',
      segments: [
        { name: 'Company', valueSet: 'COMPANY' },
        { name: 'Account', valueSet: 'ACCOUNT' },
      ],
    },
  ],
  legalEntities: [{ name: 'Northwind Inc', identifier: 'NW1', country: 'US' }],
  ledgers: [{ name: 'US Ledger', currency: 'USD', chartOfAccounts: 'US chart', legalEntity: 'Northwind Inc' }],
  periods: [
    { name: 'Jul-26', start: '2026-07-01', end: '2026-07-31', status: 'C' },
    { name: 'Aug-26', start: '2026-08-01', end: '2026-08-31', status: 'O' },
    { name: 'Sep-26', start: '2026-09-01', end: '2026-09-30', status: 'O' },
    { name: 'Oct-26', start: '2026-10-01', end: '2026-10-31', status: 'F' },
  ],
  businessUnits: [{ name: 'Northwind US BU', ledger: 'US Ledger', legalEntity: 'Northwind Inc', set: 'US_SET' }],
  transactionSources: [
    { name: 'WEB STORE', set: 'US_SET' },
    { name: 'WEB EU', set: 'EU_SET' },
  ],
  transactionTypes: [
    { name: 'Web Invoice', class: 'INV', set: 'US_SET' },
    { name: 'Web Credit Memo', class: 'CM', set: 'US_SET' },
  ],
  paymentTerms: [
    { name: 'IMMEDIATE' },
    {
      name: 'HALF HALF',
      installments: [
        { percent: 50, days: 0 },
        { percent: 50, days: 30 },
      ],
    },
  ],
  receiptMethods: [
    {
      name: 'Web Card Payments',
      bankAccounts: [
        { number: '10271', businessUnit: 'Northwind US BU', currency: 'USD' },
        { number: '10272', businessUnit: 'Northwind US BU', currency: 'EUR' },
      ],
    },
  ],
  receivablesActivities: [
    { name: 'Gateway clearing', businessUnit: 'Northwind US BU' },
    { name: 'Gateway Fees', businessUnit: 'Northwind US BU', type: 'Miscellaneous Cash', account: '01-2200' },
  ],
  memoLines: [{ name: 'Web Product', set: 'US_SET' }],
  taxRegimes: [{ code: 'US SALES TAX', rates: [{ code: 'CA STATE 7.25', percent: '7.25' }] }],
  taxClassifications: [{ code: 'US SALES TAX', set: 'US_SET', rates: [{ regime: 'US SALES TAX', code: 'CA STATE 7.25' }] }],
  lookups: {
    CREDIT_MEMO_REASON: [{ code: 'RETURN', meaning: 'Return' }],
    REVERSAL_CATEGORY_TYPE: [{ code: 'REV', meaning: 'Reverse payment' }],
    CKAJST_REASON: [{ code: 'PAYMENT REVERSAL', meaning: 'Payment reversal' }],
  },
  refundPaymentMethods: [{ code: 'CHECK', name: 'Check' }],
  sourceSystems: ['WEBSTORE'],
  customers: [
    {
      name: 'Web Shop Customers',
      email: 'shop@example.org',
      references: [{ system: 'WEBSTORE', value: 'WEB-shared' }],
      accounts: [
        { number: '40017', sites: [{ number: '40017-1', primary: true, address: { address1: '1 Main St', country: 'US' } }] },
      ],
    },
  ],
};
