import type { Day } from '../domain/dates.ts';
import { currencyDecimals } from '../domain/money.ts';
import type { BookedDocument, BookedFee, Reading } from './order-books.ts';
import type { Reason } from './reasons.ts';

/** A change somebody made in Oracle, as an amount on a day: Oracle as read back less our record, positive for more of the document. */
export interface ReadingChange {
  day: Day;
  currency: string;
  decimals: number;
  amount: number;
  reason: Reason;
  message: string;
  /** It is a reversal, which has a column of its own. */
  reversal: boolean;
}

/** True for a transaction that Oracle holds without a balance: nothing can be applied to it, and it is in no ledger. */
export const isIncomplete = (reading: Reading): boolean => reading.status === 'Incomplete';

/**
 * What the reading of a document says other than our record does.
 *
 * In      document  posted; reversedOn  the day our record reversed it, null when it did not
 * Out     empty where nothing was read, or all agrees. Together with what our record says they are what Oracle shows
 */
export function readingChanges(document: BookedDocument | BookedFee, reversedOn: Day | null): ReadingChange[] {
  const { reading, number, currency, decimals, held, accountingDate: day } = document;
  if (!reading || document.state !== 'posted') return [];
  const at = { day, currency, decimals, reversal: false };
  if (!reading.found) {
    return [{ ...at, amount: -held, reason: 'changed-in-oracle', message: `Oracle no longer has ${number}.` }];
  }
  if (isIncomplete(reading)) {
    const message = `Somebody made ${number} incomplete in Oracle: it has no balance.`;
    return [{ ...at, amount: -held, reason: 'changed-in-oracle', message }];
  }
  if (reading.currency !== null && reading.currency !== currency) return otherCurrency(document, reading, reading.currency);

  const changes: ReadingChange[] = [];
  const change = (over: Partial<ReadingChange> & { amount: number; message: string }) =>
    changes.push({ ...at, reason: 'changed-in-oracle', ...over });
  const entered = reading.entered ?? held;
  if (entered !== held) change({ amount: entered - held, message: `Oracle now holds ${number} over another amount.` });
  if (reading.accountingDate !== null && reading.accountingDate !== day) {
    const message = `The accounting date of ${number} is ${reading.accountingDate} in Oracle; it was posted with ${day}.`;
    change({ amount: -entered, message });
    change({ amount: entered, day: reading.accountingDate, message });
  }
  if (reading.reversedOn !== null && reversedOn === null) {
    const message = `Somebody reversed ${number} in Oracle on ${reading.reversedOn}.`;
    change({ amount: -entered, day: reading.reversedOn, message, reversal: true });
  }
  if (document.kind === 'receipt' && reading.reversedOn === null && reversedOn !== null) {
    const message = `Oracle does not show the reversal of ${number}.`;
    change({ amount: held, day: reversedOn, message, reversal: true });
  }
  return changes;
}

function otherCurrency(document: BookedDocument | BookedFee, reading: Reading, currency: string): ReadingChange[] {
  const message = `${document.number} is in ${currency} in Oracle; it was posted in ${document.currency}.`;
  const decimals = currencyDecimals(currency);
  const common = { reason: 'currency', message, reversal: false } as const;
  return [
    { ...common, day: document.accountingDate, currency: document.currency, decimals: document.decimals, amount: -document.held },
    {
      ...common,
      day: reading.accountingDate ?? document.accountingDate,
      currency,
      decimals: decimals.ok ? decimals.value : document.decimals,
      amount: reading.entered ?? 0,
    },
  ];
}
