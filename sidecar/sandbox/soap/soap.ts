import { randomUUID } from 'node:crypto';
import type { Answer, Request } from '../answer.ts';
import { OracleError } from '../errors.ts';
import { startCall, type World } from '../world.ts';
import { answerEnvelope, faultEnvelope, operationElement, readParameters, unknownMethod } from './envelope.ts';
import type { Service } from './model.ts';
import { wsdl } from './wsdl.ts';
import { parseXml } from './xml.ts';

const XML = 'text/xml; charset=utf-8';

/** The operation a body names, for the log and for faults; cheap, and right for what is well-formed. */
export const operationName = (body: string): string | null => /<(?:\w+:)?Body[^>]*>\s*<(?:[\w-]+:)?(\w+)/.exec(body)?.[1] ?? null;

/**
 * Answers a SOAP request, all or nothing. Faults are always HTTP 500 (contract section 1.5).
 *
 * In   services  by path
 */
export function handleSoap(
  world: World,
  services: ReadonlyMap<string, Service>,
  user: World['seed']['users'][number],
  request: Request,
): Answer {
  const service = services.get(request.path);
  if (!service)
    return {
      status: 404,
      headers: { 'Content-Type': 'text/html; charset=utf-8' },
      body: '<html><body><h2>Error 404--Not Found</h2></body></html>',
    };
  if (request.method === 'GET') {
    const asksForWsdl = [...request.query.keys()].some((name) => name.toLowerCase() === 'wsdl');
    if (asksForWsdl)
      return { status: 200, headers: { 'Content-Type': XML }, body: wsdl(service, `${request.origin}${service.path}`) };
    return { status: 405, headers: { Allow: 'POST' }, body: '' };
  }
  if (request.method !== 'POST') return { status: 405, headers: { Allow: 'GET, POST' }, body: '' };
  try {
    const answer = call(world, service, user, request);
    return world.switches.soapMtom === 'on' && answer.status === 200 ? asMultipart(answer) : answer;
  } catch (error) {
    if (!(error instanceof OracleError)) throw error;
    return { status: 500, headers: { 'Content-Type': XML }, body: faultEnvelope(error.issues) };
  }
}

function call(world: World, service: Service, user: World['seed']['users'][number], request: Request): Answer {
  let element: ReturnType<typeof operationElement>;
  try {
    element = operationElement(parseXml(request.body));
  } catch (error) {
    return fault(unknownMethod(`the request can't be read: ${error instanceof Error ? error.message : String(error)}`));
  }
  const operation = Object.hasOwn(service.operations, element.name) ? service.operations[element.name] : undefined;
  const action = (request.headers.soapaction ?? '').replaceAll('"', '').trim();
  if (!operation || element.namespace !== service.typesNamespace)
    return fault(unknownMethod(`{${element.namespace}}${element.name}`));
  if (action !== '' && action !== `${service.actionBase}${element.name}`) return fault(unknownMethod(action));
  const values = world.db.transaction(() => {
    const parameters = readParameters(service, operation, element, world.switches.soapWrapper === 'any');
    return operation.run(startCall(world, user, 4), parameters);
  })();
  return { status: 200, headers: { 'Content-Type': XML }, body: answerEnvelope(service, element.name, operation, values) };
}

const fault = (body: string): Answer => ({ status: 500, headers: { 'Content-Type': XML }, body });

/** The envelope as the only part of an MTOM package, as some pods answer (contract section 5.3). */
function asMultipart(answer: Answer): Answer {
  const boundary = `----=_Part_${randomUUID()}`;
  const body = `--${boundary}\r\nContent-Type: application/xop+xml;charset=UTF-8;type="text/xml"\r\nContent-Transfer-Encoding: 8bit\r\nContent-ID: <root>\r\n\r\n${answer.body}\r\n--${boundary}--\r\n`;
  const type = `multipart/related; start="<root>"; type="application/xop+xml"; boundary="${boundary}"; start-info="text/xml"`;
  return { ...answer, headers: { 'Content-Type': type }, body };
}
