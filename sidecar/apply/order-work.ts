import { bookOf, type RuleBook } from '../derive/rules.ts';
import { type Derived, type Known, LEAVE_RECEIPT, takenBackQuestion, targetState } from '../derive/target-state.ts';
import { EndpointUnavailable, unavailable, unavailableOnly } from '../domain/brake.ts';
import type { BillTo } from '../domain/documents.ts';
import { err, type Failure, needsAttention, ok, type Result, rejected } from '../domain/failures.ts';
import { formatMinor, type MinorUnits, sum } from '../domain/money.ts';
import type { StoreOrder } from '../domain/order.ts';
import { creditedInFull } from '../domain/parts.ts';
import { NOTHING_POSTED, taxModeOf } from '../domain/posted.ts';
import type { RuleSet } from '../domain/rules.ts';
import { payoutQuestion, returnedByRefunds, STAYS_ON_ACCOUNT, setAside } from '../domain/set-aside.ts';
import { type Setup, setupAfter } from '../domain/setup.ts';
import { dress } from '../plan/dress.ts';
import type { DressContext, Dressed } from '../plan/dressed.ts';
import { type Identity, identityOf } from '../plan/identity.ts';
import { replay } from '../plan/ledger.ts';
import { type Draft, type Plan, plan, type Step } from '../plan/plan.ts';
import type { SettleStep } from '../plan/steps.ts';
import { type DocumentRecord, toPostedState } from '../store/documents.ts';
import { ACTION_UNAVAILABLE, Actions } from './actions.ts';
import { type BilledPart, changedSince } from './billed-as.ts';
import type { BillToPlan } from './customer-work.ts';
import { DocumentPosting } from './document-posting.ts';
import { OrderReading } from './order-reading.ts';
import type { ListName } from './reference-pull.ts';
import { chosenUnit, orderTraces, policyFor, unitGone } from './rule-answers.ts';
import type { OrderEnd, OrderWorkOptions, Run } from './work.ts';

/** One order's way: read, derive, plan, apply, record. The same call for a first posting, an edit, a replay and after a crash. */
export class OrderWork {
  private readonly options: OrderWorkOptions;
  private readonly documents: DocumentPosting;
  private readonly actions: Actions;
  private readonly reading: OrderReading;

  constructor(options: OrderWorkOptions) {
    this.options = options;
    this.reading = new OrderReading(options);
    this.documents = new DocumentPosting(options);
    this.actions = new Actions(options);
  }

  async process(orderId: number): Promise<OrderEnd> {
    const { setup: readSetup, mode } = this.options;
    const order = await this.reading.read(orderId);
    if (!order.ok) return { state: 'stopped', failure: order.failure };
    if (order.value === null)
      return { state: 'excluded', code: 'order.never_read', message: 'The order was gone before it was read.' };
    const general = readSetup();
    if (!general) return { state: 'stopped', failure: noSetup() };
    const chosen = this.setupFor(order.value, general);
    if (!chosen.ok) return { state: 'stopped', failure: chosen.failure };
    const setup = chosen.value;

    const doubt = await this.settleDoubt(orderId, order.value);
    if (doubt) return doubt;
    const differs = this.documents.amountDiffers(orderId);
    if (differs) return { state: 'stopped', failure: differs };
    const first = this.firstOf(orderId);
    if (first) {
      const policy = policyFor(order.value, setup, this.book());
      await this.options.customers.followGuest(order.value, setup, policy, first.billTo.accountNumber);
    }
    const payment = await this.reading.expectPayment(order.value);
    if (payment) return payment;

    const derived = await this.derive(order.value, setup);
    if (!derived.ok) return { state: 'stopped', failure: derived.failure };
    if (derived.value.outcome !== 'target') {
      const { outcome, code, message } = derived.value;
      return { state: outcome, code, message };
    }
    const current = mode();
    if (current.mode === 'simulation') {
      const message = `Simulation: nothing is posted. ${current.reason ?? ''}`.trim();
      return { state: 'waiting', code: 'mode.simulation', message };
    }
    return this.apply(order.value, derived.value.target, setup, general);
  }

