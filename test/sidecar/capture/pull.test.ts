import { describe, expect, it } from 'vitest';
import type { OutboxBatch, PluginOutbox } from '../../../sidecar/capture/ports.ts';
import { type PullReport, pause, pullOutbox, startPullLoop, type Timers } from '../../../sidecar/capture/pull.ts';
import { EndpointUnavailable } from '../../../sidecar/domain/brake.ts';
import { err, ok, type Result, retryable } from '../../../sidecar/domain/failures.ts';
import { failureOf, recordingTrail } from '../woocommerce/support/shop-for-tests.ts';

const object = (id: number, seq = 1) => ({ kind: 'order' as const, id, seq, changedAt: '2026-11-23T10:00:00Z' });
const payment = (id: number) => ({
  id,
  orderId: 7,
  kind: 'received' as const,
  amount: '10.00',
  currency: 'USD',
  gateway: 'bacs',
  transactionId: '',
  at: '2026-11-23T10:00:00Z',
});

/** A plugin with an outbox that forgets only what is acknowledged in the seq it handed out. */
function outbox(objects = [object(1)], payments = [payment(1)]) {
  const log: string[] = [];
  const rows = { objects, payments };
  const plugin: PluginOutbox = {
    async pull(limit) {
      log.push('pull');
      const first = rows.objects.slice(0, limit);
      return ok({ objects: first, payments: rows.payments.slice(0, limit - first.length) });
    },
    async acknowledge(done, paid) {
      log.push(`acknowledge ${done.length}+${paid.length}`);
      rows.objects = rows.objects.filter((row) => !done.some(({ id, seq }) => id === row.id && seq === row.seq));
      rows.payments = rows.payments.filter(({ id }) => !paid.includes(id));
      return ok(undefined);
    },
  };
  const stored: OutboxBatch[] = [];
  const sink = {
    store(batch: OutboxBatch) {
      stored.push(batch);
      log.push('store');
    },
  };
  return { plugin, sink, rows, stored, log, trail: recordingTrail() };
}

describe('pulling the outbox', () => {
  it('stores before it acknowledges', async () => {
    const ports = outbox();
    expect(await pullOutbox(ports)).toEqual(ok({ objects: 1, payments: 1 }));
    expect(ports.log).toEqual(['pull', 'store', 'acknowledge 1+1']);
    expect(ports.rows).toEqual({ objects: [], payments: [] });
  });

  it('asks once and says nothing when there is nothing', async () => {
    const ports = outbox([], []);
    expect(await pullOutbox(ports)).toEqual(ok({ objects: 0, payments: 0 }));
    expect(ports.log).toEqual(['pull']);
  });

  it('goes on while batches are full', async () => {
    const ports = outbox(
      Array.from({ length: 450 }, (_, at) => object(at + 1)),
      [],
    );
    expect(await pullOutbox(ports)).toEqual(ok({ objects: 450, payments: 0 }));
    expect(ports.stored.map(({ objects }) => objects.length)).toEqual([200, 200, 50]);
  });

  it('acknowledges nothing that could not be stored', async () => {
    const ports = outbox();
    ports.sink.store = () => {
      throw new Error('database or disk is full');
    };
    expect(failureOf(await pullOutbox(ports))).toMatchObject({ kind: 'retryable', code: 'pull.not_stored' });
    expect(ports.log).toEqual(['pull']);
    expect(ports.rows.objects).toHaveLength(1);
  });

  it('gets again what was stored but not acknowledged', async () => {
    const ports = outbox();
    const { acknowledge } = ports.plugin;
    ports.plugin.acknowledge = async () => err(retryable('plugin.unreachable', 'gone', { endpoint: true }));
    expect(failureOf(await pullOutbox(ports)).code).toBe('plugin.unreachable');
    ports.plugin.acknowledge = acknowledge;
    await pullOutbox(ports);
    expect(ports.stored).toHaveLength(2);
    expect(ports.rows.objects).toEqual([]);
  });

  it('keeps a change that came while the older one was on its way', async () => {
    const ports = outbox([object(1, 5)], []);
    const { store } = ports.sink;
    ports.sink.store = (batch) => {
      if (ports.stored.length === 0) ports.rows.objects = [object(1, 6)];
      store(batch);
    };
    await pullOutbox(ports);
    expect(ports.rows.objects).toEqual([object(1, 6)]);
  });

  it('ends its round with a plugin that hands out the same rows for ever', async () => {
    const ports = outbox(
      Array.from({ length: 200 }, (_, at) => object(at + 1)),
      [],
    );
    ports.plugin.acknowledge = async () => ok(undefined);
    await pullOutbox(ports);
    expect(ports.stored).toHaveLength(50);
  });
});

