import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Endpoint, Engine } from '../../../sidecar/apply/engine.ts';
import type { OrderEnd } from '../../../sidecar/apply/work.ts';
import { needsAttention, rejected, retryable } from '../../../sidecar/domain/failures.ts';
import { openStore } from '../../../sidecar/store/store.ts';
import { testFolder } from '../support/folder.ts';

function make(order: (id: number) => Promise<OrderEnd>, slots = 4) {
  const clock = { ms: 1_000_000 };
  const store = openStore(join(testFolder(), 'x.db'), () => clock.ms);
  const endpoint = { gone: false, leftMs: 0, away: () => endpoint.gone, awayForMs: () => endpoint.leftMs, onChange: () => {} };
  const bugs: unknown[] = [];
  const engine = new Engine({
    store,
    order,
    customer: async () => ({ state: 'posted' }),
    endpoints: [endpoint as Endpoint],
    slots,
    nowMs: () => clock.ms,
    random: () => 1,
    onBug: (_job, error) => bugs.push(error),
  });
  onTestFinished(async () => {
    await engine.stop();
    await store.close();
  });
  const mark = (...ids: number[]) =>
    store.write(() => {
      for (const id of ids) {
        store.orders.know(id, clock.ms);
        store.jobs.mark('order', id, clock.ms);
      }
    });
  const settled = async () => {
    for (let n = 0; n < 200; n += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return { engine, store, mark, settled, clock, endpoint, bugs };
}

describe('the engine', () => {
  it('starts work on the event, without waiting for a timer', async () => {
    const begun: number[] = [];
    const { engine, mark, settled, store } = make(async (id) => {
      begun.push(id);
      return { state: 'posted' };
    });
    engine.start();
    await mark(1, 2, 3);
    await settled();
    expect(begun).toEqual([1, 2, 3]);
    expect(store.orders.counts()).toMatchObject({ posted: 3 });
    expect(store.jobs.count()).toBe(0);
  });

  it('fills its slots and no more', async () => {
    let inFlight = 0;
    let most = 0;
    const { engine, mark, store } = make(async () => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      await new Promise((resolve) => setTimeout(resolve, 2));
      inFlight -= 1;
      return { state: 'posted' };
    }, 3);
    engine.start();
    await mark(...Array.from({ length: 20 }, (_, n) => n + 1));
    while (store.jobs.count() > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(most).toBe(3);
  });

  it('runs an order once more when an event came during its work', async () => {
    let runs = 0;
    const parts = make(async () => {
      runs += 1;
      if (runs === 1) await parts.mark(1);
      return { state: 'posted' };
    });
    parts.engine.start();
    await parts.mark(1);
    await parts.settled();
    expect(runs).toBe(2);
  });

  it('sorts failures by who acts next', async () => {
    const ends: Record<number, OrderEnd> = {
      1: { state: 'stopped', failure: needsAttention('tax.unmapped', 'm', 'a') },
      2: { state: 'stopped', failure: rejected('order.negative_total', 'm', 'correct it') },
      3: { state: 'stopped', failure: retryable('oracle.throttled', 'm', { endpoint: true, retryAfterMs: 90_000 }) },
      4: { state: 'excluded', code: 'order.zero_total', message: 'm' },
    };
    const { engine, mark, settled, store, clock } = make(async (id) => ends[id] ?? { state: 'posted' });
    engine.start();
    await mark(1, 2, 3, 4);
    await settled();
    expect([1, 2, 3, 4].map((id) => store.orders.get(id)?.state)).toEqual(['attention', 'rejected', 'waiting', 'excluded']);
    expect([1, 2].map((id) => store.orders.get(id)?.reason?.action)).toEqual(['a', 'correct it']);
    expect(store.jobs.count()).toBe(1);
    expect(store.jobs.nextRunAtMs()).toBe(clock.ms + 90_000);
    expect(store.orders.get(3)?.nextAttemptMs).toBe(clock.ms + 90_000);
  });

  it('hands a failure of the document itself to a person after twelve attempts, an outage never', async () => {
    let endpoint = false;
    const { engine, mark, settled, store, clock } = make(async () => ({
      state: 'stopped',
      failure: retryable('oracle.error', 'm', { endpoint }),
    }));
    engine.start();
    await mark(1);
    for (let n = 0; n < 11; n += 1) {
      await settled();
      expect(store.orders.get(1)?.state).toBe('waiting');
      clock.ms += 3_600_001;
      store.committer.wake();
    }
    await settled();
    expect(store.orders.get(1)?.state).toBe('attention');

    endpoint = true;
    await mark(2);
    for (let n = 0; n < 30; n += 1) {
      await settled();
      clock.ms += 3_600_001;
      store.committer.wake();
    }
    expect(store.orders.get(2)?.state).toBe('waiting');
  });

  it('parks an order that meets a bug, and goes on with the others', async () => {
    const { engine, mark, settled, store, bugs } = make(async (id) => {
      if (id === 1) throw new Error('undefined is not a function');
      return { state: 'posted' };
    });
    engine.start();
    await mark(1, 2);
    await settled();
    expect(store.orders.get(1)).toMatchObject({ state: 'attention', reason: { code: 'bug' } });
    expect(store.orders.get(2)?.state).toBe('posted');
    expect(bugs).toHaveLength(1);
  });

  it('probes with one order at a time while an endpoint is away', async () => {
    let inFlight = 0;
    let most = 0;
    const { engine, mark, endpoint, store } = make(async () => {
      inFlight += 1;
      most = Math.max(most, inFlight);
      await new Promise((resolve) => setTimeout(resolve, 1));
      inFlight -= 1;
      return { state: 'posted' };
    });
    endpoint.gone = true;
    engine.start();
    await mark(1, 2, 3, 4, 5);
    while (store.jobs.count() > 0) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(most).toBe(1);
  });

  it('probes by itself when it was woken a moment too early', async () => {
    const begun: number[] = [];
    const { engine, mark, endpoint, settled } = make(async (id) => {
      begun.push(id);
      return { state: 'posted' };
    });
    endpoint.gone = true;
    endpoint.leftMs = 0.4;
    engine.start();
    await mark(1);
    await settled();
    expect(begun).toEqual([]);
    endpoint.leftMs = 0;
    await vi.waitFor(() => expect(begun).toEqual([1]));
  });

  it('keeps the end of a job until the disk takes it, and does not take the order up twice', async () => {
    const runs: number[] = [];
    const { engine, mark, settled, store } = make(async (id) => {
      runs.push(id);
      return { state: 'posted' };
    });
    const finish = store.jobs.finish.bind(store.jobs);
    let full = true;
    store.jobs.finish = (...end) => {
      if (full) throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
      finish(...end);
    };
    engine.start();
    await mark(1);
    await settled();
    expect([store.jobs.count(), engine.underWay(), store.orders.get(1)?.state]).toEqual([1, 1, 'posting']);
    full = false;
    await vi.waitFor(() => expect(store.orders.get(1)?.state).toBe('posted'), 3_000);
    await settled();
    expect([runs, store.jobs.count(), engine.underWay()]).toEqual([[1], 0, 0]);
  });

  it('runs an order again whose work could not be written down', async () => {
    let full = true;
    const { engine, mark, settled, store, clock, bugs } = make(async () => {
      if (full) throw Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' });
      return { state: 'posted' };
    });
    engine.start();
    await mark(1);
    await settled();
    expect(store.orders.get(1)).toMatchObject({ state: 'waiting', reason: { code: 'store.unavailable' } });
    full = false;
    clock.ms += 60_000;
    store.committer.wake();
    await settled();
    expect(store.orders.get(1)?.state).toBe('posted');
    expect(bugs).toEqual([]);
  });
});
