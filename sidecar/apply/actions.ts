import { accountingDate } from '../derive/accounting-date.ts';
import { EndpointUnavailable } from '../domain/brake.ts';
import { type Day, dayIn } from '../domain/dates.ts';
import type { OracleApplication } from '../domain/documents.ts';
import { err, type Failure, needsAttention, ok, type Result, retryable } from '../domain/failures.ts';
import { formatMinor, type MinorUnits, minor } from '../domain/money.ts';
import type { StoreOrder } from '../domain/order.ts';
import { settledByPersons } from '../domain/set-aside.ts';
import { periodPolicy, settlementFor } from '../domain/setup.ts';
import { gatewayOf } from '../plan/plan-money.ts';
import { type ActionStep, type SettleStep, sourceOf } from '../plan/steps.ts';
import { type ActionKind, type ActionRecord, type Before, isOfOrder, type OrderDocument } from '../store/documents.ts';
import { LOOKS, unknown } from './document-posting.ts';
import type { ReceivablesAction } from './ports.ts';
import type { OrderWorkOptions, Run } from './work.ts';

/**
 * Applies, unapplies and settles. These carry no number in Oracle, so each intent keeps the balances and application ids before;
 * after doubt those tell whether it happened: a new application = done, nothing new and balances as before = send again,
 * anything else = a person looks.
 */
export class Actions {
  private readonly options: OrderWorkOptions;

  constructor(options: OrderWorkOptions) {
    this.options = options;
  }

  async carryOut(step: ActionStep, run: Run): Promise<Result<void>> {
    const { store, nowMs, lists } = this.options;
    // It is dated by the periods, which may have been closed since they were pulled.
    const fresh = lists.checks.stale('periods') ? await lists.refresh(['periods']) : ok(undefined);
    if (!fresh.ok) return fresh;
    const { from, to } = this.parties(step);
    const before = await this.before(step, from, to, run);
    if (!before.ok) {
      return before.failure.code === CHANGED_BY_HAND ? this.adopt(step, from, to, run, before.failure) : before;
    }
    const undoes = this.undoes(step, run.order.id);
    const applicationId = undoes ? await this.applicationId(step, undoes, from, to) : ok(null);
    if (!applicationId.ok) return applicationId;
    const action = this.toOracle(step, from, to, undoes, applicationId.value, run);
    if (!action.ok) return action;
    const { accountingDate } = action.value;
    const intent = { ...this.intent(step, from, to, run, before.value), reverses: undoes?.id ?? null, accountingDate };
    const id = await store.write(() => store.documents.intendAction(intent, nowMs()));
    const sent = await this.send(id, action.value, run);
    // What the pod offers in no interface, a person does by hand.
    return sent.ok || sent.failure.code !== ACTION_UNAVAILABLE ? sent : this.adopt(step, from, to, run, sent.failure);
  }

  /**
   * Oracle may hold the application already, made before our database was restored or by hand where no interface makes it: then it is
   * ours, and nothing is sent.
   */
  private async adopt(
    step: ActionStep,
    from: OrderDocument,
    to: OrderDocument | null,
    run: Run,
    failure: Failure,
  ): Promise<Result<void>> {
    const { store, nowMs } = this.options;
    const rows = await this.applications(from);
    if (!rows.ok) return rows;
    const intent = this.intent(step, from, to, run, { open: {}, applicationIds: [] });
    const actions = store.documents.actionsOf(run.order.id);
    const ours = actions.map((action) => action.applicationId);
    const isOnAccount = (row: OracleApplication) => row.to === null && row.activity === null;
    const found = rows.value.find((row) => isApplicationOf(intent, row) && !isOnAccount(row) && !ours.includes(row.id));
    // Where ids are not told, an action of ours that moved the same amount would be taken for this one.
    const untold = actions.some(
      (action) =>
        action.state === 'done' && action.applicationId === null && action.from === intent.from && action.to === intent.to,
    );
    if (!found || untold) return err(failure);
    await store.write(() => {
      const id = store.documents.intendAction({ ...intent, reverses: null, accountingDate: null }, nowMs());
      store.documents.actionDone(id, found.id, nowMs());
    });
    return ok(undefined);
  }

