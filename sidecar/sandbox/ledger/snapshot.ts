import { all, one } from '../database.ts';
import { writeMinor } from '../decimal.ts';
import type { Row } from '../rest/behaviour.ts';
import type { World } from '../world.ts';
import type { MiscReceiptRow } from './misc-receipts.ts';

/** The whole ledger for people and assertions: documents, what was applied to what, and whether the books balance. */
export function ledgerSnapshot(world: World) {
  const { db, setup } = world;
  const problems = checkBooks(world);
  const money = (minor: number, currency: string): string => writeMinor(minor, setup.decimals(currency));
  const flexfields = flexfieldsShown(world);
  const transactions = all<Record<string, string | number | null>>(
    db,
    `SELECT trx.*, account.number AS account, site_use.number AS site, party.name AS customer
     FROM trx JOIN account ON account.id = trx.account_id JOIN party ON party.id = account.party_id
     JOIN site_use ON site_use.id = trx.site_use_id ORDER BY trx.id`,
  ).map((row) => {
    const currency = String(row.currency);
    const installments = installmentsShown(world, String(row.id), currency);
    return {
      id: row.id,
      class: row.class,
      number: row.number,
      crossReference: row.cross_reference,
      businessUnit: row.business_unit,
      source: row.source,
      type: row.type,
      status: row.status,
      date: row.date,
      accountingDate: row.accounting_date,
      currency,
      rate: row.rate,
      customerAccountNumber: row.account,
      site: row.site,
      customer: row.customer,
      amount: money(Number(row.total), currency),
      balance: money(
        installments.reduce((sum, part) => sum + part.minor, 0),
        currency,
      ),
      onAccount: row.on_account === 1,
      flexfield: flexfields.get(String(row.id)) ?? null,
      lines: linesShown(world, String(row.id), currency, flexfields),
      distributions: all<{ class: string; line_number: string | null; account: string; amount: number }>(
        db,
        'SELECT class, line_number, account, amount FROM distribution WHERE trx_id = ? ORDER BY id',
        String(row.id),
      ).map((part) => ({
        accountClass: part.class,
        lineNumber: part.line_number,
        accountCombination: part.account,
        amount: money(part.amount, currency),
      })),
      installments: installments.map(({ minor, ...shown }) => shown),
      createdAt: row.created_at,
    };
  });
  return {
    name: world.seed.name,
    profile: world.profile,
    invoices: transactions.filter((row) => row.class !== 'CM'),
    creditMemos: transactions.filter((row) => row.class === 'CM'),
    receipts: receiptsShown(world),
    miscellaneousReceipts: all<MiscReceiptRow>(db, 'SELECT * FROM misc_receipt ORDER BY id').map((row) => ({
      id: row.id,
      number: row.number,
      businessUnit: row.business_unit,
      method: row.method,
      activity: row.activity,
      date: row.date,
      accountingDate: row.accounting_date,
      currency: row.currency,
      amount: money(row.amount, row.currency),
    })),
    applications: applicationsShown(world),
    refunds: all<{
      id: string;
      application_id: string;
      number: string;
      payment_method: string;
      amount: number;
      currency: string;
    }>(db, 'SELECT * FROM refund ORDER BY id').map((row) => ({
      id: row.id,
      applicationId: row.application_id,
      number: row.number,
      paymentMethod: row.payment_method,
      amount: money(row.amount, row.currency),
      currency: row.currency,
    })),
    customers: all(
      db,
      `SELECT account.number AS account, party.number AS party, party.name, party.kind, party.email,
         (SELECT group_concat(number, ', ') FROM (SELECT DISTINCT number FROM site_use WHERE account_id = account.id)) AS sites
       FROM account JOIN party ON party.id = account.party_id ORDER BY account.id`,
    ),
    balances: balancesShown(world),
    balanced: problems.length === 0,
    problems,
  };
}

/** The values of descriptive flexfields, by the id of the transaction or line that they extend. */
function flexfieldsShown(world: World): Map<string, Row> {
  const rows = all<{ parent_id: string; data: string }>(
    world.db,
    "SELECT parent_id, data FROM record WHERE path LIKE 'receivables%DFF' AND parent_id <> '' ORDER BY id",
  );
  return new Map(rows.map(({ parent_id, data }) => [parent_id, JSON.parse(data) as Row]));
}

