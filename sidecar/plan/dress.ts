import { accountFor } from '../derive/account.ts';
import { accountingDate, type Period } from '../derive/accounting-date.ts';
import { computedTax, isComputed } from '../derive/computed-tax.ts';
import { chargedFees } from '../derive/gateway-fee.ts';
import type { Choice, RuleBook } from '../derive/rules.ts';
import { fillComment } from '../domain/comment-template.ts';
import { type Day, dayIn } from '../domain/dates.ts';
import type { ArDocument, BillTo, Conversion, DocumentLine, DocumentTax } from '../domain/documents.ts';
import { err, needsAttention, ok, type Result, rejected } from '../domain/failures.ts';
import { formatMinor, type MinorUnits, minor } from '../domain/money.ts';
import type { StoreOrder } from '../domain/order.ts';
import { grossOf } from '../domain/parts.ts';
import type { PostedDocument, PostedLine } from '../domain/posted.ts';
import { crossReference } from '../domain/references.ts';
import { NO_FACTS, type RuleFacts, type RuleKind, type RuleOutcome, type RuleTrace } from '../domain/rules.ts';
import { periodPolicy, type Setup } from '../domain/setup.ts';
import type { Draft, DraftLine } from './steps.ts';

export interface DressContext {
  order: StoreOrder;
  setup: Setup;
  book: RuleBook;
  billTo: BillTo;
  periods: readonly Period[];
  /** The instant of planning, for documents without a date of their own in the store. */
  now: string;
  posted: readonly PostedDocument[];
  /** Fixed by the order's first document. */
  taxMode: Setup['taxMode'];
  /** Nothing is sent: what only Oracle's answers will tell (a rate) may be missing. */
  foresee?: boolean;
}

export interface Dressed {
  document: ArDocument;
  /** As they will be kept with the document. */
  lines: PostedLine[];
  /** Trace of choices that concern the whole document, such as the receipt method. */
  trace: RuleTrace[];
}

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

/**
 * The instant that dates a document, and so says which rules it meets: a payment's or refund's own, the order's for its sale, now for what
 * an edit brings.
 */
export const instantOf = (draft: Pick<Draft, 'at' | 'what'>, order: StoreOrder, now: string): string =>
  draft.at || (draft.what.purpose === 'order' ? order.createdAt : now);

/** Source, types and terms: a transaction-type rule over the set-up's. Later documents of an order ask again by the same facts. */
function documentNames(draft: Draft, { setup, order, book }: DressContext, date: Day) {
  const choice = book.choose('transaction-type', orderFacts(order), date);
  const memo = draft.kind === 'credit-memo';
  const names = transactionNames(choice.outcome, memo, setup);
  const result = `${names.source} / ${memo ? names.creditMemoType : names.invoiceType}`;
  return { ...names, trace: choice.rule ? [{ ...choice.trace, result }] : [] };
}

/** What a transaction-type rule leaves open comes from the set-up. */
export function transactionNames(outcome: RuleOutcome | null, memo: boolean, setup: Setup) {
  return {
    source: outcome?.transactionSource ?? (memo ? setup.creditMemo.source : setup.invoice.source),
    invoiceType: outcome?.invoiceType ?? setup.invoice.type,
    creditMemoType: outcome?.creditMemoType ?? setup.creditMemo.type,
    paymentTerms: outcome?.paymentTerms ?? setup.invoice.paymentTerms,
  };
}

/** Attributes of a descriptive flexfield, `{meta:key}` filled in; undefined where no rule asks for any. */
export function flexfieldOf({ rule, outcome }: Choice, meta: StoreOrder['meta']) {
  const { flexContext, flexAttributes = {} } = outcome ?? {};
  if (!rule || Object.keys(flexAttributes).length === 0) return undefined;
  const attributes = Object.fromEntries(
    Object.entries(flexAttributes).map(([name, template]) => [
      name,
      template.replace(/\{meta:([^}]+)\}/g, (_all, key: string) => metaText(meta, key.trim())).slice(0, 240),
    ]),
  );
  return { ...(flexContext && { context: flexContext }), attributes };
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

