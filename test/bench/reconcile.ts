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
/** One day's drill-down is what the sidecar's own thread still does. */
const ONE_DAY = { from: FIRST_DAY, to: FIRST_DAY };
const MONTH = { from: FIRST_DAY, to: '2026-10-30' };
const GOAL_S = 60;
/** Of the whole process, at its peak: what ten times the orders may take more. */
const GOAL_GROWTH = 0.2;
const GOAL_MS = 50;
const MB = 2 ** 20;

/**
 * C1: a month of 100,000 orders compared from the database by a sidecar, with a certificate: how long it takes, and how much more memory
 * at its peak than another sidecar takes for a month of 10,000. How long others wait is the longest piece of work in CPU time, since a
 * busy machine stops any program for longer than that.
 */
export async function reconcile(bench: Bench): Promise<Figure[]> {
  const count = bench.quick ? ORDERS / 5 : ORDERS;
  const few = await measured(bench, count / 10);
  bench.say(`A database with ${count} posted orders`);
  const { file, close } = await manyOrders(count);
  try {
    const many = await bySidecar(file, count);
    const growth = many.peakMB / few.peakMB - 1;
    return [
      {
        id: 'C1',
        name: `${count / 1000},000 orders reconciled from local data, with a certificate`,
        goal: `below ${GOAL_S} s`,
        reached: `${digits(many.seconds, 1)} s`,
        verdict: verdict(many.seconds < GOAL_S),
        values: { seconds: many.seconds, orders: count },
      },
      {
        id: 'C1',
        name: 'memory of the process at its peak, more than for a tenth of the orders',
        goal: `below ${GOAL_GROWTH * 100} %`,
        reached: `${digits(growth * 100, 1)} %`,
        verdict: verdict(growth < GOAL_GROWTH),
        values: { growth, peakMB: many.peakMB, fewPeakMB: few.peakMB, idleMB: many.idleMB },
        notes: [
          `${digits(few.peakMB, 0)} MB with ${few.orders} orders, ${digits(many.peakMB, 0)} MB with ${many.orders} (${digits(many.idleMB, 0)} MB before); the database has ${digits(statSync(file).size / MB, 0)} MB`,
        ],
      },
      {
        id: 'C1',
        name: 'an answer of the sidecar meanwhile, median and p99',
        goal: '',
        reached: `${digits(quantile(many.waits, 0.5), 1)} and ${digits(quantile(many.waits, 0.99), 1)} ms`,
        verdict: 'for information',
        values: { p50Ms: quantile(many.waits, 0.5), p99Ms: quantile(many.waits, 0.99), asked: many.waits.length },
      },
      await longestPiece(file),
    ];
  } finally {
    await close();
  }
}

async function measured(bench: Bench, count: number): Promise<Seen> {
  bench.say(`A database with ${count} posted orders`);
  const { file, close } = await manyOrders(count);
  try {
    return await bySidecar(file, count);
  } finally {
    await close();
  }
}

interface Seen {
  orders: number;
  seconds: number;
  idleMB: number;
  peakMB: number;
  waits: number[];
}

async function bySidecar(file: string, orders: number): Promise<Seen> {
  await using hung = await startHungServer();
  await using sidecar = await startSidecarProgram({
    folder: '.',
    env: { AR_BRIDGE_DATA: file, AR_BRIDGE_STORE_TIMEOUT_MS: '120000' },
  });
  const plugin = await PluginEnd.pair(sidecar.url, { url: hung.url, restKey: { consumerKey: 'ck_x', consumerSecret: 'cs_x' } });
  const ask = (method: string, path: string, body?: object) =>
    plugin.ask(sidecar.url, method, `/v1/admin${path}?actor=bench`, body);
  const waits: number[] = [];
  const idleMB = residentNow(sidecar.pid) / MB;
  const { id } = await ask('POST', '/reconcile/runs', { ...MONTH, certificate: true });
  for (let peakMB = idleMB; ; ) {
    const beganMs = performance.now();
    const run: RunView = await ask('GET', `/reconcile/runs/${id}`);
    waits.push(performance.now() - beganMs);
    peakMB = Math.max(peakMB, residentNow(sidecar.pid) / MB);
    if (run.state === 'running') {
      await sleep(20);
      continue;
    }
    if (run.result?.orders !== orders || run.result.differences !== 0)
      throw new Error(
        `The run ended with ${JSON.stringify({ failure: run.failure, orders: run.result?.orders, reasons: run.result?.reasons })}`,
      );
    const seconds = (Date.parse(run.endedAt ?? '') - Date.parse(run.startedAt)) / 1000;
    return { orders, seconds, idleMB, peakMB, waits };
  }
}

async function longestPiece(file: string): Promise<Figure> {
  const snapshot = openSnapshot(file);
  let longest = 0;
  let began = cpuMs();
  const breathe = breather();
  const sources = { reads: snapshot.reads, setup: MANY_SETUP, businessUnitOf: () => '', readSinceMs: null, fresh: null };
  try {
    await addUpPeriod(ONE_DAY, {
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
    name: 'the longest piece of a drill-down that others wait for, in CPU time',
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
