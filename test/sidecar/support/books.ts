import { RuleBook } from '../../../sidecar/derive/rules.ts';
import { type Known, type TargetState, targetState } from '../../../sidecar/derive/target-state.ts';
import type { ArDocument, DocumentLine } from '../../../sidecar/domain/documents.ts';
import { actionOf } from '../../../sidecar/domain/failures.ts';
import { type MinorUnits, minor, sum } from '../../../sidecar/domain/money.ts';
import type { StoreOrder } from '../../../sidecar/domain/order.ts';
import { creditedInFull } from '../../../sidecar/domain/parts.ts';
import type { Decision } from '../../../sidecar/domain/posted.ts';
import { NOTHING_POSTED, type PostedDocument, type PostedState, taxModeOf } from '../../../sidecar/domain/posted.ts';
import type { Rule } from '../../../sidecar/domain/rules.ts';
import type { Setup } from '../../../sidecar/domain/setup.ts';
import { dress } from '../../../sidecar/plan/dress.ts';
import { type ActionStep, type Plan, plan, type Step } from '../../../sidecar/plan/plan.ts';
import { RULES, SETUP } from './orders.ts';

/**
 * A bookkeeper for pure tests: carries out planned steps the way Oracle would and refuses what Oracle would refuse
 * (over-application, an unapply of what is not applied). Written apart from plan/ledger.ts, so that the two can disagree.
 */
export class Books {
  state: PostedState = structuredClone(NOTHING_POSTED);
  decisions: Decision[] = [];
  release: '26D' | '25D' = '26D';
  log: string[] = [];
  /** Percentages by tax classification, for tax mode `oracle`; '' is what Oracle charges on a line without classification. */
  classifications: Record<string, readonly number[]> = {};
  private clockMs = Date.parse('2026-11-23T12:00:00Z');
  readonly setup: Setup;
  rules: Rule[];

  constructor(setup: Setup = SETUP, rules: Rule[] = RULES) {
    this.setup = setup;
    this.rules = rules;
  }

  /** Derive and plan; a rejected or attention result throws unless `allow` is given. */
  look(order: StoreOrder, undoneRefunds: number[] = this.undone(order)): { plan: Plan; target: TargetState } {
    const known: Known = {
      posted: this.state.documents.length > 0,
      sold: this.state.documents.some(({ what }) => what.purpose === 'order'),
      creditedInFull: creditedInFull(this.state.documents),
      postedPayments: new Set(this.state.documents.flatMap(({ what }) => (what.purpose === 'payment' ? [what.paymentId] : []))),
      taxMode: taxModeOf(this.state.documents),
      undoneRefunds,
      decisions: this.decisions,
    };
    const derived = targetState(order, this.setup, known);
    if (!derived.ok) throw new Error(`derive: ${derived.failure.code}: ${derived.failure.message} ${actionOf(derived.failure)}`);
    if (derived.value.outcome !== 'target') throw new Error(`derive: ${derived.value.outcome} ${derived.value.code}`);
    const planned = plan(derived.value.target, this.state, this.setup, { decisions: this.decisions, release: this.release });
    if (!planned.ok) throw new Error(`plan: ${planned.failure.code}: ${planned.failure.message}`);
    return { plan: planned.value, target: derived.value.target };
  }

  /** Posts what the plan says, planning again after each step, `limit` steps at most. */
  post(order: StoreOrder, limit = Number.POSITIVE_INFINITY): { target: TargetState; blocked: Plan['blocked']; done: number } {
    for (let done = 0; ; done += 1) {
      const { plan, target } = this.look(order);
      const step = plan.steps[0];
      if (!step || done >= limit) return { target, blocked: plan.blocked, done };
      if (done > 200) throw new Error('the plan never ends');
      this.carryOut(step, order);
    }
  }

  /** A person answers now. */
  decide(question: string, choice: string): void {
    this.decisions.push({ question, choice, by: 'kim', at: new Date(this.tick()).toISOString() });
  }

  private tick(): number {
    this.clockMs += 1_000;
    return this.clockMs;
  }

