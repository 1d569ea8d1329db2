import { closedWords, ruleProblems } from '../derive/rule-problems.ts';
import { bookOf } from '../derive/rules.ts';
import type { StoreOrder } from '../domain/order.ts';
import type { RuleSet } from '../domain/rules.ts';
import { type Setup, setupOf } from '../domain/setup.ts';
import type { Broken } from '../store/references-notices.ts';
import { FROM_THE_START, type Mark } from '../store/rules-orders.ts';
import type { Store } from '../store/store.ts';
import { knownOf } from './known-lists.ts';
import { SHARED_ACCOUNTS, sharedAccountsOf, siteProblem } from './reference-pull.ts';
import { answerTo, questionsOf, unitFor } from './rule-answers.ts';
import { turns } from './turns.ts';

export interface WatchOptions {
  store: Pick<Store, 'write' | 'references' | 'referenceNotices' | 'ruleOrders' | 'events' | 'orders'>;
  setup: () => Setup | null;
  rules: () => RuleSet;
  /** The bill-to account of an order, as far as it is known without asking Oracle. */
  accountOf: (order: StoreOrder, setup: Setup) => string | null;
  nowMs: () => number;
  /** Told after each look: notices or their figures may have changed. */
  onLooked?: () => void;
}

const PAGE = 40;
const SAMPLE = 5;
const RECENT_MS = 30 * 86_400_000;
/** Looked at for "orders at risk": enough to tell a few from many. */
const MOST_ORDERS = 5_000;

/**
 * Looks what Oracle's lists have broken: rules, names of the set-up, shared accounts; and which waiting or recent orders would meet it. After
 * each pull, and after each change of rules or set-up, so that a notice ends when its cause does.
 */
export class ReferenceWatch {
  private readonly options: WatchOptions;
  private running: Promise<void> | null = null;
  private again = false;

  constructor(options: WatchOptions) {
    this.options = options;
  }

  /** One look at a time; who asks while one is under way gets another one after it. */
  look(): Promise<void> {
    if (this.running) {
      this.again = true;
      return this.running;
    }
    this.running = this.run().finally(() => {
      this.running = null;
    });
    return this.running;
  }

  private async run(): Promise<void> {
    do {
      this.again = false;
      const { store, nowMs, onLooked } = this.options;
      const setup = this.options.setup();
      const rules = this.options.rules();
      const broken = setup ? brokenNow(rules, setup, store, nowMs()) : [];
      if (setup && broken.length > 0) await this.countOrders(broken, rules, setup);
      await store.write(() => store.referenceNotices.settle(broken, nowMs()));
      onLooked?.();
    } while (this.again);
  }

  /** Goes through waiting and recent orders and adds each to what it would meet. */
  private async countOrders(broken: Broken[], rules: RuleSet, setup: Setup): Promise<void> {
    const { store, accountOf, nowMs } = this.options;
    const book = bookOf(rules);
    const byRule = new Map(broken.filter(({ subject }) => subject.what === 'rule').map((each) => [each.subject.id, each]));
    const ofAccounts = broken.filter(({ subject }) => subject.what === 'account');
    const ofSetup = broken.filter(({ subject }) => subject.what === 'setup');
    const since = new Date(nowMs() - RECENT_MS).toISOString();
    const now = new Date(nowMs()).toISOString();
    const pause = turns();
    let seen = 0;
    for (let after: Mark = FROM_THE_START; seen < MOST_ORDERS; ) {
      const page = store.ruleOrders.unpostedOrSince(since, after, PAGE);
      for (const row of page) {
        await pause();
        seen += 1;
        const order = { ...row.order, payments: store.events.payments(row.order) };
        const unit = unitFor(order, setup, book);
        const asked = questionsOf(order, unit, now);
        if (!asked) continue;
        const used = new Set(asked.map((question) => answerTo(question, { book, general: setup, unit }).ruleId));
        const account = store.orders.get(row.orderId)?.accountNumber ?? accountOf(order, unit);
        const met = [
          ...[...used].map((ruleId) => byRule.get(ruleId ?? '')),
          ...ofAccounts.filter(({ subject }) => subject.id === account),
          ...ofSetup.filter(({ subject }) => unitOfSubject(subject.id) === unit.businessUnit),
        ];
        for (const each of new Set(met)) if (each) count(each, row.orderId);
      }
      const last = page.at(-1);
      if (!last || page.length < PAGE) break;
      after = last.after;
    }
  }
}

