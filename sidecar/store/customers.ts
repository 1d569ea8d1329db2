import type { AccountSite, CustomerAccount, CustomerProgress, SiteUse } from '../apply/ports.ts';
import { type Db, statements } from './database.ts';

export type FoundBy = 'source-reference' | 'e-mail' | 'tax-number' | 'name' | 'created' | 'guest' | 'user' | 'person' | 'import';

/** Why a customer has no account yet, or why a change of theirs did not reach Oracle. */
export interface CustomerProblem {
  code: string;
  message: string;
  action: string;
  /** Accounts to choose from. */
  candidates: Candidate[];
}

export interface Candidate {
  accountNumber: string;
  name: string;
  /** What speaks for it, and against: "same name, other e-mail". */
  why: string;
}

export interface CustomerRecord {
  identity: string;
  account: CustomerAccount | null;
  progress: CustomerProgress | null;
  foundBy: FoundBy | null;
  linkedBy: string | null;
  linkedAtMs: number | null;
  flows: boolean;
  owner: string | null;
  label: string | null;
  name: string | null;
  emailKey: string | null;
  companyKey: string | null;
  contentHash: string | null;
  contentAt: string | null;
  profileHash: string | null;
  problem: CustomerProblem | null;
  erasedAtMs: number | null;
  updatedAtMs: number;
}

/** Who is behind an identity; null parts are left as they are. */
export interface Seen {
  label: string | null;
  name: string | null;
  emailKey: string | null;
  mailboxKey: string | null;
  companyKey: string | null;
}

export interface Mapping {
  account: CustomerAccount;
  foundBy: FoundBy;
  /** Who said so; null where AR Bridge found it. */
  actor: string | null;
  flows: boolean;
  owner?: string | null;
  contentHash: string | null;
  contentAt: string | null;
}

export interface CustomerChange {
  identity: string;
  accountNumber: string | null;
  foundBy: FoundBy | null;
  actor: string | null;
  atMs: number;
}

export type CustomerFilter = 'all' | 'waiting' | 'problems';

/** Which Oracle account an identity belongs to (apply/customer-identity.ts). Reads are plain; writes go inside Committer.write. */
export class Customers {
  private readonly sql;

  constructor(db: Db) {
    this.sql = statements(db);
  }

  get(identity: string): CustomerRecord | null {
    const row = this.sql('SELECT * FROM customer WHERE identity = ?').get(identity) as Row | undefined;
    return row ? toRecord(row) : null;
  }

  account(identity: string): CustomerAccount | null {
    const text = this.sql('SELECT account FROM customer WHERE identity = ?').pluck().get(identity) as string | null | undefined;
    return text ? (JSON.parse(text) as CustomerAccount) : null;
  }

  /** Identities that are billed to an account. */
  ofAccount(accountNumber: string): CustomerRecord[] {
    const rows = this.sql('SELECT * FROM customer WHERE account_number = ? ORDER BY identity').all(accountNumber);
    return (rows as Row[]).map(toRecord);
  }

  /** Whether a party of Oracle has an account that some identity is billed to. */
  knowsParty(partyId: string): boolean {
    return this.sql('SELECT 1 FROM customer WHERE party_id = ? LIMIT 1').get(partyId) !== undefined;
  }

  /** Store customers that have this e-mail now. */
  usersWith(emailKey: string): CustomerRecord[] {
    const rows = this.sql(`SELECT * FROM customer WHERE email_key = ? AND identity LIKE 'user:%' ORDER BY identity`).all(
      emailKey,
    );
    return (rows as Row[]).map(toRecord);
  }

  /** E-mails that a store customer has or had. */
  ownedBy(identity: string): CustomerRecord[] {
    return (this.sql('SELECT * FROM customer WHERE owner = ? ORDER BY identity').all(identity) as Row[]).map(toRecord);
  }

  /** The accounts of identities that are this company, by its name's key. */
  accountsOfCompany(companyKey: string): CustomerAccount[] {
    const texts = this.sql(`SELECT account FROM customer WHERE company_key = ? AND account IS NOT NULL GROUP BY account_number`)
      .pluck()
      .all(companyKey) as string[];
    return texts.map((text) => JSON.parse(text) as CustomerAccount);
  }

