import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { JsonNumber, type JsonObject } from '../../../sidecar/sandbox/json.ts';
import { startSandbox } from '../../../sidecar/sandbox/start.ts';
import { creditMemo, invoice, line, Pod, receipt, SOAP, soap, value } from './support.ts';

/**
 * What Oracle's machine-readable definition says, read here without the sandbox's loader: attributes and types by path, such as
 * receivablesInvoices.receivablesInvoiceLines.
 */
type Types = Record<string, string>;
const FOLDER = new URL('../../fixtures/oracle-rest/', import.meta.url);
const expected = new Map<string, Types>();
const roots = new Map<string, string>();

function take(path: string, shape: Record<string, unknown>): void {
  const types = expected.get(path) ?? {};
  expected.set(path, types);
  for (const [name, type] of Object.entries(shape)) {
    if (typeof type === 'string') types[name] = type;
    else if (Array.isArray(type)) take(`${path}.${name}`, (type[0] ?? {}) as Record<string, unknown>);
  }
}

for (const file of readdirSync(FOLDER)) {
  const raw = JSON.parse(readFileSync(new URL(file, FOLDER), 'utf8'));
  if (file === 'lov.json') {
    for (const [name, list] of Object.entries<{ path: string | null; attributes: Types; children?: Record<string, Types> }>(
      raw.resources,
    )) {
      if (list.path === null) continue;
      roots.set(name, list.path);
      take(name, list.attributes);
      for (const [child, types] of Object.entries(list.children ?? {})) take(`${name}.${child}`, types);
    }
    continue;
  }
  const context = raw.resource.startsWith('hub') ? 'crmRestApi' : 'fscmRestApi';
  roots.set(raw.resource, `/${context}/resources/11.13.18.05/${raw.resource}`);
  for (const { method, path, response } of raw.operations) {
    if (method !== 'GET' || !response) continue;
    const dotted = path
      .replaceAll(/\/:\w+/g, '')
      .replace(/^\//, '')
      .replaceAll('/child/', '.');
    take(dotted, response.items?.[0] ?? response);
  }
}

const childrenOf = (path: string): string[] => {
  const start = `${path}.`;
  return [...expected.keys()].filter((other) => other.startsWith(start) && !other.slice(start.length).includes('.'));
};

const SAMPLES: Record<string, unknown> = { string: 'Y', integer: '300100234567890123', number: '12.34', boolean: true };
const sampleOf = (name: string, type: string): unknown =>
  type === 'string' && name.includes('Date') ? '2026-01-31' : SAMPLES[type];

/** A row with every attribute filled, and one of each child. */
function sample(path: string): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [name, type] of Object.entries(expected.get(path) ?? {})) row[name] = sampleOf(name, type);
  for (const child of childrenOf(path)) row[child.split('.').at(-1) ?? ''] = [sample(child)];
  return row;
}

/** Everything a row says that the definition does not, and the other way round. */
function differences(path: string, row: JsonObject): string[] {
  const types = expected.get(path) ?? {};
  const found: string[] = [];
  for (const name of Object.keys(types)) if (!(name in row)) found.push(`${path}.${name} is missing`);
  for (const [name, held] of Object.entries(row)) {
    if (name === 'links' && !('links' in types)) continue;
    const type = types[name];
    if (type === undefined) found.push(`${path}.${name} is not defined`);
    else if (held !== null && !isOfType(held, type)) found.push(`${path}.${name} is no ${type}`);
  }
  return found;
}

function isOfType(held: unknown, type: string): boolean {
  if (type === 'integer') return held instanceof JsonNumber && /^-?\d+$/.test(held.text);
  if (type === 'number') return held instanceof JsonNumber;
  return typeof held === type;
}

