import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { Committer, isRefusedWrite } from '../../../sidecar/store/committer.ts';
import { openDatabase } from '../../../sidecar/store/database.ts';
import { testFolder } from '../support/folder.ts';

function make() {
  const { db, close } = openDatabase(join(testFolder(), 'x.db'));
  onTestFinished(close);
  db.exec('CREATE TABLE row (n INTEGER PRIMARY KEY, body BLOB NOT NULL)');
  const fatal = vi.fn();
  const committer = new Committer(db, fatal);
  const put = db.prepare('INSERT INTO row VALUES (?, ?)');
  const add = (n: number, bytes = 10) => committer.write(() => put.run(n, Buffer.alloc(bytes)));
  const rows = () => db.prepare('SELECT n FROM row ORDER BY n').pluck().all();
  /** The disk is as large as the database is now, plus a page or two. */
  const fill = () => db.pragma(`max_page_count = ${Number(db.pragma('page_count', { simple: true })) + 1}`);
  const makeRoom = () => db.pragma('max_page_count = 1000000');
  return { committer, add, rows, fill, makeRoom, fatal };
}

describe('group commit', () => {
  it('gathers writes that come one per turn of the event loop, as requests on connections of their own do', async () => {
    const { committer, add, rows } = make();
    await add(1, 4_000_000); // a commit that takes its time: the next may wait as long
    let commits = 0;
    committer.beforeCommit = () => {
      commits += 1;
      return undefined;
    };
    const writes: Promise<unknown>[] = [];
    for (let n = 2; n <= 21; n += 1) {
      writes.push(add(n));
      await nextTurn();
    }
    await Promise.all(writes);
    expect(rows()).toHaveLength(21);
    expect(commits).toBeLessThanOrEqual(4);
  });

  it('does not make a lonely write wait', async () => {
    const { committer, add } = make();
    await add(1, 4_000_000);
    let turns = 0;
    const lonely = add(2).then(() => turns);
    committer.beforeCommit = () => undefined;
    for (; turns < 10; turns += 1) await nextTurn();
    expect(await lonely).toBeLessThanOrEqual(3);
  });
});

describe('a full disk', () => {
  it('refuses the group, keeps what was written before, and takes the next write when there is room', async () => {
    const { add, rows, fill, makeRoom, fatal } = make();
    await add(1);
    fill();
    const refused = await Promise.allSettled([add(2), add(3, 100_000)]);
    expect(refused.map((result) => result.status)).toEqual(['rejected', 'rejected']);
    expect(refused.every((result) => result.status === 'rejected' && isRefusedWrite(result.reason))).toBe(true);
    expect(rows()).toEqual([1]);
    makeRoom();
    await add(4, 100_000);
    expect(rows()).toEqual([1, 4]);
    expect(fatal).not.toHaveBeenCalled();
  });

  it('is tried again without a new write, so that work that waits in the queue is claimed', async () => {
    const { committer, add, fill, makeRoom } = make();
    fill();
    let asked = 0;
    committer.beforeCommit = () => {
      asked += 1;
      return undefined;
    };
    await expect(add(1, 100_000)).rejects.toThrow();
    makeRoom();
    expect(asked).toBe(0);
    await vi.waitFor(() => expect(asked).toBeGreaterThan(0), 3_000);
  });

  it('does not keep the store from closing', async () => {
    const { committer, add, fill } = make();
    fill();
    const write = add(1, 100_000);
    await Promise.all([expect(write).rejects.toThrow(), committer.idle()]);
  });
});
