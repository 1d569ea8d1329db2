import { expect, it } from 'vitest';
import { rulesRow } from '../../../sidecar/apply/rules-record.ts';
import { minor } from '../../../sidecar/domain/money.ts';
import type { AuditRow } from '../../../sidecar/store/audit.ts';
import type { NewDocument } from '../../../sidecar/store/documents.ts';
import { adminCall } from '../support/admin-call.ts';
import { folderWith } from '../support/kept-orders.ts';
import { paired, testSidecar } from '../support/sidecar.ts';

const trace = (ruleId: string, result: string) => ({
  kind: 'revenue' as const,
  ruleSetVersion: 4,
  ruleId,
  ruleName: `Rule ${ruleId}`,
  matched: { sku: 'MUG' },
  nearly: [],
  result,
});
const intended = (account: string): NewDocument => ({
  orderId: 7,
  kind: 'invoice',
  what: { purpose: 'order' },
  number: 'WEB-7',
  amount: minor(1000),
  currency: 'USD',
  decimals: 2,
  billTo: { accountNumber: '40017' },
  documentDate: '2026-11-20',
  accountingDate: '2026-11-20',
  refund: null,
  lines: [
    {
      part: 'item:1',
      net: minor(1000),
      taxes: [],
      description: 'Mug',
      quantity: 1,
      accountCombination: account,
      memoLine: null,
      taxCodes: [],
      facts: null,
      trace: [trace('mugs', account)],
    },
  ],
  trace: [],
  businessUnit: 'US',
  ruleSetVersion: 4,
  taxMode: 'lines',
  discounts: 'inside',
  lane: null,
  request: { kind: 'invoice', number: 'WEB-7', decimals: 2, path: '/', contentType: '', body: '{}' },
});
const attempt = (operation: string, method: string): AuditRow => ({
  orderId: 7,
  document: 'WEB-7',
  system: 'oracle',
  operation,
  method,
  path: '/receivablesInvoices',
  status: 201,
  startedAtMs: 2,
  durationMs: 1,
  outcome: 'ok',
  oracleIds: [],
  actor: 'sidecar',
  request: '{}',
  response: '{}',
});

it('shows with each attempt to send a document what the rules had chosen for it by then', async () => {
  const folder = await folderWith([], (store) => {
    const put = (row: AuditRow | null) => row && store.audit.append(row);
    put(rulesRow(intended('41000'), null, 'sidecar', 1));
    put(attempt('create invoice', 'POST'));
    put(rulesRow(intended('41900'), null, 'sidecar', 3));
    put(attempt('find invoice', 'GET'));
    put(attempt('create invoice', 'POST'));
  });
  const call = adminCall(await paired(await testSidecar({}, { folder })));
  const shown = async (seq: number) => (await call('GET', `/audit/${seq}`)).body.rules;
  const chosen = (account: string) => [
    {
      line: 'Mug',
      kind: 'revenue',
      result: account,
      ruleId: 'mugs',
      ruleName: 'Rule mugs',
      ruleSetVersion: 4,
      matched: { sku: 'MUG' },
      nearly: [],
    },
  ];
  expect(await shown(1)).toEqual({ seq: 1, traces: chosen('41000') });
  expect(await shown(2)).toEqual({ seq: 1, traces: chosen('41000') });
  expect(await shown(4)).toBeNull();
  expect(await shown(5)).toEqual({ seq: 3, traces: chosen('41900') });
  expect((await call('GET', '/audit/verify')).body).toMatchObject({ ok: true });
});
