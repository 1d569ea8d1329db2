import Database from 'better-sqlite3';
import { Bench } from '../../sidecar/support/bench.ts';
import { line, order, payment, refund, setup } from '../../sidecar/support/orders.ts';

/** First and last day that the orders are spread over. */
export const FIRST_DAY = '2026-10-01';
export const MANY_SETUP = setup({ timeZone: 'America/Los_Angeles' });
const DAYS = 30;
const DAY_MS = 86_400_000;
/** Ids of five digits, as the clones' are of nine: none is part of another number. */
const TEMPLATES = [10_001, 10_002, 10_003, 10_004];
const FIRST_CLONE = 100_000_001;

type Row = Record<string, string | number | bigint | Buffer | null>;

/**
 * A database with many posted orders: four kinds (paid; paid with tax and shipping; refunded in part; not paid) go through the work on
 * orders, and their rows are copied with other ids over the days of a month.
 *
 * Out     its file, in a folder that `bench.close` removes
 */
export async function manyOrders(count: number): Promise<{ file: string; close(): Promise<void> }> {
  const bench = new Bench();
  bench.setup = MANY_SETUP;
  await post(bench);
  await bench.store.write(() => bench.store.settings.save('setup', bench.setup, null, 'bench', bench.nowMs));
  const file = `${bench.folder}/test.db`;
  await bench.store.close();
  copyRows(file, count);
  return { file, close: () => bench.close().catch(() => undefined) };
}

async function post(bench: Bench): Promise<void> {
  const sold = [line(1, 4_500, 326), line(2, 1_999, 145), line(3, 999, 0, { kind: 'shipping' })];
  const total = 4_500 + 326 + 1_999 + 145 + 999;
  const at = `${FIRST_DAY}T15:00:00Z`;
  const orders = [
    order({ id: TEMPLATES[0] ?? 0, lines: [line(1, 10_000)], payments: [paid(TEMPLATES[0], 10_000)], createdAt: at }),
    order({ id: TEMPLATES[1] ?? 0, lines: sold, payments: [paid(TEMPLATES[1], total)], createdAt: at }),
    order({
      ...{ id: TEMPLATES[2] ?? 0, lines: sold, payments: [paid(TEMPLATES[2], total)], createdAt: at },
      refunds: [refund(20_003, 2_000, { createdAt: `${FIRST_DAY}T18:00:00Z` })],
    }),
    order({ id: TEMPLATES[3] ?? 0, lines: sold, createdAt: at }),
  ];
  for (const each of orders) {
    await bench.place({ ...each, number: String(each.id) });
    const end = await bench.run(each.id, 20);
    if (end.state !== 'posted') throw new Error(`Order ${each.id} ended ${JSON.stringify(end)}`);
  }
}

const paid = (id: number | undefined, amount: number) =>
  payment(amount, { id: String(30_000 + (id ?? 0)), paidAt: `${FIRST_DAY}T15:01:00Z` });

/** Rows by table, as they are for one order. `key`: the column that counts by itself. */
const TABLES: [string, string | null][] = [
  ['order_record', null],
  ['payment', null],
  ['store_refund', null],
  ['document', null],
  ['action', 'id'],
];

function copyRows(file: string, count: number): void {
  const db = new Database(file);
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = OFF');
  const templates = TEMPLATES.map((id) =>
    TABLES.map(([table, key]) => {
      const rows = db.prepare(`SELECT * FROM ${table} WHERE order_id = ?`).all(id) as Row[];
      const columns = Object.keys(rows[0] ?? {}).filter((column) => column !== key);
      const insert =
        columns.length === 0 ? null : db.prepare(`INSERT INTO ${table} (${columns}) VALUES (${columns.map(() => '?')})`);
      return { rows, columns, insert };
    }),
  );
  const days = Array.from({ length: DAYS }, (_, n) => new Date(Date.parse(FIRST_DAY) + n * DAY_MS).toISOString().slice(0, 10));
  for (let done = 0; done < count; done += 10_000) {
    db.transaction(() => {
      for (let n = done; n < Math.min(count, done + 10_000); n += 1) {
        const at = n % TEMPLATES.length;
        const template = String(TEMPLATES[at]);
        const id = FIRST_CLONE + n;
        const day = days[n % DAYS] ?? FIRST_DAY;
        const moved = (value: Row[string]): Row[string] => {
          if (typeof value === 'string')
            return value.replaceAll(template, String(id)).replaceAll(FIRST_DAY, day).replaceAll('20003', `5${id}`);
          if (value === Number(template)) return id;
          return value === 20_003 ? 5 * 10 ** 9 + id : value;
        };
        for (const { rows, columns, insert } of templates[at] ?? []) {
          for (const row of rows) insert?.run(columns.map((column) => moved(row[column] ?? null)));
        }
      }
    })();
  }
  for (const [table] of TABLES) db.prepare(`DELETE FROM ${table} WHERE order_id < 100000`).run();
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
}
