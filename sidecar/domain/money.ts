import { err, ok, type Result, rejected } from './failures.ts';
import { ISO_DECIMALS } from './iso-4217.ts';

/** A whole number of a currency's smallest unit: 1999 is 19.99 USD, 1999 JPY, 1.999 KWD. Decimals follow ISO 4217. */
export type MinorUnits = number & { readonly __unit: 'minor' };

export const minor = (whole: number): MinorUnits => {
  if (!Number.isSafeInteger(whole)) throw new RangeError(`${whole} is not a whole number of minor units`);
  return (whole === 0 ? 0 : whole) as MinorUnits; // -0 becomes 0
};

export const ZERO = minor(0);

/**
 * Decimals of a currency: its minor unit in ISO 4217.
 *
 * In      code  upper case
 * Fails   rejected money.unknown_currency
 */
export function currencyDecimals(code: string): Result<number> {
  const decimals = ISO_DECIMALS.get(code);
  if (decimals !== undefined) return ok(decimals);
  return err(
    rejected(
      'money.unknown_currency',
      `"${code}" is not a currency of ISO 4217: its decimals are unknown`,
      'Use the currency’s code of ISO 4217.',
    ),
  );
}

const AMOUNT = 'Correct the amount where it comes from.';

const DECIMAL = /^(-?)(\d{1,15})(?:\.(\d{1,20}))?$/;
const LONGEST_FRACTION = 20;

/**
 * Reads a decimal string exactly.
 *
 * In      "19.99" with 2 decimals
 * Out     1999
 * Fails   rejected money.not_a_decimal, money.too_precise (a non-zero digit beyond the decimals), money.too_large
 */
export function parseMinorUnits(decimal: string, decimals: number): Result<MinorUnits> {
  const parts = DECIMAL.exec(decimal);
  if (!parts) return err(rejected('money.not_a_decimal', `Not an amount: "${decimal.slice(0, 40)}"`, AMOUNT));
  const [, sign = '', whole = '', fraction = ''] = parts;
  if (/[1-9]/.test(fraction.slice(decimals))) {
    return err(rejected('money.too_precise', `"${decimal}" has more than ${decimals} decimals`, AMOUNT));
  }
  return exact(sign + whole + fraction.slice(0, decimals).padEnd(decimals, '0'), decimal);
}

/**
 * Reads a decimal string and rounds it half up (away from zero) to the currency's decimals. For totals and payments only,
 * where a shop may keep more decimals than the currency has; lines are read with parseMinorUnits.
 */
export function roundToIso(decimal: string, decimals: number): Result<MinorUnits> {
  const parts = DECIMAL.exec(decimal);
  if (!parts) return err(rejected('money.not_a_decimal', `Not an amount: "${decimal.slice(0, 40)}"`, AMOUNT));
  const [, sign = '', whole = '', fraction = ''] = parts;
  const kept = exact(sign + whole + fraction.slice(0, decimals).padEnd(decimals, '0'), decimal);
  if (!kept.ok || Number(fraction[decimals] ?? '0') < 5) return kept;
  return ok(minor(kept.value + (sign ? -1 : 1)));
}

/**
 * Rounds the parts of one sum in turn, half up: each is what it adds to the rounded sum, so that together they are the rounded sum.
 *
 * In      parts  decimal strings; `booked`: what a part has been booked with already, which later parts make up for
 * Out     334, 333 and 334 for 333.50 three times in yen; none below zero
 */
export function roundInTurn(
  parts: readonly { amount: string; booked?: MinorUnits | undefined }[],
  decimals: number,
): Result<MinorUnits[]> {
  const rounded: MinorUnits[] = [];
  let whole = 0n;
  let given = 0;
  for (const { amount, booked } of parts) {
    const found = DECIMAL.exec(amount);
    if (!found) return err(rejected('money.not_a_decimal', `Not an amount: "${amount.slice(0, 40)}"`, AMOUNT));
    const [, sign = '', units = '', fraction = ''] = found;
    whole += BigInt(sign + units + fraction.padEnd(LONGEST_FRACTION, '0'));
    const upTo = exact(String(halfUp(whole, LONGEST_FRACTION - decimals)), amount);
    if (!upTo.ok) return upTo;
    const part = booked ?? minor(Math.max(0, upTo.value - given));
    given += part;
    rounded.push(part);
  }
  return ok(rounded);
}

/** Without its last digits, away from zero. */
function halfUp(value: bigint, digits: number): bigint {
  const unit = 10n ** BigInt(digits);
  return (value + (value < 0n ? -unit : unit) / 2n) / unit;
}

function exact(integer: string, decimal: string): Result<MinorUnits> {
  const value = Number(integer);
  return Number.isSafeInteger(value)
    ? ok(minor(value))
    : err(rejected('money.too_large', `"${decimal}" is beyond exact integers`, AMOUNT));
}

/** 1999 with 2 decimals is "19.99"; the digits come from the integer, never from a float. */
export function formatMinor(amount: MinorUnits, decimals: number): string {
  const sign = amount < 0 ? '-' : '';
  const all = String(Math.abs(amount)).padStart(decimals + 1, '0');
  return decimals === 0 ? sign + all : `${sign}${all.slice(0, -decimals)}.${all.slice(-decimals)}`;
}

export const sum = (amounts: Iterable<number>): MinorUnits => {
  let total = 0;
  for (const amount of amounts) total += amount;
  return minor(total);
};

/**
 * Splits an amount over weights by largest remainder; the parts always add up to the amount, ties go to the earlier part.
 *
 * In      amount  any sign; weights  not negative, at least one above zero
 * Out     one part per weight, same order
 */
export function allocate(amount: MinorUnits, weights: readonly number[]): MinorUnits[] {
  const whole = weights.reduce((total, weight) => total + BigInt(weight), 0n);
  if (whole <= 0n) throw new RangeError('Nothing to allocate over: all weights are zero');
  const size = BigInt(Math.abs(amount));
  const sign = amount < 0 ? -1 : 1;
  const shares = weights.map((weight, index) => {
    const product = size * BigInt(weight); // beyond 2^53 for large orders, hence BigInt
    return { index, part: product / whole, rest: product % whole };
  });
  let left = size - shares.reduce((total, share) => total + share.part, 0n);
  for (const share of [...shares].sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))) {
    if (left === 0n) break;
    share.part += 1n;
    left -= 1n;
  }
  return shares.map((share) => minor(Number(share.part) * sign));
}
