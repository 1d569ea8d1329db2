import { all, insert, one, update } from '../database.ts';
import { Issues, refuse } from '../errors.ts';
import { inForce } from '../seed/setup.ts';
import { type Call, createdBy, nextId, nextNumber, touch, type Who } from '../world.ts';
import {
  openInvoice,
  openMemo,
  requireAmount,
  requireLive,
  requirePaymentMethod,
  requireRoom,
  requireSamePlace,
} from './application-rules.ts';
import { accountingDate } from './document-date.ts';
import { type EntryLine, post, reverse } from './journal.ts';
import { ledgerOf, type ReceiptRow, receiptById, restingAccount } from './receipts.ts';
import {
  type InstallmentRow,
  installmentsOf,
  moveBalance,
  rateOf,
  receivableOf,
  type TrxRow,
  trxById,
  unitAccount,
} from './transactions.ts';

/**
 * Applications: what a receipt or credit memo was used for. A row is never changed in its amount: an unapplication adds a row
 * with the negative amount and marks the first one as no longer the latest, as Receivables itself does.
 */
export interface ApplicationRow extends Who {
  id: string;
  from_kind: 'receipt' | 'memo';
  from_id: string;
  target: 'invoice' | 'activity' | 'refund' | 'on-account';
  trx_id: string | null;
  installment_id: string | null;
  activity: string | null;
  amount: number;
  currency: string;
  apply_date: string;
  accounting_date: string;
  is_latest: number;
  undone: number;
  undoes: string | null;
  comments: string | null;
  account_id: string | null;
}

/** When an application counts. Absent: today, which is all the REST actions know. */
export interface ApplicationDates {
  applyDate?: string | undefined;
  accountingDate?: string | undefined;
  comments?: string | undefined;
}

export const applicationById = (call: Call, id: string): ApplicationRow | undefined =>
  one<ApplicationRow>(call.world.db, 'SELECT * FROM application WHERE id = ?', id);
export const installmentById = (call: Call, id: string): InstallmentRow | undefined =>
  one<InstallmentRow>(call.world.db, 'SELECT * FROM installment WHERE id = ?', id);
export const liveApplications = (call: Call, fromId: string): ApplicationRow[] =>
  all<ApplicationRow>(call.world.db, 'SELECT * FROM application WHERE from_id = ? AND is_latest = 1 ORDER BY id', fromId);

/** Applies a receipt to an installment. Without an amount: what is open, as far as the receipt reaches. */
export function applyReceipt(
  call: Call,
  receipt: ReceiptRow,
  installment: InstallmentRow,
  amount: number | null,
  dates: ApplicationDates,
): string {
  const { switches } = call.world;
  const trx = openInvoice(call, installment, amount);
  requireLive(receipt);
  if (receipt.account_id === null) {
    throw refuse('SBX_UNIDENTIFIED_RECEIPT', `The receipt ${receipt.number} has no customer and can't be applied.`);
  }
  if (trx.account_id !== receipt.account_id && switches.otherCustomer === 'refuse') {
    throw refuse(
      'SBX_WRONG_CUSTOMER',
      `The transaction ${trx.number} belongs to another customer than receipt ${receipt.number}.`,
    );
  }
  requireSamePlace(trx, receipt, `receipt ${receipt.number}`);
  const again = liveApplications(call, receipt.id).some((row) => row.installment_id === installment.id);
  if (again && switches.secondApplication === 'refuse') {
    throw refuse(
      'SBX_ALREADY_APPLIED',
      `The receipt ${receipt.number} is already applied to transaction ${trx.number}: unapply it first.`,
    );
  }
  const applied = amount ?? Math.min(installment.balance, receipt.unapplied);
  requireAmount(applied, receipt.unapplied, `The receipt ${receipt.number}`);
  requireRoom(call, installment, trx, applied);
  const id = record(call, receiptSource(receipt), { target: 'invoice', trx, installment, amount: applied }, dates, [
    trx.accounting_date,
  ]);
  moveBalance(call, installment, { paid: applied, credited: 0 });
  useReceipt(call, receipt, applied);
  bookUse(call, receipt, id, applied, { account: receivableOf(call, trx), rate: rateOf(trx) }, dates);
  return id;
}

