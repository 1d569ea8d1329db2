import { afterEach } from 'vitest';
import { isJsonObject, type Json, JsonNumber, type JsonObject, parseJson, writeJson } from '../../../sidecar/sandbox/json.ts';
import { type RunningSandbox, type SandboxOptions, startSandbox } from '../../../sidecar/sandbox/start.ts';

const running: RunningSandbox[] = [];
afterEach(async () => {
  for (const sandbox of running.splice(0)) await sandbox.close();
});

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** Numbers as their own digits (JsonNumber); null where the body is no JSON. */
  json: Json | null;
}

/** A client for one sandbox that ends with its test. */
export class Pod {
  readonly sandbox: RunningSandbox;
  constructor(sandbox: RunningSandbox) {
    this.sandbox = sandbox;
  }

  get basic(): string {
    const { user, password } = this.sandbox.credentials;
    return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  }

  async send(method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Answer> {
    const response = await fetch(this.sandbox.url + path, {
      method,
      headers: { authorization: this.basic, ...headers },
      ...(body !== undefined && { body }),
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, json: tryParse(text) };
  }

  /** REST with framework version 4; `path` below the version root of fscmRestApi, or from the root when it starts with /. */
  rest(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Answer> {
    const full = path.startsWith('/') ? path : `/fscmRestApi/resources/11.13.18.05/${path}`;
    const type = path.includes('/action/') ? 'application/vnd.oracle.adf.action+json' : 'application/json';
    return this.send(method, full, body === undefined ? undefined : writeJson(body), {
      'REST-Framework-Version': '4',
      ...(body !== undefined && { 'content-type': type }),
      ...headers,
    });
  }

  /** A POST that must succeed; the created row. */
  async create(path: string, body: unknown): Promise<JsonObject> {
    const answer = await this.rest('POST', path, body);
    if (answer.status !== 201) throw new Error(`POST ${path} answered ${answer.status}: ${answer.text}`);
    return answer.json as JsonObject;
  }

  async get(path: string, query: Record<string, string> = {}): Promise<JsonObject> {
    const text = new URLSearchParams(query).toString().replaceAll('+', '%20');
    const answer = await this.rest('GET', text === '' ? path : `${path}?${text}`);
    if (answer.status !== 200) throw new Error(`GET ${path} answered ${answer.status}: ${answer.text}`);
    return answer.json as JsonObject;
  }

  async items(path: string, query: Record<string, string> = {}): Promise<JsonObject[]> {
    return (await this.get(path, query)).items as JsonObject[];
  }

  async control<T = JsonObject>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await fetch(`${this.sandbox.url}/__sandbox/${path}`, {
      method,
      ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return (await response.json()) as T;
  }

  ledger(): Promise<Ledger> {
    return this.control<Ledger>('GET', 'ledger');
  }
}

/** What the tests look at of the control endpoint's ledger; amounts are decimal texts. */
export interface Ledger {
  invoices: LedgerTransaction[];
  creditMemos: LedgerTransaction[];
  receipts: { id: string; number: string; amount: string; unapplied: string; reversedOn: string | null; progress: string }[];
  applications: {
    id: string;
    fromNumber: string;
    target: string;
    transactionNumber: string | null;
    amount: string;
    isLatest: boolean;
    status: string;
  }[];
  refunds: { amount: string; applicationId: string }[];
  miscellaneousReceipts: { number: string; amount: string; activity: string; method: string }[];
  balances: { account: string; currency: string; entered: string; accounted: string; ledger: string }[];
  balanced: boolean;
  problems: string[];
}
export interface LedgerTransaction {
  id: string;
  number: string;
  amount: string;
  balance: string;
  status: string;
  customerAccountNumber: string;
  distributions: { accountClass: string; lineNumber: string | null; accountCombination: string; amount: string }[];
  installments: { id: string; original: string; balance: string; dueDate: string }[];
}

function tryParse(text: string): Json | null {
  try {
    return parseJson(text);
  } catch {
    return null;
  }
}

export async function pod(options: SandboxOptions = {}): Promise<Pod> {
  const sandbox = await startSandbox(options);
  running.push(sandbox);
  return new Pod(sandbox);
}

/** Digits of a number attribute, text of a text attribute. */
export function value(row: JsonObject | undefined, name: string): string | null {
  const found = row?.[name];
  if (found instanceof JsonNumber) return found.text;
  return typeof found === 'string' ? found : found == null ? null : String(found);
}

/** The rows of a child or of `links`. */
export const rowsOf = (row: JsonObject | undefined, name: string): JsonObject[] => (row?.[name] ?? []) as JsonObject[];

/** Error codes of an answer in the structured shape, or the texts where there is no code. */
export function codes(answer: Answer): string[] {
  const details = isJsonObject(answer.json) ? answer.json['o:errorDetails'] : null;
  if (!Array.isArray(details)) return [answer.text];
  return details.map((detail) => {
    const row = detail as JsonObject;
    return String(row['o:errorCode'] ?? /\(([A-Z]+-\d+)\)$/.exec(String(row.detail))?.[1] ?? row.detail);
  });
}

/** The contract's invoice (section 2.4) with today's dates; parts can be replaced. */
export function invoice(number: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    BusinessUnit: 'Northwind US BU',
    TransactionSource: 'WEB STORE',
    TransactionType: 'Web Invoice',
    TransactionNumber: number,
    InvoiceCurrencyCode: 'USD',
    BillToCustomerNumber: '40017',
    PaymentTerms: 'IMMEDIATE',
    CrossReference: number,
    receivablesInvoiceLines: [line(1, 2, 12.5, [['US SALES TAX', 'CA STATE 7.25', 1.81]])],
    ...more,
  };
}

export function line(number: number, quantity: number, price: number, taxes: [string, string, number][] = [], more: object = {}) {
  return {
    LineNumber: number,
    Description: `Line ${number}`,
    MemoLine: 'Web Product',
    Quantity: quantity,
    UnitSellingPrice: price,
    ...(taxes.length > 0 && {
      receivablesInvoiceLineTaxLines: taxes.map(([TaxRegimeCode, TaxRateCode, TaxAmount]) => ({
        TaxRegimeCode,
        TaxRateCode,
        TaxAmount,
      })),
    }),
    ...more,
  };
}

export function receipt(number: string, amount: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    ReceiptNumber: number,
    BusinessUnit: 'Northwind US BU',
    ReceiptMethod: 'Web Card Payments',
    ReceiptDate: today(),
    Amount: amount,
    Currency: 'USD',
    CustomerAccountNumber: '40017',
    ...more,
  };
}

export function creditMemo(number: string, amount: number, more: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    BusinessUnit: 'Northwind US BU',
    TransactionSource: 'WEB STORE',
    TransactionType: 'Web Credit Memo',
    TransactionNumber: number,
    TransactionDate: today(),
    CreditMemoCurrency: 'USD',
    BillToCustomerNumber: '40017',
    receivablesCreditMemoLines: [
      { LineNumber: 1, LineDescription: 'Returned', MemoLine: 'Web Product', LineQuantityCredit: 1, UnitSellingPrice: -amount },
    ],
    ...more,
  };
}

export const today = (): string => new Date().toISOString().slice(0, 10);
/** The same day in another month: -4 is four months ago. */
export function monthsFromNow(months: number): string {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + months, 15)).toISOString().slice(0, 10);
}

