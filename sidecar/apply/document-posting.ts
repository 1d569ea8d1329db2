import { EndpointUnavailable } from '../domain/brake.ts';
import type { BillTo, DocumentLine, OracleDocument } from '../domain/documents.ts';
import { err, type Failure, needsAttention, ok, type Result, retryable } from '../domain/failures.ts';
import { formatMinor, type MinorUnits, minor } from '../domain/money.ts';
import type { PostedLine } from '../domain/posted.ts';
import { type Dressed, totals } from '../plan/dressed.ts';
import type { Draft } from '../plan/steps.ts';
import type { DocumentRecord, NewDocument } from '../store/documents.ts';
import { type Lane, type LaneParts, laneKey } from '../store/lanes.ts';
import type { Store } from '../store/store.ts';
import { billedAs } from './billed-as.ts';
import type { DocumentQuery } from './ports.ts';
import { rulesRow } from './rules-record.ts';
import type { OrderWorkOptions, Run } from './work.ts';

/** Looks after doubt: three over 30 s, since a new row may show late. */
export const LOOKS = 3;
/** Who posts, in the audit trail. */
const ACTOR = 'sidecar';

/**
 * Posts documents so that each exists once: intent with the frozen request on disk, then the POST, then the outcome on disk.
 * Where no answer was heard, the document is looked up by its number before the same bytes are sent again.
 */
export class DocumentPosting {
  private readonly options: OrderWorkOptions;

  constructor(options: OrderWorkOptions) {
    this.options = options;
  }

  async post(draft: Draft, dressed: Dressed, run: Run): Promise<Result<void>> {
    const { store, receivables, nowMs } = this.options;
    const request = receivables.prepare(dressed.document);
    const { document } = dressed;
    const billTo = run.billTo ?? { accountNumber: '' };
    const lane = laneOf(draft, dressed, run);
    const intent: NewDocument = {
      orderId: run.order.id,
      kind: draft.kind,
      what: draft.what,
      number: draft.number,
      amount: draft.expected,
      currency: document.currency,
      decimals: document.decimals,
      // A gateway's fee names no customer in Oracle; our record files it with the order's.
      billTo: 'billTo' in document ? document.billTo : billTo,
      documentDate: document.date,
      accountingDate: document.accountingDate,
      refund: draft.refund,
      lines: dressed.lines,
      trace: dressed.trace,
      ruleSetVersion: this.options.rules().version,
      taxMode: run.taxMode,
      businessUnit: run.setup.businessUnit,
      lane,
      discounts: run.setup.discounts,
      request,
    };
    const entered = await store.write(() => {
      // A mirror takes back what went wrong: it must not wait for the lane that it helps to mend.
      if (lane && !store.lanes.enter(lane, draft.number, nowMs())) return false;
      const row = rulesRow(intent, store.documents.get(draft.number), ACTOR, nowMs());
      if (row) store.audit.append(row);
      store.documents.intend(intent, nowMs());
      store.orders.keepBilledAs(run.order.id, billedAs(run.order));
      return true;
    });
    if (lane && !entered) return err(laneTaken(store.lanes.before(lane), draft));
    const result = draft.kind === 'gateway-fee' ? await this.findOrSend(draft.number) : await this.send(draft.number);
    if (!result.ok) return result;
    // What was just made is open by its whole amount; what was found may have been worked on.
    if (result.value === 'created') run.fresh.add(draft.number);
    // What was there already may be on another account than was asked for: the order's first document says which.
    else run.billTo = null;
    return ok(undefined);
  }

  /** Looks up what an earlier run sent without hearing the outcome; sends the same bytes again when three looks found nothing. */
  async settleDoubt(orderId: number): Promise<Result<void>> {
    const { store } = this.options;
    for (const record of store.documents.ofOrder(orderId)) {
      if (record.state !== 'sending') continue;
      const found = await this.look(record);
      if (!found.ok) return found;
      if (found.value) {
        const adopted = await this.adopt(record, found.value);
        if (!adopted.ok) return adopted;
        continue;
      }
      if (record.looks + 1 < LOOKS) {
        return err(
          retryable('document.in_doubt', `No answer came for ${record.number}.`, { outcomeUnknown: true, endpoint: true }),
        );
      }
      await store.write(() => store.documents.resend(record.number, this.options.nowMs()));
      const sent = await this.send(record.number);
      if (!sent.ok) return sent;
    }
    return ok(undefined);
  }

