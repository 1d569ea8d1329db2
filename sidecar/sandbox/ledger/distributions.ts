import { convertMinor, readDecimal, roundTo, times } from '../decimal.ts';
import type { Issues } from '../errors.ts';
import { type Payload, text } from '../rest/payload.ts';
import type { Ledger, TransactionType, Unit } from '../seed/setup.ts';
import type { Call } from '../world.ts';
import { accountProblem } from './accounts.ts';
import type { Conversion } from './conversion.ts';
import { type DraftLine, readAmount } from './transaction-lines.ts';
import type { TransactionNames } from './transaction-names.ts';

/** The attribute texts list Receivable, the samples and the guide's prose Receivables: both are taken. */
const CLASSES: Record<string, DistributionClass> = {
  Revenue: 'Revenue',
  Receivable: 'Receivable',
  Receivables: 'Receivable',
  Tax: 'Tax',
  Freight: 'Freight',
};
export type DistributionClass = 'Revenue' | 'Receivable' | 'Tax' | 'Freight';

export interface DraftDistribution {
  class: DistributionClass;
  /** The class as the request spelt it. */
  spelt: string;
  lineNumber: string | null;
  taxLine: number | null;
  account: string;
  amount: number;
  percent: string | null;
  accounted: number;
  comments: string | null;
}

export interface DistributionContext {
  unit: Unit;
  ledger: Ledger;
  type: TransactionType;
  names: TransactionNames;
  lines: DraftLine[];
  freight: number;
  total: number;
  currency: string;
  decimals: number;
  /** Of the ledger's currency. */
  ledgerDecimals: number;
  conversion: Conversion;
  accountingDate: string;
}

/** What the distributions of one class and line must add up to. */
interface Target {
  class: DistributionClass;
  lineNumber: string | null;
  taxLine: number | null;
  amount: number;
  /** The document itself named the amount; computed tax is Oracle's own. */
  sent: boolean;
  /** What AutoAccounting takes where the request names no account; undefined: it finds none. */
  account: string | undefined;
}

/**
 * The accounts of a transaction: those sent, checked against what they distribute, and AutoAccounting's for the rest.
 * Fails into `issues` with AR_INVALID_GL_ACCOUNT for an account that may not be used or cannot be found.
 */
export function drawDistributions(
  call: Call,
  context: DistributionContext,
  sent: readonly Payload[],
  issues: Issues,
): DraftDistribution[] {
  const targets = targetsOf(context);
  const drawn: DraftDistribution[] = [];
  const covered = new Set<Target>();
  for (const row of sent) {
    const found = readDistribution(context, row, targets, issues);
    if (!found) continue;
    covered.add(found.target);
    drawn.push(found.distribution);
    const problem = accountProblem(call.world, context.ledger, found.distribution.account, context.accountingDate);
    if (problem) issues.add('AR_INVALID_GL_ACCOUNT', problem, `${row.at}/AccountCombination`);
  }
  for (const target of covered) checkSum(call, context, target, drawn, issues);
  for (const target of targets) {
    if (covered.has(target) || (target.amount === 0 && target.class !== 'Revenue' && target.class !== 'Receivable')) continue;
    drawn.push(autoAccount(call, context, target, issues));
  }
  return drawn;
}

/** Placeholders, recognisable as such, for seeds that name no accounts. */
const placeholder = (name: string): string => `(${name})`;

function targetsOf({ lines, freight, total, type, names }: DistributionContext): Target[] {
  const auto = (kind: 'receivable' | 'revenue' | 'tax' | 'freight') =>
    type.accounts === undefined ? placeholder(kind) : type.accounts[kind];
  const targets: Target[] = [
    { class: 'Receivable', lineNumber: null, taxLine: null, amount: total, sent: true, account: auto('receivable') },
  ];
  for (const line of lines) {
    const shared = { lineNumber: line.number, taxLine: null };
    targets.push({
      class: 'Revenue',
      ...shared,
      amount: line.amount,
      sent: true,
      account: line.revenueAccount ?? auto('revenue'),
    });
    if (line.freight !== 0)
      targets.push({ class: 'Freight', ...shared, amount: line.freight, sent: true, account: auto('freight') });
    for (const tax of line.taxLines) {
      const account = tax.rate.account ?? auto('tax');
      targets.push({ class: 'Tax', lineNumber: line.number, taxLine: tax.number, amount: tax.amount, sent: tax.manual, account });
    }
  }
  if (freight !== 0)
    targets.push({ class: 'Freight', lineNumber: null, taxLine: null, amount: freight, sent: true, account: auto('freight') });
  if (names.resource === 'receivablesCreditMemos' && lines.length === 0 && freight === 0) return [];
  return targets;
}

