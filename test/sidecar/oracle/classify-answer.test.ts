import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Failure } from '../../../sidecar/domain/failures.ts';
import type { Call } from '../../../sidecar/oracle/call.ts';
import { classifyAnswer } from '../../../sidecar/oracle/classify-answer.ts';
import { FAULT_ROWS } from '../../../sidecar/oracle/fault-table.ts';
import type { Exchange, NoAnswer } from '../../../sidecar/oracle/transport.ts';

interface Fixture {
  /** Where it came from and when. */
  source: string;
  on: string;
  call: Call;
  answer: { status: number; headers: Record<string, string>; text: string };
}
const folder = new URL('../../fixtures/oracle/answers/', import.meta.url);
const fixture = (name: string): Fixture => JSON.parse(readFileSync(new URL(`${name}.json`, folder), 'utf8'));
/** Arrival of every stored answer, for Retry-After as a date. */
const ARRIVED = Date.parse('2026-09-14T08:00:00Z');

function classify(name: string) {
  const { call, answer } = fixture(name);
  return classifyAnswer(call, { kind: 'answer', ...answer, receivedAtMs: ARRIVED });
}
function failureOf(name: string): Failure {
  const result = classify(name);
  if (result.ok) throw new Error(`${name} was taken for a success`);
  return result.failure;
}

