import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../../sidecar/store/database.ts';
import { KEPT_RUNS } from '../../../sidecar/store/reconcile-records.ts';
import { openStore, type Store } from '../../../sidecar/store/store.ts';
import { Vault } from '../../../sidecar/store/vault.ts';
import { testFolder } from '../support/folder.ts';

function open(folder = testFolder()): Store & { file: string } {
  const file = join(folder, 'ar-bridge.db');
  const store = openStore(file, () => 1_000);
  onTestFinished(() => store.close());
  return { ...store, file };
}

describe('the database', () => {
  it('is in WAL mode and synchronous=FULL, and readable by its owner only', () => {
    const { db, close } = openDatabase(join(testFolder(), 'x.db'));
    expect(db.pragma('journal_mode', { simple: true })).toBe('wal');
    expect(db.pragma('synchronous', { simple: true })).toBe(2);
    close();
  });

  it('refuses a second sidecar on the same data', () => {
    const store = open();
    expect(() => openStore(store.file)).toThrow('Another sidecar works on');
  });

  it('refuses a database of a newer program', () => {
    const file = join(testFolder(), 'x.db');
    openDatabase(file).close();
    const db = new Database(file);
    db.pragma('user_version = 99');
    db.close();
    expect(() => openDatabase(file)).toThrow('install a newer AR Bridge sidecar');
  });
});

describe('group commit', () => {
  it('writes what one turn brings in one transaction', async () => {
    const store = open();
    let commits = 0;
    store.committer.beforeCommit = () => {
      commits += 1;
      return undefined;
    };
    await Promise.all(Array.from({ length: 500 }, (_, n) => store.write(() => store.jobs.mark('order', n + 1, 1))));
    expect(commits).toBe(1);
    expect(store.jobs.count()).toBe(500);
  });

  it('undoes a write that throws, alone', async () => {
    const store = open();
    const results = await Promise.allSettled([
      store.write(() => store.jobs.mark('order', 1, 1)),
      store.write(() => {
        store.jobs.mark('order', 2, 1);
        throw new Error('no');
      }),
      store.write(() => store.jobs.mark('order', 3, 1)),
    ]);
    expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(store.jobs.claim(1, 10).map((job) => job.objectId)).toEqual([1, 3]);
  });
});

describe('the queue', () => {
  it('never leases one order twice, and runs it once more when news came meanwhile', async () => {
    const store = open();
    await store.write(() => store.jobs.mark('order', 1, 1));
    const [job] = await store.write(() => store.jobs.claim(1, 10));
    expect(job).toMatchObject({ kind: 'order', objectId: 1, attempts: 0 });
    await store.write(() => store.jobs.mark('order', 1, 2));
    expect(store.jobs.claim(5, 10)).toEqual([]);
    if (job) await store.write(() => store.jobs.finish(job, { end: 'done' }, 5));
    expect(store.jobs.claim(5, 10)).toHaveLength(1);
  });

  it('is empty when the work is done', async () => {
    const store = open();
    await store.write(() => store.jobs.mark('order', 1, 1));
    const [job] = await store.write(() => store.jobs.claim(1, 10));
    if (job) await store.write(() => store.jobs.finish(job, { end: 'done' }, 5));
    expect(store.jobs.count()).toBe(0);
  });

  it('keeps a job that failed until its time, and counts the attempts that count', async () => {
    const store = open();
    await store.write(() => store.jobs.mark('order', 1, 1));
    const [job] = await store.write(() => store.jobs.claim(1, 10));
    if (job) await store.write(() => store.jobs.finish(job, { end: 'again', atMs: 100, counts: true }, 5));
    expect(store.jobs.claim(99, 10)).toEqual([]);
    expect(store.jobs.nextRunAtMs()).toBe(100);
    expect(store.jobs.claim(100, 10)).toMatchObject([{ attempts: 1 }]);
  });

  it('takes up after a crash what was leased', async () => {
    const store = open();
    await store.write(() => store.jobs.mark('order', 1, 1));
    await store.write(() => store.jobs.claim(1, 10));
    expect(store.jobs.recover()).toBe(1);
    expect(store.jobs.claim(1, 10)).toHaveLength(1);
  });
});

