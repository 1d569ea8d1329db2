import type { ReferenceListName, ReferenceRow } from '../apply/ports.ts';
import type { Lossless } from './lossless-json.ts';
import type { OracleSwitches } from './options.ts';
import { equals, equalsId, finder } from './query.ts';
import { FINANCIALS, PARTIES } from './resources.ts';

export type Row = { [name: string]: Lossless };

/** What a list is pulled for: ids that its filters need; null where no business unit was named. */
export interface Scope {
  businessUnitId: string | null;
  ledgerId: string | null;
  /** Codes of the reference data sets the business unit uses; null when Oracle does not say. */
  sets: ReadonlySet<string> | null;
}

/** How one list is pulled: its resource, its filter, and what of a row is kept. Lists that need more are in reference-data.ts. */
export interface ListSource {
  path: string;
  parameters: (scope: Scope, switches: OracleSwitches) => Record<string, string | null>;
  row: (row: Row, switches: OracleSwitches) => ReferenceRow | null;
  /** Rows carry a `SetName` and are offered to the business units of that set only. */
  bySet?: true;
}

export const wordOf = (value: Lossless | undefined): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** The calendar day of a date or timestamp. */
export const dayOf = (value: Lossless | undefined): string | null => wordOf(value)?.slice(0, 10) ?? null;

/** `Y`, true, or not said. */
export const enabledOf = (value: Lossless | undefined): boolean =>
  value === undefined || value === null || value === true || value === 'Y';

export function reference(key: string | null, label: string | null, more: Partial<ReferenceRow> = {}): ReferenceRow | null {
  return key === null ? null : { key, label: label ?? key, enabled: true, endDate: null, extra: {}, ...more };
}

const lov = (name: string) => `${FINANCIALS}/${name}`;
const all = () => ({});

const named = (name: string, finderName: string | null): ListSource => ({
  path: lov(name),
  parameters: () => ({ finder: finderName }),
  row: (row) => reference(wordOf(row.Name), wordOf(row.Description) ?? wordOf(row.Name), { extra: { set: wordOf(row.SetName) } }),
  bySet: true,
});

const lookup = (
  type: (switches: OracleSwitches) => string,
  by: (switches: OracleSwitches) => 'code' | 'meaning',
): ListSource => ({
  path: lov('standardLookupsLOV'),
  parameters: (_scope, switches) => ({ finder: finder('LookupTypeFinder', { LookupType: type(switches) }) }),
  row: (row, switches) => {
    const code = wordOf(row.LookupCode);
    const meaning = wordOf(row.Meaning);
    return reference(by(switches) === 'meaning' ? (meaning ?? code) : code, meaning ?? code, { extra: { code, meaning } });
  },
});

/** `AR` among the subledgers (contract section 6). */
const RECEIVABLES_APPLICATION = '222';
/** Documents may be dated into open and future-enterable periods. */
const USABLE_PERIOD = ['O', 'F'];

