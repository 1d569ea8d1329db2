import { all } from '../database.ts';
import { referenceId } from '../ids.ts';
import { GL, periodsOf } from '../ledger/periods.ts';
import type { Behaviour, Row } from '../rest/behaviour.ts';
import { inForce, type Unit } from '../seed/setup.ts';
import type { Call } from '../world.ts';
import { accountableSegments, combinationRows } from './account-lists.ts';
import { LIST_FINDERS } from './list-finders.ts';

/**
 * Lists of values and other reference data (contract sections 6 and 13): rows made of the seed. What a row does not say is
 * null, as everywhere.
 */
type Rows = (call: Call) => Iterable<Row>;

const yesNo = (value: boolean): string => (value ? 'Y' : 'N');
const effectiveDates = (row: { startDate?: string | undefined; endDate?: string | undefined }) => ({
  StartDateActive: row.startDate ?? null,
  EndDateActive: row.endDate ?? null,
});

function legalEntityOf(call: Call, unit: Unit): string | null {
  const name = unit.legalEntity ?? call.world.setup.ledgerOf(unit).legalEntity;
  return name === undefined ? null : referenceId('legal-entity', name);
}

function* units(call: Call): Iterable<Row> {
  for (const unit of call.world.setup.units) {
    yield {
      ActiveFlag: unit.active,
      BusinessUnitId: unit.id,
      BusinessUnitName: unit.name,
      Name: unit.name,
      LegalEntityId: legalEntityOf(call, unit),
      PrimaryLedgerId: call.world.setup.ledgerOf(unit).id,
      ProfitCenterFlag: false,
    };
  }
}

function* ledgers(call: Call): Iterable<Row> {
  const { setup } = call.world;
  for (const ledger of setup.ledgers) {
    yield {
      LedgerId: ledger.id,
      Name: ledger.name,
      CurrencyCode: ledger.currency,
      ChartOfAccountsId: setup.chartOf(ledger)?.id ?? null,
      LedgerCategoryCode: 'PRIMARY',
      LedgerTypeCode: 'L',
      PeriodSetName: 'Accounting',
      AccountedPeriodType: 'Month',
    };
  }
}

function* periodStatuses(call: Call): Iterable<Row> {
  for (const ledger of call.world.setup.ledgers) {
    for (const period of periodsOf(call.world, ledger)) {
      yield {
        AdjustmentPeriodFlag: false,
        ApplicationId: String(period.application),
        ClosingStatus: period.status,
        EffectivePeriodNumber: String(period.year * 10_000 + period.number),
        EndDate: period.end,
        LedgerId: ledger.id,
        PeriodNameId: period.name,
        PeriodNumber: String(period.number),
        PeriodYear: String(period.year),
        StartDate: period.start,
      };
    }
  }
}

function* periods(call: Call): Iterable<Row> {
  const [ledger] = call.world.setup.ledgers;
  if (!ledger) return;
  for (const period of periodsOf(call.world, ledger)) {
    if (period.application !== GL) continue;
    yield {
      AdjustmentPeriodFlag: false,
      EndDate: period.end,
      EnteredPeriodName: period.name,
      PeriodNameId: period.name,
      PeriodNumber: String(period.number),
      PeriodSetNameId: 'Accounting',
      PeriodType: 'Month',
      PeriodYear: String(period.year),
      StartDate: period.start,
    };
  }
}

function* currencies(call: Call): Iterable<Row> {
  for (const { code, name, decimals, enabled } of call.world.seed.currencies) {
    yield {
      CurrencyCode: code,
      CurrencyFlag: true,
      Name: name ?? code,
      CurrencyName: name ?? code,
      EnabledFlag: enabled,
      Precision: String(decimals ?? 2),
      ExtendedPrecision: '5',
    };
  }
}

/** currenciesLOV writes its flags as Y and N, preferredCurrenciesLOV as booleans. */
function* currenciesWithLetters(call: Call): Iterable<Row> {
  for (const row of currencies(call)) yield { ...row, CurrencyFlag: 'Y', EnabledFlag: yesNo(row.EnabledFlag === true) };
}

const setName = (call: Call, code: string): string => call.world.seed.sets.find((set) => set.code === code)?.name ?? code;

function* customerSites(call: Call): Iterable<Row> {
  const rows = all<{
    id: string;
    number: string;
    is_primary: number;
    code: string;
    account: string;
    account_id: string;
    account_name: string;
    name: string;
    party: string;
    set_code: string;
  }>(
    call.world.db,
    `SELECT site_use.id, site_use.number, site_use.is_primary, site_use.code, account.number AS account, account.id AS account_id,
       account.name AS account_name, party.name, party.number AS party, account_site.set_code
     FROM site_use JOIN account ON account.id = site_use.account_id JOIN party ON party.id = account.party_id
     JOIN account_site ON account_site.id = site_use.account_site_id ORDER BY site_use.id`,
  );
  for (const row of rows) {
    yield {
      SiteUseId: row.id,
      SiteName: row.number,
      AccountNumber: row.account,
      AccountDescription: row.account_name,
      CustomerAccountId: row.account_id,
      CustomerName: row.name,
      PartyNumber: row.party,
      PrimarySite: call.world.switches.yesNoText === 'Y' ? yesNo(row.is_primary === 1) : row.is_primary === 1 ? 'Yes' : 'No',
      SetName: setName(call, row.set_code),
      // No attribute of the list: finders compare it.
      purpose: row.code,
    };
  }
}

