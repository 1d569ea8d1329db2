import type { Choice } from '../derive/rules.ts';
import type { StoreOrder } from '../domain/order.ts';
import { NO_FACTS, type RuleFacts, type RuleKind, type RuleOutcome } from '../domain/rules.ts';
import type { Setup } from '../domain/setup.ts';
import type { Draft, DraftLine } from './steps.ts';

/**
 * The instant that dates a document, and so says which rules it meets: a payment's or refund's own, the order's for its sale, now for what
 * an edit brings.
 */
export const instantOf = (draft: Pick<Draft, 'at' | 'what'>, order: StoreOrder, now: string): string =>
  draft.at || (draft.what.purpose === 'order' ? order.createdAt : now);

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

/** The first value of a meta key as text; empty where there is none, or none that is a text. */
export function metaText(meta: StoreOrder['meta'], key: string): string {
  const value = meta.find((row) => row.key === key)?.value;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
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

/** A line's own meta before the order's. */
export const metaOf = (line: DraftLine, order: StoreOrder): StoreOrder['meta'] => [
  ...(order.lines.find((candidate) => line.part === `item:${candidate.itemId}`)?.meta ?? []),
  ...order.meta,
];

export function whatOf(line: DraftLine): string {
  if (line.kind === 'product') return line.facts?.sku ? `SKU ${line.facts.sku}` : `product "${line.name}" (no SKU)`;
  return line.kind === 'rounding' ? 'the rounding line' : `${line.kind} "${line.name}"`;
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
