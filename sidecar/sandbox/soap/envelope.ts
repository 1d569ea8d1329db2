import { randomUUID } from 'node:crypto';
import { readDecimal } from '../decimal.ts';
import { type Issue, refuse, sentence } from '../errors.ts';
import { readDate } from '../rest/payload.ts';
import {
  type DataObject,
  isDataObject,
  type Operation,
  type Parameter,
  type Service,
  type SimpleType,
  type SoapValue,
} from './model.ts';
import { type Element, escapeXml } from './xml.ts';

export const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';
export const ADF_TYPES = 'http://xmlns.oracle.com/adf/svc/types/';
const ADF_ERRORS = 'http://xmlns.oracle.com/adf/svc/errors/';

/** The operation element of a request: the first element of the body. Fails with an Error when there is none. */
export function operationElement(envelope: Element): Element {
  if (envelope.name !== 'Envelope' || envelope.namespace !== SOAP) throw new Error('the document is no SOAP 1.1 envelope');
  const body = envelope.children.find((child) => child.name === 'Body' && child.namespace === SOAP);
  const [operation] = body?.children ?? [];
  if (!operation) throw new Error('the SOAP body is empty');
  return operation;
}

/** Reads the parameters of an operation by its description. Fails with an OracleError on elements or values that do not belong. */
export function readParameters(service: Service, operation: Operation, element: Element, anyWrapper: boolean): SoapValue {
  const names = Object.keys(operation.parameters);
  const read: SoapValue = {};
  for (const [index, child] of element.children.entries()) {
    const name = anyWrapper && element.children.length === 1 ? (names[index] ?? child.name) : child.name;
    const parameter = operation.parameters[name];
    if (!parameter || child.namespace !== service.typesNamespace) throw unexpected(child);
    read[name] = readParameter(child, parameter);
  }
  return read;
}

function readParameter(element: Element, parameter: Parameter): string | null | SoapValue {
  if (isDataObject(parameter)) return readObject(element, parameter);
  if (parameter === 'findCriteria' || parameter === 'findControl') return readCriteria(element);
  return readSimple(element, parameter);
}

function readObject(element: Element, object: DataObject): SoapValue {
  const value: SoapValue = {};
  for (const child of element.children) {
    const type = object.fields[child.name];
    if (type === undefined || child.namespace !== object.namespace) throw unexpected(child);
    if (typeof type === 'string') {
      value[child.name] = readSimple(child, type);
    } else if (type.many) {
      const list = value[child.name];
      value[child.name] = [...(Array.isArray(list) ? list : []), readObject(child, type.object)];
    } else {
      value[child.name] = readObject(child, type.object);
    }
  }
  return value;
}

/** findCriteria is a tree of its own namespace; its shape is kept, repeated elements become lists. */
function readCriteria(element: Element): SoapValue | string {
  if (element.children.length === 0) return element.text;
  const value: SoapValue = {};
  for (const child of element.children) {
    const inner = readCriteria(child);
    const before = value[child.name];
    if (typeof inner === 'string') value[child.name] = inner;
    else value[child.name] = [...(Array.isArray(before) ? before : []), inner];
  }
  return value;
}

function readSimple(element: Element, type: SimpleType): string | null {
  if (element.nil) return null;
  const text = element.text;
  if (text === '' || type === 'string') return text;
  const decimal = readDecimal(text);
  const good =
    type === 'date'
      ? readDate(text) !== undefined
      : type === 'boolean'
        ? ['true', 'false', '1', '0'].includes(text)
        : decimal !== null && (type === 'decimal' || decimal.scale === 0);
  if (!good) throw refuse('SBX_WRONG_TYPE', `The value ${text} of ${element.name} isn't a valid ${type}.`);
  return type === 'date' ? (readDate(text) ?? text) : text;
}

const unexpected = (element: Element) =>
  refuse('SBX_UNEXPECTED_ELEMENT', `The element {${element.namespace}}${element.name} isn't expected here.`);

/** The answer of an operation: result with one Value per data object. */
export function answerEnvelope(
  service: Service,
  operationName: string,
  operation: Operation,
  values: readonly SoapValue[],
): string {
  const { typesNamespace, namespace } = service;
  const inner = values.map((value) => writeObject('ns1:Value', value, operation.result, 2)).join('');
  const result = `<ns0:result xmlns:ns1="${namespace}">${inner}</ns0:result>`;
  return envelope(
    `${service.actionBase}/${service.name}/${operationName}Response`,
    `<ns0:${operationName}Response xmlns:ns0="${typesNamespace}">${result}</ns0:${operationName}Response>`,
  );
}

