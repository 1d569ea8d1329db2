import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { orderTraces } from '../../../sidecar/apply/rule-answers.ts';
import { bookOf } from '../../../sidecar/derive/rules.ts';
import type { Rule } from '../../../sidecar/domain/rules.ts';
import { traceViews } from '../../../sidecar/http/views.ts';
import { Bench } from '../support/bench.ts';
import { line, order, payment, RULES, rule, setup } from '../support/orders.ts';

const EVERY_KIND: Rule[] = [
  ...RULES,
  rule('wholesale', 'transaction-type', { country: 'US' }, { invoiceType: 'Web Wholesale' }),
  rule('eu', 'business-unit', { country: 'US' }, { businessUnit: 'EU' }),
  rule('shared', 'customer-policy', {}, { customerPolicy: 'shared', accountNumber: '40017' }),
  rule('gift-note', 'descriptive-flexfield', {}, { flexAttributes: { attribute1: 'web' } }),
  rule('line-note', 'line-flexfield', {}, { flexAttributes: { attribute2: 'line' } }),
];

describe('trying rules on an order', () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench();
    bench.setup = setup({ businessUnits: [{ businessUnit: 'EU', segmentDefaults: { company: '02' } }] });
  });
  afterEach(() => bench.close());

  async function tried(rules: Rule[]) {
    await bench.place(order({ lines: [line(1, 1000, 73)], payments: [payment(1073)] }));
    const set = { version: 0, rules };
    const foreseen = await bench.work.foresee(1042, set, 'whole');
    if (!foreseen.ok) throw new Error(foreseen.failure.message);
    const ofOrder = orderTraces(foreseen.value.order, bench.setup, bookOf(set));
    return traceViews(foreseen.value, ofOrder).map(
      ({ line: of, kind, result, ruleName }) => `${of}: ${kind} ${result} by ${ruleName}`,
    );
  }

  it('shows what every kind of rule answers, and for which part of the order', async () => {
    expect(await tried(EVERY_KIND)).toEqual([
      'Order 1042: business-unit EU by eu',
      'Order 1042: customer-policy 40017 by shared',
      expect.stringMatching(/^Invoice WEB-1042: transaction-type .*Web Wholesale.* by wholesale$/),
      'Invoice WEB-1042: descriptive-flexfield attribute1 by gift-note',
      'Product 1: revenue 02-110-41100-0000-000 by mugs',
      'Product 1: line-flexfield attribute2 by line-note',
      'Product 1: tax US SALES TAX / CA STATE 7.25 by tax-account',
      'Receipt WEB-1042-P1: receipt-method Web Card Payments by card',
    ]);
  });

  it('says nothing of a choice that no rule makes', async () => {
    expect((await tried(RULES)).map((words) => words.split(' ').slice(0, 2).join(' '))).not.toContain('Order 1042:');
  });
});
