import { all, insert, one, run, update } from '../database.ts';
import { convertMinor, writeMinor } from '../decimal.ts';
import { Issues, refuse } from '../errors.ts';
import {
  applicationById,
  applyReceipt,
  installmentById,
  liveApplications,
  refundReceipt,
  reverseReceipt,
  unapply,
} from '../ledger/applications.ts';
import { accountById, siteUseById } from '../ledger/customers.ts';
import { withdraw } from '../ledger/journal.ts';
import {
  bookReceipt,
  createReceipt,
  findCustomer,
  ledgerOf,
  moveCustomer,
  type ReceiptRow,
  receiptById,
} from '../ledger/receipts.ts';
import { readAmount } from '../ledger/transaction-lines.ts';
import { rateOf } from '../ledger/transactions.ts';
import type { Behaviour, Hints, Item, Row } from '../rest/behaviour.ts';
import { type Payload, text, type Value } from '../rest/payload.ts';
import { hinted } from '../rest/query.ts';
import { type Call, createdBy, maySee, nextId, touch, type Who } from '../world.ts';
import { itemOf, whoColumns } from './records.ts';

function candidates(call: Call, hints: Hints): Iterable<ReceiptRow> {
  const hint = hinted(hints, 'StandardReceiptId', 'ReceiptNumber');
  const column = { StandardReceiptId: 'id', ReceiptNumber: 'number' }[hint?.attribute ?? ''];
  if (hint && column) {
    return hint.values.flatMap((value) =>
      all<ReceiptRow>(call.world.db, `SELECT * FROM receipt WHERE ${column} = ? ORDER BY id`, value),
    );
  }
  return all<ReceiptRow>(call.world.db, 'SELECT * FROM receipt ORDER BY id');
}

const title = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);

/** How far the money got: Approved, Confirmed, Remitted, Cleared, and Reversed at the end. */
export const progressText = (receipt: ReceiptRow): string =>
  receipt.reversed_on === null ? title(receipt.progress) : 'Reversed';

/** What it was used for. The texts are unconfirmed (contract section 3.1). */
export function useText(receipt: ReceiptRow): string {
  if (receipt.reversed_on !== null) return 'Reversed';
  if (receipt.account_id === null) return 'Unidentified';
  return receipt.unapplied === 0 ? 'Applied' : 'Unapplied';
}

/** State and Status, whichever way round this pod has them (switch receiptStateAndStatus). */
export function stateAndStatus(call: Call, receipt: ReceiptRow): { state: string; status: string } {
  if (call.world.switches.receiptStateAndStatus === 'progress-in-state')
    return { state: progressText(receipt), status: useText(receipt) };
  const reversals: Record<string, string> = { NSF: 'INSUFFICIENT FUNDS', STOP: 'STOP PAYMENT' };
  const state =
    receipt.reversed_on === null
      ? useText(receipt).toUpperCase()
      : (reversals[receipt.reversal_category ?? ''] ?? 'REVERSE PAYMENT');
  return { state, status: progressText(receipt).toUpperCase() };
}

