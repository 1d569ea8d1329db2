import type { Shop } from '../capture/ports.ts';
import { err, ok, type Result, retryable } from '../domain/failures.ts';
import type { StoreTotals } from '../reconcile/ports.ts';
import { readCatalogue } from './catalogue.ts';
import { createStoreClient, type StoreClient, type StoreClientOptions } from './client.ts';
import { createCustomerReader } from './customers.ts';
import { ordersCreated, ordersModified, ordersTrashed, refundsModified } from './lists.ts';
import { orderTotals } from './order-totals.ts';
import { ping } from './ping.ts';
import { createProductReader } from './products.ts';
import { readOrder } from './read-order.ts';

export interface WooCommerceShop extends Shop, StoreTotals {
  /** The shop's clock minus ours, from its last answer; the poll's windows go by the shop's clock. */
  clockOffsetMs(): number;
  /** Closes idle connections. */
  close(): void;
}

export interface ShopOptions extends StoreClientOptions {
  /** Keys of an account's meta that are kept with it: where its VAT number may be. */
  customerMeta?: () => readonly string[];
}

/** WooCommerce's REST API v3 as the shop that capture and the reading of orders ask for. No call is made here. */
export function createShop(options: ShopOptions): WooCommerceShop {
  const client = createStoreClient(options);
  const clock = options.clock ?? Date.now;
  const products = createProductReader(client, clock);
  const customers = createCustomerReader(client, clock, options.customerMeta);
  return {
    readOrder: (id, trail, kept) => readOrder({ client, products, customers }, id, trail, kept),
    readCustomer: (id, trail) => customers.read(id, trail),
    refundExists: (orderId, refundId, trail) => refundExists(client, orderId, refundId, { operation: 'look for refund', trail }),
    ordersModified: (window, page, trail) => ordersModified(client, window, page, trail),
    ordersTrashed: (page, trail) => ordersTrashed(client, page, trail),
    refundsModified: (window, page, trail) => refundsModified(client, window, page, trail),
    ordersCreated: (window, page, trail) => ordersCreated(client, window, page, trail),
    orderTotals: (window, page, trail) => orderTotals(client, window, page, trail),
    findCustomers: (text, trail) => customers.find(text, trail),
    customers: (page, trail) => customers.page(page, trail),
    catalogue: (trail) => readCatalogue(client, products, trail),
    ping: (trail) => ping(client, trail),
    clockOffsetMs: () => client.clockOffsetMs(),
    close: () => client.close(),
  };
}

/**
 * A refund counts as deleted only when it answers 404 while its order answers 200: an order that is gone takes its refunds
 * with it, and says nothing about them.
 */
async function refundExists(
  client: StoreClient,
  orderId: number,
  refundId: number,
  call: Parameters<StoreClient['get']>[2],
): Promise<Result<boolean>> {
  const refund = await client.get(`wc/v3/orders/${orderId}/refunds/${refundId}`, { _fields: 'id' }, call);
  if (refund.ok) return ok(true);
  if (refund.failure.code !== 'store.not_found') return refund;
  const order = await client.get(`wc/v3/orders/${orderId}`, { _fields: 'id' }, call);
  if (order.ok) return ok(false);
  if (order.failure.code !== 'store.not_found') return order;
  return err(retryable('store.order_gone', `Order ${orderId} is gone, so nothing can be said about its refund ${refundId}.`));
}
