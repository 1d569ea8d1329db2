import { describe, expect, it } from 'vitest';
import { RuleBook } from '../../../sidecar/derive/rules.ts';
import { minor } from '../../../sidecar/domain/money.ts';
import { type Rule, RuleOutcomeSchema } from '../../../sidecar/domain/rules.ts';
import { type Setup, setupOf } from '../../../sidecar/domain/setup.ts';
import { dress } from '../../../sidecar/plan/dress.ts';
import type { DressContext } from '../../../sidecar/plan/dressed.ts';
import { Books } from '../support/books.ts';
import { line, order, payment, RULES, rule, setup } from '../support/orders.ts';

/** The first document of an order, dressed. */
function dressed(of = order(), over: Partial<DressContext> & { rules?: Rule[] } = {}, kind: 'invoice' | 'receipt' = 'invoice') {
  const context: DressContext = {
    order: of,
    setup: over.setup ?? setup(),
    book: new RuleBook({ version: 1, rules: over.rules ?? RULES }),
    billTo: { accountNumber: '40017' },
    periods: [],
    now: '2026-11-23T12:00:00Z',
    posted: [],
    taxMode: over.setup?.taxMode ?? 'lines',
    ...over,
  };
  const step = new Books(context.setup)
    .look(of)
    .plan.steps.find((candidate) => candidate.type === 'document' && candidate.draft.kind === kind);
  if (step?.type !== 'document') throw new Error('no document');
  return dress(step.draft, context);
}
const code = (result: ReturnType<typeof dress>) => (result.ok ? 'ok' : result.failure.code);