describe('events', () => {
  it('stores an event once, however often it comes', async () => {
    const store = open();
    const batch = { objects: [{ kind: 'order' as const, id: 7, seq: 1, changedAt: '' }], payments: [] };
    expect(await store.capture.accept('e1', 'plugin', Buffer.from('{}'), batch)).toBe(true);
    expect(await store.capture.accept('e1', 'plugin', Buffer.from('{}'), batch)).toBe(false);
    expect(store.orders.get(7)?.state).toBe('new');
    expect(store.jobs.count()).toBe(1);
  });

  it('keeps a payment row that was assumed before the plugin’s own row came', async () => {
    const store = open();
    const row = {
      id: 5,
      orderId: 1,
      kind: 'received' as const,
      amount: '10.00',
      currency: 'USD',
      gateway: 'cod',
      transactionId: 't',
      at: '2026-11-20T15:01:00Z',
    };
    await store.write(() => {
      store.events.assumePayment(1, '10.00', 'USD', '2026-11-20T15:01:00Z', 'cod', '');
      store.events.addPayment(row);
      store.events.addPayment(row);
    });
    expect(store.events.payments({ id: 1, currency: 'USD', decimals: 2 })).toMatchObject([
      { id: 'assumed-1', transactionId: 't', amount: 1000 },
    ]);
  });
});

describe('the audit trail', () => {
  const row = (n: number) => ({
    orderId: n % 2 === 0 ? 10 : null,
    document: n % 2 === 0 ? 'WEB-10' : null,
    system: 'oracle',
    operation: 'create invoice',
    method: 'POST',
    path: '/x',
    status: 201,
    startedAtMs: 1_000 * n,
    durationMs: 1.5,
    outcome: n === 3 ? 'oracle.period_closed' : 'ok',
    oracleIds: ['300100000000001'],
    actor: 'sidecar',
    request: '{"a":1}',
    response: '{"b":2}',
  });
  async function filled() {
    const store = open();
    for (let n = 1; n <= 6; n += 1) await store.write(() => store.audit.append(row(n)));
    return store;
  }

  it('chains each row to the one before it', async () => {
    const store = await filled();
    expect(store.audit.verify()).toMatchObject({ rows: 6, firstBad: null });
    const [newest, previous] = store.audit.list({ limit: 2 });
    expect(newest?.previousHash).toBe(previous?.hash);
    expect(store.audit.get(6)).toMatchObject({ request: '{"a":1}', response: '{"b":2}' });
  });

  it('filters by order, document, result and time', async () => {
    const store = await filled();
    expect(store.audit.list({ orderId: 10, limit: 9 }).map((entry) => entry.seq)).toEqual([6, 4, 2]);
    expect(store.audit.list({ document: 'WEB-10', before: 6, limit: 1 }).map((entry) => entry.seq)).toEqual([4]);
    expect(store.audit.list({ result: 'failed', limit: 9 }).map((entry) => entry.seq)).toEqual([3]);
    expect(store.audit.list({ fromMs: 2_000, toMs: 4_000, limit: 9 }).map((entry) => entry.seq)).toEqual([3, 2]);
  });

  it('tells changes in Oracle from reads, tokens and what other systems were asked', async () => {
    const store = await filled();
    await store.write(() => {
      store.audit.append({ ...row(7), method: 'GET', operation: 'find invoice' });
      store.audit.append({ ...row(9), operation: 'get token' });
      store.audit.append({ ...row(11), operation: 'read customer account' }); // SOAP reads by POST
      store.audit.append({ ...row(13), system: 'plugin' });
    });
    expect(store.audit.list({ writes: true, limit: 9 }).map((entry) => entry.seq)).toEqual([6, 5, 4, 3, 2, 1]);
  });

  it('refuses changes and deletions', async () => {
    const store = await filled();
    const other = new Database(store.file);
    expect(() => other.exec(`UPDATE audit SET outcome = 'ok' WHERE seq = 3`)).toThrow('append-only');
    expect(() => other.exec(`DELETE FROM audit_body WHERE seq = 3`)).toThrow('append-only');
    other.close();
  });

  it.each([
    ['a changed row', `UPDATE audit SET outcome = 'ok' WHERE seq = 3`, 3],
    ['a changed body', `UPDATE audit_body SET response = x'00' WHERE seq = 4`, 4],
    ['a missing row', `DELETE FROM audit WHERE seq = 2`, 2],
    ['two swapped rows', `UPDATE audit SET seq = -seq WHERE seq IN (2, 5); UPDATE audit SET seq = 7 + seq WHERE seq < 0`, 2],
  ])('finds %s in a doctored copy', async (_what, sql, seq) => {
    const store = await filled();
    const other = new Database(store.file);
    for (const trigger of ['audit_keeps', 'audit_stays', 'audit_body_keeps', 'audit_body_stays'])
      other.exec(`DROP TRIGGER ${trigger}`);
    other.exec(sql);
    other.close();
    expect(store.audit.verify().firstBad?.seq).toBe(seq);
  });

  it('finds a cut tail by the anchor that was written down outside', async () => {
    const store = await filled();
    const anchor = store.audit.anchor();
    const other = new Database(store.file);
    for (const trigger of ['audit_stays', 'audit_body_stays']) other.exec(`DROP TRIGGER ${trigger}`);
    other.exec('DELETE FROM audit WHERE seq > 4; DELETE FROM audit_body WHERE seq > 4');
    other.close();
    expect(store.audit.verify().firstBad).toBeNull();
    expect(store.audit.verify(anchor).firstBad).toMatchObject({ seq: 5 });
  });
});

