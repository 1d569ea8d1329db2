import { childOf, childrenOf, findAll, readXml, type XmlNode } from './xml.ts';

/** What a service's description says about its operations and data objects. */
export interface ServiceDescription {
  operations: DescribedOperation[];
  types: DescribedType[];
}

export interface DescribedOperation {
  name: string;
  soapAction: string | null;
  /** Namespace of the request element. */
  namespace: string | null;
  /** Elements directly inside the request element, with the local name of their type. */
  parts: { name: string; type: string }[];
}

export interface DescribedType {
  name: string;
  namespace: string | null;
  /** Child elements in the order of the schema. */
  fields: string[];
}

/** Reads WSDL 1.1 and the schemas it consists of, given as texts (the WSDL and every schema it imports). Pure. */
export function readDescription(texts: readonly string[]): ServiceDescription {
  const documents = texts.map((text) => readXml(text)).filter((document) => document !== undefined);
  const schemas = documents.flatMap((document) => findAll(document, 'schema'));
  const elements = schemas.flatMap((schema) =>
    childrenOf(schema, 'element').map((element) => ({ element, namespace: attribute(schema, 'targetNamespace') })),
  );
  const named = schemas.flatMap((schema) =>
    childrenOf(schema, 'complexType').map((type) => ({ type, namespace: attribute(schema, 'targetNamespace') })),
  );
  const actions = new Map<string, string>();
  for (const binding of documents.flatMap((document) => findAll(document, 'binding'))) {
    for (const operation of childrenOf(binding, 'operation')) {
      const action = attribute(childOf(operation, 'operation'), 'soapAction');
      const name = attribute(operation, 'name');
      if (name && action) actions.set(name, action);
    }
  }
  const names = documents.flatMap((document) => findAll(document, 'portType')).flatMap((port) => childrenOf(port, 'operation'));
  const operations = [...new Set(names.map((operation) => attribute(operation, 'name')).filter((name) => name !== null))].map(
    (name) => {
      const found = elements.find(({ element }) => attribute(element, 'name') === name);
      const typeName = localName(attribute(found?.element, 'type'));
      const type =
        childOf(found?.element, 'complexType') ?? named.find((each) => attribute(each.type, 'name') === typeName)?.type;
      return { name, soapAction: actions.get(name) ?? null, namespace: found?.namespace ?? null, parts: partsOf(type) };
    },
  );
  const types = named.map(({ type, namespace }) => ({
    name: attribute(type, 'name') ?? '',
    namespace,
    fields: partsOf(type).map((part) => part.name),
  }));
  return { operations, types };
}

/** Addresses of the documents that a WSDL or schema takes in. */
export function importsOf(text: string): string[] {
  const document = readXml(text);
  const nodes = ['import', 'include'].flatMap((name) => findAll(document, name));
  return nodes
    .map((node) => attribute(node, 'schemaLocation') ?? attribute(node, 'location'))
    .filter((location) => location !== null);
}

function partsOf(type: XmlNode | undefined): { name: string; type: string }[] {
  const group = childOf(type, 'sequence') ?? childOf(childOf(childOf(type, 'complexContent'), 'extension'), 'sequence');
  return childrenOf(group, 'element').map((element) => ({
    name: attribute(element, 'name') ?? '',
    type: localName(attribute(element, 'type')) ?? '',
  }));
}

function attribute(node: XmlNode | undefined, name: string): string | null {
  if (node === undefined || typeof node === 'string') return null;
  const value = node[`@_${name}`];
  return typeof value === 'string' ? value : null;
}

const localName = (name: string | null): string | null => name?.split(':').at(-1) ?? null;