/** The first installment of an invoice, whose id is what receipts are applied to. */
export async function installmentOf(client: Pod, transactionId: string | null): Promise<string> {
  const [first] = await client.items(`receivablesInvoices/${transactionId}/child/receivablesInvoiceInstallments`);
  return value(first, 'InstallmentId') ?? '';
}

export const SOAP = {
  receipts: {
    path: '/fscmService/StandardReceiptService',
    namespace: 'http://xmlns.oracle.com/apps/financials/receivables/receipts/shared/standardReceiptService/commonService/',
  },
  memos: {
    path: '/fscmService/CreditMemoService',
    namespace: 'http://xmlns.oracle.com/apps/financials/receivables/transactions/creditMemos/creditMemoService/',
  },
  miscellaneous: {
    path: '/fscmService/MiscellaneousReceiptService',
    namespace: 'http://xmlns.oracle.com/apps/financials/receivables/receipts/shared/miscellaneousReceiptService/commonService/',
  },
} as const;

/** Text of the first element with a name in a SOAP answer, wherever it stands. */
export const element = (answer: Answer, name: string): string | null =>
  new RegExp(`<(?:\\w+:)?${name}\\b[^>]*>([^<]*)<`).exec(answer.text)?.[1] ?? null;

/** A SOAP call of the financials services: one data object, its fields in order. */
export function soap(
  client: Pod,
  service: { path: string; namespace: string },
  operation: string,
  wrapper: string,
  fields: Record<string, string | number>,
): Promise<Answer> {
  const { namespace, path } = service;
  const inner = Object.entries(fields)
    .map(([name, text]) => `<obj:${name}>${text}</obj:${name}>`)
    .join('');
  const body = `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:typ="${namespace}types/" xmlns:obj="${namespace}"><soapenv:Header/><soapenv:Body><typ:${operation}><typ:${wrapper}>${inner}</typ:${wrapper}></typ:${operation}></soapenv:Body></soapenv:Envelope>`;
  return client.send('POST', path, body, { 'content-type': 'text/xml; charset=utf-8', SOAPAction: `"${namespace}${operation}"` });
}