function receiptRow(call: Call, receipt: ReceiptRow): Row {
  const { setup } = call.world;
  const decimals = setup.decimals(receipt.currency);
  const ledgerDecimals = setup.decimals(ledgerOf(call, receipt).currency);
  const account = receipt.account_id === null ? undefined : accountById(call, receipt.account_id);
  const site = receipt.site_use_id === null ? undefined : siteUseById(call, receipt.site_use_id);
  const rate = rateOf(receipt);
  const bank = setup.receiptMethod(receipt.method)?.bankAccounts?.find((row) => row.number === receipt.bank_account);
  const { state, status } = stateAndStatus(call, receipt);
  const sent = JSON.parse(receipt.data) as Row;
  return {
    ...sent,
    ...whoColumns(receipt),
    StandardReceiptId: receipt.id,
    ReceiptNumber: receipt.number,
    BusinessUnit: receipt.business_unit,
    ReceiptMethod: receipt.method,
    ReceiptDate: receipt.date,
    AccountingDate: receipt.accounting_date,
    MaturityDate: sent.MaturityDate ?? receipt.date,
    Amount: writeMinor(receipt.amount, decimals),
    UnappliedAmount: writeMinor(receipt.unapplied, decimals),
    AccountedAmount: writeMinor(
      rate === null ? receipt.amount : convertMinor(receipt.amount, decimals, rate, ledgerDecimals),
      ledgerDecimals,
    ),
    Currency: receipt.currency,
    ConversionRateType: receipt.rate_type,
    ConversionDate: receipt.rate_date,
    ConversionRate: receipt.rate,
    State: state,
    Status: status,
    RemittanceBankAccountNumber: receipt.bank_account,
    RemittanceBankName: bank?.bank ?? null,
    RemittanceBankBranch: bank?.branch ?? null,
    RemittanceBankDepositDate: sent.RemittanceBankDepositDate ?? receipt.date,
    RemittanceBankAllowOverride: sent.RemittanceBankAllowOverride ?? 'N',
    CustomerName: account?.party_name ?? null,
    CustomerAccountNumber: account?.number ?? null,
    CustomerSite: site?.number ?? null,
    ReversalDate: receipt.reversed_on,
    ReversalCategory: receipt.reversal_category,
    ReversalReason: receipt.reversal_reason,
    ReversalComments: receipt.reversal_comments,
  };
}

const toItem = (call: Call, receipt: ReceiptRow): Item => ({
  id: receipt.id,
  version: String(receipt.version),
  createdMs: receipt.created_ms,
  row: receiptRow(call, receipt),
});

function stored(call: Call, item: Item): ReceiptRow {
  const receipt = receiptById(call, item.id);
  if (!receipt) throw new Error(`The receipt ${item.id} is gone`);
  return receipt;
}

export const receiptBehaviour: Behaviour = {
  *rows(call, _parents, hints) {
    for (const receipt of candidates(call, hints)) if (maySee(call, receipt.business_unit)) yield toItem(call, receipt);
  },
  create(call, _parents, payload) {
    const receipt = receiptById(call, createReceipt(call, payload));
    if (!receipt) throw new Error('The receipt was not kept');
    const item = toItem(call, receipt);
    if (receipt.rate_sent === 0 && call.world.switches.rateInPostAnswer === 'off') item.row.ConversionRate = null;
    if (call.world.switches.receiptPostAnswer === 'bare') {
      for (const name of ['State', 'Status', 'UnappliedAmount', 'AccountedAmount']) item.row[name] = null;
    }
    return item;
  },
  update(call, item, payload) {
    patchReceipt(call, stored(call, item), payload);
    touch(call, 'receipt', item.id);
  },
  /** Only while nothing was done with it, and on the day it was made ([DESIGN], contract section 3.4). */
  remove(call, item) {
    const receipt = stored(call, item);
    const used = one(call.world.db, 'SELECT 1 FROM application WHERE from_id = ?', receipt.id) !== undefined;
    if (used || receipt.reversed_on !== null || !receipt.created_at.startsWith(call.today)) {
      throw refuse('SBX_DELETE_NOT_ALLOWED', `The receipt ${receipt.number} can't be deleted: reverse it instead.`);
    }
    withdraw(call.world, 'receipt', receipt.id);
    run(call.world.db, 'DELETE FROM remittance_reference WHERE receipt_id = ?', receipt.id);
    run(call.world.db, 'DELETE FROM receipt WHERE id = ?', receipt.id);
  },
  actions: {
    applyReceipt(call, item, parameters) {
      const receipt = stored(call, item);
      const installment = namedInstallment(call, text(parameters, 'appliedPaymentScheduleId'));
      const sent = text(parameters, 'amountApplied');
      return applyReceipt(
        call,
        receipt,
        installment,
        sent === undefined ? null : amountOf(call, receipt, sent, '/amountApplied'),
        {},
      );
    },
    bulkApplyReceipt(call, item, parameters) {
      const ids = (text(parameters, 'appliedPaymentScheduleIds') ?? '').split(call.world.switches.bulkSeparator);
      let last = '';
      for (const id of ids) last = applyReceipt(call, stored(call, item), namedInstallment(call, id.trim()), null, {});
      return last;
    },
    unapplyReceipt(call, item, parameters) {
      const live = liveApplications(call, item.id);
      const id = text(parameters, 'receivableApplicationId');
      const schedule = text(parameters, 'appliedPaymentScheduleId');
      const found = id !== undefined ? applicationById(call, id) : live.find((row) => row.installment_id === schedule);
      if (!found || found.from_id !== item.id || (schedule !== undefined && found.installment_id !== schedule)) {
        throw refuse('SBX_APPLICATION_NOT_FOUND', 'The receipt has no such application.');
      }
      return unapply(call, found, undefined);
    },
    refundReceipt(call, item, parameters) {
      const receipt = stored(call, item);
      const sent = text(parameters, 'amount');
      const amount = sent === undefined ? null : amountOf(call, receipt, sent, '/amount');
      return refundReceipt(call, receipt, amount, text(parameters, 'paymentMethodCode') ?? '');
    },
    reverseReceipt(call, item, parameters) {
      const category = lookup(call, 'REVERSAL_CATEGORY_TYPE', text(parameters, 'reversalCategoryCode'), '/reversalCategoryCode');
      const reason = lookup(call, 'CKAJST_REASON', text(parameters, 'reversalReasonCode'), '/reversalReasonCode');
      reverseReceipt(call, stored(call, item), { category, reason });
      return null;
    },
  },
};