function* lookups(call: Call): Iterable<Row> {
  for (const [type, rows] of Object.entries(call.world.seed.lookups)) {
    for (const row of rows) {
      yield {
        LookupType: type,
        LookupCode: row.code,
        Meaning: row.meaning,
        Description: row.description ?? row.meaning,
        EnabledFlag: yesNo(row.enabled),
        SetCode: 'COMMON',
      };
    }
  }
}

function* outputClassifications(call: Call): Iterable<Row> {
  for (const row of call.world.seed.taxClassifications) {
    yield {
      LookupCode: row.code,
      LookupType: 'ZX_OUTPUT_CLASSIFICATIONS',
      Meaning: row.meaning ?? row.code,
      Description: row.meaning ?? row.code,
      EnabledFlag: row.enabled,
      SetId: call.world.setup.setId(row.set),
      ...effectiveDates(row),
    };
  }
}

function* taxRates(call: Call): Iterable<Row> {
  for (const regime of call.world.seed.taxRegimes) {
    for (const rate of regime.rates) {
      yield {
        TaxRateId: referenceId('tax-rate', `${regime.code}/${rate.code}`),
        TaxRateCode: rate.code,
        TaxRateName: rate.code,
        TaxRegimeCode: regime.code,
        Tax: rate.tax ?? regime.code,
        TaxStatusCode: rate.status,
        TaxJurisdictionCode: rate.jurisdiction ?? null,
        PercentageRate: rate.percent,
        RateTypeCode: 'PERCENTAGE',
        EffectiveFrom: rate.startDate ?? null,
        EffectiveTo: rate.endDate ?? null,
      };
    }
  }
}

const GROUPS = [
  'AR_TRANSACTION_SOURCES',
  'AR_TRANSACTION_TYPES',
  'AR_PAYMENT_TERMS',
  'AR_MEMO_LINES',
  'HZ_CUSTOMER_ACCOUNT_SITE',
  'ZX_OUTPUT_CLASSIFICATIONS',
];

function* setAssignments(call: Call): Iterable<Row> {
  for (const unit of call.world.setup.units) {
    for (const group of GROUPS) {
      yield {
        DeterminantType: 'BU',
        DeterminantValue: unit.id,
        ReferenceGroupName: group,
        SetId: call.world.setup.setId(unit.set),
        SetCode: unit.set,
        OrganizationId: unit.id,
        OrganizationCode: unit.name,
      };
    }
  }
}

/** Rows of a set-based list of the seed. */
const setBased =
  <T extends { name: string; set: string; enabled: boolean; description?: string | undefined }>(
    kind: string,
    idAttribute: string,
    rows: (call: Call) => readonly T[],
    more: (row: T) => Row = () => ({}),
  ): Rows =>
  (call) =>
    rows(call)
      .filter((row) => row.enabled)
      .map((row) => ({
        [idAttribute]: referenceId(kind, `${row.set}/${row.name}`),
        Name: row.name,
        Description: row.description ?? row.name,
        SetName: setName(call, row.set),
        ...more(row),
      }));

