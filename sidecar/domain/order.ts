import type { MinorUnits } from './money.ts';

/**
 * A WooCommerce order as we read it, whole. Amounts are minor units of `currency`; instants are ISO 8601 in UTC with `Z`.
 * Line amounts are net of tax and after coupons, as WooCommerce stores them.
 * Source: WooCommerce 10.5.2 class-wc-rest-orders-v2-controller.php
 */
export interface StoreOrder {
  id: number;
  /** What the shop calls the order; numbering plugins change it, so it is never a key. */
  number: string;
  /** Without `wc-`: pending, processing, on-hold, completed, cancelled, refunded, failed, checkout-draft, trash, or a plugin's own. */
  status: string;
  /** `deleted`: the order answers 404 and was seen before. */
  presence: 'live' | 'trashed' | 'deleted';
  currency: string;
  /** ISO 4217 decimals of `currency`. */
  decimals: number;
  /**
   * Decimals of the shop's prices when the order's total was first read: what WooCommerce rounded its amounts to. They may be more or
   * fewer than the currency's. Absent in orders last read before this was kept.
   */
  shopDecimals?: number;
  createdVia: string;
  createdAt: string;
  modifiedAt: string;
  paidAt: string | null;
  customerId: number;
  customer: StoreCustomer;
  billing: Address;
  shipping: Address | null;
  paymentMethod: string;
  paymentMethodTitle: string;
  transactionId: string;
  /** Gross; never reduced by refunds. */
  total: MinorUnits;
  /** What rounding `total` to the currency's decimals left behind, as a decimal string; "0" nearly always. */
  totalBeyondIso: string;
  lines: OrderLine[];
  /** Rates named by the order's tax lines. */
  taxRates: TaxRate[];
  refunds: StoreRefund[];
  /** Payments known for the order, oldest first. */
  payments: StorePayment[];
  coupons: { code: string; discount: MinorUnits }[];
  meta: { key: string; value: unknown }[];
  /** Order items of types that other plugins made, such as `gift_card`. Absent where our plugin did not tell of them. */
  otherItems?: OtherItem[];
  /** Terms that other plugins set on the order. Absent where our plugin did not tell of them. */
  tags?: OrderTag[];
}

export interface OtherItem {
  itemId: number;
  type: string;
  /** The amounts among its meta, as decimal strings: `amount`. */
  amounts: { key: string; value: string }[];
}

export interface OrderTag {
  taxonomy: string;
  slug: string;
  name: string;
}

export interface OrderLine {
  /** WooCommerce's order item id, unique over all item types. */
  itemId: number;
  kind: 'product' | 'shipping' | 'fee';
  name: string;
  /** May be fractional or zero. 1 for shipping and fees. */
  quantity: number;
  net: MinorUnits;
  /** Net before coupons; equals `net` for shipping and fees. */
  subtotal: MinorUnits;
  taxes: LineTax[];
  /** Of a line that coupons made cheaper: its taxes before them. Absent where the store does not tell them so that they add up. */
  subtotalTaxes?: LineTax[];
  facts: LineFacts;
  /** For rules that fill descriptive flexfields. */
  meta: { key: string; value: unknown }[];
}

export interface LineTax {
  rateId: number;
  amount: MinorUnits;
}

/** What rules may look at; kept from the first read, since products and categories can vanish. */
export interface LineFacts {
  sku: string | null;
  productId: number;
  variationId: number;
  productType: string | null;
  taxClass: string;
  /** One path per category of the product, nearest first, ancestors after it. */
  categories: { id: number; slug: string; name: string }[][];
  /** `flat_rate`, for shipping lines. */
  shippingMethod: string | null;
}

export interface TaxRate {
  rateId: number;
  code: string;
  label: string;
  percent: number | null;
  compound: boolean;
}

export interface StoreRefund {
  id: number;
  createdAt: string;
  /** Positive. */
  amount: MinorUnits;
  reason: string;
  /** The gateway returned the money itself. */
  refundedPayment: boolean;
  /** The gateway has taken the refund on but not carried it out: nothing is posted yet. */
  pending: boolean;
  /** It went back onto a gift card: over 0.00, its lines say what was given back. */
  ontoCard?: true;
  /** Positive amounts: what the refund takes back of each item. May be empty and need not add up to `amount`. */
  lines: RefundLine[];
}

export interface RefundLine {
  /** The item of the order that is refunded. */
  itemId: number;
  name: string;
  quantity: number;
  net: MinorUnits;
  taxes: LineTax[];
}

export interface StorePayment {
  /** The plugin's payment row, or `assumed` where the store has no such row. */
  id: string;
  amount: MinorUnits;
  paidAt: string;
  gateway: string;
  transactionId: string;
  /** True when the amount is the order's total at first sight of `date_paid`, not a recorded payment. */
  assumed: boolean;
  /** Another plugin told of it: neither the order's paid date nor its status says anything about it. */
  reported?: boolean;
  takenBackAt: string | null;
  /** What of the row cannot be read, such as `amount "abc"`, or an amount in another currency than the order's. It counts for nothing, and the order asks what to do. */
  unreadable?: string;
}

export interface StoreCustomer {
  /** 0 for a guest. */
  id: number;
  email: string;
  firstName: string;
  lastName: string;
  company: string;
  role: string | null;
  /** What the account says under the set-up's VAT keys; absent where it says nothing, or the shop does not show it. */
  meta?: { key: string; value: unknown }[];
}

export interface Address {
  firstName: string;
  lastName: string;
  company: string;
  address1: string;
  address2: string;
  city: string;
  state: string;
  postcode: string;
  country: string;
  email: string;
  phone: string;
}
