import type { Day } from '../domain/dates.ts';
import type { Measure } from './figures.ts';
import type { BookedDocument } from './order-books.ts';
import { actionFor, type OrderStanding, type Reason, reasonOf, wordsOf } from './reasons.ts';
import type { Part, Sheet } from './sheet.ts';

/** One thing in the store (a sale, a refund, a payment) beside the documents that stand for it, by our record. */
export interface Pair {
  measure: Measure;
  gateway: string;
  store: Part[];
  oracle: Part[];
  documents: readonly BookedDocument[];
  standing: OrderStanding;
}

/**
 * Splits what lies between the two sides of a pair into parts with one reason each; for every day and currency the parts add up to
 * Oracle less store. What is missing or too much has the order's reason, on the store's day; what came back over another amount than
 * was sent is tax or rounding; what only lies on another day is `period`.
 */
export function explain(pair: Pair, sheet: Sheet): void {
  const currencies = [...new Set([...pair.store, ...pair.oracle].map((part) => part.currency))];
  if (currencies.length > 1) {
    otherCurrency(pair, sheet);
    return;
  }
  const home = pair.store[0] ?? pair.oracle[0];
  if (!home) return;
  const left = byDay(pair);
  const take = (day: Day, amount: number, reason: Reason, message: string, document: string | null) => {
    const action = actionFor(pair.standing, reason);
    sheet.differ({ ...home, day, amount }, pair.gateway, { measure: pair.measure, reason, message, action, document });
    left.set(day, (left.get(day) ?? 0) - amount);
  };
  let missing = [...left.values()].reduce((total, amount) => total + amount, 0);
  if (missing !== 0) {
    for (const { document, amount } of computedOtherwise(pair)) {
      take(document.accountingDate, amount, reasonOfComputed(document, amount), wordsOfComputed(document), document.number);
      missing -= amount;
    }
    take(home.day, missing, reasonOf(pair.standing), wordsOf(pair.standing), null);
  }
  for (const [day, amount] of [...left]) {
    const document = pair.documents.find((each) => each.accountingDate === day)?.number ?? null;
    take(day, amount, 'period', periodWords(pair.measure, home.day, day, document), document);
  }
}

/** Amounts of two currencies never add up: both sides stand alone. */
function otherCurrency(pair: Pair, sheet: Sheet): void {
  const message = 'The order and what was posted for it are in different currencies; posted documents keep theirs.';
  const why = { measure: pair.measure, reason: 'currency', message, document: pair.documents[0]?.number ?? null } as const;
  for (const part of pair.oracle) sheet.differ(part, pair.gateway, why);
  for (const part of pair.store) sheet.differ({ ...part, amount: -part.amount }, pair.gateway, why);
}

function byDay({ store, oracle }: Pair): Map<Day, number> {
  const left = new Map<Day, number>();
  for (const { day, amount } of oracle) left.set(day, (left.get(day) ?? 0) + amount);
  for (const { day, amount } of store) left.set(day, (left.get(day) ?? 0) - amount);
  return left;
}

/** Which way a document counts in its measure: an edit down takes from the sale, a refund's memo is a refund, an undone one less of it. */
export function signOf({ what }: BookedDocument): 1 | -1 {
  return what.purpose === 'edit-down' || what.purpose === 'mirror' || what.purpose === 'refund-undone' ? -1 : 1;
}

/** Documents that came back over another amount than was sent; a wrong one that was mirrored is taken back whole. */
function computedOtherwise({ documents }: Pair): { document: BookedDocument; amount: number }[] {
  const mirrored = documents.some(({ what, state }) => what.purpose === 'mirror' && state === 'posted');
  return documents
    .filter((document) => document.state === 'posted' && !(document.wrong && mirrored))
    .map((document) => ({ document, amount: signOf(document) * (document.held - document.sent) }))
    .filter(({ amount }) => amount !== 0);
}

/** Where the store's amounts are sent line by line a unit is rounding; where Oracle computes the tax any difference is tax. */
const reasonOfComputed = (document: BookedDocument, amount: number): Reason =>
  document.taxMode !== 'oracle' && Math.abs(amount) === 1 ? 'rounding' : 'tax';

const wordsOfComputed = ({ taxMode, number }: BookedDocument): string =>
  taxMode === 'oracle'
    ? `Oracle computed another tax on ${number} than the store.`
    : `Oracle added ${number} up to another amount than was sent.`;

const NAMES: Record<Measure, string> = { sales: 'the sale', refunds: 'the refund', paid: 'the payment', open: 'it' };

const periodWords = (measure: Measure, home: Day, day: Day, document: string | null): string =>
  day === home
    ? `The store has ${NAMES[measure]} on ${home}; Oracle has it, or a part of it, on another day.`
    : `${document ?? 'Oracle’s document'} is of ${day}; the store has ${NAMES[measure]} on ${home}.`;