/** The first value of a meta key as text; empty where there is none, or none that is a text. */
function metaText(meta: StoreOrder['meta'], key: string): string {
  const value = meta.find((row) => row.key === key)?.value;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

type Common = Pick<
  Extract<ArDocument, { kind: 'receipt' }>,
  'number' | 'businessUnit' | 'date' | 'accountingDate' | 'currency' | 'decimals' | 'billTo' | 'conversion'
>;

function receipt(draft: Draft, context: DressContext, common: Common): Result<Dressed> {
  const gateway = draft.payment?.gateway ?? context.order.paymentMethod;
  const chosen = receiptMethod(gateway, context, common);
  if (!chosen.ok) return chosen;
  return ok({
    document: {
      kind: 'receipt',
      ...common,
      ...chosen.value.method,
      amount: draft.amount,
      comments: receiptComments(draft, gateway, chosen.value.comments, context),
    },
    lines: [],
    trace: [chosen.value.trace],
  });
}

/** In the words of the rule, else in ours. That an amount was assumed is said in any case: nobody reported it. */
function receiptComments(draft: Draft, gateway: string, template: string | undefined, context: DressContext): string {
  const { order } = context;
  const transaction = draft.payment?.transactionId ?? '';
  const fee = feeOf(draft, context) ?? '';
  const assumed = draft.payment?.assumed ? 'amount assumed from the order total' : '';
  const notes = template
    ? [fillComment(template, { order: order.number, gateway, transaction, fee }, (key) => metaText(order.meta, key)), assumed]
    : [
        `WooCommerce order ${order.number}`,
        gateway && `gateway ${gateway}`,
        transaction && `transaction ${transaction}`,
        assumed,
        fee && `gateway fee ${fee}`,
      ];
  return notes.filter(Boolean).join(', ');
}

/** A fee leaves by the receipt method its payment came in by, in the fee's own currency: a rule may name another one for that. */
function gatewayFee(draft: Draft, context: DressContext, { billTo: _billTo, ...common }: Common): Result<Dressed> {
  const { order, setup } = context;
  const gateway = draft.fee?.gateway ?? order.paymentMethod;
  const chosen = receiptMethod(gateway, context, common);
  if (!chosen.ok) return chosen;
  const { activity = '' } = setup.gatewayFees;
  const comments = `Gateway fee of WooCommerce order ${order.number}, gateway ${gateway}, ${draft.reason}`;
  return ok({
    document: { kind: 'gateway-fee', ...common, ...chosen.value.method, activity, amount: draft.amount, comments },
    lines: [],
    trace: [chosen.value.trace],
  });
}

function receiptMethod(
  gateway: string,
  { book, order }: DressContext,
  { currency, date }: Pick<Common, 'currency' | 'date'>,
): Result<{ method: { receiptMethod: string; remittanceBankAccount?: string }; comments: string | undefined; trace: RuleTrace }> {
  const choice = book.choose('receipt-method', { ...orderFacts(order), currency, gateway }, date);
  const { receiptMethod: method, remittanceBankAccount, comments } = choice.outcome ?? {};
  if (method) {
    return ok({
      method: { receiptMethod: method, ...(remittanceBankAccount && { remittanceBankAccount }) },
      comments,
      trace: { ...choice.trace, result: method },
    });
  }
  return err(
    needsAttention(
      'receipt_method.unmapped',
      `No receipt method for payments by "${gateway || 'no gateway'}" in ${currency}.`,
      `Add a receipt method rule for the gateway "${gateway || '(empty)'}".`,
      { detail: { subject: gateway } },
    ),
  );
}

/** What the gateway kept, where its plugin notes it: information for the books, the receipt stays whole. */
function feeOf({ payment }: Draft, { order, setup }: DressContext): string | null {
  const { fees } = chargedFees(order, order.payments, setup.gatewayFeeMeta);
  const fee = fees.find((each) => each.payment.id === payment?.id);
  return fee && fee.amount !== 0 ? `${formatMinor(fee.amount, fee.decimals)} ${fee.currency}` : null;
}

export const RULE_KIND: Record<DraftLine['kind'], RuleKind> = {
  product: 'revenue',
  shipping: 'shipping',
  fee: 'fee',
  rounding: 'rounding',
  tax: 'tax',
  discount: 'discount',
  tender: 'tender',
};

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

/**
 * Adds a line's tax codes. In mode `oracle` the classification is all that is said, so a line on which the store charges no tax needs one
 * too: without any, Oracle would tax it by its own defaults. A tax that no computing gives (a refund of tax alone) is sent as it is.
 *
 * Fails   needs-attention tax.unmapped, tax.not_computable
 */
function taxCodes(
  posted: PostedLine,
  line: DraftLine,
  like: PostedLine | null,
  facts: RuleFacts,
  context: DressContext,
  date: Day,
): Result<void> {
  const { taxMode, order } = context;
  // What was posted without tax is taken back without tax.
  if (like && line.taxes.length === 0 && like.taxCodes.length === 0) {
    if (like.untaxedAs) posted.untaxedAs = like.untaxedAs;
    return ok(undefined);
  }
  const { rates, computed } = ratesOf(line, like, order, taxMode);
  if (rates.length === 0) return untaxed(posted, line, like, facts, context, date);
  for (const rateId of rates) {
    const code = taxCode(rateId, like, facts, context, date);
    if (!code.ok) return code;
    posted.taxCodes.push(code.value.code);
    if (code.value.trace) posted.trace = [...posted.trace, code.value.trace];
  }
  if (computed) return ok(undefined);
  posted.taxSent = true;
  const nameless = posted.taxCodes.find(({ regime, rateCode }) => !regime || !rateCode);
  return nameless ? err(notComputable(line, nameless.rateId, context)) : ok(undefined);
}

/**
 * The store's rates that a line has to name to Oracle: those of its tax. Where Oracle computes, those as well that its net is taxed at
 * (of the posted line, or of the order's item) although its own tax is 0.00; none where computing would make another tax than 0.00.
 */
export function ratesOf(
  line: Pick<DraftLine, 'part' | 'net' | 'taxes'>,
  like: Pick<PostedLine, 'taxCodes'> | null,
  order: StoreOrder,
  taxMode: Setup['taxMode'],
): { rates: number[]; computed: boolean } {
  if (taxMode !== 'oracle') return { rates: line.taxes.map(({ rateId }) => rateId), computed: true };
  const item = order.lines.find((candidate) => line.part === `item:${candidate.itemId}`);
  const known = like?.taxCodes.length ? like.taxCodes : (item?.taxes ?? []);
  const rates = [...new Set([...known, ...line.taxes].map(({ rateId }) => rateId))];
  if (line.taxes.length > 0) return { rates, computed: isComputed(line.net, line.taxes, rates, order.taxRates) };
  const none = computedTax(line.net, rates, order.taxRates).every((tax) => tax === 0);
  return { rates: none ? rates : [], computed: true };
}

function taxCode(
  rateId: number,
  like: PostedLine | null,
  facts: RuleFacts,
  { taxMode, order, book }: DressContext,
  date: Day,
): Result<{ code: PostedLine['taxCodes'][number]; trace?: RuleTrace }> {
  const enough = ({ regime, rateCode, classification }: PostedLine['taxCodes'][number]) =>
    taxMode === 'oracle' ? Boolean(classification) : regime !== '' && rateCode !== '';
  const kept = like?.taxCodes.find((code) => code.rateId === rateId);
  if (kept && enough(kept)) return ok({ code: kept });
  const choice = book.choose('tax', { ...facts, taxRateId: rateId }, date);
  const { taxRegime: regime = '', taxRateCode: rateCode = '', taxClassification: classification = null } = choice.outcome ?? {};
  const code = { rateId, regime, rateCode, classification };
  if (enough(code)) {
    const result = taxMode === 'oracle' ? (classification ?? '') : `${regime} / ${rateCode}`;
    return ok({ code, trace: { ...choice.trace, result } });
  }
  const name = taxName(rateId, order);
  return err(
    needsAttention(
      'tax.unmapped',
      `No Oracle tax ${taxMode === 'oracle' ? 'classification' : 'code'} for the store's ${name} (id ${rateId}).`,
      `Add a tax rule for ${name} (id ${rateId}).`,
      { detail: { subject: String(rateId) } },
    ),
  );
}

/** Where the store sends the tax, Oracle need not be told that there is none; a rule that says it is heard all the same. */
function untaxed(
  posted: PostedLine,
  line: DraftLine,
  like: PostedLine | null,
  facts: RuleFacts,
  { taxMode, order, book }: DressContext,
  date: Day,
): Result<void> {
  if (like?.untaxedAs) {
    posted.untaxedAs = like.untaxedAs;
    return ok(undefined);
  }
  const choice = book.choose('no-tax', facts, date);
  const classification = choice.outcome?.taxClassification;
  if (classification) {
    posted.untaxedAs = classification;
    posted.trace = [...posted.trace, { ...choice.trace, result: classification }];
    return ok(undefined);
  }
  if (taxMode !== 'oracle') return ok(undefined);
  return err(
    needsAttention(
      'tax.unmapped',
      `The store charges no tax on ${whatOf(line)} of order ${order.number}, and no rule names the Oracle tax classification for that; without one Oracle would tax it by its own defaults.`,
      'Add a rule of the kind "No tax" with the classification for lines without tax.',
      { detail: { subject: 'no tax' } },
    ),
  );
}

function notComputable(line: DraftLine, rateId: number, { order }: DressContext) {
  const rate = order.taxRates.find((candidate) => candidate.rateId === rateId);
  const money = (amount: number) => `${formatMinor(minor(amount), order.decimals)} ${order.currency}`;
  const tax = line.taxes.reduce((all, { amount }) => all + amount, 0);
  const name = rate?.code || String(rateId);
  return needsAttention(
    'tax.not_computable',
    `${whatOf(line)} of order ${order.number}: a tax of ${money(tax)} on ${money(line.net)} is not what the tax rate ${name} (${rate?.percent ?? '?'} %) gives, so Oracle cannot compute it.`,
    `Give the tax rule for ${name} a regime and a rate code as well, so that this amount can be sent as it is; then resume the order.`,
    { detail: { subject: String(rateId) } },
  );
}

/** A rate as the store writes it; plugins and imports may bring tax that names none, under id 0. */
export function taxName(rateId: number, { taxRates }: StoreOrder): string {
  const code = taxRates.find((rate) => rate.rateId === rateId)?.code;
  return rateId === 0 && !code ? 'tax without a rate' : `tax rate ${code || rateId}`;
}

/** A line's own meta before the order's. */
export const metaOf = (line: DraftLine, order: StoreOrder): StoreOrder['meta'] => [
  ...(order.lines.find((candidate) => line.part === `item:${candidate.itemId}`)?.meta ?? []),
  ...order.meta,
];

export function whatOf(line: DraftLine): string {
  if (line.kind === 'product') return line.facts?.sku ? `SKU ${line.facts.sku}` : `product "${line.name}" (no SKU)`;
  return line.kind === 'rounding' ? 'the rounding line' : `${line.kind} "${line.name}"`;
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

export function orderFacts(order: StoreOrder): RuleFacts {
  return {
    ...NO_FACTS,
    country: order.billing.country,
    currency: order.currency,
    gateway: order.paymentMethod,
    customerId: order.customerId,
    role: order.customer.role,
  };
}

export function lineFacts(line: DraftLine, order: StoreOrder): RuleFacts {
  const facts = line.facts;
  return {
    ...orderFacts(order),
    sku: facts?.sku ?? null,
    categories: facts?.categories ?? [],
    productType: facts?.productType ?? null,
    taxClass: facts?.taxClass ?? '',
    shippingMethod: facts?.shippingMethod ?? null,
    feeName: line.kind === 'fee' || line.kind === 'tender' ? line.name : null,
    taxRateId: line.part.startsWith('tax:') ? Number(line.part.slice(4)) : null,
  };
}

/** Net, tax and total of a document, for people. */
export const totals = (lines: readonly PostedLine[]): { net: MinorUnits; tax: MinorUnits } => ({
  net: minor(lines.reduce((total, line) => total + line.net, 0)),
  tax: minor(lines.reduce((total, line) => total + line.taxes.reduce((all, tax) => all + tax.amount, 0), 0)),
});
