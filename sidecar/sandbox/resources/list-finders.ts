import type { FinderRule, Item } from '../rest/behaviour.ts';
import type { Ledger } from '../seed/setup.ts';
import type { Call } from '../world.ts';

/** In force on a day by the columns a row calls its dates. */
const effectiveOn =
  (from: string, to: string) =>
  (_call: Call, day: string, item: Item): boolean =>
    String(item.row[from] ?? '') <= day && day <= String(item.row[to] ?? '9999-12-31');
const activeOn = effectiveOn('StartDateActive', 'EndDateActive');

/** A business unit's own set, and COMMON. */
const setOfUnit = (call: Call, unitId: string, item: Item): boolean => {
  const unit = call.world.setup.units.find((row) => row.id === unitId);
  return unit !== undefined && [call.world.setup.setId(unit.set), '0'].includes(String(item.row.SetId));
};

const ledgerOfUnit = (call: Call, unitId: string, item: Item): boolean => {
  const unit = call.world.setup.units.find((row) => row.id === unitId);
  return unit !== undefined && call.world.setup.ledgerOf(unit).id === item.row.LedgerId;
};

const isClass = (wanted: string): FinderRule => ({ '': (_call, _value, item) => item.row.class === wanted });
const inLookup: FinderRule = { ActiveDate: () => true };
const withPurpose: FinderRule = { SitePurpose: (_call, value, item) => item.row.purpose === value };

/** What the finders' variables filter, where that is not simply an attribute of the same name. By list. */
export const LIST_FINDERS: Record<string, Record<string, FinderRule>> = {
  transactionTypesLOV: {
    invoiceTransactionType: isClass('INV'),
    creditMemoTransactionType: isClass('CM'),
    debitMemoTransactionType: isClass('DM'),
  },
  outputTaxClassificationsLOV: {
    EffectivePeriodFinder: { bDate: activeOn },
    SetIdFinder: { bOrgId: setOfUnit },
    SetIdAndEffectivePeriodFinder: { bOrgId: setOfUnit, bDate: activeOn },
  },
  taxClassifications: {
    ClassificationCodeFinder: { bOrgId: setOfUnit },
    LookupTypeAndOrgIdFinder: { bOrgId: setOfUnit },
    LookupTypeOrgIdAndDateFinder: { bOrgId: setOfUnit, bTrxDate: activeOn },
    ManageTaxClassificationsRF: { classificationCode: 'LookupCode', classificationName: 'Meaning' },
  },
  taxRatesLOV: { TaxLineCreateFinder: { bTrxDate: effectiveOn('EffectiveFrom', 'EffectiveTo'), bRegimeTypeFlag: () => true } },
  taxRegimesLOV: { RegimeTypeFinder: { bRegimeTypeFlag: () => true } },
  legalEntitiesLOV: {
    LedgerFinder: {
      LedgerId: (call, value, item) => {
        const ledger: Ledger | undefined = call.world.setup.ledgers.find((row) => row.id === value);
        return ledger?.legalEntity === item.row.Name;
      },
    },
  },
  accountingPeriodStatusLOV: {
    LedgerIdAppldDateRowFinder: { BindAccountingDate: effectiveOn('StartDate', 'EndDate') },
    LedgerIdAppIdPeriodNumRowFinder: { BindEffectivePeriodNum: 'EffectivePeriodNumber' },
    BuAppldAdjflagFinder: {
      BuIdVar: ledgerOfUnit,
      BindAdjFlag: (_call, value, item) => item.row.AdjustmentPeriodFlag === (value === 'Y'),
    },
    BuPrjAdjflagFinder: {
      BuIdVar: ledgerOfUnit,
      BindAdjFlag: (_call, value, item) => item.row.AdjustmentPeriodFlag === (value === 'Y'),
    },
  },
  accountingPeriodsLOV: { PeriodsByPeriodSetTypeFinder: { PeriodSetNameIdVar: 'PeriodSetNameId', PeriodTypeVar: 'PeriodType' } },
  currencyRates: {
    CurrencyRatesFinder: {
      fromCurrency: 'FromCurrency',
      toCurrency: 'ToCurrency',
      userConversionType: 'UserConversionType',
      currencyConversionType: 'ConversionType',
      startDate: () => true,
      endDate: (_call, value, item) => String(item.row.ConversionDate) <= value,
      maxRollDays: () => true,
      ledgerName: () => true,
    },
  },
  currenciesLOV: { CurrencyCodeFinder: { ActiveDate: activeOn } },
  preferredCurrenciesLOV: {
    GetActiveCurrenciesFinder: {
      BindCurrencyEnabledFlag: (_call, value, item) => item.row.EnabledFlag === (value === 'Y' || value === 'true'),
      BindStartDate: activeOn,
      BindEndDate: activeOn,
    },
  },
  customerAccountSitesLOV: { ReceivablesCustomerAccountFinder: withPurpose, ReceivablesCustomerAccountSiteFinder: withPurpose },
  standardLookupsLOV: { LookupTypeFinder: inLookup },
  commonLookupsLOV: { LookupTypeFinder: inLookup },
  setEnabledLookupsLOV: { LookupTypeFinder: inLookup },
  fndStaticLookups: {
    LookupTypeIsActiveEnabledFinder: { BindCurrentDate: () => true },
    LookupTypeActiveEnabledOrBindCodeFinder: { BindCurrentDate: () => true },
    LookupTypeIsActiveFinder: { BindCurrentDate: () => true },
  },
  FlexFndPvsCharacterValues: { ValidValuesFinder: { Bind_ValidationDate: activeOn } },
  FlexFndPvsCharacterIdCharacterValues: { ValidValuesFinder: { Bind_ValidationDate: activeOn } },
  setIdAssignmentsBusinessUnitLOV: {
    DeterminantFinder: { bindBusinessUnitCode: 'OrganizationCode' },
    ReferenceGroupFinder: { bindReferenceGroupName: 'ReferenceGroupName' },
  },
};