  /** A reversal needs the rate of what it reverses; Oracle's answer to the POST does not name it, one GET does. */
  async knowRate(draft: Draft, run: Run): Promise<Result<void>> {
    const { store, receivables } = this.options;
    if (!draft.reverses || run.order.currency === run.setup.ledgerCurrency) return ok(undefined);
    const reversed = store.documents.get(draft.reverses);
    if (!reversed?.oracleId || reversed.conversionRate) return ok(undefined);
    if (reversed.kind === 'gateway-fee') return ok(undefined);
    const read = await receivables.read(reversed.kind, reversed.oracleId, reversed.decimals, this.trail(reversed));
    if (!read.ok) return read;
    const rate = read.value.conversionRate;
    if (rate) await store.write(() => store.documents.setRate(reversed.number, rate));
    return ok(undefined);
  }

  /**
   * For a number that Oracle may take twice: nothing says that it refuses a second miscellaneous receipt, and after a restore of our
   * database the fee may have changed, so that it would not be the same one to Oracle either.
   */
  private async findOrSend(number: string): Promise<Result<'created' | 'adopted'>> {
    const { store, receivables } = this.options;
    const record = mustGet(store, number);
    let sends = false;
    try {
      const found = await receivables.find(queryFor(record), this.trail(record));
      if (!found.ok) return found;
      sends = true;
      if (!found.value) return await this.send(number);
      const adopted = await this.adopt(record, found.value);
      return adopted.ok ? ok('adopted') : adopted;
    } finally {
      // Nothing was sent yet: the intent is void, the number stays.
      if (!sends) await store.write(() => this.recordRefused(record));
    }
  }

  private async send(number: string): Promise<Result<'created' | 'adopted'>> {
    const { store, receivables, nowMs } = this.options;
    const record = mustGet(store, number);
    let answer: Result<OracleDocument>;
    try {
      answer = await receivables.create(record.request, this.trail(record));
    } catch (error) {
      // Nothing left this process: the intent is void, the number stays.
      if (error instanceof EndpointUnavailable) await store.write(() => this.recordRefused(record));
      throw error;
    }
    if (answer.ok) {
      const held = answer.value;
      await store.write(() => this.recordPosted(record, held, nowMs()));
      const checked = this.check(record, held);
      return checked.ok ? ok('created') : checked;
    }
    const { failure } = answer;
    if (failure.code === 'oracle.duplicate_number') {
      const found = await this.look(record);
      if (!found.ok) return found;
      if (found.value) {
        const adopted = await this.adopt(record, found.value);
        return adopted.ok ? ok('adopted') : adopted;
      }
      await store.write(() => store.documents.doubt(number));
      return err(
        retryable('document.duplicate_unseen', `Oracle knows the number ${number} but does not show it yet.`, {
          outcomeUnknown: true,
          endpoint: true,
        }),
      );
    }
    if (unknown(failure)) {
      await store.write(() => store.documents.doubt(number));
      return answer;
    }
    await store.write(() => this.recordRefused(record));
    return answer;
  }

  private recordRefused(record: DocumentRecord): void {
    const { store, nowMs } = this.options;
    store.documents.refused(record.number);
    if (record.lane) store.lanes.leave(record.lane, record.number, nowMs());
  }

  private async look(record: DocumentRecord): Promise<Result<OracleDocument | null>> {
    const { store, receivables } = this.options;
    const found = await receivables.find(queryFor(record), this.trail(record));
    if (found.ok && !found.value) await store.write(() => store.documents.looked(record.number));
    return found;
  }