  /** Steps of a creation that was begun and not finished. */
  saveProgress(identity: string, progress: CustomerProgress, nowMs: number): void {
    this.sql(`INSERT INTO customer (identity, progress, updated_at_ms) VALUES (:identity, :progress, :now)
      ON CONFLICT (identity) DO UPDATE SET progress = :progress, updated_at_ms = :now`).run({
      identity,
      progress: JSON.stringify(progress),
      now: nowMs,
    });
  }

  dropProgress(identity: string): void {
    this.sql('UPDATE customer SET progress = NULL WHERE identity = ?').run(identity);
  }

  /** What is known of who it is. Somebody who buys again after an erasure is kept again. */
  see(identity: string, seen: Seen, nowMs: number): void {
    this.sql(`
      INSERT INTO customer (identity, label, name, email_key, mailbox_key, company_key, updated_at_ms)
      VALUES (:identity, :label, :name, :emailKey, :mailboxKey, :companyKey, :now)
      ON CONFLICT (identity) DO UPDATE SET label = coalesce(:label, label), name = coalesce(:name, name),
        email_key = coalesce(:emailKey, email_key), mailbox_key = coalesce(:mailboxKey, mailbox_key), company_key = :companyKey,
        erased_at_ms = NULL, updated_at_ms = :now`).run({ identity, ...seen, now: nowMs });
  }

  map(identity: string, mapping: Mapping, nowMs: number): void {
    const { account, foundBy, actor, flows, owner = null, contentHash, contentAt } = mapping;
    this.sql(`
      INSERT INTO customer (identity, account_number, party_id, account, found_by, linked_by, linked_at_ms, flows, owner, content_hash,
        content_at, updated_at_ms)
      VALUES (:identity, :number, :party, :account, :foundBy, :actor, :now, :flows, :owner, :hash, :at, :now)
      ON CONFLICT (identity) DO UPDATE SET account_number = :number, party_id = :party, account = :account, progress = NULL,
        found_by = :foundBy, linked_by = :actor, linked_at_ms = :now, flows = :flows, owner = coalesce(:owner, owner), content_hash = :hash,
        content_at = :at, problem = NULL, updated_at_ms = :now`).run({
      identity,
      number: account.accountNumber,
      party: account.partyId,
      account: JSON.stringify(account),
      foundBy,
      actor,
      flows: flows ? 1 : 0,
      owner,
      hash: contentHash,
      at: contentAt,
      now: nowMs,
    });
    this.changed(identity, account.accountNumber, foundBy, actor, nowMs);
    this.sql(`INSERT INTO customer_buyer SELECT CAST(substr(identity, 6) AS INTEGER), identity, ? FROM customer
      WHERE identity = ? AND identity LIKE 'user:%' AND erased_at_ms IS NULL ON CONFLICT DO NOTHING`).run(nowMs, identity);
    this.tellBuyersOf(identity);
  }

  /** The account goes, also from what was begun; decisions taken before this count no more. */
  unlink(identity: string, actor: string, nowMs: number): void {
    this.sql(`
      UPDATE customer SET account_number = NULL, party_id = NULL, account = NULL, progress = NULL, found_by = NULL, linked_by = ?,
        linked_at_ms = ?, owner = NULL, content_hash = NULL, content_at = NULL, problem = NULL, updated_at_ms = ? WHERE identity = ?`).run(
      actor,
      nowMs,
      nowMs,
      identity,
    );
    this.changed(identity, null, null, actor, nowMs);
    this.tellBuyersOf(identity);
  }

  setOwner(identity: string, owner: string): void {
    this.sql('UPDATE customer SET owner = ? WHERE identity = ?').run(owner, identity);
  }

  setContent(identity: string, contentHash: string, contentAt: string, nowMs: number): void {
    this.sql('UPDATE customer SET content_hash = ?, content_at = ?, updated_at_ms = ? WHERE identity = ?').run(
      contentHash,
      contentAt,
      nowMs,
      identity,
    );
  }

  setProfile(identity: string, profileHash: string): void {
    this.sql('UPDATE customer SET profile_hash = ? WHERE identity = ?').run(profileHash, identity);
  }

