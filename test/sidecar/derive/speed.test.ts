import { expect, it } from 'vitest';
import { RuleBook } from '../../../sidecar/derive/rules.ts';
import { targetState } from '../../../sidecar/derive/target-state.ts';
import { NOTHING_POSTED } from '../../../sidecar/domain/posted.ts';
import type { Rule } from '../../../sidecar/domain/rules.ts';
import { dress } from '../../../sidecar/plan/dress.ts';
import { plan } from '../../../sidecar/plan/plan.ts';
import { facts, line, order, payment, RULES, rule, SETUP } from '../support/orders.ts';

/** A thousand rules as a large shop writes them: SKUs, patterns, categories, customers, each for some countries. */
const THOUSAND: Rule[] = [
  ...Array.from({ length: 1_000 - RULES.length }, (_, n) => {
    const subject =
      [{ sku: `SKU-${n}` }, { skuPattern: `LINE-${n}-*` }, { categoryId: 1_000 + n }, { customerId: n + 1 }][n % 4] ?? {};
    const when = { ...subject, ...(n % 3 === 0 && { country: 'US' }) };
    return rule(`rule-${n}`, 'revenue', when, { segments: { account: '41500', costCenter: '120' } });
  }),
  ...RULES,
];

const TWENTY = order({
  lines: Array.from({ length: 20 }, (_, n) =>
    line(n + 1, 1000 + n, 73, {
      // Half by a rule of their own, half by their category or the general rule.
      facts: n % 2 === 0 ? facts({ sku: `SKU-${n * 4}` }) : facts({ sku: `LINE-${n}-BLUE` }),
    }),
  ),
  payments: [payment(1_000)],
});

const KNOWN = {
  ...{ posted: false, sold: false, creditedInFull: false, postedPayments: new Set<string>() },
  ...{ taxMode: null, undoneRefunds: [], decisions: [] },
};

/** What the rules answer for every line, tax and payment of the order, as documents ready to be sent. */
function worked(book: RuleBook): number {
  const derived = targetState(TWENTY, SETUP, KNOWN);
  if (!derived.ok || derived.value.outcome !== 'target') throw new Error('the order has no target');
  const planned = plan(derived.value.target, NOTHING_POSTED, SETUP);
  if (!planned.ok) throw new Error(planned.failure.message);
  const context = {
    order: TWENTY,
    setup: SETUP,
    book,
    billTo: { accountNumber: '40017' },
    periods: [],
    now: '2026-11-23T12:00:00Z',
    posted: [],
    taxMode: SETUP.taxMode,
  };
  return planned.value.steps.reduce((lines, step) => {
    if (step.type !== 'document') return lines;
    const document = dress(step.draft, context);
    if (!document.ok) throw new Error(document.failure.message);
    return lines + document.value.lines.length;
  }, 0);
}

it('derives, plans and dresses an order of 20 lines against 1,000 rules in less than 5 ms', () => {
  const book = new RuleBook({ version: 1, rules: THOUSAND });
  const times: number[] = [];
  for (let run = 0; run < 300; run += 1) {
    const begun = performance.now();
    expect(worked(book)).toBe(20);
    times.push(performance.now() - begun);
  }
  const settled = times.slice(100).sort((a, b) => a - b);
  const at = (share: number) => settled[Math.floor(share * (settled.length - 1))] ?? 0;
  console.log(`20 lines, 1,000 rules: median ${at(0.5).toFixed(2)} ms, 95 of 100 below ${at(0.95).toFixed(2)} ms`);
  // The median: on a machine that others share, single runs wait for their turn.
  expect(at(0.5)).toBeLessThan(5);
});
