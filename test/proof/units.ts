/** Amounts as the judge reads them, by a rounding of its own. */

/** What amounts add up to in minor units: exact digits first, then rounded half up, away from zero. */
export function unitsOf(amounts: string | readonly string[], decimals: number): number {
  let sum = 0n;
  for (const text of [amounts].flat()) sum += digitsOf(text);
  const unit = 10n ** BigInt(DIGITS - decimals);
  const size = ((sum < 0n ? -sum : sum) * 2n + unit) / (unit * 2n);
  return Number(sum < 0n ? -size : size);
}

/** Whether an amount has digits that its currency does not count. */
export const isUneven = (amount: string, decimals: number): boolean => digitsOf(amount) % 10n ** BigInt(DIGITS - decimals) !== 0n;

/** More than any shop of the proof writes. */
const DIGITS = 20;

/** The amount as a whole number of its last digit there may be. */
function digitsOf(text: string): bigint {
  const found = /^(-?)(\d+)(?:\.(\d{1,20}))?$/.exec(text);
  if (!found) throw new RangeError(`"${text}" is no amount`);
  const [, sign = '', whole = '', fraction = ''] = found;
  return BigInt(`${sign}${whole}${fraction.padEnd(DIGITS, '0')}`);
}