  /**
   * Steps 1 to 3: what would be done, and nothing sent to Oracle. `rules` may be unsaved ones; `whole` plans as if nothing were
   * posted, to try rules on an order whose lines have their accounts already.
   */
  async foresee(orderId: number, rules?: RuleSet, from: 'posted' | 'whole' = 'posted'): Promise<Result<Foreseen>> {
    const general = this.options.setup();
    if (!general) return err(noSetup());
    const order = await this.reading.read(orderId);
    if (!order.ok) return order;
    if (order.value === null)
      return err(
        rejected('order.not_found', `The store has no order ${orderId}.`, 'Check the number under WooCommerce > Orders.'),
      );
    const chosen = this.setupFor(order.value, general, rules);
    if (!chosen.ok) return ok({ order: order.value, steps: [], documents: [], billTo: null, blocked: chosen.failure });
    const setup = chosen.value;
    const derived = from === 'whole' ? targetState(order.value, setup, NEVER_SEEN) : await this.derive(order.value, setup);
    if (!derived.ok) return ok({ order: order.value, steps: [], documents: [], billTo: null, blocked: derived.failure });
    if (derived.value.outcome !== 'target') {
      const blocked = needsAttention(derived.value.code, derived.value.message, '');
      return ok({ order: order.value, steps: [], documents: [], billTo: null, blocked });
    }
    const state = from === 'whole' ? NOTHING_POSTED : this.options.store.documents.stateOf(orderId);
    const decisions = this.options.store.orders.decisions(orderId);
    const planned = plan(derived.value.target, state, setup, { decisions, release: this.options.release() });
    if (!planned.ok) return ok({ order: order.value, steps: [], documents: [], billTo: null, blocked: planned.failure });
    const { steps } = planned.value;
    let blocked = (steps.length > 0 && unitGone(order.value, setup, general)) || planned.value.blocked;
    const fixed = this.firstOf(orderId)?.billTo;
    const billTo: Result<BillToPlan> = fixed
      ? ok({ known: true, billTo: fixed, how: `account ${fixed.accountNumber}` })
      : this.options.customers.foresee(order.value, setup, policyFor(order.value, setup, this.book(rules)));
    if (!billTo.ok) return ok({ order: order.value, steps, documents: [], billTo: null, blocked: billTo.failure });
    const documents: Dressed[] = [];
    const context = {
      ...this.dressContext(order.value, setup, billTo.value.known ? billTo.value.billTo : { accountNumber: '' }, rules),
      posted: state.documents,
      ...(from === 'whole' && { taxMode: setup.taxMode }),
      foresee: true,
    };
    for (const step of steps) {
      if (step.type !== 'document') continue;
      const dressed = dress(step.draft, context);
      if (!dressed.ok) {
        blocked = dressed.failure;
        break;
      }
      documents.push(dressed.value);
      blocked ??= this.closedBy(dressed.value);
    }
    return ok({ order: order.value, steps, documents, billTo: billTo.value, blocked });
  }

  /** Both sides of the identity by our own record; null while the order has no target. */
  async identity(orderId: number): Promise<Identity | null> {
    const { store } = this.options;
    const general = this.options.setup();
    const order = store.orders.snapshot(orderId);
    if (!general || !order) return null;
    const chosen = this.setupFor(order, general);
    if (!chosen.ok) return null;
    const setup = chosen.value;
    const payments = store.events.payments(order);
    const derived = targetState({ ...order, payments }, setup, this.known(orderId, this.undoneByRecord(orderId, order)));
    if (!derived.ok || derived.value.outcome !== 'target') return null;
    const documents = store.documents.ofOrder(orderId).filter((document) => document.state === 'posted');
    const state = toPostedState(documents, store.documents.actionsOf(orderId));
    const open = (kind: string) =>
      sum(documents.filter((document) => document.kind === kind).map((document) => document.open ?? document.amount));
    const returned = new Set(returnedByRefunds(store.orders.decisions(orderId)).keys());
    const balances = { invoices: open('invoice'), receipts: open('receipt'), creditMemos: open('credit-memo') };
    return identityOf(derived.value.target, state, balances, returned);
  }

