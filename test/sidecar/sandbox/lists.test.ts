import { beforeAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../../../sidecar/sandbox/start.ts';
import { Pod, pod, rowsOf, today, value } from './support.ts';

/** The default seed, as lists of values show it. Nothing here changes it. */
let client: Pod;
beforeAll(async () => {
  client = new Pod(await startSandbox());
  return () => client.sandbox.close();
});
const names = async (list: string, query: Record<string, string> = {}, attribute = 'Name') =>
  (await client.items(list, { limit: '100', ...query })).map((row) => row[attribute]);
const idOf = async (list: string, name: string, nameAttribute: string, idAttribute: string) =>
  value((await client.items(list, { q: `${nameAttribute}='${name}'` }))[0], idAttribute);

describe('lists of values', () => {
  it.each([
    ['receivablesBusinessUnitsLOV', {}, 'BusinessUnitName', ['Northwind US BU', 'Northwind EU BU']],
    ['ledgersLOV', {}, 'Name', ['Northwind US Ledger', 'Northwind EU Ledger']],
    ['paymentTermsLOV', {}, 'Name', ['IMMEDIATE', '30 Net', '30/60/90', '14 Net EU']],
    ['paymentTermsLOV', {}, 'SetName', ['Common Set', 'Common Set', 'Common Set', 'Northwind Europe']],
    ['transactionSourcesLOV', {}, 'Name', ['WEB STORE', 'MANUAL', 'EU WEB STORE']],
    [
      'transactionTypesLOV',
      { finder: 'creditMemoTransactionType' },
      'Name',
      ['Web Credit Memo', 'Wholesale Memo', 'Web Credit Memo'],
    ],
    ['transactionTypesLOV', { finder: 'debitMemoTransactionType' }, 'Name', ['Web Debit Memo']],
    ['currencyConversionTypesLOV', {}, 'UserConversionType', ['Corporate', 'Spot', 'User']],
    ['taxRegimesLOV', {}, 'TaxRegimeCode', ['US SALES TAX', 'EU VAT']],
    ['disbursementPaymentMethodsLOV', {}, 'PaymentMethodCode', ['CHECK', 'EFT']],
    ['setIdSets', {}, 'SetCode', ['COMMON', 'EU']],
  ])('%s %o', async (list, query, attribute, expected) => {
    const root = (await client.rest('GET', list)).status === 200 ? list : `/crmRestApi/resources/11.13.18.05/${list}`;
    expect(await names(root, query as Record<string, string>, attribute)).toEqual(expected);
  });

  it('show enabled rows only, and currencies with their decimals', async () => {
    expect(await names('transactionSourcesLOV')).not.toContain('OLD STORE');
    const currencies = await client.items('preferredCurrenciesLOV', { limit: '100' });
    const precision = (code: string) =>
      value(
        currencies.find((row) => row.CurrencyCode === code),
        'Precision',
      );
    expect([precision('USD'), precision('JPY'), precision('KWD')]).toEqual(['2', '0', '3']);
  });

  it('name tax classifications of a unit, in force on a day', async () => {
    const eu = await idOf('receivablesBusinessUnitsLOV', 'Northwind EU BU', 'BusinessUnitName', 'BusinessUnitId');
    const us = await idOf('receivablesBusinessUnitsLOV', 'Northwind US BU', 'BusinessUnitName', 'BusinessUnitId');
    const codes = (unit: string | null) =>
      names(
        'outputTaxClassificationsLOV',
        { finder: `SetIdAndEffectivePeriodFinder;bOrgId=${unit},bDate=${today()}` },
        'LookupCode',
      );
    expect(await codes(eu)).toContain('EU VAT 0');
    expect(await codes(us)).not.toContain('EU VAT 0');
  });

  it('name tax rates in force on a day', async () => {
    const codes = (day: string) => names('taxRatesLOV', { finder: `TaxLineCreateFinder;bTrxDate=${day}` }, 'TaxRateCode');
    expect(await codes('2016-06-01')).toContain('CA STATE 7.5 OLD');
    expect(await codes(today())).not.toContain('CA STATE 7.5 OLD');
  });

  it('find bill-to sites by account number and purpose', async () => {
    const sites = await client.items('customerAccountSitesLOV', {
      finder: 'ReceivablesCustomerAccountSiteFinder;AccountNumber=40052,SitePurpose=BILL_TO',
    });
    expect(sites.map((row) => [row.SiteName, row.PrimarySite, row.SetName])).toEqual([
      ['40052-1', 'Y', 'Common Set'],
      ['40052-2', 'N', 'Common Set'],
    ]);
  });

  it('name lookups by type', async () => {
    expect(await names('standardLookupsLOV', { finder: 'LookupTypeFinder;LookupType=CREDIT_MEMO_REASON' }, 'LookupCode')).toEqual(
      ['RETURN', 'CANCELLATION', 'PRICE', 'DAMAGED'],
    );
  });

  it('show receipt methods', async () => {
    expect(await names('receiptMethods')).toEqual(
      expect.arrayContaining(['Web Card Payments', 'Web PayPal', 'Web Bank Transfer', 'Web Cash on Delivery']),
    );
  });
});

describe('periods', () => {
  it('are asked by ledger, name and application, and move with the calendar', async () => {
    const ledger = await idOf('ledgersLOV', 'Northwind US Ledger', 'Name', 'LedgerId');
    const status = async (months: number) => {
      const now = new Date();
      const day = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 15));
      const name = `${day.toLocaleString('en', { month: 'short', timeZone: 'UTC' })}-${String(day.getUTCFullYear()).slice(2)}`;
      const q = `LedgerId=${ledger};PeriodNameId=${name};ApplicationId=222`;
      return (await client.items('accountingPeriodStatusLOV', { q })).map((row) => row.ClosingStatus);
    };
    expect([await status(0), await status(-1), await status(-5), await status(3), await status(8)]).toEqual([
      ['O'],
      ['O'],
      ['C'],
      ['F'],
      ['N'],
    ]);
  });

  it('may be absolute calendar months, and later entries win', async () => {
    const other = await pod({
      seed: {
        periods: [
          { calendar: { from: '2018-11', to: '2019-02' }, status: 'C' },
          { name: 'Dec-18', start: '2018-12-01', end: '2018-12-31', status: 'O' },
        ],
      },
    });
    const rows = await other.items('accountingPeriodStatusLOV', { q: 'ApplicationId=222', limit: '100' });
    expect(rows.map((row) => [row.PeriodNameId, row.EndDate, row.ClosingStatus])).toEqual([
      ['Nov-18', '2018-11-30', 'C'],
      ['Dec-18', '2018-12-31', 'O'],
      ['Jan-19', '2019-01-31', 'C'],
      ['Feb-19', '2019-02-28', 'C'],
    ]);
  });
});

