import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { answerTo, questionsOf, unitFor } from '../../../sidecar/apply/rule-answers.ts';
import { bookOf } from '../../../sidecar/derive/rules.ts';
import { minor } from '../../../sidecar/domain/money.ts';
import type { StoreOrder } from '../../../sidecar/domain/order.ts';
import { Bench } from '../support/bench.ts';
import { facts, line, order, payment, RULES, refund, rule, setup } from '../support/orders.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.close());

/** What what-if, "Not mapped" and the watch would say, in the order it is asked. */
function answers(of: StoreOrder): string[] {
  const book = bookOf({ version: bench.rulesVersion, rules: bench.rules });
  const payments = bench.store.events.payments(of);
  const unit = unitFor(of, bench.setup, book);
  const now = new Date(bench.nowMs).toISOString();
  const asked = questionsOf({ ...of, payments }, unit, now, bench.store.documents.stateOf(of.id)) ?? [];
  return asked
    .filter(({ kind }) => ['revenue', 'receipt-method', 'transaction-type', 'customer-policy'].includes(kind))
    .map((question) => `${question.kind}: ${answerTo(question, { book, general: bench.setup, unit }).result}`);
}

/** What was posted. */
function posted(...numbers: string[]) {
  return numbers.map((number) => {
    const { lines, trace, documentDate, billTo } = bench.store.documents.get(number) ?? {};
    return {
      documentDate,
      billTo: billTo?.accountNumber,
      accounts: lines?.map((each) => each.accountCombination),
      names: trace?.map(({ result }) => result),
    };
  });
}

// An order of 20 November, paid on the 22nd, refunded on the 23rd; every rule of the 22nd stands beside one of before.
const from = { effectiveFrom: '2026-11-22' };
const NEW_RULES = [
  rule('new-mugs', 'revenue', { sku: 'MUG-BLUE' }, { segments: { account: '41900' } }, from),
  rule('new-cups', 'revenue', { sku: 'CUP' }, { segments: { account: '41950' } }, from),
  rule('new-bank', 'receipt-method', { gateway: 'stripe' }, { receiptMethod: 'New bank' }, from),
  rule('new-names', 'transaction-type', { country: 'US' }, { invoiceType: 'New invoice', creditMemoType: 'New memo' }, from),
  rule('new-guests', 'customer-policy', { country: 'US' }, { customerPolicy: 'shared', accountNumber: '50001' }, from),
];
const cup = line(2, 700, 0, { facts: facts({ sku: 'CUP', categories: [] }) });
const placed = order({ paidAt: '2026-11-22T15:00:00Z', payments: [payment(10000, { paidAt: '2026-11-22T15:00:00Z' })] });

describe('the day from which a rule holds', () => {
  it('is the document’s: what-if foretells what is posted, for the sale, its receipt, its refund and a later edit', async () => {
    bench.setup = setup();
    bench.rules = [...RULES, ...NEW_RULES];
    await bench.place(placed);
    const foretold = answers(placed);
    await bench.run();
    expect(foretold).toEqual([
      'customer-policy: 40017 / 40017-1',
      'transaction-type: WEB STORE / Web Invoice / IMMEDIATE',
      'receipt-method: New bank',
      'revenue: 01-110-41100-0000-000',
    ]);
    expect(posted('WEB-1042', 'WEB-1042-P1')).toEqual([
      { documentDate: '2026-11-20', billTo: '40017', accounts: ['01-110-41100-0000-000'], names: [] },
      { documentDate: '2026-11-22', billTo: '40017', accounts: [], names: ['New bank'] },
    ]);

    // A cup is added and part of the mugs refunded, both after the rules changed.
    const edited = {
      ...placed,
      lines: [...placed.lines, cup],
      total: minor(10700),
      refunds: [refund(9, 400, { createdAt: '2026-11-23T09:00:00Z' })],
    };
    bench.orders.set(1042, edited);
    const then = answers(edited);
    expect(await bench.run()).toEqual({ state: 'posted' });
    expect(then).toEqual([
      'transaction-type: WEB STORE / New invoice / IMMEDIATE',
      'transaction-type: WEB STORE / New memo',
      'revenue: 01-000-41950-0000-000',
    ]);
    expect(posted('WEB-1042-S1', 'WEB-R9')).toEqual([
      { documentDate: '2026-11-23', billTo: '40017', accounts: ['01-000-41950-0000-000'], names: ['WEB STORE / New invoice'] },
      // The refund takes over the accounts of the lines it refunds.
      {
        documentDate: '2026-11-23',
        billTo: '40017',
        accounts: ['01-110-41100-0000-000', '01-000-41950-0000-000'],
        names: ['WEB STORE / New memo'],
      },
    ]);
  });

  it('waits, where a rule names a business unit that the set-up does not have, and says which', async () => {
    bench.rules = [...RULES, rule('eu', 'business-unit', { country: 'US' }, { businessUnit: 'EU' })];
    await bench.place(placed);
    expect(await bench.run()).toMatchObject({
      state: 'stopped',
      failure: {
        code: 'business_unit.unknown',
        message: 'The rule "eu" books order 1042 in the business unit "EU", which the set-up does not have.',
      },
    });
    expect(bench.numbers()).toEqual([]);
    bench.rules = RULES;
    expect(await bench.run()).toEqual({ state: 'posted' });
  });
});
