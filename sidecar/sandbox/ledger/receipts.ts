import { insert, one, update } from '../database.ts';
import { Issues, OracleError, refuse } from '../errors.ts';
import { type Payload, text } from '../rest/payload.ts';
import { inForce, type Ledger, type ReceiptMethod, type Unit } from '../seed/setup.ts';
import { type Call, createdBy, maySee, nextId, nextNumber, type Who } from '../world.ts';
import { type Conversion, findConversion } from './conversion.ts';
import { type AccountRow, findAccount, type SiteUseRow, siteUsesOf } from './customers.ts';
import { accountingDate } from './document-date.ts';
import { post } from './journal.ts';
import { readAmount } from './transaction-lines.ts';
import { rateOf, stored, unitAccount } from './transactions.ts';

/** A standard receipt as the ledger holds it; amounts in minor units of its currency. */
export interface ReceiptRow extends Who {
  id: string;
  number: string | null;
  business_unit: string;
  ledger: string;
  method: string;
  currency: string;
  rate: string | null;
  rate_type: string | null;
  rate_date: string | null;
  rate_sent: number;
  amount: number;
  unapplied: number;
  date: string;
  accounting_date: string;
  account_id: string | null;
  site_use_id: string | null;
  /** approved, confirmed, remitted or cleared. */
  progress: string;
  bank_account: string | null;
  cash_account: string;
  reversed_on: string | null;
  reversal_category: string | null;
  reversal_reason: string | null;
  reversal_comments: string | null;
  data: string;
}

export const receiptById = (call: Call, id: string): ReceiptRow | undefined =>
  one<ReceiptRow>(call.world.db, 'SELECT * FROM receipt WHERE id = ?', id);

/** Where a method remits to: the account named, or the primary one for unit and currency. */
interface Remittance {
  number: string | null;
  cash: string;
}

/**
 * Checks and books a standard receipt (contract section 3). Remittance references are children and handled by their own collection.
 *
 * Out    its id
 * Fails  OracleError 400 with all issues found
 */
export function createReceipt(call: Call, payload: Payload): string {
  const { setup, db } = call.world;
  const issues = new Issues();
  const unit = setup.unit(text(payload, 'BusinessUnit') ?? '');
  if (!unit?.active || !maySee(call, unit.name)) {
    issues.add('AR_RAPI_BU_INVALID', 'The business unit is invalid.', '/BusinessUnit');
    throw new OracleError(400, issues.found);
  }
  const ledger = setup.ledgerOf(unit);
  const date = text(payload, 'ReceiptDate') ?? call.today;
  const currency = text(payload, 'Currency') ?? ledger.currency;
  if (!setup.currencyEnabled(currency)) issues.add('AR_RAPI_CURR_CODE_INVALID', 'The currency is invalid.', '/Currency');
  const amount = receiptAmount(call, payload, currency, issues);
  const method = findMethod(call, text(payload, 'ReceiptMethod') ?? '', date, issues);
  const remittance = method && findRemittance(unit, method, currency, text(payload, 'RemittanceBankAccountNumber'), issues);
  const customer = findCustomer(call, payload, issues);
  const accounting = accountingDate(call, ledger, text(payload, 'AccountingDate'), date, issues);
  const conversion = findConversion(
    call,
    ledger,
    currency,
    date,
    { type: text(payload, 'ConversionRateType'), date: text(payload, 'ConversionDate'), rate: text(payload, 'ConversionRate') },
    { type: 'ConversionRateType', rate: 'ConversionRate' },
    issues,
  );
  issues.throwIfAny();
  if (!method || !remittance) throw new Error('A missing receipt method must have been refused');
  const number = text(payload, 'ReceiptNumber') ?? String(nextNumber(call.world, `receipt:${unit.name}`, 1));
  refuseDuplicate(call, number, date, amount, customer.account?.id ?? null);

  const id = nextId(call.world);
  insert(db, 'receipt', {
    id,
    number,
    business_unit: unit.name,
    ledger: ledger.name,
    method: method.name,
    currency,
    ...conversionColumns(conversion),
    amount,
    unapplied: amount,
    date,
    accounting_date: accounting,
    account_id: customer.account?.id ?? null,
    site_use_id: customer.siteUse?.id ?? null,
    progress: method.clearance,
    bank_account: remittance.number,
    cash_account: remittance.cash,
    data: stored(payload.values),
    ...createdBy(call),
  });
  const receipt = receiptById(call, id);
  if (receipt) bookReceipt(call, receipt);
  return id;
}

const conversionColumns = (conversion: Conversion) => ({
  rate: conversion.rateText,
  rate_type: conversion.type,
  rate_date: conversion.date,
  rate_sent: conversion.sent ? 1 : 0,
});

function receiptAmount(call: Call, payload: Payload, currency: string, issues: Issues): number {
  const sent = text(payload, 'Amount') ?? '';
  const amount = readAmount(sent, call.world.setup.decimals(currency));
  if (amount === null) {
    issues.add('SBX_AMOUNT_PRECISION', `The amount ${sent} isn't an amount of the currency ${currency}.`, '/Amount');
    return 0;
  }
  if (amount <= 0 && call.world.switches.zeroReceipts === 'refuse') {
    issues.add('SBX_RECEIPT_AMOUNT', 'The amount of a standard receipt must be above zero.', '/Amount');
  }
  return amount;
}

