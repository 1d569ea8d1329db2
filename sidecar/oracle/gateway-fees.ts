import type { DocumentQuery, PreparedRequest, Trail } from '../apply/ports.ts';
import type { Day } from '../domain/dates.ts';
import type { MiscellaneousReceipt, OracleDocument } from '../domain/documents.ts';
import { err, needsAttention, ok, type Result, retryable } from '../domain/failures.ts';
import { currencyDecimals, formatMinor, ZERO } from '../domain/money.ts';
import type { Reading } from '../reconcile/order-books.ts';
import { amountIn } from './amounts.ts';
import type { OracleHttp } from './http.ts';
import { findBusinessUnit } from './reference-data.ts';
import { createSmallCache } from './small-cache.ts';
import type { SoapClient } from './soap.ts';
import type { SoapElement } from './soap-envelope.ts';
import { SOAP_SERVICES } from './soap-services.ts';
import { clean } from './text.ts';
import { childText, findAll, type XmlNode } from './xml.ts';

/**
 * Gateway fees as miscellaneous receipts. REST has none of them: the web service creates and finds them in every release.
 *
 * Source  contract section 3.3 names the service; operations and attributes as in its page (oeswf 25d) and in requests of the field
 */
export interface GatewayFees {
  create(request: PreparedRequest, trail: Trail): Promise<Result<OracleDocument>>;
  find(query: DocumentQuery, trail: Trail): Promise<Result<OracleDocument | null>>;
  /** One page of a business unit's miscellaneous receipts of a receipt date. */
  ofDay(
    query: { businessUnit: string; day: Day; offset: number },
    trail: Trail,
  ): Promise<Result<{ readings: Reading[]; next: number | null }>>;
  byId(id: string, trail: Trail): Promise<Result<Reading | null>>;
  /** Whether a miscellaneous receipt of the business unit is on an activity: then the activity is of the right type. */
  anyOn(query: { businessUnit: string; activity: string }, trail: Trail): Promise<Result<boolean>>;
}

const COMMENTS_MAX = 2000;
/** Found at once; ADF services answer at most 500. */
const PAGE = 500;

/** What is frozen with the intent: the data object, but for the business unit's id, which is looked up when it is sent. */
export function prepareGatewayFee(fee: MiscellaneousReceipt): PreparedRequest {
  const body = {
    BusinessUnit: fee.businessUnit,
    CurrencyCode: fee.currency,
    Amount: formatMinor(fee.amount, fee.decimals),
    ReceiptNumber: fee.number,
    ReceiptDate: fee.date,
    GlDate: fee.accountingDate,
    ReceiptMethodName: fee.receiptMethod,
    ReceivableActivityName: fee.activity,
    ...(fee.remittanceBankAccount && { BankAccountNumber: fee.remittanceBankAccount }),
    ...(fee.conversion && { ExchangeRateType: fee.conversion.type, ExchangeDate: fee.conversion.date }),
    ...(fee.conversion?.type === 'User' && fee.conversion.rate !== undefined && { ExchangeRate: fee.conversion.rate }),
    Comments: clean(fee.comments, COMMENTS_MAX),
  };
  const { path } = SOAP_SERVICES.miscReceipts;
  const { kind, number, decimals } = fee;
  return { kind, number, decimals, path, contentType: 'text/xml', body: JSON.stringify(body) };
}

