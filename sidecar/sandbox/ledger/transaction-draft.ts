import { one } from '../database.ts';
import { fits, readDecimal, toMinor } from '../decimal.ts';
import { Issues, OracleError } from '../errors.ts';
import { childPayloads, type Payload, text } from '../rest/payload.ts';
import {
  inForce,
  type Ledger,
  type PaymentTerms,
  type TransactionSource,
  type TransactionType,
  type Unit,
} from '../seed/setup.ts';
import { type Call, maySee, nextNumber } from '../world.ts';
import { bringAmounts } from './brought-amounts.ts';
import { type Conversion, findConversion } from './conversion.ts';
import { type AccountRow, checkShipTo, findBillTo, hasProfile, type SiteUseRow } from './customers.ts';
import { type DraftDistribution, drawDistributions } from './distributions.ts';
import { accountingDate } from './document-date.ts';
import { type DraftLine, draftLines } from './transaction-lines.ts';
import type { TransactionNames } from './transaction-names.ts';

/** An invoice or credit memo, resolved and checked, not yet in the ledger. Amounts are minor units of `currency`. */
export interface Draft {
  names: TransactionNames;
  class: string;
  number: string;
  unit: Unit;
  ledger: Ledger;
  source: TransactionSource;
  type: TransactionType;
  date: string;
  accountingDate: string;
  currency: string;
  decimals: number;
  conversion: Conversion;
  account: AccountRow;
  siteUse: SiteUseRow;
  terms: PaymentTerms | null;
  complete: boolean;
  lines: DraftLine[];
  /** Header freight. */
  freight: number;
  total: number;
  distributions: DraftDistribution[];
  payload: Payload;
}

/**
 * Resolves a transaction against the set-up and checks every rule that Oracle documents for it.
 *
 * Fails  OracleError 400 with all issues found
 */
export function draftTransaction(call: Call, payload: Payload, names: TransactionNames): Draft {
  const { setup } = call.world;
  const issues = new Issues();

  const unit = setup.unit(text(payload, 'BusinessUnit') ?? '');
  if (!unit?.active || !maySee(call, unit.name)) {
    // Everything else is looked up in the unit's sets: nothing more can be said.
    issues.add('AR_BU_NOT_FOUND', "The business unit entered doesn't exist.", '/BusinessUnit');
    throw new OracleError(400, issues.found);
  }
  const ledger = setup.ledgerOf(unit);
  const today = call.today;
  const date = text(payload, 'TransactionDate') ?? today;
  const source = findSource(call, unit, payload, date, issues);
  const type = source && findType(call, unit, source, payload, names, date, issues);
  const billTo = findBillTo(call, unit, customerNames(payload, 'BillTo', 'BillToSite'), issues);
  checkShipTo(call, customerNames(payload, 'ShipTo', names.shipToSite), names.shipToSite, issues);
  const accounting = accountingDate(call, ledger, text(payload, 'AccountingDate'), date, issues);
  const currency = findCurrency(call, ledger, text(payload, names.currency), names.currency, issues);
  const decimals = setup.decimals(currency);
  const conversion = findConversion(
    call,
    ledger,
    currency,
    date,
    { type: text(payload, 'ConversionRateType'), date: text(payload, names.rateDate), rate: text(payload, 'ConversionRate') },
    { type: 'ConversionRateType', rate: 'ConversionRate' },
    issues,
  );
  const terms = type && names.resource === 'receivablesInvoices' ? findTerms(call, unit, type, payload, date, issues) : null;
  checkReferences(call, payload, names, issues);
  if (billTo && call.world.switches.invoiceNeedsProfile === 'on' && !hasProfile(call, billTo.account.id)) {
    issues.add('SBX_NO_CUSTOMER_PROFILE', 'The bill-to customer account has no profile.', '/BillToCustomerNumber');
  }
  if (!unit.remitTo) issues.add('AR-855322', "The default remit-to address couldn't be set.", '/RemitToAddress');
  const context = { unit, currency, decimals, date, names };
  const lines = draftLines(call, context, payload, issues);
  const freight = bringAmounts(call, context, payload, lines, headerFreight(call, payload, names, type, decimals, issues));
  // Lines, types and customers are needed from here on.
  issues.throwIfAny();
  if (!source || !type || !billTo) throw new Error('A missing reference must have been refused');

  const total = lines.reduce((sum, line) => sum + line.amount + line.freight + line.tax, freight);
  checkSign(call, names, type, total, issues);
  const complete = wantsComplete(call, payload, names, issues);
  const number = takeNumber(call, unit, ledger, source, payload, names, issues);
  const distributions = drawDistributions(
    call,
    {
      unit,
      ledger,
      type,
      names,
      lines,
      freight,
      total,
      currency,
      decimals,
      ledgerDecimals: setup.decimals(ledger.currency),
      conversion,
      accountingDate: accounting,
    },
    childPayloads(payload, names.distributions),
    issues,
  );
  issues.throwIfAny();
  return {
    names,
    class: type.class,
    number,
    unit,
    ledger,
    source,
    type,
    date,
    accountingDate: accounting,
    currency,
    decimals,
    conversion,
    ...billTo,
    terms: terms ?? null,
    complete,
    lines,
    freight,
    total,
    distributions,
    payload,
  };
}

