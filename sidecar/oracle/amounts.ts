import { formatMinor, type MinorUnits, parseMinorUnits } from '../domain/money.ts';
import { digits } from './lossless-json.ts';

/** Minor units as a JSON number: 1999 with 2 decimals is 19.99, digit by digit. */
export const amountOut = (amount: MinorUnits, decimals: number): unknown => digits(formatMinor(amount, decimals));

/**
 * Reads an amount of an answer.
 *
 * In      "28.71", "-13.41", "1E+2" (number source text or the quoted form some receipts come in), null
 * Out     minor units; null when absent or not an exact amount of this currency: a caller then knows nothing, rather than something wrong
 */
export function amountIn(value: string | null | undefined, decimals: number): MinorUnits | null {
  if (value === null || value === undefined || value === '') return null;
  const parsed = parseMinorUnits(plainDecimal(value), decimals);
  return parsed.ok ? parsed.value : null;
}

/** `1.25E+2` as `125`; what has no exponent stays as it is. */
function plainDecimal(text: string): string {
  const parts = /^(-?)(\d+)(?:\.(\d+))?[eE]([+-]?\d{1,2})$/.exec(text.trim());
  if (!parts) return text.trim();
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  const all = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point >= all.length) return sign + all.padEnd(point, '0');
  if (point > 0) return `${sign}${all.slice(0, point)}.${all.slice(point)}`;
  return `${sign}0.${'0'.repeat(-point)}${all}`;
}
