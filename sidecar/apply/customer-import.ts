import { randomUUID } from 'node:crypto';
import { parseCsv, readCell } from '../domain/csv.ts';
import { normaliseVat } from '../domain/vat-number.ts';
import type { Seen } from '../store/customers.ts';
import type { Store } from '../store/store.ts';
import { type Identities, normaliseEmail, userKey } from './customer-identity.ts';
import { type CustomerLinks, noSuchAccount } from './customer-links.ts';
import type { CustomerAccount, CustomerDirectory, Trail } from './ports.ts';

/** Columns that say who and which account; every other column is left alone, so that an export can come back. */
export const IMPORT_COLUMNS = ['customer', 'customerId', 'email', 'vatNumber', 'accountNumber'] as const;
type Column = (typeof IMPORT_COLUMNS)[number];

export interface ImportError {
  /** Line of the file, from 1. */
  line: number;
  column: Column | '';
  message: string;
}

export interface ImportRow {
  line: number;
  identity: string;
  /** As the file names them. */
  who: string;
  accountNumber: string;
  /** The account now; null where there is none. */
  was: string | null;
  /** The account's name in Oracle; null until it is checked. */
  accountName: string | null;
}

export interface ImportJob {
  id: string;
  by: string;
  state: 'checking' | 'checked' | 'linking' | 'done' | 'failed' | 'cancelled';
  /** Steps of the state under way: accounts looked up, customers linked. */
  done: number;
  total: number;
  /** What would change, without the rows that have errors. */
  rows: ImportRow[];
  /** Rows that say what is so already. */
  same: number;
  errors: ImportError[];
  /** Orders that go on because of it. */
  released: number;
  failure: string | null;
}

type Planned = ImportRow & { seen: Seen | null };
const MOST_ROWS = 20_000;
const AT_ONCE = 4;

export interface CustomerImportOptions {
  store: Pick<Store, 'customers'>;
  directory: CustomerDirectory;
  identities: Identities;
  links: CustomerLinks;
  trail: Trail;
}

/** A file of links: read and looked up in Oracle first, linked when a person has seen what it would do. One file at a time. */
export class CustomerImport {
  private readonly options: CustomerImportOptions;
  private job: (ImportJob & { planned: Planned[]; accounts: Map<string, CustomerAccount> }) | null = null;

  constructor(options: CustomerImportOptions) {
    this.options = options;
  }

  /** The last file, or the one at hand; null before the first. */
  current(): ImportJob | null {
    if (!this.job) return null;
    const { planned: _planned, accounts: _accounts, ...job } = this.job;
    return job;
  }

  /** Reads a file and begins to look its accounts up. The one before it ends where it is. */
  start(text: string, by: string): void {
    this.cancel();
    const { planned, same, errors } = this.read(text);
    const job: NonNullable<typeof this.job> = {
      id: randomUUID(),
      by,
      state: 'checking',
      done: 0,
      total: 0,
      rows: planned.map(viewOf),
      same,
      errors,
      released: 0,
      failure: null,
      planned,
      accounts: new Map(),
    };
    this.job = job;
    void this.check(job).catch((error: unknown) => fail(job, error));
  }

  /** Links what was checked. False where there is nothing to link, or another file is at hand. */
  commit(id: string, actor: string): boolean {
    const { job } = this;
    if (job?.id !== id || job.state !== 'checked' || job.planned.length === 0) return false;
    Object.assign(job, { state: 'linking', done: 0, total: job.planned.length });
    void this.link(job, actor).catch((error: unknown) => fail(job, error));
    return true;
  }

  cancel(): void {
    if (this.job && ['checking', 'checked', 'linking'].includes(this.job.state)) this.job.state = 'cancelled';
  }

