import { amount } from '../format.ts';

/** Digits of equal width, so that decimals stand below each other in a column. */
export function Amount({ value, currency }: { value: string; currency?: string }) {
  return <span className="arb-amount">{amount(value, currency)}</span>;
}