  private intent(step: ActionStep, from: OrderDocument, to: OrderDocument | null, run: Run, before: Before) {
    return {
      orderId: run.order.id,
      kind: step.type,
      from: from.number,
      to: to?.number ?? null,
      refundId: 'refundId' in step ? step.refundId : null,
      activity: 'activity' in step ? step.activity : null,
      amount: step.amount,
      before,
    };
  }

  inDoubt(orderId: number): boolean {
    return this.options.store.documents.actionsOf(orderId).some((action) => action.state === 'sending');
  }

  /** Not before the server's own time limit: what it still works on may yet happen. */
  waitMs(orderId: number): number {
    const { store, doubt, nowMs } = this.options;
    const action = store.documents.actionsOf(orderId).find((candidate) => candidate.state === 'sending');
    if (!action) return doubt.betweenLooksMs;
    return Math.max(doubt.betweenLooksMs, action.sentAtMs + doubt.actionSettlesMs - nowMs());
  }

  /** Actions of an earlier run whose outcome nobody heard. */
  async settleDoubt(orderId: number, order: StoreOrder): Promise<Result<void>> {
    const { store, doubt, nowMs } = this.options;
    for (const action of store.documents.actionsOf(orderId)) {
      if (action.state !== 'sending') continue;
      const verdict = await this.verdict(action);
      if (!verdict.ok) return verdict;
      if (verdict.value.happened === 'yes') {
        const { applicationId } = verdict.value;
        await store.write(() => this.recordDone(action.id, applicationId));
        continue;
      }
      if (verdict.value.happened === 'unclear') {
        return err(
          needsAttention(
            'action.unclear',
            `Whether "${titleOf(action, order.decimals)}" happened cannot be told: Oracle's balances changed in another way.`,
            'Compare the receipt and the invoice in Oracle, undo what was done by hand, then resume the order.',
          ),
        );
      }
      const settled = nowMs() >= action.sentAtMs + doubt.actionSettlesMs;
      await store.write(() => store.documents.lookedAtAction(action.id));
      if (!settled || action.looks + 1 < LOOKS) {
        return err(
          retryable('action.in_doubt', `No answer came for "${titleOf(action, order.decimals)}".`, {
            outcomeUnknown: true,
            endpoint: true,
          }),
        );
      }
      // Nothing new and balances as before: it did not happen. The plan asks for it again.
      await store.write(() => store.documents.actionRefused(action.id));
    }
    return ok(undefined);
  }

  private async send(id: number, action: ReceivablesAction, run: Run): Promise<Result<void>> {
    const { store, receivables } = this.options;
    const from = 'receipt' in action ? action.receipt : action.creditMemo;
    let answer: Result<{ applicationId: string | null }>;
    try {
      answer = await receivables.perform(action, this.options.trail({ orderId: run.order.id, document: from.number }));
    } catch (error) {
      if (error instanceof EndpointUnavailable) await store.write(() => store.documents.actionRefused(id));
      throw error;
    }
    if (answer.ok) {
      const done = answer.value.applicationId;
      await store.write(() => this.recordDone(id, done));
      return ok(undefined);
    }
    const { failure } = answer;
    await store.write(() => (unknown(failure) ? store.documents.doubtAction(id) : store.documents.actionRefused(id)));
    return answer;
  }

  /** Marks it done and moves our own record of the open amounts with it. */
  private recordDone(id: number, applicationId: string | null): void {
    const { store, nowMs } = this.options;
    store.documents.actionDone(id, applicationId, nowMs());
    const action = store.documents.action(id);
    if (!action) return;
    if (action.kind === 'reverse-receipt') {
      this.recordReversed(action);
      return;
    }
    const sign = action.kind.startsWith('un') ? 1 : -1;
    for (const number of [action.from, action.to]) {
      const document = number === null ? null : store.documents.get(number);
      if (document) store.documents.setOpen(document.number, minor((document.open ?? document.amount) + sign * action.amount));
    }
  }

