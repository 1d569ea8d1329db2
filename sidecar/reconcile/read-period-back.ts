import type { Trail } from '../apply/ports.ts';
import { daysBetween } from '../domain/days.ts';
import { ok, type Result } from '../domain/failures.ts';
import type { RecordKind } from '../domain/references.ts';
import type { Rule } from '../domain/rules.ts';
import { type Setup, setupOf } from '../domain/setup.ts';
import type { Store } from '../store/store.ts';
import type { Reading } from './order-books.ts';
import type { Period } from './period.ts';
import type { DayQuery, LedgerReader } from './ports.ts';

export interface ReadBackOptions {
  store: Pick<Store, 'write' | 'reads' | 'reconcile' | 'documents'>;
  ledger: LedgerReader;
  setup: Setup;
  rules: readonly Rule[];
  trail: Trail;
  nowMs: () => number;
  progress: (done: { days: number; of: number; documents: number }) => void;
}

/** A document younger than this may not show in Oracle yet: that it is missing says nothing. */
const SETTLED_MS = 5 * 60_000;

/**
 * Reads a period's documents back from Oracle, a day at a time, and keeps each as a reading: first by lists, then one by one what the
 * lists left out (a date that was changed, a document that is gone).
 *
 * Out     documents read, and how many of ours Oracle no longer has
 * Fails   as Oracle fails; what was read so far is kept
 */
export async function readPeriodBack(
  period: Period,
  options: ReadBackOptions,
): Promise<Result<{ documents: number; missing: number }>> {
  const startedMs = options.nowMs();
  const days = daysBetween(period.from, period.to);
  let documents = 0;
  let missing = 0;
  for (const [index, day] of days.entries()) {
    for (const list of listsOf(options)) {
      const listed = await readList({ ...list, day }, options);
      if (!listed.ok) return listed;
      documents += listed.value;
    }
    const single = await readLeftOut(day, startedMs, options);
    if (!single.ok) return single;
    documents += single.value.documents;
    missing += single.value.missing;
    options.progress({ days: index + 1, of: days.length, documents });
  }
  return ok({ documents, missing });
}

/** Every business unit with every source that the set-up or a rule names; receipts have no source. Fees that are posted no more are read one by one. */
function listsOf({ setup, rules }: ReadBackOptions): Omit<DayQuery, 'day' | 'offset'>[] {
  const units = [setup, ...setup.businessUnits.map((unit) => setupOf(setup, unit.businessUnit))];
  const named = rules.flatMap(({ outcome }) => outcome.transactionSource ?? []);
  const lists = new Map<string, Omit<DayQuery, 'day' | 'offset'>>();
  const add = (kind: RecordKind, businessUnit: string, source: string | null) =>
    lists.set(`${kind}|${businessUnit}|${source}`, { kind, businessUnit, source });
  for (const unit of units) {
    for (const source of [unit.invoice.source, ...named]) add('invoice', unit.businessUnit, source);
    for (const source of [unit.creditMemo.source, ...named]) add('credit-memo', unit.businessUnit, source);
    add('receipt', unit.businessUnit, null);
    if (setup.gatewayFees.post === 'document') add('gateway-fee', unit.businessUnit, null);
  }
  return [...lists.values()];
}

async function readList(list: Omit<DayQuery, 'offset'>, options: ReadBackOptions): Promise<Result<number>> {
  const { ledger, store, setup, trail } = options;
  let documents = 0;
  for (let offset: number | null = 0; offset !== null; ) {
    const page: Awaited<ReturnType<LedgerReader['documentsOfDay']>> = await ledger.documentsOfDay({ ...list, offset }, trail);
    if (!page.ok) return page;
    // The business unit holds documents of others too: ours are told by their prefix, and by our record where the prefix was another then.
    const ours = page.value.readings.filter(
      ({ number }) => number.startsWith(setup.prefix) || store.documents.get(number) !== null,
    );
    if (ours.length > 0) await store.write(() => store.reconcile.saveReadings(ours));
    documents += ours.length;
    offset = page.value.next;
  }
  return ok(documents);
}

async function readLeftOut(
  day: string,
  sinceMs: number,
  options: ReadBackOptions,
): Promise<Result<{ documents: number; missing: number }>> {
  const { store, nowMs } = options;
  let documents = 0;
  let missing = 0;
  for (const page of store.reads.unreadDocuments(day, sinceMs, nowMs() - SETTLED_MS)) {
    for (const document of page) {
      const reading = await readDocumentBack(document, options);
      if (!reading.ok) return reading;
      if (reading.value.found) documents += 1;
      else missing += 1;
    }
  }
  return ok({ documents, missing });
}

/** One document of ours, by its id; kept as not found when Oracle says so. */
export async function readDocumentBack(
  { number, kind, oracleId }: Pick<Reading, 'number' | 'kind' | 'oracleId'>,
  { ledger, store, trail, nowMs }: Pick<ReadBackOptions, 'ledger' | 'store' | 'trail' | 'nowMs'>,
): Promise<Result<Reading>> {
  const read = await ledger.documentById(kind, oracleId, trail);
  if (!read.ok) return read;
  const now = read.value?.number ?? number;
  const reading: Reading = read.value
    ? { ...read.value, number, renamedTo: now === number ? null : now }
    : { ...GONE, number, kind, oracleId, readAtMs: nowMs() };
  await store.write(() => {
    store.reconcile.saveReadings([reading]);
    // A list may have shown it under its new number, as a document nobody knows.
    if (now !== number) store.reconcile.forgetReading(now);
  });
  return ok(reading);
}

const GONE = {
  found: false,
  currency: null,
  entered: null,
  open: null,
  accountingDate: null,
  status: null,
  reversedOn: null,
  crossReference: null,
  accountNumber: null,
  businessUnit: null,
  renamedTo: null,
} as const;
