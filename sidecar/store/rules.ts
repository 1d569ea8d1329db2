import type { RuleTest } from '../domain/rule-tests.ts';
import type { Rule } from '../domain/rules.ts';
import { type Db, statements } from './database.ts';

/** A save against failing tests, as a person confirmed it. */
export interface Forced {
  by: string;
  reason: string;
  /** Names of the tests that failed. */
  tests: string[];
}

export interface RuleSetDetail {
  tests: RuleTest[];
  note: string;
  forced: Forced | null;
}

export interface RuleSetVersion extends RuleSetDetail {
  version: number;
  author: string;
  savedAtMs: number;
  rules: Rule[];
}

/** All versions of the rules: the rules themselves are the history of the setting `rules`. Writes go inside Committer.write. */
export class RuleSets {
  private readonly sql;

  constructor(db: Db) {
    this.sql = statements(db);
  }

  /** What was saved with a version; nothing for versions of before, and for version 0. */
  detail(version: number): RuleSetDetail {
    return detailOf(this.sql('SELECT tests, note, forced FROM rule_set WHERE version = ?').get(version) as DetailRow | undefined);
  }

  keep(version: number, { tests, note, forced }: RuleSetDetail): void {
    this.sql('INSERT INTO rule_set VALUES (?, ?, ?, ?)').run(
      version,
      JSON.stringify(tests),
      note,
      forced ? JSON.stringify(forced) : null,
    );
  }

  get(version: number): RuleSetVersion | null {
    const row = this.sql(`${VERSIONS} AND history.version = ?`).get(version) as Row | undefined;
    return row ? toVersion(row) : null;
  }

  /** Newest first, older than `before` where it is given. */
  list(limit: number, before = Number.MAX_SAFE_INTEGER): RuleSetVersion[] {
    const rows = this.sql(`${VERSIONS} AND history.version < ? ORDER BY history.version DESC LIMIT ?`).all(
      before,
      limit,
    ) as Row[];
    return rows.map(toVersion);
  }
}

const VERSIONS = `SELECT history.version, history.value, history.actor, history.at_ms, tests, note, forced
  FROM setting_history AS history LEFT JOIN rule_set ON rule_set.version = history.version WHERE history.name = 'rules'`;

interface DetailRow {
  tests: string | null;
  note: string | null;
  forced: string | null;
}
interface Row extends DetailRow {
  version: number;
  value: string;
  actor: string;
  at_ms: number;
}

const detailOf = (row: DetailRow | undefined): RuleSetDetail => ({
  tests: row?.tests ? (JSON.parse(row.tests) as RuleTest[]) : [],
  note: row?.note ?? '',
  forced: row?.forced ? (JSON.parse(row.forced) as Forced) : null,
});

const toVersion = (row: Row): RuleSetVersion => ({
  version: row.version,
  author: row.actor,
  savedAtMs: row.at_ms,
  rules: JSON.parse(row.value) as Rule[],
  ...detailOf(row),
});
