import { type MinorUnits, minor } from '../domain/money.ts';
import type { PostedDocument, PostedState } from '../domain/posted.ts';
import type { DocumentKind, DocumentPurpose } from '../domain/references.ts';
import type { SetAside } from '../domain/set-aside.ts';

/** A document as the ledger sees it: a number, an amount, and what it is for. */
export interface LedgerEntry {
  kind: DocumentKind;
  what: DocumentPurpose;
  number: string;
  amount: MinorUnits;
  /** Credit memos of refunds: receipt money to be released; null lets the ledger work it out as min(amount, applied). */
  released?: MinorUnits | null;
  /** Part of a credit memo that is not applied: it is paid out itself. */
  paidOut?: MinorUnits;
  /** Undone refunds: number of the credit memo that this invoice takes back; its money and its open part pay the invoice. */
  takesBack?: string;
  /** Undone refunds whose money has left for good: nothing of it pays the invoice. */
  moneyLeft?: boolean;
}

/** Receipt -> refund id -> amount. */
export type SettledMoney = ReadonlyMap<string, ReadonlyMap<number, number>>;

interface Invoice {
  number: string;
  open: number;
}
interface Receipt {
  number: string;
  unapplied: number;
  /** Money of refunds, by refund id: it never pays another document. */
  reserved: Map<number, number>;
}

/**
 * Where the money of one order should lie, worked out document by document in the order of posting. The same documents always
 * give the same applications, so a plan that is made again after a crash comes out the same.
 *
 * Money goes to the oldest open document. A credit memo goes to the oldest open document too. A refund made after a payment
 * releases receipt money equal to it, whatever is open; an edit or cancellation releases only what the open amounts do not cover.
 * Released refund money is reserved for its settlement.
 */
export class Ledger {
  private invoices: Invoice[] = [];
  private receipts: Receipt[] = [];
  /** `from>to` -> amount, in the order of the first application. */
  private applied = new Map<string, number>();
  private memosOpen = new Map<string, number>();
  private readonly settled: SettledMoney;

  /** settled: money that has left a receipt. It pays nothing from the beginning, so that no later document can count on it. */
  constructor(settled: SettledMoney) {
    this.settled = settled;
  }

  post(entry: LedgerEntry): void {
    if (entry.kind === 'receipt') {
      this.receipts.push({ number: entry.number, unapplied: entry.amount, reserved: new Map(this.settled.get(entry.number)) });
    } else if (entry.kind === 'invoice') {
      this.invoices.push({ number: entry.number, open: entry.amount });
      if (entry.what.purpose === 'refund-undone' && !entry.moneyLeft) {
        this.reuse(entry.what.refundId, entry.number, entry.takesBack);
      }
    } else {
      this.credit(entry);
    }
    this.applyOverpayment();
  }

  /** Money that a refund would release now: at most what receipts have applied. */
  releasable(amount: MinorUnits): MinorUnits {
    let applied = 0;
    for (const receipt of this.receipts)
      for (const invoice of this.invoices) applied += this.amount(receipt.number, invoice.number);
    return minor(Math.min(amount, applied));
  }

  /** Receipt money that is neither applied nor reserved for a refund. */
  overpayment(): MinorUnits {
    return minor(this.receipts.reduce((total, receipt) => total + free(receipt), 0));
  }

  /** Reserves overpayment for a refund that returns it instead of crediting the sale, or for its settlement; what it lacks is left. */
  reserveOverpayment(refundId: number, amount: MinorUnits): MinorUnits {
    let left: number = amount - this.settledFor(refundId) - this.waitingFor(refundId);
    for (const receipt of [...this.receipts].reverse()) {
      const part = Math.min(left, free(receipt));
      if (part <= 0) continue;
      receipt.reserved.set(refundId, (receipt.reserved.get(refundId) ?? 0) + part);
      left -= part;
    }
    return minor(Math.max(0, left));
  }

  /** Released money of a refund per receipt. */
  reservedFor(refundId: number): { receipt: string; amount: MinorUnits }[] {
    return this.receipts
      .map((receipt) => ({ receipt: receipt.number, amount: minor(receipt.reserved.get(refundId) ?? 0) }))
      .filter((row) => row.amount > 0);
  }

  applications(): { from: string; to: string; amount: MinorUnits }[] {
    return [...this.applied]
      .filter(([, amount]) => amount > 0)
      .map(([key, amount]) => {
        const [from = '', to = ''] = key.split('>');
        return { from, to, amount: minor(amount) };
      });
  }

  /** Open invoices, unapplied receipts, open credit memos: I, U and C of design section 5. */
  balances(): { invoices: MinorUnits; receipts: MinorUnits; creditMemos: MinorUnits } {
    return {
      invoices: minor(this.open()),
      receipts: minor(this.receipts.reduce((total, receipt) => total + receipt.unapplied, 0)),
      creditMemos: minor([...this.memosOpen.values()].reduce((total, open) => total + open, 0)),
    };
  }

  private open(): number {
    return this.invoices.reduce((total, invoice) => total + invoice.open, 0);
  }

  private credit(entry: LedgerEntry): void {
    if (entry.what.purpose === 'refund') {
      const released = entry.released ?? this.releasable(entry.amount);
      this.release(minor(Math.max(0, released - this.settledFor(entry.what.refundId))), entry.what.refundId);
    }
    let left: number = entry.amount - (entry.paidOut ?? 0);
    // What was paid since a refund was made (it was pending then) makes room for its memo, and is overpayment.
    this.release(minor(Math.max(0, left - this.open())), null);
    for (const invoice of this.invoices) {
      const part = Math.min(left, invoice.open);
      if (part <= 0) continue;
      this.move(entry.number, invoice, part);
      left -= part;
    }
    this.memosOpen.set(entry.number, left + (entry.paidOut ?? 0));
  }