  /** Receipt money that no document and no refund claims, by our own record. */
  overpayment(orderId: number): MinorUnits {
    const { documents, orders } = this.options.store;
    const aside = setAside(orders.decisions(orderId), orders.snapshot(orderId)?.refunds ?? []);
    return replay(documents.stateOf(orderId), new Set(), aside).overpayment();
  }

  /** What the store says now and no document follows: shown, never posted. */
  notes(orderId: number): string[] {
    const { store } = this.options;
    const order = store.orders.snapshot(orderId);
    const first = store.documents.ofOrder(orderId).find((document) => document.state === 'posted');
    if (!order || !first) return [];
    const setup = this.options.setup();
    const before = store.orders.billedAs(orderId);
    const changed = before ? changedSince(before, order) : new Set<BilledPart>();
    const { accountNumber } = first.billTo;
    const notes: string[] = [];
    const today = setup && this.billedToday(order, setup);
    if (today && today !== accountNumber) {
      notes.push(
        changed.has('customer')
          ? `The order now belongs to a customer with account ${today}; its documents stay on ${accountNumber}, where they were posted.`
          : `The customer is billed to account ${today} by now; the documents of this order, later ones too, stay on ${accountNumber}, where they were posted.`,
      );
    } else if (!today && changed.has('customer')) {
      notes.push(
        `The order now belongs to another customer, who has no account in Oracle yet; its documents stay on ${accountNumber}, where they were posted.`,
      );
    }
    if (changed.has('billing')) {
      notes.push(
        `The billing address was changed after the order was posted. Its documents stay as they were; a changed address of ${accountNumber} reaches Oracle with the customer.`,
      );
    }
    if (changed.has('shipping') && setup?.customers.shipTo === 'site-per-address') {
      notes.push(
        'The shipping address was changed after the order was posted. Its documents, later ones too, keep the ship-to site they began with.',
      );
    }
    if (order.totalBeyondIso !== '0') {
      notes.push(
        `The store's total has ${order.totalBeyondIso} ${order.currency} beyond the currency's decimals; it was rounded.`,
      );
    }
    return notes;
  }

  /** The account a new order like this one would be billed to; null where it is yet to be found or made. */
  private billedToday(order: StoreOrder, general: Setup): string | null {
    const setup = this.setupFor(order, general);
    if (!setup.ok) return null;
    const today = this.options.customers.foresee(order, setup.value, policyFor(order, setup.value, this.book()));
    return today.ok && today.value.known ? today.value.billTo.accountNumber : null;
  }

  private async apply(
    order: StoreOrder,
    target: Extract<Derived, { outcome: 'target' }>['target'],
    setup: Setup,
    general: Setup,
  ): Promise<OrderEnd> {
    const run: Run = { order, setup, taxMode: this.taxModeOf(order.id, setup), fresh: new Set(), hold: new Set(), billTo: null };
    let refusal: Failure | null = null;
    for (let steps = 0; steps < MAX_STEPS; steps += 1) {
      const planned = this.plan(order.id, target, setup, run.hold);
      if (!planned.ok) return { state: 'stopped', failure: planned.failure };
      const step = planned.value.steps[0];
      // After a refusal only what puts receipts back, or takes a wrong document back, is still done.
      if (!step || (refusal && !this.mends(step))) return this.end(order.id, refusal ?? planned.value.blocked);
      const gone = unitGone(order, setup, general);
      if (gone) return { state: 'stopped', failure: gone };
      const ready = await this.readyFor(step, planned.value.steps, order.id);
      if (!ready.ok) return this.stopped(ready.failure, order.id);
      const done = await this.carryOut(step, run);
      if (done.ok) continue;
      if (
        done.failure.code === 'document.amount_differs' &&
        !refusal &&
        step.type === 'document' &&
        step.draft.kind === 'invoice'
      ) {
        refusal = done.failure;
        continue;
      }
      if (done.failure.kind !== 'retryable' && step.type === 'apply-credit-memo' && !refusal) {
        run.hold.add(step.creditMemo);
        refusal = done.failure;
        continue;
      }
      return this.stopped(refusal ?? done.failure, order.id);
    }
    throw new Error(`The plan of order ${order.id} did not end after ${MAX_STEPS} steps`);
  }

