import { all } from '../database.ts';
import { convertMinor, writeMinor } from '../decimal.ts';
import type { ApplicationRow } from '../ledger/applications.ts';
import { siteUseById } from '../ledger/customers.ts';
import { type ReceiptRow, receiptById } from '../ledger/receipts.ts';
import { type InstallmentRow, rateOf, type TrxRow, trxById } from '../ledger/transactions.ts';
import type { Behaviour, Hints, Item, Row } from '../rest/behaviour.ts';
import { hinted } from '../rest/query.ts';
import type { Call, Who } from '../world.ts';
import { stateAndStatus, useText } from './receipts.ts';
import { whoColumns } from './records.ts';
import { daysLate, installmentStatus } from './transaction-parts.ts';

/**
 * receivablesCustomerAccountActivities and ...SiteActivities: the read side of what a customer owes, paid and was credited
 * (contract sections 5.4 and 9). The children are the same below an account and below one of its bill-to sites.
 */
type Level = 'account' | 'site';

interface AccountListRow extends Who {
  id: string;
  number: string;
  party_id: string;
  name: string;
  data: string;
}

const accountBehaviour: Behaviour = {
  *rows(call, _parents, hints) {
    const hint = hinted(hints, 'AccountId', 'AccountNumber', 'CustomerName', 'CustomerId');
    const column = {
      AccountId: 'account.id',
      AccountNumber: 'account.number',
      CustomerName: 'party.name',
      CustomerId: 'party.id',
    }[hint?.attribute ?? ''];
    const query = `SELECT account.*, party.name AS name, party.data AS data FROM account JOIN party ON party.id = account.party_id WHERE 1 = 1`;
    for (const row of below<AccountListRow>(call, query, null, column, hint?.values)) {
      yield {
        id: row.id,
        version: String(row.version),
        createdMs: row.created_ms,
        row: {
          ...whoColumns(row),
          ...taxNumbers(row.data),
          AccountId: row.id,
          AccountNumber: row.number,
          CustomerId: row.party_id,
          CustomerName: row.name,
          // Computed when asked for only: the shared web-shop account holds every order.
          get TotalOpenReceivablesForAccount() {
            return openSum(call, 'account', row.id, false);
          },
          get TotalTransactionsDueForAccount() {
            return openSum(call, 'account', row.id, true);
          },
        },
      };
    }
  },
};

interface SiteListRow extends AccountListRow {
  account_id: string;
  account_number: string;
  address: string;
}

const siteBehaviour: Behaviour = {
  *rows(call, _parents, hints) {
    const hint = hinted(hints, 'BillToSiteUseId', 'AccountNumber', 'AccountId', 'CustomerName', 'CustomerId', 'BillToSiteNumber');
    const columns: Record<string, string> = {
      BillToSiteUseId: 'site_use.id',
      AccountNumber: 'account.number',
      AccountId: 'account.id',
      CustomerName: 'party.name',
      CustomerId: 'party.id',
      BillToSiteNumber: 'site_use.number',
    };
    const query = `SELECT site_use.*, account.id AS account_id, account.number AS account_number, account.party_id AS party_id,
      party.name AS name, party.data AS data, location.data AS address
      FROM site_use JOIN account ON account.id = site_use.account_id JOIN party ON party.id = account.party_id
      JOIN account_site ON account_site.id = site_use.account_site_id JOIN party_site ON party_site.id = account_site.party_site_id
      JOIN location ON location.id = party_site.location_id WHERE site_use.code = 'BILL_TO'`;
    for (const row of below<SiteListRow>(call, query, null, columns[hint?.attribute ?? ''], hint?.values)) {
      yield {
        id: row.id,
        version: String(row.version),
        createdMs: row.created_ms,
        row: {
          ...whoColumns(row),
          ...taxNumbers(row.data),
          BillToSiteUseId: row.id,
          BillToSiteNumber: row.number,
          BillToSiteAddress: addressLine(row.address),
          AccountId: row.account_id,
          AccountNumber: row.account_number,
          CustomerId: row.party_id,
          CustomerName: row.name,
          get TotalOpenReceivablesForSite() {
            return openSum(call, 'site', row.id, false);
          },
          get TotalTransactionsDueForSite() {
            return openSum(call, 'site', row.id, true);
          },
        },
      };
    }
  },
};

