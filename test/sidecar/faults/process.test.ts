import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { startHungServer } from '../../bench/support/hung-server.ts';
import { PluginEnd, startSidecarProgram } from '../../bench/support/sidecar.ts';
import { until } from '../../bench/support/world.ts';
import { testFolder } from '../support/folder.ts';
import { faultWorld } from './support/fault-world.ts';
import { smallDisk } from './support/small-disk.ts';

vi.setConfig({ testTimeout: 120_000 });

/** What Docker and most others give before they kill. */
const LONGEST_END_MS = 10_000;

describe('a second sidecar', () => {
  it('on the same data does not start, says why, and leaves the first one alone', async () => {
    const folder = testFolder();
    await using first = await startSidecarProgram({ folder });
    await expect(startSidecarProgram({ folder })).rejects.toThrow(/Another sidecar works on .*own AR_BRIDGE_DATA/s);
    expect((await fetch(`${first.url}/healthz`)).status).toBe(200);
    expect(await first.stop()).toBe(0);
    await using next = await startSidecarProgram({ folder });
    expect((await fetch(`${next.url}/healthz`)).status).toBe(200);
  });
});

describe('SIGTERM', () => {
  it('under load lets the calls under way end, and nothing is in doubt afterwards', async () => {
    const world = await faultWorld({ orders: 40, kinds: 'all' });
    await world.sandbox.control('POST', 'latency', { min: 50, max: 300 });
    await world.tell();
    await until('calls are under way', async () => ((await world.overview()).counts.posted ?? 0) > 2 || null, 20_000, 20);
    const beganMs = Date.now();
    expect(await world.sidecar.stop()).toBe(0);
    expect(Date.now() - beganMs).toBeLessThan(LONGEST_END_MS);
    const { requests } = await world.sandbox.control<{ requests: { id: number; status: number | null }[] }>('GET', 'requests');
    expect(requests.filter(({ status }) => status === null)).toEqual([]);
    await world.restart();
    await world.allPosted(40_000);
    await world.expectAllWell();
  });

  it('ends it in time though the shop hangs', async () => {
    await using hung = await startHungServer();
    await using sidecar = await startSidecarProgram({ folder: testFolder() });
    const plugin = await PluginEnd.pair(sidecar.url, { url: hung.url, restKey: { consumerKey: 'ck_x', consumerSecret: 'cs_x' } });
    expect((await plugin.events(sidecar.url, [1, 2, 3])).status).toBe(200);
    await until('the shop is asked', async () => hung.connections() > 0 || null, 5_000, 10);
    const beganMs = Date.now();
    await sidecar.stop();
    expect(Date.now() - beganMs).toBeLessThan(LONGEST_END_MS);
  });
});

describe('a full disk', () => {
  it('is told with 503, loses nothing that was acknowledged, and is over when there is room', async ({ skip }) => {
    const disk = smallDisk(40);
    if (!disk.ok) return skip(disk.reason);
    const world = await faultWorld({ orders: 30, kinds: 'all', folder: disk.folder });
    await world.sandbox.control('POST', 'latency', { min: 5, max: 40 });
    const [early, late] = [world.orders.slice(0, 15), world.orders.slice(15)];
    await world.tell(early);
    await sleep(150); // in the middle of their work
    disk.fill();
    const refused = async () => {
      const answer = await world.plugin.events(
        world.sidecar.url,
        late.map(({ id }) => id),
      );
      return answer.status === 503 ? answer : null;
    };
    // A page or two may still fit into the write-ahead log.
    const answer = await until('events are refused', refused, 10_000, 50);
    expect(answer.body.error).toMatchObject({ code: 'store.unavailable' });
    expect((await world.overview()).counts).toBeDefined(); // reading goes on
    expect((await refused())?.status).toBe(503);
    await sleep(1_500);
    expect(world.sidecar.hasEnded()).toBe(false);
    disk.makeRoom();
    const taken = async () =>
      world.tell(late).then(
        () => true,
        () => null,
      );
    await until('events are taken again', taken, 10_000, 100);
    await world.allPosted(60_000);
    await world.expectAllWell();
  });
});
