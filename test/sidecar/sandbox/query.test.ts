import { beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../sidecar/sandbox/json.ts';
import { startSandbox } from '../../../sidecar/sandbox/start.ts';
import { creditMemo, invoice, line, Pod, pod, receipt, rowsOf, SOAP, soap, value } from './support.ts';

/** One ledger for all reading tests: nothing here changes it. */
let client: Pod;
beforeAll(async () => {
  client = new Pod(await startSandbox());
  await client.create('receivablesInvoices', invoice('WEB-1'));
  await client.create(
    'receivablesInvoices',
    invoice('WEB-2', { receivablesInvoiceLines: [line(1, 1, 100)], PaymentTerms: '30 Net', Email: 'a@b.example' }),
  );
  await client.create(
    'receivablesInvoices',
    invoice('WEB-3', { receivablesInvoiceLines: [line(1, 1, 9)], BillToCustomerNumber: '40051' }),
  );
  await client.create('receivablesInvoices', invoice('OTHER, 4', { receivablesInvoiceLines: [line(1, 1, 250)] }));
  await client.create('receivablesCreditMemos', creditMemo('WEB-R1', 7));
  await client.create('standardReceipts', receipt('WEB-1-P1', 26.81));
  await client.create('standardReceipts', receipt('WEB-2-P1', 50));
  const applied = await soap(client, SOAP.receipts, 'createApplyReceipt', 'applyReceipt', {
    ReceiptNumber: 'WEB-1-P1',
    TransactionNumber: 'WEB-1',
    AmountApplied: '26.81',
  });
  expect(applied.status).toBe(200);
  return () => client.sandbox.close();
});

const numbers = async (query: Record<string, string>) =>
  (await client.items('receivablesInvoices', { fields: 'TransactionNumber', onlyData: 'true', ...query })).map(
    (row) => row.TransactionNumber,
  );

describe('q', () => {
  it.each([
    ["TransactionNumber='WEB-1'", ['WEB-1']],
    ['TransactionNumber=WEB-1', ['WEB-1']],
    ['TransactionNumber="OTHER, 4"', ['OTHER, 4']],
    ["TransactionNumber='WEB-1' or TransactionNumber='WEB-3'", ['WEB-1', 'WEB-3']],
    ["TransactionNumber in ('WEB-3', 'WEB-1', 'WEB-1', 'NONE')", ['WEB-3', 'WEB-1']],
    ["TransactionNumber like 'WEB-%'", ['WEB-1', 'WEB-2', 'WEB-3']],
    ["TransactionNumber not like 'WEB-%'", ['OTHER, 4']],
    ["TransactionNumber != 'WEB-1' and TransactionNumber <> 'WEB-2'", ['WEB-3', 'OTHER, 4']],
    ['InvoiceBalanceAmount > 9', ['WEB-2', 'OTHER, 4']],
    ['InvoiceBalanceAmount >= 9.00 and InvoiceBalanceAmount < 100', ['WEB-3']],
    ['InvoiceBalanceAmount between 9 and 100', ['WEB-2', 'WEB-3']],
    ['InvoiceBalanceAmount <= 0', ['WEB-1']],
    ['Email is null and InvoiceBalanceAmount > 0', ['WEB-3', 'OTHER, 4']],
    ['Email is not null', ['WEB-2']],
    ["not (TransactionNumber = 'WEB-1' or InvoiceBalanceAmount = 250)", ['WEB-2', 'WEB-3']],
    ["InvoiceStatus = 'Complete' and (TransactionNumber = 'WEB-1' or InvoiceBalanceAmount > 200)", ['WEB-1', 'OTHER, 4']],
    ["TransactionNumber='WEB-1' and TransactionNumber='WEB-2'", []],
    ['CreationDate > 2020-01-01T00:00:00.000+00:00', ['WEB-1', 'WEB-2', 'WEB-3', 'OTHER, 4']],
    ["CreationDate < '2020-01-01'", []],
    ['InvoiceStatus=Complete;InvoiceBalanceAmount>200', ['OTHER, 4']],
  ])('%s', async (q, expected) => expect(await numbers({ q })).toEqual(expected));

  it.each([
    ['CrossReference = 1', 'not offered by the definition'],
    ['TransactionDate > 2026-01-01', 'not offered by the definition'],
    ['Colour = 1', 'no attribute'],
    ['TransactionNumber', 'no operator'],
    ['TransactionNumber = ', 'no value'],
    ["(TransactionNumber = 'A'", 'an open bracket'],
    ["TransactionNumber = 'A' or", 'an open end'],
    ["TransactionNumber = 'A", 'an open quote'],
    ["TransactionNumber in 'A'", 'no list'],
  ])('%s is refused with 29140: %s', async (q) => {
    const answer = await client.rest('GET', `receivablesInvoices?q=${encodeURIComponent(q)}`);
    expect([answer.status, rowsOf(answer.json as JsonObject, 'o:errorDetails')[0]?.['o:errorCode']]).toEqual([400, '29140']);
  });

  it('knows no more than = > and or where the pod is so (switch queryOperators)', async () => {
    const strict = await pod({ switches: { queryOperators: 'seen' } });
    const status = async (q: string) => (await strict.rest('GET', `receivablesInvoices?q=${encodeURIComponent(q)}`)).status;
    expect(await status("TransactionNumber = 'A' or InvoiceBalanceAmount > 5")).toBe(200);
    for (const q of ["TransactionNumber like 'A%'", "TransactionNumber in ('A')", 'Email is null', 'InvoiceBalanceAmount < 5']) {
      expect([q, await status(q)]).toEqual([q, 400]);
    }
  });
});

describe('paging and order', () => {
  it('ends a page with hasMore and counts all on demand', async () => {
    const first = await client.get('receivablesInvoices', { limit: '3', totalResults: 'true' });
    expect(first).toMatchObject({ hasMore: true });
    expect(['count', 'limit', 'offset', 'totalResults'].map((name) => value(first, name))).toEqual(['3', '3', '0', '4']);
    const second = await client.get('receivablesInvoices', { limit: '3', offset: '3' });
    expect(second).toMatchObject({ hasMore: false, items: [{ TransactionNumber: 'OTHER, 4' }] });
    expect(second.totalResults).toBeUndefined();
  });

  it('answers an empty collection with 200', async () => {
    expect(await client.get('receivablesInvoices', { q: "TransactionNumber='NONE'" })).toMatchObject({
      items: [],
      hasMore: false,
    });
  });

  it('lowers a limit silently', async () => {
    const small = await pod({ switches: { maxPageSize: 2 } });
    for (const number of ['A', 'B', 'C']) await small.create('receivablesInvoices', invoice(number));
    const page = await small.get('receivablesInvoices', { limit: '500' });
    expect([value(page, 'limit'), value(page, 'count'), page.hasMore]).toEqual(['2', '2', true]);
  });

  it('orders by amount, then by number, nulls last', async () => {
    expect(await numbers({ orderBy: 'InvoiceBalanceAmount:desc' })).toEqual(['OTHER, 4', 'WEB-2', 'WEB-3', 'WEB-1']);
    expect(await numbers({ orderBy: 'InvoiceStatus:asc,TransactionNumber:desc', limit: '2' })).toEqual(['WEB-3', 'WEB-2']);
    expect(await numbers({ orderBy: 'Email,TransactionNumber' })).toEqual(['WEB-2', 'OTHER, 4', 'WEB-1', 'WEB-3']);
  });

  it.each([
    'limit=x',
    'offset=-1',
    'orderBy=Colour',
    'orderBy=Email:up',
    'fields=Colour',
    'fields=Email&expand=all',
    'expand=colours',
    'fields=colours:A',
  ])('refuses %s', async (query) => expect((await client.rest('GET', `receivablesInvoices?${query}`)).status).toBe(400));
});

describe('fields and expand', () => {
  it('answers the named attributes of rows and children only', async () => {
    const [row] = await client.items('receivablesInvoices', {
      fields: 'TransactionNumber;receivablesInvoiceLines:LineNumber,UnitSellingPrice',
      onlyData: 'true',
      limit: '1',
    });
    expect(Object.keys(row ?? {})).toEqual(['TransactionNumber', 'receivablesInvoiceLines']);
    const [first] = rowsOf(row?.receivablesInvoiceLines as JsonObject, 'items');
    expect(Object.keys(first ?? {}).sort()).toEqual(['LineNumber', 'UnitSellingPrice']);
  });

  it('expands all children, or one below another', async () => {
    const [all] = await client.items('receivablesInvoices', { expand: 'all', limit: '1' });
    expect(Object.keys(all ?? {})).toEqual(
      expect.arrayContaining([
        'receivablesInvoiceLines',
        'receivablesInvoiceDistributions',
        'receivablesInvoiceInstallments',
        'notes',
        'attachments',
      ]),
    );
    const [deep] = await client.items('receivablesInvoices', {
      expand: 'receivablesInvoiceLines.receivablesInvoiceLineTaxLines',
      limit: '1',
    });
    const [first] = rowsOf(deep?.receivablesInvoiceLines as JsonObject, 'items');
    expect(rowsOf(first?.receivablesInvoiceLineTaxLines as JsonObject, 'items').map((tax) => tax.TaxRateCode)).toEqual([
      'CA STATE 7.25',
    ]);
  });
});

describe('finders', () => {
  it.each([
    ['receivablesInvoices', 'invoiceSearch;TransactionSource=WEB STORE,TransactionNumber=WEB-2', ['WEB-2']],
    ['receivablesInvoices', 'invoiceSearch;BillToCustomerNumber=40051', ['WEB-3']],
    ['receivablesInvoices', 'invoiceSearch;CrossReference="OTHER, 4"', ['OTHER, 4']],
    ['receivablesInvoices', 'invoiceSearch;CrossReference=WEB', []],
    ['receivablesCreditMemos', 'creditMemosFinder;BindTransactionNumber=WEB-R1', ['WEB-R1']],
  ])('%s?finder=%s', async (resource, finder, expected) => {
    const rows = await client.items(resource, { finder });
    expect(rows.map((row) => row.TransactionNumber)).toEqual(expected);
  });

  it('find a receipt by its number, an account by its number, and a row by its key', async () => {
    const [found] = await client.items('standardReceipts', { finder: 'StandardReceiptsFinder;ReceiptNumber=WEB-2-P1' });
    expect(value(found, 'UnappliedAmount')).toBe('50');
    const [byKey] = await client.items('standardReceipts', {
      finder: `PrimaryKey;StandardReceiptId=${value(found, 'StandardReceiptId')}`,
    });
    expect(byKey?.ReceiptNumber).toBe('WEB-2-P1');
    const [account] = await client.items('receivablesCustomerAccountActivities', {
      finder: 'CustomerAccountActivitiesFinder;AccountNumber=40017',
    });
    expect(value(account, 'TotalOpenReceivablesForAccount')).toBe('343');
  });

  it('compare the beginning where the pod does (switch finderMatch)', async () => {
    const loose = await pod({ switches: { finderMatch: 'prefix' } });
    await loose.create('receivablesInvoices', invoice('WEB-1'));
    await loose.create('receivablesInvoices', invoice('WEB-10'));
    expect(await loose.items('receivablesInvoices', { finder: 'invoiceSearch;TransactionNumber=WEB-1' })).toHaveLength(2);
  });

  it.each(['nothing;A=1', 'invoiceSearch;Colour=red', 'invoiceSearch;TransactionNumber'])('refuse %s', async (finder) => {
    expect((await client.rest('GET', `receivablesInvoices?finder=${encodeURIComponent(finder)}`)).status).toBe(400);
  });
});