export function findMethod(call: Call, name: string, date: string, issues: Issues): ReceiptMethod | undefined {
  const method = call.world.setup.receiptMethod(name);
  if (!method || !inForce(method, date)) {
    issues.add('AR_INVAL_RECEIPT_MTH_ID', 'The receipt method is invalid.', '/ReceiptMethod');
    return undefined;
  }
  if (method.kind === 'bill-of-exchange') {
    issues.add('AR_BOE_OBSOLETE', 'Bills of exchange receipt methods are no longer valid.', '/ReceiptMethod');
  }
  return method;
}

/** The method must have a remittance bank account for the business unit and currency; `sent` names one of several. */
export function findRemittance(
  unit: Unit,
  method: ReceiptMethod,
  currency: string,
  sent: string | undefined,
  issues: Issues,
): Remittance {
  if (method.bankAccounts === undefined) return { number: sent ?? null, cash: '(cash)' };
  const usable = method.bankAccounts.filter((bank) => bank.businessUnit === unit.name && bank.currency === currency);
  const bank = sent === undefined ? (usable.find((row) => row.primary) ?? usable[0]) : usable.find((row) => row.number === sent);
  if (bank) return { number: bank.number, cash: bank.cash ?? '(cash)' };
  if (sent !== undefined) {
    issues.add(
      'SBX_INVALID_REMITTANCE_BANK',
      `The remittance bank account ${sent} isn't one of this receipt method.`,
      '/RemittanceBankAccountNumber',
    );
  } else {
    issues.add(
      'AR_INVAL_RECEIPT_MTH_ID',
      `The receipt method has no remittance bank account in ${currency} for this business unit.`,
      '/ReceiptMethod',
    );
  }
  return { number: null, cash: '(cash)' };
}

/** Without an account number the receipt is unidentified. */
export function findCustomer(
  call: Call,
  payload: Payload,
  issues: Issues,
): { account: AccountRow | null; siteUse: SiteUseRow | null } {
  const names = {
    number: text(payload, 'CustomerAccountNumber'),
    name: text(payload, 'CustomerName'),
    site: text(payload, 'CustomerSite'),
  };
  if (names.number === undefined && names.name === undefined) return { account: null, siteUse: null };
  const account = findAccount(call, names);
  if (!account) {
    issues.add('SBX_INVALID_RECEIPT_CUSTOMER', "The customer of the receipt doesn't exist.", '/CustomerAccountNumber');
    return { account: null, siteUse: null };
  }
  const sites = siteUsesOf(call, account.id, 'BILL_TO').filter((site) => site.active === 1);
  if (names.site !== undefined) {
    const siteUse = sites.find((site) => site.number === names.site);
    if (!siteUse) issues.add('SBX_INVALID_RECEIPT_SITE', `The customer site ${names.site} doesn't exist.`, '/CustomerSite');
    return { account, siteUse: siteUse ?? null };
  }
  return { account, siteUse: sites.find((site) => site.is_primary === 1) ?? null };
}

/** Oracle only minds number, date, amount and customer together (contract section 3.4). */
function refuseDuplicate(call: Call, number: string, date: string, amount: number, accountId: string | null): void {
  const twin = one(
    call.world.db,
    // The plus keeps SQLite from the account's index: the shared account has every receipt.
    'SELECT 1 FROM receipt WHERE number = ? AND date = ? AND amount = ? AND +account_id IS ?',
    number,
    date,
    amount,
    accountId,
  );
  if (twin) {
    throw refuse('AR_RCP_DUP_NUM', 'A receipt with this number, date, amount and customer already exists.', '/ReceiptNumber');
  }
}

/** Where money lies that is applied to nothing. */
export const restingAccount = (call: Call, receipt: Pick<ReceiptRow, 'business_unit' | 'account_id'>): string =>
  unitAccount(call, receipt.business_unit, receipt.account_id === null ? 'unidentified' : 'unapplied');

export function bookReceipt(call: Call, receipt: ReceiptRow): void {
  const rate = rateOf(receipt);
  post(call.world, {
    event: 'receipt',
    id: receipt.id,
    ledger: ledgerOf(call, receipt),
    currency: receipt.currency,
    date: receipt.accounting_date,
    lines: [
      { account: receipt.cash_account, amount: receipt.amount, rate },
      { account: restingAccount(call, receipt), amount: -receipt.amount, rate },
    ],
    differenceAccount: unitAccount(call, receipt.business_unit, 'rounding'),
  });
}

export const ledgerOf = (call: Call, row: { ledger: string }): Ledger => call.world.setup.ledger(row.ledger);

/** Identifies the customer of an unidentified receipt: the money moves to unapplied. */
export function moveCustomer(call: Call, receipt: ReceiptRow, account: AccountRow | null, siteUse: SiteUseRow | null): void {
  const before = restingAccount(call, receipt);
  const after = restingAccount(call, { ...receipt, account_id: account?.id ?? null });
  if (before !== after && receipt.unapplied !== 0) {
    const rate = rateOf(receipt);
    post(call.world, {
      event: 'receipt customer',
      id: receipt.id,
      ledger: ledgerOf(call, receipt),
      currency: receipt.currency,
      date: receipt.accounting_date,
      lines: [
        { account: before, amount: receipt.unapplied, rate },
        { account: after, amount: -receipt.unapplied, rate },
      ],
      differenceAccount: unitAccount(call, receipt.business_unit, 'rounding'),
    });
  }
  update(call.world.db, 'receipt', receipt.id, { account_id: account?.id ?? null, site_use_id: siteUse?.id ?? null });
}
