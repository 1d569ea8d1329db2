import { unitsOf } from './units.ts';

/** The part of `/__sandbox/ledger` that is read here. Amounts are decimal strings; credit memos are negative. */
export interface SandboxLedger {
  invoices: SandboxTransaction[];
  creditMemos: SandboxTransaction[];
  receipts: {
    number: string;
    currency: string;
    amount: string;
    unapplied: string;
    method: string;
    progress: string;
    accountingDate: string;
    reversedOn: string | null;
    customerAccountNumber: string | null;
    comments: string | null;
  }[];
  /** What gateways kept, below zero. */
  miscellaneousReceipts: { number: string; currency: string; amount: string; activity: string }[];
  applications: {
    id: string;
    from: 'receipt' | 'credit memo';
    fromNumber: string;
    target: 'invoice' | 'activity' | 'refund' | 'on-account';
    transactionNumber: string | null;
    activity: string | null;
    amount: string;
    accountingDate: string;
    status: 'applied' | 'unapplied' | 'reversal';
  }[];
  balances: { ledger: string; account: string; currency: string; entered: string; accounted: string }[];
  balanced: boolean;
  problems: string[];
}

export interface SandboxTransaction {
  number: string;
  crossReference: string | null;
  businessUnit: string;
  currency: string;
  rate: string | null;
  date: string;
  accountingDate: string;
  customerAccountNumber: string;
  amount: string;
  balance: string;
  flexfield: Flexfield | null;
  lines: {
    flexfield: Flexfield | null;
    description: string | null;
    quantity: string | null;
    amount: string;
    tax: string;
    classification: string | null;
    taxLines: { amount: string; manual: boolean }[];
  }[];
  distributions: { accountClass: string; accountCombination: string; amount: string }[];
}

/** As `proofSeed` defines it. */
interface Flexfield {
  webChannel?: string | null;
}

/** What Oracle holds for one order, in minor units; I, U and C as in the design. Credit memos are positive here. */
export interface OracleSide {
  invoices: Document[];
  memos: Document[];
  receipts: (Document & { reversed: boolean })[];
  applied: { from: string; to: string; amount: number }[];
  /**
   * All that was ever applied, written to an activity or taken back (below zero), on its accounting date; `to` is null for an activity.
   * Payouts are left out: Oracle dates them, and whoever stops one, on its own day, which is not always the business unit's.
   */
  moves: { from: string; to: string | null; amount: number; day: string }[];
  /** Written to an activity or paid out, and not undone. */
  settled: { from: string; target: string; activity: string | null; amount: number }[];
  /** Gateway fees, minus what was kept. */
  fees: { number: string; amount: number; currency: string }[];
  I: number;
  U: number;
  C: number;
}

export interface Document {
  number: string;
  /** Empty for receipts. */
  businessUnit: string;
  date: string;
  amount: number;
  open: number;
  currency: string;
  accountingDate: string;
  rate: string | null;
  account: string;
  /** Taxes that Oracle computed itself: each may be one minor unit off the store's. */
  computed: number;
  /** Of its flexfield, then of each line's; null where there is no flexfield. Empty for receipts. */
  channels: (string | null)[];
  /** Net of the accounts it moves, receivable left out: positive for what was sold. */
  accounts: Map<string, number>;
}

/** Oracle's books, order by order. */
export class OracleBooks {
  readonly ledger: SandboxLedger;
  private readonly prefix: string;
  private readonly decimals: ReadonlyMap<number, number>;
  private readonly sides = new Map<number, OracleSide>();
  /** Documents of no order that the shop was asked for. */
  readonly strays: string[] = [];

