import { expect } from 'vitest';
import type { ShopOrder } from '../../../bench/support/endless-shop.ts';
import type { SandboxLedger } from '../../../bench/support/sandbox.ts';

const cents = (text: string): number => Math.round(Number(text) * 100);
const sumOf = (texts: readonly string[]): number => texts.reduce((total, text) => total + cents(text), 0);

/**
 * Each order is in Oracle's own ledger once: one invoice, one receipt, one credit memo per refund, the money applied, and
 * invoices - unapplied - credit memos open = what the shop says is still owed (design.md section 5).
 */
export function expectBooksToAgree(ledger: SandboxLedger, orders: readonly ShopOrder[]): void {
  expect(ledger.problems).toEqual([]);
  const wrong = orders.flatMap((order) => problemsOf(ledger, order).map((problem) => `order ${order.id}: ${problem}`));
  expect(wrong).toEqual([]);
  expect(ledger.invoices.filter(({ number }) => number.startsWith('WEB-'))).toHaveLength(orders.length);
}

function problemsOf(ledger: SandboxLedger, order: ShopOrder): string[] {
  const reference = `WEB-${order.id}`;
  const invoices = ledger.invoices.filter((row) => row.crossReference === reference);
  const memos = ledger.creditMemos.filter((row) => row.crossReference === reference);
  const receipts = ledger.receipts.filter((row) => row.number.startsWith(`${reference}-P`));
  const applied = ledger.applications.filter((row) => row.fromNumber === `${reference}-P1` && row.status === 'applied');
  const refunds = order.refunds as { total: string }[];
  const refunded = sumOf(refunds.map(({ total }) => total.replace('-', '')));
  const open =
    sumOf(invoices.map((row) => row.balance)) -
    sumOf(receipts.map((row) => row.unapplied)) -
    Math.abs(sumOf(memos.map((row) => row.balance)));
  const problems: string[] = [];
  const want = (what: string, found: number, expected: number) => {
    if (found !== expected) problems.push(`${what}: ${found} in place of ${expected}`);
  };
  want('invoices', invoices.length, 1);
  want('invoiced', sumOf(invoices.map((row) => row.amount)), cents(order.total));
  want('receipts', receipts.length, 1);
  want('received', sumOf(receipts.map((row) => row.amount)), cents(order.total));
  want('credit memos', memos.length, refunds.length);
  want('credited', Math.abs(sumOf(memos.map((row) => row.amount))), refunded);
  want('receipt applied', sumOf(applied.map((row) => row.amount)), cents(order.total) - refunded);
  want('applications of the receipt', applied.length, refunded === cents(order.total) ? 0 : 1);
  want('open', open, -refunded);
  return problems;
}
