import { err, ok, type Result } from '../domain/failures.ts';
import { type MinorUnits, parseMinorUnits, roundToIso } from '../domain/money.ts';
import { unreadable } from './parse-answer.ts';
import type { RestOrder, RestRefund } from './schemas.ts';

/** The fields of an amount that did not fit are named: order 1042, `line_items[0].total`. */
export interface AmountPlace {
  orderId: number;
  field: string;
}

/** A line's amount, exact: rejected order.unreadable when it is not a decimal or has digits beyond the currency's. */
export function readExact(decimal: string, decimals: number, at: AmountPlace): Result<MinorUnits> {
  return named(parseMinorUnits(decimal, decimals), decimal, at, `a decimal string of at most ${decimals} decimals`);
}

/** A total, rounded half up to the currency's decimals, and what the rounding left behind as a decimal string. */
export function readRounded(decimal: string, decimals: number, at: AmountPlace): Result<{ amount: MinorUnits; beyond: string }> {
  const rounded = named(roundToIso(decimal, decimals), decimal, at, 'a decimal string');
  if (!rounded.ok) return rounded;
  return ok({ amount: rounded.value, beyond: difference(decimal, rounded.value, decimals) });
}

function named<T>(result: Result<T>, found: string, at: AmountPlace, expected: string): Result<T> {
  if (result.ok) return result;
  return err(unreadable(at.orderId, at.field, `"${found.slice(0, 40)}"`, expected, result.failure.code));
}

/** "10.005" less 10.01 is "-0.005": exact, in the digits the shop sent, which may be more than a safe integer holds. */
function difference(decimal: string, rounded: MinorUnits, decimals: number): string {
  const [before = '', fraction = ''] = decimal.split('.');
  const shown = Math.max(decimals, fraction.length);
  const left = BigInt(before + fraction.padEnd(shown, '0')) - BigInt(rounded) * 10n ** BigInt(shown - decimals);
  if (left === 0n) return '0';
  const digits = String(left < 0n ? -left : left).padStart(shown + 1, '0');
  return `${left < 0n ? '-' : ''}${digits.slice(0, -shown)}.${digits.slice(-shown).replace(/0+$/, '')}`;
}

/**
 * Whether a shop that keeps more decimals than the currency has (2 in JPY, 3 in USD) used them in this order: then its lines
 * are read again with the currency's decimals, so that WooCommerce rounds each from what it stores.
 */
export function hasDigitsBeyond(order: RestOrder, refunds: readonly RestRefund[], decimals: number): boolean {
  for (const amount of amountsOf(order, refunds)) {
    if (/[1-9]/.test(amount.split('.')[1]?.slice(decimals) ?? '')) return true;
  }
  return false;
}

/**
 * Decimals that WooCommerce wrote an order's amounts with: those of the shop's prices where none were asked for, trailing zeros
 * included. The most that any amount has, since a plugin that puts a number in an amount's place drops zeros.
 * Source: WooCommerce 10.5.2 class-wc-rest-orders-v2-controller.php (`dp`), wc_format_decimal
 */
export function writtenDecimals(order: RestOrder, refunds: readonly RestRefund[]): number {
  let most = 0;
  for (const amount of amountsOf(order, refunds)) most = Math.max(most, amount.split('.')[1]?.length ?? 0);
  return most;
}

function* amountsOf(order: RestOrder, refunds: readonly RestRefund[]): Generator<string> {
  yield order.total;
  const lines = [order, ...refunds].flatMap((part) => [...part.line_items, ...part.shipping_lines, ...part.fee_lines]);
  for (const line of lines) {
    yield line.total;
    yield 'subtotal' in line && typeof line.subtotal === 'string' ? line.subtotal : '';
    yield line.total_tax ?? '';
    for (const tax of line.taxes) {
      yield tax.total ?? '';
      yield tax.subtotal ?? '';
    }
  }
  for (const refund of refunds) yield refund.amount;
}
