import { accountFor } from '../derive/account.ts';
import { accountingDate } from '../derive/accounting-date.ts';
import { type Day, dayIn } from '../domain/dates.ts';
import type { Conversion, DocumentLine, DocumentTax } from '../domain/documents.ts';
import { err, needsAttention, ok, type Result, rejected } from '../domain/failures.ts';
import { formatMinor, type MinorUnits, minor } from '../domain/money.ts';
import type { StoreOrder } from '../domain/order.ts';
import { grossOf } from '../domain/parts.ts';
import type { PostedLine } from '../domain/posted.ts';
import { crossReference } from '../domain/references.ts';
import type { RuleFacts } from '../domain/rules.ts';
import { periodPolicy, type Setup } from '../domain/setup.ts';
import { flexfieldOf, instantOf, lineFacts, metaOf, orderFacts, RULE_KIND, transactionNames, whatOf } from './asked.ts';
import { gatewayFee, receipt } from './dress-receipt.ts';
import { taxCodes } from './dress-taxes.ts';
import type { DressContext, Dressed } from './dressed.ts';
import type { Draft, DraftLine } from './steps.ts';

/**
 * Turns a draft into the document that goes to Oracle: accounts, tax codes, dates, customer, conversion.
 *
 * In      draft  from plan; context  rules and set-up of today (a line of a posted part takes the posted line's account instead)
 * Out     document whose lines and taxes add up to draft.amount
 * Fails   needs-attention account.unmapped, tax.unmapped, tax.not_computable, receipt_method.unmapped, period.*, currency.rate_unknown
 */
export function dress(draft: Draft, context: DressContext): Result<Dressed> {
  const { setup, order } = context;
  const date = dayIn(setup.timeZone, instantOf(draft, order, context.now));
  const posting = accountingDate(
    date,
    context.periods,
    periodPolicy(setup, draft.kind === 'gateway-fee' ? 'receipt' : draft.kind),
  );
  if (!posting.ok) return posting;
  const conversion = conversionFor(draft, context, date);
  if (!conversion.ok) return conversion;
  const common = {
    number: draft.number,
    businessUnit: setup.businessUnit,
    date,
    accountingDate: posting.value,
    currency: draft.fee?.currency ?? order.currency,
    decimals: draft.fee?.decimals ?? order.decimals,
    billTo: context.billTo,
    ...(conversion.value && { conversion: conversion.value }),
  };
  if (draft.kind === 'receipt') return receipt(draft, context, common);
  if (draft.kind === 'gateway-fee') return gatewayFee(draft, context, common);

  const lines: PostedLine[] = [];
  const documentLines: DocumentLine[] = [];
  for (const line of draft.lines) {
    const dressed = dressLine(line, context, date);
    if (!dressed.ok) return dressed;
    lines.push(dressed.value);
    documentLines.push(toDocumentLine(dressed.value, documentLines.length + 1, order, context.taxMode));
  }
  const total = grossOf(lines);
  if (total !== draft.amount) {
    return err(
      rejected(
        'document.lines_do_not_add_up',
        `The lines of ${draft.number} (order ${order.number}) add up to ${formatMinor(total, order.decimals)} ${order.currency}, expected ${formatMinor(draft.amount, order.decimals)}.`,
        'This is a fault of AR Bridge: nothing was sent. Send the order’s page to support; meanwhile the document can be entered in Oracle by hand.',
      ),
    );
  }
  const names = documentNames(draft, context, date);
  const shared = {
    ...common,
    crossReference: crossReference(setup.prefix, order.id),
    comments: comments(draft, order),
    lines: documentLines,
    total: sentTotal(documentLines),
  };
  const flex = flexfield('descriptive-flexfield', context, orderFacts(order), date, order.meta);
  const header = { ...shared, ...(flex && { flexfield: flex.fields }) };
  const trace = [...names.trace, ...(flex ? [flex.trace] : [])];
  if (draft.kind === 'credit-memo') {
    const { reason } = setup.creditMemo;
    const { source, creditMemoType: type } = names;
    return ok({ document: { kind: 'credit-memo', source, type, ...(reason && { reason }), ...header }, lines, trace });
  }
  const { source, invoiceType: type, paymentTerms } = names;
  return ok({ document: { kind: 'invoice', source, type, paymentTerms, ...header }, lines, trace });
}

/** Source, types and terms: a transaction-type rule over the set-up's. Later documents of an order ask again by the same facts. */
function documentNames(draft: Draft, { setup, order, book }: DressContext, date: Day) {
  const choice = book.choose('transaction-type', orderFacts(order), date);
  const memo = draft.kind === 'credit-memo';
  const names = transactionNames(choice.outcome, memo, setup);
  const result = `${names.source} / ${memo ? names.creditMemoType : names.invoiceType}`;
  return { ...names, trace: choice.rule ? [{ ...choice.trace, result }] : [] };
}

function flexfield(
  kind: 'descriptive-flexfield' | 'line-flexfield',
  { book }: DressContext,
  facts: RuleFacts,
  date: Day,
  meta: StoreOrder['meta'],
) {
  const choice = book.choose(kind, facts, date);
  const fields = flexfieldOf(choice, meta);
  return fields && { fields, trace: { ...choice.trace, result: Object.keys(fields.attributes).join(', ') } };
}