/** Timers that the test runs by hand. */
function handTimers() {
  const waiting: { run: () => void; ms: number }[] = [];
  const timers: Timers = { set: (run, ms) => waiting.push({ run, ms }), clear: () => void waiting.splice(0) };
  const next = async () => {
    const timer = waiting.shift();
    timer?.run();
    await new Promise((resolve) => setTimeout(resolve, 0));
    return timer?.ms;
  };
  return { timers, waiting, next };
}

describe('the loop', () => {
  it('pulls at once, then every few seconds, and reports each round', async () => {
    const { timers, waiting, next } = handTimers();
    const reports: Result<PullReport>[] = [];
    const loop = startPullLoop({ ...outbox(), timers, everyMs: 3_000, report: (result) => void reports.push(result) });
    expect(await next()).toBe(0);
    expect(await next()).toBe(3_000);
    expect(reports).toEqual([ok({ objects: 1, payments: 1 }), ok({ objects: 0, payments: 0 })]);
    await loop.stop();
    expect(waiting).toEqual([]);
  });

  it('waits longer while the plugin cannot be reached, and no longer once it can', async () => {
    const ports = outbox();
    const { pull } = ports.plugin;
    ports.plugin.pull = async () => err(retryable('plugin.unreachable', 'gone', { endpoint: true }));
    const { timers, next } = handTimers();
    const loop = startPullLoop({ ...ports, timers, everyMs: 3_000, random: () => 1 });
    const waits = [await next(), await next(), await next(), await next()];
    expect(waits).toEqual([0, 9_000, 15_000, 27_000]);
    ports.plugin.pull = pull;
    await next();
    expect(await next()).toBe(3_000);
    await loop.stop();
  });

  it('goes on after a round that the brake did not let through', async () => {
    const ports = outbox();
    const { pull } = ports.plugin;
    ports.plugin.pull = async () => {
      throw new EndpointUnavailable('The plugin', 20_000);
    };
    const { timers, next } = handTimers();
    const reports: Result<PullReport>[] = [];
    const loop = startPullLoop({
      ...ports,
      timers,
      everyMs: 3_000,
      random: () => 1,
      report: (result) => void reports.push(result),
    });
    expect([await next(), await next()]).toEqual([0, 20_000]);
    expect(reports.map(failureOf)).toMatchObject([{ code: 'endpoint.unavailable' }, { code: 'endpoint.unavailable' }]);
    ports.plugin.pull = pull;
    await next();
    expect(ports.rows.objects).toEqual([]);
    await loop.stop();
  });

  it('ends after the round under way, and starts no other', async () => {
    const ports = outbox();
    const { timers, waiting, next } = handTimers();
    const loop = startPullLoop({ ...ports, timers });
    const round = next();
    await loop.stop();
    await round;
    expect(ports.rows.objects).toEqual([]);
    expect(waiting).toEqual([]);
  });
});

describe('the pause after failures', () => {
  it.each([
    [1, 0, 0, 3_000],
    [1, 1, 0, 9_000],
    [3, 0.5, 0, 15_000],
    [50, 1, 0, 60_000],
    [1, 0, 120_000, 120_000],
  ])('number %i with a draw of %f and %i ms asked for is %i ms', (failures, draw, asked, expected) => {
    expect(pause(failures, 3_000, () => draw, asked)).toBe(expected);
  });
});
