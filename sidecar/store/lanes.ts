import { type Db, statements } from './database.ts';

export interface Lane {
  state: 'unproven' | 'proven' | 'closed';
  /** Number of the document in flight while the lane is unproven. */
  holder: string | null;
  /** Why it closed. */
  reason: string | null;
}

/** What tells the kinds of documents apart of which each is proved by a first one of its own. */
export interface LaneParts {
  kind: 'invoice' | 'credit-memo';
  businessUnit: string;
  source: string;
  type: string;
  taxMode: 'lines' | 'oracle' | 'account';
  currency: string;
  /** Its lines carry tax, or are tax. */
  taxed: boolean;
  /** Tax classifications that its lines name, sorted. */
  classifications: readonly string[];
}

const SEPARATOR = '|';
const TAXED = 'taxed';
const UNTAXED = 'untaxed';

export function laneKey(parts: LaneParts): string {
  const { kind, businessUnit, source, type, taxMode, currency, taxed, classifications } = parts;
  const taxes = [taxed ? TAXED : UNTAXED, ...classifications].map((name) => name.replaceAll(SEPARATOR, ' ')).join(', ');
  return [kind, businessUnit, source, type, taxMode, currency, taxes].join(SEPARATOR);
}

/** The same for people; `taxed` is null for a lane of a database from before lanes told taxes apart. */
export function laneWords(
  key: string,
): Pick<LaneParts, 'kind' | 'taxMode' | 'currency'> & { taxed: boolean | null; where: string[] } {
  const parts = key.split(SEPARATOR);
  const [carries, ...classifications] = tellsTaxes(key) ? (parts.pop() ?? '').split(', ') : [];
  const currency = parts.pop() ?? '';
  const taxMode = (parts.pop() ?? 'lines') as LaneParts['taxMode'];
  const kind = parts.shift() === 'credit-memo' ? 'credit-memo' : 'invoice';
  const where = classifications.length > 0 ? [...parts, classifications.join(', ')] : parts;
  return { kind, taxMode, currency, taxed: carries === undefined ? null : carries === TAXED, where };
}

const tellsTaxes = (key: string): boolean => /\|(un)?taxed(, [^|]*)?$/.test(key);

/** The key that documents of this lane had in databases from before lanes told taxes apart. */
const formerKey = (key: string): string => key.slice(0, key.lastIndexOf(SEPARATOR));

/** First of its kind: one document at a time until one came back as it was sent. Writes go inside Committer.write. */
export class Lanes {
  private readonly sql;
  /** Asked for each document: what was proved stays in memory. */
  private readonly proven = new Set<string>();

  constructor(db: Db) {
    this.sql = statements(db);
  }

  isProven(key: string): boolean {
    if (this.proven.has(key)) return true;
    if (this.get(key).state !== 'proven') return false;
    this.proven.add(key);
    return true;
  }

  get(key: string): Lane {
    const row = this.sql('SELECT state, holder, reason FROM lane WHERE key = ?').get(key) as Lane | undefined;
    return row ?? { state: 'unproven', holder: null, reason: null };
  }

  /**
   * What a document finds before it. A lane of an older database that is closed holds back all that it held back then, until a person
   * replays; one that was proved says nothing any more, since any document may have proved it.
   */
  before(key: string): Lane {
    const lane = this.get(key);
    if (lane.state === 'proven') return lane;
    const former = this.get(formerKey(key));
    return former.state === 'closed' ? former : lane;
  }

  /** Lanes that wait for a person, newest first. */
  closed(): { key: string; reason: string | null; atMs: number }[] {
    return this.sql(`SELECT key, reason, at_ms AS atMs FROM lane WHERE state = 'closed' ORDER BY at_ms DESC`).all() as {
      key: string;
      reason: string | null;
      atMs: number;
    }[];
  }

  /** True when the document may go; it then holds the lane until it is proved, closed or left. */
  enter(key: string, number: string, nowMs: number): boolean {
    const lane = this.before(key);
    if (lane.state === 'proven') return true;
    if (lane.state === 'closed' || (lane.holder !== null && lane.holder !== number)) return false;
    this.put(key, { state: 'unproven', holder: number, reason: null }, nowMs);
    return true;
  }

  /** The document was refused: nothing exists, the next one may try. */
  leave(key: string, number: string, nowMs: number): void {
    const lane = this.get(key);
    if (lane.state === 'unproven' && lane.holder === number) this.put(key, { ...lane, holder: null }, nowMs);
  }

  prove(key: string, nowMs: number): void {
    if (!this.isProven(key)) this.put(key, { state: 'proven', holder: null, reason: null }, nowMs);
  }

  close(key: string, reason: string, nowMs: number): void {
    this.proven.delete(key);
    this.put(key, { state: 'closed', holder: null, reason }, nowMs);
  }

  /** A person says that the cause is mended: closed lanes take one document again. */
  reopen(nowMs: number): number {
    return this.sql(`UPDATE lane SET state = 'unproven', holder = NULL, at_ms = ? WHERE state = 'closed'`).run(nowMs).changes;
  }

  private put(key: string, { state, holder, reason }: Lane, nowMs: number): void {
    this.sql(`
      INSERT INTO lane VALUES (?, ?, ?, ?, ?) ON CONFLICT (key) DO UPDATE SET state = excluded.state, holder = excluded.holder,
        reason = excluded.reason, at_ms = excluded.at_ms`).run(key, state, holder, reason, nowMs);
  }
}
