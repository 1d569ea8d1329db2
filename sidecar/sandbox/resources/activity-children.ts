import { all } from '../database.ts';
import { writeMinor } from '../decimal.ts';
import type { ApplicationRow } from '../ledger/applications.ts';
import { siteUseById } from '../ledger/customers.ts';
import { type ReceiptRow, receiptById } from '../ledger/receipts.ts';
import { type InstallmentRow, type TrxRow, trxById } from '../ledger/transactions.ts';
import type { Behaviour, Hints, Item, Row } from '../rest/behaviour.ts';
import { hinted } from '../rest/query.ts';
import type { Call, Who } from '../world.ts';
import { below, type Level, ownerOf } from './activity-rows.ts';
import { stateAndStatus, useText } from './receipts.ts';
import { itemOf, whoColumns } from './records.ts';
import { daysLate, installmentStatus } from './transaction-parts.ts';

/** Children of the activities resources (contract sections 5.4 and 9), the same below an account and below a bill-to site. */
interface Schedule {
  trx: TrxRow;
  installment: InstallmentRow;
}

/** Installments of an account's or site's transactions. */
function schedules(call: Call, level: Level, parents: readonly Item[], hints: Hints): Schedule[] {
  const hint = hinted(hints, 'InstallmentId', 'TransactionId', 'TransactionNumber', 'CreditMemoId', 'CreditMemoNumber');
  const columns: Record<string, string> = {
    InstallmentId: 'installment.id',
    TransactionId: 'trx.id',
    TransactionNumber: 'trx.number',
    CreditMemoId: 'trx.id',
    CreditMemoNumber: 'trx.number',
  };
  const query = `SELECT trx.id AS trx_id, installment.id AS installment_id FROM trx JOIN installment ON installment.trx_id = trx.id WHERE 1 = 1`;
  const owner = ownerOf(level, 'trx', parents);
  const rows = below<{ trx_id: string; installment_id: string }>(
    call,
    query,
    owner,
    columns[hint?.attribute ?? ''],
    hint?.values,
  );
  return [...rows].flatMap((row) => {
    const trx = trxById(call, row.trx_id);
    const [installment] = all<InstallmentRow>(call.world.db, 'SELECT * FROM installment WHERE id = ?', row.installment_id);
    return trx && installment ? [{ trx, installment }] : [];
  });
}

const CLASS_TEXT: Record<string, string> = { INV: 'Invoice', CM: 'Credit Memo', DM: 'Debit Memo' };

const paymentSchedules = (level: Level): Behaviour => ({
  *rows(call, parents, hints) {
    for (const { trx, installment } of schedules(call, level, parents, hints)) {
      if (trx.class === 'CM') continue;
      yield scheduleItem(call, trx, installment);
    }
  },
});

function scheduleItem(call: Call, trx: TrxRow, installment: InstallmentRow): Item {
  const decimals = call.world.setup.decimals(trx.currency);
  const sent = JSON.parse(trx.data) as Row;
  return {
    id: installment.id,
    version: String(trx.version),
    createdMs: trx.created_ms,
    row: {
      ...whoColumns(trx),
      InstallmentId: installment.id,
      InstallmentNumber: String(installment.sequence),
      InstallmentStatus: installmentStatus(installment),
      PaymentScheduleDueDate: installment.due_date,
      PaymentDaysLate: String(daysLate(call, installment)),
      TotalOriginalAmount: writeMinor(installment.original, decimals),
      TotalBalanceAmount: writeMinor(installment.balance, decimals),
      EnteredCurrency: trx.currency,
      TransactionId: trx.id,
      TransactionNumber: trx.number,
      TransactionDate: trx.date,
      TransactionClass: CLASS_TEXT[trx.class] ?? trx.class,
      TransactionType: trx.type,
      TransactionSourceName: trx.source,
      AccountingDate: trx.accounting_date,
      BillToSiteNumber: siteUseById(call, trx.site_use_id)?.number ?? null,
      PurchaseOrder: sent.PurchaseOrder ?? null,
      ReceiptMethod: sent.ReceiptMethod ?? null,
      StructuredPaymentReference: sent.StructuredPaymentReference ?? null,
    },
  };
}