  /** Steps that put right what a refusal left: receipts go back on, a wrong invoice is mirrored and closed. */
  private mends(step: Step): boolean {
    if (step.type === 'document') return step.draft.what.purpose === 'mirror';
    if (step.type !== 'apply-credit-memo') return step.type === 'apply-receipt';
    return this.options.store.documents.get(step.creditMemo)?.what.purpose === 'mirror';
  }

  /** Before a receipt is taken off its invoice for a credit memo: can that memo be applied? Else the money would lie about. */
  private async readyFor(step: Step, steps: readonly Step[], orderId: number): Promise<Result<void>> {
    if (step.type !== 'unapply-receipt' || !steps.some((later) => later.type === 'apply-credit-memo')) return ok(undefined);
    try {
      return await this.options.receivables.ready(this.options.trail({ orderId, document: null }));
    } catch (error) {
      return unavailableOnly(error);
    }
  }

  private async end(orderId: number, blocked: Failure | null): Promise<OrderEnd> {
    if (blocked) return { state: 'stopped', failure: blocked };
    const identity = await this.identity(orderId);
    if (identity && !identity.holds) {
      const { decimals = 2, currency = '', number = orderId } = this.options.store.orders.get(orderId) ?? {};
      const sides = (['sales', 'money', 'balance'] as const)
        .filter((name) => identity[name].store !== identity[name].oracle)
        .map(
          (name) =>
            `${name}: store ${formatMinor(identity[name].store, decimals)}, Oracle ${formatMinor(identity[name].oracle, decimals)}`,
        );
      return {
        state: 'stopped',
        failure: needsAttention(
          'identity.difference',
          `All documents of order ${number} are posted, yet store and Oracle differ in ${currency}: ${sides.join('; ')}.`,
          'Compare the order’s documents with Oracle; somebody may have changed one by hand. Put it back there, then resume the order.',
        ),
      };
    }
    return { state: 'posted' };
  }

  private stopped(failure: Failure, orderId: number): OrderEnd {
    if (failure.kind === 'retryable' && failure.outcomeUnknown) {
      return {
        state: 'later',
        atMs: this.nextLookMs(orderId),
        code: failure.code,
        message: `${failure.message} Whether Oracle has it is being looked up.`,
      };
    }
    return { state: 'stopped', failure };
  }

  private async carryOut(step: Step, run: Run): Promise<Result<void>> {
    try {
      if (step.type === 'document') return await this.post(step.draft, run);
      const done = await this.actions.carryOut(step, run);
      if (done.ok) return done;
      if (step.type === 'reverse-receipt') return err(this.orLeave(step.receipt, done.failure));
      return step.type === 'settle' ? err(orStaysOnAccount(step, done.failure)) : done;
    } catch (error) {
      return unavailableOnly(error);
    }
  }

  /** A reversal that Oracle does not take may be given up: the decision that asked for it can be taken back. */
  private orLeave(receipt: string, failure: Failure): Failure {
    const what = this.options.store.documents.get(receipt)?.what;
    if (failure.kind !== 'needs-attention' || failure.question || what?.purpose !== 'payment') return failure;
    return { ...failure, question: { id: takenBackQuestion(what.paymentId), choices: [LEAVE_RECEIPT] } };
  }

