import { createHash } from 'node:crypto';
import type { Store } from '../store/store.ts';
import { markOrders } from './mark-orders.ts';

/** What an order is stopped with while a period is closed, by our own check or by Oracle's. */
const HELD_BY_PERIOD = ['period.closed', 'period.none_open', 'oracle.period_closed'];
const OPEN_PERIODS = 'open-periods';
/** An order that was under way while the periods came may have stopped by the old ones, at most so much later. */
const UNDER_WAY_MS = 15 * 60_000;

export interface HeldByPeriodOptions {
  store: Pick<Store, 'write' | 'orders' | 'jobs' | 'references' | 'settings'>;
  nowMs: () => number;
}

/**
 * Lets orders that wait for a period go on once a pull shows other periods open than before. What the last look saw is kept with its
 * marks, so that a crash between pull and marks loses none.
 */
export class HeldByPeriod {
  private readonly options: HeldByPeriodOptions;

  constructor(options: HeldByPeriodOptions) {
    this.options = options;
  }

  /** After each pull. How many orders go on. */
  async look(): Promise<number> {
    const { store, nowMs } = this.options;
    const open = this.open();
    const same = store.settings.cursor(OPEN_PERIODS) === open;
    const held = HELD_BY_PERIOD.flatMap((code) => store.orders.withReason(code));
    const released = same ? held.filter((orderId) => this.stoppedByOldPeriods(orderId)) : held;
    await markOrders(store, released, nowMs);
    if (!same) await store.write(() => store.settings.saveCursor(OPEN_PERIODS, open, nowMs()));
    return released.length;
  }

  private stoppedByOldPeriods(orderId: number): boolean {
    const { orders, settings } = this.options.store;
    const stoppedAtMs = orders.get(orderId)?.updatedAtMs ?? 0;
    const changedAtMs = settings.cursorAtMs(OPEN_PERIODS) ?? 0;
    return stoppedAtMs >= changedAtMs && stoppedAtMs <= changedAtMs + UNDER_WAY_MS;
  }

  private open(): string {
    const rows = this.options.store.references.rows('periods', '', MOST_PERIODS);
    const usable = rows.filter(({ enabled }) => enabled).map(({ key, extra }) => `${key} ${extra.start} ${extra.end}`);
    return createHash('sha256').update(usable.sort().join('\n')).digest('hex');
  }
}

/** Many ledgers, for as many years as Oracle lists. */
const MOST_PERIODS = 50_000;
