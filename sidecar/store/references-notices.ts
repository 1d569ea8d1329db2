import { type Db, statements } from './database.ts';

/** Something of ours that Oracle no longer takes. */
export interface Broken {
  /** The same for as long as the same thing is broken in the same way. */
  cause: string;
  /** `rule`: subject is a rule id; `setup`: the set-up names it; `account`: a shared bill-to account. */
  subject: { what: 'rule' | 'setup' | 'account'; id: string; name: string };
  message: string;
  /** Orders that would meet it. */
  orders: number;
  sample: number[];
}

export interface BrokenNotice extends Broken {
  id: number;
  foundAtMs: number;
  dismissedBy: string | null;
}

/** What a change in Oracle has broken, for as long as it is broken. Writes inside Committer.write. */
export class ReferenceNotices {
  private readonly sql;

  constructor(db: Db) {
    this.sql = statements(db);
  }

  /** What is broken now: new causes get a notice, known ones their figures, mended ones end. */
  settle(broken: readonly Broken[], nowMs: number): void {
    const open = new Map(this.open().map((notice) => [notice.cause, notice]));
    for (const { cause, subject, message, orders, sample } of broken) {
      const known = open.get(cause);
      open.delete(cause);
      if (known) {
        this.sql('UPDATE reference_notice SET message = ?, orders = ?, sample = ? WHERE id = ?').run(
          message,
          orders,
          JSON.stringify(sample),
          known.id,
        );
      } else {
        this.sql(
          `INSERT INTO reference_notice (cause, subject, message, found_at_ms, orders, sample) VALUES (?, ?, ?, ?, ?, ?)`,
        ).run(cause, JSON.stringify(subject), message, nowMs, orders, JSON.stringify(sample));
      }
    }
    for (const { id } of open.values()) this.sql('UPDATE reference_notice SET ended_at_ms = ? WHERE id = ?').run(nowMs, id);
  }

  /** Newest first. */
  open(): BrokenNotice[] {
    const rows = this.sql('SELECT * FROM reference_notice WHERE ended_at_ms IS NULL ORDER BY found_at_ms DESC, id DESC').all();
    return (rows as Row[]).map((row) => ({
      id: row.id,
      cause: row.cause,
      subject: JSON.parse(row.subject) as Broken['subject'],
      message: row.message,
      foundAtMs: row.found_at_ms,
      orders: row.orders,
      sample: JSON.parse(row.sample) as number[],
      dismissedBy: row.dismissed_by,
    }));
  }

  /** A person has seen it. It comes back only when it was mended and breaks again. */
  dismiss(id: number, actor: string): boolean {
    return (
      this.sql('UPDATE reference_notice SET dismissed_by = ? WHERE id = ? AND ended_at_ms IS NULL').run(actor, id).changes === 1
    );
  }
}

interface Row {
  id: number;
  cause: string;
  subject: string;
  message: string;
  found_at_ms: number;
  orders: number;
  sample: string;
  dismissed_by: string | null;
}