  /** decimals: ISO decimals of each order's currency. */
  constructor(ledger: SandboxLedger, decimals: ReadonlyMap<number, number>, prefix = 'WEB-') {
    this.ledger = ledger;
    this.prefix = prefix;
    this.decimals = decimals;
    for (const row of ledger.invoices) this.add(row, 'invoices', 1);
    for (const row of ledger.creditMemos) this.add(row, 'memos', -1);
    const orderOf = new Map<string, number>();
    for (const [id, side] of this.sides) for (const memo of side.memos) orderOf.set(memo.number, id);
    for (const row of ledger.receipts) {
      const id = this.idOf(new RegExp(`^${this.prefix}(\\d+)-P\\d+$`).exec(row.number)?.[1], row.number);
      if (id === null) continue;
      orderOf.set(row.number, id);
      const side = this.side(id);
      const digits = decimals.get(id) ?? 2;
      const open = unitsOf(row.unapplied, digits);
      side.receipts.push({
        number: row.number,
        businessUnit: '',
        date: '',
        amount: unitsOf(row.amount, digits),
        open,
        currency: row.currency,
        accountingDate: row.accountingDate,
        rate: null,
        account: row.customerAccountNumber ?? '',
        computed: 0,
        channels: [],
        accounts: new Map(),
        reversed: row.reversedOn !== null,
      });
      if (row.reversedOn === null) side.U += open;
    }
    for (const row of ledger.miscellaneousReceipts) {
      const id = this.idOf(new RegExp(`^${this.prefix}(\\d+)-F\\d+$`).exec(row.number)?.[1], row.number);
      if (id === null) continue;
      const { number, currency } = row;
      this.side(id).fees.push({ number, currency, amount: unitsOf(row.amount, decimals.get(id) ?? 2) });
    }
    for (const row of ledger.applications) {
      const id = orderOf.get(row.fromNumber);
      if (id === undefined) continue;
      const side = this.side(id);
      const amount = unitsOf(row.amount, decimals.get(id) ?? 2);
      if (row.target !== 'refund')
        side.moves.push({ from: row.fromNumber, to: row.transactionNumber, amount, day: row.accountingDate });
      if (row.status !== 'applied') continue;
      if (row.target === 'invoice') side.applied.push({ from: row.fromNumber, to: row.transactionNumber ?? '', amount });
      else side.settled.push({ from: row.fromNumber, target: row.target, activity: row.activity, amount });
    }
  }

  side(orderId: number): OracleSide {
    let side = this.sides.get(orderId);
    if (!side) {
      side = { invoices: [], memos: [], receipts: [], applied: [], moves: [], settled: [], fees: [], I: 0, U: 0, C: 0 };
      this.sides.set(orderId, side);
    }
    return side;
  }

  private add(row: SandboxTransaction, kind: 'invoices' | 'memos', sign: 1 | -1): void {
    const id = this.idOf(
      row.crossReference?.startsWith(this.prefix) ? row.crossReference.slice(this.prefix.length) : undefined,
      row.number,
    );
    if (id === null) return;
    const digits = this.decimals.get(id) ?? 2;
    const side = this.side(id);
    const open = sign * unitsOf(row.balance, digits);
    const accounts = new Map<string, number>();
    for (const line of row.distributions) {
      if (/^receivable/i.test(line.accountClass)) continue;
      accounts.set(line.accountCombination, (accounts.get(line.accountCombination) ?? 0) + unitsOf(line.amount, digits));
    }
    side[kind].push({
      number: row.number,
      businessUnit: row.businessUnit,
      date: row.date,
      amount: sign * unitsOf(row.amount, digits),
      open,
      currency: row.currency,
      accountingDate: row.accountingDate,
      rate: row.rate,
      account: row.customerAccountNumber,
      computed: row.lines.flatMap((line) => line.taxLines.filter((tax) => !tax.manual)).length,
      channels: [row, ...row.lines].map(({ flexfield }) => flexfield && (flexfield.webChannel ?? '')),
      accounts,
    });
    if (kind === 'invoices') side.I += open;
    else side.C += open;
  }

  private idOf(text: string | undefined, number: string): number | null {
    const id = Number(text);
    if (text !== undefined && this.decimals.has(id)) return id;
    this.strays.push(number);
    return null;
  }
}

export const total = (rows: readonly { amount: number }[]): number => rows.reduce((sum, row) => sum + row.amount, 0);

/** A document from which, or to which, more was applied at the end of some day than it is over, or something before its own day. */
export function overdrawn({ invoices, memos, receipts, moves }: OracleSide): string | null {
  for (const { number, amount, accountingDate } of [...invoices, ...memos, ...receipts]) {
    const own = moves.filter(({ from, to }) => from === number || to === number);
    for (const day of new Set(own.map((move) => move.day))) {
      const applied = total(own.filter((move) => move.day <= day));
      if (day < accountingDate) return `${number} of ${accountingDate} was moved on ${day}`;
      if (applied < 0 || applied > amount) return `${number} is over ${amount}, and ${applied} of it was applied on ${day}`;
    }
  }
  return null;
}

/** What all documents of an order together leave on each account; receivable accounts left out. */
export function accountsOf(side: OracleSide): Map<string, number> {
  const left = new Map<string, number>();
  for (const document of [...side.invoices, ...side.memos]) {
    for (const [account, amount] of document.accounts) left.set(account, (left.get(account) ?? 0) + amount);
  }
  return left;
}
