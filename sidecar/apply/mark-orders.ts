import type { Store } from '../store/store.ts';

const MARKS_PER_WRITE = 500;

/** Has orders looked at again, however many: in writes that let others in between. */
export async function markOrders(
  store: Pick<Store, 'write' | 'jobs'>,
  orderIds: readonly number[],
  nowMs: () => number,
): Promise<void> {
  for (let at = 0; at < orderIds.length; at += MARKS_PER_WRITE) {
    await store.write(() => {
      for (const orderId of orderIds.slice(at, at + MARKS_PER_WRITE)) store.jobs.mark('order', orderId, nowMs());
    });
  }
}
