import { all, insert, run, update } from '../database.ts';
import type { ResourceDefinition } from '../definitions.ts';
import type { Behaviour, Item, Row } from '../rest/behaviour.ts';
import type { Payload, Value } from '../rest/payload.ts';
import { type Call, createdBy, nextId, touch, type Who, type World } from '../world.ts';

/**
 * Rows without behaviour: flexfields, notes, attachments, disputes, whatever the seed puts there. They are kept as sent and
 * answered as kept, within what the definition says.
 */
interface RecordRow extends Who {
  id: string;
  data: string;
}

export function recordBehaviour(definition: ResourceDefinition): Behaviour {
  return {
    *rows(call, parents) {
      for (const row of recordsBelow(call.world, definition.path, parents.at(-1)?.id ?? '')) yield toItem(definition, row);
    },
    create(call, parents, payload) {
      const parent = parents.at(-1);
      const id = nextId(call.world);
      const values = { ...Object.fromEntries(payload.values), ...keyValues(definition, payload.values, id, parent) };
      insert(call.world.db, 'record', {
        id,
        path: definition.path,
        parent_id: parent?.id ?? '',
        data: JSON.stringify(values),
        ...createdBy(call),
      });
      const row = recordsBelow(call.world, definition.path, parent?.id ?? '').find((known) => known.id === id);
      if (!row) throw new Error(`The record ${id} was not kept`);
      return toItem(definition, row);
    },
    update(call, item, payload) {
      const before = JSON.parse(recordData(call, item.id)) as Row;
      const after = { ...before, ...Object.fromEntries(payload.values) };
      update(call.world.db, 'record', item.id, { data: JSON.stringify(after) });
      touch(call, 'record', item.id);
    },
    remove(call, item) {
      run(call.world.db, 'DELETE FROM record WHERE id = ?', item.id);
    },
  };
}

const recordsBelow = (world: World, path: string, parentId: string): RecordRow[] =>
  all<RecordRow>(world.db, 'SELECT * FROM record WHERE path = ? AND parent_id = ? ORDER BY id', path, parentId);

const recordData = (call: Call, id: string): string =>
  all<{ data: string }>(call.world.db, 'SELECT data FROM record WHERE id = ?', id)[0]?.data ?? '{}';

function toItem(definition: ResourceDefinition, row: RecordRow): Item {
  const values = JSON.parse(row.data) as Row;
  return itemOf(row, { ...only(definition, values) });
}

/** A row of one of the ledger's tables as an item, its who columns among its attributes. */
export const itemOf = (who: Who & { id: string }, row: Row): Item => ({
  id: who.id,
  version: String(who.version),
  createdMs: who.created_ms,
  row: { ...whoColumns(who), ...row },
});

/** The who columns as attributes; a definition that has none of them leaves them out. */
export const whoColumns = (row: Who): Row => ({
  CreatedBy: row.created_by,
  CreationDate: withoutMilliseconds(row.created_at),
  LastUpdatedBy: row.updated_by,
  LastUpdateDate: row.updated_at,
});

/** Creation dates come without milliseconds in the samples, update dates with them. */
export const withoutMilliseconds = (timestamp: string): string => timestamp.replace(/\.\d+/, '');

const only = (definition: ResourceDefinition, values: Row): Row =>
  Object.fromEntries(Object.entries(values).filter(([name]) => definition.attributes.has(name)));

/** A flexfield row is keyed by what it extends, other rows by an id of their own. */
function keyValues(definition: ResourceDefinition, sent: ReadonlyMap<string, Value>, id: string, parent: Item | undefined): Row {
  const [key] = definition.key.attributes;
  if (key === undefined || definition.key.attributes.length > 1 || sent.get(key) != null) return {};
  return { [key]: /(dff|gdf)$/i.test(definition.name) && parent ? parent.id : id };
}

/** Puts rows of the seed in place; nested arrays are children. Numbers may be JSON numbers or texts. */
export function seedRecords(
  call: Call,
  definition: ResourceDefinition,
  rows: readonly Record<string, unknown>[],
  parent?: Item,
): void {
  const behaviour = recordBehaviour(definition);
  for (const row of rows) {
    const payload: Payload = { values: new Map(), children: new Map(), at: '' };
    for (const [name, value] of Object.entries(row)) {
      if (Array.isArray(value)) continue;
      if (!definition.attributes.has(name))
        throw new Error(`The seed's records name ${definition.path}.${name}, which doesn't exist`);
      payload.values.set(name, value === null || typeof value === 'boolean' ? value : String(value));
    }
    const item = behaviour.create?.(call, parent ? [parent] : [], payload, definition);
    for (const [name, value] of Object.entries(row)) {
      const child = definition.children.get(name);
      if (Array.isArray(value) && child && item) seedRecords(call, child, value as Record<string, unknown>[], item);
    }
  }
}