function envelope(action: string, body: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?>
<env:Envelope xmlns:env="${SOAP}" xmlns:wsa="http://www.w3.org/2005/08/addressing"><env:Header><wsa:Action>${escapeXml(action)}</wsa:Action><wsa:MessageID>urn:uuid:${randomUUID()}</wsa:MessageID></env:Header><env:Body>${body}</env:Body></env:Envelope>`;
}

/** An element holding a data object: its fields in the order of the description, in the object's own namespace. */
function writeObject(tag: string, value: SoapValue, object: DataObject, depth: number): string {
  const prefix = `ns${depth}`;
  const parts: string[] = [];
  for (const [name, type] of Object.entries(object.fields)) {
    const found = value[name];
    if (found === undefined) continue;
    const inner = `${prefix}:${name}`;
    if (found === null) {
      parts.push(`<${inner} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>`);
    } else if (typeof found === 'string') {
      parts.push(`<${inner}>${escapeXml(found)}</${inner}>`);
    } else if (typeof type === 'object') {
      for (const row of Array.isArray(found) ? found : [found]) parts.push(writeObject(inner, row, type.object, depth + 1));
    }
  }
  return `<${tag} xmlns:${prefix}="${object.namespace}">${parts.join('')}</${tag}>`;
}

/**
 * A fault as Oracle's services write it (contract section 5.3): HTTP 500, the message with its number inside, the first issue as
 * ServiceErrorMessage, the others below it.
 */
export function faultEnvelope(issues: readonly Issue[]): string {
  const [first = { code: null, detail: 'The request failed.' }] = issues;
  const message = faultText(first);
  const more = issues
    .slice(1)
    .map((issue) => errorMessage(issue, 'detail'))
    .join('');
  const body = `<env:Fault><faultcode>env:Server</faultcode><faultstring>${escapeXml(message)}</faultstring><detail>${errorMessage(first, 'ServiceErrorMessage', more)}</detail></env:Fault>`;
  return envelope('http://xmlns.oracle.com/adf/svc/errors/ServiceException', body);
}

function errorMessage(issue: Issue, element: string, more = ''): string {
  const attribute = issue.path?.split('/').at(-1);
  const named = attribute ? `<tns:attributeName>${escapeXml(attribute)}</tns:attributeName>` : '';
  const inner =
    element === 'detail'
      ? named
      : `<tns:detail><tns:message>${escapeXml(sentence(issue))}</tns:message>${named}</tns:detail>${more}`;
  return `<tns:${element} xmlns:tns="${ADF_ERRORS}"><tns:code>${escapeXml(issue.number ?? issue.code ?? '')}</tns:code><tns:message>${escapeXml(faultText(issue))}</tns:message><tns:severity>SEVERITY_ERROR</tns:severity>${inner}<tns:exceptionClassName>oracle.jbo.server.util.ValidationException</tns:exceptionClassName></tns:${element}>`;
}

/** JBO-AR:::AR_RAPI_RCPT_NUM_INVALID: <MESSAGE><NUMBER>AR-855742</NUMBER><TEXT>...</TEXT>...; bare JBO codes stand as they are. */
function faultText(issue: Issue): string {
  const name = issue.code ?? issue.number ?? 'FND_GENERIC_MESSAGE';
  if (/^JBO-/.test(name)) return `${name}: ${issue.detail}`;
  const product = /^([A-Z]+)[_-]/.exec(name)?.[1] ?? 'FND';
  const number = issue.number ? `<NUMBER>${issue.number}</NUMBER>` : '';
  return `JBO-${product}:::${name}: <MESSAGE>${number}<TEXT>${issue.detail.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</TEXT><CAUSE></CAUSE><ACTION></ACTION><DETAILS></DETAILS><INCIDENT></INCIDENT></MESSAGE>`;
}

/** The fault for a namespace, operation or SOAPAction that nobody knows (contract section 10 #38). */
export const unknownMethod = (what: string): string =>
  envelope(
    'http://schemas.xmlsoap.org/soap/envelope/fault',
    `<env:Fault><faultcode>env:Client</faultcode><faultstring>Unknown method: ${escapeXml(what)}</faultstring></env:Fault>`,
  );