  private read(text: string): { planned: Planned[]; same: number; errors: ImportError[] } {
    const errors: ImportError[] = [];
    const add = (line: number, column: ImportError['column'], message: string) => errors.push({ line, column, message });
    const { rows, unclosed } = parseCsv(text);
    if (unclosed !== null) add(unclosed, '', 'A quote that opens here is never closed.');
    const [header, ...body] = rows;
    if (!header) {
      add(1, '', 'The file is empty.');
      return { planned: [], same: 0, errors };
    }
    const columns = header.cells.map((cell) => readCell(cell).trim().toLowerCase());
    const at = (column: Column) => columns.indexOf(column.toLowerCase());
    if (at('accountNumber') < 0) add(header.line, 'accountNumber', 'This column is missing.');
    const names = IMPORT_COLUMNS.filter((column) => column !== 'accountNumber');
    if (names.every((column) => at(column) < 0)) add(header.line, '', `One of these columns is needed: ${names.join(', ')}.`);
    if (body.length > MOST_ROWS) add(header.line, '', `The file has ${body.length} rows; ${MOST_ROWS} can be read at once.`);
    if (errors.length > 0) return { planned: [], same: 0, errors };

    const planned: Planned[] = [];
    const lineOf = new Map<string, number>();
    let same = 0;
    for (const { line, cells } of body) {
      const cell = (column: Column) => (at(column) < 0 ? '' : readCell(cells[at(column)] ?? '').trim());
      const whose = this.whose(cell);
      if ('message' in whose) {
        add(line, whose.column, whose.message);
        continue;
      }
      const accountNumber = cell('accountNumber');
      if (!/^[^\s'"]{1,30}$/.test(accountNumber)) {
        add(line, 'accountNumber', accountNumber === '' ? 'The account number is missing.' : 'This is no account number.');
        continue;
      }
      const before = lineOf.get(whose.identity);
      if (before !== undefined) {
        add(line, whose.column, `The same customer is in line ${before} already.`);
        continue;
      }
      lineOf.set(whose.identity, line);
      const was = this.options.store.customers.account(whose.identity)?.accountNumber ?? null;
      if (was === accountNumber) same += 1;
      else
        planned.push({ line, identity: whose.identity, who: whose.who, accountNumber, was, accountName: null, seen: whose.seen });
    }
    return { planned, same, errors };
  }

  /** The first filled column of who it is decides: the key of an export, the store's id, the e-mail, the VAT number. */
  private whose(
    cell: (column: Column) => string,
  ): { identity: string; who: string; column: Column; seen: Seen | null } | { column: ImportError['column']; message: string } {
    const { identities, store } = this.options;
    const nobody: Seen = { label: null, name: null, emailKey: null, mailboxKey: null, companyKey: null };
    const key = cell('customer');
    if (key !== '') {
      const known = /^user:[1-9]\d{0,17}$/.test(key) || store.customers.get(key) !== null;
      if (!known)
        return { column: 'customer', message: `There is no customer "${key}" here. Leave the cell empty for a new one.` };
      return { identity: key, who: cell('email') || cell('vatNumber') || key, column: 'customer', seen: null };
    }
    const id = cell('customerId').replace(/^#/, '');
    if (id !== '') {
      if (!/^[1-9]\d{0,17}$/.test(id)) return { column: 'customerId', message: `"${id}" is no id of a store customer.` };
      return { identity: userKey(Number(id)), who: `#${id}`, column: 'customerId', seen: null };
    }
    if (cell('email') !== '') {
      const email = normaliseEmail(cell('email'));
      if (email === null) return { column: 'email', message: `"${cell('email')}" is no e-mail address.` };
      const mail = identities.mail(email);
      const seen = { ...nobody, label: email, emailKey: mail, mailboxKey: identities.mailbox(email) };
      return { identity: mail, who: email, column: 'email', seen };
    }
    if (cell('vatNumber') !== '') {
      const vat = normaliseVat(cell('vatNumber'));
      if (vat === null) return { column: 'vatNumber', message: `"${cell('vatNumber')}" is no VAT number.` };
      return { identity: identities.vat(vat), who: vat, column: 'vatNumber', seen: { ...nobody, label: vat } };
    }
    return { column: '', message: 'The row names no customer: fill in customerId, email or vatNumber.' };
  }

  /** Looks every account up once, a few at a time. An Oracle that is away ends the check: nothing half-checked is offered. */
  private async check(job: NonNullable<typeof this.job>): Promise<void> {
    const { directory, trail } = this.options;
    const numbers = [...new Set(job.planned.map((row) => row.accountNumber))];
    job.total = numbers.length;
    const unknown = new Set<string>();
    const worker = async () => {
      for (let number = numbers.pop(); number !== undefined && job.state === 'checking'; number = numbers.pop()) {
        const found = await directory.findAccount(number, trail);
        if (!found.ok) throw new Error(found.failure.message);
        if (found.value) job.accounts.set(number, found.value);
        else unknown.add(number);
        job.done += 1;
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    if (job.state !== 'checking') return;
    for (const { line, accountNumber } of job.planned) {
      if (unknown.has(accountNumber)) {
        job.errors.push({ line, column: 'accountNumber', message: noSuchAccount(accountNumber).message });
      }
    }
    job.errors.sort((a, b) => a.line - b.line);
    job.planned = job.planned
      .filter((row) => job.accounts.has(row.accountNumber))
      .map((row) => ({ ...row, accountName: job.accounts.get(row.accountNumber)?.name ?? null }));
    job.rows = job.planned.map(viewOf);
    job.state = 'checked';
  }

  private async link(job: NonNullable<typeof this.job>, actor: string): Promise<void> {
    for (const { identity, accountNumber, seen } of job.planned) {
      // One that was cancelled meanwhile keeps what it has linked so far.
      if (job.state !== 'linking') return;
      const account = job.accounts.get(accountNumber);
      if (!account) continue;
      job.released += await this.options.links.linkTo(identity, account, { foundBy: 'import', actor, ...(seen && { seen }) });
      job.done += 1;
    }
    job.state = 'done';
  }
}

const viewOf = ({ seen: _seen, ...row }: Planned): ImportRow => row;

function fail(job: ImportJob, error: unknown): void {
  job.state = 'failed';
  job.failure = error instanceof Error ? error.message : String(error);
}
