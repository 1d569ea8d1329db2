import type { PollMemory } from '../../../../sidecar/capture/poll.ts';
import type { OrderHint, Window } from '../../../../sidecar/capture/ports.ts';
import type { SweepMemory } from '../../../../sidecar/capture/sweeps.ts';

/** What the sidecar's store remembers for polls and sweeps, in memory, with a log of what was asked of it. */
export interface TestMemory extends PollMemory, SweepMemory {
  cursors: Map<string, string>;
  hints: Map<number, OrderHint>;
  /** Every hint marked dirty, in order, repeats included. */
  marked: number[];
  /** Calls of markDirty: ids per call. */
  batches: number[][];
  markedOrders: { orderId: number; why: string }[];
  refunds: { refundId: number; orderId: number; createdAt: string }[];
  customers: Map<number, string>;
  markedCustomers: number[];
}

export function testMemory(): TestMemory {
  const memory: TestMemory = {
    cursors: new Map(),
    hints: new Map(),
    marked: [],
    batches: [],
    markedOrders: [],
    refunds: [],
    customers: new Map(),
    markedCustomers: [],
    cursor: (name) => memory.cursors.get(name) ?? null,
    saveCursor: (name, upTo) => void memory.cursors.set(name, upTo),
    known: (orderId) => memory.hints.get(orderId)?.hash ?? null,
    markDirty(hints) {
      memory.batches.push(hints.map(({ id }) => id));
      for (const hint of hints) {
        memory.hints.set(hint.id, hint);
        memory.marked.push(hint.id);
      }
    },
    knownCreated: ({ after, before }: Window) =>
      [...memory.hints.values()].filter(({ createdAt }) => createdAt > after && createdAt < before).map(({ id }) => id),
    markOrders: (orderIds, why) => void memory.markedOrders.push(...orderIds.map((orderId) => ({ orderId, why }))),
    knownRefunds: (after) => memory.refunds.filter(({ createdAt }) => createdAt > after),
    refundsAmong: (ids) => new Set(memory.refunds.map(({ refundId }) => refundId).filter((id) => ids.includes(id))),
    knownCustomer: (id) => memory.customers.get(id) ?? null,
    markCustomers(rows) {
      for (const { id, hash } of rows) {
        memory.customers.set(id, hash);
        memory.markedCustomers.push(id);
      }
    },
  };
  return memory;
}
