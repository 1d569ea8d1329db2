/**
 * How a VAT number goes on behind its country, per country that writes the country in front: one that is given without is completed, so
 * that both are the same company.
 *
 * Source  European Commission, VIES: structure of VAT numbers; Swiss UID, Norwegian organisation number with MVA
 */
const FORMS: Record<string, RegExp> = {
  AT: /^U\d{8}$/,
  BE: /^[01]\d{9}$/,
  BG: /^\d{9,10}$/,
  CH: /^E\d{9}$/,
  CY: /^\d{8}[A-Z]$/,
  CZ: /^\d{8,10}$/,
  DE: /^\d{9}$/,
  DK: /^\d{8}$/,
  EE: /^\d{9}$/,
  EL: /^\d{9}$/,
  ES: /^[A-Z0-9]\d{7}[A-Z0-9]$/,
  FI: /^\d{8}$/,
  FR: /^[A-HJ-NP-Z0-9]{2}\d{9}$/,
  GB: /^(\d{9}|\d{12}|GD\d{3}|HA\d{3})$/,
  HR: /^\d{11}$/,
  HU: /^\d{8}$/,
  IE: /^\d[A-Z0-9]?\d{5}[A-Z]{1,2}$/,
  IT: /^\d{11}$/,
  LT: /^(\d{9}|\d{12})$/,
  LU: /^\d{8}$/,
  LV: /^\d{11}$/,
  MT: /^\d{8}$/,
  NL: /^\d{9}B\d{2}$/,
  NO: /^\d{9}$/,
  PL: /^\d{10}$/,
  PT: /^\d{9}$/,
  RO: /^\d{2,10}$/,
  SE: /^\d{12}$/,
  SI: /^\d{8}$/,
  SK: /^\d{10}$/,
  XI: /^(\d{9}|\d{12}|GD\d{3}|HA\d{3})$/,
};
/** The words that Swiss and Norwegian numbers carry behind them say that it is one, not which. */
const WORDS_BEHIND = /^(CHE\d{9})(MWST|TVA|IVA|TPV|VAT)$|^((?:NO)?\d{9})MVA$/;
const MOST = 20; // HZ_PARTIES.JGZZ_FISCAL_CODE

/**
 * Letters and digits, capitals, the country in front where such numbers have one; null where the field holds something else, such as
 * "-" or "no". `country`: of the address it was given with, as WooCommerce writes it.
 */
export function normaliseVat(value: unknown, country = ''): string | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const written = String(value)
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '');
  const number = written.replace(WORDS_BEHIND, '$1$3').replace(/^GR(?=\d{9}$)/, 'EL');
  if (number.length < 5 || number.length > MOST || !/\d{2}/.test(number)) return null;
  if (partsOf(number) !== null) return number;
  const prefix = country.toUpperCase() === 'GR' ? 'EL' : country.toUpperCase();
  return FORMS[prefix]?.test(number) ? `${prefix}${number}` : number;
}

/** Ways in which people write a normalised number, for systems that can only be asked for one spelling. */
export function vatSpellings(number: string): string[] {
  const parts = partsOf(number);
  if (parts === null) return [number];
  const [prefix, rest] = parts;
  return [number, `${prefix} ${rest}`, rest, ...(prefix === 'EL' ? [`GR${rest}`] : [])];
}

/** Country and the rest; null for a number that names no country. */
function partsOf(number: string): [string, string] | null {
  const [prefix, rest] = [number.slice(0, 2), number.slice(2)];
  return FORMS[prefix]?.test(rest) ? [prefix, rest] : null;
}
