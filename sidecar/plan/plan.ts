import type { TargetState } from '../derive/target-state.ts';
import { err, type Failure, ok, type Result, rejected } from '../domain/failures.ts';
import type { Decision, PostedState } from '../domain/posted.ts';
import { setAside } from '../domain/set-aside.ts';
import type { Setup } from '../domain/setup.ts';
import { Books } from './books.ts';
import { decimalsChanged, planFees } from './plan-fees.ts';
import { type MoneyContext, planEvents, planReversals, planSettlements, planUndone } from './plan-money.ts';
import { planSale } from './plan-sale.ts';
import type { Plan } from './steps.ts';

export type { ActionStep, Draft, DraftLine, Plan, Step } from './steps.ts';

export interface PlanOptions {
  decisions?: readonly Decision[];
  /** Numbers of credit memos that Oracle refused to apply: planned as if not there, so that receipts go back on. */
  hold?: ReadonlySet<string>;
  release?: '26D' | '25D';
}

/**
 * Compares what Receivables should hold with what was posted and gives the steps that make up the difference.
 *
 * In      target  from derive; posted  our own record, documents in posting order
 * Out     steps; after each document the applications it asks for. Carrying out a prefix and planning again gives the rest.
 *         What cannot go out stands in `blocked`; what can goes out.
 * Fails   rejected order.currency_changed, order.decimals_changed
 * Source  design sections 1 and 3
 */
export function plan(target: TargetState, posted: PostedState, setup: Setup, options: PlanOptions = {}): Result<Plan> {
  const { decisions = [], hold = new Set<string>(), release = '26D' } = options;
  const currency = posted.documents.find((document) => document.currency !== target.currency)?.currency;
  if (currency) {
    return err(
      rejected(
        'order.currency_changed',
        `Order ${target.orderId} was posted in ${currency} and is now in ${target.currency}; posted documents keep their currency.`,
        `Give the order its ${currency} back in the store, or cancel it and place a new one in ${target.currency}.`,
      ),
    );
  }
  const decimals = posted.documents.find((document) => document.decimals !== target.decimals)?.decimals;
  if (decimals !== undefined) return err(decimalsChanged(target, { ...target, decimals }));
  const books = new Books(posted, target, setup, hold, setAside(decisions, target.refunds));
  const money: MoneyContext = { books, target, setup, decisions, release };
  planReversals(money);
  books.catchUp('to match what was posted');
  const blocked = stages(books, money);
  planSettlements(money);
  // Last: a fee that cannot go out holds nothing of the order itself up.
  const fees = planFees(books, target, setup.prefix);
  return ok({ steps: books.steps, blocked: blocked ?? (fees.ok ? target.open : fees.failure) });
}

/**
 * Sale, then refunds that were taken back, then payments and refunds as they happened: what a deleted refund gives back may be
 * refunded again. A failure stops what follows it, but for a deleted refund that a person has to look at.
 */
function stages(books: Books, money: MoneyContext): Failure | null {
  const sale = planSale(books, money.target);
  if (!sale.ok) return sale.failure;
  const undone = planUndone(money);
  const events = planEvents(money);
  if (!undone.ok) return undone.failure;
  return events.ok ? sale.value : events.failure;
}