const customerNames = (payload: Payload, role: 'BillTo' | 'ShipTo', site: string) => ({
  number: text(payload, `${role}CustomerNumber`),
  name: text(payload, `${role}CustomerName`),
  site: text(payload, site),
});

function findSource(call: Call, unit: Unit, payload: Payload, date: string, issues: Issues): TransactionSource | undefined {
  const source = call.world.setup.source(unit, text(payload, 'TransactionSource') ?? '');
  if (source && inForce(source, date)) return source;
  issues.add('AR_BATCH_SOURCE_NOT_FOUND', "The transaction source entered doesn't exist.", '/TransactionSource');
  return undefined;
}

/** The type must be of the right class and attached to the source (contract section 13, "seen in the field"). */
function findType(
  call: Call,
  unit: Unit,
  source: TransactionSource,
  payload: Payload,
  names: TransactionNames,
  date: string,
  issues: Issues,
): TransactionType | undefined {
  const name = text(payload, 'TransactionType') ?? source.defaultType;
  const type = call.world.setup.type(unit, name ?? '');
  const attached = type !== undefined && (source.types === undefined || source.types.includes(type.name));
  if (type && attached && names.classes.includes(type.class) && inForce(type, date)) return type;
  issues.add(
    'AR_INVAL_CUST_TRX_TYPE_ID',
    `The transaction type isn't valid for a ${names.noun} of this source.`,
    '/TransactionType',
  );
  return undefined;
}

/** The document's currency; the ledger's where none is sent. */
export function findCurrency(call: Call, ledger: Ledger, sent: string | undefined, attribute: string, issues: Issues): string {
  const { setup, switches } = call.world;
  if (sent === undefined || sent === ledger.currency) return ledger.currency;
  if (!setup.currencyEnabled(sent)) {
    issues.add('SBX_INVALID_CURRENCY', `The currency ${sent} isn't valid.`, `/${attribute}`);
    return ledger.currency;
  }
  if (switches.foreignCurrency === 'ledger-only') {
    issues.add('AR_FUNC_CURRENCY_REQ', 'The currency entered is invalid. Only the ledger currency may be used.', `/${attribute}`);
  }
  return sent;
}

function findTerms(
  call: Call,
  unit: Unit,
  type: TransactionType,
  payload: Payload,
  date: string,
  issues: Issues,
): PaymentTerms | null {
  const { setup, seed } = call.world;
  const name = text(payload, 'PaymentTerms') ?? type.paymentTerms ?? seed.paymentTerms[0]?.name;
  const terms = setup.terms(unit, name ?? '');
  if (terms && inForce(terms, date)) return terms;
  if (name === undefined) return null;
  issues.add('SBX_INVALID_PAYMENT_TERMS', `The payment terms ${name} aren't valid for this business unit.`, '/PaymentTerms');
  return null;
}

/** References that only some documents carry. */
function checkReferences(call: Call, payload: Payload, names: TransactionNames, issues: Issues): void {
  const { setup, seed, switches } = call.world;
  const method = text(payload, 'ReceiptMethod');
  if (method !== undefined && !setup.receiptMethod(method)) {
    issues.add('AR_INVAL_RECEIPT_MTH_ID', "The receipt method isn't valid.", '/ReceiptMethod');
  }
  const reason = text(payload, 'CreditReason');
  if (reason !== undefined && !setup.lookupCode('CREDIT_MEMO_REASON', reason, switches.creditReasonMatch)) {
    issues.add('SBX_INVALID_CREDIT_REASON', `The credit reason ${reason} isn't valid.`, '/CreditReason');
  }
  const entity = text(payload, 'LegalEntityIdentifier');
  const known = seed.legalEntities.map((row) => row.identifier);
  if (entity !== undefined && known.length > 0 && !known.includes(entity)) {
    issues.add('SBX_INVALID_LEGAL_ENTITY', `The legal entity ${entity} isn't valid.`, '/LegalEntityIdentifier');
  }
  for (const [index, row] of childPayloads(payload, names.lines).entries()) {
    const rule = text(row, 'AccountingRule');
    if (rule !== undefined && seed.revenueSchedulingRules.length > 0 && !seed.revenueSchedulingRules.includes(rule)) {
      issues.add(
        'SBX_INVALID_ACCOUNTING_RULE',
        `The revenue scheduling rule ${rule} isn't valid.`,
        `/${names.lines}/${index}/AccountingRule`,
      );
    }
  }
}