/** Writes unapplied money to a receivables activity, such as one on the gateway's clearing account. */
export function applyToActivity(call: Call, receipt: ReceiptRow, name: string, amount: number, dates: ApplicationDates): string {
  const { setup, switches } = call.world;
  requireLive(receipt);
  const unit = setup.unit(receipt.business_unit);
  const activity = unit && setup.activity(unit, name);
  if (!activity || !inForce(activity, call.today)) {
    throw refuse('SBX_INVALID_ACTIVITY', `The receivables activity ${name} isn't valid for this business unit.`);
  }
  requireAmount(amount, receipt.unapplied, `The receipt ${receipt.number}`);
  const limit = switches.writeOffLimit * 10 ** setup.decimals(receipt.currency);
  if (limit > 0 && amount > limit) {
    throw refuse('SBX_LIMIT_EXCEEDED', `The amount exceeds your limit of ${switches.writeOffLimit} ${receipt.currency}.`);
  }
  const id = record(call, receiptSource(receipt), { target: 'activity', activity: name, amount }, dates, []);
  useReceipt(call, receipt, amount);
  bookUse(call, receipt, id, amount, { account: activity.account ?? `(${name})`, rate: rateOf(receipt) }, dates);
  return id;
}

/** Places unapplied money on account. */
export function applyOnAccount(call: Call, receipt: ReceiptRow, amount: number, dates: ApplicationDates): string {
  requireLive(receipt);
  requireAmount(amount, receipt.unapplied, `The receipt ${receipt.number}`);
  const id = record(call, receiptSource(receipt), { target: 'on-account', amount }, dates, []);
  useReceipt(call, receipt, amount);
  bookUse(
    call,
    receipt,
    id,
    amount,
    { account: unitAccount(call, receipt.business_unit, 'onAccount'), rate: rateOf(receipt) },
    dates,
  );
  return id;
}

/** Hands unapplied money to Payables, which pays the customer (contract section 3.2). */
export function refundReceipt(call: Call, receipt: ReceiptRow, amount: number | null, paymentMethod: string): string {
  requireLive(receipt);
  if (!['remitted', 'cleared'].includes(receipt.progress) && call.world.switches.refundNeedsRemittance === 'on') {
    throw refuse(
      'SBX_RECEIPT_NOT_REMITTED',
      `The receipt ${receipt.number} is neither remitted nor cleared and can't be refunded.`,
    );
  }
  requirePaymentMethod(call, paymentMethod);
  const refunded = amount ?? receipt.unapplied;
  requireAmount(refunded, receipt.unapplied, `The receipt ${receipt.number}`);
  const id = record(call, receiptSource(receipt), { target: 'refund', activity: 'Refund', amount: refunded }, {}, []);
  useReceipt(call, receipt, refunded);
  bookUse(
    call,
    receipt,
    id,
    refunded,
    { account: unitAccount(call, receipt.business_unit, 'refund'), rate: rateOf(receipt) },
    {},
  );
  recordRefund(call, id, paymentMethod, refunded, receipt.currency);
  return id;
}

/** Applies an on-account credit memo to an invoice. */
export function applyMemo(
  call: Call,
  memo: TrxRow,
  installment: InstallmentRow,
  amount: number | null,
  dates: ApplicationDates,
): string {
  const trx = openInvoice(call, installment, amount);
  const source = openMemo(call, memo);
  if (trx.account_id !== memo.account_id && call.world.switches.otherCustomer === 'refuse') {
    throw refuse(
      'SBX_WRONG_CUSTOMER',
      `The transaction ${trx.number} belongs to another customer than credit memo ${memo.number}.`,
    );
  }
  requireSamePlace(trx, memo, `credit memo ${memo.number}`);
  const applied = amount ?? Math.min(installment.balance, -source.balance);
  requireAmount(applied, -source.balance, `The credit memo ${memo.number}`);
  requireRoom(call, installment, trx, applied);
  const id = record(call, memoSource(memo), { target: 'invoice', trx, installment, amount: applied }, dates, [
    trx.accounting_date,
  ]);
  moveBalance(call, installment, { paid: 0, credited: applied });
  moveBalance(call, source, { paid: 0, credited: -applied });
  bookMemoUse(call, memo, id, applied, { account: receivableOf(call, trx), rate: rateOf(trx) }, dates);
  return id;
}

