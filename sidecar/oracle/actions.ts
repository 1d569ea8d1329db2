import type { ReceivablesAction, Trail } from '../apply/ports.ts';
import { err, needsAttention, ok, type Result } from '../domain/failures.ts';
import { formatMinor } from '../domain/money.ts';
import { amountOut } from './amounts.ts';
import type { OracleHttp } from './http.ts';
import type { Lookups } from './lookups.ts';
import { digits, isObject } from './lossless-json.ts';
import type { OracleOptions } from './options.ts';
import { DOCUMENT_RESOURCES } from './resources.ts';
import type { SoapClient } from './soap.ts';
import { answered } from './soap-answer.ts';
import type { SoapElement } from './soap-envelope.ts';
import type { SoapActName } from './soap-services.ts';
import { clean } from './text.ts';

export interface ActionTools {
  http: OracleHttp;
  soap: SoapClient;
  lookups: Lookups;
  release: OracleOptions['release'];
  clock: () => number;
}

type Outcome = Result<{ applicationId: string | null }>;

/**
 * Carries out one action, once.
 *
 * 26D has receipt actions over REST; they fall on Oracle's today, so an accounting date that is not today both in UTC and in the business
 * unit (whose zone a pod may go by) takes the SOAP twin, as 25D always does. Credit memo applications and receivables activities are SOAP in every release (contract sections 3.2, 3.3, 4.2).
 */
export async function performAction(action: ReceivablesAction, tools: ActionTools, trail: Trail): Promise<Outcome> {
  const inUtc = new Date(tools.clock()).toISOString().slice(0, 10);
  const isToday = action.accountingDate === inUtc && action.today === inUtc;
  if (tools.release === '26D') {
    const overRest = isToday || action.kind === 'refund-receipt' ? restAction(action) : null;
    const done = overRest && (await sendRestAction(action, overRest, tools, trail));
    // A pod that is behind the release it was set to: nothing was done, and the twin does the same.
    if (done && (done.ok || done.failure.code !== 'oracle.action_unavailable' || action.kind === 'refund-receipt')) return done;
  }
  if (action.kind === 'refund-receipt') {
    return err(
      needsAttention(
        'oracle.action_unavailable',
        `Release ${tools.release} cannot pay ${formatMinor(action.amount, action.decimals)} ${action.currency} out of receipt ${action.receipt.number}: only 26D offers it.`,
        'Issue that refund on the receipt in Oracle by hand and resume the order, which finds it there; or leave the money on account. For later orders choose another settlement of the gateway in Connections.',
      ),
    );
  }
  return sendSoapAction(action, tools, trail);
}

type ReceiptAction = Extract<ReceivablesAction, { receipt: unknown }>;

/** The REST action for it, where 26D has one. */
function restAction(action: ReceivablesAction): string | null {
  switch (action.kind) {
    case 'apply-receipt':
      return 'applyReceipt';
    case 'unapply-receipt':
      return 'unapplyReceipt';
    case 'reverse-receipt':
      return 'reverseReceipt';
    case 'refund-receipt':
      return 'refundReceipt';
    default:
      return null;
  }
}

async function sendRestAction(action: ReceivablesAction, name: string, tools: ActionTools, trail: Trail): Promise<Outcome> {
  const { receipt } = action as ReceiptAction;
  const parameters = await restParameters(action, tools, trail);
  if (!parameters.ok) return parameters;
  const reply = await tools.http.send(
    {
      operation: operationOf(action),
      subject: 'application',
      number: receipt.number,
      method: 'POST',
      path: `${DOCUMENT_RESOURCES.receipt.path}/${receipt.id}/action/${name}`,
      protocol: 'rest',
      writes: true,
      expects: 'action',
      contentType: 'application/vnd.oracle.adf.action+json',
      ids: idsOf(action),
      body: JSON.stringify(parameters.value),
    },
    trail,
  );
  if (!reply.ok) return reply;
  // Whether an action names what it made is not documented: some pods may answer the application's id as the result.
  const result = isObject(reply.value.json) ? reply.value.json.result : null;
  return ok({ applicationId: typeof result === 'string' && /^\d{6,18}$/.test(result) ? result : null });
}

async function restParameters(action: ReceivablesAction, tools: ActionTools, trail: Trail): Promise<Result<object>> {
  switch (action.kind) {
    case 'apply-receipt':
    case 'unapply-receipt': {
      const installment = await tools.lookups.installmentOf(action.invoice, trail);
      if (!installment.ok) return installment;
      const appliedPaymentScheduleId = digits(installment.value);
      return ok(
        action.kind === 'apply-receipt'
          ? { appliedPaymentScheduleId, amountApplied: amountOut(action.amount, action.decimals) }
          : { appliedPaymentScheduleId, receivableApplicationId: digits(action.applicationId) },
      );
    }
    case 'reverse-receipt':
      return ok({ reversalCategoryCode: action.category, reversalReasonCode: action.reason });
    case 'refund-receipt':
      return ok({ amount: amountOut(action.amount, action.decimals), paymentMethodCode: action.paymentMethod });
    default:
      throw new Error(`${action.kind} has no REST action`);
  }
}

