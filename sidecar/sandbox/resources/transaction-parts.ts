import { all, update } from '../database.ts';
import { writeMinor } from '../decimal.ts';
import { refuse } from '../errors.ts';
import { readAmount } from '../ledger/transaction-lines.ts';
import { CREDIT_MEMO, INVOICE, type TransactionNames } from '../ledger/transaction-names.ts';
import { type InstallmentRow, installmentsOf, type TrxRow, trxById } from '../ledger/transactions.ts';
import type { Behaviour, Item, Row } from '../rest/behaviour.ts';
import { text } from '../rest/payload.ts';
import { type Call, touch } from '../world.ts';
import { whoColumns } from './records.ts';
import { accountedText } from './transactions.ts';

/** Children of invoices and credit memos: lines, their taxes, distributions, installments. */
function trxOf(call: Call, parents: readonly Item[]): TrxRow {
  const trx = trxById(call, parents[0]?.id ?? '');
  if (!trx) throw new Error('A line without its transaction');
  return trx;
}

interface LineRow {
  id: string;
  number: string;
  amount: number;
  data: string;
}

function lineBehaviour(names: TransactionNames): Behaviour {
  return {
    owns: new Set([names.taxLines]),
    *rows(call, parents) {
      const trx = trxOf(call, parents);
      const decimals = call.world.setup.decimals(trx.currency);
      for (const line of all<LineRow>(
        call.world.db,
        'SELECT id, number, amount, data FROM trx_line WHERE trx_id = ? ORDER BY id',
        trx.id,
      )) {
        const { quantity = null, price = null, ...sent } = JSON.parse(line.data) as Row;
        yield {
          id: line.id,
          version: String(trx.version),
          row: {
            ...sent,
            ...whoColumns(trx),
            CustomerTransactionLineId: line.id,
            LineNumber: line.number,
            [names.lineQuantity]: quantity,
            UnitSellingPrice: price,
            [names.lineAmount]: writeMinor(line.amount, decimals),
          },
        };
      }
    },
  };
}

interface TaxLineRow {
  id: string;
  number: number;
  amount: number;
  data: string;
}

function taxLineBehaviour(keyAttribute: string): Behaviour {
  return {
    *rows(call, parents) {
      const trx = trxOf(call, parents);
      const decimals = call.world.setup.decimals(trx.currency);
      const lineId = parents.at(-1)?.id ?? '';
      for (const tax of all<TaxLineRow>(
        call.world.db,
        'SELECT id, number, amount, data FROM tax_line WHERE line_id = ? ORDER BY id',
        lineId,
      )) {
        const { taxable, ...sent } = JSON.parse(tax.data) as Row & { taxable: number };
        yield {
          id: tax.id,
          version: String(trx.version),
          row: {
            ...sent,
            ...whoColumns(trx),
            [keyAttribute]: tax.id,
            TaxLineNumber: String(tax.number),
            TaxAmount: writeMinor(tax.amount, decimals),
            TaxableAmount: writeMinor(taxable, decimals),
            TaxInclusiveIndicator: sent.TaxInclusiveIndicator ?? 'N',
          },
        };
      }
    },
  };
}

interface DistributionRow {
  id: string;
  class: string;
  line_number: string | null;
  tax_line: number | null;
  account: string;
  amount: number;
  percent: string | null;
  accounted: number;
  comments: string | null;
}

function distributionBehaviour(names: TransactionNames): Behaviour {
  return {
    *rows(call, parents) {
      const trx = trxOf(call, parents);
      const { setup, db } = call.world;
      const ledgerDecimals = setup.decimals(setup.ledger(trx.ledger).currency);
      for (const row of all<DistributionRow>(db, 'SELECT * FROM distribution WHERE trx_id = ? ORDER BY id', trx.id)) {
        yield {
          id: row.id,
          version: String(trx.version),
          row: {
            ...whoColumns(trx),
            DistributionId: row.id,
            AccountClass: row.class,
            AccountCombination: row.account,
            Amount: writeMinor(row.amount, setup.decimals(trx.currency)),
            AccountedAmount: writeMinor(row.accounted, ledgerDecimals),
            Percent: row.percent,
            Comments: row.comments,
            [names.distributionLine]: row.line_number,
            DetailedTaxLineNumber: row.tax_line === null ? null : String(row.tax_line),
          },
        };
      }
    },
  };
}

