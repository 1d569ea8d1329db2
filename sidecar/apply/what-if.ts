import { randomUUID } from 'node:crypto';
import { bookOf, type RuleBook } from '../derive/rules.ts';
import { formatMinor, minor } from '../domain/money.ts';
import type { StoreOrder } from '../domain/order.ts';
import type { RuleKind, RuleSet } from '../domain/rules.ts';
import type { Setup } from '../domain/setup.ts';
import { FROM_THE_START, type Mark, type OrderToAsk } from '../store/rules-orders.ts';
import type { Store } from '../store/store.ts';
import { type Asking, answerTo, differs, questionsOf, unitFor } from './rule-answers.ts';
import { turns } from './turns.ts';

/** An amount that would go elsewhere: to another account, unit or customer, under other names or flexfield values. */
export interface Move {
  kind: RuleKind;
  /** Null: nothing answers, the order waits. Other words: Answer.result. */
  from: string | null;
  to: string | null;
  currency: string;
  /** Decimal string, net of refunds. */
  amount: string;
  /** Of it, in orders that are posted: it stays where it is. */
  posted: string;
  lines: number;
  orders: number;
  sample: number[];
}

/** The same by one segment, such as the cost center. */
export interface SegmentMoves {
  segment: string;
  moves: Omit<Move, 'kind'>[];
}

export interface WhatIfResult {
  /** Orders that were asked about, and of them those where something would change. */
  orders: number;
  changed: number;
  /** Orders that post nothing: excluded, cancelled before payment, or not derivable. */
  left: number;
  moves: Move[];
  segments: SegmentMoves[];
  /** Orders with something that no rule answers: under the saved rules, and under these. */
  unmapped: { before: number; after: number; sample: number[] };
}

export interface WhatIfJob {
  id: string;
  by: string;
  from: string;
  to: string;
  state: 'running' | 'done' | 'cancelled' | 'failed';
  done: number;
  total: number;
  /** Time it took so far. */
  elapsedMs: number;
  /** Null until it is done. */
  result: WhatIfResult | null;
  /** Why it failed. */
  failure: string | null;
}

const PAGE = 40;
const SAMPLE = 5;

/**
 * Runs unsaved rules over stored orders beside the saved ones: no call to the store or to Oracle, nothing is posted. One run at a time, in
 * pieces between which everything else goes on. Posted parts keep their accounts: the result says what would have been.
 */
export class WhatIf {
  private readonly store: Pick<Store, 'ruleOrders' | 'events'>;
  private readonly nowMs: () => number;
  private current: { job: WhatIfJob; begunMs: number; cancelled: boolean } | null = null;

  constructor(store: Pick<Store, 'ruleOrders' | 'events'>, nowMs: () => number) {
    this.store = store;
    this.nowMs = nowMs;
  }

  /** Starts a run and ends the one before it. `from` and `to` are instants. */
  start(input: { from: string; to: string; by: string; saved: RuleSet; unsaved: RuleSet; setup: Setup }): WhatIfJob {
    this.cancel();
    const total = this.store.ruleOrders.countCreatedBetween(input.from, input.to);
    const job: WhatIfJob = {
      id: randomUUID(),
      by: input.by,
      from: input.from,
      to: input.to,
      state: 'running',
      done: 0,
      total,
      elapsedMs: 0,
      result: null,
      failure: null,
    };
    const run = { job, begunMs: this.nowMs(), cancelled: false };
    this.current = run;
    void this.run(run, input).catch((error: unknown) => {
      job.state = 'failed';
      job.failure = error instanceof Error ? error.message : String(error);
    });
    return this.view(run);
  }

  /** The last run, or the one under way; null before the first. */
  job(): WhatIfJob | null {
    return this.current && this.view(this.current);
  }

  cancel(): void {
    if (this.current?.job.state !== 'running') return;
    this.current.cancelled = true;
    this.current.job.state = 'cancelled';
  }

  private view({ job, begunMs }: NonNullable<typeof this.current>): WhatIfJob {
    if (job.state === 'running') job.elapsedMs = this.nowMs() - begunMs;
    return { ...job };
  }

  private async run(
    run: NonNullable<typeof this.current>,
    { from, to, saved, unsaved, setup }: { from: string; to: string; saved: RuleSet; unsaved: RuleSet; setup: Setup },
  ): Promise<void> {
    const { job } = run;
    const pause = turns();
    const tally = new Tally(setup, bookOf(saved), bookOf(unsaved), new Date(this.nowMs()).toISOString());
    for (let after: Mark = FROM_THE_START; ; ) {
      const page = this.store.ruleOrders.createdBetween(from, to, after, PAGE);
      for (const row of page) {
        await pause();
        if (run.cancelled) return;
        const payments = this.store.events.payments(row.order);
        tally.add({ ...row, order: { ...row.order, payments } });
        job.done += 1;
      }
      const last = page.at(-1);
      if (!last || page.length < PAGE) break;
      after = last.after;
    }
    job.result = tally.result();
    job.elapsedMs = this.nowMs() - run.begunMs;
    job.state = 'done';
  }
}

