import { XMLBuilder, XMLParser } from 'fast-xml-parser';

/** Parsed XML without namespace prefixes: text, or children by local name (repeated ones as an array), attributes as `@_name`. */
export type XmlNode = string | XmlElement;
export interface XmlElement {
  [name: string]: XmlNode | XmlNode[];
}

// No value is turned into a number: ids have more digits than a number holds. Entities: the five of XML and character references;
// those of a DOCTYPE are limited by the library and an external one is never fetched.
const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: false,
  parseTagValue: false,
  parseAttributeValue: false,
  htmlEntities: true,
  ignoreDeclaration: true,
  ignorePiTags: true,
});
const builder = new XMLBuilder({ ignoreAttributes: false, suppressEmptyNode: true, suppressBooleanAttributes: false });

/** Undefined for text that is no XML. */
export function readXml(text: string): XmlElement | undefined {
  try {
    const parsed = parser.parse(text, true) as XmlElement;
    return Object.keys(parsed).length > 0 ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Text from nested objects; names carry their prefix, `@_` marks attributes. */
export const writeXml = (tree: object): string => String(builder.build(tree));

export function childrenOf(node: XmlNode | undefined, name: string): XmlNode[] {
  if (node === undefined || typeof node === 'string') return [];
  const found = node[name];
  return found === undefined ? [] : Array.isArray(found) ? found : [found];
}

export const childOf = (node: XmlNode | undefined, name: string): XmlNode | undefined => childrenOf(node, name)[0];

/** The text of an element; null when it is absent, empty or `xsi:nil`. */
export function textOf(node: XmlNode | undefined): string | null {
  if (node === undefined) return null;
  if (typeof node === 'string') return node === '' ? null : node;
  if (node['@_nil'] === 'true') return null;
  const text = node['#text'];
  return typeof text === 'string' && text !== '' ? text : null;
}

export const childText = (node: XmlNode | undefined, name: string): string | null => textOf(childOf(node, name));

/** All elements of a name, at any depth, in document order. */
export function findAll(node: XmlNode | undefined, name: string): XmlNode[] {
  if (node === undefined || typeof node === 'string') return [];
  return Object.entries(node).flatMap(([key, value]) => {
    const nodes = Array.isArray(value) ? value : [value];
    return nodes.flatMap((each) => (key === name ? [each, ...findAll(each, name)] : findAll(each, name)));
  });
}
