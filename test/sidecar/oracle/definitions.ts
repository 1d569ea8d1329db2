import { readFileSync } from 'node:fs';

/** Oracle's machine-readable definitions (test/fixtures/oracle-rest), for the contract test of every request the client can build. */
export interface Operation {
  method: string;
  path: string;
  queryable?: Record<string, string>;
  finders?: Record<string, Record<string, string>>;
  request?: Record<string, string>;
  response?: Shape;
  since?: string;
}
export interface Shape {
  [name: string]: string | Shape[];
}
type MaxLength = { [name: string]: number | MaxLength };
export interface Definition {
  resource: string;
  operations: Operation[];
  writableOnCreate?: string[];
  requiredOnCreate?: string[];
  maxLength?: MaxLength;
}
interface Lov {
  path: string | null;
  attributes: Record<string, string>;
  queryable: Record<string, string> | null;
  finders: Record<string, Record<string, string>>;
  seen: boolean;
  children?: Record<string, Record<string, string>>;
}

const read = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../../fixtures/oracle-rest/${name}.json`, import.meta.url), 'utf8')) as T;

const definitions = new Map<string, Definition>();

export function definition(resource: string): Definition {
  const known = definitions.get(resource) ?? read<Definition>(resource);
  definitions.set(resource, known);
  return known;
}
const lovs = read<{ resources: Record<string, Lov> }>('lov').resources;

const RESOURCES = [
  'receivablesInvoices',
  'receivablesCreditMemos',
  'standardReceipts',
  'receivablesCustomerAccountActivities',
  'receivablesCustomerAccountSiteActivities',
  'hubOrganizations',
  'hubPersons',
  'receiptMethods',
];

/** The documented operation for a method and a path such as `/standardReceipts/3001/action/applyReceipt`. */
function operationOf(method: string, path: string): Operation | undefined {
  const parts = path.split('/').filter(Boolean);
  const resource = parts[0] ?? '';
  if (RESOURCES.includes(resource)) {
    return definition(resource).operations.find((operation) => {
      const pattern = operation.path.split('/').filter(Boolean);
      return (
        operation.method === method &&
        pattern.length === parts.length &&
        pattern.every((part, index) => part.startsWith(':') || part === parts[index])
      );
    });
  }
  const lov = lovs[resource];
  if (!lov?.seen || method !== 'GET' || parts.length !== 1) return undefined;
  return {
    method,
    path: `/${resource}`,
    ...(lov.queryable && { queryable: lov.queryable }),
    finders: lov.finders,
    response: { items: [lov.attributes] },
  };
}

/** Attributes a `q` filters on and the values of a finder, out of the query string. */
function conditionsIn(query: URLSearchParams) {
  const q = query.get('q');
  const attributes = q === null ? [] : [...q.matchAll(/(?:^| and | or )(\w+)=/g)].map((match) => match[1] ?? '');
  const [finder, variables = ''] = (query.get('finder') ?? '').split(';', 2);
  return {
    attributes,
    finder,
    variables: variables
      .split(',')
      .filter(Boolean)
      .map((pair) => pair.split('=')[0] ?? ''),
  };
}

/**
 * What is wrong with a request, after the definitions; empty when nothing is.
 *
 * In      path with query, as it was sent
 */
export function problemsOf(request: { method: string; path: string; body: string }): string[] {
  const url = new URL(request.path, 'http://pod');
  const base = /^\/(fscm|crm)RestApi\/resources\/11\.13\.18\.05/.exec(url.pathname)?.[0];
  if (!base) return [`${url.pathname} is below no pinned REST root`];
  const path = url.pathname.slice(base.length);
  const crm = /^\/(hub|fndStaticLookups)/.test(path);
  if (crm !== base.startsWith('/crm')) return [`${path} stands below ${base}`];
  if (path === '' || path.endsWith('/describe')) return [];
  const operation = operationOf(request.method, path);
  if (!operation) return [`${request.method} ${path} is not documented`];
  const problems = request.method === 'GET' ? problemsOfQuery(operation, url.searchParams) : [];
  if (request.body === '') return problems;
  const body = JSON.parse(request.body) as Record<string, unknown>;
  if (operation.request) {
    for (const [name, value] of Object.entries(body)) {
      const type = operation.request[name];
      if (!type) problems.push(`parameter ${name} is not documented`);
      else if (typeof value !== type) problems.push(`parameter ${name} is no ${type}`);
    }
    return problems;
  }
  const resource = path.split('/')[1] ?? '';
  const whole = definition(resource);
  problems.push(...problemsOfBody(body, operation.response ?? {}, whole, whole.maxLength ?? {}, `/${resource}`));
  if (request.method === 'POST' && path === `/${resource}`) {
    for (const name of Object.keys(body)) {
      if (typeof operation.response?.[name] === 'string' && whole.writableOnCreate && !whole.writableOnCreate.includes(name)) {
        problems.push(`${name} cannot be written`);
      }
    }
    for (const name of whole.requiredOnCreate ?? []) if (!(name in body)) problems.push(`${name} is required`);
  }
  return problems;
}

function problemsOfQuery(operation: Operation, query: URLSearchParams): string[] {
  const problems: string[] = [];
  const { attributes, finder, variables } = conditionsIn(query);
  if (query.has('q') && attributes.length === 0) problems.push(`q "${query.get('q')}" names no attribute`);
  for (const name of attributes)
    if (operation.queryable && !(name in operation.queryable)) problems.push(`q cannot filter on ${name}`);
  if (finder && !operation.finders?.[finder]) problems.push(`there is no finder ${finder}`);
  for (const name of variables)
    if (finder && !(name in (operation.finders?.[finder] ?? {}))) problems.push(`${finder} has no ${name}`);
  const response = operation.response ?? {};
  const rows = Array.isArray(response.items) ? (response.items[0] ?? {}) : response;
  for (const name of (query.get('fields') ?? '').split(',').filter(Boolean)) {
    if (Object.keys(rows).length > 0 && !(name in rows)) problems.push(`there is no attribute ${name} to ask for`);
  }
  const known = ['q', 'finder', 'fields', 'onlyData', 'limit', 'offset', 'expand', 'orderBy', 'totalResults'];
  for (const name of query.keys()) if (!known.includes(name)) problems.push(`there is no parameter ${name}`);
  return problems;
}

/** A child whose shape is left empty in its parent has its own POST: its shape is there. */
function childShape(whole: Definition, name: string, given: Shape): Shape {
  if (Object.keys(given).length > 0) return given;
  return whole.operations.find((operation) => operation.method === 'POST' && operation.path.endsWith(`/${name}`))?.response ?? {};
}

function problemsOfBody(body: object, shape: Shape, whole: Definition, lengths: MaxLength, at: string): string[] {
  return Object.entries(body).flatMap(([name, value]) => {
    const type = shape[name];
    const where = `${at}/${name}`;
    if (type === undefined) return [`${where} is not documented`];
    if (Array.isArray(type)) {
      if (!Array.isArray(value)) return [`${where} is no list`];
      const below = lengths[name];
      return value.flatMap((row: object, index) =>
        problemsOfBody(
          row,
          childShape(whole, name, type[0] ?? {}),
          whole,
          typeof below === 'object' ? below : {},
          `${where}/${index}`,
        ),
      );
    }
    const wanted = type === 'integer' ? 'number' : type;
    if (typeof value !== wanted) return [`${where} is ${typeof value}, documented is ${type}`];
    const max = lengths[name];
    if (typeof max === 'number' && String(value).length > max)
      return [`${where} has ${String(value).length} characters, at most ${max}`];
    return [];
  });
}