interface Sum {
  from: string | null;
  to: string | null;
  kind: RuleKind;
  currency: string;
  decimals: number;
  amount: number;
  posted: number;
  lines: number;
  orders: Set<number>;
}

/** Adds up what differs between two sets of rules, order by order. */
class Tally {
  private readonly setup: Setup;
  private readonly before: RuleBook;
  private readonly after: RuleBook;
  private readonly now: string;
  private readonly moves = new Map<string, Sum>();
  private readonly bySegment = new Map<string, Map<string, Sum>>();
  private orders = 0;
  private changed = 0;
  private left = 0;
  private unmappedBefore = 0;
  private readonly unmappedAfter: number[] = [];

  constructor(setup: Setup, before: RuleBook, after: RuleBook, now: string) {
    this.setup = setup;
    this.before = before;
    this.after = after;
    this.now = now;
  }

  add({ order, orderId, posted }: OrderToAsk): void {
    const [was, is] = [this.asking(order, this.before), this.asking(order, this.after)];
    const questions = questionsOf(order, was.unit, this.now);
    if (!questions) {
      this.left += 1;
      return;
    }
    this.orders += 1;
    let changed = false;
    let [openBefore, openAfter] = [false, false];
    for (const question of questions) {
      const from = answerTo(question, was);
      const to = answerTo(question, is);
      openBefore ||= from.result === null;
      openAfter ||= to.result === null;
      if (!differs(from, to)) continue;
      changed = true;
      const { kind, amount } = question;
      const { currency, decimals } = order;
      const about = { kind, currency, decimals, amount, posted, orderId };
      this.count(this.moves, from.result, to.result, about);
      for (const segment of this.setup.segments) {
        const [old, now] = [from.segments?.[segment.name] ?? null, to.segments?.[segment.name] ?? null];
        if (old === now || (from.segments === null && to.segments === null)) continue;
        const moves = this.bySegment.get(segment.name) ?? new Map<string, Sum>();
        this.bySegment.set(segment.name, moves);
        this.count(moves, old, now, { ...about, kind: 'revenue' });
      }
    }
    if (changed) this.changed += 1;
    if (openBefore) this.unmappedBefore += 1;
    if (openAfter) this.unmappedAfter.push(orderId);
  }

  private asking(order: StoreOrder, book: RuleBook): Asking {
    return { book, general: this.setup, unit: unitFor(order, this.setup, book) };
  }

  result(): WhatIfResult {
    return {
      orders: this.orders,
      changed: this.changed,
      left: this.left,
      moves: listed(this.moves),
      segments: this.setup.segments.flatMap(({ name }) => {
        const moves = this.bySegment.get(name);
        return moves ? [{ segment: name, moves: listed(moves).map(({ kind: _kind, ...move }) => move) }] : [];
      }),
      unmapped: { before: this.unmappedBefore, after: this.unmappedAfter.length, sample: this.unmappedAfter.slice(0, SAMPLE) },
    };
  }

  private count(
    moves: Map<string, Sum>,
    from: string | null,
    to: string | null,
    about: { kind: RuleKind; currency: string; decimals: number; amount: number; posted: boolean; orderId: number },
  ): void {
    const { kind, currency, decimals } = about;
    const key = JSON.stringify([kind, from, to, currency]);
    let sum = moves.get(key);
    if (!sum) {
      sum = { from, to, kind, currency, decimals, amount: 0, posted: 0, lines: 0, orders: new Set() };
      moves.set(key, sum);
    }
    sum.amount += about.amount;
    if (about.posted) sum.posted += about.amount;
    sum.lines += 1;
    sum.orders.add(about.orderId);
  }
}

/** Largest amount first. */
const listed = (moves: ReadonlyMap<string, Sum>): Move[] =>
  [...moves.values()]
    .sort((a, b) => a.currency.localeCompare(b.currency) || Math.abs(b.amount) - Math.abs(a.amount))
    .map(({ kind, from, to, currency, decimals, amount, posted, lines, orders }) => ({
      kind,
      from,
      to,
      currency,
      amount: formatMinor(minor(amount), decimals),
      posted: formatMinor(minor(posted), decimals),
      lines,
      orders: orders.size,
      sample: [...orders].slice(0, SAMPLE),
    }));
