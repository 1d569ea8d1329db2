import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RuleBook } from '../../../sidecar/derive/rules.ts';
import { minor } from '../../../sidecar/domain/money.ts';
import type { StoreOrder } from '../../../sidecar/domain/order.ts';
import { heldBy } from '../../../sidecar/domain/parts.ts';
import type { Rule } from '../../../sidecar/domain/rules.ts';
import { dress } from '../../../sidecar/plan/dress.ts';
import { Books } from '../support/books.ts';
import { facts, line, order, payment, RULES, refund, rule, setup } from '../support/orders.ts';

const ORACLE = setup({ taxMode: 'oracle' });
const STATE = rule('state', 'tax', { taxRateId: 1 }, { taxClassification: 'STATE' });
const NO_TAX = rule('none', 'no-tax', {}, { taxClassification: 'EXEMPT' });
const rules = (...more: Rule[]) => [...RULES.filter((row) => row.kind !== 'tax'), ...more];

/** The first invoice's lines as they would be sent, or the refusal. */
function sent(of: StoreOrder, asked: Rule[], taxMode: 'oracle' | 'lines' = 'oracle') {
  const set = setup({ taxMode });
  const step = new Books(set, asked).look(of).plan.steps[0];
  if (step?.type !== 'document') throw new Error('no document');
  const result = dress(step.draft, {
    order: of,
    setup: set,
    book: new RuleBook({ version: 1, rules: asked }),
    billTo: { accountNumber: '40017' },
    periods: [],
    now: '2026-11-23T12:00:00Z',
    posted: [],
    taxMode,
  });
  if (!result.ok) return result.failure;
  const { document } = result.value;
  return !('lines' in document) ? [] : document.lines.map((row) => [row.taxClassification ?? null, row.taxes.length]);
}

describe('tax mode "oracle"', () => {
  const mixed = order({ lines: [line(1, 10000, 725), line(2, 2000, 0, { name: 'Book' })] });

  it('never sends a line without classification: one without tax waits for a rule that says so', () => {
    expect(sent(mixed, rules(STATE))).toMatchObject({
      code: 'tax.unmapped',
      kind: 'needs-attention',
      message: expect.stringContaining('no tax on SKU MUG-BLUE of order 1042'),
      action: expect.stringContaining('No tax'),
    });
    expect(sent(mixed, rules(STATE, NO_TAX))).toEqual([
      ['STATE', 0],
      ['EXEMPT', 0],
    ]);
  });

  it.each([
    ['tax class', { taxClass: 'zero-rate' }],
    ['country', { country: 'US' }],
    ['role', { role: 'wholesale' }],
  ])('chooses the classification of a line without tax by %s', (_by, when) => {
    const of = order({ lines: [line(1, 2000, 0, { facts: facts({ taxClass: 'zero-rate' }) })] });
    of.customer.role = 'wholesale';
    expect(sent(of, rules(NO_TAX, rule('special', 'no-tax', when, { taxClassification: 'ZERO RATED' })))).toEqual([
      ['ZERO RATED', 0],
    ]);
  });

  it('names the rate of a line that is taxed at 0 %, or whose tax comes to 0.00', () => {
    const zero = (net: number, percent: number) =>
      order({
        lines: [line(1, net, 0, { taxes: [{ rateId: 9, amount: minor(0) }] })],
        taxRates: [{ rateId: 9, code: 'ZERO', label: '', percent, compound: false }],
      });
    const rated = rules(rule('zero', 'tax', { taxRateId: 9 }, { taxClassification: 'VAT 0' }), NO_TAX);
    expect(sent(zero(10000, 0), rated)).toEqual([['VAT 0', 0]]);
    expect(sent(zero(3, 7.25), rated)).toEqual([['VAT 0', 0]]);
    // The store says 0.00 where the rate gives 7.25: Oracle must not compute that.
    expect(sent(zero(10000, 7.25), rated)).toEqual([['EXEMPT', 0]]);
  });

  it('lets the last rate of a line speak for all of them: the city’s stands for state and city', () => {
    const both = order({
      lines: [
        line(1, 10000, 0, {
          taxes: [
            { rateId: 1, amount: minor(725) },
            { rateId: 2, amount: minor(200) },
          ],
        }),
      ],
      taxRates: [7.25, 2].map((percent, at) => ({ rateId: at + 1, code: '', label: '', percent, compound: false })),
    });
    const city = rule('city', 'tax', { taxRateId: 2 }, { taxClassification: 'STATE AND CITY' });
    expect(sent(both, rules(STATE, city))).toEqual([['STATE AND CITY', 0]]);
  });

  it('sends a tax that no computing gives as it is, and asks for the codes it takes', () => {
    const odd = order({ lines: [line(1, 10000, 300)] });
    expect(sent(odd, rules(STATE))).toMatchObject({
      code: 'tax.not_computable',
      message: expect.stringContaining('3.00 USD on 100.00 USD is not what the tax rate US-CA-CA TAX-1 (7.25 %) gives'),
    });
    const coded = rule('state', 'tax', {}, { taxRegime: 'US', taxRateCode: 'CA', taxClassification: 'STATE' });
    expect(sent(odd, rules(coded))).toEqual([['STATE', 1]]);
  });

  it('says nothing about lines without tax where the store’s tax is sent, but for a rule that does', () => {
    const coded = rule('state', 'tax', {}, { taxRegime: 'US', taxRateCode: 'CA' });
    expect(sent(mixed, rules(coded), 'lines')).toEqual([
      [null, 1],
      [null, 0],
    ]);
    expect(sent(mixed, rules(coded, NO_TAX), 'lines')).toEqual([
      [null, 1],
      ['EXEMPT', 0],
    ]);
  });

  it('credits a refund of tax alone with that tax, and of a price alone without any', () => {
    const coded = rule('state', 'tax', {}, { taxRegime: 'US', taxRateCode: 'CA', taxClassification: 'STATE' });
    const books = new Books(ORACLE, rules(coded, NO_TAX));
    books.classifications = { STATE: [7.25], '': [99] };
    const item = (net: number, tax: number) => ({
      itemId: 1,
      name: '',
      quantity: 0,
      net: minor(net),
      taxes: tax === 0 ? [] : [{ rateId: 1, amount: minor(tax) }],
    });
    const of = order({
      lines: [line(1, 10000, 725)],
      payments: [payment(10725)],
      refunds: [refund(7, 725, { lines: [item(0, 725)] }), refund(8, 1000, { lines: [item(1000, 0)] })],
    });
    books.post(of);
    expect(books.state.documents.map(({ number, amount }) => [number, amount])).toEqual([
      ['WEB-1042', 10725],
      ['WEB-1042-P1', 10725],
      ['WEB-R7', 725],
      ['WEB-R8', 1000],
    ]);
  });

  it('takes what Oracle rounded down for no overpayment: a refund is credited without a question', () => {
    const books = new Books(ORACLE, rules(STATE, NO_TAX));
    books.classifications = { STATE: [7.25] };
    // 0.0725 x 99.99 is 7.249: the store, which rounded a price with tax, has 7.26.
    const of = order({ lines: [line(1, 9999, 726)], payments: [payment(10725)] });
    books.post(of);
    expect(books.open('WEB-1042-P1')).toBe(1);
    const { blocked } = books.post({ ...of, refunds: [refund(7, 1000)] });
    expect([blocked, books.log.at(-1)]).toEqual([null, 'apply-receipt WEB-1042-P1 WEB-1042 9724']);
  });

  it('posts what replaces a document that went wrong by the rules and the tax mode of then', () => {
    const books = new Books(ORACLE, rules(STATE, NO_TAX));
    books.classifications = { STATE: [], 'STATE 7.25': [7.25] };
    const of = order({ lines: [line(1, 10000, 725)] });
    books.post(of);
    const [first] = books.state.documents;
    if (first) first.wrong = true;
    books.rules = rules(rule('state', 'tax', {}, { taxClassification: 'STATE 7.25' }), NO_TAX);
    books.post(of);
    expect(books.state.documents.map(({ number, amount }) => [number, amount])).toEqual([
      ['WEB-1042', 10000],
      ['WEB-1042-M1', 10000],
      ['WEB-1042-S1', 10725],
    ]);
  });
});