const DAY_MS = 86_400_000;

/** Whole days past the due date; negative before it, 0 once closed. */
export const daysLate = (call: Call, installment: InstallmentRow): number =>
  installment.balance === 0 ? 0 : Math.floor((Date.parse(call.today) - Date.parse(installment.due_date)) / DAY_MS);

/** A closed installment owes nothing any more. */
export const installmentStatus = (installment: InstallmentRow): string => (installment.balance === 0 ? 'Closed' : 'Open');

function installmentRow(call: Call, trx: TrxRow, installment: InstallmentRow): Row {
  const amount = (minor: number) => writeMinor(minor, call.world.setup.decimals(trx.currency));
  return {
    ...whoColumns(trx),
    InstallmentId: installment.id,
    InstallmentSequenceNumber: String(installment.sequence),
    InstallmentDueDate: installment.due_date,
    InstallmentStatus: installmentStatus(installment),
    OriginalAmount: amount(installment.original),
    InstallmentBalanceDue: amount(installment.balance),
    AccountedBalanceDue: accountedText(call, trx, installment.balance),
    AmountPaid: amount(installment.paid),
    InstallmentAmountCredited: amount(installment.credited),
    InstallmentAmountAdjusted: '0',
    PendingAdjustmentAmount: '0',
    InstallmentClosedDate: installment.closed_date,
    InstallmentGLClosedDate: installment.closed_date,
    PaymentDaysLate: String(Math.max(0, daysLate(call, installment))),
    ExcludeFromCollections: 'N',
  };
}

const installmentBehaviour: Behaviour = {
  *rows(call, parents) {
    const trx = trxOf(call, parents);
    for (const installment of installmentsOf(call, trx.id)) {
      yield { id: installment.id, version: String(trx.version), row: installmentRow(call, trx, installment) };
    }
  },
  update(call, item, payload, parents) {
    const trx = trxOf(call, parents);
    const due = text(payload, 'InstallmentDueDate');
    if (due !== undefined) update(call.world.db, 'installment', item.id, { due_date: due });
    const original = text(payload, 'OriginalAmount');
    if (original !== undefined) moveOriginal(call, trx, item.id, readAmount(original, call.world.setup.decimals(trx.currency)));
    touch(call, 'trx', trx.id);
  },
};

/** The installments of an invoice always add up to its total: what one gains, the last of the others loses. */
function moveOriginal(call: Call, trx: TrxRow, id: string, amount: number | null): void {
  const rows = installmentsOf(call, trx.id);
  const mine = rows.find((row) => row.id === id);
  const other = rows.filter((row) => row.id !== id).at(-1);
  if (!mine || amount === null)
    throw refuse('SBX_AMOUNT_PRECISION', "The original amount isn't an amount of this currency.", '/OriginalAmount');
  const change = amount - mine.original;
  if (change === 0) return;
  if (!other || mine.balance + change < 0 || other.balance - change < 0) {
    throw refuse('SBX_INSTALLMENT_TOTAL', "The installments wouldn't add up to the transaction any more.", '/OriginalAmount');
  }
  for (const [row, by] of [
    [mine, change],
    [other, -change],
  ] as const) {
    update(call.world.db, 'installment', row.id, { original: row.original + by, balance: row.balance + by });
  }
}

export const transactionParts: Record<string, Behaviour> = {
  'receivablesInvoices.receivablesInvoiceLines': lineBehaviour(INVOICE),
  'receivablesInvoices.receivablesInvoiceLines.receivablesInvoiceLineTaxLines': taxLineBehaviour('CustomerTransactionLineId'),
  'receivablesInvoices.receivablesInvoiceDistributions': distributionBehaviour(INVOICE),
  'receivablesInvoices.receivablesInvoiceInstallments': installmentBehaviour,
  'receivablesCreditMemos.receivablesCreditMemoLines': lineBehaviour(CREDIT_MEMO),
  'receivablesCreditMemos.receivablesCreditMemoLines.receivablesCreditMemoLineTaxLines': taxLineBehaviour('CustomerTrxLineId'),
  'receivablesCreditMemos.receivablesCreditMemoDistributions': distributionBehaviour(CREDIT_MEMO),
};
