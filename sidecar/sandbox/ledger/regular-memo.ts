import { all, insert, one } from '../database.ts';
import { convertMinor, divideRounded, readDecimal, roundTo, shareOut, times } from '../decimal.ts';
import { Issues, refuse } from '../errors.ts';
import { referenceId } from '../ids.ts';
import { type Call, createdBy, nextId, nextNumber } from '../world.ts';
import { accountingDate } from './document-date.ts';
import { post } from './journal.ts';
import { installmentsOf, moveBalance, rateOf, receivableOf, type TrxRow, unitAccount } from './transactions.ts';

/** Header amounts of a credit memo against an invoice (SOAP createCreditMemo, contract sections 4.2 B and 13). */
export interface RegularMemo {
  number: string | undefined;
  date: string | undefined;
  glDate: string | undefined;
  /** Negative minor units; null: by percentage. */
  lineAmount: number | null;
  linePercent: string | undefined;
  freightAmount: number | null;
  freightPercent: string | undefined;
  /** Credits tax in proportion to the lines. */
  computeTax: boolean;
  reason: string | undefined;
  comments: string | undefined;
  sourceId: string | undefined;
  typeId: string | undefined;
}

interface Share {
  class: string;
  account: string;
  amount: number;
}

/**
 * Credits an invoice: revenue, freight and tax are reversed in proportion to how the invoice was distributed, and the memo is
 * applied to the invoice at once.
 *
 * Out    the memo's id
 * Fails  SBX_OVER_APPLICATION above what the invoice is open for
 */
export function createRegularMemo(call: Call, invoice: TrxRow, memo: RegularMemo): string {
  const { world } = call;
  const issues = new Issues();
  const date = memo.date ?? call.today;
  const accounting = accountingDate(call, world.setup.ledger(invoice.ledger), memo.glDate, date, issues, '/GlDate');
  issues.throwIfAny();
  const parts = shares(call, invoice, memo);
  const total = parts.reduce((sum, part) => sum + part.amount, 0);
  if (total >= 0) throw refuse('SBX_CREDIT_SIGN', 'A credit memo needs a negative amount or a percentage.', '/LineAmount');
  const { source, type } = sourceAndType(call, invoice, memo);
  const number = memo.number ?? String(nextNumber(world, `memo:${source}`, 1));
  if (
    one(
      world.db,
      'SELECT 1 FROM trx WHERE number = ? AND source = ? AND business_unit = ?',
      number,
      source,
      invoice.business_unit,
    )
  ) {
    throw refuse('AR-855040', `The transaction number ${number} already exists.`, '/TransactionNumber');
  }
  const id = nextId(world);
  const { created_by, created_at, updated_by, updated_at, created_ms, version, ...same } = invoice;
  insert(world.db, 'trx', {
    ...same,
    id,
    class: 'CM',
    number,
    source,
    type,
    date,
    accounting_date: accounting,
    terms: null,
    status: 'Complete',
    total,
    freight: 0,
    on_account: 0,
    previous_id: invoice.id,
    cross_reference: null,
    data: JSON.stringify({ CreditReason: memo.reason ?? null, CreditMemoComments: memo.comments ?? null }),
    ...createdBy(call),
  });
  book(call, invoice, id, parts, total, accounting);
  credit(call, invoice, id, -total, accounting);
  return id;
}

/** Negative amounts by class and account, in proportion to the invoice's own distributions. */
function shares(call: Call, invoice: TrxRow, memo: RegularMemo): Share[] {
  const rows = all<Share>(
    call.world.db,
    `SELECT class, account, sum(amount) AS amount FROM distribution WHERE trx_id = ? AND class NOT LIKE 'Receivable%' GROUP BY class, account ORDER BY min(id)`,
    invoice.id,
  );
  const decimals = call.world.setup.decimals(invoice.currency);
  const sumOf = (name: string) => rows.filter((row) => row.class === name).reduce((sum, row) => sum + row.amount, 0);
  const part = (name: string, amount: number | null, percent: string | undefined): number => {
    if (amount !== null) return amount;
    const share = readDecimal(percent ?? '0') ?? { digits: 0n, scale: 0 };
    const exact = times({ digits: BigInt(sumOf(name)), scale: decimals }, { digits: share.digits, scale: share.scale + 2 });
    const rounded = Number(roundTo(exact, decimals));
    return rounded > 0 ? -rounded : rounded;
  };
  const lines = part('Revenue', memo.lineAmount, memo.linePercent);
  const freight = part('Freight', memo.freightAmount, memo.freightPercent);
  const revenue = sumOf('Revenue');
  const tax = memo.computeTax && revenue !== 0 ? Number(divideRounded(BigInt(sumOf('Tax')) * BigInt(lines), BigInt(revenue))) : 0;
  return [
    ['Revenue', lines],
    ['Freight', freight],
    ['Tax', tax],
  ].flatMap(([name, amount]) => {
    const mine = rows.filter((row) => row.class === name && row.amount > 0);
    if (amount === 0 || mine.length === 0) return [];
    const amounts = shareOut(
      Number(amount),
      mine.map((row) => row.amount),
    );
    return mine.map((row, index) => ({ class: row.class, account: row.account, amount: amounts[index] ?? 0 }));
  });
}

