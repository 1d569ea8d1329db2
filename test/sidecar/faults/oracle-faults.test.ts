import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { SandboxRequest } from '../../bench/support/sandbox.ts';
import { until } from '../../bench/support/world.ts';
import { type FaultWorld, faultWorld } from './support/fault-world.ts';

// Most of a test's time is the starting of processes; a busy machine may take several times as long.
vi.setConfig({ testTimeout: 90_000 });

const SALES = 'receivablesInvoices';

async function requests(world: FaultWorld, query = ''): Promise<SandboxRequest[]> {
  return (await world.sandbox.control<{ requests: SandboxRequest[] }>('GET', `requests?limit=5000${query}`)).requests;
}

/** Attempts that the queue holds against the orders, by order; those of the endpoint are not among them. */
async function causes(world: FaultWorld): Promise<string[]> {
  return (await world.overview()).causes.map(({ code, state }) => `${state} ${code}`);
}

describe('an answer that is lost', () => {
  it('after Oracle had stored the documents leads to look-ups and no second document', async () => {
    const world = await faultWorld({ orders: 6 });
    await world.sandbox.control('POST', 'faults', [
      { fault: 'hangup-after-commit', route: SALES, method: 'POST', count: 2 },
      { fault: 'half', route: 'standardReceipts', method: 'POST', count: 1 },
      { fault: 'hangup-after-commit', route: 'createApplyReceipt', count: 1 },
    ]);
    await world.tell();
    await world.allPosted();
    await world.expectAllWell();
    const sent = (await requests(world, '&method=POST')).filter(({ path }) => path.endsWith(SALES));
    expect(sent).toHaveLength(world.orders.length);
  });

  it('with the process, which is killed while Oracle takes its time, leads to one invoice', async () => {
    const world = await faultWorld({ orders: 1 });
    await world.sandbox.control('POST', 'faults', { fault: 'slow', route: SALES, method: 'POST', ms: 3_000, count: 1 });
    await world.tell();
    await until('the POST is with Oracle', async () => (await requests(world, `&path=${SALES}`)).at(0) ?? null, 5_000, 20);
    await sleep(100);
    await world.sidecar.kill();
    await world.restart();
    await world.allPosted();
    await world.expectAllWell();
    expect((await requests(world, '&method=POST')).filter(({ path }) => path.endsWith(SALES))).toHaveLength(1);
  });

  it('before anything was stored is sent again, with the same number', async () => {
    const world = await faultWorld({ orders: 6 });
    await world.sandbox.control('POST', 'faults', [
      { fault: 'hangup-before-commit', route: SALES, method: 'POST', count: 2 },
      { fault: 'hangup-before-commit', route: 'standardReceipts', method: 'POST', count: 1 },
      { fault: 'hangup-before-commit', route: 'createApplyReceipt', count: 1 },
    ]);
    await world.tell();
    await world.allPosted();
    await world.expectAllWell();
  });

  it('because it comes later than we wait for it is looked up too', async () => {
    const world = await faultWorld({ orders: 3, env: { AR_BRIDGE_ORACLE_TIMEOUT_MS: '1000' } });
    await world.sandbox.control('POST', 'faults', { fault: 'slow', route: SALES, method: 'POST', ms: 2_500, count: 2 });
    await world.tell();
    await world.allPosted();
    await world.expectAllWell();
    expect((await requests(world, '&method=POST')).filter(({ path }) => path.endsWith(SALES))).toHaveLength(3);
  });

  it.each([
    ['a login page with 200', { fault: 'html', status: 200 }],
    ['nothing with 201', { fault: 'empty' }],
    ['broken JSON', { fault: 'not-json' }],
  ])('behind %s is never taken for a posted document', async (_what, fault) => {
    const world = await faultWorld({ orders: 4 });
    await world.sandbox.control('POST', 'faults', [
      { ...fault, route: SALES, method: 'POST', count: 2 },
      { ...fault, route: 'standardReceipts', method: 'POST', count: 1 },
    ]);
    await world.tell();
    await world.allPosted();
    await world.expectAllWell();
  });
});

describe('an Oracle that says wait', () => {
  it.each([
    ['without saying how long', {}],
    ['naming seconds', { retryAfter: 1 }],
    ['naming a date', { retryAfter: 1, retryAfterForm: 'date' }],
  ])('%s gets its pause, and every order lands without an attempt held against it', async (_how, more) => {
    const world = await faultWorld({ orders: 12 });
    await world.sandbox.control('POST', 'faults', { fault: '429', count: 20, ...more });
    await world.tell();
    await world.allPosted(60_000);
    await world.expectAllWell();
    const refused = (await requests(world)).filter(({ status }) => status === 429);
    expect(refused).toHaveLength(20);
    expect(await causes(world)).toEqual([]);
  });

  it('for a while with 503 is probed by one order at a time, at growing intervals, and the rest follows', async () => {
    const world = await faultWorld({ orders: 20 });
    await world.sandbox.control('POST', 'faults', { fault: '503', count: 0 });
    await world.tell();
    const away = async () => (/does not answer/.test((await world.overview()).health.oracle.message) ? true : null);
    await until('Oracle counts as away', away, 20_000, 100);
    const since = (await requests(world)).at(-1)?.id ?? 0;
    await sleep(6_000);
    const probes = await requests(world, `&since=${since}`);
    // Half a second and more between two: in six seconds not even ten, of hundreds that 20 orders would send.
    expect(probes.length).toBeGreaterThan(0);
    expect(probes.length).toBeLessThan(10);
    for (const [n, probe] of probes.entries()) {
      const before = probes[n - 1];
      if (before) expect(probe.receivedAtMs).toBeGreaterThanOrEqual(before.answeredAtMs ?? Number.POSITIVE_INFINITY);
    }
    await world.sandbox.control('DELETE', 'faults');
    await world.allPosted(60_000);
    await world.expectAllWell();
  });

  it('to one order in words of its own does not hold up the others', async () => {
    const world = await faultWorld({ orders: 8 });
    const refusal = {
      fault: 'error',
      status: 400,
      code: 'AR_TW_BAD_DATE',
      detail: 'The accounting date is not in an open period.',
    };
    await world.sandbox.control('POST', 'faults', { ...refusal, route: SALES, method: 'POST', count: 1 });
    await world.tell();
    await until('seven posted', async () => ((await world.overview()).counts.posted === 7 ? true : null), 20_000, 50);
    const { counts, causes: why } = await world.overview();
    expect(counts).toMatchObject({ posted: 7 });
    expect(why).toHaveLength(1);
  });
});

describe('a token that ends', () => {
  it('in the middle of ten orders and more is renewed once, for all of them', async () => {
    const world = await faultWorld({ orders: 20 });
    await world.sandbox.control('POST', 'latency', { ms: 80 });
    const tokens = async () => (await requests(world, '&path=/oauth2/v1/token')).length;
    await world.tell();
    await until(
      'calls are under way',
      async () => ((await requests(world, '&method=POST')).length > 24 ? true : null),
      10_000,
      10,
    );
    expect(await tokens()).toBe(1);
    await world.sandbox.control('POST', 'token', { expireAll: true });
    await world.allPosted();
    await world.expectAllWell();
    expect((await requests(world)).filter(({ status }) => status === 401).length).toBeGreaterThan(1);
    expect(await tokens()).toBe(2);
  });
});
