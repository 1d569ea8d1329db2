import type { TargetState } from '../derive/target-state.ts';
import { type MinorUnits, minor, sum } from '../domain/money.ts';
import { grossOf } from '../domain/parts.ts';
import type { PostedState } from '../domain/posted.ts';
import type { DocumentKind } from '../domain/references.ts';

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
  /** What Oracle computed more (or less) than the store where it computes the tax: a known difference, reason `tax`. */
  tax: MinorUnits;
  /** True when store and Oracle differ by nothing but `tax`. */
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
  posted: Pick<PostedState, 'documents' | 'settlements' | 'reversals'>,
  balances: { invoices: MinorUnits; receipts: MinorUnits; creditMemos: MinorUnits },
  returned: ReadonlySet<number> = new Set(),
): Identity {
  const of = (kind: DocumentKind) =>
    sum(posted.documents.filter((document) => document.kind === kind).map((document) => document.amount));
  const refunds = sum(target.refunds.filter((refund) => !returned.has(refund.id)).map((refund) => refund.amount));
  const owed = minor(Math.max(0, target.value - refunds));
  const paid = sum(target.payments.map((payment) => payment.amount));
  const reversed = sum(
    posted.documents.filter((document) => posted.reversals.includes(document.number)).map((document) => document.amount),
  );
  const settled = sum(posted.settlements.map((row) => row.amount));
  const sales: Side = { store: owed, oracle: minor(of('invoice') - of('credit-memo')) };
  const money: Side = { store: paid, oracle: minor(of('receipt') - reversed) };
  const balance: Side = {
    store: minor(owed - (paid - settled)),
    oracle: minor(balances.invoices - balances.receipts - balances.creditMemos),
  };
  const tax = sum(
    posted.documents
      .filter((document) => document.kind !== 'receipt' && document.taxMode === 'oracle')
      .map((document) => (document.kind === 'invoice' ? 1 : -1) * (document.amount - grossOf(document.lines))),
  );
  const holds = sales.store + tax === sales.oracle && money.store === money.oracle && balance.store + tax === balance.oracle;
  return { sales, money, balance, tax, holds };
}