const creditMemos = (level: Level): Behaviour => ({
  *rows(call, parents, hints) {
    for (const { trx, installment } of schedules(call, level, parents, hints)) {
      if (trx.class !== 'CM') continue;
      const decimals = call.world.setup.decimals(trx.currency);
      yield itemOf(trx, {
        CreditMemoId: trx.id,
        CreditMemoNumber: trx.number,
        CreditMemoDate: trx.date,
        CreditMemoCurrency: trx.currency,
        CreditMemoStatus: installmentStatus(installment),
        AccountingDate: trx.accounting_date,
        InstallmentId: installment.id,
        TotalOriginalAmount: writeMinor(installment.original, decimals),
        TotalBalanceAmount: writeMinor(installment.balance, decimals),
        AvailableAmount: writeMinor(installment.balance, decimals),
        TransactionClass: CLASS_TEXT.CM ?? null,
        TransactionType: trx.type,
        PurchaseOrder: (JSON.parse(trx.data) as Row).PurchaseOrder ?? null,
        BillToSiteNumber: siteUseById(call, trx.site_use_id)?.number ?? null,
      });
    }
  },
});

const standardReceipts = (level: Level): Behaviour => ({
  *rows(call, parents, hints) {
    const hint = hinted(hints, 'StandardReceiptId', 'ReceiptNumber');
    const column = { StandardReceiptId: 'receipt.id', ReceiptNumber: 'receipt.number' }[hint?.attribute ?? ''];
    const owner = ownerOf(level, 'receipt', parents);
    for (const receipt of below<ReceiptRow>(call, 'SELECT * FROM receipt WHERE 1 = 1', owner, column, hint?.values))
      yield receiptItem(call, receipt);
  },
});

function receiptItem(call: Call, receipt: ReceiptRow): Item {
  const { setup } = call.world;
  const decimals = setup.decimals(receipt.currency);
  const { state } = stateAndStatus(call, receipt);
  const unit = setup.unit(receipt.business_unit);
  return itemOf(receipt, {
    StandardReceiptId: receipt.id,
    ReceiptNumber: receipt.number,
    ReceiptDate: receipt.date,
    ReceiptMethod: receipt.method,
    AccountingDate: receipt.accounting_date,
    Amount: writeMinor(receipt.amount, decimals),
    UnappliedAmount: writeMinor(receipt.unapplied, decimals),
    AvailableAmount: writeMinor(receipt.unapplied, decimals),
    BusinessUnit: receipt.business_unit,
    Currency: receipt.currency,
    CustomerSite: receipt.site_use_id === null ? null : (siteUseById(call, receipt.site_use_id)?.number ?? null),
    LegalEntity: unit?.legalEntity ?? null,
    ProcessStatus: useText(receipt),
    State: state,
  });
}

const STATUS: Record<ApplicationRow['target'], { meaning: string; code: string }> = {
  invoice: { meaning: 'Applied', code: 'APP' },
  activity: { meaning: 'Activity', code: 'ACTIVITY' },
  refund: { meaning: 'Activity', code: 'ACTIVITY' },
  'on-account': { meaning: 'On account', code: 'ACC' },
};

const APPLICATION_COLUMNS: Record<string, string> = {
  ApplicationId: 'application.id',
  StandardReceiptId: 'application.from_id',
  CreditMemoId: 'application.from_id',
  ReferenceInstallmentId: 'application.installment_id',
  ReferenceTransactionId: 'application.trx_id',
};

/** Rows of the application table below an account or site; numbers are looked up to ids first, so that an index serves. */
function* applicationsBelow(
  call: Call,
  level: Level,
  parents: readonly Item[],
  kind: 'receipt' | 'memo',
  hints: Hints,
): Iterable<ApplicationRow> {
  const table = kind === 'receipt' ? 'receipt' : 'trx';
  const number = hinted(hints, kind === 'receipt' ? 'ReceiptNumber' : 'CreditMemoNumber');
  const direct = hinted(
    hints,
    'ApplicationId',
    'StandardReceiptId',
    'CreditMemoId',
    'ReferenceInstallmentId',
    'ReferenceTransactionId',
  );
  let column = APPLICATION_COLUMNS[direct?.attribute ?? ''];
  let values: readonly string[] | undefined = direct?.values;
  if (!column && number) {
    column = 'application.from_id';
    values = number.values.flatMap((text) =>
      all<{ id: string }>(call.world.db, `SELECT id FROM ${table} WHERE number = ?`, text).map((row) => row.id),
    );
  }
  const query = `SELECT application.* FROM application JOIN ${table} AS origin ON origin.id = application.from_id
    WHERE application.from_kind = '${kind}'`;
  for (const row of below<ApplicationRow>(call, query, ownerOf(level, 'origin', parents), column, values)) {
    if (row.undoes === null || call.world.switches.reversalRows === 'shown') yield row;
  }
}

