import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, vi } from 'vitest';
import { runCommand } from '../../../sidecar/cli/commands.ts';
import { parseCsv } from '../../../sidecar/domain/csv.ts';
import { FIRST, type ReconcileWorld, reconcileWorld } from '../reconcile/world.ts';
import { testFolder } from '../support/folder.ts';

vi.setConfig({ testTimeout: 90_000 });

interface Ended {
  code: number;
  out: string;
  err: string;
}

async function command(environment: Record<string, string>, ...args: string[]): Promise<Ended> {
  const said = { out: '', err: '' };
  const into = (stream: 'out' | 'err') => ({
    write: (text: string) => {
      said[stream] += text;
    },
  });
  const code = await runCommand(args, environment, { stdout: into('out'), stderr: into('err') });
  return { code, ...said };
}

const besides = (world: ReconcileWorld): Record<string, string> => ({
  AR_BRIDGE_DATA: join(world.folder, 'ar-bridge.db'),
  AR_BRIDGE_PORT: new URL(world.sidecar.url).port,
});
const period = ({ period: { from, to } }: ReconcileWorld): string[] => ['--from', from, '--to', to];

describe('the command line beside a running sidecar', () => {
  it('reconciles by the record with exit code 0 when all is equal, and 1 with the reasons when it is not', async () => {
    const world = await reconcileWorld({ orders: 4 });
    const environment = besides(world);
    await world.tell(world.ids.slice(0, 3));
    const balanced = await command(environment, 'reconcile', ...period(world));
    expect(balanced).toMatchObject({ code: 0, err: '' });
    expect(balanced.out).toContain('3 orders');
    expect(balanced.out).toMatch(/Sales +\d+\.\d\d +\d+\.\d\d +0\.00\n/);
    expect(balanced.out).toMatch(/\nBalanced\.\n$/);

    const fresh = await command(environment, 'reconcile', ...period(world), '--fresh');
    expect(fresh.code).toBe(1);
    expect(fresh.out).toContain(`Order ${FIRST + 3}: -${world.shop.order(FIRST + 3).total} USD. The store has order`);
    expect(fresh.out).toContain('1 difference (unexplained 1); 1 without an explanation.');
  });

  it('has the sidecar read Oracle back, keeps a certificate, and writes each table as CSV', async () => {
    const world = await reconcileWorld({ orders: 3 });
    const environment = besides(world);
    await world.tell(world.ids);
    await world.byHand.unapply(`WEB-${FIRST}-P1`, `WEB-${FIRST}`);
    const file = join(world.folder, 'live.csv');
    const all = ['reconcile', ...period(world), '--live', '--csv', file];
    const live = await command(environment, ...all, '--table', 'differences', '--certificate');
    expect(live.code).toBe(1);
    expect(live.out).toContain('Oracle read back since');
    expect(live.out).toContain('Close certificate 1 is kept.');
    expect((await world.get('/reconcile')).body.certificates).toMatchObject([{ id: 1, actor: 'command line' }]);
    const differences = parseCsv(readFileSync(file, 'utf8')).rows.map(({ cells }) => cells);
    expect(differences).toHaveLength(3);
    expect(differences.slice(1).every((cells) => cells.includes('changed-in-oracle'))).toBe(true);
    await command(environment, ...all, '--table', 'orders');
    expect(parseCsv(readFileSync(file, 'utf8')).rows).toHaveLength(1 + 3);
    await command(environment, ...all);
    expect(parseCsv(readFileSync(file, 'utf8')).rows.length).toBeGreaterThan(1);
    const json = await command(environment, 'reconcile', ...period(world), '--json');
    expect(JSON.parse(json.out)).toMatchObject({ orders: 3, oracle: 'record', totals: [{ currency: 'USD' }] });
  });

  it('ends with 2 and a sentence when it cannot read', async () => {
    const world = await reconcileWorld({ orders: 1 });
    const environment = besides(world);
    const failed = async (over: Record<string, string>, ...args: string[]) => {
      const ended = await command({ ...environment, ...over }, ...args);
      expect(ended).toMatchObject({ code: 2, out: '' });
      return ended.err;
    };
    expect(await failed({}, 'reconcile')).toContain('--from');
    expect(await failed({}, 'reconcile', '--from', '2026-02-30', '--to', '2026-03-01')).toContain('"2026-02-30" is not a day');
    expect(await failed({}, 'reconcile', '--from', '2026-03-02', '--to', '2026-03-01')).toContain('before it begins');
    expect(await failed({}, 'reconcile', ...period(world), '--table', 'lines')).toContain(
      '--table takes rows, differences, orders',
    );
    expect(await failed({}, 'reconcile', ...period(world), '--csv', join(world.folder, 'no', 'file.csv'))).toContain(
      'cannot be written',
    );
    expect(await failed({}, 'reconcile', ...period(world), '--liv')).toContain("Unknown option '--liv'");
    expect(await failed({}, 'post')).toContain('There is no command "post"');
    expect(await failed({ AR_BRIDGE_DATA: join(world.folder, 'none.db') }, 'reconcile', ...period(world))).toContain(
      'There is no database',
    );
    expect(await failed({ AR_BRIDGE_PORT: '1' }, 'reconcile', ...period(world), '--live')).toContain('No sidecar answers');
    const faults = {
      fault: 'error',
      status: 403,
      code: 'SBX_FORBIDDEN',
      detail: 'You may not.',
      route: 'receivablesInvoices',
      count: 0,
    };
    await fetch(`${world.sandbox.url}/__sandbox/faults`, {
      method: 'POST',
      body: JSON.stringify(faults),
      headers: { 'content-type': 'application/json' },
    });
    expect(await failed({}, 'reconcile', ...period(world), '--live')).not.toBe('');
    expect(existsSync(join(world.folder, 'none.db'))).toBe(false);
  });

  it('makes no key where there is none', async () => {
    const world = await reconcileWorld({ orders: 1 });
    const nowhere = join(testFolder(), 'other.key');
    const ended = await command({ ...besides(world), AR_BRIDGE_KEY_FILE: nowhere }, 'reconcile', ...period(world), '--live');
    expect(ended).toMatchObject({ code: 2, err: expect.stringContaining('There is no key file') });
    expect(existsSync(nowhere)).toBe(false);
  });

  it('verifies the audit trail: 0 when it is whole, 1 when an entry was changed, 2 when it cannot be read', async () => {
    const world = await reconcileWorld({ orders: 2 });
    await world.tell(world.ids);
    const environment = besides(world);
    const whole = await command(environment, 'audit', 'verify');
    expect(whole).toMatchObject({ code: 0 });
    const { rows, head } = (await world.get('/audit/verify')).body;
    expect(whole.out).toBe(`The chain is whole: ${rows} entries. Last hash ${head}\n`);
    expect((await command(environment, 'audit', 'verify', '--anchor', `${rows}:${head}`)).code).toBe(0);
    const cut = await command(environment, 'audit', 'verify', '--anchor', `${rows + 5}:${head}`);
    expect(cut).toMatchObject({ code: 1, out: expect.stringContaining(`ends before the anchored row ${rows + 5}`) });
    expect((await command(environment, 'audit', 'verify', '--anchor', 'x')).code).toBe(2);
    await world.sidecar.close();
    const db = new Database(environment.AR_BRIDGE_DATA ?? '');
    for (const { name } of db.prepare(`SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit'`).all() as {
      name: string;
    }[])
      db.exec(`DROP TRIGGER ${name}`);
    db.prepare(`UPDATE audit SET outcome = 'ok, really' WHERE seq = 3`).run();
    db.close();
    const broken = await command(environment, 'audit', 'verify');
    expect(broken).toMatchObject({ code: 1, out: expect.stringContaining('The chain breaks at entry 3') });
  });
});

describe('npm run sidecar with a command', () => {
  const main = join(import.meta.dirname, '../../../sidecar/main.ts');
  it('ends with the exit code of the command, without starting a sidecar', () => {
    const folder = testFolder();
    const env = { ...process.env, AR_BRIDGE_DATA: join(folder, 'none.db') };
    const ended = spawnSync(process.execPath, [main, 'audit', 'verify'], { env, encoding: 'utf8', cwd: folder, timeout: 60_000 });
    expect(ended).toMatchObject({ status: 2, stdout: '' });
    expect(ended.stderr).toContain('There is no database');
    const help = spawnSync(process.execPath, [main, '--help'], { env, encoding: 'utf8', cwd: folder, timeout: 60_000 });
    expect(help).toMatchObject({ status: 0, stdout: expect.stringContaining('reconcile --from') });
    expect(existsSync(join(folder, 'none.db'))).toBe(false);
  });
});