/** Rows that nobody can make here, and why. Their attributes are still compared in `describe`. */
const WITHOUT_ROWS: Record<string, string> = {
  erpintegrations: 'a bulk request is never kept',
  'hubOrganizations.Address.AddressLocale': 'Oracle makes these for its phonetic locales',
  'hubOrganizations.OrganizationInformation': 'a flexfield without a create operation',
  'hubOrganizations.smartActions': 'offers of the user interface',
  'hubOrganizations.smartActions.UserActionNavigation': 'below the above',
  'hubOrganizations.smartActions.UserActionRequestPayload': 'below the above',
  'hubOrganizations.smartActions.UserActionURLBinding': 'below the above',
  'valueSets.validationTable': 'the seed has independent value sets only',
  'unitsOfMeasure.intraclassConversions': 'the seed has no conversions',
  'unitsOfMeasure.DFF': 'a flexfield without a create operation',
  'receiptMethods.receiptMethodDFF': 'a flexfield without a create operation',
  'receivablesCustomerAccountActivities.creditMemoApplications.creditMemoApplicationDFF':
    'applications come by SOAP or action, without flexfields',
  'receivablesCustomerAccountActivities.standardReceiptApplications.standardReceiptApplicationDFF': 'the same',
  'receivablesCustomerAccountSiteActivities.creditMemoApplications.creditMemoApplicationDFF': 'the same',
  'receivablesCustomerAccountSiteActivities.standardReceiptApplications.standardReceiptApplicationDFF': 'the same',
};

interface Described {
  attributes: { name: string; type: string; creatable: boolean }[];
  collection: { actions: { name: string }[]; finders: { name: string; attributes: { name: string; type: string }[] }[] };
  children: Record<string, Described>;
}

async function described(client: Pod, name: string): Promise<Described> {
  const { Resources } = (await client.get(`${roots.get(name)}/describe`)) as unknown as { Resources: Record<string, Described> };
  const found = Resources[name];
  if (!found) throw new Error(`${name} is not described`);
  return found;
}

describe('every resource of the definition', () => {
  const seen = new Map<string, Set<string>>();
  const wrong: string[] = [];
  let client: Pod;

  beforeAll(async () => {
    const switches = { otherCustomer: 'accept' } as const;
    // Adjustments are read-only: the seed must name an invoice, whose id a first run tells.
    const first = new Pod(await startSandbox({ seed: seedWith('0'), switches }));
    const id = await fill(first);
    await first.sandbox.close();
    client = new Pod(await startSandbox({ seed: seedWith(id), switches }));
    expect(await fill(client)).toBe(id);
    for (const name of roots.keys()) await visit(name, roots.get(name) ?? '', await described(client, name));
    return () => client.sandbox.close();
  }, 60_000);

  /** Reads a collection and everything below its rows; what is empty and can be written gets a row first. */
  async function visit(path: string, url: string, shape: Described): Promise<void> {
    let rows = await client.items(url, { limit: '5' });
    if (rows.length === 0 && path.includes('.') && shape.collection.actions.some((action) => action.name === 'create')) {
      const body = Object.fromEntries(
        shape.attributes.filter((attribute) => attribute.creatable).map(({ name, type }) => [name, sampleOf(name, type)]),
      );
      await client.rest('POST', url, body);
      rows = await client.items(url, { limit: '5' });
    }
    for (const row of rows) {
      wrong.push(...differences(path, row));
      const filled = seen.get(path) ?? new Set();
      for (const [name, held] of Object.entries(row)) if (held !== null) filled.add(name);
      seen.set(path, filled);
      for (const link of row.links as JsonObject[]) {
        const child = `${path}.${String(link.name)}`;
        const below = shape.children[String(link.name)];
        if (link.rel !== 'child' || !expected.has(child) || !below) continue;
        await visit(child, String(link.href).replace(client.sandbox.url, ''), below);
      }
    }
  }

  it('answers exactly the attributes, in the types, that it has', () => expect(wrong).toEqual([]));

  it('was seen with rows, but for some', () => {
    const without = [...expected.keys()].filter((path) => !seen.has(path));
    expect(without.sort()).toEqual(Object.keys(WITHOUT_ROWS).sort());
  });

  it('is described with exactly these attributes and types', async () => {
    for (const name of roots.keys()) compare(name, await described(client, name));
  });

  it('understands every variable of every finder of documents and parties', async () => {
    // The finders of lists ask much that only a pod's set-up knows, and import is not simulated.
    const documents = readdirSync(FOLDER)
      .map((file) => file.replace('.json', ''))
      .filter((name) => name !== 'lov' && name !== 'erpintegrations');
    const refused: string[] = [];
    for (const name of documents) {
      const { collection } = await described(client, name);
      for (const finder of collection.finders) {
        for (const variable of finder.attributes) {
          const text = `${finder.name};${variable.name}=${sampleOf(variable.name, variable.type)}`;
          const answer = await client.rest('GET', `${roots.get(name)}?finder=${encodeURIComponent(text)}`);
          if (answer.status !== 200) refused.push(`${name} ${finder.name};${variable.name}`);
        }
      }
    }
    expect(refused).toEqual([]);
  });

  function compare(path: string, shape: Described): void {
    expect([path, Object.fromEntries(shape.attributes.map(({ name, type }) => [name, type]))]).toEqual([
      path,
      expected.get(path),
    ]);
    const added = Object.keys(shape.children).filter((name) => !expected.has(`${path}.${name}`));
    // Children that Oracle's pages document and its machine-readable files leave out.
    expect(added.filter((name) => !['attachments', 'notes'].includes(name))).toEqual([]);
    for (const child of childrenOf(path)) {
      const below = shape.children[child.split('.').at(-1) ?? ''];
      if (!below) throw new Error(`${child} is not described`);
      compare(child, below);
    }
  }
});

