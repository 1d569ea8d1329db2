import type { CustomerAccount, CustomerProgress } from '../apply/ports.ts';
import { type Db, statements } from './database.ts';

export type FoundBy = 'mapping' | 'source-reference' | 'e-mail' | 'name' | 'created' | 'shared' | 'person';

/** Which Oracle account a store customer (`user:12`) or a guest (`guest:ada@example.org`) belongs to. Writes inside Committer.write. */
export class Customers {
  private readonly sql;

  constructor(db: Db) {
    this.sql = statements(db);
  }

  account(identity: string): CustomerAccount | null {
    const text = this.sql('SELECT account FROM customer WHERE identity = ?').pluck().get(identity) as string | null | undefined;
    return text ? (JSON.parse(text) as CustomerAccount) : null;
  }

  /** Steps of a creation that was begun and not finished. */
  progress(identity: string): CustomerProgress | null {
    const text = this.sql('SELECT progress FROM customer WHERE identity = ?').pluck().get(identity) as string | null | undefined;
    return text ? (JSON.parse(text) as CustomerProgress) : null;
  }

  saveProgress(identity: string, progress: CustomerProgress, nowMs: number): void {
    this.sql(`INSERT INTO customer (identity, progress, updated_at_ms) VALUES (:identity, :progress, :now)
      ON CONFLICT (identity) DO UPDATE SET progress = :progress, updated_at_ms = :now`).run({
      identity,
      progress: JSON.stringify(progress),
      now: nowMs,
    });
  }

  map(identity: string, account: CustomerAccount, foundBy: FoundBy, contentHash: string | null, nowMs: number): void {
    this.sql(`INSERT INTO customer (identity, account, found_by, content_hash, updated_at_ms) VALUES (:identity, :account, :foundBy, :hash, :now)
      ON CONFLICT (identity) DO UPDATE SET account = :account, progress = NULL, found_by = :foundBy, content_hash = :hash, updated_at_ms = :now`).run(
      {
        identity,
        account: JSON.stringify(account),
        foundBy,
        hash: contentHash,
        now: nowMs,
      },
    );
  }

  contentHash(identity: string): string | null {
    return (
      (this.sql('SELECT content_hash FROM customer WHERE identity = ?').pluck().get(identity) as string | null | undefined) ??
      null
    );
  }

  setContentHash(identity: string, hash: string, nowMs: number): void {
    this.sql('UPDATE customer SET content_hash = ?, updated_at_ms = ? WHERE identity = ?').run(hash, nowMs, identity);
  }
}
