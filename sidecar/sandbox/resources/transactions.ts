import { all, one, update } from '../database.ts';
import { convertMinor, writeMinor } from '../decimal.ts';
import { Issues, refuse } from '../errors.ts';
import { accountById, siteUseById } from '../ledger/customers.ts';
import { draftTransaction } from '../ledger/transaction-draft.ts';
import { CREDIT_MEMO, INVOICE, type TransactionNames } from '../ledger/transaction-names.ts';
import {
  balanceOf,
  complete,
  deleteTransaction,
  insertTransaction,
  makeIncomplete,
  rateOf,
  rescheduleTransaction,
  type TrxRow,
  trxById,
} from '../ledger/transactions.ts';
import type { Behaviour, Hints, Item, Row } from '../rest/behaviour.ts';
import { type Payload, text } from '../rest/payload.ts';
import { hinted } from '../rest/query.ts';
import { type Call, maySee, touch } from '../world.ts';
import { whoColumns } from './records.ts';

/** receivablesInvoices and receivablesCreditMemos: what they have in common. */
function transactionBehaviour(names: TransactionNames, toRow: (call: Call, trx: TrxRow) => Row): Behaviour {
  const toItem = (call: Call, trx: TrxRow): Item => ({
    id: trx.id,
    version: String(trx.version),
    createdMs: trx.created_ms,
    row: toRow(call, trx),
  });
  return {
    owns: new Set([names.lines, names.distributions]),
    *rows(call, _parents, hints) {
      for (const trx of candidates(call, names, hints)) if (maySee(call, trx.business_unit)) yield toItem(call, trx);
    },
    create(call, _parents, payload) {
      const draft = draftTransaction(call, payload, names);
      const id = insertTransaction(call, draft, { onAccount: draft.class === 'CM' });
      const trx = trxById(call, id);
      if (!trx) throw new Error(`The transaction ${id} was not kept`);
      const item = toItem(call, trx);
      // A rate that Oracle looked up itself shows in a GET, not in the answer to the POST (switch).
      if (trx.rate_sent === 0 && call.world.switches.rateInPostAnswer === 'off') item.row.ConversionRate = null;
      return item;
    },
  };
}

/** Transactions that can match, by the best index there is. */
function candidates(call: Call, names: TransactionNames, hints: Hints): Iterable<TrxRow> {
  const classes = names.classes.map((name) => `'${name}'`).join(', ');
  const regular = names === CREDIT_MEMO && call.world.switches.standardMemosInRest === 'off' ? 'AND on_account = 1' : '';
  const where = `class IN (${classes}) ${regular}`;
  const hint = hinted(hints, 'CustomerTransactionId', 'TransactionNumber', 'CrossReference');
  const column = { CustomerTransactionId: 'id', TransactionNumber: 'number', CrossReference: 'cross_reference' }[
    hint?.attribute ?? ''
  ];
  if (!hint || !column) return all<TrxRow>(call.world.db, `SELECT * FROM trx WHERE ${where} ORDER BY id`);
  return hint.values.flatMap((value) =>
    all<TrxRow>(call.world.db, `SELECT * FROM trx WHERE ${column} = ? AND ${where} ORDER BY id`, value),
  );
}

function shared(call: Call, trx: TrxRow): Row {
  const account = accountById(call, trx.account_id);
  const site = siteUseById(call, trx.site_use_id);
  return {
    ...(JSON.parse(trx.data) as Row),
    ...whoColumns(trx),
    CustomerTransactionId: trx.id,
    TransactionNumber: trx.number,
    TransactionDate: trx.date,
    TransactionType: trx.type,
    TransactionSource: trx.source,
    AccountingDate: trx.accounting_date,
    BusinessUnit: trx.business_unit,
    BillToCustomerNumber: account?.number ?? null,
    BillToCustomerName: account?.party_name ?? null,
    BillToSite: site?.number ?? null,
    ConversionRateType: trx.rate_type,
    ConversionRate: trx.rate,
    EnteredAmount: writeMinor(trx.total, call.world.setup.decimals(trx.currency)),
  };
}

const invoiceRow = (call: Call, trx: TrxRow): Row => {
  const due = one<{ due_date: string }>(
    call.world.db,
    'SELECT due_date FROM installment WHERE trx_id = ? ORDER BY sequence LIMIT 1',
    trx.id,
  );
  const isComplete = trx.status === 'Complete';
  const base = shared(call, trx);
  return {
    ...base,
    BillToPartyId: accountById(call, trx.account_id)?.party_id ?? null,
    ConversionDate: trx.rate_date,
    DueDate: due?.due_date ?? base.DueDate ?? null,
    InvoiceCurrencyCode: trx.currency,
    InvoiceStatus: trx.status,
    InvoiceBalanceAmount: isComplete ? writeMinor(balanceOf(call, trx.id), call.world.setup.decimals(trx.currency)) : null,
    PaymentTerms: trx.terms,
  };
};

const memoRow = (call: Call, trx: TrxRow): Row => ({
  ...shared(call, trx),
  ConversionRateDate: trx.rate_date,
  CreditMemoCurrency: trx.currency,
  CreditMemoStatus: trx.status,
  TransactionBalanceDue:
    trx.status === 'Complete' ? writeMinor(balanceOf(call, trx.id), call.world.setup.decimals(trx.currency)) : null,
});

