import { all } from '../database.ts';
import { OracleError } from '../errors.ts';
import type { Call } from '../world.ts';
import { applyReceipt } from './applications.ts';
import { receiptById } from './receipts.ts';
import { readAmount } from './transaction-lines.ts';
import { installmentsOf, type TrxRow } from './transactions.ts';

/**
 * The scheduled process "Apply Receipts Using AutoMatch", run on demand: applies remittance references to the transactions they
 * name. What cannot be applied is left as it is (contract section 3.1).
 *
 * Out   how many references were applied
 */
export function autoMatch(call: Call): number {
  const { db, setup } = call.world;
  let applied = 0;
  const references = all<{ receipt_id: string; data: string }>(
    db,
    'SELECT receipt_id, data FROM remittance_reference ORDER BY id',
  );
  for (const reference of references) {
    const receipt = receiptById(call, reference.receipt_id);
    const sent = JSON.parse(reference.data) as { ReceiptMatchBy?: string; ReferenceNumber?: string; ReferenceAmount?: string };
    const trx = receipt && namedTransaction(call, sent.ReceiptMatchBy, sent.ReferenceNumber ?? '', receipt.business_unit);
    if (!receipt || !trx || receipt.unapplied === 0) continue;
    const wanted =
      sent.ReferenceAmount === undefined
        ? receipt.unapplied
        : (readAmount(sent.ReferenceAmount, setup.decimals(receipt.currency)) ?? 0);
    let left = Math.min(wanted, receipt.unapplied);
    for (const installment of installmentsOf(call, trx.id)) {
      const amount = Math.min(left, installment.balance);
      if (amount <= 0) continue;
      try {
        applyReceipt(call, receiptById(call, receipt.id) ?? receipt, installment, amount, {});
        left -= amount;
        applied += 1;
      } catch (error) {
        // A reference that may not be applied (another customer, say) stays a reference.
        if (!(error instanceof OracleError)) throw error;
      }
    }
  }
  return applied;
}

function namedTransaction(call: Call, matchBy: string | undefined, reference: string, unit: string): TrxRow | undefined {
  const { db } = call.world;
  const where =
    matchBy === 'Transaction Number'
      ? 'number = ?'
      : matchBy === 'Purchase Order'
        ? "json_extract(data, '$.PurchaseOrder') = ?"
        : undefined;
  if (where === undefined) return undefined;
  return all<TrxRow>(
    db,
    `SELECT * FROM trx WHERE class <> 'CM' AND business_unit = ? AND ${where} ORDER BY id LIMIT 1`,
    unit,
    reference,
  )[0];
}
