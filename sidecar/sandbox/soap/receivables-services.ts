import { all } from '../database.ts';
import { refuse } from '../errors.ts';
import {
  type ApplicationRow,
  applicationById,
  applyMemo,
  applyOnAccount,
  applyReceipt,
  applyToActivity,
  installmentById,
  liveApplications,
  refundMemo,
  reverseReceipt,
  unapply,
} from '../ledger/applications.ts';
import { createReceipt, type ReceiptRow, receiptById } from '../ledger/receipts.ts';
import { createRegularMemo } from '../ledger/regular-memo.ts';
import { readAmount } from '../ledger/transaction-lines.ts';
import { type InstallmentRow, installmentsOf, type TrxRow, trxById } from '../ledger/transactions.ts';
import { lookup } from '../resources/receipts.ts';
import type { Payload, Value } from '../rest/payload.ts';
import { type Call, maySee } from '../world.ts';
import { type DataObject, field, financials, type Operation, type Service, type SoapValue } from './model.ts';
import { soapReceiptNames } from './receipt-names.ts';
import {
  ACTIVITY_APPLICATION,
  ACTIVITY_UNAPPLICATION,
  APPLY_MEMO,
  APPLY_ON_ACCOUNT,
  APPLY_RECEIPT,
  CREDIT_MEMO,
  MEMOS,
  RECEIPTS,
  REFUND_MEMO,
  REVERSE_RECEIPT,
  STANDARD_RECEIPT,
  UNAPPLY_MEMO,
  UNAPPLY_ON_ACCOUNT,
  UNAPPLY_RECEIPT,
} from './receivables-objects.ts';

/** One data object in, the same one back. */
export function operation(
  wrapper: string,
  data: DataObject,
  act: (call: Call, value: SoapValue) => SoapValue | string | undefined,
): Operation {
  return {
    parameters: { [wrapper]: data },
    result: data,
    run(call, parameters) {
      const value = parameters[wrapper];
      if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw refuse('JBO-27024', `The operation needs the data object ${wrapper}.`);
      }
      const done = act(call, value);
      if (typeof done === 'object') return [done];
      const names =
        call.world.switches.soapNamesApplication === 'on' && done !== undefined && 'ReceivableApplicationId' in data.fields;
      return [names ? { ...value, ReceivableApplicationId: done } : value];
    },
  };
}

function findReceipt(call: Call, value: SoapValue): ReceiptRow {
  const id = field(value, 'ReceiptId');
  const number = field(value, 'ReceiptNumber');
  const unit = field(value, 'BusinessUnit');
  const rows = (
    id !== undefined
      ? [receiptById(call, id)]
      : all<ReceiptRow>(call.world.db, 'SELECT * FROM receipt WHERE number = ?', number ?? '')
  )
    .filter((row) => row !== undefined)
    .filter((row) => maySee(call, row.business_unit))
    .filter((row) => number === undefined || row.number === number)
    .filter((row) => unit === undefined || row.business_unit === unit)
    .filter((row) => field(value, 'ReceiptDate') === undefined || row.date === field(value, 'ReceiptDate'))
    .filter((row) => field(value, 'ReceiptCurrency') === undefined || row.currency === field(value, 'ReceiptCurrency'))
    .filter((row) => sameAmount(call, row, field(value, 'ReceiptAmount')));
  const [receipt, other] = rows;
  if (!receipt || other) throw refuse('AR_RAPI_RCPT_NUM_INVALID', 'The receipt number is invalid.', '/ReceiptNumber');
  return receipt;
}

const sameAmount = (call: Call, receipt: ReceiptRow, amount: string | undefined): boolean =>
  amount === undefined || readAmount(amount, call.world.setup.decimals(receipt.currency)) === receipt.amount;

