import { err, ok, type Result, rejected } from '../domain/failures.ts';
import { formatMinor, minor } from '../domain/money.ts';
import type { StoreRefund } from '../domain/order.ts';
import { gross, grossOf, Holdings, spread } from '../domain/parts.ts';
import type { PartAmount, PartKey } from '../domain/posted.ts';
import type { Setup } from '../domain/setup.ts';

export interface RefundCredit {
  /** What the credit memo takes back, part by part; adds up to the refund's amount. */
  parts: PartAmount[];
  /** The share that the refund named no lines for, as it was spread. */
  allocated: PartAmount[];
}

/**
 * Turns a refund into the parts of a credit memo.
 *
 * In      refund  amounts positive; held  what is left of the order's posted documents, part by part
 * Out     parts that add up to refund.amount. Lines that name a posted item go to it. What the refund names no line for is
 *         spread over what is left, by remaining gross; lines worth more than the refund are scaled down the same way. A refund
 *         of all that is left takes what is left, part by part.
 * Fails   rejected refund.above_invoices: the order's invoices would fall below zero
 * Source  design section 3; WooCommerce refunds need no lines and lines need not add up (contract 1.3)
 */
export function refundToCredit(
  refund: StoreRefund,
  held: readonly PartAmount[],
  taxMode: Setup['taxMode'],
  of: { orderId: number; currency: string; decimals: number },
): Result<RefundCredit> {
  const left = grossOf(held);
  if (refund.amount > left) {
    return err(
      rejected(
        'refund.above_invoices',
        `Refund ${refund.id} of order ${of.orderId} is over ${formatMinor(refund.amount, of.decimals)} ${of.currency}, the order's invoices hold ${formatMinor(left, of.decimals)}.`,
        'Compare the order’s lines with its refunds in the store: put lines back that were taken off, or delete a refund that was not paid.',
      ),
    );
  }
  const lines = namedBy(refund, held, taxMode);
  // What takes all that is left takes each part as it stands, whatever lines it names: a sale that is gone leaves nothing on any account.
  if (refund.amount === left) return ok({ parts: [...held], allocated: new Holdings().add(held).add(lines, -1).parts() });
  const rest = minor(refund.amount - grossOf(lines));
  if (rest === 0) return ok({ parts: inOrder(held, lines), allocated: [] });
  if (rest < 0) {
    const positive = lines.filter((part) => gross(part) > 0);
    const negative = lines.filter((part) => gross(part) <= 0);
    const scaled = spread(minor(refund.amount - grossOf(negative)), positive);
    return ok({ parts: inOrder(held, new Holdings().add(negative).add(scaled).parts()), allocated: [] });
  }
  const remaining = new Holdings().add(held).add(lines, -1).parts();
  const allocated = spread(rest, remaining);
  return ok({ parts: inOrder(held, new Holdings().add(lines).add(allocated).parts()), allocated });
}

/** What the refund's lines take back of the posted parts. */
export function namedBy(refund: StoreRefund, held: readonly PartAmount[], taxMode: Setup['taxMode']): PartAmount[] {
  const known = new Set(held.map((part) => part.part));
  const named = new Holdings();
  for (const line of refund.lines) {
    const part: PartKey = `item:${line.itemId}`;
    // An item that left the order, or was never invoiced, has no line to go back to: its amount is spread like the rest.
    if (!known.has(part)) continue;
    const discount = discountShare(line.itemId, line.net, held);
    named.add(discount);
    if (taxMode === 'account') {
      named.add([{ part, net: line.net, taxes: [] }]);
      named.add(line.taxes.map((tax) => ({ part: `tax:${tax.rateId}` as const, net: tax.amount, taxes: [] })));
    } else {
      named.add([{ part, net: line.net, taxes: line.taxes }]);
    }
    // What the discount takes back of itself, net and tax, the line gives back more.
    named.add(
      discount.map((share) => ({ ...share, part })),
      -1,
    );
  }
  return named.parts();
}

/**
 * Where coupons are lines of their own, a refund of 9.00 of a line sold for 10.00 less 1.00 takes back 10.00 of the line and 1.00 of the
 * discount: the share of the discount by what is left of both, rounded half up. Where the discount carries tax (Oracle computes), its share
 * of it is in the proportion of the line's, so that it follows from the net.
 */
function discountShare(itemId: number, net: number, held: readonly PartAmount[]): PartAmount[] {
  const line = held.find((part) => part.part === `item:${itemId}`);
  const discount = held.find((part) => part.part === `discount:${itemId}`);
  const sold = (line?.net ?? 0) + (discount?.net ?? 0);
  if (!line || !discount || discount.net > 0 || sold <= 0 || net <= 0) return [];
  // All that is left of the line takes all that is left of its discount.
  if (net >= sold) return [discount];
  const share = minor(-proportion(-discount.net, net, sold));
  if (share === 0) return [];
  const taxes = discount.taxes.map(({ rateId }) => {
    const ofLine = line.taxes.find((tax) => tax.rateId === rateId)?.amount ?? 0;
    return { rateId, amount: minor(-proportion(ofLine, -share, line.net)) };
  });
  return [{ part: discount.part, net: share, taxes: taxes.filter(({ amount }) => amount !== 0) }];
}

/** amount x part / whole, rounded half up; none below zero. */
const proportion = (amount: number, part: number, whole: number): number =>
  Number((BigInt(amount) * BigInt(part) * 2n + BigInt(whole)) / (2n * BigInt(whole)));

/** Parts in the order of the invoice's lines. */
function inOrder(held: readonly PartAmount[], parts: PartAmount[]): PartAmount[] {
  const position = new Map(held.map((part, index) => [part.part, index]));
  return parts.sort((a, b) => (position.get(a.part) ?? held.length) - (position.get(b.part) ?? held.length));
}