async function sendSoapAction(
  action: Exclude<ReceivablesAction, { kind: 'refund-receipt' }>,
  tools: ActionTools,
  trail: Trail,
): Promise<Outcome> {
  const { act, object } = soapParts(action);
  const body = await tools.soap.perform(
    {
      act,
      operation: operationOf(action),
      subject: 'application',
      number: numberOf(action),
      writes: true,
      ids: idsOf(action),
      object,
    },
    trail,
  );
  if (!body.ok) return body;
  const takesBack = action.kind.startsWith('un') || action.kind === 'reverse-receipt';
  const named = takesBack ? null : answered(body.value, 'ReceivableApplicationId');
  return ok({ applicationId: named });
}

/** The data object of each SOAP twin. Attribute names: oeswf 24c service data objects. */
function soapParts(action: Exclude<ReceivablesAction, { kind: 'refund-receipt' }>): { act: SoapActName; object: SoapElement } {
  const amount = formatMinor(action.amount, action.decimals);
  const { businessUnit, date, accountingDate } = action;
  switch (action.kind) {
    case 'apply-receipt':
      return {
        act: 'applyReceipt',
        object: {
          ReceiptId: action.receipt.id,
          CustomerTrxId: action.invoice.id,
          AmountApplied: amount,
          ApplicationDate: date,
          AccountingDate: accountingDate,
        },
      };
    case 'unapply-receipt':
      return {
        act: 'unapplyReceipt',
        object: {
          // Without the business unit the number is refused as invalid (AR-855742, seen in the field).
          BusinessUnit: businessUnit,
          ReceiptNumber: action.receipt.number,
          CustomerTrxId: action.invoice.id,
          ReceivableApplicationId: action.applicationId,
          ReversalGlDate: accountingDate,
        },
      };
    case 'apply-credit-memo':
      return {
        act: 'applyCreditMemo',
        object: {
          BusinessUnit: businessUnit,
          CreditMemoTrxId: action.creditMemo.id,
          CreditMemoTrxNumber: action.creditMemo.number,
          InvoiceCustomerTrxId: action.invoice.id,
          InvoiceTrxNumber: action.invoice.number,
          AmountApplied: amount,
          ApplyDate: date,
          GlDate: accountingDate,
        },
      };
    case 'unapply-credit-memo':
      return {
        act: 'unapplyCreditMemo',
        object: {
          BusinessUnit: businessUnit,
          CreditMemoCustomerTrxId: action.creditMemo.id,
          CreditMemoTrxNumber: action.creditMemo.number,
          InvoiceCustomerTrxId: action.invoice.id,
          InvoiceTrxNumber: action.invoice.number,
          ReceivableApplicationId: action.applicationId,
          ReversalGlDate: accountingDate,
        },
      };
    case 'settle-to-activity':
      return {
        act: 'applyToActivity',
        object: {
          BusinessUnit: businessUnit,
          ReceiptNumber: action.receipt.number,
          ReceivableTrxName: action.activity,
          AmountApplied: amount,
          ApplyDate: date,
          ApplyGlDate: accountingDate,
        },
      };
    case 'unsettle-from-activity':
      return {
        act: 'unapplyFromActivity',
        object: {
          BusinessUnit: businessUnit,
          ReceiptNumber: action.receipt.number,
          ReceivableApplicationId: action.applicationId,
          ReversalGlDate: accountingDate,
        },
      };
    case 'reverse-receipt':
      return {
        act: 'reverseReceipt',
        object: {
          BusinessUnit: businessUnit,
          ReceiptId: action.receipt.id,
          ReceiptNumber: action.receipt.number,
          ReversalCategory: action.category,
          ReversalReasonCode: action.reason,
          ReversalComments: clean(action.comments, 240),
          ReversalDate: date,
          ReversalGlDate: accountingDate,
        },
      };
    case 'refund-credit-memo':
      return {
        act: 'refundCreditMemo',
        object: {
          CreditMemoBusinessUnit: businessUnit,
          CreditMemoCustomerTrxId: action.creditMemo.id,
          CreditMemoTrxNumber: action.creditMemo.number,
          AmountApplied: amount,
          ApplyDate: date,
          GlDate: accountingDate,
          RefundPaymentMethodCode: action.paymentMethod,
        },
      };
  }
}

/** As the audit shows it. */
function operationOf(action: ReceivablesAction): string {
  switch (action.kind) {
    case 'settle-to-activity':
      return 'settle receipt to activity';
    case 'unsettle-from-activity':
      return 'take receipt back from activity';
    default:
      return action.kind.replaceAll('-', ' ');
  }
}

const numberOf = (action: ReceivablesAction): string => ('receipt' in action ? action.receipt.number : action.creditMemo.number);

function idsOf(action: ReceivablesAction): string[] {
  const from = 'receipt' in action ? action.receipt.id : action.creditMemo.id;
  return [
    from,
    ...('invoice' in action ? [action.invoice.id] : []),
    ...('applicationId' in action ? [action.applicationId] : []),
  ];
}
