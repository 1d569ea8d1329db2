import { formatMinor, minor } from '../domain/money.ts';
import { MEASURES, type Measure, ORACLE_FIGURES, type OracleFigure, STORE_FIGURES, type StoreFigure } from './figures.ts';
import type { Reason } from './reasons.ts';
import type { Comparison, Difference } from './sheet.ts';
import type { Row } from './table.ts';

/** Rows, sums and differences as people read them: amounts are decimal strings of their currency. */
export interface TotalLine {
  businessUnit: string;
  currency: string;
  orders: number;
  store: Record<StoreFigure, string>;
  oracle: Record<OracleFigure, string>;
  measures: Sides;
}
export type Sides = Record<Measure, { store: string; oracle: string; difference: string }>;

export interface RowLine {
  day: string;
  businessUnit: string;
  currency: string;
  gateway: string;
  orders: number;
  measures: Sides;
}

export interface ReasonLine {
  businessUnit: string;
  currency: string;
  measure: Measure;
  reason: Reason;
  differences: number;
  /** Signed, Oracle less store. */
  net: string;
}

export interface DifferenceLine {
  orderId: number;
  orderNumber: string;
  day: string;
  currency: string;
  measure: Measure;
  amount: string;
  message: string;
  /** Empty where nothing is known to do. Certificates from before have none. */
  action?: string;
}

export function totalLine(row: Row): TotalLine {
  const money = moneyOf(row);
  return {
    businessUnit: row.businessUnit,
    currency: row.currency,
    orders: row.orders,
    store: Object.fromEntries(STORE_FIGURES.map((figure) => [figure, money(row.store[figure])])) as TotalLine['store'],
    oracle: Object.fromEntries(ORACLE_FIGURES.map((figure) => [figure, money(row.oracle[figure])])) as TotalLine['oracle'],
    measures: sidesOf(row),
  };
}

export const rowLine = (row: Row): RowLine => ({
  day: row.day,
  businessUnit: row.businessUnit,
  currency: row.currency,
  gateway: row.gateway,
  orders: row.orders,
  measures: sidesOf(row),
});

export const reasonLines = (row: Row): ReasonLine[] =>
  row.reasons.map(({ measure, reason, differences, net }) => ({
    ...{ businessUnit: row.businessUnit, currency: row.currency, measure, reason, differences },
    net: moneyOf(row)(net),
  }));

export const differenceLine = (difference: Difference): DifferenceLine => ({
  orderId: difference.orderId,
  orderNumber: difference.orderNumber,
  day: difference.day,
  currency: difference.currency,
  measure: difference.measure,
  amount: moneyOf(difference)(difference.amount),
  message: difference.message,
  action: difference.action,
});

/** Both sides of what of an order lies in one row, added up. */
export function sidesOfOrder({ entries }: Pick<Comparison, 'entries'>, decimals: number): Sides {
  const measures = Object.fromEntries(
    MEASURES.map((measure) => {
      const of = (side: 'store' | 'oracle') =>
        entries.filter((entry) => entry.side === side && entry.measure === measure).reduce((all, { amount }) => all + amount, 0);
      const [store, oracle] = [of('store'), of('oracle')];
      return [measure, { store, oracle, difference: oracle - store }];
    }),
  ) as Row['measures'];
  return sidesOf({ measures, decimals });
}

function sidesOf({ measures, decimals }: Pick<Row, 'measures' | 'decimals'>): Sides {
  const money = moneyOf({ decimals });
  return Object.fromEntries(
    MEASURES.map((measure) => {
      const { store, oracle, difference } = measures[measure];
      return [measure, { store: money(store), oracle: money(oracle), difference: money(difference) }];
    }),
  ) as Sides;
}

export const moneyOf =
  ({ decimals }: { decimals: number }) =>
  (amount: number): string =>
    formatMinor(minor(amount), decimals);