/** A transaction by id or by number, with unit and source where they are named. */
function findTransaction(
  call: Call,
  names: { id: string | undefined; number: string | undefined; unit?: string | undefined; source?: string | undefined },
): TrxRow {
  const rows = (
    names.id !== undefined
      ? [trxById(call, names.id)]
      : all<TrxRow>(call.world.db, 'SELECT * FROM trx WHERE number = ?', names.number ?? '')
  )
    .filter((row) => row !== undefined)
    .filter((row) => maySee(call, row.business_unit))
    .filter((row) => names.number === undefined || row.number === names.number)
    .filter((row) => names.unit === undefined || row.business_unit === names.unit)
    .filter((row) => names.source === undefined || row.source === names.source);
  const [trx, other] = rows;
  if (!trx || other)
    throw refuse('SBX_INVALID_TRANSACTION', 'The transaction number or identifier is invalid.', '/TransactionNumber');
  return trx;
}

/** The installment named by id or number; the first one that is open where neither is given. */
function findInstallment(call: Call, trx: TrxRow | null, id: string | undefined, number: string | undefined): InstallmentRow {
  const byId = id === undefined ? undefined : installmentById(call, id);
  const rows = trx ? installmentsOf(call, trx.id) : [];
  const found =
    id !== undefined
      ? byId
      : number !== undefined
        ? rows.find((row) => String(row.sequence) === number)
        : (rows.find((row) => row.balance !== 0) ?? rows[0]);
  if (!found || (trx && found.trx_id !== trx.id))
    throw refuse('SBX_INVALID_INSTALLMENT', "The installment isn't one of the transaction.");
  return found;
}

function amountOf(call: Call, currency: string, value: SoapValue, name = 'AmountApplied'): number | null {
  const sent = field(value, name);
  if (sent === undefined) return null;
  const amount = readAmount(sent, call.world.setup.decimals(currency));
  if (amount === null) throw refuse('SBX_AMOUNT_PRECISION', `The amount ${sent} isn't an amount of ${currency}.`, `/${name}`);
  return amount;
}

function needAmount(call: Call, currency: string, value: SoapValue): number {
  const amount = amountOf(call, currency, value);
  if (amount === null) throw refuse('27014', 'You must provide a value for the attribute AmountApplied.', '/AmountApplied');
  return amount;
}

function applyReceiptOperation(call: Call, value: SoapValue): string {
  const receipt = findReceipt(call, value);
  const byInvoice = field(value, 'CustomerTrxId') !== undefined || field(value, 'TransactionNumber') !== undefined;
  const trx = byInvoice
    ? findTransaction(call, {
        id: field(value, 'CustomerTrxId'),
        number: field(value, 'TransactionNumber'),
        unit: receipt.business_unit,
        source: field(value, 'TransactionSource'),
      })
    : null;
  const installment = findInstallment(call, trx, field(value, 'InstalmentId'), field(value, 'Instalment'));
  return applyReceipt(call, receipt, installment, amountOf(call, receipt.currency, value), {
    applyDate: field(value, 'ApplicationDate'),
    accountingDate: field(value, 'AccountingDate'),
    comments: field(value, 'Comments'),
  });
}

/** The application in force that a request names, by id, installment or transaction. */
function findApplication(
  call: Call,
  fromId: string,
  names: { id: string | undefined; installment: string | undefined; trxId: string | undefined; trxNumber: string | undefined },
  target: ApplicationRow['target'],
): ApplicationRow {
  if (names.id !== undefined) {
    const named = applicationById(call, names.id);
    if (named && named.from_id === fromId && named.target === target) return named;
  } else {
    const trxId =
      names.trxId ??
      (names.trxNumber === undefined ? undefined : findTransaction(call, { id: undefined, number: names.trxNumber }).id);
    const fitting = liveApplications(call, fromId).filter(
      (row) =>
        row.target === target &&
        (names.installment === undefined || row.installment_id === names.installment) &&
        (trxId === undefined || row.trx_id === trxId),
    );
    const [only, other] = fitting;
    if (only && !other) return only;
  }
  throw refuse('SBX_APPLICATION_NOT_FOUND', 'There is no such application in force.', '/ReceivableApplicationId');
}

