import {
  type Entry,
  MEASURES,
  type Measure,
  ORACLE_FIGURES,
  type OracleFigure,
  type Place,
  placeKey,
  STORE_FIGURES,
  type StoreFigure,
} from './figures.ts';
import type { Reason } from './reasons.ts';
import type { Comparison } from './sheet.ts';

/** One row: a day, gateway, currency and business unit, both sides. Minor units. */
export interface Row extends Place {
  /** Sales that lie in this row. */
  orders: number;
  store: Record<StoreFigure, number>;
  oracle: Record<OracleFigure, number>;
  measures: Record<Measure, { store: number; oracle: number; difference: number }>;
  reasons: ReasonSum[];
}

/** `net` keeps the sign, `gross` does not: differences that cancel each other out still show. */
export interface ReasonSum {
  measure: Measure;
  reason: Reason;
  differences: number;
  net: number;
  gross: number;
}

export function emptyRow(place: Place): Row {
  const { day, businessUnit, gateway, currency, decimals } = place;
  return {
    ...{ day, businessUnit, gateway, currency, decimals },
    orders: 0,
    store: Object.fromEntries(STORE_FIGURES.map((figure) => [figure, 0])) as Row['store'],
    oracle: Object.fromEntries(ORACLE_FIGURES.map((figure) => [figure, 0])) as Row['oracle'],
    measures: Object.fromEntries(MEASURES.map((measure) => [measure, { store: 0, oracle: 0, difference: 0 }])) as Row['measures'],
    reasons: [],
  };
}

/** A row that was kept before a column came: that is 0 there. */
export function withAllFigures(row: Row): Row {
  const { store, oracle } = emptyRow(row);
  return { ...row, store: { ...store, ...row.store }, oracle: { ...oracle, ...row.oracle } };
}

/** Adds comparisons up to rows. An order that lies in several rows counts in each with what belongs there. */
export class Table {
  private readonly byPlace = new Map<string, Row>();

  /** Adds what of an order falls on a day. */
  add({ entries, differences }: Pick<Comparison, 'entries' | 'differences'>): void {
    const sold = new Set<Row>();
    for (const entry of entries) {
      const row = this.row(entry);
      addEntry(row, entry);
      if (entry.side === 'store' && entry.measure === 'sales') sold.add(row);
    }
    for (const row of sold) row.orders += 1;
    for (const { measure, reason, amount, ...place } of differences) {
      addReason(this.row(place).reasons, { measure, reason, differences: 1, net: amount, gross: Math.abs(amount) });
    }
  }

  /** By day, business unit, currency, gateway. */
  rows(): Row[] {
    return [...this.byPlace].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, row]) => row);
  }

  private row(place: Place): Row {
    const key = placeKey(place);
    let row = this.byPlace.get(key);
    if (!row) {
      row = emptyRow(place);
      this.byPlace.set(key, row);
    }
    return row;
  }
}

function addEntry(row: Row, { side, measure, amount, figure, shown }: Entry): void {
  if (figure !== null) {
    if (side === 'store') row.store[figure as StoreFigure] += shown;
    else row.oracle[figure as OracleFigure] += shown;
  }
  if (measure === null) return;
  const sums = row.measures[measure];
  sums[side] += amount;
  sums.difference = sums.oracle - sums.store;
}

export function addReason(reasons: ReasonSum[], more: ReasonSum): void {
  const there = reasons.find((each) => each.measure === more.measure && each.reason === more.reason);
  if (!there) reasons.push({ ...more });
  else {
    there.differences += more.differences;
    there.net += more.net;
    there.gross += more.gross;
  }
}

/** Rows added up, apart by `keyOf`; the first row of each sum lends its day, gateway and so on. */
export function sumRows(rows: Iterable<Row>, keyOf: (row: Row) => string): Row[] {
  const sums = new Map<string, Row>();
  for (const row of rows) {
    const key = keyOf(row);
    const sum = sums.get(key) ?? emptyRow(row);
    sums.set(key, sum);
    sum.orders += row.orders;
    for (const figure of STORE_FIGURES) sum.store[figure] += row.store[figure];
    for (const figure of ORACLE_FIGURES) sum.oracle[figure] += row.oracle[figure];
    for (const measure of MEASURES) {
      const [into, from] = [sum.measures[measure], row.measures[measure]];
      into.store += from.store;
      into.oracle += from.oracle;
      into.difference += from.difference;
    }
    for (const reason of row.reasons) addReason(sum.reasons, reason);
  }
  return [...sums.values()];
}

/** Per business unit and currency: amounts of two currencies never add up. */
export const totalsOf = (rows: Iterable<Row>): Row[] =>
  sumRows(rows, (row) => `${row.businessUnit}|${row.currency}`).map((row) => ({ ...row, day: '', gateway: '' }));
