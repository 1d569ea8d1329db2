import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isRulesRow, type RulesRecord } from '../../../sidecar/apply/rules-record.ts';
import { needsAttention } from '../../../sidecar/domain/failures.ts';
import { minor } from '../../../sidecar/domain/money.ts';
import type { AuditRow } from '../../../sidecar/store/audit.ts';
import { Bench } from '../support/bench.ts';
import { facts, line, order, payment, RULES, rule, setup } from '../support/orders.ts';

let bench: Bench;
beforeEach(() => {
  bench = new Bench();
});
afterEach(() => bench.close());

/** Rows of the chain that say what rules chose, oldest first. */
const rows = () => {
  const { audit } = bench.store;
  return audit
    .list({ limit: 200 })
    .filter(isRulesRow)
    .reverse()
    .map(({ seq, document, path }) => ({ seq, document, path, said: JSON.parse(audit.get(seq)?.request ?? '') as RulesRecord }));
};
const words = ({ said }: ReturnType<typeof rows>[number]) => [
  ...said.document.map(({ kind, ruleId, result }) => `${kind} ${result} by ${ruleId}`),
  ...said.lines.flatMap(({ part, choices }) =>
    choices.map(
      ({ kind, ruleId, ruleSetVersion, result }) => `${part} ${kind} ${result} by ${ruleId} of version ${ruleSetVersion}`,
    ),
  ),
];
const paid = order({ paidAt: '2026-11-20T15:01:00Z', lines: [line(1, 1000, 73)], payments: [payment(1073)] });

describe('what the rules chose', () => {
  it('stands in the chain of the audit trail before the document is sent: rule, version and result, of document and lines', async () => {
    const older: AuditRow = {
      orderId: null,
      document: null,
      system: 'oracle',
      operation: 'create invoice',
      method: 'POST',
      path: '/',
      status: 201,
      startedAtMs: 1,
      durationMs: 1,
      outcome: 'ok',
      oracleIds: [],
      actor: 'sidecar',
      request: '{"a":1}',
      response: '{}',
    };
    await bench.store.write(() => bench.store.audit.append(older));
    bench.setup = setup({ businessUnits: [{ businessUnit: 'EU' }] });
    bench.rules = [
      ...RULES,
      rule('eu', 'business-unit', { country: 'US' }, { businessUnit: 'EU' }),
      rule('shared', 'customer-policy', {}, { customerPolicy: 'shared', accountNumber: '50001' }),
      rule('wholesale', 'transaction-type', { country: 'US' }, { invoiceType: 'Wholesale' }),
    ];
    await bench.place(paid);
    expect(await bench.run()).toEqual({ state: 'posted' });
    expect(rows().map(({ document, path }) => `${document} ${path}`)).toEqual(['WEB-1042 version 1', 'WEB-1042-P1 version 1']);
    expect(rows().map(words)).toEqual([
      [
        'business-unit EU by eu',
        'customer-policy 50001 by shared',
        'transaction-type WEB STORE / Wholesale by wholesale',
        'item:1 revenue 01-110-41100-0000-000 by mugs of version 1',
        'item:1 tax US SALES TAX / CA STATE 7.25 by tax-account of version 1',
      ],
      ['receipt-method Web Card Payments by card'],
    ]);
    expect(rows()[0]?.said.document[0]).toMatchObject({ ruleName: 'eu', matched: { country: 'US' } });
    expect(bench.store.documents.get('WEB-1042')?.trace.map(({ kind }) => kind)).toContain('business-unit');
    expect(bench.store.audit.verify()).toMatchObject({ firstBad: null, rows: 3 });
  });

  it('names the version that a line’s account was chosen under, where a later document takes it over', async () => {
    await bench.place(paid);
    await bench.run();
    bench.rulesVersion = 2;
    const cup = line(2, 500, 0, { facts: facts({ sku: 'CUP', categories: [] }) });
    bench.orders.set(1042, { ...paid, lines: [line(1, 2000, 146), cup], total: minor(2646) });
    await bench.run();
    expect(rows().at(-1)).toMatchObject({ document: 'WEB-1042-S1', path: 'version 2' });
    expect(words(rows().at(-1) as never)).toEqual([
      'item:1 revenue 01-110-41100-0000-000 by mugs of version 1',
      'item:1 tax US SALES TAX / CA STATE 7.25 by tax-account of version 1',
      'item:2 revenue 01-100-41000-0000-000 by revenue of version 2',
    ]);
  });

  it('is written once for a document that Oracle refuses again and again, and anew when the choice changes', async () => {
    await bench.place(order({ lines: [line(1, 1000)] }));
    const refused = { when: 'before' as const, failure: needsAttention('oracle.some_fault', 'No.', 'Mend it.') };
    bench.oracle.fail('create WEB-1042', refused, refused);
    await bench.run();
    await bench.run();
    expect(rows()).toHaveLength(1);
    bench.rules = RULES.map((each) => (each.id === 'mugs' ? { ...each, outcome: { segments: { account: '41900' } } } : each));
    bench.rulesVersion = 2;
    expect(await bench.run()).toEqual({ state: 'posted' });
    expect(rows().map((row) => words(row)[0])).toEqual([
      'item:1 revenue 01-110-41100-0000-000 by mugs of version 1',
      'item:1 revenue 01-000-41900-0000-000 by mugs of version 2',
    ]);
  });
});
