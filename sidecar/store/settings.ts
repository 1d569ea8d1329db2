import { type Db, statements } from './database.ts';

export interface Versioned<T> {
  value: T;
  version: number;
  actor: string;
  atMs: number;
}

/** Settings with versions and authors, cursors, and sealed secrets (sealing itself is vault.ts). Writes go inside Committer.write. */
export class Settings {
  private readonly sql;

  constructor(db: Db) {
    this.sql = statements(db);
  }

  get<T>(name: string): Versioned<T> | null {
    const row = this.sql('SELECT value, version, actor, at_ms FROM setting WHERE name = ?').get(name) as
      | { value: string; version: number; actor: string; at_ms: number }
      | undefined;
    return row ? { value: JSON.parse(row.value) as T, version: row.version, actor: row.actor, atMs: row.at_ms } : null;
  }

  /** Saves the next version; false when somebody saved another one since `baseVersion`. */
  save(name: string, value: unknown, baseVersion: number | null, actor: string, nowMs: number): boolean {
    const current = this.get(name)?.version ?? 0;
    if (baseVersion !== null && baseVersion !== current) return false;
    const text = JSON.stringify(value);
    this.sql(`
      INSERT INTO setting VALUES (?, ?, ?, ?, ?)
      ON CONFLICT (name) DO UPDATE SET value = excluded.value, version = excluded.version, actor = excluded.actor, at_ms = excluded.at_ms`).run(
      name,
      text,
      current + 1,
      actor,
      nowMs,
    );
    this.sql('INSERT INTO setting_history VALUES (?, ?, ?, ?, ?)').run(name, current + 1, text, actor, nowMs);
    return true;
  }

  cursor(name: string): string | null {
    return (this.sql('SELECT value FROM cursor WHERE name = ?').pluck().get(name) as string | undefined) ?? null;
  }

  cursorAtMs(name: string): number | null {
    return (this.sql('SELECT at_ms FROM cursor WHERE name = ?').pluck().get(name) as number | undefined) ?? null;
  }

  saveCursor(name: string, value: string, nowMs: number): void {
    this.sql(
      `INSERT INTO cursor VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value, at_ms = excluded.at_ms`,
    ).run(name, value, nowMs);
  }

  sealed(name: string): { sealed: Buffer; hint: string } | null {
    return (
      (this.sql('SELECT sealed, hint FROM secret WHERE name = ?').get(name) as { sealed: Buffer; hint: string } | undefined) ??
      null
    );
  }

  saveSealed(name: string, sealed: Buffer, hint: string, nowMs: number): void {
    this.sql(`INSERT INTO secret VALUES (?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed, hint = excluded.hint,
      at_ms = excluded.at_ms`).run(name, sealed, hint, nowMs);
  }

  removeSealed(name: string): void {
    this.sql('DELETE FROM secret WHERE name = ?').run(name);
  }

  sealedNames(): string[] {
    return this.sql('SELECT name FROM secret').pluck().all() as string[];
  }
}
