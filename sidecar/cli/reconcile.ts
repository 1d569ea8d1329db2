import { closeSync, openSync, writeSync } from 'node:fs';
import type { Config } from '../config.ts';
import { csvText } from '../domain/csv.ts';
import { daysBetween } from '../domain/days.ts';
import { actionOf } from '../domain/failures.ts';
import { RuleSchema, type RuleSet } from '../domain/rules.ts';
import { type Setup, SetupSchema } from '../domain/setup.ts';
import { CSV_TABLES, type CsvTable, DIFFERENCE_COLUMNS, ORDER_COLUMNS, rowsCsv } from '../reconcile/csv.ts';
import { totalLine } from '../reconcile/lines.ts';
import { comparePeriodBeside } from '../reconcile/period-beside.ts';
import type { RunResult } from '../reconcile/run.ts';
import { endOf, periodFault, type RunAsked } from '../reconcile/service.ts';
import { openSnapshot, type Snapshot } from '../store/reader.ts';
import { CommandFault, type Terminal, type Values } from './command.ts';
import { reportOf } from './report.ts';
import { RunningSidecar } from './running-sidecar.ts';

/** A finished comparison, whoever made it. */
interface Compared {
  result: RunResult;
  readSinceMs: number | null;
  certificateId: number | null;
}

/**
 * `reconcile`: from the database alone, read-only, whether a sidecar is at work on it or not; with --live, --fresh or --certificate the
 * running sidecar does it, since it holds the connections and is the only one that writes.
 */
export async function reconcile(values: Values, config: Config, terminal: Terminal): Promise<number> {
  const asked = askedFor(values);
  const table = tableOf(values.table);
  const asksSidecar = asked.oracle === 'live' || asked.store === 'fresh' || asked.certificate;
  const csv = values.csv === undefined ? null : openCsv(values.csv);
  try {
    const compared = asksSidecar
      ? await bySidecar(asked, table, config, terminal, csv)
      : { result: await compare(asked, table, config, null, csv), readSinceMs: null, certificateId: null };
    if (values.json) terminal.stdout.write(`${JSON.stringify(jsonOf(asked, compared), null, 2)}\n`);
    else terminal.stdout.write(reportOf(asked, compared));
    if (csv) terminal.stderr.write(`${values.csv}: written\n`);
    return compared.result.differences === 0 ? 0 : 1;
  } finally {
    csv?.close();
  }
}

async function inSnapshot<T>(config: Config, work: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  const snapshot = openSnapshot(config.dataFile);
  try {
    return await work(snapshot);
  } finally {
    snapshot.close();
  }
}

async function bySidecar(
  asked: RunAsked,
  table: CsvTable,
  config: Config,
  { stderr }: Terminal,
  csv: CsvFile | null,
): Promise<Compared> {
  const sidecar = await inSnapshot(config, async ({ settings }) => new RunningSidecar(config, settings));
  let told = '';
  const id = await sidecar.reconcile(asked, (progress) => {
    const line = progress
      ? `${progress.phase === 'oracle' ? 'Reading Oracle back' : 'Comparing'}: ${progress.days} of ${progress.of} days, ${progress.documents} documents\n`
      : '';
    if (line !== told) stderr.write(line);
    told = line;
  });
  const end = await inSnapshot(config, async ({ runs }) => {
    const run = runs.run(id);
    return run && endOf(run);
  });
  if (!end || !('result' in end))
    throw new CommandFault(`Run ${id} ended without a result: is AR_BRIDGE_DATA the sidecar's own?`);
  if (csv && table === 'rows') csv.write(`${rowsCsv(end.result.rows)}\r\n`);
  else if (csv && asked.store === 'fresh') {
    csv.write(headerOf(table));
    // A day at a time: an answer holds a day's lines, however long the period is.
    for (const day of daysBetween(asked.from, asked.to)) csv.write(await sidecar.csvOfDay(id, table, day));
  } else if (csv) await compare(asked, table, config, end.readSinceMs, csv);
  return end;
}

const headerOf = (table: CsvTable): string => `${csvText([table === 'orders' ? ORDER_COLUMNS : DIFFERENCE_COLUMNS])}\r\n`;

/** From the database, as the store was last read. */
async function compare(
  { from, to }: RunAsked,
  table: CsvTable,
  config: Config,
  readSinceMs: number | null,
  csv: CsvFile | null,
): Promise<RunResult> {
  const known = await inSnapshot(config, async ({ settings }) => ({ setup: setupIn(settings), rules: rulesIn(settings) }));
  const lines = csv === null || table === 'rows' ? null : table;
  if (lines) csv?.write(headerOf(lines));
  const compared = await comparePeriodBeside(
    { ...known, dataFile: config.dataFile, period: { from, to }, readSinceMs, fresh: false, certificate: false, csv: lines },
    csv ? { csv: csv.write } : {},
  );
  if (!compared.ok) throw new CommandFault([compared.failure.message, actionOf(compared.failure)].filter(Boolean).join(' '));
  const { result } = compared.value;
  if (table === 'rows') csv?.write(`${rowsCsv(result.rows)}\r\n`);
  return result;
}

function setupIn(settings: Snapshot['settings']): Setup {
  const saved = settings.get<unknown>('setup');
  if (!saved)
    throw new CommandFault('The business set-up is not saved yet: WooCommerce > AR Bridge > Connections > Business set-up.');
  return SetupSchema.parse(saved.value);
}

function rulesIn(settings: Snapshot['settings']): RuleSet {
  const saved = settings.get<unknown[]>('rules');
  return { version: saved?.version ?? 0, rules: (saved?.value ?? []).map((rule) => RuleSchema.parse(rule)) };
}

function askedFor({ from, to, live, fresh, certificate }: Values): RunAsked {
  if (!from || !to) throw new CommandFault('reconcile needs --from and --to, as in --from 2026-11-01 --to 2026-11-30.');
  for (const day of [from, to]) if (!isDay(day)) throw new CommandFault(`"${day}" is not a day: YYYY-MM-DD is needed.`);
  const fault = periodFault({ from, to });
  if (fault) throw new CommandFault(fault.message);
  return { from, to, oracle: live ? 'live' : 'record', store: fresh ? 'fresh' : 'kept', certificate };
}

function isDay(text: string): boolean {
  const ms = Date.parse(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

function tableOf(name: string): CsvTable {
  const table = CSV_TABLES.find((known) => known === name);
  if (!table) throw new CommandFault(`--table takes ${CSV_TABLES.join(', ')}, not "${name}".`);
  return table;
}

interface CsvFile {
  write: (text: string) => void;
  close(): void;
}

/** Opened before anything is read: a folder that cannot be written to is told at once. */
function openCsv(path: string): CsvFile {
  let file: number;
  try {
    file = openSync(path, 'w');
  } catch (error) {
    throw new CommandFault(`${path} cannot be written: ${(error as Error).message}`);
  }
  return { write: (text) => void writeSync(file, text), close: () => closeSync(file) };
}

const jsonOf = (asked: RunAsked, { result, readSinceMs, certificateId }: Compared) => ({
  ...asked,
  readSince: readSinceMs === null ? null : new Date(readSinceMs).toISOString(),
  certificateId,
  ...{ orders: result.orders, differences: result.differences, unknown: result.unknown, reasons: result.reasons },
  totals: result.totals.map(totalLine),
  rows: result.rows.map((row) => ({ day: row.day, gateway: row.gateway, ...totalLine(row) })),
});
