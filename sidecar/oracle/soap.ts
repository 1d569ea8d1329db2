import type { Trail } from '../apply/ports.ts';
import { ok, type Result } from '../domain/failures.ts';
import type { Call } from './call.ts';
import type { OracleHttp } from './http.ts';
import type { SoapCatalogue } from './soap-catalogue.ts';
import { type SoapElement, type SoapValue, writeEnvelope } from './soap-envelope.ts';
import { ADF_TYPES, PARTY_OBJECTS, SOAP_ACTS, type SoapActName } from './soap-services.ts';
import type { XmlNode } from './xml.ts';

/** One act over SOAP. Children are given without prefix; `par:` marks those of the shared party namespace, `adf:` those of a search. */
export interface SoapRequest {
  act: SoapActName;
  operation: string;
  subject: Call['subject'];
  number?: string;
  writes: boolean;
  ids?: string[];
  /** The data object, or the text of an operation that takes a single value. */
  object: SoapElement | string;
  /** Elements beside the wrapper, names with their prefix: a search has a second one. */
  further?: SoapElement;
}

export interface SoapClient {
  /** The body of the answer, prefixes removed. A fault is classified like any refusal. */
  perform(request: SoapRequest, trail: Trail): Promise<Result<XmlNode>>;
}

export function createSoap(http: OracleHttp, catalogue: SoapCatalogue): SoapClient {
  return {
    async perform(request, trail) {
      const names = await catalogue.namesOf(request.act, trail);
      if (!names.ok) return names;
      const { operation, wrapper, soapAction, types, objects, fields } = names.value;
      const object = typeof request.object === 'string' ? request.object : prefixed(inOrder(request.object, fields));
      const reply = await http.send(
        {
          operation: request.operation,
          subject: request.subject,
          ...(request.number !== undefined && { number: request.number }),
          ...(request.ids && { ids: request.ids }),
          method: 'POST',
          path: catalogue.pathOf(SOAP_ACTS[request.act].service),
          protocol: 'soap',
          writes: request.writes,
          expects: 'envelope',
          soapAction,
          body: writeEnvelope(
            { typ: types, obj: objects, par: PARTY_OBJECTS, ...(request.further && { adf: ADF_TYPES }) },
            { [`typ:${operation}`]: { [`typ:${wrapper}`]: object, ...request.further } },
          ),
        },
        trail,
      );
      return reply.ok ? ok(reply.value.element) : reply;
    },
  };
}

/** The schema's order where it is known; what the schema does not name goes last, for the service to refuse by name. */
function inOrder(object: SoapElement, fields: string[] | null): SoapElement {
  if (!fields) return object;
  const rank = new Map(fields.map((name, index) => [name, index]));
  const last = fields.length;
  return Object.fromEntries(Object.entries(object).sort(([a], [b]) => (rank.get(a) ?? last) - (rank.get(b) ?? last)));
}

function prefixed(value: SoapElement): SoapElement {
  const inner = (child: SoapValue): SoapValue => {
    if (child === null || typeof child === 'string') return child;
    return Array.isArray(child) ? child.map(prefixed) : prefixed(child);
  };
  return Object.fromEntries(
    // `@_` marks an attribute, `#text` is the element's own text.
    Object.entries(value).map(([name, child]) => [/^[@#]|:/.test(name) ? name : `obj:${name}`, inner(child)]),
  );
}
