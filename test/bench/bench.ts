import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { ack } from './ack.ts';
import { checkout } from './checkout.ts';
import { drain } from './drain.ts';
import { limits } from './limits.ts';
import { memory } from './memory.ts';
import { pickup } from './pickup.ts';
import { reconcile } from './reconcile.ts';
import { type Bench, type Figure, type Measurement, printTable, writeJson } from './report.ts';

/**
 * npm run bench: the figures of the engine, each as a ratio or a difference within one run, so that they hold on any machine.
 * What goes through a server runs in processes of their own: sidecar, sandbox, shop, client.
 *
 *   npm run bench -- drain ack     only these; all when none is named
 *   --quick                        shorter, for a look
 *   --json FILE                    writes the figures there too
 */
const MEASUREMENTS: Record<string, Measurement> = { drain, limits, ack, pickup, memory, checkout, reconcile };

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { quick: { type: 'boolean', default: false }, json: { type: 'string' } },
});
const unknown = positionals.filter((name) => !(name in MEASUREMENTS));
if (unknown.length > 0) {
  process.stderr.write(`There is no measurement ${unknown.join(', ')}; there are ${Object.keys(MEASUREMENTS).join(', ')}.\n`);
  process.exit(2);
}

const bench: Bench = { quick: values.quick, say: (line) => process.stdout.write(`${line}\n`) };
const machine = {
  cpu: cpus()[0]?.model,
  cores: cpus().length,
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  node: process.version,
  quick: values.quick,
};
bench.say(
  `${machine.cores} cores (${machine.cpu}), ${machine.memoryGiB} GiB, Node ${machine.node}${values.quick ? ', quick' : ''}`,
);

const figures: Figure[] = [];
for (const [name, measure] of Object.entries(MEASUREMENTS)) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const beganMs = Date.now();
  try {
    figures.push(...(await measure(bench)));
  } catch (error) {
    process.stderr.write(`${name} could not be measured: ${error instanceof Error ? error.stack : error}\n`);
    process.exitCode = 1;
  }
  bench.say(`${name}: ${((Date.now() - beganMs) / 1000).toFixed(0)} s`);
}
printTable(figures);
if (values.json) writeJson(values.json, figures, machine);