function unapplyReceiptOperation(call: Call, value: SoapValue): string {
  const receipt = findReceipt(call, value);
  const names = {
    id: field(value, 'ReceivableApplicationId'),
    installment: field(value, 'AppliedPaymentScheduleId'),
    trxId: field(value, 'CustomerTrxId'),
    trxNumber: field(value, 'TrxNumber'),
  };
  return unapply(call, findApplication(call, receipt.id, names, 'invoice'), field(value, 'ReversalGlDate'));
}

const undoByApplication = (target: ApplicationRow['target'], idField: string) => (call: Call, value: SoapValue) => {
  const receipt = findReceipt(call, value);
  const names = { id: field(value, idField), installment: undefined, trxId: undefined, trxNumber: undefined };
  return unapply(call, findApplication(call, receipt.id, names, target), field(value, 'ReversalGlDate'));
};

const applicationDates = (value: SoapValue) => ({
  applyDate: field(value, 'ApplyDate'),
  accountingDate: field(value, 'ApplyGlDate') ?? field(value, 'GlDate'),
  comments: field(value, 'Comments'),
});

function reverseOperation(call: Call, value: SoapValue): undefined {
  const category = field(value, 'ReversalCategory') ?? field(value, 'ReversalCategoryName');
  const reason = field(value, 'ReversalReasonCode') ?? field(value, 'ReversalReasonName');
  reverseReceipt(call, findReceipt(call, value), {
    category: lookup(call, 'REVERSAL_CATEGORY_TYPE', category, '/ReversalCategory', 'either'),
    reason: lookup(call, 'CKAJST_REASON', reason, '/ReversalReasonCode', 'either'),
    comments: field(value, 'ReversalComments'),
    date: field(value, 'ReversalGlDate') ?? field(value, 'ReversalDate'),
  });
  return undefined;
}

/** The SOAP twin of POST standardReceipts takes ids where REST takes names. */
function createReceiptOperation(call: Call, value: SoapValue): SoapValue {
  const payload: Payload = { at: '', children: new Map(), values: new Map<string, Value>(soapReceiptNames(call, value)) };
  return { ...value, CashReceiptId: createReceipt(call, payload) };
}

const memoNames = (value: SoapValue) => ({
  id: field(value, 'CreditMemoTrxId') ?? field(value, 'CreditMemoCustomerTrxId'),
  number: field(value, 'CreditMemoTrxNumber'),
  unit: field(value, 'BusinessUnit') ?? field(value, 'CreditMemoBusinessUnit'),
  source: field(value, 'CreditMemoBatchSource'),
});

function applyMemoOperation(call: Call, value: SoapValue): string {
  const memo = findTransaction(call, memoNames(value));
  const id = field(value, 'InvoiceCustomerTrxId');
  const number = field(value, 'InvoiceTrxNumber');
  const trx = id === undefined && number === undefined ? null : findTransaction(call, { id, number, unit: memo.business_unit });
  const installment = findInstallment(call, trx, field(value, 'AppliedPaymentScheduleId'), field(value, 'Installment'));
  return applyMemo(call, memo, installment, amountOf(call, memo.currency, value), applicationDates(value));
}

function unapplyMemoOperation(call: Call, value: SoapValue): string {
  const memo = findTransaction(call, memoNames(value));
  const names = {
    id: field(value, 'ReceivableApplicationId'),
    installment: field(value, 'AppliedPsId'),
    trxId: field(value, 'InvoiceCustomerTrxId'),
    trxNumber: field(value, 'InvoiceTrxNumber'),
  };
  return unapply(call, findApplication(call, memo.id, names, 'invoice'), field(value, 'ReversalGlDate'));
}

function refundMemoOperation(call: Call, value: SoapValue): string {
  const memo = findTransaction(call, memoNames(value));
  const method = field(value, 'RefundPaymentMethodCode') ?? field(value, 'RefundPaymentMethodName') ?? '';
  return refundMemo(call, memo, amountOf(call, memo.currency, value), method, applicationDates(value));
}

