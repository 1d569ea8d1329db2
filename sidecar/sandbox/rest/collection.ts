import type { ResourceDefinition } from '../definitions.ts';
import { refuse } from '../errors.ts';
import { opaqueKey } from '../ids.ts';
import type { Call } from '../world.ts';
import type { Behaviour, Item } from './behaviour.ts';
import { finderTests, parseFinder } from './finder.ts';
import { checkQueryable, compareRows, hintsOf, matches, parseQuery } from './query.ts';

/** Reading a collection: q, finder, orderBy, limit, offset, totalResults (contract section 1.3). */
export interface Page {
  items: Item[];
  hasMore: boolean;
  limit: number;
  offset: number;
  totalResults?: number;
}

export const DEFAULT_LIMIT = 25;

/** The key of an item as it stands in its path. */
export function keyOf(definition: ResourceDefinition, item: Item): string {
  const { attributes, opaque } = definition.key;
  const values = attributes.map((name) => String(item.row[name] ?? ''));
  if (!opaque && values.length === 1) return values[0] ?? '';
  return opaqueKey([definition.path, ...(values.length > 0 ? values : [item.id])]);
}

/** A row that was made a moment ago may not be there yet (switch newRowInvisibleMs). */
export const isVisible = (call: Call, item: Item): boolean =>
  item.createdMs === undefined || call.nowMs - item.createdMs >= call.world.switches.newRowInvisibleMs;

/** The item with a key; undefined when there is none or it is not visible yet. */
export function findItem(
  call: Call,
  definition: ResourceDefinition,
  behaviour: Behaviour,
  parents: readonly Item[],
  key: string,
): Item | undefined {
  const [name] = definition.key.attributes;
  const hints = new Map<string, string[]>();
  if (!definition.key.opaque && name !== undefined) hints.set(name, [key]);
  for (const item of behaviour.rows(call, parents, hints)) {
    if (keyOf(definition, item) === key && isVisible(call, item)) return item;
  }
  return undefined;
}

export function readPage(
  call: Call,
  definition: ResourceDefinition,
  behaviour: Behaviour,
  parents: readonly Item[],
  query: URLSearchParams,
): Page {
  const limit = Math.min(whole(query, 'limit', DEFAULT_LIMIT) || DEFAULT_LIMIT, call.world.switches.maxPageSize);
  const offset = whole(query, 'offset', 0);
  const order = parseOrder(definition, query.get('orderBy'));
  const wantTotal = query.get('totalResults') === 'true';

  const found: Item[] = [];
  let seen = 0;
  for (const item of filtered(call, definition, behaviour, parents, query)) {
    seen += 1;
    // Without an order the collection's own is kept and reading ends one row after the page.
    if (order.length > 0 || (seen > offset && found.length <= limit)) found.push(item);
    if (order.length === 0 && found.length > limit && !wantTotal) break;
  }
  const page =
    order.length > 0 ? found.sort((a, b) => compareBy(definition, order, a, b)).slice(offset, offset + limit + 1) : found;
  return {
    items: page.slice(0, limit),
    hasMore: page.length > limit,
    limit,
    offset,
    ...(wantTotal && { totalResults: seen }),
  };
}

function* filtered(
  call: Call,
  definition: ResourceDefinition,
  behaviour: Behaviour,
  parents: readonly Item[],
  query: URLSearchParams,
): Iterable<Item> {
  const expression = parseQuery(call, query.get('q') ?? '');
  if (expression) checkQueryable(definition, expression);
  const hints = hintsOf(expression);
  const finderText = query.get('finder');
  const finder = finderText === null ? null : finderTests(call, definition, behaviour, parseFinder(definition, finderText));
  for (const [name, values] of finder?.hints ?? []) hints.set(name, values);
  for (const item of behaviour.rows(call, parents, hints)) {
    if (!isVisible(call, item)) continue;
    if (expression && !matches(definition, expression, item.row)) continue;
    if (finder?.tests.some((test) => !test(call, item))) continue;
    yield item;
  }
}

function whole(query: URLSearchParams, name: string, fallback: number): number {
  const sent = query.get(name);
  if (sent === null) return fallback;
  if (!/^\d{1,9}$/.test(sent)) throw refuse('29140', `The parameter ${name} must be a whole number.`);
  return Number(sent);
}

interface Order {
  attribute: string;
  descending: boolean;
}

function parseOrder(definition: ResourceDefinition, text: string | null): Order[] {
  if (text === null || text.trim() === '') return [];
  return text.split(',').map((part) => {
    const [attribute = '', direction = 'asc'] = part.trim().split(':');
    if (!definition.attributes.has(attribute) || !/^(asc|desc)$/i.test(direction)) {
      throw refuse('29140', `The parameter orderBy can't be evaluated: ${part.trim()}.`);
    }
    return { attribute, descending: direction.toLowerCase() === 'desc' };
  });
}

function compareBy(definition: ResourceDefinition, order: readonly Order[], a: Item, b: Item): number {
  for (const { attribute, descending } of order) {
    const type = definition.attributes.get(attribute) ?? 'string';
    const result = compareRows(type, a.row[attribute], b.row[attribute]);
    if (result !== 0) return descending ? -result : result;
  }
  return 0;
}
