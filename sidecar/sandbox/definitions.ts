import { readdirSync, readFileSync } from 'node:fs';
import type { AttributeType } from './attribute-type.ts';
import { ACTION_SINCE, ADDED_CHILDREN, ADDED_FINDERS } from './definitions-supplement.ts';

/**
 * The one loader of Oracle's machine-readable API definition (definitions/*.json, contract section 13). Answers, validation,
 * query checks and `describe` are all driven by what it returns; only behaviour is written by hand.
 */
export interface ResourceDefinition {
  name: string;
  /** Names from the top, joined by dots: receivablesInvoices.receivablesInvoiceLines. */
  path: string;
  context: 'fscmRestApi' | 'crmRestApi';
  attributes: Map<string, AttributeType>;
  children: Map<string, ResourceDefinition>;
  /** One attribute: the key is its value. Several, or `opaque`: the key is a hash that clients must not build. */
  key: { attributes: string[]; opaque: boolean };
  /** Attributes `q` may filter on; `all` where the source lists none and so says nothing. */
  queryable: Map<string, AttributeType> | 'all';
  finders: Map<string, Map<string, AttributeType>>;
  verbs: { list: boolean; get: boolean; create: boolean; update: boolean; remove: boolean };
  actions: Map<string, ActionDefinition>;
  /** Null: every attribute that is not read-only by rule may be sent. */
  writableOnCreate: Set<string> | null;
  requiredOnCreate: Set<string>;
  maxLength: Map<string, number>;
}

export interface ActionDefinition {
  name: string;
  level: 'item' | 'collection';
  /** Null where the definition names no parameters. */
  parameters: Map<string, AttributeType> | null;
  /** First release that documents it, such as 26c; null: in every edition read. */
  since: string | null;
}

export type Definitions = Map<string, ResourceDefinition>;

interface RawOperation {
  method: string;
  path: string;
  response?: unknown;
  request?: Record<string, string>;
  queryable?: Record<string, AttributeType>;
  finders?: Record<string, Record<string, AttributeType>>;
  since?: string;
}
interface RawLengths {
  [name: string]: number | RawLengths;
}
interface RawResource {
  resource: string;
  operations: RawOperation[];
  writableOnCreate?: string[];
  requiredOnCreate?: string[];
  maxLength?: RawLengths;
}
interface RawList {
  path: string | null;
  key: string | null;
  attributes: Record<string, AttributeType>;
  queryable: Record<string, AttributeType> | null;
  finders: Record<string, Record<string, AttributeType>>;
  seen: boolean;
  operations?: string[];
  children?: Record<string, Record<string, AttributeType>>;
}

const FOLDER = new URL('./definitions/', import.meta.url);

/** Reads every definition file. Called once at start; fails when a file is missing or is not JSON. */
export function loadDefinitions(): Definitions {
  const all: Definitions = new Map();
  for (const file of readdirSync(FOLDER).sort()) {
    const raw: unknown = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
    if (file === 'lov.json') {
      for (const [name, list] of Object.entries((raw as { resources: Record<string, RawList> }).resources)) {
        if (list.path !== null) all.set(name, fromList(name, list, list.path));
      }
    } else {
      const resource = fromResource(raw as RawResource);
      all.set(resource.name, resource);
    }
  }
  for (const [path, children] of Object.entries(ADDED_CHILDREN)) {
    const parent = findDefinition(all, path);
    for (const [name, child] of Object.entries(children)) addChild(parent, name, child.attributes, child.key);
  }
  for (const [name, finders] of Object.entries(ADDED_FINDERS)) {
    const resource = findDefinition(all, name);
    for (const [finder, variables] of Object.entries(finders)) resource.finders.set(finder, new Map(Object.entries(variables)));
  }
  return all;
}

/** The definition at a dotted path; throws when there is none, since only our own code and seeds name paths so. */
export function findDefinition(all: Definitions, path: string): ResourceDefinition {
  const [top = '', ...rest] = path.split('.');
  let found = all.get(top);
  for (const name of rest) found = found?.children.get(name);
  if (!found) throw new Error(`No such resource in the definitions: ${path}`);
  return found;
}

/** True when the release profile (25D, 26D) already has something first documented in `since` (26c). */
export const releasedIn = (profile: string, since: string | null): boolean =>
  since === null || since.toUpperCase() <= profile.toUpperCase();

function emptyDefinition(name: string, path: string, context: ResourceDefinition['context']): ResourceDefinition {
  return {
    name,
    path,
    context,
    attributes: new Map(),
    children: new Map(),
    key: { attributes: [], opaque: true },
    queryable: new Map(),
    finders: new Map(),
    verbs: { list: false, get: false, create: false, update: false, remove: false },
    actions: new Map(),
    writableOnCreate: null,
    requiredOnCreate: new Set(),
    maxLength: new Map(),
  };
}

function fromResource(raw: RawResource): ResourceDefinition {
  // Trading Community lives under the other context root (contract section 1.1).
  const context = raw.resource.startsWith('hub') ? 'crmRestApi' : 'fscmRestApi';
  const top = emptyDefinition(raw.resource, raw.resource, context);
  const keyNames = new Map<ResourceDefinition, string>();
  for (const operation of raw.operations) {
    const { target, parameter, action, level } = locate(top, operation.path);
    if (action !== null) {
      const since = operation.since ?? ACTION_SINCE[`${raw.resource}.${action}`] ?? null;
      const parameters = operation.request ? new Map(Object.entries(operation.request as Record<string, AttributeType>)) : null;
      target.actions.set(action, { name: action, level, parameters, since });
      continue;
    }
    if (parameter !== null) keyNames.set(target, parameter);
    readOperation(target, operation, parameter !== null);
  }
  eachDefinition(top, (definition) => settleKey(definition, keyNames.get(definition) ?? null));
  top.writableOnCreate = raw.writableOnCreate ? new Set(raw.writableOnCreate) : null;
  top.requiredOnCreate = new Set(raw.requiredOnCreate ?? []);
  readLengths(top, raw.maxLength ?? {});
  return top;
}