describe('accounts', () => {
  it('are value sets with values, enabled or not', async () => {
    const [set] = (await client.items('valueSets', { limit: '50' })).filter((row) => row.ValueSetCode === 'NW_COST_CENTER');
    const self = rowsOf(set, 'links').find((link) => link.rel === 'self');
    const values = await client.items(`${String(self?.href).replace(client.sandbox.url, '')}/child/values`);
    const flag = (wanted: string) => values.find((row) => row.Value === wanted)?.EnabledFlag;
    expect([flag('100'), flag('190')]).toEqual(['Y', 'N']);
  });

  it('list combinations that were named, and those that documents made', async () => {
    const made = await pod();
    const flags = async () => {
      const rows = await made.items('accountCombinationsLOV', { limit: '100' });
      return [rows.length, rows.filter((row) => row.EnabledFlag === 'N').length];
    };
    const [before, disabled] = await flags();
    expect(disabled).toBe(2);
    await made.create('receivablesInvoices', {
      BusinessUnit: 'Northwind US BU',
      TransactionSource: 'WEB STORE',
      TransactionNumber: 'A',
      BillToCustomerNumber: '40017',
      receivablesInvoiceLines: [{ Description: 'x', Quantity: 1, UnitSellingPrice: 1 }],
      receivablesInvoiceDistributions: [{ AccountClass: 'Revenue', AccountCombination: '01-110-41100-1000-000' }],
    });
    const listed = Number((await flags())[0]);
    expect(listed).toBeGreaterThan(Number(before));
  });

  it('carry the chart’s segments where the pod says so (switch combinationSegments)', async () => {
    const other = await pod({ switches: { combinationSegments: 'on' } });
    const [row] = await other.items('accountCombinationsLOV', { q: "_CONCATENATED='01-100-41000-0000-000'" });
    expect(row).toMatchObject({ _COMPANY: '01', _ACCOUNT: '41000' });
    expect((await client.rest('GET', "accountCombinationsLOV?q=_CONCATENATED='x'")).status).toBe(400);
  });
});
