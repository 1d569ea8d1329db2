/**
 * Exact decimals. Amounts are kept as whole minor units of their currency; prices, quantities and rates as written digits.
 * Nothing here passes through a binary fraction.
 */
export interface Decimal {
  /** digits x 10^-scale */
  digits: bigint;
  scale: number;
}

const WRITTEN = /^([+-]?)(\d{0,30})(?:\.(\d{0,30}))?(?:[eE]([+-]?\d{1,2}))?$/;

/** Reads a JSON number or a numeric text ("12.50", "1e3"); null when it is neither. */
export function readDecimal(text: string): Decimal | null {
  const parts = WRITTEN.exec(text.trim());
  if (!parts) return null;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  if (whole === '' && fraction === '') return null;
  const digits = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
  const scale = fraction.length - Number(exponent);
  return scale >= 0 ? { digits, scale } : { digits: digits * 10n ** BigInt(-scale), scale: 0 };
}

export const times = (a: Decimal, b: Decimal): Decimal => ({ digits: a.digits * b.digits, scale: a.scale + b.scale });

export function plus(a: Decimal, b: Decimal): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { digits: a.digits * 10n ** BigInt(scale - a.scale) + b.digits * 10n ** BigInt(scale - b.scale), scale };
}

/** Rounds half away from zero to `scale` decimals and returns the integer. */
export function roundTo(value: Decimal, scale: number): bigint {
  if (value.scale <= scale) return value.digits * 10n ** BigInt(scale - value.scale);
  return divideRounded(value.digits, 10n ** BigInt(value.scale - scale));
}

/** A quotient rounded half away from zero. Fails with a RangeError on a divisor of 0. */
export function divideRounded(dividend: bigint, divisor: bigint): bigint {
  const negative = dividend < 0n !== divisor < 0n;
  const [size, by] = [dividend, divisor].map((value) => (value < 0n ? -value : value)) as [bigint, bigint];
  const rounded = (2n * size + by) / (2n * by);
  return negative ? -rounded : rounded;
}

/** True when the value has no digit beyond `decimals`. */
export function fits(value: Decimal, decimals: number): boolean {
  return value.scale <= decimals || value.digits % 10n ** BigInt(value.scale - decimals) === 0n;
}

/** Minor units as a safe integer; null beyond 2^53. */
export function toMinor(value: Decimal, decimals: number): number | null {
  const minor = Number(roundTo(value, decimals));
  return Number.isSafeInteger(minor) ? (minor === 0 ? 0 : minor) : null;
}

/** 2871 with 2 decimals is "28.71", 2500 is "25": digits as Oracle writes them, without trailing zeros. */
export function writeMinor(minor: number, decimals: number): string {
  return writeDecimal({ digits: BigInt(minor), scale: decimals });
}

/** The shortest way to write a decimal: "12.5", "25", "-0.91". */
export function writeDecimal(value: Decimal): string {
  const negative = value.digits < 0n;
  const all = String(negative ? -value.digits : value.digits).padStart(value.scale + 1, '0');
  const whole = value.scale === 0 ? all : all.slice(0, -value.scale);
  const fraction = value.scale === 0 ? '' : all.slice(-value.scale).replace(/0+$/, '');
  const text = fraction === '' ? whole : `${whole}.${fraction}`;
  return negative && text !== '0' ? `-${text}` : text;
}

export function compareDecimals(a: Decimal, b: Decimal): number {
  const scale = Math.max(a.scale, b.scale);
  const left = a.digits * 10n ** BigInt(scale - a.scale);
  const right = b.digits * 10n ** BigInt(scale - b.scale);
  return left < right ? -1 : left > right ? 1 : 0;
}

/** An amount in another currency: minor units x rate, rounded half away from zero. */
export function convertMinor(minor: number, decimals: number, rate: Decimal, toDecimals: number): number {
  const product = times({ digits: BigInt(minor), scale: decimals }, rate);
  return Number(roundTo(product, toDecimals));
}

/**
 * Splits an amount over weights; the parts add up to the amount, what is left over goes to the last part.
 *
 * In   weights  not negative, at least one above zero
 */
export function shareOut(amount: number, weights: readonly number[]): number[] {
  const whole = weights.reduce((total, weight) => total + weight, 0);
  let left = amount;
  return weights.map((weight, index) => {
    const part = index === weights.length - 1 ? left : Number((BigInt(amount) * BigInt(weight)) / BigInt(whole));
    left -= part;
    return part;
  });
}
