import { givesAccount, type Lack, lacks, strayConditions, strayOutcomes } from '../domain/rule-kinds.ts';
import type { Rule, RuleOutcome } from '../domain/rules.ts';
import { combinationOf } from '../domain/segments.ts';
import { type Setup, segmentValueKey, setupOf } from '../domain/setup.ts';
import { neverReached } from './never-reached.ts';
import { patternOf } from './patterns.ts';

export interface RuleProblem {
  ruleId: string;
  /** `broken`: orders that meet the rule wait, or it never does what it says. `note`: worth a look. */
  severity: 'broken' | 'note';
  /** Who says so: the set of rules with the set-up, Oracle's lists, or the store's. */
  by: 'rules' | 'oracle' | 'store';
  /** Which part of the rule, `outcome.segments.account`; empty for the rule as a whole. */
  at: string;
  message: string;
}

/** What is known of both systems, as last pulled. A list that was never pulled speaks against nothing. */
export interface Known {
  setup: Setup | null;
  today: string;
  /** A row of one of Oracle's lists; null when the list does not have it. */
  find: (list: string, key: string) => { enabled: boolean; endDate: string | null } | null;
  /** Whether the list holds rows, of which all keys begin with `prefix`: only then a missing one is unknown to Oracle. */
  pulled: (list: string, prefix?: string) => boolean;
  /** What the store has; null for what was never read. */
  store: Record<'categoryId' | 'taxRateId' | 'gateway' | 'shippingMethod' | 'taxClass', ReadonlySet<string> | null>;
}

/** What speaks against rules, before an order meets them. Disabled rules are left alone. Source: design sections 4 and 7 */
export function ruleProblems(rules: readonly Rule[], known: Known): RuleProblem[] {
  const hidden = neverReached(rules);
  return rules
    .filter((rule) => rule.enabled)
    .flatMap((rule) => {
      const problems: RuleProblem[] = [];
      const add: Add = (severity, at, message, by = 'rules') => {
        problems.push({ ruleId: rule.id, severity, by, at, message });
      };
      const cover = hidden.get(rule.id);
      if (cover) add('broken', '', `Never reached: whenever it holds, "${cover.name}" holds too and comes first.`);
      fits(rule, known, add);
      ofStore(rule, known, add);
      ofOracle(rule, known, add);
      if (givesAccount(rule.kind) || (rule.kind === 'tax' && known.setup?.taxMode === 'account')) account(rule, known, add);
      if (rule.effectiveFrom && rule.effectiveFrom > known.today)
        add('note', 'effectiveFrom', `Holds from ${rule.effectiveFrom} on.`);
      return problems;
    });
}

type Add = (severity: RuleProblem['severity'], at: string, message: string, by?: RuleProblem['by']) => void;

const LACK: Record<Lack, string> = {
  account: 'It names no segment and no memo line.',
  tax: 'It names no tax rate code, no classification and no account.',
  'no-tax': 'It names no tax classification.',
  'receipt-method': 'It names no receipt method.',
  'transaction-type': 'It names no source, type or terms.',
  'business-unit': 'It names no business unit.',
  'customer-policy': 'It says neither "own account" nor which shared account.',
  flexfield: 'It fills no attribute.',
};

/** Conditions that the kind never meets, outcomes that it has no use for, and what the tax mode asks for. */
function fits(rule: Rule, { setup }: Known, add: Add): void {
  const lack = lacks(rule);
  if (lack) add('broken', 'outcome', LACK[lack]);
  for (const name of strayOutcomes(rule)) add('note', `outcome.${name}`, `A ${rule.kind} rule has no use for its ${name}.`);
  for (const name of strayConditions(rule)) {
    add('broken', `when.${name}`, `Never holds: a ${rule.kind} rule is asked about something that has no ${name}.`);
  }
  const { sku, skuPattern } = rule.when;
  if (sku !== undefined && skuPattern !== undefined && !patternOf(skuPattern).test(sku)) {
    add('broken', 'when.skuPattern', `Never holds: SKU ${sku} is not like ${skuPattern}.`);
  }
  if (rule.kind !== 'tax' || lack || !setup) return;
  const { taxRegime, taxRateCode, taxClassification, segments } = rule.outcome;
  if (setup.taxMode === 'lines' && !(taxRegime && taxRateCode)) {
    add('broken', 'outcome', 'The set-up posts tax lines: they need regime and rate code.');
  }
  if (setup.taxMode === 'oracle' && !taxClassification) {
    add('broken', 'outcome.taxClassification', 'The set-up lets Oracle compute the tax: that needs a classification.');
  }
  if (setup.taxMode === 'account' && !segments && !setup.defaultSegments) {
    add('broken', 'outcome.segments', 'The set-up posts tax to an account: the rule has to name it.');
  }
}

const OF_STORE = {
  categoryId: 'category',
  taxRateId: 'tax rate',
  gateway: 'payment gateway',
  shippingMethod: 'shipping method',
  taxClass: 'tax class',
} as const;

/** Things of the store that are gone: the rule may still hold for orders that were placed before. */
function ofStore({ when }: Rule, { store }: Known, add: Add): void {
  for (const [name, words] of Object.entries(OF_STORE) as [keyof typeof OF_STORE, string][]) {
    const wanted = when[name];
    const has = store[name];
    if (wanted === undefined || !has || has.has(String(wanted))) continue;
    add('note', `when.${name}`, `The store has no ${words} "${wanted}" (any more).`, 'store');
  }
}

