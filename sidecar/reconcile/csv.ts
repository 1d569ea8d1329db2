import { csvText, safeCell } from '../domain/csv.ts';
import type { CertificateData } from './certificate.ts';
import { MEASURES, ORACLE_FIGURES, STORE_FIGURES } from './figures.ts';
import { moneyOf, sidesOfOrder, totalLine } from './lines.ts';
import type { Comparison, Difference } from './sheet.ts';
import type { Row } from './table.ts';

/** Tables for a spreadsheet: amounts with a point, days as ISO 8601, nothing in them runs as a formula. */
export const CSV_TABLES = ['rows', 'differences', 'orders'] as const;
export type CsvTable = (typeof CSV_TABLES)[number];

const PLACE = ['day', 'businessUnit', 'gateway', 'currency'] as const;
const SIDES = ['store', 'oracle', 'difference'] as const;
const MEASURE_COLUMNS = MEASURES.flatMap((measure) => SIDES.map((side) => `${measure} ${side}`));

const cellsOf = (measures: ReturnType<typeof totalLine>['measures']): string[] =>
  MEASURES.flatMap((measure) => SIDES.map((side) => measures[measure][side]));

/** A negative amount begins with a minus, which is no formula. */
const text = (value: unknown): string => safeCell(String(value ?? ''));

/** Every row of the table with both sides' columns. */
export function rowsCsv(rows: readonly Row[]): string {
  const header = [
    ...PLACE,
    'orders',
    ...MEASURE_COLUMNS,
    ...STORE_FIGURES.map((figure) => `store: ${figure}`),
    ...ORACLE_FIGURES.map((figure) => `oracle: ${figure}`),
  ];
  const lines = rows.map((row) => {
    const { measures, store, oracle } = totalLine(row);
    return [
      ...PLACE.map((name) => text(row[name])),
      String(row.orders),
      ...cellsOf(measures),
      ...STORE_FIGURES.map((figure) => store[figure]),
      ...ORACLE_FIGURES.map((figure) => oracle[figure]),
    ];
  });
  return csvText([header, ...lines]);
}

export const DIFFERENCE_COLUMNS = [
  ...PLACE,
  'orderId',
  'orderNumber',
  'measure',
  'amount',
  'reason',
  'document',
  'message',
  'action',
];

export const differenceCells = (difference: Difference): string[] => [
  ...PLACE.map((name) => text(difference[name])),
  String(difference.orderId),
  text(difference.orderNumber),
  difference.measure,
  moneyOf(difference)(difference.amount),
  difference.reason,
  text(difference.document),
  text(difference.message),
  text(difference.action),
];

export const ORDER_COLUMNS = [...PLACE, 'orderId', 'orderNumber', 'state', ...MEASURE_COLUMNS, 'reasons', 'actions'];

/** One line per order and place: an order whose refund lies in a later month has a line there too. */
export function orderCells(comparison: Comparison): string[][] {
  const places = new Map<string, Comparison['entries'][number]>();
  for (const entry of comparison.entries) places.set(PLACE.map((name) => entry[name]).join('|'), entry);
  return [...places].map(([key, place]) => {
    const here = (each: Pick<Difference, (typeof PLACE)[number]>) => PLACE.map((name) => each[name]).join('|') === key;
    const differences = comparison.differences.filter(here);
    const reasons = new Set(differences.map(({ reason }) => reason));
    const actions = new Set(differences.map(({ action }) => action).filter(Boolean));
    return [
      ...PLACE.map((name) => text(place[name])),
      String(comparison.orderId),
      text(comparison.orderNumber),
      comparison.state,
      ...cellsOf(sidesOfOrder({ entries: comparison.entries.filter(here) }, place.decimals)),
      [...reasons].join(' '),
      text([...actions].join(' ')),
    ];
  });
}

/** The certificate as lines of section, name, value: everything that its page says. */
export function certificateCsv({ data, sha256 }: { data: string; sha256: string }): string {
  const certificate = JSON.parse(data) as CertificateData;
  const { period, sources, versions, audit, since } = certificate;
  const lines: string[][] = [['section', 'businessUnit', 'currency', 'day', 'gateway', 'name', 'orders', ...SIDES, 'text']];
  type Line = Partial<Record<(typeof lines)[0][number], string | number | null>>;
  const add = (section: string, line: Line) =>
    lines.push([section, ...(lines[0] ?? []).slice(1).map((column) => cell(column, line[column]))]);
  const said: [string, string][] = [
    ['period', `${period.from} to ${period.to}`],
    ['time zone', certificate.timeZone],
    ['made at', certificate.madeAt],
    ['made by', certificate.madeBy],
    ['Oracle', sources.oracle === 'live' ? `read back at ${sources.oracleReadAt}` : "by AR Bridge's record"],
    ['store', sources.store === 'fresh' ? 'asked again' : 'as last read'],
    ['sidecar version', versions.sidecar],
    ['rules version', String(versions.rules)],
    ['set-up version', String(versions.setup)],
    ['audit chain', `${audit.seq} ${audit.hash}`],
    ['orders', String(certificate.orders)],
    ['digest of orders', certificate.ordersDigest.sha256],
    ['sha256', sha256],
  ];
  for (const [name, value] of said) add('certificate', { name, text: value });
  for (const { businessUnit, currency, orders, measures, store, oracle } of certificate.totals) {
    for (const measure of MEASURES) add('total', { businessUnit, currency, orders, name: measure, ...measures[measure] });
    for (const figure of STORE_FIGURES) add('total', { businessUnit, currency, name: figure, store: store[figure] });
    for (const figure of ORACLE_FIGURES) add('total', { businessUnit, currency, name: figure, oracle: oracle[figure] });
  }
  for (const { measure, reason, differences, net, ...place } of certificate.differences)
    add('difference', { ...place, name: measure, orders: differences, difference: net, text: reason });
  for (const { day, currency, measure, amount, message, action = '', orderNumber } of certificate.unexplained.items)
    add('unexplained', {
      day,
      currency,
      name: measure,
      difference: amount,
      text: `Order ${orderNumber}: ${message} ${action}`.trim(),
    });
  for (const { kind, documents, amount, ...place } of certificate.open.documents)
    add('open document', { ...place, name: kind, orders: documents, oracle: amount });
  for (const { state, code, action, currency, orders, total } of certificate.open.orders)
    add('open order', { currency, name: state, orders, store: total, text: [code, action].filter(Boolean).join(': ') });
  for (const { day, businessUnit, currency, gateway, orders, measures } of certificate.rows)
    for (const measure of MEASURES)
      add('row', { day, businessUnit, currency, gateway, orders, name: measure, ...measures[measure] });
  if (since) {
    add('since', { name: 'certificate', text: `${since.id} of ${since.madeAt} by ${since.madeBy}, SHA-256 ${since.sha256}` });
    for (const { measure, side, before, after, ...place } of since.rows)
      add('since', { ...place, name: measure, [side]: after, text: `${side} was ${before}` });
    add('since', { name: 'orders changed', orders: since.orders.count, text: since.orders.ids.join(' ') });
  }
  return csvText(lines);
}

const AMOUNTS: ReadonlySet<string> = new Set(SIDES);
const cell = (column: string, value: string | number | null | undefined): string =>
  AMOUNTS.has(column) ? String(value ?? '') : text(value);