  setProblem(identity: string, problem: CustomerProblem | null, nowMs: number): void {
    this.sql(`INSERT INTO customer (identity, problem, updated_at_ms) VALUES (:identity, :problem, :now)
      ON CONFLICT (identity) DO UPDATE SET problem = :problem, updated_at_ms = :now`).run({
      identity,
      problem: problem ? JSON.stringify(problem) : null,
      now: nowMs,
    });
  }

  site(accountNumber: string, use: SiteUse, addressKey: string): string | null {
    const row = this.sql('SELECT site FROM customer_site WHERE account_number = ? AND site_use = ? AND address_key = ?');
    return (row.pluck().get(accountNumber, use, addressKey) as string | undefined) ?? null;
  }

  saveSite(accountNumber: string, use: SiteUse, addressKey: string, { site, siteUseId }: AccountSite): void {
    this.sql('INSERT INTO customer_site VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET site = excluded.site').run(
      accountNumber,
      use,
      addressKey,
      site,
      siteUseId,
    );
  }

  /** The order waits until somebody says which account its customer has. */
  wait(orderId: number, identity: string): void {
    this.sql('INSERT INTO customer_wait VALUES (?, ?) ON CONFLICT DO UPDATE SET identity = excluded.identity').run(
      orderId,
      identity,
    );
  }

  waitsFor(orderId: number): string | null {
    return (this.sql('SELECT identity FROM customer_wait WHERE order_id = ?').pluck().get(orderId) as string | undefined) ?? null;
  }

  /** Orders that waited for any of these identities, and wait no more. */
  release(identities: readonly string[]): number[] {
    return this.sql('DELETE FROM customer_wait WHERE identity IN (SELECT value FROM json_each(?)) RETURNING order_id')
      .pluck()
      .all(JSON.stringify(identities)) as number[];
  }

  waitsNoMore(orderId: number): void {
    this.sql('DELETE FROM customer_wait WHERE order_id = ?').run(orderId);
  }

  /** The identity of an order whose person was erased; null for every other order. */
  erasedAs(orderId: number): string | null {
    return (this.sql('SELECT identity FROM erased_order WHERE order_id = ?').pluck().get(orderId) as string | undefined) ?? null;
  }

  /** Whether orders of a store customer are known to be billed under this identity. */
  buys(customerId: number, identity: string): boolean {
    const row = this.sql('SELECT 1 FROM customer_buyer WHERE customer_id = ? AND identity = ?').get(customerId, identity);
    return row !== undefined;
  }

  /** Orders of a store customer are billed under this identity: the store shows its account with them from now on. */
  setBuys(customerId: number, identity: string, nowMs: number): void {
    this.sql('INSERT INTO customer_buyer VALUES (?, ?, ?) ON CONFLICT DO NOTHING').run(customerId, identity, nowMs);
    // The store links to their page.
    this.sql(
      `INSERT INTO customer (identity, updated_at_ms) VALUES ('user:' || CAST(? AS INTEGER), ?) ON CONFLICT DO NOTHING`,
    ).run(customerId, nowMs);
    this.setNumbers(customerId);
  }

  /** Companies with an account that a store customer has bought for. */
  boughtFor(customerId: number): CustomerRecord[] {
    const rows = this.sql(`SELECT customer.* FROM customer_buyer JOIN customer USING (identity)
      WHERE customer_id = ? AND identity NOT LIKE 'user:%' AND account_number IS NOT NULL ORDER BY since_ms, identity`);
    return (rows.all(customerId) as Row[]).map(toRecord);
  }

  /** A store customer who was deleted or erased: the store is told nothing of them any more, unless they buy again. */
  forgetBuyer(customerId: number): void {
    this.sql('DELETE FROM customer_buyer WHERE customer_id = ?').run(customerId);
    this.sql('DELETE FROM customer_told WHERE customer_id = ?').run(customerId);
  }

