import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { startSandbox } from '../../../sidecar/sandbox/start.ts';
import { creditMemo, installmentOf, invoice, type Ledger, line, Pod, receipt, SOAP, soap, value } from './support.ts';

/**
 * Whatever is asked in whatever order: the ledger does what a second, much simpler book here does, refuses what that one says it
 * must, and stays balanced. Amounts are whole minor units.
 */
const DECIMALS = { USD: 2, EUR: 2, JPY: 0, KWD: 3 } as const;
type Currency = keyof typeof DECIMALS;
const CUSTOMERS = ['40017', '40051'] as const;

const index = fc.nat({ max: 3 });
const amount = fc.integer({ min: 0, max: 3000 });
const currency = fc.constantFrom<Currency>('USD', 'USD', 'USD', 'EUR', 'JPY', 'KWD');
const customer = fc.constantFrom(...CUSTOMERS, CUSTOMERS[0]);
/** A rate of the document's own, for gains and losses between documents; null: the day's. */
const rate = fc.constantFrom(null, 0.9123, 1.17);
const operation = fc.oneof(
  fc.record({
    kind: fc.constant('invoice' as const),
    currency,
    customer,
    rate,
    prices: fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ kind: fc.constant('receipt' as const), currency, customer, rate, amount: fc.integer({ min: 1, max: 3000 }) }),
  fc.record({ kind: fc.constant('memo' as const), currency, customer, rate, amount: fc.integer({ min: 1, max: 1500 }) }),
  fc.record({ kind: fc.constantFrom('apply' as const, 'apply memo' as const), from: index, to: index, amount }),
  fc.record({ kind: fc.constantFrom('activity' as const, 'refund' as const, 'refund memo' as const), from: index, amount }),
  fc.record({ kind: fc.constantFrom('unapply' as const, 'reverse' as const), from: index }),
  fc.record({ kind: fc.constant('credit' as const), to: index, percent: fc.integer({ min: 1, max: 120 }) }),
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

interface Document {
  number: string;
  id: string;
  installment: string;
  currency: Currency;
  customer: string;
  total: number;
  /** Open on an invoice, unused on a receipt or memo. */
  left: number;
  reversed: boolean;
}
interface Use {
  from: Document;
  to: Document | null;
  amount: number;
  kind: 'invoice' | 'activity' | 'refund';
}

class Book {
  readonly invoices: Document[] = [];
  readonly receipts: Document[] = [];
  readonly memos: Document[] = [];
  uses: Use[] = [];

  canApply(from: Document, to: Document, sum: number): boolean {
    const again = this.receipts.includes(from) && this.uses.some((use) => use.from === from && use.to === to);
    return (
      !from.reversed &&
      !again &&
      from.currency === to.currency &&
      from.customer === to.customer &&
      sum > 0 &&
      sum <= Math.min(from.left, to.left)
    );
  }
  use(use: Use): void {
    this.uses.push(use);
    use.from.left -= use.amount;
    if (use.to) use.to.left -= use.amount;
  }
  undo(use: Use): void {
    this.uses = this.uses.filter((other) => other !== use);
    use.from.left += use.amount;
    if (use.to) use.to.left += use.amount;
  }
}

const written = (minor: number, of: Currency): string => (minor / 10 ** DECIMALS[of]).toFixed(DECIMALS[of]);
const near = <T>(list: readonly T[], at: number): T | undefined => list[at % Math.max(list.length, 1)];

const conversion = ({ currency, rate }: { currency: Currency; rate: number | null }) =>
  currency === 'USD' || rate === null ? {} : { ConversionRateType: 'User', ConversionRate: rate };

/** Does one operation here and there; both must agree on whether it may be done. */
async function step(client: Pod, book: Book, next: Operation, count: number): Promise<void> {
  const receipts = (name: string, wrapper: string, fields: Record<string, string>) =>
    soap(client, SOAP.receipts, name, wrapper, fields);
  const memos = (name: string, wrapper: string, fields: Record<string, string>) =>
    soap(client, SOAP.memos, name, wrapper, fields);
  const agree = (answer: { status: number; text: string }, allowed: boolean) =>
    expect([JSON.stringify(next), answer.status < 300, answer.status < 300 ? '' : answer.text.slice(0, 400)]).toEqual([
      JSON.stringify(next),
      allowed,
      allowed ? '' : expect.anything(),
    ]);
  switch (next.kind) {
    case 'invoice': {
      const lines = next.prices.map((price, at) => line(at + 1, 1, Number(written(price, next.currency))));
      const made = await client.create(
        'receivablesInvoices',
        invoice(`I${count}`, {
          InvoiceCurrencyCode: next.currency,
          ...conversion(next),
          BillToCustomerNumber: next.customer,
          receivablesInvoiceLines: lines,
        }),
      );
      const id = value(made, 'CustomerTransactionId') ?? '';
      const total = next.prices.reduce((sum, price) => sum + price, 0);
      book.invoices.push({
        number: `I${count}`,
        id,
        installment: await installmentOf(client, id),
        currency: next.currency,
        customer: next.customer,
        total,
        left: total,
        reversed: false,
      });
      return;
    }
    case 'receipt':
    case 'memo': {
      const sum = Number(written(next.amount, next.currency));
      const isReceipt = next.kind === 'receipt';
      const made = isReceipt
        ? await client.create(
            'standardReceipts',
            receipt(`R${count}`, sum, { Currency: next.currency, ...conversion(next), CustomerAccountNumber: next.customer }),
          )
        : await client.create(
            'receivablesCreditMemos',
            creditMemo(`M${count}`, sum, {
              CreditMemoCurrency: next.currency,
              ...conversion(next),
              BillToCustomerNumber: next.customer,
            }),
          );
      const id = value(made, isReceipt ? 'StandardReceiptId' : 'CustomerTransactionId') ?? '';
      (isReceipt ? book.receipts : book.memos).push({
        number: `${isReceipt ? 'R' : 'M'}${count}`,
        id,
        installment: '',
        currency: next.currency,
        customer: next.customer,
        total: next.amount,
        left: next.amount,
        reversed: false,
      });
      return;
    }
    case 'apply':
    case 'apply memo': {
      const from = near(next.kind === 'apply' ? book.receipts : book.memos, next.from);
      const to = near(book.invoices, next.to);
      if (!from || !to) return;
      const AmountApplied = written(next.amount, from.currency);
      const allowed = book.canApply(from, to, next.amount);
      if (next.kind === 'apply')
        agree(
          await receipts('createApplyReceipt', 'applyReceipt', {
            ReceiptId: from.id,
            InstalmentId: to.installment,
            AmountApplied,
          }),
          allowed,
        );
      else
        agree(
          await memos('createApplyOnAccountCreditMemo', 'applyOnAccountCreditMemo', {
            CreditMemoTrxId: from.id,
            AppliedPaymentScheduleId: to.installment,
            AmountApplied,
          }),
          allowed,
        );
      if (allowed) book.use({ from, to, amount: next.amount, kind: 'invoice' });
      return;
    }
    case 'activity':
    case 'refund':
    case 'refund memo': {
      const from = near(next.kind === 'refund memo' ? book.memos : book.receipts, next.from);
      if (!from) return;
      const sum = written(next.amount, from.currency);
      const allowed = !from.reversed && next.amount > 0 && next.amount <= from.left;
      if (next.kind === 'activity')
        agree(
          await receipts('createActivityApplication', 'activityApplication', {
            ReceiptNumber: from.number,
            ReceivableTrxName: 'Web Gateway Clearing',
            AmountApplied: sum,
          }),
          allowed,
        );
      else if (next.kind === 'refund')
        agree(
          await client.rest('POST', `standardReceipts/${from.id}/action/refundReceipt`, {
            amount: sum,
            paymentMethodCode: 'CHECK',
          }),
          allowed,
        );
      else
        agree(
          await memos('createOnAccountCreditMemoRefund', 'onAccountCreditMemoRefund', {
            CreditMemoTrxNumber: from.number,
            AmountApplied: sum,
            RefundPaymentMethodCode: 'CHECK',
          }),
          allowed,
        );
      if (allowed) book.use({ from, to: null, amount: next.amount, kind: next.kind === 'activity' ? 'activity' : 'refund' });
      return;
    }
    case 'unapply': {
      const use = near(
        book.uses.filter((each) => each.kind === 'invoice'),
        next.from,
      );
      if (!use?.to) return;
      const isMemo = book.memos.includes(use.from);
      const answer = isMemo
        ? await memos('createUnapplyOnAccountCreditMemo', 'unapplyOnAccountCreditMemo', {
            CreditMemoTrxNumber: use.from.number,
            AppliedPsId: use.to.installment,
          })
        : await receipts('createUnapplyReceipt', 'unapplyReceipt', {
            ReceiptNumber: use.from.number,
            AppliedPaymentScheduleId: use.to.installment,
          });
      // A memo may be applied to one invoice more than once; then the installment does not say which is meant.
      const only = book.uses.filter((each) => each.from === use.from && each.to === use.to).length === 1;
      agree(answer, only);
      if (only) book.undo(use);
      return;
    }
    case 'reverse': {
      const from = near(book.receipts, next.from);
      if (!from) return;
      const mine = book.uses.filter((use) => use.from === from);
      const allowed = !from.reversed && !mine.some((use) => use.kind === 'refund');
      agree(
        await receipts('createReverseReceipt', 'reverseReceipt', {
          ReceiptNumber: from.number,
          ReversalCategory: 'REV',
          ReversalReasonCode: 'PAYMENT REVERSAL',
        }),
        allowed,
      );
      if (!allowed) return;
      for (const use of mine) book.undo(use);
      from.left = 0;
      from.reversed = true;
      return;
    }
    case 'credit': {
      const to = near(book.invoices, next.to);
      if (!to) return;
      const sum = Math.floor((to.total * next.percent) / 100 + 0.5);
      const allowed = sum > 0 && sum <= to.left;
      agree(
        await memos('createCreditMemo', 'creditMemo', {
          PreviousCustomerTransactionId: to.id,
          TransactionNumber: `C${count}`,
          LinePercent: `-${next.percent}`,
        }),
        allowed,
      );
      if (allowed) to.left -= sum;
      return;
    }
  }
}

/** Both books side by side, by number. */
function compare(ledger: Ledger, book: Book): void {
  expect([ledger.balanced, ledger.problems]).toEqual([true, []]);
  const mine = (list: readonly Document[], sign = 1) =>
    list.map((row) => [row.number, Number(written(sign * row.left, row.currency))]);
  expect(ledger.invoices.map((row) => [row.number, Number(row.balance)])).toEqual(mine(book.invoices));
  expect(ledger.receipts.map((row) => [row.number, Number(row.unapplied)])).toEqual(mine(book.receipts));
  expect(ledger.creditMemos.filter((row) => row.number.startsWith('M')).map((row) => [row.number, Number(row.balance)])).toEqual(
    mine(book.memos, -1).map(([number, left]) => [number, left === 0 ? 0 : left]),
  );
  for (const row of [...ledger.invoices.map((each) => each.balance), ...ledger.receipts.map((each) => each.unapplied)])
    expect(Number(row)).toBeGreaterThanOrEqual(0);
  const live = ledger.applications.filter((row) => row.isLatest && !row.fromNumber.startsWith('C'));
  expect(live.length).toBe(book.uses.length);
}

describe('the ledger', () => {
  let client: Pod;
  beforeAll(async () => {
    client = new Pod(await startSandbox());
    return () => client.sandbox.close();
  });

  it('agrees with a simpler book on every history of documents, applications, refunds and reversals', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { minLength: 5, maxLength: 40 }), async (history) => {
        await client.control('POST', 'reset');
        const book = new Book();
        // Something to begin with, so that most of what follows is about it.
        const first: Operation[] = [
          { kind: 'invoice', currency: 'USD', customer: '40017', rate: null, prices: [1200, 45] },
          { kind: 'receipt', currency: 'USD', customer: '40017', rate: null, amount: 1500 },
          { kind: 'memo', currency: 'USD', customer: '40017', rate: null, amount: 700 },
        ];
        for (const [count, next] of [...first, ...history].entries()) await step(client, book, next, count);
        compare(await client.ledger(), book);
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});
