import { ADF_TYPES } from './envelope.ts';
import { type DataObject, isDataObject, type Parameter, type Service, type SimpleType } from './model.ts';

const XSD: Record<SimpleType, string> = {
  string: 'xsd:string',
  long: 'xsd:long',
  int: 'xsd:int',
  decimal: 'xsd:decimal',
  boolean: 'xsd:boolean',
  date: 'adf:date-Date',
};

/** The WSDL of a service with its schemas inline: element names and order are the descriptions'. */
export function wsdl(service: Service, url: string): string {
  const objects = new Map<string, DataObject>();
  for (const operation of Object.values(service.operations)) {
    collect(operation.result, objects);
    for (const parameter of Object.values(operation.parameters)) if (isDataObject(parameter)) collect(parameter, objects);
  }
  const namespaces = [...new Set([...objects.values()].map((object) => object.namespace))];
  const prefixes = new Map(namespaces.map((namespace, index) => [namespace, `ns${index + 1}`]));
  const results = new Set(Object.values(service.operations).map((operation) => operation.result));
  const declared = namespaces.map((namespace) => `xmlns:${prefixes.get(namespace)}="${namespace}"`).join(' ');
  const schemas = namespaces.map((namespace) => objectSchema(namespace, objects, prefixes, results, service)).join('');
  const names = Object.keys(service.operations);
  return `<?xml version="1.0" encoding="UTF-8"?>
<wsdl:definitions name="${service.name}" targetNamespace="${service.namespace}" xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/" xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:adf="${ADF_TYPES}" xmlns:tns="${service.namespace}" xmlns:types="${service.typesNamespace}" ${declared}>
<wsdl:types>${adfSchema()}${schemas}${typesSchema(service, prefixes)}</wsdl:types>
${names.map(messages).join('\n')}
<wsdl:portType name="${service.name}">
${names.map((name) => `<wsdl:operation name="${name}"><wsdl:input message="tns:${name}"/><wsdl:output message="tns:${name}Response"/></wsdl:operation>`).join('\n')}
</wsdl:portType>
<wsdl:binding name="${service.name}SoapHttp" type="tns:${service.name}">
<soap:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/>
${names.map((name) => `<wsdl:operation name="${name}"><soap:operation soapAction="${service.actionBase}${name}"/><wsdl:input><soap:body use="literal"/></wsdl:input><wsdl:output><soap:body use="literal"/></wsdl:output></wsdl:operation>`).join('\n')}
</wsdl:binding>
<wsdl:service name="${service.name}"><wsdl:port name="${service.name}SoapHttpPort" binding="tns:${service.name}SoapHttp"><soap:address location="${url}"/></wsdl:port></wsdl:service>
</wsdl:definitions>
`;
}

function collect(object: DataObject, into: Map<string, DataObject>): void {
  const key = `{${object.namespace}}${object.name}`;
  if (into.has(key)) return;
  into.set(key, object);
  for (const type of Object.values(object.fields)) if (typeof type !== 'string') collect(type.object, into);
}

const messages = (name: string): string =>
  `<wsdl:message name="${name}"><wsdl:part name="parameters" element="types:${name}"/></wsdl:message>` +
  `<wsdl:message name="${name}Response"><wsdl:part name="parameters" element="types:${name}Response"/></wsdl:message>`;

function objectSchema(
  namespace: string,
  objects: ReadonlyMap<string, DataObject>,
  prefixes: ReadonlyMap<string, string>,
  results: ReadonlySet<DataObject>,
  service: Service,
): string {
  const mine = [...objects.values()].filter((object) => object.namespace === namespace);
  const own = mine.map((object) => complexType(object, prefixes)).join('');
  // Results are declared in the service's own namespace, once per data object that comes back.
  const wrapped =
    namespace === service.namespace
      ? [...results]
          .map(
            (object) =>
              `<xsd:complexType name="${object.name}Result"><xsd:sequence><xsd:element name="Value" type="${prefixes.get(object.namespace)}:${object.name}" minOccurs="0" maxOccurs="unbounded"/></xsd:sequence></xsd:complexType>`,
          )
          .join('')
      : '';
  return `<xsd:schema targetNamespace="${namespace}" elementFormDefault="qualified">${own}${wrapped}</xsd:schema>`;
}