describe('dressing a document', () => {
  it('sends 3 for 10.00 as one line of 10.00 that says "3 x"', () => {
    const result = dressed(
      order({ lines: [line(1, 1000, 0, { quantity: 3, name: 'Mug' }), line(2, 900, 0, { quantity: 3, name: 'Cup' })] }),
    );
    expect(
      result.ok &&
        result.value.document.kind === 'invoice' &&
        result.value.document.lines.map((row) => [row.description, row.quantity, row.unitPrice]),
    ).toEqual([
      ['3 x Mug [MUG-BLUE]', 1, 1000],
      ['Cup [MUG-BLUE]', 3, 300],
    ]);
  });

  it.each([
    ['fractional', 0.5],
    ['zero', 0],
  ])('sends a %s quantity as 1, the quantity in the text', (_what, quantity) => {
    const result = dressed(order({ lines: [line(1, 1000, 0, { quantity, name: 'Cheese' })] }));
    expect(result.ok && result.value.document.kind === 'invoice' && result.value.document.lines[0]).toMatchObject({
      description: `${quantity} x Cheese [MUG-BLUE]`,
      quantity: 1,
    });
  });

  it('dates a document in the business unit’s zone: 03:30 UTC is still the day before in New York', () => {
    const result = dressed(order({ createdAt: '2026-11-21T03:30:00Z' }));
    expect(result.ok && result.value.document.date).toBe('2026-11-20');
  });

  it.each([
    ['next-open', '2026-12-01'],
    ['next-period', '2026-12-01'],
    ['hold', 'period.closed'],
  ] as const)('with policy %s puts a document of a closed period to %s', (closedPeriod, expected) => {
    const periods = [
      { name: 'Nov-26', start: '2026-11-01', end: '2026-11-30', status: 'C' },
      { name: 'Dec-26', start: '2026-12-01', end: '2026-12-31', status: 'O' },
    ];
    const result = dressed(order(), { setup: setup({ closedPeriod }), periods });
    expect(result.ok ? result.value.document.accountingDate : code(result)).toBe(expected);
  });

  it('"next period" passes over one for adjustments within the closed one, "next open day" does not', () => {
    const periods = [
      { name: 'Nov-26', start: '2026-11-01', end: '2026-11-30', status: 'C' },
      { name: 'Adj-26', start: '2026-11-30', end: '2026-11-30', status: 'O' },
      { name: 'Dec-26', start: '2026-12-01', end: '2026-12-31', status: 'O' },
    ];
    const by = (closedPeriod: 'next-open' | 'next-period') => {
      const result = dressed(order(), { setup: setup({ closedPeriod }), periods });
      return result.ok && result.value.document.accountingDate;
    };
    expect([by('next-open'), by('next-period')]).toEqual(['2026-11-30', '2026-12-01']);
  });

  it('has a policy of its own per kind of document', () => {
    const periods = [
      { name: 'Nov-26', start: '2026-11-01', end: '2026-11-30', status: 'C' },
      { name: 'Dec-26', start: '2026-12-01', end: '2026-12-31', status: 'O' },
    ];
    const paid = order({ payments: [payment(10000)] });
    const rules = { setup: setup({ closedPeriodFor: { receipt: 'hold' } }), periods };
    expect([code(dressed(paid, rules)), code(dressed(paid, rules, 'receipt'))]).toEqual(['ok', 'period.closed']);
  });

  it('sends no rate for the ledger’s own currency, a type for another one, and a rate for type User', () => {
    const eur = order({ currency: 'EUR' });
    const conversion = (over: Parameters<typeof setup>[0]) => {
      const result = dressed(eur, { setup: setup(over) });
      return result.ok ? result.value.document.conversion : code(result);
    };
    expect(dressed()).toMatchObject({ ok: true });
    expect(conversion({})).toEqual({ type: 'Corporate', date: '2026-11-20' });
    expect(conversion({ conversionRateType: 'User', userRates: { EUR: '1.0850' } })).toEqual({
      type: 'User',
      date: '2026-11-20',
      rate: '1.0850',
    });
    expect(conversion({ conversionRateType: 'User' })).toBe('currency.no_user_rate');
  });

  it('converts to a unit’s own ledger by that unit’s rates, and never by the general ones', () => {
    const general = setup({ conversionRateType: 'User', userRates: { JPY: '0.0067' } });
    const europe = { businessUnit: 'EU', ledgerCurrency: 'EUR' };
    const rateIn = (unit: Setup['businessUnits'][number], currency = 'JPY') => {
      const of = setupOf({ ...general, businessUnits: [unit] }, 'EU');
      const result = dressed(order({ currency }), { setup: of });
      return result.ok ? result.value.document.conversion?.rate : code(result);
    };
    expect(rateIn(europe)).toBe('currency.no_user_rate');
    expect(rateIn({ ...europe, userRates: { JPY: '0.0062' } })).toBe('0.0062');
    expect(rateIn({ businessUnit: 'EU' })).toBe('0.0067');
  });

  it('asks for a tax code by rate, and never guesses', () => {
    const result = dressed(order({ lines: [line(1, 1000, 73)] }), { rules: RULES.filter((row) => row.kind !== 'tax') });
    expect(!result.ok && result.failure).toMatchObject({ code: 'tax.unmapped', kind: 'needs-attention' });
    expect(!result.ok && result.failure.message).toContain('US-CA-CA TAX-1');
  });

  it('takes tax without a rate, id 0, by a rule of its own', () => {
    const lines = [line(1, 1000, 0, { taxes: [{ rateId: 0, amount: minor(73) }] })];
    const others = RULES.filter((row) => row.kind !== 'tax');
    const named = rule('t', 'tax', { taxRateId: 1 }, { taxRegime: 'US', taxRateCode: 'CA' });
    const refused = dressed(order({ lines }), { rules: [...others, named] });
    expect(!refused.ok && refused.failure.message).toBe("No Oracle tax code for the store's tax without a rate (id 0).");
    const taken = dressed(order({ lines }), { rules: [...others, named, { ...named, id: 'z', when: { taxRateId: 0 } }] });
    expect(taken.ok && taken.value.lines[0]?.taxCodes).toMatchObject([{ rateId: 0, regime: 'US', rateCode: 'CA' }]);
  });

  it('leaves the tax to Oracle in mode "oracle": a classification and no tax line', () => {
    const rules = [...RULES.filter((row) => row.kind !== 'tax'), rule('t', 'tax', {}, { taxClassification: 'US SALES TAX' })];
    const result = dressed(order({ lines: [line(1, 1000, 73)] }), { setup: setup({ taxMode: 'oracle' }), rules });
    expect(result.ok && result.value.document.kind === 'invoice' && result.value.document).toMatchObject({
      total: 1000,
      lines: [{ taxes: [], taxClassification: 'US SALES TAX' }],
    });
  });

  it('takes source, types and terms from a rule', () => {
    const rules = [
      ...RULES,
      rule('b2b', 'transaction-type', { country: 'US' }, { invoiceType: 'Wholesale Invoice', paymentTerms: '30 Net' }),
    ];
    const result = dressed(order(), { rules });
    expect(result.ok && result.value.document).toMatchObject({
      source: 'WEB STORE',
      type: 'Wholesale Invoice',
      paymentTerms: '30 Net',
    });
  });

  it('fills flexfields of the document and of its lines from meta', () => {
    const rules = [
      ...RULES,
      rule(
        'h',
        'descriptive-flexfield',
        {},
        { flexContext: 'WEB', flexAttributes: { campaign: '{meta:_utm}', channel: 'shop' } },
      ),
      rule('l', 'line-flexfield', { sku: 'MUG-BLUE' }, { flexAttributes: { engraving: '{meta:Engraving}' } }),
    ];
    const of = order({
      meta: [{ key: '_utm', value: 'autumn' }],
      lines: [line(1, 1000, 0, { meta: [{ key: 'Engraving', value: 'Ada' }] })],
    });
    const result = dressed(of, { rules });
    expect(result.ok && result.value.document.kind === 'invoice' && result.value.document).toMatchObject({
      flexfield: { context: 'WEB', attributes: { campaign: 'autumn', channel: 'shop' } },
      lines: [{ flexfield: { attributes: { engraving: 'Ada' } } }],
    });
  });

  it('notes on the receipt what the gateway kept, and its transaction', () => {
    const of = order({ payments: [payment(10000)], meta: [{ key: '_stripe_fee', value: '3.20' }] });
    const result = dressed(of, {}, 'receipt');
    expect(result.ok && result.value.document.comments).toBe(
      'WooCommerce order 1042, gateway stripe, transaction ch_1, gateway fee 3.20 USD',
    );
  });

  it('notes a fee in the currency that the gateway took it in', () => {
    const meta = [
      { key: '_stripe_fee', value: '2.90' },
      { key: '_stripe_currency', value: 'EUR' },
    ];
    const result = dressed(order({ payments: [payment(10000)], meta }), {}, 'receipt');
    expect(result.ok && result.value.document.comments).toContain('gateway fee 2.90 EUR');
  });

  it('notes no fee of another gateway on the receipt of a payment', () => {
    const byBank = payment(4000, { gateway: 'bacs', transactionId: '' });
    const byCard = payment(6000, { id: '2', paidAt: '2026-11-21T10:00:00Z' });
    const result = dressed(
      order({ payments: [byBank, byCard], meta: [{ key: '_stripe_fee', value: '1.80' }] }),
      { rules: [...RULES, rule('bank', 'receipt-method', { gateway: 'bacs' }, { receiptMethod: 'Web Bank' })] },
      'receipt',
    );
    expect(result.ok && result.value.document.comments).toBe('WooCommerce order 1042, gateway bacs');
  });

  describe('a receipt commented in the words of its rule', () => {
    const commented = (comments: string, of = order({ payments: [payment(10000)] })) => {
      const rules = RULES.map((row) =>
        row.kind === 'receipt-method' ? { ...row, outcome: RuleOutcomeSchema.parse({ ...row.outcome, comments }) } : row,
      );
      const result = dressed(of, { rules }, 'receipt');
      return result.ok && result.value.document.comments;
    };

    it('has order, gateway, transaction, fee and meta filled in', () => {
      const meta = [
        { key: '_stripe_fee', value: '3.20' },
        { key: '_po number', value: 'PO-7 {order}' },
      ];
      const of = order({ payments: [payment(10000)], meta });
      expect(commented('{gateway}/{transaction} for #{order}, kept {fee}; {meta:_po number}', of)).toBe(
        'stripe/ch_1 for #1042, kept 3.20 USD; PO-7 {order}',
      );
    });

    it('leaves out what is not known, and objects in meta', () => {
      const of = order({ payments: [payment(10000, { transactionId: '' })], meta: [{ key: '_list', value: ['a'] }] });
      expect(commented('Web {order} {transaction} {fee} {meta:_list} {meta:none}', of)).toBe('Web 1042');
    });

    it('says all the same that its amount was assumed', () => {
      const of = order({ payments: [payment(10000, { assumed: true })] });
      expect(commented('Web {order}', of)).toBe('Web 1042, amount assumed from the order total');
    });

    it('may be as long as Oracle takes, with nothing else in braces', () => {
      const read = (comments: string) => RuleOutcomeSchema.safeParse({ comments }).success;
      expect([read('x'.repeat(2000)), read('x'.repeat(2001))]).toEqual([true, false]);
      expect(['{orders}', '{}', '{meta:}', '{Order}', '{meta: }'].map(read)).toEqual([false, false, false, false, false]);
      expect(['{', '}{', 'a } b', '{{order}}', '{meta: key }'].map(read)).toEqual([true, true, true, true, true]);
    });
  });

  it('names the gateway that has no receipt method', () => {
    const result = dressed(
      order({ payments: [payment(10000)] }),
      { rules: RULES.filter((row) => row.kind !== 'receipt-method') },
      'receipt',
    );
    expect(!result.ok && result.failure.message).toContain('"stripe"');
  });

  it('adds up to the order’s total whatever rounding WooCommerce did', () => {
    const lines = [line(1, 2697, 216), line(2, 1796, 144)];
    const result = dressed(order({ lines, total: minor(4855) }));
    expect(
      result.ok && result.value.document.kind === 'invoice' && [result.value.document.total, result.value.lines.at(-1)],
    ).toMatchObject([4855, { part: 'rounding', net: 2 }]);
  });
});
