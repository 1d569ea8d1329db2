import type { z } from 'zod';
import type * as api from '../../../sidecar/http/admin-contract.ts';
import type { WaitingSettlementsSchema } from '../../../sidecar/http/money-contract.ts';
import { customersModel } from './customers-model.ts';
import { type ReconcileModel, reconcileModel } from './mock-reconcile.ts';

/**
 * What the sidecar of a small shop would answer on an ordinary day. Types come from the contract; mock-api.ts parses every answer
 * with the contract's schemas before it leaves, so a fixture that no longer conforms fails loudly.
 */
export interface Model {
  overview: api.Overview;
  orders: api.OrderDetail[];
  rules: api.RuleSetView;
  /** Newest first; the first is the one in use. */
  versions: api.RuleVersion[];
  unmapped: api.UnmappedView;
  whatIf: api.WhatIfView;
  /** What a run ends with. */
  whatIfResult: NonNullable<NonNullable<api.WhatIfView['job']>['result']>;
  references: api.References;
  referenceChanges: api.ReferenceChanges['changes'];
  notices: api.ReferenceNotices['notices'];
  reconcile: ReconcileModel;
  audit: z.infer<typeof api.AuditDetailSchema>[];
  connections: api.Connections;
  /** Orders that a save of the set-up releases. */
  waitForSetup: number;
  customers: api.CustomerDetail[];
  customerImport: api.CustomerImportView['job'];
  catalogue: z.infer<typeof api.CatalogueViewSchema>;
  reference: Record<string, z.infer<typeof api.ReferenceListViewSchema>['rows']>;
  waitingSettlements: z.infer<typeof WaitingSettlementsSchema>;
  pairing: { paired: boolean; sidecarUrl: string | null; siteUrl: string | null };
}

const minutesAgo = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
const today = (): string => new Date().toISOString().slice(0, 10);

const NO_ACCOUNT: api.Reason = {
  code: 'rules.no_account',
  message: 'No GL account for SKU MUG-BLUE',
  action: 'Add a rule of kind Revenue for this SKU or for its category Kitchen, then resume.',
};

const PERIOD: api.Reason = {
  code: 'oracle.period_closed',
  message: 'The Receivables period Nov-26 is closed',
  action: 'Open the period in Oracle, under Manage Accounting Periods. The order goes on by itself.',
  detail:
    'AR-855056: The accounting date isn’t in an open or future-enterable period.\n{"o:errorCode":"AR-855056","o:errorPath":"/GlDate"}',
};

const KEPT_MONEY: api.Reason = {
  code: 'order.cancelled_money_kept',
  message: 'Order 1057 is "cancelled", 100.00 USD kept.',
  action: 'Credit the sale and keep the money on the customer’s account, or wait for the refund.',
  question: {
    id: 'order-cancelled',
    choices: [
      { id: 'credit', label: 'Credit the sale' },
      { id: 'wait', label: 'Wait for the refund' },
    ],
  },
};

const REJECTED: api.Reason = {
  code: 'refund.exceeds_invoices',
  message: 'The refund of 80.00 USD is above the 59.90 USD that the order’s invoices hold',
  action: 'Correct the refund in WooCommerce.',
};

type Summary = Omit<api.OrderSummary, 'createdAt' | 'updatedAt' | 'nextAttemptAt' | 'accountNumber' | 'invoiceNumber' | 'reason'>;

function order(summary: Summary, more: Partial<api.OrderDetail> = {}): api.OrderDetail {
  return {
    ...summary,
    reason: null,
    notes: [],
    skipRefused: null,
    overpayment: '0.00',
    accountNumber: '40017',
    invoiceNumber: summary.state === 'posted' ? `WEB-${summary.orderId}` : null,
    createdAt: minutesAgo(60 * 26),
    updatedAt: minutesAgo(12),
    nextAttemptAt: null,
    documents: [],
    actions: [],
    identity: null,
    timeline: [],
    ...more,
  };
}

