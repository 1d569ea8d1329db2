import { type Decimal, readDecimal } from '../decimal.ts';
import type { Issues } from '../errors.ts';
import type { Ledger } from '../seed/setup.ts';
import type { Call } from '../world.ts';

/** How a document's currency becomes the ledger's. All null where they are the same. */
export interface Conversion {
  rate: Decimal | null;
  rateText: string | null;
  type: string | null;
  date: string | null;
  /** The rate came with the request (type User). */
  sent: boolean;
}

export interface ConversionSent {
  type: string | undefined;
  date: string | undefined;
  rate: string | undefined;
}

const NONE: Conversion = { rate: null, rateText: null, type: null, date: null, sent: false };

/**
 * Finds the rate of a document (contract sections 2.2 and 3.1). Type User carries its own rate, the others are looked up for
 * the conversion date, which is the document's where none is sent.
 *
 * In   names  the attributes as this resource calls them, for error paths
 */
export function findConversion(
  call: Call,
  ledger: Ledger,
  currency: string,
  documentDate: string,
  sent: ConversionSent,
  names: { type: string; rate: string },
  issues: Issues,
): Conversion {
  const { setup, switches, seed } = call.world;
  if (currency === ledger.currency) {
    if (sent.type !== undefined || sent.rate !== undefined) {
      if (switches.rateInLedgerCurrency === 'refuse') {
        issues.add(
          'SBX_CONVERSION_NOT_ALLOWED',
          `A document in the ledger currency ${currency} takes no conversion rate.`,
          `/${names.type}`,
        );
      }
    }
    return NONE;
  }
  const type = sent.type ?? (switches.defaultRateType === 'none' ? undefined : switches.defaultRateType);
  if (type === undefined) {
    issues.add('SBX_CONVERSION_TYPE_REQUIRED', `A document in ${currency} needs a conversion rate type.`, `/${names.type}`);
    return NONE;
  }
  if (!seed.rateTypes.includes(type)) {
    issues.add('SBX_INVALID_CONVERSION_TYPE', `The conversion rate type ${type} isn't valid.`, `/${names.type}`);
    return NONE;
  }
  const date = sent.date ?? documentDate;
  if (type === 'User') {
    const value = sent.rate === undefined ? null : readDecimal(sent.rate);
    if (!value || value.digits <= 0n) {
      issues.add(
        'SBX_CONVERSION_RATE_REQUIRED',
        'The conversion rate type User needs a conversion rate above zero.',
        `/${names.rate}`,
      );
      return NONE;
    }
    return { rate: value, rateText: sent.rate ?? null, type, date, sent: true };
  }
  if (sent.rate !== undefined && switches.rateWithoutUser === 'refuse') {
    issues.add('SBX_CONVERSION_RATE_NOT_ALLOWED', `The conversion rate type ${type} takes no conversion rate.`, `/${names.rate}`);
  }
  const found = setup.rate(currency, ledger.currency, type, date);
  if (!found) {
    issues.add(
      'SBX_NO_CONVERSION_RATE',
      `There is no ${type} rate from ${currency} to ${ledger.currency} on ${date}.`,
      `/${names.type}`,
    );
    return NONE;
  }
  return { rate: found.value, rateText: found.text, type, date, sent: false };
}
