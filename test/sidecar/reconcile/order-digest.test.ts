import { describe, expect, it } from 'vitest';
import { compareOrder } from '../../../sidecar/reconcile/compare-order.ts';
import { changedOrders, OrderDigest } from '../../../sidecar/reconcile/order-digest.ts';
import type { Comparison } from '../../../sidecar/reconcile/sheet.ts';
import { line, order, payment, setup } from '../support/orders.ts';

const compared = (orderId: number, net = 10_000): Comparison =>
  compareOrder(
    {
      ...{ orderId, number: String(orderId), decisions: [], documents: [], fees: [], actions: [] },
      order: order({ id: orderId, lines: [line(1, net)], payments: [payment(net)] }),
      standing: { state: 'waiting', code: null, message: null, action: null, queued: false },
    },
    { setup: setup() },
  );

function digestOf(...parts: [Comparison, string][]): OrderDigest {
  const digest = new OrderDigest();
  for (const [comparison, day] of parts) digest.add(comparison, day);
  return digest;
}

describe('the digest of orders', () => {
  it('is the same whatever the order of days, and tells which orders changed, came or went', () => {
    const [a, b, c] = [compared(1), compared(2), compared(9_007_199_254_740_000)];
    const before = digestOf([a, '2026-11-20'], [b, '2026-11-20'], [a, '2026-11-21']);
    const turned = digestOf([a, '2026-11-21'], [b, '2026-11-20'], [a, '2026-11-20']);
    expect(turned.bytes()).toEqual(before.bytes());
    expect(changedOrders(before.bytes(), turned.bytes())).toEqual([]);
    const after = digestOf([a, '2026-11-20'], [a, '2026-11-21'], [compared(2, 10_001), '2026-11-20'], [c, '2026-11-20']);
    expect(changedOrders(before.bytes(), after.bytes())).toEqual([2, 9_007_199_254_740_000]);
    expect(changedOrders(before.bytes(), digestOf([b, '2026-11-20']).bytes())).toEqual([1]);
    expect(after.orders).toBe(3);
  });
});