  carryOut(step: Step, order: StoreOrder): void {
    this.log.push(step.type === 'document' ? `${step.draft.kind} ${step.draft.number} ${step.draft.amount}` : describe(step));
    const { state } = this;
    switch (step.type) {
      case 'document': {
        const dressed = dress(step.draft, {
          order,
          setup: this.setup,
          book: new RuleBook({ version: 1, rules: this.rules }),
          billTo: { accountNumber: '40017' },
          periods: [],
          now: '2026-11-23T12:00:00Z',
          posted: state.documents,
          taxMode: taxModeOf(state.documents) ?? this.setup.taxMode,
        });
        const { kind, what, number, amount } = step.draft;
        if (!dressed.ok) throw new Error(`dress: ${dressed.failure.code}: ${dressed.failure.message}`);
        if (state.documents.some((document) => document.number === step.draft.number))
          throw new Error(`${step.draft.number} twice`);
        if (kind === 'gateway-fee') {
          if (what.purpose !== 'gateway-fee' || state.fees.some((fee) => fee.number === number))
            throw new Error(`${number} twice`);
          const { currency, decimals } = dressed.value.document;
          state.fees.push({ n: what.n, source: what.source, number, amount, currency, decimals });
          break;
        }
        const document: PostedDocument = {
          seq: state.documents.length + 1,
          kind,
          what,
          number,
          oracleId: String(300100000000000 + state.documents.length),
          amount: this.held(dressed.value.document),
          lines: dressed.value.lines,
          billTo: { accountNumber: '40017' },
          currency: order.currency,
          decimals: order.decimals,
          conversionRate: order.currency === this.setup.ledgerCurrency ? null : '1.1',
          accountingDate: dressed.value.document.accountingDate,
          refund: step.draft.refund,
          businessUnit: this.setup.businessUnit,
          wrong: false,
          ruleSetVersion: 1,
          taxMode: taxModeOf(state.documents) ?? this.setup.taxMode,
          sentAtMs: this.tick(),
        };
        state.documents.push(document);
        break;
      }
      case 'apply-receipt':
        this.apply(step.receipt, step.invoice, step.amount);
        break;
      case 'apply-credit-memo':
        this.apply(step.creditMemo, step.invoice, step.amount);
        break;
      case 'unapply-receipt':
        this.unapply(step.receipt, step.invoice, step.amount);
        break;
      case 'unapply-credit-memo':
        this.unapply(step.creditMemo, step.invoice, step.amount);
        break;
      case 'settle':
        if (this.open(step.from) < step.amount) throw new Error(`settle ${step.amount} of ${step.from}: not unapplied`);
        state.settlements.push({ ...step, applicationId: null });
        break;
      case 'reverse-receipt':
        state.reversals.push(step.receipt);
        state.applications = state.applications.filter((row) => row.from !== step.receipt);
        state.settlements = state.settlements.filter((row) => row.from !== step.receipt);
        break;
      case 'unsettle': {
        const at = state.settlements.findIndex((row) => row.refundId === step.refundId && row.from === step.from);
        if (at < 0) throw new Error('nothing to unsettle');
        state.settlements.splice(at, 1);
        break;
      }
    }
    const balances = this.balances();
    for (const [name, amount] of Object.entries(balances))
      if (amount < 0) throw new Error(`${name} below zero after ${this.log.at(-1)}`);
  }

  /** What Oracle makes of a document: manual tax lines as they are; without them, in mode `oracle`, what the classification gives. */
  private held(document: ArDocument): MinorUnits {
    if (!('lines' in document)) return document.amount;
    const ofLine = ({ net, taxes, taxClassification }: DocumentLine): number => {
      if (this.setup.taxMode !== 'oracle' || taxes.length > 0) return taxes.reduce<number>((all, tax) => all + tax.amount, net);
      const percents = this.classifications[taxClassification ?? ''] ?? [];
      return percents.reduce<number>((all, percent) => all + Math.sign(net) * Math.round(Math.abs(net * percent) / 100), net);
    };
    return minor(document.lines.reduce((all, line) => all + ofLine(line), 0));
  }

  /** Open balance of an invoice, unapplied amount of a receipt, open amount of a credit memo. */
  open(number: string): MinorUnits {
    const document = this.state.documents.find((candidate) => candidate.number === number);
    if (!document) throw new Error(`no document ${number}`);
    const side = document.kind === 'invoice' ? 'to' : 'from';
    const applied = sum(this.state.applications.filter((row) => row[side] === number).map((row) => row.amount));
    if (this.state.reversals.includes(number)) return minor(0);
    const settled = sum(this.state.settlements.filter((row) => row.from === number).map((row) => row.amount));
    return minor(document.amount - applied - settled);
  }

  balances(): { invoices: MinorUnits; receipts: MinorUnits; creditMemos: MinorUnits } {
    const of = (kind: string) => sum(this.state.documents.filter((row) => row.kind === kind).map((row) => this.open(row.number)));
    return { invoices: of('invoice'), receipts: of('receipt'), creditMemos: of('credit-memo') };
  }

  private apply(from: string, to: string, amount: MinorUnits): void {
    if (this.open(from) < amount) throw new Error(`apply ${amount} of ${from}: it has ${this.open(from)}`);
    if (this.open(to) < amount) throw new Error(`apply ${amount} to ${to}: it is open by ${this.open(to)}`);
    if (this.state.applications.some((row) => row.from === from && row.to === to))
      throw new Error(`${from} is applied to ${to} already`);
    this.state.applications.push({ from, to, amount, applicationId: null });
  }

  private unapply(from: string, to: string, amount: MinorUnits): void {
    const at = this.state.applications.findIndex((row) => row.from === from && row.to === to && row.amount === amount);
    if (at < 0) throw new Error(`${from} is not applied to ${to} with ${amount}`);
    this.state.applications.splice(at, 1);
  }

  private undone(order: StoreOrder): number[] {
    return this.state.documents.flatMap((document) =>
      document.what.purpose === 'refund' &&
      !order.refunds.some((refund) => document.what.purpose === 'refund' && refund.id === document.what.refundId)
        ? [document.what.refundId]
        : [],
    );
  }
}

export function describe(step: ActionStep): string {
  switch (step.type) {
    case 'apply-receipt':
    case 'unapply-receipt':
      return `${step.type} ${step.receipt} ${step.invoice} ${step.amount}`;
    case 'apply-credit-memo':
    case 'unapply-credit-memo':
      return `${step.type} ${step.creditMemo} ${step.invoice} ${step.amount}`;
    case 'reverse-receipt':
      return `${step.type} ${step.receipt} ${step.amount}`;
    default:
      return `${step.type} ${step.refundId} ${step.from} ${step.amount}`;
  }
}
