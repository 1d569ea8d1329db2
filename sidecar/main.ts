import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import { runCommand } from './cli/commands.ts';
import { readConfig } from './config.ts';
import { startSidecar } from './start.ts';

/** Below the ten seconds that Docker gives before it kills. What is cut off is looked up at the next start. */
const LONGEST_END_MS = 9_000;

/** `npm run sidecar`: the sidecar alone, configured by the environment; `.env` is read if it is there. With a command: cli/commands.ts. */
if (existsSync('.env')) loadEnvFile('.env');

const args = process.argv.slice(2);
if (args.length > 0) process.exitCode = await runCommand(args, process.env, process);
else await serve();

async function serve(): Promise<void> {
  try {
    const sidecar = await startSidecar({ config: readConfig(process.env) });
    process.stdout.write(
      `AR Bridge sidecar on ${sidecar.url}\nPairing code: ${sidecar.pairingCode} (WooCommerce > AR Bridge > Connections)\n`,
    );
    let stopping = false;
    const stop = (signal: string) => {
      if (stopping) process.exit(1); // a second signal does not wait
      stopping = true;
      process.stdout.write(`${signal}: letting orders under way end\n`);
      setTimeout(() => process.exit(1), LONGEST_END_MS).unref();
      sidecar.close().then(
        () => process.exit(0),
        (error: unknown) => {
          process.stderr.write(`${error instanceof Error ? error.stack : error}\n`);
          process.exit(1);
        },
      );
    };
    process.on('SIGTERM', () => stop('SIGTERM'));
    process.on('SIGINT', () => stop('SIGINT'));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exit(1);
  }
}
