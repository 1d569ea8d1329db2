import { all, insert, one, run, update } from '../database.ts';
import { readDecimal, shareOut } from '../decimal.ts';
import { refuse } from '../errors.ts';
import type { Value } from '../rest/payload.ts';
import type { PaymentTerms } from '../seed/setup.ts';
import { type Call, createdBy, nextId, touch, type Who } from '../world.ts';
import { plusDays } from './document-date.ts';
import { type EntryLine, post, withdraw } from './journal.ts';
import type { Draft } from './transaction-draft.ts';

/** An invoice or credit memo as the ledger holds it; amounts in minor units of its currency. */
export interface TrxRow extends Who {
  id: string;
  class: string;
  number: string;
  source: string;
  type: string;
  business_unit: string;
  ledger: string;
  currency: string;
  rate: string | null;
  rate_type: string | null;
  rate_date: string | null;
  rate_sent: number;
  date: string;
  accounting_date: string;
  terms: string | null;
  account_id: string;
  site_use_id: string;
  status: string;
  total: number;
  freight: number;
  on_account: number;
  previous_id: string | null;
  cross_reference: string | null;
  data: string;
}

export interface InstallmentRow {
  id: string;
  trx_id: string;
  sequence: number;
  due_date: string;
  original: number;
  balance: number;
  paid: number;
  credited: number;
  closed_date: string | null;
}

export const trxById = (call: Call, id: string): TrxRow | undefined =>
  one<TrxRow>(call.world.db, 'SELECT * FROM trx WHERE id = ?', id);
export const installmentsOf = (call: Call, trxId: string): InstallmentRow[] =>
  all<InstallmentRow>(call.world.db, 'SELECT * FROM installment WHERE trx_id = ? ORDER BY sequence', trxId);
export const balanceOf = (call: Call, trxId: string): number =>
  one<{ sum: number }>(call.world.db, 'SELECT coalesce(sum(balance), 0) AS sum FROM installment WHERE trx_id = ?', trxId)?.sum ??
  0;

/** The values sent, as they are given back. */
export const stored = (values: ReadonlyMap<string, Value>): string => JSON.stringify(Object.fromEntries(values));

/** Writes a checked transaction with its lines, taxes and distributions; complete ones get installments and journal entries. */
export function insertTransaction(call: Call, draft: Draft, more: { onAccount: boolean; previousId?: string }): string {
  const { world } = call;
  const id = nextId(world);
  const { conversion } = draft;
  insert(world.db, 'trx', {
    id,
    class: draft.class,
    number: draft.number,
    source: draft.source.name,
    type: draft.type.name,
    business_unit: draft.unit.name,
    ledger: draft.ledger.name,
    currency: draft.currency,
    rate: conversion.rateText,
    rate_type: conversion.type,
    rate_date: conversion.date,
    rate_sent: conversion.sent ? 1 : 0,
    date: draft.date,
    accounting_date: draft.accountingDate,
    terms: draft.terms?.name ?? null,
    account_id: draft.account.id,
    site_use_id: draft.siteUse.id,
    status: 'Incomplete',
    total: draft.total,
    freight: draft.freight,
    on_account: more.onAccount ? 1 : 0,
    previous_id: more.previousId ?? null,
    cross_reference: asText(draft.payload.values.get('CrossReference')),
    data: stored(draft.payload.values),
    ...createdBy(call),
  });
  insertLines(call, draft, id);
  for (const row of draft.distributions) {
    insert(world.db, 'distribution', {
      id: nextId(world),
      trx_id: id,
      class: row.spelt,
      line_number: row.lineNumber,
      tax_line: row.taxLine,
      account: row.account,
      amount: row.amount,
      percent: row.percent,
      accounted: row.accounted,
      comments: row.comments,
    });
  }
  if (draft.complete) complete(call, id, asText(draft.payload.values.get('DueDate')));
  return id;
}

const asText = (value: Value | undefined): string | null => (typeof value === 'string' && value !== '' ? value : null);

function insertLines(call: Call, draft: Draft, trxId: string): void {
  const { world } = call;
  for (const line of draft.lines) {
    const lineId = nextId(world);
    insert(world.db, 'trx_line', {
      id: lineId,
      trx_id: trxId,
      number: line.number,
      amount: line.amount,
      freight: line.freight,
      tax: line.tax,
      data: JSON.stringify({ ...Object.fromEntries(line.payload.values), quantity: line.quantity, price: line.price }),
    });
    for (const tax of line.taxLines) {
      insert(world.db, 'tax_line', {
        id: nextId(world),
        trx_id: trxId,
        line_id: lineId,
        number: tax.number,
        amount: tax.amount,
        manual: tax.manual ? 1 : 0,
        data: JSON.stringify({
          Tax: tax.rate.tax ?? tax.rate.regime,
          TaxStatusCode: tax.rate.status,
          TaxJurisdictionCode: tax.rate.jurisdiction ?? null,
          TaxRate: tax.rate.percent,
          ...Object.fromEntries(tax.payload?.values ?? []),
          TaxRegimeCode: tax.rate.regime,
          TaxRateCode: tax.rate.code,
          taxable: tax.taxable,
        }),
      });
    }
  }
}

/** What the journal calls the booking of a transaction. */
export const bookingEvent = (trx: Pick<TrxRow, 'class'>): string => (trx.class === 'CM' ? 'credit memo' : 'invoice');

/** Makes a transaction complete: it enters the books and can be paid. */
export function complete(call: Call, id: string, dueDate: string | null = null): void {
  const { world } = call;
  const trx = trxById(call, id);
  if (!trx || trx.status === 'Complete') return;
  if (installmentsOf(call, id).length === 0) {
    makeInstallments(call, trx, dueDate);
    bookTransaction(call, trx);
  }
  update(world.db, 'trx', id, { status: 'Complete' });
}