function applicationRow(call: Call, row: ApplicationRow): Row {
  const trx = row.trx_id === null ? undefined : trxById(call, row.trx_id);
  const yes = call.world.switches.yesNoText;
  const status = STATUS[row.target];
  return {
    ApplicationId: row.id,
    ApplicationAmount: writeMinor(row.amount, call.world.setup.decimals(row.currency)),
    ApplicationDate: row.apply_date,
    ApplicationStatus: call.world.switches.applicationStatusText === 'code' ? status.code : status.meaning,
    AccountingDate: row.accounting_date,
    ActivityName: row.activity,
    EnteredCurrency: row.currency,
    IsLatestApplication: row.is_latest === 1 ? yes : yes === 'Y' ? 'N' : 'No',
    ReferenceInstallmentId: row.installment_id,
    ReferenceTransactionId: row.trx_id,
    ReferenceTransactionNumber: trx?.number ?? null,
    ReferenceTransactionStatus: trx?.status ?? null,
  };
}

function receiptApplicationItem(call: Call, row: ApplicationRow): Item {
  const receipt = receiptById(call, row.from_id);
  return itemOf(row, {
    ...applicationRow(call, row),
    StandardReceiptId: row.from_id,
    ReceiptNumber: receipt?.number ?? null,
    ReceiptMethod: receipt?.method ?? null,
    ProcessStatus: receipt ? useText(receipt) : null,
    CustomerSite: receipt?.site_use_id == null ? null : (siteUseById(call, receipt.site_use_id)?.number ?? null),
  });
}

const receiptApplications = (level: Level): Behaviour => ({
  *rows(call, parents, hints) {
    for (const row of applicationsBelow(call, level, parents, 'receipt', hints)) yield receiptApplicationItem(call, row);
  },
});

const memoApplications = (level: Level): Behaviour => ({
  *rows(call, parents, hints) {
    for (const row of applicationsBelow(call, level, parents, 'memo', hints)) {
      const memo = trxById(call, row.from_id);
      yield itemOf(row, {
        ...applicationRow(call, row),
        CreditMemoId: row.from_id,
        CreditMemoNumber: memo?.number ?? null,
        CreditMemoStatus: memo?.status ?? null,
        TransactionType: memo?.type ?? null,
        BillToSiteNumber: memo ? (siteUseById(call, memo.site_use_id)?.number ?? null) : null,
      });
    }
  },
});

/** Applications of other customers' receipts to this one's transactions. */
const paidByOthers = (level: Level): Behaviour => ({
  *rows(call, parents) {
    const owner = level === 'account' ? 'account_id' : 'site_use_id';
    const query = `SELECT application.* FROM application JOIN trx ON trx.id = application.trx_id
      WHERE application.from_kind = 'receipt' AND trx.${owner} = ? AND application.account_id IS NOT trx.account_id ORDER BY application.id`;
    for (const row of all<ApplicationRow>(call.world.db, query, parents.at(-1)?.id ?? ''))
      yield receiptApplicationItem(call, row);
  },
});

interface AdjustmentRecord extends Who {
  id: string;
  data: string;
}

/** Adjustments are read-only over REST: those of the seed (records.receivablesAdjustments) that name this one's transactions. */
const adjustments = (level: Level): Behaviour => ({
  *rows(call, parents) {
    const id = parents.at(-1)?.id ?? '';
    const rows = all<AdjustmentRecord>(call.world.db, "SELECT * FROM record WHERE path = 'receivablesAdjustments' ORDER BY id");
    for (const row of rows) {
      const values = JSON.parse(row.data) as Row;
      const trx = trxById(call, String(values.CustomerTransactionId ?? ''));
      const owner = level === 'account' ? trx?.account_id : trx?.site_use_id;
      if (!trx || owner !== id) continue;
      yield {
        id: row.id,
        version: String(row.version),
        row: {
          ...values,
          ...whoColumns(row),
          ApplicationDate: values.AdjustmentDate ?? null,
          BillToSiteNumber: siteUseById(call, trx.site_use_id)?.number ?? null,
          EnteredCurrency: values.Currency ?? null,
          ProcessStatus: values.Status ?? null,
          ReferenceTransactionId: trx.id,
          ReferenceTransactionNumber: trx.number,
          ReferenceTransactionStatus: trx.status,
        },
      };
    }
  },
});

/** By name of the child. */
export const ACTIVITY_CHILDREN: Record<string, (level: Level) => Behaviour> = {
  transactionPaymentSchedules: paymentSchedules,
  creditMemos,
  standardReceipts,
  standardReceiptApplications: receiptApplications,
  creditMemoApplications: memoApplications,
  transactionsPaidByOtherCustomers: paidByOthers,
  transactionAdjustments: adjustments,
};
