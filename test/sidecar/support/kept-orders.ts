import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { formatMinor } from '../../../sidecar/domain/money.ts';
import type { StoreOrder } from '../../../sidecar/domain/order.ts';
import { openStore, type Store } from '../../../sidecar/store/store.ts';
import { testFolder } from './folder.ts';

/** An order as it was read last, and why it waits; without a code nothing stops it. */
export interface Kept {
  order: StoreOrder;
  code?: string;
}

/** A database in memory that has these orders, as they were read; `also` writes more into it. It ends with the test. */
export async function memoryWith(orders: readonly StoreOrder[], also: (store: Store) => void = () => undefined): Promise<Store> {
  const store = openStore(':memory:');
  onTestFinished(() => store.close());
  await store.write(() => {
    for (const order of orders) {
      store.orders.know(order.id, 0);
      store.orders.saveRead(order, 'h', 0);
    }
    also(store);
  });
  return store;
}

/** The folder of a sidecar that has read these orders before; `also` writes more into its database. Nothing is in its queue. */
export async function folderWith(kept: readonly Kept[], also: (store: Store) => void = () => undefined): Promise<string> {
  const folder = testFolder();
  await insideOf(folder, (store) =>
    store.write(() => {
      for (const { order, code } of kept) {
        store.orders.know(order.id, 0);
        store.orders.saveRead(order, 'h', 0);
        if (code) store.orders.setState(order.id, 'attention', { code, message: code, action: '' }, null, 0);
        for (const { paidAt, gateway, transactionId, amount } of order.payments) {
          store.events.assumePayment(
            order.id,
            formatMinor(amount, order.decimals),
            order.currency,
            paidAt,
            gateway,
            transactionId,
          );
        }
      }
      also(store);
    }),
  );
  return folder;
}

/** Looks into the database of a sidecar that is closed. */
export async function insideOf<T>(folder: string, look: (store: Store) => T | Promise<T>): Promise<T> {
  const store = openStore(join(folder, 'ar-bridge.db'));
  try {
    return await look(store);
  } finally {
    await store.close();
  }
}
