import type { z } from 'zod';
import { titleOf } from '../apply/actions.ts';
import type { Foreseen } from '../apply/order-work.ts';
import type { RecordedChoice, RulesRecord } from '../apply/rules-record.ts';
import { actionOf, type Failure } from '../domain/failures.ts';
import { formatMinor, type MinorUnits, minor } from '../domain/money.ts';
import type { PostedLine } from '../domain/posted.ts';
import type { RuleTrace } from '../domain/rules.ts';
import { totals } from '../plan/dressed.ts';
import type { Identity, Side } from '../plan/identity.ts';
import { type ActionStep, sourceOf } from '../plan/steps.ts';
import type { StoredAuditRow } from '../store/audit.ts';
import type { ActionRecord, DocumentRecord } from '../store/documents.ts';
import type { OrderReason, OrderRecord } from '../store/orders.ts';
import type {
  ActionViewSchema,
  AuditDetail,
  AuditEntry,
  DocumentView,
  DryRun,
  IdentitySchema,
  OrderSummary,
  Reason,
  RuleTraceViewSchema,
} from './admin-contract.ts';

/** Turns our records into what the admin page reads: decimal strings, ISO instants, sentences. */
export const iso = (ms: number): string => new Date(ms).toISOString();

export function orderSummary(order: OrderRecord, invoiceNumber: string | null): OrderSummary {
  return {
    orderId: order.orderId,
    orderNumber: order.number || String(order.orderId),
    state: order.state,
    reason: order.reason ? reasonView(order.reason) : null,
    storeStatus: order.storeStatus,
    currency: order.currency,
    total: formatMinor(minor(order.totalMinor), order.decimals),
    customerName: order.customerName,
    accountNumber: order.accountNumber,
    invoiceNumber,
    createdAt: order.createdAt,
    updatedAt: iso(order.updatedAtMs),
    nextAttemptAt: order.nextAttemptMs === null ? null : iso(order.nextAttemptMs),
  };
}

export function reasonView(reason: OrderReason): Reason {
  const { code, message, action, detail, question } = reason;
  return { code, message, action, ...(detail && { detail }), ...(question && { question }) };
}

export function failureView(failure: Failure): Reason {
  const { detail } = failure;
  const said = [detail?.code, detail?.text].filter(Boolean).join(': ');
  return {
    code: failure.code,
    message: failure.message,
    action: actionOf(failure),
    ...(said && { detail: said }),
    ...(failure.kind === 'needs-attention' && failure.question && { question: failure.question }),
  };
}

const DOCUMENT_STATE = { sending: 'sending', posted: 'posted', refused: 'failed' } as const;

export function documentView(document: DocumentRecord): DocumentView {
  const money = (amount: MinorUnits) => formatMinor(amount, document.decimals);
  return {
    kind: document.kind,
    purpose: document.what.purpose,
    number: document.number,
    state: DOCUMENT_STATE[document.state],
    amount: money(document.amount),
    currency: document.currency,
    open: document.open === null || document.kind === 'gateway-fee' ? null : money(document.open),
    oracleId: document.oracleId,
    date: document.documentDate,
    accountingDate: document.accountingDate,
    postedAt: document.postedAtMs === null ? null : iso(document.postedAtMs),
    why: document.trace.map(why).join(' '),
    lines: lineViews(document.lines, document.decimals),
  };
}

function lineViews(lines: readonly PostedLine[], decimals: number): DocumentView['lines'] {
  return lines.map((line, index) => ({
    lineNumber: index + 1,
    description: line.description,
    quantity: line.quantity,
    net: formatMinor(line.net, decimals),
    tax: formatMinor(totals([line]).tax, decimals),
    account: line.accountCombination,
    why: line.trace.map(why).join(' '),
  }));
}

/** One sentence: which rule, on which facts. */
function why(trace: RuleTrace): string {
  const matched = Object.entries(trace.matched).map(([name, value]) => `${name} ${value}`);
  return `${trace.result}: rule "${trace.ruleName}"${matched.length > 0 ? ` (${matched.join(', ')})` : ''}.`;
}

export function actionView(action: ActionRecord, decimals: number): z.infer<typeof ActionViewSchema> {
  return {
    kind: action.kind,
    title: sentence(titleOf(action, decimals)),
    amount: formatMinor(action.amount, decimals),
    state: action.state === 'refused' ? 'failed' : action.state,
    at: iso(action.doneAtMs ?? action.sentAtMs),
    accountingDate: action.accountingDate,
  };
}