/** Stored answer, who acts next, our slug, what the message has to name. */
const REFUSALS: [string, Failure['kind'], string, string[]][] = [
  [
    'invoice-business-unit-unknown',
    'needs-attention',
    'oracle.business_unit_unknown',
    ['business unit', '"Northwind US BU"', 'expected'],
  ],
  [
    'receipt-business-unit-unknown',
    'needs-attention',
    'oracle.business_unit_unknown',
    ['"Northwind US BU"', 'receipt WEB-100482-P1'],
  ],
  ['invoice-source-unknown', 'needs-attention', 'oracle.source_unknown', ['transaction source', '"WEB STORE"']],
  ['invoice-customer-unknown', 'needs-attention', 'oracle.customer_unknown', ['bill-to account', '"40017"']],
  ['invoice-site-unknown', 'needs-attention', 'oracle.site_unknown', ['bill-to site', '"40017-1"']],
  ['invoice-site-duplicate', 'needs-attention', 'oracle.site_ambiguous', ['only one bill-to site']],
  ['invoice-ship-to-customer-unknown', 'needs-attention', 'oracle.ship_to_invalid', ['ship-to']],
  ['invoice-ship-to-number-required', 'needs-attention', 'oracle.ship_to_invalid', ['ship-to']],
  ['invoice-ship-to-site-unknown', 'needs-attention', 'oracle.ship_to_invalid', ['ship-to']],
  ['invoice-ledger-currency-only', 'needs-attention', 'oracle.currency_refused', ['currency', '"USD"']],
  ['receipt-currency-invalid', 'needs-attention', 'oracle.currency_refused', ['currency', '"USD"']],
  ['invoice-item-unknown', 'needs-attention', 'oracle.item_unknown', ['item', 'none was sent']],
  ['invoice-item-not-usable', 'needs-attention', 'oracle.item_unknown', ['item']],
  ['invoice-line-without-item-or-memo-line', 'needs-attention', 'oracle.line_incomplete', ['memo line']],
  ['invoice-line-information-missing', 'needs-attention', 'oracle.line_incomplete', ['line']],
  ['invoice-warehouse-unknown', 'needs-attention', 'oracle.warehouse_unknown', ['warehouse']],
  ['invoice-warehouse-without-item', 'needs-attention', 'oracle.warehouse_unknown', ['warehouse']],
  ['invoice-warehouse-mismatch', 'needs-attention', 'oracle.warehouse_unknown', ['warehouse']],
  ['invoice-duplicate-number', 'retryable', 'oracle.duplicate_number', ['WEB-100482', 'does not hold yet']],
  ['invoice-duplicate-number-plain-text', 'retryable', 'oracle.duplicate_number', ['WEB-100482']],
  ['receipt-duplicate-number', 'retryable', 'oracle.duplicate_number', ['WEB-100482-P1']],
  ['invoice-remit-to-missing', 'needs-attention', 'oracle.remit_to_missing', ['remit-to']],
  ['invoice-customer-missing', 'needs-attention', 'oracle.customer_missing', ['account number']],
  ['invoice-site-missing', 'needs-attention', 'oracle.site_missing', ['bill-to site']],
  ['receipt-attribute-required', 'needs-attention', 'oracle.attribute_missing', ['not sent']],
  ['receipt-attribute-required-jbo', 'needs-attention', 'oracle.receipt_method_invalid', ['"Web Card Payments"']],
  ['receipt-method-invalid', 'needs-attention', 'oracle.receipt_method_invalid', ['receipt method', '"Web Card Payments"']],
  ['receipt-bill-of-exchange', 'needs-attention', 'oracle.receipt_method_unsupported', ['receipt method']],
  ['find-query-refused', 'needs-attention', 'oracle.query_refused', ['query']],
  ['receipt-changed-by-another', 'retryable', 'oracle.changed_by_another', ['changed']],
  ['invoice-attribute-unknown', 'needs-attention', 'oracle.attribute_unknown', ['attribute']],
  ['invoice-attribute-unknown-plain-text', 'needs-attention', 'oracle.attribute_unknown', ['attribute']],
  ['memo-type-not-in-source', 'needs-attention', 'oracle.type_not_in_source', ['transaction type', '"Web Credit Memo"']],
  ['invoice-no-account-derived', 'needs-attention', 'oracle.account_missing', ['account for a line']],
  ['person-created-by-another', 'retryable', 'oracle.created_by_another', ['same record']],
  ['invoice-period-closed', 'needs-attention', 'oracle.period_closed', ['accounting date', '"2026-09-14"', 'open']],
  ['invoice-period-closed-words-only', 'needs-attention', 'oracle.period_closed', ['accounting date', '"2026-09-14"']],
  ['invoice-terms-unknown', 'needs-attention', 'oracle.payment_terms_unknown', ['payment terms', '"IMMEDIATE"']],
  ['invoice-memo-line-unknown', 'needs-attention', 'oracle.memo_line_unknown', ['memo line', '"Web Product"']],
  [
    'invoice-account-combination-invalid',
    'needs-attention',
    'oracle.account_combination_invalid',
    ['account combination', '"01-430-4110-0000-000"'],
  ],
  ['invoice-tax-rate-unknown', 'needs-attention', 'oracle.tax_rate_unknown', ['tax rate', '"CA STATE 7.25"']],
  ['invoice-tax-code-unknown', 'needs-attention', 'oracle.tax_code_unknown', ['tax classification', '"US SALES TAX"']],
  ['invoice-conversion-invalid', 'needs-attention', 'oracle.conversion_invalid', ['conversion']],
  ['receipt-bank-account-unknown', 'needs-attention', 'oracle.bank_account_unknown', ['bank account', '"10271"']],
  ['invoice-combination-refused', 'needs-attention', 'oracle.account_combination_invalid', ['"01-430-4110-0000-000"']],
  ['memo-reason-unknown', 'needs-attention', 'oracle.reason_unknown', ['reason', '"Return"']],
  ['reverse-reason-unknown', 'needs-attention', 'oracle.reason_unknown', ['reason', '"NO SUCH"']],
  ['invoice-unit-of-measure', 'needs-attention', 'oracle.unit_invalid', ['unit of measure']],
  ['apply-over-application', 'needs-attention', 'oracle.over_application', ['amount', '"28.71"', 'open balance']],
  ['apply-other-customer', 'needs-attention', 'oracle.other_customer', ['another customer']],
  ['refund-not-remitted', 'retryable', 'oracle.receipt_not_refundable', ['remitted or cleared']],
  ['reverse-refunded', 'needs-attention', 'oracle.receipt_refunded', ['Payables', 'WEB-100482-P1']],
  ['refund-method-unknown', 'needs-attention', 'oracle.payment_method_unknown', ['payment method', '"CHECK"']],
  ['invoice-value-too-long', 'needs-attention', 'oracle.value_too_long', ['longer']],
  ['person-address-refused', 'needs-attention', 'oracle.address_invalid', ['address', '"CA"']],
  ['invoice-refused-unmet', 'needs-attention', 'oracle.unmet_answer', ['The moon is in the wrong house.']],
  ['soap-receipt-number-invalid', 'needs-attention', 'oracle.receipt_unknown', ['receipt', '"WEB-100482-P1"']],
  ['soap-unit-invalid', 'needs-attention', 'oracle.unit_invalid', ['unit of measure']],
  ['soap-record-missing', 'needs-attention', 'oracle.record_missing', ['no such record']],
  ['soap-source-system-unregistered', 'needs-attention', 'oracle.source_system_unregistered', ['source system', '"WEBSTORE"']],
  ['soap-source-system-number-only', 'needs-attention', 'oracle.source_system_unregistered', ['"WEBSTORE"']],
  ['soap-party-usage-missing', 'needs-attention', 'oracle.party_usage_missing', ['customer']],
  ['soap-validation-failed', 'needs-attention', 'oracle.validation_failed', ['as a whole']],
  ['soap-unknown-method', 'needs-attention', 'oracle.soap_operation_unknown', ['operation']],
  ['soap-changed-by-another', 'retryable', 'oracle.changed_by_another', ['changed']],
  ['soap-created-by-another', 'retryable', 'oracle.created_by_another', ['same record']],
  ['soap-period-closed', 'needs-attention', 'oracle.period_closed', ['accounting date', '"2026-09-20"']],
  ['soap-activity-unknown', 'needs-attention', 'oracle.activity_unknown', ['receivables activity', '"Gateway clearing"']],
  ['soap-fee-activity-unknown', 'needs-attention', 'oracle.fee_activity_unknown', ['"Bank charges"', 'Miscellaneous Cash']],
  ['soap-limit-exceeded', 'needs-attention', 'oracle.limit_exceeded', ['limit']],
  ['soap-set-unknown', 'needs-attention', 'oracle.set_unknown', ['reference data set', '"300100000000001"']],
  ['soap-profile-class-unknown', 'needs-attention', 'oracle.profile_class_unknown', ['profile class', '"WEB"']],
  ['soap-fault-unmet', 'needs-attention', 'oracle.unmet_answer', ['JBO-29000']],
  ['unauthorized-html', 'needs-attention', 'oracle.unauthorized', ['credentials', '401']],
  ['forbidden-invoice', 'needs-attention', 'oracle.missing_privilege', ['create invoice WEB-100482']],
  ['find-not-offered', 'needs-attention', 'oracle.not_offered', ['404']],
  ['find-framework-refused', 'needs-attention', 'oracle.framework_version_refused', ['406']],
  ['apply-not-offered', 'needs-attention', 'oracle.action_unavailable', ['apply receipt WEB-100482-P1']],
  ['invoice-verb-refused', 'needs-attention', 'oracle.request_form_refused', ['405']],
  ['invoice-conflict', 'retryable', 'oracle.changed_by_another', ['412']],
  ['invoice-redirected', 'needs-attention', 'oracle.redirected', ['login.example.org']],
];

