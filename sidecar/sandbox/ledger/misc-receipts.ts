import { insert, one } from '../database.ts';
import { Issues, OracleError, refuse } from '../errors.ts';
import { inForce } from '../seed/setup.ts';
import { type Call, createdBy, maySee, nextId } from '../world.ts';
import { findConversion } from './conversion.ts';
import { accountingDate } from './document-date.ts';
import { post } from './journal.ts';
import { findMethod, findRemittance } from './receipts.ts';
import { readAmount } from './transaction-lines.ts';
import { rateOf, unitAccount } from './transactions.ts';

/** Money that came or went without a customer; `amount` in minor units, below zero for money that was kept or paid. */
export interface MiscReceiptRow {
  id: string;
  number: string;
  business_unit: string;
  ledger: string;
  method: string;
  activity: string;
  currency: string;
  rate: string | null;
  amount: number;
  date: string;
  accounting_date: string;
  bank_account: string | null;
  created_ms: number;
}

/** As a request names it, ids already turned into names. */
export interface NewMiscReceipt {
  businessUnit: string | undefined;
  number: string | undefined;
  amount: string | undefined;
  currency: string | undefined;
  date: string | undefined;
  accountingDate: string | undefined;
  method: string | undefined;
  bankAccount: string | undefined;
  activity: string | undefined;
  rateType: string | undefined;
  rateDate: string | undefined;
  rate: string | undefined;
}

/** The activity type whose account a miscellaneous receipt is booked against. */
const MISCELLANEOUS = 'Miscellaneous Cash';

/**
 * Checks and books a miscellaneous receipt: the bank's cash account against the account of the activity.
 *
 * Out    the row
 * Fails  OracleError 400 with all issues found
 * Source service page of MiscellaneousReceiptService (oeswf 25d); which codes it refuses with is not documented: SBX_
 */
export function createMiscReceipt(call: Call, sent: NewMiscReceipt): MiscReceiptRow {
  const { setup, db } = call.world;
  const issues = new Issues();
  const unit = setup.unit(sent.businessUnit ?? '');
  if (!unit?.active || !maySee(call, unit.name)) throw refuse('AR_RAPI_BU_INVALID', 'The business unit is invalid.', '/OrgId');
  if (!sent.number) issues.add('27014', 'You must provide a value for the attribute ReceiptNumber.', '/ReceiptNumber');
  const ledger = setup.ledgerOf(unit);
  const date = sent.date ?? call.today;
  const currency = sent.currency ?? ledger.currency;
  if (!setup.currencyEnabled(currency)) {
    issues.add('AR_RAPI_CURR_CODE_INVALID', 'The currency is invalid.', '/CurrencyCode');
  }
  const amount = readAmount(sent.amount ?? '', setup.decimals(currency));
  if (amount === null || amount === 0) {
    issues.add('SBX_AMOUNT_PRECISION', `The amount ${sent.amount ?? ''} isn't an amount of the currency ${currency}.`, '/Amount');
  }
  if (!sent.bankAccount && call.world.switches.miscReceiptBankAccount === 'required') {
    issues.add('SBX_BANK_ACCOUNT_REQUIRED', 'You must provide a remittance bank account.', '/BankAccountNumber');
  }
  const method = findMethod(call, sent.method ?? '', date, issues);
  const remittance = method && findRemittance(unit, method, currency, sent.bankAccount, issues);
  const activity = setup.activity(unit, sent.activity ?? '');
  if (!activity || activity.type !== MISCELLANEOUS || !inForce(activity, date)) {
    issues.add(
      'SBX_INVALID_ACTIVITY',
      `The receivables activity ${sent.activity ?? ''} isn't a miscellaneous cash activity of this business unit.`,
      '/ReceivableActivityName',
    );
  }
  const accounting = accountingDate(call, ledger, sent.accountingDate, date, issues, '/GlDate');
  const conversion = findConversion(
    call,
    ledger,
    currency,
    date,
    { type: sent.rateType, date: sent.rateDate, rate: sent.rate },
    { type: 'ExchangeRateType', rate: 'ExchangeRate' },
    issues,
  );
  issues.throwIfAny();
  if (!method || !remittance || !activity || amount === null) throw new OracleError(400, issues.found);
  const number = sent.number ?? '';
  // Oracle minds number, date and amount together (AR_RCP_DUP_NUM); whether it does so here too is not documented.
  const there = one(db, 'SELECT 1 FROM misc_receipt WHERE number = ? AND date = ? AND amount = ?', number, date, amount);
  if (there && call.world.switches.miscReceiptNumbers === 'unique') {
    throw refuse('AR_RCP_DUP_NUM', 'A receipt with this number, date and amount already exists.', '/ReceiptNumber');
  }
  const id = nextId(call.world);
  insert(db, 'misc_receipt', {
    id,
    number,
    business_unit: unit.name,
    ledger: ledger.name,
    method: method.name,
    activity: activity.name,
    currency,
    rate: conversion.rateText,
    amount,
    date,
    accounting_date: accounting,
    bank_account: remittance.number,
    ...createdBy(call),
  });
  const row = one<MiscReceiptRow>(db, 'SELECT * FROM misc_receipt WHERE id = ?', id);
  if (!row) throw new Error('The miscellaneous receipt just written is gone');
  const rate = rateOf(row);
  post(call.world, {
    event: 'miscellaneous receipt',
    id,
    ledger,
    currency,
    date: accounting,
    lines: [
      { account: remittance.cash, amount, rate },
      { account: activity.account ?? `(${activity.name})`, amount: -amount, rate },
    ],
    differenceAccount: unitAccount(call, unit.name, 'rounding'),
  });
  return row;
}
