import type { TargetState } from '../derive/target-state.ts';
import { type Failure, needsAttention, ok, type Result } from '../domain/failures.ts';
import { formatMinor, minor } from '../domain/money.ts';
import { gross, grossOf, Holdings, heldBy, soldBy, spread } from '../domain/parts.ts';
import type { PartAmount } from '../domain/posted.ts';
import { type Books, missing, negated } from './books.ts';
import type { DraftLine } from './steps.ts';

/**
 * The order's own documents: the sale, and the difference an edit or a cancellation made.
 *
 * Out     null, or what a person has to look at while the rest goes on
 */
export function planSale(books: Books, target: TargetState): Result<Failure | null> {
  const mirrored = mirrorWrong(books);
  if (!mirrored.ok) return mirrored;
  const first = books.find('order');
  if (!first) {
    if (target.value === 0 && target.compare === 'by-total' && !target.billFirst) return ok(null);
    const lines = target.parts.map((part): DraftLine => ({ ...part, like: null }));
    const added = books.add('invoice', { purpose: 'order' }, lines, { reason: 'order', reverses: null });
    if (!added.ok || target.compare === 'by-part') return nothingAsked(added);
  }
  return target.compare === 'by-total'
    ? compareTotals(books, target)
    : compareParts(books, target, soldBy(books.documents).parts());
}

/** A wrong first document is taken back by a credit memo of the same lines; its replacement is an edit up. */
function mirrorWrong(books: Books): Result<void> {
  const wrong = books.documents.filter((document) => document.wrong && document.kind === 'invoice');
  const mirrors = books.documents.filter((document) => document.what.purpose === 'mirror');
  // One mirror per wrong document, in the same order.
  for (const document of wrong.slice(mirrors.length)) {
    const added = books.add('credit-memo', { purpose: 'mirror', n: books.next('mirror') }, books.likeDocument(document), {
      reason: `takes back ${document.number}`,
      reverses: document.number,
      expected: document.amount,
    });
    if (!added.ok) return added;
  }
  return ok(undefined);
}

/** Cancelled or credited orders: only the sum is wanted; what is too much is spread over what is left of the documents. */
function compareTotals(books: Books, target: TargetState): Result<Failure | null> {
  const difference = minor(target.value - soldBy(books.documents).total());
  const held = heldBy(books.documents);
  if (target.value === 0 && held.total() === 0) {
    // A gift card paid all of it: nothing is owed back, but the sale is gone, and the card is owed what it paid.
    const parts = held.parts();
    return parts.length === 0 ? ok(null) : nothingAsked(edit(books, 'edit-down', books.likePosted(parts), 'cancelled'));
  }
  if (difference === 0) return ok(null);
  if (difference > 0) {
    // What was credited before is billed again, part by part; an order that never had those parts gives its first document's.
    const credited = new Holdings().add(target.parts).add(soldBy(books.documents).parts(), -1).parts();
    const first = books.find('order');
    const over = grossOf(credited) >= difference ? credited : soldBy(first ? [first] : []).parts();
    const wanted = new Map(target.parts.map((part) => [part.part, part]));
    const lines = spread(difference, over).map((part) => books.line(part.part, part, wanted.get(part.part)));
    return nothingAsked(edit(books, 'edit-up', lines, 'cancelled'));
  }
  // Refunds already took part of the sale back: only what is left can be credited.
  const amount = minor(Math.min(-difference, held.total()));
  if (amount <= 0) return ok(null);
  return nothingAsked(edit(books, 'edit-down', books.likePosted(spread(amount, held.parts())), 'cancelled'));
}

function compareParts(books: Books, target: TargetState, sold: PartAmount[]): Result<Failure | null> {
  const wanted = new Map(target.parts.map((part) => [part.part, part]));
  const have = new Map(sold.map((part) => [part.part, part]));
  const more: DraftLine[] = [];
  const less: DraftLine[] = [];
  for (const key of new Set([...wanted.keys(), ...have.keys()])) {
    const want = wanted.get(key);
    const delta = missing(key, want, have.get(key));
    if (!delta) continue;
    const line = books.line(key, delta, want);
    // A part whose net and tax move against each other goes with the sign of its sum; a pure shift counts as more.
    if (gross(delta) >= 0) more.push(line);
    else less.push(negated(line));
  }
  const down = grossOf(less);
  const held = heldBy(books.documents).total();
  if (down > held + grossOf(more)) {
    return ok(
      needsAttention(
        'order.edited_below_refunds',
        `Order ${target.orderId} was edited down by ${formatMinor(down, target.decimals)} ${target.currency}, but after its refunds only ` +
          `${formatMinor(held, target.decimals)} ${target.currency} is left on its invoices.`,
        'Compare the order’s lines with its refunds in the store: put lines back that were refunded, or delete a refund that was not paid.',
      ),
    );
  }
  if (more.length > 0) {
    const up = edit(books, 'edit-up', more, 'edited');
    if (!up.ok) return up;
  }
  return less.length > 0 ? nothingAsked(edit(books, 'edit-down', less, 'edited')) : ok(null);
}

function edit(books: Books, purpose: 'edit-up' | 'edit-down', lines: DraftLine[], reason: string): Result<void> {
  const what = { purpose, n: books.next(purpose) } as const;
  return purpose === 'edit-up'
    ? books.add('invoice', what, lines, { reason, reverses: null })
    : books.add('credit-memo', what, lines, { reason, reverses: books.saleNumber() });
}

const nothingAsked = (added: Result<void>): Result<null> => (added.ok ? ok(null) : added);