describe('a refusal of Oracle', () => {
  it.each(REFUSALS)('%s: %s %s', (name, kind, code, words) => {
    const failure = failureOf(name);
    expect({ kind: failure.kind, code: failure.code }).toEqual({ kind, code });
    for (const word of words) expect(failure.message).toContain(word);
    expect(failure.detail?.status).toBe(fixture(name).answer.status);
    if (failure.kind === 'needs-attention') expect(failure.action).toMatch(/^[A-Z].{15,}\.$/s);
  });

  it('has a refund wait for the remittance of its receipt as long as it takes', () => {
    expect(failureOf('refund-not-remitted')).toMatchObject({ endpoint: true, retryAfterMs: 3_600_000 });
  });

  it('is told for every row of the table by a stored answer', () => {
    const told = new Set(REFUSALS.map(([, , code]) => code));
    expect(FAULT_ROWS.map((row) => row.slug).filter((slug) => !told.has(slug))).toEqual([]);
  });

  it('is told for every code of the table by a stored answer', () => {
    const all = REFUSALS.map(([name]) => fixture(name).answer.text).join('\n');
    const codes = FAULT_ROWS.flatMap((row) => row.codes ?? []);
    expect(codes.filter((code) => !all.includes(code))).toEqual([]);
  });

  it('has told where each stored answer comes from and when', () => {
    const names = readdirSync(folder).map((file) => file.replace(/\.json$/, ''));
    for (const name of names) {
      expect(fixture(name).source.length, name).toBeGreaterThan(20);
      expect(fixture(name).on, name).toMatch(/^\d{4}-\d\d-\d\d$/);
    }
  });

  it('names the privilege that is missing, by resource', () => {
    const action = (name: string) => {
      const failure = failureOf(name);
      return failure.kind === 'needs-attention' ? failure.action : '';
    };
    expect(action('forbidden-invoice')).toContain('AR_CREATE_RECEIVABLES_INVOICE_PRIV');
    expect(action('forbidden-memo')).toContain('AR_CREATE_RECEIVABLES_TRANSACTION_PRIV');
    expect(action('forbidden-receipt')).toContain('receipts');
    expect(action('forbidden-soap')).toContain('web services');
  });

  it("keeps Oracle's own code, words and request id beside ours", () => {
    expect(failureOf('receipt-attribute-required-jbo').detail).toMatchObject({
      code: 'AR_INVAL_RECEIPT_MTH_ID',
      text: expect.stringContaining('Attribute Amount in the receipt is required.'),
      subject: 'Web Card Payments',
    });
    expect(failureOf('forbidden-invoice').detail?.text).toContain('005xyz^demo');
    expect(failureOf('soap-receipt-number-invalid').detail?.text).toBe('The receipt number is invalid.');
  });

  it('does not repeat what a redirect carried in its address', () => {
    expect(failureOf('invoice-redirected').message).not.toContain('secret');
  });
});