export const invoiceBehaviour: Behaviour = {
  ...transactionBehaviour(INVOICE, invoiceRow),
  finders: {
    invoiceSearch: {
      FirstPartyTaxRegistration: 'FirstPartyRegistrationNumber',
      ThirdPartyTaxRegistration: 'ThirdPartyRegistrationNumber',
    },
  },
  update(call, item, payload) {
    const trx = storedTransaction(call, item);
    patchInvoice(call, trx, payload);
    touch(call, 'trx', trx.id);
  },
  remove(call, item) {
    deleteTransaction(call, storedTransaction(call, item));
  },
  actions: {
    approve: (_call, item) => refuseApproval(item),
    rework: (_call, item) => refuseApproval(item),
  },
};

export const creditMemoBehaviour: Behaviour = {
  ...transactionBehaviour(CREDIT_MEMO, memoRow),
  finders: {
    creditMemosFinder: { BindBillToCustomer: 'BillToCustomerName', BindShipToSite: 'ShipToCustomerSite' },
  },
  update(call, item, payload) {
    const trx = storedTransaction(call, item);
    patchMemo(call, trx, payload);
    touch(call, 'trx', trx.id);
  },
  actions: {
    approve: (_call, item) => refuseApproval(item),
    rework: (_call, item) => refuseApproval(item),
  },
};

function refuseApproval(item: Item): never {
  throw refuse('SBX_APPROVAL_NOT_ENABLED', `Approval isn't enabled for transaction ${item.row.TransactionNumber}.`);
}

function storedTransaction(call: Call, item: Item): TrxRow {
  const trx = trxById(call, item.id);
  if (!trx) throw new Error(`The transaction ${item.id} is gone`);
  return trx;
}

const PRINTING = ['OriginalPrintDate', 'LastPrintDate', 'DeliveryMethod', 'Email'];

/** Contract section 2.5: print details only together with InvoicePrinted = Y. */
function patchInvoice(call: Call, trx: TrxRow, payload: Payload): void {
  const { db, setup } = call.world;
  const issues = new Issues();
  for (const name of PRINTING) {
    if (payload.values.has(name) && text(payload, 'InvoicePrinted') !== 'Y') {
      issues.add('SBX_NOT_PRINTED', `The attribute ${name} can only be updated together with InvoicePrinted Y.`, `/${name}`);
    }
  }
  const unit = setup.unit(trx.business_unit);
  const terms = text(payload, 'PaymentTerms');
  if (terms !== undefined && !(unit && setup.terms(unit, terms))) {
    issues.add('SBX_INVALID_PAYMENT_TERMS', `The payment terms ${terms} aren't valid for this business unit.`, '/PaymentTerms');
  }
  issues.throwIfAny();
  const date = text(payload, 'TransactionDate');
  if (terms !== undefined || date !== undefined) {
    update(db, 'trx', trx.id, { ...(terms !== undefined && { terms }), ...(date !== undefined && { date }) });
    rescheduleTransaction(call, trxById(call, trx.id) ?? trx);
  }
  keepValues(call, trx, payload, ['InvoicePrinted', ...PRINTING]);
  setStatus(call, trx, text(payload, 'InvoiceStatus'), ['Complete', 'Incomplete', 'Frozen']);
}

function patchMemo(call: Call, trx: TrxRow, payload: Payload): void {
  const { db, setup } = call.world;
  const type = text(payload, 'TransactionType');
  if (type !== undefined) {
    const unit = setup.unit(trx.business_unit);
    if (!unit || setup.type(unit, type)?.class !== 'CM') {
      throw refuse('AR_INVAL_CUST_TRX_TYPE_ID', "The transaction type isn't valid for a credit memo.", '/TransactionType');
    }
    update(db, 'trx', trx.id, { type });
  }
  keepValues(call, trx, payload, ['AllowCompletion', 'ControlCompletionReason', 'RecipientEmail']);
  setStatus(call, trx, text(payload, 'CreditMemoStatus'), ['Complete', 'Incomplete']);
}

function setStatus(call: Call, trx: TrxRow, status: string | undefined, allowed: readonly string[]): void {
  if (status === undefined) return;
  if (!allowed.includes(status)) throw refuse('SBX_INVALID_STATUS', `The status ${status} isn't valid.`, '/InvoiceStatus');
  if (status === 'Complete') complete(call, trx.id);
  else if (status === 'Incomplete') makeIncomplete(call, trx);
  else update(call.world.db, 'trx', trx.id, { status });
}

function keepValues(call: Call, trx: TrxRow, payload: Payload, names: readonly string[]): void {
  const sent = [...payload.values].filter(([name]) => names.includes(name));
  if (sent.length === 0) return;
  const data = { ...(JSON.parse(trx.data) as Row), ...Object.fromEntries(sent) };
  update(call.world.db, 'trx', trx.id, { data: JSON.stringify(data) });
}

/** A share of an amount in the ledger's currency. */
export function accountedText(call: Call, trx: TrxRow, minor: number): string {
  const { setup } = call.world;
  const ledgerCurrency = setup.ledger(trx.ledger).currency;
  const rate = rateOf(trx);
  const decimals = setup.decimals(trx.currency);
  const ledgerDecimals = setup.decimals(ledgerCurrency);
  return writeMinor(rate === null ? minor : convertMinor(minor, decimals, rate, ledgerDecimals), ledgerDecimals);
}
