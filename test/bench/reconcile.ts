import { readFileSync, statSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunView } from '../../sidecar/http/admin-contract.ts';
import { breather } from '../../sidecar/reconcile/breathe.ts';
import { addUpPeriod } from '../../sidecar/reconcile/run.ts';
import { openSnapshot } from '../../sidecar/store/reader.ts';
import { type Bench, type Figure, verdict } from './report.ts';
import { startHungServer } from './support/hung-server.ts';
import { FIRST_DAY, MANY_SETUP, manyOrders } from './support/many-orders.ts';
import { digits, quantile } from './support/numbers.ts';
import { PluginEnd, startSidecarProgram } from './support/sidecar.ts';

const ORDERS = 100_000;
/** A tenth of the month. */
const FIRST_PART = { from: FIRST_DAY, to: '2026-10-03' };
const MONTH = { from: FIRST_DAY, to: '2026-10-30' };
const GOAL_S = 60;
/** V8 collects when it likes to; what it keeps after each collection stays at some 20 MB from the first day to the last. */
const GOAL_MB = 64;
const GOAL_MS = 50;
const MB = 2 ** 20;

/**
 * C1: a month of 100,000 orders compared from the database by a sidecar: how long it takes, and how much more memory than a tenth of it
 * takes. How long others wait is the longest piece of work in CPU time, since a busy machine stops any program for longer than that.
 */
export async function reconcile(bench: Bench): Promise<Figure[]> {
  const count = bench.quick ? ORDERS / 10 : ORDERS;
  bench.say(`A database with ${count} posted orders`);
  const { file, close } = await manyOrders(count);
  try {
    return [...(await bySidecar(file, count)), await longestPiece(file)];
  } finally {
    await close();
  }
}

async function bySidecar(file: string, count: number): Promise<Figure[]> {
  await using hung = await startHungServer();
  await using sidecar = await startSidecarProgram({
    folder: '.',
    env: { AR_BRIDGE_DATA: file, AR_BRIDGE_STORE_TIMEOUT_MS: '120000' },
  });
  const plugin = await PluginEnd.pair(sidecar.url, { url: hung.url, restKey: { consumerKey: 'ck_x', consumerSecret: 'cs_x' } });
  const ask = (method: string, path: string, body?: object) =>
    plugin.ask(sidecar.url, method, `/v1/admin${path}?actor=bench`, body);
  const waits: number[] = [];
  /** Peak of resident memory in MB, and the run. */
  const runOver = async (period: typeof MONTH): Promise<{ run: RunView; peak: number }> => {
    const { id } = await ask('POST', '/reconcile/runs', period);
    for (let peak = 0; ; ) {
      const beganMs = performance.now();
      const run: RunView = await ask('GET', `/reconcile/runs/${id}`);
      waits.push(performance.now() - beganMs);
      peak = Math.max(peak, residentNow(sidecar.pid) / MB);
      if (run.state !== 'running') return { run, peak };
      await sleep(20);
    }
  };
  const part = await runOver(FIRST_PART);
  const { run, peak } = await runOver(MONTH);
  if (run.result?.orders !== count || run.result.differences !== 0)
    throw new Error(
      `The run ended with ${JSON.stringify({ failure: run.failure, orders: run.result?.orders, reasons: run.result?.reasons })}`,
    );
  const seconds = (Date.parse(run.endedAt ?? '') - Date.parse(run.startedAt)) / 1000;
  const more = peak - part.peak;
  return [
    {
      id: 'C1',
      name: `${count / 1000},000 orders reconciled from local data`,
      goal: `below ${GOAL_S} s`,
      reached: `${digits(seconds, 1)} s`,
      verdict: verdict(seconds < GOAL_S),
      values: { seconds, orders: count },
    },
    {
      id: 'C1',
      name: 'memory at its peak, more than for a tenth of them',
      goal: `below ${GOAL_MB} MB`,
      reached: `${digits(more, 1)} MB`,
      verdict: verdict(more < GOAL_MB),
      values: { moreMB: more, peakMB: peak },
      notes: [`the database has ${digits(statSync(file).size / MB, 0)} MB`],
    },
    {
      id: 'C1',
      name: 'an answer of the sidecar meanwhile, median and p99',
      goal: '',
      reached: `${digits(quantile(waits, 0.5), 1)} and ${digits(quantile(waits, 0.99), 1)} ms`,
      verdict: 'for information',
      values: { p50Ms: quantile(waits, 0.5), p99Ms: quantile(waits, 0.99), asked: waits.length },
    },
  ];
}

async function longestPiece(file: string): Promise<Figure> {
  const snapshot = openSnapshot(file);
  let longest = 0;
  let began = cpuMs();
  const breathe = breather();
  const sources = { reads: snapshot.reads, setup: MANY_SETUP, businessUnitOf: () => '', readSinceMs: null, fresh: null };
  try {
    await addUpPeriod(FIRST_PART, {
      ...sources,
      breathe: async () => {
        longest = Math.max(longest, cpuMs() - began);
        await breathe();
        began = cpuMs();
      },
    });
  } finally {
    snapshot.close();
  }
  return {
    id: 'C1',
    name: 'the longest piece of work that others wait for, in CPU time',
    goal: `below ${GOAL_MS} ms`,
    reached: `${digits(longest, 1)} ms`,
    verdict: verdict(longest < GOAL_MS),
    values: { longestMs: longest },
  };
}

/** CPU time of this thread. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Source: proc(5), VmRSS. */
const residentNow = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
