import type { TargetState } from '../derive/target-state.ts';
import { type MinorUnits, minor, sum } from '../domain/money.ts';
import type { PostedDocument, PostedSettlement } from '../domain/posted.ts';

export interface Side {
  store: MinorUnits;
  oracle: MinorUnits;
}

/** Both sides of the three equations of design section 5, in minor units of the order's currency. */
export interface Identity {
  /** max(0, value - refunds) = invoices - credit memos */
  sales: Side;
  /** paid - taken back = receipts - reversals */
  money: Side;
  /** I - U - C = max(0, value - refunds) - (paid - taken back - settled) */
  balance: Side;
  holds: boolean;
}

/**
 * Checks what the store says against what was posted and what Oracle's balances say.
 *
 * In      balances  Oracle's own: open invoices, unapplied receipts, open credit memos (all positive)
 *         returned  refunds that returned overpayment: outside the first equation
 */
export function identityOf(
  target: TargetState,
  documents: readonly PostedDocument[],
  settlements: readonly PostedSettlement[],
  balances: { invoices: MinorUnits; receipts: MinorUnits; creditMemos: MinorUnits },
  returned: ReadonlySet<number> = new Set(),
): Identity {
  const of = (kind: PostedDocument['kind']) =>
    sum(documents.filter((document) => document.kind === kind).map((document) => document.amount));
  const refunds = sum(target.refunds.filter((refund) => !returned.has(refund.id)).map((refund) => refund.amount));
  const owed = minor(Math.max(0, target.value - refunds));
  const paid = sum(target.payments.filter((payment) => !payment.takenBackAt).map((payment) => payment.amount));
  const settled = sum(settlements.map((row) => row.amount));
  const sales: Side = { store: owed, oracle: minor(of('invoice') - of('credit-memo')) };
  const money: Side = { store: paid, oracle: of('receipt') };
  const balance: Side = {
    store: minor(owed - (paid - settled)),
    oracle: minor(balances.invoices - balances.receipts - balances.creditMemos),
  };
  return { sales, money, balance, holds: [sales, money, balance].every((side) => side.store === side.oracle) };
}
