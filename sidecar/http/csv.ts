import { csvText, safeCell } from '../domain/csv.ts';
import type { AuditEntry } from './admin-contract.ts';

const COLUMNS = [
  'seq',
  'at',
  'orderId',
  'document',
  'system',
  'operation',
  'method',
  'path',
  'status',
  'durationMs',
  'outcome',
  'oracleIds',
  'actor',
] as const;

/** The trail for a spreadsheet: nothing in it runs as a formula. */
export const csvOf = (entries: readonly AuditEntry[]): string =>
  csvText([COLUMNS, ...entries.map((entry) => COLUMNS.map((column) => safeCell(textOf(entry[column]))))]);

const textOf = (value: unknown): string => (value === null ? '' : Array.isArray(value) ? value.join(' ') : String(value));