/** Pays an on-account credit memo out through Payables. */
export function refundMemo(
  call: Call,
  memo: TrxRow,
  amount: number | null,
  paymentMethod: string,
  dates: ApplicationDates,
): string {
  const source = openMemo(call, memo);
  requirePaymentMethod(call, paymentMethod);
  const refunded = amount ?? -source.balance;
  requireAmount(refunded, -source.balance, `The credit memo ${memo.number}`);
  const id = record(call, memoSource(memo), { target: 'refund', activity: 'Credit Memo Refund', amount: refunded }, dates, []);
  moveBalance(call, source, { paid: 0, credited: -refunded });
  bookMemoUse(call, memo, id, refunded, { account: unitAccount(call, memo.business_unit, 'refund'), rate: rateOf(memo) }, dates);
  recordRefund(call, id, paymentMethod, refunded, memo.currency);
  return id;
}

/**
 * Undoes a whole application; the money or credit is free again.
 *
 * Fails  when it was undone before, or when Payables has it (only `allowRefund` takes a refund back)
 */
export function unapply(call: Call, application: ApplicationRow, reversalDate: string | undefined, allowRefund = false): string {
  if (application.is_latest !== 1) {
    throw refuse('SBX_APPLICATION_NOT_FOUND', `The application ${application.id} isn't in force any more.`);
  }
  if (application.target === 'refund' && !allowRefund) {
    throw refuse('SBX_REFUND_IN_PAYABLES', 'The refund is with Payables: it has to be cancelled there.');
  }
  const { world } = call;
  const receipt = application.from_kind === 'receipt' ? receiptById(call, application.from_id) : undefined;
  const memo = application.from_kind === 'memo' ? trxById(call, application.from_id) : undefined;
  const ledger = receipt ? ledgerOf(call, receipt) : world.setup.ledger(memo?.ledger ?? '');
  const date = checkDate(call, ledger, reversalDate ?? call.today);
  update(world.db, 'application', application.id, { is_latest: 0, undone: 1 });
  touch(call, 'application', application.id);
  const id = nextId(world);
  const { created_by, created_at, updated_by, updated_at, created_ms, version, ...same } = application;
  insert(world.db, 'application', {
    ...same,
    id,
    amount: -application.amount,
    apply_date: call.today,
    accounting_date: date,
    is_latest: 0,
    undone: 1,
    undoes: application.id,
    ...createdBy(call),
  });
  reverse(world, 'application', application.id, 'unapplication', date);
  if (application.installment_id !== null) {
    const installment = installmentById(call, application.installment_id);
    const change = receipt ? { paid: -application.amount, credited: 0 } : { paid: 0, credited: -application.amount };
    if (installment) moveBalance(call, installment, change);
  }
  if (receipt) useReceipt(call, receipt, -application.amount);
  if (memo) {
    const source = installmentsOf(call, memo.id)[0];
    if (source) moveBalance(call, source, { paid: 0, credited: application.amount });
  }
  return id;
}

/** Reverses a receipt: everything it was used for is undone first. */
export function reverseReceipt(
  call: Call,
  receipt: ReceiptRow,
  reversal: { category: string; reason: string; comments?: string | undefined; date?: string | undefined },
): void {
  const { world } = call;
  requireLive(receipt);
  const live = liveApplications(call, receipt.id);
  if (live.some((row) => row.target === 'refund')) {
    throw refuse('SBX_RECEIPT_REFUNDED', `The receipt ${receipt.number} was refunded and can't be reversed.`);
  }
  const date = checkDate(call, ledgerOf(call, receipt), reversal.date ?? call.today);
  for (const row of live) unapply(call, row, date);
  const now = receiptById(call, receipt.id) ?? receipt;
  const rate = rateOf(now);
  post(world, {
    event: 'receipt reversal',
    id: now.id,
    ledger: ledgerOf(call, now),
    currency: now.currency,
    date,
    lines: [
      { account: restingAccount(call, now), amount: now.unapplied, rate },
      { account: now.cash_account, amount: -now.unapplied, rate },
    ],
    differenceAccount: unitAccount(call, now.business_unit, 'rounding'),
  });
  update(world.db, 'receipt', now.id, {
    unapplied: 0,
    reversed_on: date,
    reversal_category: reversal.category,
    reversal_reason: reversal.reason,
    reversal_comments: reversal.comments ?? null,
  });
  touch(call, 'receipt', now.id);
}

