import type { ReferenceRow } from '../apply/ports.ts';
import type { Period } from '../derive/accounting-date.ts';
import { type Db, statements } from './database.ts';
import type { Settings } from './settings.ts';

/** What became of a row between two pulls. `closed`: disabled, ended, or a period that takes no more; `opened` is the reverse. */
export type RowChange = 'appeared' | 'vanished' | 'closed' | 'opened' | 'changed';

export interface ListChange {
  key: string;
  label: string;
  change: RowChange;
  /** In words. */
  detail: string;
}
export interface StoredListChange extends ListChange {
  id: number;
  list: string;
  atMs: number;
}

/** Part of what a pull brought for one list. */
export interface ListWrite {
  put: readonly ReferenceRow[];
  remove: readonly string[];
  changes: readonly ListChange[];
}

/** The lists of values of both systems as last pulled, and what each pull changed. Writes inside Committer.write. */
export class References {
  private readonly sql;
  private readonly settings: Settings;

  constructor(db: Db, settings: Settings) {
    this.sql = statements(db);
    this.settings = settings;
  }

  /** Writes a part of what a pull brought; `pulled` ends it. */
  write(list: string, { put, remove, changes }: ListWrite, nowMs: number): void {
    const insert = this.sql(`INSERT INTO reference_row VALUES (:list, :key, :label, :enabled, :endDate, :extra)
      ON CONFLICT (list, key) DO UPDATE SET label = :label, enabled = :enabled, end_date = :endDate, extra = :extra`);
    for (const row of put) {
      insert.run({
        list,
        key: row.key,
        label: row.label,
        enabled: row.enabled ? 1 : 0,
        endDate: row.endDate,
        extra: JSON.stringify(row.extra),
      });
    }
    const gone = this.sql('DELETE FROM reference_row WHERE list = ? AND key = ?');
    for (const key of remove) gone.run(list, key);
    const note = this.sql('INSERT INTO reference_change (at_ms, list, key, label, change, detail) VALUES (?, ?, ?, ?, ?, ?)');
    for (const { key, label, change, detail } of changes) note.run(nowMs, list, key, label, change, detail);
  }

  /** The list is as the other system has it now. */
  pulled(list: string, rows: number, nowMs: number): void {
    this.settings.saveCursor(`reference:${list}`, String(rows), nowMs);
    this.settings.saveCursor(`reference-failed:${list}`, '', nowMs);
  }

  /** It could not be pulled: what stands here is older. */
  notPulled(list: string, why: string, nowMs: number): void {
    this.settings.saveCursor(`reference-failed:${list}`, why, nowMs);
  }

  pulledAtMs(list: string): number | null {
    return this.settings.cursorAtMs(`reference:${list}`);
  }

  /** When a pull was last tried, well or not. */
  triedAtMs(list: string): number | null {
    return this.settings.cursorAtMs(`reference-failed:${list}`);
  }

  /** Rows at the last pull, and why the last try failed. */
  status(list: string): { pulledAtMs: number | null; rows: number; failure: string } {
    return {
      pulledAtMs: this.pulledAtMs(list),
      rows: Number(this.settings.cursor(`reference:${list}`) ?? 0),
      failure: this.settings.cursor(`reference-failed:${list}`) ?? '',
    };
  }

  /** Rows whose key or label holds the text, by key. */
  rows(list: string, search = '', limit = 1000): ReferenceRow[] {
    const like = `%${search.replace(/[\\%_]/g, '\\$&')}%`;
    const rows = this.sql(`SELECT key, label, enabled, end_date, extra FROM reference_row
      WHERE list = ? AND (key LIKE ? ESCAPE '\\' OR label LIKE ? ESCAPE '\\') ORDER BY key LIMIT ?`).all(
      list,
      like,
      like,
      limit,
    ) as Row[];
    return rows.map(toRow);
  }

  /** A page of a list, by key, for those who walk through all of it. */
  rowsAfter(list: string, key: string, limit: number): ReferenceRow[] {
    const rows = this.sql(`SELECT key, label, enabled, end_date, extra FROM reference_row
      WHERE list = ? AND key > ? ORDER BY key LIMIT ?`).all(list, key, limit) as Row[];
    return rows.map(toRow);
  }

  /** The first row whose key begins so; null when there is none. */
  firstWith(list: string, prefix: string): ReferenceRow | null {
    const [row] = this.sql(`SELECT key, label, enabled, end_date, extra FROM reference_row
      WHERE list = ? AND key >= ? ORDER BY key LIMIT 1`).all(list, prefix) as Row[];
    return row?.key.startsWith(prefix) ? toRow(row) : null;
  }

  /**
   * AR periods of a business unit's ledger, adjustment periods left out: they take no documents of ours. Without a unit, or with one whose
   * ledger Oracle does not tell: those of the set-up's first one.
   */
  periods(businessUnit?: string): Period[] {
    const ledger = businessUnit === undefined ? null : (this.find('businessUnits', businessUnit)?.extra.ledgerId ?? null);
    const ofLedger = (row: ReferenceRow) =>
      ledger === null ? !row.key.startsWith(`${row.extra.ledgerId}/`) : row.extra.ledgerId === ledger;
    return this.rows('periods')
      .filter((row) => row.extra.adjustment !== 'yes' && ofLedger(row))
      .map(({ label, extra }) => ({ name: label, start: extra.start ?? '', end: extra.end ?? '', status: extra.status ?? '' }));
  }

  find(list: string, key: string): ReferenceRow | null {
    const row = this.sql('SELECT key, label, enabled, end_date, extra FROM reference_row WHERE list = ? AND key = ?').get(
      list,
      key,
    ) as Row | undefined;
    return row ? toRow(row) : null;
  }

  /** The other system had it once and has it no more. */
  vanished(list: string, key: string): boolean {
    const last = this.sql('SELECT change FROM reference_change WHERE list = ? AND key = ? ORDER BY id DESC LIMIT 1')
      .pluck()
      .get(list, key) as RowChange | undefined;
    return last === 'vanished';
  }

  /** Newest first, older than `before` where it is given. */
  changes(filter: { list?: string; before?: number; limit: number }): StoredListChange[] {
    const rows = this.sql(`SELECT id, at_ms AS atMs, list, key, label, change, detail FROM reference_change
      WHERE (:list IS NULL OR list = :list) AND id < :before ORDER BY id DESC LIMIT :limit`).all({
      list: filter.list ?? null,
      before: filter.before ?? Number.MAX_SAFE_INTEGER,
      limit: filter.limit,
    });
    return rows as StoredListChange[];
  }

  /** Changes since an instant, by list. */
  changeCounts(sinceMs: number): Map<string, number> {
    const rows = this.sql('SELECT list, count(*) AS changes FROM reference_change WHERE at_ms >= ? GROUP BY list').all(sinceMs);
    return new Map((rows as { list: string; changes: number }[]).map((row) => [row.list, row.changes]));
  }

  /** Old changes go, but the last one of each row stays: it says whether the row is there. */
  forgetChangesBefore(ms: number): void {
    this.sql(`DELETE FROM reference_change WHERE at_ms < ? AND EXISTS (
      SELECT 1 FROM reference_change AS later WHERE later.list = reference_change.list AND later.key = reference_change.key
        AND later.id > reference_change.id)`).run(ms);
  }
}

interface Row {
  key: string;
  label: string;
  enabled: number;
  end_date: string | null;
  extra: string;
}

const toRow = (row: Row): ReferenceRow => ({
  key: row.key,
  label: row.label,
  enabled: row.enabled === 1,
  endDate: row.end_date,
  extra: JSON.parse(row.extra) as Record<string, string | null>,
});
