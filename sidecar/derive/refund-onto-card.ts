import { minor } from '../domain/money.ts';
import type { StoreRefund } from '../domain/order.ts';
import { gross, grossOf, Holdings, spread } from '../domain/parts.ts';
import type { PartAmount } from '../domain/posted.ts';
import type { Setup } from '../domain/setup.ts';
import { namedBy } from './refund-to-credit.ts';

/**
 * A refund that went back onto a gift card: no money moves, but the sale shrinks and the card is owed again. The parts of a credit memo
 * over nothing: what the refund's lines took back, and as much of what the cards paid.
 *
 * In      refund  over nothing, with lines; held  what is left of the order's posted documents
 * Out     parts that add up to nothing; none where no card paid, or the refund names no line that is left
 */
export function refundOntoCard(refund: StoreRefund, held: readonly PartAmount[], taxMode: Setup['taxMode']): PartAmount[] {
  const cards = held.filter((part) => part.part.startsWith('tender:') && gross(part) < 0);
  const left = new Map(held.map((part) => [part.part, part]));
  const lines = namedBy(refund, held, taxMode).flatMap((part) => {
    const most = left.get(part.part);
    return !most || gross(part) <= 0 ? [] : gross(part) > gross(most) ? [most] : [part];
  });
  const amount = minor(Math.min(grossOf(lines), -grossOf(cards)));
  if (amount <= 0) return [];
  const paid = cards.map((card): PartAmount => ({ ...card, net: minor(-card.net) }));
  return new Holdings().add(spread(amount, lines)).add(spread(amount, paid), -1).parts();
}