describe('an answer that leaves the outcome open', () => {
  it.each([
    ['invoice-maintenance', 'oracle.unavailable', true],
    ['invoice-bad-gateway', 'oracle.unavailable', true],
    ['invoice-server-error', 'oracle.server_error', false],
    ['soap-html-500', 'oracle.server_error', false],
    ['invoice-login-page', 'oracle.web_page_instead', true],
    ['invoice-created-empty', 'oracle.answer_unreadable', false],
    ['invoice-created-cut', 'oracle.answer_unreadable', false],
    ['invoice-created-without-id', 'oracle.answer_without_id', false],
    ['soap-no-envelope', 'oracle.answer_unreadable', false],
    ['invoice-duplicate-number', 'oracle.duplicate_number', false],
  ])('%s is looked up before it is sent again', (name, code, endpoint) => {
    expect(failureOf(name)).toMatchObject({ kind: 'retryable', code, outcomeUnknown: true, endpoint });
  });

  it.each(['soap-fault-unmet', 'apply-failed-in-result', 'soap-failed-in-result', 'invoice-redirected'])(
    '%s waits for a person, and is looked up before it is sent again',
    (name) => {
      expect(failureOf(name)).toMatchObject({ kind: 'needs-attention', outcomeUnknown: true });
    },
  );
});

describe('an answer that settles that nothing was done', () => {
  it.each([
    ['invoice-throttled-seconds', 'oracle.throttled', 7_000],
    ['invoice-throttled-date', 'oracle.throttled', 30_000],
    ['invoice-throttled-bare', 'oracle.throttled', undefined],
  ])('%s belongs to the endpoint and keeps the wait Oracle asks for', (name, code, retryAfterMs) => {
    const failure = failureOf(name);
    expect(failure).toMatchObject({ kind: 'retryable', code, endpoint: true, outcomeUnknown: false });
    expect(failure.kind === 'retryable' ? failure.retryAfterMs : null).toBe(retryAfterMs);
  });

  it.each(['find-maintenance', 'find-server-error', 'find-login-page', 'find-without-items', 'read-not-found'])(
    '%s: a read leaves nothing in doubt',
    (name) => {
      expect(failureOf(name)).toMatchObject({ kind: 'retryable', outcomeUnknown: false });
    },
  );

  it('takes a 404 on an action for a receipt that does not show yet, or an action the release lacks', () => {
    expect(failureOf('apply-not-found')).toMatchObject({ kind: 'retryable', code: 'oracle.not_found', outcomeUnknown: false });
    expect(failureOf('apply-not-found').message).toContain('release');
  });

  it('does not doubt a definite refusal', () => {
    const failure = failureOf('invoice-refused-unmet');
    expect(failure.kind === 'needs-attention' ? failure.outcomeUnknown : null).toBeUndefined();
  });

  it('keeps the wait of a maintenance page', () => {
    expect(failureOf('invoice-maintenance')).toMatchObject({ retryAfterMs: 120_000 });
  });
});

describe('a success', () => {
  it('reads an invoice, every digit of its id', () => {
    const result = classify('invoice-created');
    expect(result.ok && result.value.json).toMatchObject({ CustomerTransactionId: '300100184726519123', EnteredAmount: '28.71' });
  });

  it.each(['apply-success', 'apply-empty-success'])('%s needs no words of its own', (name) => {
    expect(classify(name).ok).toBe(true);
  });

  it.each(['soap-success', 'soap-success-mtom'])('%s: the envelope is found as plain XML and inside MTOM', (name) => {
    const result = classify(name);
    expect(JSON.stringify(result.ok && result.value.element)).toContain('"ReceivableApplicationId":"300100184750123"');
  });
});

describe('no answer', () => {
  const { call } = fixture('invoice-created');
  const read = fixture('find-login-page').call;
  const lost = (cause: NoAnswer['cause'], reached: NoAnswer['reached']): Exchange => ({
    kind: 'no-answer',
    reached,
    cause,
    detail: 'x',
    status: null,
  });
  it.each([
    ['refused', 'never', 'oracle.unreachable', false],
    ['dns', 'never', 'oracle.unreachable', false],
    ['tls', 'never', 'oracle.tls', false],
    ['timeout', 'never', 'oracle.timeout', false],
    ['timeout', 'maybe', 'oracle.timeout', true],
    ['reset', 'maybe', 'oracle.connection_lost', true],
  ] as const)('%s (request arrived: %s) after a POST is %s, outcome unknown %s', (cause, reached, code, outcomeUnknown) => {
    const result = classifyAnswer(call, lost(cause, reached));
    expect(result).toMatchObject({ ok: false, failure: { kind: 'retryable', code, outcomeUnknown, endpoint: true } });
  });

  it('leaves nothing in doubt after a read', () => {
    expect(classifyAnswer(read, lost('timeout', 'maybe'))).toMatchObject({ failure: { outcomeUnknown: false, endpoint: true } });
  });
});
