import Database from 'better-sqlite3';

/** Writes rows one by one, says each number once it is committed, and never stops: to be killed. Arguments: file, synchronous. */
const [, , file = '', synchronous = ''] = process.argv;
const db = new Database(file);
db.pragma('journal_mode = WAL');
// The table itself is synced in both modes: what is compared is the rows.
db.pragma('synchronous = FULL');
db.exec('CREATE TABLE IF NOT EXISTS row (n INTEGER PRIMARY KEY, body TEXT NOT NULL)');
db.pragma(`synchronous = ${synchronous}`);
const put = db.prepare('INSERT INTO row VALUES (?, ?)');
process.stdout.write('ready\n');
for (let n = Number(db.prepare('SELECT coalesce(max(n), 0) FROM row').pluck().get()) + 1; ; n += 1) {
  put.run(n, 'x'.repeat(500));
  process.stdout.write(`${n}\n`);
  await new Promise((resolve) => setImmediate(resolve));
}
