import { type Config, readConfig } from '../config.ts';
import { verifyAudit } from './audit.ts';
import { readArguments, type Terminal, type Values } from './command.ts';
import { reconcile } from './reconcile.ts';

const USAGE = `Usage: npm run sidecar                       starts the sidecar
       npm run sidecar -- <command>          works beside a running sidecar, on the same AR_BRIDGE_ settings

Commands
  reconcile --from YYYY-MM-DD --to YYYY-MM-DD   compares the store with Oracle, day by day
      --live          reads Oracle back first, instead of by AR Bridge's own record (the sidecar must be running)
      --fresh         asks the store for its list of orders too (the sidecar must be running)
      --certificate   keeps a close certificate (the sidecar must be running)
      --csv FILE      writes a table for a spreadsheet
      --table NAME    which one: rows (the default), differences, orders
      --json          prints the result as JSON
  audit verify        checks the chain of the audit trail
      --anchor SEQ:HASH   and that it goes through an entry that was written down earlier (the log has one every hour)

Exit codes: 0 balanced, or the chain is whole; 1 differences, or the chain is broken; 2 it could not be read.
`;

/** Runs a command line. Out: the exit code; whatever goes wrong is 2, and said on stderr. */
export async function runCommand(
  args: readonly string[],
  environment: Record<string, string | undefined>,
  terminal: Terminal,
): Promise<number> {
  try {
    const { values, positionals } = readArguments(args);
    if (values.help || positionals[0] === 'help') {
      terminal.stdout.write(USAGE);
      return 0;
    }
    const config = () => readConfig(environment);
    return await run(positionals.join(' '), values, config, terminal);
  } catch (error) {
    terminal.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    return 2;
  }
}

function run(command: string, values: Values, config: () => Config, terminal: Terminal): Promise<number> | number {
  switch (command) {
    case 'reconcile':
      return reconcile(values, config(), terminal);
    case 'audit verify':
      return verifyAudit(values, config(), terminal);
    default:
      throw new Error(`There is no command "${command}".\n\n${USAGE}`);
  }
}