  /** Oracle's reversal takes the receipt off everything it was applied to. */
  private recordReversed(reversal: ActionRecord): void {
    const { documents } = this.options.store;
    for (const action of documents.actionsOf(reversal.orderId)) {
      if (
        action.state !== 'done' ||
        action.from !== reversal.from ||
        (action.kind !== 'apply-receipt' && action.kind !== 'settle')
      )
        continue;
      documents.actionUndone(action.id);
      const invoice = action.to === null ? null : documents.get(action.to);
      if (invoice) documents.setOpen(invoice.number, minor((invoice.open ?? 0) + action.amount));
    }
    documents.setOpen(reversal.from, minor(0));
  }

  /**
   * Payables was asked to pay a refund that the store deleted since: once Oracle no longer shows the payout (somebody stopped it), the
   * money is unapplied again and may pay the invoice that takes the credit back.
   */
  async noticeStoppedPayouts(orderId: number, undoneRefunds: readonly number[]): Promise<Result<void>> {
    const { store } = this.options;
    for (const action of store.documents.actionsOf(orderId)) {
      const payout = action.state === 'done' && action.kind === 'settle' && action.activity === null;
      if (!payout || !undoneRefunds.includes(action.refundId ?? 0)) continue;
      const from = this.mustGet(action.from);
      const rows = await this.applications(from);
      if (!rows.ok) return rows;
      const stands = rows.value.some((row) => row.isLatest && row.to === null && row.amount === action.amount);
      if (stands) continue;
      await store.write(() => {
        store.documents.actionUndone(action.id);
        store.documents.setOpen(from.number, minor((from.open ?? 0) + action.amount));
      });
    }
    return ok(undefined);
  }

  private parties(step: ActionStep): { from: OrderDocument; to: OrderDocument | null } {
    const to = 'invoice' in step ? step.invoice : null;
    return { from: this.mustGet(sourceOf(step)), to: to === null ? null : this.mustGet(to) };
  }

  /** Balances before. Those heard in this run are used as they are; older ones are read, since people work in Oracle too. */
  private async before(step: ActionStep, from: OrderDocument, to: OrderDocument | null, run: Run): Promise<Result<Before>> {
    const { store, receivables } = this.options;
    const open: Record<string, number> = {};
    for (const document of [from, to]) {
      if (!document) continue;
      if (!run.fresh.has(document.number)) {
        const read = await receivables.read(
          document.kind,
          document.oracleId ?? '',
          document.decimals,
          this.options.trail({ orderId: run.order.id, document: document.number }),
        );
        if (!read.ok) return read;
        const amount = read.value.open;
        if (amount !== null) await store.write(() => store.documents.setOpen(document.number, amount));
        run.fresh.add(document.number);
      }
      open[document.number] = this.mustGet(document.number).open ?? document.amount;
    }
    if (!step.type.startsWith('un') && step.type !== 'reverse-receipt') {
      for (const document of [from, to]) {
        const left = document ? (open[document.number] ?? 0) : step.amount;
        if (document && left < step.amount) return err(changedInOracle(document, minor(left), step.amount));
      }
    }
    const applicationIds = store.documents
      .actionsOf(run.order.id)
      .flatMap((action) => (action.applicationId && action.from === from.number ? [action.applicationId] : []));
    return ok({ open, applicationIds });
  }

  private undoes(step: ActionStep, orderId: number): ActionRecord | null {
    if (!step.type.startsWith('un')) return null;
    const kind: ActionKind =
      step.type === 'unsettle' ? 'settle' : step.type === 'unapply-receipt' ? 'apply-receipt' : 'apply-credit-memo';
    const from = sourceOf(step);
    const to = 'invoice' in step ? step.invoice : null;
    const found = this.options.store.documents
      .actionsOf(orderId)
      .findLast(
        (action) =>
          action.state === 'done' &&
          action.kind === kind &&
          action.from === from &&
          action.to === to &&
          action.amount === step.amount,
      );
    if (!found) throw new Error(`No record of what ${step.type} undoes`);
    return found;
  }

