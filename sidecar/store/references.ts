import type { ReferenceListName, ReferenceRow } from '../apply/ports.ts';
import type { Period } from '../derive/accounting-date.ts';
import { type Db, statements } from './database.ts';
import type { Settings } from './settings.ts';

/** Oracle's lists of values as last pulled. Writes inside Committer.write. */
export class References {
  private readonly sql;
  private readonly settings: Settings;

  constructor(db: Db, settings: Settings) {
    this.sql = statements(db);
    this.settings = settings;
  }

  replace(list: ReferenceListName, rows: readonly ReferenceRow[], nowMs: number): void {
    this.sql('DELETE FROM reference_row WHERE list = ?').run(list);
    const insert = this.sql('INSERT INTO reference_row VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING');
    for (const row of rows) insert.run(list, row.key, row.label, row.enabled ? 1 : 0, row.endDate, JSON.stringify(row.extra));
    this.settings.saveCursor(`reference:${list}`, String(rows.length), nowMs);
  }

  pulledAtMs(list: ReferenceListName): number | null {
    return this.settings.cursorAtMs(`reference:${list}`);
  }

  rows(list: ReferenceListName, search = '', limit = 1000): ReferenceRow[] {
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

  /** AR periods of the business unit's ledger, adjustment periods left out: they take no documents of ours. */
  periods(): Period[] {
    return this.rows('periods')
      .filter((row) => row.extra.adjustment !== 'yes')
      .map((row) => ({ name: row.key, start: row.extra.start ?? '', end: row.extra.end ?? '', status: row.extra.status ?? '' }));
  }

  find(list: ReferenceListName, key: string): ReferenceRow | null {
    const row = this.sql('SELECT key, label, enabled, end_date, extra FROM reference_row WHERE list = ? AND key = ?').get(
      list,
      key,
    ) as Row | undefined;
    return row ? toRow(row) : null;
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
