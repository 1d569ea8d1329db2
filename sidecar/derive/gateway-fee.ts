import { currencyDecimals, type MinorUnits, minor, roundToIso } from '../domain/money.ts';
import type { StoreOrder } from '../domain/order.ts';

/** What a gateway kept of an order's money, as its plugin noted it. */
export interface GatewayFee {
  /** The order meta it was read from. */
  meta: string;
  /** What it keeps by now: what it gave back with refunds is taken off. Below zero where it gave back more. */
  amount: MinorUnits;
  /** The gateway's: not always the order's. */
  currency: string;
  decimals: number;
}

type Meta = Pick<StoreOrder, 'meta' | 'currency'>;

/** Where the plugins note the currency of a fee that they keep as a bare number; the order's currency otherwise. */
const CURRENCY_META: Record<string, string> = {
  _stripe_fee: '_stripe_currency',
  _wcpay_transaction_fee: '_wcpay_intent_currency',
};
/** PayPal's breakdowns of what it paid out and what it gave back; the latter is kept over all refunds. */
const GIVEN_BACK_META: Record<string, string> = { _ppcp_paypal_fees: '_ppcp_paypal_refund_fees' };

/**
 * The fee of the first key that holds one; a breakdown that names its currency goes before a bare number, since PayPal's plugin keeps
 * both and only the breakdown knows of refunds.
 *
 * In      order  its meta; keys  order meta that may hold a fee
 * Out     null where no plugin noted a fee, or noted something that is no amount
 * Source  WooCommerce Stripe Gateway (class-wc-stripe-payment-gateway.php, update_fees: `_stripe_fee` is the running total, in the
 *         currency of the Stripe account), WooPayments (class-wc-payments-webhook-processing-service.php: `_wcpay_transaction_fee` in the
 *         currency of the payment intent), WooCommerce PayPal Payments (FeesUpdater, RefundFeesUpdater: `paypal_fee` with its currency)
 */
export function gatewayFeeOf(order: Meta, keys: readonly string[]): GatewayFee | null {
  let first: GatewayFee | null = null;
  for (const key of keys) {
    const breakdown = payPalFee(order, key);
    if (breakdown) return breakdown;
    first ??= bareFee(order, key);
  }
  return first;
}

function bareFee(order: Meta, meta: string): GatewayFee | null {
  const named = CURRENCY_META[meta];
  const noted = named === undefined ? null : metaOf(order, named);
  return fee(meta, metaOf(order, meta), typeof noted === 'string' && noted !== '' ? noted : order.currency);
}

function payPalFee(order: Meta, meta: string): GatewayFee | null {
  const kept = breakdownOf(order, meta);
  const given = GIVEN_BACK_META[meta] === undefined ? null : breakdownOf(order, GIVEN_BACK_META[meta]);
  return kept && given?.currency === kept.currency ? { ...kept, amount: minor(kept.amount - given.amount) } : kept;
}

/** `{ paypal_fee: { currency_code, value } }`, as an object or as JSON. */
function breakdownOf(order: Meta, meta: string): GatewayFee | null {
  const part = fieldOf(asObject(metaOf(order, meta)), 'paypal_fee');
  const currency = fieldOf(part, 'currency_code');
  return typeof currency === 'string' ? fee(meta, fieldOf(part, 'value'), currency) : null;
}

function fee(meta: string, value: unknown, currencyCode: string): GatewayFee | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const currency = currencyCode.trim().toUpperCase();
  const decimals = currencyDecimals(currency);
  if (!decimals.ok) return null;
  const amount = roundToIso(String(value).trim(), decimals.value);
  return amount.ok ? { meta, amount: amount.value, currency, decimals: decimals.value } : null;
}

const metaOf = (order: Meta, key: string): unknown => order.meta.find((row) => row.key === key)?.value;

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

function asObject(value: unknown): unknown {
  if (typeof value !== 'string' || !value.startsWith('{')) return value;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    return null;
  }
}
