import { describe, expect, it } from 'vitest';
import { gatewayFeeOf } from '../../../sidecar/derive/gateway-fee.ts';
import { SetupSchema } from '../../../sidecar/domain/setup.ts';

const KEYS = SetupSchema.shape.gatewayFeeMeta.parse(undefined);
const feeOf = (meta: Record<string, unknown>, currency = 'USD', keys: readonly string[] = KEYS) =>
  gatewayFeeOf({ currency, meta: Object.entries(meta).map(([key, value]) => ({ key, value })) }, keys);

describe('the fee a gateway kept', () => {
  it.each([
    ['Stripe, in the currency of its account', { _stripe_fee: '2.90', _stripe_currency: 'EUR' }, 290, 'EUR'],
    ['Stripe, where its currency is not noted', { _stripe_fee: '2.90' }, 290, 'USD'],
    ['Stripe, added up by PHP', { _stripe_fee: '3.2000000000000002' }, 320, 'USD'],
    ['WooPayments, in the currency of the payment', { _wcpay_transaction_fee: 1.75, _wcpay_intent_currency: 'usd' }, 175, 'USD'],
    ['yen, which have no decimals', { _stripe_fee: '104', _stripe_currency: 'JPY' }, 104, 'JPY'],
    ['PayPal Standard', { 'PayPal Transaction Fee': '0.88' }, 88, 'USD'],
    ['nothing', { _stripe_fee: '0' }, 0, 'USD'],
  ])('is read of %s', (_what, meta, amount, currency) => {
    expect(feeOf(meta)).toMatchObject({ amount, currency });
  });

  const payPal = (value: string, currency = 'USD') => ({
    gross_amount: { currency_code: currency, value: '80.00' },
    paypal_fee: { currency_code: currency, value },
  });

  it('is read of PayPal’s breakdown, less what it gave back, before the bare number beside it', () => {
    const meta = { 'PayPal Transaction Fee': '2.94', _ppcp_paypal_fees: payPal('2.94') };
    expect(feeOf(meta)).toEqual({ meta: '_ppcp_paypal_fees', amount: 294, currency: 'USD', decimals: 2 });
    expect(feeOf({ ...meta, _ppcp_paypal_refund_fees: payPal('0.49') })?.amount).toBe(245);
    expect(feeOf({ ...meta, _ppcp_paypal_refund_fees: payPal('0.49', 'AUD') })?.amount).toBe(294);
    expect(feeOf({ _ppcp_paypal_fees: JSON.stringify(payPal('2.94', 'AUD')) })).toMatchObject({ amount: 294, currency: 'AUD' });
  });

  it.each([
    ['no meta', {}],
    ['a word', { _stripe_fee: 'pending' }],
    ['a currency nobody knows', { _stripe_fee: '2.90', _stripe_currency: 'POINTS' }],
    ['text that is no JSON', { _ppcp_paypal_fees: '{half' }],
    ['a breakdown without a fee', { _ppcp_paypal_fees: { gross_amount: { value: '80.00' } } }],
  ])('is not known of %s', (_what, meta) => {
    expect(feeOf(meta)).toBeNull();
  });

  it('is read of the keys that are asked for only', () => {
    expect(feeOf({ _stripe_fee: '2.90', my_fee: '1.10' }, 'USD', ['my_fee'])).toMatchObject({ meta: 'my_fee', amount: 110 });
  });
});