const zero = { store: '0.00', oracle: '0.00', difference: '0.00' };

function postedOrder(orderId: number, customerName: string, total: string, currency = 'USD'): api.OrderDetail {
  return order(
    { orderId, orderNumber: String(orderId), state: 'posted', storeStatus: 'processing', currency, total, customerName },
    {
      identity: {
        sales: { store: total, oracle: total, difference: '0.00' },
        money: { store: total, oracle: total, difference: '0.00' },
        balance: zero,
        tax: '0.00',
        holds: true,
      },
    },
  );
}

function refundedOrder(): api.OrderDetail {
  const base = { currency: 'USD', date: today(), accountingDate: today(), state: 'posted' as const };
  return order(
    {
      orderId: 1042,
      orderNumber: '1042',
      state: 'posted',
      storeStatus: 'processing',
      currency: 'USD',
      total: '128.45',
      customerName: 'Maria Lindqvist',
    },
    {
      skipRefused: {
        code: 'order.has_documents',
        message: 'Order 1042 cannot be left out: Oracle holds WEB-1042, WEB-1042-P1 for it.',
        action: 'Cancel or refund the order in the store: AR Bridge then posts what takes these documents back.',
      },
      documents: [
        {
          ...base,
          kind: 'invoice',
          purpose: 'order',
          number: 'WEB-1042',
          amount: '128.45',
          open: '0.00',
          oracleId: '300000281734912345',
          postedAt: minutesAgo(58),
          why: '',
          lines: [
            {
              lineNumber: 1,
              description: 'Hoodie, grey, L',
              quantity: 2,
              net: '89.80',
              tax: '6.51',
              account: '101-200-41100-1000-000',
              why: 'Rule “Clothing”: category Clothing › Hoodies is below Clothing.',
            },
            {
              lineNumber: 2,
              description: '3 x Mug, blue',
              quantity: 1,
              net: '20.00',
              tax: '1.45',
              account: '101-200-41200-2000-000',
              why: 'Rule “Mugs”: SKU MUG-BLUE matches MUG-*.',
            },
            {
              lineNumber: 3,
              description: 'Flat rate',
              quantity: 1,
              net: '10.00',
              tax: '0.69',
              account: null,
              why: 'No rule of kind Shipping; the memo line’s account is used.',
            },
          ],
        },
        {
          ...base,
          kind: 'receipt',
          purpose: 'payment',
          number: 'WEB-1042-P1',
          amount: '128.45',
          open: '30.00',
          oracleId: '300000281734912399',
          postedAt: minutesAgo(57),
          why: 'Web Card Payments: rule "Cards" (gateway stripe).',
          lines: [],
        },
        {
          ...base,
          kind: 'credit-memo',
          purpose: 'refund',
          number: 'WEB-R1050',
          amount: '30.00',
          open: '0.00',
          oracleId: '300000281734955555',
          postedAt: minutesAgo(12),
          accountingDate: '2026-12-01',
          why: '',
          lines: [],
        },
      ],
      actions: [
        {
          kind: 'apply-receipt',
          title: 'Apply receipt WEB-1042-P1 to invoice WEB-1042',
          amount: '128.45',
          state: 'undone',
          at: minutesAgo(57),
          accountingDate: '2026-12-01',
        },
        {
          kind: 'apply-credit-memo',
          title: 'Apply credit memo WEB-R1050 to invoice WEB-1042',
          amount: '30.00',
          state: 'done',
          at: minutesAgo(12),
          accountingDate: '2026-12-01',
        },
        {
          kind: 'apply-receipt',
          title: 'Apply the rest of receipt WEB-1042-P1 to invoice WEB-1042',
          amount: '98.45',
          state: 'done',
          at: minutesAgo(12),
          accountingDate: '2026-12-01',
        },
      ],
      identity: {
        sales: { store: '98.45', oracle: '98.45', difference: '0.00' },
        money: { store: '128.45', oracle: '128.45', difference: '0.00' },
        balance: { store: '-30.00', oracle: '-30.00', difference: '0.00' },
        tax: '0.00',
        holds: true,
      },
    },
  );
}

