import type { Answer, Request } from '../answer.ts';
import { type ActionDefinition, type ResourceDefinition, releasedIn } from '../definitions.ts';
import { Issues, notFound, OracleError, refuse } from '../errors.ts';
import { isJsonObject, type JsonObject, parseJson } from '../json.ts';
import type { Call } from '../world.ts';
import type { Behaviour, Item } from './behaviour.ts';
import { findItem, keyOf, readPage } from './collection.ts';
import { describeAnswer } from './describe.ts';
import { checkAccept, checkContentType, jsonAnswer, MEDIA, methodNotAllowed } from './framework.ts';
import { type Payload, readPayload } from './payload.ts';
import { requirePrivilege } from './privileges.ts';
import { changeIndicator, type Place, parseView, renderItem, renderPage, type View } from './render.ts';

/** Where a path leads: a collection, an item in it, an action, or its description. */
interface Target {
  definition: ResourceDefinition;
  behaviour: Behaviour;
  parents: Item[];
  /** URL of the collection. */
  base: string;
  key: string | null;
  action: string | null;
  describe: boolean;
}

/** Answers one request below /resources/{version}/. Runs within a transaction of the caller. */
export function handleResource(call: Call, place: Place, request: Request, segments: readonly string[]): Answer {
  checkAccept(request);
  const target = locate(call, place, segments);
  requirePrivilege(call, target.definition, request.method);
  if (target.describe) return describeAnswer(call, target.definition, target.base);
  if (target.action !== null) return act(call, target, request, target.action);
  if (target.key === null) return onCollection(call, place, target, request);
  return onItem(call, place, target, request, target.key);
}

function locate(call: Call, place: Place, segments: readonly string[]): Target {
  const [name = '', ...rest] = segments;
  const top = call.world.definitions.get(name);
  if (!top) throw notFound(`The resource ${name} doesn't exist.`);
  let definition = top;
  let behaviour = place.behaviourOf(top);
  let base = `${place.root}/${name}`;
  const parents: Item[] = [];
  let key: string | null = null;
  for (let index = 0; index < rest.length; index += 1) {
    const part = rest[index] ?? '';
    const next = rest[index + 1] ?? '';
    if (part === 'action' && index === rest.length - 2) {
      return { definition, behaviour, parents, base, key, action: next, describe: false };
    }
    if (part === 'describe' && index === rest.length - 1) {
      return { definition, behaviour, parents, base, key, action: null, describe: true };
    }
    if (part === 'child' && key !== null) {
      const child = definition.children.get(next);
      const parent = findItem(call, definition, behaviour, parents, key);
      if (!child || !parent) throw notFound();
      parents.push(parent);
      base = `${base}/${encodeURIComponent(key)}/child/${next}`;
      definition = child;
      behaviour = place.behaviourOf(child);
      key = null;
      index += 1;
    } else if (key === null) {
      key = part;
    } else {
      throw notFound();
    }
  }
  return { definition, behaviour, parents, base, key, action: null, describe: false };
}

function onCollection(call: Call, place: Place, target: Target, request: Request): Answer {
  const { definition, behaviour, parents, base } = target;
  if (request.method === 'GET' && definition.verbs.list) {
    const view = parseView(definition, request.query);
    const page = readPage(call, definition, behaviour, parents, request.query);
    const items = page.items.map((item) => renderItem(call, place, definition, parents, item, base, view));
    return jsonAnswer(200, renderPage(definition, page, items, base), answerMedia(request, MEDIA.collection));
  }
  if (request.method === 'POST' && definition.verbs.create) return create(call, place, target, request);
  throw methodNotAllowed([...(definition.verbs.list ? ['GET'] : []), ...(definition.verbs.create ? ['POST'] : [])]);
}

function onItem(call: Call, place: Place, target: Target, request: Request, key: string): Answer {
  const { definition, behaviour, parents } = target;
  const { verbs } = definition;
  const allowed = [...(verbs.get ? ['GET'] : []), ...(verbs.update ? ['PATCH'] : []), ...(verbs.remove ? ['DELETE'] : [])];
  if (!allowed.includes(request.method)) throw methodNotAllowed(allowed);
  const item = findItem(call, definition, behaviour, parents, key);
  if (!item) throw notFound();
  if (request.method === 'GET') {
    const etag = `"${changeIndicator(definition, item)}"`;
    if (request.headers['if-none-match'] === etag) return { status: 304, headers: { ETag: etag }, body: '' };
    return itemAnswer(call, place, target, item, request, 200, parseView(definition, request.query));
  }
  checkIfMatch(definition, item, request);
  if (request.method === 'DELETE') {
    if (!behaviour.remove) throw refuse('SBX_DELETE_NOT_ALLOWED', `An item of ${definition.name} can't be deleted.`);
    behaviour.remove(call, item);
    return { status: 204, headers: {}, body: '' };
  }
  checkContentType(request, [MEDIA.json, MEDIA.item]);
  const payload = checkedPayload(call, definition, request.body, 'update');
  if (!behaviour.update) throw refuse('SBX_READ_ONLY', `An item of ${definition.name} can't be updated.`);
  behaviour.update(call, item, payload, parents);
  const after = findItem(call, definition, behaviour, parents, key) ?? item;
  return itemAnswer(call, place, target, after, request, 200, { attributes: null, children: new Map(), onlyData: false });
}

/** A stale ETag: 412 with the one in force (contract section 1.2). */
function checkIfMatch(definition: ResourceDefinition, item: Item, request: Request): void {
  const sent = request.headers['if-match'];
  if (sent === undefined || sent === '*') return;
  const current = changeIndicator(definition, item);
  if (sent.split(',').some((tag) => tag.trim().replace(/^(W\/)?"?|"$/g, '') === current)) return;
  throw new OracleError(412, [{ code: '25014', detail: 'Another user has changed the row.' }], {
    headers: { ETag: `"${current}"` },
  });
}

