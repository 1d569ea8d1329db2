import { z } from 'zod';
import { type MinorUnits, minor } from './money.ts';
import type { StoreRefund } from './order.ts';
import type { Decision } from './posted.ts';

/** Overpayment that a person gave a purpose: from then on it pays no document. */
export interface SetAside {
  /** Below zero for overpayment that is settled by itself: -1, -2 ... */
  refundId: number;
  amount: MinorUnits;
  /** Unix milliseconds of the decision; NaN where it is not known: after all that is posted. */
  atMs: number;
}

/** The answer that a refund returns overpayment and credits no sale. */
export const RETURNS_OVERPAYMENT = 'returns-overpayment';

/** The decision that settles overpayment by itself. */
export const SETTLE_OVERPAYMENT = 'settle-overpayment';

/** Its choice: minor units of the order's currency, and the receivables activity that they go to. */
const SettleChoiceSchema = z.object({ amount: z.int().transform(minor), activity: z.string() });

/** The question what becomes of a refund's money in a receipt that the pod's release cannot pay out. */
export const payoutQuestion = (refundId: number): string => `refund-payout-${refundId}`;

/** Its answer that nothing is asked of Oracle any more: the money stays on account, set aside for the refund. */
export const STAYS_ON_ACCOUNT = 'stays-on-account';

/** As it is kept with the order's decisions. */
export const settleChoice = (amount: MinorUnits, activity: string): string => JSON.stringify({ amount, activity });

function readSettleChoice(choice: string): z.infer<typeof SettleChoiceSchema> {
  // The first databases kept it as "1500|Activity".
  const [, amount, activity] = /^(\d+)\|(.*)$/s.exec(choice) ?? [];
  if (amount !== undefined) return { amount: minor(Number(amount)), activity: activity ?? '' };
  return SettleChoiceSchema.parse(JSON.parse(choice));
}

/** Overpayment that persons settle, in the order of their decisions. */
export function settledByPersons(decisions: readonly Decision[]): (SetAside & { activity: string })[] {
  return decisions
    .filter((decision) => decision.question === SETTLE_OVERPAYMENT)
    .map(({ choice, at }, index) => ({ ...readSettleChoice(choice), refundId: -(index + 1), atMs: Date.parse(at) }));
}

/** Refunds that return overpayment instead of crediting the sale, with the instant of the decision; the last answer counts. */
export function returnedByRefunds(decisions: readonly Decision[]): Map<number, number> {
  const last = new Map(decisions.map((decision) => [decision.question, decision]));
  const returning = [...last.values()].filter(
    ({ question, choice }) => question.startsWith('refund-') && choice === RETURNS_OVERPAYMENT,
  );
  return new Map(returning.map(({ question, at }) => [Number(question.slice('refund-'.length)), Date.parse(at)]));
}

/** All that decisions set aside of an order's overpayment. */
export function setAside(decisions: readonly Decision[], refunds: readonly Pick<StoreRefund, 'id' | 'amount'>[]): SetAside[] {
  const returned = returnedByRefunds(decisions);
  return [
    ...refunds.flatMap(({ id, amount }) => {
      const atMs = returned.get(id);
      return atMs === undefined ? [] : [{ refundId: id, amount, atMs }];
    }),
    ...settledByPersons(decisions),
  ];
}