function stuckOrders(): api.OrderDetail[] {
  const shared = { storeStatus: 'processing', currency: 'USD' };
  return [
    order(
      { ...shared, orderId: 1058, orderNumber: '1058', state: 'attention', total: '45.00', customerName: 'Jonas Weber' },
      { reason: NO_ACCOUNT },
    ),
    order(
      {
        ...shared,
        orderId: 1057,
        orderNumber: '1057',
        state: 'attention',
        storeStatus: 'cancelled',
        total: '100.00',
        customerName: 'Amina Diallo',
      },
      {
        reason: KEPT_MONEY,
        invoiceNumber: 'WEB-1057',
        identity: {
          sales: { store: '0.00', oracle: '100.00', difference: '100.00' },
          money: { store: '100.00', oracle: '100.00', difference: '0.00' },
          balance: zero,
          tax: '0.00',
          holds: false,
        },
      },
    ),
    order(
      {
        ...shared,
        orderId: 1056,
        orderNumber: 'B-2026-1056',
        state: 'rejected',
        total: '59.90',
        customerName: 'Café Müller GmbH',
      },
      { reason: REJECTED, invoiceNumber: 'WEB-1056' },
    ),
    order(
      { ...shared, orderId: 1055, orderNumber: '1055', state: 'waiting', total: '1234567.89', customerName: 'Northwind Traders' },
      { reason: PERIOD, nextAttemptAt: new Date(Date.now() + 5 * 60_000).toISOString(), accountNumber: null },
    ),
    order(
      { ...shared, orderId: 1060, orderNumber: '1060', state: 'posting', total: '12.00', customerName: 'Li Wei' },
      { updatedAt: minutesAgo(0), accountNumber: null },
    ),
    order(
      { ...shared, orderId: 1040, orderNumber: '1040', state: 'excluded', total: '0.00', customerName: 'Test order' },
      { reason: { code: 'order.skipped', message: 'Skipped by anna: test order', action: '' }, accountNumber: null },
    ),
  ];
}

function auditEntries(): Model['audit'] {
  const entry = (seq: number, more: Partial<Model['audit'][number]>): Model['audit'][number] => ({
    seq,
    at: minutesAgo(600 - seq),
    orderId: 1042,
    document: 'WEB-1042',
    system: 'oracle',
    operation: 'create invoice',
    method: 'POST',
    path: '/fscmRestApi/resources/11.13.18.05/receivablesInvoices',
    status: 201,
    durationMs: 412,
    outcome: 'ok',
    oracleIds: ['300000281734912345'],
    actor: 'queue',
    request:
      '{"TransactionNumber":"WEB-1042","BusinessUnit":"Northwind US BU","EnteredAmount":128.45,"receivablesInvoiceLines":[]}',
    response: '{"CustomerTransactionId":300000281734912345,"TransactionNumber":"WEB-1042","EnteredAmount":128.45,"items":[]}',
    hash: `${seq}a9f3c2`.padEnd(64, '7'),
    previousHash: `${seq - 1}a9f3c2`.padEnd(64, '7'),
    rules: null,
    ...more,
  });
  return [
    entry(509, {
      operation: 'create credit memo',
      document: 'WEB-R1050',
      path: '/fscmRestApi/resources/11.13.18.05/receivablesCreditMemos',
    }),
    entry(508, {
      orderId: 1055,
      document: 'WEB-1055',
      status: 400,
      outcome: 'oracle.period_closed',
      oracleIds: [],
      durationMs: 1840,
      response: 'AR-855056: The accounting date isn’t in an open or future-enterable period.',
    }),
    entry(507, {
      orderId: 1055,
      document: 'WEB-1055',
      status: null,
      outcome: 'oracle.unreachable',
      oracleIds: [],
      response: null,
    }),
    entry(506, {
      operation: 'apply receipt',
      document: 'WEB-1042-P1',
      system: 'oracle',
      path: '/fscmRestApi/resources/11.13.18.05/standardReceipts/300000281734912399/action/applyReceipt',
      response:
        '<soap:Envelope><soap:Body><applyReceiptResponse><result>S</result></applyReceiptResponse></soap:Body></soap:Envelope>',
    }),
    entry(505, { rules: { seq: 503, traces: RECORDED } }),
    entry(504, {
      orderId: null,
      document: null,
      system: 'store',
      operation: 'list changed orders',
      method: 'GET',
      path: '/wp-json/wc/v3/orders?modified_after=2026-11-23T05:00:00&dates_are_gmt=true',
      status: 200,
      durationMs: 96,
      request: null,
      response: '[]',
      oracleIds: [],
    }),
    entry(503, {
      system: 'ar-bridge',
      operation: 'chosen by rules',
      method: 'RULES',
      path: 'version 7',
      status: null,
      durationMs: 0,
      oracleIds: [],
      request: '{}',
      response: null,
      rules: { seq: 503, traces: RECORDED },
    }),
  ];
}

