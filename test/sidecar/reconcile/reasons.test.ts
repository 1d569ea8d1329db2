import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ORDER_STATES } from '../../../sidecar/domain/states.ts';
import { DRIFT_CODE } from '../../../sidecar/reconcile/drift.ts';
import { CODES, type OrderStanding, REASONS, reasonOf, wordsOf } from '../../../sidecar/reconcile/reasons.ts';

const SIDECAR = join(import.meta.dirname, '..', '..', '..', 'sidecar');
/** Where the work on an order may fail. Reconciliation, pages, command line and sandbox end no order. */
const FOLDERS = ['domain', 'derive', 'plan', 'apply', 'oracle', 'woocommerce', 'capture', 'store'];
const CODE =
  /['"`]((?:account|action|business_unit|currency|customer|document|drift|endpoint|gateway_fee|identity|lane|mode|money|oracle|order|payment|period|plugin|poll|pull|receipt_method|reference|refund|settlement|setup|store|sweep|tax|webhook)\.[a-z0-9_]+)['"`]/g;

/** Codes of the source that no order ends with, and where they are used instead. */
const ELSEWHERE: Record<string, string[]> = {
  'Test connection and Test set-up, shown there alone': [
    ...['oracle.actions_offered', 'oracle.business_unit', 'oracle.connected', 'oracle.ledger_currency', 'oracle.name_unknown'],
    ...['oracle.period_open', 'oracle.privileges', 'oracle.receipt_methods_missing', 'oracle.services', 'oracle.setup_missing'],
    ...['oracle.fee_activity', 'oracle.fee_activity_unproven'],
    ...['oracle.value_sets_unnamed', 'plugin.clock_skew', 'plugin.other_site', 'plugin.unauthorized', 'store.authorized'],
    ...['store.clock_skew', 'store.https_not_seen', 'store.key_not_seen', 'store.no_woocommerce', 'store.not_wordpress'],
    ...['store.other_home', 'store.plain_permalinks', 'store.reachable', 'store.shop'],
  ],
  'capture: polls, sweeps and webhooks, before there is an order to work on': [
    ...['poll.repeated_pages', 'poll.restless', 'pull.not_stored', 'sweep.endless_list', 'webhook.mismatch', 'webhook.unsigned'],
  ],
  'pull of lists of values': ['reference.too_long'],
  'answer to a request of the page': ['order.has_documents', 'order.not_found'],
  'shown with a customer; stops no order': ['customer.not_updated'],
};
const elsewhere = Object.values(ELSEWHERE).flat();

const inSource = new Set(
  FOLDERS.flatMap((folder) => globSync(join(SIDECAR, folder, '**/*.ts'))).flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(CODE)].map(([, code = '']) => code),
  ),
);
// A fault of our own has no family (engine.ts); what drift finds is put on the order by reconciliation itself.
for (const code of ['bug', DRIFT_CODE]) inSource.add(code);
const listed = REASONS.flatMap((reason) => [...CODES[reason]]);

const standing = (over: Partial<OrderStanding>): OrderStanding => ({
  state: 'attention',
  code: null,
  message: null,
  action: null,
  queued: false,
  ...over,
});

describe('the reason of a code that an order ends with', () => {
  it('is there for every code of the source, on purpose', () => {
    expect([...inSource].filter((code) => !listed.includes(code) && !elsewhere.includes(code))).toEqual([]);
  });

  it('is one, and no code is listed that the source does not have', () => {
    expect([...listed, ...elsewhere].filter((code, at, all) => all.indexOf(code) !== at)).toEqual([]);
    expect([...listed, ...elsewhere].filter((code) => !inSource.has(code))).toEqual([]);
  });

  it.each([
    ['customer.ambiguous', 'unmapped'],
    ['customer.name_only', 'unmapped'],
    ['customer.no_shared_account', 'unmapped'],
    ['reference.closed', 'unmapped'],
    ['settlement.no_activity', 'unmapped'],
    ['oracle.payment_terms_unknown', 'unmapped'],
    ['period.closed', 'period'],
    ['oracle.period_closed', 'period'],
    ['order.currency_changed', 'currency'],
    ['order.decimals_changed', 'currency'],
    ['lane.closed', 'tax'],
    ['lane.first_of_its_kind', 'waiting'],
    ['oracle.changed_by_hand', 'changed-in-oracle'],
    ['drift.changed_in_oracle', 'changed-in-oracle'],
    ['order.payment_taken_back', 'waiting'],
    ['identity.difference', 'unknown'],
    ['bug', 'unknown'],
    ['something.new', 'unknown'],
  ] as const)('of %s is %s', (code, reason) => {
    expect(reasonOf(standing({ code }))).toBe(reason);
  });

  it.each(ORDER_STATES)('of an order without a code that is %s', (state) => {
    const expected = state === 'excluded' ? 'excluded' : state === 'posted' ? 'unknown' : 'waiting';
    expect(reasonOf(standing({ state }))).toBe(expected);
    expect(reasonOf(standing({ state, queued: true }))).toBe(state === 'excluded' ? 'excluded' : 'waiting');
    expect(wordsOf(standing({ state }))).toMatch(/^[A-Z].+\.$/);
  });
});