/** The newest orders stand for all. */
function count(broken: Broken, orderId: number): void {
  broken.orders += 1;
  broken.sample.push(orderId);
  if (broken.sample.length > SAMPLE) broken.sample.shift();
}

type Lists = Pick<Store, 'references'>;

function brokenNow(set: RuleSet, setup: Setup, { references }: Lists, nowMs: number): Broken[] {
  const known = knownOf(references, setup, nowMs);
  const byRule = new Map<string, Broken>();
  for (const { ruleId, severity, by, message } of ruleProblems(set.rules, known)) {
    if (severity !== 'broken' || by !== 'oracle' || byRule.has(ruleId)) continue;
    const name = set.rules.find((rule) => rule.id === ruleId)?.name ?? ruleId;
    byRule.set(ruleId, {
      cause: `rule ${ruleId} ${message}`,
      subject: { what: 'rule', id: ruleId, name },
      message: `Rule "${name}": ${message}`,
      orders: 0,
      sample: [],
    });
  }
  const names = [setup.businessUnit, ...setup.businessUnits.map((unit) => unit.businessUnit)].flatMap((unit) =>
    namesOf(setupOf(setup, unit)).flatMap(([list, key, what]): Broken[] => {
      const row = known.find(list, key);
      const words = row ? closedWords(row, known.today) : known.pulled(list) ? 'is not known' : null;
      if (!words) return [];
      const message = `The ${what} ${key} of the set-up ${words} in Oracle.`;
      const subject = { what: 'setup' as const, id: `${unit}\n${list} ${key}`, name: key };
      return [{ cause: `setup ${unit} ${list} ${key} ${words}`, subject, message, orders: 0, sample: [] }];
    }),
  );
  const accounts = sharedAccountsOf(setup, set).flatMap((accountNumber): Broken[] => {
    const row = known.find(SHARED_ACCOUNTS, accountNumber);
    if (!row || row.enabled) return [];
    const message = `Oracle has no bill-to account ${accountNumber} that can be used; orders are billed to it.`;
    const subject = { what: 'account' as const, id: accountNumber, name: accountNumber };
    return [{ cause: `account ${accountNumber}`, subject, message, orders: 0, sample: [] }];
  });
  return [...byRule.values(), ...names, ...accounts, ...sitesGone(setup, references)];
}

/** Sites that the set-up names beside a shared account, and that the account has no more. */
function sitesGone(setup: Setup, references: Pick<Store['references'], 'find'>): Broken[] {
  const rows = [setup.customers, ...setup.businessUnits].flatMap(({ sharedAccounts = [] }) => sharedAccounts);
  const causes = new Map<string, Broken>();
  for (const { accountNumber, site } of rows) {
    const row = references.find(SHARED_ACCOUNTS, accountNumber);
    const words = row && site ? siteProblem(row, site) : null;
    if (!words) continue;
    const subject = { what: 'account' as const, id: accountNumber, name: `${accountNumber} / ${site}` };
    const cause = `account ${accountNumber} site ${site}`;
    causes.set(cause, { cause, subject, message: `${words}; orders are billed to it.`, orders: 0, sample: [] });
  }
  return [...causes.values()];
}

const unitOfSubject = (id: string): string => id.split('\n', 1)[0] ?? '';

/** List, key and what it is called, of all that the set-up names in Oracle. */
const namesOf = (setup: Setup): [string, string, string][] => [
  ['businessUnits', setup.businessUnit, 'business unit'],
  ['transactionSources', setup.invoice.source, 'transaction source'],
  ['invoiceTypes', setup.invoice.type, 'invoice type'],
  ['paymentTerms', setup.invoice.paymentTerms, 'payment terms'],
  ['creditMemoTypes', setup.creditMemo.type, 'credit memo type'],
  ...(setup.creditMemo.source === setup.invoice.source
    ? []
    : [['transactionSources', setup.creditMemo.source, 'transaction source'] as [string, string, string]]),
];
