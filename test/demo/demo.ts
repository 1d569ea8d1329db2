import { parseArgs } from 'node:util';
import { startDemo } from './run.ts';

/**
 * npm run demo: a real store, the plugin, the sidecar and the Oracle sandbox on this machine.
 *
 *   --once            exit when everything is posted: 0 when all identities hold, 1 and which not otherwise
 *   --profile 25D     an Oracle of that release (26D when absent)
 */
const { values } = parseArgs({
  options: { once: { type: 'boolean', default: false }, profile: { type: 'string', default: '26D' } },
});
if (values.profile !== '26D' && values.profile !== '25D') {
  process.stderr.write(`--profile is 26D or 25D, not ${values.profile}\n`);
  process.exit(2);
}

const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stop.signal.aborted) process.exit(1);
    process.stdout.write('\nClosing the demo\n');
    stop.abort();
  });
}

try {
  process.exitCode = await startDemo({
    profile: values.profile,
    once: values.once,
    stop: stop.signal,
    say: (line) => process.stdout.write(`${line}\n`),
  });
} catch (error) {
  if (!stop.signal.aborted) {
    process.stderr.write(`\nThe demo stopped: ${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
