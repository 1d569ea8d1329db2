import { expectOk } from '../../sidecar/domain/failures.ts';
import { formatMinor, type MinorUnits, minor, parseMinorUnits, sum } from '../../sidecar/domain/money.ts';
import type { Sandbox } from '../../sidecar/sandbox/start.ts';
import { isoDecimals } from '../fixtures/iso-4217.ts';
import type { DemoOrder } from '../store/demo-orders.ts';
import type { Store } from '../store/store.ts';
import type { AdminPage } from './admin-page.ts';

/** Where one order landed, read from the store and from Oracle's own ledger, not from our record. */
export interface LandedRow {
  order: number;
  title: string;
  customer: string;
  invoice: string;
  accounts: string[];
  receipt: string;
  creditMemo: string;
  /** Open invoices less unapplied receipts less open credit memos, by Oracle's ledger. */
  balance: string;
  /** Oracle's net sales less the store's; where those agree, Oracle's balance less what the store says is still owed. */
  difference: string;
  currency: string;
  /** The three equations by the sidecar's record. */
  holds: boolean;
  why: string;
}

/** The part of `/__sandbox/ledger` that is read here. Amounts are decimal strings. */
interface SandboxLedger {
  invoices: {
    number: string;
    crossReference: string | null;
    customerAccountNumber: string;
    currency: string;
    amount: string;
    balance: string;
    distributions: { accountClass: string; accountCombination: string }[];
  }[];
  creditMemos: { number: string; crossReference: string | null; currency: string; amount: string; balance: string }[];
  receipts: { number: string; currency: string; amount: string; unapplied: string }[];
}

/** As much of a store as is read here. */
export type ReadableStore = Pick<Store, 'rest'>;

/** True for an order that Oracle and the store agree on. */
export const balances = (row: LandedRow): boolean => Number(row.difference) === 0 && row.holds;

export async function landed(
  store: ReadableStore,
  page: Pick<AdminPage, 'order'>,
  sandbox: Sandbox,
  orders: readonly DemoOrder[],
  prefix = 'WEB-',
): Promise<LandedRow[]> {
  const ledger = (await (await fetch(`${sandbox.url}/__sandbox/ledger`)).json()) as SandboxLedger;
  const rows: LandedRow[] = [];
  for (const order of orders) rows.push(await rowOf(store, page, ledger, order, prefix));
  return rows;
}

async function rowOf(
  store: ReadableStore,
  page: Pick<AdminPage, 'order'>,
  ledger: SandboxLedger,
  order: DemoOrder,
  prefix: string,
): Promise<LandedRow> {
  const reference = `${prefix}${order.id}`;
  const decimals = isoDecimals(order.currency);
  const money = (text: string): MinorUnits => expectOk(parseMinorUnits(text, decimals));
  const invoices = ledger.invoices.filter((row) => row.crossReference === reference);
  const memos = ledger.creditMemos.filter((row) => row.crossReference === reference);
  const receipts = ledger.receipts.filter((row) => row.number.startsWith(`${reference}-P`));

  const now = await store.rest<{ total: string; date_paid_gmt: string | null }>('GET', `/orders/${order.id}`);
  const refunds = await store.rest<{ amount: string; date_created_gmt: string }[]>('GET', `/orders/${order.id}/refunds`);
  const refunded = sum(refunds.map((refund) => money(refund.amount)));
  const sold = minor(money(now.total) - refunded);
  const paidAt = now.date_paid_gmt;
  const paid =
    paidAt === null
      ? 0
      : money(now.total) -
        sum(refunds.filter((refund) => refund.date_created_gmt < paidAt).map((refund) => money(refund.amount)));
  // The demo's gateways return nothing by themselves: refunded money stays unapplied on the customer's account.
  const owed = minor(sold - paid);
  const booked = minor(sum(invoices.map((row) => money(row.amount))) - Math.abs(sum(memos.map((row) => money(row.amount)))));
  const balance = minor(
    sum(invoices.map((row) => money(row.balance))) -
      sum(receipts.map((row) => money(row.unapplied))) -
      Math.abs(sum(memos.map((row) => money(row.balance)))),
  );
  const detail = await page.order(order.id);
  return {
    order: order.id,
    title: order.title,
    customer: invoices[0]?.customerAccountNumber ?? '',
    invoice: invoices.map((row) => row.number).join(' '),
    accounts: [
      ...new Set(
        invoices.flatMap((row) =>
          row.distributions.filter((line) => /^rev/i.test(line.accountClass)).map((line) => line.accountCombination),
        ),
      ),
    ],
    receipt: receipts.map((row) => row.number).join(' '),
    creditMemo: memos.map((row) => row.number).join(' '),
    balance: formatMinor(balance, decimals),
    difference: formatMinor(booked === sold ? minor(balance - owed) : minor(booked - sold), decimals),
    currency: order.currency,
    holds: detail.identity?.holds === true && detail.state === 'posted',
    why:
      detail.reason?.message ??
      (detail.identity?.holds
        ? `Oracle ${formatMinor(booked, decimals)}, store ${formatMinor(sold, decimals)}`
        : 'an identity does not hold'),
  };
}

/** One row per order; accounts below each other, so that the table fits a terminal. */
export function printTable(rows: readonly LandedRow[], say: (line: string) => void): void {
  const head = ['Order', 'Customer', 'Invoice', 'GL account', 'Receipt', 'Credit memo', 'Balance', 'Difference'];
  const lines = rows.flatMap((row) =>
    Array.from({ length: Math.max(1, row.accounts.length) }, (_, index) => [
      index === 0 ? String(row.order) : '',
      index === 0 ? row.customer : '',
      index === 0 ? row.invoice : '',
      row.accounts[index] ?? '',
      index === 0 ? row.receipt : '',
      index === 0 ? row.creditMemo : '',
      index === 0 ? `${row.balance} ${row.currency}` : '',
      index === 0 ? row.difference : '',
    ]),
  );
  const widths = head.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column]?.length ?? 0)));
  const right = new Set([6, 7]);
  const format = (cells: readonly string[]) =>
    cells
      .map((cell, column) => (right.has(column) ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  say('');
  say(format(head));
  say(widths.map((width) => '-'.repeat(width)).join('  '));
  for (const line of lines) say(format(line));
  say('');
}
