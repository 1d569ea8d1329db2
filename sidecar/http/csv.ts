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

/** RFC 4180. A value that a spreadsheet would take for a formula gets a leading apostrophe. */
export function csvOf(entries: readonly AuditEntry[]): string {
  const rows = entries.map((entry) => COLUMNS.map((column) => cell(entry[column])));
  return [COLUMNS.join(','), ...rows.map((row) => row.join(','))].join('\r\n');
}

function cell(value: unknown): string {
  const text = value === null ? '' : Array.isArray(value) ? value.join(' ') : String(value);
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
