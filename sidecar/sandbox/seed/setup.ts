import { type Decimal, readDecimal } from '../decimal.ts';
import { referenceId } from '../ids.ts';
import type { Seed } from './schema.ts';

/**
 * The seed, ready to be asked: look-ups by name as a business unit sees them (reference-data sets), ids, effective dates.
 */
export type Unit = Seed['businessUnits'][number] & { id: string; ledger: string };
export type Ledger = Seed['ledgers'][number] & { id: string };
export type Chart = Seed['chartsOfAccounts'][number] & { id: string };
export type TransactionSource = Seed['transactionSources'][number];
export type TransactionType = Seed['transactionTypes'][number];
export type PaymentTerms = Seed['paymentTerms'][number];
export type ReceiptMethod = Seed['receiptMethods'][number];
export type Activity = Seed['receivablesActivities'][number];
export type TaxRate = Seed['taxRegimes'][number]['rates'][number] & { regime: string };
export type TaxClassification = Seed['taxClassifications'][number];

interface Effective {
  enabled: boolean;
  startDate?: string | undefined;
  endDate?: string | undefined;
}

/** In force on a day (YYYY-MM-DD). */
export const inForce = (row: Effective, day: string): boolean =>
  row.enabled && (row.startDate === undefined || row.startDate <= day) && (row.endDate === undefined || day <= row.endDate);

export interface Setup {
  seed: Seed;
  units: Unit[];
  ledgers: Ledger[];
  charts: Chart[];
  unit(name: string): Unit | undefined;
  ledger(name: string): Ledger;
  ledgerOf(unit: Unit): Ledger;
  /** Null: the ledger takes any account. */
  chartOf(ledger: Ledger): Chart | null;
  decimals(currency: string): number;
  currencyEnabled(code: string): boolean;
  source(unit: Unit, name: string): TransactionSource | undefined;
  type(unit: Unit, name: string): TransactionType | undefined;
  terms(unit: Unit, name: string): PaymentTerms | undefined;
  memoLine(unit: Unit, name: string): Seed['memoLines'][number] | undefined;
  taxClassification(unit: Unit, code: string): TaxClassification | undefined;
  taxRate(regime: string, code: string): TaxRate | undefined;
  activity(unit: Unit, name: string): Activity | undefined;
  receiptMethod(name: string): ReceiptMethod | undefined;
  lookupCode(type: string, text: string, match: 'code' | 'meaning' | 'either'): string | undefined;
  /** Units of one `from` in `to` on a day; the latest rate that had begun. */
  rate(from: string, to: string, type: string, day: string): { text: string; value: Decimal } | undefined;
  setId(code: string): string;
}

/** Oracle's own COMMON set has id 0; the others get one of ours. */
const setId = (code: string): string => (code === 'COMMON' ? '0' : referenceId('set', code));

export function createSetup(seed: Seed): Setup {
  const units: Unit[] = seed.businessUnits.map((unit) => ({
    ...unit,
    id: referenceId('unit', unit.name),
    ledger: unit.ledger ?? '',
  }));
  const ledgers: Ledger[] = seed.ledgers.map((ledger) => ({ ...ledger, id: referenceId('ledger', ledger.name) }));
  const charts: Chart[] = seed.chartsOfAccounts.map((chart) => ({ ...chart, id: referenceId('chart', chart.name) }));
  const currencies = new Map(seed.currencies.map((currency) => [currency.code, currency]));
  const taxRates = seed.taxRegimes.flatMap((regime) => regime.rates.map((rate) => ({ ...rate, regime: regime.code })));

  const ledger = (name: string): Ledger => {
    const found = ledgers.find((row) => row.name === name);
    if (!found) throw new Error(`The seed has no ledger "${name}"`);
    return found;
  };
  /** The unit's own set before COMMON: the same name may stand in both. */
  const seen = <T extends { name?: string; code?: string; set: string }>(
    rows: readonly T[],
    unit: Unit,
    name: string,
  ): T | undefined => {
    const named = rows.filter((row) => (row.name ?? row.code) === name);
    return named.find((row) => row.set === unit.set) ?? named.find((row) => row.set === 'COMMON');
  };

  return {
    seed,
    units,
    ledgers,
    charts,
    unit: (name) => units.find((unit) => unit.name === name),
    ledger,
    ledgerOf: (unit) => ledger(unit.ledger),
    chartOf: (row) => charts.find((chart) => chart.name === row.chartOfAccounts) ?? null,
    decimals: (code) => currencies.get(code)?.decimals ?? 2,
    currencyEnabled: (code) => currencies.get(code)?.enabled ?? false,
    source: (unit, name) => seen(seed.transactionSources, unit, name),
    type: (unit, name) => seen(seed.transactionTypes, unit, name),
    terms: (unit, name) => seen(seed.paymentTerms, unit, name),
    memoLine: (unit, name) => seen(seed.memoLines, unit, name),
    taxClassification: (unit, code) => seen(seed.taxClassifications, unit, code),
    taxRate: (regime, code) => taxRates.find((rate) => rate.regime === regime && rate.code === code),
    activity: (unit, name) =>
      seed.receivablesActivities.find(
        (row) => row.name === name && (row.businessUnit === undefined || row.businessUnit === unit.name),
      ),
    receiptMethod: (name) => seed.receiptMethods.find((method) => method.name === name),
    lookupCode: (type, text, match) =>
      seed.lookups[type]?.find(
        (row) => row.enabled && ((match !== 'meaning' && row.code === text) || (match !== 'code' && row.meaning === text)),
      )?.code,
    rate: (from, to, type, day) => {
      const best = seed.rates
        .filter((row) => row.from === from && row.to === to && row.type === type && (row.fromDate ?? '') <= day)
        .sort((a, b) => ((a.fromDate ?? '') < (b.fromDate ?? '') ? 1 : -1))[0];
      const value = best && readDecimal(best.rate);
      return best && value ? { text: best.rate, value } : undefined;
    },
    setId,
  };
}