function linesShown(world: World, trxId: string, currency: string, flexfields: ReadonlyMap<string, Row>) {
  const money = (minor: number): string => writeMinor(minor, world.setup.decimals(currency));
  return all<{ id: string; number: string; amount: number; tax: number; freight: number; data: string }>(
    world.db,
    'SELECT id, number, amount, tax, freight, data FROM trx_line WHERE trx_id = ? ORDER BY id',
    trxId,
  ).map((line) => {
    const sent = JSON.parse(line.data) as Record<string, string | null>;
    return {
      number: line.number,
      description: sent.Description ?? sent.LineDescription ?? null,
      memoLine: sent.MemoLine ?? null,
      quantity: sent.quantity,
      price: sent.price,
      amount: money(line.amount),
      tax: money(line.tax),
      freight: money(line.freight),
      classification: sent.TaxClassificationCode ?? null,
      flexfield: flexfields.get(line.id) ?? null,
      taxLines: all<{ number: number; amount: number; manual: number }>(
        world.db,
        'SELECT number, amount, manual FROM tax_line WHERE line_id = ? ORDER BY number',
        line.id,
      ).map((tax) => ({ number: tax.number, amount: money(tax.amount), manual: tax.manual === 1 })),
    };
  });
}

function installmentsShown(world: World, trxId: string, currency: string) {
  const money = (minor: number): string => writeMinor(minor, world.setup.decimals(currency));
  return all<{
    id: string;
    sequence: number;
    due_date: string;
    original: number;
    balance: number;
    paid: number;
    credited: number;
  }>(world.db, 'SELECT * FROM installment WHERE trx_id = ? ORDER BY sequence', trxId).map((part) => ({
    id: part.id,
    sequence: part.sequence,
    dueDate: part.due_date,
    original: money(part.original),
    balance: money(part.balance),
    paid: money(part.paid),
    credited: money(part.credited),
    minor: part.balance,
  }));
}

function receiptsShown(world: World) {
  return all<Record<string, string | number | null>>(
    world.db,
    `SELECT receipt.*, account.number AS account FROM receipt LEFT JOIN account ON account.id = receipt.account_id ORDER BY receipt.id`,
  ).map((row) => {
    const currency = String(row.currency);
    const money = (minor: string | number | null | undefined): string =>
      writeMinor(Number(minor), world.setup.decimals(currency));
    return {
      id: row.id,
      number: row.number,
      businessUnit: row.business_unit,
      method: row.method,
      bankAccount: row.bank_account,
      date: row.date,
      accountingDate: row.accounting_date,
      currency,
      rate: row.rate,
      customerAccountNumber: row.account,
      amount: money(row.amount),
      unapplied: money(row.unapplied),
      progress: row.progress,
      reversedOn: row.reversed_on,
      reversalCategory: row.reversal_category,
      reversalReason: row.reversal_reason,
      comments: (JSON.parse(String(row.data)) as { Comments?: string }).Comments ?? null,
      createdAt: row.created_at,
    };
  });
}

function applicationsShown(world: World) {
  return all<Record<string, string | number | null>>(
    world.db,
    `SELECT application.*, trx.number AS trx_number, coalesce(receipt.number, memo.number) AS from_number
     FROM application LEFT JOIN trx ON trx.id = application.trx_id
     LEFT JOIN receipt ON receipt.id = application.from_id LEFT JOIN trx AS memo ON memo.id = application.from_id ORDER BY application.id`,
  ).map((row) => ({
    id: row.id,
    from: row.from_kind === 'memo' ? 'credit memo' : 'receipt',
    fromId: row.from_id,
    fromNumber: row.from_number,
    target: row.target,
    transactionId: row.trx_id,
    transactionNumber: row.trx_number,
    installmentId: row.installment_id,
    activity: row.activity,
    amount: writeMinor(Number(row.amount), world.setup.decimals(String(row.currency))),
    currency: row.currency,
    applyDate: row.apply_date,
    accountingDate: row.accounting_date,
    status: row.undoes !== null ? 'reversal' : row.undone === 1 ? 'unapplied' : 'applied',
    isLatest: row.is_latest === 1,
    undoes: row.undoes,
    createdAt: row.created_at,
  }));
}