describe('secrets', () => {
  it('are sealed on disk, told apart by name and key', async () => {
    const store = open();
    const vault = new Vault(Buffer.alloc(32, 1));
    await store.write(() =>
      store.settings.saveSealed('oracle.password', vault.seal('oracle.password', 'correct horse battery'), '…tery', 1),
    );
    const sealed = store.settings.sealed('oracle.password')?.sealed ?? Buffer.alloc(0);
    expect(vault.open('oracle.password', sealed)).toBe('correct horse battery');
    expect(() => vault.open('store.consumerSecret', sealed)).toThrow('is damaged');
    expect(() => new Vault(Buffer.alloc(32, 2)).open('oracle.password', sealed)).toThrow('another key');
    for (const file of [store.file, `${store.file}-wal`]) expect(readFileSync(file).includes('correct horse')).toBe(false);
  });
});

describe('orders', () => {
  it('are counted by state without reading them', async () => {
    const store = open();
    await store.write(() => {
      for (const id of [1, 2, 3]) store.orders.know(id, 1);
      store.orders.setState(2, 'posted', null, null, 1);
      store.orders.setState(3, 'attention', { code: 'tax.unmapped', message: 'm', action: 'a' }, null, 1);
    });
    expect(store.orders.counts()).toEqual({ new: 1, posted: 1, attention: 1 });
    expect(store.orders.causes(5)).toMatchObject([{ code: 'tax.unmapped', orders: 1, sample: [3] }]);
    expect(store.orders.list({ state: 'attention', limit: 5, offset: 0 })).toMatchObject({ total: 1, rows: [{ orderId: 3 }] });
  });
});

describe('runs of a reconciliation', () => {
  it('are kept for each actor apart: nights that fail do not push out what a person ran', async () => {
    const store = open();
    await store.write(() => {
      for (let n = 0; n < 2; n += 1) store.reconcile.startRun('{}', 'kim', n);
      for (let n = 0; n < KEPT_RUNS + 5; n += 1) store.reconcile.startRun('{}', 'schedule', n);
    });
    expect(store.reconcile.runsBy('kim', 100).map(({ startedAtMs }) => startedAtMs)).toEqual([1, 0]);
    expect(store.reconcile.runsBy('schedule', 100)).toHaveLength(KEPT_RUNS);
    expect(store.reconcile.runsBy('schedule', 1)).toMatchObject([{ startedAtMs: KEPT_RUNS + 4 }]);
  });
});