/** A lookup code that must be in the seed. */
export function lookup(
  call: Call,
  type: string,
  sent: string | undefined,
  path: string,
  match: 'code' | 'meaning' | 'either' = 'code',
): string {
  const code = sent === undefined ? undefined : call.world.setup.lookupCode(type, sent, match);
  if (code === undefined)
    throw refuse('SBX_INVALID_LOOKUP', `The value ${sent ?? '(none)'} isn't a code of lookup ${type}.`, path);
  return code;
}

function namedInstallment(call: Call, id: string | undefined) {
  const installment = installmentById(call, id ?? '');
  if (!installment) {
    throw refuse('SBX_INVALID_INSTALLMENT', `The installment ${id ?? '(none)'} doesn't exist.`, '/appliedPaymentScheduleId');
  }
  return installment;
}

function amountOf(call: Call, receipt: ReceiptRow, sent: string, path: string): number {
  const amount = readAmount(sent, call.world.setup.decimals(receipt.currency));
  if (amount === null) throw refuse('SBX_AMOUNT_PRECISION', `The amount ${sent} isn't an amount of ${receipt.currency}.`, path);
  return amount;
}

const CUSTOMER = ['CustomerName', 'CustomerAccountNumber', 'CustomerSite'];

/** Refusals of contract section 3.4: what may change on a receipt depends on what was done with it. */
function patchReceipt(call: Call, receipt: ReceiptRow, payload: Payload): void {
  const { db, setup } = call.world;
  if (CUSTOMER.some((name) => payload.values.has(name))) patchCustomer(call, receipt, payload);
  const amountText = text(payload, 'Amount');
  if (amountText !== undefined) {
    const amount = amountOf(call, receipt, amountText, '/Amount');
    const applied = receipt.amount - receipt.unapplied;
    if (amount < applied)
      throw refuse('SBX_RECEIPT_AMOUNT', `The receipt ${receipt.number} is applied for more than that.`, '/Amount');
    if (receipt.reversed_on !== null)
      throw refuse('SBX_RECEIPT_REVERSED', `The receipt ${receipt.number} is reversed.`, '/Amount');
    withdraw(call.world, 'receipt', receipt.id);
    update(db, 'receipt', receipt.id, { amount, unapplied: amount - applied });
    const now = receiptById(call, receipt.id);
    if (now) bookReceipt(call, now);
  }
  const method = text(payload, 'ReceiptMethod');
  if (method !== undefined && !setup.receiptMethod(method)) {
    throw refuse('AR_INVAL_RECEIPT_MTH_ID', 'The receipt method is invalid.', '/ReceiptMethod');
  }
  const columns: Record<string, Value> = {
    number: text(payload, 'ReceiptNumber') ?? receipt.number,
    method: method ?? receipt.method,
  };
  update(db, 'receipt', receipt.id, columns as Record<string, string>);
  const rest = [...payload.values].filter(([name]) => !CUSTOMER.includes(name) && name !== 'Amount');
  const data = { ...(JSON.parse(receipt.data) as Row), ...Object.fromEntries(rest) };
  update(db, 'receipt', receipt.id, { data: JSON.stringify(data) });
}