function seedWith(adjusted: string): object {
  const seed = JSON.parse(readFileSync(new URL('../../../sidecar/sandbox/seeds/default.json', import.meta.url), 'utf8'));
  seed.records = Object.fromEntries([...roots.keys()].map((name) => [name, [sample(name)]]));
  seed.records.receivablesAdjustments[0].CustomerTransactionId = adjusted;
  seed.revenueSchedulingRules = ['Immediate'];
  return seed;
}

/** Documents of each kind and what was done with them; answers the id of the adjusted invoice. */
async function fill(client: Pod): Promise<string> {
  const made = await client.create(
    'receivablesInvoices',
    invoice('WEB-1', { receivablesInvoiceLines: [line(1, 1, 100, [['US SALES TAX', 'CA STATE 7.25', 7.25]])] }),
  );
  const id = value(made, 'CustomerTransactionId') ?? '';
  const memo = creditMemo('WEB-R1', 10);
  Object.assign((memo.receivablesCreditMemoLines as object[])[0] ?? {}, {
    receivablesCreditMemoLineTaxLines: [{ TaxRegimeCode: 'US SALES TAX', TaxRateCode: 'CA STATE 7.25', TaxAmount: -1 }],
  });
  await client.create('receivablesCreditMemos', memo);
  const references = [{ ReceiptMatchBy: 'Transaction Number', ReferenceNumber: 'WEB-1' }];
  await client.create('standardReceipts', receipt('WEB-1-P1', 50, { remittanceReferences: references }));
  await client.create('standardReceipts', receipt('WEB-1-P2', 5, { CustomerAccountNumber: '40051' }));
  const applied = [
    await soap(client, SOAP.receipts, 'createApplyReceipt', 'applyReceipt', {
      ReceiptNumber: 'WEB-1-P1',
      TransactionNumber: 'WEB-1',
      AmountApplied: 40,
    }),
    await soap(client, SOAP.receipts, 'createApplyReceipt', 'applyReceipt', {
      ReceiptNumber: 'WEB-1-P2',
      TransactionNumber: 'WEB-1',
      AmountApplied: 5,
    }),
    await soap(client, SOAP.memos, 'createApplyOnAccountCreditMemo', 'applyOnAccountCreditMemo', {
      CreditMemoTrxNumber: 'WEB-R1',
      InvoiceTrxNumber: 'WEB-1',
      AmountApplied: 4,
    }),
  ];
  expect(applied.map((answer) => answer.status)).toEqual([200, 200, 200]);
  return id;
}
