import { minor } from '../../../sidecar/domain/money.ts';
import type { LineFacts, OrderLine, StoreOrder, StorePayment, StoreRefund } from '../../../sidecar/domain/order.ts';
import type { Rule } from '../../../sidecar/domain/rules.ts';
import { type Setup, SetupSchema } from '../../../sidecar/domain/setup.ts';

/** Orders, set-ups and rules for tests: small, believable, every part can be overridden. */
export const SETUP: Setup = SetupSchema.parse({
  prefix: 'WEB-',
  businessUnit: 'Northwind US BU',
  ledgerCurrency: 'USD',
  timeZone: 'America/New_York',
  invoice: { source: 'WEB STORE', type: 'Web Invoice', paymentTerms: 'IMMEDIATE' },
  creditMemo: { source: 'WEB STORE', type: 'Web Credit Memo' },
  segments: [
    { name: 'company', default: '01' },
    { name: 'costCenter', default: '000' },
    { name: 'account' },
    { name: 'product', default: '0000' },
    { name: 'intercompany', default: '000' },
  ],
  customers: { sharedAccounts: [{ accountNumber: '40017', site: '40017-1' }] },
});

export const setup = (over: Partial<Setup> = {}): Setup => ({ ...SETUP, ...over });

let position = 0;

export const RULES: Rule[] = [
  rule('mugs', 'revenue', { categoryId: 11 }, { segments: { account: '41100', costCenter: '110' } }),
  rule('revenue', 'revenue', {}, { segments: { account: '41000', costCenter: '100' } }),
  rule('shipping', 'shipping', {}, { segments: { account: '42000' } }),
  rule('fee', 'fee', {}, { segments: { account: '43000' } }),
  rule('rounding', 'rounding', {}, { segments: { account: '49000' } }),
  rule('tax-account', 'tax', {}, { taxRegime: 'US SALES TAX', taxRateCode: 'CA STATE 7.25', segments: { account: '22000' } }),
  rule('card', 'receipt-method', {}, { receiptMethod: 'Web Card Payments' }),
];

export function rule(
  id: string,
  kind: Rule['kind'],
  when: Rule['when'],
  outcome: Rule['outcome'],
  over: Partial<Rule> = {},
): Rule {
  position += 1;
  return { id, kind, name: id, enabled: true, position, when, outcome, ...over };
}

export const facts = (over: Partial<LineFacts> = {}): LineFacts => ({
  sku: 'MUG-BLUE',
  productId: 51,
  variationId: 0,
  productType: 'simple',
  taxClass: '',
  categories: [
    [
      { id: 11, slug: 'mugs', name: 'Mugs' },
      { id: 10, slug: 'kitchen', name: 'Kitchen' },
    ],
  ],
  shippingMethod: null,
  ...over,
});

export function line(itemId: number, net: number, tax = 0, over: Partial<OrderLine> = {}): OrderLine {
  return {
    itemId,
    kind: 'product',
    name: `Product ${itemId}`,
    quantity: 1,
    net: minor(net),
    subtotal: minor(net),
    meta: [],
    taxes: tax === 0 ? [] : [{ rateId: 1, amount: minor(tax) }],
    facts: facts(),
    ...over,
  };
}

export function order(over: Partial<StoreOrder> = {}): StoreOrder {
  const lines = over.lines ?? [line(1, 10000)];
  const total = lines.reduce((all, one) => all + one.net + one.taxes.reduce((taxes, tax) => taxes + tax.amount, 0), 0);
  return {
    id: 1042,
    number: '1042',
    status: 'processing',
    presence: 'live',
    currency: 'USD',
    decimals: 2,
    createdVia: 'checkout',
    createdAt: '2026-11-20T15:00:00Z',
    modifiedAt: '2026-11-20T15:00:00Z',
    paidAt: null,
    customerId: 0,
    customer: { id: 0, email: 'ada@example.org', firstName: 'Ada', lastName: 'Byron', company: '', role: null },
    billing: {
      firstName: 'Ada',
      lastName: 'Byron',
      company: '',
      address1: '12 Harbour Rd',
      address2: '',
      city: 'Oakland',
      state: 'CA',
      postcode: '94607',
      country: 'US',
      email: 'ada@example.org',
      phone: '',
    },
    shipping: null,
    paymentMethod: 'stripe',
    paymentMethodTitle: 'Card',
    transactionId: 'ch_1',
    total: minor(total),
    totalBeyondIso: '0',
    lines,
    taxRates: [{ rateId: 1, code: 'US-CA-CA TAX-1', label: 'CA Tax', percent: 7.25, compound: false }],
    refunds: [],
    payments: [],
    coupons: [],
    meta: [],
    ...over,
  };
}

export function payment(amount: number, over: Partial<StorePayment> = {}): StorePayment {
  return {
    id: '1',
    amount: minor(amount),
    paidAt: '2026-11-20T15:01:00Z',
    gateway: 'stripe',
    transactionId: 'ch_1',
    assumed: false,
    takenBackAt: null,
    ...over,
  };
}

export function refund(id: number, amount: number, over: Partial<StoreRefund> = {}): StoreRefund {
  return {
    id,
    createdAt: '2026-11-21T09:00:00Z',
    amount: minor(amount),
    reason: '',
    refundedPayment: false,
    pending: false,
    lines: [],
    ...over,
  };
}
