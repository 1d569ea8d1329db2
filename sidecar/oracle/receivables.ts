import type { PreparedRequest, Receivables, Trail } from '../apply/ports.ts';
import type { OracleDocument } from '../domain/documents.ts';
import { err, type Failure, ok, type Result, retryable } from '../domain/failures.ts';
import type { DocumentKind } from '../domain/references.ts';
import { type ActionTools, performAction } from './actions.ts';
import { readApplications } from './applications.ts';
import { readingOf } from './document-call.ts';
import { isIncomplete, leftIncomplete, readDocument, standingDocument } from './documents.ts';
import { findDocument } from './find-document.ts';
import type { GatewayFees } from './gateway-fees.ts';
import { isObject } from './lossless-json.ts';
import { prepareDocument } from './payloads.ts';
import { DOCUMENT_RESOURCES } from './resources.ts';
import type { SoapCatalogue } from './soap-catalogue.ts';
import { WORDS } from './words.ts';

/** The ledger's side of an order's work (port: apply/ports.ts). */
export function createReceivables(tools: ActionTools & { catalogue: SoapCatalogue; fees: GatewayFees }): Receivables {
  const { http, lookups } = tools;
  let readyUntilMs = 0;
  return {
    prepare: prepareDocument,
    create(request, trail) {
      const { kind } = request;
      return kind === 'gateway-fee' ? tools.fees.create(request, trail) : createDocument({ ...request, kind }, tools, trail);
    },
    find(query, trail) {
      const { kind } = query;
      return kind === 'gateway-fee' ? tools.fees.find(query, trail) : findDocument({ ...query, kind }, http, trail);
    },
    async read(kind, id, decimals, trail) {
      const reply = await http.send(readingOf(kind, id, DOCUMENT_RESOURCES[kind].fields.join(','), `read ${WORDS[kind]}`), trail);
      return reply.ok ? standingDocument(kind, reply.value.json, id, decimals) : reply;
    },
    applications: (query, trail) => readApplications(query, http, lookups, trail),
    async ready(trail) {
      if (tools.clock() < readyUntilMs) return ok(undefined);
      const described = await tools.catalogue.refresh('creditMemos', trail);
      // A pod may hide the description and still take the call; only what would refuse the call as well counts.
      if (!described.ok && stops(described.failure)) return described;
      readyUntilMs = tools.clock() + READY_MS;
      return ok(undefined);
    },
    perform: (action, trail) => performAction(action, tools, trail),
  };
}

/** How long one look at the web service stands for the next. */
const READY_MS = 60_000;

const stops = (failure: Failure): boolean =>
  (failure.kind === 'retryable' && failure.endpoint) || failure.detail?.status === 401 || failure.detail?.status === 403;

type OrderRequest = PreparedRequest & { kind: DocumentKind };

async function createDocument(request: OrderRequest, tools: ActionTools, trail: Trail): Promise<Result<OracleDocument>> {
  const resource = DOCUMENT_RESOURCES[request.kind];
  const reply = await tools.http.send(
    {
      operation: `create ${WORDS[request.kind]}`,
      subject: WORDS[request.kind],
      number: request.number,
      method: 'POST',
      path: request.path,
      protocol: 'rest',
      writes: true,
      expects: 'item',
      idAttribute: resource.idAttribute,
      contentType: request.contentType,
      body: request.body,
    },
    trail,
  );
  if (!reply.ok) return reply;
  const { json } = reply.value;
  const document = readDocument(request.kind, json, request.decimals);
  if (!document) {
    const message = `Oracle answered create ${WORDS[request.kind]} ${request.number} with something that is no such document.`;
    return err(retryable('oracle.answer_unreadable', message, { outcomeUnknown: true }));
  }
  if (request.kind === 'invoice' && isObject(json)) {
    tools.lookups.rememberInstallments(document.id, json.receivablesInvoiceInstallments);
  }
  return isIncomplete(request.kind, json) ? completeDocument(request, document, tools, trail) : ok(document);
}

/** Some pods create credit memos incomplete, and POST takes no status for them (contract section 4.1): a PATCH completes them. */
async function completeDocument(
  request: OrderRequest,
  document: OracleDocument,
  tools: ActionTools,
  trail: Trail,
): Promise<Result<OracleDocument>> {
  const { path, idAttribute, statusAttribute } = DOCUMENT_RESOURCES[request.kind];
  const reply = await tools.http.send(
    {
      operation: `complete ${WORDS[request.kind]}`,
      subject: WORDS[request.kind],
      number: request.number,
      method: 'PATCH',
      path: `${path}/${document.id}`,
      protocol: 'rest',
      writes: true,
      expects: 'item',
      idAttribute,
      body: JSON.stringify({ [String(statusAttribute)]: 'Complete' }),
    },
    trail,
  );
  if (!reply.ok || isIncomplete(request.kind, reply.value.json)) return err(leftIncomplete(request.kind, request.number));
  const completed = readDocument(request.kind, reply.value.json, request.decimals);
  return ok(completed ?? document);
}