const LISTS: Partial<Record<keyof RuleOutcome, { list: string; words: string }>> = {
  memoLine: { list: 'memoLines', words: 'memo line' },
  taxClassification: { list: 'taxClassifications', words: 'tax classification' },
  receiptMethod: { list: 'receiptMethods', words: 'receipt method' },
  transactionSource: { list: 'transactionSources', words: 'transaction source' },
  invoiceType: { list: 'invoiceTypes', words: 'invoice type' },
  creditMemoType: { list: 'creditMemoTypes', words: 'credit memo type' },
  paymentTerms: { list: 'paymentTerms', words: 'payment terms' },
  businessUnit: { list: 'businessUnits', words: 'business unit' },
};

/** Names that Oracle does not know, or has disabled. */
function ofOracle({ outcome }: Rule, known: Known, add: Add): void {
  for (const [name, { list, words }] of Object.entries(LISTS)) {
    const value = outcome[name as keyof RuleOutcome];
    if (typeof value === 'string' && value !== '') listed(list, value, `the ${words} ${value}`, `outcome.${name}`, known, add);
  }
  const { taxRegime, taxRateCode, businessUnit, customerPolicy, accountNumber } = outcome;
  if (taxRegime && taxRateCode) {
    const key = `${taxRegime} / ${taxRateCode}`;
    listed('taxRates', key, `the tax rate ${key}`, 'outcome.taxRateCode', known, add);
  }
  if (customerPolicy === 'shared' && accountNumber) {
    const row = known.find('sharedAccounts', accountNumber);
    if (row && !row.enabled)
      add('broken', 'outcome.accountNumber', `Oracle has no bill-to account ${accountNumber} that can be used.`, 'oracle');
  }
  const { setup } = known;
  if (businessUnit && setup && ![setup, ...setup.businessUnits].some((unit) => unit.businessUnit === businessUnit)) {
    add('broken', 'outcome.businessUnit', `The set-up has no business unit "${businessUnit}".`);
  }
}

function listed(list: string, key: string, words: string, at: string, known: Known, add: Add): void {
  const row = known.find(list, key);
  if (row) {
    const closed = closedWords(row, known.today);
    if (closed) add('broken', at, `${capital(words)} ${closed} in Oracle.`, 'oracle');
    else if (row.endDate) add('note', at, `${capital(words)} ends on ${row.endDate} in Oracle.`, 'oracle');
  } else if (known.pulled(list)) {
    add('broken', at, `Oracle has no ${words.replace(/^the /, '')}.`, 'oracle');
  }
}

/** Why a row must not be used on a day; null when it may. */
export function closedWords(row: { enabled: boolean; endDate: string | null }, day: string): string | null {
  if (!row.enabled) return 'is disabled';
  return row.endDate && row.endDate < day ? `ended on ${row.endDate}` : null;
}

/** Segment by segment; then, where those are good, the whole combination in each business unit: their templates differ. */
function account({ outcome }: Rule, known: Known, add: Add): void {
  const { setup } = known;
  if (!setup || !outcome.segments) return;
  const found = Object.entries(outcome.segments).map(([name, value]) => segment(name, value, setup, known, add));
  if (found.includes(true)) return;
  const combinations = new Set<string>();
  for (const unit of [setup, ...setup.businessUnits.map((each) => setupOf(setup, each.businessUnit))]) {
    const { combination, missing } = combinationOf(outcome.segments, unit);
    if (missing !== null) {
      add('broken', 'outcome.segments', `Neither the rule nor the segment template has a value for "${missing}".`);
      return;
    }
    combinations.add(combination);
  }
  for (const combination of combinations) {
    const row = known.find('accountCombinations', combination);
    const closed = row && closedWords(row, known.today);
    if (closed) add('broken', 'outcome.segments', `The account ${combination} ${closed} in Oracle.`, 'oracle');
    else if (!row && known.pulled('accountCombinations')) {
      add(
        'note',
        'outcome.segments',
        `Oracle has no account ${combination} yet; it has to be allowed to make new combinations.`,
        'oracle',
      );
    }
  }
}

/** True when something was to be said about the value. */
function segment(name: string, value: string, setup: Setup, known: Known, add: Add): boolean {
  const at = `outcome.segments.${name}`;
  if (!setup.segments.some((each) => each.name === name)) {
    add('broken', at, `The segment template has no segment "${name}".`);
    return true;
  }
  const key = segmentValueKey(setup, name, value);
  if (key === null) return false;
  const row = known.find('segmentValues', key);
  const closed = row && closedWords(row, known.today);
  if (closed) add('broken', at, `The ${name} value ${value} ${closed} in Oracle.`, 'oracle');
  else if (row?.endDate) add('note', at, `The ${name} value ${value} ends on ${row.endDate} in Oracle.`, 'oracle');
  else if (!row && known.pulled('segmentValues', key.slice(0, key.lastIndexOf('/') + 1))) {
    add('broken', at, `Oracle has no ${name} value ${value}.`, 'oracle');
  } else return false;
  return true;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
