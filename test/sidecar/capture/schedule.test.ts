import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Schedule } from '../../../sidecar/capture/schedule.ts';
import { EndpointUnavailable } from '../../../sidecar/domain/brake.ts';

function make(run: () => Promise<boolean>) {
  const clock = { ms: 1_000_000 };
  let lastMs: number | null = null;
  const errors: unknown[] = [];
  const schedule = new Schedule([{ name: 'poll', everyMs: () => 600_000, run }], {
    lastRunMs: () => lastMs,
    saveRun: async () => {
      lastMs = clock.ms;
    },
    nowMs: () => clock.ms,
    tickMs: 1,
    onError: (_name, error) => errors.push(error),
  });
  onTestFinished(() => schedule.stop());
  schedule.start();
  return { clock, errors, lastRun: () => lastMs };
}

describe('the schedule', () => {
  it('takes a system that is away for no fault of ours, and asks again a minute later', async () => {
    let away = true;
    const run = vi.fn(async () => {
      if (away) throw new EndpointUnavailable('The store', 2_000);
      return true;
    });
    const { clock, errors, lastRun } = make(run);
    await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(1));
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect([run.mock.calls.length, errors, lastRun()]).toEqual([1, [], null]);
    away = false;
    clock.ms += 60_000;
    await vi.waitFor(() => expect(lastRun()).toBe(clock.ms));
  });

  it('tells of a fault of ours, and asks again all the same', async () => {
    const run = vi.fn(async () => Promise.reject(new TypeError('undefined is not a function')));
    const { clock, errors } = make(run);
    await vi.waitFor(() => expect(errors).toHaveLength(1));
    clock.ms += 60_000;
    await vi.waitFor(() => expect(errors).toHaveLength(2));
  });

  it('runs a task again when its time has come, also after a clock that was set back', async () => {
    const run = vi.fn(async () => true);
    const { clock } = make(run);
    await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(1));
    clock.ms += 600_000;
    await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(2));
    clock.ms -= 86_400_000;
    await vi.waitFor(() => expect(run).toHaveBeenCalledTimes(3));
  });
});