/** Rows of an owner, narrowed by one column where a query named one, in the order they were made. */
function* below<T>(
  call: Call,
  query: string,
  owner: { column: string; id: string } | null,
  column: string | undefined,
  values: readonly string[] | undefined,
): Iterable<T> {
  const order = `ORDER BY ${/FROM (\w+)/.exec(query)?.[1] ?? ''}.id`;
  const owned = owner ? [owner.id] : [];
  if (column === undefined || values === undefined) {
    yield* all<T>(call.world.db, `${query} ${owner ? `AND ${owner.column} = ?` : ''} ${order}`, ...owned);
    return;
  }
  // The plus keeps SQLite from the owner's index: the shared account owns nearly everything, the other column names one row.
  const both = `${query} AND ${column} = ? ${owner ? `AND +${owner.column} = ?` : ''} ${order}`;
  for (const value of values) yield* all<T>(call.world.db, both, value, ...owned);
}

const ownerOf = (level: Level, table: string, parents: readonly Item[]) => ({
  column: `${table}.${level === 'account' ? 'account_id' : 'site_use_id'}`,
  id: parents.at(-1)?.id ?? '',
});

function taxNumbers(partyData: string): Row {
  const { TaxpayerIdentificationNumber = null } = JSON.parse(partyData) as Row;
  return { TaxpayerIdentificationNumber, TaxRegistrationNumber: null };
}

function addressLine(location: string): string {
  const { Address1, City, State, PostalCode, Country } = JSON.parse(location) as Row;
  return [Address1, City, State, PostalCode, Country].filter((part) => typeof part === 'string' && part !== '').join(', ');
}

interface OpenSum {
  ledger: string;
  currency: string;
  rate: string | null;
  balance: number;
}

/** What is open in the ledger's currency, as an account may hold several; `due` only what is past its due date. */
function openSum(call: Call, level: Level, id: string, due: boolean): string {
  const { setup, db } = call.world;
  const owner = level === 'account' ? 'account_id' : 'site_use_id';
  const sums = all<OpenSum>(
    db,
    `SELECT trx.ledger, trx.currency, trx.rate, sum(installment.balance) AS balance
     FROM trx JOIN installment ON installment.trx_id = trx.id
     WHERE trx.${owner} = ? AND installment.balance <> 0 AND installment.due_date <= ? GROUP BY trx.ledger, trx.currency, trx.rate`,
    id,
    due ? call.today : '9999-12-31',
  );
  let decimals = 2;
  const total = sums.reduce((sum, row) => {
    const rate = rateOf(row);
    decimals = setup.decimals(setup.ledger(row.ledger).currency);
    return sum + (rate === null ? row.balance : convertMinor(row.balance, setup.decimals(row.currency), rate, decimals));
  }, 0);
  return writeMinor(total, decimals);
}

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
      yield {
        id: trx.id,
        version: String(trx.version),
        createdMs: trx.created_ms,
        row: {
          ...whoColumns(trx),
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
        },
      };
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
  return {
    id: receipt.id,
    version: String(receipt.version),
    createdMs: receipt.created_ms,
    row: {
      ...whoColumns(receipt),
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
    },
  };
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
    ...whoColumns(row),
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
  return {
    id: row.id,
    version: String(row.version),
    createdMs: row.created_ms,
    row: {
      ...applicationRow(call, row),
      StandardReceiptId: row.from_id,
      ReceiptNumber: receipt?.number ?? null,
      ReceiptMethod: receipt?.method ?? null,
      ProcessStatus: receipt ? useText(receipt) : null,
      CustomerSite: receipt?.site_use_id == null ? null : (siteUseById(call, receipt.site_use_id)?.number ?? null),
    },
  };
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
      yield {
        id: row.id,
        version: String(row.version),
        createdMs: row.created_ms,
        row: {
          ...applicationRow(call, row),
          CreditMemoId: row.from_id,
          CreditMemoNumber: memo?.number ?? null,
          CreditMemoStatus: memo?.status ?? null,
          TransactionType: memo?.type ?? null,
          BillToSiteNumber: memo ? (siteUseById(call, memo.site_use_id)?.number ?? null) : null,
        },
      };
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

const CHILDREN: Record<string, (level: Level) => Behaviour> = {
  transactionPaymentSchedules: paymentSchedules,
  creditMemos,
  standardReceipts,
  standardReceiptApplications: receiptApplications,
  creditMemoApplications: memoApplications,
  transactionsPaidByOtherCustomers: paidByOthers,
  transactionAdjustments: adjustments,
};

const TOPS = { account: 'receivablesCustomerAccountActivities', site: 'receivablesCustomerAccountSiteActivities' } as const;

export const activityBehaviours: Record<string, Behaviour> = {
  [TOPS.account]: accountBehaviour,
  [TOPS.site]: siteBehaviour,
  ...Object.fromEntries(
    (['account', 'site'] as const).flatMap((level) =>
      Object.entries(CHILDREN).map(([name, make]) => [`${TOPS[level]}.${name}`, make(level)]),
    ),
  ),
};
