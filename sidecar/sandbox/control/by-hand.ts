import { z } from 'zod';
import { all, one, run, update } from '../database.ts';
import { readDecimal, toMinor } from '../decimal.ts';
import { type ApplicationRow, refundReceipt, unapply } from '../ledger/applications.ts';
import type { ReceiptRow } from '../ledger/receipts.ts';
import { readAmount } from '../ledger/transaction-lines.ts';
import { startCall, type World } from '../world.ts';

const ChangeSchema = z.strictObject({
  number: z.string(),
  /** It is deleted, after what was applied to or from it was taken back. */
  gone: z.literal(true).optional(),
  status: z.enum(['Complete', 'Incomplete']).optional(),
  amount: z.string().optional(),
  accountingDate: z.iso.date().optional(),
  currency: z.string().length(3).optional(),
  newNumber: z.string().min(1).optional(),
});

interface Found {
  table: 'trx' | 'receipt';
  id: string;
  amount: number;
  currency: string;
}

/**
 * Changes an invoice, credit memo or receipt as a person with all privileges or a script on the tables does, past every rule of Oracle.
 * Of the books only the balance follows: what the journal says of it stays, as it does there.
 */
export function changeByHand(world: World, body: unknown): { id: string; changed: string[] } {
  const { number, gone, ...change } = ChangeSchema.parse(body);
  const found = find(world, number);
  if (!found) throw new RangeError(`There is no document ${number}`);
  world.db.transaction(() => {
    if (gone) remove(world, found);
    else changeRow(world, found, change);
  })();
  return { id: found.id, changed: gone ? ['gone'] : Object.keys(change) };
}

/** Issues a refund on a receipt as its page does in every release; the id of the application. */
export function refundByHand(world: World, wanted: { number: string; amount: string; paymentMethod: string }): string {
  const receipt = one<ReceiptRow>(world.db, 'SELECT * FROM receipt WHERE number = ?', wanted.number);
  if (!receipt) throw new RangeError(`There is no receipt ${wanted.number}`);
  const amount = readAmount(wanted.amount, world.setup.decimals(receipt.currency));
  if (amount === null) throw new RangeError(`${wanted.amount} is no amount of ${receipt.currency}`);
  const call = startCall(world, { name: 'BY.HAND' }, 4);
  return world.db.transaction(() => refundReceipt(call, receipt, amount, wanted.paymentMethod))();
}

function find({ db }: World, number: string): Found | undefined {
  return (
    one<Found>(db, `SELECT 'trx' AS "table", id, total AS amount, currency FROM trx WHERE number = ?`, number) ??
    one<Found>(db, `SELECT 'receipt' AS "table", id, amount, currency FROM receipt WHERE number = ?`, number)
  );
}

function remove(world: World, { table, id }: Found): void {
  const { db } = world;
  const call = startCall(world, { name: 'BY.HAND' }, 4);
  const used = '(from_id = ? OR trx_id = ?)';
  const live = `SELECT * FROM application WHERE ${used} AND is_latest = 1 AND undone = 0 AND amount > 0`;
  for (const application of all<ApplicationRow>(db, live, id, id)) unapply(call, application, undefined, true);
  run(db, `DELETE FROM application WHERE ${used}`, id, id);
  if (table === 'trx') {
    for (const part of ['tax_line', 'trx_line', 'distribution', 'installment'])
      run(db, `DELETE FROM ${part} WHERE trx_id = ?`, id);
  }
  run(db, 'DELETE FROM journal WHERE event_id = ?', id);
  run(db, `DELETE FROM ${table} WHERE id = ?`, id);
}

function changeRow(world: World, found: Found, change: Omit<z.infer<typeof ChangeSchema>, 'number' | 'gone'>): void {
  const { db, setup } = world;
  const { status, amount, accountingDate, currency, newNumber } = change;
  const { table, id } = found;
  if (status !== undefined && table === 'receipt') throw new RangeError('A receipt is neither complete nor incomplete');
  const more = amount === undefined ? 0 : minorOf(amount, setup.decimals(found.currency)) - found.amount;
  if (more !== 0 && table === 'trx') {
    update(db, 'trx', id, { total: found.amount + more });
    run(
      db,
      'UPDATE installment SET original = original + ?, balance = balance + ? WHERE trx_id = ? AND sequence = 1',
      more,
      more,
      id,
    );
  } else if (more !== 0) {
    run(db, 'UPDATE receipt SET amount = amount + ?, unapplied = unapplied + ? WHERE id = ?', more, more, id);
  }
  const row = {
    ...(status !== undefined && { status }),
    ...(accountingDate !== undefined && { accounting_date: accountingDate }),
    ...(currency !== undefined && { currency }),
    ...(newNumber !== undefined && { number: newNumber }),
  };
  if (Object.keys(row).length > 0) update(db, table, id, row);
}

function minorOf(amount: string, decimals: number): number {
  const value = readDecimal(amount);
  const minor = value && toMinor(value, decimals);
  if (minor === null) throw new RangeError(`"${amount}" is no amount with ${decimals} decimals`);
  return minor;
}