  /** Takes receipt money out of applications, newest receipt first, oldest document first. */
  private release(amount: MinorUnits, refundId: number | null): void {
    let left: number = amount;
    for (const receipt of [...this.receipts].reverse()) {
      for (const invoice of this.invoices) {
        const part = Math.min(left, this.amount(receipt.number, invoice.number));
        if (part <= 0) continue;
        this.move(receipt.number, invoice, -part);
        receipt.unapplied += part;
        if (refundId !== null) receipt.reserved.set(refundId, (receipt.reserved.get(refundId) ?? 0) + part);
        left -= part;
      }
    }
  }

  /**
   * The money of an undone refund pays the invoice that takes the credit back: what was released, and what was to be paid out of the
   * memo. It is planned once nothing of it is settled any more, or for good (`moneyLeft`).
   */
  private reuse(refundId: number, number: string, memo: string | undefined): void {
    const invoice = this.invoices.find((candidate) => candidate.number === number);
    const open = memo === undefined ? 0 : (this.memosOpen.get(memo) ?? 0);
    if (invoice && memo !== undefined && open > 0) {
      const part = Math.min(open, invoice.open);
      this.memosOpen.set(memo, open - part);
      this.move(memo, invoice, part);
    }
    for (const receipt of this.receipts) {
      const part = Math.min(receipt.reserved.get(refundId) ?? 0, invoice?.open ?? 0);
      if (!invoice || part <= 0) continue;
      receipt.reserved.delete(refundId);
      receipt.unapplied -= part;
      this.move(receipt.number, invoice, part);
    }
  }

  /** What of a refund's money lay settled from the beginning, out of receipts that come later too. */
  private settledFor(refundId: number): number {
    return [...this.settled.values()].reduce((total, row) => total + (row.get(refundId) ?? 0), 0);
  }

  /** What is reserved for a refund and not settled. */
  private waitingFor(refundId: number): number {
    return this.receipts.reduce((total, { number, reserved }) => {
      return total + (reserved.get(refundId) ?? 0) - (this.settled.get(number)?.get(refundId) ?? 0);
    }, 0);
  }

  private applyOverpayment(): void {
    for (const receipt of this.receipts) {
      for (const invoice of this.invoices) {
        const part = Math.min(free(receipt), invoice.open);
        if (part <= 0) continue;
        receipt.unapplied -= part;
        this.move(receipt.number, invoice, part);
      }
    }
  }

  private move(from: string, invoice: Invoice, amount: number): void {
    const key = `${from}>${invoice.number}`;
    this.applied.set(key, (this.applied.get(key) ?? 0) + amount);
    invoice.open -= amount;
  }

  private amount(from: string, to: string): number {
    return this.applied.get(`${from}>${to}`) ?? 0;
  }
}

const free = (receipt: Receipt): number =>
  receipt.unapplied - [...receipt.reserved.values()].reduce((total, amount) => total + amount, 0);

/**
 * The ledger after everything that is posted.
 *
 * In      left  documents (held credit memos, receipts to be reversed) that are as if not there; aside  overpayment with a purpose, set
 *         aside when that was decided: what was posted before may have used it, what was posted later may not
 */
export function replay(
  posted: Pick<PostedState, 'documents' | 'settlements' | 'reversals'>,
  left: ReadonlySet<string>,
  aside: readonly SetAside[],
): Ledger {
  const settled = settledRefunds(posted);
  const gone = (number: string): boolean => left.has(number) || posted.reversals.includes(number);
  const ledger = new Ledger(moneyThatLeft(posted.settlements.filter(({ from }) => !gone(from))));
  let waiting = aside;
  for (const document of posted.documents) {
    // A wrong credit memo is not applied: a person has to see it first.
    const waits = document.wrong && document.kind === 'credit-memo';
    if (waits || gone(document.number)) continue;
    // What there is too little of is filled up by what is overpaid later.
    waiting = waiting.filter(
      ({ refundId, amount, atMs }) =>
        !(atMs < (document.sentAtMs ?? Number.POSITIVE_INFINITY)) || ledger.reserveOverpayment(refundId, amount) > 0,
    );
    ledger.post(entryOf(document, posted.documents, settled));
  }
  for (const { refundId, amount } of waiting) ledger.reserveOverpayment(refundId, amount);
  return ledger;
}

export const settledRefunds = ({ settlements }: Pick<PostedState, 'settlements'>): Set<number> =>
  new Set(settlements.map((row) => row.refundId));

function moneyThatLeft(settlements: PostedState['settlements']): SettledMoney {
  const money = new Map<string, Map<number, number>>();
  for (const { from, refundId, amount } of settlements) {
    const ofReceipt = money.get(from) ?? new Map<number, number>();
    money.set(from, ofReceipt.set(refundId, (ofReceipt.get(refundId) ?? 0) + amount));
  }
  return money;
}

export function entryOf(
  document: PostedDocument,
  all: readonly PostedDocument[],
  settled: ReadonlySet<number> = new Set(),
): LedgerEntry {
  const { kind, what, number, amount } = document;
  const entry: LedgerEntry = { kind, what, number, amount };
  if (document.refund) {
    entry.released = document.refund.released;
    // Where Oracle computes the tax, a memo may have come back a little smaller than the refund.
    entry.paidOut = minor(Math.min(document.refund.paidOut, amount));
  }
  if (what.purpose === 'refund-undone') {
    const memo = all.find((other) => other.refund?.refundId === what.refundId);
    if (memo) entry.takesBack = memo.number;
    // Deleted in the store, and settled all the same: a person had it billed again.
    entry.moneyLeft = settled.has(what.refundId);
  }
  return entry;
}