  /** Oracle's id of the application to undo: from its answer, else from the account's activities. */
  private async applicationId(
    step: ActionStep,
    undoes: ActionRecord,
    from: OrderDocument,
    to: OrderDocument | null,
  ): Promise<Result<string | null>> {
    if (undoes.applicationId) return ok(undoes.applicationId);
    const rows = await this.applications(from);
    if (!rows.ok) return rows;
    const match = rows.value.find(
      (row) => row.isLatest && row.amount === step.amount && (to ? row.to === to.number : row.activity === undoes.activity),
    );
    if (match) return ok(match.id);
    return err(
      needsAttention(
        'oracle.application_missing',
        `Oracle no longer shows ${from.number} applied to ${to?.number ?? undoes.activity ?? 'the activity'} with ${formatMinor(step.amount, from.decimals)}.`,
        'Somebody changed it in Oracle: put it back as it was, or reverse the order’s documents by hand, then resume the order.',
      ),
    );
  }

  private async verdict(action: ActionRecord): Promise<Result<Verdict>> {
    const { receivables } = this.options;
    const from = this.mustGet(action.from);
    const trail = this.options.trail({ orderId: action.orderId, document: from.number });
    const rows = await this.applications(from);
    if (!rows.ok) return rows;
    const matching = rows.value.filter((row) => isApplicationOf(action, row));
    if (action.kind.startsWith('un')) {
      // Undoing happened when the application it names is no longer the latest.
      const undone = this.options.store.documents.action(action.reverses ?? 0);
      const still = undone?.applicationId ? matching.some((row) => row.id === undone.applicationId) : matching.length > 0;
      return ok(still ? { happened: 'no' } : { happened: 'yes', applicationId: null });
    }
    if (action.kind === 'reverse-receipt') {
      // A reversed receipt has nothing applied and nothing left.
      const applied = rows.value.some((row) => row.isLatest && row.to !== null);
      const read = await receivables.read(from.kind, from.oracleId ?? '', from.decimals, trail);
      if (!read.ok) return read;
      if (!applied && read.value.open === 0) return ok({ happened: 'yes', applicationId: null });
      return ok(read.value.open === (action.before.open[from.number] ?? null) ? { happened: 'no' } : { happened: 'unclear' });
    }
    const fresh = matching.find((row) => !action.before.applicationIds.includes(row.id));
    if (fresh) return ok({ happened: 'yes', applicationId: fresh.id });
    const now = await receivables.read(from.kind, from.oracleId ?? '', from.decimals, trail);
    if (!now.ok) return now;
    return ok(now.value.open === (action.before.open[from.number] ?? null) ? { happened: 'no' } : { happened: 'unclear' });
  }

  private applications(from: OrderDocument): Promise<Result<OracleApplication[]>> {
    return this.options.receivables.applications(
      {
        from: { kind: from.kind === 'receipt' ? 'receipt' : 'credit-memo', id: from.oracleId ?? '', number: from.number },
        accountNumber: from.billTo.accountNumber,
        decimals: from.decimals,
      },
      this.options.trail({ orderId: from.orderId, document: from.number }),
    );
  }

