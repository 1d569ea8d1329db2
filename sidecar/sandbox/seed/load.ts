import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Seed, SeedSchema } from './schema.ts';

export const DEFAULT_SEED = new URL('../seeds/default.json', import.meta.url);

/**
 * Reads and completes a seed.
 *
 * In     a file (path or URL) or the parsed JSON
 * Fails  with an Error that names every faulty field
 */
export function loadSeed(from: string | URL | object): Seed {
  const isFile = typeof from === 'string' || from instanceof URL;
  const raw: unknown = isFile ? JSON.parse(readFileSync(from, 'utf8')) : from;
  const parsed = SeedSchema.safeParse(raw);
  if (!parsed.success)
    throw new Error(`The seed${isFile ? ` ${String(from)}` : ''} is not valid:\n${z.prettifyError(parsed.error)}`);
  const seed = withDefaults(parsed.data);
  const problems = danglingNames(seed);
  if (problems.length > 0) throw new Error(`The seed is not valid:\n${problems.join('\n')}`);
  return seed;
}

/** Precision of the currencies that do not have two decimals, by ISO 4217 (List One). */
const PRECISION: Readonly<Record<number, readonly string[]>> = {
  0: ['BIF', 'CLP', 'DJF', 'GNF', 'ISK', 'JPY', 'KMF', 'KRW', 'PYG', 'RWF', 'UGX', 'UYI', 'VND', 'VUV', 'XAF', 'XOF', 'XPF'],
  3: ['BHD', 'IQD', 'JOD', 'KWD', 'LYD', 'OMR', 'TND'],
  4: ['CLF', 'UYW'],
};
const precisionOf = (code: string): number =>
  Number(Object.entries(PRECISION).find(([, codes]) => codes.includes(code))?.[0] ?? 2);

const allCurrencies = (): string[] =>
  [...new Set([...Intl.supportedValuesOf('currency'), ...Object.values(PRECISION).flat()])].sort();

/** What a seed need not spell out: one ledger, open periods, all currencies, a demo user, the usual lookups. */
function withDefaults(seed: Seed): Seed {
  const currencies: Seed['currencies'] =
    seed.currencies.length > 0 ? seed.currencies : allCurrencies().map((code) => ({ code, enabled: true }));
  const ledgers = seed.ledgers.length > 0 ? seed.ledgers : [{ name: 'Primary Ledger', currency: 'USD' }];
  const firstLedger = ledgers[0]?.name ?? '';
  const sets = new Map(seed.sets.map((set) => [set.code, set]));
  for (const code of [
    'COMMON',
    ...[...seed.businessUnits, ...seed.transactionSources, ...seed.transactionTypes].map((row) => row.set),
  ]) {
    if (!sets.has(code)) sets.set(code, { code });
  }
  return {
    ...seed,
    oauth: {
      ...seed.oauth,
      clients:
        seed.oauth.clients.length > 0
          ? seed.oauth.clients
          : [{ id: 'sandbox-client', secret: 'sandbox-secret', user: 'WEB.INTEGRATION' }],
    },
    users: seed.users.length > 0 ? seed.users : [{ name: 'WEB.INTEGRATION', password: 'sandbox-password' }],
    sets: [...sets.values()],
    currencies: currencies.map((currency) => ({ ...currency, decimals: currency.decimals ?? precisionOf(currency.code) })),
    ledgers,
    periods: seed.periods.length > 0 ? seed.periods : [{ months: { from: -120, to: 12 }, status: 'O', application: 'both' }],
    businessUnits: seed.businessUnits.map((unit) => ({ ...unit, ledger: unit.ledger ?? firstLedger })),
    unitsOfMeasure: seed.unitsOfMeasure.length > 0 ? seed.unitsOfMeasure : [{ code: 'Ea', name: 'Each' }],
    refundPaymentMethods: seed.refundPaymentMethods.length > 0 ? seed.refundPaymentMethods : [{ code: 'CHECK', name: 'Check' }],
    lookups: { ...DEFAULT_LOOKUPS, ...seed.lookups },
  };
}

const lookup = (code: string, meaning: string) => ({ code, meaning, enabled: true });
const DEFAULT_LOOKUPS: Seed['lookups'] = {
  CREDIT_MEMO_REASON: [lookup('RETURN', 'Return'), lookup('DAMAGED', 'Damaged product'), lookup('CANCELLATION', 'Cancellation')],
  REVERSAL_CATEGORY_TYPE: [lookup('REV', 'Reverse Payment'), lookup('NSF', 'Insufficient Funds'), lookup('STOP', 'Stop Payment')],
  CKAJST_REASON: [
    lookup('PAYMENT REVERSAL', 'Payment Reversal'),
    lookup('WRONG INVOICE', 'Wrong Invoice'),
    lookup('NSF', 'Insufficient Funds'),
  ],
};

/** Names that point at nothing: a seed that does not hold together should say so at once, not at the first document. */
function danglingNames(seed: Seed): string[] {
  const problems: string[] = [];
  const check = (
    what: string,
    value: string | undefined,
    known: readonly { name?: string | undefined; code?: string | undefined }[],
  ) => {
    if (value !== undefined && !known.some((row) => row.name === value || row.code === value))
      problems.push(`${what}: "${value}" is not in the seed`);
  };
  for (const unit of seed.businessUnits) {
    check(`businessUnits ${unit.name}.ledger`, unit.ledger, seed.ledgers);
    check(`businessUnits ${unit.name}.defaultTaxClassification`, unit.defaultTaxClassification, seed.taxClassifications);
    check(`businessUnits ${unit.name}.legalEntity`, unit.legalEntity, seed.legalEntities);
  }
  for (const ledger of seed.ledgers) {
    check(`ledgers ${ledger.name}.currency`, ledger.currency, seed.currencies);
    check(`ledgers ${ledger.name}.chartOfAccounts`, ledger.chartOfAccounts, seed.chartsOfAccounts);
    check(`ledgers ${ledger.name}.legalEntity`, ledger.legalEntity, seed.legalEntities);
  }
  for (const chart of seed.chartsOfAccounts) {
    for (const segment of chart.segments)
      check(`chartsOfAccounts ${chart.name}.${segment.name}`, segment.valueSet, seed.valueSets);
  }
  for (const source of seed.transactionSources) {
    check(`transactionSources ${source.name}.defaultType`, source.defaultType, seed.transactionTypes);
    for (const type of source.types ?? []) check(`transactionSources ${source.name}.types`, type, seed.transactionTypes);
  }
  for (const type of seed.transactionTypes)
    check(`transactionTypes ${type.name}.paymentTerms`, type.paymentTerms, seed.paymentTerms);
  for (const method of seed.receiptMethods) {
    for (const bank of method.bankAccounts ?? []) {
      check(`receiptMethods ${method.name}.bankAccounts`, bank.businessUnit, seed.businessUnits);
      check(`receiptMethods ${method.name}.bankAccounts`, bank.currency, seed.currencies);
    }
  }
  for (const period of seed.periods) check('periods.ledger', period.ledger, seed.ledgers);
  for (const row of seed.taxClassifications) {
    for (const rate of row.rates) {
      check(
        `taxClassifications ${row.code}.rates`,
        rate.code,
        seed.taxRegimes.find((regime) => regime.code === rate.regime)?.rates ?? [],
      );
    }
  }
  return problems;
}
