import { XMLParser, XMLValidator } from 'fast-xml-parser';

/** An element with its namespace resolved. */
export interface Element {
  namespace: string;
  name: string;
  text: string;
  /** xsi:nil="true": the value is to be cleared. */
  nil: boolean;
  children: Element[];
}

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
});

type RawNode = Record<string, unknown>;
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';

/** Parses a document; fails with an Error on anything that is not well-formed, and on any document type declaration. */
export function parseXml(text: string): Element {
  if (text.includes('<!DOCTYPE')) throw new Error('a document type declaration is not allowed');
  const valid = XMLValidator.validate(text);
  if (valid !== true) throw new Error(valid.err.msg);
  const roots = (parser.parse(text) as RawNode[]).flatMap((node) => toElement(node, new Map()));
  const [root] = roots;
  if (!root) throw new Error('there is no element');
  return root;
}

function toElement(node: RawNode, outer: ReadonlyMap<string, string>): Element[] {
  const tag = Object.keys(node).find((key) => key !== ':@');
  if (tag === undefined || tag.startsWith('#') || tag.startsWith('?')) return [];
  const attributes = (node[':@'] ?? {}) as Record<string, string>;
  const scope = new Map(outer);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === 'xmlns') scope.set('', value);
    else if (name.startsWith('xmlns:')) scope.set(name.slice(6), value);
  }
  const { namespace, local } = resolve(tag, scope, true);
  const inner = node[tag] as RawNode[];
  const nil = Object.entries(attributes).some(([name, value]) => {
    if (name === 'xmlns' || name.startsWith('xmlns:')) return false;
    const resolved = resolve(name, scope, false);
    return resolved.namespace === XSI && resolved.local === 'nil' && (value === 'true' || value === '1');
  });
  return [
    {
      namespace,
      name: local,
      nil,
      text: inner.map((child) => (typeof child['#text'] === 'string' ? child['#text'] : '')).join(''),
      children: inner.flatMap((child) => toElement(child, scope)),
    },
  ];
}

function resolve(name: string, scope: ReadonlyMap<string, string>, isElement: boolean): { namespace: string; local: string } {
  const colon = name.indexOf(':');
  if (colon < 0) return { namespace: isElement ? (scope.get('') ?? '') : '', local: name };
  const prefix = name.slice(0, colon);
  const namespace = scope.get(prefix);
  if (namespace === undefined) throw new Error(`the prefix ${prefix} is bound to no namespace`);
  return { namespace, local: name.slice(colon + 1) };
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Text for element content and attribute values; characters XML cannot hold are left out. */
export const escapeXml = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the ones XML 1.0 does not allow
  text.replace(/[\u0000-\u0008\u000B\u000C\u000E-\u001F\uFFFE\uFFFF]/g, '').replace(/[&<>"']/g, (char) => ESCAPES[char] ?? char);
