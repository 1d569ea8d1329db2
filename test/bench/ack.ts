import { join } from 'node:path';
import type { AckJob, AckResult } from './programs/ack-client.ts';
import { type Bench, type Figure, skipped, verdict } from './report.ts';
import { syncTimes } from './support/disk.ts';
import { startHungServer } from './support/hung-server.ts';
import { digits, median, quantile } from './support/numbers.ts';
import { buildShim } from './support/preloaded.ts';
import { type Program, startProgram } from './support/program.ts';
import { scratchFolder } from './support/scratch.ts';
import { PluginEnd, type SidecarProgram, startSidecarProgram } from './support/sidecar.ts';

const SENDERS = 32;
const SHARE_GOAL = 0.8;
const RATE = 200;
const SLACK_MS = 2;
/** What an ordinary cloud volume takes longer than a virtual disk with a write-back cache (performance.md section 3). */
const SLOW_US = 2_000;

const noopProgram = join(import.meta.dirname, 'programs', 'noop-server.ts');
const clientProgram = join(import.meta.dirname, 'programs', 'ack-client.ts');

interface Pair {
  noop: AckResult;
  ours: AckResult;
}

/** P3 and P4: an event verified, stored, de-duplicated and acknowledged, against an express server that does nothing. */
export async function ack(bench: Bench): Promise<Figure[]> {
  using folder = scratchFolder();
  const fast = await onDisk(bench, bench.quick ? 1 : 3, {});
  const slow = buildShim('slowsync', folder.path);
  if (!slow.ok) return [...fast, skipped('P4', `the same, each sync ${SLOW_US / 1000} ms slower`, 'see P4', slow.reason)];
  const env = { LD_PRELOAD: slow.path, SLOW_US: String(SLOW_US) };
  const [kept, own, tail] = await onDisk(bench, bench.quick ? 1 : 2, env);
  const bound = Math.round(SENDERS / ((tail?.values?.syncP99Ms ?? 1) / 1000));
  return [
    ...fast,
    // A goal for these rates would be one for the disk.
    ...[kept, own].flatMap((figure) =>
      figure ? [{ ...figure, verdict: 'for information' as const, goal: `a sender waits for a sync: <= ${bound}/s` }] : [],
    ),
    ...(tail ? [tail] : []),
  ].map((figure, n) => (n < fast.length ? figure : { ...figure, name: `${figure.name}, each sync ${SLOW_US / 1000} ms slower` }));
}

async function onDisk(bench: Bench, rounds: number, env: NodeJS.ProcessEnv): Promise<Figure[]> {
  using folder = scratchFolder();
  await using hung = await startHungServer();
  await using noop = await startProgram(noopProgram, { readyWhen: /(http\S+)\n/ });
  // The shop never answers, so that the engine's slots are taken and no work on orders runs beside what is measured.
  await using sidecar = await startSidecarProgram({ folder: folder.path, env: { AR_BRIDGE_STORE_TIMEOUT_MS: '120000', ...env } });
  const plugin = await PluginEnd.pair(sidecar.url, {
    url: hung.url,
    restKey: { consumerKey: 'ck_hung', consumerSecret: 'cs_hung' },
  });
  const run = pairs(noop, sidecar, plugin, bench.quick);

  const syncMs = syncTimes(folder.path, 300);
  const kept = await run(rounds, { mode: 'closed', keepConnections: true });
  const own = await run(rounds, { mode: 'closed', keepConnections: false });
  const steady = await run(rounds, { mode: 'open', keepConnections: false });
  syncMs.push(...syncTimes(folder.path, 300));
  const syncP99 = quantile(syncMs, 0.99) + Number(env.SLOW_US ?? 0) / 1000;
  await sidecar.kill(); // what it holds open towards the hung shop would keep it for ten seconds
  return [
    {
      ...rateFigure(`acknowledged events, ${SENDERS} kept connections`, kept),
      notes: [
        'An express that does nothing takes 22 us of CPU per request on Node 24, a third of what it took on Node 20, where the goal was set; ' +
          'the digest, four index writes and the share of a sync alone take more than the quarter of that which the goal leaves (decisions/0007).',
      ],
    },
    rateFigure(`acknowledged events, ${SENDERS} senders, a connection for each event as PHP makes`, own),
    tailFigure(`acknowledgement at ${RATE}/s, p99`, steady, syncP99),
  ];
}

/** The same load on both servers by turns, so that what else the machine does meets both. */
function pairs(noop: Program, sidecar: SidecarProgram, plugin: PluginEnd, quick: boolean) {
  let firstOrder = 1;
  const measure = async (url: string, wanted: Pick<AckJob, 'mode' | 'keepConnections'>): Promise<AckResult> => {
    const job: AckJob = {
      ...wanted,
      url,
      site: plugin.site,
      secret: plugin.secret,
      senders: SENDERS,
      rate: RATE,
      warmUpMs: quick ? 300 : 700,
      measureMs: quick ? 1_000 : wanted.mode === 'open' ? 5_000 : 2_500,
      firstOrder,
    };
    firstOrder += 1_000_000;
    await using client = await startProgram(clientProgram, { args: [JSON.stringify(job)], readyWhen: /^(\{.*\})\nDONE/m });
    return JSON.parse(client.ready[1] ?? '') as AckResult;
  };
  return async (rounds: number, wanted: Pick<AckJob, 'mode' | 'keepConnections'>): Promise<Pair[]> => {
    const done: Pair[] = [];
    for (let n = 0; n < rounds; n += 1) {
      const pair = { noop: await measure(noop.ready[1] ?? '', wanted), ours: await measure(sidecar.url, wanted) };
      const refused = Object.entries(pair.ours.statuses).filter(([status]) => status !== '200');
      if (refused.length > 0) throw new Error(`The sidecar refused events: ${JSON.stringify(pair.ours.statuses)}`);
      done.push(pair);
    }
    return done;
  };
}

function rateFigure(name: string, measured: readonly Pair[]): Figure {
  const share = median(measured.map(({ noop, ours }) => ours.perSecond / noop.perSecond));
  const ours = median(measured.map((pair) => pair.ours.perSecond));
  const noop = median(measured.map((pair) => pair.noop.perSecond));
  return {
    id: 'P3',
    name,
    goal: `>= ${SHARE_GOAL} of no-op express`,
    reached: `${digits(share)} (${Math.round(ours)}/s of ${Math.round(noop)}/s)`,
    verdict: verdict(share >= SHARE_GOAL),
    values: { share, oursPerSecond: ours, noopPerSecond: noop },
  };
}

function tailFigure(name: string, measured: readonly Pair[], syncP99Ms: number): Figure {
  const ours = median(measured.map((pair) => pair.ours.p99));
  const noop = median(measured.map((pair) => pair.noop.p99));
  const goal = noop + 2 * syncP99Ms + SLACK_MS;
  return {
    id: 'P4',
    name,
    goal: `<= ${digits(goal, 1)} ms (no-op ${digits(noop, 1)} + 2 x sync ${digits(syncP99Ms, 1)} + ${SLACK_MS})`,
    reached: `${digits(ours, 1)} ms`,
    verdict: verdict(ours <= goal),
    values: { oursP99Ms: ours, noopP99Ms: noop, syncP99Ms, goalMs: goal },
  };
}