function create(call: Call, place: Place, target: Target, request: Request): Answer {
  const { definition, behaviour, parents } = target;
  checkContentType(request, [MEDIA.json, MEDIA.item]);
  if (request.headers['upsert-mode'] === 'true') {
    throw refuse('SBX_UPSERT_NOT_SIMULATED', 'Which key an upsert matches is not documented for this resource.');
  }
  const payload = checkedPayload(call, definition, request.body, 'create');
  if (!behaviour.create) {
    throw refuse('SBX_CHILD_AFTER_CREATE', `Items of ${definition.name} can only be given when their parent is created.`);
  }
  const created = behaviour.create(call, parents, payload, definition);
  createChildren(call, place, definition, behaviour, parents, created, payload);
  const item = behaviour.afterChildren?.(call, created) ?? created;
  const view = postedView(payload);
  const status = Number(call.world.switches.postStatus);
  const answer = itemAnswer(call, place, target, item, request, status, view);
  answer.headers.Location = `${target.base}/${encodeURIComponent(keyOf(definition, item))}`;
  return answer;
}

/** Children that came with their parent: those the parent did not write itself, and what hangs on the others. */
function createChildren(
  call: Call,
  place: Place,
  definition: ResourceDefinition,
  behaviour: Behaviour,
  parents: readonly Item[],
  item: Item,
  payload: Payload,
): void {
  const below = [...parents, item];
  for (const [name, rows] of payload.children) {
    const child = definition.children.get(name);
    if (!child) continue;
    const childBehaviour = place.behaviourOf(child);
    const written = behaviour.owns?.has(name) ? [...childBehaviour.rows(call, below, new Map())] : null;
    for (const [index, row] of rows.entries()) {
      const childItem = written ? written[index] : childBehaviour.create?.(call, below, row, child);
      if (childItem) createChildren(call, place, child, childBehaviour, below, childItem, row);
    }
  }
}

/** A POST answers the children it was sent, as plain arrays. */
function postedView(payload: Payload): View {
  const children = new Map<string, View>();
  for (const [name, rows] of payload.children) {
    const merged: Payload = { values: new Map(), children: new Map(rows.flatMap((row) => [...row.children])), at: '' };
    children.set(name, postedView(merged));
  }
  return { attributes: null, children, onlyData: false, arrays: true };
}

function itemAnswer(call: Call, place: Place, target: Target, item: Item, request: Request, status: number, view: View): Answer {
  const { definition, parents, base } = target;
  const body = renderItem(call, place, definition, parents, item, base, view);
  return jsonAnswer(status, body, answerMedia(request, MEDIA.item), { ETag: `"${changeIndicator(definition, item)}"` });
}

/** Plain JSON unless the client asks for the framework's own type only. */
function answerMedia(request: Request, own: string): string {
  const accept = request.headers.accept ?? '*/*';
  return /\*\/\*|application\/(\*|json)/.test(accept) || !accept.includes(own) ? MEDIA.json : own;
}

/** Parses and checks a body; fails with 400 and all issues. */
function checkedPayload(call: Call, definition: ResourceDefinition, body: string, mode: 'create' | 'update'): Payload {
  const issues = new Issues();
  const payload = readPayload(call, definition, readObject(body), mode, issues);
  issues.throwIfAny();
  return payload;
}

export function readObject(body: string): JsonObject {
  let json: unknown;
  try {
    json = parseJson(body);
  } catch {
    throw refuse(null, "The request body isn't valid JSON.");
  }
  if (!isJsonObject(json)) throw refuse(null, 'The request body must be a JSON object.');
  return json;
}

function act(call: Call, target: Target, request: Request, name: string): Answer {
  const { definition, behaviour, parents, key } = target;
  const level = key === null ? 'collection' : 'item';
  const action = definition.actions.get(name);
  if (!action || action.level !== level || !releasedIn(call.world.profile, action.since)) {
    throw new OracleError(Number(call.world.switches.missingActionStatus), [
      { code: null, detail: `The action ${name} doesn't exist.` },
    ]);
  }
  if (request.method !== 'POST') throw methodNotAllowed(['POST']);
  checkContentType(request, call.world.switches.strictActionMediaType === 'on' ? [MEDIA.action] : [MEDIA.action, MEDIA.json]);
  const item = key === null ? undefined : findItem(call, definition, behaviour, parents, key);
  const run = behaviour.actions?.[name];
  if (key !== null && !item) throw notFound();
  if (!run || !item) throw refuse('SBX_ACTION_NOT_SIMULATED', `The sandbox doesn't simulate the action ${name}.`);
  const result = run(call, item, actionParameters(call, definition, action, request.body));
  const mode = call.world.switches.actionResult;
  const media = (request.headers.accept ?? '').includes(MEDIA.actionResult) ? MEDIA.actionResult : MEDIA.json;
  return jsonAnswer(200, { result: mode === 'null' ? null : mode === 'id' ? result : 'SUCCESS' }, media);
}

function actionParameters(call: Call, owner: ResourceDefinition, action: ActionDefinition, body: string): Payload {
  const shape: ResourceDefinition = {
    ...owner,
    path: `${owner.path}.${action.name}`,
    attributes: new Map(action.parameters ?? []),
    children: new Map(),
    writableOnCreate: null,
    requiredOnCreate: new Set(),
    maxLength: new Map(),
  };
  return checkedPayload(call, shape, body.trim() === '' ? '{}' : body, 'create');
}
