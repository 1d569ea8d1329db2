import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Figure } from './report.ts';
import { verdict } from './report.ts';
import { digits } from './support/numbers.ts';
import type { SandboxRequest } from './support/sandbox.ts';
import type { PluginEnd } from './support/sidecar.ts';
import { inWorld, until } from './support/world.ts';

const CONCURRENCY = 32;
const LATENCY_MS = 300;
const STORE_MS = 20;
const GOAL = 0.93;
/** In sequence, per paid guest order; checked below. */
const CALLS = 3;
const FIRST = 10_000;

/**
 * P1: the whole pipeline (read, derive, plan, intent on disk, POST, outcome on disk, audit chain) against an Oracle that takes 300 ms
 * for each call. The bound is concurrency / (calls in sequence x latency): with that many calls always in flight it cannot be faster.
 */
export async function drain(bench: Bench): Promise<Figure[]> {
  const measureMs = bench.quick ? 6_000 : 15_000;
  const bound = CONCURRENCY / (LATENCY_MS / 1000);
  const count = Math.ceil((bound / CALLS) * (measureMs / 1000) * 1.2) + 300;
  return inWorld(
    { shop: { first: FIRST, count, answerMs: STORE_MS }, oracleConcurrency: CONCURRENCY, latencyMs: LATENCY_MS },
    async ({ tell, overview, sandbox, sidecar, plugin }) => {
      await tell(Array.from({ length: count }, (_, n) => FIRST + n));
      // The brake starts at 4 calls in flight and learns.
      await until('warm-up', async () => ((await overview()).counts.posted ?? 0) >= 150 || null, 30_000);
      const fromMs = Date.now();
      await sleep(measureMs);
      const toMs = Date.now();
      const { counts } = await overview();
      if (counts.new === 0) throw new Error('The backlog was used up before the measurement ended');
      const left = (counts.attention ?? 0) + (counts.rejected ?? 0);
      if (left > 0) throw new Error(`${left} orders did not post: ${JSON.stringify((await overview()).causes)}`);
      const { requests } = await sandbox.control<{ requests: SandboxRequest[] }>('GET', 'requests?limit=5000');
      const calls = requests.filter(
        ({ path, answeredAtMs }) => !path.startsWith('/oauth2') && within(answeredAtMs, fromMs, toMs),
      );
      const perSecond = calls.length / ((toMs - fromMs) / 1000);
      const share = perSecond / bound;
      // Those told of first wait for the first of their kind (sidecar/store/lanes.ts) and come behind the others: any that is posted will do.
      const posted = await plugin.ask(sidecar.url, 'GET', '/v1/admin/orders?state=posted&perPage=1&actor=bench');
      const [sample] = posted.orders as { orderId: number }[];
      const made = await callsOfOrder(plugin, sidecar.url, sample?.orderId ?? FIRST);
      if (made.length !== CALLS) throw new Error(`An order needed ${made.length} calls in place of ${CALLS}: ${made.join(', ')}`);
      return [
        {
          id: 'P1',
          name: `drain, ${CONCURRENCY} calls in flight, Oracle ${LATENCY_MS} ms, store ${STORE_MS} ms`,
          goal: `>= ${GOAL} of ${digits(bound / CALLS, 1)} orders/s`,
          reached: `${digits(share, 3)} (${digits(perSecond / CALLS, 1)} orders/s)`,
          verdict: verdict(share >= GOAL),
          values: { share, callsPerSecond: perSecond, boundCallsPerSecond: bound, callsPerOrder: CALLS },
          notes: [
            `A paid guest order makes ${CALLS} calls, one after the other: ${made.join(', ')}. None is a look-up: a POST is looked up only after ` +
              'its answer was lost, and balances are read only where they were not heard in the same run. Not fewer: an application needs ' +
              'the ids of both documents, and the one call that could make receipt and application together (remittance references) ' +
              'leaves the applying to AutoMatch, which runs when it wants (design.md section 3).',
          ],
        },
      ];
    },
  );
}

const within = (at: number | null, fromMs: number, toMs: number): boolean => at !== null && at >= fromMs && at < toMs;

/** What was asked of Oracle for one order, from its audit trail, oldest first. */
async function callsOfOrder(plugin: PluginEnd, sidecarUrl: string, orderId: number): Promise<string[]> {
  const page = await plugin.ask(sidecarUrl, 'GET', `/v1/admin/audit?kind=all&orderId=${orderId}&actor=bench`);
  const entries = page.entries as { system: string; operation: string }[];
  return entries
    .filter(({ system }) => system === 'oracle')
    .map(({ operation }) => operation)
    .reverse();
}
