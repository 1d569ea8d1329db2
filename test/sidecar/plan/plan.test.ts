import { describe, expect, it } from 'vitest';
import { minor } from '../../../sidecar/domain/money.ts';
import type { StoreOrder } from '../../../sidecar/domain/order.ts';
import { heldBy } from '../../../sidecar/domain/parts.ts';
import { SETTLE_OVERPAYMENT, settleChoice } from '../../../sidecar/domain/set-aside.ts';
import { identityOf } from '../../../sidecar/plan/identity.ts';
import { Books } from '../support/books.ts';
import { facts, line, order, payment, RULES, refund, rule, setup } from '../support/orders.ts';

const paid = (over: Parameters<typeof order>[0] = {}) => {
  const bare = order(over);
  return order({ ...over, payments: over.payments ?? [payment(bare.total)], paidAt: '2026-11-20T15:01:00Z' });
};

function holds(books: Books, of: ReturnType<typeof order>) {
  const { target } = books.look(of);
  return identityOf(target, books.state, books.balances());
}

describe('plan', () => {
  it('posts a paid order as invoice, receipt and application', () => {
    const books = new Books();
    books.post(paid());
    expect(books.log).toEqual([
      'invoice WEB-1042 10000',
      'receipt WEB-1042-P1 10000',
      'apply-receipt WEB-1042-P1 WEB-1042 10000',
    ]);
    expect(books.balances()).toEqual({ invoices: 0, receipts: 0, creditMemos: 0 });
  });

  it('plans nothing when everything is posted', () => {
    const books = new Books();
    books.post(paid());
    expect(books.look(paid()).plan.steps).toEqual([]);
  });

  it('posts the invoice of an order that is paid later, and the receipt when the payment appears', () => {
    const books = new Books();
    books.post(order());
    expect(books.balances().invoices).toBe(10000);
    books.post(paid());
    expect(books.balances().invoices).toBe(0);
  });

  it('keeps an overpayment unapplied', () => {
    const books = new Books();
    books.post(paid({ payments: [payment(12000)] }));
    expect(books.open('WEB-1042-P1')).toBe(2000);
    expect(holds(books, paid({ payments: [payment(12000)] })).holds).toBe(true);
  });

  it('releases the receipt for a partial refund: unapply, apply the credit memo, apply the rest', () => {
    const books = new Books();
    books.post(paid());
    books.log = [];
    const refunded = paid({ refunds: [refund(7, 3000)] });
    books.post(refunded);
    expect(books.log).toEqual([
      'credit-memo WEB-R7 3000',
      'unapply-receipt WEB-1042-P1 WEB-1042 10000',
      'apply-credit-memo WEB-R7 WEB-1042 3000',
      'apply-receipt WEB-1042-P1 WEB-1042 7000',
    ]);
    expect(books.balances()).toEqual({ invoices: 0, receipts: 3000, creditMemos: 0 });
    expect(holds(books, refunded).holds).toBe(true);
  });

  it('releases nothing for a refund made before the payment', () => {
    const books = new Books();
    const early = order({ refunds: [refund(7, 3000, { createdAt: '2026-11-20T15:00:30Z' })] });
    books.post(early);
    expect(books.balances()).toEqual({ invoices: 7000, receipts: 0, creditMemos: 0 });
    const later = { ...early, payments: [payment(7000)] };
    books.post(later);
    expect(books.balances()).toEqual({ invoices: 0, receipts: 0, creditMemos: 0 });
    expect(holds(books, later).holds).toBe(true);
  });

  it('counts a refund of the same second as the payment as after it', () => {
    const books = new Books();
    const same = paid({ refunds: [refund(7, 3000, { createdAt: '2026-11-20T15:01:00Z' })] });
    books.post(same);
    expect(books.balances()).toEqual({ invoices: 0, receipts: 3000, creditMemos: 0 });
  });

  it('releases the refunded amount also from an order paid in part', () => {
    const books = new Books();
    const part = paid({ payments: [payment(4000)] });
    books.post(part);
    const refunded = { ...part, refunds: [refund(7, 3000)] };
    books.post(refunded);
    expect(books.balances()).toEqual({ invoices: 6000, receipts: 3000, creditMemos: 0 });
    expect(holds(books, refunded).holds).toBe(true);
  });

  it('never lets the money of a refund pay another document', () => {
    const books = new Books();
    const refunded = paid({ refunds: [refund(7, 3000)] });
    books.post(refunded);
    const edited = { ...refunded, lines: [line(1, 10000), line(2, 2500)], total: minor(12500) };
    books.post(edited);
    expect(books.open('WEB-1042-S1')).toBe(2500);
    expect(books.open('WEB-1042-P1')).toBe(3000);
    expect(holds(books, edited).holds).toBe(true);
  });

  it('takes overpayment for an edit up', () => {
    const books = new Books();
    const over = paid({ payments: [payment(12000)] });
    books.post(over);
    const edited = { ...over, lines: [line(1, 10000), line(2, 2500)], total: minor(12500) };
    books.post(edited);
    expect(books.open('WEB-1042-S1')).toBe(500);
    expect(books.open('WEB-1042-P1')).toBe(0);
  });

  it('releases the receipt for an edit down and leaves the rest as overpayment', () => {
    const books = new Books();
    const before = paid({ lines: [line(1, 10000), line(2, 2500)] });
    books.post(before);
    const edited = { ...before, lines: [line(1, 10000)], total: minor(10000) };
    books.post(edited);
    expect(books.log.slice(3)).toEqual([
      'credit-memo WEB-1042-C1 2500',
      'unapply-receipt WEB-1042-P1 WEB-1042 12500',
      'apply-credit-memo WEB-1042-C1 WEB-1042 2500',
      'apply-receipt WEB-1042-P1 WEB-1042 10000',
    ]);
    expect(books.open('WEB-1042-P1')).toBe(2500);
    expect(holds(books, edited).holds).toBe(true);
  });

  it('credits the lines that were taken out and bills those that were added, with the accounts they had', () => {
    const books = new Books();
    const before = order({ lines: [line(1, 10000, 725), line(2, 2500)] });
    books.post(before);
    const edited = { ...before, lines: [line(1, 12000, 870), line(3, 500)], total: minor(13370) };
    books.post(edited);
    const up = books.state.documents.find((document) => document.number === 'WEB-1042-S1');
    const down = books.state.documents.find((document) => document.number === 'WEB-1042-C1');
    expect(up?.lines.map((row) => [row.part, row.net, row.taxes])).toEqual([
      ['item:1', 2000, [{ rateId: 1, amount: 145 }]],
      ['item:3', 500, []],
    ]);
    expect(down?.lines.map((row) => [row.part, row.net, row.accountCombination])).toEqual([
      ['item:2', 2500, '01-110-41100-0000-000'],
    ]);
    expect(holds(books, edited).holds).toBe(true);
  });

  it('credits the unpaid part of a cancelled order and asks about the money that was kept', () => {
    const books = new Books();
    const part = paid({ payments: [payment(4000)] });
    books.post(part);
    const cancelled = { ...part, status: 'cancelled' };
    const { blocked } = books.post(cancelled);
    expect(books.log.slice(3)).toEqual(['credit-memo WEB-1042-C1 6000', 'apply-credit-memo WEB-1042-C1 WEB-1042 6000']);
    expect(blocked?.code).toBe('order.cancelled_money_kept');
    expect(holds(books, cancelled).holds).toBe(true);
  });

  it('keeps the money on account when a cancelled order is credited, and only settles a later refund', () => {
    const books = new Books(
      setup({ settlements: [{ gateway: '*', settlement: 'clearing', activity: 'Clearing', refundsItself: true }] }),
    );
    books.post(paid());
    books.decide('order-cancelled', 'credit');
    books.post(paid({ status: 'cancelled' }));
    expect(books.balances()).toEqual({ invoices: 0, receipts: 10000, creditMemos: 0 });
    const refunded = paid({ status: 'cancelled', refunds: [refund(7, 10000)] });
    books.post(refunded);
    expect(books.log.at(-1)).toBe('settle 7 WEB-1042-P1 10000');
    expect(books.balances()).toEqual({ invoices: 0, receipts: 0, creditMemos: 0 });
    expect(holds(books, refunded).holds).toBe(true);
  });

  it('takes negative lines back as well when an unpaid order is cancelled', () => {
    const books = new Books();
    const lines = [line(1, 10000, 725), line(2, -2000, 0, { kind: 'fee' })];
    books.post(order({ lines }));
    books.post(order({ lines, status: 'cancelled' }));
    const down = books.state.documents.find((document) => document.number === 'WEB-1042-C1');
    expect(down?.lines.map((row) => [row.part, row.net, row.taxes])).toEqual([
      ['item:1', 10000, [{ rateId: 1, amount: 725 }]],
      ['item:2', -2000, []],
    ]);
    expect(holds(books, order({ lines, status: 'cancelled' })).holds).toBe(true);
  });

  it('bills a cancelled order again when it comes back', () => {
    const books = new Books();
    books.post(order());
    books.post(order({ status: 'cancelled' }));
    expect(books.balances()).toEqual({ invoices: 0, receipts: 0, creditMemos: 0 });
    books.post(order());
    expect(books.log.at(-1)).toBe('invoice WEB-1042-S1 10000');
    expect(holds(books, order()).holds).toBe(true);
    books.post(order({ status: 'cancelled' }));
    expect(books.log.at(-2)).toBe('credit-memo WEB-1042-C2 10000');
    expect(holds(books, order({ status: 'cancelled' })).holds).toBe(true);
  });

  it.each([
    { currency: 'KWD', decimals: 3, shopDecimals: 2, rounding: 10, beyond: 30 },
    { currency: 'KWD', decimals: 3, shopDecimals: 3, rounding: 2, beyond: 10 },
    { currency: 'USD', decimals: 2, shopDecimals: 0, rounding: -200, beyond: -300 },
    { currency: 'USD', decimals: 2, shopDecimals: 3, rounding: 2, beyond: 3 },
    { currency: 'USD', decimals: 2, shopDecimals: 2, rounding: -2, beyond: 100 },
    { currency: 'JPY', decimals: 0, shopDecimals: 2, rounding: 2, beyond: 3 },
    // Last read by a version that did not keep the shop's decimals: the currency's are taken.
    { currency: 'KWD', decimals: 3, shopDecimals: undefined, rounding: -2, beyond: 10 },
  ])(
    'takes $rounding for rounding and refuses $beyond on two lines of $currency in a shop of $shopDecimals decimals',
    ({ rounding, beyond, shopDecimals, ...rest }) => {
      // Whole thousands: nothing in the amounts tells what the shop rounds to.
      const sale = (difference: number) =>
        order({
          ...rest,
          ...(shopDecimals !== undefined && { shopDecimals }),
          lines: [line(1, 8000, 1000), line(2, 3000)],
          total: minor(12000 + difference),
        });
      const books = new Books();
      books.post(sale(rounding));
      expect(books.state.documents[0]?.lines.at(-1)).toMatchObject({ part: 'rounding', net: rounding });
      expect(() => new Books().look(sale(beyond))).toThrow(/order.rounding_beyond_cap/);
    },
  );

  it.each([
    // Rounded at the subtotal: net and each rate's tax are rounded one by one, half a unit at most each; the total once.
    { what: 'one line of four rates', lines: [4], within: 2 },
    { what: 'one line of two rates', lines: [2], within: 1 },
    { what: 'a line of six rates beside two without tax', lines: [6, 0, 0], within: 4 },
    { what: 'lines of one rate', lines: [1, 1, 1], within: 3 },
    { what: 'four rates in a shop without decimals', lines: [4], within: 200, shopDecimals: 0 },
  ])('takes $within for rounding on $what, up and down, and refuses a unit more', ({ lines, within, shopDecimals }) => {
    const unit = shopDecimals === 0 ? 100 : 1;
    const taxesOf = (rates: number) => Array.from({ length: rates }, (_, at) => ({ rateId: at + 1, amount: minor(10 * unit) }));
    const sold = lines.map((rates, at) => line(at + 1, 1000 * unit, 0, { taxes: taxesOf(rates) }));
    const sum = sold.reduce((all, { net, taxes }) => all + net + taxes.length * 10 * unit, 0);
    const sale = (difference: number) =>
      order({ lines: sold, ...(shopDecimals === 0 && { shopDecimals }), total: minor(sum + difference) });
    for (const difference of [within, -within]) {
      const books = new Books();
      books.post(sale(difference));
      expect(books.state.documents[0]?.lines.at(-1)).toMatchObject({ part: 'rounding', net: difference });
      expect(() => new Books().look(sale(difference + Math.sign(difference) * unit))).toThrow('order.rounding_beyond_cap');
    }
  });

  it('names both sums, and how much rounding explains, where a total is further away', () => {
    const taxes = [1, 2, 3, 4].map((rateId) => ({ rateId, amount: minor(10) }));
    expect(() => new Books().look(order({ lines: [line(1, 1000, 0, { taxes })], total: minor(1043) }))).toThrow(
      'The lines of order 1042 and their taxes add up to 10.40, its total is 10.43 USD; rounding 5 amounts one by one explains at most 0.02.',
    );
  });

  it('bills a line that was added to a cancelled order by its own rule, once it is paid', () => {
    const books = new Books();
    books.post(order());
    books.post(order({ status: 'cancelled' }));
    const lines = [line(1, 10000), line(2, 2000)];
    books.post(order({ lines, status: 'cancelled', payments: [payment(12000)] }));
    expect(books.state.documents.find((document) => document.number === 'WEB-1042-S1')?.lines).toMatchObject([
      { part: 'item:1', net: 10000 },
      { part: 'item:2', net: 2000, description: 'Product 2', accountCombination: '01-110-41100-0000-000' },
    ]);
  });

  describe('an order that was cancelled with its money, before anything was posted', () => {
    const cancelled = paid({ status: 'cancelled' });
    const refunded = paid({ status: 'cancelled', refunds: [refund(7, 3000)] });
    const decide = (choice: string) => {
      const books = new Books(
        setup({ settlements: [{ gateway: '*', settlement: 'clearing', activity: 'Clearing', refundsItself: true }] }),
      );
      books.decide('money-no-sale', choice);
      return books;
    };

    it('is posted and credited at once, where a person says so', () => {
      const books = decide('post-and-credit');
      books.post(cancelled);
      expect(books.log.filter((step) => /^(invoice|credit-memo|receipt)/.test(step))).toEqual([
        'invoice WEB-1042 10000',
        'credit-memo WEB-1042-C1 10000',
        'receipt WEB-1042-P1 10000',
      ]);
      expect(books.balances()).toEqual({ invoices: 0, receipts: 10000, creditMemos: 0 });
      expect(holds(books, cancelled).holds).toBe(true);
      const { plan } = books.look(cancelled);
      expect([plan.steps, plan.blocked]).toEqual([[], null]);
    });

    it('stays a receipt without a sale, also when it is looked at again and refunded', () => {
      const books = decide('keep-as-receipt');
      books.post(cancelled);
      books.post(refunded);
      expect(books.log).toEqual(['receipt WEB-1042-P1 10000', 'settle 7 WEB-1042-P1 3000']);
      expect(books.look(refunded).plan.blocked).toBeNull();
      expect(holds(books, refunded).holds).toBe(true);
    });
  });

  it('takes a deleted refund back before it credits a new one over the same money', () => {
    const books = new Books();
    books.post(paid({ refunds: [refund(7, 10000)] }));
    books.log = [];
    const again = paid({ refunds: [refund(8, 4000)] });
    books.post(again);
    expect(books.log.filter((step) => /^(invoice|credit-memo)/.test(step))).toEqual([
      'invoice WEB-V7 10000',
      'credit-memo WEB-R8 4000',
    ]);
    expect(books.balances()).toEqual({ invoices: 0, receipts: 4000, creditMemos: 0 });
    expect(holds(books, again).holds).toBe(true);
  });

  it('asks before a trashed order is credited', () => {
    const books = new Books();
    books.post(paid());
    const trashed = paid({ presence: 'trashed', status: 'trash' });
    const { blocked, done } = books.post(trashed);
    expect([blocked?.code, done]).toEqual(['order.deleted_after_posting', 0]);
  });

  it('settles the money of a refund to the clearing activity, once', () => {
    const books = new Books(
      setup({
        settlements: [{ gateway: 'stripe', settlement: 'clearing', activity: 'Web Gateway Clearing', refundsItself: true }],
      }),
    );
    const refunded = paid({ refunds: [refund(7, 3000)] });
    books.post(refunded);
    expect(books.log.at(-1)).toBe('settle 7 WEB-1042-P1 3000');
    expect(books.balances()).toEqual({ invoices: 0, receipts: 0, creditMemos: 0 });
    expect(holds(books, refunded).holds).toBe(true);
    expect(books.look(refunded).plan.steps).toEqual([]);
  });

  it('takes a deleted refund back with a further invoice that its released money pays', () => {
    const books = new Books();
    books.post(paid({ refunds: [refund(7, 3000)] }));
    books.log = [];
    books.post(paid());
    expect(books.log).toEqual(['invoice WEB-V7 3000', 'apply-receipt WEB-1042-P1 WEB-V7 3000']);
    expect(books.balances()).toEqual({ invoices: 0, receipts: 0, creditMemos: 0 });
    expect(holds(books, paid()).holds).toBe(true);
  });

  it('undoes the clearing of a deleted refund first', () => {
    const books = new Books(
      setup({ settlements: [{ gateway: '*', settlement: 'clearing', activity: 'Clearing', refundsItself: true }] }),
    );
    books.post(paid({ refunds: [refund(7, 3000)] }));
    books.log = [];
    books.post(paid());
    expect(books.log).toEqual(['unsettle 7 WEB-1042-P1 3000', 'invoice WEB-V7 3000', 'apply-receipt WEB-1042-P1 WEB-V7 3000']);
  });

  it('asks when the money of a deleted refund has left through the gateway', () => {
    const books = new Books(
      setup({ settlements: [{ gateway: '*', settlement: 'clearing', activity: 'Clearing', refundsItself: true }] }),
    );
    books.post(paid({ refunds: [refund(7, 3000, { refundedPayment: true })] }));
    expect(books.post(paid()).blocked?.code).toBe('refund.undone_but_money_left');
  });

  it('bills a deleted refund again by a person’s choice: the money that has left stays settled, and the invoice is open', () => {
    const books = new Books(
      setup({ settlements: [{ gateway: '*', settlement: 'clearing', activity: 'Clearing', refundsItself: true }] }),
    );
    books.post(paid({ refunds: [refund(7, 3000, { refundedPayment: true })] }));
    books.decide('refund-undone-7', 're-bill');
    books.log = [];
    books.post(paid());
    expect(books.log).toEqual(['invoice WEB-V7 3000']);
    expect(books.balances()).toEqual({ invoices: 3000, receipts: 0, creditMemos: 0 });
    expect(holds(books, paid()).holds).toBe(true);
    expect(books.look(paid()).plan.steps).toEqual([]);
  });

  it('bills again, part by part, what a cancellation had credited', () => {
    const books = new Books();
    const lines = [line(1, 6000), line(2, 4000, 290)];
    books.post(paid({ lines, payments: [payment(5000)], refunds: [refund(7, 2000, {})] }));
    books.post(paid({ lines, payments: [payment(5000)], status: 'cancelled', refunds: [refund(7, 2000, {})] }));
    const down = books.state.documents.at(-1);
    expect(down?.number).toBe('WEB-1042-C1');
    books.post(
      paid({ lines, payments: [payment(5000), payment(5290, { id: '2' })], status: 'cancelled', refunds: [refund(7, 2000, {})] }),
    );
    const up = books.state.documents.find((document) => document.number === 'WEB-1042-S1');
    expect(up?.lines.map(({ part, net, taxes }) => ({ part, net, taxes }))).toEqual(
      down?.lines.map(({ part, net, taxes }) => ({ part, net, taxes })),
    );
  });

  it('asks how a refund is meant while there is overpayment', () => {
    const over = paid({ payments: [payment(12000)] });
    const refunded = { ...over, refunds: [refund(7, 2000)] };
    const asked = new Books();
    asked.post(over);
    expect(asked.post(refunded).blocked?.code).toBe('refund.while_overpaid');

    asked.decide('refund-7', 'returns-overpayment');
    asked.post(refunded);
    expect(asked.state.documents.map((document) => document.number)).toEqual(['WEB-1042', 'WEB-1042-P1']);

    const credits = new Books();
    credits.post(over);
    credits.decide('refund-7', 'credits-sale');
    credits.post(refunded);
    expect(credits.state.documents.at(-1)?.number).toBe('WEB-R7');
    expect(credits.balances().receipts).toBe(4000);
  });

  it('never pays an edit up with overpayment that a refund returned, settled or left on account', () => {
    for (const settlement of ['unapplied', 'clearing'] as const) {
      const books = new Books(setup({ settlements: [{ gateway: '*', settlement, activity: 'X', refundsItself: true }] }));
      books.post(paid());
      const payments = [payment(10000)];
      const down = paid({ payments, lines: [line(1, 7000)], total: minor(7000) });
      books.post(down);
      books.decide('refund-7', 'returns-overpayment');
      const refunds = [refund(7, 3000)];
      books.post({ ...down, refunds });
      const up = paid({ payments, lines: [line(1, 7000), line(2, 2000)], total: minor(9000), refunds });
      books.post(up);
      const { target } = books.look(up);
      expect(books.balances()).toEqual({ invoices: 2000, receipts: settlement === 'unapplied' ? 3000 : 0, creditMemos: 0 });
      expect(identityOf(target, books.state, books.balances(), new Set([7])).holds).toBe(true);
    }
  });

  it('refuses a refund above what the invoices hold, with both sums', () => {
    const books = new Books();
    const { blocked } = books.post(paid({ refunds: [refund(7, 10001)] }));
    expect(blocked).toMatchObject({ kind: 'rejected', code: 'refund.above_invoices' });
    expect(blocked?.message).toContain('100.01');
    expect(blocked?.message).toContain('100.00');
  });

  it('spreads a refund without lines over what is left, by remaining gross', () => {
    const books = new Books();
    const of = paid({ lines: [line(1, 10000, 725), line(2, 5000)], refunds: [refund(7, 1000)] });
    books.post(of);
    const memo = books.state.documents.find((document) => document.number === 'WEB-R7');
    expect(memo?.lines.map((row) => [row.part, row.net, row.taxes])).toEqual([
      ['item:1', 636, [{ rateId: 1, amount: 46 }]],
      ['item:2', 318, []],
    ]);
    expect(memo?.refund?.allocated).toHaveLength(2);
  });

  it('scales lines down that are worth more than the refund', () => {
    const books = new Books();
    const lines = [{ itemId: 1, name: 'x', quantity: 1, net: minor(5000), taxes: [] }];
    books.post(paid({ refunds: [refund(7, 3000, { lines })] }));
    expect(books.state.documents.at(-1)?.lines.map((row) => row.net)).toEqual([3000]);
  });

  it('ignores a refund over 0.00', () => {
    const books = new Books();
    const zero = paid({ refunds: [refund(7, 0)] });
    books.post(zero);
    expect(books.state.documents).toHaveLength(2);
    expect(holds(books, zero).holds).toBe(true);
  });

  it('posts two refunds of one second each on its own', () => {
    const books = new Books();
    const two = paid({ refunds: [refund(8, 2000), refund(7, 1000)] });
    books.post(two);
    expect(books.state.documents.map((document) => document.number)).toEqual(['WEB-1042', 'WEB-1042-P1', 'WEB-R7', 'WEB-R8']);
    expect(books.balances()).toEqual({ invoices: 0, receipts: 3000, creditMemos: 0 });
  });

  it('puts the receipt back as a whole when Oracle refuses to apply the credit memo', async () => {
    const { plan } = await import('../../../sidecar/plan/plan.ts');
    const books = new Books();
    const refunded = paid({ refunds: [refund(7, 3000)] });
    books.post(refunded, 5); // invoice, receipt, application, credit memo, unapply
    const { target } = books.look(refunded);
    const again = plan(target, books.state, books.setup, { hold: new Set(['WEB-R7']) });
    expect(again.ok && again.value.steps).toMatchObject([
      { type: 'apply-receipt', receipt: 'WEB-1042-P1', invoice: 'WEB-1042', amount: 10000 },
    ]);
  });

  it('refuses an order whose currency changed after posting', () => {
    const books = new Books();
    books.post(order());
    expect(() => books.look(order({ currency: 'EUR' }))).toThrow('order.currency_changed');
  });

  it('posts nothing more for an order that is read with other decimals than it was posted with', () => {
    const books = new Books();
    books.post(paid({ currency: 'HUF', decimals: 0, lines: [line(1, 1235)], payments: [payment(1235)] }));
    const again = paid({ currency: 'HUF', decimals: 2, lines: [line(1, 123450)], payments: [payment(123450)] });
    expect(() => books.look(again)).toThrow(
      'order.decimals_changed: Order 1042 was posted in HUF with 0 decimals and is now read with 2',
    );
  });

  it('moves the tax of each rate to a line of its own in tax mode "account"', () => {
    const books = new Books(setup({ taxMode: 'account' }));
    const of = paid({ lines: [line(1, 10000, 725)], refunds: [refund(7, 1000)] });
    books.post(of);
    expect(books.state.documents[0]?.lines.map((row) => [row.part, row.net, row.taxes])).toEqual([
      ['item:1', 10000, []],
      ['tax:1', 725, []],
    ]);
    expect(holds(books, of).holds).toBe(true);
  });

  it('reverses the receipt of a payment that the store took back, once a person says so', () => {
    const books = new Books();
    books.post(paid());
    const takenBack = paid({ status: 'pending', payments: [payment(10000, { takenBackAt: '2026-11-22T09:00:00Z' })] });
    expect(books.post(takenBack).blocked?.code).toBe('order.payment_taken_back');
    expect(books.balances().invoices).toBe(0);
    books.decide('payment-taken-back-1', 'reverse');
    books.post(takenBack);
    expect(books.log.at(-1)).toBe('reverse-receipt WEB-1042-P1 10000');
    expect(books.balances()).toEqual({ invoices: 10000, receipts: 0, creditMemos: 0 });
    expect(holds(books, takenBack).holds).toBe(true);

    const again = paid({ payments: [...takenBack.payments, payment(10000, { id: '2', paidAt: '2026-11-23T09:00:00Z' })] });
    books.post(again);
    expect(books.log.slice(-2)).toEqual(['receipt WEB-1042-P2 10000', 'apply-receipt WEB-1042-P2 WEB-1042 10000']);
    expect(holds(books, again).holds).toBe(true);
  });

  it('leaves what was settled out of another receipt when one is reversed: the rest pays, and the settled money stays open', () => {
    const books = new Books(
      setup({ settlements: [{ gateway: '*', settlement: 'clearing', activity: 'X', refundsItself: true }] }),
    );
    books.post(paid());
    const twice = [
      payment(10000, { takenBackAt: '2026-11-22T09:00:00Z' }),
      payment(6000, { id: '2' }),
      payment(4000, { id: '3' }),
    ];
    books.post(paid({ payments: twice }));
    const refunded = paid({ payments: twice, refunds: [refund(7, 500)] });
    books.decide('refund-7', 'returns-overpayment');
    books.post(refunded);
    expect(books.log.at(-1)).toBe('settle 7 WEB-1042-P3 500');
    books.decide('payment-taken-back-1', 'reverse');
    books.post(refunded);
    expect(books.log.slice(-3)).toEqual([
      'reverse-receipt WEB-1042-P1 10000',
      'apply-receipt WEB-1042-P2 WEB-1042 6000',
      'apply-receipt WEB-1042-P3 WEB-1042 3500',
    ]);
    expect(books.balances()).toEqual({ invoices: 500, receipts: 0, creditMemos: 0 });
    const { target, plan: again } = books.look(refunded);
    expect(identityOf(target, books.state, books.balances(), new Set([7])).holds).toBe(true);
    expect(again.steps).toEqual([]);
  });

  it('keeps a refund settled out of the receipt it left when an earlier receipt is reversed', () => {
    const books = new Books(
      setup({ settlements: [{ gateway: '*', settlement: 'clearing', activity: 'X', refundsItself: true }] }),
    );
    const parts = [payment(4000), payment(6000, { id: '2' })];
    const refunded = paid({ payments: parts, refunds: [refund(7, 500)] });
    books.post(refunded);
    expect(books.log.at(-1)).toBe('settle 7 WEB-1042-P2 500');
    books.decide('payment-taken-back-1', 'reverse');
    const takenBack = {
      ...refunded,
      payments: [payment(4000, { takenBackAt: '2026-11-22T09:00:00Z' }), payment(6000, { id: '2' })],
    };
    books.post(takenBack);
    expect(books.log.at(-1)).toBe('reverse-receipt WEB-1042-P1 4000');
    expect(books.balances()).toEqual({ invoices: 4000, receipts: 0, creditMemos: 0 });
    expect(holds(books, takenBack).holds).toBe(true);
  });

  it('leaves the receipt of a payment that was taken back when a person says so', () => {
    const books = new Books();
    books.post(paid());
    books.decide('payment-taken-back-1', 'leave');
    const takenBack = paid({ payments: [payment(10000, { takenBackAt: '2026-11-22T09:00:00Z' })] });
    expect(books.post(takenBack)).toMatchObject({ blocked: null, done: 0 });
    expect(holds(books, takenBack).holds).toBe(true);
  });

  it('posts nothing for a refund that the gateway has not carried out', () => {
    const books = new Books();
    const pending = paid({ refunds: [refund(7, 3000, { pending: true })] });
    expect(books.post(pending).blocked?.code).toBe('refund.pending_at_gateway');
    expect(books.state.documents).toHaveLength(2);
    books.post(paid({ refunds: [refund(7, 3000)] }));
    expect(books.state.documents).toHaveLength(3);
  });

  const payables = setup({
    settlements: [{ gateway: '*', settlement: 'payables', paymentMethod: 'CHECK', refundsItself: false }],
  });

  it('has Payables pay a refund out of the receipt on 26D', () => {
    const books = new Books(payables);
    const refunded = paid({ refunds: [refund(7, 3000)] });
    books.post(refunded);
    expect(books.log.at(-1)).toBe('settle 7 WEB-1042-P1 3000');
    expect(holds(books, refunded).holds).toBe(true);
  });

  it('has Payables pay a refund out of the credit memo on 25D, the receipt stays applied', () => {
    const books = new Books(payables);
    books.release = '25D';
    const refunded = paid({ refunds: [refund(7, 3000)] });
    books.post(refunded);
    expect(books.log.slice(3)).toEqual(['credit-memo WEB-R7 3000', 'settle 7 WEB-R7 3000']);
    expect(books.balances()).toEqual({ invoices: 0, receipts: 0, creditMemos: 0 });
    expect(holds(books, refunded).holds).toBe(true);
    expect(books.look(refunded).plan.steps).toEqual([]);
  });

  it('pays out of the credit memo only what was paid, and applies the rest', () => {
    const books = new Books(payables);
    books.release = '25D';
    const refunded = paid({ payments: [payment(2000)], refunds: [refund(7, 3000)] });
    books.post(refunded);
    expect(books.log.slice(3)).toEqual([
      'credit-memo WEB-R7 3000',
      'apply-credit-memo WEB-R7 WEB-1042 1000',
      'settle 7 WEB-R7 2000',
    ]);
    expect(holds(books, refunded).holds).toBe(true);
  });

  it('stops when a refund was deleted whose money Payables is to pay', () => {
    const books = new Books(payables);
    books.post(paid({ refunds: [refund(7, 3000)] }));
    expect(books.post(paid()).blocked?.code).toBe('refund.undone_but_paying');
    books.state.settlements = [];
    books.post(paid());
    expect(books.log.slice(-2)).toEqual(['invoice WEB-V7 3000', 'apply-receipt WEB-1042-P1 WEB-V7 3000']);
    expect(holds(books, paid()).holds).toBe(true);
  });

  it('settles overpayment by a person’s choice, once, and no more than there is', () => {
    const books = new Books();
    const over = paid({ payments: [payment(12000)] });
    books.post(over);
    books.decide(SETTLE_OVERPAYMENT, settleChoice(minor(1500), 'Small Balance Write-off'));
    books.post(over);
    expect(books.log.at(-1)).toBe('settle -1 WEB-1042-P1 1500');
    expect(books.open('WEB-1042-P1')).toBe(500);
    expect(books.look(over).plan.steps).toEqual([]);
    books.decide(SETTLE_OVERPAYMENT, settleChoice(minor(9900), 'Small Balance Write-off'));
    books.post(over);
    expect(books.log.at(-1)).toBe('settle -2 WEB-1042-P1 500');
    expect(holds(books, over).holds).toBe(true);
  });

  it('lets a refund of more than the overpayment credit the sale only', () => {
    const books = new Books();
    const over = paid({ payments: [payment(12000)] });
    books.post(over);
    const refunded = { ...over, refunds: [refund(7, 2001)] };
    const asked = books.post(refunded).blocked;
    expect(asked).toMatchObject({ question: { choices: [{ id: 'credits-sale' }] } });
    books.decide('refund-7', 'credits-sale');
    books.post(refunded);
    expect(books.state.documents.at(-1)).toMatchObject({ number: 'WEB-R7', amount: 2001 });
    expect(holds(books, refunded).holds).toBe(true);
  });

  it('settles overpayment that lies on two receipts out of both', () => {
    const books = new Books();
    const over = paid({ payments: [payment(11000), payment(1500, { id: '2', paidAt: '2026-11-20T16:00:00Z' })] });
    books.post(over);
    books.decide('settle-overpayment', '2500|Small Balance Write-off');
    books.post(over);
    expect(books.log.filter((step) => step.startsWith('settle'))).toEqual([
      'settle -1 WEB-1042-P1 1000',
      'settle -1 WEB-1042-P2 1500',
    ]);
    expect([books.open('WEB-1042-P1'), books.open('WEB-1042-P2')]).toEqual([0, 0]);
    expect(books.look(over).plan.steps).toEqual([]);
    expect(holds(books, over).holds).toBe(true);
  });

  describe('lines of every kind', () => {
    /** What a first invoice says: part, amount, account. */
    const billed = (of: ReturnType<typeof order>, books = new Books()) => {
      books.post(of);
      expect(holds(books, of).holds).toBe(true);
      return books.state.documents[0]?.lines.map((row) => [row.part, row.net, row.accountCombination?.split('-')[2]]);
    };
    const fee = (itemId: number, net: number, name: string, tax = 0) =>
      line(itemId, net, tax, { kind: 'fee', name, facts: facts({ sku: null, productType: null, categories: [] }) });
    const shipping = (itemId: number, net: number, method: string, tax = 0) =>
      line(itemId, net, tax, { kind: 'shipping', facts: facts({ sku: null, categories: [], shippingMethod: method }) });

    it('a tip goes to its own account by its name, whatever its percentage and case; other fees do not', () => {
      const tips = rule('tips', 'fee', { feeName: 'Tip*' }, { segments: { account: '21900' } });
      const of = paid({ lines: [line(1, 8000), fee(2, 1200, 'Tip (15%)'), fee(3, 500, 'TIP'), fee(4, 250, 'Gift wrap')] });
      expect(billed(of, new Books(setup(), [...RULES, tips]))?.slice(1)).toEqual([
        ['item:2', 1200, '21900'],
        ['item:3', 500, '21900'],
        ['item:4', 250, '43000'],
      ]);
    });

    it('a wallet’s payment as a negative fee lowers the invoice on its liability account, and comes back with a full refund', () => {
      const wallet = rule('wallet', 'fee', { feeName: 'Via wallet' }, { segments: { account: '21600' } });
      const books = new Books(setup(), [...RULES, wallet]);
      const of = paid({ lines: [line(1, 8000, 580), fee(2, -3000, 'Via wallet'), fee(3, 500, 'Handling', 36)] });
      expect(billed(of, books)).toEqual([
        ['item:1', 8000, '41100'],
        ['item:2', -3000, '21600'],
        ['item:3', 500, '43000'],
      ]);
      const back = { ...of, refunds: [refund(7, 6116)] };
      books.post(back);
      expect(books.state.documents.at(-1)?.lines.map((row) => [row.part, row.net])).toEqual([
        ['item:1', 8000],
        ['item:2', -3000],
        ['item:3', 500],
      ]);
      expect(holds(books, back).holds).toBe(true);
    });

    it('several shipping lines keep their methods’ accounts; one for nothing is no line', () => {
      const pickup = rule('pickup', 'shipping', { shippingMethod: 'local_pickup' }, { segments: { account: '42100' } });
      const lines = [
        line(1, 8000),
        shipping(2, 700, 'flat_rate', 51),
        shipping(3, 150, 'local_pickup'),
        shipping(4, 0, 'free_shipping'),
      ];
      expect(billed(paid({ lines }), new Books(setup(), [...RULES, pickup]))?.slice(1)).toEqual([
        ['item:2', 700, '42000'],
        ['item:3', 150, '42100'],
      ]);
    });

    it('bundle children at zero stand on the invoice and take no share of a refund', () => {
      const books = new Books();
      const of = paid({ lines: [line(1, 9000), line(2, 0, 0, { quantity: 3 }), line(3, 0)] });
      expect(billed(of, books)).toEqual([
        ['item:1', 9000, '41100'],
        ['item:2', 0, '41100'],
        ['item:3', 0, '41100'],
      ]);
      const back = { ...of, refunds: [refund(7, 3000)] };
      books.post(back);
      expect(books.state.documents.at(-1)?.lines.map((row) => [row.part, row.net])).toEqual([['item:1', 3000]]);
      expect(holds(books, back).holds).toBe(true);
    });

    it.each([
      [
        'a percentage of one line',
        [line(1, 9000, 653, { subtotal: minor(10000) }), line(2, 5000)],
        { 'item:1': 9000, 'item:2': 5000 },
      ],
      [
        'a fixed amount over the cart',
        [line(1, 9333, 0, { subtotal: minor(10000) }), line(2, 4667, 0, { subtotal: minor(5000) })],
        { 'item:1': 9333, 'item:2': 4667 },
      ],
      ['all of it', [line(1, 0, 0, { subtotal: minor(10000) }), line(2, 5000)], { 'item:1': 0, 'item:2': 5000 }],
    ])('a coupon over %s leaves each line the same, inside or beside it', (_what, lines, worth) => {
      const discount = rule('discount', 'discount', {}, { segments: { account: '45000' } });
      const of = paid({ lines });
      const perItem = (rows: ReturnType<typeof billed> = []) => {
        const sums: Record<string, number> = {};
        for (const [part, net] of rows) {
          const item = String(part).replace('discount:', 'item:');
          sums[item] = (sums[item] ?? 0) + Number(net);
        }
        return sums;
      };
      expect(perItem(billed(of))).toEqual(worth);
      const own = billed(of, new Books(setup({ discounts: 'own-line' }), [...RULES, discount]));
      expect(perItem(own)).toEqual(worth);
      const shown = lines.filter((each) => each.net !== each.subtotal);
      expect(own?.filter(([, , account]) => account === '45000')).toEqual(
        shown.map((each) => [`discount:${each.itemId}`, each.net - each.subtotal, '45000']),
      );
    });
  });

  describe('coupons as lines of their own', () => {
    const own = setup({ discounts: 'own-line' });
    const rules = [...RULES, rule('discount', 'discount', {}, { segments: { account: '45000' } })];
    const discounted = (over: Parameters<typeof order>[0] = {}) =>
      paid({ lines: [line(1, 9000, 653, { subtotal: minor(10000) }), line(2, 5000)], ...over });

    it('bill the line in full and the discount beside it', () => {
      const books = new Books(own, rules);
      books.post(discounted());
      expect(books.state.documents[0]?.lines.map((row) => [row.part, row.net, row.accountCombination])).toEqual([
        ['item:1', 10000, '01-110-41100-0000-000'],
        ['discount:1', -1000, '01-000-45000-0000-000'],
        ['item:2', 5000, '01-110-41100-0000-000'],
      ]);
    });

    it('are taken back with the share of a refund', () => {
      const books = new Books(own, rules);
      const half = { itemId: 1, name: 'x', quantity: 1, net: minor(4500), taxes: [{ rateId: 1, amount: minor(326) }] };
      const refunded = discounted({ refunds: [refund(7, 4826, { lines: [half] })] });
      books.post(refunded);
      expect(books.state.documents.at(-1)?.lines.map((row) => [row.part, row.net])).toEqual([
        ['item:1', 5000],
        ['discount:1', -500],
      ]);
      expect(holds(books, refunded).holds).toBe(true);
    });
  });

  describe('gift cards', () => {
    const cards = setup({ tenders: [{ name: 'Gift card', metaKey: '_gift_cards', path: '*.amount' }] });
    const rules = [...RULES, rule('tender', 'tender', {}, { segments: { account: '21500' } })];
    const meta = [
      {
        key: '_gift_cards',
        value: [
          { code: 'A', amount: '20.00' },
          { code: 'B', amount: 5 },
        ],
      },
    ];

    it('that lowered the total stand on their liability account', () => {
      const books = new Books(cards, rules);
      const of = paid({ total: minor(7500), meta, payments: [payment(7500)] });
      books.post(of);
      expect(books.state.documents[0]?.lines.map((row) => [row.part, row.net, row.accountCombination])).toEqual([
        ['item:1', 10000, '01-110-41100-0000-000'],
        ['tender:Gift card', -2500, '01-000-21500-0000-000'],
      ]);
      expect(holds(books, of).holds).toBe(true);
    });

    it('go to the account that a rule names for them', () => {
      const named = rule('named', 'tender', { feeName: 'Gift card' }, { segments: { account: '21600' } });
      const books = new Books(cards, [...rules, named]);
      books.post(paid({ total: minor(7500), meta, payments: [payment(7500)] }));
      expect(books.state.documents[0]?.lines.at(-1)?.accountCombination).toBe('01-000-21600-0000-000');
    });

    it('are given back with a refund of all that is left, so that no account keeps a part of the sale', () => {
      const books = new Books(cards, rules);
      books.post(paid({ total: minor(7500), meta, payments: [payment(7500)], refunds: [refund(7, 7500)] }));
      const memo = books.state.documents.find((document) => document.number === 'WEB-R7');
      expect(memo?.lines.map((row) => [row.part, row.net])).toEqual([
        ['item:1', 10000],
        ['tender:Gift card', -2500],
      ]);
    });

    it('that did not lower the total get no line', () => {
      const books = new Books(cards, rules);
      books.post(paid({ meta }));
      expect(books.state.documents[0]?.lines).toHaveLength(1);
    });

    // As WooCommerce Gift Cards 2.3 (`gift_card`) and PW Gift Cards (`pw_gift_card`) keep them, told by our plugin.
    describe('kept as order items', () => {
      const tenders = [
        { name: 'Gift card', itemType: 'gift_card', metaKey: 'amount' },
        { name: 'PW card', itemType: 'pw_gift_card', metaKey: 'amount' },
      ];
      const card = (itemId: number, type: string, value: string) => ({ itemId, type, amounts: [{ key: 'amount', value }] });
      const bought = (over: Parameters<typeof order>[0] = {}) =>
        paid({
          lines: [line(1, 6000), line(2, 4000, 725)],
          total: minor(8225),
          otherItems: [card(8, 'gift_card', '20'), card(9, 'pw_gift_card', '5.00'), card(10, 'loyalty', '3.00')],
          ...over,
        });
      const of = () => new Books(setup({ tenders }), rules);

      it('stand on their liability account, each under its name', () => {
        const books = of();
        books.post(bought());
        expect(books.state.documents[0]?.lines.slice(2).map((row) => [row.part, row.net, row.accountCombination])).toEqual([
          ['tender:Gift card', -2000, '01-000-21500-0000-000'],
          ['tender:PW card', -500, '01-000-21500-0000-000'],
        ]);
        expect(holds(books, bought()).holds).toBe(true);
      });

      it.each([
        [
          'money of a line below what the buyer paid',
          refund(7, 3000, { lines: [{ itemId: 1, name: '', quantity: 1, net: minor(3000), taxes: [] }] }),
        ],
        // WooCommerce Gift Cards writes a refund onto the card as one over 0.00 that names lines; the total stays lowered.
        [
          'onto the card',
          refund(7, 0, { ontoCard: true, lines: [{ itemId: 1, name: '', quantity: 1, net: minor(2000), taxes: [] }] }),
        ],
        [
          'of lines worth more than was paid in money',
          refund(7, 8225, {
            lines: [
              { itemId: 1, name: '', quantity: 1, net: minor(6000), taxes: [] },
              { itemId: 2, name: '', quantity: 1, net: minor(4000), taxes: [{ rateId: 1, amount: minor(725) }] },
            ],
          }),
        ],
      ])('keep the identity through a refund %s', (_of, back) => {
        const books = of();
        books.post(bought());
        const refunded = bought({ refunds: [back] });
        books.post(refunded);
        expect(holds(books, refunded).holds).toBe(true);
        const all = bought({ refunds: [back, ...(back.amount < 8225 ? [refund(8, 8225 - back.amount)] : [])] });
        books.post(all);
        expect(holds(books, all).holds).toBe(true);
        const memos = books.state.documents.filter((document) => document.kind === 'credit-memo').flatMap((memo) => memo.lines);
        const given = (part: string) => memos.filter((row) => row.part === part).reduce((sum, row) => sum + row.net, 0);
        // With all the money the whole sale is gone, the cards' part of it too.
        expect([given('item:1'), given('item:2'), given('tender:Gift card'), given('tender:PW card')]).toEqual([
          6000, 4000, -2000, -500,
        ]);
      });

      describe('with nothing but the card to give back to', () => {
        const whole = (over: Parameters<typeof order>[0] = {}) =>
          bought({ total: minor(0), otherItems: [card(8, 'gift_card', '107.25')], payments: [], paidAt: null, ...over });
        const onto = (id: number, itemId: number, net: number, tax = 0) =>
          refund(id, 0, {
            ontoCard: true,
            lines: [{ itemId, name: '', quantity: 1, net: minor(net), taxes: tax ? [{ rateId: 1, amount: minor(tax) }] : [] }],
          });
        /** The last document by part, and what is left of the sale on each account. */
        const last = (books: Books) => books.state.documents.at(-1)?.lines.map((row) => [row.part, row.net]);
        const left = (books: Books) => heldBy(books.state.documents).parts();

        it('a line given back onto the card shrinks the sale and owes the card again', () => {
          const books = of();
          const back = whole({ refunds: [onto(7, 2, 1000, 181)] });
          books.post(back);
          expect(books.log).toEqual(['invoice WEB-1042 0', 'credit-memo WEB-R7 0']);
          expect(last(books)).toEqual([
            ['item:2', 1000],
            ['tender:Gift card', -1181],
          ]);
          expect(holds(books, back).holds).toBe(true);
          expect(books.look(back).plan.steps).toEqual([]);
        });

        it('takes no more than the cards paid, and nothing where no card did', () => {
          const books = of();
          const back = bought({ refunds: [onto(7, 1, 6000)] }); // 25.00 of it were paid by card
          books.post(back);
          expect(last(books)).toEqual([
            ['item:1', 2500],
            ['tender:Gift card', -2000],
            ['tender:PW card', -500],
          ]);
          expect(holds(books, back).holds).toBe(true);
          const none = new Books();
          none.post(paid({ refunds: [onto(7, 1, 6000)] }));
          expect(none.state.documents.map(({ kind }) => kind)).toEqual(['invoice', 'receipt']);
        });

        it('a refund onto the card that is deleted is billed again', () => {
          const books = of();
          books.post(whole({ refunds: [onto(7, 1, 6000)] }));
          books.post(whole());
          expect(last(books)).toEqual([
            ['item:1', 6000],
            ['tender:Gift card', -6000],
          ]);
          expect(left(books)).toMatchObject([{ net: 6000 }, { net: 4000 }, { net: -10725 }]);
          expect(holds(books, whole()).holds).toBe(true);
        });

        it.each(['cancelled', 'refunded', 'failed'])('an order that is %s leaves nothing on any account', (status) => {
          const books = of();
          books.post(whole());
          const gone = whole({ status });
          books.post(gone);
          expect(books.log).toEqual(['invoice WEB-1042 0', 'credit-memo WEB-1042-C1 0']);
          expect(left(books)).toEqual([]);
          expect(holds(books, gone).holds).toBe(true);
          expect(books.look(gone).plan.steps).toEqual([]);
          const revived = whole();
          books.post(revived);
          expect(left(books)).toMatchObject([{ net: 6000 }, { net: 4000 }, { net: -10725 }]);
          expect(books.balances()).toEqual({ invoices: 0, receipts: 0, creditMemos: 0 });
          expect(holds(books, revived).holds).toBe(true);
        });

        it('one given back before it was read posts nothing', () => {
          expect(of().look(whole({ status: 'refunded' })).plan.steps).toEqual([]);
        });
      });

      it('of one name are one line, wherever they are kept', () => {
        const both = [tenders[0], { name: 'Gift card', metaKey: '_old_card' }].filter((tender) => tender !== undefined);
        const books = new Books(setup({ tenders: both }), rules);
        const mixed = bought({
          total: minor(8225),
          otherItems: [card(8, 'gift_card', '20')],
          meta: [{ key: '_old_card', value: '5.00' }],
        });
        books.post(mixed);
        expect(books.state.documents[0]?.lines.slice(2).map((row) => [row.part, row.net])).toEqual([['tender:Gift card', -2500]]);
      });

      it('may pay a whole order', () => {
        const whole = bought({ total: minor(0), otherItems: [card(8, 'gift_card', '107.25')], payments: [], paidAt: null });
        const books = of();
        books.post(whole);
        expect(books.log).toEqual(['invoice WEB-1042 0']);
        expect(holds(books, whole).holds).toBe(true);
      });

      it('above the lines of an order that was edited down are named, with both amounts', () => {
        const down = bought({ total: minor(0), lines: [line(1, 1500)], payments: [], paidAt: null });
        expect(() => of().look(down)).toThrow(
          /order.tender_above_lines.*15\.00 USD.*Gift card and PW card paid 25\.00 USD.*Give the difference back/,
        );
      });

      it('that nobody tells of are named as what is missing', () => {
        const { otherItems: _untold, ...untold } = bought();
        expect(() => of().look(untold)).toThrow(
          /order.items_unknown.*107\.25.*82\.25 USD.*Gift card or PW card.*ar_bridge.*Install or update/,
        );
      });

      it('with an amount that is none are refused by item type and key', () => {
        const odd = bought({ otherItems: [card(8, 'gift_card', 'twenty')] });
        expect(() => of().look(odd)).toThrow(/order.tender_unreadable.*"amount" of an item of type "gift_card" is "twenty"/);
      });
    });

    it('are asked for by name when lines and total differ without them', () => {
      const books = new Books();
      expect(() => books.look(paid({ total: minor(7500), meta }))).toThrow(
        /order.rounding_beyond_cap.*100\.00.*75\.00.*gift cards and store credit/,
      );
    });
  });

  describe('exclusions', () => {
    it.each([
      ['gateway', { gateway: 'stripe' }],
      ['role', { role: 'test_customer' }],
      ['origin', { createdVia: 'checkout' }],
      ['customer', { customerId: 9 }],
      ['meta', { metaKey: '_test_order', metaValue: 'yes' }],
      ['an entry of a list in meta', { metaKey: '_labels', metaValue: 'sample' }],
      ['slug of a tag', { tag: 'Press-Sample' }],
      ['name of a tag', { tag: 'press sample' }],
      ['status and gateway together', { status: 'processing', gateway: 'stripe' }],
    ])('by %s leave an order out, but never one that was posted', (_by, when) => {
      const customer = { id: 9, email: '', firstName: '', lastName: '', company: '', role: 'test_customer' };
      const of = order({
        customerId: 9,
        customer,
        meta: [
          { key: '_test_order', value: 'yes' },
          { key: '_labels', value: ['vip', 'sample'] },
        ],
        tags: [{ taxonomy: 'order_tag', slug: 'press-sample', name: 'Press sample' }],
      });
      expect(() => new Books(setup({ exclusions: [{ name: 'tests', ...when }] })).look(of)).toThrow(
        'excluded order.excluded_by_rule',
      );
      const posted = new Books();
      posted.post(of);
      const later = new Books(setup({ exclusions: [{ name: 'tests', ...when }] }));
      later.state = posted.state;
      expect(later.look(of).plan.steps).toEqual([]);
    });

    it('by a total of 0.00 leave out what a gift card paid whole, where the set-up posts such orders', () => {
      const free = order({ total: minor(0), meta: [{ key: '_gift_card', value: '100' }] });
      const base = { zeroTotalOrders: 'post' as const, tenders: [{ name: 'Gift card', metaKey: '_gift_card' }] };
      const rules = [...RULES, rule('tender', 'tender', {}, { segments: { account: '21500' } })];
      const exclusions = [{ name: 'free', zeroTotal: true as const }];
      expect(new Books(setup(base), rules).look(free).plan.steps).not.toEqual([]);
      expect(() => new Books(setup({ ...base, exclusions }), rules).look(free)).toThrow('excluded order.excluded_by_rule');
      expect(new Books(setup({ ...base, exclusions }), rules).look(order()).plan.steps).not.toEqual([]);
    });

    it('of orders over 0.00 leave out none that money came for and did not go back', () => {
      const free = (over: Partial<StoreOrder>) => order({ lines: [line(1, 0)], ...over });
      const look = (of: StoreOrder) => new Books().look(of).plan.steps;
      expect(() => look(free({}))).toThrow('excluded order.zero_total');
      expect(() => look(free({ payments: [payment(0)] }))).toThrow('excluded order.zero_total');
      expect(() => look(free({ payments: [payment(2000)], refunds: [refund(7, 2000)] }))).toThrow('excluded order.zero_total');
      expect(() => look(free({ payments: [payment(2000, { takenBackAt: '2026-11-21T09:00:00Z' })] }))).toThrow(
        'excluded order.zero_total',
      );
      // A deposit of an order that was edited down to nothing before it was posted.
      expect(look(free({ payments: [payment(2000)] }))).toMatchObject([
        { draft: { kind: 'invoice', amount: 0 } },
        { draft: { kind: 'receipt', amount: 2000 } },
      ]);
      expect(look(free({ payments: [payment(0, { unreadable: 'amount "abc"' })] }))).not.toEqual([]);
    });

    it('by a tag ask where nobody tells which tags an order has, unless another condition settles it', () => {
      const sample = { name: 'samples', tag: 'sample' };
      const under = (row: object) => new Books(setup({ exclusions: [{ ...sample, ...row }] }));
      expect(() => under({}).look(order())).toThrow(/order.tags_unknown.*"samples".*"sample".*1042.*Install or update/);
      expect(under({}).look(order({ tags: [] })).plan.steps).not.toEqual([]);
      expect(under({ gateway: 'cod' }).look(order()).plan.steps).not.toEqual([]);
      const posted = new Books();
      posted.post(order());
      const later = under({});
      later.state = posted.state;
      expect(later.look(order()).plan.steps).toEqual([]);
    });

    it('need all their conditions', () => {
      const books = new Books(setup({ exclusions: [{ name: 'tests', status: 'processing', gateway: 'cod' }] }));
      expect(books.look(order()).plan.steps).not.toEqual([]);
    });
  });
});