/** Walks /resource/:key/child/name/:key/action/name and makes the definitions on the way. */
function locate(top: ResourceDefinition, path: string) {
  const parts = path.split('/').slice(2);
  let target = top;
  let parameter: string | null = null;
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index] ?? '';
    if (part === 'child') {
      const name = parts[index + 1] ?? '';
      target = childOf(target, name);
      parameter = null;
      index += 1;
    } else if (part === 'action') {
      const level: ActionDefinition['level'] = parameter === null ? 'collection' : 'item';
      return { target, parameter, action: parts[index + 1] ?? '', level };
    } else {
      parameter = part.replace(/^:/, '');
    }
  }
  return { target, parameter, action: null, level: 'item' as const };
}

function childOf(parent: ResourceDefinition, name: string): ResourceDefinition {
  let child = parent.children.get(name);
  if (!child) {
    child = emptyDefinition(name, `${parent.path}.${name}`, parent.context);
    parent.children.set(name, child);
  }
  return child;
}

function readOperation(target: ResourceDefinition, operation: RawOperation, isItem: boolean): void {
  const { verbs } = target;
  if (operation.method === 'GET' && isItem) verbs.get = true;
  if (operation.method === 'GET' && !isItem) verbs.list = true;
  if (operation.method === 'POST') verbs.create = true;
  if (operation.method === 'PATCH') verbs.update = true;
  if (operation.method === 'DELETE') verbs.remove = true;
  if (operation.queryable) target.queryable = new Map(Object.entries(operation.queryable));
  for (const [finder, variables] of Object.entries(operation.finders ?? {})) {
    target.finders.set(finder, new Map(Object.entries(variables)));
  }
  const response = operation.response as Record<string, unknown> | undefined;
  if (!response) return;
  const isList = !isItem && operation.method === 'GET';
  readAttributes(target, (isList ? (response.items as unknown[])[0] : response) as Record<string, unknown>);
}

function readAttributes(target: ResourceDefinition, shape: Record<string, unknown>): void {
  for (const [name, type] of Object.entries(shape)) {
    if (Array.isArray(type)) {
      const inner = type[0] as Record<string, unknown> | undefined;
      // A nested list of objects is a child collection; some (AddressLocale) are known from answers only.
      if (inner && typeof inner === 'object') readAttributes(childOf(target, name), inner);
    } else if (typeof type === 'string') {
      target.attributes.set(name, type as AttributeType);
    }
  }
}

function settleKey(definition: ResourceDefinition, parameter: string | null): void {
  // A name that is taken further up the path gets a 2 behind it: CustomerTransactionLineId2.
  const name = parameter !== null && !definition.attributes.has(parameter) ? parameter.replace(/2$/, '') : parameter;
  if (name !== null && definition.attributes.has(name)) {
    definition.key = { attributes: [name], opaque: false };
    return;
  }
  const primary = definition.finders.get('PrimaryKey');
  definition.key = { attributes: [...(primary?.keys() ?? [])].filter((key) => definition.attributes.has(key)), opaque: true };
}

function eachDefinition(top: ResourceDefinition, visit: (definition: ResourceDefinition) => void): void {
  visit(top);
  for (const child of top.children.values()) eachDefinition(child, visit);
}

function readLengths(target: ResourceDefinition, lengths: RawLengths): void {
  for (const [name, length] of Object.entries(lengths)) {
    if (typeof length === 'number') target.maxLength.set(name, length);
    else readLengths(childOf(target, name), length);
  }
}

function fromList(name: string, raw: RawList, path: string): ResourceDefinition {
  const context = path.startsWith('/crmRestApi') ? 'crmRestApi' : 'fscmRestApi';
  const definition = emptyDefinition(name, name, context);
  definition.attributes = new Map(Object.entries(raw.attributes));
  definition.queryable = raw.queryable === null ? 'all' : new Map(Object.entries(raw.queryable));
  for (const [finder, variables] of Object.entries(raw.finders))
    definition.finders.set(finder, new Map(Object.entries(variables)));
  definition.verbs.list = true;
  definition.verbs.get = !raw.operations?.every((operation) => operation === 'GET collection');
  const key = raw.key ?? '';
  if (definition.attributes.has(key)) definition.key = { attributes: [key], opaque: false };
  else settleKey(definition, null);
  for (const [child, attributes] of Object.entries(raw.children ?? {})) addChild(definition, child, attributes, null);
  return definition;
}

function addChild(
  parent: ResourceDefinition,
  name: string,
  attributes: Record<string, AttributeType>,
  key: { name: string; writable: boolean } | null,
): void {
  const child = childOf(parent, name);
  child.attributes = new Map(Object.entries(attributes));
  child.queryable = 'all';
  child.verbs.list = true;
  child.verbs.get = true;
  if (key) {
    child.key = { attributes: [key.name], opaque: false };
    child.verbs.create = key.writable;
  } else {
    child.key = { attributes: [Object.keys(attributes)[0] ?? ''].filter((first) => first !== ''), opaque: false };
  }
}