/** Source: lov.json and contract sections 6 and 13. */
export const LIST_SOURCES: Record<Exclude<ReferenceListName, 'businessUnits' | 'segmentValues'>, ListSource> = {
  transactionSources: named('transactionSourcesLOV', null),
  // The class of a type is no attribute: the finder chooses it.
  invoiceTypes: named('transactionTypesLOV', 'invoiceTransactionType'),
  creditMemoTypes: named('transactionTypesLOV', 'creditMemoTransactionType'),
  paymentTerms: named('paymentTermsLOV', null),
  memoLines: named('memoLinesLOV', null),
  receiptMethods: {
    path: lov('receiptMethods'),
    parameters: all,
    row: (row) =>
      reference(wordOf(row.Name), wordOf(row.Name), {
        extra: { id: wordOf(row.ReceiptMethodId), receiptClass: wordOf(row.ReceiptClass) },
      }),
  },
  taxClassifications: {
    path: lov('outputTaxClassificationsLOV'),
    parameters: (scope) => ({ finder: scope.businessUnitId ? finder('SetIdFinder', { bOrgId: scope.businessUnitId }) : null }),
    row: (row) =>
      reference(wordOf(row.LookupCode), wordOf(row.Meaning), {
        enabled: enabledOf(row.EnabledFlag),
        endDate: dayOf(row.EndDateActive),
      }),
  },
  taxRates: {
    path: lov('taxRatesLOV'),
    parameters: all,
    row: (row) => {
      const regime = wordOf(row.TaxRegimeCode);
      const rateCode = wordOf(row.TaxRateCode);
      // A rate code is unique within its regime only.
      return reference(regime && rateCode && `${regime} / ${rateCode}`, wordOf(row.TaxRateName), {
        endDate: dayOf(row.EffectiveTo),
        extra: { regime, rateCode, tax: wordOf(row.Tax), percent: wordOf(row.PercentageRate) },
      });
    },
  },
  currencies: {
    path: lov('currenciesLOV'),
    parameters: all,
    row: (row) =>
      reference(wordOf(row.CurrencyCode), wordOf(row.Name), {
        enabled: enabledOf(row.EnabledFlag),
        endDate: dayOf(row.EndDateActive),
        extra: { precision: wordOf(row.Precision) },
      }),
  },
  accountCombinations: {
    path: lov('accountCombinationsLOV'),
    parameters: all,
    row: accountCombination,
  },
  periods: {
    path: lov('accountingPeriodStatusLOV'),
    // Without the application the statuses of all subledgers come mixed.
    parameters: (scope) => ({
      q: scope.ledgerId
        ? `${equalsId('LedgerId', scope.ledgerId)} and ApplicationId=${RECEIVABLES_APPLICATION}`
        : `ApplicationId=${RECEIVABLES_APPLICATION}`,
    }),
    row: (row) => {
      const status = wordOf(row.ClosingStatus);
      const end = dayOf(row.EndDate);
      return reference(wordOf(row.PeriodNameId), wordOf(row.PeriodNameId), {
        enabled: status !== null && USABLE_PERIOD.includes(status),
        extra: {
          start: dayOf(row.StartDate),
          end,
          status,
          ledgerId: wordOf(row.LedgerId),
          adjustment: row.AdjustmentPeriodFlag === true ? 'yes' : 'no',
        },
      });
    },
  },
  creditReasons: lookup(
    (switches) => switches.creditReasonLookup,
    (switches) => switches.reasonsBy,
  ),
  // The parameters of reverseReceipt are codes by name.
  reversalCategories: lookup(
    (switches) => switches.reversalCategoryLookup,
    () => 'code',
  ),
  reversalReasons: lookup(
    (switches) => switches.reversalReasonLookup,
    () => 'code',
  ),
};

const COMBINATION_ATTRIBUTES = new Set([
  'EnabledFlag',
  'StartDateActive',
  'EndDateActive',
  '_CHART_OF_ACCOUNTS_ID',
  '_CODE_COMBINATION_ID',
  'links',
]);

/**
 * The documented attributes hold no segment: those are attributes of the pod's own chart, in its order (contract section 13). Without
 * them the key is the combination's id, which no document can name; the rules then rely on segment values alone.
 */
function accountCombination(row: Row, switches: OracleSwitches): ReferenceRow | null {
  const segments = Object.entries(row).filter(
    ([name, value]) => !COMBINATION_ATTRIBUTES.has(name) && !name.startsWith('_') && wordOf(value) !== null,
  );
  const joined = segments.map(([, value]) => wordOf(value)).join(switches.segmentSeparator);
  const id = wordOf(row._CODE_COMBINATION_ID);
  const key = joined || wordOf(row._CONCATENATED) || id;
  return reference(key, key, {
    enabled: enabledOf(row.EnabledFlag),
    endDate: dayOf(row.EndDateActive),
    extra: {
      id,
      chartOfAccounts: wordOf(row._CHART_OF_ACCOUNTS_ID),
      ...Object.fromEntries(segments.map(([name, value]) => [`segment:${name}`, wordOf(value)])),
    },
  });
}

/** Values of one value set, with the segment it stands for. */
export const segmentValuesSource = (valueSet: string): { path: string; parameters: Record<string, string | null> } => ({
  path: lov('FlexFndPvsCharacterIdCharacterValues'),
  parameters: { q: equals('ValueSetCode', valueSet) },
});

/** Old lookups, where the standard one does not know the type. */
export const staticLookupsSource = (type: string): { path: string; parameters: Record<string, string | null> } => ({
  path: `${PARTIES}/fndStaticLookups`,
  parameters: { finder: finder('LookupTypeFinder', { BindLookupType: type }) },
});
