import type { AttributeType } from '../attribute-type.ts';
import { readDecimal, writeDecimal } from '../decimal.ts';
import type { ResourceDefinition } from '../definitions.ts';
import type { Issues } from '../errors.ts';
import { isJsonObject, type Json, JsonNumber, type JsonObject } from '../json.ts';
import type { Call } from '../world.ts';
import { mayWrite } from './write-rules.ts';

/** A value of an attribute; numbers are their digits. */
export type Value = string | boolean | null;

/** A request body, checked against the definition. */
export interface Payload {
  values: Map<string, Value>;
  children: Map<string, Payload[]>;
  /** JSON pointer to this object: "" for the header, /receivablesInvoiceLines/0 for the first line. */
  at: string;
}

/** Text of an attribute; undefined when absent or null. */
export function text(payload: Payload, name: string): string | undefined {
  const value = payload.values.get(name);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

export const childPayloads = (payload: Payload, name: string): Payload[] => payload.children.get(name) ?? [];

/**
 * Checks a JSON object against a definition: names, types, lengths, what may be written, what is required.
 *
 * Out   the payload; what is wrong with it is in `issues`
 */
export function readPayload(
  call: Call,
  definition: ResourceDefinition,
  json: JsonObject,
  mode: 'create' | 'update',
  issues: Issues,
  at = '',
): Payload {
  const payload: Payload = { values: new Map(), children: new Map(), at };
  for (const name of Object.keys(json)) {
    const value = json[name] as Json;
    const path = `${at}/${name}`;
    const child = definition.children.get(name);
    const type = definition.attributes.get(name);
    if (child) {
      payload.children.set(name, readChildren(call, child, value, mode, issues, path));
    } else if (type === undefined && !definition.writableOnCreate?.has(name)) {
      issues.add(null, `Invalid attribute "${name}" in the payload.`, path);
    } else if (!mayWrite(definition, name, mode)) {
      issues.add('SBX_READ_ONLY', `The attribute ${name} can't be ${mode === 'create' ? 'set' : 'updated'}.`, path);
    } else {
      readValue(call, payload, name, type ?? 'string', value, definition.maxLength.get(name), issues, path);
    }
  }
  if (mode === 'create') {
    for (const name of definition.requiredOnCreate) {
      if (payload.values.get(name) == null && !looserThanDefinition(definition, name)) {
        issues.add(requiredCode(definition, name), `You must provide a value for the attribute ${name}.`, `${at}/${name}`);
      }
    }
  }
  return payload;
}

/** Oracle's own samples leave these out though the definition requires them (contract section 13). */
const looserThanDefinition = (definition: ResourceDefinition, name: string): boolean =>
  (definition.path === 'standardReceipts' && name === 'ReceiptDate') ||
  (definition.path === 'receivablesCreditMemos' && name === 'TransactionNumber');

/** The receipt service names its own message; the framework's mandatory check answers a bare JBO number (section 10 #22, #28). */
const requiredCode = (definition: ResourceDefinition, name: string): string =>
  definition.path === 'standardReceipts' && name !== 'Amount' ? 'FND_CMN_REQ_ATTRIB_API_SERV' : '27014';

function readChildren(
  call: Call,
  child: ResourceDefinition,
  value: Json,
  mode: 'create' | 'update',
  issues: Issues,
  path: string,
): Payload[] {
  if (mode === 'update') {
    issues.add('SBX_READ_ONLY', `The child ${child.name} can only be given when its parent is created.`, path);
    return [];
  }
  if (!child.verbs.create) {
    issues.add('SBX_READ_ONLY', `The child ${child.name} can't be set.`, path);
    return [];
  }
  const list = isJsonObject(value) && Array.isArray(value.items) ? value.items : value;
  if (list === null) return [];
  if (!Array.isArray(list)) {
    issues.add('SBX_WRONG_TYPE', `The child ${child.name} must be an array.`, path);
    return [];
  }
  const rows: Payload[] = [];
  for (const [index, row] of list.entries()) {
    const at = `${path}/${index}`;
    if (isJsonObject(row)) rows.push(readPayload(call, child, row, mode, issues, at));
    else issues.add('SBX_WRONG_TYPE', `An item of ${child.name} must be an object.`, at);
  }
  return rows;
}

function readValue(
  call: Call,
  payload: Payload,
  name: string,
  type: AttributeType,
  value: Json,
  maxLength: number | undefined,
  issues: Issues,
  path: string,
): void {
  const read = value === null ? null : convert(call, name, type, value);
  if (read === undefined) {
    issues.add('SBX_WRONG_TYPE', `The value of the attribute ${name} isn't a valid ${isDate(name, type) ? 'date' : type}.`, path);
    return;
  }
  if (typeof read === 'string' && maxLength !== undefined && read.length > maxLength) {
    issues.add(
      'SBX_TOO_LONG',
      `The value of the attribute ${name} has ${read.length} characters, at most ${maxLength} are allowed.`,
      path,
    );
    return;
  }
  payload.values.set(name, read);
}

/** Undefined when the value is not of the type. Numbers may be quoted, as Oracle's samples do (contract section 1.3). */
function convert(call: Call, name: string, type: AttributeType, value: Json): Value | undefined {
  const written = value instanceof JsonNumber ? value.text : value;
  if (type === 'boolean')
    return typeof written === 'boolean' ? written : written === 'true' ? true : written === 'false' ? false : undefined;
  if (typeof written !== 'string') return undefined;
  if (type === 'number' || type === 'integer') {
    const decimal = readDecimal(written);
    if (!decimal) return undefined;
    const digits = writeDecimal(decimal);
    return type === 'integer' && digits.includes('.') ? undefined : digits;
  }
  if (value instanceof JsonNumber && call.world.switches.numberForText === 'refuse') return undefined;
  if (isDate(name, type) && written !== '') return readDate(written);
  return written;
}

const isDate = (name: string, type: AttributeType): boolean =>
  type === 'string' && /Date$/.test(name) && !name.startsWith('CreditCard');

/** YYYY-MM-DD, also from a timestamp; undefined when no such day exists. */
export function readDate(written: string): string | undefined {
  const parts = /^(\d{4}-\d{2}-\d{2})(?:T[0-9:.]+(?:Z|[+-]\d{2}:?\d{2})?)?$/.exec(written);
  const day = parts?.[1];
  if (day === undefined) return undefined;
  const time = Date.parse(`${day}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(day) ? day : undefined;
}