  private async post(draft: Draft, run: Run): Promise<Result<void>> {
    if (!run.billTo) {
      // Fixed by the order's first document; a customer reassigned later changes no posted document.
      const first = this.firstOf(run.order.id);
      const trail = this.options.trail({ orderId: run.order.id, document: null });
      const policy = policyFor(run.order, run.setup, this.book());
      const billTo = first ? ok(first.billTo) : await this.options.customers.billTo(run.order, run.setup, trail, policy);
      if (!billTo.ok) return billTo;
      run.billTo = billTo.value;
    }
    const rate = await this.documents.knowRate(draft, run);
    if (!rate.ok) return rate;
    const { checks, refresh } = this.options.lists;
    let dressed = dress(draft, this.dressContext(run.order, run.setup, run.billTo));
    const asked = dressed.ok ? checks.listsOf(dressed.value) : isPeriod(dressed.failure) ? PERIODS : [];
    const old = asked.filter((list) => checks.stale(list));
    if (old.length > 0) {
      const fresh = await refresh(old);
      if (!fresh.ok) return fresh;
      dressed = dress(draft, this.dressContext(run.order, run.setup, run.billTo));
    }
    if (!dressed.ok) return dressed;
    const closed = this.closedBy(dressed.value);
    if (closed) return err(closed);
    // Unit and customer are chosen once, for the order's first document.
    const general = this.firstOf(run.order.id) ? null : this.options.setup();
    const ofOrder = general ? orderTraces(run.order, general, this.book()) : [];
    return this.documents.post(draft, { ...dressed.value, trace: [...ofOrder, ...dressed.value.trace] }, run);
  }

  /** Why the lists of values that were last pulled speak against a document. */
  private closedBy(dressed: Dressed): Failure | null {
    const problem = this.options.lists.checks.problems(dressed, dressed.document.accountingDate);
    if (!problem) return null;
    return needsAttention(
      'reference.closed',
      `${dressed.document.number} is not posted: ${problem}.`,
      'Choose another one in the rules or the set-up, or open it again in Oracle, pull the lists of values (Connections) and resume the order.',
    );
  }

  /** Documents and actions of an earlier run whose outcome nobody heard: looked up before anything else happens. */
  private async settleDoubt(orderId: number, order: StoreOrder): Promise<OrderEnd | null> {
    try {
      const document = await this.documents.settleDoubt(orderId);
      if (!document.ok) return this.stopped(document.failure, orderId);
      const action = await this.actions.settleDoubt(orderId, order);
      if (!action.ok) return this.stopped(action.failure, orderId);
      return null;
    } catch (error) {
      if (error instanceof EndpointUnavailable) return { state: 'stopped', failure: unavailable(error) };
      throw error;
    }
  }

  private nextLookMs(orderId: number): number {
    return (
      this.options.nowMs() + (this.actions.inDoubt(orderId) ? this.actions.waitMs(orderId) : this.options.doubt.betweenLooksMs)
    );
  }

  private async derive(order: StoreOrder, setup: Setup): Promise<Result<Derived>> {
    const undone = await this.reading.deletedOf(order, this.undoneByRecord(order.id, order));
    if (!undone.ok) return undone;
    if (undone.value.length > 0) {
      const noticed = await this.actions.noticeStoppedPayouts(order.id, undone.value);
      if (!noticed.ok) return noticed;
    }
    return targetState(order, setup, this.known(order.id, undone.value));
  }

  private undoneByRecord(orderId: number, order: StoreOrder): number[] {
    const there = new Set(order.refunds.map((refund) => refund.id));
    return this.options.store.documents
      .ofOrder(orderId)
      .flatMap((document) =>
        document.state === 'posted' && document.what.purpose === 'refund' && !there.has(document.what.refundId)
          ? [document.what.refundId]
          : [],
      );
  }

