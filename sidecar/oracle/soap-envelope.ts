import { childOf, readXml, writeXml, type XmlNode } from './xml.ts';

const ENVELOPE = 'http://schemas.xmlsoap.org/soap/envelope/';

/** A child element of a request: text, `null` for `xsi:nil` (which clears the attribute), or nested elements. Absent stays absent. */
export type SoapValue = string | null | SoapElement | SoapElement[];
export interface SoapElement {
  [prefixedName: string]: SoapValue;
}

/**
 * A SOAP 1.1 request.
 *
 * In      namespaces  prefix -> namespace; body  one element, names with their prefix
 */
export function writeEnvelope(namespaces: Record<string, string>, body: SoapElement): string {
  const declared = Object.fromEntries(Object.entries(namespaces).map(([prefix, uri]) => [`@_xmlns:${prefix}`, uri]));
  return writeXml({
    'soapenv:Envelope': {
      '@_xmlns:soapenv': ENVELOPE,
      '@_xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
      ...declared,
      'soapenv:Body': nilMarked(body),
    },
  });
}

function nilMarked(value: SoapValue): unknown {
  if (value === null) return { '@_xsi:nil': 'true' };
  if (Array.isArray(value)) return value.map(nilMarked);
  if (typeof value === 'string') return value;
  return Object.fromEntries(Object.entries(value).map(([name, child]) => [name, nilMarked(child)]));
}

/** The envelope element of an answer; undefined when there is none. Fusion answers plain XML or MTOM multipart, as it likes. */
export function soapRoot(contentType: string, text: string): XmlNode | undefined {
  return childOf(readXml(/^\s*multipart\//i.test(contentType) ? rootPart(contentType, text) : text.trim()), 'Envelope');
}

/** The XML part of a multipart/related answer (RFC 2387): the one named by `start`, else the first that is XML. */
function rootPart(contentType: string, text: string): string {
  const parameter = (name: string) => new RegExp(`\\b${name}="?([^";]+)"?`, 'i').exec(contentType)?.[1];
  const boundary = parameter('boundary');
  if (!boundary) return text;
  const start = parameter('start');
  const parts = text.split(`--${boundary}`).map((part) => {
    const [head = '', ...body] = part.replace(/^\r?\n/, '').split(/\r?\n\r?\n/);
    return { head, body: body.join('\n\n').trim() };
  });
  const wanted = start ? parts.find((part) => part.head.includes(start)) : undefined;
  return (wanted ?? parts.find((part) => part.body.startsWith('<')))?.body ?? text;
}
