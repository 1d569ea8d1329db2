import { afterEach, describe, expect, it } from 'vitest';
import { REFERENCE_LISTS, type ReferenceListName } from '../../../sidecar/apply/ports.ts';
import type { OracleOptions } from '../../../sidecar/oracle/options.ts';
import { endFake, type Fake, json, keepingTrail, oracleAt, type Step, startFake } from './fake-oracle.ts';

const collection = (items: object[], more: object = {}): Step =>
  json(200, { items, count: items.length, hasMore: false, limit: 500, offset: 0, ...more });
/** Rows per resource, as lov.json types them. */
const ROWS: Record<string, object[]> = {
  receivablesBusinessUnitsLOV: [
    { BusinessUnitId: 300100000000101, BusinessUnitName: 'Northwind US BU', PrimaryLedgerId: '300100000000201' },
    { BusinessUnitId: 300100000000102, BusinessUnitName: 'Northwind EU BU', PrimaryLedgerId: '300100000000202' },
  ],
  finBusinessUnitsLOV: [
    { BusinessUnitId: 300100000000101, BusinessUnitName: 'Northwind US BU', ActiveFlag: true },
    { BusinessUnitId: 300100000000102, BusinessUnitName: 'Northwind EU BU', ActiveFlag: false },
  ],
  ledgersLOV: [{ LedgerId: 300100000000201, Name: 'US Ledger', CurrencyCode: 'USD', ChartOfAccountsId: 7 }],
  setIdAssignmentsBusinessUnitLOV: [{ ReferenceGroupName: 'X', SetCode: 'US_SET' }],
  transactionSourcesLOV: [
    { Name: 'WEB STORE', Description: 'Web shop', SetName: 'US_SET' },
    { Name: 'WEB EU', Description: null, SetName: 'EU_SET' },
    { Name: 'Manual', Description: null, SetName: 'COMMON' },
  ],
  receiptMethods: [{ Name: 'Web Card Payments', ReceiptMethodId: 9, ReceiptClass: 'Manual' }],
  outputTaxClassificationsLOV: [
    { LookupCode: 'US SALES TAX', Meaning: 'Sales tax', EnabledFlag: true, EndDateActive: null },
    { LookupCode: 'OLD', Meaning: 'Old', EnabledFlag: false, EndDateActive: '2025-12-31' },
  ],
  taxRatesLOV: [
    { TaxRegimeCode: 'US SALES TAX', TaxRateCode: 'CA 7.25', TaxRateName: 'California', PercentageRate: 7.25, EffectiveTo: null },
  ],
  currenciesLOV: [{ CurrencyCode: 'EUR', Name: 'Euro', EnabledFlag: 'Y', EndDateActive: null, Precision: 2 }],
  accountCombinationsLOV: [
    { _CODE_COMBINATION_ID: 11, _CHART_OF_ACCOUNTS_ID: 7, EnabledFlag: 'Y', EndDateActive: null, company: '01', account: '4110' },
    { _CODE_COMBINATION_ID: 12, _CHART_OF_ACCOUNTS_ID: 7, EnabledFlag: 'N', EndDateActive: '2026-06-30' },
  ],
  accountingPeriodStatusLOV: [
    {
      PeriodNameId: 'Sep-26',
      ClosingStatus: 'O',
      StartDate: '2026-09-01',
      EndDate: '2026-09-30',
      LedgerId: 300100000000201,
      AdjustmentPeriodFlag: false,
    },
    {
      PeriodNameId: 'Aug-26',
      ClosingStatus: 'C',
      StartDate: '2026-08-01',
      EndDate: '2026-08-31',
      LedgerId: 300100000000201,
      AdjustmentPeriodFlag: false,
    },
  ],
  valueSets: [{ ValueSetCode: 'ACCOUNT' }],
  FlexFndPvsCharacterIdCharacterValues: [
    { Value: '4110', Description: 'Sales', EnabledFlag: 'Y', SummaryFlag: 'N', EndDateActive: null },
    { Value: '4000', Description: 'All sales', EnabledFlag: 'Y', SummaryFlag: 'Y', EndDateActive: null },
  ],
  standardLookupsLOV: [{ LookupType: 'T', LookupCode: 'RETURN', Meaning: 'Return' }],
};

let fake: Fake | undefined;
let end = () => {};
afterEach(async () => {
  end();
  await endFake(fake);
  fake = undefined;
});

async function pull(
  list: ReferenceListName,
  more: Partial<OracleOptions> & { rows?: Record<string, object[]>; unit?: string | null } = {},
) {
  const { rows = {}, unit = 'Northwind US BU', ...options } = more;
  fake = await startFake(({ path }) => {
    const resource = path.split('?')[0]?.split('/').at(-1) ?? '';
    return collection(rows[resource] ?? ROWS[resource] ?? []);
  });
  const oracle = oracleAt(fake.url, options);
  end = () => oracle.close();
  return oracle.reference.pull(list, unit, keepingTrail());
}
const asked = () => (fake?.requests ?? []).map((request) => decodeURIComponent(request.path.split('/').at(-1) ?? ''));

