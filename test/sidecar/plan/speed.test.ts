import { expect, it } from 'vitest';
import { RuleBook } from '../../../sidecar/derive/rules.ts';
import { targetState } from '../../../sidecar/derive/target-state.ts';
import { NOTHING_POSTED } from '../../../sidecar/domain/posted.ts';
import { type DressContext, dress } from '../../../sidecar/plan/dress.ts';
import { plan } from '../../../sidecar/plan/plan.ts';
import { facts, line, order, payment, RULES, rule, SETUP } from '../support/orders.ts';

const LINES = 20;
const RULE_COUNT = 1_000;
const GOAL_MS = 5;

it('derives, plans and dresses an order of 20 lines against 1,000 rules in under 5 ms', () => {
  const rules = [
    ...Array.from({ length: RULE_COUNT - RULES.length }, (_, n) => {
      // Half name a SKU, half a category with a country and a role: the slower kind has to be looked through.
      const when = n % 2 === 0 ? { sku: `SKU-${n}*` } : { categoryId: 1_000 + n, country: 'DE', role: 'wholesale' };
      return rule(`rule-${n}`, 'revenue', when, { segments: { account: '41500', costCenter: '120' } });
    }),
    ...RULES,
  ];
  const lines = Array.from({ length: LINES }, (_, at) => line(at + 1, 1_000, 73, { facts: facts({ sku: `SKU-${at * 2}` }) }));
  const big = order({ lines, payments: [payment(LINES * 1_073)], paidAt: '2026-11-20T15:01:00Z' });
  const book = new RuleBook({ version: 1, rules });
  const context: DressContext = {
    order: big,
    setup: SETUP,
    book,
    billTo: { accountNumber: '40017' },
    periods: [],
    now: '2026-11-23T12:00:00Z',
    posted: [],
    taxMode: 'lines',
  };
  const once = () => {
    const derived = targetState(big, SETUP, {
      posted: false,
      sold: false,
      postedPayments: new Set(),
      taxMode: null,
      undoneRefunds: [],
      decisions: [],
    });
    if (!derived.ok || derived.value.outcome !== 'target') throw new Error('no target');
    const planned = plan(derived.value.target, NOTHING_POSTED, SETUP, { decisions: [], release: '26D' });
    if (!planned.ok) throw new Error('no plan');
    const [invoice] = planned.value.steps.flatMap((step) => (step.type === 'document' ? [dress(step.draft, context)] : []));
    if (!invoice?.ok || invoice.value.document.kind !== 'invoice') throw new Error('no invoice');
    return invoice.value.document.lines.length;
  };
  const times = Array.from({ length: 60 }, () => {
    const begun = performance.now();
    expect(once()).toBe(LINES);
    return performance.now() - begun;
  }).sort((a, b) => a - b);
  const [first, p50] = [times.at(-1) ?? 0, times[30] ?? 0];
  console.log(`order of ${LINES} lines, ${RULE_COUNT} rules: p50 ${p50.toFixed(2)} ms, slowest of 60 ${first.toFixed(2)} ms`);
  expect(p50).toBeLessThan(GOAL_MS);
});