/** A line of a posted part keeps that line's account and tax codes; a new one asks the rules. */
function dressLine(line: DraftLine, context: DressContext, date: Day): Result<PostedLine> {
  const facts = lineFacts(line, context.order);
  const like =
    line.like &&
    context.posted.find((document) => document.number === line.like?.document)?.lines.find((other) => other.part === line.part);
  const posted: PostedLine = {
    part: line.part,
    net: line.net,
    taxes: line.taxes,
    description: line.name,
    quantity: line.quantity,
    accountCombination: like?.accountCombination ?? null,
    memoLine: like?.memoLine ?? null,
    taxCodes: [],
    facts: line.facts,
    trace: like?.trace ?? [],
  };
  if (!like) {
    const account = accountFor(RULE_KIND[line.kind], facts, date, context.book, context.setup, whatOf(line));
    if (!account.ok) return account;
    posted.accountCombination = account.value.combination;
    posted.memoLine = account.value.memoLine;
    posted.trace = [account.value.trace];
  }
  // A flexfield describes this document's line: it is asked anew, also where the account is taken over.
  const flex = flexfield('line-flexfield', context, facts, date, metaOf(line, context.order));
  if (flex) {
    posted.flexfield = flex.fields;
    posted.trace = [...posted.trace, flex.trace];
  }
  const taxed = taxCodes(posted, line, like ?? null, facts, context, date);
  return taxed.ok ? ok(posted) : taxed;
}

/** Lines and the taxes that are sent with them. */
const sentTotal = (lines: readonly DocumentLine[]): MinorUnits =>
  minor(lines.reduce((total, line) => total + line.net + line.taxes.reduce((taxes, tax) => taxes + tax.amount, 0), 0));

/** quantity x unitPrice has to give the net amount in whole minor units; where it cannot, the quantity moves into the text. */
function toDocumentLine(line: PostedLine, lineNumber: number, order: StoreOrder, taxMode: Setup['taxMode']): DocumentLine {
  const whole = Number.isInteger(line.quantity) && line.quantity > 1 && line.net % line.quantity === 0;
  const sku = line.facts?.sku ? ` [${line.facts.sku}]` : '';
  const name = `${line.description}${sku}`;
  // In mode `oracle` Oracle computes, and what it computes is compared.
  const taxes: DocumentTax[] = (taxMode === 'oracle' && !line.taxSent ? [] : line.taxes).flatMap((tax) => {
    const code = line.taxCodes.find((candidate) => candidate.rateId === tax.rateId);
    return code ? [{ regime: code.regime, rateCode: code.rateCode, amount: tax.amount }] : [];
  });
  // A line has one classification: that of its last rate, the most local or the compound one, speaks for all of them.
  const classification = line.taxCodes.findLast((code) => code.classification)?.classification ?? line.untaxedAs;
  return {
    lineNumber,
    description: whole || line.quantity === 1 ? name : `${line.quantity} x ${name}`,
    quantity: whole ? line.quantity : 1,
    unitPrice: whole ? minor(line.net / line.quantity) : line.net,
    net: line.net,
    salesOrder: order.number.slice(0, 50),
    taxes,
    ...(line.accountCombination && { accountCombination: line.accountCombination }),
    ...(line.memoLine && { memoLine: line.memoLine }),
    ...(classification && { taxClassification: classification }),
    ...(line.flexfield && { flexfield: line.flexfield }),
  };
}

/** A reversal takes the rate of what it reverses, so that no exchange difference stays; a sale takes the set-up's type. */
function conversionFor(draft: Draft, context: DressContext, date: Day): Result<Conversion | null> {
  const { setup } = context;
  const currency = draft.fee?.currency ?? context.order.currency;
  if (currency === setup.ledgerCurrency) return ok(null);
  if (!draft.reverses) {
    if (setup.conversionRateType !== 'User') return ok({ type: setup.conversionRateType, date });
    const rate = setup.userRates[currency];
    return rate
      ? ok({ type: 'User', date, rate })
      : err(
          needsAttention(
            'currency.no_user_rate',
            `The set-up converts by rates of its own, but has none from ${currency} to ${setup.ledgerCurrency}.`,
            `Enter a rate from ${currency} to ${setup.ledgerCurrency} in the set-up of ${setup.businessUnit}, or choose another conversion type.`,
            { detail: { subject: currency } },
          ),
        );
  }
  const reversed = context.posted.find((document) => document.number === draft.reverses);
  if (!reversed?.conversionRate) {
    if (context.foresee) return ok({ type: 'User', date });
    return err(
      needsAttention(
        'currency.rate_unknown',
        `${draft.number} reverses ${draft.reverses}, but Oracle did not say at which rate that was posted.`,
        'Look the rate up in Oracle Receivables and replay; a credit memo must carry the rate of its invoice.',
      ),
    );
  }
  return ok({ type: 'User', date, rate: reversed.conversionRate });
}

function comments(draft: Draft, order: StoreOrder): string {
  const shop = `WooCommerce order ${order.number}`;
  switch (draft.what.purpose) {
    case 'order':
      return shop;
    case 'refund':
      return `Refund ${draft.what.refundId} of ${shop}${draft.reason && draft.reason !== 'refund' ? `: ${draft.reason}` : ''}`;
    case 'refund-undone':
      return `Refund ${draft.what.refundId} of ${shop} was deleted in the store`;
    default:
      return `${shop}, ${draft.reason}`;
  }
}
