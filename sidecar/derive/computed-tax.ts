import { type MinorUnits, minor } from '../domain/money.ts';
import type { LineTax, TaxRate } from '../domain/order.ts';

/**
 * What Oracle will make of a line where it computes the tax: each rate of the net, a compound one of net and the taxes before it, rounded
 * half up. A rate whose percentage the store does not tell gives null.
 */
export function computedTax(net: MinorUnits, rateIds: readonly number[], rates: readonly TaxRate[]): (MinorUnits | null)[] {
  let before = 0;
  return rateIds.map((rateId) => {
    const rate = rates.find((candidate) => candidate.rateId === rateId);
    if (!rate || rate.percent === null) return null;
    const exact = ((net + (rate.compound ? before : 0)) * rate.percent) / 100;
    const tax = minor(Math.sign(exact) * Math.round(Math.abs(exact)));
    before += tax;
    return tax;
  });
}

/**
 * Whether computing gives the store's tax but for its rounding: one unit per rate. A refund of tax alone, or of a price alone, is not what
 * any computing gives.
 */
export function isComputed(
  net: MinorUnits,
  taxes: readonly LineTax[],
  rateIds: readonly number[],
  rates: readonly TaxRate[],
): boolean {
  return computedTax(net, rateIds, rates).every((computed, at) => {
    const stored = taxes.find((tax) => tax.rateId === rateIds[at])?.amount ?? 0;
    // Nothing speaks against it, but that there is nothing to compute from.
    if (computed === null) return net !== 0 || stored === 0;
    return Math.abs(stored - computed) <= 1;
  });
}