function sourceAndType(call: Call, invoice: TrxRow, memo: RegularMemo): { source: string; type: string } {
  const { seed } = call.world;
  const source = seed.transactionSources.find((row) => referenceId('source', `${row.set}/${row.name}`) === memo.sourceId);
  if (memo.sourceId !== undefined && !source)
    throw refuse('AR_BATCH_SOURCE_NOT_FOUND', "The transaction source doesn't exist.", '/BatchSourceSequenceId');
  const type = seed.transactionTypes.find((row) => referenceId('type', `${row.set}/${row.name}`) === memo.typeId);
  if (memo.typeId !== undefined && type?.class !== 'CM') {
    throw refuse(
      'AR_INVAL_CUST_TRX_TYPE_ID',
      "The transaction type isn't valid for a credit memo.",
      '/CustomerTransactionTypeSequenceId',
    );
  }
  const fallback = seed.transactionTypes.find((row) => row.class === 'CM')?.name;
  return { source: source?.name ?? invoice.source, type: type?.name ?? fallback ?? invoice.type };
}

function book(call: Call, invoice: TrxRow, id: string, parts: readonly Share[], total: number, date: string): void {
  const { world } = call;
  const rate = rateOf(invoice);
  const decimals = world.setup.decimals(invoice.currency);
  const ledgerDecimals = world.setup.decimals(world.setup.ledger(invoice.ledger).currency);
  const all = [{ class: 'Receivable', account: receivableOf(call, invoice), amount: total }, ...parts];
  for (const part of all) {
    insert(world.db, 'distribution', {
      id: nextId(world),
      trx_id: id,
      class: part.class,
      line_number: null,
      tax_line: null,
      account: part.account,
      amount: part.amount,
      percent: null,
      accounted: rate === null ? part.amount : convertMinor(part.amount, decimals, rate, ledgerDecimals),
      comments: null,
    });
  }
  post(world, {
    event: 'credit memo',
    id,
    ledger: world.setup.ledger(invoice.ledger),
    currency: invoice.currency,
    date,
    lines: all.map((part) => ({ account: part.account, amount: part.class === 'Receivable' ? part.amount : -part.amount, rate })),
    differenceAccount: unitAccount(call, invoice.business_unit, 'rounding'),
  });
}

/** The memo's own balance is used up against the invoice's installments, oldest first. */
function credit(call: Call, invoice: TrxRow, memoId: string, amount: number, date: string): void {
  const { world } = call;
  insert(world.db, 'installment', {
    id: nextId(world),
    trx_id: memoId,
    sequence: 1,
    due_date: date,
    original: -amount,
    balance: 0,
    paid: 0,
    credited: -amount,
    closed_date: date,
  });
  let left = amount;
  for (const installment of installmentsOf(call, invoice.id)) {
    const part = Math.min(left, Math.max(installment.balance, 0));
    if (part === 0) continue;
    insert(world.db, 'application', {
      id: nextId(world),
      from_kind: 'memo',
      from_id: memoId,
      target: 'invoice',
      trx_id: invoice.id,
      installment_id: installment.id,
      activity: null,
      amount: part,
      currency: invoice.currency,
      apply_date: call.today,
      accounting_date: date,
      is_latest: 1,
      undone: 0,
      undoes: null,
      comments: null,
      account_id: invoice.account_id,
      ...createdBy(call),
    });
    moveBalance(call, installment, { paid: 0, credited: part });
    left -= part;
  }
  if (left > 0)
    throw refuse('SBX_OVER_APPLICATION', `The credit is more than transaction ${invoice.number} is open for.`, '/LineAmount');
}