function headerFreight(
  call: Call,
  payload: Payload,
  names: TransactionNames,
  type: TransactionType | undefined,
  decimals: number,
  issues: Issues,
): number {
  const sent = text(payload, names.freight);
  if (sent === undefined) return 0;
  const value = readDecimal(sent);
  const minor = value && fits(value, decimals) ? toMinor(value, decimals) : null;
  if (minor === null) {
    issues.add('SBX_AMOUNT_PRECISION', `The freight amount ${sent} isn't an amount of this currency.`, `/${names.freight}`);
    return 0;
  }
  if (minor !== 0 && type && !type.allowFreight && call.world.switches.headerFreight === 'by-type') {
    issues.add('SBX_FREIGHT_NOT_ALLOWED', `The transaction type ${type.name} doesn't allow freight.`, `/${names.freight}`);
  }
  return minor;
}

/** Credit memos lower what a customer owes, invoices raise it; the type's creation sign may say more. */
function checkSign(call: Call, names: TransactionNames, type: TransactionType, total: number, issues: Issues): void {
  if (call.world.switches.lineSign === 'allow') return;
  const isMemo = names.resource === 'receivablesCreditMemos';
  const wrong = isMemo ? total > 0 : total < 0 && type.creationSign !== 'negative' && type.creationSign !== 'any';
  if (wrong || (type.creationSign === 'positive' && total < 0) || (type.creationSign === 'negative' && total > 0)) {
    issues.add(
      'SBX_CREATION_SIGN',
      `The total of this ${names.noun} doesn't have the sign that type ${type.name} asks for.`,
      `/${names.lines}`,
    );
  }
}

function wantsComplete(call: Call, payload: Payload, names: TransactionNames, issues: Issues): boolean {
  const sent = text(payload, 'InvoiceStatus');
  if (sent !== undefined && sent !== 'Complete') {
    issues.add('SBX_INVALID_STATUS', 'The status of a new invoice can only be Complete.', '/InvoiceStatus');
  }
  const status = sent ?? (text(payload, 'AllowCompletion') === 'N' ? 'Incomplete' : call.world.switches.createdStatus);
  if (status === 'Complete' && childPayloads(payload, names.lines).length === 0 && text(payload, names.freight) === undefined) {
    issues.add('SBX_NO_LINES', `A complete ${names.noun} needs at least one line.`, `/${names.lines}`);
  }
  return status === 'Complete';
}

/** The number sent, or the source's next; unique as the switch duplicateScope says (AR-855040). */
function takeNumber(
  call: Call,
  unit: Unit,
  ledger: Ledger,
  source: TransactionSource,
  payload: Payload,
  names: TransactionNames,
  issues: Issues,
): string {
  const sent = text(payload, 'TransactionNumber');
  const { world } = call;
  const { switches } = world;
  const where = {
    source: ['source = ? AND business_unit = ?', source.name, unit.name],
    'business-unit': ['business_unit = ?', unit.name],
    ledger: ['ledger = ?', ledger.name],
  } as const;
  const isTaken = (number: string): boolean => {
    const [condition, ...values] = where[switches.duplicateScope];
    return one(world.db, `SELECT 1 FROM trx WHERE number = ? AND ${condition}`, number, ...values) !== undefined;
  };
  const made = (): string => {
    for (;;) {
      const number = String(nextNumber(world, `trx:${source.set}:${source.name}`, source.nextNumber));
      if (!isTaken(number)) return number;
    }
  };
  if (source.automaticNumbering) {
    if (sent !== undefined && switches.automaticNumbering === 'refuse') {
      issues.add('SBX_NUMBER_NOT_ALLOWED', `The source ${source.name} numbers its transactions itself.`, '/TransactionNumber');
    }
    return made();
  }
  if (sent === undefined) {
    // Oracle's samples leave the number of a credit memo out (contract section 13): it is generated.
    if (names.resource === 'receivablesCreditMemos' || source.automaticNumbering === undefined) return made();
    issues.add('27014', 'You must provide a value for the attribute TransactionNumber.', '/TransactionNumber');
    return '';
  }
  if (isTaken(sent)) issues.add('AR-855040', `The transaction number ${sent} already exists.`, '/TransactionNumber');
  return sent;
}
