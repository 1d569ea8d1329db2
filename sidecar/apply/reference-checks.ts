import { closedWords } from '../derive/rule-problems.ts';
import type { Day } from '../domain/dates.ts';
import type { BillTo, DocumentLine } from '../domain/documents.ts';
import { type Setup, segmentValueKey } from '../domain/setup.ts';
import type { Dressed } from '../plan/dressed.ts';
import type { References } from '../store/references.ts';
import { type ListName, SHARED_ACCOUNTS, siteProblem } from './reference-pull.ts';

export interface ReferenceChecks {
  /** Why a document must not go out on a day, by the last pull: a sentence; null when nothing speaks against it. */
  problems(document: Dressed, day: Day): string | null;
  /** The same for what a rule answers. */
  problemOf(named: Named, day: Day): string | null;
  /** The list is older than the set-up allows: it is pulled again before something is posted by it. */
  stale(list: ListName): boolean;
  /** Lists that speak about a document. */
  listsOf(document: Dressed): ListName[];
}

/** What a document, or a rule's answer, names in Oracle. */
export interface Named {
  /** List, key, and what it is called. */
  rows: readonly (readonly [ListName, string, string])[];
  /** Account combinations, each with whose it is, in words. */
  accounts: readonly (readonly [combination: string, whose: string])[];
  /** The account that is billed, and its site, where they are known. */
  billTo: BillTo | null;
}

export interface CheckOptions {
  references: Pick<References, 'find' | 'vanished' | 'periods' | 'pulledAtMs' | 'triedAtMs'>;
  setup: () => Setup | null;
  /** How old a pull may be, in milliseconds. */
  maxAgeMs: () => number;
  nowMs: () => number;
}

/** After a pull that failed, this long nothing more is asked of Oracle: what it last said goes on to hold. */
const RETRY_MS = 15 * 60_000;

/**
 * Keeps documents from accounts, sites, methods, types and periods that the last pull says are closed. What a list has never shown is left
 * to Oracle: a list may be narrower than what Oracle takes. Source: design section 7, issue "reference data both ways"
 */
export function referenceChecks({ references, setup, maxAgeMs, nowMs }: CheckOptions): ReferenceChecks {
  const closed = (list: ListName, key: string, day: Day): string | null => {
    const row = references.find(list, key);
    if (row) return closedWords(row, day);
    return references.vanished(list, key) ? 'is no longer there' : null;
  };
  const ofAccount = (combination: string, whose: string, day: Day): string | null => {
    const whole = closed('accountCombinations', combination, day);
    if (whole) return `the account ${combination}${whose} ${whole} in Oracle`;
    for (const [name, value, key] of segmentsOf(combination, setup())) {
      const words = closed('segmentValues', key, day);
      if (words) return `the ${name} value ${value} of account ${combination}${whose} ${words} in Oracle`;
    }
    return null;
  };
  const ofRows = (rows: Named['rows'], day: Day): string | null => {
    for (const [list, key, what] of rows) {
      const words = closed(list, key, day);
      if (words) return `the ${what} ${key} ${words} in Oracle`;
    }
    return null;
  };
  const ofCustomer = ({ accountNumber, site }: BillTo): string | null => {
    // That list holds what set-up and rules name: an account that they name no more has not vanished in Oracle.
    const account = references.find(SHARED_ACCOUNTS, accountNumber);
    if (account && !account.enabled) return `Oracle has no bill-to account ${account.key} that can be used`;
    return account && site ? siteProblem(account, site) : null;
  };
  const ofAccounts = (accounts: Named['accounts'], day: Day): string | null => {
    for (const [combination, whose] of accounts) {
      const words = ofAccount(combination, whose, day);
      if (words) return words;
    }
    return null;
  };
  return {
    problems({ document, lines }, day) {
      const named = ofRows(namesOf(document), day);
      if (named) return named;
      const period = references
        .periods(document.businessUnit)
        .find(({ start, end }) => start <= document.accountingDate && document.accountingDate <= end);
      if (period && period.status !== 'O' && period.status !== 'F') return `the AR period ${period.name} is closed in Oracle`;
      const accounts = [...accountsOf(document)].map((combination) => [combination, whose(combination, lines)] as const);
      const customer = 'billTo' in document ? ofCustomer(document.billTo) : null;
      return customer ?? ofAccounts(accounts, day);
    },
    problemOf({ rows, accounts, billTo }, day) {
      return ofRows(rows, day) ?? (billTo === null ? null : ofCustomer(billTo)) ?? ofAccounts(accounts, day);
    },
    stale(list) {
      const pulledAtMs = references.pulledAtMs(list);
      if (pulledAtMs !== null && nowMs() - pulledAtMs <= maxAgeMs() && nowMs() >= pulledAtMs) return false;
      const triedAtMs = references.triedAtMs(list);
      return triedAtMs === null || nowMs() - triedAtMs > RETRY_MS || nowMs() < triedAtMs;
    },
    listsOf({ document }) {
      const lists = new Set<ListName>(['periods', SHARED_ACCOUNTS, ...namesOf(document).map(([list]) => list)]);
      if (accountsOf(document).size > 0) lists.add('segmentValues').add('accountCombinations');
      return [...lists];
    },
  };
}