export function auditEntry(row: StoredAuditRow): AuditEntry {
  return {
    seq: row.seq,
    at: iso(row.atMs),
    orderId: row.orderId,
    document: row.document,
    system: row.system,
    operation: row.operation,
    method: row.method,
    path: row.path,
    status: row.status,
    durationMs: row.durationMs,
    outcome: row.outcome,
    oracleIds: row.oracleIds,
    actor: row.actor,
  };
}

/** What the rules chose for a document, from the row of the audit trail that says so. */
export function recordedTraces(body: string, document: string): NonNullable<AuditDetail['rules']>['traces'] {
  const { document: ofDocument, lines } = JSON.parse(body) as RulesRecord;
  const view = (choice: RecordedChoice, line: string) => ({ ...choice, line, nearly: [] });
  return [
    ...ofDocument.map((choice) => view(choice, document)),
    ...lines.flatMap(({ description, choices }) => choices.map((choice) => view(choice, description))),
  ];
}

export function identityView(identity: Identity, decimals: number): z.infer<typeof IdentitySchema> {
  const side = ({ store, oracle }: Side) => ({
    store: formatMinor(store, decimals),
    oracle: formatMinor(oracle, decimals),
    difference: formatMinor(minor(oracle - store), decimals),
  });
  return {
    sales: side(identity.sales),
    money: side(identity.money),
    balance: side(identity.balance),
    tax: formatMinor(identity.tax, decimals),
    holds: identity.holds,
  };
}

/** What would be done, step by step, in the words of the order's page. */
export function dryRunView(orderId: number, foreseen: Foreseen): DryRun {
  const { decimals } = foreseen.order;
  const steps: DryRun['steps'] = [];
  if (foreseen.billTo && !foreseen.billTo.known && foreseen.steps.length > 0)
    steps.push({ type: 'customer', title: foreseen.billTo.how });
  let dressed = 0;
  for (const step of foreseen.steps) {
    if (step.type === 'document') {
      const document = foreseen.documents[dressed];
      dressed += 1;
      if (!document) break; // the rest cannot be shown: `blocked` says why
      steps.push({
        type: 'document',
        document: {
          kind: step.draft.kind,
          purpose: step.draft.what.purpose,
          number: step.draft.number,
          state: 'planned',
          amount: formatMinor(step.draft.amount, document.document.decimals),
          currency: document.document.currency,
          open: null,
          oracleId: null,
          date: document.document.date,
          accountingDate: document.document.accountingDate,
          postedAt: null,
          why: document.trace.map(why).join(' '),
          lines: lineViews(document.lines, document.document.decimals),
        },
      });
    } else {
      steps.push({
        type: 'action',
        action: {
          kind: step.type,
          title: sentence(titleOf({ ...partiesOf(step), kind: step.type, amount: step.amount }, decimals)),
          amount: formatMinor(step.amount, decimals),
          state: 'planned',
          at: null,
          accountingDate: null,
        },
      });
    }
  }
  return { orderId, steps, blocked: foreseen.blocked ? failureView(foreseen.blocked) : null };
}

function partiesOf(step: ActionStep): Pick<ActionRecord, 'from' | 'to' | 'activity' | 'refundId'> {
  return {
    from: sourceOf(step),
    to: 'invoice' in step ? step.invoice : null,
    activity: 'activity' in step ? step.activity : null,
    refundId: 'refundId' in step ? step.refundId : null,
  };
}

/** The traces of a foreseen order: what was chosen for it as a whole, then document by document and line by line. */
export function traceViews(foreseen: Foreseen, ofOrder: readonly RuleTrace[] = []): z.infer<typeof RuleTraceViewSchema>[] {
  return [
    ...ofOrder.map((trace) => traceView(trace, `Order ${foreseen.order.number}`)),
    ...foreseen.documents.flatMap(({ document, trace: ofDocument, lines }) => [
      ...ofDocument.map((trace) => traceView(trace, `${DOCUMENT[document.kind]} ${document.number}`)),
      ...lines.flatMap((line) => line.trace.map((trace) => traceView(trace, line.description))),
    ]),
  ];
}

const DOCUMENT = { invoice: 'Invoice', receipt: 'Receipt', 'credit-memo': 'Credit memo', 'gateway-fee': 'Gateway fee' } as const;

const traceView = (trace: RuleTrace, line: string): z.infer<typeof RuleTraceViewSchema> => ({
  kind: trace.kind,
  line,
  result: trace.result,
  ruleId: trace.ruleId,
  ruleName: trace.ruleName,
  matched: trace.matched,
  nearly: trace.nearly,
});

const sentence = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