interface Source {
  kind: 'receipt' | 'memo';
  row: { id: string; currency: string; ledger: string; account_id: string | null; accounting_date: string };
}
const receiptSource = (row: ReceiptRow): Source => ({ kind: 'receipt', row });
const memoSource = (row: TrxRow): Source => ({ kind: 'memo', row });

interface Use {
  target: ApplicationRow['target'];
  trx?: TrxRow;
  installment?: InstallmentRow;
  activity?: string;
  amount: number;
}

function record(call: Call, from: Source, use: Use, dates: ApplicationDates, documentDates: readonly string[]): string {
  const { world } = call;
  const ledger = world.setup.ledger(from.row.ledger);
  const date = checkDate(call, ledger, dates.accountingDate ?? call.today);
  const latest = [from.row.accounting_date, ...documentDates].sort().at(-1) ?? date;
  if (date < latest && world.switches.earlyApplicationDate === 'refuse') {
    throw refuse('SBX_EARLY_APPLICATION', `The accounting date ${date} is before ${latest}, when the documents were accounted.`);
  }
  const id = nextId(world);
  insert(world.db, 'application', {
    id,
    from_kind: from.kind,
    from_id: from.row.id,
    target: use.target,
    trx_id: use.trx?.id ?? null,
    installment_id: use.installment?.id ?? null,
    activity: use.activity ?? null,
    amount: use.amount,
    currency: from.row.currency,
    apply_date: dates.applyDate ?? call.today,
    accounting_date: date,
    is_latest: 1,
    undone: 0,
    undoes: null,
    comments: dates.comments ?? null,
    account_id: from.row.account_id,
    ...createdBy(call),
  });
  return id;
}

/** Fails with SBX_CLOSED_PERIOD when the day's AR period is closed. */
function checkDate(call: Call, ledger: Parameters<typeof accountingDate>[1], day: string): string {
  const issues = new Issues();
  const date = accountingDate(call, ledger, day, day, issues);
  issues.throwIfAny();
  return date;
}

function useReceipt(call: Call, receipt: ReceiptRow, amount: number): void {
  const now = receiptById(call, receipt.id) ?? receipt;
  update(call.world.db, 'receipt', receipt.id, { unapplied: now.unapplied - amount });
  touch(call, 'receipt', receipt.id);
}

type Against = Omit<EntryLine, 'amount'>;

/** Money leaves "unapplied" for what it was used for; two rates make a gain or loss. */
function bookUse(call: Call, receipt: ReceiptRow, id: string, amount: number, against: Against, dates: ApplicationDates): void {
  post(call.world, {
    event: 'application',
    id,
    ledger: ledgerOf(call, receipt),
    currency: receipt.currency,
    date: dates.accountingDate ?? call.today,
    lines: [
      { account: restingAccount(call, receipt), amount, rate: rateOf(receipt) },
      { ...against, amount: -amount },
    ],
    differenceAccount: unitAccount(call, receipt.business_unit, 'exchange'),
  });
}

/** A memo's credit sits on its own receivable account until it is used. */
function bookMemoUse(call: Call, memo: TrxRow, id: string, amount: number, against: Against, dates: ApplicationDates): void {
  post(call.world, {
    event: 'application',
    id,
    ledger: call.world.setup.ledger(memo.ledger),
    currency: memo.currency,
    date: dates.accountingDate ?? call.today,
    lines: [
      { account: receivableOf(call, memo), amount, rate: rateOf(memo) },
      { ...against, amount: -amount },
    ],
    differenceAccount: unitAccount(call, memo.business_unit, 'exchange'),
  });
}

function recordRefund(call: Call, applicationId: string, method: string, amount: number, currency: string): void {
  const { world } = call;
  insert(world.db, 'refund', {
    id: nextId(world),
    application_id: applicationId,
    number: String(nextNumber(world, 'refund', 1)),
    payment_method: method,
    amount,
    currency,
    created_at: call.timestamp,
  });
}