const LISTS: Record<string, Rows> = {
  receivablesBusinessUnitsLOV: units,
  finBusinessUnitsLOV: units,
  bankCollectionBusinessUnitsLOV: units,
  fiscalDocumentBusinessUnitsLOV: units,
  ledgersLOV: ledgers,
  accountingPeriodStatusLOV: periodStatuses,
  accountingPeriodsLOV: periods,
  accountingCalendarsLOV: () => [
    {
      CalendarId: referenceId('calendar', 'Accounting'),
      PeriodSetId: referenceId('calendar-set', 'Accounting'),
      PeriodTypeId: referenceId('period-type', 'Month'),
      PeriodSetName: 'Accounting',
      UserPeriodSetName: 'Accounting',
      PeriodType: 'Month',
    },
  ],
  currenciesLOV: currenciesWithLetters,
  preferredCurrenciesLOV: currencies,
  ratedCurrencies: currencies,
  currencyConversionTypesLOV: (call) =>
    call.world.seed.rateTypes.map((type) => ({ ConversionTypeId: type, UserConversionType: type, Description: type })),
  currencyRates: (call) =>
    call.world.seed.rates.map((rate) => ({
      ConversionDate: rate.fromDate ?? call.today,
      ConversionRate: rate.rate,
      ConversionType: rate.type,
      UserConversionType: rate.type,
      FromCurrency: rate.from,
      ToCurrency: rate.to,
    })),
  customerAccountSitesLOV: customerSites,
  legalEntitiesLOV: (call) =>
    call.world.seed.legalEntities.map((row) => ({
      LegalEntityId: referenceId('legal-entity', row.name),
      LegalEntityIdentifier: row.identifier,
      Name: row.name,
      EffectiveFrom: '2000-01-01',
    })),
  chartOfAccountsLOV: (call) =>
    call.world.setup.charts.map((chart) => ({
      StructureInstanceId: chart.id,
      StructureInstanceNumber: chart.id,
      StructureInstanceCode: chart.name,
      Name: chart.name,
      EnabledFlag: true,
    })),
  accountCombinationsLOV: combinationRows,
  valueSets: (call) =>
    call.world.seed.valueSets.map((set) => ({
      ValueSetId: referenceId('value-set', set.code),
      ValueSetCode: set.code,
      Description: set.description ?? set.code,
      ValidationType: set.values === 'any' ? 'NONE' : 'INDEPENDENT',
      ValueDataType: 'VARCHAR2',
      MaximumLength: '25',
      ProtectedFlag: 'N',
    })),
  FlexFndPvsCharacterValues: accountableSegments,
  FlexFndPvsCharacterIdCharacterValues: accountableSegments,
  paymentTermsLOV: setBased('terms', 'PaymentTermsId', (call) => call.world.seed.paymentTerms),
  transactionSourcesLOV: setBased('source', 'TransactionSourceId', (call) => call.world.seed.transactionSources),
  transactionTypesLOV: setBased(
    'type',
    'TransactionTypeId',
    (call) => call.world.seed.transactionTypes,
    (row) => ({ class: row.class }),
  ),
  memoLinesLOV: setBased(
    'memo-line',
    'MemoLineId',
    (call) => call.world.seed.memoLines,
    (row) => ({
      TaxCode: row.taxClassification ?? null,
      UOMCode: row.unitOfMeasure ?? null,
    }),
  ),
  revenueSchedulingRulesLOV: (call) =>
    call.world.seed.revenueSchedulingRules.map((name) => ({
      RuleId: referenceId('rule', name),
      Name: name,
      Description: name,
      SetName: setName(call, 'COMMON'),
      Status: 'A',
    })),
  receiptMethods: (call) =>
    call.world.seed.receiptMethods
      .filter((method) => inForce(method, call.today))
      .map((method) => ({
        ReceiptMethodId: referenceId('receipt-method', method.name),
        Name: method.name,
        ReceiptClass: method.receiptClass,
      })),
  cashBankAccountsLOV: (call) =>
    call.world.seed.receiptMethods
      .flatMap((method) => method.bankAccounts ?? [])
      .map((bank) => ({
        BankAccountId: referenceId('bank-account', bank.number),
        BankAccountName: `${bank.bank} ${bank.number}`,
      })),
  disbursementPaymentMethodsLOV: (call) =>
    call.world.seed.refundPaymentMethods.map((row) => ({
      PaymentMethodCode: row.code,
      PaymentMethodName: row.name,
      PaymentMethodDescription: row.name,
    })),
  outputTaxClassificationsLOV: outputClassifications,
  taxClassifications: outputClassifications,
  taxRatesLOV: taxRates,
  taxRegimesLOV: (call) =>
    call.world.seed.taxRegimes.map((regime) => ({
      TaxRegimeId: referenceId('tax-regime', regime.code),
      TaxRegimeCode: regime.code,
      TaxRegimeName: regime.name ?? regime.code,
      CountryCode: regime.country ?? null,
    })),
  standardLookupsLOV: lookups,
  commonLookupsLOV: lookups,
  setEnabledLookupsLOV: lookups,
  fndStaticLookups: lookups,
  unitsOfMeasure: (call) =>
    call.world.seed.unitsOfMeasure.map((row) => ({ UOMCode: row.code, Description: row.name, BaseUnitFlag: true })),
  setIdSets: (call) =>
    call.world.seed.sets.map((set) => ({
      SetId: call.world.setup.setId(set.code),
      SetCode: set.code,
      SetName: set.name ?? set.code,
      Description: set.name ?? set.code,
    })),
  setIdSetsLOV: (call) =>
    call.world.seed.sets.map((set) => ({ SetCode: set.code, SetName: set.name ?? set.code, Description: set.name ?? set.code })),
  setIdAssignmentsBusinessUnitLOV: setAssignments,
};

const WHO: Row = {
  CreatedBy: 'SEED',
  LastUpdatedBy: 'SEED',
  CreationDate: '2020-01-01T00:00:00+00:00',
  LastUpdateDate: '2020-01-01T00:00:00.000+00:00',
};

/** Behaviours of all lists, by name. */
export function listBehaviours(): Record<string, Behaviour> {
  return Object.fromEntries(
    Object.entries(LISTS).map(([name, rows]) => [
      name,
      {
        *rows(call) {
          let index = 0;
          for (const row of rows(call)) {
            index += 1;
            yield { id: `${name}/${index}`, version: JSON.stringify(row), row: { ...WHO, ...row } };
          }
        },
        ...(LIST_FINDERS[name] && { finders: LIST_FINDERS[name] }),
      } satisfies Behaviour,
    ]),
  );
}