function readDistribution(
  context: DistributionContext,
  row: Payload,
  targets: readonly Target[],
  issues: Issues,
): { distribution: DraftDistribution; target: Target } | null {
  const spelt = text(row, 'AccountClass') ?? '';
  const kind = CLASSES[spelt];
  const account = text(row, 'AccountCombination');
  if (!kind) {
    issues.add('SBX_INVALID_ACCOUNT_CLASS', `The account class ${spelt} isn't valid.`, `${row.at}/AccountClass`);
    return null;
  }
  if (account === undefined) {
    issues.add('27014', 'You must provide a value for the attribute AccountCombination.', `${row.at}/AccountCombination`);
    return null;
  }
  const lineNumber =
    text(row, context.names.distributionLine) ?? (kind === 'Revenue' || kind === 'Tax' ? onlyLine(context) : null);
  const taxLine = text(row, 'DetailedTaxLineNumber');
  const fitting = targets.filter((known) => known.class === kind);
  const target =
    fitting.find(
      (known) =>
        (kind === 'Receivable' || known.lineNumber === lineNumber) &&
        (kind !== 'Tax' || taxLine === undefined || known.taxLine === Number(taxLine)),
    ) ?? (kind === 'Freight' && fitting.length === 1 ? fitting[0] : undefined);
  if (!target) {
    issues.add('SBX_INVALID_DISTRIBUTION', `There is nothing that this ${spelt} distribution could distribute.`, row.at);
    return null;
  }
  const percent = text(row, 'Percent');
  const amount = amountOf(context, row, target, percent);
  if (amount === null) {
    issues.add('SBX_AMOUNT_PRECISION', 'A distribution needs an amount of this currency, or a percentage.', `${row.at}/Amount`);
    return null;
  }
  const distribution: DraftDistribution = {
    class: kind,
    spelt,
    lineNumber: target.lineNumber,
    taxLine: target.taxLine,
    account,
    amount,
    percent: percent ?? null,
    accounted: accounted(context, amount),
    comments: text(row, 'Comments') ?? null,
  };
  return { distribution, target };
}

const onlyLine = (context: DistributionContext): string | null =>
  context.lines.length === 1 ? (context.lines[0]?.number ?? null) : null;

/** The amount sent; by percentage where there is none; the whole where there is neither. */
function amountOf(context: DistributionContext, row: Payload, target: Target, percent: string | undefined): number | null {
  const sent = text(row, 'Amount');
  if (sent !== undefined) return readAmount(sent, context.decimals);
  const share = readDecimal(percent ?? '100');
  if (!share) return null;
  const exact = times(
    { digits: BigInt(target.amount), scale: context.decimals },
    { digits: share.digits, scale: share.scale + 2 },
  );
  return Number(roundTo(exact, context.decimals));
}

/** Distributions must add up to what they distribute; a rounding remainder of percentages goes to the last one. */
function checkSum(call: Call, context: DistributionContext, target: Target, drawn: DraftDistribution[], issues: Issues): void {
  const mine = drawn.filter(
    (row) => row.class === target.class && row.lineNumber === target.lineNumber && row.taxLine === target.taxLine,
  );
  const sum = mine.reduce((total, row) => total + row.amount, 0);
  const difference = target.amount - sum;
  if (difference === 0) return;
  const last = mine.at(-1);
  const percents = mine.reduce((total, row) => total + Number(row.percent ?? Number.NaN), 0);
  const mode = call.world.switches.unbalancedDistributions;
  const rounding = Math.abs(percents - 100) < 1e-9 && Math.abs(difference) < mine.length;
  // What a customer owes follows from the document: an amount that differs is put right rather than believed.
  if (last && (rounding || (target.class === 'Receivable' && mode !== 'refuse'))) {
    last.amount += difference;
    last.accounted = accounted(context, last.amount);
    return;
  }
  if (mode === 'refuse' || (mode === 'refuse-own' && target.sent)) {
    const what = target.lineNumber === null ? 'the transaction' : `line ${target.lineNumber}`;
    issues.add(
      'SBX_DISTRIBUTIONS_UNBALANCED',
      `The ${target.class} distributions of ${what} don't add up to its amount.`,
      `/${context.names.distributions}`,
    );
  }
}

function autoAccount(call: Call, context: DistributionContext, target: Target, issues: Issues): DraftDistribution {
  const where = target.lineNumber === null ? '' : ` for line ${target.lineNumber}`;
  if (target.account === undefined) {
    issues.add('AR_INVALID_GL_ACCOUNT', `AutoAccounting finds no ${target.class} account${where}.`, `/${context.names.lines}`);
  } else if (!target.account.startsWith('(')) {
    const problem = accountProblem(call.world, context.ledger, target.account, context.accountingDate);
    if (problem) issues.add('AR_INVALID_GL_ACCOUNT', `${problem} AutoAccounting derived it${where}.`, `/${context.names.lines}`);
  }
  return {
    class: target.class,
    spelt: target.class,
    lineNumber: target.lineNumber,
    taxLine: target.taxLine,
    account: target.account ?? '',
    amount: target.amount,
    percent: '100',
    accounted: accounted(context, target.amount),
    comments: null,
  };
}

function accounted(context: DistributionContext, amount: number): number {
  const { conversion, decimals, ledgerDecimals } = context;
  return conversion.rate === null ? amount : convertMinor(amount, decimals, conversion.rate, ledgerDecimals);
}