const RECORDED: NonNullable<api.AuditDetail['rules']>['traces'] = [
  {
    kind: 'revenue',
    ruleSetVersion: 7,
    line: 'Hoodie, grey, L',
    result: '101-200-41100-1000-000',
    ruleId: 'rule-clothing',
    ruleName: 'Clothing',
    matched: { category: 'Clothing (16)' },
    nearly: [],
  },
];

const RULES: api.RuleSetView['rules'] = [
  {
    id: 'rule-mugs',
    kind: 'revenue',
    name: 'Mugs',
    enabled: true,
    position: 0,
    when: { skuPattern: 'MUG-*' },
    outcome: { segments: { Account: '41200', Product: '2000' } },
  },
  {
    id: 'rule-clothing',
    kind: 'revenue',
    name: 'Clothing',
    enabled: true,
    position: 1,
    when: { categoryId: 16 },
    outcome: { segments: { Account: '41100', Product: '1000' }, memoLine: 'Web Product' },
  },
  {
    id: 'rule-gifts',
    kind: 'revenue',
    name: 'Gift shop',
    enabled: false,
    position: 2,
    when: { categoryId: 18 },
    outcome: { segments: { Account: '41900' } },
    effectiveFrom: '2027-01-01',
  },
  {
    id: 'rule-rest',
    kind: 'revenue',
    name: 'Everything else',
    enabled: true,
    position: 3,
    when: {},
    outcome: { segments: { Account: '41000' } },
  },
  {
    id: 'rule-shipping',
    kind: 'shipping',
    name: 'Shipping',
    enabled: true,
    position: 0,
    when: {},
    outcome: { segments: { Account: '42000' }, memoLine: 'Web Shipping' },
  },
  {
    id: 'rule-ca',
    kind: 'tax',
    name: 'California',
    enabled: true,
    position: 0,
    when: { taxRateId: 1 },
    outcome: { taxRegime: 'US SALES TAX', taxRateCode: 'CA STATE 7.25' },
  },
  {
    id: 'rule-stripe',
    kind: 'receipt-method',
    name: 'Cards',
    enabled: true,
    position: 0,
    when: { gateway: 'stripe' },
    outcome: { receiptMethod: 'Web Card Payments', remittanceBankAccount: 'Northwind US Operating' },
  },
];

const TESTS: api.RuleSetView['tests'] = [
  {
    id: 'test-mug',
    name: 'A mug in Germany goes to 41200',
    kind: 'revenue',
    facts: { sku: 'MUG-BLUE', country: 'DE' },
    expect: { segments: { Account: '41200' } },
  },
];