  private toOracle(
    step: ActionStep,
    from: OrderDocument,
    to: OrderDocument | null,
    undoes: ActionRecord | null,
    applicationId: string | null,
    run: Run,
  ): Result<ReceivablesAction> {
    const periods = this.options.store.references.periods(run.setup.businessUnit);
    const day = this.dayOf(step, from, to, undoes, run);
    const posting = accountingDate(day, periods, periodPolicy(run.setup, from.kind));
    if (!posting.ok) return posting;
    const base = {
      businessUnit: run.setup.businessUnit,
      accountNumber: from.billTo.accountNumber,
      amount: step.amount,
      decimals: from.decimals,
      currency: from.currency,
      date: posting.value,
      accountingDate: posting.value,
      today: dayIn(run.setup.timeZone, new Date(this.options.nowMs()).toISOString()),
    };
    const ref = (document: OrderDocument | null) => ({ id: document?.oracleId ?? '', number: document?.number ?? '' });
    switch (step.type) {
      case 'apply-receipt':
        return ok({ ...base, kind: 'apply-receipt', receipt: ref(from), invoice: ref(to) });
      case 'unapply-receipt':
        return ok({ ...base, kind: 'unapply-receipt', receipt: ref(from), invoice: ref(to), applicationId: applicationId ?? '' });
      case 'apply-credit-memo':
        return ok({ ...base, kind: 'apply-credit-memo', creditMemo: ref(from), invoice: ref(to) });
      case 'unapply-credit-memo':
        return ok({
          ...base,
          kind: 'unapply-credit-memo',
          creditMemo: ref(from),
          invoice: ref(to),
          applicationId: applicationId ?? '',
        });
      case 'reverse-receipt': {
        const { category, reason } = REVERSAL;
        return ok({ ...base, kind: 'reverse-receipt', receipt: ref(from), category, reason, comments: step.because });
      }
      case 'settle':
        return settlementAction(step, ref(from), from.kind, run, base);
      case 'unsettle':
        return ok({
          ...base,
          kind: 'unsettle-from-activity',
          receipt: ref(from),
          activity: step.activity ?? '',
          applicationId: applicationId ?? '',
        });
    }
  }

  /**
   * The day of what calls for an action, but not before what it moves, what it undoes, and what was taken off the same receipt or memo: a
   * rest goes back onto its invoice on the day that a refund took the whole off.
   */
  private dayOf(step: ActionStep, from: OrderDocument, to: OrderDocument | null, undoes: ActionRecord | null, run: Run): Day {
    const takenOff = this.options.store.documents
      .actionsOf(run.order.id)
      .filter((action) => action.state === 'done' && action.from === from.number && action.kind.startsWith('un'))
      .map((action) => action.accountingDate);
    const days = [from.accountingDate, to?.accountingDate, undoes?.accountingDate, ...takenOff, this.calledForOn(step, run)];
    return days.reduce<Day>((latest, day) => (day && day > latest ? day : latest), '');
  }

  private calledForOn(step: ActionStep, run: Run): Day | null {
    const { store, nowMs } = this.options;
    const dayAt = (at: string | number) => dayIn(run.setup.timeZone, new Date(at).toISOString());
    const memos = store.documents
      .ofOrder(run.order.id)
      .filter((document) => document.kind === 'credit-memo' && document.state === 'posted');
    switch (step.type) {
      case 'apply-receipt':
      case 'apply-credit-memo':
        return null;
      case 'unapply-receipt':
      case 'unapply-credit-memo':
        return (
          memos
            .map((memo) => memo.accountingDate)
            .sort()
            .at(-1) ?? null
        );
      case 'reverse-receipt': {
        const what = store.documents.get(step.receipt)?.what;
        const payment = what?.purpose === 'payment' ? run.order.payments.find(({ id }) => id === what.paymentId) : undefined;
        return dayAt(payment?.takenBackAt ?? nowMs());
      }
      case 'settle': {
        const memo = memos.find(({ refund }) => refund?.refundId === step.refundId);
        if (memo) return memo.accountingDate;
        const refund = run.order.refunds.find(({ id }) => id === step.refundId);
        if (refund) return dayAt(refund.createdAt);
        const decided = settledByPersons(store.orders.decisions(run.order.id)).find(({ refundId }) => refundId === step.refundId);
        return dayAt(decided?.atMs || nowMs());
      }
      case 'unsettle':
        // With the invoice that takes the credit back, which is dated when the deletion is seen.
        return dayAt(nowMs());
    }
  }

  private mustGet(number: string): OrderDocument {
    const record = this.options.store.documents.get(number);
    if (!record || !isOfOrder(record)) throw new Error(`No record of ${number}`);
    return record;
  }
}

type Verdict = { happened: 'yes'; applicationId: string | null } | { happened: 'no' } | { happened: 'unclear' };

/** Lookup codes of a reversal; pods may differ, which Oracle's refusal then says (UNCONFIRMED, contract section 3.2). */
const REVERSAL = { category: 'REV', reason: 'PAYMENT REVERSAL' };

