import { all, insert, one, run } from '../database.ts';
import { convertMinor, type Decimal } from '../decimal.ts';
import type { Ledger } from '../seed/setup.ts';
import type { World } from '../world.ts';

/** One line of an entry: debit positive, credit negative, in minor units of the entry's currency. */
export interface EntryLine {
  account: string;
  amount: number;
  /** Rate into the ledger's currency; null where both are the same. */
  rate: Decimal | null;
}

export interface Entry {
  /** What happened: invoice, credit memo, receipt, application ... */
  event: string;
  /** The document or application. */
  id: string;
  ledger: Ledger;
  currency: string;
  date: string;
  lines: EntryLine[];
  /** Takes the difference that two rates or rounding leave in the ledger's currency. */
  differenceAccount: string;
}

/**
 * Posts an entry. It must balance in its own currency: an imbalance is a bug of the sandbox and throws, so that nothing of the
 * request is kept. In the ledger's currency the difference goes to its own account.
 */
export function post(world: World, entry: Entry): void {
  const lines = entry.lines.filter((line) => line.amount !== 0);
  const sum = lines.reduce((total, line) => total + line.amount, 0);
  if (sum !== 0) throw new Error(`The entry for ${entry.event} ${entry.id} is out of balance by ${sum} ${entry.currency}`);
  const decimals = world.setup.decimals(entry.currency);
  const ledgerDecimals = world.setup.decimals(entry.ledger.currency);
  const first =
    one<{ n: number }>(world.db, 'SELECT count(*) AS n FROM journal WHERE event_id = ? AND event = ?', entry.id, entry.event)
      ?.n ?? 0;
  let accountedSum = 0;
  const write = (line: number, account: string, entered: number, accounted: number) =>
    insert(world.db, 'journal', {
      event: entry.event,
      event_id: entry.id,
      line,
      ledger: entry.ledger.name,
      account,
      currency: entry.currency,
      entered,
      accounted,
      date: entry.date,
    });
  for (const [index, line] of lines.entries()) {
    const accounted = line.rate === null ? line.amount : convertMinor(line.amount, decimals, line.rate, ledgerDecimals);
    accountedSum += accounted;
    write(first + index, line.account, line.amount, accounted);
  }
  if (accountedSum !== 0) write(first + lines.length, entry.differenceAccount, 0, -accountedSum);
}

/** Takes an entry back as it was posted, on a date. */
export function reverse(world: World, event: string, id: string, as: string, date: string): void {
  const rows = all<{ ledger: string; account: string; currency: string; entered: number; accounted: number }>(
    world.db,
    'SELECT ledger, account, currency, entered, accounted FROM journal WHERE event_id = ? AND event = ? ORDER BY line',
    id,
    event,
  );
  const first =
    one<{ n: number }>(world.db, 'SELECT count(*) AS n FROM journal WHERE event_id = ? AND event = ?', id, as)?.n ?? 0;
  for (const [index, row] of rows.entries()) {
    insert(world.db, 'journal', {
      ...row,
      event: as,
      event_id: id,
      line: first + index,
      entered: -row.entered,
      accounted: -row.accounted,
      date,
    });
  }
}

/** Removes the entries of an incomplete document that is deleted or made incomplete: it was never in the books for good. */
export const withdraw = (world: World, event: string, id: string): void =>
  run(world.db, 'DELETE FROM journal WHERE event_id = ? AND event = ?', id, event);
