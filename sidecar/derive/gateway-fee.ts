import { currencyDecimals, type MinorUnits, minor, roundToIso } from '../domain/money.ts';
import type { StoreOrder, StorePayment } from '../domain/order.ts';

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

/** A fee with the payment it was kept of. */
export interface ChargedFee extends GatewayFee {
  /** The same over the whole life of an order: what is posted of a fee is known by it. */
  source: string;
  payment: StorePayment;
}

type Meta = Pick<StoreOrder, 'meta' | 'currency'>;

/** Where the plugins note the currency of a fee that they keep as a bare number; the order's currency otherwise. */
const CURRENCY_META: Record<string, string> = {
  _stripe_fee: '_stripe_currency',
  _wcpay_transaction_fee: '_wcpay_intent_currency',
};
/** PayPal's breakdowns of what it paid out and what it gave back; the latter is kept over all refunds. */
const GIVEN_BACK_META: Record<string, string> = { _ppcp_paypal_fees: '_ppcp_paypal_refund_fees' };
/** Meta of one gateway, by whatever plugin, and what its gateway ids look like. */
const SOURCES = [
  { source: 'stripe', metas: ['_stripe_fee'], gateway: /^stripe/ },
  { source: 'woocommerce_payments', metas: ['_wcpay_transaction_fee'], gateway: /^woocommerce_payments/ },
  {
    source: 'paypal',
    metas: ['_ppcp_paypal_fees', '_paypal_transaction_fee', 'PayPal Transaction Fee'],
    gateway: /^ppcp|paypal/,
  },
];

/**
 * The fees of an order, one per gateway that was paid by.
 *
 * In      payments  that were made, oldest first; keys  order meta that may hold a fee
 * Out     the fee of each gateway whose meta we know, with the first payment by it: what another gateway's meta says was copied from
 *         elsewhere (renewals of subscriptions copy meta). Where no payment is by such a gateway, the first fee noted is the first
 *         payment's. None without a payment. `unreadable`: the first meta asked that holds something which is no fee
 */
export function chargedFees(
  order: Meta,
  payments: readonly StorePayment[],
  keys: readonly string[],
): { fees: ChargedFee[]; unreadable: { meta: string; found: string } | null } {
  const [first] = payments;
  if (!first) return { fees: [], unreadable: null };
  const paidBy = SOURCES.flatMap(({ source, metas, gateway }) => {
    const payment = payments.find((each) => gateway.test(each.gateway));
    const own = keys.filter((key) => metas.includes(key) && isNoted(order, key));
    return payment && own.length > 0 ? [{ source, payment, keys: own }] : [];
  });
  const asked = paidBy.length > 0 ? paidBy : [{ source: null, payment: first, keys: keys.filter((key) => isNoted(order, key)) }];
  const fees: ChargedFee[] = [];
  let unreadable: { meta: string; found: string } | null = null;
  for (const { source, payment, keys: own } of asked) {
    const fee = gatewayFeeOf(order, own);
    if (fee) fees.push({ ...fee, source: source ?? sourceOf(fee.meta), payment });
    else unreadable ??= own[0] === undefined ? null : { meta: own[0], found: notedAt(order, own[0]) };
  }
  return { fees, unreadable };
}

const sourceOf = (meta: string): string => SOURCES.find(({ metas }) => metas.includes(meta))?.source ?? meta;

/** A plugin wrote something there; a breakdown without a fee says that there was none. */
function isNoted(order: Meta, key: string): boolean {
  const value = metaOf(order, key);
  if (value === undefined || value === null || value === '') return false;
  const whole = asObject(value);
  return typeof whole !== 'object' || whole === null || fieldOf(fieldOf(whole, 'paypal_fee'), 'value') !== undefined;
}

/** As it stands in the order, with the currency it was noted in. */
function notedAt(order: Meta, key: string): string {
  const value = metaOf(order, key);
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : JSON.stringify(value);
  const currency = metaOf(order, CURRENCY_META[key] ?? '');
  return `"${text.slice(0, 80)}"${typeof currency === 'string' && currency !== '' ? ` in "${currency.slice(0, 10)}"` : ''}`;
}

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