/** Older versions, what is not mapped, and how a what-if ends. */
function rulesBesides(): Pick<Model, 'versions' | 'unmapped' | 'whatIf' | 'whatIfResult'> {
  const version = (number: number, author: string, ago: number, note: string, rules: api.RuleSetView['rules']) => ({
    version: number,
    author,
    savedAt: minutesAgo(ago),
    note,
    forced: null,
    rules: structuredClone(rules),
    tests: structuredClone(TESTS),
  });
  const beforeShipping = RULES.map((rule) =>
    rule.id === 'rule-shipping' ? { ...rule, outcome: { segments: { Account: '41000' } } } : rule,
  );
  const move = (from: string | null, to: string | null, amount: string, posted: string, lines: number, orders: number) => ({
    from,
    to,
    currency: 'USD',
    amount,
    posted,
    lines,
    orders,
    sample: [1042, 1055, 1058],
  });
  return {
    versions: [
      version(7, 'anna', 60 * 30, 'Shipping on its own account', RULES),
      {
        ...version(6, 'ben', 60 * 24 * 12, '', beforeShipping),
        forced: { by: 'ben', reason: 'Year end, the test follows', tests: ['A mug in Germany goes to 41200'] },
      },
      version(
        5,
        'anna',
        60 * 24 * 40,
        'First set',
        beforeShipping.filter(({ id }) => id !== 'rule-gifts'),
      ),
    ],
    unmapped: {
      items: [
        {
          rule: { kind: 'revenue', when: { sku: 'MUG-BLUE' } },
          label: 'SKU MUG-BLUE',
          change: null,
          partly: false,
          orders: 9,
          sample: [1058, 1060],
        },
        {
          rule: { kind: 'revenue', when: { categoryId: 18 } },
          label: 'Kitchen',
          change: null,
          partly: true,
          orders: 4,
          sample: [1058],
        },
        {
          rule: { kind: 'tax', when: { taxRateId: 2 } },
          label: 'DE MwSt 19 %',
          change: null,
          partly: false,
          orders: 0,
          sample: [],
        },
        {
          rule: { kind: 'receipt-method', when: { gateway: 'cod' } },
          label: 'Cash on delivery',
          change: null,
          partly: false,
          orders: 0,
          sample: [],
        },
      ],
      waiting: 12,
      more: false,
    },
    whatIf: { job: null },
    whatIfResult: {
      orders: 9_120,
      changed: 412,
      left: 180,
      moves: [
        { kind: 'revenue', ...move('101-200-41000-0000-000', '101-200-41200-2000-000', '18204.50', '15100.00', 530, 398) },
        { kind: 'shipping', ...move('101-200-42000-0000-000', null, '912.00', '0.00', 14, 14) },
        { kind: 'customer-policy', ...move('own', '40017', '640.00', '0.00', 6, 6) },
        { kind: 'descriptive-flexfield', ...move('', 'WEB: attribute1 = {meta:_po}', '640.00', '0.00', 6, 6) },
      ],
      segments: [
        { segment: 'Account', moves: [move('41000', '41200', '18204.50', '15100.00', 530, 398)] },
        { segment: 'Product', moves: [move('0000', '2000', '18204.50', '15100.00', 530, 398)] },
      ],
      unmapped: { before: 3, after: 17, sample: [1055, 1058] },
    },
  };
}