  /** Store customers whose account numbers the store does not know yet; none where it has to forget what it knew. */
  untold(limit: number): { customerId: number; accountNumbers: string[] }[] {
    const rows = this.sql(`SELECT customer_id AS customerId, numbers FROM customer_told WHERE told <> numbers
      ORDER BY customer_id LIMIT ?`).all(limit) as { customerId: number; numbers: string }[];
    return rows.map(({ customerId, numbers }) => ({ customerId, accountNumbers: JSON.parse(numbers) as string[] }));
  }

  setTold(customerId: number, accountNumbers: readonly string[]): void {
    this.sql('UPDATE customer_told SET told = ? WHERE customer_id = ?').run(JSON.stringify(accountNumbers), customerId);
  }

  /** Another shop's plugin knows nothing of what this one was told. */
  forgetTold(): void {
    this.sql(`UPDATE customer_told SET told = '[]' WHERE told <> '[]'`).run();
  }

  list(filter: { show: CustomerFilter; search?: string; limit: number; offset: number }): {
    rows: (CustomerRecord & { waiting: number })[];
    total: number;
  } {
    const where = [FILTERS[filter.show]];
    const values: Record<string, unknown> = {};
    if (filter.search) {
      where.push(`(label LIKE :like ESCAPE '\\' OR name LIKE :like ESCAPE '\\' OR account_number = :search OR identity = :user
        OR identity IN (SELECT identity FROM customer_buyer WHERE customer_id = :id))`);
      values.like = `%${filter.search.replace(/[\\%_]/g, '\\$&')}%`;
      values.search = filter.search;
      values.user = `user:${filter.search.replace(/^#/, '')}`;
      values.id = Number(filter.search.replace(/^#/, '')) || 0;
    }
    const clause = where.map((each) => `(${each})`).join(' AND ');
    const total = this.sql(`SELECT count(*) FROM customer WHERE ${clause}`).pluck().get(values) as number;
    const rows = this.sql(`SELECT *, (${WAITING}) AS waiting FROM customer WHERE ${clause}
      ORDER BY updated_at_ms DESC, identity LIMIT :limit OFFSET :offset`).all({
      ...values,
      limit: filter.limit,
      offset: filter.offset,
    }) as (Row & { waiting: number })[];
    return { rows: rows.map((row) => ({ ...toRecord(row), waiting: row.waiting })), total };
  }

  /** All mapped identities, for a file, in their own order. */
  *mapped(): Generator<CustomerRecord> {
    const page = this.sql('SELECT * FROM customer WHERE account_number IS NOT NULL AND identity > ? ORDER BY identity LIMIT 500');
    for (let after = ''; ; ) {
      const rows = page.all(after) as Row[];
      yield* rows.map(toRecord);
      const last = rows.at(-1);
      if (!last) return;
      after = last.identity;
    }
  }

  waiting(identity: string): { orderId: number; number: string }[] {
    return this.sql(`SELECT order_id AS orderId, number FROM customer_wait JOIN order_record USING (order_id)
      WHERE identity = ? AND reason_code LIKE 'customer.%' ORDER BY order_id`).all(identity) as {
      orderId: number;
      number: string;
    }[];
  }

  counts(): { mapped: number; waiting: number; problems: number; waitingOrders: number } {
    const count = (clause: string) => this.sql(`SELECT count(*) FROM customer WHERE ${clause}`).pluck().get() as number;
    return {
      mapped: count('account_number IS NOT NULL'),
      waiting: count(FILTERS.waiting),
      problems: count(FILTERS.problems),
      waitingOrders: this.sql(
        `SELECT count(*) FROM customer_wait JOIN order_record USING (order_id) WHERE reason_code LIKE 'customer.%'`,
      )
        .pluck()
        .get() as number,
    };
  }

  /** Identities that look like one person and are billed to different accounts. */
  mergeHints(limit: number): { why: 'e-mail' | 'mailbox'; rows: CustomerRecord[] }[] {
    const groups = (column: 'email_key' | 'mailbox_key') =>
      this.sql(`SELECT ${column} FROM customer WHERE ${column} IS NOT NULL AND account_number IS NOT NULL
        GROUP BY ${column} HAVING count(DISTINCT account_number) > 1 ORDER BY max(updated_at_ms) DESC LIMIT ?`)
        .pluck()
        .all(limit) as string[];
    const rowsWith = (column: 'email_key' | 'mailbox_key', key: string) =>
      (
        this.sql(`SELECT * FROM customer WHERE ${column} = ? AND account_number IS NOT NULL ORDER BY identity`).all(key) as Row[]
      ).map(toRecord);
    const same = groups('email_key').map((key) => ({ why: 'e-mail' as const, rows: rowsWith('email_key', key) }));
    const told = new Set(same.map(({ rows }) => rows.map((row) => row.identity).join()));
    const alike = groups('mailbox_key').map((key) => ({ why: 'mailbox' as const, rows: rowsWith('mailbox_key', key) }));
    return [...same, ...alike.filter(({ rows }) => !told.has(rows.map((row) => row.identity).join()))].slice(0, limit);
  }

  /** Newest first. */
  changes(identity: string): CustomerChange[] {
    return this.sql(`SELECT identity, account_number AS accountNumber, found_by AS foundBy, actor, at_ms AS atMs
      FROM customer_change WHERE identity = ? ORDER BY seq DESC LIMIT 50`).all(identity) as CustomerChange[];
  }

  private tellBuyersOf(identity: string): void {
    const buyers = this.sql('SELECT customer_id FROM customer_buyer WHERE identity = ?').pluck().all(identity) as number[];
    for (const customerId of buyers) this.setNumbers(customerId);
  }

  /** The customer's own account first, then those of companies, by who was bought for first: an order moves no number. */
  private setNumbers(customerId: number): void {
    const numbers = this.sql(`SELECT account_number FROM customer_buyer JOIN customer USING (identity)
      WHERE customer_id = ? AND account_number IS NOT NULL
      GROUP BY account_number ORDER BY min(identity NOT LIKE 'user:%'), min(since_ms), account_number`)
      .pluck()
      .all(customerId) as string[];
    this.sql(
      `INSERT INTO customer_told (customer_id, numbers) VALUES (?, ?) ON CONFLICT DO UPDATE SET numbers = excluded.numbers`,
    ).run(customerId, JSON.stringify(numbers));
  }

  private changed(identity: string, number: string | null, foundBy: FoundBy | null, actor: string | null, nowMs: number): void {
    this.sql('INSERT INTO customer_change (identity, account_number, found_by, actor, at_ms) VALUES (?, ?, ?, ?, ?)').run(
      identity,
      number,
      foundBy,
      actor,
      nowMs,
    );
  }
}

const WAITING = `SELECT count(*) FROM customer_wait JOIN order_record USING (order_id)
  WHERE customer_wait.identity = customer.identity AND reason_code LIKE 'customer.%'`;
const FILTERS: Record<CustomerFilter, string> = {
  all: 'account_number IS NOT NULL OR problem IS NOT NULL',
  waiting: `identity IN (SELECT identity FROM customer_wait JOIN order_record USING (order_id) WHERE reason_code LIKE 'customer.%')`,
  problems: 'problem IS NOT NULL',
};

interface Row {
  identity: string;
  account: string | null;
  progress: string | null;
  found_by: FoundBy | null;
  linked_by: string | null;
  linked_at_ms: number | null;
  flows: number;
  owner: string | null;
  label: string | null;
  name: string | null;
  email_key: string | null;
  company_key: string | null;
  content_hash: string | null;
  content_at: string | null;
  profile_hash: string | null;
  problem: string | null;
  erased_at_ms: number | null;
  updated_at_ms: number;
}

const parsed = <T>(text: string | null): T | null => (text === null ? null : (JSON.parse(text) as T));

const toRecord = (row: Row): CustomerRecord => ({
  identity: row.identity,
  account: parsed(row.account),
  progress: parsed(row.progress),
  foundBy: row.found_by,
  linkedBy: row.linked_by,
  linkedAtMs: row.linked_at_ms,
  flows: row.flows === 1,
  owner: row.owner,
  label: row.label,
  name: row.name,
  emailKey: row.email_key,
  companyKey: row.company_key,
  contentHash: row.content_hash,
  contentAt: row.content_at,
  profileHash: row.profile_hash,
  problem: parsed(row.problem),
  erasedAtMs: row.erased_at_ms,
  updatedAtMs: row.updated_at_ms,
});