interface BalanceRow {
  ledger: string;
  account: string;
  currency: string;
  entered: number;
  accounted: number;
}

function balancesShown(world: World) {
  const rows = all<BalanceRow>(
    world.db,
    'SELECT ledger, account, currency, sum(entered) AS entered, sum(accounted) AS accounted FROM journal GROUP BY ledger, account, currency ORDER BY 1, 2, 3',
  );
  return rows.map((row) => ({
    ledger: row.ledger,
    account: row.account,
    currency: row.currency,
    entered: writeMinor(row.entered, world.setup.decimals(row.currency)),
    accounted: writeMinor(row.accounted, world.setup.decimals(world.setup.ledger(row.ledger).currency)),
  }));
}

/** Everything that would make the books wrong; empty when they are right. */
export function checkBooks(world: World): string[] {
  const { db } = world;
  const problems: string[] = [];
  const complain = (query: string, say: (row: Record<string, string | number>) => string) => {
    for (const row of all<Record<string, string | number>>(db, query)) problems.push(say(row));
  };
  complain(
    'SELECT event, event_id, currency, sum(entered) AS sum FROM journal GROUP BY event, event_id, currency HAVING sum(entered) <> 0',
    (row) => `${row.event} ${row.event_id}: debits and credits differ by ${row.sum} ${row.currency}`,
  );
  complain(
    'SELECT event, event_id, ledger, sum(accounted) AS sum FROM journal GROUP BY event, event_id, ledger HAVING sum(accounted) <> 0',
    (row) => `${row.event} ${row.event_id}: out of balance by ${row.sum} in ledger ${row.ledger}`,
  );
  complain(
    'SELECT id, balance, original, paid, credited FROM installment WHERE balance <> original - paid - credited',
    (row) => `installment ${row.id}: balance ${row.balance} is not ${row.original} - ${row.paid} - ${row.credited}`,
  );
  complain(
    `SELECT receipt.id, receipt.unapplied, receipt.amount - coalesce((SELECT sum(amount) FROM application WHERE from_id = receipt.id), 0) AS expected
     FROM receipt WHERE reversed_on IS NULL AND receipt.unapplied <> expected`,
    (row) => `receipt ${row.id}: unapplied ${row.unapplied}, its applications leave ${row.expected}`,
  );
  complain(
    `SELECT trx.id, trx.total, sum(installment.original) AS sum FROM trx JOIN installment ON installment.trx_id = trx.id
     GROUP BY trx.id HAVING sum(installment.original) <> trx.total`,
    (row) => `transaction ${row.id}: installments add up to ${row.sum}, not ${row.total}`,
  );
  // Holds while receivable accounts are used for nothing else, which is how the seeds are set up.
  if (!sharedReceivables(world)) {
    complain(
      `SELECT currency, sum(journal) AS journal, sum(open) AS open FROM (
         SELECT currency, entered AS journal, 0 AS open FROM journal
         WHERE account IN (SELECT account FROM distribution WHERE class LIKE 'Receivable%')
         UNION ALL SELECT trx.currency, 0, balance FROM installment JOIN trx ON trx.id = installment.trx_id
       ) GROUP BY currency HAVING sum(journal) <> sum(open)`,
      (row) => `receivable accounts hold ${row.journal} ${row.currency}, open balances are ${row.open}`,
    );
  }
  return problems;
}

/** True when a receivable account also takes revenue, tax or freight: then its balance says nothing about open items. */
const sharedReceivables = (world: World): boolean =>
  one(
    world.db,
    `SELECT 1 FROM distribution a JOIN distribution b ON b.account = a.account
     WHERE a.class LIKE 'Receivable%' AND b.class NOT LIKE 'Receivable%' LIMIT 1`,
  ) !== undefined;
