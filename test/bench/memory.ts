import { type Bench, type Figure, verdict } from './report.ts';
import { startHungServer } from './support/hung-server.ts';
import { digits } from './support/numbers.ts';
import { scratchFolder } from './support/scratch.ts';
import { PluginEnd, startSidecarProgram } from './support/sidecar.ts';
import { until } from './support/world.ts';

const ORDERS = 100_000;
const WARM_UP = 40_000;
const BATCH = 100;
const GOAL_MB = 15;
const MB = 2 ** 20;

/**
 * P6: resident memory with 100,000 orders queued, less that with none, in the same process, garbage collected before each reading.
 * The shop hangs, so that the slots are taken and the queue only grows. Before the first reading the process has taken as many events
 * of a few orders, so that the young generation of its heap (16 MB, which traffic of any kind fills) counts on both sides.
 */
export async function memory(bench: Bench): Promise<Figure[]> {
  using folder = scratchFolder();
  await using hung = await startHungServer();
  await using sidecar = await startSidecarProgram({
    folder: folder.path,
    env: { AR_BRIDGE_STORE_TIMEOUT_MS: '120000' },
    nodeOptions: ['--expose-gc'],
  });
  const plugin = await PluginEnd.pair(sidecar.url, { url: hung.url, restKey: { consumerKey: 'ck_x', consumerSecret: 'cs_x' } });
  const idle = await sidecar.residentBytes();
  const tell = async (first: number, count: number) => {
    for (let id = first; id < first + count; id += BATCH) {
      const answer = await plugin.events(
        sidecar.url,
        Array.from({ length: BATCH }, (_, n) => id + n),
      );
      if (answer.status !== 200) throw new Error(`Events answered ${answer.status}`);
    }
  };
  // The same few orders over and over: the paths are warm, the queue holds next to nothing.
  for (let n = 0; n < (bench.quick ? WARM_UP / 4 : WARM_UP) / BATCH; n += 1) await tell(1, BATCH);
  const before = await sidecar.residentBytes();
  await tell(10_000, ORDERS);
  const after = await sidecar.residentBytes();
  const { health } = await plugin.ask(sidecar.url, 'GET', '/v1/admin/overview?actor=bench');
  if (health.queued < ORDERS) throw new Error(`Only ${health.queued} orders are queued`);
  await sidecar.kill();

  // A process that starts with the queue full, as after an outage.
  await using fresh = await startSidecarProgram({
    folder: folder.path,
    env: { AR_BRIDGE_STORE_TIMEOUT_MS: '120000' },
    nodeOptions: ['--expose-gc'],
  });
  await until('work begins', async () => (hung.connections() > 0 ? true : null), 10_000);
  const restarted = await fresh.residentBytes();
  await fresh.kill();
  const more = (after - before) / MB;
  return [
    {
      id: 'P6',
      name: `memory with ${ORDERS / 1000},000 orders queued, more than with none`,
      goal: `<= ${GOAL_MB} MB`,
      reached: `${digits(more, 1)} MB`,
      verdict: verdict(more <= GOAL_MB),
      values: { moreMB: more, beforeMB: before / MB, afterMB: after / MB, restartedMB: restarted / MB },
      notes: [
        `From ${digits(before / MB, 0)} to ${digits(after / MB, 0)} MB; a process that starts with the queue full has ${digits(restarted / MB, 0)} MB.`,
      ],
    },
    {
      id: 'P6',
      name: 'memory when idle, after the start, run from its TypeScript',
      goal: '',
      reached: `${digits(idle / MB, 0)} MB`,
      verdict: 'for information',
      values: { idleMB: idle / MB },
    },
  ];
}
