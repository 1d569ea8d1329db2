import type { DocumentQuery, Trail } from '../apply/ports.ts';
import type { OracleDocument } from '../domain/documents.ts';
import { err, needsAttention, ok, type Result } from '../domain/failures.ts';
import type { DocumentKind } from '../domain/references.ts';
import { listRows } from './collection.ts';
import { standingDocument } from './documents.ts';
import type { OracleHttp } from './http.ts';
import type { Lossless } from './lossless-json.ts';
import { allOf, equals, finder } from './query.ts';
import { DOCUMENT_RESOURCES } from './resources.ts';
import { WORDS } from './words.ts';

type OrderQuery = DocumentQuery & { kind: DocumentKind };

/**
 * One look for a document by its number.
 *
 * Out     null when there is none of this business unit, source and (for receipts) account
 * Fails   needs-attention oracle.several_documents: Oracle takes a receipt number twice, so two of them cannot be told apart;
 *         oracle.document_incomplete
 * Source  contract section 13: invoices by the finder invoiceSearch, credit memos and receipts by `q`
 */
export async function findDocument(query: OrderQuery, http: OracleHttp, trail: Trail): Promise<Result<OracleDocument | null>> {
  for (const condition of conditionsFor(query)) {
    const rows = await rowsFor(query, condition, http, trail);
    if (!rows.ok) return rows;
    // Names that could not be asked for, and finders that match more than asked, are sorted out here.
    const matches = rows.value.filter((row) => isAskedFor(query, row));
    if (matches.length > 0) return onlyOne(query, matches);
    // A finder that answers other documents compares by prefix: ours may be on a later page, so ask for it exactly.
    if (rows.value.length === 0) break;
  }
  return ok(null);
}

function conditionsFor(query: OrderQuery): ({ finder: string } | { q: string })[] {
  const number = equals(DOCUMENT_RESOURCES[query.kind].numberAttribute, query.number);
  if (number === null) throw new TypeError(`Not a document number of ours: "${query.number}"`);
  if (query.kind === 'invoice') {
    const exact = finder('invoiceSearch', {
      ...(query.source !== undefined && { TransactionSource: query.source }),
      TransactionNumber: query.number,
      BusinessUnit: query.businessUnit,
    });
    return exact === null ? [{ q: number }] : [{ finder: exact }, { q: number }];
  }
  const source = query.kind === 'credit-memo' && query.source !== undefined ? equals('TransactionSource', query.source) : null;
  return [{ q: allOf(number, equals('BusinessUnit', query.businessUnit), source) }];
}

function rowsFor(query: OrderQuery, condition: { finder: string } | { q: string }, http: OracleHttp, trail: Trail) {
  const resource = DOCUMENT_RESOURCES[query.kind];
  return listRows(
    http,
    {
      operation: `find ${WORDS[query.kind]}`,
      subject: WORDS[query.kind],
      number: query.number,
      path: resource.path,
      parameters: { ...condition, fields: resource.fields.join(','), onlyData: 'true' },
    },
    trail,
  );
}

function isAskedFor(query: OrderQuery, row: Row): boolean {
  return (
    row[DOCUMENT_RESOURCES[query.kind].numberAttribute] === query.number &&
    agrees(row.BusinessUnit, query.businessUnit) &&
    agrees(row.TransactionSource, query.source) &&
    agrees(row.CustomerAccountNumber, query.accountNumber)
  );
}

function onlyOne(query: OrderQuery, matches: Row[]): Result<OracleDocument> {
  const word = WORDS[query.kind];
  if (matches.length > 1) {
    return err(
      needsAttention(
        'oracle.several_documents',
        `Oracle holds ${matches.length} ${word}s with the number ${query.number}; expected is one.`,
        'Reverse or rename in Oracle those that AR Bridge did not make, then resume.',
      ),
    );
  }
  return standingDocument(query.kind, matches[0] ?? null, query.number, query.decimals);
}

type Row = { [name: string]: Lossless };

/** An attribute Oracle left out says nothing against a row. */
export const agrees = (found: Lossless | undefined, wanted: string | undefined): boolean =>
  wanted === undefined || found === undefined || found === null || found === wanted;
