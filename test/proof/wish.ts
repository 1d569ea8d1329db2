/**
 * What the proof's shop is asked to do, as plain data: php/proof-orders.php places wishes, php/proof-acts.php carries acts out. A case
 * that failed is a wish and its acts, kept as JSON, and can be played again.
 */
export interface OrderWish {
  /** `cart`: a shopper's cart and checkout. `hand`: lines, prices and shipping as a shop manager enters them. */
  way: 'cart' | 'hand';
  place: 'oakland' | 'new-york' | 'portland' | 'berlin' | 'montreal';
  currency: string;
  /** WooCommerce user id; 0 for a guest. */
  customer: number;
  firstName: string;
  lastName: string;
  company: string;
  email: string;
  /** `total`: net of the whole line instead of the product's price; `hand` only. */
  lines: { sku: string; quantity: number; total?: string }[];
  coupons: string[];
  fees: Fee[];
  /** Net costs, one line each; `hand` only, a cart takes what its zone offers. */
  shipping: string[];
  exempt: boolean;
  gateway: string;
  /** Subtracted from the total and kept in meta, as gift card plugins do; 0 for none. */
  giftCard: number;
  meta: Record<string, string>;
  /** Names of the tags that a plugin puts on it. */
  tags?: string[];
  /** Where the order says it comes from; WooCommerce's own word when absent. */
  via?: string;
  street?: string;
  note: string;
  /** Unix seconds; 0 for now. */
  placedAt: number;
  paidAt: number;
  status: string;
}

export interface Fee {
  name: string;
  amount: string;
  taxable: boolean;
}

export const REFUND_SHAPES = [
  'full',
  'quantity',
  'below',
  'above',
  'beyond-line',
  'amount',
  'rest',
  'shipping',
  'fee',
  'tax',
  'zero',
] as const;
export type RefundShape = (typeof REFUND_SHAPES)[number];

/** `which` counts from 0 among the order's items (or refunds) of the kind, and wraps round. `at`: Unix seconds. */
export type Act =
  | { do: 'pay'; at?: number; transaction?: string }
  | { do: 'unpay'; status?: string }
  | { do: 'pay-part'; amount: string; at?: number }
  | { do: 'status'; status: string; at?: number }
  | { do: 'trash' }
  | { do: 'untrash' }
  | { do: 'delete' }
  | { do: 'quantity'; which: number; quantity: number }
  | { do: 'price'; which: number; times: number }
  | { do: 'add-line'; sku: string; quantity: number; total?: string }
  | ({ do: 'add-fee' } & Fee)
  | { do: 'remove-line'; which: number }
  | { do: 'shipping-cost'; which: number; cost: string }
  | { do: 'address'; lastName: string }
  | { do: 'customer'; customer: number }
  | { do: 'meta'; key: string; value: string }
  | { do: 'tag'; tag: string }
  | { do: 'untag' }
  | { do: 'delete-product'; which: number }
  | RefundAct
  | { do: 'refunded-status' }
  | { do: 'untrash-refunds' }
  | { do: 'delete-refund'; which: number }
  | { do: 'finish-refund'; which: number };

export interface RefundAct {
  do: 'refund';
  shape: RefundShape;
  which?: number;
  quantity?: number;
  /** Of what is left (amount), of the line (below), of the lines' sum (above), beyond the line (beyond-line), of the item (shipping, fee). */
  share?: number;
  reason?: string;
  byGateway?: boolean;
  /** The gateway has taken it on but not carried it out. */
  pending?: boolean;
  at?: number;
}

/** What the shop says of an order. Amounts are its own decimal strings; instants Unix seconds. */
export type OrderFacts = { id: number; gone: true } | LiveFacts;

export interface LiveFacts {
  id: number;
  gone: false;
  status: string;
  total: string;
  currency: string;
  placedAt: number;
  paidAt: number | null;
  customer: number;
  /** Of the customer; empty for a guest. */
  role: string;
  gateway: string;
  via: string;
  /** Billing. */
  country: string;
  /** Marked as a test order by its plugin. */
  test: boolean;
  vat: string;
  /** What the order's meta says that a gateway kept; empty for nothing. */
  fee: string;
  /** Where it was sold, as its meta says; empty for nothing. */
  channel: string;
  tags: { slug: string; name: string }[];
  refunds: RefundFacts[];
  items: { id: number; type: string; name: string; quantity: number; total: string; taxes: Record<string, string> }[];
}

export interface RefundFacts {
  id: number;
  /** Positive. */
  amount: string;
  at: number;
  pending: boolean;
}

/**
 * What an act did to the order's payment: by its paid date before and after (`amount`: the total less the refunds made by then), or by a
 * plugin that told of a part. `received-again`: a paid status under the date of before, which is money only where it was taken back.
 */
export type MoneyMove = { kind: 'taken-back' } | { kind: 'received' | 'received-again' | 'reported'; amount: string; at: number };

export interface Acted {
  /** WooCommerce's words when it refused; null when it did what was asked. */
  refused: string | null;
  money: MoneyMove[];
  facts: OrderFacts;
}
