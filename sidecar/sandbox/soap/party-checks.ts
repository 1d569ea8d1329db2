import { OracleError } from '../errors.ts';
import { addReference } from '../ledger/parties.ts';
import type { Call } from '../world.ts';
import { type DataObject, field, nested, type Operation, type SoapValue } from './model.ts';

/** The fault of an object that does not hold together (contract section 10 #29). */
export const jbo = (detail: string) => new OracleError(400, [{ code: 'JBO-27024', detail }]);

/** Fails with JBO-27024 on the first field that is missing. */
export function required(value: SoapValue, objectName: string, ...names: string[]): void {
  for (const name of names) {
    if (field(value, name) === undefined) throw jbo(`Failed to validate a row of ${objectName}: attribute ${name} is required.`);
  }
}

/** An operation with one data object as its parameter. */
export function ofObject(wrapper: string, data: DataObject, run: (call: Call, value: SoapValue) => SoapValue[]): Operation {
  return {
    parameters: { [wrapper]: data },
    result: data,
    run(call, parameters) {
      const [value] = nested(parameters, wrapper);
      if (!value) throw jbo(`The operation needs the data object ${wrapper}.`);
      return run(call, value);
    },
  };
}

/** Keeps the source-system references that came with an object: its own pair, and those nested in it. */
export function reference(call: Call, value: SoapValue, table: string, ownerId: string): void {
  const system = field(value, 'OrigSystem');
  const text = field(value, 'OrigSystemReference');
  if (system !== undefined && text !== undefined) addReference(call, { table, ownerId, system, value: text });
  for (const inner of nested(value, 'OriginalSystemReference')) {
    required(inner, 'OriginalSystemReference', 'OrigSystem', 'OrigSystemReference', 'CreatedByModule');
    addReference(call, {
      table: field(inner, 'OwnerTableName') ?? table,
      ownerId,
      system: field(inner, 'OrigSystem') ?? '',
      value: field(inner, 'OrigSystemReference') ?? '',
    });
  }
}
