import { RuleBook } from '../derive/rules.ts';
import { dayIn } from '../domain/dates.ts';
import type { StoreOrder } from '../domain/order.ts';
import type { RuleSet } from '../domain/rules.ts';
import type { Setup } from '../domain/setup.ts';
import { orderFacts } from '../plan/asked.ts';

/** The business unit of an order without documents: what a rule says, else the set-up's own. */
export function businessUnits(setup: Setup, rules: RuleSet): (order: StoreOrder) => string {
  if (setup.businessUnits.length === 0) return () => setup.businessUnit;
  const book = new RuleBook(rules);
  return (order) => {
    const day = dayIn(setup.timeZone, order.createdAt);
    return book.choose('business-unit', orderFacts(order), day).outcome?.businessUnit ?? setup.businessUnit;
  };
}