function createMemoOperation(call: Call, value: SoapValue): SoapValue {
  const invoice = findTransaction(call, { id: field(value, 'PreviousCustomerTransactionId') ?? '', number: undefined });
  const id = createRegularMemo(call, invoice, {
    number: field(value, 'TransactionNumber'),
    date: field(value, 'TransactionDate'),
    glDate: field(value, 'GlDate'),
    lineAmount: amountOf(call, invoice.currency, value, 'LineAmount'),
    linePercent: field(value, 'LinePercent'),
    freightAmount: amountOf(call, invoice.currency, value, 'FreightAmount'),
    freightPercent: field(value, 'FreightPercent'),
    computeTax: field(value, 'ComputeTax') !== 'N',
    reason: field(value, 'ReasonCode'),
    comments: field(value, 'Comments'),
    sourceId: field(value, 'BatchSourceSequenceId'),
    typeId: field(value, 'CustomerTransactionTypeSequenceId'),
  });
  return { ...value, CustomerTransactionId: id, TransactionNumber: trxById(call, id)?.number ?? null };
}

/**
 * Receivables services (contract sections 3.3 and 4.2). Two names are unconfirmed and come from switches: the operation that writes
 * a receipt to an activity, and whether the memo operations start with `create` as those of receipts and refunds do.
 */
export function receivablesServices(activity: string, memoPrefix: 'create' | 'plain'): Service[] {
  const memoOperation = (name: string): string =>
    memoPrefix === 'create' ? `create${name}` : name.charAt(0).toLowerCase() + name.slice(1);
  const applyToActivityOperation = operation('activityApplication', ACTIVITY_APPLICATION, (call, value) => {
    const receipt = findReceipt(call, value);
    return applyToActivity(
      call,
      receipt,
      field(value, 'ReceivableTrxName') ?? '',
      needAmount(call, receipt.currency, value),
      applicationDates(value),
    );
  });
  const undoActivityOperation = operation(
    'activityUnapplication',
    ACTIVITY_UNAPPLICATION,
    undoByApplication('activity', 'ReceivableApplicationId'),
  );
  return [
    financials('StandardReceiptService', 'StandardReceiptService', RECEIPTS, {
      createStandardReceipt: operation('standardReceipt', STANDARD_RECEIPT, createReceiptOperation),
      createApplyReceipt: operation('applyReceipt', APPLY_RECEIPT, applyReceiptOperation),
      createUnapplyReceipt: operation('unapplyReceipt', UNAPPLY_RECEIPT, unapplyReceiptOperation),
      createReverseReceipt: operation('reverseReceipt', REVERSE_RECEIPT, reverseOperation),
      [activity]: applyToActivityOperation,
      [activity.replace('Application', 'Unapplication')]: undoActivityOperation,
      createApplyOnAccount: operation('applyOnAccount', APPLY_ON_ACCOUNT, (call, value) => {
        const receipt = findReceipt(call, value);
        return applyOnAccount(call, receipt, needAmount(call, receipt.currency, value), applicationDates(value));
      }),
      createUnapplyOnAccount: operation(
        'unapplyOnAccount',
        UNAPPLY_ON_ACCOUNT,
        undoByApplication('on-account', 'ReceivablesApplicationId'),
      ),
    }),
    financials('CreditMemoService', 'CreditMemoService', MEMOS, {
      createCreditMemo: operation('creditMemo', CREDIT_MEMO, createMemoOperation),
      [memoOperation('ApplyOnAccountCreditMemo')]: operation('applyOnAccountCreditMemo', APPLY_MEMO, applyMemoOperation),
      [memoOperation('UnapplyOnAccountCreditMemo')]: operation('unapplyOnAccountCreditMemo', UNAPPLY_MEMO, unapplyMemoOperation),
      createOnAccountCreditMemoRefund: operation('onAccountCreditMemoRefund', REFUND_MEMO, refundMemoOperation),
    }),
  ];
}