export function createGatewayFees({
  http,
  soap,
  clock,
}: {
  http: OracleHttp;
  soap: SoapClient;
  clock: () => number;
}): GatewayFees {
  const units = createSmallCache(100);
  async function unitId(name: string, trail: Trail): Promise<Result<string>> {
    const known = units.get(name);
    if (known !== undefined) return ok(known);
    const unit = await findBusinessUnit(http, name, trail);
    if (!unit.ok) return unit;
    units.set(name, unit.value.id);
    return ok(unit.value.id);
  }
  async function list(
    criteria: Record<string, string>,
    about: { operation: string; number?: string },
    trail: Trail,
    { offset = 0, size = PAGE } = {},
  ): Promise<Result<XmlNode[]>> {
    const found = await soap.perform(
      {
        act: 'findMiscellaneousReceipt',
        ...about,
        subject: 'receipt',
        writes: false,
        object: {
          'adf:fetchStart': String(offset),
          'adf:fetchSize': String(size),
          'adf:filter': { 'adf:group': { 'adf:item': Object.entries(criteria).map(criterion) } },
        },
        // The schema of ADF services asks for it.
        further: { 'typ:findControl': { 'adf:retrieveAllTranslations': 'false' } },
      },
      trail,
    );
    return found.ok ? ok(receiptsIn(found.value)) : found;
  }
  return {
    async create(request, trail) {
      const { BusinessUnit, Amount = '', ...object } = JSON.parse(request.body) as Record<string, string>;
      const org = await unitId(BusinessUnit ?? '', trail);
      if (!org.ok) return org;
      const { number, decimals } = request;
      const made = await soap.perform(
        {
          act: 'createMiscellaneousReceipt',
          operation: 'create gateway fee',
          subject: 'receipt',
          number,
          writes: true,
          // An amount names its currency, as requests of the field do (AmountType of ADF services).
          object: { ...object, Amount: { '@_currencyCode': object.CurrencyCode ?? '', '#text': Amount }, OrgId: org.value },
        },
        trail,
      );
      if (!made.ok) return made;
      const document = receiptsIn(made.value).map((node) => toDocument(node, decimals))[0];
      if (document) return ok(document);
      const message = `Oracle answered create gateway fee ${number} with something that is no receipt.`;
      return err(retryable('oracle.answer_unreadable', message, { outcomeUnknown: true }));
    },
    async find(query, trail) {
      const { number, decimals } = query;
      const org = await unitId(query.businessUnit, trail);
      if (!org.ok) return org;
      const rows = await list({ ReceiptNumber: number }, { operation: 'find gateway fee', number }, trail);
      if (!rows.ok) return rows;
      const [only, ...others] = rows.value.filter(
        (node) => childText(node, 'ReceiptNumber') === number && (childText(node, 'OrgId') ?? org.value) === org.value,
      );
      if (!only) return ok(null);
      if (others.length > 0) {
        return err(
          needsAttention(
            'oracle.several_documents',
            `Oracle holds ${1 + others.length} miscellaneous receipts with the number ${number}; expected is one.`,
            'Reverse in Oracle those that AR Bridge did not make, and give them another number; then resume.',
          ),
        );
      }
      const document = toDocument(only, decimals);
      return document ? ok(document) : err(unreadable(number));
    },
    async ofDay({ businessUnit, day, offset }, trail) {
      const org = await unitId(businessUnit, trail);
      if (!org.ok) return org;
      const criteria = { OrgId: org.value, ReceiptDate: day };
      const rows = await list(criteria, { operation: 'list gateway fees of a day' }, trail, { offset });
      if (!rows.ok) return rows;
      const readings: Reading[] = [];
      for (const node of rows.value) {
        const reading = toReading(node, businessUnit, clock());
        if (!reading) return err(unreadable(childText(node, 'ReceiptNumber') ?? `of ${day}`));
        readings.push(reading);
      }
      return ok({ readings, next: readings.length < PAGE ? null : offset + readings.length });
    },
    async byId(id, trail) {
      const rows = await list({ CashReceiptId: id }, { operation: 'read gateway fee back' }, trail);
      if (!rows.ok) return rows;
      const node = rows.value.find((each) => childText(each, 'CashReceiptId') === id);
      if (!node) return ok(null);
      const reading = toReading(node, null, clock());
      return reading ? ok(reading) : err(unreadable(id));
    },
    async anyOn({ businessUnit, activity }, trail) {
      const org = await unitId(businessUnit, trail);
      if (!org.ok) return org;
      const criteria = { OrgId: org.value, ReceivableActivityName: activity };
      const rows = await list(criteria, { operation: 'test gateway fees' }, trail, { size: 1 });
      return rows.ok ? ok(rows.value.length > 0) : rows;
    },
  };
}

const criterion = ([attribute, value]: [string, string]): SoapElement => ({
  'adf:conjunction': 'And',
  'adf:attribute': attribute,
  'adf:operator': '=',
  'adf:value': value,
});

/** Data objects of an answer: `result` itself, or `Value`s in it. */
const receiptsIn = (body: XmlNode): XmlNode[] =>
  [...findAll(body, 'result'), ...findAll(body, 'Value')].filter((node) => childText(node, 'CashReceiptId') !== null);

function toDocument(node: XmlNode, decimals: number): OracleDocument | null {
  const id = childText(node, 'CashReceiptId');
  if (id === null || !/^\d+$/.test(id)) return null;
  return {
    kind: 'gateway-fee',
    id,
    number: childText(node, 'ReceiptNumber') ?? '',
    enteredAmount: amountIn(childText(node, 'Amount'), decimals),
    open: ZERO,
    currency: childText(node, 'CurrencyCode'),
    crossReference: null,
    customerAccountNumber: null,
    conversionRate: childText(node, 'ExchangeRate'),
  };
}

function toReading(node: XmlNode, businessUnit: string | null, readAtMs: number): Reading | null {
  const currency = childText(node, 'CurrencyCode');
  const decimals = currency === null ? null : currencyDecimals(currency);
  const document = toDocument(node, decimals?.ok ? decimals.value : 2);
  if (!document) return null;
  return {
    number: document.number,
    kind: 'gateway-fee',
    oracleId: document.id,
    readAtMs,
    found: true,
    currency,
    entered: document.enteredAmount,
    open: 0,
    accountingDate: childText(node, 'GlDate'),
    status: null,
    reversedOn: null,
    crossReference: null,
    accountNumber: null,
    businessUnit,
    renamedTo: null,
  };
}

const unreadable = (number: string) =>
  retryable('oracle.answer_unreadable', `Oracle shows the miscellaneous receipt ${number} without its id.`);
