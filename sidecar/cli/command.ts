import { parseArgs } from 'node:util';

/** Where a command writes: its result, and what it says meanwhile. */
export interface Terminal {
  stdout: { write(text: string): unknown };
  stderr: { write(text: string): unknown };
}

/** Something that the person at the terminal can mend: told without a stack. */
export class CommandFault extends Error {}

export type Values = ReturnType<typeof readArguments>['values'];

/** Fails: throws TypeError in words for an option that there is not. */
export const readArguments = (args: readonly string[]) =>
  parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      from: { type: 'string' },
      to: { type: 'string' },
      live: { type: 'boolean', default: false },
      fresh: { type: 'boolean', default: false },
      certificate: { type: 'boolean', default: false },
      csv: { type: 'string' },
      table: { type: 'string', default: 'rows' },
      json: { type: 'boolean', default: false },
      anchor: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
