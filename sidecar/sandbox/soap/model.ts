import type { Call } from '../world.ts';

/** How SOAP services are described here: WSDL, reading and writing of envelopes all come from these descriptions. */
export type SimpleType = 'string' | 'long' | 'int' | 'decimal' | 'boolean' | 'date';

/** A service data object: named fields, in the namespace its own elements are in. */
export interface DataObject {
  name: string;
  namespace: string;
  fields: Record<string, SimpleType | Nested>;
}
/** Describes a data object; fields in the order of the published schema where it is known. */
export const dataObject = (name: string, namespace: string, fields: DataObject['fields']): DataObject => ({
  name,
  namespace,
  fields,
});

export interface Nested {
  object: DataObject;
  many: boolean;
}

/** A value of a data object: absent fields are not there, null stands for xsi:nil. */
export interface SoapValue {
  [field: string]: string | null | SoapValue | SoapValue[];
}

export type Parameter = SimpleType | DataObject | 'findCriteria' | 'findControl';

export interface Operation {
  /** In order, by element name. */
  parameters: Record<string, Parameter>;
  /** What comes back below result/Value, as often as there are values. */
  result: DataObject;
  run(call: Call, parameters: SoapValue): SoapValue[];
}

export interface Service {
  /** Path below the host: /fscmService/CreditMemoService. */
  path: string;
  name: string;
  namespace: string;
  typesNamespace: string;
  /** What SOAPAction starts with; the operation's name follows. */
  actionBase: string;
  operations: Record<string, Operation>;
}

/** A service under /fscmService: types in `types/`, actions right below the namespace. */
export const financials = (
  name: string,
  serviceName: string,
  namespace: string,
  operations: Record<string, Operation>,
): Service => ({
  path: `/fscmService/${name}`,
  name: serviceName,
  namespace,
  typesNamespace: `${namespace}types/`,
  actionBase: namespace,
  operations,
});

/** A service under /crmService: types and actions below applicationModule/. */
export const tradingCommunity = (
  name: string,
  serviceName: string,
  namespace: string,
  operations: Record<string, Operation>,
): Service => ({
  path: `/crmService/${name}`,
  name: serviceName,
  namespace,
  typesNamespace: `${namespace}applicationModule/types/`,
  actionBase: `${namespace}applicationModule/`,
  operations,
});

export const isDataObject = (parameter: Parameter): parameter is DataObject => typeof parameter === 'object';

/** Text of a field; undefined when absent, empty or nil. */
export function field(value: SoapValue, name: string): string | undefined {
  const found = value[name];
  return typeof found === 'string' && found !== '' ? found : undefined;
}

/** Nested objects of a field, as a list. */
export function nested(value: SoapValue, name: string): SoapValue[] {
  const found = value[name];
  if (Array.isArray(found)) return found;
  return typeof found === 'object' && found !== null ? [found] : [];
}

export const nestedOne = (object: DataObject): Nested => ({ object, many: false });
export const nestedMany = (object: DataObject): Nested => ({ object, many: true });
