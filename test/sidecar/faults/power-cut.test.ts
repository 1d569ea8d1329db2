import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { openStore } from '../../../sidecar/store/store.ts';
import { buildShim } from '../../bench/support/preloaded.ts';
import { startProgram } from '../../bench/support/program.ts';
import { databaseIn } from '../../bench/support/sidecar.ts';
import { until } from '../../bench/support/world.ts';
import { testFolder } from '../support/folder.ts';
import { chance, runs } from './support/chance.ts';
import { faultWorld } from './support/fault-world.ts';
import { cutPower, LOSSES, unsynced } from './support/power-cut.ts';

vi.setConfig({ testTimeout: 1_800_000 });

const folder = join(process.cwd(), 'test-output', 'shims');
let shim: ReturnType<typeof buildShim> = { ok: false, reason: 'not built yet' };
beforeAll(() => {
  shim = buildShim('powercut', folder);
});

const logOf = (where: string): string => join(where, 'writes.log');
const preloaded = (where: string): NodeJS.ProcessEnv =>
  shim.ok ? { LD_PRELOAD: shim.path, PC_MATCH: '.db', PC_LOG: logOf(where) } : {};

function integrityOf(file: string): unknown {
  const db = new Database(file);
  try {
    return db.pragma('integrity_check', { simple: true });
  } finally {
    db.close();
  }
}

describe('a power cut', () => {
  it('loses no acknowledged event, breaks no chain, and no document is made twice', async ({ skip }) => {
    if (!shim.ok) return skip(shim.reason);
    const random = chance('power cuts');
    const cuts = runs(6);
    const world = await faultWorld({ orders: cuts * 25, kinds: 'all' });
    await world.sandbox.control('POST', 'latency', { min: 2, max: 30 });
    const file = databaseIn(world.folder);
    const acknowledged = new Set<number>();
    let over = false;
    onTestFinished(() => {
      over = true;
    });
    const telling = (async () => {
      for (const order of world.orders) {
        while (!acknowledged.has(order.id) && !over) {
          await world.tell([order]).then(
            () => acknowledged.add(order.id),
            () => sleep(5), // no sidecar at the moment: the plugin keeps its row and sends it again
          );
        }
        await sleep(random.between(0, 12));
      }
    })();

    await world.sidecar.kill();
    let lost = 0;
    for (let cut = 0; cut < cuts; cut += 1) {
      await world.restart(preloaded(world.folder));
      await sleep(random.between(100, 500));
      await world.sidecar.kill();
      const safe = new Set(acknowledged);
      lost += cutPower(logOf(world.folder), LOSSES[cut % LOSSES.length] ?? 'all', random);
      expect(integrityOf(file)).toBe('ok');
      const store = openStore(file);
      expect([...safe].filter((id) => store.orders.get(id) === null)).toEqual([]);
      expect(store.audit.verify().firstBad).toBeNull();
      await store.close();
    }
    await world.restart();
    await telling;
    await world.allPosted(120_000);
    await world.expectAllWell();
    expect(lost, 'no write was ever lost: the test has shown nothing').toBeGreaterThan(0);
  });

  it('is told by this harness from a kill: with synchronous=NORMAL it loses committed rows, with FULL it does not', async ({
    skip,
  }) => {
    if (!shim.ok) return skip(shim.reason);
    const random = chance('power cuts of one writer');
    const lostWith = async (synchronous: 'NORMAL' | 'FULL', loss: 'all' | 'random') => {
      const where = testFolder();
      const file = join(where, 'rows.db');
      await using writer = await startProgram(join(import.meta.dirname, 'support', 'row-writer.ts'), {
        args: [file, synchronous],
        env: preloaded(where),
        readyWhen: /ready\n/,
      });
      const last = () => Number(writer.output().trim().split('\n').at(-1));
      await until('some rows', async () => (last() > 20 ? true : null), 20_000, 20);
      await sleep(random.between(50, 300));
      await writer.kill();
      const told = last();
      const open = unsynced(logOf(where)).length;
      cutPower(logOf(where), loss, random);
      expect(integrityOf(file)).toBe('ok');
      const db = new Database(file);
      const rows = Number(db.prepare('SELECT count(*) FROM row WHERE n <= ?').pluck().get(told));
      db.close();
      return { lost: told - rows, open };
    };
    // Under NORMAL only a checkpoint syncs: what was committed since, hundreds of rows, is open at nearly every moment.
    let lost = 0;
    for (let n = 0; n < 3; n += 1) lost += (await lostWith('NORMAL', 'all')).lost;
    expect(lost).toBeGreaterThan(0);
    for (const loss of ['all', 'random'] as const) expect((await lostWith('FULL', loss)).lost).toBe(0);
  });
});
