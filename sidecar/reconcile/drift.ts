import { createHash } from 'node:crypto';
import { formatMinor, minor } from '../domain/money.ts';
import type { Decision } from '../domain/posted.ts';
import type { DocumentKind, RecordKind } from '../domain/references.ts';
import { type BookedDocument, type BookedFee, expectedOpen, type OrderBooks, type Reading, withoutStale } from './order-books.ts';
import { isIncomplete } from './reading-changes.ts';

export const DRIFT_ASPECTS = [
  'missing',
  'number',
  'incomplete',
  'currency',
  'amount',
  'date',
  'reversed',
  'open',
  'unknown',
] as const;
export type DriftAspect = (typeof DRIFT_ASPECTS)[number];

/** One thing about a document that somebody changed in Oracle: what we hold and what Oracle holds, in words. */
export interface Finding {
  document: string;
  kind: RecordKind;
  oracleId: string | null;
  aspect: DriftAspect;
  ours: string;
  theirs: string;
  message: string;
}

/**
 * What of an order was changed in Oracle by hand, by its readings.
 *
 * Out     empty while work on the order is under way, since its readings may be of before or after
 */
export function driftOf(books: OrderBooks): Finding[] {
  const all = [...books.documents, ...books.fees];
  const busy = [...books.actions, ...all].some(({ state }) => state === 'sending');
  if (busy) return [];
  return all.flatMap((document) => findingsOf(withoutStale(document, books.actions), books));
}

function findingsOf(document: BookedDocument | BookedFee, books: OrderBooks): Finding[] {
  const { reading, number, kind, currency, decimals } = document;
  if (!reading) return [];
  const money = (amount: number | null, of = currency) =>
    amount === null ? '–' : `${formatMinor(minor(amount), decimals)} ${of}`;
  const finding = (aspect: DriftAspect, ours: string, theirs: string, message: string): Finding => ({
    ...{ document: number, kind, oracleId: document.oracleId, aspect, ours, theirs, message },
  });
  if (!reading.found) {
    return [finding('missing', money(document.held), '–', `${number} is not in Oracle any more.`)];
  }
  if (isIncomplete(reading)) {
    return [
      finding(
        'incomplete',
        'Complete',
        'Incomplete',
        `${number} was made incomplete: it has no balance, and nothing can be applied to it.`,
      ),
    ];
  }
  if (reading.currency !== null && reading.currency !== currency) {
    return [finding('currency', currency, reading.currency, `${number} is in another currency.`)];
  }
  const found: Finding[] = [];
  if (reading.renamedTo !== null) {
    found.push(
      finding('number', number, reading.renamedTo, `${number} has another number: AR Bridge can no longer find it by its own.`),
    );
  }
  if (reading.entered !== null && reading.entered !== document.held) {
    found.push(finding('amount', money(document.held), money(reading.entered), `${number} is over another amount.`));
  }
  if (reading.accountingDate !== null && reading.accountingDate !== document.accountingDate) {
    found.push(finding('date', document.accountingDate, reading.accountingDate, `${number} has another accounting date.`));
  }
  const reversal = books.actions.some(({ kind: what, from }) => what === 'reverse-receipt' && from === number);
  if (reading.reversedOn !== null && !reversal) {
    found.push(finding('reversed', 'not reversed', `reversed on ${reading.reversedOn}`, `Receipt ${number} was reversed.`));
    return found;
  }
  if (kind === 'receipt' && reading.reversedOn === null && reversal) {
    found.push(finding('reversed', 'reversed', 'not reversed', `Oracle does not show the reversal of receipt ${number}.`));
    return found;
  }
  // A gateway's fee has no balance.
  if (document.kind === 'gateway-fee') return found;
  const expected = expectedOpen(document, books.actions);
  if (reading.open !== null && reading.open !== expected) {
    found.push(finding('open', money(expected), money(reading.open), openWords(document.kind, number, reading.open > expected)));
  }
  return found;
}

function openWords(kind: DocumentKind, number: string, more: boolean): string {
  switch (kind) {
    case 'receipt':
      return more ? `Money of receipt ${number} was unapplied.` : `Money of receipt ${number} was applied or used elsewhere.`;
    case 'credit-memo':
      return more ? `Credit memo ${number} was unapplied.` : `Credit memo ${number} was applied or used elsewhere.`;
    case 'invoice':
      return more
        ? `Something was taken off invoice ${number}.`
        : `Invoice ${number} was paid, credited or adjusted by something else.`;
  }
}

/** A document that carries our prefix and that we have no record of. */
export function unknownFinding({ number, kind, oracleId, entered, currency }: Reading, decimals: number): Finding {
  const theirs = entered === null ? '–' : `${formatMinor(minor(entered), decimals)} ${currency ?? ''}`.trim();
  const message = `Oracle holds ${number}, which AR Bridge has no record of.`;
  return { document: number, kind, oracleId, aspect: 'unknown', ours: '–', theirs, message };
}

/** Of what differs, not of when it was seen: a person's acceptance holds for this and nothing else. */
export function fingerprintOf(findings: readonly Finding[]): string {
  const lines = findings.map(({ document, aspect, ours, theirs }) => JSON.stringify([document, aspect, ours, theirs])).sort();
  return createHash('sha256').update(lines.join('\n')).digest('hex').slice(0, 16);
}

/** The question a drifted order asks (decision `drift`), and its one answer. */
export const DRIFT_QUESTION = 'drift';
export const DRIFT_CODE = 'drift.changed_in_oracle';
export const acceptance = (fingerprint: string): string => `accept-${fingerprint}`;

/** Who took the drift as it is, when; null while nobody has, or when something else changed since. */
export function acceptedBy(decisions: readonly Decision[], fingerprint: string): { by: string; at: string } | null {
  const last = decisions.findLast((decision) => decision.question === DRIFT_QUESTION);
  return last?.choice === acceptance(fingerprint) ? { by: last.by, at: last.at } : null;
}