/** Lists as they were pulled, one of them too old, and what Oracle closed since. */
function references(): Pick<Model, 'references' | 'referenceChanges' | 'notices'> {
  const list = (name: string, rows: number, hoursAgo: number, over: Partial<api.References['lists'][number]> = {}) => ({
    list: name,
    rows,
    pulledAt: minutesAgo(60 * hoursAgo),
    failure: '',
    stale: false,
    changes: 0,
    ...over,
  });
  return {
    references: {
      settings: { everyHours: 6, maxAgeHours: 24 },
      lists: [
        list('segmentValues', 1_204, 2, { changes: 2 }),
        list('receiptMethods', 14, 2, { changes: 1 }),
        list('periods', 24, 30, { stale: true, failure: 'Oracle did not answer within 30 seconds.' }),
        list('storeCategories', 41, 2),
        { ...list('sharedAccounts', 0, 0), pulledAt: null, stale: true },
      ],
    },
    referenceChanges: [
      {
        id: 9,
        at: minutesAgo(120),
        list: 'segmentValues',
        key: 'NW_ACCOUNT/41900',
        label: 'Revenue, gifts',
        change: 'closed',
        detail: 'ended on 2026-10-01',
      },
      {
        id: 8,
        at: minutesAgo(120),
        list: 'segmentValues',
        key: 'NW_ACCOUNT/41250',
        label: 'Revenue, bar',
        change: 'appeared',
        detail: '',
      },
      {
        id: 5,
        at: minutesAgo(900),
        list: 'receiptMethods',
        key: 'Web Old Terminal',
        label: 'Web Old Terminal',
        change: 'closed',
        detail: '',
      },
    ],
    notices: [
      {
        id: 3,
        foundAt: minutesAgo(119),
        what: 'rule',
        subjectId: 'rule-stripe',
        name: 'Cards',
        message: 'Rule "Cards": The receipt method Web Card Payments is disabled in Oracle.',
        orders: 21,
        sampleOrderIds: [1055, 1058],
        dismissedBy: null,
      },
    ],
  };
}

const row = (key: string, label = key, enabled = true, endDate: string | null = null) => ({ key, label, enabled, endDate });

/** A tax set-up that adds tax a second time: the first invoice came back dearer and was taken back. */
export const heldBack = (): api.Overview['heldBack'] => ({
  orders: 37,
  lanes: [
    {
      kind: 'invoice',
      where: 'Northwind US BU · WEB STORE · Web Invoice',
      currency: 'USD',
      taxed: true,
      taxMode: 'lines',
      reason: 'Oracle holds WEB-1058 with 107.25 USD, sent were 100.00 USD.',
      at: minutesAgo(40),
      documents: [{ orderId: 1058, number: 'WEB-1058', sent: '100.00', held: '107.25', mirror: 'WEB-1058-M1' }],
    },
  ],
});