describe('coupons on a line of their own where Oracle computes', () => {
  const shown = setup({ taxMode: 'oracle', discounts: 'own-line' });
  const discount = rule('coupons', 'discount', {}, { segments: { account: '44000' } });
  const CITY = rule('city', 'tax', { taxRateId: 2 }, { taxClassification: 'CITY' });
  const books = (classifications: Books['classifications'], ...more: Rule[]) => {
    const made = new Books(shown, rules(discount, STATE, ...more));
    made.classifications = classifications;
    return made;
  };
  const taxes = (...amounts: number[]) => amounts.map((amount, at) => ({ rateId: at + 1, amount: minor(amount) }));
  const rate = (rateId: number, percent: number) => ({ rateId, code: `RATE ${rateId}`, label: '', percent, compound: false });
  const lines = ({ state }: Books, at = -1) =>
    state.documents.at(at)?.lines.map((row) => [row.part, row.net, ...row.taxes.map(({ amount }) => amount), !!row.taxSent]);
  /** Sold for 100.00 less 10.00, in 4 pieces. */
  const couponed = (over: Partial<Parameters<typeof line>[3]> = {}) =>
    line(1, 9000, 653, { quantity: 4, subtotal: minor(10000), subtotalTaxes: taxes(725), ...over });

  it('carry the tax they took off, the line the tax before them: Oracle computes both', () => {
    const each = books({ STATE: [7.25] });
    each.post(order({ lines: [couponed()] }));
    expect(lines(each)).toEqual([
      ['item:1', 10000, 725, false],
      ['discount:1', -1000, -72, false],
    ]);
    // Oracle computes 0.73 where the store has 0.72.
    expect(each.state.documents.map(({ amount }) => amount)).toEqual([9652]);
  });

  it('do so at each of two rates, by the classification of the last', () => {
    const each = books({ CITY: [7.25, 1.5] }, CITY);
    const taxRates = [rate(1, 7.25), rate(2, 1.5)];
    const both = couponed({ taxes: taxes(653, 135), subtotalTaxes: taxes(725, 150) });
    each.post(order({ lines: [both], taxRates }));
    expect(lines(each)).toEqual([
      ['item:1', 10000, 725, 150, false],
      ['discount:1', -1000, -72, -15, false],
    ]);
  });

  it('take off all of it where the line costs nothing any more', () => {
    const each = books({ STATE: [7.25] });
    const free = line(1, 0, 0, { subtotal: minor(10000), taxes: taxes(0), subtotalTaxes: taxes(725) });
    each.post(order({ lines: [free, line(2, 5000, 363)] }));
    expect(lines(each)).toEqual([
      ['item:1', 10000, 725, false],
      ['discount:1', -10000, -725, false],
      ['item:2', 5000, 363, false],
    ]);
    expect(each.state.documents.map(({ amount }) => amount)).toEqual([5363]);
  });

  it('name the rate of a line that is taxed at 0 %', () => {
    const each = books({ STATE: [0] });
    each.post(order({ lines: [couponed({ taxes: taxes(0), subtotalTaxes: taxes(0) })], taxRates: [rate(1, 0)] }));
    expect(each.state.documents[0]?.lines.map(({ taxCodes }) => taxCodes[0]?.classification)).toEqual(['STATE', 'STATE']);
  });

  it('are taken back with their share of net and tax: one piece, then the rest, and nothing is left on any account', () => {
    const each = books({ STATE: [7.25] });
    const sale = order({ lines: [couponed()], payments: [payment(9653)] });
    each.post(sale);
    const piece = (id: number, quantity: number, net: number, tax: number) =>
      refund(id, net + tax, { lines: [{ itemId: 1, name: 'Product 1', quantity, net: minor(net), taxes: taxes(tax) }] });
    const one = piece(7, 1, 2250, 163);
    each.post({ ...sale, refunds: [one] });
    expect(lines(each)).toEqual([
      ['item:1', 2500, 181, false],
      ['discount:1', -250, -18, false],
    ]);
    each.post({ ...sale, refunds: [one, piece(8, 3, 6750, 490)] });
    expect(lines(each)).toEqual([
      ['item:1', 7500, 544, false],
      ['discount:1', -750, -54, false],
    ]);
    expect(heldBy(each.state.documents).parts()).toEqual([]);
  });

  it('never make the refund of one piece an amount that no computing gives', () => {
    const parts = fc.record({
      pieces: fc.integer({ min: 1, max: 12 }),
      price: fc.integer({ min: 100, max: 30_000 }),
      off: fc.integer({ min: 1, max: 100 }),
      percent: fc.constantFrom(4, 5.5, 7.25, 8.875, 19, 25),
    });
    fc.assert(
      fc.property(parts, ({ pieces, price, off, percent }) => {
        const taxOf = (net: number) => Math.round((net * percent) / 100);
        const before = pieces * price;
        const net = before - Math.round((before * off) / 100);
        fc.pre(net > 0);
        const each = books({ STATE: [percent] });
        const sold = line(1, net, 0, {
          quantity: pieces,
          subtotal: minor(before),
          taxes: taxes(taxOf(net)),
          subtotalTaxes: taxes(taxOf(before)),
        });
        const sale = order({ lines: [sold], taxRates: [rate(1, percent)] });
        each.post(sale);
        const [back, tax] = [Math.round(net / pieces), Math.round(taxOf(net) / pieces)];
        const named = { itemId: 1, name: 'Product 1', quantity: 1, net: minor(back), taxes: taxes(tax) };
        // Written to the cent by hand it may be above what is left.
        if (back + tax > 0 && back + tax <= net + taxOf(net))
          each.post({ ...sale, refunds: [refund(7, back + tax, { lines: [named] })] });
        return each.state.documents.every((document) => document.lines.every(({ taxSent }) => !taxSent));
      }),
      { numRuns: 500, seed: 7 },
    );
  });

  it('leave the tax on the line where the store does not tell what it was before them, which then waits and says so', () => {
    const { subtotalTaxes: _, ...untold } = couponed();
    expect(() => books({ STATE: [7.25] }).post(order({ lines: [untold] }))).toThrow('before them (subtotal taxes that add up)');
    const coded = rule('coded', 'tax', { taxRateId: 1 }, { taxClassification: 'STATE', taxRegime: 'US', taxRateCode: 'CA' });
    const each = new Books(shown, rules(discount, coded, NO_TAX));
    each.post(order({ lines: [untold] }));
    expect(lines(each)).toEqual([
      ['item:1', 10000, 653, true],
      ['discount:1', -1000, false],
    ]);
  });

  it('leave the tax on the line where the store’s own is sent', () => {
    const each = new Books(setup({ discounts: 'own-line' }), [...RULES, discount]);
    each.post(order({ lines: [couponed()] }));
    expect(lines(each)).toEqual([
      ['item:1', 10000, 653, false],
      ['discount:1', -1000, false],
    ]);
  });
});
