import { chargedFees } from '../derive/gateway-fee.ts';
import { fillComment } from '../domain/comment-template.ts';
import { err, needsAttention, ok, type Result } from '../domain/failures.ts';
import { formatMinor } from '../domain/money.ts';
import type { RuleTrace } from '../domain/rules.ts';
import { metaText, orderFacts } from './asked.ts';
import type { Common, DressContext, Dressed } from './dressed.ts';
import type { Draft } from './steps.ts';

/** Fails  needs-attention receipt_method.unmapped */
export function receipt(draft: Draft, context: DressContext, common: Common): Result<Dressed> {
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
export function gatewayFee(draft: Draft, context: DressContext, { billTo: _billTo, ...common }: Common): Result<Dressed> {
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