function complexType(object: DataObject, prefixes: ReadonlyMap<string, string>): string {
  const elements = Object.entries(object.fields).map(([name, type]) => {
    if (typeof type === 'string') return `<xsd:element name="${name}" type="${XSD[type]}" minOccurs="0" nillable="true"/>`;
    const many = type.many ? ' maxOccurs="unbounded"' : '';
    return `<xsd:element name="${name}" type="${prefixes.get(type.object.namespace)}:${type.object.name}" minOccurs="0"${many}/>`;
  });
  return `<xsd:complexType name="${object.name}"><xsd:sequence>${elements.join('')}</xsd:sequence></xsd:complexType>`;
}

function typesSchema(service: Service, prefixes: ReadonlyMap<string, string>): string {
  const typeOf = (parameter: Parameter): string => {
    if (isDataObject(parameter)) return `${prefixes.get(parameter.namespace)}:${parameter.name}`;
    if (parameter === 'findCriteria') return 'adf:FindCriteria';
    return parameter === 'findControl' ? 'adf:FindControl' : XSD[parameter];
  };
  const elements = Object.entries(service.operations).map(([name, operation]) => {
    const parameters = Object.entries(operation.parameters).map(
      ([parameter, type]) => `<xsd:element name="${parameter}" type="${typeOf(type)}"/>`,
    );
    const result = `<xsd:element name="result" type="${prefixes.get(service.namespace) ?? 'tns'}:${operation.result.name}Result"/>`;
    return (
      `<xsd:element name="${name}"><xsd:complexType><xsd:sequence>${parameters.join('')}</xsd:sequence></xsd:complexType></xsd:element>` +
      `<xsd:element name="${name}Response"><xsd:complexType><xsd:sequence>${result}</xsd:sequence></xsd:complexType></xsd:element>`
    );
  });
  return `<xsd:schema targetNamespace="${service.typesNamespace}" elementFormDefault="qualified">${elements.join('')}</xsd:schema>`;
}

/** What all ADF services share: dates and find criteria. */
const adfSchema = (): string =>
  `<xsd:schema targetNamespace="${ADF_TYPES}" elementFormDefault="qualified"><xsd:simpleType name="date-Date"><xsd:restriction base="xsd:date"/></xsd:simpleType>` +
  '<xsd:complexType name="ViewCriteriaItem"><xsd:sequence><xsd:element name="conjunction" type="xsd:string" minOccurs="0"/><xsd:element name="upperCaseCompare" type="xsd:boolean"/><xsd:element name="attribute" type="xsd:string"/><xsd:element name="operator" type="xsd:string"/><xsd:element name="value" type="xsd:string" minOccurs="0" maxOccurs="unbounded"/></xsd:sequence></xsd:complexType>' +
  '<xsd:complexType name="ViewCriteriaRow"><xsd:sequence><xsd:element name="conjunction" type="xsd:string" minOccurs="0"/><xsd:element name="upperCaseCompare" type="xsd:boolean"/><xsd:element name="item" type="adf:ViewCriteriaItem" maxOccurs="unbounded"/></xsd:sequence></xsd:complexType>' +
  '<xsd:complexType name="ViewCriteria"><xsd:sequence><xsd:element name="conjunction" type="xsd:string" minOccurs="0"/><xsd:element name="group" type="adf:ViewCriteriaRow" maxOccurs="unbounded"/></xsd:sequence></xsd:complexType>' +
  '<xsd:complexType name="FindCriteria"><xsd:sequence><xsd:element name="fetchStart" type="xsd:int"/><xsd:element name="fetchSize" type="xsd:int"/><xsd:element name="filter" type="adf:ViewCriteria" minOccurs="0"/><xsd:element name="findAttribute" type="xsd:string" minOccurs="0" maxOccurs="unbounded"/><xsd:element name="excludeAttribute" type="xsd:boolean" minOccurs="0"/></xsd:sequence></xsd:complexType>' +
  '<xsd:complexType name="FindControl"><xsd:sequence><xsd:element name="retrieveAllTranslations" type="xsd:boolean" minOccurs="0"/></xsd:sequence></xsd:complexType></xsd:schema>';