  /** Ours when cross reference (or account) and amount agree; else somebody else used the number. */
  private async adopt(record: DocumentRecord, found: OracleDocument): Promise<Result<void>> {
    const { store, nowMs } = this.options;
    const sameAmount = found.enteredAmount === null || found.enteredAmount === record.amount;
    const expected = referenceOf(record);
    const sameReference = found.crossReference === null || expected === null || found.crossReference === expected;
    // No further document takes a wrong receipt or fee back: one over another amount is somebody else's.
    if (!sameReference || (!sameAmount && (record.kind === 'receipt' || record.kind === 'gateway-fee'))) {
      await store.write(() => this.recordRefused(record));
      return err(
        needsAttention(
          'oracle.number_taken',
          `Oracle already holds ${record.number}, but it is not ours: ${amountOf(found.enteredAmount, record)} with reference ` +
            `"${found.crossReference ?? ''}", expected ${amountOf(record.amount, record)} with "${expected ?? ''}".`,
          'Choose another prefix in the set-up (the prefix has to be unique per Oracle pod), or remove the other document.',
        ),
      );
    }
    const billTo = accountOfFound(record, found);
    await store.write(() => {
      if (billTo !== record.billTo) store.documents.billedTo(record.number, billTo);
      this.recordPosted({ ...record, billTo }, found, nowMs());
    });
    return this.check(record, found);
  }

  private recordPosted(record: DocumentRecord, held: OracleDocument, nowMs: number): void {
    const { store } = this.options;
    const { lane } = record;
    const wrong = differs(record, held.enteredAmount);
    if (wrong) {
      store.documents.markWrong(record.number);
      if (lane) store.lanes.close(lane, differing(record, held.enteredAmount).message, nowMs);
    } else if (lane) {
      store.lanes.prove(lane, nowMs);
    }
    const open = held.open ?? record.amount;
    store.documents.posted(
      record.number,
      { oracleId: held.id, entered: held.enteredAmount, open, conversionRate: held.conversionRate },
      nowMs,
    );
    store.orders.setAccount(record.orderId, record.billTo.accountNumber);
  }

  /** The sum was checked when the document was built; this is Oracle's own arithmetic. */
  private check(record: DocumentRecord, held: OracleDocument): Result<void> {
    if (held.number !== record.number) {
      return err(
        needsAttention(
          'oracle.number_not_kept',
          `Oracle gave ${record.number} the number ${held.number}: its transaction source numbers by itself.`,
          'Choose a transaction source without automatic numbering in the set-up; without its own number a document cannot be found again.',
        ),
      );
    }
    return differs(record, held.enteredAmount) ? err(differing(record, held.enteredAmount)) : ok(undefined);
  }

  /** A wrong document that the plan cannot take back by itself (a credit memo, or a mirror that went wrong too): a person looks first. */
  amountDiffers(orderId: number): Failure | null {
    const wrong = this.options.store.documents
      .ofOrder(orderId)
      .find(
        (record) =>
          record.state === 'posted' && record.wrong && (record.kind === 'credit-memo' || record.what.purpose === 'mirror'),
      );
    return wrong ? differing(wrong, wrong.enteredAmount) : null;
  }

  private trail(record: Pick<DocumentRecord, 'orderId' | 'number'>) {
    return this.options.trail({ orderId: record.orderId, document: record.number });
  }
}

export const unknown = (failure: Failure): boolean => failure.kind !== 'rejected' && failure.outcomeUnknown === true;

/** Where Oracle computes the tax, its rounding is known and reported; any other difference is a wrong set-up. */
const differs = (record: DocumentRecord, held: MinorUnits | null): boolean =>
  held !== null && Math.abs(held - record.amount) > roundings(record);

/** Taxes that Oracle rounded itself: each may be one minor unit off. */
const roundings = ({ taxMode, lines }: DocumentRecord): number =>
  taxMode === 'oracle' ? lines.reduce((count, line) => count + (line.taxSent ? 0 : line.taxCodes.length), 0) : 0;

/** Until one document of a lane came back as it was sent, one is in flight at a time. Receipts, gateway fees and mirrors need no proof. */
function laneOf(draft: Draft, { document, lines }: Dressed, run: Run): string | null {
  if (document.kind === 'receipt' || document.kind === 'gateway-fee' || draft.what.purpose === 'mirror') return null;
  const { kind, businessUnit, source, type, currency } = document;
  return laneKey({ kind, businessUnit, source, type, taxMode: run.taxMode, currency, ...taxesOf(document.lines, lines) });
}