/** A fresh copy each time: tests may change theirs. */
export function model(): Model {
  const orders = [
    ...stuckOrders(),
    refundedOrder(),
    postedOrder(1059, 'Olivia Brown', '19.99'),
    postedOrder(1054, 'Hans Schmidt', '249.00', 'EUR'),
    postedOrder(1053, 'Yuki Tanaka', '1500', 'JPY'),
  ].sort((a, b) => b.orderId - a.orderId);
  const audit = auditEntries();
  for (const each of orders) each.timeline = audit.filter(({ orderId }) => orderId === each.orderId);
  return {
    reconcile: reconcileModel(),
    overview: {
      mode: 'live',
      modeReason: null,
      counts: { new: 0, posting: 1, posted: 1204, waiting: 14, attention: 13, rejected: 1, excluded: 22 },
      today: {
        day: today(),
        posted: [
          {
            currency: 'USD',
            invoices: 38,
            invoiced: '4812.35',
            receipts: 36,
            received: '4701.10',
            creditMemos: 2,
            credited: '59.90',
          },
          { currency: 'EUR', invoices: 4, invoiced: '996.00', receipts: 4, received: '996.00', creditMemos: 0, credited: '0.00' },
        ],
      },
      heldBack: { orders: 0, lanes: [] },
      causes: [
        {
          code: 'oracle.period_closed',
          state: 'waiting',
          message: PERIOD.message,
          action: PERIOD.action,
          orders: 14,
          asks: false,
          sampleOrderIds: [1055, 1052, 1051],
        },
        {
          code: 'rules.no_account',
          state: 'attention',
          message: NO_ACCOUNT.message,
          action: NO_ACCOUNT.action,
          orders: 12,
          asks: false,
          sampleOrderIds: [1058],
        },
        {
          code: 'order.cancelled_money_kept',
          state: 'attention',
          message: KEPT_MONEY.message,
          action: KEPT_MONEY.action,
          orders: 1,
          asks: true,
          sampleOrderIds: [1057],
        },
      ],
      recent: orders.slice(0, 6).map(summaryOf),
      health: {
        store: { ok: true, message: 'WooCommerce 10.5.2', at: minutesAgo(2) },
        oracle: { ok: true, message: 'Signed in as AR_BRIDGE', at: minutesAgo(1) },
        lastPollAt: minutesAgo(4),
        lastPullAt: minutesAgo(0),
        queued: 3,
      },
    },
    orders,
    rules: {
      version: 7,
      author: 'anna',
      savedAt: minutesAgo(60 * 30),
      rules: structuredClone(RULES),
      note: 'Shipping on its own account',
      forced: null,
      tests: structuredClone(TESTS),
      testResults: [{ testId: 'test-mug', passed: true, ruleName: 'Mugs', got: '101-200-41200-2000-000', message: '' }],
      problems: [
        {
          ruleId: 'rule-gifts',
          severity: 'broken',
          by: 'oracle',
          at: 'segments',
          message: 'Account 41900 was disabled in Oracle on 1 October 2026.',
        },
      ],
    },
    ...rulesBesides(),
    ...references(),
    audit,
    waitForSetup: 0,
    connections: {
      pairing: { paired: true, siteUrl: 'https://shop.example.com', pairedAt: minutesAgo(60 * 24 * 9) },
      store: {
        url: 'https://shop.example.com',
        auth: 'basic',
        consumerKey: { set: true, source: 'stored', hint: '…7f3a' },
        consumerSecret: { set: true, source: 'stored', hint: '…02bd' },
        webhookSecret: { set: false, source: 'none', hint: '' },
      },
      oracle: {
        url: 'https://fa-demo.example.com',
        auth: 'oauth2',
        tokenUrl: 'https://idcs-demo.example.com/oauth2/v1/token',
        scope: 'urn:opc:resource:fa:demo',
        clientId: 'ar-bridge',
        clientSecret: { set: true, source: 'environment', hint: '…c41e' },
        username: '',
        password: { set: false, source: 'none', hint: '' },
        release: '26D',
      },
      setup: {
        prefix: 'WEB-',
        businessUnit: 'Northwind US BU',
        ledgerCurrency: 'USD',
        timeZone: 'America/New_York',
        invoice: { source: 'WEB STORE', type: 'Web Invoice', paymentTerms: 'IMMEDIATE' },
        creditMemo: { source: 'WEB STORE', type: 'Web Credit Memo' },
        conversionRateType: 'Corporate',
        segments: [
          { name: 'Company', default: '101', valueSet: 'NW_COMPANY' },
          { name: 'Cost center', default: '200', valueSet: 'NW_COST_CENTER' },
          { name: 'Account', valueSet: 'NW_ACCOUNT' },
          { name: 'Product', default: '0000', valueSet: 'NW_PRODUCT' },
          { name: 'Intercompany', default: '000' },
        ],
        segmentSeparator: '-',
        taxMode: 'lines',
        postingStatuses: ['processing', 'completed'],
        zeroTotalOrders: 'skip',
        closedPeriod: 'next-open',
        userRates: {},
        closedPeriodFor: {},
        exclusions: [],
        discounts: 'inside',
        tenders: [],
        gatewayFees: { post: 'information' },
        gatewayFeeMeta: [
          '_stripe_fee',
          '_wcpay_transaction_fee',
          '_paypal_transaction_fee',
          'PayPal Transaction Fee',
          '_ppcp_paypal_fees',
        ],
        businessUnits: [],
        deletedOrders: 'ask',
        customers: {
          guests: 'shared',
          registered: 'own',
          createAt: 'first-order',
          sharedAccounts: [{ accountNumber: '40017', currency: 'USD' }, { accountNumber: '40018' }],
          companies: 'as-buyer',
          companiesBy: 'name',
          vatMeta: ['_billing_vat_number', '_vat_number', '_billing_eu_vat_number', 'billing_vat', '_billing_vat'],
          addresses: 'update-primary',
          shipTo: 'none',
          sourceSystem: 'WEBSTORE',
          siteSetCode: 'COMMON',
        },
        settlements: [{ gateway: 'bacs', settlement: 'payables', refundsItself: false }],
      },
      setupVersion: 3,
      poll: { everyMinutes: 10 },
      mode: 'live',
      fromEnvironment: ['oracle.url'],
    },
    catalogue: {
      categories: [
        { id: 16, name: 'Clothing', slug: 'clothing', parent: 0, count: 8 },
        { id: 17, name: 'Hoodies', slug: 'hoodies', parent: 16, count: 3 },
        { id: 18, name: 'Kitchen', slug: 'kitchen', parent: 0, count: 5 },
      ],
      taxRates: [
        { id: 1, name: 'State Tax', country: 'US', rate: '7.2500', class: 'standard' },
        { id: 2, name: 'MwSt', country: 'DE', rate: '19.0000', class: 'standard' },
        { id: 3, name: 'MwSt reduced', country: 'DE', rate: '7.0000', class: 'reduced-rate' },
      ],
      gateways: [
        { id: 'stripe', title: 'Credit card (Stripe)', enabled: true },
        { id: 'bacs', title: 'Direct bank transfer', enabled: true },
        { id: 'cod', title: 'Cash on delivery', enabled: true },
      ],
      shippingMethods: [
        { id: 'flat_rate', title: 'Flat rate' },
        { id: 'local_pickup', title: 'Local pickup' },
      ],
    },
    reference: {
      businessUnits: [row('Northwind US BU'), row('Northwind EU BU')],
      transactionSources: [row('WEB STORE', 'Web store orders'), row('MANUAL', 'Manual entry')],
      invoiceTypes: [row('Web Invoice'), row('Invoice')],
      creditMemoTypes: [row('Web Credit Memo')],
      paymentTerms: [row('IMMEDIATE', 'Due at once'), row('30 Net')],
      receiptMethods: [row('Web Card Payments'), row('Web PayPal'), row('Web Old Terminal', 'Web Old Terminal', false)],
      memoLines: [row('Web Product'), row('Web Shipping')],
      segmentValues: [
        row('NW_COMPANY/101', 'Northwind US'),
        row('NW_COST_CENTER/200', 'Sales'),
        row('NW_ACCOUNT/41000', 'Revenue, other'),
        row('NW_ACCOUNT/41100', 'Revenue, clothing'),
        row('NW_ACCOUNT/41200', 'Revenue, kitchen'),
        row('NW_ACCOUNT/41900', 'Revenue, gifts', false, '2026-10-01'),
        row('NW_PRODUCT/0000', 'None'),
        row('NW_PRODUCT/2000', 'Kitchen'),
      ],
      taxRates: [row('CA STATE 7.25'), row('NY STATE 4')],
      taxClassifications: [],
      creditReasons: [row('RETURN', 'Return')],
    },
    customers: customersModel(),
    customerImport: null,
    waitingSettlements: { gateways: [] },
    pairing: { paired: true, sidecarUrl: 'https://bridge.example.com:8090', siteUrl: 'https://shop.example.com' },
  };
}

export const summaryOf = ({
  documents: _d,
  actions: _a,
  identity: _i,
  timeline: _t,
  ...summary
}: api.OrderDetail): api.OrderSummary => summary;

/** An order that was just heard of: its number is known, and nothing else. */
export const newOrder = (orderId: number): api.OrderDetail =>
  order({
    orderId,
    orderNumber: String(orderId),
    state: 'new',
    storeStatus: '',
    currency: '',
    total: '',
    customerName: '',
  });
