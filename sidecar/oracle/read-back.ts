import { err, ok, retryable } from '../domain/failures.ts';
import { currencyDecimals } from '../domain/money.ts';
import type { DocumentKind } from '../domain/references.ts';
import type { Reading } from '../reconcile/order-books.ts';
import type { DayQuery, LedgerReader } from '../reconcile/ports.ts';
import { type Listing, listPage } from './collection.ts';
import { readingOf } from './document-call.ts';
import { isIncomplete, readDocument } from './documents.ts';
import { agrees } from './find-document.ts';
import type { GatewayFees } from './gateway-fees.ts';
import type { OracleHttp } from './http.ts';
import { isObject, type Lossless } from './lossless-json.ts';
import { allOf, equals, finder } from './query.ts';
import { DOCUMENT_RESOURCES } from './resources.ts';
import { WORDS } from './words.ts';

/**
 * Documents read back for reconciliation.
 *
 * Source  contract section 13: invoices by the finder invoiceSearch, credit memos by creditMemosFinder, both by accounting date; receipts
 *         by `q`, which knows their receipt date only; gateway fees by their web service (gateway-fees.ts). Only the operators = and `and`, which are seen to work
 */
export function createReadBack(http: OracleHttp, fees: GatewayFees, clock: () => number): LedgerReader {
  return {
    async documentsOfDay(asked, trail) {
      const { kind } = asked;
      if (kind === 'gateway-fee') return fees.ofDay(asked, trail);
      const query = { ...asked, kind };
      const page = await listPage(http, listingFor(query), query.offset, trail);
      if (!page.ok) return page;
      const readings: Reading[] = [];
      for (const row of page.value.rows) {
        if (!isAskedFor(query, row)) continue;
        const reading = toReading(query.kind, row, clock());
        if (!reading) return err(unreadable(query.kind));
        readings.push(reading);
      }
      return ok({ readings, next: page.value.next });
    },
    async documentById(kind, id, trail) {
      if (kind === 'gateway-fee') return fees.byId(id, trail);
      const reply = await http.send(readingOf(kind, id, fieldsOf(kind), `read ${WORDS[kind]} back`), trail);
      if (!reply.ok) return reply.failure.code === 'oracle.not_found' ? ok(null) : reply;
      const reading = toReading(kind, reply.value.json, clock());
      return reading ? ok(reading) : err(unreadable(kind));
    },
  };
}

const fieldsOf = (kind: DocumentKind): string =>
  [...DOCUMENT_RESOURCES[kind].fields, 'AccountingDate', ...(kind === 'receipt' ? ['State', 'Status', 'ReversalDate'] : [])].join(
    ',',
  );

type OrderQuery = DayQuery & { kind: DocumentKind };

function listingFor({ kind, businessUnit, source, day }: OrderQuery): Listing {
  const { path, idAttribute } = DOCUMENT_RESOURCES[kind];
  return {
    operation: `list ${WORDS[kind]}s of a day`,
    subject: WORDS[kind],
    path,
    parameters: {
      ...conditionFor(kind, businessUnit, source, day),
      fields: fieldsOf(kind),
      onlyData: 'true',
      // Pages must not shift while documents are posted: new ones have higher ids.
      orderBy: `${idAttribute}:asc`,
    },
  };
}

/** A name that cannot be asked for is left out: the rows are sorted out by isAskedFor. */
function conditionFor(kind: DocumentKind, businessUnit: string, source: string | null, day: string) {
  if (kind === 'receipt') return { q: allOf(equals('BusinessUnit', businessUnit), equals('ReceiptDate', day)) };
  const [name, prefix] = kind === 'invoice' ? ['invoiceSearch', ''] : ['creditMemosFinder', 'Bind'];
  const named = { [`${prefix}BusinessUnit`]: businessUnit, ...(source !== null && { [`${prefix}TransactionSource`]: source }) };
  const dated = { [`${prefix}AccountingDate`]: day };
  return { finder: finder(name, { ...named, ...dated }) ?? finder(name, dated) };
}

const isAskedFor = (query: DayQuery, row: { [name: string]: Lossless }): boolean =>
  agrees(row.BusinessUnit, query.businessUnit) && agrees(row.TransactionSource, query.source ?? undefined);

function toReading(kind: DocumentKind, json: Lossless, readAtMs: number): Reading | null {
  if (!isObject(json)) return null;
  const text = (name: string): string | null => (typeof json[name] === 'string' ? json[name] : null);
  const { statusAttribute } = DOCUMENT_RESOURCES[kind];
  const currency = text({ invoice: 'InvoiceCurrencyCode', 'credit-memo': 'CreditMemoCurrency', receipt: 'Currency' }[kind]);
  const decimals = currency === null ? null : currencyDecimals(currency);
  const document = readDocument(kind, json, decimals?.ok ? decimals.value : 2);
  if (!document) return null;
  return {
    number: document.number,
    kind,
    oracleId: document.id,
    readAtMs,
    found: true,
    currency,
    entered: document.enteredAmount,
    open: isIncomplete(kind, json) ? null : document.open,
    accountingDate: text('AccountingDate'),
    status: statusAttribute === null ? (text('Status') ?? text('State')) : text(statusAttribute),
    reversedOn: text('ReversalDate'),
    crossReference: document.crossReference,
    accountNumber: document.customerAccountNumber,
    businessUnit: text('BusinessUnit'),
    renamedTo: null,
  };
}

const unreadable = (kind: DocumentKind) =>
  retryable('oracle.answer_unreadable', `Oracle lists ${kind === 'invoice' ? 'an' : 'a'} ${WORDS[kind]} without its id.`);