function patchCustomer(call: Call, receipt: ReceiptRow, payload: Payload): void {
  const issues = new Issues();
  const kind = call.world.setup.receiptMethod(receipt.method)?.kind;
  const applied = liveApplications(call, receipt.id).length > 0;
  const onlySite =
    payload.values.has('CustomerSite') && !payload.values.has('CustomerName') && !payload.values.has('CustomerAccountNumber');
  const refusal =
    receipt.reversed_on !== null
      ? 'it was reversed'
      : receipt.progress === 'approved'
        ? 'it was approved'
        : kind === 'netting'
          ? 'it was created for Receivables and Payables netting'
          : kind === 'automatic'
            ? 'it is an automatic receipt'
            : applied && !onlySite
              ? 'it was applied to a transaction; only its site may be updated'
              : null;
  if (refusal !== null) {
    throw refuse(
      null,
      `You can't update the customer details on receipt ${receipt.id} because ${refusal}.`,
      '/CustomerAccountNumber',
    );
  }
  const before = receipt.account_id === null ? undefined : accountById(call, receipt.account_id);
  const names: Payload = {
    at: '',
    children: new Map(),
    values: new Map<string, Value>([
      ['CustomerAccountNumber', onlySite ? (before?.number ?? null) : (payload.values.get('CustomerAccountNumber') ?? null)],
      ['CustomerName', onlySite ? null : (payload.values.get('CustomerName') ?? null)],
      ['CustomerSite', payload.values.get('CustomerSite') ?? null],
    ]),
  };
  const { account, siteUse } = findCustomer(call, names, issues);
  issues.throwIfAny();
  moveCustomer(call, receipt, account, siteUse);
}

interface ReferenceRow extends Who {
  id: string;
  data: string;
}

const MATCH_BY = [
  'Transaction Number',
  'Purchase Order',
  'Sales Order',
  'Shipping Reference',
  'Consolidated Bill Number',
  'Other',
];

/** Remittance references only note what the payer said; AutoMatch applies them later (POST /__sandbox/automatch). */
export const remittanceReferenceBehaviour: Behaviour = {
  *rows(call, parents) {
    const rows = all<ReferenceRow>(
      call.world.db,
      'SELECT * FROM remittance_reference WHERE receipt_id = ? ORDER BY id',
      parents.at(-1)?.id ?? '',
    );
    for (const row of rows) yield referenceItem(row);
  },
  create(call, parents, payload) {
    const matchBy = text(payload, 'ReceiptMatchBy');
    if (matchBy === undefined || !MATCH_BY.includes(matchBy)) {
      throw refuse(
        'SBX_INVALID_MATCH_BY',
        `Receipts can't be matched by ${matchBy ?? '(nothing)'}.`,
        `${payload.at}/ReceiptMatchBy`,
      );
    }
    const id = nextId(call.world);
    const row = { id, data: JSON.stringify(Object.fromEntries(payload.values)), ...createdBy(call) };
    insert(call.world.db, 'remittance_reference', { ...row, receipt_id: parents.at(-1)?.id ?? '' });
    return referenceItem(row);
  },
};

const referenceItem = (row: ReferenceRow): Item =>
  itemOf(row, { ...(JSON.parse(row.data) as Row), RemittanceReferenceId: row.id });
