import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Figure } from './report.ts';
import { verdict } from './report.ts';
import { digits } from './support/numbers.ts';
import type { SandboxProgram } from './support/sandbox.ts';
import { inWorld, until, type World } from './support/world.ts';

const LATENCY_MS = 300;
const CAP = 24;
const LOW_CAP = 8;
const PHASE_MS = 7_000;
const FIRST = 10_000;
const COUNT = 4_000;

interface LimitState {
  allowed: number;
  refused: number;
}

/** P2: an endpoint that takes 24 calls at a time and tells nobody; then one that takes 24, 8 and 24 again, seven seconds each. */
export async function limits(bench: Bench): Promise<Figure[]> {
  return inWorld(
    { shop: { first: FIRST, count: COUNT, answerMs: 20 }, oracleConcurrency: 64, latencyMs: LATENCY_MS },
    async (world) => {
      await world.tell(Array.from({ length: COUNT }, (_, n) => FIRST + n));
      const steady = await fixedCap(world, bench.quick ? 6_000 : 12_000);
      const moving = await movingCap(world);
      return [
        figure(`hidden cap of ${CAP} calls in flight`, steady, 0.95, 0.02),
        figure(`hidden cap ${CAP}, ${LOW_CAP}, ${CAP}, ${PHASE_MS / 1000} s each`, moving, 0.9, 0.05),
      ];
    },
  );
}

interface Held {
  /** Of what the endpoint would have taken. */
  share: number;
  refusedPerSuccess: number;
}

async function fixedCap({ sandbox, overview }: World, measureMs: number): Promise<Held> {
  await sandbox.control('POST', 'limits', { inFlight: CAP, retryAfterSeconds: 1 });
  await until('warm-up', async () => ((await overview()).counts.posted ?? 0) >= 60 || null, 60_000);
  return held(sandbox, CAP, () => sleep(measureMs));
}

async function movingCap({ sandbox }: World): Promise<Held> {
  const schedule = [
    { afterMs: PHASE_MS, inFlight: LOW_CAP },
    { afterMs: 2 * PHASE_MS, inFlight: CAP },
  ];
  await sandbox.control('POST', 'limits', { inFlight: CAP, retryAfterSeconds: 1, schedule });
  return held(sandbox, (CAP + LOW_CAP + CAP) / 3, () => sleep(3 * PHASE_MS));
}

async function held(sandbox: SandboxProgram, cap: number, pass: () => Promise<unknown>): Promise<Held> {
  const before = await sandbox.control<LimitState>('GET', 'limits');
  const beganMs = Date.now();
  await pass();
  const seconds = (Date.now() - beganMs) / 1000;
  const after = await sandbox.control<LimitState>('GET', 'limits');
  const allowed = after.allowed - before.allowed;
  return {
    share: allowed / seconds / (cap / (LATENCY_MS / 1000)),
    refusedPerSuccess: (after.refused - before.refused) / allowed,
  };
}

function figure(name: string, { share, refusedPerSuccess }: Held, shareGoal: number, refusedGoal: number): Figure {
  return {
    id: 'P2',
    name,
    goal: `>= ${shareGoal} of it, <= ${refusedGoal} refusals per success`,
    reached: `${digits(share)}, ${digits(refusedPerSuccess, 3)}`,
    verdict: verdict(share >= shareGoal && refusedPerSuccess <= refusedGoal),
    values: { share, refusedPerSuccess },
  };
}