describe('reference lists', () => {
  it.each(REFERENCE_LISTS)('%s: what is asked for is documented', async (list) => {
    expect(await pull(list)).toMatchObject({ ok: true });
    expect(asked().length).toBeGreaterThan(0);
  });

  it('business units come with ledger, its currency, and whether they are active', async () => {
    expect(await pull('businessUnits')).toEqual({
      ok: true,
      value: [
        {
          key: 'Northwind US BU',
          label: 'Northwind US BU',
          enabled: true,
          endDate: null,
          extra: {
            id: '300100000000101',
            ledgerId: '300100000000201',
            ledger: 'US Ledger',
            currency: 'USD',
            chartOfAccounts: '7',
          },
        },
        {
          key: 'Northwind EU BU',
          label: 'Northwind EU BU',
          enabled: false,
          endDate: null,
          extra: { id: '300100000000102', ledgerId: '300100000000202', ledger: null, currency: null, chartOfAccounts: null },
        },
      ],
    });
  });

  it('transaction sources are those of the sets the business unit uses', async () => {
    const result = await pull('transactionSources');
    expect(result.ok && result.value.map((row) => row.key)).toEqual(['WEB STORE', 'Manual']);
  });

  it('are all offered when Oracle does not tell the sets', async () => {
    const result = await pull('transactionSources', { rows: { setIdAssignmentsBusinessUnitLOV: [] } });
    expect(result.ok && result.value).toHaveLength(3);
  });

  it('types are told by the finder, not by an attribute', async () => {
    await pull('creditMemoTypes');
    expect(asked().some((query) => query.startsWith('transactionTypesLOV?finder=creditMemoTransactionType'))).toBe(true);
  });

  it('periods are those of the ledger and of Receivables, open ones enabled', async () => {
    const result = await pull('periods');
    expect(asked()).toContain(
      'accountingPeriodStatusLOV?q=LedgerId=300100000000201 and ApplicationId=222&onlyData=true&limit=500&offset=0',
    );
    expect(
      result.ok && result.value.map((row) => [row.key, row.enabled, row.extra.start, row.extra.end, row.extra.status]),
    ).toEqual([
      ['Sep-26', true, '2026-09-01', '2026-09-30', 'O'],
      ['Aug-26', false, '2026-08-01', '2026-08-31', 'C'],
    ]);
  });

  it('of a business unit that is not there say so', async () => {
    expect(await pull('periods', { unit: 'Nowhere BU' })).toMatchObject({
      failure: {
        kind: 'needs-attention',
        code: 'oracle.business_unit_unknown',
        message: expect.stringContaining('"Nowhere BU"'),
      },
    });
  });

  it('tax classifications and combinations keep what is disabled and until when', async () => {
    expect(await pull('taxClassifications')).toMatchObject({
      value: [{ enabled: true }, { key: 'OLD', enabled: false, endDate: '2025-12-31' }],
    });
  });

  it("account combinations are spelt by the segments of the pod's chart, or known by id only", async () => {
    expect(await pull('accountCombinations')).toMatchObject({
      value: [
        { key: '01-4110', enabled: true, extra: { id: '11', 'segment:company': '01' } },
        { key: '12', enabled: false, endDate: '2026-06-30' },
      ],
    });
  });

  it('tax rates are keyed by regime and code', async () => {
    expect(await pull('taxRates')).toMatchObject({
      value: [{ key: 'US SALES TAX / CA 7.25', extra: { regime: 'US SALES TAX', rateCode: 'CA 7.25', percent: '7.25' } }],
    });
  });

  it('segment values come from the named value sets, and parents are not offered', async () => {
    const result = await pull('segmentValues', { switches: { segmentValueSets: { Account: 'ACCOUNT' } } });
    expect(result).toMatchObject({
      value: [
        { key: 'ACCOUNT/4110', label: 'Sales', enabled: true, extra: { value: '4110', segment: 'Account' } },
        { key: 'ACCOUNT/4000', enabled: false },
      ],
    });
    expect(asked()).toEqual(["FlexFndPvsCharacterIdCharacterValues?q=ValueSetCode='ACCOUNT'&onlyData=true&limit=500&offset=0"]);
  });

  it('segment values are not pulled from hundreds of value sets', async () => {
    const valueSets = Array.from({ length: 41 }, (_, index) => ({ ValueSetCode: `VS${index}` }));
    expect(await pull('segmentValues', { rows: { valueSets } })).toMatchObject({
      failure: { code: 'oracle.value_sets_unnamed' },
    });
  });

  it('reasons are told by meaning or code, as the switch says; reversal codes always by code', async () => {
    expect(await pull('creditReasons')).toMatchObject({ value: [{ key: 'Return', extra: { code: 'RETURN' } }] });
    await fake?.close();
    expect(await pull('creditReasons', { switches: { reasonsBy: 'code' } })).toMatchObject({
      value: [{ key: 'RETURN', label: 'Return' }],
    });
    await fake?.close();
    expect(await pull('reversalReasons')).toMatchObject({ value: [{ key: 'RETURN', label: 'Return' }] });
  });

  it('looks among the static lookups for a type the standard ones do not have', async () => {
    const result = await pull('creditReasons', {
      rows: { standardLookupsLOV: [], fndStaticLookups: [{ LookupCode: 'R', Meaning: 'Rueck' }] },
    });
    expect(result).toMatchObject({ value: [{ key: 'Rueck' }] });
  });
});
