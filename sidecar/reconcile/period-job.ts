import type { Result } from '../domain/failures.ts';
import type { RuleSet } from '../domain/rules.ts';
import type { Setup } from '../domain/setup.ts';
import type { Certified } from './certificate.ts';
import type { CsvTable } from './csv.ts';
import type { FreshDay, Instants, Period } from './period.ts';
import type { RunResult } from './run.ts';

/** A period to compare in a thread of its own: everything in it can be copied from one thread to the other. */
export interface PeriodJob {
  /** The database, read on a connection of the thread's own. */
  dataFile: string;
  period: Period;
  setup: Setup;
  rules: RuleSet;
  readSinceMs: number | null;
  /** The shop is asked for its list of each day, by whoever started the thread. */
  fresh: boolean;
  /** What a certificate needs is collected too. */
  certificate: boolean;
  /** Lines of this table are handed out as they come, without a header. */
  csv: Exclude<CsvTable, 'rows'> | null;
}

export interface PeriodEnd {
  result: RunResult;
  certified: Certified | null;
}

/** What the thread says. It waits for an answer to `fresh` and `csv`, and for nothing else. */
export type FromThread =
  | { kind: 'fresh'; instants: Instants; placed: number[] }
  | { kind: 'csv'; text: string }
  | { kind: 'day'; done: number; of: number }
  | { kind: 'end'; end: Result<PeriodEnd> };

/** The answer: to `csv` that it was taken. */
export type ToThread = { kind: 'fresh'; list: Result<FreshDay> } | { kind: 'taken' };