/**
 * What Oracle's tax set-up is asked: a document without tax says nothing about one that carries tax, nor one classification about
 * another. The rate codes of manual tax lines stay out: Oracle takes their amounts as they are, and a shop has thousands of them.
 */
function taxesOf(sent: readonly DocumentLine[], lines: readonly PostedLine[]): Pick<LaneParts, 'taxed' | 'classifications'> {
  return {
    taxed: lines.some(({ part, taxes }) => taxes.length > 0 || part.startsWith('tax:')),
    classifications: [...new Set(sent.flatMap(({ taxClassification }) => taxClassification ?? []))].sort(),
  };
}

function laneTaken(lane: Lane, draft: Draft): Failure {
  if (lane.state === 'closed') {
    return needsAttention(
      'lane.closed',
      `Documents like ${draft.number} are held back: ${lane.reason ?? 'the first of its kind came back over another amount.'}`,
      'Mend the tax set-up in Oracle or the tax mode here, then resume the order: one document is tried before the others follow.',
    );
  }
  return retryable(
    'lane.first_of_its_kind',
    `The first document of its kind is in flight${lane.holder ? ` (${lane.holder})` : ''}; the others follow when it is proved.`,
    {
      endpoint: true,
      retryAfterMs: 1_000,
    },
  );
}

function differing(record: DocumentRecord, held: MinorUnits | null): Failure {
  const found = `Oracle holds ${record.number} with ${amountOf(held, record)}, sent were ${amountOf(record.amount, record)}`;
  if (record.kind === 'gateway-fee') {
    return needsAttention(
      'document.amount_differs',
      `${found}.`,
      'Look at it in Oracle Receivables; the difference is posted once the order is resumed.',
    );
  }
  if (record.taxMode !== 'oracle' || held === null) {
    return needsAttention(
      'document.amount_differs',
      `${found}.`,
      'Check the tax set-up of the transaction type and of the tax codes: Oracle added or left out tax.',
    );
  }
  const { net, tax } = totals(record.lines);
  const classes = new Set(record.lines.flatMap((line) => line.taxCodes.at(-1)?.classification ?? line.untaxedAs ?? []));
  return needsAttention(
    'document.amount_differs',
    `${found}: Oracle computed a tax of ${amountOf(minor(held - net), record)} where the store has ${amountOf(tax, record)}, by the classifications ${[...classes].join(', ') || '(none)'}.`,
    'Compare the rates of these tax classifications in Oracle with those of the store, and the rules that name them; or have the store’s tax posted (tax mode in the set-up).',
  );
}

function queryFor(record: DocumentRecord): DocumentQuery {
  const body = JSON.parse(record.request.body) as { BusinessUnit?: string; TransactionSource?: string };
  return {
    kind: record.kind,
    number: record.number,
    businessUnit: body.BusinessUnit ?? '',
    ...(record.kind !== 'gateway-fee' && { accountNumber: record.billTo.accountNumber }),
    decimals: record.decimals,
    ...(body.TransactionSource && { source: body.TransactionSource }),
  };
}

/** Oracle's word on whom a document that was there is billed to: our record may have been lost, and the customer linked anew since. */
const accountOfFound = ({ billTo }: DocumentRecord, { customerAccountNumber }: OracleDocument): BillTo =>
  customerAccountNumber === null || customerAccountNumber === billTo.accountNumber
    ? billTo
    : { accountNumber: customerAccountNumber };

/** The cross reference that was sent; null for receipts, which carry none. */
function referenceOf(record: DocumentRecord): string | null {
  const body = JSON.parse(record.request.body) as { CrossReference?: string };
  return body.CrossReference ?? null;
}

const amountOf = (amount: MinorUnits | null, record: DocumentRecord): string =>
  amount === null ? 'an unknown amount' : `${formatMinor(amount, record.decimals)} ${record.currency}`;

function mustGet(store: Store, number: string): DocumentRecord {
  const record = store.documents.get(number);
  if (!record) throw new Error(`No record of ${number}`);
  return record;
}
