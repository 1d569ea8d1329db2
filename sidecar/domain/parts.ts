import { allocate, type MinorUnits, minor, sum, ZERO } from './money.ts';
import type { LineTax } from './order.ts';
import type { PartAmount, PartKey, PostedDocument } from './posted.ts';
import type { DocumentPurpose } from './references.ts';

/** Net and all taxes of a part. */
export const gross = (part: { net: MinorUnits; taxes: readonly LineTax[] }): MinorUnits =>
  minor(part.net + part.taxes.reduce((total, tax) => total + tax.amount, 0));

export const grossOf = (parts: readonly PartAmount[]): MinorUnits => sum(parts.map(gross));

/** Amounts per part, adding and subtracting whole documents. Parts keep the order in which they first appeared. */
export class Holdings {
  private readonly held = new Map<PartKey, { net: number; taxes: Map<number, number> }>();

  add(parts: readonly PartAmount[], sign: 1 | -1 = 1): this {
    for (const { part, net, taxes } of parts) {
      const held = this.held.get(part) ?? { net: 0, taxes: new Map<number, number>() };
      held.net += sign * net;
      for (const tax of taxes) held.taxes.set(tax.rateId, (held.taxes.get(tax.rateId) ?? 0) + sign * tax.amount);
      this.held.set(part, held);
    }
    return this;
  }

  /** Parts with any amount left, in order. */
  parts(): PartAmount[] {
    return [...this.held]
      .map(([part, held]) => ({
        part,
        net: minor(held.net),
        taxes: [...held.taxes]
          .filter(([, amount]) => amount !== 0)
          .map(([rateId, amount]) => ({ rateId, amount: minor(amount) })),
      }))
      .filter((part) => part.net !== 0 || part.taxes.length > 0);
  }

  total(): MinorUnits {
    return grossOf(this.parts());
  }
}

/** What the order's own documents sell: the sale, edits up and down; refunds and what undoes them are left out. */
export function soldBy(documents: readonly PostedDocument[]): Holdings {
  const sold = new Holdings();
  for (const document of documents) {
    if (document.what.purpose === 'order' || document.what.purpose === 'edit-up') sold.add(document.lines);
    if (document.what.purpose === 'edit-down' || document.what.purpose === 'mirror') sold.add(document.lines, -1);
  }
  return sold;
}

/** True where the last that was posted of the sale itself is a credit memo which left nothing of it; of documents in order of posting. */
export function creditedInFull(documents: readonly { what: DocumentPurpose; amount: number }[]): boolean {
  const last = documents.findLastIndex(({ what }) => ['order', 'edit-up', 'edit-down'].includes(what.purpose));
  if (documents[last]?.what.purpose !== 'edit-down') return false;
  const signs: Record<DocumentPurpose['purpose'], number> = {
    ...{ order: 1, 'edit-up': 1, 'refund-undone': 1, payment: 0, 'gateway-fee': 0, 'edit-down': -1, mirror: -1, refund: -1 },
  };
  return documents.slice(0, last + 1).reduce((left, { what, amount }) => left + signs[what.purpose] * amount, 0) === 0;
}

/** What is left of the sale after the refunds that stand. */
export function heldBy(documents: readonly PostedDocument[]): Holdings {
  const held = soldBy(documents);
  for (const document of documents) {
    if (document.what.purpose === 'refund') held.add(document.lines, -1);
    if (document.what.purpose === 'refund-undone') held.add(document.lines);
  }
  return held;
}

/**
 * Spreads an amount over parts by their gross (parts below zero count as zero), each share split into net and its taxes;
 * largest remainder, ties to the earlier part. The result adds up to the amount exactly. The whole amount is each part as it stands,
 * those below zero too: nothing is left on any account.
 */
export function spread(amount: MinorUnits, over: readonly PartAmount[]): PartAmount[] {
  if (amount === grossOf(over)) return [...over];
  const bases = over.filter((part) => gross(part) > 0);
  const shares = allocate(
    amount,
    bases.map((part) => gross(part)),
  );
  return bases.map((part, index) => scale(part, shares[index] ?? ZERO)).filter((part) => part.net !== 0 || part.taxes.length > 0);
}

/** The part with another gross amount, split as it was. */
function scale(part: PartAmount, to: MinorUnits): PartAmount {
  // A component with the other sign (a negative tax on a positive line) takes no share: weights cannot be negative.
  const weights = [part.net, ...part.taxes.map((tax) => tax.amount)].map((weight) => Math.max(0, weight));
  const [net = ZERO, ...taxes] = weights.some((weight) => weight > 0) ? allocate(to, weights) : [to];
  return {
    part: part.part,
    net,
    taxes: part.taxes
      .map((tax, index) => ({ rateId: tax.rateId, amount: taxes[index] ?? ZERO }))
      .filter((tax) => tax.amount !== 0),
  };
}
