import type { Answer, Request } from '../answer.ts';
import type { ResourceDefinition } from '../definitions.ts';
import { notFound, OracleError } from '../errors.ts';
import { isJsonObject, type Json, writeJson } from '../json.ts';
import { type Call, startCall, type World } from '../world.ts';
import type { Behaviour } from './behaviour.ts';
import { catalogueAnswer } from './describe.ts';
import {
  checkAccept,
  checkContentType,
  errorAnswer,
  frameworkVersion,
  jsonAnswer,
  MEDIA,
  methodNotAllowed,
} from './framework.ts';
import type { Place } from './render.ts';
import { handleResource, readObject } from './resources.ts';

const VERSION = '11.13.18.05';
const VERSIONS = [VERSION, 'latest'];

export type BehaviourOf = (definition: ResourceDefinition) => Behaviour;

/**
 * Answers a REST request, all or nothing: what a refused one had changed is rolled back.
 *
 * In   request  path below /fscmRestApi or /crmRestApi
 */
export function handleRest(
  world: World,
  behaviourOf: BehaviourOf,
  user: World['seed']['users'][number],
  request: Request,
): Answer {
  let version = Number(world.switches.defaultFrameworkVersion);
  try {
    version = frameworkVersion(world, request);
    const call = startCall(world, user, version);
    const answer = world.db.transaction(() => route(call, behaviourOf, request))();
    answer.headers['REST-Framework-Version'] = String(version);
    return answer;
  } catch (error) {
    if (error instanceof OracleError) return errorAnswer(world, version, error);
    throw error;
  }
}

function route(call: Call, behaviourOf: BehaviourOf, request: Request): Answer {
  const [context = '', resources, version, ...segments] = request.path.split('/').slice(1).map(decode);
  if (resources !== 'resources') throw notFound();
  const root = `${request.origin}/${context}/resources`;
  if (version === undefined || version === '') return versions(call, request, root);
  if (!VERSIONS.includes(version)) throw notFound(`The version ${version} doesn't exist.`);
  // `latest` is an alias: links point at the version behind it.
  const place: Place = { root: `${root}/${VERSION}`, behaviourOf };
  const path = segments.filter((segment, index) => segment !== '' || index < segments.length - 1);
  if (path.length === 0) {
    if (request.method === 'POST') return batch(call, place, context, request);
    if (request.method !== 'GET') throw methodNotAllowed(['GET', 'POST']);
    checkAccept(request);
    return jsonAnswer(200, versionItem(call, root));
  }
  if (path.length === 1 && path[0] === 'describe') return catalogueAnswer(call, place.root, context);
  checkContext(call, context, path[0] ?? '');
  return handleResource(call, place, request, path);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw notFound();
  }
}

/** Financials and Trading Community live under two context roots; neither answers for the other. */
function checkContext(call: Call, context: string, name: string): void {
  if (call.world.definitions.get(name)?.context !== context) throw notFound(`The resource ${name} doesn't exist.`);
}

function versionItem(call: Call, root: string) {
  const highest = Number(call.world.switches.highestFrameworkVersion);
  return {
    version: VERSION,
    isLatest: true,
    'adf:extension': {
      defaultFrameworkVersion: call.world.switches.defaultFrameworkVersion,
      allowedFrameworkVersions: Array.from({ length: highest }, (_none, index) => String(index + 1)),
    },
    links: [{ rel: 'self', href: `${root}/${VERSION}`, name: 'self', kind: 'item' }],
  };
}

function versions(call: Call, request: Request, root: string): Answer {
  if (request.method !== 'GET') throw methodNotAllowed(['GET']);
  return jsonAnswer(200, {
    items: [versionItem(call, root)],
    links: [{ rel: 'self', href: root, name: 'self', kind: 'collection' }],
  });
}

const OPERATIONS: Record<string, string> = { get: 'GET', create: 'POST', update: 'PATCH', replace: 'PATCH', delete: 'DELETE' };

/** Parts run in order in one transaction; the first that fails undoes all and is the only one answered (contract section 1.4). */
function batch(call: Call, place: Place, context: string, request: Request): Answer {
  checkContentType(request, [MEDIA.batch]);
  const { parts } = readObject(request.body);
  if (!Array.isArray(parts))
    throw new OracleError(400, [{ code: null, detail: 'A batch needs an array of parts.', path: '/parts' }]);
  const answered = parts.map((part, index) => {
    try {
      return runPart(call, place, context, request, part, index);
    } catch (error) {
      if (!(error instanceof OracleError)) throw error;
      const id = isJsonObject(part) && typeof part.id === 'string' ? part.id : String(index);
      const issues = error.issues.map((issue) => ({
        ...issue,
        detail: `${id}: ${issue.detail}`,
        path: `/parts/${index}/payload${issue.path ?? ''}`,
      }));
      throw new OracleError(Number(call.world.switches.failedBatchStatus), issues);
    }
  });
  return jsonAnswer(200, { parts: answered }, MEDIA.batch);
}

function runPart(call: Call, place: Place, context: string, request: Request, part: Json, index: number): unknown {
  if (!isJsonObject(part) || typeof part.path !== 'string' || typeof part.operation !== 'string') {
    throw new OracleError(400, [{ code: null, detail: 'A part needs id, path and operation.' }]);
  }
  const { path, operation } = part;
  const action = /\/action\/(\w+)$/.exec(path)?.[1];
  if (action !== undefined)
    throw new OracleError(400, [{ code: null, detail: `The action ${action} isn't enabled in a batch.` }]);
  const method = OPERATIONS[operation];
  if (!method) throw new OracleError(400, [{ code: null, detail: `The operation ${operation} isn't supported in a batch.` }]);
  const url = new URL(path, 'http://part');
  const segments = url.pathname
    .split('/')
    .filter((segment) => segment !== '')
    .map(decode);
  checkContext(call, context, segments[0] ?? '');
  const inner: Request = {
    ...request,
    method,
    path: url.pathname,
    query: url.searchParams,
    headers: { accept: MEDIA.json, 'content-type': MEDIA.json },
    body: writeJson(part.payload ?? {}),
  };
  const answer = handleResource(call, place, inner, segments);
  return {
    id: part.id ?? String(index),
    path: `${place.root}${path}`,
    operation,
    payload: answer.body === '' ? null : readObject(answer.body),
  };
}
