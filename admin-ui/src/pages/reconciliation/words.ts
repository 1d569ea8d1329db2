import { __ } from '@wordpress/i18n';
import type { DriftFinding, Measure, ReconcileReason } from '../../data/contract.ts';

/** What people read for the measures, columns and reasons of sidecar/reconcile. */
export const MEASURES = ['sales', 'refunds', 'paid', 'open'] as const satisfies readonly Measure[];

export const measureLabel = (measure: Measure): string =>
  ({
    sales: __('Sales', 'ar-bridge'),
    refunds: __('Refunds', 'ar-bridge'),
    paid: __('Payments', 'ar-bridge'),
    open: __('Open items', 'ar-bridge'),
  })[measure];

/** Which documents stand on Oracle's side. */
export const measureMeaning = (measure: Measure): string =>
  ({
    sales: __('against invoices', 'ar-bridge'),
    refunds: __('against credit memos', 'ar-bridge'),
    paid: __('against receipts', 'ar-bridge'),
    open: __('what must be open against what is', 'ar-bridge'),
  })[measure];

export const figureLabel = (figure: string): string =>
  ({
    products: __('Products', 'ar-bridge'),
    shipping: __('Shipping', 'ar-bridge'),
    fees: __('Fees', 'ar-bridge'),
    tax: __('Tax', 'ar-bridge'),
    other: __('Rounding and other', 'ar-bridge'),
    cancelled: __('Cancelled', 'ar-bridge'),
    refunds: __('Refunds', 'ar-bridge'),
    returned: __('Money returned without a credit', 'ar-bridge'),
    paid: __('Paid', 'ar-bridge'),
    invoices: __('Invoices', 'ar-bridge'),
    creditMemos: __('Credit memos', 'ar-bridge'),
    receipts: __('Receipts', 'ar-bridge'),
    reversed: __('Reversed', 'ar-bridge'),
    applied: __('Applied', 'ar-bridge'),
    unapplied: __('Unapplied', 'ar-bridge'),
    settled: __('Settled', 'ar-bridge'),
    openInvoices: __('Open invoices', 'ar-bridge'),
    openCreditMemos: __('Open credit memos', 'ar-bridge'),
    gatewayFees: __('Gateway fees', 'ar-bridge'),
  })[figure] ?? figure;

export const reasonLabel = (reason: ReconcileReason): string =>
  ({
    waiting: __('Not posted yet', 'ar-bridge'),
    period: __('Another day, or a closed period', 'ar-bridge'),
    unmapped: __('An account, code or customer is missing', 'ar-bridge'),
    rounding: __('Rounding', 'ar-bridge'),
    tax: __('Oracle computed another amount', 'ar-bridge'),
    currency: __('Currency', 'ar-bridge'),
    'changed-in-oracle': __('Changed in Oracle by hand', 'ar-bridge'),
    excluded: __('Left out', 'ar-bridge'),
    unknown: __('Unexplained', 'ar-bridge'),
  })[reason];

/** What to do about it. */
export const reasonAdvice = (reason: ReconcileReason): string =>
  ({
    waiting: __('Nothing yet: AR Bridge is at work on it, or the order says what it waits for.', 'ar-bridge'),
    period: __(
      'Posted on another day: nothing, a longer period balances. Held by a closed period: open the period in Oracle, or change the policy.',
      'ar-bridge',
    ),
    unmapped: __(
      'Open the order: add the rule it asks for, choose its customer’s account, or open what Oracle has closed. Then resume it.',
      'ar-bridge',
    ),
    rounding: __('Nothing as a rule: at most one unit per line. Check the shop’s decimals if it happens often.', 'ar-bridge'),
    tax: __('Compare the tax codes of the rules with Oracle’s rates.', 'ar-bridge'),
    currency: __('Open the order: it and its documents are in different currencies.', 'ar-bridge'),
    'changed-in-oracle': __('See “Changed in Oracle”: put it right, or take it as it is.', 'ar-bridge'),
    excluded: __('Nothing: the set-up or a person left the order out. Replay it to take it in again.', 'ar-bridge'),
    unknown: __('Open the order and replay it. If it stays, look at its documents in Oracle.', 'ar-bridge'),
  })[reason];

export const aspectLabel = (aspect: DriftFinding['aspect']): string =>
  ({
    missing: __('Gone', 'ar-bridge'),
    number: __('Number', 'ar-bridge'),
    incomplete: __('Status', 'ar-bridge'),
    currency: __('Currency', 'ar-bridge'),
    amount: __('Amount', 'ar-bridge'),
    date: __('Accounting date', 'ar-bridge'),
    reversed: __('Reversal', 'ar-bridge'),
    open: __('Open amount', 'ar-bridge'),
    unknown: __('Unknown to AR Bridge', 'ar-bridge'),
  })[aspect] ?? aspect;

export const gatewayLabel = (gateway: string): string => gateway || __('no gateway', 'ar-bridge');
