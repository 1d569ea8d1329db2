import { dayIn } from '../domain/dates.ts';
import { currencyDecimals } from '../domain/money.ts';
import type { DocumentKind } from '../domain/references.ts';
import type { Setup } from '../domain/setup.ts';
import type { Measure } from './figures.ts';
import type { Reading } from './order-books.ts';
import type { FreshOrder } from './ports.ts';
import { type Comparison, type Part, Sheet } from './sheet.ts';

/** The order id in a number of ours: WEB-1042, WEB-1042-P1. Refunds' numbers carry the refund's id, so only a cross reference helps. */
export function orderIdOf(reading: Pick<Reading, 'number' | 'crossReference'>, prefix: string): number {
  const form = new RegExp(`^${prefix}(\\d{1,15})(-[A-Z]\\d+)?$`);
  const id = Number(form.exec(reading.number)?.[1] ?? form.exec(reading.crossReference ?? '')?.[1] ?? 0);
  return Number.isSafeInteger(id) ? id : 0;
}

const MEASURE: Record<DocumentKind, Measure> = { invoice: 'sales', receipt: 'paid', 'credit-memo': 'refunds' };
const COLUMN = { invoice: 'invoices', receipt: 'receipts', 'credit-memo': 'creditMemos' } as const;
const OPEN_COLUMN = { invoice: 'openInvoices', receipt: 'unapplied', 'credit-memo': 'openCreditMemos' } as const;

/** A document in Oracle that carries our prefix and that AR Bridge has no record of. */
export function unknownDocument(reading: Reading, setup: Setup): Comparison {
  const orderId = orderIdOf(reading, setup.prefix);
  const order = { orderId, orderNumber: orderId > 0 ? String(orderId) : '' };
  const sheet = new Sheet(order, reading.businessUnit ?? setup.businessUnit);
  const currency = reading.currency ?? setup.ledgerCurrency;
  const decimals = currencyDecimals(currency);
  const part = (amount: number): Part => ({
    day: reading.accountingDate ?? '',
    currency,
    decimals: decimals.ok ? decimals.value : 2,
    amount,
  });
  const { kind, number } = reading;
  if (kind === 'gateway-fee') {
    // Shown in its column; that nobody knows it is drift.
    sheet.oracle(part(0), '', { measure: null, figure: 'gatewayFees', shown: -(reading.entered ?? 0), ref: number });
    return { ...order, state: 'new', entries: sheet.entries, differences: sheet.differences };
  }
  const entered = reading.entered ?? 0;
  const open = reading.open ?? 0;
  const message = `Oracle holds ${number}, which AR Bridge has no record of.`;
  const why = { reason: 'unknown', message, document: number } as const;
  const measure = MEASURE[kind];
  sheet.oracle(part(entered), '', { measure, figure: COLUMN[kind], ref: number });
  sheet.differ(part(entered), '', { ...why, measure });
  const signed = part(kind === 'invoice' ? open : -open);
  sheet.oracle(signed, '', { measure: 'open', figure: OPEN_COLUMN[kind], shown: open, ref: number });
  sheet.differ(signed, '', { ...why, measure: 'open' });
  if (kind === 'receipt') sheet.oracle(part(0), '', { measure: null, figure: 'applied', shown: entered - open, ref: number });
  return { ...order, state: 'new', entries: sheet.entries, differences: sheet.differences };
}

/** An order that the store lists and that nobody told AR Bridge of. */
export function unknownOrder(orderId: number, listed: FreshOrder, setup: Setup): Comparison {
  const order = { orderId, orderNumber: listed.number || String(orderId) };
  const sheet = new Sheet(order, setup.businessUnit);
  const part: Part = {
    day: dayIn(setup.timeZone, listed.createdAt),
    currency: listed.currency,
    decimals: listed.decimals,
    amount: listed.counts ? listed.total : 0,
  };
  sheet.store(part, listed.paymentMethod, { measure: 'sales', figure: 'other', ref: `order ${orderId}` });
  sheet.differ({ ...part, amount: -part.amount }, listed.paymentMethod, {
    measure: 'sales',
    reason: 'unknown',
    message: `The store has order ${order.orderNumber}, and AR Bridge has not heard of it.`,
    document: null,
  });
  return { ...order, state: 'new', entries: sheet.entries, differences: sheet.differences };
}
