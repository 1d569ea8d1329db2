import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { loadSeed } from '../../../sidecar/sandbox/seed/load.ts';
import { pod, value } from './support.ts';

/** The least that a document can be posted to. */
const SMALLEST = {
  businessUnits: [{ name: 'Shop' }],
  transactionSources: [{ name: 'Web' }],
  transactionTypes: [{ name: 'Sale', class: 'INV' }],
  receiptMethods: [{ name: 'Card' }],
  customers: [{ name: 'Everybody', accounts: [{ number: '1', sites: [{ number: '1-1' }] }] }],
};

describe('a seed', () => {
  it('needs no more than a unit, a source, a type, a method and a customer', async () => {
    const client = await pod({ seed: SMALLEST });
    const made = await client.create('receivablesInvoices', {
      BusinessUnit: 'Shop',
      TransactionSource: 'Web',
      TransactionType: 'Sale',
      BillToCustomerNumber: '1',
      receivablesInvoiceLines: [{ Description: 'Mug', Quantity: 1, UnitSellingPrice: 9.5 }],
    });
    expect([made.TransactionNumber, made.InvoiceCurrencyCode, made.BillToSite, value(made, 'EnteredAmount')]).toEqual([
      '1001',
      'USD',
      '1-1',
      '9.5',
    ]);
    const paid = await client.create('standardReceipts', {
      BusinessUnit: 'Shop',
      ReceiptMethod: 'Card',
      ReceiptNumber: 'R',
      Amount: 9.5,
      Currency: 'USD',
      CustomerAccountNumber: '1',
    });
    expect(paid).toMatchObject({ State: 'Cleared', Status: 'Unapplied' });
    expect((await client.ledger()).balanced).toBe(true);
  });

  it('may be empty: there is still a user, and lists to read', async () => {
    const client = await pod({ seed: {} });
    expect(client.sandbox.credentials).toMatchObject({ user: 'WEB.INTEGRATION', clientId: 'sandbox-client' });
    expect(await client.items('receivablesBusinessUnitsLOV')).toEqual([]);
  });

  it.each([
    ['a field that does not exist', { businessUnits: [{ name: 'Shop', colour: 'blue' }] }, 'colour'],
    [
      'a class of transaction that does not exist',
      { transactionTypes: [{ name: 'Sale', class: 'INVOICE' }] },
      'transactionTypes[0].class',
    ],
    ['a ledger nobody described', { businessUnits: [{ name: 'Shop', ledger: 'Main' }] }, 'businessUnits Shop.ledger: "Main"'],
    [
      'a type nobody described',
      { transactionSources: [{ name: 'Web', types: ['Sale'] }] },
      'transactionSources Web.types: "Sale"',
    ],
    [
      'a rate nobody described',
      { taxClassifications: [{ code: 'VAT', rates: [{ regime: 'R', code: 'X' }] }] },
      'taxClassifications VAT.rates: "X"',
    ],
    [
      'a day that does not exist',
      { periods: [{ name: 'x', start: '2026-02-30', end: '2026-03-01', status: 'O' }] },
      'periods[0]',
    ],
  ])('with %s is refused, saying so', (_why, seed, text) => {
    expect(() => loadSeed(seed)).toThrow(text);
  });

  it('without currencies has all of them, counted as ISO 4217 counts', () => {
    const precision = new Map(loadSeed(SMALLEST).currencies.map(({ code, decimals }) => [code, decimals]));
    expect(['HUF', 'IQD', 'CLF', 'JPY', 'USD', 'XOF', 'COP'].map((code) => precision.get(code))).toEqual([2, 3, 4, 0, 2, 0, 2]);
  });

  it('may turn switches and start attributes of flexfields', async () => {
    const client = await pod({
      seed: { ...SMALLEST, switches: { postStatus: '200' }, flexfields: { receivablesInvoiceDFF: ['storeOrder'] } },
    });
    const body = {
      BusinessUnit: 'Shop',
      TransactionSource: 'Web',
      TransactionType: 'Sale',
      BillToCustomerNumber: '1',
      receivablesInvoiceLines: [{ Description: 'Mug', Quantity: 1, UnitSellingPrice: 9.5 }],
      receivablesInvoiceDFF: [{ storeOrder: '4711' }],
    };
    const answer = await client.rest('POST', 'receivablesInvoices', body);
    expect([answer.status, answer.text]).toEqual([200, expect.stringContaining('"storeOrder":"4711"')]);
  });
});

describe('npm run sandbox', () => {
  const main = fileURLToPath(new URL('../../../sidecar/sandbox/main.ts', import.meta.url));
  const run = promisify(execFile);

  it('says where it is and how to get in, keeps to its options, and ends on a signal', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'sandbox-'));
    try {
      const file = join(folder, 'seed.json');
      await writeFile(file, JSON.stringify(SMALLEST));
      const child = spawn(process.execPath, [
        main,
        '--port',
        '0',
        '--seed',
        file,
        '--profile',
        '25d',
        '--switch',
        'postStatus=200',
        '--token-lifetime',
        '7',
        '--data',
        join(folder, 'ledger.db'),
      ]);
      const out = await new Promise<string>((resolve, reject) => {
        let text = '';
        child.stderr.on('data', (part) => reject(new Error(String(part))));
        child.stdout.on('data', (part) => {
          text += part;
          if (text.includes('/__sandbox')) resolve(text);
        });
      });
      expect(out).toContain('profile 25D');
      expect(out).toContain('client sandbox-client / sandbox-secret');
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(out)?.[0] ?? '';
      const token = await fetch(`${url}/oauth2/v1/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: 'sandbox-client',
          client_secret: 'sandbox-secret',
        }),
      });
      expect(await token.json()).toMatchObject({ expires_in: 7 });
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
    } finally {
      await rm(folder, { recursive: true });
    }
  }, 20_000);

  it('lists its switches and its options', async () => {
    expect((await run(process.execPath, [main, '--switches'])).stdout).toContain(
      'secondApplication = refuse  (refuse|accept)  section 3.2',
    );
    expect((await run(process.execPath, [main, '--help'])).stdout).toContain('--token-lifetime');
  });

  it.each([
    [['--profile', '24A'], '--profile takes 25D or 26D'],
    [['--switch', 'colour'], '--switch takes name=value'],
    [['--switch', 'colour=blue'], 'There is no switch "colour"'],
    [['--seed', '/nowhere.json'], 'nowhere.json'],
  ])('refuses %j, saying why', async (options, text) => {
    await expect(run(process.execPath, [main, '--port', '0', ...options])).rejects.toMatchObject({
      stderr: expect.stringContaining(text),
    });
  });
});
