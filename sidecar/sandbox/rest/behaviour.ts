import type { ResourceDefinition } from '../definitions.ts';
import type { Call } from '../world.ts';
import type { Payload, Value } from './payload.ts';

/** Attribute values by name; numbers are their digits. What is missing is answered as null. */
export type Row = Record<string, Value>;

/** A row of a collection. */
export interface Item {
  row: Row;
  /** Our own id behind it, for its children and for writing. */
  id: string;
  /** Changes when the row does: the ETag is made of it. */
  version: string;
  /** When it came to be; a new row may stay invisible for a while (switch newRowInvisibleMs). Absent: always there. */
  createdMs?: number;
}

/**
 * Values an attribute must have, as far as a query says so plainly; a collection may use them to read less. Variables of
 * finders that are no attributes stand here as `finder:Variable`.
 */
export type Hints = ReadonlyMap<string, readonly string[]>;

/**
 * What a resource does. The framework (paging, query, fields, expand, links, validation against the definition, error shapes)
 * is the same for all; this is the rest.
 */
export interface Behaviour {
  /** Rows below the given parents (outermost first). May return more than the hints ask for, never less. */
  rows(call: Call, parents: readonly Item[], hints: Hints): Iterable<Item>;
  /** Creates a row and its children. */
  create?(call: Call, parents: readonly Item[], payload: Payload, definition: ResourceDefinition): Item;
  /** Children that `create` writes itself; the others are created one by one through their own behaviour. */
  owns?: ReadonlySet<string>;
  /** The row as it is once its children are there, where they change it. */
  afterChildren?(call: Call, item: Item): Item;
  update?(call: Call, item: Item, payload: Payload, parents: readonly Item[]): void;
  remove?(call: Call, item: Item): void;
  /** Actions by name; the result is answered as {"result": ...}. */
  actions?: Record<string, (call: Call, item: Item, parameters: Payload) => string | null>;
  /** Variables of finders that are not simply attributes of the same name. */
  finders?: Record<string, FinderRule>;
}

/** How a finder filters: by variable, either the attribute it stands for or a test of the row. */
export type FinderRule = Record<
  string,
  string | ((call: Call, value: string, item: Item, variables: ReadonlyMap<string, string>) => boolean)
>;
