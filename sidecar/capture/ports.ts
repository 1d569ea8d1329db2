import type { Finding, Trail } from '../apply/ports.ts';
import type { Result } from '../domain/failures.ts';
import type { MinorUnits } from '../domain/money.ts';
import type { StoreCustomer, StoreOrder } from '../domain/order.ts';

/** What capture and the reading of orders need from WooCommerce. woocommerce/ implements it. */
export interface Shop {
  /**
   * The order whole: order, refunds from its own route, products of the lines with their category paths, customer and role.
   * `payments` comes back empty: they are our own record. A 404 is `gone`, a trashed order says so in `presence`.
   * `kept`: the order as last read; while its total stands it is read with the decimals the shop had then (decisions/0016). Refunds
   * that are booked keep the amounts they were rounded to.
   * Fails: retryable store.*; needs-attention store.unauthorized, store.forbidden ...; rejected order.* for input that cannot be read.
   */
  readOrder(id: number, trail: Trail, kept?: KeptReading | null): Promise<Result<ReadOrder>>;
  readCustomer(id: number, trail: Trail): Promise<Result<ShopCustomer | 'gone'>>;
  /** 404 while the order answers 200 means the refund was deleted. */
  refundExists(orderId: number, refundId: number, trail: Trail): Promise<Result<boolean>>;
  /** One page of the poll window, oldest change first. Bounds are instants, both fixed for all pages. */
  ordersModified(window: Window, page: number, trail: Trail): Promise<Result<Page<OrderHint>>>;
  ordersTrashed(page: number, trail: Trail): Promise<Result<Page<OrderHint>>>;
  refundsModified(window: Window, page: number, trail: Trail): Promise<Result<Page<{ refundId: number; orderId: number }>>>;
  /** Ids of the orders created in a window, for the count per day. */
  ordersCreated(window: Window, page: number, trail: Trail): Promise<Result<Page<OrderHint>>>;
  /** For people: a page of customers whose e-mail, login or name holds the text. */
  findCustomers(text: string, trail: Trail): Promise<Result<StoreCustomer[]>>;
  customers(page: number, trail: Trail): Promise<Result<Page<{ id: number; hash: string }>>>;
  /** Categories, tax rates, gateways, shipping methods: what rules can name. */
  catalogue(trail: Trail): Promise<Result<ShopCatalogue>>;
  ping(trail: Trail): Promise<Finding[]>;
}

export interface KeptReading extends Pick<StoreOrder, 'shopDecimals' | 'total'> {
  /** Refunds with the amounts of the credit memos that were made of them. */
  bookedRefunds?: ReadonlyMap<number, MinorUnits>;
}

export type ReadOrder =
  | { found: true; order: StoreOrder /** sha256 over all that postings depend on. */; hash: string }
  | { found: false };

export interface Window {
  after: string;
  before: string;
}

export interface Page<T> {
  rows: T[];
  last: boolean;
}

/** Enough to decide whether an order has to be read again. */
export interface OrderHint {
  id: number;
  status: string;
  modifiedAt: string;
  createdAt: string;
  /** sha256 of the listed fields. */
  hash: string;
}

export interface ShopCustomer {
  customer: StoreCustomer;
  billing: StoreOrder['billing'];
  hash: string;
}

export interface ShopCatalogue {
  categories: { id: number; name: string; slug: string; parent: number; count: number }[];
  taxRates: { id: number; country: string; state: string; rate: string; name: string; class: string }[];
  taxClasses: { slug: string; name: string }[];
  gateways: { id: string; title: string; enabled: boolean }[];
  shippingMethods: { id: string; title: string }[];
  currency: string;
  priceDecimals: number;
  timeZone: string;
}

/** Rows the plugin keeps for us: changed objects and payments (plugin/src/Events). */
export interface OutboxBatch {
  objects: { kind: 'order' | 'customer'; id: number; seq: number; changedAt: string }[];
  payments: OutboxPayment[];
}

export interface OutboxPayment {
  /** The plugin's row id, unique per site. */
  id: number;
  orderId: number;
  kind: 'received' | 'taken-back';
  /** Decimal string in `currency`. */
  amount: string;
  currency: string;
  gateway: string;
  transactionId: string;
  /** Instant. */
  at: string;
  /** Of a taken-back row: the row it takes back, 0 for a payment older than the plugin. Absent from plugins before 0.2. */
  takesBack?: number | undefined;
  /** Another plugin told of it. */
  reported?: boolean | undefined;
}

/** The plugin's signed machine routes. */
export interface PluginOutbox {
  pull(limit: number, trail: Trail): Promise<Result<OutboxBatch>>;
  /** Tells the plugin what is safely stored here, so that it may forget it. */
  acknowledge(objects: { kind: string; id: number; seq: number }[], payments: number[], trail: Trail): Promise<Result<void>>;
}