  private known(orderId: number, undoneRefunds: number[]): Known {
    const documents = this.options.store.documents.ofOrder(orderId).filter((document) => document.state === 'posted');
    return {
      posted: documents.length > 0,
      sold: documents.some(({ what }) => what.purpose === 'order'),
      creditedInFull: creditedInFull(documents),
      postedPayments: new Set(documents.flatMap(({ what }) => (what.purpose === 'payment' ? [what.paymentId] : []))),
      taxMode: taxModeOf(documents),
      undoneRefunds,
      decisions: this.options.store.orders.decisions(orderId),
    };
  }

  private plan(orderId: number, target: Parameters<typeof plan>[0], setup: Setup, hold: ReadonlySet<string>): Result<Plan> {
    const { store, release } = this.options;
    return plan(target, store.documents.stateOf(orderId), setup, {
      decisions: store.orders.decisions(orderId),
      hold,
      release: release(),
    });
  }

  /** The set-up of the order's business unit: that of its first document, with its prefix, else what a rule says. */
  private setupFor(order: StoreOrder, general: Setup, rules?: RuleSet): Result<Setup> {
    const first = this.firstOf(order.id);
    return first ? ok(setupAfter(general, first)) : chosenUnit(order, general, this.book(rules));
  }

  private book(rules: RuleSet = this.options.rules()): RuleBook {
    return bookOf(rules);
  }

  private taxModeOf(orderId: number, setup: Setup): Setup['taxMode'] {
    const standing = this.options.store.documents.ofOrder(orderId).filter((document) => document.state !== 'refused');
    return taxModeOf(standing) ?? setup.taxMode;
  }

  /** What fixes account, business unit and tax mode of all that follows; a document that Oracle refused fixes nothing. */
  private firstOf(orderId: number): DocumentRecord | undefined {
    return this.options.store.documents.ofOrder(orderId).find((document) => document.state !== 'refused');
  }

  private dressContext(order: StoreOrder, setup: Setup, billTo: BillTo, unsaved?: RuleSet): DressContext {
    const { store, nowMs } = this.options;
    const book = this.book(unsaved);
    return {
      order,
      setup,
      book,
      billTo,
      periods: store.references.periods(setup.businessUnit),
      now: new Date(nowMs()).toISOString(),
      posted: store.documents.stateOf(order.id).documents,
      taxMode: this.taxModeOf(order.id, setup),
    };
  }
}

export interface Foreseen {
  order: StoreOrder;
  steps: Step[];
  /** The dressed documents of the document steps, as far as they could be dressed. */
  documents: Dressed[];
  billTo: BillToPlan | null;
  blocked: Failure | null;
}

const NEVER_SEEN: Known = {
  posted: false,
  sold: false,
  creditedInFull: false,
  postedPayments: new Set(),
  taxMode: null,
  undoneRefunds: [],
  decisions: [],
};

/** No document is held by periods that are too old to go by. */
const PERIODS: ListName[] = ['periods'];
const isPeriod = ({ code }: Failure): boolean => code.startsWith('period.');

/** Far above what an order with hundreds of refunds needs; a plan that never ends is a bug. */
const MAX_STEPS = 2_000;
/** Where the pod cannot pay out of a receipt, a person may say that nothing more is asked of it. */
function orStaysOnAccount({ refundId }: SettleStep, failure: Failure): Failure {
  if (failure.kind !== 'needs-attention' || failure.code !== ACTION_UNAVAILABLE || refundId < 0) return failure;
  const choices = [{ id: STAYS_ON_ACCOUNT, label: 'Leave the money on account' }];
  return { ...failure, question: { id: payoutQuestion(refundId), choices } };
}

const noSetup = (): Failure =>
  needsAttention(
    'setup.missing',
    'The business set-up is not saved yet.',
    'Fill in WooCommerce > AR Bridge > Connections > Business set-up.',
  );
