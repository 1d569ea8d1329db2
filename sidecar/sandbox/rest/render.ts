import type { AttributeType } from '../attribute-type.ts';
import type { ResourceDefinition } from '../definitions.ts';
import { refuse } from '../errors.ts';
import { opaqueKey } from '../ids.ts';
import { numberText } from '../json.ts';
import type { Call } from '../world.ts';
import type { Behaviour, Item } from './behaviour.ts';
import { keyOf, type Page, readPage } from './collection.ts';
import type { Value } from './payload.ts';

/** What of an item is answered. */
export interface View {
  /** Null: all attributes of the definition. */
  attributes: Set<string> | null;
  children: Map<string, View>;
  onlyData: boolean;
  /** A POST answers its children as plain arrays whatever the framework version (contract section 2.4). */
  arrays?: boolean;
}

/** Where links point: everything up to the collection, such as http://host/fscmRestApi/resources/11.13.18.05. */
export interface Place {
  root: string;
  behaviourOf(definition: ResourceDefinition): Behaviour;
}

/** Reads `fields`, `expand` and `onlyData`; fails with 400 when they name what is not there or exclude each other. */
export function parseView(definition: ResourceDefinition, query: URLSearchParams): View {
  const onlyData = query.get('onlyData') === 'true';
  const fields = query.get('fields');
  const expand = query.get('expand');
  if (fields !== null && expand !== null) throw refuse('29140', "The parameters fields and expand can't be combined.");
  if (fields !== null) return parseFields(definition, fields, onlyData);
  const view: View = { attributes: null, children: new Map(), onlyData };
  for (const path of (expand ?? '').split(',').filter((part) => part.trim() !== '')) {
    if (path.trim() === 'all') {
      for (const child of definition.children.values()) if (child.verbs.list) open(view, definition, [child.name]);
    } else {
      open(view, definition, path.trim().split('.'));
    }
  }
  return view;
}

/** fields=A,B;child:C,D;child.grandchild:E */
function parseFields(definition: ResourceDefinition, fields: string, onlyData: boolean): View {
  const view: View = { attributes: new Set(), children: new Map(), onlyData };
  for (const group of fields.split(';')) {
    const colon = group.indexOf(':');
    const path = colon < 0 ? [] : group.slice(0, colon).trim().split('.');
    let target = view;
    let at = definition;
    for (const name of path) {
      const child = at.children.get(name);
      if (!child) throw refuse('29140', `The parameter fields names no child: ${name}.`);
      const next = target.children.get(name) ?? { attributes: new Set<string>(), children: new Map(), onlyData };
      target.children.set(name, next);
      target = next;
      at = child;
    }
    for (const name of group.slice(colon + 1).split(',')) {
      const attribute = name.trim();
      if (attribute === '') continue;
      if (!at.attributes.has(attribute)) throw refuse('29140', `The parameter fields names no attribute: ${attribute}.`);
      target.attributes?.add(attribute);
    }
  }
  return view;
}

function open(view: View, definition: ResourceDefinition, path: readonly string[]): void {
  const [name = '', ...rest] = path;
  const child = definition.children.get(name);
  if (!child) throw refuse('29140', `The parameter expand names no child: ${name}.`);
  const next = view.children.get(name) ?? { attributes: null, children: new Map(), onlyData: view.onlyData };
  view.children.set(name, next);
  if (rest.length > 0) open(next, child, rest);
}

/** The ETag of an item, which is also its change indicator. */
export const changeIndicator = (definition: ResourceDefinition, item: Item): string =>
  opaqueKey([definition.path, item.id, item.version]).replace(/^0002/, 'ACED');

/**
 * An item as JSON: every attribute of the definition in its documented type, null where empty; then what was asked to be
 * expanded; then links.
 *
 * In   parents   outermost first; base  URL of the collection the item stands in
 */
export function renderItem(
  call: Call,
  place: Place,
  definition: ResourceDefinition,
  parents: readonly Item[],
  item: Item,
  base: string,
  view: View,
): Record<string, unknown> {
  const href = `${base}/${encodeURIComponent(keyOf(definition, item))}`;
  const body: Record<string, unknown> = {};
  for (const [name, type] of definition.attributes) {
    if (view.attributes === null || view.attributes.has(name))
      body[name] = renderValue(call, definition, name, type, item.row[name] ?? null);
  }
  for (const [name, childView] of view.children) {
    const child = definition.children.get(name);
    if (child) body[name] = renderChildren(call, place, child, [...parents, item], `${href}/child/${name}`, childView);
  }
  if (!view.onlyData) body.links = itemLinks(definition, item, href, parents.length > 0 ? base : null);
  return body;
}

/** Expanded children are collections from framework version 3 on, arrays before (contract section 1.2). */
function renderChildren(
  call: Call,
  place: Place,
  child: ResourceDefinition,
  parents: readonly Item[],
  base: string,
  view: View,
): unknown {
  const query = new URLSearchParams({ limit: String(call.world.switches.maxPageSize) });
  const page = readPage(call, child, place.behaviourOf(child), parents, query);
  const items = page.items.map((item) => renderItem(call, place, child, parents, item, base, view));
  return call.frameworkVersion >= 3 && !view.arrays ? renderPage(child, page, items, base) : items;
}

export function renderPage(
  definition: ResourceDefinition,
  page: Page,
  items: readonly unknown[],
  base: string,
): Record<string, unknown> {
  return {
    items,
    ...(page.totalResults !== undefined && { totalResults: page.totalResults }),
    count: items.length,
    hasMore: page.hasMore,
    limit: page.limit,
    offset: page.offset,
    // The envelope keeps its link to itself even when data only is asked for.
    links: [{ rel: 'self', href: base, name: definition.name, kind: 'collection' }],
  };
}

function itemLinks(definition: ResourceDefinition, item: Item, href: string, parentBase: string | null) {
  const { name } = definition;
  const links: Record<string, unknown>[] = [
    { rel: 'self', href, name, kind: 'item', properties: { changeIndicator: changeIndicator(definition, item) } },
    { rel: 'canonical', href, name, kind: 'item' },
  ];
  if (parentBase !== null) {
    const parent = parentBase.replace(/\/child\/[^/]+$/, '');
    links.push({ rel: 'parent', href: parent, name: definition.path.split('.').at(-2) ?? '', kind: 'item' });
  }
  for (const child of definition.children.values()) {
    if (child.verbs.list) links.push({ rel: 'child', href: `${href}/child/${child.name}`, name: child.name, kind: 'collection' });
  }
  return links;
}

const RECEIPT_AMOUNTS = new Set(['Amount', 'UnappliedAmount', 'AccountedAmount']);

function renderValue(call: Call, definition: ResourceDefinition, name: string, type: AttributeType, value: Value): unknown {
  if (value === null || typeof value === 'boolean') return value;
  if (type !== 'number' && type !== 'integer') return value;
  // The samples of the receipts resource quote amounts though the definition says number (switch).
  const quoted =
    definition.path === 'standardReceipts' && RECEIPT_AMOUNTS.has(name) && call.world.switches.receiptAmountsAsText === 'on';
  return quoted ? value : numberText(value);
}
