import type { Day } from '../domain/dates.ts';
import type { OrderState } from '../domain/states.ts';
import type { Entry, Measure, OracleFigure, Place, StoreFigure } from './figures.ts';
import type { Reason } from './reasons.ts';

/** A part of a row's difference that has one reason. `amount` is Oracle less store, with the measure's sign. */
export interface Difference extends Place {
  orderId: number;
  orderNumber: string;
  measure: Measure;
  amount: number;
  reason: Reason;
  message: string;
  /** What to do about it; empty where that is not known, or nothing. */
  action: string;
  document: string | null;
}

/** Both sides of one order, entry by entry, and why they differ. */
export interface Comparison {
  orderId: number;
  orderNumber: string;
  state: OrderState;
  entries: Entry[];
  differences: Difference[];
}

/** An amount on a day, in minor units of its currency. */
export interface Part {
  day: Day;
  currency: string;
  decimals: number;
  amount: number;
}

/** Collects what is found about one order; all of it lies in one business unit. */
export class Sheet {
  readonly entries: Entry[] = [];
  readonly differences: Difference[] = [];
  private readonly order: { orderId: number; orderNumber: string };
  private readonly businessUnit: string;

  constructor(order: { orderId: number; orderNumber: string }, businessUnit: string) {
    this.order = order;
    this.businessUnit = businessUnit;
  }

  store(part: Part, gateway: string, into: { measure: Measure | null; figure: StoreFigure | null; shown?: number; ref: string }) {
    this.enter('store', part, gateway, into);
  }

  oracle(part: Part, gateway: string, into: { measure: Measure | null; figure: OracleFigure; shown?: number; ref: string }) {
    this.enter('oracle', part, gateway, into);
  }

  differ(
    part: Part,
    gateway: string,
    why: Pick<Difference, 'measure' | 'reason' | 'message' | 'document'> & { action?: string },
  ): void {
    if (part.amount === 0) return;
    const { measure, reason, message, action = '', document } = why;
    this.differences.push({
      ...this.order,
      ...this.placed(part, gateway),
      measure,
      amount: part.amount,
      reason,
      message,
      action,
      document,
    });
  }

  private enter(
    side: Entry['side'],
    part: Part,
    gateway: string,
    into: { measure: Measure | null; figure: Entry['figure']; shown?: number; ref: string },
  ): void {
    const { measure, figure, ref } = into;
    const shown = figure === null ? 0 : (into.shown ?? part.amount);
    const amount = measure === null ? 0 : part.amount;
    if (amount === 0 && shown === 0) return;
    this.entries.push({ side, ...this.placed(part, gateway), measure, amount, figure, shown, ref });
  }

  private placed({ day, currency, decimals }: Part, gateway: string): Place {
    return { day, businessUnit: this.businessUnit, gateway, currency, decimals };
  }
}