/** What a document names of Oracle's lists: list, key, and what it is called. */
function namesOf(document: Dressed['document']): [ListName, string, string][] {
  const unit: [ListName, string, string] = ['businessUnits', document.businessUnit, 'business unit'];
  if (!('lines' in document)) return [unit, ['receiptMethods', document.receiptMethod, 'receipt method']];
  const memoLines = new Set(document.lines.flatMap((line) => (line.memoLine ? [line.memoLine] : [])));
  return [
    unit,
    ['transactionSources', document.source, 'transaction source'],
    document.kind === 'invoice'
      ? ['invoiceTypes', document.type, 'transaction type']
      : ['creditMemoTypes', document.type, 'transaction type'],
    ...(document.kind === 'invoice'
      ? [['paymentTerms', document.paymentTerms, 'payment terms'] as [ListName, string, string]]
      : []),
    ...[...memoLines].map((name): [ListName, string, string] => ['memoLines', name, 'memo line']),
    ...taxesOf(document.lines),
  ];
}

function taxesOf(lines: readonly DocumentLine[]): [ListName, string, string][] {
  const rates = new Set(lines.flatMap((line) => line.taxes.map(({ regime, rateCode }) => `${regime} / ${rateCode}`)));
  const classes = new Set(lines.flatMap((line) => (line.taxClassification ? [line.taxClassification] : [])));
  return [
    ...[...rates].map((key): [ListName, string, string] => ['taxRates', key, 'tax rate']),
    ...[...classes].map((key): [ListName, string, string] => ['taxClassifications', key, 'tax classification']),
  ];
}

const accountsOf = (document: Dressed['document']): Set<string> =>
  new Set(!('lines' in document) ? [] : document.lines.flatMap((line) => line.accountCombination ?? []));

/** The first line that is booked on an account, in a person's words. */
function whose(combination: string, lines: Dressed['lines']): string {
  const line = lines.find(({ accountCombination }) => accountCombination === combination);
  return line ? ` (for ${line.facts?.sku ? `SKU ${line.facts.sku}` : `"${line.description}"`})` : '';
}

/** Name, value and key in the list of each segment whose value set is named. */
function segmentsOf(combination: string, setup: Setup | null): [string, string, string][] {
  const values = setup ? combination.split(setup.segmentSeparator) : [];
  // A separator inside a value: nothing certain can be said about its parts.
  if (!setup || values.length !== setup.segments.length) return [];
  return setup.segments.flatMap(({ name }, at): [string, string, string][] => {
    const value = values[at] ?? '';
    const key = segmentValueKey(setup, name, value);
    return key === null ? [] : [[name, value, key]];
  });
}