function bookTransaction(call: Call, trx: TrxRow): void {
  const { world } = call;
  const rows = all<{ class: string; account: string; amount: number }>(
    world.db,
    'SELECT class, account, amount FROM distribution WHERE trx_id = ? ORDER BY id',
    trx.id,
  );
  const rate = rateOf(trx);
  const lines: EntryLine[] = rows.map((row) => ({
    account: row.account,
    amount: row.class.startsWith('Receivable') ? row.amount : -row.amount,
    rate,
  }));
  const left = lines.reduce((sum, line) => sum + line.amount, 0);
  // Distributions that did not add up were accepted (switch unbalancedDistributions): the difference is in plain sight.
  if (left !== 0) lines.push({ account: unitAccount(call, trx.business_unit, 'rounding'), amount: -left, rate });
  post(world, {
    event: bookingEvent(trx),
    id: trx.id,
    ledger: world.setup.ledger(trx.ledger),
    currency: trx.currency,
    date: trx.accounting_date,
    lines,
    differenceAccount: unitAccount(call, trx.business_unit, 'rounding'),
  });
}

/** Takes a transaction without activity out of the books again. */
export function makeIncomplete(call: Call, trx: TrxRow): void {
  const { world } = call;
  if (trx.status !== 'Complete') return;
  const isUsed = hasActivity(call, trx.id);
  if (isUsed && world.switches.incompleteWithActivity === 'refuse') {
    throw refuse(
      'SBX_HAS_ACTIVITY',
      `The transaction ${trx.number} has applications and can't be made incomplete.`,
      '/InvoiceStatus',
    );
  }
  // Money was moved against it: where a pod allows this, only the status changes and the books stay.
  if (!isUsed) {
    withdraw(world, bookingEvent(trx), trx.id);
    run(world.db, 'DELETE FROM installment WHERE trx_id = ?', trx.id);
  }
  update(world.db, 'trx', trx.id, { status: 'Incomplete' });
}

/** True when something is, or ever was, applied to or from it. */
export const hasActivity = (call: Call, trxId: string): boolean =>
  one(call.world.db, 'SELECT 1 FROM application WHERE trx_id = ? OR from_id = ?', trxId, trxId) !== undefined;

/** Removes an incomplete transaction for good. */
export function deleteTransaction(call: Call, trx: TrxRow): void {
  if (trx.status === 'Complete' || hasActivity(call, trx.id)) {
    throw refuse('SBX_DELETE_NOT_ALLOWED', `The transaction ${trx.number} is complete or has activity and can't be deleted.`);
  }
  for (const table of ['tax_line', 'trx_line', 'distribution', 'installment']) {
    run(call.world.db, `DELETE FROM ${table} WHERE trx_id = ?`, trx.id);
  }
  run(call.world.db, 'DELETE FROM trx WHERE id = ?', trx.id);
}

/** New terms or a new date: installments are made again. Only without activity. */
export function rescheduleTransaction(call: Call, trx: TrxRow): void {
  if (trx.status !== 'Complete') return;
  if (hasActivity(call, trx.id))
    throw refuse('SBX_HAS_ACTIVITY', `The transaction ${trx.number} has applications, its terms stay.`);
  run(call.world.db, 'DELETE FROM installment WHERE trx_id = ?', trx.id);
  makeInstallments(call, trx, null);
}

function makeInstallments(call: Call, trx: TrxRow, dueDate: string | null): void {
  const { world } = call;
  const unit = world.setup.unit(trx.business_unit);
  const terms = trx.terms === null || !unit ? undefined : world.setup.terms(unit, trx.terms);
  const parts: PaymentTerms['installments'] = terms?.installments ?? [{ percent: 100, days: 0 }];
  const amounts = shareOut(
    trx.total,
    parts.map((part) => Math.round(part.percent * 10_000)),
  );
  for (const [index, part] of parts.entries()) {
    const original = amounts[index] ?? 0;
    insert(world.db, 'installment', {
      id: nextId(world),
      trx_id: trx.id,
      sequence: index + 1,
      due_date: dueDate !== null && parts.length === 1 ? dueDate : plusDays(trx.date, part.days),
      original,
      balance: original,
      paid: 0,
      credited: 0,
      closed_date: original === 0 ? trx.date : null,
    });
  }
}

/** Moves an installment's balance: paid and credited grow, the balance falls. */
export function moveBalance(call: Call, installment: InstallmentRow, change: { paid: number; credited: number }): void {
  const balance = installment.balance - change.paid - change.credited;
  update(call.world.db, 'installment', installment.id, {
    balance,
    paid: installment.paid + change.paid,
    credited: installment.credited + change.credited,
    closed_date: balance === 0 ? call.today : null,
  });
  touch(call, 'trx', installment.trx_id);
}

export const rateOf = (row: { rate: string | null }) => (row.rate === null ? null : readDecimal(row.rate));

/** An account of the business unit's system options; a placeholder where the seed names none. */
export function unitAccount(
  call: Call,
  unitName: string,
  kind: 'unapplied' | 'unidentified' | 'onAccount' | 'refund' | 'rounding' | 'exchange',
): string {
  return call.world.setup.unit(unitName)?.accounts[kind] ?? `(${kind})`;
}

/** The receivable account an invoice was booked to. */
export const receivableOf = (call: Call, trx: TrxRow): string =>
  one<{ account: string }>(
    call.world.db,
    "SELECT account FROM distribution WHERE trx_id = ? AND class LIKE 'Receivable%' ORDER BY id LIMIT 1",
    trx.id,
  )?.account ?? '(receivable)';