/** A payout stands under the activity that Oracle itself chose for refunds; nobody names it. */
function isApplicationOf(moved: Pick<ActionRecord, 'to' | 'activity' | 'amount'>, row: OracleApplication): boolean {
  if (!row.isLatest || row.amount !== moved.amount) return false;
  if (moved.to !== null) return row.to === moved.to;
  return row.to === null && (moved.activity === null || row.activity === moved.activity);
}

type Base = Pick<
  ReceivablesAction,
  'businessUnit' | 'accountNumber' | 'amount' | 'decimals' | 'currency' | 'date' | 'accountingDate' | 'today'
>;

function settlementAction(
  step: SettleStep,
  ref: { id: string; number: string },
  kind: OrderDocument['kind'],
  run: Run,
  base: Base,
): Result<ReceivablesAction> {
  if (step.settlement === 'clearing') {
    return step.activity
      ? ok({ ...base, kind: 'settle-to-activity', receipt: ref, activity: step.activity })
      : err(
          needsAttention(
            'settlement.no_activity',
            `Refunds by this gateway are written to a clearing account, but the set-up names no receivables activity for it.`,
            'Name the activity under Connections > Business set-up > Settlement, then resume the order.',
          ),
        );
  }
  const refund = run.order.refunds.find(({ id }) => id === step.refundId);
  const gateway = refund ? gatewayOf(run.order, refund) : run.order.paymentMethod;
  const paymentMethod = settlementFor(run.setup, gateway).paymentMethod ?? 'CHECK';
  return ok(
    kind === 'credit-memo'
      ? { ...base, kind: 'refund-credit-memo', creditMemo: ref, paymentMethod }
      : { ...base, kind: 'refund-receipt', receipt: ref, paymentMethod },
  );
}

/** The pod's release offers no such action. */
export const ACTION_UNAVAILABLE = 'oracle.action_unavailable';

export const CHANGED_BY_HAND = 'oracle.changed_by_hand';

function changedInOracle(document: OrderDocument, open: MinorUnits, needed: MinorUnits): Failure {
  const what = { invoice: 'is open by', receipt: 'has unapplied', 'credit-memo': 'has left' }[document.kind];
  return needsAttention(
    CHANGED_BY_HAND,
    `${document.number} ${what} ${formatMinor(open, document.decimals)} ${document.currency} in Oracle, the plan needs ${formatMinor(needed, document.decimals)}.`,
    'Somebody applied or adjusted it in Oracle: undo that, or finish the order there and skip it here.',
  );
}

/** In words: "apply receipt WEB-1042-P1 to invoice WEB-1042, 100.00". */
export function titleOf(
  action: Pick<ActionRecord, 'kind' | 'from' | 'to' | 'activity' | 'amount' | 'refundId'>,
  decimals: number,
): string {
  const amount = formatMinor(action.amount, decimals);
  switch (action.kind) {
    case 'apply-receipt':
      return `apply receipt ${action.from} to invoice ${action.to}, ${amount}`;
    case 'unapply-receipt':
      return `unapply receipt ${action.from} from invoice ${action.to}, ${amount}`;
    case 'apply-credit-memo':
      return `apply credit memo ${action.from} to invoice ${action.to}, ${amount}`;
    case 'unapply-credit-memo':
      return `unapply credit memo ${action.from} from invoice ${action.to}, ${amount}`;
    case 'settle':
      return action.activity
        ? `write ${amount} of receipt ${action.from} (${moneyOf(action.refundId)}) to ${action.activity}`
        : `have Payables pay ${amount} of ${action.from} (${moneyOf(action.refundId)})`;
    case 'reverse-receipt':
      return `reverse receipt ${action.from}, ${amount}`;
    case 'unsettle':
      return `take ${amount} (${moneyOf(action.refundId)}) back from ${action.activity ?? 'Payables'} to ${action.from}`;
  }
}

const moneyOf = (refundId: number | null): string => (refundId !== null && refundId > 0 ? `refund ${refundId}` : 'overpayment');
