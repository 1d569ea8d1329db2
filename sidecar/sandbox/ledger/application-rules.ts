import { refuse } from '../errors.ts';
import type { Call } from '../world.ts';
import type { ReceiptRow } from './receipts.ts';
import { type InstallmentRow, installmentsOf, type TrxRow, trxById } from './transactions.ts';

/** What Oracle refuses when money or credit is used (contract sections 3.2 to 3.4 and 4.2); each fails with its SBX_ code. */
export function openInvoice(call: Call, installment: InstallmentRow, amount: number | null): TrxRow {
  const trx = trxById(call, installment.trx_id);
  if (!trx || trx.class === 'CM') throw refuse('SBX_INVALID_TRANSACTION', "The transaction can't be paid.");
  if (amount !== null && amount <= 0) throw refuse('SBX_APPLICATION_AMOUNT', 'The amount applied must be above zero.');
  if (installment.balance <= 0 && call.world.switches.overApplication === 'refuse') {
    throw refuse('SBX_NO_BALANCE', `The transaction ${trx.number} has no open balance.`);
  }
  return trx;
}

export function openMemo(call: Call, memo: TrxRow): InstallmentRow {
  const source = installmentsOf(call, memo.id)[0];
  if (memo.class !== 'CM' || memo.on_account !== 1 || !source) {
    throw refuse('SBX_NOT_ON_ACCOUNT', `The transaction ${memo.number} isn't a complete on-account credit memo.`);
  }
  return source;
}

export function requireLive(receipt: ReceiptRow): void {
  if (receipt.reversed_on !== null) throw refuse('SBX_RECEIPT_REVERSED', `The receipt ${receipt.number} is reversed.`);
}

export function requireSamePlace(trx: TrxRow, from: { business_unit: string; currency: string }, what: string): void {
  if (trx.business_unit !== from.business_unit) {
    throw refuse('SBX_WRONG_BUSINESS_UNIT', `The transaction ${trx.number} is in another business unit than ${what}.`);
  }
  if (trx.currency !== from.currency) {
    throw refuse('SBX_CURRENCY_MISMATCH', `The transaction ${trx.number} is in ${trx.currency}, ${what} in ${from.currency}.`);
  }
}

export function requireAmount(amount: number, available: number, what: string): void {
  if (amount <= 0) throw refuse('SBX_APPLICATION_AMOUNT', `${what} has nothing left, or the amount isn't above zero.`);
  if (amount > available) throw refuse('SBX_INSUFFICIENT_AMOUNT', `${what} doesn't have that much left.`);
}

export function requireRoom(call: Call, installment: InstallmentRow, trx: TrxRow, amount: number): void {
  if (amount > installment.balance && call.world.switches.overApplication === 'refuse') {
    throw refuse('SBX_OVER_APPLICATION', `The amount is more than transaction ${trx.number} is open for.`);
  }
}

export function requirePaymentMethod(call: Call, code: string): void {
  if (!call.world.seed.refundPaymentMethods.some((row) => row.code === code || row.name === code)) {
    throw refuse('SBX_INVALID_PAYMENT_METHOD', `The payment method ${code} isn't valid.`);
  }
}
