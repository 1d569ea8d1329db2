/**
 * Minor units of ISO 4217: the decimals of a currency's smallest amount, as banks and Receivables count it. Not what people print:
 * the tables of Intl (CLDR) print forints, pesos and rupiahs without decimals, Iraqi dinars too, where the standard has 2 and 3.
 *
 * Funds codes are in the list; metals and units of account have no minor unit and are left out. Withdrawn codes stay as long as an
 * order may bear them: those that ended since 2011, with the minor units they had.
 *
 * Source  ISO 4217, List One (Maintenance Agency, SIX) of 2024-06-25 with XCG and XAD, which came later
 */
const CODES: Readonly<Record<number, string>> = {
  0: 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF',
  2: `AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BOV BRL BSD BTN BWP BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP
    CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD
    KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR
    PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU
    UZS VED VES WST XAD XCD XCG YER ZAR ZMW ZWG`,
  3: 'BHD IQD JOD KWD LYD OMR TND',
  4: 'CLF UYW',
};
const WITHDRAWN: Readonly<Record<number, string>> = {
  0: 'BYR',
  2: 'ANG BGN CUC HRK LTL LVL MRO SLL STD VEF ZMK ZWL',
};

export const ISO_DECIMALS: ReadonlyMap<string, number> = new Map(
  [CODES, WITHDRAWN].flatMap((list) =>
    Object.entries(list).flatMap(([decimals, codes]) => codes.split(/\s+/).map((code) => [code, Number(decimals)] as const)),
  ),
);
